"""People: the privacy notice, their language, and their erasure."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Ages, Person, week_of
from bot.domain.refusals import Refusal
from bot.services import floods, forgetting
from bot.services.ports import App
from bot.store import follows, numbers, offers, outbox, people, takers
from bot.store.people import Known

SECRET_BYTES = 32


async def ensure(tx: AsyncConnection, person: Person, now_ms: int) -> Known:
    """The one we know, or who becomes known by acting now."""
    known = await people.find(tx, person.community, person.platform_id)
    if known is None:
        known = _new(person.community, now_ms)
        await people.add(tx, {(person.community, person.platform_id): known})
    return known


def _new(community: int, now_ms: int) -> Known:
    number, secret = secrets.randbits(numbers.PERSON_BITS) + 1, secrets.token_bytes(SECRET_BYTES)
    return Known(community, number, secret, made_ms=now_ms, seen_ms=week_of(now_ms))


async def find(app: App, person: Person) -> Known | None:
    """Who this is to us, if anybody."""
    async with app.database.reading() as tx:
        return await people.find(tx, person.community, person.platform_id)


async def go_on(app: App, person: Person, ages: str) -> None:
    """Note that someone read the privacy notice and went on; ``ages`` is ``adults`` or ``teens``."""
    version, now = app.settings.privacy.notice_version, app.clock.now_ms()
    reader = Reader(person.community, person.platform_id, ages, version, now)
    await app.database.writer.together(enter, reader)


@dataclass(frozen=True)
class Reader:
    """Somebody who has read a version of the notice, and is an adult or a teenager."""

    community: int
    platform_id: str
    ages: str
    notice: str
    at_ms: int


async def enter(tx: AsyncConnection, readers: Sequence[Reader]) -> list[None]:
    """Note in one transaction that many people have read the notice; who is new becomes known by it."""
    before = await people.find_many(tx, [(one.community, one.platform_id) for one in readers])
    after: dict[tuple[int, str], Known] = {}
    for one in readers:
        key = (one.community, one.platform_id)
        who = after.get(key) or before.get(key) or _new(one.community, one.at_ms)
        after[key] = replace(who, notice=one.notice, ages=one.ages, notice_ms=one.at_ms)
    await people.add(tx, {key: who for key, who in after.items() if key not in before})
    await people.renew(tx, [who for key, who in after.items() if key in before])
    for key, who in after.items():  # who is under 18 is sent no private messages
        if who.ages == Ages.TEENS and key in before:
            await follows.forget(tx, who.community, who.id)
            await takers.forget(tx, who.community, who.id)
            await outbox.hush(tx, *key)
    return [None] * len(readers)


async def speak(app: App, person: Person, language: str) -> None:
    """Keep the language that someone chose."""
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> None:
        known = await ensure(tx, person, now)
        await people.change(tx, person.community, known.id, language=language)

    with floods.counted(app, person):
        await app.database.writer.run(work)


async def erase(app: App, person: Person) -> None:
    """Erase someone: at once and for good. Their answers to closed rounds stay as numbers, and nobody's.

    Raises:
        Refusal: ``nothing-held``.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> None:
        known = await people.find(tx, person.community, person.platform_id)
        if known is not None:
            await forgetting.forget(app, tx, person.community, known.id, now)
            return
        # Who is not known to us may still have asked for a word, be asked for consent, or be a contact.
        held = [
            await offers.forget(tx, person.community, person.platform_id, now),
            await forgetting.forget_words_asked(app, tx, person.community, person.platform_id),
            await people.forget_contact(tx, person.community, person.platform_id),
            await people.forget_posts(tx, person.community, person.platform_id),
        ]
        if not any(held):
            raise Refusal("nothing-held")

    await app.database.writer.run(work)
    app.here.pop((person.community, person.platform_id), None)
    app.known.pop(person.community, None)  # they may have been its witness, or its contact
    if not await app.database.writer.checkpoint():
        app.checkpoint_owed = True
    app.wake.set()
