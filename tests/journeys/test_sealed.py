"""A question without names: from its draft to its result, by codes right, wrong and lost, over a restart."""

from __future__ import annotations

import re
from typing import Any

from bot.practice.town import Town, answer, draft_poll, reply, text_of
from tests.journeys.conftest import CROSSINGS, QUESTION, fill, press, restarted

RULES = {"kind": "pick", "stage": "define", "numbers": "sealed", "audience": [], "quorum": ""}


async def opened(there: Town) -> Any:
    card = answer(await fill(there.organiser, await draft_poll(there, QUESTION, CROSSINGS), "Rules", **RULES))
    assert "Without names" in text_of(card)
    await press(there.organiser, card, "Publish")
    await there.settle()
    return there.card_of(there.say, "Without names.")


async def answered(there: Town, member: Any, option: str) -> str:
    """Their code, or what was said instead."""
    shown = await press(member, there.card_of(there.say, "Without names."), "Choose")
    result = await member.select(answer(shown), [option])
    if "Before you start" in reply(result):
        result = await press(member, result, "Go on (I’m 18 or over)")
    found = re.search(r"Your code: \*\*([a-z ]+)\*\*", reply(result))
    return found[1] if found else reply(result)


async def coded(there: Town, member: Any, label: str, **values: str) -> str:
    shown = await press(member, there.card_of(there.say, "Without names."), "Choose")
    form = await press(member, shown, label)
    return reply(await member.submit_modal(form, values))


async def test_without_names_from_the_draft_to_the_result(project: Town) -> None:
    there = project
    card = await opened(there)
    first, second, *others = list(there.members.values())[:7]
    shown = reply(await press(first, card, "Choose"))
    for line in ("not even organisers", "Need help now?", "not even you"):
        assert line in shown
    code = await answered(there, first, "0")
    assert len(code.split()) == 4
    assert "You have answered this already." in await answered(there, first, "1")
    codes = [await answered(there, one, "1") for one in (second, *others)]
    wrong = await coded(there, first, "Change with my code", choice="1", code=codes[0])
    assert "That is not your code." in wrong
    await restarted(there)
    assert "**Recorded.**" in await coded(there, first, "Change with my code", choice="1", code=code)
    assert "taken back" in await coded(there, second, "Take back with my code", code=codes[0])
    for _ in range(5):
        locked = await coded(there, others[0], "Take back with my code", code="one two three four")
    assert "one wrong code too many" in locked
    for read in (reply(await there.organiser.slash(there.square, "digest preview")), *there.posts(there.say)):
        assert not re.search(r"\b[67] (people|answers)", read)
    await there.wait(days=8)
    result = text_of(there.card_of(there.say, "### Result"))
    for line in ("We show only how many answered.", "6 people answered."):
        assert line in result
    assert "got the most" not in result
    assert not there.app.keys


async def test_too_few_are_not_shown(project: Town) -> None:
    there = project
    await opened(there)
    for one in list(there.members.values())[:3]:
        await answered(there, one, "0")
    await there.wait(days=8)
    assert "Too few people answered" in text_of(there.card_of(there.say, "### Result"))
