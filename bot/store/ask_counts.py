"""What each ask has how many of: kept with every write, so that nobody has to go through all there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import Counted
from bot.store.engines import upsert
from bot.store.schema import ask_count as table


async def of_round(tx: AsyncConnection, number: int, which: int) -> Counter[Counted]:
    """The counts of an ask."""
    at = (table.c.community == number) & (table.c.round == which)
    rows = await tx.execute(select(table).where(at))
    return Counter({(row.what, row.name, row.value): row.count for row in rows})


async def over_all(tx: AsyncConnection, number: int, what: str, name: str) -> int:
    """How many of something all asks of a community have."""
    at = (table.c.community == number) & (table.c.what == what) & (table.c.name == name)
    return int((await tx.execute(select(func.coalesce(func.sum(table.c.count), 0)).where(at))).scalar_one())


async def add(tx: AsyncConnection, number: int, which: int, more: Mapping[Counted, int]) -> None:
    """Add to the counts of an ask; what is negative is taken off."""
    rows = [
        {"community": number, "round": which, "what": what, "name": name, "value": value, "count": count}
        for (what, name, value), count in more.items()
        if count
    ]
    if not rows:
        return
    statement = upsert(tx, table)
    both = {"count": table.c.count + statement.excluded.count}
    await tx.execute(statement.on_conflict_do_update(index_elements=table.primary_key, set_=both), rows)
