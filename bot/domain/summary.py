"""Facts computed from rounds; never prose. Doors turn them into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.weighing import Weighed


@dataclass(frozen=True)
class Offline:
    """What of a result came on paper, by phone or at a meeting.

    ``counts`` follows the options; ``weighed`` has (number, agree, disagree, passed) of the statements
    of which it may be told.
    """

    people: int
    counts: tuple[int, ...] = ()
    weighed: tuple[tuple[int, int, int, int], ...] = ()


Groups = tuple[tuple[tuple[int, ...], int], ...]
"""The places of options that are counted together, and how many people chose one of them."""


@dataclass(frozen=True)
class Level:
    """What a group chose on a scale: the sum of their values, rounded to a multiple of ``step``.

    ``group`` is a standing, or '' for everybody.
    """

    group: str
    people: int
    total: int
    step: int

    @property
    def value(self) -> float:
        """The mean."""
        return self.total / self.people


@dataclass(frozen=True)
class FieldTally:
    """What may be shown of one field of a form: groups of options, and how many people chose one of each.

    Every option of a choice is in exactly one group; there are none where too few answered, or of words. Of a
    check-in ``levels`` has those of a scale, everybody's first, and ``parts`` who chose what, by standing.
    """

    groups: Groups = ()
    levels: tuple[Level, ...] = ()
    parts: tuple[tuple[str, Groups], ...] = ()


@dataclass(frozen=True)
class Tally:
    """One round's result, as it was at its close.

    ``counts`` follows ``options``; ``answers`` is people; ``leaders`` are the places of the options
    with most, several at a tie, none without answers or where it must not be told; ``standings`` has only
    what may be shown. ``weighed`` has what came out for each statement, where statements were weighed.
    ``offline`` is there where it may be told apart what came on paper, by phone or at a meeting; ``late``
    counts such answers that did not count, because nobody confirmed them in time.
    Of a round without names ``hidden`` are the places of the options whose counts must not be shown (0 in
    ``counts``), and ``outcome`` is ``few`` where too few answered for anything to be shown, ``lost`` where
    its key was lost; ``answers`` is then 0. ``fields`` has what came out for each field of a form, and
    ``same`` how many had answered the time before, where it is a check-in's and may be told.
    """

    options: tuple[str, ...]
    counts: tuple[int, ...]
    answers: int
    quorum: int
    standings: Mapping[str, int]
    weighed: tuple[Weighed, ...] = ()
    offline: Offline | None = None
    late: int = 0
    hidden: tuple[int, ...] = ()
    outcome: str = ""
    fields: tuple[FieldTally, ...] = ()
    same: int | None = None
    ahead: tuple[int, ...] = ()
    """The leaders where counts are hidden: what is shown doesn't tell who they are."""
    withheld: bool = False
    """Whether the sizes of some of the groups by standing that there are must not be shown."""

    @property
    def leaders(self) -> tuple[int, ...]:
        """The places of the options with the most people, as far as they may be told."""
        if self.hidden:
            return self.ahead
        most = max(self.counts, default=0)
        return tuple(i for i, count in enumerate(self.counts) if count == most) if most else ()

    @property
    def quorum_met(self) -> bool:
        """Whether enough people answered for the result to stand."""
        return self.answers >= self.quorum


def can_part(some: int, every: int, least: int) -> bool:
    """Whether some of many may be told apart: neither they nor the others are a few whom nobody may see."""
    return some >= least and (every == some or every - some >= least)


def part_weighed(
    offline: Sequence[Weighed], every: Sequence[Weighed], least: int
) -> tuple[tuple[int, int, int, int], ...]:
    """Of each statement what came offline, where it may be told apart; both have the same statements."""
    return tuple(
        (one.number, one.agree, one.disagree, one.passed)
        for one, whole in zip(offline, every, strict=True)
        if can_part(one.readers, whole.readers, least)
    )
