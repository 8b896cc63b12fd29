"""What people bring to an ask: one box first, then more, until it closes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import Said
from bot.domain.contributions import OUTCOMES, PARENTS, Contribution, Fate, Origin, Step, stands
from bot.domain.people import Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import Asked, Round, not_welcome, refusal_to_answer
from bot.domain.text import same
from bot.services import floods
from bot.services.acts import record
from bot.services.answers import admitted
from bot.services.lineage import family, into_of, release, tell_undone
from bot.services.pages import PAGE, Page, page_at
from bot.services.ports import App
from bot.services.rounds import ask_of
from bot.store import bound, communities, contributions, people, rounds, steps
from bot.store import follows as followed
from bot.store.people import Known


@dataclass(frozen=True)
class Held:
    """A contribution with its round.

    ``into`` are the numbers of what stands for it, ``steps`` its trail, ``follows`` whether who looks is told
    what happens to it, ``before`` what it said before it was changed: when a moderator read it last, or else
    the time before, ``bound`` whether its words can change no more. All are only where they are looked for.
    """

    contribution: Contribution
    round: Round
    into: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()
    follows: bool = False
    before: Said | None = None
    bound: bool = False

    @property
    def stands(self) -> bool:
        """Whether everybody finds it, and can support it."""
        return stands(self.contribution, self.round.moderation)


async def begin(app: App, person: Person, which: int) -> Asked:
    """What somebody is about to contribute to, once they may.

    Raises:
        NoticeFirst: the privacy notice of today has not been seen yet.
        Refusal: ``round-...``, ``only-...``, ``button-unknown`` where it is no ask.
    """
    async with app.database.reading() as tx:
        return (await admit(app, tx, person, which, app.clock.now_ms()))[0]


async def admit(
    app: App, tx: AsyncConnection, person: Person, which: int, now_ms: int
) -> tuple[Asked, Known, Standing]:
    """An open ask, and somebody who may contribute to it now, as what; raises as :func:`begin`."""
    asked = (await rounds.to_answer(tx, [(person.community, which)])).get((person.community, which))
    if asked is None:
        raise Refusal("round-unknown")
    on = asked.round
    if not on.ask:
        raise Refusal("button-unknown")
    community = await communities.load(tx, person.community)
    standing = community.roles.standing(person.role_ids)
    code = refusal_to_answer(on.state, on.closes_ms, on.audience, standing, now_ms)
    if code is not None:
        raise not_welcome(code, which)
    who = await people.find(tx, person.community, person.platform_id)
    return asked, admitted(asked, who, app.settings.privacy.notice_version), standing


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
    with floods.counted(app, person):
        return await app.write(lambda tx: contribute_in(app, tx, person, which, raw, now, link))


async def contribute_in(
    app: App,
    tx: AsyncConnection,
    person: Person,
    which: int,
    raw: Sequence[str],
    now: int,
    link: str = "",
    field: str = "",
    beside: Said | None = None,
) -> Contribution:
    """As :func:`contribute`, in a transaction that does more; or what is said in another ``field``.

    ``beside`` is what the contribution says in the others.
    """
    asked, who, standing = await admit(app, tx, person, which, now)
    ask = ask_of(app, asked.round)
    wanted = ask.field(field) if field else ask.box
    words = wanted.read(raw)
    if not words:
        raise Refusal("words-missing")
    said = {**(beside or {}), wanted.name: words}
    mine = await contributions.kept_of_person(tx, person.community, which, who.id)
    for one in mine:
        if one.said is not None and _alike(said) <= _alike(one.said):
            return one
    if len(mine) >= app.settings.asks.most_per_person:
        raise Refusal("contributions-many", limit=app.settings.asks.most_per_person)
    new = Contribution(
        person.community, 0, which, asked.round.initiative, who.id, standing,
        said=said, chosen=ask.chosen(said), first_ms=now, at_ms=now, link=link,
        origin=Origin.CHAT if link else Origin.TOLD,
        newcomer=not await people.took_part(tx, person.community, who.id, asked.round.opened_ms),
    )  # fmt: skip
    made = await contributions.add(tx, new)
    await steps.add(tx, made.community, made.id, now, "received")
    await record(tx, person, asked.round, made, who, "contributed", now, made.said)
    return made


async def anew(app: App, person: Person, number: int, field: str, raw: Sequence[str]) -> Contribution:
    """Tell one's own contribution, whose words are bound, as a new one that says one thing otherwise.

    Raises:
        NoticeFirst, Refusal: as :func:`contribute`; ``contribution-unknown`` where it is not theirs.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Contribution:
        before, _, _ = await own_in(tx, person, number)
        return await contribute_in(app, tx, person, before.round, raw, now, field=field, beside=before.said)

    with floods.counted(app, person):
        return await app.write(work)


def _alike(said: Said) -> set[tuple[str, str]]:
    return {(field, same("; ".join(words))) for field, words in said.items()}


