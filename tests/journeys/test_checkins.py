"""Check-ins from ``/checkin schedule`` to the sixth time, and what happens to the people in between."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from simcord.results import InteractionResult

from bot.practice.town import Town, answer, open_ask, reply, tell, text_of
from tests.journeys.conftest import (
    ADULT,
    PROJECT,
    changed,
    custom_ids,
    files_of,
    fill,
    forge,
    forge_form,
    insist,
    labels,
    press,
    restarted,
    tables,
)

ABOUT = "The walk to school"
LINES = "How safe was it? | not at all | very\nHow did you go? | on foot / by bus\nWhat would help?"
PACE = "every Monday 9am"


async def drafted(there: Town, pace: str = PACE, **how: Any) -> Any:
    """A draft's card, with three questions."""
    begun = await there.organiser.slash(
        there.square, "checkin schedule", initiative=PROJECT, pace=pace, **how
    )
    assert begun.modal is not None, reply(begun)
    return answer(await there.organiser.submit_modal(begun, {"question": ABOUT, "lines": LINES}))


async def started(there: Town, pace: str = PACE, **how: Any) -> Any:
    done = await press(there.organiser, await drafted(there, pace, **how), "Start")
    assert "It is running." in reply(done), reply(done)
    await there.settle()
    return done


async def answered(there: Town, member: Any, card: Any, **values: Any) -> str:
    """What somebody is told who answers on a card, with the notice before it where it has to be."""
    boxes: InteractionResult = await press(member, card, "Answer")
    if boxes.modal is None and ADULT in labels(answer(boxes)):
        boxes = await press(member, boxes, ADULT)
    if boxes.modal is None:
        boxes = await press(member, boxes, "Change it")
    chosen = values or {"field-0": "3", "field-1": "0", "field-2": ""}
    return reply(await member.submit_modal(boxes, chosen))


def letters(member: Any) -> list[Any]:
    """The private messages somebody has, the oldest first."""
    there = member.user.dm_channel
    return list(there.history()) if there else []


async def shown(there: Town) -> str:
    return reply(await there.organiser.slash(there.square, "checkin show", question=ABOUT))


async def test_from_the_draft_to_the_sixth_time(project: Town) -> None:
    there, olive = project, project.organiser
    card = text_of(await drafted(there))
    for line in (
        "It comes every Monday, 9am.",
        "The next times: Monday 10 May 2027, 9am; Monday 17 May 2027, 9am; Monday 24 May 2027, 9am.",
        "Each time it is open for 3 days.",
        "“1 (not at all)”",
        "After 6 times it asks you",
    ):
        assert line in card
    listed = await olive.slash(there.square, "checkin list")
    assert f"Draft: {ABOUT}" in reply(listed)
    begun = await press(olive, await press(olive, listed, f"Show: {ABOUT}"), "Start")
    assert "It is running." in reply(begun)
    await there.settle()
    assert "every Monday, 9am, 6 times at first" in text_of(there.card_of(there.say, "A check-in begins"))
    people = list(there.members.values())[:6]
    for week in range(6):
        await there.until(datetime(2027, 5, 10 + 7 * week, 8, 1, tzinfo=UTC) if week < 4
                          else datetime(2027, 6, 7 * (week - 3) - 0, 8, 1, tzinfo=UTC))  # fmt: skip
        asked = there.card_of(there.say, "comes again and again")
        assert labels(asked)[:2] == ["Answer", "Remind me"]
        for one in people:
            said = await answered(there, one, asked, **{"field-0": str(min(4, week)), "field-1": "0"})
            assert "**Recorded.**" in said
        if week == 2:
            await restarted(there)
        await there.wait(days=3)
        result = text_of(there.card_of(there.say, "### Result"))
        assert "6 people answered" in result
    seen = await shown(there)
    assert "It has run six times." in seen
    assert seen.count(": asked") == 6
    assert "has been asked 6 times" in " ".join(there.posts(there.moderators))
    desk = reply(await olive.slash(there.square, "desk"))
    assert "asks whether to go on" in desk
    asks = "asks:** 18 questions so far. People had 3 days for each. Half of the answers came within 1 hour."
    assert asks in desk
    await there.wait(days=7)
    assert "Nobody had pressed “Go on”." in await shown(there)
    on = await press(olive, await olive.slash(there.square, "checkin show", question=ABOUT), "Go on")
    assert "It is running." in reply(on)
    await there.until(datetime(2027, 6, 28, 8, 1, tzinfo=UTC))
    assert "open now" in await shown(there)


