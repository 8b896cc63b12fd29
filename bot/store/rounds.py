"""Rounds and their results."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Standing
from bot.domain.rounds import Round, State
from bot.domain.stages import Stage
from bot.domain.summary import Tally
from bot.store.schema import result
from bot.store.schema import round_ as table


def read(row: Any) -> Round:
    """A round out of its row."""
    columns = dict(row._mapping)
    columns["stage"] = Stage(row.stage)
    columns["state"] = State(row.state)
    columns["options"] = tuple(json.loads(row.options))
    columns["audience"] = frozenset(map(Standing, filter(None, row.audience.split(","))))
    columns["show_of_hands"] = bool(row.show_of_hands)
    return Round(**columns)


def _written(columns: dict[str, Any]) -> dict[str, Any]:
    written = dict(columns)
    if "options" in written:
        written["options"] = json.dumps(list(written["options"]), ensure_ascii=False)
    if "audience" in written:
        written["audience"] = ",".join(sorted(written["audience"]))
    if "show_of_hands" in written:
        written["show_of_hands"] = int(written["show_of_hands"])
    return written


async def find(tx: AsyncConnection, number: int, which: int) -> Round | None:
    """One round of a community."""
    at = (table.c.community == number) & (table.c.id == which)
    row = (await tx.execute(select(table).where(at))).one_or_none()
    return None if row is None else read(row)


async def find_many(tx: AsyncConnection, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Round]:
    """Rounds by (community, id); those that don't exist are absent."""
    rows = await tx.execute(
        select(table).where(tuple_(table.c.community, table.c.id).in_(sorted(set(wanted))))
    )
    return {(row.community, row.id): read(row) for row in rows}


async def by_message(tx: AsyncConnection, number: int, message: str) -> Round | None:
    """The round whose card is this message of the platform."""
    at = (table.c.community == number) & (table.c.message == message)
    row = (await tx.execute(select(table).where(at))).one_or_none()
    return None if row is None else read(row)


async def in_state(tx: AsyncConnection, number: int, *states: State) -> list[Round]:
    """A community's rounds in these states, those that close first ahead."""
    at = (table.c.community == number) & table.c.state.in_([state.value for state in states])
    rows = await tx.execute(select(table).where(at).order_by(table.c.closes_ms, table.c.id))
    return [read(row) for row in rows]


async def add(tx: AsyncConnection, draft: Round) -> Round:
    """Keep a new round; returns it with its number."""
    highest = select(func.coalesce(func.max(table.c.id), 0)).where(table.c.community == draft.community)
    which = int((await tx.execute(highest)).scalar_one()) + 1
    columns = {column.name: getattr(draft, column.name) for column in table.columns}
    await tx.execute(insert(table).values(**_written(columns | {"id": which})))
    found = await find(tx, draft.community, which)
    assert found is not None
    return found


async def change(tx: AsyncConnection, number: int, which: int, **columns: Any) -> None:
    """Set columns of a round; options, audience and show_of_hands as the domain has them."""
    at = (table.c.community == number) & (table.c.id == which)
    await tx.execute(update(table).where(at).values(**_written(columns)))


async def keep_result(tx: AsyncConnection, number: int, which: int, tally: Tally) -> None:
    """Keep a round's result as it was at its close."""
    facts = {
        "options": tally.options,
        "counts": tally.counts,
        "answers": tally.answers,
        "quorum": tally.quorum,
        "standings": dict(tally.standings),
    }
    await tx.execute(
        insert(result).values(community=number, round=which, tally=json.dumps(facts, ensure_ascii=False))
    )


async def result_of(tx: AsyncConnection, number: int, which: int) -> Tally | None:
    """A round's result, once it has closed."""
    at = (result.c.community == number) & (result.c.round == which)
    found = (await tx.execute(select(result.c.tally).where(at))).scalar_one_or_none()
    if found is None:
        return None
    facts = json.loads(found)
    return Tally(
        tuple(facts["options"]),
        tuple(facts["counts"]),
        facts["answers"],
        facts["quorum"],
        facts["standings"],
    )
