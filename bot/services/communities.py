"""Setting a community up, and what becomes of it when the bot is removed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import when
from bot.domain.community import Community, Moderation
from bot.domain.initiatives import WORDS_LENGTH, Life
from bot.domain.people import ORGANISER, Ages, Person, Standing, require_set_up
from bot.domain.refusals import Refusal
from bot.domain.stages import Stage
from bot.domain.text import clean
from bot.domain.zones import check_zone
from bot.services import people, safeguarding
from bot.services.ports import QUEUE, App
from bot.store import checkins, communities, initiatives, interactions, rounds, schedule
from bot.store.interactions import Entry
from bot.store.writer import Work

WEEKLY = "every Monday 9am"
NIGHTLY = "every day 3:30am"
MONTHLY = "first Monday of the month 9am"
REGULARS = {"digest": WEEKLY, "proof": WEEKLY, "retention": NIGHTLY, "news": WEEKLY, "worries": MONTHLY}
"""What every community has planned, by its act."""
MEANINGS = (ORGANISER, *(one.value for one in Standing if one is not Standing.RESIDENT))
"""What a role can mean; of somebody's several standings the first in this order counts."""
TEXTS = ("lead_contact", "help_lines")


async def community_of(app: App, platform: str, platform_id: str) -> Community:
    """The community of a server, made at the first sight of it."""
    number = app.numbers.get((platform, platform_id))
    if number is not None:
        return await by_number(app, number)
    async with app.database.reading() as tx:
        known = await communities.find(tx, platform, platform_id)
    if known is None:
        now = app.clock.now_ms()
        known = await app.database.writer.run(lambda tx: _found(app, tx, platform, platform_id, now))
    app.numbers[platform, platform_id] = known.id
    app.known[known.id] = known
    return known


async def by_number(app: App, number: int) -> Community:
    """The community with this number of ours."""
    known = app.known.get(number)
    if known is None:
        async with app.database.reading() as tx:
            known = await communities.load(tx, number)
        app.known[number] = known
    return known


async def named(app: App, number: int) -> Community:
    """The community with a number that somebody sent; raises Refusal ``not-in-direct-messages``."""
    if number not in app.known:
        async with app.database.reading() as tx:
            if not await communities.exists(tx, number):
                raise Refusal("not-in-direct-messages")
    return await by_number(app, number)


async def _found(app: App, tx: AsyncConnection, platform: str, platform_id: str, now: int) -> Community:
    there = await communities.find(tx, platform, platform_id)  # two first events at once
    if there is not None:
        return there
    new = Community(
        id=await communities.next_number(tx),
        record=secrets.token_hex(16),
        platform=platform,
        platform_id=platform_id,
        language=app.settings.language,
        time_zone=app.settings.time_zone,
        made_ms=now,
    )
    await communities.add(tx, new)
    await interactions.start(tx, new.id)
    await initiatives.add(tx, new.id, "", Life.STANDING, Ages.BOTH, 0, 0, now)
    await plan_regulars(tx, new, now)
    return new


async def plan_regulars(tx: AsyncConnection, community: Community, now: int, digest: str = WEEKLY) -> None:
    """Plan what happens regularly in a community from a moment on (UTC epoch ms), by its own clocks."""
    for act, words in {**REGULARS, "digest": digest}.items():
        pace = when.read_pace(words, now, community.zone)
        first = when.following(pace, now, community.zone)
        if first is not None:
            await schedule.put(tx, community.id, act, 0, first.due_ms, pace.rrule, community.time_zone)


async def _move_regulars(tx: AsyncConnection, number: int, zone: str, now: int) -> None:
    """Keep what is planned regularly at its local times, in another zone.

    Not the standing box: people were told when it closes.
    """
    for act in (*REGULARS, "checkin"):
        for planned in await schedule.of_act(tx, number, act):
            following = when.following(when.Pace(planned.pace), now, ZoneInfo(zone))
            next_ms = following.due_ms if following else None
            await schedule.put(tx, number, act, planned.subject, next_ms, planned.pace, zone)
            if act == "checkin":
                await checkins.change(tx, number, planned.subject, zone=zone)


async def set_roles(app: App, person: Person, meaning: str, role_ids: Sequence[str]) -> Community:
    """Say which roles carry one of :data:`MEANINGS`, in place of those that did."""
    require_set_up(person)
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> None:
        community = await communities.load(tx, person.community)
        others = [entry for entry in community.roles.entries if entry[1] != meaning]
        entries = [*others, *((role, meaning) for role in role_ids)]
        entries.sort(key=lambda entry: MEANINGS.index(entry[1]))
        held = [role for role, meant in entries if meant != ORGANISER]
        if len(set(held)) < len(held):
            raise Refusal("role-has-two-standings")
        await communities.set_roles(tx, community.id, entries)
        await _note(tx, person, f"roles:{meaning}", now)

    return await _changed(app, person.community, work)


