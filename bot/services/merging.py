"""Merge and split: what says the same becomes one contribution, what says several things becomes several.

Both keep what they were made out of, with its words and its supporters, and can be undone: by organisers at
any time, by the authors within some days, until it is taken to a decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import PARENTS, Contribution, Fate, Origin
from bot.domain.people import Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS
from bot.domain.versions import check_seen, version_of
from bot.services import floods, people
from bot.services.acts import record
from bot.services.contributions import own_in
from bot.services.initiatives import organised
from bot.services.lineage import authors, family, release, standing_for, tell_undone
from bot.services.moderating import check_other, due_ms, on_record, settle_in
from bot.services.ports import App
from bot.services.rounds import ask_of
from bot.store import contributions, follows, outbox, rounds, sources, steps, supports
from bot.store import people as known
from bot.store.numbers import strangers

MOST = 10
"""How many contributions are merged at once, or made out of one."""
MERGEABLE = (Fate.RECEIVED, Fate.ACCEPTED)


async def to_merge(
    app: App, person: Person, which: Sequence[int], seen: str | None = None
) -> list[Contribution]:
    """Contributions that can be merged, for an organiser to read; raises Refusal as :func:`merge`."""
    numbers = _several(which)
    async with app.database.reading() as tx:
        await organised(tx, person)
        who = await known.find(tx, person.community, person.platform_id)
        those = await _parents(tx, person.community, numbers, who.id if who else 0)
    check_seen(seen, together(those))
    return those


def together(those: Sequence[Contribution]) -> str:
    """The version of what organisers have before them who make something out of contributions."""
    return those[0].review if len(those) == 1 else version_of(*(one.review for one in those))


async def merge(
    app: App, person: Person, which: Sequence[int], words: str, seen: str | None = None
) -> Contribution:
    """Make one contribution out of several of an ask, in an organiser's words; it is told in public.

    ``seen`` is the version of them all that the organiser read, see :func:`together`.

    Who supports one of them supports it, each person once; their authors don't count as supporters. What
    nobody had read yet is accepted with it.

    Raises:
        Refusal: not an organiser, ``merge-two``, ``merge-many``, ``merge-apart`` where they are of two asks,
            ``contribution-unknown``, ``contribution-busy`` where one is in no state for it, ``words-...``,
            ``second-look-other``.
        Unread: one of them has changed since.
    """
    [made] = await _reshape(app, person, _several(which), [words], Origin.MERGE, seen)
    return made


def _several(which: Sequence[int]) -> list[int]:
    numbers = sorted(set(which))
    if len(numbers) < 2:
        raise Refusal("merge-two")
    if len(numbers) > MOST:
        raise Refusal("merge-many", limit=MOST)
    return numbers


async def split(
    app: App, person: Person, number: int, words: Sequence[str], seen: str | None = None
) -> list[Contribution]:
    """Make several contributions out of one that says several things, in an organiser's words.

    Who supports it supports each of them.

    Raises:
        Refusal: not an organiser, ``split-two``, ``merge-many``, else as :func:`merge`.
        Unread: it has changed since.
    """
    different = list(dict.fromkeys(line for one in words if (line := one.strip())))
    if len(different) < 2:
        raise Refusal("split-two")
    if len(different) > MOST:
        raise Refusal("merge-many", limit=MOST)
    return await _reshape(app, person, [number], different, Origin.SPLIT, seen)


async def _reshape(
    app: App,
    person: Person,
    numbers: Sequence[int],
    words: Sequence[str],
    origin: Origin,
    seen: str | None,
) -> list[Contribution]:
    now = app.clock.now_ms()
    merging = origin is Origin.MERGE

    async def work(tx: AsyncConnection) -> list[Contribution]:
        await organised(tx, person)
        who = await people.ensure(tx, person, now)
        parents = await _parents(tx, person.community, numbers, who.id)
        check_seen(seen, together(parents))
        asked = await rounds.find(tx, person.community, parents[0].round)
        assert asked is not None
        box = ask_of(app, asked).box
        read = [box.read([one]) for one in words]
        if not all(read):
            raise Refusal("words-missing")
        new = Contribution(
            person.community, 0, asked.id, asked.initiative, strangers(1)[0], Standing.RESIDENT,
            Fate.ACCEPTED, first_ms=now, at_ms=now, settled_ms=now, judge=who.id, origin=origin,
            due_ms=min((one.due_ms for one in parents if one.due_ms), default=due_ms(app, asked, now)),
        )  # fmt: skip
        made = [await contributions.add(tx, replace(new, said={box.name: one})) for one in read]
        into = [one.id for one in made]
        for one in parents:
            if one.state is Fate.RECEIVED:
                await settle_in(app, tx, who, asked, one, "accepted", {}, now, state=Fate.ACCEPTED, why="")
            state = Fate.MERGED if merging else Fate.SPLIT
            await contributions.change(tx, one.community, one.id, state=state)
            await steps.add(tx, one.community, one.id, now, state, ", ".join(map(str, into)))
        mine = await authors(tx, person.community, *numbers)
        for child in into:
            await sources.add(tx, person.community, child, numbers)
            await steps.add(tx, person.community, child, now, "made", ", ".join(map(str, numbers)))
            await supports.inherit(tx, person.community, child, numbers, mine)
            await follows.inherit(tx, person.community, child, numbers)
        said = {"contributions": list(numbers), "into": into}
        await on_record(tx, who, asked, now, "merged" if merging else "split", said)
        facts = {"from": list(numbers), "into": into, "until_ms": until_ms(app, now)}
        await outbox.put(tx, person.community, "reshaped", asked.channel, now, facts)
        return made

    return await app.write(work)


async def _parents(
    tx: AsyncConnection, community: int, numbers: Sequence[int], judge: int
) -> list[Contribution]:
    found = await contributions.some(tx, community, numbers)
    for number in numbers:
        one = found.get(number)
        if one is None or one.state is Fate.WITHDRAWN:
            raise Refusal("contribution-unknown")
        if one.state not in MERGEABLE:
            raise Refusal("contribution-busy", number=number)
        check_other(one, judge)
    parents = [found[number] for number in numbers]
    if len({one.round for one in parents}) > 1:
        raise Refusal("merge-apart")
    return parents


async def to_undo(app: App, person: Person, number: int) -> list[Contribution]:
    """What was made, what it was made out of, and what else was, for an organiser; raises as :func:`undo`."""
    async with app.database.reading() as tx:
        await organised(tx, person)
        return await family(tx, person.community, (await _made(tx, person.community, number))[1])


async def _made(tx: AsyncConnection, community: int, number: int) -> tuple[Contribution, int]:
    """What was made out of others, and the number of the first of these."""
    one = await contributions.find(tx, community, number)
    if one is None or one.state is Fate.WITHDRAWN:
        raise Refusal("contribution-unknown")
    if not one.is_reshaped:
        raise Refusal("undo-not", number=number)
    return one, (await sources.parents_of(tx, community, number))[number][0]


async def undo(app: App, person: Person, number: int, seen: str | None = None) -> list[int]:
    """Take apart what was merged, or together what was split; ``number`` is what was made.

    ``seen`` is the version of it all that the organiser read, see ``lineage.version_of_all``.

    Returns the numbers of what stands for itself again.

    Raises:
        Refusal: not an organiser, ``contribution-unknown``, ``contribution-taken``, ``undo-not`` where it was
            not made out of others, ``undo-later`` where something else was made out of it since.
        Unread: it has changed since.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> list[int]:
        await organised(tx, person)
        who = await people.ensure(tx, person, now)
        one, parent = await _made(tx, person.community, number)
        for child in await standing_for(tx, one.community, parent):
            if child.state in PARENTS:
                raise Refusal("undo-later", number=child.id)
        asked = await rounds.find(tx, one.community, one.round)
        assert asked is not None
        free = sorted(await release(tx, one.community, parent, now, seen))
        await on_record(tx, who, asked, now, "undone", {"contributions": free})
        await tell_undone(tx, asked, free, now)
        return free

    return await app.write(work)


async def object_to(app: App, person: Person, number: int, seen: str | None = None) -> list[int]:
    """Undo what was made out of one's own contribution, within some days; the reason is one's own.

    ``seen`` is the version of it all that the author read, see ``lineage.version_of_all``.

    Returns the numbers of what stands for itself again.

    Raises:
        Refusal: ``contribution-unknown`` where it is not theirs, ``object-not`` where nothing was made out of
            it, ``object-late``, ``contribution-taken``.
        Unread: it has changed since.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> list[int]:
        one, asked, who = await own_in(tx, person, number)
        made = await standing_for(tx, one.community, number)
        if not made:
            raise Refusal("object-not")
        if now > until_ms(app, max(each.first_ms for each in made)):
            raise Refusal("object-late", days=app.settings.asks.object_days)
        free = sorted(await release(tx, one.community, number, now, seen))
        await record(tx, person, asked, one, who, "objected", now)
        await tell_undone(tx, asked, free, now)
        return free

    with floods.counted(app, person):
        return await app.write(work)


def until_ms(app: App, made_ms: int) -> int:
    """Until when authors can object to what was made then (UTC epoch ms)."""
    return made_ms + app.settings.asks.object_days * DAY_MS
