"""The weekly digest for the moderators' channel."""

from __future__ import annotations

from collections import Counter

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import when
from bot.domain.community import Community
from bot.domain.contributions import READABLE, Fate
from bot.domain.digest import WHOLE_MS, Asked, Differs, Digest, Line, Owed
from bot.domain.hiding import shown_groups
from bot.domain.papers import CHAT
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.services.checkin_results import Series, difference, in_series
from bot.services.initiatives import organised
from bot.services.ports import App
from bot.services.rounds import people_in
from bot.store import (
    answers,
    comments,
    communities,
    contributions,
    initiatives,
    interactions,
    outbox,
    people,
    rounds,
    schedule,
    words,
)
from bot.store.schedule import Due

LEVELS = 6
"""How many of a check-in's levels a digest tells."""


async def run(app: App, tx: AsyncConnection, slot: Due, now_ms: int) -> None:
    """Write the digest that is due into the outbox."""
    community = await communities.load(tx, slot.community)
    if community.removed_ms:
        return
    assert slot.next_ms is not None
    # Not the moment of the run: what closed in it, just before, belongs to this digest and to no other.
    late, until_ms = when.is_late(slot.next_ms, now_ms), app.clock.now_ms()
    facts = await compute(app, tx, community, until_ms, late=late, by_itself=True)
    await outbox.put(
        tx, community.id, "digest", community.moderators_channel, now_ms, facts.as_json(),
        once=f"digest:{slot.next_ms}",
    )  # fmt: skip


async def preview(app: App, person: Person) -> Digest:
    """What the digest would say now, for organisers."""
    async with app.database.reading() as tx:
        community = await organised(tx, person)
        return await compute(app, tx, community, app.clock.now_ms())


async def send(app: App, person: Person) -> None:
    """Send the digest now; raises Refusal ``moderators-channel-missing``."""
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> None:
        community = await organised(tx, person)
        if not community.moderators_channel:
            raise Refusal("moderators-channel-missing")
        facts = await compute(app, tx, community, now)
        await outbox.put(tx, community.id, "digest", community.moderators_channel, now, facts.as_json())

    await app.write(work)


async def plan(app: App, person: Person, words: str) -> tuple[when.Pace, list[int]]:
    """Set when the digest comes; its pace, and the next three times (UTC epoch ms)."""
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> tuple[when.Pace, list[int]]:
        community = await organised(tx, person)
        pace = when.read_pace(words, now, community.zone)
        slots = when.upcoming(pace, now, community.zone, 3)
        await schedule.put(tx, community.id, "digest", 0, slots[0].due_ms, pace.rrule, community.time_zone)
        return pace, [slot.due_ms for slot in slots]

    return await app.write(work)


async def compute(
    app: App,
    tx: AsyncConnection,
    community: Community,
    now_ms: int,
    *,
    late: bool = False,
    by_itself: bool = False,
) -> Digest:
    """The facts since the last digest that was sent, or since the community began.

    Standings only where it comes ``by_itself``, of a whole week: who could look whenever they like, before
    and after somebody's answer, would see what standing they have.
    """
    last = await outbox.last_sent(tx, community.id, "digest")
    since = last.facts["until_ms"] if last is not None else community.made_ms - 1
    given = await answers.between(tx, community.id, since, now_ms)
    standing = {one.person: one.standing for one in given}
    brought = await contributions.brought(tx, community.id, since, now_ms)
    # What nobody brought, or nobody any more: a meeting, a merge, the erased.
    counted = [one for one in brought if one.person > 0 or one.came != CHAT]
    standing |= {one.person: one.standing.value for one in counted}
    settled = Counter(
        (one.state, one.why) for one in await contributions.settled(tx, community.id, since, now_ms)
    )
    declined = {why: count for (state, why), count in settled.items() if state is Fate.DECLINED}
    head = await interactions.head_of(tx, community.id)
    projects = await initiatives.every(tx, community.id)
    promises = (await initiatives.promises(tx, community.id)).values()
    whole = by_itself and (last is None or now_ms - since >= WHOLE_MS)
    standings, unsaid = _standings(app, community, Counter(standing.values()), whole=whole)
    return Digest(
        since_ms=since,
        until_ms=now_ms,
        late=late,
        titles={str(one.id): one.title for one in projects},
        stages={str(one.id): one.stage.value for one in projects},
        asked=[await _asked(app, tx, one, since) for one in await _of_the_week(tx, community.id, since)],
        people=len(standing),
        new_people=await people.new_since(tx, community.id, since, now_ms),
        standings=standings,
        unsaid=unsaid,
        owed=[
            Owed(one.initiative, one.due_ms, one.is_overdue(now_ms))
            for made in promises
            for one in made
            if not one.kept_ms
        ],
        rows=head.number,
        head=head.hash.hex(),
        ideas={
            "received": sum(one.first_ms > since and not one.is_reshaped for one in brought),
            "from_chat": sum(one.first_ms > since and bool(one.link) for one in brought),
            "accepted": sum(count for (state, _), count in settled.items() if state in READABLE),
            "unanswered": len(await contributions.overdue(tx, community.id, now_ms)),
            "waiting": (await contributions.waiting(tx, community.id))[0],
        },
        comments=sum((await comments.waiting(tx, community.id)).values()),
        words=len(await words.owed(tx, community.id)),
        declined=declined,
    )


def _standings(
    app: App, community: Community, sizes: Counter[str], *, whole: bool
) -> tuple[dict[str, int], str]:
    """How many of each standing, as far as it may be told, and why it is not; see ``Digest.unsaid``."""
    possible = community.roles.standings()
    shown = shown_groups(sizes, possible, app.settings.privacy.least_group) if whole else {}
    if len(possible) < 2 or sum(shown.values()) == sizes.total():
        return shown, ""
    return shown, "few" if whole else "weekly"


async def _of_the_week(tx: AsyncConnection, community: int, since_ms: int) -> list[Round]:
    asked = await rounds.in_state(tx, community, State.OPEN)
    asked += await rounds.closed_since(tx, community, since_ms)
    return sorted(asked, key=lambda one: (one.closes_ms, one.id))


async def _asked(app: App, tx: AsyncConnection, one: Round, since_ms: int) -> Asked:
    tally = await rounds.result_of(tx, one.community, one.id)
    series = None
    if one.checkin and tally is not None:
        series = (await in_series(app, tx, one.community, one.checkin)).until(one.id)
    return Asked(
        initiative=one.initiative,
        round=one.id,
        stage=one.stage.value,
        question=one.question,
        people=tally.answers if tally else await people_in(tx, one),
        closes_ms=one.closes_ms,
        opened=one.opened_ms > since_ms,
        closed=tally is not None,
        options=list(one.options) if tally else [],
        counts=list(tally.counts) if tally else [],
        quorum=one.quorum,
        sealed=one.sealed,
        lines=_lines(series) if series else [],
        differs=_differs(series) if series else None,
    )


def _lines(found: Series) -> list[Line]:
    made = []
    for place, field in enumerate(found.checkin.form):
        line, change = found.line(place), found.change(place)
        if line and line[-1][0] == found.times[-1]:
            levels = [level.value for _, level in line[-LEVELS:]]
            by, unusual = (change.by, change.unusual) if change else (None, False)
            made.append(Line(field.label, levels, by, unusual))
    return made


def _differs(found: Series) -> Differs | None:
    apart, options = difference(found.checkin, found.times[-1].tally), found.checkin.form[0].options
    if apart is None:
        return None
    return Differs(options[apart.stated], options[apart.said], apart.people, apart.every, bool(apart.group))
