"""Facts computed from rounds; never prose. Doors turn them into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.weighing import Weighed


@dataclass(frozen=True)
class Tally:
    """One round's result, as it was at its close.

    ``counts`` follows ``options``; ``answers`` is people; ``leaders`` are the places of the options
    with most, several at a tie, none without answers; ``standings`` has only what may be shown. ``weighed``
    has what came out for each statement, where statements were weighed.
    """

    options: tuple[str, ...]
    counts: tuple[int, ...]
    answers: int
    quorum: int
    standings: Mapping[str, int]
    weighed: tuple[Weighed, ...] = ()

    @property
    def leaders(self) -> tuple[int, ...]:
        """The places of the options with the most people; empty where nobody answered."""
        most = max(self.counts, default=0)
        return tuple(i for i, count in enumerate(self.counts) if count == most) if most else ()

    @property
    def quorum_met(self) -> bool:
        """Whether enough people answered for the result to stand."""
        return self.answers >= self.quorum


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
