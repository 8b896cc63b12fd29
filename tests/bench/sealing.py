"""``make bench-sealed``: what does an answer without names cost, and whom does a close hold up?

An ordinary answer and one without names take turns in one process, and their order alternates. Then 10,000
are closed, while somebody presses a button of another question again and again.
"""

from __future__ import annotations

import asyncio
import json
import os
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
from tests.builders import World, open_poll, set_up

PAIRS, MANY, AT_ONCE = 1_000, 10_000, 200
CPU_MS, CLOSE_S, WAIT_MS = 1.0, 10.0, 50.0
"""What is allowed: an answer's CPU more than an ordinary one's, a close, a press during it."""
PAUSE_S = 0.02


@dataclass(frozen=True)
class Measured:
    """CPU milliseconds of one answer of each sort, seconds of the close, milliseconds of presses."""

    plain_ms: float
    sealed_ms: float
    close_s: float
    quiet_ms: float
    longest_ms: float
    presses: int

    @property
    def more_ms(self) -> float:
        """What an answer without names costs more."""
        return self.sealed_ms - self.plain_ms

    @property
    def wait_ms(self) -> float:
        """How much longer than in a quiet moment the slowest press took while it closed."""
        return self.longest_ms - self.quiet_ms

    @property
    def is_allowed(self) -> bool:
        """Whether all of it is as it should be."""
        return self.more_ms <= CPU_MS and self.close_s <= CLOSE_S and self.wait_ms <= WAIT_MS


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
            return await _closing(world, crowd[0], plain, sealed, costs)


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


async def _closing(
    world: World, who: Person, plain: Round, sealed: Round, costs: tuple[float, float]
) -> Measured:
    quiet = [await _press(world.app, who, plain, turn) for turn in range(100)]
    await rounds.close_early(world.app, world.organiser, sealed.id, "It is measured.")
    began = time.perf_counter()
    closing = asyncio.create_task(sealing.finish(world.app))
    waits: list[float] = []
    while not closing.done():
        waits.append(await _press(world.app, who, plain, len(waits)))
        await asyncio.sleep(PAUSE_S)
    await closing
    took = time.perf_counter() - began
    look = await rounds.look(world.app, sealed.community, sealed.id)
    assert (look.round.state, look.result is not None) == (State.CLOSED, True)
    return Measured(*costs, took, statistics.median(quiet), max(waits), len(waits))


async def _press(app: App, who: Person, asked: Round, turn: int) -> float:
    began = time.perf_counter()
    await answers.answer(app, who, asked.id, [str(turn % 2)])
    return (time.perf_counter() - began) * 1000


def main() -> int:
    """Print a line for each engine, then one line of JSON; 1 where something costs more than is allowed."""
    wiring.settle()  # as the bot does once it has started
    factor = float(os.environ.get("FOLKMOOT_BENCH") or 1)
    numbers: dict[str, dict[str, float]] = {}
    allowed = True
    for engine in (os.environ.get("FOLKMOOT_ENGINES") or "sqlite,postgresql").split(","):
        found = asyncio.run(run(engine, round(PAIRS * factor), round(MANY * factor)))
        allowed = allowed and found.is_allowed
        print(
            f"{engine:11} answer {found.plain_ms:.2f} ms CPU, without names {found.sealed_ms:.2f} ms; "
            f"close {found.close_s:.1f} s; press {found.quiet_ms:.1f} ms, "
            f"slowest of {found.presses} while it closes {found.longest_ms:.1f} ms",
            flush=True,
        )
        numbers[engine] = {
            "more_cpu_ms": round(found.more_ms, 2),
            "close_s": round(found.close_s, 1),
            "longer_press_ms": round(found.wait_ms, 1),
        }
    print(json.dumps(numbers))
    return int(not allowed)


if __name__ == "__main__":
    sys.exit(main())