async def test_by_private_message(project: Town) -> None:
    """Opting in, answering there, one reminder, skipping, pausing, stopping, the result; a closed door."""
    there = project
    amina, bartek, dilan = (there.members[name] for name in ("Amina", "Bartek", "Dilan"))
    by = "direct"
    await started(there, by=by)
    begins = there.card_of(there.say, "A check-in begins")
    assert "by private message to those who ask for it" in text_of(begins)
    for one in (amina, bartek, dilan):
        said = await press(one, await press(one, begins, "Ask me by private message"), ADULT)
        assert "at most 3 times a week" in reply(said)
    await there.until(datetime(2027, 5, 10, 8, 1, tzinfo=UTC))
    assert not [one for one in there.posts(there.say) if "comes again and again" in one]
    (asked,) = letters(amina)
    assert labels(asked) == ["Answer", "Skip this one", "Pause for 4 weeks", "Stop asking me"]
    assert "You asked me to send it." in text_of(asked)
    assert "**Recorded.**" in await answered(there, amina.user, asked)
    again = await press(amina.user, asked, "Answer")
    assert "You answered" in reply(again)
    changed = await amina.user.submit_modal(await press(amina.user, again, "Change it"),
                                            {"field-0": "1", "field-1": "1", "field-2": "Lamps"})  # fmt: skip
    assert "**Recorded.**" in reply(changed)
    assert "Skipped" in reply(await press(bartek.user, letters(bartek)[0], "Skip this one"))
    await there.wait(days=2, hours=1)
    assert len(letters(amina)) == len(letters(bartek)) == 1
    (_, reminder) = letters(dilan)
    assert "I don’t remind you again." in text_of(reminder)
    await there.wait(days=1)
    assert "The result of the question that you answered" in text_of(letters(amina)[1])
    assert len(letters(dilan)) == 2
    late = await press(dilan.user, reminder, "Answer")
    assert "closed" in reply(late)
    assert "until" in reply(await press(bartek.user, letters(bartek)[0], "Pause for 4 weeks"))
    assert "hear nothing more" in reply(await press(dilan.user, reminder, "Stop asking me"))
    mine = await amina.slash(there.square, "my answers")
    assert f"You get private messages about: {ABOUT}" in reply(mine)
    assert f"Stop asking me: {ABOUT}" in labels(answer(mine))
    assert "private messages" not in reply(await dilan.slash(there.square, "my answers"))
    await there.until(datetime(2027, 5, 17, 8, 1, tzinfo=UTC))
    assert [len(letters(one)) for one in (amina, bartek, dilan)] == [3, 1, 2]
    seen = await shown(there)
    assert "1 person wants to hear from me about it. 1 has paused." in seen


async def test_a_role_is_pinged_and_only_its_holders_answer(project: Town) -> None:
    there = project
    officers = there.roles["Officers"]
    await started(there, role=officers, mention=True)
    await there.until(datetime(2027, 5, 10, 8, 1, tzinfo=UTC))
    asked = there.card_of(there.say, "comes again and again")
    assert [role.id for role in asked.role_mentions] == [officers.id]
    assert "Only people with the role" in text_of(asked)
    refused = await press(there.members["Amina"], asked, "Answer")
    assert "people with one role" in reply(refused)
    assert "**Recorded.**" in await answered(there, there.officer, asked)
    await there.settle()
    assert "1 person has answered" in text_of(there.card_of(there.say, "comes again and again"))
    there.env.backend.delete_role(there.guild.id, officers.id)
    await there.env.settle()
    assert "its role was deleted" in await shown(there)


