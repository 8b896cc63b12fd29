"""``/digest``; what is offered while typing; a role that is gone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from simcord.results import InteractionResult

from bot.practice.town import Town, answer, draft_poll, open_poll, reply, start_project, text_of, vote
from tests.journeys.conftest import CROSSINGS, PROJECT, QUESTION, changed, last, press, tables


async def test_the_digest_preview_send_and_schedule(project: Town) -> None:
    there, olive = project, project.organiser
    await open_poll(there, QUESTION, CROSSINGS)
    for member in list(there.members.values())[:3]:
        await vote(member, there.card_of(there.say, "Choose one."), "Mill Road")

    preview = await olive.slash(there.square, "digest preview")
    assert "3 people took part." in reply(preview)
    assert f"- New: {QUESTION} 3 answers so far." in reply(preview)
    assert answer(preview).ephemeral

    assert "**Sent** to the moderators’ channel." in reply(await olive.slash(there.square, "digest send"))
    await there.settle()
    sent = last(there.moderators)
    assert "3 people took part." in text_of(sent)
    assert [one.filename for one in sent.attachments] == ["digest.png"]
    assert "## Your desk" in reply(await press(olive, sent, "My desk"))

    planned = await olive.slash(there.square, "digest schedule", pace="every two weeks on Friday 5pm")
    assert "**From now on** the digest comes every two weeks on Friday, 5pm. The next three:" in reply(
        planned
    )
    moments = sorted({int(found) for found in re.findall(r"<t:(\d+):F>", reply(planned))})
    assert [datetime.fromtimestamp(one, UTC).isoformat()[:16] for one in moments] == [
        "2027-05-07T16:00", "2027-05-21T16:00", "2027-06-04T16:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pace", "no"),
    [
        ("often", "I could not read “often”."),
        ("every Friday", "At what time? Add one, like “9am”."),
        ("every week 9am", "On which day?"),
        ("every second Tuesday 9am", "This could mean two things."),
        ("every Friday 9am until 4 May", "Choose a later last day."),
        ("every Friday 5", "Is 5 in the morning or the evening?"),
    ],
)
async def test_a_pace_that_says_too_little(there: Town, pace: str, no: str) -> None:
    before = tables(there)
    assert no in reply(await there.organiser.slash(there.square, "digest schedule", pace=pace))
    assert changed(before, tables(there)) == set()


async def test_no_digest_without_a_channel_for_it(bare: Town) -> None:
    there, mayor = bare, bare.mayor
    roles = await press(mayor, await mayor.slash(there.square, "setup"), "Roles")
    await mayor.select(answer(roles), [there.roles["Organisers"]], custom_id="cp1:setup-role:0:organiser")
    refused = await there.organiser.slash(there.square, "digest send")
    assert "There is no moderators’ channel." in reply(refused)
    await start_project(there)
    card = await draft_poll(there, QUESTION, CROSSINGS)
    assert "Nowhere to post it yet" in text_of(card)
    nowhere = await press(there.organiser, card, "Publish")
    assert "There is no channel to post it in." in reply(nowhere)


async def test_titles_are_offered_to_organisers_and_to_nobody_else(project: Town) -> None:
    there, olive, amina = project, project.organiser, project.members["Amina"]
    await open_poll(there, QUESTION, CROSSINGS)

    async def offered(member: Any, command: str, option: str, typed: str) -> list[str]:
        found = await member.autocomplete(there.square, command, option, typed)
        return [choice["name"] for choice in found]

    assert await offered(olive, "poll open", "initiative", "mill") == [PROJECT]
    assert await offered(olive, "poll open", "initiative", "") == ["Other questions", PROJECT]
    assert await offered(olive, "poll show", "question", "cross") == [QUESTION]
    assert await offered(olive, "poll show", "question", "zebra") == []
    for member in (amina, there.officer, there.councillor):
        assert await offered(member, "poll open", "initiative", "") == []
        assert await offered(member, "poll close", "question", "") == []

    (choice,) = await olive.autocomplete(there.square, "poll show", "question", "cross")
    assert QUESTION in reply(await olive.slash(there.square, "poll show", question=choice["value"]))


async def test_the_organisers_role_is_deleted_while_a_question_is_open(project: Town) -> None:
    there, olive = project, project.organiser
    await open_poll(there, QUESTION, CROSSINGS)
    await vote(there.members["Amina"], there.card_of(there.say, "Choose one."), "Mill Road")

    there.env.backend.delete_role(there.guild.id, there.roles["Organisers"].id)

    refused: InteractionResult = await olive.slash(there.square, "desk")
    assert reply(refused) == (
        "The organisers’ role was deleted. Questions that are open go on. "
        "Ask someone who manages this server to run /setup and choose a new role."
    )
    closing = await olive.slash(there.square, "poll close", question=QUESTION, reason="Now")
    assert "The organisers’ role was deleted." in reply(closing)
    await there.wait(days=8)
    assert "“Mill Road” got the most: 1 of 1." in text_of(there.card_of(there.say, "### Result"))
