"""The two ports, because only these have two implementations, and the app that services work with."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import Ask
from bot.domain.checkins import ReadyCheckIn
from bot.domain.community import Community
from bot.domain.plain import Glossary
from bot.domain.rounds import Limits
from bot.domain.summary import Tally
from bot.services.breaker import Breaker, Rests
from bot.settings import Settings
from bot.store.database import Database
from bot.store.outbox import Post
from bot.store.seals import Keys

__all__ = ["QUEUE", "SUBJECT", "App", "Clock", "Messenger", "NotSent", "Post"]

T = TypeVar("T")

QUEUE = -1
"""Where a round's number stands among the cards to repaint: the moderators' card of what waits to be read."""
SUBJECT = "subject"
"""The detail of ``gone`` where it is not the channel, but what was to be said something about."""


class Clock(Protocol):
    """What time it is: the machine's, or a practice community's."""

    def now_ms(self) -> int:
        """UTC epoch milliseconds."""


class NotSent(Exception):
    """A platform did not take what we wanted to say.

    ``trouble`` is a code, ``detail`` what is lacking, by the platform's own names. Final are ``gone``,
    ``forbidden``, ``closed`` (a person takes no messages), ``refused`` and ``unsure`` (nobody can tell any
    more whether it was taken). Not taken, but perhaps later: ``limited`` (after ``wait_s`` seconds; with the
    detail ``global`` this goes for everything), ``not-yet`` and ``unauthorised`` (it no longer knows us).
    After ``unknown`` it may have been taken all the same; with the detail ``late`` it may still be.
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

    def serves(self, community: str) -> bool:
        """Whether this process hears of a community, by the platform's id of it; another may."""

    async def send(self, community: Community, post: Post) -> str:
        """Say it; the platform's id of the message."""

    async def find(self, community: Community, post: Post) -> str:
        """The id of the message that an earlier try of this post made, '' where there is none."""

    async def repaint_round(self, community: Community, round_id: int) -> None:
        """Bring a round's public card up to date."""

    async def repaint_say(self, community: Community) -> None:
        """Bring the *Have your say* message up to date."""

    async def repaint_queue(self, community: Community) -> None:
        """Bring the moderators' card of what waits to be read up to date."""

    async def remove(self, channel: str, message: str) -> None:
        """Delete a message of ours."""


@dataclass(frozen=True)
class Failed:
    """A slot (UTC epoch ms) that failed: how often, and when it is tried again."""

    slot_ms: int
    times: int
    again_ms: int


@dataclass
class App:
    """What every service works with. Made in ``bot.wiring``, and nowhere else."""

    settings: Settings
    database: Database
    clock: Clock
    limits: Limits
    asks: Mapping[str, Ask]
    """What organisers can ask for in people's own words, by name."""
    ready_checkins: Mapping[str, ReadyCheckIn]
    """Check-ins that organisers can begin with, by name."""
    glossary: Glossary
    code_words: Sequence[str]
    """What codes are made of."""
    keys_folder: Path
    """Where the keys of open rounds without names are: outside the database and its backups."""
    keys: dict[tuple[int, int], Keys] = field(default_factory=dict, repr=False)
    """Of rounds without names that are open, by (community, round)."""
    started_ms: int = 0
    """Since when this process runs (UTC epoch ms)."""
    beat_s: float = field(default_factory=time.monotonic)
    """When the heart last went round (the loop's own seconds, which practice does not move)."""
    failed: dict[tuple[int, int], Failed] = field(default_factory=dict)
    """What failed in this process and is still owed, by (community, entry of the schedule)."""
    blind_ms: int = 0
    """When this process last could not reach the schedule (UTC epoch ms)."""
    stale: set[tuple[int, int]] = field(default_factory=set)
    """Cards to repaint: (community, round), with 0 for *Have your say* and -1 for the moderators' queue."""
    seen: dict[int, int] = field(default_factory=dict)
    """Up to which row of its record the marks for a community's cards were made, until they are painted."""
    breaker: Breaker = field(default_factory=Breaker)
    rests: Rests = field(default_factory=Rests)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when there is something to post, to repaint or to plan anew."""
    checkpoint_owed: bool = False
    """Whether something was erased that is still in the database's log."""
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    """Of the marks that keep people from counting twice; in no database. Without a token, of this process."""
    here: dict[tuple[int, str], int] = field(default_factory=dict, repr=False)
    """Who pressed something since it was last written down, by (community, platform's id): in which week."""
    kept_ms: int = 0
    """When it was last written down who was here (UTC epoch ms)."""
    asked: OrderedDict[int, list[int]] = field(default_factory=OrderedDict)
    """When people asked what words mean in the last day, as ``worried``."""
    worried: OrderedDict[int, list[int]] = field(default_factory=OrderedDict)
    """When people sent worries in the last hour (UTC epoch ms), by a number that leads to nobody."""
    counted: dict[tuple[int, int], tuple[object, Tally]] = field(default_factory=dict, repr=False)
    """What was counted of rounds that are about to close, by (community, round), and what that goes by."""
    acts: OrderedDict[int, list[int]] = field(default_factory=OrderedDict)
    """When people did in the last hour what they may do only so often, as ``worried``."""
    known: dict[int, Community] = field(default_factory=dict)
    """Communities by number: each community's events reach one process only."""
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    """Our numbers of communities by (platform, platform id), which never change."""

    async def write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do ``work`` in a transaction, and wake whoever posts, paints and plans; returns its value.

        If it raises, nothing of it is kept and the error comes back here. Raises Refusal
        ``cannot-save`` where the disk or the database fails.
        """
        done = await self.database.writer.run(work)
        self.wake.set()
        return done
