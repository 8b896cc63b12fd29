"""Contributions, and every version of what they say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    delete,
    exists,
    false,
    func,
    insert,
    null,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import Said
from bot.domain.community import Moderation
from bot.domain.contributions import Contribution, Counted, Fate, Origin, counted
from bot.domain.people import Standing
from bot.domain.rounds import Round
from bot.domain.weighing import WEIGH
from bot.store import ask_counts, numbers, statements
from bot.store.schema import contribution as table
from bot.store.schema import round_, version
from bot.store.standing import SPOKEN, stands

_NEWEST = and_(
    version.c.community == table.c.community,
    version.c.contribution == table.c.id,
    version.c.number == table.c.version,
)
_WHOLE = select(table, version.c.said, version.c.chosen).join(version, _NEWEST, isouter=True)
"""Contributions with their newest words; these are absent once they were erased."""

_BARE = select(table, null().label("said"), null().label("chosen"))

_UNCOUNTED = frozenset({"at_ms", "settled_ms", "due_ms", "judge", "question", "link", "supporters"})
"""Columns on which no count of an ask depends."""

KEPT = tuple(fate for fate in Fate if fate is not Fate.WITHDRAWN)
"""Whatever can have become of what was not taken back: by these an index finds it, and nothing else."""

OF_STANDING = ("state", "why", "again")
"""Columns that say whether a contribution stands."""


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
            "newcomer": bool(columns["newcomer"]),
            "said": None if said is None else _said(said),
            "chosen": () if said is None else tuple(json.loads(columns["chosen"])),
        }
    )


def _said(text: str) -> Said:
    return {name: tuple(values) for name, values in json.loads(text).items()}


def _written(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: int(value) if isinstance(value, bool) else value for name, value in columns.items()}


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


async def kept_of_person(tx: AsyncConnection, number: int, which: int, who: int) -> list[Contribution]:
    """What one person has brought to a round and not taken back, the latest first."""
    at = (table.c.community == number) & (table.c.person == who) & (table.c.round == which)
    kept = _WHOLE.where(at, table.c.state.in_(KEPT)).order_by(table.c.id.desc())
    return [_read(row) for row in await tx.execute(kept)]


async def some(tx: AsyncConnection, number: int, which: Collection[int]) -> dict[int, Contribution]:
    """Contributions by their numbers."""
    at = (table.c.community == number) & table.c.id.in_(which)
    return {row.id: _read(row) for row in await tx.execute(_WHOLE.where(at))}


async def most_supported(
    tx: AsyncConnection, asked: Round, limit: int, offset: int = 0, *, erased: bool = False
) -> list[Contribution]:
    """Those of a round that stand, the most supported first, then the earliest.

    ``erased`` is whether those are among them whose words were erased.
    """
    # Numbers first, so that only the words of one page are read.
    ranked = select(table.c.id).where(_standing(asked, erased=erased))
    page = ranked.order_by(table.c.supporters.desc(), table.c.id).limit(limit).offset(offset)
    numbers = (await tx.execute(page)).scalars().all()
    found = await some(tx, asked.community, numbers)
    return [found[number] for number in numbers]


def _standing(asked: Round, *, erased: bool = False) -> ColumnElement[bool]:
    """Those of a round that stand."""
    early = true() if asked.moderation is Moderation.AFTER else false()
    at = (table.c.community == asked.community) & (table.c.round == asked.id) & stands(early)
    return at if erased else at & SPOKEN


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


async def unread_of(tx: AsyncConnection, number: int, which: int, limit: int) -> list[int]:
    """The numbers of a round's first contributions that nobody has read yet."""
    at = (table.c.community == number) & (table.c.round == which) & (table.c.state == Fate.RECEIVED)
    return list((await tx.execute(select(table.c.id).where(at).order_by(table.c.id).limit(limit))).scalars())


