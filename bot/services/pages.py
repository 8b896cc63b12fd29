"""Lists of contributions, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.services.contributions import Held

PAGE = 10
"""How many contributions a list shows at a time."""


@dataclass(frozen=True)
class Page:
    """A few of many; ``count`` is how many there are in all, ``number`` which page it is, from 0."""

    held: Sequence[Held]
    count: int
    number: int
    last: int


def page_at(number: int, count: int, size: int) -> tuple[int, int]:
    """Which page there is, the first for one that is not there, and the last."""
    last = max(0, count - 1) // size
    return number if 0 <= number <= last else 0, last
