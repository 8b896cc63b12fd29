"""What contributions were made out of: others that were merged, or one that was split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import source as table


async def add(tx: AsyncConnection, number: int, which: int, parents: Iterable[int]) -> None:
    """Note what a contribution was made out of."""
    rows = [{"community": number, "contribution": which, "parent": one} for one in parents]
    await tx.execute(insert(table), rows)


async def parents_of(tx: AsyncConnection, number: int, *which: int) -> dict[int, list[int]]:
    """What these were made out of, by their numbers; what was not made out of others is absent."""
    at = (table.c.community == number) & table.c.contribution.in_(which)
    rows = await tx.execute(select(table.c.contribution, table.c.parent).where(at).order_by(table.c.parent))
    return _grouped(rows.all())


async def children_of(tx: AsyncConnection, number: int, *which: int) -> dict[int, list[int]]:
    """What was made out of these, by their numbers, also what was undone; where nothing was, it is absent."""
    at = (table.c.community == number) & table.c.parent.in_(which)
    rows = await tx.execute(
        select(table.c.parent, table.c.contribution).where(at).order_by(table.c.contribution)
    )
    return _grouped(rows.all())


def _grouped(pairs: Iterable[Iterable[int]]) -> dict[int, list[int]]:
    found = defaultdict[int, list[int]](list)
    for one, other in pairs:
        found[one].append(other)
    return found
