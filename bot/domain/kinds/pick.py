"""Pick one: each person chooses one option; the option with most people leads."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.inputs import Choose
from bot.domain.kinds.choices import count as summarise
from bot.domain.kinds.choices import read_places
from bot.domain.refusals import Refusal

__all__ = ["offer", "read", "summarise"]


def offer(options: tuple[str, ...]) -> Choose:
    """One of the options."""
    return Choose(options, least=1, most=1)


def read(raw: Sequence[str], options: int) -> tuple[int, ...]:
    """Exactly one place; Refusal ``choice-unknown`` or ``choose-one`` otherwise."""
    places = read_places(raw, options)
    if len(places) != 1:
        raise Refusal("choose-one")
    return places
