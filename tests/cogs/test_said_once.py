"""What a label says already is not said again."""

from __future__ import annotations

import pytest

from bot.domain.asks import AskField, FieldKind
from cogs.ui.form_words import field_line
from cogs.ui.round_cards import RoundWords
from tests.builders import wording

WORDS = RoundWords(wording(), "en")


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("Why?", "**1.** Why? (in your own words)"),
        ("In your own words", "**1.** In your own words"),
        ("Why? (in your own words)", "**1.** Why? (in your own words)"),
    ],
)
def test_a_box_for_words_says_once_that_it_is_one(label: str, told: str) -> None:
    shown = field_line(WORDS, 1, AskField("why", FieldKind.LONG, label), 0)
    assert shown.replace("\\", "").strip() == told
