"""Keeping public cards up to date: the last state always comes through, and there is never a storm.

What is on the record and not on the cards yet is in the database (``head.shown``). So a mark for a card is
not lost with the process that made it, and whichever process is there paints what any of them has changed.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import metrics
from bot.domain.community import Community
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.services import communities as known
from bot.services import posting
from bot.services.ports import QUEUE, App, Messenger, NotSent
from bot.store import communities, contributions, interactions, outbox, rounds

log = logging.getLogger(__name__)

Mark = tuple[int, int]

WIDE = ("promise-made", "promise-kept", "promise-overdue")
"""Acts that show on every open card of their initiative."""
UNSEEN = (
    "worried",
    "worries-counted",
    "upgraded",
    "word-explained",
    "word-removed",
    "words-accepted",
    "words-declined",
)
"""Acts that show on no card."""
UNTOLD = ("erased", "restored")
"""Acts after which any open card may be wrong: the record does not say which."""
QUEUED = (
    "contributed",
    "contribution-changed",
    "contribution-withdrawn",
    "second-look",
    "accepted",
    "meeting-recorded",
    "declined",
)
"""Acts after which another number waits to be read."""
AT_ONCE = 500
QUICK = 10
"""So many times in a row a card may fail for unknown reasons before it rests."""
ORPHANED_MS = 60_000
"""How long the cards of a community wait for the process that serves it."""
AGAIN_MS = 600_000
"""How often *Have your say* comes again at most."""


async def notice(app: App, serves: Callable[[str], bool]) -> None:
    """Mark the cards that may not show what is on the record, whatever became of whoever wrote it.

    Each process paints for the communities that it ``serves`` (by the platform's id), and for those that
    nobody has painted for long.
    """
    now = app.clock.now_ms()
    async with app.database.reading() as tx:
        for one in await interactions.unshown(tx):
            if not serves(one.platform_id) and now - one.at_ms < ORPHANED_MS:
                continue
            after = max(app.seen.get(one.community, 0), one.shown)
            if after < one.number:
                app.known.pop(one.community, None)  # another process may have changed or erased what it says
                app.stale |= await _touched(tx, one.community, after, one.number)
            app.seen[one.community] = one.number


async def _touched(tx: AsyncConnection, number: int, after: int, last: int) -> set[Mark]:
    """The cards that rows of the record can have changed; *Have your say* shows a bit of everything."""
    rows = [row for row in await interactions.touched(tx, number, after, last) if row[0] not in UNSEEN]
    if not rows:
        return set()
    # A card that has just been asked for is painted when it is posted.
    marks = {(number, which) for act, _, which in rows if which and act != "round-opened"} | {(number, 0)}
    if any(act in (*QUEUED, *UNTOLD) for act, _, _ in rows):
        marks.add((number, QUEUE))
    wide = {on for act, on, _ in rows if act in WIDE}
    every = any(act in UNTOLD for act, _, _ in rows)
    if wide or every:
        open_ones = await rounds.in_state(tx, number, State.OPEN)
        marks |= {(number, one.id) for one in open_ones if every or one.initiative in wide}
    return marks


async def repaint(app: App, messenger: Messenger) -> None:
    """Bring every stale card up to date, once each, and note how far the cards then show the record.

    A mark is taken away before the card is painted: an answer that comes in meanwhile marks it again.
    """
    end, lanes = asyncio.get_running_loop().time() + posting.PASS_S, asyncio.Semaphore(posting.LANES)
    now = app.clock.now_ms()

    async def lane(marks: list[Mark]) -> None:
        async with lanes:
            await _paint(app, messenger, marks, end)

    if not app.breaker.rests(now):
        marks = sorted(mark for mark in app.stale if not app.rests.on(mark, now))
        await posting.each([lane(list(those)) for _, those in groupby(marks, key=lambda mark: mark[0])])
    await _note_shown(app)


async def _paint(app: App, messenger: Messenger, marks: list[Mark], end: float) -> None:
    """Paint some cards of one community, until the pass ends."""
    random.shuffle(marks)  # where time is too short for all of them, it must not always be the same ones
    async with app.database.reading() as tx:
        community = await communities.load(tx, marks[0][0])  # another process may have changed it
        asked = await rounds.find_many(tx, [mark for mark in marks[:AT_ONCE] if mark[1] > 0])
    for mark in marks[:AT_ONCE]:
        now, which = app.clock.now_ms(), asked.get(mark)
        channel = _channel(community, mark, which)
        if asyncio.get_running_loop().time() >= end:
            app.wake.set()
            return
        if app.breaker.rests(now) or app.rests.on(channel, now):
            continue
        app.stale.discard(mark)
        if community.removed_ms:
            app.seen.pop(community.id, None)  # it may come back, and its cards show then what they missed
            continue
        if mark[1] > 0 and (which is None or not which.message):  # its post will show how things are by then
            continue
        try:
            if await _paint_one(app, messenger, community, mark, which):
                posting.worked(app, mark, channel)
                metrics.REPAINTS_DONE.inc()
        except NotSent as trouble:
            metrics.REPAINTS_FAILED.inc()
            await _not_painted(app, community, mark, which, trouble)
        except Exception as error:
            metrics.REPAINTS_FAILED.inc()
            app.stale.add(mark)
            app.rests.refused(mark, now)
            if isinstance(error, Refusal):  # our own database refuses
                raise
            log.exception("a card of community %d could not be made", community.id)


def _channel(community: Community, mark: Mark, which: Round | None) -> str:
    if mark[1] == QUEUE:
        return community.moderators_channel
    return which.channel if which else community.say_channel


async def _paint_one(
    app: App, messenger: Messenger, community: Community, mark: Mark, which: Round | None
) -> bool:
    """Paint a round's card, *Have your say* or the queue; whether the platform was asked to."""
    if which is not None:
        await messenger.repaint_round(community, which.id)
        return True
    if mark[1] == QUEUE:
        return await _paint_queue(app, messenger, community)
    if community.say_channel and community.say_message:
        await messenger.repaint_say(community)
        return True
    now = app.clock.now_ms()
    await app.database.writer.run(
        lambda tx: outbox.put(
            tx, community.id, "say", community.say_channel, now, once=f"say:again:{now // AGAIN_MS}"
        )
    )
    return False


async def _paint_queue(app: App, messenger: Messenger, community: Community) -> bool:
    """Paint the queue's card; where there is none, it comes with the first that waits."""
    if not community.moderators_channel:
        return False
    if community.queue_message:
        await messenger.repaint_queue(community)
        return True
    async with app.database.reading() as tx:
        count, _ = await contributions.waiting(tx, community.id)
    now, place = app.clock.now_ms(), community.moderators_channel
    if count:
        once = f"queue:{now // AGAIN_MS}"
        await app.database.writer.run(lambda tx: outbox.put(tx, community.id, "queue", place, now, once=once))
    return False


async def _not_painted(
    app: App, community: Community, mark: Mark, which: Round | None, trouble: NotSent
) -> None:
    now, channel = app.clock.now_ms(), _channel(community, mark, which)
    posting.hear(app, channel, trouble, int(1000 * trouble.wait_s), now)
    if trouble.trouble in posting.AGAIN:
        app.stale.add(mark)  # the last state must come through
        if trouble.trouble == "unknown":
            app.rests.refused(mark, now, QUICK)
        return
    if trouble.trouble == "forbidden":  # asked at every answer, it would be a storm
        app.stale.add(mark)
        app.rests.refused(mark, now)
    log.warning("a card of community %d can't be painted: %s", community.id, trouble.trouble)
    if trouble.trouble == "gone":
        message = which.message if which else community.say_message
        if mark[1] == QUEUE:
            message = community.queue_message
        await known.message_gone(app, community, message)


async def _note_shown(app: App) -> None:
    """Keep how far the cards show the record, where none of a community's is left to be painted."""
    left = {number for number, _ in app.stale}
    done = {number: last for number, last in app.seen.items() if number not in left}
    if done:
        await app.database.writer.run(lambda tx: interactions.shown(tx, done))
        for number, last in done.items():
            if app.seen.get(number) == last:
                del app.seen[number]
