"""What organisers say before they ask: how much people's answers will count, and by when they hear back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.rounds import Round, State


class Influence(StrEnum):
    """The four levels, from most to least."""

    DECIDE = "decide"
    TOGETHER = "together"
    ADVISE = "advise"
    TOLD = "told"


@dataclass(frozen=True)
class Promise:
    """A promise of an initiative; times in UTC epoch milliseconds. ``kept_ms`` is None until it is kept."""

    initiative: int
    level: Influence
    fixed: str
    decides: str
    due_ms: int
    made_ms: int
    kept_ms: int | None = None
    said: str = ""
    did: str = ""
    wont: str = ""

    def is_overdue(self, now_ms: int) -> bool:
        """Whether people should have heard back by now, and have not."""
        return self.kept_ms is None and self.due_ms <= now_ms


def promise_of(promises: Sequence[Promise], asked: Round) -> Promise | None:
    """The promise that a round was opened under, or would be now, out of its initiative's, the oldest first.

    None where everything promised had been kept by then, and nothing new was promised while it was open.
    """
    owed = [one for one in promises if one.kept_ms is None or asked.state is not State.DRAFT]
    for one in owed:
        if one.kept_ms is None or one.kept_ms >= asked.opened_ms:
            return one if not asked.closed_ms or one.made_ms <= asked.closed_ms else None
    return None
