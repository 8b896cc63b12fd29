"""Approve any: each person says yes to as many options as they can live with (approval voting)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.inputs import Choose
from bot.domain.kinds.choices import count as summarise
from bot.domain.kinds.choices import read_places
from bot.domain.refusals import Refusal

__all__ = ["offer", "read", "summarise"]


def offer(options: tuple[str, ...]) -> Choose:
    """Any of the options, at least one."""
    return Choose(options, least=1, most=len(options))


def read(raw: Sequence[str], options: int) -> tuple[int, ...]:
    """At least one place; Refusal ``choice-unknown`` or ``choose-some`` otherwise."""
    places = read_places(raw, options)
    if not places:
        raise Refusal("choose-some")
    return places
