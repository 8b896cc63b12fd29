"""A form that is refused costs nobody a word: it comes back, and opens again with what was typed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from simcord.results import InteractionResult

from bot.practice.town import answer, reply, start_project
from cogs.ui.custom_ids import CustomId
from tests.contracts.test_authority import ORGANISER, PROMISE, RESIDENT, SET_UP, UNTOUCHED, Two, both
from tests.journeys.conftest import (
    changed,
    forge_form,
    fresh,
    labels,
    one,
    one_context,
    press,
    wording,
)

FORMS = {verb: act for verb, act in {**RESIDENT, **ORGANISER, **SET_UP}.items() if act.form}
FORMS["idea-merge-with"] = replace(FORMS["idea-merge-with"], form={"others": "nobody"})
"""What it has in the table is only shown, not kept."""
OWED, KEPT = 3, 4
"""Projects without questions: one owes an answer, one has given it."""
for name, project in (("keep-set", OWED), ("promise-make", KEPT)):
    FORMS[name] = replace(FORMS[name], subject=project)
AUTHORS = {"idea-add": "Bartek", "trial-send": "Esther"}
"""Whose form it is, where it is not everybody's."""
AWKWARD = "  ```\n@everyone *a* <#here> \u200b`@here\n\n\n\\ [x](https://a.b)  "
MEND = "Mend it"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def two(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Two]:
    """Mill Town, where nothing is kept in these tests."""
    async with one_context(both(tmp_path_factory.mktemp("forms"))) as made:
        for title, number in (("A bench", OWED), ("A lamp", KEPT)):
            await start_project(made.mill, title)
            assert one(made.mill, "SELECT id FROM initiative WHERE title = ?", title) == number
        kept = f"cp1:keep-set:{KEPT}"
        await forge_form(made.mill.organiser, made.mill.square, kept, **PROMISE)
        yield made


def whose(two: Two, verb: str) -> Any:
    if verb in RESIDENT:
        return two.mill.members[AUTHORS.get(verb, "Bartek")]
    return two.mill.organiser if verb in ORGANISER else two.mill.mayor


def filled(result: InteractionResult) -> dict[str, str | list[str]]:
    """What stands in the fields of a form that was opened, by field."""
    assert result.modal is not None, reply(result)
    found: dict[str, str | list[str]] = {}
    for label in result.modal["components"]:
        box = label.get("component")
        if box is not None and "options" in box:
            found[box["custom_id"]] = [one["value"] for one in box["options"] if one.get("default")]
        elif box is not None:
            found[box["custom_id"]] = box.get("value") or ""
    return found


def boxes(result: InteractionResult) -> dict[str, str]:
    """Something awkward for each text box of a form, as long as it may be."""
    assert result.modal is not None
    there = [label["component"] for label in result.modal["components"] if "component" in label]
    return {one["custom_id"]: AWKWARD[: one["max_length"]] for one in there if "max_length" in one}


async def mended(two: Two, verb: str, refused: InteractionResult) -> InteractionResult:
    """The form again; where it is about words, from the card that stands below those."""
    opened: InteractionResult = await press(whose(two, verb), refused, MEND)
    if opened.modal is None:
        [card] = opened.followups
        opened = await whose(two, verb).click(card, label=MEND)
    return opened


async def send(two: Two, verb: str, form: Mapping[str, str | Sequence[str]]) -> InteractionResult:
    """Send a form; once more with the version of the words that were shown first."""
    act, member = FORMS[verb], whose(two, verb)
    custom_id = str(CustomId(verb, act.subject, act.argument))
    sent = await forge_form(member, two.mill.square, custom_id, **form)
    again = fresh(sent, custom_id)
    return await forge_form(member, two.mill.square, again, **form) if again else sent


def test_every_form_can_be_opened_again(two: Two) -> None:
    router = two.mill.client.router
    assert set(router.openers) == set(FORMS)
    assert set(router.openers.values()) <= set(router.handlers)


@UNTOUCHED
@pytest.mark.parametrize("verb", sorted(FORMS))
async def test_what_could_not_be_saved_comes_back_filled_in(two: Two, verb: str) -> None:
    act, writer = FORMS[verb], two.mill.app.database.writer
    before = two.tables()
    await writer.stop()
    try:
        opened = await mended(two, verb, await send(two, verb, act.form))
    finally:
        writer.start()
    assert opened.modal is not None
    assert opened.modal["custom_id"].startswith(f"cp1:{verb}:")
    for name, there in filled(opened).items():
        said = act.form.get(name, "")
        if isinstance(there, str) or there:  # the table has values in it that are no options
            assert there == (said if isinstance(there, str) or not isinstance(said, str) else [said]), name
    assert changed(before, two.tables()) == set()


@UNTOUCHED
@pytest.mark.parametrize("verb", sorted(FORMS))
async def test_whatever_was_typed_comes_back_exactly(two: Two, verb: str) -> None:
    writer = two.mill.app.database.writer
    await writer.stop()
    try:
        texts = boxes(await mended(two, verb, await send(two, verb, FORMS[verb].form)))
        opened = await mended(two, verb, await send(two, verb, {**FORMS[verb].form, **texts}))
    finally:
        writer.start()
    assert {name: filled(opened)[name] for name in texts} == texts


@UNTOUCHED
async def test_who_may_not_any_more_gets_the_words_back_to_copy(two: Two) -> None:
    before = two.tables()
    for verb in sorted({*FORMS} & {*ORGANISER}):
        act = FORMS[verb]
        custom_id = str(CustomId(verb, act.subject, act.argument))
        refused = await forge_form(two.mill.officer, two.mill.square, custom_id, **act.form)
        assert reply(refused).startswith(wording().say("en", "refusal-organisers-only")), verb
        assert labels(answer(refused)) == [], verb
        typed = [said for said in act.form.values() if isinstance(said, str) and said]
        assert all(said in reply(refused) for said in typed), verb
    assert changed(before, two.tables()) == set()
