"""Questions with the same words, or that begin alike, are told apart wherever several are shown."""

from __future__ import annotations

from typing import Any

import pytest

from bot.practice.town import Town, answer, draft_poll, open_poll, reply, text_of
from tests.journeys.conftest import CROSSINGS, QUESTION, forge, labels, last, press, pressables

LONG = "Which of the places by the mill stream that flood in winter should be dry first: the "


@pytest.fixture
async def twice(project: Town) -> Town:
    """The town with four questions open that look like two, and two drafts that say nothing yet."""
    for question in (QUESTION, QUESTION.upper(), f"{LONG}bridge?", f"{LONG}path?"):
        await open_poll(project, question, CROSSINGS)
    for _ in range(2):
        await draft_poll(project, QUESTION, CROSSINGS)
    return project


def told_apart(message: Any) -> list[str]:
    """The labels of everything that can be pressed or chosen on a card, of which no two are alike."""
    choices = [one["label"] for child in pressables(message) for one in child.get("options", ())]
    shown = [*labels(message), *choices]
    assert len({one.casefold() for one in shown}) == len(shown), shown
    return shown


async def test_no_two_can_be_taken_for_each_other(twice: Town) -> None:
    there, olive, amina = twice, twice.organiser, twice.members["Amina"]
    door = last(there.say)
    assert "## Have your say" in text_of(door)
    assert {f"Answer: #1 {QUESTION}", f"Answer: #2 {QUESTION.upper()}"} <= set(told_apart(door))
    assert "#3 Which of the places" in text_of(door)

    asked = await amina.slash(there.square, "my questions")
    assert len(told_apart(answer(asked))) >= 4
    picked = await amina.select(answer(asked), ["2"], custom_id="cp1:pick-question:0")
    assert QUESTION.upper() in reply(picked)

    await forge(amina, there.square, "cp1:go:0:adults")
    for number in range(1, 5):
        await forge(amina, there.square, f"cp1:vote:{number}:0")
    mine = await amina.slash(there.square, "my answers")
    assert f"Change: #1 {QUESTION}" in told_apart(answer(mine))
    changed = await press(amina, mine, f"Change: #2 {QUESTION.upper()}")
    assert QUESTION.upper() in reply(changed)

    desk = await olive.slash(there.square, "desk")
    shown = told_apart(answer(desk))
    assert {f"Look at: #1 {QUESTION}", f"Go on with: #5 {QUESTION}", f"Go on with: #6 {QUESTION}"} <= set(
        shown
    )
    lines = [line for line in reply(desk).splitlines() if line.startswith(("Open:", "A draft waits:"))]
    assert len({line.split("Closes")[0].casefold() for line in lines}) == len(lines) == 6
    preview = await olive.slash(there.square, "digest preview")
    told = reply(preview)
    assert f"#1 {QUESTION}" in told
    assert f"#2 {QUESTION.upper()}" in told

    listed = reply(await olive.slash(there.square, "poll list")).splitlines()
    named = [line for line in listed if QUESTION.casefold() in line.casefold()]
    assert len({line.split("Closes")[0].casefold() for line in named}) == len(named) == 4