async def set_up(app: App, person: Person, **changes: str) -> Community:
    """Set channels, contacts, words, zone or language of a community, or when moderators read ideas.

    Raises:
        Refusal: ``set-up-only``, ``zone-...``, ``language-unknown`` is the door's, ``words-too-long``,
            ``button-unknown``.
    """
    require_set_up(person)
    for name in TEXTS:
        if name in changes:
            changes[name] = clean(changes[name])
            if len(changes[name]) > WORDS_LENGTH:
                raise Refusal("words-too-long", length=len(changes[name]), limit=WORDS_LENGTH)
    if changes.get("moderation", Moderation.BEFORE) not in list(Moderation):
        raise Refusal("button-unknown")
    zone = changes.get("time_zone")
    if zone is not None:
        check_zone(zone, available_timezones())
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> None:
        before = await communities.load(tx, person.community)
        await communities.change(tx, person.community, **changes)
        await safeguarding.renew(tx, before, await communities.load(tx, before.id), now)
        if zone is not None and zone != before.time_zone:
            await _move_regulars(tx, before.id, zone, now)
        if changes.get("say_channel", before.say_channel) != before.say_channel:
            await communities.change(tx, person.community, say_message="")
        if changes.get("moderators_channel", before.moderators_channel) != before.moderators_channel:
            await communities.change(tx, person.community, queue_message="")
        await _note(tx, person, "set-up:" + ",".join(sorted(changes)), now)

    return await _changed(app, person.community, work)


async def _changed(app: App, number: int, work: Work[None]) -> Community:
    await app.database.writer.run(work)
    return await refresh(app, number)


async def refresh(app: App, number: int) -> Community:
    """Read a community anew after a change of it."""
    async with app.database.reading() as tx:
        community = await communities.load(tx, number)
    app.known[number] = community
    app.stale |= {(number, 0), (number, QUEUE)}  # no record says what they show of this
    app.wake.set()
    return community


async def _note(tx: AsyncConnection, person: Person, said: str, now: int) -> None:
    who = await people.ensure(tx, person, now)
    await interactions.append(
        tx,
        [
            Entry(
                person.community, now, "set-up", Stage.DEFINE, "organiser", {"what": said}, 1,
                person=who.id, secret=who.secret,
            )
        ],
    )  # fmt: skip


async def removed(app: App, platform: str, platform_id: str) -> None:
    """Note that the bot was removed; what it keeps goes after the grace period of the settings."""
    community = await community_of(app, platform, platform_id)
    now = app.clock.now_ms()
    await app.database.writer.run(lambda tx: communities.change(tx, community.id, removed_ms=now))
    await refresh(app, community.id)


async def only(app: App, platform: str, platform_ids: Collection[str], serves: Callable[[str], bool]) -> None:
    """Note which communities the bot is no longer in: it may have been removed while it was not running.

    Only of those that this process ``serves``: it can't see the others.
    """
    async with app.database.reading() as tx:
        there = await communities.every(tx)
    for one in there:
        here = one.platform == platform and serves(one.platform_id)
        if here and not one.removed_ms and one.platform_id not in platform_ids:
            await removed(app, platform, one.platform_id)


async def returned(app: App, platform: str, platform_id: str) -> None:
    """Note that the bot is in a server: new, or back again."""
    community = await community_of(app, platform, platform_id)
    if community.removed_ms:

        async def work(tx: AsyncConnection) -> None:
            await communities.change(tx, community.id, removed_ms=0)

        await app.database.writer.run(work)
        await refresh(app, community.id)


async def message_gone(app: App, community: Community, message: str) -> None:
    """Note that a message of ours is gone: a round goes on without its card, *Have your say* comes again."""

    async def work(tx: AsyncConnection) -> bool:
        if message == community.say_message:
            await communities.change(tx, community.id, say_message="")
            return True
        if message == community.queue_message:
            await communities.change(tx, community.id, queue_message="")
            return True
        which = await rounds.by_message(tx, community.id, message)
        if which is not None:
            await rounds.change(tx, community.id, which.id, message="")
        return which is not None

    if await app.database.writer.run(work):
        await refresh(app, community.id)
