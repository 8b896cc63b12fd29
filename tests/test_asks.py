"""The files of config/asks: those we ship, and what is said about mistakes in others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.asks import FOLDER, LONGEST, MOST_TEXT, load
from bot.domain.stages import Stage
from bot.settings import SettingsError

CONFIG = Path(__file__).parents[1] / "config" / FOLDER
GOOD = """title = "Problems"
button = "Tell us"
stages = ["define"]
example = "Cars park on the crossing."
[[field]]
name = "what"
kind = "long"
label = "What happens?"
"""


def problems(folder: Path, *texts: str | bytes) -> list[str]:
    """What loading says against files named ``aa.toml``, ``bb.toml``, ..., without their folder."""
    for place, text in enumerate(texts):
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"{chr(97 + place) * 2}.toml").write_bytes(data)
    with pytest.raises(SettingsError) as caught:
        load(folder)
    return [line.removeprefix(f"{folder}/") for line in str(caught.value).splitlines()]


def test_what_is_shipped_has_what_people_need() -> None:
    found = load(CONFIG)
    assert set(found) == {"offer", "option", "problem", "question", "statement"}
    assert {stage for ask in found.values() for stage in ask.stages} <= set(Stage)
    for name, ask in found.items():
        assert (ask.name, ask.box.is_text) == (name, True)
        assert ask.example
        assert ask.stages
        assert ask.box.longest >= 200
        for field in ask.fields:
            assert field.label.endswith("?"), (name, field.name)
            assert bool(field.options) is not field.is_text


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('title = "Problems"', "title = 5", "title must be a text"),
        ('title = "Problems"', 'title = "  "', "title must be a text"),
        ('title = "Problems"', f'title = "{"x" * 81}"', "title must have at most 80 characters"),
        ('button = "Tell us"\n', "", "button must be a text"),
        ('button = "Tell us"', f'button = "{"x" * 41}"', "button must have at most 40 characters"),
        ('["define"]', "[]", "stages must name some of "),
        ('["define"]', '["dream"]', "stages must name some of "),
        ('["define"]', "[[1]]", "stages must be a list of texts"),
        ("example", "exemple", "exemple is not known; there are "),
        ("[[field]]", "[field]", "[[field]] must be there 1 to 10 times"),
        ('"long"', '"tall"', "[[field]] 1 kind must be one of "),
        ('"long"', '["long"]', "[[field]] 1 kind must be one of "),
        ('"what"', '"What 1"', "[[field]] 1 name must be 2 to 20 small letters"),
        ('"What happens?"', f'"{"x" * 46}"', "[[field]] 1 label must have at most 45 characters"),
        ('label = "What happens?"', 'label = "a"\nhint = 1', "[[field]] 1 hint must be a text"),
        ('label = "What happens?"', 'label = "a"\nlabels = 1', "[[field]] 1 labels is not known; "),
        ('"long"', '"long"\nlongest = 19', "[[field]] 1 longest must be a number from 20 to 2000"),
        ('"long"', '"long"\nlongest = true', "[[field]] 1 longest must be a number from 20 to 2000"),
        ('"long"', f'"long"\nlongest = {MOST_TEXT + 1}', "[[field]] 1 longest must be a number from 20"),
        ('"long"', '"long"\noptions = ["a", "b"]', "[[field]] 1 options are not of a field in which"),
        ('"long"', '"one"\noptions = ["a", "b"]', "[[field]] 1 must be short or long"),
        ('"long"', '"one"\noptions = ["a"]', "[[field]] 1 options must be 2 to 10 different texts"),
        ('"long"', '"one"\noptions = ["a", "a"]', "[[field]] 1 options must be 2 to 10 different"),
        ('"long"', '"one"\noptions = ["a", 1]', "[[field]] 1 options must be a list of texts"),
        ('"long"', f'"one"\noptions = ["a", "{"x" * 101}"]', "[[field]] 1 options must have at most 100"),
    ],
)
def test_each_mistake_is_told_with_its_place(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert before in GOOD
    found = problems(tmp_path, GOOD.replace(before, after, 1))
    assert any(one.startswith(f"aa.toml: {told}") for one in found), found


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    twice = GOOD + GOOD[GOOD.index("[[field]]") :]
    second = twice.replace('"Problems"', "1").replace('"Tell us"', "2")
    (tmp_path / "Odd-1.toml").write_text(GOOD, encoding="utf-8")
    found = problems(tmp_path, GOOD, second, b"title = '\xff'", "title =", "")
    assert not [one for one in found if one.startswith("aa.toml")]
    assert "Odd-1.toml: must be named with 2 to 20 small letters" in found
    for told in (
        "bb.toml: title must be a text", "bb.toml: button must be a text",
        "bb.toml: [[field]] must each have a name of its own", "cc.toml: is not TOML: ",
        "dd.toml: is not TOML: ", "ee.toml: example must be", "ee.toml: [[field]] must be there",
    ):  # fmt: skip
        assert any(one.startswith(told) for one in found), told


def test_a_folder_without_asks_and_a_folder_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="has no ask"):
        load(tmp_path / "nowhere")
    (tmp_path / "zz.toml").mkdir()
    with pytest.raises(SettingsError, match=r"zz\.toml: cannot be read"):
        load(tmp_path)


def test_no_depth_of_brackets_breaks_the_loader(tmp_path: Path) -> None:
    deep = "title = " + "[" * 100_000 + "]" * 100_000
    assert problems(tmp_path, deep)[0].startswith("aa.toml: is not TOML: ")


def test_what_is_longest_still_loads(tmp_path: Path) -> None:
    fields = [
        f'[[field]]\nname = "{"abcdefghij"[place] * 20}"\nkind = "{"long" if not place else "several"}"\n'
        f'label = "{"l" * LONGEST["label"]}"\nhint = "{"h" * LONGEST["hint"]}"\n'
        + (f"longest = {MOST_TEXT}\n" if not place else f"options = {[f'{n:0100}' for n in range(10)]}\n")
        for place in range(10)
    ]
    top = "".join(f'{key} = "{"x" * LONGEST[key]}"\n' for key in ("title", "button", "example"))
    (tmp_path / "aa.toml").write_text(top + 'stages = ["define"]\n' + "".join(fields), encoding="utf-8")
    assert len(load(tmp_path)["aa"].fields) == 10


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
ANY = st.recursive(
    st.one_of(
        st.booleans(), st.integers(-(2**40), 2**40), st.floats(allow_nan=False, allow_infinity=False), TEXTS
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
KEYS = ("name", "kind", "label", "hint", "longest", "options")
FIELDS = st.fixed_dictionaries(
    {}, optional={key: ANY | st.sampled_from(["long", "one", "what", ["a", "b"], 100]) for key in KEYS}
)
FILES = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("title", "button", "stages", "example", "other"), ANY)
    | {"field": ANY | st.lists(FIELDS | ANY, max_size=12)},
)


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return repr(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


@given(raw=FILES)
def test_whatever_is_in_a_file_only_settings_error_comes(
    tmp_path_factory: pytest.TempPathFactory, raw: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("asks")
    lines = "\n".join(f"{key} = {toml(value)}" for key, value in raw.items())
    (folder / "aa.toml").write_text(lines, encoding="utf-8")
    told: tuple[str, ...] = ()
    try:
        load(folder)
    except SettingsError as error:
        told = tuple(error.problems)
    assert all(line.startswith(f"{folder / 'aa.toml'}: ") for line in told)


@given(data=st.binary(max_size=60))
def test_whatever_bytes_a_file_has_only_settings_error_comes(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("asks")
    (folder / "aa.toml").write_bytes(data)
    with pytest.raises(SettingsError):
        load(folder)
