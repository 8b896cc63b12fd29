"""A process that closes what is due of rounds without names, for as long as it is let live."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.services import due, sealing
from tests.builders import HandClock, open_app

PIECE = 4


def main(arguments: Sequence[str]) -> int:
    """Do what is due at a moment (UTC epoch ms), in pieces so small that there are many steps."""
    sealing.PIECE = PIECE
    asyncio.run(_live(os.environ["FOLKMOOT_DATABASE"], int(arguments[0])))
    return 0


async def _live(url: str, at_ms: int) -> None:
    app = await open_app(url, HandClock(datetime.fromtimestamp(at_ms / 1000, UTC)))
    await due.run_due(app, at_ms)
    await sealing.finish(app)
    await app.database.close()
