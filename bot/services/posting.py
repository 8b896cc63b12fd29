"""Saying what is in the outbox, and keeping public cards up to date."""

from __future__ import annotations

import logging

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.community import Community
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.services import communities as known
from bot.services.initiatives import organised
from bot.services.ports import App, Messenger, NotSent
from bot.store import communities, outbox, rounds
from bot.store.outbox import Post

log = logging.getLogger(__name__)

AT_ONCE = 50
LEAST_WAIT_S = 1
BACK_OFF_S = (5, 15, 60, 300, 900)
"""How long to wait after the first, second, ... try of unknown outcome; the last for all that follow."""

FORBIDDEN_REST_MS = 600_000
"""How long a card that may not be painted, or posted anew, is left alone."""


async def deliver(app: App, messenger: Messenger) -> int:
    """Send what is ready, oldest first; how many posts were sent.

    An attempt is marked, and the mark committed, before it is made. One whose outcome is unknown is
    looked for in the channel before it is made again, so that no post doubles.
    """
    sent = 0
    while True:
        async with app.database.reading() as tx:
            posts = await outbox.ready(tx, app.clock.now_ms(), AT_ONCE)
        if not posts:
            return sent
        for post in posts:
            sent += await _try(app, messenger, post)


async def _try(app: App, messenger: Messenger, post: Post) -> bool:
    community = await known.by_number(app, post.community)
    try:
        message = await _once(app, messenger, community, post)
    except NotSent as trouble:
        await _note_trouble(app, post, trouble)
        return False
    except Refusal as refusal:
        if refusal.code == "cannot-save":  # our own database refuses
            raise
        await _note_trouble(app, post, NotSent("gone"))  # what the post is about is not there any more
        return False
    except Exception:  # one post that can't be made must not hold up all that follow
        log.exception("post %d-%d (%s) failed", post.community, post.id, post.card)
        await _note_trouble(app, post, NotSent("unknown", "error"))
        return False
    if message:
        await _sent(app, messenger, community, post, message)
    return bool(message)


async def _once(app: App, messenger: Messenger, community: Community, post: Post) -> str:
    if post.state == "attempted":
        if post.place == "person":
            raise NotSent("gone")  # nobody gets a direct message twice
        found = await messenger.find(community, post)
        if found:
            return found
    now = app.clock.now_ms()
    marked = await app.database.writer.run(
        lambda tx: outbox.note(tx, post, state="attempted", attempted_ms=now, attempts=post.attempts + 1)
    )
    return await messenger.send(community, post) if marked else ""


async def _sent(app: App, messenger: Messenger, community: Community, post: Post, message: str) -> None:
    now, old = app.clock.now_ms(), ""
    if post.card == "say":
        old = community.say_message

    async def work(tx: AsyncConnection) -> None:
        await outbox.note(tx, post, state="sent", sent_ms=now, message=message, trouble="")
        if post.card == "round":
            await rounds.change(tx, community.id, post.facts["round"], message=message)
        elif post.card == "say":
            await communities.change(tx, community.id, say_message=message)
        if post.card != "say" and post.target == community.say_channel:
            await outbox.drop_waiting(tx, community.id, "say")  # once below all of them is enough
            await outbox.put(tx, community.id, "say", community.say_channel, now, once=f"say:{post.id}")

    await app.database.writer.run(work)
    if post.card == "say":
        await known.refresh(app, community.id)
        app.stale.discard((community.id, 0))
        await _remove(messenger, community.say_channel, old)


async def _remove(messenger: Messenger, channel: str, message: str) -> None:
    if message:
        try:
            await messenger.remove(channel, message)
        except NotSent as trouble:
            log.info("an old message could not be removed: %s", trouble.trouble)


async def _note_trouble(app: App, post: Post, trouble: NotSent) -> None:
    now = app.clock.now_ms()
    if trouble.trouble in ("unknown", "limited"):
        tried = min(post.attempts, len(BACK_OFF_S) - 1)
        wait_s = max(trouble.wait_s, LEAST_WAIT_S if trouble.trouble == "limited" else BACK_OFF_S[tried])
        # A try of unknown outcome stays one when the next is held back: it must still be looked for.
        state = post.state if trouble.trouble == "limited" else "attempted"
        columns: dict[str, str | int] = {"state": state, "next_ms": now + int(wait_s * 1000)}
    else:
        columns = {"state": "dead"}
    text = f"{trouble.trouble}:{trouble.detail}"
    await app.database.writer.run(lambda tx: outbox.note(tx, post, trouble=text, **columns))
    log.warning("post %d-%d (%s) was not sent: %s", post.community, post.id, post.card, trouble.trouble)


async def post_again(app: App, person: Person, which: int) -> None:
    """Send once more what could not be sent; where its channel is gone, to the one that is set up now.

    Raises:
        Refusal: not an organiser, ``post-not-unsent``.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> None:
        community = await organised(tx, person)
        post = await outbox.find(tx, community.id, which)
        if post is None or post.state != "dead":
            raise Refusal("post-not-unsent")
        target = post.target
        if post.place == "channel" and post.trouble.startswith("gone"):
            target = community.moderators_channel if post.card in FOR_MODERATORS else community.say_channel
        if post.card == "witness":
            target = community.witness
        await outbox.note(tx, post, state="waiting", next_ms=now, target=target, trouble="")

    await app.database.writer.run(work)
    app.wake.set()


FOR_MODERATORS = ("digest", "late", "promise-soon")


async def repaint(app: App, messenger: Messenger) -> None:
    """Bring every stale card up to date, once each.

    A mark is taken away before the card is painted: an answer that comes in meanwhile marks it again.
    """
    for mark in sorted(app.stale):
        if app.unpaintable.get(mark, 0) > app.clock.now_ms():
            continue
        app.stale.discard(mark)
        number, round_id = mark
        community = await known.by_number(app, number)
        if community.removed_ms:
            continue
        try:
            if round_id:
                await messenger.repaint_round(community, round_id)
            elif community.say_channel:
                await _repaint_say(app, messenger, community)
        except NotSent as trouble:
            await _not_painted(app, community, mark, trouble)


async def _repaint_say(app: App, messenger: Messenger, community: Community) -> None:
    if community.say_message:
        await messenger.repaint_say(community)
        return
    now = app.clock.now_ms()
    await app.database.writer.run(
        lambda tx: outbox.put(
            tx, community.id, "say", community.say_channel, now, once=f"say:again:{now // FORBIDDEN_REST_MS}"
        )
    )


async def _not_painted(app: App, community: Community, mark: tuple[int, int], trouble: NotSent) -> None:
    if trouble.trouble in ("unknown", "limited"):
        app.stale.add(mark)  # the last state must come through
        return
    if trouble.trouble == "forbidden":  # asked at every answer, it would be a storm
        app.stale.add(mark)
        app.unpaintable[mark] = app.clock.now_ms() + FORBIDDEN_REST_MS
    log.warning("a card of community %d can't be painted: %s", community.id, trouble.trouble)
    if trouble.trouble == "gone":
        async with app.database.reading() as tx:
            which = await rounds.find(tx, *mark) if mark[1] else None
        message = which.message if which is not None else community.say_message
        if message:
            await known.message_gone(app, community, message)
