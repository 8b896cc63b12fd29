"""What is due when: the truth about time. A timer only wakes us to look here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import numbers
from bot.store.engines import upsert
from bot.store.schema import occurrence, schedule


@dataclass(frozen=True)
class Due:
    """One entry of the schedule; ``pace`` is RFC 5545 text in local time, '' for what happens once.

    ``next_ms`` is UTC epoch milliseconds, None once it has ended; ``subject`` is the number of
    what ``act`` is about (``About`` in ``services/due.py``), 0 for nothing.
    """

    community: int
    id: int
    act: str
    subject: int
    pace: str
    zone: str
    next_ms: int | None


@dataclass(frozen=True)
class Late:
    """Something that was done late, times in UTC epoch ms; ``why`` is ``down``, ``trouble`` or ``busy``."""

    act: str
    subject: int
    due_ms: int
    done_ms: int
    why: str


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
    which = numbers.highest(schedule, number).scalar_subquery() + 1
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


async def of_act(tx: AsyncConnection, number: int, act: str) -> list[Due]:
    """What is planned of an act in a community, whatever it is about, and has not ended."""
    at = (schedule.c.community == number) & (schedule.c.act == act) & schedule.c.next_ms.is_not(None)
    rows = await tx.execute(select(schedule).where(at).order_by(schedule.c.id))
    return [Due(**row._mapping) for row in rows]


async def due(tx: AsyncConnection, now_ms: int, most: int, first: str = "") -> list[Due]:
    """What should have happened by now, the longest due first, but every act called ``first`` before them."""
    rows = await tx.execute(
        select(schedule)
        .where(schedule.c.next_ms <= now_ms)
        .order_by(
            case((schedule.c.act == first, 0), else_=1),
            schedule.c.next_ms,
            schedule.c.community,
            schedule.c.id,
        )
        .limit(most)
    )
    return [Due(**row._mapping) for row in rows]


async def next_moment(tx: AsyncConnection, after_ms: int = 0) -> int | None:
    """When the next act of any community is due after a moment (UTC epoch ms)."""
    at = select(func.min(schedule.c.next_ms)).where(schedule.c.next_ms > after_ms)
    found: int | None = (await tx.execute(at)).scalar_one()
    return found


async def coming(tx: AsyncConnection, number: int, most: int) -> list[Due]:
    """What a community has planned, the next first."""
    at = (schedule.c.community == number) & schedule.c.next_ms.is_not(None)
    rows = await tx.execute(
        select(schedule).where(at).order_by(schedule.c.next_ms, schedule.c.id).limit(most)
    )
    return [Due(**row._mapping) for row in rows]


async def late(tx: AsyncConnection, number: int, most: int) -> list[Late]:
    """What a community had late, the newest first."""
    there = (schedule.c.community == occurrence.c.community) & (schedule.c.id == occurrence.c.schedule)
    rows = await tx.execute(
        select(
            schedule.c.act,
            schedule.c.subject,
            occurrence.c.due_ms,
            occurrence.c.done_ms,
            occurrence.c.why,
        )
        .select_from(occurrence.join(schedule, there))
        .where(occurrence.c.community == number, occurrence.c.why != "")
        .order_by(occurrence.c.done_ms.desc(), occurrence.c.due_ms.desc(), occurrence.c.schedule)
        .limit(most)
    )
    return [Late(**row._mapping) for row in rows]


async def done(
    tx: AsyncConnection, slot: Due, local_date: str, now_ms: int, next_ms: int | None, why: str = ""
) -> bool:
    """Note that a slot's work is being done in this transaction; False where it is not to be done any more.

    That is where somebody else has done it, or it has been planned otherwise, since it was read. The
    unique key of the occurrence is what makes a slot happen once.
    """
    at = (schedule.c.community == slot.community) & (schedule.c.id == slot.id)
    same = (
        (schedule.c.next_ms == slot.next_ms) & (schedule.c.pace == slot.pace) & (schedule.c.zone == slot.zone)
    )
    if not (await tx.execute(update(schedule).where(at, same).values(next_ms=next_ms))).rowcount:
        return False
    statement = (
        upsert(tx, occurrence)
        .values(
            community=slot.community,
            schedule=slot.id,
            local_date=local_date,
            slot=slot.next_ms,
            due_ms=slot.next_ms,
            done_ms=now_ms,
            why=why,
        )
        .on_conflict_do_nothing()
    )
    return (await tx.execute(statement)).rowcount == 1
