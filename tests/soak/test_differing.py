"""Nobody is found by subtraction, every day; ``make soak`` does the same with 10,000 sequences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.domain import forms, hiding
from bot.domain.hiding import hidden_cells, hidden_places
from bot.domain.refusals import Refusal
from bot.services import sealed_answers, sealing
from bot.services.sealed_answers import Receipt, SealedBallot
from bot.store import interactions
from bot.store.direct import Tx
from bot.store.interactions import Entry
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


def less(rule: Callable[..., object]) -> Callable[..., object]:
    """The same rule, off by one."""
    return lambda counts, *more, **named: rule(counts, *more[:-1], more[-1] - 1, **named)


def first_rule(counts: Sequence[int], least: int) -> tuple[int, ...]:
    """As many are hidden as it takes until they are enough people together: that alone can be computed."""
    order = sorted(range(len(counts)), key=lambda place: (counts[place], place))
    many = sum(count < least for count in counts)
    while 0 < sum(counts[place] for place in order[:many]) < least and many < len(order):
        many += 1
    return tuple(sorted(order[:many])) if any(counts[place] for place in order[:many]) else ()


def most_shown(
    counts: Sequence[int], people: int, hidden: Sequence[int], least: int, **_: object
) -> tuple[int, ...]:
    """Who leads among what is shown."""
    shown = [0 if place in hidden else count for place, count in enumerate(counts)]
    return tuple(place for place, count in enumerate(shown) if count == max(shown) and count)


async def answer_on_record(tx: Tx, ballots: Sequence[SealedBallot]) -> list[Receipt | Refusal]:
    """As answers with names do it: each leaves a row."""
    for one in ballots:
        act = Entry(one.community, one.at_ms, "answered", "define", "resident", {}, 1, one.round)
        await interactions.append(tx, [act])
    return await _record(tx, ballots)


_record = sealed_answers.record
WEAKER: dict[str, list[tuple[object, str, object]]] = {
    "a row for an answer": [(sealed_answers, "record", answer_on_record)],
    "nothing hidden": [(sealing, "hidden_places", lambda *_, **__: ())],
    "no complement": [
        (sealing, "hidden_places", lambda those, _, least, **__: only_small(those, least)),
        (forms, "hidden_cells", only_small),
    ],
    "no bands": [(forms, "grouped", alone)],
    "no minimum": [(differing, "MINIMUM", 1)],
    "one less": [(differing, "MINIMUM", differing.LEAST - 1)],
    "one less of a poll": [(sealing, "hidden_places", less(hidden_places))],
    "one less of a choice": [(forms, "hidden_cells", less(hidden_cells))],
    "one less of a scale": [(forms, "grouped", less(forms.grouped))],
    "can be computed": [(hiding, "hidden_cells", first_rule)],
    "of a choice it can be computed": [(forms, "hidden_cells", first_rule)],
    "any leader named": [(hiding, "_first_tells_nothing", lambda *_: True)],
    "the wrong leader": [(sealing, "leaders_told", most_shown)],
}
"""Rules left out or off by one; each is seen in the cases that are played first."""


@pytest.mark.parametrize("weaker", WEAKER)
def test_each_rule_that_is_left_out_is_noticed(
    tmp_path: Path, seed: str, weaker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, name, broken in WEAKER[weaker]:
        monkeypatch.setattr(place, name, broken)
    assert differing.run(sqlite_url(tmp_path), 1, seed).differing
