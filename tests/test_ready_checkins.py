"""The files of config/checkins: those we ship, and what is said about mistakes in others."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.checkins import FOLDER, load
from bot.domain.checkins import Purpose
from bot.domain.forms import check_form
from bot.domain.lines import first_value
from bot.settings import SettingsError

CONFIG = Path(__file__).parents[1] / "config" / FOLDER
GOOD = """title = "Is it there?"
purpose = "delivery"
question = "Is it there yet?"
[[field]]
name = "there"
kind = "one"
label = "Is it there?"
options = ["Yes", "No"]
"""


def problems(folder: Path, text: str) -> list[str]:
    (folder / "aa.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(folder)
    return [line.removeprefix(f"{folder}/aa.toml: ") for line in str(caught.value).splitlines()]


def test_what_is_shipped_can_be_asked() -> None:
    found = load(CONFIG)
    assert {name: one.purpose for name, one in found.items()} == {
        "principles": Purpose.PULSE,
        "there": Purpose.DELIVERY,
        "view": Purpose.PULSE,
    }
    for one in found.values():
        check_form(one.form, sealed=False)
        assert one.question.endswith("?")
    principles = found["principles"].form
    assert len(principles) == 5
    for field in (*principles, *found["view"].form):
        assert (first_value(field), len(field.options)) == (0, 11)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"delivery"', '"party"', "purpose must be one of plain, delivery, pulse"),
        ('"delivery"', '"good"', "purpose must be one of plain, delivery, pulse"),
        ('"one"', '"scale"', "[[field]] 1 must be one: officials choose one of its options, too"),
        ('"one"', '"several"', "[[field]] can't be several: it is answered in one go"),
        ('["Yes", "No"]', str([str(n) for n in range(12)]), "[[field]] 1 options must be 2 to 11 different"),
        ('question = "Is it there yet?"', "", "question must be a text"),
        ("title", "titel", "titel is not known; there are field, purpose, question, title"),
        ('"Is it there?"\noptions', f'"{"x" * 46}"\noptions', "label must have at most 45 characters"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert before in GOOD
    assert any(told in line for line in problems(tmp_path, GOOD.replace(before, after, 1)))


def test_a_folder_without_files_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="has no check-in"):
        load(tmp_path)
