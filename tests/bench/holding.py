"""``make bench-hold``: whom does one person hold up, and whom a close of 10,000 answers with names?

One person gives and takes back 900 ideas, as many at once as can be, while people press a button of another
question; what is allowed in an hour is set high enough for it. Then a poll that 10,000 people answered is
closed.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from bot import wiring
from bot.domain.people import Person
from bot.services import answers, contributions, rounds
from bot.services.ports import App
from bot.settings import Settings
from tests.bench.asks import _people
from tests.bench.history import databases
from tests.bench.presses import WAIT_MS, Waits, meanwhile, on_each_engine
from tests.builders import open_ask, open_poll, set_up

MANY, IDEAS, PEOPLE = 10_000, 900, 50


@dataclass(frozen=True)
class Measured:
    """The presses while one person gave and took back ideas, and while a poll was closed."""

    ideas: Waits
    close: Waits

    @property
    def is_allowed(self) -> bool:
        """Whether nobody had to wait for either."""
        return max(self.ideas.longer_ms, self.close.longer_ms) <= WAIT_MS

    @property
    def told(self) -> str:
        """All of it in words."""
        return (
            f"press {self.ideas.quiet_ms:.1f} ms, slowest of {self.ideas.presses} during "
            f"{self.ideas.took_s:.1f} s of one person's ideas {self.ideas.longest_ms:.1f} ms; slowest of "
            f"{self.close.presses} during a close of {self.close.took_s:.2f} s {self.close.longest_ms:.1f} ms"
        )

    @property
    def numbers(self) -> dict[str, float]:
        """What machines read."""
        return {
            "ideas_longer_press_ms": round(self.ideas.longer_ms, 1),
            "close_longer_press_ms": round(self.close.longer_ms, 1),
            "close_s": round(self.close.took_s, 2),
        }


async def run(engine: str, many: int = MANY, ideas: int = IDEAS) -> Measured:
    """All of it on one engine."""
    with databases(engine) as (place, _), tempfile.TemporaryDirectory(prefix="folkmoot-keys-") as keys:
        settings = replace(Settings(), database=place(many), keys=str(Path(keys) / "keys"))
        settings = replace(settings, rounds=replace(settings.rounds, acts_an_hour=10_000))
        async with wiring.assembled(settings, wiring.MachineClock()) as app:
            world = await set_up(app)
            await app.database.writer.run(lambda tx: _people(tx, world, many + PEOPLE + 1))
            crowd = [Person(world.community.id, f"author-{one}") for one in range(1, many + PEOPLE + 2)]
            poll, still, asked = await open_poll(world), await open_poll(world), await open_ask(world)
            for start in range(0, many, 200):
                those = crowd[PEOPLE + 1 :][start : start + 200]
                await asyncio.gather(*(answers.answer(app, who, poll.id, ["1"]) for who in those))
            given = await meanwhile(
                app, crowd[:PEOPLE], still, lambda: _to_and_fro(app, crowd[PEOPLE], asked.id, ideas)
            )
            close = await meanwhile(
                app, crowd[:PEOPLE], still,
                lambda: rounds.close_early(app, world.organiser, poll.id, "It is measured."),
            )  # fmt: skip
            return Measured(given, close)


async def _to_and_fro(app: App, who: Person, asked: int, count: int) -> None:
    async def once(place: int) -> None:
        made = await contributions.contribute(app, who, asked, [f"Idea {place}"])
        await contributions.withdraw(app, who, made.id)

    at_once = app.settings.asks.most_per_person
    for start in range(0, count, at_once):
        await asyncio.gather(*map(once, range(start, min(count, start + at_once))))


def main() -> int:
    """Measure, tell, and 1 where somebody had to wait for it."""
    return on_each_engine(lambda engine, by: run(engine, round(MANY * by), round(IDEAS * by)))


if __name__ == "__main__":
    sys.exit(main())
