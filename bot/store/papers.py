"""Receipts of printed forms, and answers that wait for a second organiser before they count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from bot.domain.papers import BatchState, Came
from bot.domain.people import Standing
from bot.store import direct, numbers
from bot.store.direct import Tx
from bot.store.schema import batch, paper, receipt

AT_ONCE = 512
"""How many receipts are looked for by one statement."""


@dataclass(frozen=True)
class Batch:
    """What one organiser entered for one round; ``entered_by`` is a person, 0 for who keeps the server.

    ``mark`` tells a file from every other (64 hexadecimal digits), '' where it was entered in the chat.
    """

    community: int
    id: int
    round: int
    entered_by: int
    confirmed_by: int = 0
    state: BatchState = BatchState.WAITING
    mark: str = ""
    made_ms: int = 0
    settled_ms: int = 0


@dataclass(frozen=True)
class Paper:
    """One answer as it was entered; ``said`` is JSON, '' once it was counted."""

    community: int
    receipt: str
    batch: int
    said: str
    standing: Standing
    came: Came
    at_ms: int


async def mint(tx: AsyncConnection, number: int, which: int, codes: Collection[str], now_ms: int) -> None:
    """Keep new receipts of a round."""
    rows = [{"community": number, "code": code, "round": which, "made_ms": now_ms} for code in codes]
    if rows:
        await direct.write(tx, _mint, rows)


def _mint(_: Tx) -> UpdateBase:
    return insert(receipt)


async def rounds_of(tx: AsyncConnection, number: int, codes: Iterable[str]) -> dict[str, int]:
    """The rounds that receipts belong to; unknown ones are absent."""
    return {row["code"]: row["round"] for row in await _found(tx, _receipts, number, codes)}


def _receipts(count: int) -> Select[Any]:
    keys, each = direct.wanted(count, receipt.c.community, receipt.c.code)
    return select(receipt).join_from(keys, receipt, each)


async def entered(tx: AsyncConnection, number: int, codes: Iterable[str]) -> dict[str, int]:
    """The batches that receipts have been entered in; those that were not are absent."""
    return {row["receipt"]: row["batch"] for row in await _found(tx, _papers, number, codes)}


async def _found(
    tx: AsyncConnection, search: direct.Search, number: int, codes: Iterable[str]
) -> list[dict[str, Any]]:
    """Rows by their receipts: some hundreds at a time, for a statement takes so many values."""
    keys, rows = sorted({(number, code) for code in codes}), []
    for start in range(0, len(keys), AT_ONCE):
        rows += await direct.find(tx, search, keys[start : start + AT_ONCE])
    return rows


def _papers(count: int) -> Select[Any]:
    keys, each = direct.wanted(count, paper.c.community, paper.c.receipt)
    return select(paper.c.receipt, paper.c.batch).join_from(keys, paper, each)


async def add_batch(tx: AsyncConnection, new: Batch) -> Batch:
    """Keep a new batch; returns it with its number."""
    made = replace(new, id=await numbers.following(tx, batch, new.community))
    await tx.execute(insert(batch).values(**vars(made) | {"state": made.state.value}))
    return made


async def add(tx: AsyncConnection, those: Sequence[Paper]) -> None:
    """Keep answers in their batches."""
    if those:
        await direct.write(tx, _add, [vars(one) for one in those])


def _add(_: Tx) -> UpdateBase:
    return insert(paper)


async def find(tx: AsyncConnection, number: int, which: int) -> Batch | None:
    """One batch of a community."""
    found = await _batches(tx, (batch.c.community == number) & (batch.c.id == which))
    return found[0] if found else None


async def waiting(tx: AsyncConnection, number: int, *of_rounds: int) -> list[tuple[Batch, int]]:
    """The batches that wait, each with how many answers it has; of some rounds, or of all."""
    at = (batch.c.community == number) & (batch.c.state == BatchState.WAITING.value)
    if of_rounds:
        at &= batch.c.round.in_(of_rounds)
    there = await _batches(tx, at)
    counts = await _counts(tx, number, [one.id for one in there])
    return [(one, counts.get(one.id, 0)) for one in there]


async def counted(tx: AsyncConnection, number: int, which: int, mark: str) -> bool:
    """Whether a file was taken for a round already, and not sent back."""
    taken = [BatchState.WAITING.value, BatchState.COUNTED.value]
    at = (batch.c.community == number) & (batch.c.round == which) & (batch.c.mark == mark)
    return bool(await _batches(tx, at & batch.c.state.in_(taken)))


async def _batches(tx: AsyncConnection, at: Any) -> list[Batch]:
    rows = await tx.execute(select(batch).where(at).order_by(batch.c.id))
    return [Batch(**row._asdict() | {"state": BatchState(row.state)}) for row in rows]


async def _counts(tx: AsyncConnection, number: int, which: Collection[int]) -> dict[int, int]:
    at = (paper.c.community == number) & paper.c.batch.in_(which)
    rows = await tx.execute(select(paper.c.batch, func.count()).where(at).group_by(paper.c.batch))
    return dict(rows.all())


async def of_batch(tx: AsyncConnection, number: int, which: int, most: int = 0) -> list[Paper]:
    """The answers of a batch by their receipts, which are random; at most so many, or all for 0."""
    at = (paper.c.community == number) & (paper.c.batch == which)
    found = select(paper).where(at).order_by(paper.c.receipt)
    rows = await tx.execute(found.limit(most) if most else found)
    return [
        Paper(**row._asdict() | {"standing": Standing(row.standing), "came": Came(row.came)}) for row in rows
    ]


async def settle(tx: AsyncConnection, one: Batch, state: BatchState, who: int, now_ms: int) -> None:
    """Say what became of a batch that waited; what its answers said goes.

    Counted receipts stay, so that they never count again. Others are free to be entered anew.
    """
    at = (batch.c.community == one.community) & (batch.c.id == one.id)
    await tx.execute(update(batch).where(at).values(state=state.value, confirmed_by=who, settled_ms=now_ms))
    those = (paper.c.community == one.community) & (paper.c.batch == one.id)
    if state is BatchState.COUNTED:
        await tx.execute(update(paper).where(those).values(said=""))
    else:
        await tx.execute(delete(paper).where(those))


async def drop_late(tx: AsyncConnection, number: int, which: int, now_ms: int) -> int:
    """At a round's end, drop what nobody confirmed in time; returns how many answers that is."""
    late = 0
    for one, count in await waiting(tx, number, which):
        late += count
        await settle(tx, one, BatchState.LATE, 0, now_ms)
    return late


async def of_person(tx: AsyncConnection, number: int, who: int) -> list[Batch]:
    """The batches that somebody entered, confirmed or sent back."""
    theirs = (batch.c.entered_by == who) | (batch.c.confirmed_by == who)
    return await _batches(tx, (batch.c.community == number) & theirs)


async def forget(tx: AsyncConnection, number: int, who: int, nobody: int, now_ms: int) -> None:
    """Cut batches off from somebody who entered or settled them: they are nobody's any more.

    What waits of theirs is dropped: or else they could come back as somebody new, and confirm it themselves.
    """
    for one, _ in await waiting(tx, number):
        if one.entered_by == who:
            await settle(tx, one, BatchState.DROPPED, 0, now_ms)
    for column in (batch.c.entered_by, batch.c.confirmed_by):
        at = (batch.c.community == number) & (column == who)
        await tx.execute(update(batch).where(at).values({column.key: nobody}))
