"""``make bench-due``: what do 10,000 check-ins cost that are not due, and whom do 1,000 hold up that are?

Nothing is due at first, and a tick looks for it again and again. Then 1,000 turns come at one moment, while
people press a button of another question, and are compared with the same presses just before.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import wiring
from bot.domain.checkins import HOUR_MS, Life, Purpose
from bot.domain.forms import read_questions
from bot.domain.rounds import DAY_MS
from bot.domain.when import read_pace
from bot.services import due
from bot.settings import Settings
from bot.store.schema import checkin, schedule
from tests.bench.history import databases
from tests.bench.presses import WAIT_MS, Waits, meanwhile, on_each_engine
from tests.builders import HandClock, World, open_poll, residents, set_up

MANY, AT_ONCE, TICKS = 10_000, 1_000, 200
TICK_MS = 5.0
"""What a tick without anything due may take."""
PEOPLE = 50


@dataclass(frozen=True)
class Measured:
    """Milliseconds of a tick without anything due; the presses while all turns were done."""

    tick_ms: float
    turns: Waits

    @property
    def is_allowed(self) -> bool:
        """Whether all of it is as it should be."""
        return self.tick_ms <= TICK_MS and self.turns.longer_ms <= WAIT_MS

    @property
    def told(self) -> str:
        """All of it in words."""
        turns = self.turns
        return (
            f"tick {self.tick_ms:.2f} ms; press {turns.quiet_ms:.1f} ms, slowest of {turns.presses} "
            f"during {turns.took_s:.1f} s of turns {turns.longest_ms:.1f} ms"
        )

    @property
    def numbers(self) -> dict[str, float]:
        """What machines read."""
        return {
            "tick_ms": round(self.tick_ms, 2),
            "longer_press_ms": round(self.turns.longer_ms, 1),
            "turns_s": round(self.turns.took_s, 1),
        }


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
            now = world.clock.move(hours=2)

            async def turns() -> None:
                assert await due.run_due(app, now) == at_once

            return Measured(tick_ms, await meanwhile(app, crowd, poll, turns))


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


def main() -> int:
    """Measure, tell, and 1 where something costs more than is allowed."""
    return on_each_engine(lambda engine, by: run(engine, round(MANY * by), round(AT_ONCE * by)))


if __name__ == "__main__":
    sys.exit(main())
