"""Questions to a councillor or an officer: who answers is named, and by when; what is late is seen."""

from __future__ import annotations

from typing import Any

import pytest

from bot.practice.town import Town, answer, open_ask, reply, tell, text_of
from tests.journeys.conftest import forge, forge_form, insist, insist_form, press

ASKED = "What do you want to know about the new lamps?"
OWNER = "Councillor Ama Boateng"


@pytest.fixture
async def town(project: Town) -> Town:
    """An ask for questions: one is Amina's, and everybody reads it."""
    await open_ask(project, ASKED, ask="question", owner=OWNER)
    await tell(project.members["Amina"], card_of(project), "What do they cost?", label="Ask a question")
    await insist(project.organiser, project.square, "cp1:idea-accept:1")
    await project.settle()
    return project


def card_of(there: Town) -> Any:
    return there.card_of(there.say, ASKED + "**\nUse your own words")


async def test_nobody_is_asked_who_is_not_named(project: Town) -> None:
    olive = project.organiser
    draft = answer(await olive.slash(project.square, "ask open", initiative="#2", ask="question"))
    assert "**Still missing: who answers.**" in text_of(draft)
    for label, values in (("Question", {"question": ASKED}), ("When", {"when": "in 8 days", "reason": ""})):
        draft = answer(await olive.submit_modal(await olive.click(draft, label=label), values))
    refused = await olive.click(draft, label="Publish")
    assert "Please say who answers first." in reply(refused)
    long = await forge_form(olive, project.square, "cp1:draft-facts-set:1", owner="x" * 81, facts="")
    assert "Please use 80 or fewer" in reply(long)
    named = await forge_form(olive, project.square, "cp1:draft-facts-set:1", owner=f" {OWNER}\n", facts="")
    assert f"{OWNER} answers each one within 14 days." in reply(named)


async def test_who_answers_and_by_when_is_there_for_everybody(town: Town) -> None:
    amina, olive = town.members["Amina"], town.organiser
    assert f"{OWNER} answers each one within 14 days." in text_of(card_of(town))
    assert f"{OWNER} answers by <t:" in reply(
        await forge(town.members["Bartek"], town.square, "cp1:read-idea:1")
    )
    assert f"{OWNER} answers by <t:" in reply(await forge(amina, town.square, "cp1:idea:1"))
    assert "late" not in reply(await olive.slash(town.square, "desk"))

    await town.env.advance_time(14 * 86_400 + 60)
    await town.settle()
    assert "**The answer is late.**" in reply(await forge(amina, town.square, "cp1:idea:1"))
    assert "One answer is late: idea 1." in reply(await olive.slash(town.square, "desk"))
    assert "**1 answer to people is late.**" in reply(await olive.slash(town.square, "digest preview"))

    form = await press(olive, await forge(olive, town.square, "cp1:read-idea:1"), "What became of it")
    await olive.submit_modal(form, {"state": "decided", "words": "They cost 3,000 pounds each."})
    own = reply(await forge(amina, town.square, "cp1:idea:1"))
    assert "They cost 3,000 pounds each." in own
    assert "late" not in own
    assert "late" not in reply(await olive.slash(town.square, "desk"))


async def test_a_question_that_is_joined_waits_as_long_as_the_first_of_them(town: Town) -> None:
    await town.env.advance_time(86_400)
    await tell(town.members["Bartek"], card_of(town), "How much is it?", label="Ask a question")
    await insist_form(
        town.organiser, town.square, "cp1:idea-merge-now:1", others="2", words="What is the price?"
    )
    await town.env.advance_time(13 * 86_400 + 60)
    assert "One answer is late: idea 3." in reply(await town.organiser.slash(town.square, "desk"))
    await insist(town.organiser, town.square, "cp1:idea-undo-now:3")
    assert "One answer is late: idea 1." in reply(await town.organiser.slash(town.square, "desk"))
