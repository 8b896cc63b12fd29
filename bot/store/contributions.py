"""Contributions, every version of what they say, and who supports them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, func, insert, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import Said
from bot.domain.community import Moderation
from bot.domain.contributions import STANDING, Contribution, Fate, Origin
from bot.domain.people import Standing
from bot.domain.rounds import Round
from bot.store import statements
from bot.store.engines import upsert
from bot.store.schema import contribution as table
from bot.store.schema import support, version

_NEWEST = and_(
    version.c.community == table.c.community,
    version.c.contribution == table.c.id,
    version.c.number == table.c.version,
)
_WHOLE = select(table, version.c.said).join(version, _NEWEST, isouter=True)
"""Contributions with their newest words; these are absent once they were erased."""

_SPOKEN = exists().where(version.c.community == table.c.community, version.c.contribution == table.c.id)
"""Whether any words are left: they are erased all at once."""

_SUPPORTING = (
    select(func.count())
    .where(support.c.community == table.c.community, support.c.contribution == table.c.id)
    .correlate(table)
    .scalar_subquery()
)

_OF_IT = and_(support.c.community == table.c.community, support.c.contribution == table.c.id)

_OF_SOMEBODY = (Origin.TOLD, Origin.CHAT)

OF_STANDING = ("state", "why", "again")
"""Columns that say whether a contribution stands."""

_BARE = select(table, null().label("said"))


def _read(row: Row[Any]) -> Contribution:
    columns = dict(row._mapping)
    said = columns["said"]
    return Contribution(
        **columns
        | {
            "standing": Standing(columns["standing"]),
            "state": Fate(columns["state"]),
            "origin": Origin(columns["origin"]),
            "again": bool(columns["again"]),
            "said": None if said is None else _said(said),
        }
    )


def _said(text: str) -> Said:
    return {name: tuple(values) for name, values in json.loads(text).items()}


def _written(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: int(value) if name == "again" else value for name, value in columns.items()}


async def find(tx: AsyncConnection, number: int, which: int) -> Contribution | None:
    """One contribution of a community."""
    at = (table.c.community == number) & (table.c.id == which)
    row = (await tx.execute(_WHOLE.where(at))).one_or_none()
    return None if row is None else _read(row)


async def of_round(tx: AsyncConnection, number: int, which: int) -> list[Contribution]:
    """The contributions of a round with their words, the earliest first."""
    at = (table.c.community == number) & (table.c.round == which)
    return [_read(row) for row in await tx.execute(_WHOLE.where(at).order_by(table.c.id))]


async def bare_of_round(tx: AsyncConnection, number: int, which: int) -> list[Contribution]:
    """The contributions of a round without their words, the earliest first."""
    at = (table.c.community == number) & (table.c.round == which)
    return [_read(row) for row in await tx.execute(_BARE.where(at).order_by(table.c.id))]


async def of_person(tx: AsyncConnection, number: int, who: int) -> list[Contribution]:
    """What one person has brought, the latest first."""
    at = (table.c.community == number) & (table.c.person == who)
    return [_read(row) for row in await tx.execute(_WHOLE.where(at).order_by(table.c.id.desc()))]


async def some(tx: AsyncConnection, number: int, which: Collection[int]) -> dict[int, Contribution]:
    """Contributions by their numbers."""
    at = (table.c.community == number) & table.c.id.in_(which)
    return {row.id: _read(row) for row in await tx.execute(_WHOLE.where(at))}


async def most_supported(
    tx: AsyncConnection, asked: Round, limit: int, offset: int = 0, *, erased: bool = False
) -> list[tuple[Contribution, int]]:
    """Those of a round that stand, with their supporters, the most supported first, then the earliest.

    ``erased`` is whether those are among them whose words were erased.
    """
    # Numbers first, so that only the words of one page are read.
    supporting = _SUPPORTING.label("supporting")
    ranked = select(table.c.id, supporting).where(_standing(asked, erased=erased))
    page = (
        await tx.execute(ranked.order_by(supporting.desc(), table.c.id).limit(limit).offset(offset))
    ).all()
    found = await some(tx, asked.community, [row.id for row in page])
    return [(found[row.id], row.supporting) for row in page]


async def readable(tx: AsyncConnection, asked: Round) -> int:
    """How many contributions of a round everybody may read, without those for which others stand."""
    counted = select(func.count()).select_from(table).where(_standing(asked))
    return int((await tx.execute(counted)).scalar_one())


def _standing(asked: Round, *, erased: bool = False) -> ColumnElement[bool]:
    """:func:`bot.domain.contributions.stands`, for a round in SQL."""
    there: ColumnElement[bool] = table.c.state.in_(STANDING)
    if asked.moderation is Moderation.AFTER:
        there = or_(there, (table.c.state == Fate.RECEIVED) & (table.c.why == "") & (table.c.again == 0))
    at = (table.c.community == asked.community) & (table.c.round == asked.id) & there
    return at if erased else at & _SPOKEN


async def page_of_person(
    tx: AsyncConnection, number: int, who: int, limit: int, offset: int
) -> list[Contribution]:
    """A page of what one person has brought, the latest first."""
    at = (table.c.community == number) & (table.c.person == who)
    page = _WHOLE.where(at).order_by(table.c.id.desc()).limit(limit).offset(offset)
    return [_read(row) for row in await tx.execute(page)]


async def count_of_person(tx: AsyncConnection, number: int, who: int) -> int:
    """How much one person has brought, with what was taken back."""
    at = (table.c.community == number) & (table.c.person == who)
    return int((await tx.execute(select(func.count()).select_from(table).where(at))).scalar_one())


async def words(tx: AsyncConnection, number: int, which: int) -> list[Said]:
    """What a round's contributions say that were not taken back, and nothing else about them."""
    at = (table.c.community == number) & (table.c.round == which) & (table.c.state != Fate.WITHDRAWN)
    rows = await tx.execute(select(version.c.said).select_from(table.join(version, _NEWEST)).where(at))
    return [json.loads(said) for said in rows.scalars()]


