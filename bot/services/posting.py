"""Saying what is in the outbox: nothing lost, nothing twice, no storm, whatever the platform does.

A try is claimed, and the claim committed, before it is made. One whose outcome is unknown is looked for in
the channel before it is made again. Several processes may do this on one database: one of them gets the
claim, and what a dead one held is taken over after ``LEASE_MS``.

A worry about someone is the one exception to "nothing twice": see ``WORRY``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterable
from dataclasses import replace
from itertools import groupby
from math import ceil
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import metrics
from bot.domain.audience import AUDIENCE, Audience
from bot.domain.community import Community
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.services import amending, safeguarding
from bot.services import communities as known
from bot.services.initiatives import organised
from bot.services.ports import SUBJECT, App, Messenger, NotSent
from bot.services.safeguarding import WORRY, WORRY_TRIES
from bot.store import communities, outbox, rounds, takers
from bot.store.outbox import ASKED, REMINDED, TO_RESIDENTS, TOLD, Post

T = TypeVar("T")

log = logging.getLogger(__name__)

AT_ONCE = 50
LANES = 8
"""In so many communities at once something is said or painted: one that hangs must not hold up the others."""
PASS_S = 10.0
"""After so many seconds a pass begins nothing new: painting has to wait for posting, and posting for it."""
LEASE_MS = 120_000
"""How long a try is its process's own: a messenger gives up long before, clocks may differ by the rest."""
LATE_MS = 60_000
"""How long after a try that ran out of time we look whether it was taken in the end."""
BACK_OFF_S = (5, 15, 60, 300, 900)
"""How long to wait after the first, second, ... try that failed; the last for all that follow."""

EMPTIED = {"facts": "{}", "target": ""}
"""What becomes of news once it is settled, sent or not: it is nobody's problem but the resident's, who finds
everything in My answers. So organisers neither see it nor send it again."""

AGAIN = ("unknown", "limited", "not-yet", "unauthorised")
REFUSALS = ("forbidden", "closed", "limited", "unauthorised")
FREE = 2
"""So many refusals in a row a channel may have before it rests: each may be about its post alone."""


async def deliver(app: App, messenger: Messenger) -> int:
    """Send what is ready, each community's oldest first; how many posts were sent."""
    clock, sent = asyncio.get_running_loop().time, 0
    end, lanes = clock() + PASS_S, asyncio.Semaphore(LANES)

    async def lane(posts: list[Post]) -> int:
        async with lanes:
            return sum([await _try(app, messenger, post) for post in posts if clock() < end])

    while not app.breaker.rests(now := app.clock.now_ms()):
        async with app.database.reading() as tx:
            posts = await outbox.ready(tx, now, AT_ONCE, app.rests.channels(now))
        if not posts:
            return sent
        if clock() >= end:
            app.wake.set()
            return sent
        posts.sort(key=lambda post: (post.community, post.id))
        grouped = [list(those) for _, those in groupby(posts, key=lambda post: post.community)]
        sent += sum(await each(lane(those) for those in grouped))
    return sent


