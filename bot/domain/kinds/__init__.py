"""The registry of kinds: how a round is answered and counted.

A kind is a module with ``offer``, ``read`` and ``summarise``; adding one is adding its file and its
line here (the recipe is in CONTRIBUTING.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from bot.domain.inputs import Input
from bot.domain.kinds import approve, pick

Value = tuple[Any, ...]
"""One answer as it is stored: the places of the options chosen, ascending; of a form: ``domain/forms.py``."""


class Kind(Protocol):
    """What every kind's module offers."""

    def offer(self, options: tuple[str, ...]) -> Input:
        """What to ask a person for."""

    def read(self, raw: Sequence[str], options: int) -> Value:
        """The value of what a door received; raises Refusal ``choice-unknown`` and the like."""

    def summarise(self, values: Iterable[Value], options: int) -> tuple[int, ...]:
        """How many chose each option, in the options' order."""


KINDS: Mapping[str, Kind] = {"pick": pick, "approve": approve}
