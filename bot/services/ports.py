"""The two ports, because only these have two implementations, and the app that services work with."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.community import Community
from bot.domain.rounds import Limits
from bot.settings import Settings
from bot.store.database import Database
from bot.store.outbox import Post

__all__ = ["App", "Clock", "Messenger", "NotSent", "Post"]


class Clock(Protocol):
    """What time it is: the machine's, or a practice community's."""

    def now_ms(self) -> int:
        """UTC epoch milliseconds."""


class NotSent(Exception):
    """A platform did not take what we wanted to say.

    ``trouble`` is a code (``gone``, ``forbidden``, ``closed``, ``refused``, ``limited``, ``unknown``),
    ``detail`` what is lacking, by the platform's own names. After ``limited`` try again in ``wait_s``
    seconds; after ``unknown`` it may have been taken all the same; the others are final.
    """

    def __init__(self, trouble: str, detail: str = "", wait_s: float = 0.0) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.detail = detail
        self.wait_s = wait_s


class Messenger(Protocol):
    """How the bot speaks unasked. Every method may raise :class:`NotSent`."""

    def is_ready(self) -> bool:
        """Whether the platform can be reached at all."""

    async def send(self, community: Community, post: Post) -> str:
        """Say it; the platform's id of the message."""

    async def find(self, community: Community, post: Post) -> str:
        """The id of the message that an earlier try of this post made, '' where there is none."""

    async def repaint_round(self, community: Community, round_id: int) -> None:
        """Bring a round's public card up to date."""

    async def repaint_say(self, community: Community) -> None:
        """Bring the *Have your say* message up to date."""

    async def remove(self, channel: str, message: str) -> None:
        """Delete a message of ours."""


@dataclass
class App:
    """What every service works with. Made in ``bot.wiring``, and nowhere else."""

    settings: Settings
    database: Database
    clock: Clock
    limits: Limits
    stale: set[tuple[int, int]] = field(default_factory=set)
    """Cards to repaint: (community, round), with 0 for *Have your say*."""
    unpaintable: dict[tuple[int, int], int] = field(default_factory=dict)
    """Cards that the platform forbids to paint, and until when we leave them alone (UTC epoch ms)."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when there is something to post, to repaint or to plan anew."""
    checkpoint_owed: bool = False
    """Whether something was erased that is still in the database's log."""
    known: dict[tuple[str, str], Community] = field(default_factory=dict)
    """Communities by (platform, platform id): each community's events reach one process only."""

    def repaint(self, community: int, round_id: int) -> None:
        """Mark a round's card, and *Have your say* with it, as stale."""
        self.stale.update({(community, round_id), (community, 0)})
        self.wake.set()
