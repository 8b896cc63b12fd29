"""Nobody is found by subtraction, every day; ``make soak`` does the same with 10,000 sequences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.domain import forms
from bot.services import sealing
from tests.builders import sqlite_url
from tests.soak import differing

SEQUENCES = 15


def test_nothing_that_is_said_differs_by_a_few_people(tmp_path: Path, seed: str) -> None:
    found = differing.run(sqlite_url(tmp_path), SEQUENCES, seed)
    assert found.differing == []
    assert found.sequences >= SEQUENCES
    assert found.shown > SEQUENCES // 2


def alone(counts: Sequence[int], least: int, **_: object) -> tuple[object, ...]:
    return tuple(((place,), count) for place, count in enumerate(counts))


def only_small(counts: Sequence[int], least: int) -> tuple[int, ...]:
    return tuple(place for place, count in enumerate(counts) if 0 < count < least)


@pytest.mark.parametrize("weaker", ["nothing hidden", "no complement", "no bands", "no minimum"])
def test_each_rule_that_is_left_out_is_noticed(
    tmp_path: Path, seed: str, weaker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if weaker == "nothing hidden":
        monkeypatch.setattr(sealing, "hidden_places", lambda *_, **__: ())
    if weaker == "no complement":
        monkeypatch.setattr(
            sealing, "hidden_places", lambda counts, _, least, **__: only_small(counts, least)
        )
        monkeypatch.setattr(forms, "hidden_cells", only_small)
    if weaker == "no bands":
        monkeypatch.setattr(forms, "grouped", alone)
    if weaker == "no minimum":
        monkeypatch.setattr(differing, "MINIMUM", 1)
    assert differing.run(sqlite_url(tmp_path), 10 * SEQUENCES, seed).differing
