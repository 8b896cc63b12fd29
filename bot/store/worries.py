"""How many worries there were, by month: no project, no day, nobody."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engines import upsert
from bot.store.schema import worry_count


async def count(tx: AsyncConnection, number: int, month: str) -> None:
    """Count one more in a month, YYYY-MM."""
    statement = upsert(tx, worry_count).values(community=number, month=month, count=1)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["community", "month"], set_={"count": worry_count.c.count + 1}
        )
    )


async def take_before(tx: AsyncConnection, number: int, month: str) -> list[tuple[str, int]]:
    """The counts of the months before one, the earliest first, which are kept no longer."""
    over = (worry_count.c.community == number) & (worry_count.c.month < month)
    found = await tx.execute(select(worry_count.c.month, worry_count.c.count).where(over).order_by("month"))
    counts = [(str(month), int(many)) for month, many in found]
    await tx.execute(delete(worry_count).where(over))
    return counts
