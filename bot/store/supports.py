"""Who supports which contributions: each person counts once."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engines import upsert
from bot.store.schema import contribution
from bot.store.schema import support as table

_OF_IT = (table.c.community == contribution.c.community) & (table.c.contribution == contribution.c.id)


async def put(tx: AsyncConnection, number: int, which: int, who: int, at_ms: int) -> bool:
    """Note that somebody supports a contribution; False where they did already."""
    row = {"community": number, "contribution": which, "person": who, "at_ms": at_ms}
    done = await tx.execute(upsert(tx, table).values(row).on_conflict_do_nothing())
    await _recount(tx, number, which)
    return bool(done.rowcount)


async def drop(tx: AsyncConnection, number: int, which: int, who: int) -> bool:
    """Take somebody's support back; False where there was none."""
    at = (table.c.community == number) & (table.c.contribution == which) & (table.c.person == who)
    dropped = bool((await tx.execute(delete(table).where(at))).rowcount)
    await _recount(tx, number, which)
    return dropped


async def _recount(tx: AsyncConnection, number: int, which: int) -> None:
    of_it = (table.c.community == number) & (table.c.contribution == which)
    count = select(func.count()).select_from(table).where(of_it).scalar_subquery()
    at = (contribution.c.community == number) & (contribution.c.id == which)
    await tx.execute(update(contribution).where(at).values(supporters=count))


async def inherit(
    tx: AsyncConnection, number: int, which: int, parents: Collection[int], without: Collection[int]
) -> None:
    """Let whoever supports one of the parents support this, each once, but for some people."""
    at = (table.c.community == number) & table.c.contribution.in_(parents)
    each = select(table.c.person, func.min(table.c.at_ms).label("at_ms")).group_by(table.c.person)
    rows = [
        {"community": number, "contribution": which, "person": row.person, "at_ms": row.at_ms}
        for row in await tx.execute(each.where(at))
        if row.person not in without
    ]
    if rows:
        await tx.execute(insert(table), rows)
        await _recount(tx, number, which)


async def of_person(tx: AsyncConnection, number: int, who: int) -> dict[int, int]:
    """The numbers of the contributions that somebody supports, each with its round's."""
    at = (table.c.community == number) & (table.c.person == who)
    found = select(table.c.contribution, contribution.c.round).join_from(table, contribution, _OF_IT)
    return dict((await tx.execute(found.where(at).order_by(table.c.contribution))).all())


async def since(tx: AsyncConnection, number: int, who: int, which: Collection[int]) -> dict[int, int]:
    """Since when somebody supports contributions (UTC epoch ms), by their numbers."""
    # By the whole key: else SQLite reads all support that there is in the community.
    at = (table.c.community == number) & table.c.contribution.in_(which) & (table.c.person == who)
    return dict((await tx.execute(select(table.c.contribution, table.c.at_ms).where(at))).all())


async def backers(tx: AsyncConnection, number: int, which: int) -> list[tuple[int, int]]:
    """Who supports what of a round, without those who are nobody any more: (person, contribution)."""
    at = (contribution.c.community == number) & (contribution.c.round == which) & (table.c.person > 0)
    found = select(table.c.person, contribution.c.id).join_from(contribution, table, _OF_IT)
    return [(row.person, row.id) for row in await tx.execute(found.where(at))]


async def drop_all(tx: AsyncConnection, number: int, which: int, who: int) -> None:
    """Take back whatever somebody supports of a round."""
    those = list((await tx.execute(_theirs(number, which, who))).scalars())
    at = (table.c.community == number) & (table.c.person == who) & table.c.contribution.in_(those)
    await tx.execute(delete(table).where(at))
    of_it = (contribution.c.community == number) & contribution.c.id.in_(those)
    count = select(func.count()).select_from(table).where(_OF_IT).correlate(contribution).scalar_subquery()
    await tx.execute(update(contribution).where(of_it).values(supporters=count))


async def forget(tx: AsyncConnection, number: int, which: int, who: int, nobody: int) -> None:
    """Cut somebody's support in a round off from them: it was one person's, and is nobody's any more."""
    those = _theirs(number, which, who)
    at = (table.c.community == number) & (table.c.person == who) & table.c.contribution.in_(those)
    await tx.execute(update(table).where(at).values(person=nobody))


def _theirs(number: int, which: int, who: int) -> Select[tuple[int]]:
    mine = (table.c.community == number) & (table.c.person == who)
    return select(table.c.contribution).join(contribution, _OF_IT).where(mine, contribution.c.round == which)
