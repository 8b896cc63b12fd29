"""People: the privacy notice, their language, what is held about them, and its erasure."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import ERASED, Contribution, Fate
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS, Round, State
from bot.domain.stages import Stage
from bot.services.ports import App
from bot.store import answers, communities, contributions, initiatives, interactions, people, rounds, trials
from bot.store.interactions import Entry
from bot.store.people import Known

SECRET_BYTES = 32
PERSON_BITS = 62


async def ensure(app: App, tx: AsyncConnection, person: Person) -> Known:
    """The one we know, or who becomes known by acting now."""
    known = await people.find(tx, person.community, person.platform_id)
    if known is None:
        now = app.clock.now_ms()
        known = _new(person.community, now)
        await people.add(tx, {(person.community, person.platform_id): known})
    elif (now := app.clock.now_ms()) - known.seen_ms > DAY_MS:
        # Retention asks how long someone has been away: who only organises is here, too.
        await people.change(tx, known.community, known.id, seen_ms=now)
    return known


def _new(community: int, now_ms: int) -> Known:
    number, secret = secrets.randbits(PERSON_BITS) + 1, secrets.token_bytes(SECRET_BYTES)
    return Known(community, number, secret, made_ms=now_ms, seen_ms=now_ms)


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
        after[key] = replace(who, notice=one.notice, ages=one.ages, notice_ms=one.at_ms, seen_ms=one.at_ms)
    await people.add(tx, {key: who for key, who in after.items() if key not in before})
    await people.renew(tx, [who for key, who in after.items() if key in before])
    return [None] * len(readers)


async def speak(app: App, person: Person, language: str) -> None:
    """Keep the language that someone chose."""

    async def work(tx: AsyncConnection) -> None:
        known = await ensure(app, tx, person)
        await people.change(tx, person.community, known.id, language=language)

    await app.database.writer.run(work)


@dataclass(frozen=True)
class Mine:
    """One of a person's answers, with the round it is to."""

    round: Round
    value: tuple[int, ...]
    at_ms: int
    first_ms: int
    standing: str


async def my_answers(app: App, person: Person) -> list[Mine]:
    """What someone has answered, the latest first."""
    async with app.database.reading() as tx:
        known = await people.find(tx, person.community, person.platform_id)
        if known is None:
            return []
        given = await answers.of_person(tx, person.community, known.id)
        asked = await rounds.find_many(tx, [(one.community, one.round) for one in given])
    return [
        Mine(asked[one.community, one.round], one.value, one.at_ms, one.first_ms, one.standing)
        for one in given
    ]


async def my_data(app: App, person: Person) -> dict[str, Any]:
    """Everything held about someone, as plain JSON; times are UTC epoch milliseconds.

    Raises:
        Refusal: ``nothing-held``.
    """
    async with app.database.reading() as tx:
        known = await people.find(tx, person.community, person.platform_id)
        if known is None:
            raise Refusal("nothing-held")
        acts = await interactions.acts_of(tx, person.community, known.id)
        brought = await contributions.of_person(tx, person.community, known.id)
        said = {one.id: await contributions.versions(tx, person.community, one.id) for one in brought}
        supported = await contributions.supported_by(tx, person.community, known.id)
        helper = await trials.helpers(tx, person.community, known.id)
        tried = await trials.of_person(tx, person.community, known.id)
        asked = await rounds.find_many(tx, {(one.community, one.round) for one in tried})
        projects = await initiatives.every(tx, person.community)
        community = await communities.load(tx, person.community)
    given = await my_answers(app, person)
    return {
        "platform_id": person.platform_id,
        "language": known.language,
        "ages": known.ages,
        "privacy_notice": {"version": known.notice, "at_ms": known.notice_ms},
        "known_since_ms": known.made_ms,
        "last_seen_ms": known.seen_ms,
        "leads": [one.title for one in projects if one.lead == known.id],
        "deputy_of": [one.title for one in projects if one.deputy == known.id],
        "safeguarding_contact": community.safeguarding_contact == person.platform_id,
        "witness": community.witness == person.platform_id,
        "answers": [
            {
                "question": one.round.question,
                "answer": [one.round.options[place] for place in one.value],
                "standing": one.standing,
                "first_ms": one.first_ms,
                "at_ms": one.at_ms,
            }
            for one in given
        ],
        "ideas": [
            {
                "number": one.id,
                "round": one.round,
                "state": one.state.value,
                "why": one.why,
                "standing": one.standing.value,
                "first_ms": one.first_ms,
                "at_ms": one.at_ms,
                "said": [{"at_ms": at_ms, "words": words} for at_ms, words in said[one.id]],
            }
            for one in brought
        ],
        "supports": supported,
        "helps_try_questions": {"since_ms": helper[0].since_ms, "last_asked_ms": helper[0].asked_ms}
        if helper
        else None,
        "tried": [
            {
                "question": asked[one.community, one.round].question,
                "asked_ms": one.asked_ms,
                "at_ms": one.at_ms,
                "understood": one.understood,
                "hard": one.hard,
            }
            for one in tried
        ],
        "record": [
            {"row": act.number, "at_ms": act.at_ms, "act": act.act, "round": act.round, "said": act.said}
            for act in acts
        ],
    }