async def test_who_left_and_who_forges_in_private_gets_nowhere(project: Town) -> None:
    """A private message carries no roles: Discord is asked who somebody is there, each time."""
    there = project
    amina, olive = there.members["Amina"], there.organiser
    await started(there, by="direct")
    begins = there.card_of(there.say, "A check-in begins")
    for one in (amina, olive):
        await press(one, await press(one, begins, "Ask me by private message"), ADULT)
    await there.until(datetime(2027, 5, 10, 8, 1, tzinfo=UTC))
    (asked,) = letters(amina)
    channel, before = amina.user.dm_channel, tables(there)
    for custom_id in ("cp1@1:desk:0", "cp1@1:checkin-stop-now:1", "cp1@1:setup:0", "cp1@1:project-new:0"):
        said = reply(await forge(amina.user, channel, custom_id))
        assert "organisers" in said or "may manage" in said, custom_id
    for custom_id in ("cp1:desk:0", "cp1@77:answer:1", "cp1@0:answer:1", "cp1@01:answer:1"):
        said = reply(await forge(amina.user, channel, custom_id))
        assert "private messages" in said or "out of date" in said, custom_id
    assert changed(before, tables(there)) == set()
    desk = await forge(olive.user, olive.user.dm_channel, "cp1@1:desk:0")
    assert "## Your desk" in reply(desk)
    assert all(one.startswith("cp1@1:") for one in custom_ids(answer(desk)))
    there.env.backend.remove_member(there.guild.id, amina.id)
    gone = await press(amina.user, asked, "Answer")
    assert "not on this server any more" in reply(gone)


async def test_somebody_who_takes_no_messages_is_not_chased(project: Town) -> None:
    there, amina = project, project.members["Amina"]
    await started(there, by="direct")
    await there.until(datetime(2027, 5, 10, 8, 1, tzinfo=UTC))
    await there.wait(minutes=1)
    begins = there.card_of(there.say, "A check-in begins")
    notice = await press(amina, begins, "Ask me by private message")
    there.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await press(amina, notice, ADULT)
    await there.wait(minutes=1)
    assert "1 person takes no private messages. I don’t try again." in await shown(there)
    assert "could not" not in reply(await there.organiser.slash(there.square, "desk"))


async def test_is_it_there_and_what_good_looks_like(project: Town) -> None:
    """Officials say that it is there, residents that it is not; and people's own words come back."""
    there, olive = project, project.organiser
    await open_ask(there, "What is wrong?")
    card = there.card_of(there.say, "Use your own words")
    told = await tell(there.members["Amina"], card, "Cars park on the crossing.")
    more = await press(there.members["Amina"], told, "Add more")
    assert more is not None
    await forge_form(
        there.members["Amina"], there.square, "cp1:idea-add:1:good", said="Children cross alone."
    )
    await insist(olive, there.square, "cp1:idea-accept:1")
    begun = await olive.slash(
        there.square, "checkin schedule", initiative=PROJECT, pace="every Monday 9am", ready="good"
    )
    chosen = await olive.select(answer(begun), ["1"])
    assert "You said it would be good if: “Children cross alone.” How close are we?" in reply(chosen)
    assert "“1 (far from it)”" in reply(chosen)

    begun = await olive.slash(
        there.square, "checkin schedule", initiative=PROJECT, pace="every Monday 9am", ready="there"
    )
    assert "Officials have not said yet" in reply(begun)
    assert "say first" in reply(await press(olive, begun, "Start"))
    said = await fill(olive, begun, "What officials say", option="0", words="It opened on 1 May.")
    assert "It is running." in reply(await press(olive, said, "Start"))
    await there.until(datetime(2027, 5, 10, 8, 1, tzinfo=UTC))
    asked = there.card_of(there.say, "comes again and again")
    assert "**What officials say:** Yes. “It opened on 1 May.”" in text_of(asked)
    for one in list(there.members.values())[:10]:
        await answered(there, one, asked, **{"field-0": "2"})
    await there.wait(days=3)
    result = text_of(there.card_of(there.say, "### Result"))
    assert result.index("see it differently") < result.index("- “No”: **10**")
    assert "10 of 10 people say: “No”" in result
    digest = reply(await olive.slash(there.square, "digest preview"))
    assert digest.index("see it differently") < digest.index("### ")
    line = await olive.slash(there.square, "checkin results", question="Is it there yet?")
    assert "“No” 10" in reply(line)


