"""What organisers say before they ask: how much people's answers will count, and by when they hear back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Influence(StrEnum):
    """The four levels, from most to least."""

    DECIDE = "decide"
    TOGETHER = "together"
    ADVISE = "advise"
    TOLD = "told"


@dataclass(frozen=True)
class Promise:
    """One initiative's promise; times in UTC epoch milliseconds. ``kept_ms`` is None until it is kept."""

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
