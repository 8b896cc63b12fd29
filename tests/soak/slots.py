"""Kills the bot while things are due, and looks whether each was done, and once.

On PostgreSQL two processes serve the database at once, and the server crashes now and then, too.
"""

from __future__ import annotations

import asyncio
import json
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from bot import wiring
from bot.domain.rounds import DAY_MS
from bot.services import due
from tests.builders import HandClock, open_app, sqlite_url
from tests.postgres import AT_ONCE, Server, binaries, server
from tests.soak.kills import _forks
from tests.soak.tally import Broken, Tally, tally
from tests.soak.ticker import READY, Life, SharedClock, live, settings
from tests.soak.town import BEGIN, Town, build, milliseconds

SLOTS = 2_000
PATIENCE_S = 60.0
STEP_S, LONGEST_STEP_MS = 0.01, 2 * 3_600_000
LONGEST_LIFE_S, MOST_STATEMENTS = 1.0, 250
BY_ITSELF, CRASH = 0.6, 0.08
OUTAGES_MS = (0, 3_600_000, DAY_MS, 7 * DAY_MS)
OFTEN = (70, 20, 7, 3)
"""How often an outage of each length comes between two lives, of a hundred."""


@dataclass
class Found:
    """What became of the slots, and what was done to those who did them."""

    slots: int = 0
    lost: int = 0
    doubled: int = 0
    kills: int = 0
    crashes: int = 0
    outages: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    """Between which statements it died by itself."""

    def __str__(self) -> str:
        names = ("slots", "lost", "doubled", "kills", "crashes", "outages")
        return json.dumps({name: getattr(self, name) for name in names})


@dataclass
class _Victim:
    """One process; ``until_s`` is when it is killed from outside."""

    process: ForkServerProcess
    told: Connection
    until_s: float
    ready: bool = False


def run(
    folder: Path,
    slots: int,
    seed: str,
    engine: str,
    say: Callable[[str], None] = print,
    fault: str = "",
) -> Found:
    """Let at least so many slots fall due, on ``sqlite`` or ``postgresql``; ``fault`` is one of the victim's.

    Raises:
        Broken: a record does not verify, a slot was noted for another day, or a process ended by itself.
    """
    say(f"seed {seed}, {engine}")
    chance = random.Random(seed)  # noqa: S311 - so that the seed repeats it
    days, communities = max(10, slots // 12), max(2, slots // 250)
    with _database(folder, engine) as (url, there):
        town = asyncio.run(_begun(url, communities, slots * 9 // 10, days, chance))
        killing = _Killing(url, folder / f"{engine}.clock", there, chance, fault)
        killing.clock.set(milliseconds(BEGIN))
        killing.go(milliseconds(BEGIN) + days * DAY_MS, say)
        counted = asyncio.run(_settled(url, town, killing.clock))
    found = killing.found
    found.slots, found.lost, found.doubled = counted.right, len(counted.lost), len(counted.doubled)
    for line in [*counted.lost, *counted.doubled][:10]:
        say(line)
    return found


@contextmanager
def _database(folder: Path, engine: str) -> Iterator[tuple[str, Server | None]]:
    if engine == "sqlite":
        yield sqlite_url(folder), None
        return
    programs = binaries()
    if programs is None:
        raise Broken("PostgreSQL is not installed here")
    with server(programs, "fsync=off") as there:  # a crash of the server is none of the machine
        yield there.url(there.database()), there


async def _begun(url: str, communities: int, singles: int, days: int, chance: random.Random) -> Town:
    app = await open_app(url, HandClock(BEGIN), settings(url))
    try:
        return await build(app, communities, singles, days, chance)
    finally:
        await app.database.close()


async def _settled(url: str, town: Town, clock: SharedClock) -> Tally:
    """What became of everything, after one more life that nobody cuts short."""
    async with wiring.assembled(settings(url), clock) as app:
        while await due.run_due(app, clock.now_ms()):
            pass
        return await tally(app, town, clock.now_ms())


class _Killing:
    """Lives and deaths on one database, as its clock goes on."""

    def __init__(self, url: str, file: Path, there: Server | None, chance: random.Random, fault: str) -> None:
        self.url, self.file, self.clock, self.there = url, file, SharedClock(file), there
        self.chance, self.fault, self.found = chance, fault, Found()
        self.victims: list[_Victim] = []

    def go(self, end_ms: int, say: Callable[[str], None]) -> None:
        """Let processes live and die until the clock is there."""
        try:
            while self.clock.now_ms() < end_ms:
                while len(self.victims) < (2 if self.there else 1):
                    self.victims.append(self._born())
                if any(one.ready for one in self.victims):
                    self.clock.set(self.clock.now_ms() + self.chance.randrange(LONGEST_STEP_MS))
                time.sleep(STEP_S)
                for one in list(self.victims):
                    if one in self.victims and self._watch(one) and not self.found.kills % 50:
                        say(f"{self.found.kills} kills, {(end_ms - self.clock.now_ms()) // DAY_MS} days left")
        finally:
            for one in list(self.victims):
                self._bury(one)

    def _born(self) -> _Victim:
        life = Life(self.url, self.file, fault=self.fault)
        if self.chance.random() < BY_ITSELF:
            dies = self.chance.choice(("before", "after"))
            life = Life(self.url, self.file, dies, self.chance.randint(1, MOST_STATEMENTS), self.fault)
        told, tells = _forks.Pipe(duplex=False)
        with tells:
            process = _forks.Process(target=live, args=(life, tells), daemon=True)
            process.start()
        return _Victim(process, told, time.monotonic() + PATIENCE_S)

    def _watch(self, one: _Victim) -> bool:
        """Hear what a process has to say, and kill it at its time; whether it has died."""
        dead = False
        try:
            while one.told.poll():
                self._hear(one, one.told.recv_bytes())
        except EOFError:
            dead = True
        if not dead and time.monotonic() < one.until_s:
            return False
        self._bury(one)
        if one.process.exitcode != -signal.SIGKILL:
            raise Broken(f"a process ended by itself: {one.process.exitcode}")
        if not dead and not one.ready:
            raise Broken("a process did not begin its work")
        self.found.kills += 1
        self._between()
        return True

    def _hear(self, one: _Victim, said: bytes) -> None:
        if said == READY:
            one.ready = True
            one.until_s = time.monotonic() + self.chance.uniform(0, LONGEST_LIFE_S)
        else:
            self.found.steps[said.decode()] += 1

    def _bury(self, one: _Victim) -> None:
        one.process.kill()
        one.process.join()
        one.told.close()
        self.victims.remove(one)

    def _between(self) -> None:
        """Perhaps nobody runs for a while; perhaps the server crashes, whoever is at work on it."""
        [away_ms] = self.chance.choices(OUTAGES_MS, OFTEN)
        if away_ms:
            for one in list(self.victims):
                self._bury(one)
            self.clock.set(self.clock.now_ms() + away_ms)
            self.found.outages += 1
        if self.there and self.chance.random() < CRASH:
            self.there.stop(AT_ONCE)
            for one in list(self.victims):
                if not one.ready:  # who opens a database as its server is away ends by itself, as it should
                    self._bury(one)
            self.there.start()
            self.found.crashes += 1
