"""Lists that are longer than a card: turning their pages."""

from __future__ import annotations

from discord.ui import Button

from cogs.ui.cards import Card, button
from cogs.ui.visit import Visit


def turning(
    visit: Visit, verb: str, subject: int, number: int, last: int, labels: str = "ideas"
) -> list[Button[Card] | None]:
    """The buttons to the page before and after ``number``, counted from 0, where there are such pages."""
    return [
        button(visit.label(f"{labels}-press-back"), verb, subject, str(number - 1)) if number else None,
        button(visit.label(f"{labels}-press-on"), verb, subject, str(number + 1)) if number < last else None,
    ]
