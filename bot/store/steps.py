"""The trail of contributions: what became of each, step by step."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import Step
from bot.store.schema import step as table


async def add(tx: AsyncConnection, number: int, which: int, at_ms: int, act: str, words: str = "") -> None:
    """Note a step in the life of a contribution."""
    of_it = (table.c.community == number) & (table.c.contribution == which)
    last = select(func.coalesce(func.max(table.c.number), 0)).where(of_it)
    row = {"community": number, "contribution": which, "at_ms": at_ms, "act": act, "words": words}
    await tx.execute(insert(table).values(number=int((await tx.execute(last)).scalar_one()) + 1, **row))


async def of(tx: AsyncConnection, number: int, which: Collection[int]) -> list[Step]:
    """The steps of these contributions, each one's in their order."""
    at = (table.c.community == number) & table.c.contribution.in_(which)
    columns = select(table.c.contribution, table.c.at_ms, table.c.act, table.c.words, table.c.number)
    rows = await tx.execute(columns.where(at).order_by(table.c.contribution, table.c.number))
    return [Step(*row) for row in rows]


async def forget(tx: AsyncConnection, number: int, which: Collection[int]) -> None:
    """Erase the steps of contributions that may quote what their authors said."""
    at = (table.c.community == number) & table.c.contribution.in_(which) & (table.c.act == "author-asked")
    await tx.execute(delete(table).where(at))