async def people_of(tx: AsyncConnection, number: int, which: int) -> int:
    """How many people have brought something to a round, and not taken it back."""
    at = (table.c.community == number) & (table.c.round == which) & (table.c.state != Fate.WITHDRAWN)
    at &= table.c.origin.in_(_OF_SOMEBODY)  # nobody knows who of those at a meeting is counted already
    counted = select(func.count(table.c.person.distinct())).where(at)
    return int((await tx.execute(counted)).scalar_one())


async def waiting(tx: AsyncConnection, number: int) -> tuple[int, int]:
    """How many contributions nobody has read yet, and since when the oldest waits (UTC epoch ms)."""
    at = (table.c.community == number) & (table.c.state == Fate.RECEIVED)
    row = (await tx.execute(select(func.count(), func.min(table.c.at_ms)).where(at))).one()
    return row[0], row[1] or 0


async def next_waiting(tx: AsyncConnection, number: int, after: int) -> Contribution | None:
    """The next one nobody has read yet, by its number; round again from the first."""
    at = (table.c.community == number) & (table.c.state == Fate.RECEIVED)
    first = _WHOLE.where(at).order_by(table.c.id).limit(1)
    for found in (first.where(table.c.id > after), first):
        row = (await tx.execute(found)).one_or_none()
        if row is not None:
            return _read(row)
    return None


async def overdue(tx: AsyncConnection, number: int, now_ms: int) -> list[int]:
    """The numbers of contributions to which an answer was due before now (UTC epoch ms), the oldest first."""
    at = (table.c.community == number) & (table.c.due_ms > 0) & (table.c.due_ms < now_ms)
    found = select(table.c.id).where(at, table.c.state == Fate.ACCEPTED).order_by(table.c.due_ms, table.c.id)
    return list((await tx.execute(found)).scalars())


