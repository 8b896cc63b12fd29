"""Chat messages that organisers would like to make ideas of, until their authors have answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.versions import version_of
from bot.store import outbox, schedule
from bot.store.engines import upsert
from bot.store.schema import offer as table

CARD, OVER = "offer", "offer-over"
"""The card that asks the author, and what becomes of it."""
LAPSE = "offer"
"""The act of the schedule by which an offer ends that nobody has answered."""


@dataclass(frozen=True)
class Offer:
    """What an author is asked: whether ``words``, which were a message of theirs, are to be an idea.

    ``author`` is the platform's id of whoever wrote the message, ``link`` leads to it, ``channel`` is where
    it stands; ``until_ms`` is when all of this goes (UTC epoch ms). ``round`` is 0 and ``words`` empty until
    the organiser has sent them.
    """

    community: int
    id: int
    channel: str
    link: str
    author: str
    until_ms: int
    round: int = 0
    words: str = ""

    @property
    def version(self) -> str:
        """The version of what its author is asked (``bot/domain/versions.py``)."""
        return version_of(self.id, self.round, self.words)


async def find(tx: AsyncConnection, number: int, which: int) -> Offer | None:
    """One offer of a community."""
    there = await _some(tx, (table.c.community == number) & (table.c.id == which))
    return there[0] if there else None


async def of_message(tx: AsyncConnection, number: int, link: str) -> Offer | None:
    """The offer about a message."""
    there = await _some(tx, (table.c.community == number) & (table.c.link == link))
    return there[0] if there else None


async def of_author(tx: AsyncConnection, number: int, author: str) -> list[Offer]:
    """What somebody is asked."""
    return await _some(tx, (table.c.community == number) & (table.c.author == author))


async def _some(tx: AsyncConnection, at: ColumnElement[bool]) -> list[Offer]:
    rows = await tx.execute(select(table).where(at).order_by(table.c.id))
    return [Offer(**row._mapping) for row in rows]


async def put(tx: AsyncConnection, one: Offer) -> None:
    """Keep an offer, in place of what it was, and plan its end."""
    columns: dict[str, Any] = {column.name: getattr(one, column.name) for column in table.columns}
    done = upsert(tx, table).values(columns)
    await tx.execute(done.on_conflict_do_update(index_elements=["community", "id"], set_=columns))
    await schedule.put(tx, one.community, LAPSE, one.id, one.until_ms)


async def end(tx: AsyncConnection, one: Offer, became: str, now_ms: int) -> None:
    """Forget an offer; its card, where there is one, will say what became of it, without the words."""
    await tx.execute(delete(table).where(table.c.community == one.community, table.c.id == one.id))
    await schedule.drop(tx, one.community, LAPSE, one.id)
    card = await outbox.said_once(tx, one.community, f"{CARD}:{one.id}")
    if card is None:
        return
    if card.state == "waiting":  # it was never tried
        await outbox.drop(tx, card)
        return
    facts = {"offer": one.id, "became": became}
    await outbox.put(tx, one.community, OVER, one.channel, now_ms, facts, once=f"{OVER}:{one.id}")


async def forget(tx: AsyncConnection, number: int, author: str, now_ms: int) -> bool:
    """End whatever somebody is asked; whether there was anything."""
    there = await of_author(tx, number, author)
    for one in there:
        await end(tx, one, "over", now_ms)
    return bool(there)
