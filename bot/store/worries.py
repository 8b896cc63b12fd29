"""What tells of danger, until whoever hears safety worries has it: words, and never whose they are.

And how many worries there were, by month: no project, no day, nobody.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engines import upsert
from bot.store.schema import community, worry_count
from bot.store.schema import worry as table

ID_BITS = 53


@dataclass(frozen=True)
class Worry:
    """One worry; ``id`` is random, so that an old button never means another one.

    ``reach`` is how its writer can be reached, '' where they did not say; ``server`` and ``project`` are
    names; ``about`` is what it was handed on from, '' where somebody wrote it. ``handed`` where the day
    was over, or nobody could be reached, and it went on to the deputy. ``at_ms`` is UTC epoch ms.
    """

    community: int
    id: int
    words: str
    reach: str = ""
    server: str = ""
    project: str = ""
    about: str = ""
    at_ms: int = 0
    handed: bool = False


WORDS = ("words", "reach", "server", "project")


def _read(row: Any) -> Worry:
    said = json.loads(row.said)
    return Worry(row.community, row.id, **said, about=row.about, at_ms=row.at_ms, handed=bool(row.handed))


async def add(tx: AsyncConnection, new: Worry) -> int:
    """Keep a worry; its number, which is drawn here."""
    which = secrets.randbits(ID_BITS) + 1
    said = json.dumps({name: getattr(new, name) for name in WORDS}, ensure_ascii=False)
    columns = {"about": new.about, "at_ms": new.at_ms, "handed": int(new.handed)}
    await tx.execute(insert(table).values(community=new.community, id=which, said=said, **columns))
    return which


async def find(tx: AsyncConnection, number: int, which: int) -> Worry | None:
    """One worry of a community, None where somebody has it."""
    at = (table.c.community == number) & (table.c.id == which)
    row = (await tx.execute(select(table).where(at))).one_or_none()
    return None if row is None else _read(row)


async def of_community(tx: AsyncConnection, number: int) -> list[Worry]:
    """All that wait in a community, the oldest first."""
    rows = await tx.execute(
        select(table).where(table.c.community == number).order_by(table.c.at_ms, table.c.id)
    )
    return [_read(row) for row in rows]


async def to_hand_on(tx: AsyncConnection, before_ms: int) -> list[tuple[int, int]]:
    """What nobody had before a moment, or has nobody to go to, in all communities: (community, number)."""
    nobody = select(community.c.id).where(community.c.safeguarding_contact == "")
    late = (table.c.at_ms <= before_ms) | table.c.community.in_(nobody)
    rows = await tx.execute(
        select(table.c.community, table.c.id).where(table.c.handed == 0, late).order_by(table.c.at_ms)
    )
    return [(row.community, row.id) for row in rows]


async def older(tx: AsyncConnection, before_ms: int) -> list[Worry]:
    """What was written before a moment, in all communities."""
    return [_read(row) for row in await tx.execute(select(table).where(table.c.at_ms <= before_ms))]


async def note_handed(tx: AsyncConnection, one: Worry) -> None:
    """Note that a worry went on."""
    at = (table.c.community == one.community) & (table.c.id == one.id)
    await tx.execute(update(table).where(at).values(handed=1))


async def drop_one(tx: AsyncConnection, one: Worry) -> None:
    """Delete a worry, words and all."""
    await drop(tx, one.community, one.id)


async def drop(tx: AsyncConnection, number: int, *which: int) -> bool:
    """Delete worries, words and all; whether there was any."""
    at = (table.c.community == number) & table.c.id.in_(which)
    return bool((await tx.execute(delete(table).where(at))).rowcount)


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
