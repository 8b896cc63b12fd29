"""Contributions: what people bring to an ask, and what moderators make of it. Every one is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import ASK, Said
from bot.domain.contributions import Contribution, Fate, Why
from bot.domain.people import Ages, Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import Asked, Round, State, refusal_to_answer
from bot.domain.text import clean
from bot.services import people as services
from bot.services.answers import NoticeFirst
from bot.services.initiatives import organised
from bot.services.ports import App
from bot.services.rounds import ask_of
from bot.store import communities, contributions, interactions, people, rounds
from bot.store.interactions import Entry
from bot.store.people import Known

T = TypeVar("T")

PLACE_LENGTH, MOST_PRESENT, MOST_NOTES = 100, 10_000, 50

DECLINABLE = (Fate.RECEIVED, Fate.ACCEPTED)
QUESTION_LENGTH = 500
"""Characters of what a moderator asks an author."""
PAGE = 10
"""How many contributions a list shows at a time."""


@dataclass(frozen=True)
class Held:
    """A contribution with its round, and how many people support it."""

    contribution: Contribution
    round: Round
    supporters: int


@dataclass(frozen=True)
class Page:
    """A few of many; ``count`` is how many there are in all, ``number`` which page it is, from 0."""

    held: Sequence[Held]
    count: int
    number: int
    last: int


@dataclass(frozen=True)
class Queue:
    """What waits to be read: how many, and since when the oldest does (UTC epoch ms)."""

    count: int
    oldest_ms: int


async def begin(app: App, person: Person, which: int) -> Asked:
    """What somebody is about to contribute to, once they may.

    Raises:
        NoticeFirst: the privacy notice of today has not been seen yet.
        Refusal: ``round-...``, ``only-...``, ``button-unknown`` where it is no ask.
    """
    async with app.database.reading() as tx:
        return (await _admit(app, tx, person, which))[0]


async def _admit(app: App, tx: AsyncConnection, person: Person, which: int) -> tuple[Asked, Known]:
    asked = (await rounds.to_answer(tx, [(person.community, which)])).get((person.community, which))
    if asked is None:
        raise Refusal("round-unknown")
    on = asked.round
    if on.kind != ASK:
        raise Refusal("button-unknown")
    community = await communities.load(tx, person.community)
    standing = community.roles.standing(person.role_ids)
    code = refusal_to_answer(on.state, on.closes_ms, on.audience, standing, app.clock.now_ms())
    if code is not None:
        raise Refusal(code)
    who = await people.find(tx, person.community, person.platform_id)
    if who is None or who.notice != app.settings.privacy.notice_version:
        raise NoticeFirst(asked)
    if asked.ages is not Ages.BOTH and who.ages != asked.ages:
        raise Refusal(f"only-{asked.ages}")
    return asked, who


async def contribute(
    app: App, person: Person, which: int, raw: Sequence[str], link: str = ""
) -> Contribution:
    """Take what somebody wrote into the one box: it is a whole contribution, with a number.

    The same words by the same person again are the same contribution. ``link`` leads to the chat message
    that it was before.

    Raises:
        NoticeFirst: as :func:`begin`.
        Refusal: as :func:`begin`; ``words-missing``, ``words-too-long``, ``contributions-many``.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Contribution:
        asked, who = await _admit(app, tx, person, which)
        box = ask_of(app, asked.round).box
        words = box.read(raw)
        if not words:
            raise Refusal("words-missing")
        mine = [
            one
            for one in await contributions.of_person(tx, person.community, who.id)
            if one.round == which and one.state is not Fate.WITHDRAWN
        ]
        for one in mine:
            if one.said is not None and one.said.get(box.name) == words:
                return one
        if len(mine) >= app.settings.asks.most_per_person:
            raise Refusal("contributions-many", limit=app.settings.asks.most_per_person)
        community = await communities.load(tx, person.community)
        standing = community.roles.standing(person.role_ids)
        new = Contribution(
            person.community, 0, which, asked.round.initiative, who.id, standing,
            said={box.name: words}, first_ms=now, at_ms=now, link=link,
        )  # fmt: skip
        made = await contributions.add(tx, new)
        await _record(app, tx, person, asked.round, made, who, "contributed", made.said)
        return made

    return await _done(app, work)


