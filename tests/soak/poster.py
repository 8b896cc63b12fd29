"""The process that is killed while it posts: the whole app and the whole client, against a loopback."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import wiring
from bot.domain.community import Community
from bot.settings import Settings
from bot.store import outbox
from bot.store.outbox import Post
from cogs.client import Folkmoot
from cogs.ui import messenger
from cogs.ui.messenger import DiscordMessenger
from tests.loopback import Linked

SPEED = 100
"""How much faster than the world the clock of the bot runs: its back-off is up to a quarter of an hour."""
PAUSE_S = 0.02


@dataclass(frozen=True)
class QuickClock:
    """The Clock port: from a moment of the world on (``time.time``), faster than it."""

    since: float

    def now_ms(self) -> int:
        """UTC epoch milliseconds."""
        return int((self.since + (time.time() - self.since) * SPEED) * 1000)


def live(database: str, url: str, since: float, guilds: Sequence[int], fault: str, errors: str) -> None:
    """Post until killed; ``fault`` names what to break, ``errors`` the file for what should not happen."""
    messenger.PATIENCE_S /= SPEED
    if fault:
        FAULTS[fault]()
    logging.basicConfig(level=logging.ERROR, handlers=[_Errors(errors)], force=True)
    asyncio.run(_live(database, url, QuickClock(since), guilds))


class _Errors(logging.Handler):
    def __init__(self, file: str) -> None:
        super().__init__(logging.ERROR)
        self.file = Path(file)

    def emit(self, record: logging.LogRecord) -> None:
        with self.file.open("a") as file:
            print(self.format(record), file=file)


async def _live(database: str, url: str, clock: QuickClock, guilds: Sequence[int]) -> None:
    async with wiring.assembled(Settings(database=database), clock) as app:
        client = Folkmoot(app, wiring.load_wording())
        async with Linked(client, url, guilds):
            while True:
                await wiring.tick(app, client.messenger)
                await asyncio.sleep(PAUSE_S)


def _send_blindly() -> None:
    """What was tried before is sent again without a look."""

    async def find(self: DiscordMessenger, community: Community, post: Post) -> str:
        return ""

    DiscordMessenger.find = find  # type: ignore[method-assign]


def _mark_late() -> None:
    """A try is kept only once it is known how it ended."""

    async def claim(tx: AsyncConnection, post: Post, now_ms: int, lease_ms: int) -> Post:
        return post

    outbox.claim = claim


FAULTS: dict[str, Callable[[], Any]] = {"blind": _send_blindly, "late": _mark_late}
