"""What whoever keeps the server running asks of the database: does it still write, and what has piled up?"""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.outbox import UNSETTLED
from bot.store.schema import outbox


async def write(tx: AsyncConnection) -> None:
    """Write something that changes nothing: on a full disk an empty transaction would commit all the same."""
    await tx.execute(text("UPDATE alembic_version SET version_num = version_num"))


async def unsent(tx: AsyncConnection) -> tuple[int, int]:
    """How many posts are neither sent nor given up, and when the oldest of them was made (UTC epoch ms)."""
    waiting = select(func.count(), func.min(outbox.c.made_ms)).where(outbox.c.state.in_(UNSETTLED))
    number, oldest_ms = (await tx.execute(waiting)).one()
    return int(number), int(oldest_ms or 0)