async def waiting(tx: AsyncConnection, number: int) -> tuple[int, int]:
    """How many contributions nobody has read yet, and since when the oldest waits (UTC epoch ms)."""
    at = (table.c.community == number) & (table.c.state == Fate.RECEIVED)
    oldest = (await tx.execute(select(func.min(table.c.at_ms)).where(at))).scalar_one()
    return await ask_counts.over_all(tx, number, "state", Fate.RECEIVED), oldest or 0


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

    Not what was taken back since: nobody tells us anything by it. Nor what organisers wrote themselves.
    """
    at = (table.c.community == number) & (table.c.at_ms > since_ms) & (table.c.at_ms <= until_ms)
    at &= (table.c.state != Fate.WITHDRAWN) & ~_written_by_organisers(number)
    return [_read(row) for row in await tx.execute(_BARE.where(at).order_by(table.c.id))]


def _written_by_organisers(number: int) -> ColumnElement[bool]:
    """Statements that organisers put into a weighing themselves: nobody brought them, nobody settles them."""
    # Each by its round: a list of all weighings would be read out of a community's whole past.
    of_it = (round_.c.community == number) & (round_.c.id == table.c.round)
    return (table.c.origin == Origin.MEETING) & exists().where(of_it, round_.c.kind == WEIGH)


async def settled(tx: AsyncConnection, number: int, since_ms: int, until_ms: int) -> list[Contribution]:
    """What moderators settled after one moment and up to another (UTC epoch ms), without words.

    Not what they wrote, or made out of others, themselves, nor what was taken back since.
    """
    at = (table.c.community == number) & (table.c.settled_ms > since_ms) & (table.c.settled_ms <= until_ms)
    at &= table.c.origin.not_in((Origin.MERGE, Origin.SPLIT)) & (table.c.state != Fate.WITHDRAWN)
    at &= ~_written_by_organisers(number)
    return [_read(row) for row in await tx.execute(_BARE.where(at).order_by(table.c.id))]


async def add(tx: AsyncConnection, new: Contribution) -> Contribution:
    """Keep a new contribution; returns it with its number."""
    made = replace(new, id=await numbers.following(tx, table, new.community))
    async with _counting(tx, made.community, {(made.round, made.person)}, [made.id]):
        await _insert(tx, made)
        await _keep(tx, made)
    await statements.follow(tx, made.community, [made.id])
    return made


async def _insert(tx: AsyncConnection, new: Contribution) -> None:
    columns = {column.name: getattr(new, column.name) for column in table.columns}
    await tx.execute(insert(table).values(**_written(columns)))


async def _keep(tx: AsyncConnection, one: Contribution) -> None:
    await tx.execute(
        insert(version).values(
            community=one.community,
            contribution=one.id,
            number=one.version,
            said=json.dumps(one.said, ensure_ascii=False),
            chosen=json.dumps(one.chosen, ensure_ascii=False),
            at_ms=one.at_ms,
        )
    )


async def say(tx: AsyncConnection, changed: Contribution) -> None:
    """Keep a new version of a contribution, beside the earlier ones: it waits, or stands, as it says now."""
    names = ("version", "at_ms", "state", "question", "judge")
    async with _counting(tx, changed.community, {(changed.round, changed.person)}, [changed.id]):
        await _keep(tx, changed)
        await _set(tx, changed.community, changed.id, {name: getattr(changed, name) for name in names})
    await statements.follow(tx, changed.community, [changed.id])


async def versions(tx: AsyncConnection, number: int, which: int) -> list[tuple[int, Said]]:
    """Everything that a contribution has said: (UTC epoch ms, words), the earliest first."""
    at = (version.c.community == number) & (version.c.contribution == which)
    rows = await tx.execute(select(version.c.at_ms, version.c.said).where(at).order_by(version.c.number))
    return [(row.at_ms, _said(row.said)) for row in rows]


async def change(tx: AsyncConnection, number: int, which: int, **columns: Any) -> None:
    """Set columns of a contribution."""
    await change_each(tx, number, {which: columns})


async def change_each(tx: AsyncConnection, number: int, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Set columns of contributions, for each its own."""
    counted = [which for which, columns in changes.items() if columns.keys() - _UNCOUNTED]
    whose = await _whose(tx, number, counted)
    becomes = {(whose[which][0], changes[which].get("person", whose[which][1])) for which in counted}
    async with _counting(tx, number, becomes | set(whose.values()), counted):
        for which, columns in changes.items():
            await _set(tx, number, which, columns)
    moved = [which for which, columns in changes.items() if not columns.keys().isdisjoint(OF_STANDING)]
    if moved:
        await statements.follow(tx, number, moved)


async def _set(tx: AsyncConnection, number: int, which: int, columns: Mapping[str, Any]) -> None:
    at = (table.c.community == number) & (table.c.id == which)
    await tx.execute(update(table).where(at).values(**_written(columns)))


