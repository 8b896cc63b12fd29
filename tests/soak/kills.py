"""Kills the bot at its work, and looks for every answer that it had acknowledged.

Between two kills the same database goes on, or a new one begins.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import select
import shutil
import signal
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby, permutations
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from bot import verify, wiring
from bot.services import records
from bot.settings import Settings
from tests.soak.scene import inhabited
from tests.soak.victim import ACKNOWLEDGED, PEOPLE, TROUBLE, Press, live, read

KILLS = 200
PATIENCE_S = 60.0
MOST_ACKNOWLEDGED = 400
LONGEST_WAIT_S = 0.1
BY_ITSELF = 0.5
NEW_DATABASE = 0.15

Key = tuple[int, int]
"""Person and round."""

# Importing everything takes longer than a kill: one server process does it once, victims are its forks.
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.soak.victim"])


class Broken(Exception):
    """Something other than an answer was wrong after a kill."""


@dataclass
class Found:
    """What the kills came to."""

    kills: int = 0
    lost: int = 0
    doubled: int = 0
    acknowledged: int = 0

    def __str__(self) -> str:
        return json.dumps({"kills": self.kills, "lost": self.lost, "doubled": self.doubled})


@dataclass
class _Presses:
    """What one life of the bot was asked, and what of it was acknowledged."""

    sent: dict[Key, list[Press]] = field(default_factory=lambda: defaultdict(list))
    acknowledged: set[int] = field(default_factory=set)

    def take(self, line: str) -> None:
        if line.startswith(TROUBLE):
            raise Broken(f"the bot was in trouble before it was killed: {line[2:]}")
        what, press = read(line)
        if what == ACKNOWLEDGED:
            self.acknowledged.add(press.number)
        else:
            self.sent[press.person, press.round].append(press)


@dataclass
class _Database:
    """A database file, the rows its record began with, and the answers found on it after each kill."""

    file: Path
    began: int
    settled: dict[Key, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def url(self) -> str:
        return f"sqlite+aiosqlite:///{self.file}"


def run(folder: Path, kills: int, seed: str, fault: str = "", say: Callable[[str], None] = print) -> Found:
    """Kill that many times; ``fault`` names one of the victim's, and stops at the first loss.

    Raises:
        Broken: the record, its head or the file is not whole, or the bot was in trouble.
    """
    say(f"seed {seed}")
    chance, found = random.Random(seed), Found()  # noqa: S311 - so that the seed repeats it
    began = asyncio.run(_prepare(folder / "begun.db"))
    database: _Database | None = None
    while found.kills < kills and not (fault and (found.lost or found.doubled)):
        if database is None or chance.random() < NEW_DATABASE:
            if database is not None:
                database.file.unlink()
            database = _Database(folder / f"{found.kills}.db", began)
            shutil.copy(folder / "begun.db", database.file)
        presses = _one_life(database, f"{seed}/{found.kills}", chance, fault)
        found.kills += 1
        found.acknowledged += len(presses.acknowledged)
        asyncio.run(_check(database, presses, found))
        if not found.kills % 20:
            say(f"{found.kills} kills, {found.acknowledged} answers acknowledged")
    return found


async def _prepare(file: Path) -> int:
    """A community with three open polls and people who have read the notice; how long its record is."""
    settings = Settings(database=f"sqlite+aiosqlite:///{file}")
    async with wiring.assembled(settings, wiring.MachineClock()) as app:
        await inhabited(app, PEOPLE)
    with closing(sqlite3.connect(file)) as there:
        return int(there.execute("SELECT number FROM head").fetchone()[0])


def _one_life(database: _Database, seed: str, chance: random.Random, fault: str) -> _Presses:
    """Let the bot live on a database and die: as it gives some answer, or at any moment."""
    after = chance.randint(1, MOST_ACKNOWLEDGED)
    by_itself = chance.random() < BY_ITSELF
    wait_s = PATIENCE_S if by_itself else chance.uniform(0, LONGEST_WAIT_S)
    told, tells = _forks.Pipe(duplex=False)
    with told:
        with tells:
            told_what = (database.url, tells, seed, after if by_itself else 0, fault)
            victim = _forks.Process(target=live, args=told_what, daemon=True)
            victim.start()
        try:
            presses = _listen(told.fileno(), victim, after, wait_s)
        finally:
            victim.kill()
            victim.join()
    if victim.exitcode != -signal.SIGKILL:
        raise Broken(f"the bot ended by itself: {victim.exitcode}")
    return presses


def _listen(told: int, victim: ForkServerProcess, after: int, wait_s: float) -> _Presses:
    """All that the victim tells until its end, which comes ``wait_s`` after so many acknowledgements."""
    presses, rest = _Presses(), b""
    end, enough = time.monotonic() + PATIENCE_S, False
    while True:
        if select.select([told], [], [], max(0.0, end - time.monotonic()))[0]:
            heard = os.read(told, 1 << 16)
            if not heard:
                return presses
            *lines, rest = (rest + heard).split(b"\n")
            for line in lines:
                presses.take(line.decode())
        if not enough and len(presses.acknowledged) >= after:
            enough, end = True, time.monotonic() + wait_s
        if time.monotonic() >= end:
            if not enough:
                raise Broken(f"the bot acknowledged {len(presses.acknowledged)} answers in {PATIENCE_S} s")
            victim.kill()
            end = time.monotonic() + PATIENCE_S  # what it told before is still to be read


async def _check(database: _Database, presses: _Presses, found: Found) -> None:
    async with wiring.assembled(Settings(database=database.url), wiring.MachineClock()) as app:
        [number] = await records.communities_there(app)
        lines = [line async for line in records.record_lines(app, number)]
    with closing(sqlite3.connect(database.file)) as there:
        _check_whole(there, lines)
        on_record, stored = _on_record(there), _stored(there, found)
        [[rows]] = there.execute("SELECT count(*) FROM interaction")
    if rows != database.began + sum(len(options) for options in on_record.values()):
        raise Broken(f"{rows} rows of the record are not what was there before and the answers")
    for key in {*on_record, *stored, *presses.sent, *database.settled}:
        _compare(key, database, presses, on_record.get(key, []), stored.get(key, ""), found)
    database.settled = on_record


def _check_whole(there: sqlite3.Connection, lines: list[str]) -> None:
    [[integrity]] = there.execute("PRAGMA integrity_check")
    if integrity != "ok" or there.execute("PRAGMA foreign_key_check").fetchall():
        raise Broken(f"the file is damaged: {integrity}")
    [[number, head]] = there.execute("SELECT number, hash FROM head")
    verdict = verify.check(lines, head.hex())
    if not verdict.ok or verdict.vouched != number:
        raise Broken(f"the record does not verify against its head of row {number}: {verdict}")
    for table in ("interaction", "disclosure"):
        [[rows]] = there.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own names
        if rows != number:
            raise Broken(f"{table} has {rows} rows, the head says {number}")


def _on_record(there: sqlite3.Connection) -> dict[Key, list[str]]:
    """What the record says that each person answered to each round, in its order."""
    found: dict[Key, list[str]] = defaultdict(list)
    for who, which, said in there.execute(
        "SELECT platform_id, round, disclosure.said FROM interaction"
        " JOIN disclosure USING (community, number) JOIN identity USING (community, person)"
        " WHERE act IN ('answered', 'changed') ORDER BY number"
    ):
        found[int(who), which].append(_option(json.loads(said)["value"]))
    return found


def _stored(there: sqlite3.Connection, found: Found) -> dict[Key, str]:
    """The answers as they stand."""
    stored: dict[Key, str] = {}
    for who, which, value in there.execute(
        "SELECT platform_id, round, value FROM answer JOIN identity USING (community, person)"
    ):
        found.doubled += (int(who), which) in stored
        stored[int(who), which] = _option(json.loads(value))
    return stored


def _option(places: list[int]) -> str:
    return ".".join(map(str, places))


def _compare(
    key: Key, database: _Database, presses: _Presses, on_record: list[str], stored: str, found: Found
) -> None:
    """One person's answers to one round: what was found, beside what was sent and acknowledged."""
    before, sent = database.settled.get(key, []), presses.sent.get(key, [])
    new = on_record[len(before) :]
    if (Counter(new) - Counter(press.option for press in sent)).total():
        found.doubled += 1
    elif (
        on_record[: len(before)] != before
        or stored != (on_record[-1] if on_record else "")
        or not explained(before[-1] if before else "", new, sent, presses.acknowledged)
    ):
        found.lost += 1


def explained(before: str, rows: list[str], sent: list[Press], acknowledged: set[int]) -> bool:
    """Whether rows follow from an answer and presses: all that were acknowledged, any of the others.

    Presses of one wave came in any order. One that repeats the answer before it leaves no row.
    """
    reached = {0}  # how many rows are explained so far
    for _, wave in groupby(sent, key=lambda press: press.wave):
        together = list(wave)
        certain = {press.number for press in together} & acknowledged
        orders = [
            order
            for size in range(len(certain), len(together) + 1)
            for order in permutations(together, size)
            if certain <= {press.number for press in order}
        ]
        reached = {
            end
            for start in reached
            for order in orders
            if (end := _follow(before, rows, start, order)) is not None
        }
    return len(rows) in reached


def _follow(before: str, rows: list[str], place: int, order: Iterable[Press]) -> int | None:
    for press in order:
        if press.option == (rows[place - 1] if place else before):
            continue
        if rows[place : place + 1] != [press.option]:
            return None
        place += 1
    return place