async def unread(tx: AsyncConnection, number: int, initiative: int) -> list[int]:
    """The numbers of an initiative's contributions that nobody has read yet."""
    at = (table.c.community == number) & (table.c.state == Fate.RECEIVED)
    rows = await tx.execute(select(table.c.id, table.c.initiative).where(at).order_by(table.c.id))
    return [row.id for row in rows if row.initiative == initiative]


async def brought(tx: AsyncConnection, number: int, since_ms: int, until_ms: int) -> list[Contribution]:
    """What was brought or changed after one moment and up to another (UTC epoch ms), without words.

    Not what was taken back since: nobody tells us anything by it.
    """
    at = (table.c.community == number) & (table.c.at_ms > since_ms) & (table.c.at_ms <= until_ms)
    at &= table.c.state != Fate.WITHDRAWN
    return [_read(row) for row in await tx.execute(_BARE.where(at).order_by(table.c.id))]


async def settled(tx: AsyncConnection, number: int, since_ms: int, until_ms: int) -> list[Contribution]:
    """What moderators settled after one moment and up to another (UTC epoch ms), without words.

    Not what they made out of others, nor what was taken back since.
    """
    at = (table.c.community == number) & (table.c.settled_ms > since_ms) & (table.c.settled_ms <= until_ms)
    at &= table.c.origin.not_in((Origin.MERGE, Origin.SPLIT)) & (table.c.state != Fate.WITHDRAWN)
    return [_read(row) for row in await tx.execute(_BARE.where(at).order_by(table.c.id))]


async def add(tx: AsyncConnection, new: Contribution) -> Contribution:
    """Keep a new contribution; returns it with its number."""
    highest = select(func.coalesce(func.max(table.c.id), 0)).where(table.c.community == new.community)
    made = replace(new, id=int((await tx.execute(highest)).scalar_one()) + 1)
    columns = {column.name: getattr(made, column.name) for column in table.columns}
    await tx.execute(insert(table).values(**_written(columns)))
    await _keep(tx, made)
    await statements.follow(tx, made.community, [made.id])
    return made


async def _keep(tx: AsyncConnection, one: Contribution) -> None:
    await tx.execute(
        insert(version).values(
            community=one.community,
            contribution=one.id,
            number=one.version,
            said=json.dumps(one.said, ensure_ascii=False),
            at_ms=one.at_ms,
        )
    )


async def say(tx: AsyncConnection, changed: Contribution) -> None:
    """Keep a new version of a contribution, beside the earlier ones."""
    await change(tx, changed.community, changed.id, version=changed.version, at_ms=changed.at_ms)
    await _keep(tx, changed)


async def versions(tx: AsyncConnection, number: int, which: int) -> list[tuple[int, Said]]:
    """Everything that a contribution has said: (UTC epoch ms, words), the earliest first."""
    at = (version.c.community == number) & (version.c.contribution == which)
    rows = await tx.execute(select(version.c.at_ms, version.c.said).where(at).order_by(version.c.number))
    return [(row.at_ms, _said(row.said)) for row in rows]


async def change(tx: AsyncConnection, number: int, which: int, **columns: Any) -> None:
    """Set columns of a contribution."""
    at = (table.c.community == number) & (table.c.id == which)
    await tx.execute(update(table).where(at).values(**_written(columns)))
    if not columns.keys().isdisjoint(OF_STANDING):
        await statements.follow(tx, number, [which])


async def put_support(tx: AsyncConnection, number: int, which: int, who: int, at_ms: int) -> bool:
    """Note that somebody supports a contribution; False where they did already."""
    row = {"community": number, "contribution": which, "person": who, "at_ms": at_ms}
    done = await tx.execute(upsert(tx, support).values(row).on_conflict_do_nothing())
    return bool(done.rowcount)


async def drop_support(tx: AsyncConnection, number: int, which: int, who: int) -> bool:
    """Take somebody's support back; False where there was none."""
    at = (support.c.community == number) & (support.c.contribution == which) & (support.c.person == who)
    return bool((await tx.execute(delete(support).where(at))).rowcount)


