"""How much a project asks of people, and how long both sides take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bot.domain.promises import Promise
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
    every: Sequence[Round], to_answer: Sequence[int], promise: Promise | None, now_ms: int, least: int
) -> Load:
    """The load out of a project's rounds, the times to answer (ms) and its promise."""
    asked = [one for one in every if one.state in ASKED]
    over = [one for one in asked if one.state is State.CLOSED]
    kept_ms = promise.kept_ms if promise is not None else None
    heard_ms = now_ms if kept_ms is None else kept_ms
    # What closed after people heard back belongs to no promise any more.
    took = [heard_ms - one.closed_ms for one in over if one.closed_ms <= heard_ms]
    given = [(one.closed_ms or one.closes_ms) - one.opened_ms for one in asked]
    return Load(
        sum(max(1, len(one.form)) for one in asked),
        median(to_answer) if len(to_answer) >= least else None,
        median(given) if given else None,
        median(took) if took and promise is not None else None,
        waits=promise is not None and kept_ms is None,
    )
