"""Check-ins as they are looked at: one with all that organisers need to know of it, many to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain import when
from bot.domain.asks import ASK
from bot.domain.checkins import GOING, CheckIn, Life, Missed
from bot.domain.contributions import Contribution, is_readable
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.services.initiatives import organised
from bot.services.ports import App
from bot.store import checkins, contributions, initiatives, rounds, takers

GOOD = "good"
"""The field of an ask in which people say what would be good."""


@dataclass(frozen=True)
class Overview:
    """What organisers see of a check-in; ``coming`` are its next turns (UTC epoch ms).

    ``wants`` is how many want private messages, by state; ``later`` how many of them are asked later because
    their week is full, ``never`` how many not at all this time.
    """

    checkin: CheckIn
    title: str
    coming: tuple[int, ...]
    rounds: tuple[Round, ...]
    missed: tuple[Missed, ...]
    wants: dict[str, int]
    later: int
    never: int


async def look(app: App, person: Person, which: int) -> Overview:
    """A check-in as organisers see it; raises Refusal ``checkin-unknown``, or for anybody else."""
    now = app.clock.now_ms()
    async with app.database.reading() as tx:
        community = await organised(tx, person)
        one = await checkins.find(tx, community.id, which)
        if one is None:
            raise Refusal("checkin-unknown")
        on = await initiatives.find(tx, community.id, one.initiative)
        asked = await checkins.rounds_of(tx, community.id, which)
        wants: dict[str, int] = {}
        those = await takers.of_checkin(tx, community.id, which)
        for taker in those:
            wants[taker.state] = wants.get(taker.state, 0) + 1
        later = never = 0
        if one.direct and asked and asked[-1].state is State.OPEN:
            times = await takers.reached(tx, community.id, asked[-1].id, "asked")
            later = sum(at_ms > now for at_ms in times.values())
            never = sum(taker.state == "on" and taker.person not in times for taker in those)
        runs = one.state in (Life.DRAFT, Life.RUNNING, Life.ASKS)
        coming = when.upcoming(when.Pace(one.pace), now, community.zone) if runs else []
        return Overview(
            one, on.title if on else "", tuple(slot.due_ms for slot in coming), tuple(asked),
            tuple(await checkins.missed(tx, community.id, which)), wants, later, never,
        )  # fmt: skip


async def listing(app: App, person: Person) -> list[CheckIn]:
    """A community's check-ins that are drafts, running, paused or waiting; raises Refusal."""
    async with app.database.reading() as tx:
        community = await organised(tx, person)
        return await checkins.in_state(tx, community.id, Life.DRAFT, *GOING)


async def said_good(app: App, person: Person, initiative: int) -> list[tuple[int, str]]:
    """What residents said would be good, where everybody can read it: the number of each idea and its words.

    Those that most people support come first. Raises Refusal for anybody but an organiser.
    """
    found: list[Contribution] = []
    async with app.database.reading() as tx:
        community = await organised(tx, person)
        for asked in await rounds.in_state(tx, community.id, State.OPEN, State.CLOSED):
            if asked.kind == ASK and asked.initiative == initiative:
                those = await contributions.of_round(tx, community.id, asked.id)
                readable = [one for one in those if is_readable(one, asked.moderation)]
                found += [one for one in readable if GOOD in (one.said or {})]
    found.sort(key=lambda one: (-one.supporters, one.id))
    return [(one.id, one.said[GOOD][0]) for one in found if one.said]


async def titled(app: App, community: int) -> list[CheckIn]:
    """All check-ins that were ever started, for choosing one."""
    async with app.database.reading() as tx:
        return await checkins.in_state(tx, community, *Life)


async def find(app: App, community: int, which: int) -> CheckIn:
    """A check-in as it stands; raises Refusal ``checkin-unknown``."""
    async with app.database.reading() as tx:
        one = await checkins.find(tx, community, which)
    if one is None:
        raise Refusal("checkin-unknown")
    return one
