"""Several questions in one list: those that nobody could tell apart have their number before them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from bot.domain.text import same
from cogs.ui.round_cards import RoundWords
from cogs.ui.visit import Visit

BEGINS = 50
"""How many characters of a name are sure to be seen on a button."""
WHOLE = 4000
Words = RoundWords | Visit


class Asked(Protocol):
    """A question or a check-in, with the number that its card shows."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def question(self) -> str:
        """What it asks, '' while it says nothing."""


def apart(words: Words, those: Iterable[Asked]) -> dict[int, str]:
    """What each asks, by its number."""
    return numbered(
        words, ((one.id, one.question or words.label("poll-no-question", WHOLE)) for one in those)
    )


def numbered(words: Words, names: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Names by number; where several begin alike, each has its number before it."""
    found = dict(names)
    times = Counter(map(_begins, found.values()))
    return {
        number: words.label("numbered", WHOLE, number=number, text=name) if times[_begins(name)] > 1 else name
        for number, name in found.items()
    }


def _begins(name: str) -> str:
    return same(name)[:BEGINS]
