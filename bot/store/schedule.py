"""What is due when: the truth about time. A timer only wakes us to look here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engines import upsert
from bot.store.schema import occurrence, schedule


@dataclass(frozen=True)
class Due:
    """One entry of the schedule; ``pace`` is RFC 5545 text in local time, '' for what happens once.

    ``next_ms`` is UTC epoch milliseconds, None once it has ended; ``subject`` is the round or the
    initiative that ``act`` is about, 0 for none.
    """

    community: int
    id: int
    act: str
    subject: int
    pace: str
    zone: str
    next_ms: int | None


async def put(
    tx: AsyncConnection,
    number: int,
    act: str,
    subject: int,
    next_ms: int | None,
    pace: str = "",
    zone: str = "UTC",
) -> None:
    """Plan an act about a subject, in place of what was planned for the two before."""
    highest = select(func.coalesce(func.max(schedule.c.id), 0)).where(schedule.c.community == number)
    which = int((await tx.execute(highest)).scalar_one()) + 1
    statement = upsert(tx, schedule).values(
        community=number, id=which, act=act, subject=subject, pace=pace, zone=zone, next_ms=next_ms
    )
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["community", "act", "subject"],
            set_={"pace": pace, "zone": zone, "next_ms": next_ms},
        )
    )


async def drop(tx: AsyncConnection, number: int, act: str, subject: int) -> None:
    """No longer plan an act about a subject."""
    at = (schedule.c.community == number) & (schedule.c.act == act) & (schedule.c.subject == subject)
    await tx.execute(update(schedule).where(at).values(next_ms=None))


async def find(tx: AsyncConnection, number: int, act: str, subject: int = 0) -> Due | None:
    """What is planned of an act about a subject."""
    at = (schedule.c.community == number) & (schedule.c.act == act) & (schedule.c.subject == subject)
    row = (await tx.execute(select(schedule).where(at))).one_or_none()
    return None if row is None else Due(**row._mapping)


async def due(tx: AsyncConnection, now_ms: int, most: int) -> list[Due]:
    """What should have happened by now, the longest due first."""
    rows = await tx.execute(
        select(schedule)
        .where(schedule.c.next_ms <= now_ms)
        .order_by(schedule.c.next_ms, schedule.c.community, schedule.c.id)
        .limit(most)
    )
    return [Due(**row._mapping) for row in rows]


async def next_moment(tx: AsyncConnection) -> int | None:
    """When the next act of any community is due (UTC epoch ms)."""
    found: int | None = (await tx.execute(select(func.min(schedule.c.next_ms)))).scalar_one()
    return found


async def done(tx: AsyncConnection, slot: Due, local_date: str, now_ms: int, next_ms: int | None) -> bool:
    """Note that a slot's work is being done in this transaction; False where it was done already.

    The unique key of the occurrence is what makes a slot happen once.
    """
    statement = (
        upsert(tx, occurrence)
        .values(
            community=slot.community,
            schedule=slot.id,
            local_date=local_date,
            slot=slot.next_ms,
            due_ms=slot.next_ms,
            done_ms=now_ms,
        )
        .on_conflict_do_nothing()
    )
    first = (await tx.execute(statement)).rowcount == 1
    at = (schedule.c.community == slot.community) & (schedule.c.id == slot.id)
    await tx.execute(update(schedule).where(at, schedule.c.next_ms == slot.next_ms).values(next_ms=next_ms))
    return first


async def forget_before(tx: AsyncConnection, number: int, before_ms: int) -> None:
    """Drop occurrences that are over."""
    at = (occurrence.c.community == number) & (occurrence.c.done_ms < before_ms)
    await tx.execute(delete(occurrence).where(at))
