"""Who follows which contributions, and up to which step of each they were told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import Fate
from bot.domain.people import Ages
from bot.store.engines import upsert
from bot.store.schema import contribution, identity, person, step
from bot.store.schema import follow as table

_STEPS_OF_IT = (step.c.community == table.c.community) & (step.c.contribution == table.c.contribution)
_NEWEST = select(func.max(step.c.number)).where(_STEPS_OF_IT).correlate(table).scalar_subquery()


@dataclass(frozen=True)
class Untold:
    """A step that a follower was not told of; ``own`` where the contribution is theirs.

    ``platform_id`` is where they are told, ``language`` the one they chose or ''.
    """

    person: int
    platform_id: str
    language: str
    own: bool
    contribution: int
    number: int
    act: str


async def put(tx: AsyncConnection, number: int, which: Collection[int], who: int) -> None:
    """Let somebody follow contributions from here on; what they follow already stays as it is."""
    newest = await _newest(tx, number, which)
    for one in which:
        row = {"community": number, "contribution": one, "person": who, "told": newest.get(one, 0)}
        await tx.execute(upsert(tx, table).values(row).on_conflict_do_nothing())


async def inherit(tx: AsyncConnection, number: int, which: int, parents: Collection[int]) -> None:
    """Let whoever follows one of the parents follow what was made out of them, from here on."""
    at = (table.c.community == number) & table.c.contribution.in_(parents)
    told = (await _newest(tx, number, [which])).get(which, 0)
    rows = [
        {"community": number, "contribution": which, "person": who, "told": told}
        for who in (await tx.execute(select(table.c.person).distinct().where(at))).scalars()
    ]
    if rows:
        await tx.execute(insert(table), rows)


async def _newest(tx: AsyncConnection, number: int, which: Collection[int]) -> dict[int, int]:
    at = (step.c.community == number) & step.c.contribution.in_(which)
    newest = select(step.c.contribution, func.max(step.c.number)).where(at).group_by(step.c.contribution)
    return dict((await tx.execute(newest)).all())


async def of_person(tx: AsyncConnection, number: int, who: int) -> list[int]:
    """The numbers of what somebody follows, the earliest first."""
    at = (table.c.community == number) & (table.c.person == who)
    rows = await tx.execute(select(table.c.contribution).where(at).order_by(table.c.contribution))
    return list(rows.scalars())


async def told_of(tx: AsyncConnection, number: int, who: int) -> dict[int, int]:
    """The numbers of what somebody follows, each with the step of it up to which they were told."""
    at = (table.c.community == number) & (table.c.person == who)
    return dict((await tx.execute(select(table.c.contribution, table.c.told).where(at))).all())


async def drop(tx: AsyncConnection, number: int, who: int, which: Collection[int]) -> None:
    """Let somebody no longer follow contributions."""
    at = (table.c.community == number) & (table.c.person == who) & table.c.contribution.in_(which)
    await tx.execute(delete(table).where(at))


async def forget(tx: AsyncConnection, number: int, who: int) -> None:
    """Let somebody follow nothing any more."""
    await tx.execute(delete(table).where(table.c.community == number, table.c.person == who))


async def forget_withdrawn(tx: AsyncConnection, number: int) -> None:
    """Let nobody follow what was taken back or undone: it never comes again."""
    gone = exists().where(
        contribution.c.community == table.c.community,
        contribution.c.id == table.c.contribution,
        contribution.c.state == Fate.WITHDRAWN,
    )
    await tx.execute(delete(table).where(table.c.community == number, gone))


async def untold(tx: AsyncConnection, number: int, which: int = 0) -> list[Untold]:
    """What followers of one contribution, or of all, were not told yet: person by person, in order.

    Teenagers are sent nothing, whatever else stands here.
    """
    of_it = (contribution.c.community == table.c.community) & (contribution.c.id == table.c.contribution)
    theirs = (person.c.community == table.c.community) & (person.c.id == table.c.person)
    named = (identity.c.community == table.c.community) & (identity.c.person == table.c.person)
    new = table.join(step, _STEPS_OF_IT & (step.c.number > table.c.told))
    found = select(
        table.c.person, identity.c.platform_id, person.c.language,
        (contribution.c.person == table.c.person).label("own"),
        table.c.contribution, step.c.number, step.c.act,
    ).select_from(new.join(contribution, of_it).join(person, theirs).join(identity, named))  # fmt: skip
    found = found.where(table.c.community == number, person.c.ages != Ages.TEENS)
    if which:
        found = found.where(table.c.contribution == which)
    rows = await tx.execute(found.order_by(table.c.person, table.c.contribution, step.c.number))
    return [Untold(**row._mapping) for row in rows]


async def told(tx: AsyncConnection, number: int, which: int = 0) -> None:
    """Note that followers of one contribution, or of all, were told everything."""
    at = (table.c.community == number) & (table.c.told < _NEWEST)
    if which:
        at &= table.c.contribution == which
    await tx.execute(update(table).where(at).values(told=_NEWEST))
