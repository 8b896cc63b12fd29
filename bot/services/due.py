"""What is due: a plain function of the clock. However often it is called, a slot's work is done once.

A slot's work, the note that it is done and the next time of its entry are one transaction, and only one
transaction writes at a time, over all processes. So to make the note is to claim the slot, whoever is first,
and no lease has to run out: a process that dies in the middle takes its claim back with everything else, and
the slot is still due. Only what can't share a transaction, the posts, has attempts: see ``posting.py``.

After an outage what happens once is done late, however late, unless it is pointless by then; what happens
regularly is done once, however many of its turns were missed.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import metrics
from bot.domain import when
from bot.domain.refusals import Refusal
from bot.domain.rounds import State
from bot.services import box, checkin_turns, digests, drafts, following, offers, retention, rounds, worries
from bot.services.ports import App, Failed
from bot.store import communities, initiatives, interactions, outbox, schedule, trials
from bot.store import rounds as stored_rounds
from bot.store.interactions import Entry
from bot.store.schedule import Due

log = logging.getLogger(__name__)

AT_ONCE = 200
BACK_OFF_MINUTES = (1, 5, 15)
"""How long to wait after the first, second, ... failure of a slot; the last for all that follow."""
PATIENCE = 3
"""After so many writes in a row that the database did not take, the rest is left to the next call."""

Do = Callable[[App, AsyncConnection, Due, int], Awaitable[None]]


class About(StrEnum):
    """What the subject of an entry of the schedule is the number of."""

    NOTHING = "nothing"
    ROUND = "round"
    INITIATIVE = "initiative"
    CHECKIN = "checkin"
    OFFER = "offer"


@dataclass(frozen=True)
class Act:
    """One thing that is ever due: its name in the schedule, what is done, and what it is about."""

    name: str
    do: Do
    about: About


async def run_due(app: App, now_ms: int) -> int:
    """Do everything that is due by now; how many slots were done.

    A slot that fails is logged and holds up no other; later calls try it again, at growing distances.
    """
    finished, unsaved = 0, 0
    while True:
        slots = [slot for slot in await _look(app, now_ms) if not _rests(app, slot, now_ms)]
        if not slots:
            return finished
        for slot in slots:
            try:
                did = await _once(app, slot, now_ms)
                finished += did
            except Exception as error:
                _failed(app, slot, now_ms, error)
                unsaved = unsaved + 1 if isinstance(error, Refusal) else 0
                if unsaved == PATIENCE:
                    app.blind_ms = now_ms
                    return finished
            else:
                unsaved = 0
                app.failed.pop((slot.community, slot.id), None)
                if did and slot.next_ms is not None:  # else another process was first
                    metrics.slot_done(now_ms - slot.next_ms)


async def _once(app: App, slot: Due, now_ms: int) -> int:
    """Do a slot and note that it is done, in one transaction; 0 where another process was first."""
    if slot.act == "close":
        await rounds.count_ahead(app, slot.community, slot.subject)
    return await app.database.writer.run(lambda tx: _do(app, tx, slot, now_ms))


async def _look(app: App, now_ms: int) -> list[Due]:
    """What is due, closings first, so that a digest after an outage tells of them."""
    most = AT_ONCE + len(app.failed)  # or those that rest would hide all that follow
    try:
        async with app.database.reading() as tx:
            return await schedule.due(tx, now_ms, most, first="close")
    except Exception:
        app.blind_ms = now_ms
        raise


def _rests(app: App, slot: Due, now_ms: int) -> bool:
    """Whether a slot failed so recently that it is not tried yet."""
    before = app.failed.get((slot.community, slot.id))
    return before is not None and before.slot_ms == slot.next_ms and now_ms < before.again_ms


def _failed(app: App, slot: Due, now_ms: int, error: Exception) -> None:
    if isinstance(error, Refusal):  # the writer has said what is behind it, without anybody's words
        log.error("the %s of community %d failed: %s", slot.act, slot.community, error.code)
    else:
        log.error("the %s of community %d failed", slot.act, slot.community, exc_info=error)
    assert slot.next_ms is not None
    before = app.failed.get((slot.community, slot.id))
    times = before.times if before is not None and before.slot_ms == slot.next_ms else 0
    wait_ms = BACK_OFF_MINUTES[min(times, len(BACK_OFF_MINUTES) - 1)] * 60_000
    metrics.SLOTS_FAILED.inc()
    app.failed[slot.community, slot.id] = Failed(slot.next_ms, times + 1, now_ms + wait_ms)


def why_late(app: App, slot: Due, now_ms: int) -> str:
    """Why a slot is done late: ``down``, ``trouble`` or ``busy``, and '' where it is not late."""
    assert slot.next_ms is not None
    if not when.is_late(slot.next_ms, now_ms):
        return ""
    before = app.failed.get((slot.community, slot.id))
    failed = before is not None and before.slot_ms == slot.next_ms
    if (failed or slot.next_ms <= app.blind_ms) and not when.is_late(slot.next_ms, app.started_ms):
        return "trouble"
    return "down" if slot.next_ms < app.started_ms else "busy"


async def _do(app: App, tx: AsyncConnection, slot: Due, now_ms: int) -> int:
    zone, pace = ZoneInfo(slot.zone), when.Pace(slot.pace)
    following = when.following(pace, now_ms, zone) if slot.pace else None
    next_ms = following.due_ms if following else None
    why = why_late(app, slot, now_ms)
    if not await schedule.done(tx, slot, _local_date(slot, pace, zone), now_ms, next_ms, why):
        return 0
    await ACTS[slot.act].do(app, tx, slot, now_ms)
    return 1


def _local_date(slot: Due, pace: when.Pace, zone: ZoneInfo) -> str:
    """The local day that a slot is for: where the clocks skip midnight, it may be done on the next."""
    assert slot.next_ms is not None
    this = when.following(pace, slot.next_ms - 1, zone) if slot.pace else None
    if this is not None and this.due_ms == slot.next_ms:
        return this.local_date
    return datetime.fromtimestamp(slot.next_ms / 1000, UTC).astimezone(zone).date().isoformat()


async def _close(app: App, tx: AsyncConnection, slot: Due, now_ms: int) -> None:
    asked = await stored_rounds.find(tx, slot.community, slot.subject)
    if asked is None or asked.state is not State.OPEN:
        return
    await rounds.close_in(app, tx, asked, now_ms)
    if why := why_late(app, slot, now_ms):
        await _tell_late(tx, slot, why, now_ms)


async def _tell_late(tx: AsyncConnection, slot: Due, why: str, now_ms: int) -> None:
    """Tell moderators, in one post with everything late that they have not been told of yet."""
    moderators = (await communities.load(tx, slot.community)).moderators_channel
    before = [post for post in await outbox.waiting(tx, slot.community, "late") if "rounds" in post.facts]
    told = {which: because for post in before for which, because in post.facts["rounds"].items()}
    facts = {"rounds": told | {str(slot.subject): why}}
    await outbox.put(tx, slot.community, "late", moderators, now_ms, facts, once=f"late:{slot.subject}")
    for post in before:  # after the new one, which would else be given its number
        await outbox.drop(tx, post)


async def _draft_soon(_: App, tx: AsyncConnection, slot: Due, now_ms: int) -> None:
    lapse = await schedule.find(tx, slot.community, "lapse", slot.subject)
    if lapse is None or lapse.next_ms is None or lapse.next_ms <= now_ms:  # it goes right now, or has gone
        return
    community = await communities.load(tx, slot.community)
    facts = {"round": slot.subject, "lapses_ms": lapse.next_ms}
    await outbox.put(tx, community.id, "draft-soon", community.moderators_channel, now_ms, facts)


async def _lapse(app: App, tx: AsyncConnection, slot: Due, _: int) -> None:
    await trials.drop(tx, slot.community, slot.subject)
    drafts.words_gone(app, slot.community)
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
    facts = {"initiative": on.id, "made_ms": promise.made_ms}
    await outbox.put(tx, slot.community, "promise-overdue", community.say_channel, now_ms, facts)
    if community.moderators_channel != community.say_channel:
        await outbox.put(tx, slot.community, "promise-late", community.moderators_channel, now_ms, facts)


async def _reminder(_: App, tx: AsyncConnection, slot: Due, now_ms: int) -> None:
    promise = await initiatives.promise_of(tx, slot.community, slot.subject)
    if promise is None or promise.kept_ms is not None or promise.is_overdue(now_ms):
        return
    community = await communities.load(tx, slot.community)
    facts = {"initiative": slot.subject, "made_ms": promise.made_ms}
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
    act.name: act
    for act in (
        Act("close", _close, About.ROUND),
        Act("draft-soon", _draft_soon, About.ROUND),
        Act("lapse", _lapse, About.ROUND),
        Act("promise", _promise, About.INITIATIVE),
        Act("reminder", _reminder, About.INITIATIVE),
        Act("proof", _proof, About.NOTHING),
        Act("digest", digests.run, About.NOTHING),
        Act("news", following.run, About.NOTHING),
        Act("retention", retention.run, About.NOTHING),
        Act("offer", offers.lapse, About.OFFER),
        Act("box", box.turn, About.ROUND),
        Act("checkin", checkin_turns.run, About.CHECKIN),
        Act("remind", checkin_turns.remind, About.ROUND),
        Act("worries", worries.tell, About.NOTHING),
    )
}
"""Everything that is ever due, by its name in the schedule."""
