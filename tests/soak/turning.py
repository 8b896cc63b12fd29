"""A process that does what is due at a moment, for as long as it is let live."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.services import due
from tests.builders import HandClock, open_app


def main(arguments: Sequence[str]) -> int:
    """Do what is due at a moment (UTC epoch ms)."""
    asyncio.run(_live(os.environ["FOLKMOOT_DATABASE"], int(arguments[0])))
    return 0


async def _live(url: str, at_ms: int) -> None:
    app = await open_app(url, HandClock(datetime.fromtimestamp(at_ms / 1000, UTC)))
    await due.run_due(app, at_ms)
    await app.database.close()
