"""Check-ins: a small question that is asked again and again; each time it is asked is a round."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.asks import AskField

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
    while it is paused or stopped: ``organiser``, ``channel``, ``role``, ``project``, ``ended``, or ''.
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


@dataclass(frozen=True)
class Missed:
    """A turn at which nothing was asked (UTC epoch ms), and why.

    ``down``: its window was over when we were back. ``open``: the time before was still open. ``untold``: its
    result was not told yet. ``asks``: nobody had said whether it goes on. ``channel``: its card could not be
    posted the time before.
    """

    due_ms: int
    why: str
