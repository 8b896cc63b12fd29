"""How much refusing we put up with before we stop asking: plain functions of the clock and of counts.

Discord locks out for an hour, or for good, whoever it had to refuse (401, 403, 429) 10,000 times in 10
minutes. We stay a hundred times below that: what is refused rests, longer each time, until something works.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

MINUTE_MS = 60_000
WINDOW_MS = 10 * MINUTE_MS
MOST = 100
"""So many refusals within the window make us rest."""
TRIAL = 10
"""So many do after a rest, as long as nothing has worked since."""
FIRST_REST_MS, LONGEST_REST_MS = 10 * MINUTE_MS, 360 * MINUTE_MS

STEPS_MS = tuple(minutes * MINUTE_MS for minutes in (10, 30, 120, 360))
"""How long a channel or a card rests after its first, second, ... refusal; the last for all that follow."""

Key = str | tuple[int, int]


@dataclass
class Breaker:
    """Stops everything that is said unasked, and all painting, while the platform refuses too much of it."""

    until_ms: int = 0
    """Until when we rest (UTC epoch ms); 0 or in the past where we don't."""
    shut: bool = False
    """Whether the platform no longer knows us: only a new token, and so a new process, helps."""
    total: int = 0
    """Refusals since the process began."""
    trips: int = 0
    """Rests in a row without anything that worked."""
    _recent: deque[int] = field(default_factory=deque)

    def rests(self, now_ms: int) -> bool:
        """Whether nothing is to be sent now."""
        return self.shut or now_ms < self.until_ms

    def next_moment(self, after_ms: int) -> int | None:
        """When a rest is over that lasts longer than a moment; None where none does."""
        return self.until_ms if self.until_ms > after_ms and not self.shut else None

    def refused(self, now_ms: int) -> bool:
        """Count a refusal; whether a rest begins with it."""
        self.total += 1
        self._recent.append(now_ms)
        while self._recent[0] <= now_ms - WINDOW_MS:
            self._recent.popleft()
        if self.rests(now_ms) or len(self._recent) < (TRIAL if self.trips else MOST):
            return False
        self.hold(now_ms + min(FIRST_REST_MS << min(self.trips, 10), LONGEST_REST_MS))
        self.trips += 1
        self._recent.clear()
        return True

    def hold(self, until_ms: int) -> None:
        """Rest until then, because the platform says so."""
        self.until_ms = max(self.until_ms, until_ms)

    def worked(self) -> None:
        """Something was taken: the next rest is a short one again."""
        self.trips = 0


@dataclass
class Rests:
    """Which channels (by the platform's id) and cards (community, round) are left alone, and until when."""

    _until: dict[Key, int] = field(default_factory=dict)
    _times: dict[Key, int] = field(default_factory=dict)

    def on(self, key: Key, now_ms: int) -> bool:
        """Whether it is left alone now."""
        return now_ms < self._until.get(key, 0)

    def channels(self, now_ms: int) -> list[str]:
        """The channels that are left alone now."""
        return [key for key, until_ms in self._until.items() if isinstance(key, str) and now_ms < until_ms]

    def next_moment(self, after_ms: int) -> int | None:
        """When the next of them is no longer left alone, after a moment."""
        return min((one for one in self._until.values() if one > after_ms), default=None)

    def refused(self, key: Key, now_ms: int, free: int = 0) -> None:
        """Let it rest, longer each time; the first ``free`` times in a row cost nothing."""
        times = self._times.get(key, 0)
        self._times[key] = times + 1
        if times >= free:
            self.hold(key, now_ms + STEPS_MS[min(times - free, len(STEPS_MS) - 1)])

    def hold(self, key: Key, until_ms: int) -> None:
        """Leave it alone until then."""
        self._until[key] = max(self._until.get(key, 0), until_ms)

    def worked(self, *keys: Key) -> None:
        """It works, or somebody says that it should: nothing more is held against it."""
        for key in keys:
            self._until.pop(key, None)
            self._times.pop(key, None)

    def forgive(self, community: int) -> None:
        """Do so for every card of a community."""
        self.worked(*[key for key in {*self._times, *self._until} if key[0] == community])
