"""What comes next in a community, what was late there, and why."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Person
from bot.domain.when import is_late
from bot.services.due import ACTS, About
from bot.services.initiatives import organised
from bot.services.ports import App
from bot.store import checkins, initiatives, offers, rounds, schedule

SHOWN = 10
"""How much of each is shown."""


@dataclass(frozen=True)
class Coming:
    """Something planned; ``words`` are of the question or the title it is about, times UTC epoch ms.

    ``owed`` where it should have been done by now and was not: it fails.
    """

    act: str
    words: str
    due_ms: int
    owed: bool


@dataclass(frozen=True)
class Late:
    """Something done late; ``why`` is ``down``, ``trouble`` or ``busy``."""

    act: str
    words: str
    due_ms: int
    done_ms: int
    why: str


@dataclass(frozen=True)
class Plan:
    """What an organiser sees of the schedule."""

    coming: tuple[Coming, ...]
    late: tuple[Late, ...]


async def show(app: App, person: Person) -> Plan:
    """The schedule of an organiser's community; raises Refusal for anybody else."""
    now = app.clock.now_ms()
    async with app.database.reading() as tx:
        number = (await organised(tx, person)).id
        coming = [
            Coming(
                one.act,
                await _words(tx, number, one.act, one.subject),
                one.next_ms,
                is_late(one.next_ms, now),
            )
            for one in await schedule.coming(tx, number, SHOWN)
            if one.next_ms is not None
        ]
        late = [
            Late(
                one.act,
                await _words(tx, number, one.act, one.subject),
                one.due_ms,
                one.done_ms,
                one.why,
            )
            for one in await schedule.late(tx, number, SHOWN)
        ]
    return Plan(tuple(coming), tuple(late))


async def _words(tx: AsyncConnection, number: int, act: str, subject: int) -> str:
    about = ACTS[act].about
    if about is About.INITIATIVE:
        on = await initiatives.find(tx, number, subject)
        return on.title if on is not None else ""
    if about is About.CHECKIN:
        one = await checkins.find(tx, number, subject)
        return one.question if one is not None else ""
    if about is About.OFFER:
        offer = await offers.find(tx, number, subject)
        subject = offer.round if offer is not None else 0
    asked = await rounds.find(tx, number, subject) if about is not About.NOTHING else None
    return asked.question if asked is not None else ""
