"""Presses on their way: what was pressed and typed comes back exactly, whatever it was."""

from __future__ import annotations

import string
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cogs.ui.cards import Card, button
from cogs.ui.custom_ids import CustomId, parse
from cogs.ui.limits import CUSTOM_ID
from cogs.ui.presses import FENCE, GUARD, Press, block, cut_in_two, packed, rest_of, unpacked, words_in
from tests.cogs.test_custom_ids import ARGUMENTS, SUBJECTS, VERBS

TYPED = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.from_regex(r"[a-z]+([_-][a-z0-9]+)?", fullmatch=True)
IDS = st.builds(CustomId, VERBS, SUBJECTS, ARGUMENTS)
PRESSES = st.builds(
    Press,
    IDS,
    st.none() | st.lists(TYPED, max_size=5).map(tuple),
    st.dictionaries(NAMES, TYPED, max_size=5),
)


def shown(*contents: str, ids: tuple[CustomId, ...] = ()) -> discord.Message:
    """A message of these texts and buttons, as a press on it brings it along."""
    texts = [SimpleNamespace(content=one) for one in contents]
    rows = [SimpleNamespace(children=[SimpleNamespace(custom_id=str(one))]) for one in ids]
    return cast(discord.Message, SimpleNamespace(components=[*texts, *rows]))


@given(PRESSES, st.dictionaries(NAMES.map("t-{}".format), st.lists(TYPED, max_size=4), max_size=3))
def test_a_press_comes_back_as_it_was(press: Press, ticks: dict[str, list[str]]) -> None:
    press = Press(press.custom_id, press.values, press.texts, ticks)
    carried = packed(press)
    assert set(carried) <= set(string.ascii_letters + string.digits + "._-")
    blocks = [block(text) for text in press.texts.values() if text]
    found = unpacked(carried, words_in(shown("Before you start", *blocks, "More")))
    assert found is not None
    assert (found.custom_id, found.values, found.fields) == (press.custom_id, press.values, press.fields)


@given(TYPED | st.text("`@\u200b\n\\*ea <>", max_size=40))
@example("```\nover\n```")
@example("@everyone")
@example(f"`{GUARD}`{GUARD}{GUARD}")
def test_what_was_typed_stands_in_a_block_that_nothing_in_it_ends(text: str) -> None:
    made = block(text)
    assert made.count(FENCE) == 2
    assert "@everyone" not in made
    assert list(words_in(shown(made))) == [text]


@given(st.text())
def test_what_was_never_packed_is_no_press_and_no_error(text: str) -> None:
    found = unpacked(text, iter(()))
    assert found is None or parse(f"cp1:{found.custom_id.verb}:{found.custom_id.subject}") is not None


@pytest.mark.parametrize("length", [0, 1, 80, 81, 160])
def test_what_one_id_has_no_room_for_goes_on_in_another(length: int) -> None:
    carried, first, second = "x" * length, "cp1@12345:go:1:adults.", "cp1@12345:not-now:1:"
    parts = cut_in_two(carried, first, second)
    if len(first) + len(second) + length > 2 * CUSTOM_ID:
        assert parts is None
        return
    assert parts is not None
    here, rest = parts
    message = shown("Read this", ids=(CustomId("not-now", 1, rest), CustomId("worry", 1)))
    assert here + rest_of(message) == carried


def test_every_choice_of_ours_fits() -> None:
    # Twenty-five options is what a choice can have; so long a number of a question comes in a thousand years.
    press = Press(CustomId("seal", 10**7), tuple(map(str, range(25))))
    parts = cut_in_two(packed(press), "cp1@99999:notice-more:10000000:adults.", "cp1@99999:not-now:10000000:")
    assert parts is not None


def test_a_card_carries_what_its_components_say() -> None:
    card = Card().text("Not kept yet").text(block("Cars.")).buttons(button("Not now", "not-now", 1, "x.1"))
    message: Any = SimpleNamespace(components=list(card.children))
    assert list(words_in(message)) == ["Cars."]
    assert rest_of(message) == "x.1"
