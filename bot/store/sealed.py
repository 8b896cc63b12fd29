"""Answers without names: sealed while their round is open, and nobody's once it has closed."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from bot.store import direct
from bot.store.direct import Tx
from bot.store.engines import upsert
from bot.store.schema import released_answer, sealed_answer, sealing

Key = tuple[int, int, bytes]
"""Community, round, mark."""


@dataclass(frozen=True)
class Sealed:
    """One answer that nobody can read; ``tries`` is how many wrong codes came since the last right one."""

    community: int
    round: int
    mark: bytes
    code: bytes
    box: bytes
    tries: int = 0

    @property
    def key(self) -> Key:
        """What makes it the only one."""
        return self.community, self.round, self.mark


async def find_many(tx: Tx, keys: Iterable[Key]) -> dict[Key, Sealed]:
    """Sealed answers by their keys; those that don't exist are absent."""
    found = [Sealed(**row) for row in await direct.find(tx, _of_keys, keys)]
    return {one.key: one for one in found}


def _of_keys(count: int) -> Select[Any]:
    columns = (sealed_answer.c.community, sealed_answer.c.round, sealed_answer.c.mark)
    keys, each = direct.wanted(count, *columns)
    return select(sealed_answer).join_from(keys, sealed_answer, each)


async def put_many(tx: Tx, those: Sequence[Sealed]) -> None:
    """Keep sealed answers, each in place of what stood under its mark before."""
    if those:
        await direct.write(tx, _put, [vars(one) for one in those])


def _put(tx: Tx) -> UpdateBase:
    statement = upsert(tx, sealed_answer)
    changed = {name: statement.excluded[name] for name in ("code", "box", "tries")}
    return statement.on_conflict_do_update(index_elements=["community", "round", "mark"], set_=changed)


async def drop(tx: Tx, keys: Sequence[Key]) -> None:
    """Remove sealed answers, where there are any."""
    if keys:
        rows = [dict(zip(("of", "to", "under"), key, strict=True)) for key in keys]
        await direct.write(tx, _drop, rows)


def _drop(_: Tx) -> UpdateBase:
    at = (sealed_answer.c.community == bindparam("of")) & (sealed_answer.c.round == bindparam("to"))
    return delete(sealed_answer).where(at, sealed_answer.c.mark == bindparam("under"))


async def of_round(tx: AsyncConnection, number: int, which: int, after: bytes, most: int) -> list[Sealed]:
    """The sealed answers of a round by their marks, from the one that follows ``after``."""
    at = _in(sealed_answer, number, which) & (sealed_answer.c.mark > after)
    rows = await tx.execute(select(sealed_answer).where(at).order_by(sealed_answer.c.mark).limit(most))
    return [Sealed(**row._asdict()) for row in rows]


async def count(tx: AsyncConnection, number: int, which: int) -> int:
    """How many sealed answers a round has."""
    return await _count(tx, sealed_answer, number, which)


async def drop_some(tx: AsyncConnection, number: int, which: int, most: int) -> int:
    """Remove so many of a round's sealed answers; how many there were to remove."""
    some = await of_round(tx, number, which, b"", most)
    if some:  # a range, which the index has, whatever PostgreSQL knows of the table by then
        at = _in(sealed_answer, number, which) & (sealed_answer.c.mark <= some[-1].mark)
        await tx.execute(delete(sealed_answer).where(at))
    return len(some)


async def release(
    tx: AsyncConnection, number: int, which: int, values: Sequence[tuple[int, tuple[Any, ...]]]
) -> None:
    """Keep answers that are nobody's, under random ids, in the order in which they come here."""
    rows = [
        {"community": number, "round": which, "id": one, "value": json.dumps(said)} for one, said in values
    ]
    await tx.execute(insert(released_answer), rows)


async def released(tx: AsyncConnection, number: int, which: int) -> list[tuple[Any, ...]]:
    """What was answered to a round that has closed, by nobody any more."""
    rows = await tx.execute(select(released_answer.c.value).where(_in(released_answer, number, which)))
    return [tuple(json.loads(value)) for (value,) in rows]


async def released_count(tx: AsyncConnection, number: int, which: int) -> int:
    """How many answers of a round stand in the clear."""
    return await _count(tx, released_answer, number, which)


async def unrelease_some(tx: AsyncConnection, number: int, which: int, most: int) -> int:
    """Remove so many of what an interrupted close left; how many there were to remove."""
    at = _in(released_answer, number, which)
    ids = list((await tx.execute(select(released_answer.c.id).where(at).limit(most))).scalars())
    await tx.execute(delete(released_answer).where(at, released_answer.c.id.in_(ids)))
    return len(ids)


async def begin(tx: AsyncConnection, number: int, which: int) -> None:
    """Note that a round is to be closed, or that what was sealed for it is to go."""
    statement = upsert(tx, sealing).values(community=number, round=which, holder="", until_ms=0)
    await tx.execute(statement.on_conflict_do_nothing())


async def begun(tx: AsyncConnection) -> list[tuple[int, int]]:
    """The rounds that are being closed: community and round."""
    rows = await tx.execute(select(sealing.c.community, sealing.c.round).order_by(sealing.c.community))
    return [(row.community, row.round) for row in rows]


async def closing(tx: Tx, wanted: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of some rounds (community, round) that are being closed."""
    return {(row["community"], row["round"]) for row in await direct.find(tx, _of_closes, wanted)}


def _of_closes(count: int) -> Select[Any]:
    keys, each = direct.wanted(count, sealing.c.community, sealing.c.round)
    return select(sealing.c.community, sealing.c.round).join_from(keys, sealing, each)


async def hold(tx: AsyncConnection, number: int, which: int, holder: str, now_ms: int, until_ms: int) -> bool:
    """Take a close on, or go on holding it (UTC epoch ms); False while another process is at it."""
    free = (sealing.c.holder == holder) | (sealing.c.until_ms <= now_ms)
    statement = update(sealing).where(_in(sealing, number, which), free)
    return (await tx.execute(statement.values(holder=holder, until_ms=until_ms))).rowcount == 1


async def end(tx: AsyncConnection, number: int, which: int) -> None:
    """Note that nothing of a close is left to be done."""
    await tx.execute(delete(sealing).where(_in(sealing, number, which)))


async def _count(tx: AsyncConnection, table: Any, number: int, which: int) -> int:
    statement = select(func.count()).select_from(table).where(_in(table, number, which))
    return int((await tx.execute(statement)).scalar_one())


def _in(table: Any, number: int, which: int) -> Any:
    return (table.c.community == number) & (table.c.round == which)


Remove = Callable[[AsyncConnection, int, int, int], Awaitable[int]]
"""Removes so many rows of a round, and says how many there were."""
