"""The five stages of co-production, in their order."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Where an initiative is. The order of the members is the order of the work."""

    DEFINE = "define"
    OPTIONS = "options"
    DECIDE = "decide"
    DELIVER = "deliver"
    EVALUATE = "evaluate"

    @property
    def place(self) -> int:
        """0 for the first stage, 4 for the last."""
        return _ORDER.index(self)


_ORDER = tuple(Stage)


def is_plain_step(now: Stage, to: Stage) -> bool:
    """Whether ``to`` is the very next stage; any other move needs a public reason for the exception."""
    return to.place == now.place + 1
