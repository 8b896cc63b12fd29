"""*Tell me what happens*: residents follow ideas, and are told by private message.

At most weekly, everything together; decisions always and at once, in the transaction of the act. What is told
is what the trails of the ideas have and the follower was not told yet, so nothing comes twice.

None of this is on the record: to be told something is no act of co-production. It decides, supports and
changes nothing, nobody can dispute it, and a row that can never be taken back would be one more trace of what
somebody cares for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.attention import in_turn
from bot.domain.contributions import Contribution, Fate, Step, is_news, is_readable
from bot.domain.people import Ages, Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.domain.versions import check_seen
from bot.services import floods
from bot.services.answers import admitted
from bot.services.lineage import ancestors, descendants
from bot.services.ports import App
from bot.store import communities, contributions, follows, outbox, people, rounds, steps
from bot.store.outbox import NEWS
from bot.store.schedule import Due


async def follow(app: App, person: Person, number: int, seen: str | None = None) -> bool:
    """Tell somebody from here on what happens to an idea as they saw it: their own, or one that all can read.

    False where they are sent no private messages, because they or all who take part there are under 18:
    then nothing is stored.

    Raises:
        NoticeFirst: the privacy notice of today has not been seen yet.
        Refusal: ``contribution-unknown``.
        Unread: its words have changed since.
    """

    async def work(tx: AsyncConnection) -> bool:
        who = await people.find(tx, person.community, person.platform_id)
        found = await contributions.find(tx, person.community, number)
        if found is None or found.state is Fate.WITHDRAWN:
            raise Refusal("contribution-unknown")
        key = (person.community, found.round)
        asked = (await rounds.to_answer(tx, [key]))[key]
        own = who is not None and found.person == who.id
        if not own and not (found.said and is_readable(found, asked.round.moderation)):
            raise Refusal("contribution-unknown")
        check_seen(seen, found.words)
        if asked.ages is Ages.TEENS or (who is not None and who.ages == Ages.TEENS):
            return False
        who = admitted(asked, who, app.settings.privacy.notice_version)
        below = {one.id for one in await descendants(tx, person.community, number)}
        await follows.put(tx, person.community, sorted({number, *below}), who.id)
        return True

    with floods.counted(app, person):
        return await app.database.writer.run(work)


async def stop(app: App, person: Person, number: int = 0) -> None:
    """Tell somebody nothing more of an idea, what it was made out of and what was made out of it; 0 for all.

    Nothing is wrong where they follow none of it.
    """

    async def work(tx: AsyncConnection) -> None:
        who = await people.find(tx, person.community, person.platform_id)
        if who is None:
            return
        if number:
            below = {one.id for one in await descendants(tx, person.community, number)}
            above = await ancestors(tx, person.community, number)
            await follows.drop(tx, person.community, who.id, {number, *below, *above})
        else:
            await follows.forget(tx, person.community, who.id)
            await outbox.hush(tx, person.community, person.platform_id, [NEWS])

    await app.database.writer.run(work)


async def followed(app: App, person: Person) -> list[int]:
    """The numbers of the ideas that somebody follows, the earliest first."""
    async with app.database.reading() as tx:
        who = await people.find(tx, person.community, person.platform_id)
        return await follows.of_person(tx, person.community, who.id) if who else []


async def tell(tx: AsyncConnection, community: int, now_ms: int, which: int = 0) -> None:
    """Write to followers what they were not told yet of one idea, or of all: one message each, or none."""
    new = [one for one in await follows.untold(tx, community, which) if is_news(one.act, own=one.own)]
    letters = []
    for place, (to, grouped) in enumerate(groupby(new, key=lambda one: (one.platform_id, one.language))):
        those = list(grouped)
        facts = {
            "language": to[1],
            "steps": [[one.contribution, one.number] for one in those],
            "own": sorted({one.contribution for one in those if one.own}),
        }
        letters.append((to[0], in_turn(place, now_ms), facts))
    await outbox.put_to_people(tx, community, NEWS, letters)
    await follows.told(tx, community, which)


async def run(_: App, tx: AsyncConnection, slot: Due, now_ms: int) -> None:
    """Tell all followers of a community what is new in a week."""
    if (await communities.load(tx, slot.community)).removed_ms:
        return
    await tell(tx, slot.community, now_ms)
    await follows.forget_withdrawn(tx, slot.community)


@dataclass(frozen=True)
class News:
    """What is new about one idea."""

    contribution: Contribution
    round: Round
    steps: tuple[Step, ...]


async def news(app: App, community: int, which: Sequence[Sequence[int]]) -> list[News]:
    """Steps by (idea, step), idea by idea; those that were erased since are absent."""
    wanted = {(one, number) for one, number in which}
    async with app.database.reading() as tx:
        found = await contributions.some(tx, community, {one for one, _ in wanted})
        asked = await rounds.find_many(tx, {(community, one.round) for one in found.values()})
        there = [
            one for one in await steps.of(tx, community, found) if (one.contribution, one.number) in wanted
        ]
    return [
        News(found[one], asked[community, found[one].round], tuple(those))
        for one, those in groupby(there, key=lambda step: step.contribution)
    ]