async def each(acts: Iterable[Awaitable[T]]) -> list[T]:
    """Do things side by side, all of them to their end; then the first error, if there was one."""
    found = await asyncio.gather(*acts, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return [one for one in found if not isinstance(one, BaseException)]


async def _try(app: App, messenger: Messenger, post: Post) -> bool:
    now = app.clock.now_ms()
    if app.breaker.rests(now) or app.rests.on(post.target, now):
        return False
    mine = post
    try:
        community = await fresh(app, post.community)
        if post.card == WORRY:
            post = replace(post, target=safeguarding.target(community, post) or post.target)
        message = await _taken(messenger, community, post)
        if not message:
            claimed = await _claimed(app, post)
            if claimed is None:  # somebody else has it
                return False
            mine = claimed
            message = await messenger.send(community, post)
    except NotSent as trouble:
        await _note_trouble(app, post, mine, trouble)
        return False
    except Refusal as refusal:
        if refusal.code == "cannot-save":  # our own database refuses
            raise
        await _note_trouble(app, post, mine, NotSent("gone", SUBJECT))
        return False
    except Exception:  # one post that can't be made must not hold up all that follow
        log.exception("post %d-%d (%s) failed", post.community, post.id, post.card)
        await _note_trouble(app, post, mine, NotSent("unknown", "error"))
        return False
    worked(app, post.target)
    return await _sent(app, messenger, community, mine, message)


async def _claimed(app: App, post: Post) -> Post | None:
    now = app.clock.now_ms()
    return await app.database.writer.run(lambda tx: outbox.claim(tx, post, now, LEASE_MS))


async def fresh(app: App, number: int) -> Community:
    """A community as it is now: another process may serve it, and have changed it."""
    async with app.database.reading() as tx:
        return await communities.load(tx, number)


async def _taken(messenger: Messenger, community: Community, post: Post) -> str:
    """The message that an earlier try made, where there was one whose outcome nobody knows."""
    if post.state != "attempted":
        return ""
    if post.card == WORRY and post.attempts < WORRY_TRIES:
        return ""
    if post.place == "person":
        raise NotSent("unsure")  # nobody gets any other direct message twice
    return await messenger.find(community, post)


async def _sent(app: App, messenger: Messenger, community: Community, post: Post, message: str) -> bool:
    now = app.clock.now_ms()
    emptied = EMPTIED if post.card in TO_RESIDENTS else {"facts": "{}"} if post.card == WORRY else {}

    async def work(tx: AsyncConnection) -> list[Post] | None:
        columns: dict[str, str | int] = {"state": "sent", "sent_ms": now, "message": message, "trouble": ""}
        if not await outbox.settle(tx, post, **columns, **emptied):
            return None
        if post.card == "round":
            # Posted again, it may be in another channel than it was meant for; its result follows it there.
            await rounds.change(tx, community.id, post.facts["round"], message=message, channel=post.target)
        elif post.card == "say":
            await communities.change(tx, community.id, say_message=message)
        elif post.card == "queue":
            await communities.change(tx, community.id, queue_message=message)
        if post.card not in ("say", amending.CARD) and post.target == community.say_channel:
            await outbox.drop_waiting(tx, community.id, "say")  # once below all of them is enough
            await outbox.put(tx, community.id, "say", community.say_channel, now, once=f"say:{post.id}")
        return await outbox.leftovers(tx, post) if post.card == "say" else []

    old = await app.database.writer.run(work)
    if old is None:
        return False
    metrics.POSTS_SENT.inc()
    if emptied:
        app.checkpoint_owed = True
        app.wake.set()
    if post.card == "round":  # answers that came in since it was made could not be painted without it
        app.stale.add((community.id, post.facts["round"]))
    if post.card == "say":
        await known.refresh(app, community.id)
        if post.attempts == 1:
            app.stale.discard((community.id, 0))
        for one in old:
            await _remove(app, messenger, one)
    return True


async def _remove(app: App, messenger: Messenger, post: Post) -> None:
    """Take an older message away; where that fails, it is tried again with the next one."""
    if app.breaker.rests(app.clock.now_ms()):
        return
    try:
        await messenger.remove(post.target, post.message)
    except NotSent as trouble:
        hear(app, post.target, trouble, 0, app.clock.now_ms())
        log.info("an old message could not be removed: %s", trouble.trouble)
        if trouble.trouble != "gone":
            return
    await app.database.writer.run(lambda tx: outbox.note(tx, post, trouble=outbox.REMOVED))


def worked(app: App, *keys: str | tuple[int, int]) -> None:
    """The platform took something: in this channel, and on this card, nothing rests any more."""
    app.breaker.worked()
    app.rests.worked(*keys)


def hear(app: App, channel: str, trouble: NotSent, wait_ms: int, now: int) -> None:
    """Draw the conclusions of a trouble for everything else: what rests now, and until when."""
    if trouble.trouble in REFUSALS and app.breaker.refused(now):
        log.error(
            "too much is refused: nothing is sent for %d minutes", (app.breaker.until_ms - now) // 60_000
        )
    if trouble.trouble == "unauthorised":
        app.breaker.shut = True
        log.critical("our token is refused: nothing is sent until the bot is started with another")
    elif trouble.trouble == "forbidden":
        app.rests.refused(channel, now, FREE)
    elif trouble.trouble == "limited":
        app.rests.hold(channel, now + wait_ms)
        if trouble.detail == "global":
            app.breaker.hold(now + wait_ms)
    elif trouble.detail == "late":  # it hangs: whatever else goes there would hang as well
        app.rests.hold(channel, now + LATE_MS)


async def _note_trouble(app: App, before: Post, mine: Post, trouble: NotSent) -> None:
    """Keep what came of a try: ``before`` is the post as it was ready, ``mine`` once it was claimed."""
    now = app.clock.now_ms()
    back_off_s = BACK_OFF_S[min(before.attempts, len(BACK_OFF_S) - 1)]
    wait_ms = ceil(1000 * (trouble.wait_s or back_off_s))  # a moment too early would be refused again
    if trouble.trouble != "limited":
        wait_ms = max(wait_ms, back_off_s * 1000, LATE_MS if trouble.detail == "late" else 0)
    hear(app, before.target, trouble, wait_ms, now)
    if trouble.trouble in AGAIN:
        # A try of unknown outcome stays one when the next is held back: it must still be looked for.
        state = "attempted" if trouble.trouble == "unknown" else before.state
        columns: dict[str, str | int] = {"state": state, "next_ms": now + wait_ms}
        metrics.POSTS_RETRIED.inc()
    else:
        columns = {"state": "dead"}
        if before.card in TO_RESIDENTS:
            columns |= EMPTIED
        else:
            metrics.POSTS_DEAD.inc()
    columns |= {"attempts": before.attempts + 1, "trouble": f"{trouble.trouble}:{trouble.detail}"}

    async def work(tx: AsyncConnection) -> None:
        settled = await outbox.settle(tx, mine, **columns)
        if settled and trouble.trouble == "closed" and before.card in (ASKED, REMINDED, TOLD):
            await takers.closed(tx, before.community, before.target)
        if settled and columns.get("state") == "dead" and "worry" in before.facts:
            await safeguarding.hand_on(tx, before.community, before.facts["worry"], now, unreachable=True)

    await app.database.writer.run(work)
    log.warning("post %d-%d (%s) was not sent: %s", before.community, before.id, before.card, trouble.trouble)


async def post_again(app: App, person: Person, which: int) -> None:
    """Send once more what could not be sent; where its channel is gone, to the one that is set up now.

    Raises:
        Refusal: not an organiser, ``post-not-unsent``; ``worry-contact-missing`` and ``post-nowhere`` where
            nobody, or no channel, is set up that it could go to.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> str:
        community = await organised(tx, person)
        post = await outbox.find(tx, community.id, which)
        if post is None or post.state != "dead" or post.card in TO_RESIDENTS:
            raise Refusal("post-not-unsent")
        target = _where(community, post)
        if not target:
            raise Refusal("worry-contact-missing" if post.card == WORRY else "post-nowhere")
        # An earlier try may have been taken before a later one was refused. Whoever presses has looked for
        # what we could not find ourselves.
        looked = post.place == "person" or target != post.target or post.trouble.startswith("unsure")
        state = "waiting" if looked else "attempted"
        await outbox.note(tx, post, state=state, next_ms=now, target=target, trouble="")
        return target

    app.rests.worked(await app.database.writer.run(work))
    app.rests.forgive(person.community)
    app.wake.set()


def _where(community: Community, post: Post) -> str:
    """Where a post goes that is sent again: nowhere that its audience is not; '' where nothing is set up."""
    audience = AUDIENCE[post.card]
    if post.place == "person":
        people = {
            Audience.WITNESS: community.witness,
            Audience.CONTACT: safeguarding.target(community, post),
        }
        return people.get(audience, post.target)
    if not post.trouble.startswith("gone"):
        return post.target
    channels = {
        Audience.EVERYBODY: community.say_channel,
        Audience.MODERATORS: community.moderators_channel,
    }
    return channels.get(audience, post.target)
