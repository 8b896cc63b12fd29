"""What kinds that choose among options share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.refusals import Refusal


def read_places(raw: Sequence[str], options: int) -> tuple[int, ...]:
    """Places of options out of what a door received, ascending and without doubles.

    Raises:
        Refusal: ``choice-unknown`` where one is no place in a list of that length.
    """
    places = set()
    for text in raw:
        if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) < options):
            raise Refusal("choice-unknown")
        places.add(int(text))
    return tuple(sorted(places))


def count(values: Iterable[tuple[int, ...]], options: int) -> tuple[int, ...]:
    """How many values hold each place."""
    counts = [0] * options
    for value in values:
        for place in value:
            counts[place] += 1
    return tuple(counts)
