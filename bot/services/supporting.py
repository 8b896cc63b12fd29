"""What everybody may read of an ask, and who thinks so too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.community import Moderation
from bot.domain.contributions import OUTCOMES, Contribution, Fate, Origin, is_readable, standing_in, stands
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.domain.versions import check_seen
from bot.services import floods
from bot.services.acts import record
from bot.services.contributions import Held, admit
from bot.services.lineage import authors, into_of
from bot.services.pages import PAGE, Page, page_at
from bot.services.ports import App
from bot.store import ask_counts, contributions, follows, people, rounds, sources, steps, supports


async def published(app: App, person: Person, which: int, number: int = 0, size: int = PAGE) -> Page:
    """A page of what everybody may read of an ask, the most supported first, then the earliest."""
    async with app.database.reading() as tx:
        asked = await rounds.find(tx, person.community, which)
        if asked is None or not asked.ask or asked.state in (State.DRAFT, State.LAPSED):
            raise Refusal("round-unknown")
        counts = await ask_counts.of_round(tx, person.community, which)
        count = standing_in(counts, asked.moderation, "spoken")
        here, last = page_at(number, count, size)
        found = await contributions.most_supported(tx, asked, size, here * size)
        return Page([Held(one, asked) for one in found], count, here, last)


async def standing(app: App, community: int, which: Sequence[int]) -> list[Held]:
    """Those of these contributions that everybody can read."""
    async with app.database.reading() as tx:
        found = await contributions.some(tx, community, which)
        asked = await rounds.find_many(tx, {(community, one.round) for one in found.values()})
        there = [Held(found[one], asked[community, found[one].round]) for one in which if one in found]
        return [one for one in there if is_readable(one.contribution, one.round.moderation)]


@dataclass(frozen=True)
class Seen:
    """A published contribution as one person meets it: whether it is theirs, and whether they support it.

    ``parents`` are what it was made out of.
    """

    held: Held
    own: bool
    supports: bool
    parents: tuple[Contribution, ...] = ()


async def look(app: App, person: Person, number: int) -> Seen:
    """A contribution that everybody may read; raises Refusal ``contribution-unknown``."""
    async with app.database.reading() as tx:
        found, asked = await _readable(tx, person.community, number, is_readable, told=True)
        who = await people.find(tx, person.community, person.platform_id)
        supported = await supports.of_person(tx, person.community, who.id) if who else []
        followed = await follows.of_person(tx, person.community, who.id) if who else []
        into = await into_of(tx, found)
        trail = tuple(await steps.of(tx, person.community, [number]))
        above = (await sources.parents_of(tx, person.community, number)).get(number, [])
        parents = (await contributions.some(tx, person.community, above)).values()
        return Seen(
            Held(found, asked, into, trail, number in followed),
            who is not None and who.id in await authors(tx, person.community, number),
            number in supported,
            tuple(one for one in parents if one.state is not Fate.WITHDRAWN),
        )


async def support(app: App, person: Person, number: int, *, yes: bool, seen: str | None = None) -> Held:
    """Say that one thinks so too, of the version that one has ``seen``, or no longer; nobody counts twice.

    Raises:
        NoticeFirst: as :func:`begin`.
        Refusal: ``contribution-unknown`` where it is not published, ``support-own``, or as :func:`begin`.
        Unread: its words have changed since.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Held:
        found, _ = await _readable(tx, person.community, number, stands)
        if yes:  # to take back is right, whatever it says by now
            check_seen(seen, found.words)
        asked, who, _ = await admit(app, tx, person, found.round, now)
        if who.id in await authors(tx, person.community, number):
            raise Refusal("support-own")
        if yes:
            changed = await supports.put(tx, person.community, number, who.id, now)
        else:
            changed = await _drop(tx, found, who.id)
        if changed:
            act = "supported" if yes else "support-withdrawn"
            await record(tx, person, asked.round, found, who, act, now)
        now_supported = (await contributions.some(tx, person.community, [number]))[number]
        return Held(now_supported, asked.round)

    with floods.counted(app, person):
        return await app.write(work)


async def _drop(tx: AsyncConnection, one: Contribution, who: int) -> bool:
    dropped = await supports.drop(tx, one.community, one.id, who)
    if one.origin is Origin.MERGE:  # it stands for these: or they would count somebody who is against
        above = (await sources.parents_of(tx, one.community, one.id))[one.id]
        for parent in (await contributions.some(tx, one.community, above)).values():
            await _drop(tx, parent, who)
    return dropped


async def _readable(
    tx: AsyncConnection,
    community: int,
    number: int,
    rule: Callable[[Contribution, Moderation], bool],
    *,
    told: bool = False,
) -> tuple[Contribution, Round]:
    """A contribution with words left, or ``told`` of: what became of it is there to be read without them."""
    found = await contributions.find(tx, community, number)
    if found is None or not (found.said or (told and found.state in OUTCOMES)):
        raise Refusal("contribution-unknown")
    asked = await rounds.find(tx, community, found.round)
    assert asked is not None
    if not rule(found, asked.moderation):
        raise Refusal("contribution-unknown")
    return found, asked
