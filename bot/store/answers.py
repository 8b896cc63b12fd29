"""Answers as they stand: one row for one person and one round."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from bot.domain.papers import CHAT
from bot.store import direct
from bot.store.direct import Tx
from bot.store.engines import upsert
from bot.store.schema import answer

Key = tuple[int, int, int]
"""Community, round, person."""


@dataclass(frozen=True)
class Answer:
    """One person's answer; given first at ``first_ms``, and as it stands at ``at_ms`` (UTC epoch ms)."""

    community: int
    round: int
    person: int
    value: tuple[Any, ...]
    standing: str
    first_ms: int
    at_ms: int
    came: str = "chat"

    @property
    def key(self) -> Key:
        """What makes it the only one."""
        return self.community, self.round, self.person


def _read(columns: dict[str, Any]) -> Answer:
    return Answer(**columns | {"value": tuple(json.loads(columns["value"]))})


async def find_many(tx: Tx, keys: Iterable[Key]) -> dict[Key, Answer]:
    """Answers by their keys; those that don't exist are absent."""
    found = [_read(row) for row in await direct.find(tx, _of_keys, keys)]
    return {one.key: one for one in found}


def _of_keys(count: int) -> Select[Any]:
    keys, each = direct.wanted(count, answer.c.community, answer.c.round, answer.c.person)
    return select(answer).join_from(keys, answer, each)


async def put_many(tx: Tx, answers: Sequence[Answer]) -> None:
    """Keep answers, each in place of what the same person answered before."""
    if answers:
        await direct.write(tx, _put, [vars(one) | {"value": json.dumps(one.value)} for one in answers])


def _put(tx: Tx) -> UpdateBase:
    statement = upsert(tx, answer)
    return statement.on_conflict_do_update(
        index_elements=["community", "round", "person"],
        set_={name: statement.excluded[name] for name in ("value", "standing", "came", "first_ms", "at_ms")},
    )


async def take_back(tx: Tx, keys: Sequence[Key]) -> None:
    """Remove answers, where there are any."""
    if keys:
        await direct.write(tx, _drop, [dict(zip(("of", "to", "who"), key, strict=True)) for key in keys])


def _drop(_: Tx) -> UpdateBase:
    at = (answer.c.community == bindparam("of")) & (answer.c.round == bindparam("to"))
    return delete(answer).where(at, answer.c.person == bindparam("who"))


async def of_round(tx: AsyncConnection, number: int, which: int) -> list[Answer]:
    """Every answer of a round."""
    at = (answer.c.community == number) & (answer.c.round == which)
    return [_read(row._asdict()) for row in await tx.execute(select(answer).where(at))]


async def page(tx: AsyncConnection, number: int, which: int, after: int, most: int) -> list[Answer]:
    """So many answers of a round by their people's numbers, from the one that follows ``after``."""
    at = (answer.c.community == number) & (answer.c.round == which) & (answer.c.person > after)
    some = select(answer).where(at).order_by(answer.c.person).limit(most)
    return [_read(row._asdict()) for row in await tx.execute(some)]


async def mark(tx: AsyncConnection, number: int, which: int) -> tuple[int, int]:
    """What changes with every answer that comes to a round, changes or goes."""
    at = (answer.c.community == number) & (answer.c.round == which)
    sums = select(func.count(), func.coalesce(func.sum(answer.c.at_ms), 0)).select_from(answer).where(at)
    count, times = (await tx.execute(sums)).one()
    return int(count), int(times)


async def linked(tx: AsyncConnection, number: int, which: int) -> list[Key]:
    """The answers of a round that are still linked to somebody."""
    at = (answer.c.community == number) & (answer.c.round == which) & (answer.c.person > 0)
    rows = await tx.execute(select(answer.c.person).where(at))
    return [(number, which, who) for who in rows.scalars()]


async def count(tx: AsyncConnection, number: int, which: int) -> int:
    """How many people have answered a round."""
    at = (answer.c.community == number) & (answer.c.round == which)
    return int((await tx.execute(select(func.count()).select_from(answer).where(at))).scalar_one())


async def of_person(tx: AsyncConnection, number: int, who: int) -> list[Answer]:
    """Every answer of a person, the last given first."""
    at = (answer.c.community == number) & (answer.c.person == who)
    # By the rounds, which an index has: else SQLite would go through what everybody answered.
    listed = answer.c.round.in_(select(answer.c.round).where(at))
    found = [_read(row._asdict()) for row in await tx.execute(select(answer).where(at, listed))]
    return sorted(found, key=lambda one: (-one.at_ms, one.round))


async def first_times(tx: AsyncConnection, number: int, which: Collection[int]) -> list[tuple[int, int]]:
    """Of some rounds, when each answer in the chat first came: round, UTC epoch ms.

    Not of those on paper: they came when somebody typed them in.
    """
    at = (answer.c.community == number) & answer.c.round.in_(which) & (answer.c.came == CHAT)
    rows = await tx.execute(select(answer.c.round, answer.c.first_ms).where(at))
    return [(one, first_ms) for one, first_ms in rows]


async def between(tx: AsyncConnection, number: int, since_ms: int, until_ms: int) -> list[Answer]:
    """Every answer last given in a stretch of time (UTC epoch ms): after its beginning, up to its end."""
    at = (answer.c.community == number) & (answer.c.at_ms > since_ms) & (answer.c.at_ms <= until_ms)
    return [_read(row._asdict()) for row in await tx.execute(select(answer).where(at))]


async def detach(tx: AsyncConnection, keys: Sequence[Key], strangers: Sequence[int]) -> None:
    """Cut answers off from the people who gave them: each key's person becomes the number beside it.

    The numbers must be negative and random, so that they are nobody's and tell no order.
    """
    if not keys:
        return
    statement = (
        update(answer)
        .where(
            answer.c.community == bindparam("number"),
            answer.c.round == bindparam("which"),
            answer.c.person == bindparam("who"),
        )
        .values(person=bindparam("stranger"), first_ms=0, at_ms=0)
    )
    await tx.execute(
        statement,
        [
            {"number": number, "which": which, "who": who, "stranger": stranger}
            for (number, which, who), stranger in zip(keys, strangers, strict=True)
        ],
    )
