"""``make bench-sealed``: what does an answer without names cost, and whom does a close hold up?

An ordinary answer and one without names take turns in one process, and their order alternates. Then 10,000
are closed, while people press a button of another question.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bot import wiring
from bot.domain.people import Person
from bot.domain.rounds import Round, State
from bot.services import answers, rounds, sealed_answers, sealing
from bot.services.ports import App
from bot.settings import Settings
from tests.bench.asks import _people
from tests.bench.history import databases
from tests.bench.presses import WAIT_MS, Waits, meanwhile, on_each_engine
from tests.builders import open_poll, set_up

PAIRS, MANY, AT_ONCE = 1_000, 10_000, 200
CPU_MS, CLOSE_S = 1.0, 10.0
"""What is allowed: an answer's CPU more than an ordinary one's, and a close."""
PEOPLE = 50


@dataclass(frozen=True)
class Measured:
    """CPU milliseconds of one answer of each sort; the presses while many without names were closed."""

    plain_ms: float
    sealed_ms: float
    close: Waits

    @property
    def more_ms(self) -> float:
        """What an answer without names costs more."""
        return self.sealed_ms - self.plain_ms

    @property
    def is_allowed(self) -> bool:
        """Whether all of it is as it should be."""
        close = self.close
        return self.more_ms <= CPU_MS and close.took_s <= CLOSE_S and close.longer_ms <= WAIT_MS

    @property
    def told(self) -> str:
        """All of it in words."""
        close = self.close
        return (
            f"answer {self.plain_ms:.2f} ms CPU, without names {self.sealed_ms:.2f} ms; "
            f"close {close.took_s:.1f} s; press {close.quiet_ms:.1f} ms, "
            f"slowest of {close.presses} while it closes {close.longest_ms:.1f} ms"
        )

    @property
    def numbers(self) -> dict[str, float]:
        """What machines read."""
        return {
            "more_cpu_ms": round(self.more_ms, 2),
            "close_s": round(self.close.took_s, 1),
            "longer_press_ms": round(self.close.longer_ms, 1),
        }


async def run(engine: str, pairs: int = PAIRS, many: int = MANY) -> Measured:
    """All of it on one engine."""
    with databases(engine) as (place, _), tempfile.TemporaryDirectory(prefix="folkmoot-keys-") as keys:
        settings = replace(Settings(), database=place(many), keys=str(Path(keys) / "keys"))
        async with wiring.assembled(settings, wiring.MachineClock()) as app:
            world = await set_up(app)
            await app.database.writer.run(lambda tx: _people(tx, world, many))
            plain, sealed = await open_poll(world), await open_poll(world, sealed=True)
            crowd = [Person(world.community.id, f"author-{one}") for one in range(1, many + 1)]
            costs = await _costs(app, crowd[:pairs], plain, sealed)
            for start in range(pairs, many, AT_ONCE):
                some = crowd[start : start + AT_ONCE]
                await asyncio.gather(*(_seal(app, one, sealed) for one in some))
            await rounds.close_early(app, world.organiser, sealed.id, "It is measured.")
            close = await meanwhile(app, crowd[:PEOPLE], plain, lambda: sealing.finish(app))
            look = await rounds.look(app, sealed.community, sealed.id)
            assert (look.round.state, look.result is not None) == (State.CLOSED, True)
            return Measured(*costs, close)


async def _seal(app: App, who: Person, asked: Round) -> object:
    return await sealed_answers.answer(app, who, asked.id, ["1"])


async def _costs(app: App, crowd: list[Person], plain: Round, sealed: Round) -> tuple[float, float]:
    """The median CPU milliseconds of an ordinary answer, and of one without names."""
    took: tuple[list[float], list[float]] = ([], [])
    for turn, who in enumerate(crowd):
        acts: list[tuple[Callable[[], Awaitable[object]], list[float]]] = [
            (lambda who=who: answers.answer(app, who, plain.id, ["1"]), took[0]),  # type: ignore[misc]
            (lambda who=who: _seal(app, who, sealed), took[1]),  # type: ignore[misc]
        ]
        for act, into in acts if turn % 2 else acts[::-1]:
            began = time.process_time()
            await act()
            into.append((time.process_time() - began) * 1000)
    return statistics.median(took[0]), statistics.median(took[1])


def main() -> int:
    """Measure, tell, and 1 where something costs more than is allowed."""
    return on_each_engine(lambda engine, by: run(engine, round(PAIRS * by), round(MANY * by)))


if __name__ == "__main__":
    sys.exit(main())
