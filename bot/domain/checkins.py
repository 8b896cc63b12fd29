"""Check-ins: a small question that is asked again and again; each time it is asked is a round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import pairwise

from bot.domain.asks import AskField
from bot.domain.refusals import Refusal
from bot.domain.versions import version_of

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
MOST_RUNS = 6
"""After so many times organisers are asked whether it goes on."""
PAUSE_DAYS = 28
"""For how long somebody is left alone who says *Pause*."""


class Purpose(StrEnum):
    """What a check-in is for: any question, whether something is there, how near to good, how people feel."""

    PLAIN = "plain"
    DELIVERY = "delivery"
    GOOD = "good"
    PULSE = "pulse"


class Life(StrEnum):
    """A check-in's life. ``asks``: it has run six times, and organisers say whether it goes on."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    ASKS = "asks"
    STOPPED = "stopped"


GOING = (Life.RUNNING, Life.PAUSED, Life.ASKS)
"""Started, and not over."""


@dataclass(frozen=True)
class Stated:
    """What officials say about whether something is there: the place of one of the options, and why."""

    option: int
    words: str
    at_ms: int


@dataclass(frozen=True)
class CheckIn:
    """One check-in; times and spans in milliseconds, ``pace`` as in :class:`bot.domain.when.Pace`.

    ``direct`` is by private message to those who opted in; then ``channel`` is where people opt in and where
    results are told. ``role`` is the platform's id of a role, '' for anybody; with ``mention`` the role is
    mentioned each time. ``runs`` counts since organisers last said that it goes on; ``why`` is the reason
    while it is paused or stopped: ``organiser``, ``channel``, ``role``, ``project``, ``promise``, ``ended``,
    or ''.
    """

    community: int
    id: int
    initiative: int
    purpose: Purpose
    state: Life
    question: str
    form: tuple[AskField, ...]
    pace: str = ""
    zone: str = "UTC"
    window_ms: int = 0
    channel: str = ""
    direct: bool = False
    role: str = ""
    mention: bool = False
    sealed: bool = False
    stated: Stated | None = None
    why: str = ""
    runs: int = 0
    made_ms: int = 0

    @property
    def version(self) -> str:
        """The version of what is asked, when, of whom, and of what officials say (``versions.py``)."""
        stated = (self.stated.option, self.stated.words) if self.stated else ()
        plan = (self.pace, self.window_ms, self.channel, self.direct, self.role, self.mention, self.sealed)
        return version_of(self.purpose, self.question, [asdict(one) for one in self.form], stated, *plan)


@dataclass(frozen=True)
class ReadyCheckIn:
    """One file of ``config/checkins``: what a check-in can begin with."""

    name: str
    title: str
    purpose: Purpose
    question: str
    form: tuple[AskField, ...]


@dataclass(frozen=True)
class Missed:
    """A turn at which nothing was asked (UTC epoch ms), and why.

    ``down``: its window was over when we were back. ``open``: the time before was still open. ``untold``: its
    result was not told yet. ``asks``: nobody had said whether it goes on. ``channel``: its card could not be
    posted the time before.
    """

    due_ms: int
    why: str


LEAST_WINDOW_MS, MOST_WINDOW_MS = 6 * HOUR_MS, 14 * DAY_MS
TO_TELL_MS = HOUR_MS
"""Between the close of one time and the next there is at least so much, in which its result is told."""
LOOKED_AT = 20
"""So many turns of a pace are looked at, to see whether there is room between them."""


def check_pace(turns: Sequence[int], window_ms: int) -> None:
    """Refuse a window that doesn't end before the next turn; ``turns`` are UTC epoch ms, in order.

    Raises:
        Refusal: ``checkin-window`` with the ``hours`` that fit.
    """
    gaps = [after - before for before, after in pairwise(turns)]
    longest = min([MOST_WINDOW_MS, *(gap - TO_TELL_MS for gap in gaps)])
    if not LEAST_WINDOW_MS <= window_ms <= longest:
        raise Refusal("checkin-window", hours=longest // HOUR_MS)


def remind_ms(opened_ms: int, closes_ms: int) -> int:
    """When those are reminded who have not answered: a day before the close, or half-way where it is near."""
    return closes_ms - min(DAY_MS, (closes_ms - opened_ms) // 2)