async def add(app: App, person: Person, number: int, field: str, raw: Sequence[str]) -> Contribution:
    """Say or change one thing about one's own contribution, until its ask closes; earlier words are kept.

    Raises:
        Refusal: ``contribution-unknown`` where it is not theirs, ``contribution-settled``, ``words-...``,
            ``choice-...``, or as :func:`begin`.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Contribution:
        before, asked, who = await _mine(app, tx, person, number)
        ask = ask_of(app, asked)
        words, said = ask.field(field).read(raw), dict(before.said or {})
        if words:
            said[field] = words
        elif field == ask.box.name:
            raise Refusal("words-missing")
        else:
            said.pop(field, None)
        if said == before.said:
            return before
        # Moderators read it again, whoever of them: what they settled was something else.
        judge = before.judge if before.state is Fate.RECEIVED else 0
        after = replace(
            before, said=said, version=before.version + 1, at_ms=now, state=Fate.RECEIVED, question="",
            judge=judge,
        )  # fmt: skip
        await contributions.say(tx, after)
        await contributions.change(
            tx, after.community, after.id, state=after.state.value, question="", judge=judge
        )
        await _record(app, tx, person, asked, after, who, "contribution-changed", said)
        return after

    return await _done(app, work)


async def withdraw(app: App, person: Person, number: int) -> Contribution:
    """Take one's own contribution back, until its ask closes: nobody sees its words any more."""

    async def work(tx: AsyncConnection) -> Contribution:
        before, asked, who = await _mine(app, tx, person, number)
        after = replace(before, state=Fate.WITHDRAWN, question="", again=False)
        await contributions.change(
            tx, after.community, number, state=after.state.value, question="", again=False
        )
        await _record(app, tx, person, asked, after, who, "contribution-withdrawn", {})
        return after

    return await _done(app, work)


async def again(app: App, person: Person, number: int) -> Contribution:
    """Ask for a second look at one's own contribution that was declined; somebody else takes it, once.

    Raises:
        Refusal: ``contribution-unknown``, ``second-look-once``, ``second-look-not``.
    """

    async def work(tx: AsyncConnection) -> Contribution:
        before, asked, who = await _own(tx, person, number)
        if before.again:
            raise Refusal("second-look-once")
        if before.state is not Fate.DECLINED:
            raise Refusal("second-look-not")
        after = replace(before, state=Fate.RECEIVED, again=True)
        await contributions.change(tx, after.community, number, state=after.state.value, again=True)
        await _record(app, tx, person, asked, after, who, "second-look", {})
        return after

    return await _done(app, work)


async def own(app: App, person: Person, number: int) -> Held:
    """One of somebody's own contributions; raises Refusal ``contribution-unknown`` for anybody else's."""
    async with app.database.reading() as tx:
        found, asked, _ = await _own(tx, person, number)
        counted = await contributions.supporters_of(tx, person.community, number)
        return Held(found, asked, counted.get(number, 0))


async def mine(app: App, person: Person, number: int = 0, size: int = PAGE) -> Page:
    """A page of what somebody has brought, the latest first, each with its round and its supporters."""
    async with app.database.reading() as tx:
        who = await people.find(tx, person.community, person.platform_id)
        if who is None:
            return Page((), 0, 0, 0)
        count = await contributions.count_of_person(tx, person.community, who.id)
        here, last = _place(number, count, size)
        found = await contributions.page_of_person(tx, person.community, who.id, size, here * size)
        asked = await rounds.find_many(tx, {(one.community, one.round) for one in found})
        counted = await contributions.supporters_of(tx, person.community, *(one.id for one in found))
        held = [Held(one, asked[one.community, one.round], counted.get(one.id, 0)) for one in found]
        return Page(held, count, here, last)


def _place(number: int, count: int, size: int) -> tuple[int, int]:
    """Which page there is, the first for one that is not there, and the last."""
    last = max(0, count - 1) // size
    return number if 0 <= number <= last else 0, last


async def published(app: App, person: Person, which: int, number: int = 0, size: int = PAGE) -> Page:
    """A page of what everybody may read of an ask, the most supported first, then the earliest."""
    async with app.database.reading() as tx:
        asked = await rounds.find(tx, person.community, which)
        if asked is None or asked.kind != ASK or asked.state in (State.DRAFT, State.LAPSED):
            raise Refusal("round-unknown")
        count = await contributions.readable(tx, person.community, which)
        here, last = _place(number, count, size)
        found = await contributions.most_supported(tx, person.community, which, size, here * size)
        return Page([Held(one, asked, supporters) for one, supporters in found], count, here, last)


@dataclass(frozen=True)
class Seen:
    """A published contribution as one person meets it: whether it is theirs, and whether they support it."""

    held: Held
    own: bool
    supports: bool


