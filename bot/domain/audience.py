"""Whom each card is for that the bot posts unasked: a row a card."""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """Who may read a card, and so where it may go when the place it was meant for is gone."""

    EVERYBODY = "everybody"
    """In the channel of its question, or where everybody has their say."""
    MODERATORS = "moderators"
    """In the moderators' channel alone."""
    PLACE = "place"
    """In the one channel it was made for: it quotes what was said there."""
    RESIDENT = "resident"
    """One person, by private message, of what they follow or opted in to. Settled, it is emptied."""
    CONTACT = "contact"
    """Whoever hears safety worries."""
    WITNESS = "witness"
    """Whoever keeps the proof outside the team."""


AUDIENCE: dict[str, Audience] = {
    "round": Audience.EVERYBODY,
    "result": Audience.EVERYBODY,
    "cancelled": Audience.EVERYBODY,
    "initiative": Audience.EVERYBODY,
    "stage": Audience.EVERYBODY,
    "initiative-closed": Audience.EVERYBODY,
    "promise-made": Audience.EVERYBODY,
    "promise-kept": Audience.EVERYBODY,
    "promise-overdue": Audience.EVERYBODY,
    "proof": Audience.EVERYBODY,
    "reshaped": Audience.EVERYBODY,
    "undone": Audience.EVERYBODY,
    "words": Audience.EVERYBODY,
    "meaning": Audience.EVERYBODY,
    "checkin": Audience.EVERYBODY,
    "say": Audience.EVERYBODY,
    "draft-soon": Audience.MODERATORS,
    "late": Audience.MODERATORS,
    "promise-late": Audience.MODERATORS,
    "promise-soon": Audience.MODERATORS,
    "digest": Audience.MODERATORS,
    "restored": Audience.MODERATORS,
    "queue": Audience.MODERATORS,
    "checkin-asks": Audience.MODERATORS,
    "checkin-paused": Audience.MODERATORS,
    "offer": Audience.PLACE,
    "offer-over": Audience.PLACE,
    "amended": Audience.PLACE,
    "news": Audience.RESIDENT,
    "asked": Audience.RESIDENT,
    "reminded": Audience.RESIDENT,
    "told": Audience.RESIDENT,
    "worry": Audience.CONTACT,
    "witness": Audience.WITNESS,
}
"""Every card, by its name in the outbox."""


def cards_for(audience: Audience) -> tuple[str, ...]:
    """The cards of an audience."""
    return tuple(card for card, whom in AUDIENCE.items() if whom is audience)
