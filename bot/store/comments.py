"""Words out of forms, each for itself: not kept are whose they are, when they came, what came with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from bot.domain.versions import version_of
from bot.store.schema import comment as table

WAITING, SHOWN, DECLINED = "waiting", "shown", "declined"


@dataclass(frozen=True)
class Comment:
    """Words somebody wrote into a field, by its place, under a random id; '' once declined for a reason."""

    community: int
    round: int
    id: int
    field: int
    words: str
    state: str = WAITING
    reason: str = ""

    @property
    def version(self) -> str:
        """The version of these words (``versions.py``)."""
        return version_of(self.id, self.field, self.words)


async def put_many(tx: AsyncConnection, comments: Sequence[Comment]) -> None:
    """Keep words that are nobody's any more, in the order in which they come here."""
    if comments:
        await tx.execute(insert(table), [asdict(one) for one in comments])


async def find(tx: AsyncConnection, number: int, which: int, comment: int) -> Comment | None:
    """One of a round's."""
    row = (await tx.execute(select(table).where(_in(number, which), table.c.id == comment))).one_or_none()
    return None if row is None else Comment(**row._mapping)


async def next_waiting(tx: AsyncConnection, number: int, which: int) -> Comment | None:
    """The first of a round that nobody has read, by the random ids: so in no order of theirs."""
    at = _in(number, which) & (table.c.state == WAITING)
    row = (await tx.execute(select(table).where(at).order_by(table.c.id).limit(1))).one_or_none()
    return None if row is None else Comment(**row._mapping)


async def settle(tx: AsyncConnection, number: int, which: int, comment: int, reason: str = "") -> bool:
    """Show one that waits, or decline it and delete its words; False where it waits no more."""
    changes = {"state": DECLINED, "reason": reason, "words": ""} if reason else {"state": SHOWN}
    at = _in(number, which) & (table.c.id == comment) & (table.c.state == WAITING)
    return (await tx.execute(update(table).where(at).values(**changes))).rowcount == 1


async def shown(tx: AsyncConnection, number: int, which: int) -> list[Comment]:
    """Those of a round that may be read, in the order of its fields, and then of nothing."""
    at = _in(number, which) & (table.c.state == SHOWN) & (table.c.words != "")
    rows = await tx.execute(select(table).where(at).order_by(table.c.field, table.c.id))
    return [Comment(**row._mapping) for row in rows]


async def counts(tx: AsyncConnection, number: int, which: int) -> Counter[tuple[str, str]]:
    """How many of a round there are, by state and reason."""
    columns = select(table.c.state, table.c.reason, func.count().label("many"))
    rows = await tx.execute(columns.where(_in(number, which)).group_by(table.c.state, table.c.reason))
    return Counter({(row.state, row.reason): row.many for row in rows})


async def count(tx: AsyncConnection, number: int, which: int) -> int:
    """How many of a round there are."""
    return int(
        (await tx.execute(select(func.count()).select_from(table).where(_in(number, which)))).scalar_one()
    )


async def waiting(tx: AsyncConnection, number: int) -> dict[int, int]:
    """How many wait to be read, by round."""
    at = (table.c.community == number) & (table.c.state == WAITING)
    rows = await tx.execute(
        select(table.c.round, func.count().label("many"))
        .where(at)
        .group_by(table.c.round)
        .order_by(table.c.round)
    )
    return {row.round: row.many for row in rows}


async def drop_some(tx: AsyncConnection, number: int, which: int, most: int) -> int:
    """Remove so many of what an interrupted close left; how many there were to remove."""
    ids = list((await tx.execute(select(table.c.id).where(_in(number, which)).limit(most))).scalars())
    await tx.execute(delete(table).where(_in(number, which), table.c.id.in_(ids)))
    return len(ids)


async def spoken(tx: AsyncConnection, number: int, which: int) -> list[int]:
    """The words of a round that are still there, or that nobody has read yet, by their ids."""
    there = or_(table.c.words != "", table.c.state == WAITING)
    return list((await tx.execute(select(table.c.id).where(_in(number, which), there))).scalars())


async def forget_words(tx: AsyncConnection, number: int, which: int, ids: Collection[int]) -> None:
    """Erase words; how many there were stays. What nobody has read needs no reader any more."""
    at = _in(number, which) & table.c.id.in_(ids)
    await tx.execute(update(table).where(at).values(words=""))
    await tx.execute(update(table).where(at, table.c.state == WAITING).values(state=DECLINED, reason="old"))


def _in(number: int, which: int) -> ColumnElement[bool]:
    return (table.c.community == number) & (table.c.round == which)
