"""The privacy notice as people meet it: each kind of question has its own."""

from __future__ import annotations

from bot.practice.town import Town, answer, open_poll, reply
from tests.journeys.conftest import press
from tests.journeys.test_sealed import opened

NAMED = "Which lamp?"


async def test_a_question_without_names_has_its_own_notice(project: Town) -> None:
    there, amina = project, project.members["Amina"]
    hidden = await opened(there)
    await open_poll(there, NAMED, ["Round", "Square"])

    notice = await amina.select(answer(await press(amina, hidden, "Choose")), ["0"])
    assert "After the close nobody can find your answer again, not even you." in reply(notice)
    assert "We keep that you have read this, not that you have answered." in reply(notice)
    assert "12 months" not in reply(notice)
    more = await press(amina, notice, "More")
    assert "or nothing if fewer than 5 people answered" in reply(more)
    assert "**Record:** does not say that anybody answered." in reply(more)
    asked = await press(amina, hidden, "Who sees what?")
    assert "or nothing if fewer than 5 people answered" in reply(asked)

    notice = await press(amina, there.ballot(NAMED), "Round")
    assert "The bot knows which answer is yours until 12 months after the close." in reply(notice)
    more = await press(amina, notice, "More")
    assert "**How long:** 12 months after the close. Then the answer is nobody’s." in reply(more)
    everything = await press(amina, await press(amina, there.ballot(NAMED), "Help"), "Who sees what?")
    assert "**Answers without names:**" in reply(everything)
