"""Respect for people's time: how often somebody is reached directly in a week, and never at night."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK_MS = 7 * 86_400_000
TOGETHER, APART_MS = 50, 600_000
"""So many private messages go at once, the next ones so many milliseconds later: some people take none, and
each refusal counts against us. Nor does a worry have to wait behind hundreds of them."""


@dataclass(frozen=True)
class Quiet:
    """The hours in which nobody is disturbed, in local wall time; none where both are equal."""

    begins: time
    ends: time

    def has(self, clock: time) -> bool:
        """Whether a time of day is one of them; their end is none."""
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


def in_turn(place: int, at_ms: int) -> int:
    """When the message at a place among many goes, whose first go at a moment (UTC epoch ms)."""
    return at_ms + place // TOGETHER * APART_MS


def room(times: Sequence[int], at_ms: int, most: int) -> int:
    """The first moment from ``at_ms`` on at which one more contact keeps to ``most`` in any seven days.

    ``times`` are one person's contacts, past and to come (UTC epoch ms), in order. Two that are seven days
    apart are not in the same week.
    """
    candidates = [at_ms, *(one + WEEK_MS for one in times if one + WEEK_MS > at_ms)]
    return next(one for one in sorted(candidates) if _fits(times, one, most))


def _fits(times: Sequence[int], at_ms: int, most: int) -> bool:
    every = list(times)
    insort(every, at_ms)
    return all(last - first >= WEEK_MS for first, last in zip(every, every[most:], strict=False))


def waking(at_ms: int, zone: ZoneInfo, quiet: Quiet) -> int:
    """The same moment (UTC epoch ms), or the end of the quiet hours that it falls into."""
    local = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)
    if not quiet.has(local.time()):
        return at_ms
    ends = datetime.combine(local.date(), quiet.ends)
    if local.time() >= quiet.ends:
        ends += timedelta(days=1)
    found = int(ends.replace(tzinfo=zone).timestamp() * 1000)
    # Where the clocks go back over the end, its first coming can be past already, and its second is meant.
    return found if found > at_ms else int(ends.replace(tzinfo=zone, fold=1).timestamp() * 1000)


def reach_at(times: Sequence[int], at_ms: int, most: int, zone: ZoneInfo, quiet: Quiet) -> int:
    """The first moment from ``at_ms`` on outside the quiet hours for which a person's week has room."""
    found = at_ms
    while True:
        after = waking(room(times, found, most), zone, quiet)
        if after == found:
            return found
        found = after
