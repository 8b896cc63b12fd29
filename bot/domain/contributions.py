"""Contributions: what one person brings to an ask, and the life that it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.asks import Said
from bot.domain.people import Standing


class Fate(StrEnum):
    """Where a contribution is in its life."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Why(StrEnum):
    """The published policy: what alone a contribution may be declined for. Disagreement is no reason."""

    NAMES = "names"
    HARM = "harm"
    ELSEWHERE = "elsewhere"
    UNCLEAR = "unclear"
    TWICE = "twice"
    ADVERT = "advert"


ERASED = "erased"
"""Why a contribution that was never read is over: its author erased it."""


@dataclass(frozen=True)
class Contribution:
    """One contribution as it stands; ``id`` is its public number in the community.

    Times are UTC epoch milliseconds, 0 where they have not come. ``person`` is negative where it belongs to
    nobody any more. ``said`` is its newest version, empty once its words were erased. ``judge`` is the person
    who settled it last; ``question`` what a moderator asked its author; ``again`` says that a second look,
    by somebody else, was asked for. Something of a meeting has its ``place`` and how many were ``present``,
    something that was a chat message before has the platform's ``link`` to it, for its author alone.
    """

    community: int
    id: int
    round: int
    initiative: int
    person: int
    standing: Standing
    state: Fate = Fate.RECEIVED
    said: Said | None = None
    version: int = 1
    first_ms: int = 0
    at_ms: int = 0
    settled_ms: int = 0
    why: str = ""
    judge: int = 0
    question: str = ""
    again: bool = False
    place: str = ""
    present: int = 0
    link: str = ""

    @property
    def met(self) -> bool:
        """Whether it was said at a meeting: then it is of nobody's account."""
        return bool(self.place)


def by_standing(those: Iterable[Contribution]) -> Counter[str]:
    """Who brought these, of those that were not taken back: how many people of each standing.

    Whose standing changed in between counts with the last one. Nobody knows who of those at a meeting
    is counted already, so they don't count.
    """
    there = [one for one in those if one.state is not Fate.WITHDRAWN and not one.met]
    return Counter({one.person: one.standing.value for one in there}.values())
