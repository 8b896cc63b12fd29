"""``/schedule show``, and what the moderators' channel is told of what was late or will go."""

from __future__ import annotations

from datetime import timedelta

from bot.practice.town import Town, answer, draft_poll, open_poll, reply
from tests.journeys.conftest import CROSSINGS, MONDAY, PROJECT, QUESTION, last, press


def closes(days: float) -> str:
    """A moment as Discord shows it."""
    return f"<t:{int((MONDAY + timedelta(days=days)).timestamp())}:F>"


async def test_organisers_see_what_comes_next(project: Town) -> None:
    there, olive = project, project.organiser
    await draft_poll(there, "Which colour?", CROSSINGS)
    shown = reply(await olive.slash(there.square, "schedule show"))
    lines = shown.splitlines()
    assert lines[0] == "## What comes next"
    assert lines[1].startswith("- Old answers are cut off from names (every night): <t:")
    assert any(line.startswith("- The digest: <t:") for line in lines)
    assert any(line.startswith("- The weekly proof: <t:") for line in lines)
    assert f"- I remind you of the draft “Which colour?”: {closes(11)} (" in shown
    assert f"- The draft “Which colour?” is thrown away: {closes(14)} (" in shown
    assert f"- I remind you of your promise about “{PROJECT}”: " in shown
    assert f"- People should hear back about “{PROJECT}”: " in shown
    assert "### What was late, and why\nNothing was late." in shown


async def test_after_an_outage_it_says_what_was_late_and_why(project: Town) -> None:
    there, olive = project, project.organiser
    await open_poll(there, QUESTION, CROSSINGS)
    await open_poll(there, "And the second?", CROSSINGS)
    await there.env.advance_time(20 * 86_400)
    there.app.started_ms = there.app.clock.now_ms()  # as if it had begun only now
    await there.settle()

    (told,) = [text for text in there.posts(there.moderators) if "closed late" in text]
    assert told.startswith("### 2 questions closed late\nNo answer from after its time was counted.\n")
    assert f"**{QUESTION}** Due <t:" in told
    assert told.count("I was not running.") == 2
    (digest,) = [text for text in there.posts(there.moderators) if "## What happened" in text]
    assert "**This digest is late.**" in digest
    assert QUESTION in digest
    desk = await press(olive, await olive.slash(there.square, "desk"), "What comes next")
    assert f"- The question “{QUESTION}” closes: due <t:" in reply(desk)
    assert "- The digest: due <t:" in reply(desk)
    assert "I was not running." in reply(desk)
    assert "## Your desk" in reply(await press(olive, desk, "My desk"))


async def test_one_question_that_closed_late_is_told_as_one(project: Town) -> None:
    there = project
    await open_poll(there, QUESTION, CROSSINGS)
    await there.wait(days=20)
    assert any(text.startswith("### This closed late\n") for text in there.posts(there.moderators))


async def test_residents_see_no_schedule(project: Town) -> None:
    refused = await project.members["Amina"].slash(project.square, "schedule show")
    assert "Only organisers can do this" in reply(refused)


async def test_a_draft_is_called_to_mind_before_it_goes(project: Town) -> None:
    there, olive = project, project.organiser
    await draft_poll(there, QUESTION, CROSSINGS)
    await olive.slash(there.square, "poll open", initiative=PROJECT)
    await there.wait(days=10, hours=23)
    assert not any("A draft is thrown away soon" in text for text in there.posts(there.moderators))
    await there.wait(hours=1)
    worded, blank = there.posts(there.moderators)[-2:]
    assert worded.startswith(f"### A draft is thrown away soon\n{PROJECT}: {QUESTION}\nIt goes {closes(14)}")
    assert f"{PROJECT}: (no question yet)\n" in blank
    desk = await press(olive, last(there.moderators), "My desk")
    assert f"Go on with: {QUESTION}" in str(answer(desk).components)
