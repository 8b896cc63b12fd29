"""Initiatives and their promises."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.initiatives import Initiative, Life
from bot.domain.people import Ages
from bot.domain.promises import Influence, Promise
from bot.domain.stages import Stage
from bot.store import numbers
from bot.store.schema import initiative, promise


def _initiative(row: Any) -> Initiative:
    return Initiative(
        row.id, row.title, Stage(row.stage), Life(row.state), Ages(row.ages), row.lead, row.deputy,
        row.made_ms, row.closed_ms,
    )  # fmt: skip


def _promise(row: Any) -> Promise:
    columns = {name: value for name, value in row._mapping.items() if name not in ("community", "level")}
    return Promise(level=Influence(row.level), **columns)


async def find(tx: AsyncConnection, number: int, which: int) -> Initiative | None:
    """One initiative of a community."""
    at = (initiative.c.community == number) & (initiative.c.id == which)
    row = (await tx.execute(select(initiative).where(at))).one_or_none()
    return None if row is None else _initiative(row)


async def every(tx: AsyncConnection, number: int) -> list[Initiative]:
    """All initiatives of a community, the standing one first."""
    rows = await tx.execute(
        select(initiative).where(initiative.c.community == number).order_by(initiative.c.id)
    )
    return [_initiative(row) for row in rows]


async def add(
    tx: AsyncConnection,
    number: int,
    title: str,
    life: Life,
    ages: Ages,
    lead: int,
    deputy: int,
    now_ms: int,
) -> Initiative:
    """Keep a new initiative, at the first stage."""
    which = await numbers.following(tx, initiative, number)
    await tx.execute(
        insert(initiative).values(
            community=number,
            id=which,
            title=title,
            stage=Stage.DEFINE.value,
            state=life.value,
            ages=ages.value,
            lead=lead,
            deputy=deputy,
            made_ms=now_ms,
            closed_ms=0,
        )
    )
    return Initiative(which, title, Stage.DEFINE, life, ages, lead, deputy, now_ms)


async def change(tx: AsyncConnection, number: int, which: int, **columns: str | int) -> None:
    """Set columns of an initiative."""
    at = (initiative.c.community == number) & (initiative.c.id == which)
    await tx.execute(update(initiative).where(at).values(**columns))


async def promise_of(tx: AsyncConnection, number: int, which: int) -> Promise | None:
    """The newest promise of an initiative, if one was made."""
    made = await promises_of(tx, number, which)
    return made[-1] if made else None


async def promises_of(tx: AsyncConnection, number: int, which: int) -> list[Promise]:
    """Every promise of an initiative, the oldest first."""
    at = (promise.c.community == number) & (promise.c.initiative == which)
    return [_promise(row) for row in await tx.execute(select(promise).where(at).order_by(promise.c.made_ms))]


async def promises(tx: AsyncConnection, number: int) -> dict[int, list[Promise]]:
    """Every promise of a community by initiative, the oldest first."""
    found: dict[int, list[Promise]] = {}
    for row in await tx.execute(
        select(promise).where(promise.c.community == number).order_by(promise.c.made_ms)
    ):
        found.setdefault(row.initiative, []).append(_promise(row))
    return found


async def make_promise(tx: AsyncConnection, number: int, made: Promise) -> None:
    """Keep a new promise."""
    columns = {c.name: getattr(made, c.name) for c in promise.columns if c.name != "community"}
    await tx.execute(insert(promise).values(community=number, **columns | {"level": made.level.value}))


async def keep_promise(
    tx: AsyncConnection, number: int, which: int, now_ms: int, said: str, did: str, wont: str
) -> None:
    """Note that what was promised last was kept, and with which words."""
    at = (promise.c.community == number) & (promise.c.initiative == which) & promise.c.kept_ms.is_(None)
    await tx.execute(update(promise).where(at).values(kept_ms=now_ms, said=said, did=did, wont=wont))