async def inherit_support(
    tx: AsyncConnection, number: int, which: int, parents: Collection[int], without: Collection[int]
) -> None:
    """Let whoever supports one of the parents support this, each once, but for some people."""
    at = (support.c.community == number) & support.c.contribution.in_(parents)
    each = select(support.c.person, func.min(support.c.at_ms).label("at_ms")).group_by(support.c.person)
    rows = [
        {"community": number, "contribution": which, "person": row.person, "at_ms": row.at_ms}
        for row in await tx.execute(each.where(at))
        if row.person not in without
    ]
    if rows:
        await tx.execute(insert(support), rows)


async def supporters(tx: AsyncConnection, number: int, which: int = 0) -> dict[int, int]:
    """How many people support each contribution, of one round or of all; none is absent."""
    counted = select(table.c.id, func.count()).join(support, _OF_IT).where(table.c.community == number)
    if which:
        counted = counted.where(table.c.round == which)
    return dict((await tx.execute(counted.group_by(table.c.id))).all())


async def supporters_of(tx: AsyncConnection, number: int, *which: int) -> dict[int, int]:
    """How many people support these contributions; none is absent."""
    at = (support.c.community == number) & support.c.contribution.in_(which)
    counted = select(support.c.contribution, func.count()).where(at).group_by(support.c.contribution)
    return dict((await tx.execute(counted)).all())


async def supported_by(tx: AsyncConnection, number: int, who: int) -> dict[int, int]:
    """The numbers of the contributions that somebody supports, each with its round's."""
    at = (support.c.community == number) & (support.c.person == who)
    found = select(support.c.contribution, table.c.round).select_from(support.join(table, _OF_IT))
    return dict((await tx.execute(found.where(at).order_by(support.c.contribution))).all())


async def backers(tx: AsyncConnection, number: int, which: int) -> list[tuple[int, int]]:
    """Who supports what of a round, without those who are nobody any more: (person, contribution)."""
    at = (table.c.community == number) & (table.c.round == which) & (support.c.person > 0)
    rows = await tx.execute(select(support.c.person, table.c.id).join(support, _OF_IT).where(at))
    return [(row.person, row.id) for row in rows]


async def spoken(tx: AsyncConnection, number: int, which: Collection[int]) -> set[int]:
    """Those of some contributions that have words left."""
    at = (version.c.community == number) & version.c.contribution.in_(which)
    return set((await tx.execute(select(version.c.contribution).distinct().where(at))).scalars())


async def forget_words(tx: AsyncConnection, number: int, *which: int) -> None:
    """Erase everything that contributions have said; their numbers and their lives stay."""
    at = (version.c.community == number) & version.c.contribution.in_(which)
    await tx.execute(delete(version).where(at))
    if which:
        await statements.follow(tx, number, which)


async def forget_support(tx: AsyncConnection, number: int, which: int, who: int, nobody: int) -> None:
    """Cut one support off from somebody: it was one person's, and is nobody's any more."""
    at = (support.c.community == number) & (support.c.person == who) & (support.c.contribution == which)
    await tx.execute(update(support).where(at).values(person=nobody))


async def forget_judge(tx: AsyncConnection, number: int, who: int, stranger: int) -> None:
    """Cut what somebody settled off from them: it was somebody, and nobody's any more."""
    at = (table.c.community == number) & (table.c.judge == who)
    await tx.execute(update(table).where(at).values(judge=stranger))


async def leave_free(tx: AsyncConnection, number: int, which: int, count: int, now_ms: int) -> None:
    """Leave numbers unused: something that was taken back, and never said anything, has the last of them."""
    highest = select(func.coalesce(func.max(table.c.id), 0)).where(table.c.community == number)
    last = int((await tx.execute(highest)).scalar_one()) + count
    blank = Contribution(
        number, last, which, 1, -last, Standing.RESIDENT, Fate.WITHDRAWN, first_ms=now_ms, at_ms=now_ms
    )
    columns = {column.name: getattr(blank, column.name) for column in table.columns}
    await tx.execute(insert(table).values(**_written(columns)))
