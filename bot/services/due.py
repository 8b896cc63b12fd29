"""What is due: a plain function of the clock. However often it is called, a slot's work is done once."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import when
from bot.domain.rounds import State
from bot.services import digests, retention, rounds
from bot.services.ports import App
from bot.store import communities, initiatives, interactions, outbox, schedule
from bot.store import rounds as stored_rounds
from bot.store.interactions import Entry
from bot.store.schedule import Due

log = logging.getLogger(__name__)

AT_ONCE = 200
Act = Callable[[App, AsyncConnection, Due, int], Awaitable[None]]


async def run_due(app: App, now_ms: int) -> int:
    """Do everything that is due by now; how many slots were done.

    A slot is done in one transaction with the note that it is done: after a crash either both are there
    or neither. A slot that fails is logged, and tried again at the next call.
    """
    finished, failed = 0, set[tuple[int, int]]()
    while True:
        async with app.database.reading() as tx:
            due = await schedule.due(tx, now_ms, AT_ONCE)
        due = [slot for slot in due if (slot.community, slot.id) not in failed]
        due.sort(key=lambda slot: slot.act != "close")  # so that a digest after an outage tells of them
        if not due:
            return finished
        for slot in due:
            try:
                finished += await app.database.writer.run(lambda tx, slot=slot: _do(app, tx, slot, now_ms))  # type: ignore[misc]
                await _repaint(app, slot)
            except Exception:
                log.exception("the %s of community %d failed", slot.act, slot.community)
                failed.add((slot.community, slot.id))


async def _do(app: App, tx: AsyncConnection, slot: Due, now_ms: int) -> int:
    assert slot.next_ms is not None
    zone = ZoneInfo(slot.zone)
    local_date = datetime.fromtimestamp(slot.next_ms / 1000, UTC).astimezone(zone).date().isoformat()
    following = when.following(when.Pace(slot.pace), now_ms, zone) if slot.pace else None
    if not await schedule.done(tx, slot, local_date, now_ms, following.due_ms if following else None):
        return 0
    await ACTS[slot.act](app, tx, slot, now_ms)
    return 1


async def _repaint(app: App, slot: Due) -> None:
    """Mark what a slot's work has changed as stale: after the commit, or it would be painted as it was."""
    if slot.act == "close":
        app.repaint(slot.community, slot.subject)
    elif slot.act == "promise":
        async with app.database.reading() as tx:
            for asked in await stored_rounds.in_state(tx, slot.community, State.OPEN):
                if asked.initiative == slot.subject:
                    app.repaint(slot.community, asked.id)


async def _close(app: App, tx: AsyncConnection, slot: Due, _: int) -> None:
    asked = await stored_rounds.find(tx, slot.community, slot.subject)
    if asked is not None and asked.state is State.OPEN:
        await rounds.close_in(app, tx, asked)


async def _lapse(app: App, tx: AsyncConnection, slot: Due, _: int) -> None:
    there = await stored_rounds.find(tx, slot.community, slot.subject)
    if there is not None and there.state is State.DRAFT:
        await stored_rounds.change(tx, slot.community, slot.subject, state=State.LAPSED.value)


async def _promise(app: App, tx: AsyncConnection, slot: Due, now_ms: int) -> None:
    promise = await initiatives.promise_of(tx, slot.community, slot.subject)
    on = await initiatives.find(tx, slot.community, slot.subject)
    if promise is None or on is None or promise.kept_ms is not None:
        return
    entry = Entry(slot.community, now_ms, "promise-overdue", on.stage.value, "", {}, on.id, public=True)
    await interactions.append(tx, [entry])
    community = await communities.load(tx, slot.community)
    facts = {"initiative": on.id}
    for channel in dict.fromkeys((community.say_channel, community.moderators_channel)):
        await outbox.put(tx, slot.community, "promise-overdue", channel, now_ms, facts)


async def _reminder(_: App, tx: AsyncConnection, slot: Due, now_ms: int) -> None:
    promise = await initiatives.promise_of(tx, slot.community, slot.subject)
    if promise is None or promise.kept_ms is not None or promise.is_overdue(now_ms):
        return
    community = await communities.load(tx, slot.community)
    facts = {"initiative": slot.subject}
    await outbox.put(tx, slot.community, "promise-soon", community.moderators_channel, now_ms, facts)


async def _proof(app: App, tx: AsyncConnection, slot: Due, now_ms: int) -> None:
    community = await communities.load(tx, slot.community)
    if community.removed_ms:
        return
    head = await interactions.head_of(tx, slot.community)
    facts = {"rows": head.number, "head": head.hash.hex()}
    await outbox.put(tx, community.id, "proof", community.say_channel, now_ms, facts)
    await outbox.put(tx, community.id, "witness", community.witness, now_ms, facts, place="person")


ACTS: dict[str, Act] = {
    "close": _close,
    "lapse": _lapse,
    "promise": _promise,
    "reminder": _reminder,
    "proof": _proof,
    "digest": digests.run,
    "retention": retention.run,
}
"""Everything that is ever due, by its name in the schedule."""
