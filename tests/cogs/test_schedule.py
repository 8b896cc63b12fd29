"""The card of ``/schedule show`` at its longest."""

from __future__ import annotations

from typing import cast

import pytest

from bot.services.schedules import SHOWN, Coming, Late, Plan
from cogs.schedule import schedule_card
from cogs.ui.limits import MESSAGE_TEXT
from cogs.ui.round_cards import RoundWords
from cogs.ui.visit import Visit
from tests.journeys.conftest import wording

WORDS = cast(Visit, RoundWords(wording(), "en"))
LATEST_MS = 1_899_999_999_000


@pytest.mark.parametrize("words", ["x", "*_~|[x](y)", "🚸", "a quite ordinary sentence "])
def test_however_long_the_first_part_is_the_second_is_shown(words: str) -> None:
    coming = Coming("reminder", words * 300, LATEST_MS, True)
    late = Late("reminder", words * 300, LATEST_MS, LATEST_MS, "busy")
    card = schedule_card(WORDS, Plan((coming,) * SHOWN, (late,) * SHOWN))
    first, second, unsent = [str(item.content) for item in card.walk_children() if hasattr(item, "content")]
    assert len(first) + len(second) + len(unsent) <= MESSAGE_TEXT
    assert first.count("\n- I remind you") >= SHOWN - 3
    assert second.startswith("### What was late, and why\n- I remind you")
    assert second.count("\n- I remind you") >= 5
    assert unsent == "Posts that I could not send are on your desk."


def test_nothing_planned_and_nothing_late_is_said() -> None:
    texts = [str(item.content) for item in schedule_card(WORDS, Plan((), ())).walk_children()
             if hasattr(item, "content")]  # fmt: skip
    assert texts[:2] == ["## What comes next\nNothing is planned.",
                         "### What was late, and why\nNothing was late."]  # fmt: skip
