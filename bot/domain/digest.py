"""The week as facts. Plain data all the way down, so that it can wait in the outbox as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from bot.domain.rounds import DAY_MS

WHOLE_MS = 6 * DAY_MS
"""So much of a week a digest must be about to tell standings: else two of them may differ by a few people."""


@dataclass(frozen=True)
class Line:
    """One question of a check-in: its last levels, and the change at the last, None where there is none."""

    label: str
    levels: list[float]
    by: float | None
    unusual: bool


@dataclass(frozen=True)
class Differs:
    """Officials say one option, most others another: so many ``people`` of ``every`` who answered."""

    stated: str
    said: str
    people: int
    every: int
    residents: bool


@dataclass(frozen=True)
class Asked:
    """One question of the week: ``people`` have answered it in all, ``counts`` only once it has closed.

    Of a check-in that has closed, ``lines`` are of its scales, and ``differs`` says where officials see it
    otherwise.
    """

    initiative: int
    round: int
    stage: str
    question: str
    people: int
    closes_ms: int
    opened: bool
    closed: bool
    options: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    quorum: int = 0
    sealed: bool = False
    lines: list[Line] = field(default_factory=list)
    differs: Differs | None = None


@dataclass(frozen=True)
class Owed:
    """One promise that people wait for."""

    initiative: int
    due_ms: int
    overdue: bool


@dataclass(frozen=True)
class Digest:
    """What happened after one moment and up to another (UTC epoch ms), for a moderators' channel.

    ``titles`` and ``stages`` are of the initiatives by number; ``standings`` has only groups that may be
    shown; ``ideas`` counts contributions that were ``received`` and ``accepted`` and those that wait now,
    ``declined`` those by reason; ``words`` is how many words organisers owe an explanation of, ``comments``
    how many texts of forms wait to be read; ``late`` says that it should have come over an hour before.
    """

    since_ms: int
    until_ms: int
    late: bool
    titles: dict[str, str]
    stages: dict[str, str]
    asked: list[Asked]
    people: int
    new_people: int
    standings: dict[str, int]
    owed: list[Owed]
    rows: int
    head: str
    ideas: dict[str, int] = field(default_factory=dict)
    declined: dict[str, int] = field(default_factory=dict)
    words: int = 0
    comments: int = 0
    unsaid: str = ""
    """Why standings are not told: ``weekly`` where the digest is not that of a whole week, or somebody asked
    for it; ``few`` where a group is too small; '' where they are, or where all are of one standing."""

    def as_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return asdict(self)


def from_json(facts: dict[str, Any]) -> Digest:
    """A digest out of plain data."""
    return Digest(
        **facts
        | {
            "asked": [_asked(one) for one in facts["asked"]],
            "owed": [Owed(**one) for one in facts["owed"]],
        }
    )


def _asked(facts: dict[str, Any]) -> Asked:
    differs = facts.get("differs")
    lines = [Line(**one) for one in facts.get("lines", [])]
    return Asked(**facts | {"lines": lines, "differs": Differs(**differs) if differs else None})
