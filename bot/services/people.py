"""People: the privacy notice, their language, and their erasure."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import ERASED, Contribution, Fate
from bot.domain.meanings import mark_of_asker
from bot.domain.people import Ages, Person, week_of
from bot.domain.refusals import Refusal
from bot.domain.rounds import State
from bot.domain.stages import Stage
from bot.domain.weighing import WEIGH, votes_of
from bot.services.lineage import release, taken_of
from bot.services.ports import App
from bot.services.sealing import forget as forget_sealed
from bot.store import (
    answers,
    contributions,
    follows,
    interactions,
    offers,
    outbox,
    papers,
    people,
    rounds,
    statements,
    steps,
    supports,
    takers,
    trials,
    words,
)
from bot.store.interactions import Entry
from bot.store.people import Known

SECRET_BYTES = 32
PERSON_BITS = 62


async def ensure(app: App, tx: AsyncConnection, person: Person) -> Known:
    """The one we know, or who becomes known by acting now."""
    known = await people.find(tx, person.community, person.platform_id)
    if known is None:
        known = _new(person.community, app.clock.now_ms())
        await people.add(tx, {(person.community, person.platform_id): known})
    return known


def _new(community: int, now_ms: int) -> Known:
    number, secret = secrets.randbits(PERSON_BITS) + 1, secrets.token_bytes(SECRET_BYTES)
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

    async def work(tx: AsyncConnection) -> None:
        known = await ensure(app, tx, person)
        await people.change(tx, person.community, known.id, language=language)

    await app.database.writer.run(work)


async def erase(app: App, person: Person) -> None:
    """Erase someone: at once and for good. Their answers to closed rounds stay as numbers, and nobody's.

    Raises:
        Refusal: ``nothing-held``.
    """

    async def work(tx: AsyncConnection) -> None:
        known = await people.find(tx, person.community, person.platform_id)
        if known is not None:
            await forget(app, tx, person.community, known.id)
            return
        # Who is not known to us may still have asked for a word, be asked for consent, or be a contact.
        held = [
            await offers.forget(tx, person.community, person.platform_id, app.clock.now_ms()),
            await _forget_asked_for(app, tx, person.community, person.platform_id),
            await people.forget_contact(tx, person.community, person.platform_id),
        ]
        if not any(held):
            raise Refusal("nothing-held")

    await app.database.writer.run(work)
    app.here.pop((person.community, person.platform_id), None)
    app.known.pop(person.community, None)  # they may have been its witness, or its contact
    if not await app.database.writer.checkpoint():
        app.checkpoint_owed = True
    app.wake.set()


async def forget(app: App, tx: AsyncConnection, community: int, who: int) -> None:
    """Erase a person within a transaction.

    An answer to an open round is withdrawn. One to a closed round keeps its place in the published
    numbers, so that no two results ever differ by one person, and is cut off from everyone.
    """
    given = await answers.of_person(tx, community, who)
    asked = await rounds.find_many(tx, [(community, one.round) for one in given])
    still_open = [one for one in given if asked[community, one.round].state is State.OPEN]
    over = [one.key for one in given if one not in still_open]
    await answers.take_back(tx, [one.key for one in still_open])
    for one in still_open:
        if asked[community, one.round].kind == WEIGH:
            await statements.read(tx, {(community, one.round, number): -1 for number in votes_of(one.value)})
    await answers.detach(tx, over, strangers(len(over)))
    await forget_sealed(app, tx, community, who)
    await _forget_ideas(app, tx, community, who)
    now, platform_id = app.clock.now_ms(), await people.platform_id(tx, community, who)
    await _forget_asked_for(app, tx, community, platform_id)
    await follows.forget(tx, community, who)
    await takers.forget(tx, community, who)
    await offers.forget(tx, community, platform_id, now)
    await trials.forget(tx, community, who)
    await papers.forget(tx, community, who, strangers(1)[0], now)
    await people.forget(tx, community, who)
    await interactions.append(
        tx, [Entry(community, now, "erased", Stage.DEFINE, "", {"answers_withdrawn": len(still_open)}, 1)]
    )


async def _forget_ideas(app: App, tx: AsyncConnection, community: int, who: int) -> None:
    """Erase the words of what somebody brought; cut it, their support and what they settled off from them."""
    brought = await contributions.of_person(tx, community, who)
    supported = await supports.of_person(tx, community, who)
    asked = await rounds.find_many(tx, {(community, one) for one in supported.values()})
    for which, on in supported.items():
        # As answers are: else somebody could come back and count once more.
        if asked[community, on].state is State.OPEN:
            await supports.drop(tx, community, which, who)
    over = [
        (who, which, on) for which, on in supported.items() if asked[community, on].state is not State.OPEN
    ]
    await cut_off(app, tx, community, brought, over)
    await contributions.forget_judge(tx, community, who, *strangers(1))


async def words_asked_for(app: App, tx: AsyncConnection, community: int, platform_id: str) -> list[bytes]:
    """The marks of the words that somebody waits for: with our key, which the database has not."""
    there = await words.askings(tx, community)
    return [word for word, who in there if who == mark_of_asker(app.key, word, platform_id)]


async def _forget_asked_for(app: App, tx: AsyncConnection, community: int, platform_id: str) -> bool:
    """Take back that somebody asked what words mean; whether they had."""
    asked = await words_asked_for(app, tx, community, platform_id)
    for word in asked:
        await words.forget_askings(tx, community, word, mark_of_asker(app.key, word, platform_id))
    return bool(asked)


async def cut_off(
    app: App,
    tx: AsyncConnection,
    community: int,
    brought: Sequence[Contribution],
    supported: Sequence[tuple[int, int, int]],
) -> None:
    """Erase the words of contributions, and cut them and support off from whose they are.

    ``supported`` has person, contribution, round. From an open ask contributions are taken back, and what was
    made out of them is undone. In one that is over they keep their place in its numbers; what nobody has read
    yet needs no reader any more. All of one person in one ask becomes one nobody's: or else nobody could tell
    any more who is counted already where contributions are merged.
    """
    await contributions.forget_words(tx, community, *(one.id for one in brought))
    await steps.forget(tx, community, [one.id for one in brought])
    asked = await rounds.find_many(tx, {(community, one.round) for one in brought})
    theirs = {(one.round, one.person) for one in brought} | {(on, who) for who, _, on in supported}
    nobodies = dict(zip(sorted(theirs), strangers(len(theirs)), strict=True))
    changes: dict[int, dict[str, Any]] = {}
    for one in brought:
        nobody = nobodies[one.round, one.person]
        changes[one.id] = {"person": nobody, "question": "", "link": ""}
        if asked[community, one.round].state is State.OPEN:
            if not await taken_of(tx, community, one.id):
                await release(tx, community, one.id, app.clock.now_ms())
            changes[one.id] |= {"state": Fate.WITHDRAWN}
        elif one.state is Fate.RECEIVED:
            changes[one.id] |= {"state": Fate.DECLINED, "why": ERASED}
    await contributions.change_each(tx, community, changes)
    for who, which, on in supported:
        await supports.forget(tx, community, which, who, nobodies[on, who])


def strangers(count: int) -> list[int]:
    """Negative random numbers that are nobody's."""
    return [-1 - secrets.randbits(PERSON_BITS) for _ in range(count)]