async def _whose(tx: AsyncConnection, number: int, which: Collection[int]) -> dict[int, tuple[int, int]]:
    """Of which round and person contributions are."""
    if not which:
        return {}
    at = (table.c.community == number) & table.c.id.in_(which)
    rows = await tx.execute(select(table.c.id, table.c.round, table.c.person).where(at))
    return {row.id: (row.round, row.person) for row in rows}


@asynccontextmanager
async def _counting(
    tx: AsyncConnection, number: int, whose: Collection[tuple[int, int]], touched: Collection[int]
) -> AsyncIterator[None]:
    """Keep the counts of asks true over a write to some of what people brought: (round, person)."""
    before = await _counts(tx, number, whose, touched)
    yield
    after = await _counts(tx, number, whose, touched)
    for asked, counts in after.items():
        counts.subtract(before[asked])
        await ask_counts.add(tx, number, asked, counts)


async def _counts(
    tx: AsyncConnection, number: int, whose: Collection[tuple[int, int]], touched: Collection[int]
) -> dict[int, Counter[Counted]]:
    """What counts for people, without what was taken back before and stays so, however much that is.

    But what comes from a meeting all counts, since its people are counted once for all of it.
    """
    theirs = (table.c.community == number) & table.c.round.in_({asked for asked, _ in whose})
    theirs &= table.c.person.in_({who for _, who in whose})
    gone = theirs & (table.c.state == Fate.WITHDRAWN)
    there: dict[int, Contribution] = {}
    for at in (theirs & table.c.state.in_(KEPT), gone & table.c.id.in_(touched)) if whose else ():
        there |= {row.id: _read(row) for row in await tx.execute(_WHOLE.where(at))}
    met = {one.person for one in there.values() if one.origin is Origin.MEETING}
    if met:
        at = gone & table.c.person.in_(met)
        there |= {row.id: _read(row) for row in await tx.execute(_WHOLE.where(at))}
    grouped: dict[tuple[int, int], list[Contribution]] = {one: [] for one in whose}
    for one in sorted(there.values(), key=lambda one: one.id):
        if (one.round, one.person) in grouped:
            grouped[one.round, one.person].append(one)
    found: dict[int, Counter[Counted]] = {asked: Counter() for asked, _ in whose}
    for (asked, _), those in grouped.items():
        found[asked].update(counted(those))
    return found


async def spoken(tx: AsyncConnection, number: int, which: Collection[int]) -> set[int]:
    """Those of some contributions that have words left."""
    at = (version.c.community == number) & version.c.contribution.in_(which)
    return set((await tx.execute(select(version.c.contribution).distinct().where(at))).scalars())


async def forget_words(tx: AsyncConnection, number: int, *which: int) -> None:
    """Erase everything that contributions have said; their numbers and their lives stay."""
    at = (version.c.community == number) & version.c.contribution.in_(which)
    async with _counting(tx, number, set((await _whose(tx, number, which)).values()), which):
        await tx.execute(delete(version).where(at))
    if which:
        await statements.follow(tx, number, which)


async def give_away(tx: AsyncConnection, number: int, which: int, who: int, nobody: int) -> None:
    """Cut what somebody brought to a round off from them: it was one person's, and is nobody's any more."""
    at = (table.c.community == number) & (table.c.round == which) & (table.c.person == who)
    async with _counting(tx, number, {(which, who), (which, nobody)}, ()):
        await tx.execute(update(table).where(at).values(person=nobody, question="", link=""))


async def forget_judge(tx: AsyncConnection, number: int, who: int, stranger: int) -> None:
    """Cut what somebody settled off from them: it was somebody, and nobody's any more."""
    at = (table.c.community == number) & (table.c.judge == who)
    await tx.execute(update(table).where(at).values(judge=stranger))


async def leave_free(tx: AsyncConnection, number: int, which: int, count: int, now_ms: int) -> None:
    """Leave numbers unused: something that was taken back, and never said anything, has the last of them."""
    last = await numbers.following(tx, table, number) + count - 1
    blank = Contribution(
        number, last, which, 1, -last, Standing.RESIDENT, Fate.WITHDRAWN, first_ms=now_ms, at_ms=now_ms
    )
    await _insert(tx, blank)  # nobody brought it, so it counts nowhere
