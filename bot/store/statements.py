"""The decks of weighings: which contributions people are asked about, and how many have read each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from bot.domain.community import Moderation
from bot.domain.rounds import Round, State
from bot.domain.weighing import WEIGH
from bot.store import direct
from bot.store.direct import Tx
from bot.store.engines import upsert
from bot.store.schema import contribution, round_
from bot.store.schema import statement as table
from bot.store.standing import SPOKEN, stands

Key = tuple[int, int, int]
"""Community, round, statement."""

_ASKED = round_.alias("asked")
"""The round that a contribution was brought to."""

_OF_IT = and_(_ASKED.c.community == contribution.c.community, _ASKED.c.id == contribution.c.round)

_STANDS = stands(_ASKED.c.moderation == Moderation.AFTER) & SPOKEN
"""Whether a contribution to that round stands, with words that are left."""


async def deal(tx: AsyncConnection, weighing: Round) -> None:
    """Put what stands of an ask into the deck of a weighing, beside what organisers wrote for it."""
    found = (
        await tx.execute(select(contribution.c.id).join(_ASKED, _OF_IT).where(_fits(weighing)))
    ).scalars()
    rows = [_row(weighing.community, weighing.id, one, stands=True) for one in found]
    if rows:
        await tx.execute(upsert(tx, table).on_conflict_do_nothing(), rows)


def _fits(weighing: Round) -> ColumnElement[bool]:
    """Which contributions belong into a deck."""
    asked = contribution.c.round.in_((weighing.id, weighing.source))
    return (contribution.c.community == weighing.community) & asked & _STANDS


async def count_for(tx: AsyncConnection, weighing: Round) -> int:
    """How many statements a weighing has; of a draft, how many it would have if it were opened now."""
    if weighing.state is not State.DRAFT:
        return await count(tx, weighing.community, weighing.id)
    counted = select(func.count()).select_from(contribution).join(_ASKED, _OF_IT).where(_fits(weighing))
    return int((await tx.execute(counted)).scalar_one())


def _row(number: int, which: int, one: int, *, stands: bool, added: bool = False) -> dict[str, int]:
    row = {"community": number, "round": which, "contribution": one}
    return row | {"added": int(added), "stands": int(stands), "readers": 0}


async def put(tx: AsyncConnection, number: int, which: int, one: int) -> None:
    """Put a statement that an organiser wrote into a deck."""
    row = _row(number, which, one, stands=True, added=True)
    await tx.execute(
        upsert(tx, table)
        .values(row)
        .on_conflict_do_update(index_elements=["community", "round", "contribution"], set_={"added": 1})
    )


async def follow(tx: AsyncConnection, number: int, which: Collection[int]) -> None:
    """Bring the decks of weighings that have not closed up to date with what became of some contributions.

    What no longer stands keeps its row, and its readers, in case that is undone.
    """
    unclosed = round_.c.state.in_((State.DRAFT, State.OPEN)) & (round_.c.kind == WEIGH)
    decks = select(round_.c.id, round_.c.source).where(round_.c.community == number, unclosed)
    decks = decks.order_by(round_.c.state, round_.c.closes_ms)  # or SQLite goes through all rounds there are
    weighings = (await tx.execute(decks)).all()
    if not weighings:
        return
    at = (contribution.c.community == number) & contribution.c.id.in_(which)
    stands = case((_STANDS, 1), else_=0).label("stands")
    found = select(contribution.c.id, contribution.c.round, stands).join(_ASKED, _OF_IT).where(at)
    for one in (await tx.execute(found)).all():
        for weighing in weighings:
            if one.round in (weighing.id, weighing.source):
                await _follow(tx, number, weighing.id, one.id, stands=bool(one.stands))


async def _follow(tx: AsyncConnection, number: int, which: int, one: int, *, stands: bool) -> None:
    here = (table.c.community == number) & (table.c.round == which) & (table.c.contribution == one)
    there = await tx.execute(update(table).where(here).values(stands=int(stands)))
    if not there.rowcount and stands:
        await tx.execute(insert(table), _row(number, which, one, stands=True))


class Dealt(NamedTuple):
    """A statement in a deck: whether an organiser added it, and which version of its words it has now."""

    added: bool
    version: int


async def standing(tx: Tx, wanted: Iterable[Key]) -> dict[Key, Dealt]:
    """Which of these statements are in their decks now."""
    rows = await direct.find(tx, _of_keys, wanted)
    return {
        (row["community"], row["round"], row["contribution"]): Dealt(bool(row["added"]), row["version"])
        for row in rows
        if row["stands"]
    }


def _of_keys(count: int) -> Select[Any]:
    keys, each = direct.wanted(count, table.c.community, table.c.round, table.c.contribution)
    said = (contribution.c.community == table.c.community) & (contribution.c.id == table.c.contribution)
    return select(table, contribution.c.version).join_from(keys, table, each).join(contribution, said)


async def read(tx: Tx, changes: Mapping[Key, int]) -> None:
    """Count readers: how many more, or fewer, each statement has."""
    rows = [
        {"here": number, "weighed": which, "one": one, "more": more}
        for (number, which, one), more in sorted(changes.items())
        if more
    ]
    if rows:
        await direct.write(tx, _read, rows)


def _read(_: Tx) -> UpdateBase:
    here = (table.c.community == bindparam("here")) & (table.c.round == bindparam("weighed"))
    here &= table.c.contribution == bindparam("one")
    return update(table).where(here).values(readers=table.c.readers + bindparam("more"))


async def fewest(
    tx: AsyncConnection, number: int, which: int, but: Collection[int], limit: int
) -> list[tuple[int, int]]:
    """The statements with the fewest readers: (number, readers), but for some, at most so many."""
    at = (table.c.community == number) & (table.c.round == which) & (table.c.stands == 1)
    # Past those to leave out, whichever they are: the index is read from its beginning, and no further.
    first = select(table.c.contribution, table.c.readers).where(at)
    first = first.order_by(table.c.readers, table.c.contribution).limit(limit + len(but))
    found = [
        (row.contribution, row.readers) for row in await tx.execute(first) if row.contribution not in but
    ]
    return found[:limit]


async def of_round(tx: AsyncConnection, number: int, which: int) -> dict[int, bool]:
    """The statements in a deck now, ascending: for each whether an organiser added it."""
    at = (table.c.community == number) & (table.c.round == which) & (table.c.stands == 1)
    rows = await tx.execute(
        select(table.c.contribution, table.c.added).where(at).order_by(table.c.contribution)
    )
    return {row.contribution: bool(row.added) for row in rows}


async def decks_of(tx: AsyncConnection, number: int, which: Collection[int]) -> dict[int, list[int]]:
    """The weighings in whose decks some contributions ever were, each with their numbers."""
    at = (table.c.community == number) & table.c.contribution.in_(which)
    found: dict[int, list[int]] = {}
    for row in await tx.execute(select(table.c.round, table.c.contribution).where(at)) if which else ():
        found.setdefault(row.round, []).append(row.contribution)
    return found


async def added(tx: AsyncConnection, number: int, which: int) -> set[int]:
    """The statements that organisers wrote for a weighing."""
    at = (table.c.community == number) & (table.c.round == which) & (table.c.added == 1)
    return set((await tx.execute(select(table.c.contribution).where(at))).scalars())


async def dealt(tx: AsyncConnection, number: int, which: int) -> list[int]:
    """The statements that ever were in a deck, ascending: they may stand on forms that were printed."""
    at = (table.c.community == number) & (table.c.round == which)
    return list(
        (await tx.execute(select(table.c.contribution).where(at).order_by(table.c.contribution))).scalars()
    )


async def count(tx: AsyncConnection, number: int, which: int) -> int:
    """How many statements are in a deck now."""
    at = (table.c.community == number) & (table.c.round == which) & (table.c.stands == 1)
    return int((await tx.execute(select(func.count()).select_from(table).where(at))).scalar_one())
