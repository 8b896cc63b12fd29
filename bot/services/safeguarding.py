"""How words that tell of danger reach whoever hears of it, and what happens while nobody has them.

They go to the contact. Where nobody has said *I have it* for a day, or the contact can't be reached, they go
to the deputy as well; without a deputy once more to the contact. Until somebody has them they are kept, so
that they can go on, but no longer than a week once they have reached anybody.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.community import Community
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS
from bot.services.ports import App, Post
from bot.store import communities, outbox, worries
from bot.store.worries import Worry

__all__ = [
    "AGAIN",
    "CONTACT",
    "DEPUTY",
    "IDEA",
    "KEPT_DAYS",
    "OFFER",
    "TEXT",
    "WORRY",
    "WORRY_TRIES",
    "Worry",
]

WORRY, WORRY_TRIES = "worry", 6
"""A worry about someone had better come twice than never: where nobody knows if it was taken, it is sent
again, so many times in all. It goes to whoever hears of it by then. Once somebody has it, its words go."""
IDEA, TEXT, OFFER = "idea", "text", "offer"
"""What words can be found in: an idea, a form, a chat message that an organiser took up."""
CONTACT, DEPUTY, AGAIN = "contact", "deputy", "again"
"""Why it goes to somebody: as the contact, as the deputy, or once more because there is no deputy."""
UNREAD_MS, KEPT_DAYS = DAY_MS, 7


def target(community: Community, post: Post) -> str:
    """Who a worry goes to by now, by the platform's id; '' where nobody hears any."""
    hearers = community.hearers or ("",)
    return hearers[-1] if post.facts.get("to") == DEPUTY else hearers[0]


async def start(tx: AsyncConnection, community: Community, new: Worry) -> None:
    """Keep a worry and send it to the contact, or to the deputy who is alone.

    Raises:
        Refusal: ``worry-nobody`` where nobody hears any.
    """
    if not community.hearers:
        raise Refusal("worry-nobody")
    to = CONTACT if community.safeguarding_contact else DEPUTY
    which = await worries.add(tx, replace(new, handed=to == DEPUTY))
    await _send(tx, community, which, to, new.at_ms)


async def _send(
    tx: AsyncConnection, community: Community, which: int, to: str, now_ms: int, once: str = ""
) -> None:
    hearer = _hearer(community, to)
    facts = {"worry": which, "to": to}
    once = f"{_said_as(which)}{to}{once}"
    await outbox.put(tx, community.id, WORRY, hearer, now_ms, facts, once=once, place="person")


def _hearer(community: Community, to: str) -> str:
    return community.hearers[-1 if to == DEPUTY else 0]


def _said_as(which: int) -> str:
    """How the names begin under which one worry is said."""
    return f"{WORRY}:{which}:"


async def look(app: App, community: int, which: int) -> Worry | None:
    """What a post says, None where somebody has it."""
    async with app.database.reading() as tx:
        return await worries.find(tx, community, which)


async def have(app: App, person: Person, which: int) -> bool:
    """Somebody who hears worries has one: its words go, and it goes to nobody else; False where it was had.

    Raises:
        Refusal: ``worry-not-yours`` for anybody but the contact and the deputy.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> bool:
        if person.platform_id not in (await communities.load(tx, person.community)).hearers:
            raise Refusal("worry-not-yours")
        if not await worries.drop(tx, person.community, which):
            return False
        await outbox.unneeded(tx, person.community, _said_as(which), now)
        return True

    had = await app.write(work)
    app.checkpoint_owed = app.checkpoint_owed or had
    return had


async def hand_on(
    tx: AsyncConnection, number: int, which: int, now_ms: int, *, unreachable: bool = False
) -> None:
    """Send what nobody has to the deputy, once; without one again to the contact, if not ``unreachable``."""
    one = await worries.find(tx, number, which)
    if one is None or one.handed:
        return
    community = await communities.load(tx, number)
    alone = community.hearers == (community.safeguarding_contact,)
    if alone and unreachable:  # the desk says so
        return
    await worries.note_handed(tx, one)
    if community.hearers:
        await _send(tx, community, which, AGAIN if alone else DEPUTY, now_ms)


async def renew(tx: AsyncConnection, before: Community, after: Community, now_ms: int) -> None:
    """Send what nobody has to whoever hears worries from now on; what still waits goes to them anyway."""
    changed = {
        CONTACT: after.safeguarding_contact != before.safeguarding_contact and after.safeguarding_contact,
        DEPUTY: after.safeguarding_deputy != before.safeguarding_deputy and after.safeguarding_deputy,
    }
    for one in await worries.of_community(tx, after.id) if any(changed.values()) else []:
        for to in (CONTACT, DEPUTY):
            if changed[to] and (to == CONTACT or one.handed):
                post = await outbox.said_once(tx, after.id, f"{_said_as(one.id)}{to}")
                if post is None or post.state == "sent":
                    await _send(tx, after, one.id, to, now_ms, f":{now_ms}")
                elif post.state == "dead":  # it could not reach those before them
                    anew = {"target": _hearer(after, to), "trouble": ""}
                    await outbox.note(tx, post, state="waiting", next_ms=now_ms, **anew)


async def waits(tx: AsyncConnection, community: int, now_ms: int) -> bool:
    """Whether nobody has a worry that was written more than a day ago."""
    return any(one.at_ms <= now_ms - UNREAD_MS for one in await worries.of_community(tx, community))


async def go_on(app: App) -> None:
    """Hand on what nobody has had for a day, and let go of what has been kept for long enough."""
    now = app.clock.now_ms()
    lost_ms = now - app.settings.privacy.posts_days * DAY_MS
    async with app.database.reading() as tx:
        late = await worries.to_hand_on(tx, now - UNREAD_MS)
        old = [
            one
            for one in await worries.older(tx, now - KEPT_DAYS * DAY_MS)
            if one.at_ms <= lost_ms or await outbox.any_sent(tx, one.community, _said_as(one.id))
        ]
    for number, which in late:
        await app.database.writer.run(partial(hand_on, number=number, which=which, now_ms=now))
    for one in old:
        await app.database.writer.run(partial(worries.drop_one, one=one))
        app.checkpoint_owed = True


async def let_go(tx: AsyncConnection, community: int, ideas: Collection[int]) -> None:
    """Delete what was handed on out of ideas whose words are erased, where it has reached somebody."""
    for one in await worries.of_community(tx, community):
        what, _, which = one.about.partition(".")[0].partition(":")
        if what == IDEA and int(which) in ideas and await outbox.any_sent(tx, community, _said_as(one.id)):
            await worries.drop_one(tx, one)


async def forget_all(tx: AsyncConnection, community: int) -> None:
    """Delete what nobody has of a community that the bot has left for good."""
    await worries.drop(tx, community, *(one.id for one in await worries.of_community(tx, community)))
    await outbox.drop_unsent(tx, community, WORRY)
