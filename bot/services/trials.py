"""Trials: before a draft is published, two residents who agreed to help meet it and say how they read it.

They are asked where they press anyway, under *Have your say*, and by no direct message: those under 18 get
none, and one that can't be delivered would stand on the desk and tell organisers who was asked.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.initiatives import Initiative
from bot.domain.people import Ages, Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Asked, Round, State
from bot.domain.stages import Stage
from bot.domain.text import clean
from bot.domain.trials import WANTED, WORDS_LENGTH, Trial, needed, version_of
from bot.services import floods
from bot.services import people as services
from bot.services.answers import admitted
from bot.services.drafts import check_safety, check_version, draft_in, words_gone
from bot.services.initiatives import open_initiative, organised, record_organiser
from bot.services.ports import App
from bot.store import communities, people, rounds, trials
from bot.store.people import Known


@dataclass(frozen=True)
class Helping:
    """Since when somebody helps (UTC epoch ms; 0 where they don't), and the drafts that wait for them."""

    since_ms: int
    waiting: tuple[int, ...]


@dataclass(frozen=True)
class Heard:
    """What one tester says; ``changed`` where the draft is not any more what they had before them."""

    understood: str
    hard: str
    changed: bool


@dataclass(frozen=True)
class Tried:
    """Where a draft's trial stands: how many people were asked, and what came back, nobody's by name."""

    asked: int
    heard: tuple[Heard, ...]


def helping_asked(community: int) -> Asked:
    """What the privacy notice is about for somebody who wants to help: no round yet, so its number is 0."""
    return Asked(Round(community, 0, 1, "pick", Stage.DEFINE), "", Ages.BOTH)


async def helping(app: App, person: Person) -> Helping:
    """Whether somebody helps, and what waits for them; nothing ever waits for an organiser."""
    async with app.database.reading() as tx:
        who = await people.find(tx, person.community, person.platform_id)
        if who is None:
            return Helping(0, ())
        mine = await trials.helpers(tx, person.community, who.id)
        asked = [one.round for one in await trials.of_person(tx, person.community, who.id) if not one.at_ms]
        there = await rounds.to_answer(tx, [(person.community, which) for which in asked])
        community = await communities.load(tx, person.community)
    if community.roles.is_organiser(person.role_ids):
        asked = []
    fitting = (which for which in asked if _fits(there[person.community, which], who))
    return Helping(mine[0].since_ms if mine else 0, tuple(fitting))


def _fits(asked: Asked, who: Known) -> bool:
    return asked.round.state is State.DRAFT and asked.ages in (Ages.BOTH, who.ages)


async def agree(app: App, person: Person) -> None:
    """Agree to be asked now and then to try a question.

    Raises:
        NoticeFirst: the privacy notice of today has not been seen yet.
        Refusal: ``trial-not-organisers``.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> None:
        await _no_organiser(tx, person)
        who = await _reader(app, tx, person, now)
        await trials.agree(tx, person.community, who.id, now)

    with floods.counted(app, person):
        await app.database.writer.run(work)


async def _no_organiser(tx: AsyncConnection, person: Person) -> None:
    community = await communities.load(tx, person.community)
    if community.roles.is_organiser(person.role_ids):
        raise Refusal("trial-not-organisers")


async def _reader(app: App, tx: AsyncConnection, person: Person, now_ms: int) -> Known:
    """Somebody who has read the notice of today, and is here now; raises NoticeFirst."""
    who = await people.find(tx, person.community, person.platform_id)
    admitted(helping_asked(person.community), who, app.settings.privacy.notice_version)
    return await services.ensure(tx, person, now_ms)


async def stop(app: App, person: Person) -> None:
    """Be asked no more; what they said about drafts goes at once."""

    async def work(tx: AsyncConnection) -> None:
        who = await people.find(tx, person.community, person.platform_id)
        if who is not None:
            await trials.forget(tx, person.community, who.id)

    await app.database.writer.run(work)
    words_gone(app, person.community)


async def ask(app: App, person: Person, which: int, *, fewer: bool = False, seen: str | None = None) -> int:
    """Show a draft to two of those who agreed to help, or to as many as are still missing; how many.

    ``seen`` is the version of it that the organiser saw.

    Who was asked longest ago comes first; chance decides among the others. Nobody is asked twice about one
    draft, no organiser, and nobody whose age the initiative is not for. ``fewer`` goes on with one.

    Raises:
        Refusal: not an organiser, ``draft-not-open``, ``trial-question-missing``, ``safety-missing``,
            ``trial-asked-already``, ``trial-nobody``, ``trial-nobody-left``, ``trial-only-one``.
        Unread: it has changed since.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> int:
        community = await organised(tx, person)
        draft = await draft_in(tx, community.id, which)
        on = await open_initiative(tx, community.id, draft.initiative)
        if not draft.question:
            raise Refusal("trial-question-missing")
        await check_version(tx, community, draft, seen)
        check_safety(community)
        there = await trials.of_round(tx, community.id, which)
        missing = needed(there, version_of(draft), now)
        if not missing:
            raise Refusal("trial-asked-already")
        those = await _those(tx, person, on, there, now)
        if len(those) < missing == WANTED and not fewer:
            raise Refusal("trial-only-one")
        those = those[:missing]
        await trials.ask(tx, community.id, which, those, now)
        said = {"people": len(those)}
        await record_organiser(tx, person, "trial-asked", replace(on, stage=draft.stage), said, now, which)
        return len(those)

    return await app.write(work)


async def _those(
    tx: AsyncConnection, person: Person, on: Initiative, there: Sequence[Trial], now_ms: int
) -> list[int]:
    """Who can be asked, in the order in which they are."""
    helpers = await trials.helpers(tx, person.community)
    asking = await services.ensure(tx, person, now_ms)
    but = await trials.organisers(tx, person.community, [one.person for one in helpers]) | {asking.id}
    free = [one for one in helpers if one.person not in but and on.ages in (Ages.BOTH, one.ages)]
    if not free:
        raise Refusal("trial-nobody")
    before = {one.person for one in there}
    left = [one for one in free if one.person not in before]
    if not left:
        raise Refusal("trial-nobody-left")
    random.shuffle(left)
    return [one.person for one in sorted(left, key=lambda one: one.asked_ms)]


async def look(app: App, person: Person, which: int) -> Trial:
    """Somebody's own trial of a draft, with what they said.

    Raises:
        Refusal: ``trial-over`` where there is none of theirs, or no draft any more;
            ``trial-not-organisers``, ``only-...``.
    """
    async with app.database.reading() as tx:
        return (await _mine(tx, person, which))[0]


async def _mine(tx: AsyncConnection, person: Person, which: int) -> tuple[Trial, Round]:
    who = await people.find(tx, person.community, person.platform_id)
    there = await trials.of_round(tx, person.community, which)
    mine = next((one for one in there if who is not None and one.person == who.id), None)
    asked = (await rounds.to_answer(tx, [(person.community, which)])).get((person.community, which))
    if who is None or mine is None or asked is None or asked.round.state is not State.DRAFT:
        raise Refusal("trial-over")
    await _no_organiser(tx, person)
    if not _fits(asked, who):
        raise Refusal(f"only-{asked.ages}")
    return mine, asked.round


async def say(app: App, person: Person, which: int, about: str, understood: str, hard: str) -> bool:
    """Say how one reads a draft, in place of what one said before; whether it is still as it was then.

    Args:
        about: the version that they had before them, see :func:`bot.domain.trials.version_of`.
        understood: what they think it asks.
        hard: what was hard or missing, or ''.

    Raises:
        NoticeFirst: the privacy notice of today has not been seen yet.
        Refusal: as :func:`look`; ``words-missing``, ``words-too-long``.
    """
    understood, hard, now = clean(understood), clean(hard), app.clock.now_ms()

    async def work(tx: AsyncConnection) -> bool:
        mine, draft = await _mine(tx, person, which)
        await _reader(app, tx, person, now)
        if not understood:
            raise Refusal("words-missing")
        for text in (understood, hard):
            if len(text) > WORDS_LENGTH:
                raise Refusal("words-too-long", length=len(text), limit=WORDS_LENGTH)
        version = version_of(draft)
        seen = about if about == version else ""  # what else it was, nobody needs to know
        await trials.say(tx, replace(mine, at_ms=now, about=seen, understood=understood, hard=hard))
        return about == version

    with floods.counted(app, person):
        as_it_was = await app.database.writer.run(work)
    words_gone(app, person.community)  # what they said before
    return as_it_was


async def tried(app: App, person: Person, which: int) -> Tried:
    """Where a draft's trial stands; raises Refusal for anybody but an organiser, and ``draft-not-open``."""
    async with app.database.reading() as tx:
        community = await organised(tx, person)
        version = version_of(await draft_in(tx, community.id, which))
        there = await trials.of_round(tx, community.id, which)
    answered = [one for one in there if one.at_ms]
    return Tried(len(there), tuple(Heard(one.understood, one.hard, one.about != version) for one in answered))


async def waiting(app: App, community: int) -> int:
    """How many people were asked to try a question and have not answered: no more than that is public."""
    async with app.database.reading() as tx:
        return await trials.waiting(tx, community)
