"""A press before the privacy notice is carried through it, whatever was pressed: nobody presses twice."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from simcord.results import InteractionResult

from bot.domain.people import Person
from bot.practice.town import answer, reply
from bot.services import people
from cogs.ui.custom_ids import CustomId
from tests.contracts.test_authority import OFFERED, OPEN, READ, RESIDENT, RUNS, UNTOUCHED, WEIGHING, Two, both
from tests.journeys.conftest import (
    ADULT,
    TEEN,
    changed,
    custom_ids,
    files_of,
    forge,
    forge_form,
    fresh,
    labels,
    one_context,
    press,
)

OF_THE_NOTICE = {"go", "teen", "notice-more", "not-now"}
BEFORE_IT = {
    *("vote", "choose", "seal", "seal-change-set", "seal-back-set", "form", "form-send", "form-seal"),
    *("tell", "tell-send", "idea-words", "idea-from", "support", "unsupport", "follow"),
    *(
        "weigh",
        "weigh-vote",
        "weigh-back",
        "weigh-pick",
        "weigh-say",
        "trial-agree",
        "checkin-in",
        "withdraw",
        "mend",
    ),
}
"""What needs the notice first, whoever presses it; the offer of a message does for its author alone."""
KNOWN_ALONE = {"data", "erase-now"}
"""What says whether anything is held, and so is not the same to somebody of whom nothing is."""
WAYS = {"once": ("adults", [ADULT]), "slow": ("teens", ["I’m 13 to 17", "More", TEEN])}
PRESSED = [(verb, "once") for verb in sorted({*RESIDENT} - OF_THE_NOTICE - KNOWN_ALONE)]
PRESSED += [(verb, "slow") for verb in ("vote", "seal", "tell-send", "checkin-in", "trial-agree")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def two(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Two]:
    """Mill Town, with as many newcomers as it takes."""
    async with one_context(both(tmp_path_factory.mktemp("newcomers"))) as made:
        yield made


async def reader(two: Two, name: str, ages: str) -> Any:
    """Somebody who is new, too, but has read the notice."""
    member = two.mill.newcomer(name)
    await people.go_on(two.mill.app, Person(1, str(member.id)), ages)
    return member


ABOUT_WORDS = {"support", "unsupport", "follow", "weigh-vote", "idea-object", "idea-object-now"}
"""What carries the version of the words that it is about."""


async def do(member: Any, channel: Any, verb: str, custom_id: str) -> InteractionResult:
    """Press a verb once, as its table in the test of authority has it."""
    act = RESIDENT[verb]
    if act.form:
        return await forge_form(member, channel, custom_id, **act.form)
    return await forge(member, channel, custom_id, *act.values)


def seen(result: InteractionResult) -> str:
    """What somebody sees, a form or a card with its ids; but for numbers, and for which statement is next."""
    if result.modal is not None:
        return _without_numbers(repr(result.modal))
    shown = answer(result)
    return _without_numbers(repr([reply(result), labels(shown), custom_ids(shown)]))


def _without_numbers(text: str) -> str:
    text = re.sub(r"code: \*\*[^*]+\*\*|\d+ other (person thinks|people think)", "…", text)
    text = re.sub(r"“(Idea \d+|Both)\.”(\\n\*\*What would be good instead\?\*\* Lamps)?", "…", text)
    return re.sub(r"\d+", "9", re.sub(r"(?<=[.:])v[A-Za-z0-9_-]{12}", "v", text))


@UNTOUCHED
@pytest.mark.parametrize(("verb", "way"), PRESSED)
async def test_what_a_newcomer_pressed_is_done_once_they_go_on(two: Two, verb: str, way: str) -> None:
    mill, act, (ages, ways_on) = two.mill, RESIDENT[verb], WAYS[way]
    custom_id = str(CustomId(verb, act.subject, act.argument))
    known, new = await reader(two, f"{verb} {way} known", ages), mill.newcomer(f"{verb} {way} new")
    if verb in ABOUT_WORDS:
        custom_id = fresh(await do(known, mill.square, verb, custom_id), custom_id) or custom_id
    start = two.tables()
    expected = await do(known, mill.square, verb, custom_id)
    touched = changed(start, two.tables())

    start = two.tables()
    result = await do(new, mill.square, verb, custom_id)
    asked_first = result.modal is None and "Before you start" in reply(result)
    assert asked_first == (verb in BEFORE_IT)
    if asked_first:
        for label in ways_on:
            assert changed(start, two.tables()) == set()
            assert "Not now" in labels(answer(result))
            result = await press(new, result, label)
    assert seen(result) == seen(expected)
    assert changed(start, two.tables()) - {"person", "identity"} == touched - {"person", "identity"}


OLD = {
    f"{OPEN}:adults.1": "You chose: “Station Road”.",
    f"{OPEN}:adults": "**Which crossing first?**",
    f"{OPEN}:adults.follow.{READ[0]}": "Please read this first.",
    f"{OPEN}:adults.offer.{OFFERED}": "Only the author of the message can answer this.",
    f"0:adults.taking.{RUNS}": "**Done.**",
    "0:adults": "You are helping now.",
}
"""What stood on notices of earlier versions after their verb, and what comes of it."""


@UNTOUCHED
@pytest.mark.parametrize("old", OLD)
async def test_a_notice_of_an_earlier_version_is_gone_through_as_before(two: Two, old: str) -> None:
    mill, member = two.mill, two.mill.newcomer(f"old {old}")
    before = two.tables()
    teens = await forge(member, mill.square, f"cp1:teen:{old.replace('adults', 'teens')}")
    assert TEEN in labels(answer(teens))
    more = await forge(member, mill.square, f"cp1:notice-more:{old}")
    assert "Who sees what" in reply(more)
    assert changed(before, two.tables()) == set()
    expected = await forge(member, mill.square, f"cp1:go:{old}")
    assert OLD[old] in reply(expected)
    another = two.mill.newcomer(f"old, more {old}")
    on = await press(another, await forge(another, mill.square, f"cp1:notice-more:{old}"), ADULT)
    assert _without_numbers(reply(on)) == _without_numbers(reply(expected))


@UNTOUCHED
async def test_words_that_have_no_room_on_the_notice_come_back_before_it(two: Two) -> None:
    mill, member, words = two.mill, two.mill.newcomer("Wordy"), "`A *long* story. @here " * 200
    before = two.tables()
    result = await forge_form(member, mill.square, "cp1:tell-send:4", said=words)
    assert changed(before, two.tables()) == set()
    assert "It is **not saved**:" in reply(result)
    assert (await files_of(result))["your-words.txt"].decode() == words
    [notice] = result.followups
    form = await member.click(notice, label=ADULT)
    assert form.modal is not None


@UNTOUCHED
async def test_words_sent_before_the_notice_stand_on_it_as_they_were_typed(two: Two) -> None:
    mill, member, words = two.mill, two.mill.newcomer("Exact"), "  ```\n@everyone *a*\n\n\n```  \\"
    result = await forge_form(member, mill.square, "cp1:tell-send:4", said=words)
    assert "You wrote this. It is **not saved yet**." in reply(result)
    saved = await press(member, result, ADULT)
    assert "Saved. Your idea is number" in reply(saved)
    assert "“```\n@\u200beveryone *a*\n\n```  \\”" in reply(saved)


@UNTOUCHED
async def test_a_vote_from_a_card_without_a_version_shows_its_words_after_the_notice(two: Two) -> None:
    mill, member = two.mill, two.mill.newcomer("Late voter")
    notice = await forge(member, mill.square, f"cp1:weigh-vote:{WEIGHING}:{READ[0]}.agree")
    assert "Before you start" in reply(notice)
    assert "Please read this first." in reply(await press(member, notice, ADULT))
