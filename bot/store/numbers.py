"""Numbers that each community counts for itself, 1, 2, 3, ... of a table; and random ones, of people."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Select, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

PERSON_BITS = 62


def strangers(count: int) -> list[int]:
    """Negative random numbers that are nobody's."""
    return [-1 - secrets.randbits(PERSON_BITS) for _ in range(count)]


def highest(table: Table, community: int) -> Select[Any]:
    """The highest number of a community in a table, 0 where it has none there."""
    return select(func.coalesce(func.max(table.c.id), 0)).where(table.c.community == community)


async def following(tx: AsyncConnection, table: Table, community: int) -> int:
    """The number after it. Nobody else takes it: only one transaction writes at a time."""
    return int((await tx.execute(highest(table, community))).scalar_one()) + 1
