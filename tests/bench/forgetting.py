"""``make bench-forget``: whom does a night hold up that forgets 10,000 people?

Each of them has answered a question that has closed, and has brought an idea. They are forgotten while people
press a button of another question.
"""

from __future__ import annotations

import asyncio
import math
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import wiring
from bot.domain.people import Person
from bot.services import answers, contributions, retention, rounds
from bot.settings import Settings
from bot.store import forgetting
from bot.store import people as stored
from bot.store.schema import person
from tests.bench.asks import _people
from tests.bench.history import databases
from tests.bench.presses import WAIT_MS, Waits, meanwhile, on_each_engine
from tests.builders import World, open_ask, open_poll, set_up

MANY, AT_ONCE, PEOPLE = 10_000, 200, 50
REASON = "It is measured."


@dataclass(frozen=True)
class Measured:
    """The presses while many were forgotten."""

    night: Waits
    many: int

    @property
    def is_allowed(self) -> bool:
        """Whether nobody had to wait for it."""
        return self.night.longer_ms <= WAIT_MS

    @property
    def told(self) -> str:
        """All of it in words."""
        night = self.night
        return (
            f"{self.many} people forgotten in {night.took_s:.1f} s; press {night.quiet_ms:.1f} ms, "
            f"slowest of {night.presses} meanwhile {night.longest_ms:.1f} ms"
        )

    @property
    def numbers(self) -> dict[str, float]:
        """What machines read."""
        return {"night_s": round(self.night.took_s, 1), "longer_press_ms": round(self.night.longer_ms, 1)}


async def run(engine: str, many: int = MANY) -> Measured:
    """All of it on one engine."""
    with databases(engine) as (place, _), tempfile.TemporaryDirectory(prefix="folkmoot-keys-") as keys:
        settings = replace(Settings(), database=place(many), keys=str(Path(keys) / "keys"))
        async with wiring.assembled(settings, wiring.MachineClock()) as app:
            world = await set_up(app)
            await app.database.writer.run(lambda tx: _people(tx, world, many + PEOPLE))
            crowd = [Person(world.community.id, f"author-{one}") for one in range(1, many + PEOPLE + 1)]
            await _take_part(world, crowd[PEOPLE:])
            still = await open_poll(world)
            await app.database.writer.run(lambda tx: _away(tx, world))
            night = await meanwhile(app, crowd[:PEOPLE], still, lambda: retention.finish(app, math.inf))
            async with app.database.reading() as tx:
                assert len(await stored.everyone(tx, world.community.id)) < PEOPLE + AT_ONCE
            return Measured(night, many)


async def _take_part(world: World, crowd: list[Person]) -> None:
    """Everybody answers a poll and brings an idea; then both are closed."""
    app, poll, asked = world.app, await open_poll(world), await open_ask(world)

    async def one_of_them(who: Person) -> None:
        await answers.answer(app, who, poll.id, ["1"])
        await contributions.contribute(app, who, asked.id, [f"Idea of {who.platform_id}"])

    for start in range(0, len(crowd), AT_ONCE):
        await asyncio.gather(*map(one_of_them, crowd[start : start + AT_ONCE]))
    for one in (poll, asked):
        await rounds.close_early(app, world.organiser, one.id, REASON)


async def _away(tx: AsyncConnection, world: World) -> None:
    """All of them but those who press were here last long ago, and the night is owed."""
    here = (person.c.community == world.community.id) & (person.c.id > PEOPLE)
    await tx.execute(update(person).where(here).values(seen_ms=0))
    await forgetting.owe(tx, world.community.id, world.now)


def main() -> int:
    """Measure, tell, and 1 where somebody had to wait for it."""
    return on_each_engine(lambda engine, by: run(engine, round(MANY * by)))


if __name__ == "__main__":
    sys.exit(main())