async def look(app: App, person: Person, number: int) -> Seen:
    """A contribution that everybody may read; raises Refusal ``contribution-unknown``."""
    async with app.database.reading() as tx:
        found = await contributions.find(tx, person.community, number)
        if found is None or found.state is not Fate.ACCEPTED or not found.said:
            raise Refusal("contribution-unknown")
        asked = await rounds.find(tx, person.community, found.round)
        assert asked is not None
        counted = await contributions.supporters_of(tx, person.community, number)
        who = await people.find(tx, person.community, person.platform_id)
        supported = await contributions.supported_by(tx, person.community, who.id) if who else []
        held = Held(found, asked, counted.get(number, 0))
        return Seen(held, who is not None and found.person == who.id, number in supported)


async def support(app: App, person: Person, number: int, *, yes: bool) -> Held:
    """Say that one thinks so too, or no longer; nobody counts twice.

    Raises:
        NoticeFirst: as :func:`begin`.
        Refusal: ``contribution-unknown`` where it is not published, ``support-own``, or as :func:`begin`.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Held:
        found = await contributions.find(tx, person.community, number)
        if found is None or found.state is not Fate.ACCEPTED or not found.said:
            raise Refusal("contribution-unknown")
        asked, who = await _admit(app, tx, person, found.round)
        if found.person == who.id:
            raise Refusal("support-own")
        if yes:
            changed = await contributions.put_support(tx, person.community, number, who.id, now)
        else:
            changed = await contributions.drop_support(tx, person.community, number, who.id)
        if changed:
            act = "supported" if yes else "support-withdrawn"
            await _record(app, tx, person, asked.round, found, who, act, {})
        counted = await contributions.supporters_of(tx, person.community, number)
        return Held(found, asked.round, counted.get(number, 0))

    return await _done(app, work)


async def queue(app: App, community: int) -> Queue:
    """What waits to be read in a community."""
    async with app.database.reading() as tx:
        return Queue(*await contributions.waiting(tx, community))


async def next_waiting(app: App, person: Person, after: int = 0) -> Held | None:
    """The next contribution to read, for a moderator, by its number; None where nothing waits."""
    async with app.database.reading() as tx:
        await organised(tx, person)
        found = await contributions.next_waiting(tx, person.community, after)
        if found is None:
            return None
        asked = await rounds.find(tx, person.community, found.round)
        assert asked is not None
        return Held(found, asked, 0)


async def to_settle(app: App, person: Person, number: int, *states: Fate) -> Contribution:
    """A contribution in one of these states, for a moderator.

    Raises:
        Refusal: not an organiser, ``contribution-unknown``, ``contribution-settled``.
    """
    async with app.database.reading() as tx:
        await organised(tx, person)
        return await _in_state(tx, person.community, number, states)


async def _in_state(tx: AsyncConnection, community: int, number: int, states: Sequence[Fate]) -> Contribution:
    found = await contributions.find(tx, community, number)
    if found is None:
        raise Refusal("contribution-unknown")
    if found.state not in states:
        raise Refusal("contribution-settled", number=number)
    return found


async def accept(app: App, person: Person, number: int) -> Contribution:
    """Let everybody read a contribution; raises Refusal ``contribution-settled``, ``second-look-other``."""
    return await _settle(app, person, number, (Fate.RECEIVED,), "accepted", {}, state=Fate.ACCEPTED, why="")


async def decline(app: App, person: Person, number: int, why: str, was: str = Fate.RECEIVED) -> Contribution:
    """Decline a contribution for a reason of the published policy.

    ``was`` is its state as the moderator saw it: what was accepted by mistake can be declined, but not by
    somebody who didn't know that it was accepted.

    Raises:
        Refusal: not an organiser, ``why-unknown``, ``button-unknown`` for another state,
            ``contribution-settled``, ``second-look-other``.
    """
    if why not in list(Why):
        raise Refusal("why-unknown")
    if was not in DECLINABLE:
        raise Refusal("button-unknown")
    return await _settle(
        app, person, number, (Fate(was),), "declined", {"why": why}, state=Fate.DECLINED, why=why
    )


async def ask_author(app: App, person: Person, number: int, question: str) -> Contribution:
    """Ask an author something; they find it in My answers, and it stays in the queue.

    Raises:
        Refusal: not an organiser, ``words-missing``, ``words-too-long``, ``contribution-settled``.
    """
    question = clean(question)
    if not question:
        raise Refusal("words-missing")
    if len(question) > QUESTION_LENGTH:
        raise Refusal("words-too-long", length=len(question), limit=QUESTION_LENGTH)
    return await _settle(app, person, number, (Fate.RECEIVED,), "author-asked", {}, question=question)


async def record_meeting(
    app: App, person: Person, which: int, place: str, present: int, notes: Sequence[str]
) -> list[Contribution]:
    """Take what was said at a meeting or on a walk into an ask: every note is a contribution of nobody's.

    ``place`` says what meeting it was, ``present`` how many were there. Who takes notes has read them, so
    they are accepted.

    Raises:
        Refusal: not an organiser, ``round-...``, ``button-unknown`` where it is no ask, ``place-missing``,
            ``present-unreadable``, ``words-missing``, ``words-too-long``, ``notes-many``.
    """
    place, now = " ".join(clean(place).split()), app.clock.now_ms()
    if not place:
        raise Refusal("place-missing")
    if len(place) > PLACE_LENGTH:
        raise Refusal("words-too-long", length=len(place), limit=PLACE_LENGTH)
    if not 1 <= present <= MOST_PRESENT:
        raise Refusal("present-unreadable", most=MOST_PRESENT)
    nobody = services.strangers(1)[0]

    async def work(tx: AsyncConnection) -> list[Contribution]:
        await organised(tx, person)
        who = await services.ensure(app, tx, person)
        asked = await rounds.find(tx, person.community, which)
        if asked is None:
            raise Refusal("round-unknown")
        if asked.kind != ASK:
            raise Refusal("button-unknown")
        code = refusal_to_answer(asked.state, asked.closes_ms, frozenset(), Standing.RESIDENT, now)
        if code is not None:
            raise Refusal(code)
        box = ask_of(app, asked).box
        words = list(dict.fromkeys(read for note in notes if (read := box.read([note]))))
        if not words:
            raise Refusal("words-missing")
        if len(words) > MOST_NOTES:
            raise Refusal("notes-many", count=len(words), limit=MOST_NOTES)
        new = Contribution(
            person.community, 0, which, asked.initiative, nobody, Standing.RESIDENT, Fate.ACCEPTED,
            first_ms=now, at_ms=now, settled_ms=now, judge=who.id, place=place, present=present,
        )  # fmt: skip
        made = [await contributions.add(tx, replace(new, said={box.name: one})) for one in words]
        said = {"contributions": [one.id for one in made], "present": present}
        entry = Entry(
            person.community, now, "meeting-recorded", asked.stage.value, "organiser", said,
            asked.initiative, which, who.id, who.secret, public=True,
        )  # fmt: skip
        await interactions.append(tx, [entry])
        return made

    return await _done(app, work)


async def _settle(
    app: App,
    person: Person,
    number: int,
    states: Sequence[Fate],
    act: str,
    said: Mapping[str, str],
    **changes: str,
) -> Contribution:
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Contribution:
        await organised(tx, person)
        who = await services.ensure(app, tx, person)
        before = await _in_state(tx, person.community, number, states)
        if before.state is Fate.RECEIVED and before.again and before.judge == who.id:
            raise Refusal("second-look-other")
        settles = {"settled_ms": now, "judge": who.id, "question": ""} if "state" in changes else {}
        columns = settles | changes
        await contributions.change(tx, before.community, number, **columns)
        asked = await rounds.find(tx, before.community, before.round)
        assert asked is not None
        entry = Entry(
            before.community, now, act, asked.stage.value, "organiser", {"contribution": number, **said},
            before.initiative, before.round, who.id, who.secret, public=True,
        )  # fmt: skip
        await interactions.append(tx, [entry])
        after = await contributions.find(tx, before.community, number)
        assert after is not None
        return after

    return await _done(app, work)


async def _own(tx: AsyncConnection, person: Person, number: int) -> tuple[Contribution, Round, Known]:
    who = await people.find(tx, person.community, person.platform_id)
    found = await contributions.find(tx, person.community, number)
    if who is None or found is None or found.person != who.id or found.state is Fate.WITHDRAWN:
        raise Refusal("contribution-unknown")
    asked = await rounds.find(tx, person.community, found.round)
    assert asked is not None
    return found, asked, who


async def _mine(
    app: App, tx: AsyncConnection, person: Person, number: int
) -> tuple[Contribution, Round, Known]:
    found, asked, who = await _own(tx, person, number)
    await _admit(app, tx, person, found.round)
    return found, asked, who


async def _record(
    app: App,
    tx: AsyncConnection,
    person: Person,
    asked: Round,
    one: Contribution,
    who: Known,
    act: str,
    said: Said | Mapping[str, str] | None,
) -> None:
    # Who acts now, and as what: a supporter is not the author, and an author's role may have changed.
    standing = (await communities.load(tx, person.community)).roles.standing(person.role_ids)
    words = {"contribution": one.id, "said": said}
    entry = Entry(
        one.community, app.clock.now_ms(), act, asked.stage.value, standing.value, words,
        one.initiative, one.round, who.id, who.secret,
    )  # fmt: skip
    await interactions.append(tx, [entry])


async def _done(app: App, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    done = await app.database.writer.run(work)
    app.wake.set()
    return done
