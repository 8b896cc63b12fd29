"""Guarantee 1, every day: killed under load, the bot has every answer that it acknowledged, and none twice.

``make soak`` does the same 200 times.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak import kills
from tests.soak.victim import Press

KILLS = 5
FEW = 12


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path, seed: str) -> None:
    found = kills.run(tmp_path, KILLS, seed)
    assert (found.kills, found.lost, found.doubled) == (KILLS, 0, 0)
    assert found.acknowledged >= KILLS


def test_a_bot_that_acknowledges_before_the_commit_is_caught(tmp_path: Path, seed: str) -> None:
    assert kills.run(tmp_path, FEW, seed, fault="early").lost


def test_a_bot_that_records_an_answer_twice_is_caught(tmp_path: Path, seed: str) -> None:
    assert kills.run(tmp_path, FEW, seed, fault="twice").doubled


def sent(*waves: str) -> list[Press]:
    """Presses of one person on one round: a word for each wave, a letter for each option."""
    found: list[Press] = []
    for number, wave in enumerate(waves):
        found += [Press(len(found) + place, 1, 1, option, number) for place, option in enumerate(wave)]
    return found


@pytest.mark.parametrize(
    ("before", "rows", "waves", "acknowledged", "fits"),
    [
        ("", "", [], [], True),
        ("", "", ["a"], [0], False),  # lost
        ("", "", ["a"], [], True),
        ("", "a", ["a"], [], True),
        ("", "b", ["a"], [0], False),
        ("", "ab", ["a", "b"], [0], True),
        ("", "a", ["a", "b"], [0, 1], False),  # the change was lost
        ("", "b", ["a", "b"], [0, 1], False),  # the first was
        ("", "ba", ["a", "b"], [0, 1], False),  # they came the other way round
        ("", "ba", ["ab"], [0, 1], True),  # clicked twice: either may come first
        ("", "b", ["ab"], [1], True),
        ("", "a", ["ab"], [1], False),
        ("a", "", ["a"], [0], True),  # the same again leaves no row
        ("a", "ba", ["a", "b", "b", "a"], [0, 1, 2, 3], True),
        ("a", "b", ["a", "b", "b", "a"], [0, 1, 2, 3], False),
        ("", "aa", ["a"], [0], False),
    ],
)
def test_rows_that_presses_explain(
    before: str, rows: str, waves: list[str], acknowledged: list[int], fits: bool
) -> None:
    assert kills.explained(before, list(rows), sent(*waves), set(acknowledged)) is fits
