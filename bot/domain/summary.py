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
    with most, several at a tie, none without answers; ``standings`` has only what may be shown. ``weighed``
    has what came out for each statement, where statements were weighed. ``offline`` is there where it may be
    told apart what came on paper, by phone or at a meeting; ``late`` counts such answers that did not count,
    because nobody confirmed them in time.
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

    @property
    def leaders(self) -> tuple[int, ...]:
        """The places of the options with the most people; empty where nobody answered."""
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


def shown_groups(groups: Mapping[str, int], least: int) -> dict[str, int]:
    """The sizes of groups that may be shown beside their total.

    A group below ``least`` is left out. What is left out together must itself be at least ``least``
    people (or nobody), or the total would give it away: the smallest shown groups go with it.
    """
    shown = {name: size for name, size in groups.items() if size >= least}
    hidden = sum(size for size in groups.values() if size < least)
    while 0 < hidden < least and shown:
        smallest = min(shown, key=lambda name: (shown[name], name))
        hidden += shown.pop(smallest)
    return shown


def hidden_places(counts: Sequence[int], people: int, least: int, *, one_each: bool) -> tuple[int, ...]:
    """The places of the options whose counts would show a group of fewer than ``least`` people.

    Where each person chose one, what is hidden together must itself be at least ``least`` people: or the
    total would give it away. Where they chose any number, those who did not choose it are a group, too, and
    so are those who chose several: everybody chose something, so there are as many choices as people and
    theirs beside. An option that nobody chose is hidden with the small ones, or it would narrow them down.
    """
    if one_each:
        hidden = {place for place, count in enumerate(counts) if count < least}
        while 0 < sum(counts[place] for place in hidden) < least and len(hidden) < len(counts):
            shown = [place for place in range(len(counts)) if place not in hidden]
            hidden.add(min(shown, key=lambda place: (counts[place], place)))
        return tuple(sorted(hidden)) if any(counts[place] for place in hidden) else ()
    small = [0 < count < least or 0 < people - count < least for count in counts]
    if not any(small) and 0 < sum(counts) - people < least:
        small[min((count, place) for place, count in enumerate(counts) if count)[1]] = True
    if not any(small):
        return ()
    return tuple(place for place, count in enumerate(counts) if small[place] or count in (0, people))
