"""How much a project asks of people, and how long both sides take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bot.domain.promises import Promise, promise_of
from bot.domain.rounds import Round, State

ASKED = (State.OPEN, State.CLOSED)


@dataclass(frozen=True)
class Load:
    """What one project has asked of people so far; times and spans in milliseconds.

    ``questions`` counts each part of a form. ``to_answer_ms`` is the median time from a question's opening to
    people's first answer, None where too few have answered to say, and never of questions without names;
    ``given_ms`` the median time for which questions were open; ``took_ms`` the median time from a question's
    close until people heard back, counted up to now where they have not, which ``waits`` says.
    """

    questions: int
    to_answer_ms: float | None
    given_ms: float | None
    took_ms: float | None
    waits: bool


def load_of(
    every: Sequence[Round], to_answer: Sequence[int], promises: Sequence[Promise], now_ms: int, least: int
) -> Load:
    """The load out of a project's rounds, the times to answer (ms) and its promises, the oldest first."""
    asked = [one for one in every if one.state in ASKED]
    over = [one for one in asked if one.state is State.CLOSED]
    owed = [(one, promise) for one in over if (promise := promise_of(promises, one)) is not None]
    took = [(now_ms if owes.kept_ms is None else owes.kept_ms) - one.closed_ms for one, owes in owed]
    given = [(one.closed_ms or one.closes_ms) - one.opened_ms for one in asked]
    return Load(
        sum(max(1, len(one.form)) for one in asked),
        median(to_answer) if len(to_answer) >= least else None,
        median(given) if given else None,
        # What an earlier version let close after people had heard back belongs to no promise.
        median(heard) if (heard := [span for span in took if span >= 0]) else None,
        waits=any(one.kept_ms is None for one in promises),
    )
