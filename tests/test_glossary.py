"""The glossary's file: what it holds, what it refuses and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.plain import Glossary, jargon
from bot.glossary import FILE, load
from bot.settings import SettingsError

CONFIG = Path(__file__).parents[1] / "config"
ALTERNATIVE = "must have a plain alternative of 1 to 60 letters"
TERM = "must be words of letters and digits, 60 at most"


def written(folder: Path, toml: str) -> Glossary:
    (folder / FILE).write_text(toml, encoding="utf-8")
    return load(folder)


def problems(folder: Path, toml: str) -> list[str]:
    """What loading says against a file, without the file's name."""
    with pytest.raises(SettingsError) as caught:
        written(folder, toml)
    return [line.removeprefix(f"{folder / FILE}: ") for line in str(caught.value).splitlines()]


def test_ours_can_be_used_and_advises_no_jargon() -> None:
    ours = load(CONFIG)
    assert len(ours.plain) >= 40
    for term, plain in ours.plain.items():
        assert jargon(f"This {term.upper()}, and more", ours) == [(term.upper(), plain)]
        assert jargon(plain, ours) == [], f"{plain} is jargon itself"


def test_ours_is_in_the_order_of_the_alphabet() -> None:
    terms = list(load(CONFIG).plain)
    assert terms == sorted(terms, key=lambda term: term.replace("-", ""))


def test_what_is_read_is_found(tmp_path: Path) -> None:
    there = written(tmp_path, 'Stakeholder = "people it affects"\n"co-design" = " planning it together "\n')
    assert jargon("Co-design by STAKEHOLDERS", there) == [
        ("Co-design", "planning it together"),
        ("STAKEHOLDERS", "people it affects"),
    ]


def test_an_empty_file_finds_nothing(tmp_path: Path) -> None:
    assert jargon("Stakeholders", written(tmp_path, "")) == []


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        ("stakeholder = 5", f'"stakeholder" {ALTERNATIVE}'),
        ('stakeholder = ""', f'"stakeholder" {ALTERNATIVE}'),
        ('stakeholder = " "', f'"stakeholder" {ALTERNATIVE}'),
        ('stakeholder = ["people"]', f'"stakeholder" {ALTERNATIVE}'),
        ('stakeholder = "a\\nb"', f'"stakeholder" {ALTERNATIVE}'),
        (f'stakeholder = "{"x" * 61}"', f'"stakeholder" {ALTERNATIVE}'),
        ('[stakeholder]\nplain = "people"', f'"stakeholder" {ALTERNATIVE}'),
        ('"" = "nothing"', f'"" {TERM}'),
        ('" " = "nothing"', f'" " {TERM}'),
        ('"and/or" = "or"', f'"and/or" {TERM}'),
        (f'"{"x" * 61}" = "x"', f'"{"x" * 61}" {TERM}'),
        ('Outcome = "result"\noutcome = "end"', '"outcome" is there twice'),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, toml: str, problem: str) -> None:
    assert problems(tmp_path, toml) == [problem]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, 'a = 1\nb = 2\nc = "see"\n')) == 2


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"glossary\.toml: cannot be read: No such file"):
        load(tmp_path)
    assert problems(tmp_path, "= 1")[0].startswith("is not TOML: ")
    (tmp_path / FILE).write_bytes(b'caf\xe9 = "coffee"\n')
    with pytest.raises(SettingsError, match="is not TOML: "):
        load(tmp_path)


def test_a_glossary_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        load(CONFIG).plain["outcome"] = "end"  # type: ignore[index]
