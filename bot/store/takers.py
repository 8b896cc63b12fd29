"""Who wants to be asked or reminded by private message, and when each was reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Ages
from bot.store.engines import upsert
from bot.store.schema import answer, contact, identity, person
from bot.store.schema import taker as table


@dataclass(frozen=True)
class Taker:
    """Somebody who can be reached about a check-in: where, in which language, and what they said last.

    ``state`` is ``on``, ``paused`` (until a moment, UTC epoch ms), ``stopped`` (they want no more) or
    ``closed`` (they take no messages of ours). ``skipped`` is the round they want to be left alone about.
    """

    person: int
    platform_id: str
    language: str
    state: str
    until_ms: int
    skipped: int


_WHOLE = select(
    table.c.person,
    identity.c.platform_id,
    person.c.language,
    table.c.state,
    table.c.until_ms,
    table.c.skipped,
).select_from(
    table.join(
        identity, (identity.c.community == table.c.community) & (identity.c.person == table.c.person)
    ).join(person, (person.c.community == table.c.community) & (person.c.id == table.c.person))
)


async def put(tx: AsyncConnection, number: int, which: int, who: int, **columns: Any) -> None:
    """Keep what somebody wants of a check-in: state, until_ms, skipped."""
    row = {"community": number, "checkin": which, "person": who, "state": "on", "until_ms": 0, "skipped": 0}
    statement = upsert(tx, table).values(row | columns)
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["community", "checkin", "person"], set_=columns)
    )


async def of_checkin(tx: AsyncConnection, number: int, which: int) -> list[Taker]:
    """Who opted in to a check-in, whatever they said since; nobody under 18, whatever else stands here."""
    rows = await tx.execute(_WHOLE.where(_of(number, which)).order_by(table.c.person))
    return [Taker(**row._mapping) for row in rows]


def _of(number: int, which: int) -> ColumnElement[bool]:
    return (table.c.community == number) & (table.c.checkin == which) & (person.c.ages != Ages.TEENS)


async def find(tx: AsyncConnection, number: int, which: int, who: int) -> Taker | None:
    """What one person wants of a check-in; None where they never opted in."""
    row = (await tx.execute(_WHOLE.where(_of(number, which), table.c.person == who))).one_or_none()
    return None if row is None else Taker(**row._mapping)


async def closed(tx: AsyncConnection, number: int, platform_id: str) -> None:
    """Note that somebody takes no messages of ours: they are not tried again until they opt in anew."""
    who = select(identity.c.person).where(
        identity.c.community == number, identity.c.platform_id == platform_id
    )
    at = (table.c.community == number) & table.c.person.in_(who) & (table.c.state != "stopped")
    await tx.execute(update(table).where(at).values(state="closed"))


async def of_person(tx: AsyncConnection, number: int, who: int) -> list[Any]:
    """The check-ins that somebody opted in to once: rows with ``checkin state until_ms skipped``."""
    at = (table.c.community == number) & (table.c.person == who)
    columns = table.c.checkin, table.c.state, table.c.until_ms, table.c.skipped
    return list((await tx.execute(select(*columns).where(at).order_by(table.c.checkin))).all())


async def reached_at(tx: AsyncConnection, number: int, who: int) -> list[tuple[int, str, int]]:
    """When somebody was reached directly: round, ``asked`` or ``reminded``, UTC epoch ms."""
    at = (contact.c.community == number) & (contact.c.person == who)
    rows = select(contact.c.round, contact.c.what, contact.c.at_ms).where(at).order_by(contact.c.at_ms)
    return [(which, what, at_ms) for which, what, at_ms in await tx.execute(rows)]


async def forget(tx: AsyncConnection, number: int, who: int) -> None:
    """Drop whatever somebody opted in to, and when they were reached."""
    for one in (table, contact):
        await tx.execute(delete(one).where(one.c.community == number, one.c.person == who))


async def contacts(
    tx: AsyncConnection, number: int, people: Iterable[int], since_ms: int
) -> dict[int, list[int]]:
    """When each of these people is reached directly after a moment (UTC epoch ms), in order.

    What is still to come is there, too; people who are not reached are absent.
    """
    at = (contact.c.community == number) & (contact.c.at_ms > since_ms) & contact.c.person.in_(list(people))
    rows = select(contact.c.person, contact.c.at_ms).where(at).order_by(contact.c.person, contact.c.at_ms)
    found: dict[int, list[int]] = {}
    for who, at_ms in await tx.execute(rows):
        found.setdefault(who, []).append(at_ms)
    return found


async def reach(tx: AsyncConnection, number: int, which: int, what: str, those: dict[int, int]) -> None:
    """Note that people are asked or reminded about a round, each at a moment (UTC epoch ms)."""
    rows = [
        {"community": number, "round": which, "person": who, "what": what, "at_ms": at_ms}
        for who, at_ms in those.items()
    ]
    if rows:
        await tx.execute(insert(contact), rows)


async def reached(tx: AsyncConnection, number: int, which: int, what: str) -> dict[int, int]:
    """Who was asked, or reminded, about a round, and when (UTC epoch ms); also who still will be."""
    at = (contact.c.community == number) & (contact.c.round == which) & (contact.c.what == what)
    return dict((await tx.execute(select(contact.c.person, contact.c.at_ms).where(at))).all())


async def answered(tx: AsyncConnection, number: int, which: int) -> set[int]:
    """Who has answered a round with names."""
    at = (answer.c.community == number) & (answer.c.round == which)
    return set((await tx.execute(select(answer.c.person).where(at))).scalars())
