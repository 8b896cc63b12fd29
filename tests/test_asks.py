"""The files of asks: those that come along can be used, and every mistake in one is told with its place."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import asks
from bot.domain.asks import Ask, AskField, FieldKind
from bot.domain.refusals import Refusal
from bot.domain.stages import Stage
from bot.domain.text import clean
from bot.settings import SettingsError
from bot.wiring import load_asks

GOOD = """
title = "What is wrong"
button = "Tell us"
stages = ["options", "define"]
example = "Cars."
[[field]]
name = "what"
kind = "long"
label = "What happens?"
hint = "Leave out names."
longest = 100
[[field]]
name = "often"
kind = "scale"
label = "How often?"
options = ["Never", "Always"]
"""


def load(folder: Path, text: str, name: str = "mine") -> Ask:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return asks.load(folder)[name]


def test_those_that_come_along_can_be_used() -> None:
    found = load_asks()
    assert list(found) == ["offer", "option", "problem", "question"]
    assert {stage for one in found.values() for stage in one.stages} == set(Stage)
    for one in found.values():
        assert one.box.kind is FieldKind.LONG
        assert len(one.example) <= one.box.longest


def test_a_file_is_an_ask(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD) == Ask(
        "mine", "What is wrong", "Tell us", (Stage.DEFINE, Stage.OPTIONS), "Cars.",
        (
            AskField("what", FieldKind.LONG, "What happens?", "Leave out names.", 100),
            AskField("often", FieldKind.SCALE, "How often?", options=("Never", "Always")),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "What is wrong"', "", "title must be a text"),
        ('title = "What is wrong"', f'title = "{"x" * 81}"', "title must have at most 80 characters"),
        ('"Tell us"', "7", "button must be a text"),
        ('["options", "define"]', "[]", "stages must name some of define, options"),
        ('["options", "define"]', '["later"]', "stages must name some of define, options"),
        ('["options", "define"]', '"define"', "stages must be a list of texts"),
        ('example = "Cars."', 'example = "Cars."\nfoo = 1', "foo is not known; there are button,"),
        ('name = "what"', 'name = "What?"', "[[field]] 1 name must be 2 to 20 small letters"),
        ('name = "often"', 'name = "what"', "[[field]] must each have a name of its own"),
        ('kind = "long"', 'kind = "huge"', "[[field]] 1 kind must be one of short, long"),
        ('kind = "long"', 'kind = "one"\noptions = ["a", "b"]', "[[field]] 1 must be short or long"),
        ("longest = 100", "longest = true", "[[field]] 1 longest must be a number from 20 to 2000"),
        ("longest = 100", "longest = 2001", "[[field]] 1 longest must be a number from 20 to 2000"),
        ("longest = 100", 'options = ["a", "b"]', "[[field]] 1 options are not of a field in which people"),
        ('["Never", "Always"]', '["Never"]', "[[field]] 2 options must be 2 to 10 different texts"),
        ('["Never", "Always"]', '["Never", "Never"]', "[[field]] 2 options must be 2 to 10 different texts"),
        ('["Never", "Always"]', f'["Never", "{"x" * 101}"]', "[[field]] 2 options must have at most 100"),
        ('"How often?"', '"How\\u202e?"', "[[field]] 2 label must be a text"),
        ("[[field]]", "[field]", "is not TOML"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(SettingsError) as raised:
        load(tmp_path, GOOD.replace(old, new))
    assert any(f"mine.toml: {told}" in one for one in raised.value.problems), raised.value.problems


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "Bad.toml").write_text(GOOD)
    (tmp_path / "other.toml").write_bytes(b"\xff")
    (tmp_path / "empty.toml").write_text("")
    with pytest.raises(SettingsError) as raised:
        asks.load(tmp_path)
    for name in ("Bad", "other", "empty"):
        assert any(f"{name}.toml: " in one for one in raised.value.problems)
    with pytest.raises(SettingsError, match="has no ask"):
        asks.load(tmp_path / "nowhere")


KEYS = [
    "title",
    "button",
    "stages",
    "example",
    "field",
    "name",
    "kind",
    "label",
    "hint",
    "longest",
    "options",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=8),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["title", "button", "stages", "example", "field"]), VALUES))
def test_no_nonsense_breaks_the_reading(raw: dict[str, object]) -> None:
    problems: list[str] = []
    asks._Reading("it", problems).ask("it", {**tomllib.loads(GOOD), **raw})
    assert all(one.startswith("it: ") for one in problems)


@given(st.sampled_from(FieldKind), st.lists(st.text(max_size=60), max_size=4))
def test_whatever_is_sent_is_clean_or_refused(kind: FieldKind, raw: list[str]) -> None:
    field = AskField("what", kind, "What?", longest=50, options=("Yes", "No"))
    try:
        said = field.read(raw)
    except Refusal:
        return
    assert field.read(said) == said
    if field.is_text:
        assert all(0 < len(one) <= 50 and clean(one) == one for one in said)
        assert len(said) < 2
    else:
        assert set(said) <= {"Yes", "No"}
        assert len(said) < 2 or kind is FieldKind.SEVERAL


def test_several_come_in_the_order_of_the_file() -> None:
    field = AskField("sort", FieldKind.SEVERAL, "Which?", options=("Time", "Skill", "Place"))
    assert field.read(["Place", "Time"]) == ("Time", "Place")