async def add(app: App, person: Person, number: int, field: str, raw: Sequence[str]) -> Contribution:
    """Say or change one thing about one's own contribution, until its ask closes; earlier words are kept.

    Raises:
        Refusal: ``contribution-unknown`` where it is not theirs, ``contribution-bound`` where others stand
            for it or it is in a decision, ``contribution-answered`` where others have answered to it as it
            is (``store/bound.py``); ``words-...``, ``choice-...``, or as :func:`begin`.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Contribution:
        before, asked, who = await _mine(app, tx, person, number, now)
        if before.state in (*PARENTS, *OUTCOMES):
            raise Refusal("contribution-bound", number=number)
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
        if await bound.is_bound(tx, before):
            raise Refusal("contribution-answered", number=number)
        # Moderators read it again, whoever of them: what they settled was something else.
        judge = before.judge if before.state is Fate.RECEIVED else 0
        after = replace(
            before, said=said, chosen=ask.chosen(said), version=before.version + 1, at_ms=now,
            state=Fate.RECEIVED, question="", judge=judge,
        )  # fmt: skip
        await contributions.say(tx, after)
        if before.state is not Fate.RECEIVED:
            await steps.add(tx, after.community, after.id, now, "changed")
        await record(tx, person, asked, after, who, "contribution-changed", now, said)
        return after

    with floods.counted(app, person):
        return await app.write(work)


async def withdraw(app: App, person: Person, number: int, seen: str | None = None) -> Contribution:
    """Take one's own contribution back, until its ask closes: nobody sees its words any more.

    Where it was merged or split, that is undone first. ``seen`` is the version of it and of what was made out
    of it that its author read, see ``lineage.version_of_all``.

    Raises:
        Refusal: as :func:`add`; ``contribution-taken`` where it is in a decision.
        Unread: it has changed since.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Contribution:
        before, asked, who = await _mine(app, tx, person, number, now)
        if before.state in OUTCOMES:
            raise Refusal("contribution-taken", number=number)
        free = await release(tx, before.community, number, now, seen)
        await tell_undone(tx, asked, free - {number}, now)
        after = replace(before, state=Fate.WITHDRAWN, question="", again=False)
        await contributions.change(
            tx, after.community, number, state=after.state.value, question="", again=False
        )
        await steps.add(tx, after.community, number, now, "withdrawn")
        await record(tx, person, asked, after, who, "contribution-withdrawn", now)
        return after

    with floods.counted(app, person):
        return await app.write(work)


async def again(app: App, person: Person, number: int) -> Contribution:
    """Ask for a second look at one's own contribution that was declined; somebody else takes it, once.

    Raises:
        Refusal: ``contribution-unknown``, ``second-look-once``, ``second-look-not``.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Contribution:
        before, asked, who = await own_in(tx, person, number)
        if before.again:
            raise Refusal("second-look-once")
        if before.state is not Fate.DECLINED:
            raise Refusal("second-look-not")
        after = replace(before, state=Fate.RECEIVED, again=True)
        await contributions.change(tx, after.community, number, state=after.state.value, again=True)
        await steps.add(tx, after.community, number, now, "second-look")
        await record(tx, person, asked, after, who, "second-look", now)
        return after

    with floods.counted(app, person):
        return await app.write(work)


async def own(app: App, person: Person, number: int) -> Held:
    """One of somebody's own contributions; raises Refusal ``contribution-unknown`` for anybody else's."""
    async with app.database.reading() as tx:
        found, asked, who = await own_in(tx, person, number)
        follows = number in await followed.of_person(tx, person.community, who.id)
        into = await into_of(tx, found)
        trail = tuple(await steps.of(tx, person.community, [number]))
        stays = found.state in (*PARENTS, *OUTCOMES) or await bound.is_bound(tx, found)
        return Held(found, asked, into, trail, follows, bound=stays)


async def near(app: App, person: Person, number: int) -> list[Contribution]:
    """One's own contribution, and what was made out of it; raises Refusal ``contribution-unknown``."""
    async with app.database.reading() as tx:
        await own_in(tx, person, number)
        return await family(tx, person.community, number)


async def mine(app: App, person: Person, number: int = 0, size: int = PAGE) -> Page:
    """A page of what somebody has brought, the latest first, each with its round."""
    async with app.database.reading() as tx:
        who = await people.find(tx, person.community, person.platform_id)
        if who is None:
            return Page((), 0, 0, 0)
        count = await contributions.count_of_person(tx, person.community, who.id)
        here, last = page_at(number, count, size)
        found = await contributions.page_of_person(tx, person.community, who.id, size, here * size)
        asked = await rounds.find_many(tx, {(one.community, one.round) for one in found})
        held = [Held(one, asked[one.community, one.round], await into_of(tx, one)) for one in found]
        return Page(held, count, here, last)


async def own_in(tx: AsyncConnection, person: Person, number: int) -> tuple[Contribution, Round, Known]:
    """One of somebody's own, its round and who they are; raises Refusal ``contribution-unknown``."""
    who = await people.find(tx, person.community, person.platform_id)
    found = await contributions.find(tx, person.community, number)
    if who is None or found is None or found.person != who.id or found.state is Fate.WITHDRAWN:
        raise Refusal("contribution-unknown")
    asked = await rounds.find(tx, person.community, found.round)
    assert asked is not None
    return found, asked, who


async def _mine(
    app: App, tx: AsyncConnection, person: Person, number: int, now_ms: int
) -> tuple[Contribution, Round, Known]:
    found, asked, who = await own_in(tx, person, number)
    await admit(app, tx, person, found.round, now_ms)
    return found, asked, who
