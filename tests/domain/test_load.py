"""How much a project asks of people: by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.asks import AskField, FieldKind
from bot.domain.load import load_of
from bot.domain.promises import Influence, Promise
from bot.domain.rounds import DAY_MS, Round, State
from bot.domain.stages import Stage

LEAST = 5
FORM = tuple(AskField(name, FieldKind.SHORT, name) for name in ("one", "two", "three"))


def asked(opened: float, closes: float, closed: float = 0, **how: object) -> Round:
    state = State.CLOSED if closed else State.OPEN
    made = Round(
        1, 1, 1, "pick", Stage.DEFINE, state,
        opened_ms=round(opened * DAY_MS), closes_ms=round(closes * DAY_MS), closed_ms=round(closed * DAY_MS),
    )  # fmt: skip
    return replace(made, **how)  # type: ignore[arg-type]


def promise(kept: float | None = None) -> Promise:
    kept_ms = None if kept is None else round(kept * DAY_MS)
    return Promise(1, Influence.ADVISE, "", "", 60 * DAY_MS, 0, kept_ms)


def test_a_project_that_asked_nothing() -> None:
    found = load_of([asked(0, 7, state=State.DRAFT)], [], [promise()], DAY_MS, LEAST)
    assert (found.questions, found.given_ms, found.to_answer_ms, found.took_ms) == (0, None, None, None)


def test_both_sides_by_hand() -> None:
    # open 7, 10 (closed early, after 4) and 14 days; they closed on days 7, 14 and 24
    every = [asked(0, 7, 7), asked(10, 20, 14, form=FORM), asked(10, 24, 24)]
    waits = load_of(every, [1, 2, 3, 40, 50], [promise()], 30 * DAY_MS, LEAST)
    assert waits.questions == 5
    assert waits.given_ms == 7 * DAY_MS
    assert waits.to_answer_ms == 3
    assert waits.took_ms == pytest.approx(16 * DAY_MS)  # 23, 16, 6
    assert waits.waits
    kept = load_of(every, [1, 2, 3, 4], [promise(kept=20)], 90 * DAY_MS, LEAST)
    assert kept.took_ms == pytest.approx(9.5 * DAY_MS)  # 13 and 6; one closed later
    assert not kept.waits
    assert kept.to_answer_ms is None
    assert load_of(every, [], [], 90 * DAY_MS, LEAST).took_ms is None
