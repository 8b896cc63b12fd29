"""How long people wait who press a button while something else is going on, and how that is told.

Presses come fifty a second whether or not the one before is done: to wait for it would leave out just those
that come while everything stands still.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot import wiring
from bot.domain.people import Person
from bot.domain.rounds import Round
from bot.services import answers
from bot.services.ports import App

EVERY_S, QUIET_S = 0.02, 1.0
WAIT_MS = 50.0
"""How much longer than in a quiet moment a press may take."""


@dataclass(frozen=True)
class Waits:
    """Milliseconds: the median press of a quiet moment, the slowest of some presses while something went on.

    ``took_s`` is how long that took, in seconds.
    """

    quiet_ms: float
    longest_ms: float
    presses: int
    took_s: float

    @property
    def longer_ms(self) -> float:
        """How much longer than in a quiet moment the slowest took."""
        return self.longest_ms - self.quiet_ms


async def meanwhile(
    app: App, crowd: Sequence[Person], asked: Round, work: Callable[[], Awaitable[Any]]
) -> Waits:
    """Let a crowd answer a question, first by itself, then while some work is done."""
    # Each presses once a second, perhaps for minutes: more than anybody who means it.
    app.settings = replace(app.settings, rounds=replace(app.settings.rounds, acts_an_hour=10_000))
    quiet = await _until(app, crowd, asked, asyncio.create_task(asyncio.sleep(QUIET_S)))
    began, ended = time.perf_counter(), list[float]()
    working = asyncio.ensure_future(work())
    working.add_done_callback(lambda _: ended.append(time.perf_counter()))
    waits = await _until(app, crowd, asked, working)
    await working
    return Waits(statistics.median(quiet), max(waits), len(waits), ended[0] - began)


async def _until(app: App, crowd: Sequence[Person], asked: Round, done: asyncio.Future[Any]) -> list[float]:
    begun: list[asyncio.Task[float]] = []
    start = time.perf_counter()
    while not done.done():
        turn, place = divmod(len(begun), len(crowd))
        begun.append(asyncio.create_task(_press(app, crowd[place], asked, turn)))
        await asyncio.sleep(max(0.0, start + len(begun) * EVERY_S - time.perf_counter()))
    return await asyncio.gather(*begun)


async def _press(app: App, who: Person, asked: Round, turn: int) -> float:
    began = time.perf_counter()
    await answers.answer(app, who, asked.id, [str(turn % 2)])
    return (time.perf_counter() - began) * 1000


class Measured(Protocol):
    """What was measured on one engine: in words, in numbers, and whether it is as it should be."""

    @property
    def told(self) -> str: ...
    @property
    def numbers(self) -> Mapping[str, float]: ...
    @property
    def is_allowed(self) -> bool: ...


def on_each_engine(measure: Callable[[str, float], Awaitable[Measured]]) -> int:
    """Print a line for each engine, then one line of JSON; 1 where something costs more than is allowed.

    ``measure`` is given the engine's name, and by how much everything is to be smaller (FOLKMOOT_BENCH).
    """
    wiring.settle()  # as the bot does once it has started
    factor = float(os.environ.get("FOLKMOOT_BENCH") or 1)
    found: dict[str, Measured] = {}
    for engine in (os.environ.get("FOLKMOOT_ENGINES") or "sqlite,postgresql").split(","):
        found[engine] = asyncio.run(_one(measure, engine, factor))
        print(f"{engine:11} {found[engine].told}", flush=True)
    print(json.dumps({engine: dict(one.numbers) for engine, one in found.items()}))
    return int(not all(one.is_allowed for one in found.values()))


async def _one(measure: Callable[[str, float], Awaitable[Measured]], engine: str, factor: float) -> Measured:
    return await measure(engine, factor)
