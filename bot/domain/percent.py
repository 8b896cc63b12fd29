"""Shares out of a hundred, as they may be told: nothing is all or none that is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import floor


class Bound(StrEnum):
    """Whether a share is told as a number, or lies between that and all or none."""

    EXACT = "exact"
    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True)
class Percent:
    """A share: 0 for none and 100 for all; ``above`` 99 and ``below`` 1 for what is nearly so."""

    value: int
    bound: Bound = Bound.EXACT


def percent(part: float, whole: float = 1) -> Percent:
    """A share, rounded half up."""
    return _told(floor(100 * part / whole + 0.5), part, whole)


def percents(parts: Sequence[int], whole: int) -> list[Percent]:
    """Several shares; where the parts make up the whole, so do these: what was cut off most is rounded up."""
    if sum(parts) != whole:
        return [percent(part, whole) for part in parts]
    down = [100 * part // whole for part in parts]
    cut_off = sorted(
        range(len(parts)), key=lambda place: (-(100 * parts[place] % whole), -parts[place], place)
    )
    raised = set(cut_off[: 100 - sum(down)])
    return [_told(down[place] + (place in raised), part, whole) for place, part in enumerate(parts)]


def _told(value: int, part: float, whole: float) -> Percent:
    if value >= 100 and part < whole:
        return Percent(99, Bound.ABOVE)
    if value <= 0 and part > 0:
        return Percent(1, Bound.BELOW)
    return Percent(value)
