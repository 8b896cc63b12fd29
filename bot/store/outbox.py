"""What the bot has to say unasked: written down with the act that causes it, sent after."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audience import Audience, cards_for
from bot.store import numbers
from bot.store.engines import upsert
from bot.store.schema import outbox

Facts = Mapping[str, Any]

UNSETTLED = ("waiting", "attempted")
NEWS, ASKED, REMINDED, TOLD = "news", "asked", "reminded", "told"
TO_RESIDENTS = cards_for(Audience.RESIDENT)
"""The cards that reach residents by private message: of ideas they follow, of a check-in they opted in to,
its reminder, its result. Once one is settled, who and what goes from here."""
REMOVED = "removed"
"""The trouble of a post whose message we have taken away again."""


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
    leave: int = 0,
) -> None:
    """Have something said; a second one with the same ``once`` is dropped, as is one to nowhere.

    ``leave`` is how many numbers of posts stay unused before it.
    """
    if not target:
        return
    which = await numbers.following(tx, outbox, number) + leave
    row = _waiting(number, which, card, target, now_ms, facts or {}, place) | ({"once": once} if once else {})
    await tx.execute(
        upsert(tx, outbox).values(row).on_conflict_do_nothing(index_elements=["community", "once"])
    )


async def put_to_people(
    tx: AsyncConnection, number: int, card: str, those: Iterable[tuple[str, int, Facts]]
) -> None:
    """Have something said to many people: to each target from a moment on (UTC epoch ms), with its facts."""
    first = await numbers.following(tx, outbox, number)
    rows = [
        _waiting(number, which, card, target, at_ms, facts, "person")
        for which, (target, at_ms, facts) in enumerate(those, first)
    ]
    if rows:
        await tx.execute(insert(outbox), rows)


def _waiting(
    number: int, which: int, card: str, target: str, at_ms: int, facts: Facts, place: str
) -> dict[str, str | int]:
    return {
        "community": number,
        "id": which,
        "once": f"{card}:{which}",
        "card": card,
        "facts": json.dumps(facts, ensure_ascii=False),
        "place": place,
        "target": target,
        "state": "waiting",
        "attempts": 0,
        "made_ms": at_ms,
        "attempted_ms": 0,
        "next_ms": at_ms,
        "sent_ms": 0,
        "message": "",
        "trouble": "",
    }


async def ready(tx: AsyncConnection, now_ms: int, most: int, but: Collection[str] = ()) -> list[Post]:
    """What should be sent now, and what was tried and never settled, but nothing to some targets.

    Communities take turns, each with its oldest first: however much one of them has to say, or can't.
    """
    turn = func.row_number().over(partition_by=outbox.c.community, order_by=outbox.c.id).label("turn")
    at = outbox.c.state.in_(UNSETTLED) & (outbox.c.next_ms <= now_ms) & outbox.c.target.not_in(but)
    there = select(outbox, turn).where(at).subquery()
    columns = [there.c[column.name] for column in outbox.columns]
    rows = await tx.execute(select(*columns).order_by(there.c.turn, there.c.community).limit(most))
    return [_read(row) for row in rows]


async def next_moment(tx: AsyncConnection, after_ms: int) -> int | None:
    """When the next post may be tried after a moment (UTC epoch ms)."""
    at = outbox.c.state.in_(UNSETTLED) & (outbox.c.next_ms > after_ms)
    found: int | None = (await tx.execute(select(func.min(outbox.c.next_ms)).where(at))).scalar_one()
    return found


async def claim(tx: AsyncConnection, post: Post, now_ms: int, lease_ms: int) -> Post | None:
    """Take a post that was ready to oneself; None where somebody else did, or it is not there any more.

    Whoever dies with it holds it up for no longer than the lease.
    """
    mine = replace(
        post, state="attempted", attempts=post.attempts + 1, attempted_ms=now_ms, next_ms=now_ms + lease_ms
    )
    columns = {name: getattr(mine, name) for name in ("state", "attempts", "attempted_ms", "next_ms")}
    # A number may have gone to another post meanwhile: what is said once is what tells them apart.
    ready = (outbox.c.next_ms <= now_ms) & (outbox.c.once == post.once)
    return mine if await _change(tx, post, ready, columns) else None


async def settle(tx: AsyncConnection, post: Post, **columns: str | int) -> bool:
    """Note what came of a try; False where somebody else has taken the post over, or it is not there."""
    return await _change(tx, post, outbox.c.once == post.once, columns)


async def _change(
    tx: AsyncConnection, post: Post, at: ColumnElement[bool], columns: Mapping[str, str | int]
) -> bool:
    unchanged = outbox.c.state.in_(UNSETTLED) & (outbox.c.attempts == post.attempts)
    this = (outbox.c.community == post.community) & (outbox.c.id == post.id) & unchanged & at
    return (await tx.execute(update(outbox).where(this).values(**columns))).rowcount == 1


async def note(tx: AsyncConnection, post: Post, **columns: str | int) -> bool:
    """Set columns of a post; False where it is not there any more."""
    at = (outbox.c.community == post.community) & (outbox.c.id == post.id)
    return (await tx.execute(update(outbox).where(at).values(**columns))).rowcount == 1


async def find(tx: AsyncConnection, number: int, which: int) -> Post | None:
    """One post of a community."""
    at = (outbox.c.community == number) & (outbox.c.id == which)
    row = (await tx.execute(select(outbox).where(at))).one_or_none()
    return None if row is None else _read(row)


async def to_person(tx: AsyncConnection, number: int, target: str) -> list[Post]:
    """What was to be said to one person, and still says to whom."""
    at = (outbox.c.community == number) & (outbox.c.place == "person") & (outbox.c.target == target)
    return [_read(row) for row in await tx.execute(select(outbox).where(at).order_by(outbox.c.id))]


async def said_once(tx: AsyncConnection, number: int, once: str) -> Post | None:
    """The post of a community that is said once under this name."""
    at = (outbox.c.community == number) & (outbox.c.once == once)
    row = (await tx.execute(select(outbox).where(at))).one_or_none()
    return None if row is None else _read(row)


async def waiting(tx: AsyncConnection, number: int, card: str) -> list[Post]:
    """What of a card has not been tried yet."""
    at = (outbox.c.community == number) & (outbox.c.card == card) & (outbox.c.state == "waiting")
    rows = await tx.execute(select(outbox).where(at, outbox.c.attempts == 0).order_by(outbox.c.id))
    return [_read(row) for row in rows]


async def tried(tx: AsyncConnection, number: int, cards: Collection[str]) -> list[Post]:
    """The posts of some cards that were sent, or may have been, the earliest first."""
    at = (outbox.c.community == number) & outbox.c.card.in_(cards) & outbox.c.state.in_(["sent", "attempted"])
    return [_read(row) for row in await tx.execute(select(outbox).where(at).order_by(outbox.c.id))]


async def drop(tx: AsyncConnection, post: Post) -> None:
    """Take a post back; whoever is about to try it will find that it is not there any more."""
    await tx.execute(delete(outbox).where(outbox.c.community == post.community, outbox.c.id == post.id))


async def doubt(tx: AsyncConnection) -> None:
    """Take whatever waits for something that was tried, of unknown outcome, at any time since it was made."""
    tried = case((outbox.c.attempted_ms == 0, outbox.c.made_ms), else_=outbox.c.attempted_ms)
    waiting = update(outbox).where(outbox.c.state == "waiting")
    await tx.execute(waiting.values(state="attempted", attempted_ms=tried))


async def drop_waiting(tx: AsyncConnection, number: int, card: str) -> None:
    """Take back what of a card has not been tried yet."""
    at = (outbox.c.community == number) & (outbox.c.card == card) & (outbox.c.state == "waiting")
    await tx.execute(delete(outbox).where(at))


async def drop_unsent(tx: AsyncConnection, number: int, card: str) -> None:
    """Take back what of a card was not sent, whatever became of it."""
    at = (outbox.c.community == number) & (outbox.c.card == card) & (outbox.c.state != "sent")
    await tx.execute(delete(outbox).where(at))


async def hush(tx: AsyncConnection, number: int, target: str, cards: Collection[str] = TO_RESIDENTS) -> None:
    """Send somebody nothing of this any more; the rows stay, because the next number follows the highest."""
    at = (outbox.c.community == number) & outbox.c.card.in_(cards) & (outbox.c.target == target)
    await tx.execute(update(outbox).where(at).values(state="dead", trouble="gone:", target="", facts="{}"))


async def dead(tx: AsyncConnection, number: int) -> list[Post]:
    """What could not be said, for organisers to see: not what did not reach a resident."""
    at = (outbox.c.community == number) & (outbox.c.state == "dead")
    at &= outbox.c.card.not_in(TO_RESIDENTS)
    return [_read(row) for row in await tx.execute(select(outbox).where(at).order_by(outbox.c.id))]


async def state_of(tx: AsyncConnection, number: int, once: str) -> str:
    """How the post with this ``once`` stands, '' where there is none."""
    at = (outbox.c.community == number) & (outbox.c.once == once)
    return str((await tx.execute(select(outbox.c.state).where(at))).scalar_one_or_none() or "")


async def any_sent(tx: AsyncConnection, number: int, begins: str) -> bool:
    """Whether a post whose ``once`` begins so was sent."""
    at = (outbox.c.community == number) & outbox.c.once.startswith(begins, autoescape=True)
    found = select(outbox.c.id).where(at, outbox.c.state == "sent").limit(1)
    return (await tx.execute(found)).first() is not None


async def unneeded(tx: AsyncConnection, number: int, begins: str, now_ms: int) -> None:
    """Take posts whose ``once`` begins so for sent: nobody needs them any more. Their rows stay, as ever."""
    at = (outbox.c.community == number) & outbox.c.once.startswith(begins, autoescape=True)
    done = {"state": "sent", "sent_ms": now_ms, "facts": "{}", "trouble": ""}
    await tx.execute(update(outbox).where(at, outbox.c.state != "sent").values(**done))


async def last_sent(tx: AsyncConnection, number: int, card: str) -> Post | None:
    """The newest post of a card that was sent."""
    at = (outbox.c.community == number) & (outbox.c.card == card) & (outbox.c.state == "sent")
    row = (await tx.execute(select(outbox).where(at).order_by(outbox.c.id.desc()).limit(1))).one_or_none()
    return None if row is None else _read(row)


async def leftovers(tx: AsyncConnection, newest: Post) -> list[Post]:
    """Earlier posts of a card whose messages may still be there, the newest first, three at most."""
    at = (outbox.c.community == newest.community) & (outbox.c.card == newest.card)
    there = (outbox.c.state == "sent") & (outbox.c.id < newest.id) & (outbox.c.trouble != REMOVED)
    rows = await tx.execute(select(outbox).where(at, there).order_by(outbox.c.id.desc()).limit(3))
    return [_read(row) for row in rows]
