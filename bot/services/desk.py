"""What needs an organiser, and what can be done next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import ASK
from bot.domain.checkins import CheckIn, Life
from bot.domain.community import Community, lacking
from bot.domain.contributions import standing_in
from bot.domain.forms import FORM
from bot.domain.initiatives import Initiative
from bot.domain.initiatives import Life as Stands
from bot.domain.load import ASKED, Load, load_of
from bot.domain.meanings import Word
from bot.domain.people import Person
from bot.domain.promises import Promise
from bot.domain.rounds import DAY_MS, Round, State
from bot.services import safeguarding
from bot.services.initiatives import organised
from bot.services.moderating import Queue
from bot.services.ports import App
from bot.store import (
    answers,
    ask_counts,
    checkins,
    comments,
    contributions,
    initiatives,
    outbox,
    papers,
    rounds,
    schedule,
    words,
)
from bot.store.comments import SHOWN, WAITING
from bot.store.outbox import Post

SOON_MS = 3 * DAY_MS
"""How long before the close the desk warns of answers that nobody has confirmed."""
LOADS = 3
"""Of so many projects the desk says how much they ask of people."""
MOST_ROUNDS = 500
"""Of so many of a project's questions the desk says how much they ask."""
NEWEST = 20
"""Of so many of a project's questions it is told how soon people answered."""
LATELY_MS = 30 * DAY_MS
"""For how long after its close an ask's ideas are offered to be weighed."""


@dataclass(frozen=True)
class Desk:
    """Everything on an organiser's desk; times in UTC epoch milliseconds.

    What is unsent comes without its facts: they may be somebody's worry.
    """

    community: Community
    lacking: tuple[str, ...]
    unsent: tuple[Post, ...]
    drafts: tuple[Round, ...]
    open: tuple[Round, ...]
    owed: tuple[tuple[Initiative, Promise, bool], ...]
    initiatives: tuple[Initiative, ...]
    next_digest_ms: int | None
    waiting: Queue
    unanswered: tuple[int, ...]
    words: tuple[Word, ...]
    """What enough people asked the meaning of, and nobody has explained."""
    to_weigh: tuple[Round, ...]
    """Asks that have closed lately, with ideas that nobody weighs yet."""
    papers: tuple[tuple[Round, int, bool], ...]
    """What waits for a second organiser: a round, how many answers, and whether it closes soon."""
    comments: tuple[tuple[Round, int], ...]
    """What people wrote into forms and nobody has read: a round, and how many texts."""
    unreleased: tuple[Round, ...]
    """Forms that closed lately, whose words are all read and not posted."""
    checkins: tuple[CheckIn, ...]
    """Check-ins that wait for an organiser: drafts, those that ask whether to go on, those that could not."""
    loads: tuple[tuple[Initiative, Load], ...]
    """How much the newest projects ask of people; not those that have asked nothing yet."""
    worry_waits: bool
    """Whether nobody has had a safety worry for more than a day."""
    rests_until_ms: int
    """Until when nothing is sent, because too much was refused; 0 where that is not so."""


async def desk(app: App, person: Person) -> Desk:
    """The desk of an organiser's community; raises Refusal for anybody else."""
    now = app.clock.now_ms()
    async with app.database.reading() as tx:
        community = await organised(tx, person)
        projects = [one for one in await initiatives.every(tx, community.id) if one.life is Stands.OPEN]
        promises = await initiatives.promises(tx, community.id)
        digest = await schedule.find(tx, community.id, "digest")
        return Desk(
            community=community,
            lacking=lacking(community),
            unsent=tuple(replace(one, facts={}) for one in await outbox.dead(tx, community.id)),
            drafts=tuple(await rounds.in_state(tx, community.id, State.DRAFT)),
            open=tuple(await rounds.in_state(tx, community.id, State.OPEN)),
            owed=tuple(
                (one, owed, owed.is_overdue(now))
                for one in projects
                for owed in promises.get(one.id, ())
                if owed.kept_ms is None
            ),
            initiatives=tuple(projects),
            next_digest_ms=digest.next_ms if digest else None,
            waiting=Queue(*await contributions.waiting(tx, community.id)),
            unanswered=tuple(await contributions.overdue(tx, community.id, now)),
            words=tuple(await words.owed(tx, community.id)),
            to_weigh=await _to_weigh(tx, community.id, now),
            comments=await _comments(tx, community.id),
            unreleased=await _unreleased(tx, community.id, now),
            papers=await _papers(tx, community.id, now),
            checkins=tuple(
                one
                for one in await checkins.in_state(tx, community.id, Life.DRAFT, Life.PAUSED, Life.ASKS)
                if one.why != "organiser"
            ),
            loads=await _loads(app, tx, community.id, projects[-LOADS:], promises, now),
            worry_waits=await safeguarding.waits(tx, community.id, now),
            rests_until_ms=app.breaker.until_ms if app.breaker.until_ms > now else 0,
        )


async def _loads(
    app: App,
    tx: AsyncConnection,
    community: int,
    projects: Sequence[Initiative],
    promises: Mapping[int, Sequence[Promise]],
    now: int,
) -> tuple[tuple[Initiative, Load], ...]:
    found, least = [], app.settings.privacy.least_group
    for on in projects:
        newest = [await rounds.newest(tx, community, on.id, MOST_ROUNDS, state) for state in ASKED]
        every = [one for those in newest for one in those]
        opened = {one.id: one.opened_ms for one in every if one.state in ASKED and not one.sealed}
        given = await answers.first_times(tx, community, sorted(opened)[-NEWEST:])
        times = [first_ms - opened[which] for which, first_ms in given]
        load = load_of(every, times, promises.get(on.id, ()), now, least)
        if load.questions:
            found.append((on, load))
    return tuple(found)


async def _comments(tx: AsyncConnection, community: int) -> tuple[tuple[Round, int], ...]:
    counts = await comments.waiting(tx, community)
    asked = await rounds.find_many(tx, [(community, which) for which in counts])
    return tuple((asked[community, which], count) for which, count in counts.items())


async def _unreleased(tx: AsyncConnection, community: int, now_ms: int) -> tuple[Round, ...]:
    lately = await rounds.closed_since(tx, community, now_ms - LATELY_MS)
    found = []
    for one in lately:
        if one.kind == FORM and not one.released_ms:
            counts = await comments.counts(tx, community, one.id)
            if counts[SHOWN, ""] and not counts[WAITING, ""]:
                found.append(one)
    return tuple(found)


async def _papers(tx: AsyncConnection, community: int, now_ms: int) -> tuple[tuple[Round, int, bool], ...]:
    counts: Counter[int] = Counter()
    for batch, count in await papers.waiting(tx, community):
        counts[batch.round] += count
    asked = await rounds.find_many(tx, [(community, which) for which in counts])
    there = [(asked[community, which], count) for which, count in counts.items()]
    return tuple((one, count, one.closes_ms - now_ms < SOON_MS) for one, count in there)


async def _to_weigh(tx: AsyncConnection, community: int, now_ms: int) -> tuple[Round, ...]:
    lately = await rounds.closed_since(tx, community, now_ms - LATELY_MS)
    asks = [one for one in lately if one.kind == ASK]
    weighed = await rounds.weighing_of(tx, community, [one.id for one in asks])
    found = [one for one in asks if one.id not in weighed]
    counts = [await ask_counts.of_round(tx, community, one.id) for one in found]
    return tuple(
        one for one, has in zip(found, counts, strict=True) if standing_in(has, one.moderation, "spoken") > 1
    )
