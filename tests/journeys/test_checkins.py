"""Check-ins from ``/checkin schedule`` to the sixth time, and what happens to the people in between."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from simcord.results import InteractionResult

from bot.practice.town import Town, answer, reply, text_of
from tests.journeys.conftest import ADULT, PROJECT, labels, press, restarted

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


async def answered(there: Town, member: Any, card: Any, **values: str) -> str:
    """What somebody is told who answers on a card, with the notice before it where it has to be."""
    boxes: InteractionResult = await press(member, card, "Answer")
    if boxes.modal is None:
        boxes = await press(member, boxes, ADULT)
    chosen = {"field-0": "3", "field-1": "0", "field-2": ""} | values
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
            said = await answered(there, one, asked, **{"field-0": str(min(4, week))})
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
    await there.until(datetime(2027, 5, 17, 8, 1, tzinfo=UTC))
    assert [len(letters(one)) for one in (amina, bartek, dilan)] == [3, 1, 2]
    seen = await shown(there)
    assert "1 person wants to hear from me about it. 1 has paused." in seen