async def test_the_pulse_over_time(project: Town) -> None:
    there, olive = project, project.organiser
    begun = await olive.slash(
        there.square, "checkin schedule", initiative=PROJECT, pace="every Monday 9am", ready="principles"
    )
    assert "Everyone’s voice counts" in reply(begun)
    await press(olive, begun, "Start")
    await there.settle()
    crowd = list(there.members.values())[:6]
    for week, value in enumerate((5, 8)):
        await there.until(datetime(2027, 5, 10 + 7 * week, 8, 1, tzinfo=UTC))
        asked = there.card_of(there.say, "comes again and again")
        for one in crowd:
            await answered(there, one, asked, **{f"field-{n}": [str(value)] for n in range(5)})
        await there.wait(days=3)
    result = text_of(there.card_of(there.say, "### Result"))
    assert (
        "Everyone’s voice counts.** On average **8.3**, from 0 (not at all) to 10 (completely). Up 3.3"
        in result
    )
    assert "All of them answered the time before, too." in result
    assert result.count("- “8”: **6**\n- Nobody chose anything else.") == 5
    seen = await olive.slash(there.square, "checkin results", question="How well do we work together?")
    assert "**5.0**. 6 people." in reply(seen)
    files = await files_of(seen)
    assert files["over-time.png"].startswith(b"\x89PNG")
    table = await files_of(await press(olive, seen, "Table"))
    assert set(table) == {"check-in-1.csv", "columns-of-line.csv"}
    assert table["check-in-1.csv"].count(b"\r\n") > 10


async def test_what_could_not_be_sent_by_day_waits_for_the_next_one(project: Town) -> None:
    there, amina = project, project.members["Amina"]
    await started(there, "every Monday 8pm", by="direct")
    begins = there.card_of(there.say, "A check-in begins")
    await press(amina, await press(amina, begins, "Ask me by private message"), ADULT)
    night = datetime(2027, 5, 3, 20, 30, tzinfo=UTC)  # half past nine in London
    there.app.breaker.hold(int(night.timestamp() * 1000))  # Discord lets us say nothing until then
    await there.until(datetime(2027, 5, 3, 19, 0, 1, tzinfo=UTC))
    assert letters(amina) == []
    await there.until(datetime(2027, 5, 3, 22, 0, tzinfo=UTC))
    assert letters(amina) == []
    await there.until(datetime(2027, 5, 4, 7, 1, tzinfo=UTC))
    assert len(letters(amina)) == 1


async def test_who_comes_back_goes_on_and_a_channel_that_is_gone_pauses_it(project: Town) -> None:
    there, amina = project, project.members["Amina"]
    await started(there)
    await there.until(datetime(2027, 5, 10, 8, 1, tzinfo=UTC))
    asked = there.card_of(there.say, "comes again and again")
    assert "**Recorded.**" in await answered(there, amina, asked)
    there.env.backend.remove_member(there.guild.id, amina.id)
    back = there.guild.add_member(amina.user)
    assert "You answered" in reply(await press(back, asked, "Answer"))
    await there.wait(days=3)
    there.env.backend.delete_channel(there.say.id)
    await there.until(datetime(2027, 5, 17, 8, 1, tzinfo=UTC))
    await there.until(datetime(2027, 5, 24, 8, 1, tzinfo=UTC))
    seen = await shown(there)
    assert "I could not post in its channel." in seen
    assert "A check-in is paused" in reply(await there.organiser.slash(there.square, "desk"))


async def test_a_role_that_nobody_holds_any_more_breaks_nothing(project: Town) -> None:
    there, role = project, project.roles["Councillors"]
    await started(there, role=role)
    there.env.backend.remove_member_role(there.guild.id, there.councillor.id, role.id)
    for week in (10, 17):
        await there.until(datetime(2027, 5, week, 8, 1, tzinfo=UTC))
        asked = there.card_of(there.say, "comes again and again")
        assert "people with one role" in reply(await press(there.councillor, asked, "Answer"))
        await there.wait(days=3)
        assert "Nobody answered" in text_of(there.card_of(there.say, "### Result"))
    seen = reply(await there.organiser.slash(there.square, "checkin results", question=ABOUT))
    assert seen.count("too few people answered") == 4  # two times, two questions with choices