async def erase(app: App, person: Person) -> None:
    """Erase someone: at once and for good. Their answers to closed rounds stay as numbers, and nobody's.

    Raises:
        Refusal: ``nothing-held``.
    """

    async def work(tx: AsyncConnection) -> None:
        known = await people.find(tx, person.community, person.platform_id)
        if known is not None:
            await forget(app, tx, person.community, known.id)
        elif not await people.forget_contact(tx, person.community, person.platform_id):
            raise Refusal("nothing-held")

    await app.database.writer.run(work)
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
    for one in still_open:
        await answers.take_back(tx, one.key)
    await answers.detach(tx, over, strangers(len(over)))
    await _forget_ideas(tx, community, who)
    await trials.forget(tx, community, who)
    await people.forget(tx, community, who)
    now = app.clock.now_ms()
    await interactions.append(
        tx, [Entry(community, now, "erased", Stage.DEFINE, "", {"answers_withdrawn": len(still_open)}, 1)]
    )


async def _forget_ideas(tx: AsyncConnection, community: int, who: int) -> None:
    """Erase the words of what somebody brought; cut it, their support and what they settled off from them."""
    await cut_off(tx, community, await contributions.of_person(tx, community, who))
    # As answers are: else somebody could come back and count once more.
    for which in await contributions.supported_by(tx, community, who, State.OPEN):
        await contributions.drop_support(tx, community, which, who)
    supported = await contributions.supported_by(tx, community, who)
    nobodies = dict(zip(supported, strangers(len(supported)), strict=True))
    await contributions.forget_support(tx, community, who, nobodies)
    await contributions.forget_judge(tx, community, who, *strangers(1))


async def cut_off(tx: AsyncConnection, community: int, brought: Sequence[Contribution]) -> None:
    """Erase the words of contributions, and cut them off from their authors.

    From an open ask they are taken back. In one that is over they keep their place in its numbers, those of
    one person together; what nobody has read yet needs no reader any more.
    """
    await contributions.forget_words(tx, community, *(one.id for one in brought))
    asked = await rounds.find_many(tx, {(community, one.round) for one in brought})
    authors = sorted({(one.round, one.person) for one in brought})
    nobodies = dict(zip(authors, strangers(len(authors)), strict=True))
    for one in brought:
        changes: dict[str, str] = {}
        if asked[community, one.round].state is State.OPEN:
            changes = {"state": Fate.WITHDRAWN.value}
        elif one.state is Fate.RECEIVED:
            changes = {"state": Fate.DECLINED.value, "why": ERASED}
        nobody = nobodies[one.round, one.person]
        await contributions.change(tx, community, one.id, person=nobody, question="", link="", **changes)


def strangers(count: int) -> list[int]:
    """Negative random numbers that are nobody's."""
    return [-1 - secrets.randbits(PERSON_BITS) for _ in range(count)]
