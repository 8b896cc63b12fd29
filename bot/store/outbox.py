"""What the bot has to say unasked: written down with the act that causes it, sent after."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engines import upsert
from bot.store.schema import outbox

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Post:
    """One post: a card's name and its facts, never its words; the door that sends it knows those.

    ``place`` is ``channel`` or ``person``, ``target`` the platform's id of it; ``attempts`` how often
    it was tried; ``attempted_ms`` is set, and committed, before each try.
    """

    community: int
    id: int
    once: str
    card: str
    facts: Facts
    place: str
    target: str
    state: str
    attempts: int
    made_ms: int
    attempted_ms: int
    next_ms: int
    sent_ms: int
    message: str
    trouble: str

    @property
    def nonce(self) -> str:
        """What lets the platform tell a repeated try from a new post; at most 25 characters."""
        return f"f{self.community}-{self.id}"[:25]


def _read(row: Any) -> Post:
    columns = dict(row._mapping)
    columns["facts"] = json.loads(row.facts)
    return Post(**columns)


async def put(
    tx: AsyncConnection,
    number: int,
    card: str,
    target: str,
    now_ms: int,
    facts: Facts | None = None,
    *,
    once: str = "",
    place: str = "channel",
) -> None:
    """Have something said; a second one with the same ``once`` is dropped, as is one to nowhere."""
    if not target:
        return
    highest = select(func.coalesce(func.max(outbox.c.id), 0)).where(outbox.c.community == number)
    which = int((await tx.execute(highest)).scalar_one()) + 1
    statement = upsert(tx, outbox).values(
        community=number,
        id=which,
        once=once or f"{card}:{which}",
        card=card,
        facts=json.dumps(facts or {}, ensure_ascii=False),
        place=place,
        target=target,
        state="waiting",
        attempts=0,
        made_ms=now_ms,
        attempted_ms=0,
        next_ms=now_ms,
        sent_ms=0,
        message="",
        trouble="",
    )
    await tx.execute(statement.on_conflict_do_nothing(index_elements=["community", "once"]))


async def ready(tx: AsyncConnection, now_ms: int, most: int) -> list[Post]:
    """What should be sent now, oldest first; with what was tried and never settled."""
    rows = await tx.execute(
        select(outbox)
        .where(outbox.c.state.in_(["waiting", "attempted"]), outbox.c.next_ms <= now_ms)
        .order_by(outbox.c.community, outbox.c.id)
        .limit(most)
    )
    return [_read(row) for row in rows]


async def note(tx: AsyncConnection, post: Post, **columns: str | int) -> bool:
    """Set columns of a post; False where it is not there any more."""
    at = (outbox.c.community == post.community) & (outbox.c.id == post.id)
    return (await tx.execute(update(outbox).where(at).values(**columns))).rowcount == 1


async def find(tx: AsyncConnection, number: int, which: int) -> Post | None:
    """One post of a community."""
    at = (outbox.c.community == number) & (outbox.c.id == which)
    row = (await tx.execute(select(outbox).where(at))).one_or_none()
    return None if row is None else _read(row)


async def drop_waiting(tx: AsyncConnection, number: int, card: str) -> None:
    """Take back what of a card has not been tried yet."""
    at = (outbox.c.community == number) & (outbox.c.card == card) & (outbox.c.state == "waiting")
    await tx.execute(delete(outbox).where(at))


async def dead(tx: AsyncConnection, number: int) -> list[Post]:
    """What could not be said, for organisers to see."""
    at = (outbox.c.community == number) & (outbox.c.state == "dead")
    return [_read(row) for row in await tx.execute(select(outbox).where(at).order_by(outbox.c.id))]


async def last_sent(tx: AsyncConnection, number: int, card: str) -> Post | None:
    """The newest post of a card that was sent."""
    at = (outbox.c.community == number) & (outbox.c.card == card) & (outbox.c.state == "sent")
    row = (await tx.execute(select(outbox).where(at).order_by(outbox.c.id.desc()).limit(1))).one_or_none()
    return None if row is None else _read(row)


async def forget_before(tx: AsyncConnection, number: int, before_ms: int) -> None:
    """Drop posts that were sent, or given up, before a moment."""
    at = (outbox.c.community == number) & (outbox.c.made_ms < before_ms)
    await tx.execute(delete(outbox).where(at, outbox.c.state.in_(["sent", "dead"])))
