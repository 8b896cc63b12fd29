"""Check-ins, each time they were asked, and the turns they missed."""

from __future__ import annotations

import json
from dataclasses import astuple
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.checkins import CheckIn, Life, Missed, Purpose, Stated
from bot.domain.rounds import Round, State
from bot.store import numbers, rounds
from bot.store.engines import upsert
from bot.store.schema import checkin as table
from bot.store.schema import missed_turn
from bot.store.schema import round_ as round_table

FLAGS = frozenset({"direct", "mention", "sealed"})
"""Columns that are 0 or 1."""


def _read(row: Any) -> CheckIn:
    columns = dict(row._mapping)
    stated = json.loads(columns["stated"] or "null")
    columns |= {name: bool(columns[name]) for name in FLAGS}
    columns |= {
        "purpose": Purpose(columns["purpose"]),
        "state": Life(columns["state"]),
        "form": rounds.read_form(columns["form"]),
        "stated": Stated(*stated) if stated else None,
    }
    return CheckIn(**columns)


def _written(columns: dict[str, Any]) -> dict[str, Any]:
    written = dict(columns)
    if "form" in written:
        written["form"] = rounds.written_form(written["form"])
    if "stated" in written:
        stated = written["stated"]
        written["stated"] = json.dumps(astuple(stated), ensure_ascii=False) if stated else ""
    return {name: int(value) if name in FLAGS else value for name, value in written.items()}


async def find(tx: AsyncConnection, number: int, which: int) -> CheckIn | None:
    """One check-in of a community."""
    at = (table.c.community == number) & (table.c.id == which)
    row = (await tx.execute(select(table).where(at))).one_or_none()
    return None if row is None else _read(row)


async def in_state(tx: AsyncConnection, number: int, *states: Life) -> list[CheckIn]:
    """A community's check-ins in these states, the earliest first."""
    at = (table.c.community == number) & table.c.state.in_([one.value for one in states])
    return [_read(row) for row in await tx.execute(select(table).where(at).order_by(table.c.id))]


async def add(tx: AsyncConnection, new: CheckIn) -> CheckIn:
    """Keep a new check-in; returns it with its number."""
    which = await numbers.following(tx, table, new.community)
    columns = {column.name: getattr(new, column.name) for column in table.columns}
    await tx.execute(insert(table).values(**_written(columns | {"id": which})))
    found = await find(tx, new.community, which)
    assert found is not None
    return found


async def change(tx: AsyncConnection, number: int, which: int, **columns: Any) -> None:
    """Set columns of a check-in, as the domain has them."""
    at = (table.c.community == number) & (table.c.id == which)
    await tx.execute(update(table).where(at).values(**_written(columns)))


async def drop(tx: AsyncConnection, number: int, which: int) -> None:
    """Delete a draft."""
    at = (table.c.community == number) & (table.c.id == which) & (table.c.state == Life.DRAFT)
    await tx.execute(delete(table).where(at))


async def rounds_of(tx: AsyncConnection, number: int, which: int) -> list[Round]:
    """Each time that a check-in was asked, the earliest first, those that were cancelled left out."""
    there = await _some(tx, number, _numbers(number, which))
    return [one for one in there if one.state is not State.CANCELLED]


async def last_round(tx: AsyncConnection, number: int, which: int) -> Round | None:
    """The last time that a check-in was asked, even where it was cancelled."""
    last = _numbers(number, which).order_by(round_table.c.id.desc()).limit(1)
    return next(iter(await _some(tx, number, last)), None)


async def round_before(tx: AsyncConnection, asked: Round) -> Round | None:
    """The time before this one that a check-in was asked and has closed."""
    earlier = _numbers(asked.community, asked.checkin).where(round_table.c.id < asked.id)
    there = await _some(tx, asked.community, earlier)
    return next((one for one in reversed(there) if one.state is State.CLOSED), None)


def _numbers(number: int, which: int) -> Select[tuple[int]]:
    # First the numbers, which an index has: for whole rows, SQLite would go through all rounds there are.
    at = (round_table.c.community == number) & (round_table.c.checkin == which)
    return select(round_table.c.id).where(at)


async def _some(tx: AsyncConnection, number: int, numbers: Select[tuple[int]]) -> list[Round]:
    at = (round_table.c.community == number) & round_table.c.id.in_(numbers)
    return [rounds.read(row) for row in await tx.execute(select(round_table).where(at).order_by("id"))]


async def miss(tx: AsyncConnection, one: CheckIn, due_ms: int, why: str) -> None:
    """Note that nothing was asked at a turn."""
    row = {"community": one.community, "checkin": one.id, "due_ms": due_ms, "why": why}
    await tx.execute(upsert(tx, missed_turn).values(row).on_conflict_do_nothing())


async def missed(tx: AsyncConnection, number: int, which: int) -> list[Missed]:
    """The turns that a check-in missed, the earliest first."""
    at = (missed_turn.c.community == number) & (missed_turn.c.checkin == which)
    rows = select(missed_turn.c.due_ms, missed_turn.c.why).where(at).order_by(missed_turn.c.due_ms)
    return [Missed(**row._mapping) for row in await tx.execute(rows)]


async def mentions(tx: AsyncConnection, number: int, role: str, since_ms: int, but: int) -> int:
    """How often a role was mentioned for check-ins after a moment (UTC epoch ms), but for one round."""
    of_role = (table.c.community == number) & (table.c.role == role) & (table.c.mention == 1)
    which = list((await tx.execute(select(table.c.id).where(of_role))).scalars())
    asked = [one for each in which for one in await _some(tx, number, _numbers(number, each))]
    return sum(one.opened_ms > since_ms and one.id != but for one in asked)
