"""How contributions hang together: whose they are, what stands for them, and how that is undone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import OUTCOMES, PARENTS, Contribution, Fate
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.domain.versions import check_seen, version_of
from bot.store import contributions, outbox, sources, steps


async def ancestors(tx: AsyncConnection, community: int, *which: int) -> set[int]:
    """These contributions and everything that they were made out of, by number."""
    reached, layer = set(which), set(which)
    while layer:
        above = await sources.parents_of(tx, community, *layer)
        layer = {parent for parents in above.values() for parent in parents} - reached
        reached |= layer
    return reached


async def descendants(tx: AsyncConnection, community: int, which: int) -> list[Contribution]:
    """Everything that was made out of a contribution and has not been undone."""
    found: list[Contribution] = []
    for child in await standing_for(tx, community, which):
        found += [child, *await descendants(tx, community, child.id)]
    return found


async def family(tx: AsyncConnection, community: int, which: int) -> list[Contribution]:
    """A contribution, what was made out of it, and what else that was made out of, by number."""
    below = [one.id for one in await descendants(tx, community, which)]
    above = await sources.parents_of(tx, community, *below)
    near = {which, *below, *(parent for parents in above.values() for parent in parents)}
    found = await contributions.some(tx, community, near)
    return [found[number] for number in sorted(found)]


def version_of_all(those: Sequence[Contribution]) -> str:
    """The version of the words of several contributions, with what each is by now."""
    return version_of(*([one.id, one.version, one.said is not None, one.state] for one in those))


async def made_of(tx: AsyncConnection, community: int, *which: int) -> set[int]:
    """Whatever was made out of contributions at any time, also what was undone since, by number."""
    reached, layer = set[int](), set(which)
    while layer:
        below = await sources.children_of(tx, community, *layer)
        layer = {child for children in below.values() for child in children} - reached
        reached |= layer
    return reached


async def authors(tx: AsyncConnection, community: int, *which: int) -> set[int]:
    """Who brought these contributions, or what they were made out of: numbers of people."""
    reached = await ancestors(tx, community, *which)
    found = await contributions.some(tx, community, reached)
    return {one.person for one in found.values() if one.is_of_somebody}


async def standing_for(tx: AsyncConnection, community: int, which: int) -> list[Contribution]:
    """What was made out of a contribution and has not been undone."""
    made = (await sources.children_of(tx, community, which)).get(which, [])
    found = (await contributions.some(tx, community, made)).values()
    return [one for one in found if one.state is not Fate.WITHDRAWN]


async def into_of(tx: AsyncConnection, one: Contribution) -> tuple[int, ...]:
    """The numbers of what stands for a contribution."""
    if one.state not in PARENTS:
        return ()
    return tuple(child.id for child in await standing_for(tx, one.community, one.id))


async def taken_of(tx: AsyncConnection, community: int, which: int) -> int:
    """What is in a decision already of what was made out of a contribution: a number, or 0."""
    return next((one.id for one in await descendants(tx, community, which) if one.state in OUTCOMES), 0)


async def tell_undone(tx: AsyncConnection, asked: Round, free: Collection[int], now_ms: int) -> None:
    """Have it posted where an ask is what stands for itself again, if anything does."""
    if free:
        await outbox.put(tx, asked.community, "undone", asked.channel, now_ms, {"free": sorted(free)})


async def release(
    tx: AsyncConnection, community: int, which: int, now_ms: int, seen: str | None = None
) -> set[int]:
    """Undo what was made out of a contribution, and what was made out of that: all is as before.

    ``seen`` is the version of it all that whoever undoes it read, see :func:`version_of_all`.

    Nobody's support of a parent was touched, so there is none to give back. Returns the numbers of what
    stands for itself again.

    Raises:
        Refusal: ``contribution-taken`` where something of it is in a decision already; nothing is undone.
        Unread: it has changed since.
    """
    if taken := await taken_of(tx, community, which):
        raise Refusal("contribution-taken", number=taken)
    check_seen(seen, version_of_all(await family(tx, community, which)))
    return await _release(tx, community, which, now_ms)


async def _release(tx: AsyncConnection, community: int, which: int, now_ms: int) -> set[int]:
    free = set[int]()
    for child in await standing_for(tx, community, which):
        free |= await _release(tx, community, child.id, now_ms)
        free.discard(child.id)
        await contributions.change(tx, community, child.id, state=Fate.WITHDRAWN)
        await steps.add(tx, community, child.id, now_ms, "undone")
        above = (await sources.parents_of(tx, community, child.id))[child.id]
        for parent in (await contributions.some(tx, community, above)).values():
            if parent.state in PARENTS:
                await contributions.change(tx, community, parent.id, state=Fate.ACCEPTED)
                await steps.add(tx, community, parent.id, now_ms, "undone")
                free.add(parent.id)
    return free
