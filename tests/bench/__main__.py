"""``make bench``: what a vote costs above a bot that only acknowledges it, and how the bot bears a rush.

Every number is of fresh processes on fresh databases. Pairs take turns, and their order alternates, so
that what else the machine does falls on both. FOLKMOOT_BENCH makes all of it smaller, such as 0.1.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import town
from tests.bench.one import WARM_UP
from tests.builders import sqlite_url
from tests.postgres import Server, binaries, server

Result = dict[str, Any]
Pair = tuple[Result, Result]
"""What was measured of the floor and of this bot, side by side."""


class Sizes:
    """How much is measured; ``factor`` 1 is the full measure."""

    def __init__(self, factor: float = 1.0) -> None:
        def of(full: int, least: int) -> int:
            return max(least, round(full * factor))

        self.pairs = of(10, 1)
        self.presses = 2 * of(2000, 20)
        self.alone = of(500, 20)
        self.rush = of(5000, 100)
        self.rushes = of(3, 1)
        self.rounds = of(10_000, 20)
        self.restarts = of(7, 1)
        self.people = WARM_UP + max(self.presses // 2, self.rush)


@dataclass
class Bench:
    """Runs measurements; ``errors`` adds up what went wrong in them."""

    folder: Path
    sizes: Sizes
    errors: int = 0

    def measure(self, *arguments: object) -> Result:
        """One measurement in a process of its own."""
        command = [sys.executable, "-m", "tests.bench.one", *map(str, arguments)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        result: Result = json.loads(done.stdout.splitlines()[-1])
        self.errors += result["errors"]
        return result

    @contextmanager
    def copy(self, begun: str) -> Iterator[str]:
        """The address of a fresh copy of one of the databases."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            shutil.copy(self.folder / begun, Path(folder) / "folkmoot.db")
            yield sqlite_url(Path(folder))

    def pair(self, number: int, what: str, presses: int) -> Pair:
        """The floor and this bot; every other time this bot is first."""
        found: dict[str, Result] = {}
        for which in _in_turn(number, "floor", "folkmoot"):
            with self.copy("few.db") as database:
                found[which] = self.measure(what, which, presses, database)
        return found["floor"], found["folkmoot"]

    def pairs(self, what: str, presses: int) -> list[Pair]:
        """As many pairs as there are to be of one measurement."""
        return [self.pair(number, what, presses) for number in range(self.sizes.pairs)]

    def rush_on_sqlite(self) -> float:
        """How long 99 of 100 wait at most who vote in the same moment, in milliseconds."""
        waited: list[float] = []
        for _ in range(self.sizes.rushes):
            with self.copy("few.db") as database:
                waited.append(self.measure("rush", "folkmoot", self.sizes.rush, database)["p99"])
        return statistics.median(waited)

    def rush_on_postgres(self, there: Server) -> float:
        """The same on PostgreSQL."""
        begun = there.database()
        asyncio.run(town.build(there.url(begun), self.sizes.people))
        waited: list[float] = []
        for _ in range(self.sizes.rushes):
            database = there.url(there.database(begun))
            waited.append(self.measure("rush", "folkmoot", self.sizes.rush, database)["p99"])
        return statistics.median(waited)

    def restart(self, number: int) -> float:
        """By how many seconds many open rounds delay a start; every other time they come first."""
        took: dict[str, float] = {}
        for begun in _in_turn(number, "few.db", "many.db"):
            with self.copy(begun) as database:
                took[begun] = self.measure("restart", "folkmoot", 40, database)["s"]
        return took["many.db"] - took["few.db"]


def _in_turn(number: int, *two: str) -> tuple[str, ...]:
    return two if number % 2 == 0 else two[::-1]


def run(folder: Path, sizes: Sizes) -> Result:
    """Measure everything and print it; the last line is what is returned, as JSON."""
    bench = Bench(folder, sizes)
    asyncio.run(town.build(f"sqlite+aiosqlite:///{folder}/few.db", sizes.people))
    asyncio.run(town.build(f"sqlite+aiosqlite:///{folder}/many.db", sizes.people, sizes.rounds))
    crowd = bench.pairs("steady", sizes.presses)
    alone = bench.pairs("alone", sizes.alone)
    sockets = bench.pairs("sockets", sizes.presses)
    restarts = [bench.restart(number) for number in range(sizes.restarts)]
    sqlite, postgres = bench.rush_on_sqlite(), None
    programs = binaries()
    if programs is not None:
        with server(programs) as there:
            postgres = bench.rush_on_postgres(there)
    found = {
        "extra_cpu_ms": _extra(crowd),
        "extra_cpu_ms_alone": _extra(alone),
        "share_of_floor": _share(crowd),
        "share_of_floor_sockets": _share(sockets),
        "p99_5000_ms_sqlite": round(sqlite),
        "p99_5000_ms_postgres": None if postgres is None else round(postgres),
        "restart_extra_s": round(statistics.median(restarts), 3),
        "errors": bench.errors,
    }
    for name, pairs in (("in a crowd", crowd), ("alone", alone), ("over sockets", sockets)):
        tell_pairs(name, pairs)
    tell(found, sizes)
    print(json.dumps(found))
    return found


def _extra(pairs: list[Pair]) -> float:
    return round(float(statistics.median(ours["cpu_ms"] - floor["cpu_ms"] for floor, ours in pairs)), 3)


def _share(pairs: list[Pair]) -> float:
    return round(float(statistics.median(ours["rate"] / floor["rate"] for floor, ours in pairs)), 2)


def tell_pairs(name: str, pairs: list[Pair]) -> None:
    """Print the pairs of one measurement as a table."""
    print(f"{name:12} CPU ms an answer            answers a second")
    print("pair          floor    bot  extra          floor    bot")
    for number, (floor, ours) in enumerate(pairs, 1):
        extra = ours["cpu_ms"] - floor["cpu_ms"]
        print(
            f"{number:4}         {floor['cpu_ms']:6.3f} {ours['cpu_ms']:6.3f} {extra:6.3f}"
            f"         {floor['rate']:6.0f} {ours['rate']:6.0f}"
        )


def tell(found: Result, sizes: Sizes) -> None:
    """Print what was found."""
    print(f"CPU above the floor, median                 {found['extra_cpu_ms']} ms an answer")
    print(f"... of an answer that is alone              {found['extra_cpu_ms_alone']} ms")
    print(f"rate, as a share of the floor's, median     {found['share_of_floor']}")
    print(f"... with replies over a socket              {found['share_of_floor_sockets']}")
    print(f"{sizes.rush} votes at once, 99 of 100 within, SQLite  {found['p99_5000_ms_sqlite']} ms")
    print(f"... on PostgreSQL                           {found['p99_5000_ms_postgres'] or 'not here:'} ms")
    print(f"start with {sizes.rounds} open rounds, longer by    {found['restart_extra_s']} s")
    print(f"errors                                      {found['errors']}")


def main() -> int:
    """Measure; 1 where an answer was lost, doubled or refused."""
    sizes = Sizes(float(os.environ.get("FOLKMOOT_BENCH") or 1))
    with tempfile.TemporaryDirectory(prefix="folkmoot-bench-") as folder:
        found = run(Path(folder), sizes)
    return 1 if found["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
