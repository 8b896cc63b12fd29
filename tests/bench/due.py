"""``make bench-due``: what do 10,000 check-ins cost that are not due, and whom do 1,000 hold up that are?

Nothing is due at first, and a tick looks for it again and again. Then 1,000 turns come at one moment, while
people press a button of another question, fifty a second however long the one before takes, and
are compared with the same presses just before.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import wiring
from bot.domain.checkins import HOUR_MS, Life, Purpose
from bot.domain.forms import read_questions
from bot.domain.people import Person
from bot.domain.rounds import DAY_MS, Round
from bot.domain.when import read_pace
from bot.services import answers, due
from bot.settings import Settings
from bot.store.schema import checkin, schedule
from tests.bench.history import databases
from tests.builders import HandClock, World, open_poll, residents, set_up

MANY, AT_ONCE, TICKS = 10_000, 1_000, 200
TICK_MS, WAIT_MS = 5.0, 50.0
"""What is allowed: a tick without anything due, and a press longer than a quiet one."""
PEOPLE, EVERY_S, QUIET_S = 50, 0.02, 1.0


@dataclass(frozen=True)
class Measured:
    """Milliseconds: of a tick without anything due, of presses; seconds for all turns; presses meanwhile."""

    tick_ms: float
    quiet_ms: float
    longest_ms: float
    turns_s: float
    presses: int

    @property
    def wait_ms(self) -> float:
        """How much longer than in a quiet moment the slowest press took meanwhile."""
        return self.longest_ms - self.quiet_ms

    @property
    def is_allowed(self) -> bool:
        """Whether all of it is as it should be."""
        return self.tick_ms <= TICK_MS and self.wait_ms <= WAIT_MS


async def run(engine: str, many: int = MANY, at_once: int = AT_ONCE, ticks: int = TICKS) -> Measured:
    """All of it on one engine."""
    with databases(engine) as (place, _), tempfile.TemporaryDirectory(prefix="folkmoot-keys-") as keys:
        settings = replace(Settings(), database=place(many), keys=str(Path(keys) / "keys"))
        async with wiring.assembled(settings, HandClock()) as app:
            world = await set_up(app)
            at_ms = world.now + 2 * HOUR_MS
            await app.database.writer.run(lambda tx: _fill(tx, world, many, at_once, at_ms))
            poll, crowd = await open_poll(world, days=30), await residents(world, PEOPLE)
            await due.run_due(app, world.now)
            tick_ms = statistics.median([await _tick(world) for _ in range(ticks)])
            return await _turns(world, poll, crowd, at_once, tick_ms)


async def _fill(tx: AsyncConnection, world: World, many: int, at_once: int, at_ms: int) -> None:
    """So many check-ins, some of them due at a moment (UTC epoch ms), the others in a year."""
    zone, number = world.community.zone, world.community.id
    pace = read_pace("first Monday of the month 12 noon", world.now, zone).rrule
    form = json.dumps([astuple(one) for one in read_questions("How safe was it? | not at all | very")])
    common = {
        "community": number, "initiative": world.initiative.id, "purpose": Purpose.PLAIN, "why": "",
        "state": Life.RUNNING, "question": "The walk", "form": form, "stated": "", "pace": pace,
        "zone": zone.key, "window_ms": DAY_MS, "channel": "channel-say", "direct": 0, "role": "",
        "mention": 0, "sealed": 0, "runs": 0, "made_ms": 0,
    }  # fmt: skip
    await tx.execute(insert(checkin), [common | {"id": one} for one in range(1, many + 1)])
    await tx.execute(
        insert(schedule),
        [
            {
                "community": number, "id": 1000 + one, "act": "checkin", "subject": one, "pace": pace,
                "zone": zone.key, "next_ms": at_ms if one <= at_once else at_ms + 365 * DAY_MS,
            }
            for one in range(1, many + 1)
        ],
    )  # fmt: skip


async def _tick(world: World) -> float:
    began = time.perf_counter()
    assert await due.run_due(world.app, world.now) == 0
    return (time.perf_counter() - began) * 1000


async def _turns(world: World, poll: Round, crowd: list[Person], at_once: int, tick_ms: float) -> Measured:
    ended: list[float] = []
    quiet = await _presses(world, crowd, poll, asyncio.create_task(asyncio.sleep(QUIET_S)))
    now, began = world.clock.move(hours=2), time.perf_counter()
    turning = asyncio.create_task(due.run_due(world.app, now))
    turning.add_done_callback(lambda _: ended.append(time.perf_counter()))
    waits = await _presses(world, crowd, poll, turning)
    assert await turning == at_once
    return Measured(tick_ms, statistics.median(quiet), max(waits), ended[0] - began, len(waits))


async def _presses(world: World, crowd: list[Person], poll: Round, until: asyncio.Task[Any]) -> list[float]:
    """How long each press took, fifty begun a second until something is done."""
    begun: list[asyncio.Task[float]] = []
    start = time.perf_counter()
    while not until.done():
        who = crowd[len(begun) % len(crowd)]
        begun.append(asyncio.create_task(_press(world, who, poll, len(begun) // len(crowd))))
        await asyncio.sleep(max(0.0, start + len(begun) * EVERY_S - time.perf_counter()))
    return await asyncio.gather(*begun)


async def _press(world: World, who: Person, poll: Round, turn: int) -> float:
    began = time.perf_counter()
    await answers.answer(world.app, who, poll.id, [str(turn % 2)])
    return (time.perf_counter() - began) * 1000


def main() -> int:
    """Print a line for each engine, then one line of JSON; 1 where something costs more than is allowed."""
    wiring.settle()  # as the bot does once it has started
    factor = float(os.environ.get("FOLKMOOT_BENCH") or 1)
    numbers: dict[str, dict[str, float]] = {}
    allowed = True
    for engine in (os.environ.get("FOLKMOOT_ENGINES") or "sqlite,postgresql").split(","):
        found = asyncio.run(run(engine, round(MANY * factor), round(AT_ONCE * factor)))
        allowed = allowed and found.is_allowed
        print(
            f"{engine:11} tick {found.tick_ms:.2f} ms; press {found.quiet_ms:.1f} ms, slowest of "
            f"{found.presses} during {found.turns_s:.1f} s of turns {found.longest_ms:.1f} ms",
            flush=True,
        )
        numbers[engine] = {
            "tick_ms": round(found.tick_ms, 2),
            "longer_press_ms": round(found.wait_ms, 1),
            "turns_s": round(found.turns_s, 1),
        }
    print(json.dumps(numbers))
    return int(not allowed)


if __name__ == "__main__":
    sys.exit(main())
