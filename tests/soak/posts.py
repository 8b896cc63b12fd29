"""Kills the bot while it posts to a Discord that fails in every way, and counts what arrived.

And a day on which Discord forbids everything: how often does the bot ask?
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bot import wiring
from bot.services.ports import App
from bot.settings import Settings
from bot.store import outbox
from cogs.client import Folkmoot
from tests.builders import HandClock, World, open_poll, set_up, sqlite_url, wording
from tests.loopback import Asked, Linked, Loopback
from tests.soak.poster import QuickClock, live

POSTS = 1000
MOST_REQUESTS_A_DAY = 300
PATIENCE_S, PATIENCE_PER_POST_S = 300.0, 2.0
LONGEST_SILENCE_S, LONGEST_LIFE_S = 10.0, 1.5
"""How long the bot may live before its first request, and after it."""

GUILDS = tuple(700000000000010000 + (number << 23) for number in range(4))
CHANNELS = 6
FORBIDDEN, GONE = GUILDS[1] + CHANNELS, GUILDS[2] + CHANNELS
IN_THEM = 0.04
TROUBLES = {
    "": 55, "before": 7, "after": 9, "gateway": 5, "cut": 5, "late": 3, "limited": 7, "everything": 1,
    "forbidden": 4, "gone": 4,
}  # fmt: skip
STORMY = 1.5
FINAL = ("forbidden", "gone")

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.soak.poster"])


class Broken(Exception):
    """The bot ended by itself, was in trouble, or did not come to an end."""


@dataclass
class Found:
    """What became of the posts; ``requests`` is how often Discord was asked."""

    posts: int = 0
    lost: int = 0
    doubled: int = 0
    requests: int = 0
    kills: int = 0
    dead: int = 0

    def __str__(self) -> str:
        return json.dumps(vars(self))


def run(folder: Path, posts: int, seed: str, say: Callable[[str], None] = print, fault: str = "") -> Found:
    """Post so many while being killed again and again; ``fault`` names one of the poster's.

    Raises:
        Broken: see there.
    """
    say(f"seed {seed}")
    return asyncio.run(_run(folder, posts, seed, say, fault))


async def _run(folder: Path, posts: int, seed: str, say: Callable[[str], None], fault: str) -> Found:
    chance = random.Random(seed)  # noqa: S311 - so that the seed repeats it
    file, errors = folder / "folkmoot.db", folder / "errors"
    clock = QuickClock(time.time())
    await _prepare(file, clock, posts, chance)
    found, end = Found(posts=posts), time.monotonic() + PATIENCE_S + posts * PATIENCE_PER_POST_S
    async with Loopback(_plan(chance, STORMY * posts), clock) as there:
        arguments = (sqlite_url(folder), there.url, clock.since, GUILDS, fault, str(errors))
        while left := _left(file):
            if time.monotonic() > end:
                raise Broken(f"{left} posts were not settled in time")
            await _one_life(arguments, chance, there)
            found.kills += 1
            if not found.kills % 20:
                say(f"{found.kills} kills, {left} posts left")
            if errors.exists():
                raise Broken(errors.read_text())
        _compare(file, there, found)
    return found


async def _prepare(file: Path, clock: QuickClock, posts: int, chance: random.Random) -> None:
    """Communities with a question each, and the posts."""
    async with wiring.assembled(Settings(database=f"sqlite+aiosqlite:///{file}"), clock) as app:
        worlds = [
            await set_up(app, str(guild), say=str(guild + 1), moderators=str(guild + 2), witness="")
            for guild in GUILDS
        ]
        for world in worlds:
            await open_poll(world)
        await _put(app, worlds, posts, chance)


async def _put(app: App, worlds: list[World], posts: int, chance: random.Random) -> None:
    for number in range(posts):
        place = chance.randrange(len(GUILDS))
        target = GUILDS[place] + chance.randint(1, CHANNELS - 1)
        if chance.random() < IN_THEM:
            place = chance.randint(1, 2)
            target = (FORBIDDEN, GONE)[place - 1]
        facts = {"rows": number, "head": "00"}
        await app.database.writer.run(
            lambda tx, place=place, target=target, facts=facts, number=number: outbox.put(  # type: ignore[misc]
                tx, worlds[place].community.id, "proof", str(target), app.clock.now_ms(), facts,
                once=f"soak:{number}",
            )
        )  # fmt: skip


def _plan(chance: random.Random, stormy: float) -> Callable[[Asked], str]:
    """So many requests meet the troubles; then the weather is fine, or the last posts would take minutes."""
    left = count(int(stormy), -1)

    def plan(asked: Asked) -> str:
        if asked.channel in (FORBIDDEN, GONE):
            return "forbidden" if asked.channel == FORBIDDEN else "gone"
        trouble = chance.choices([*TROUBLES], [*TROUBLES.values()])[0] if next(left) > 0 else ""
        return "" if trouble in FINAL and asked.method != "POST" else trouble

    return plan


async def _one_life(arguments: tuple[object, ...], chance: random.Random, there: Loopback) -> None:
    victim = _forks.Process(target=live, args=arguments, daemon=True)
    there.busy.clear()
    victim.start()
    with suppress(TimeoutError):
        await asyncio.wait_for(there.busy.wait(), LONGEST_SILENCE_S)
    await asyncio.sleep(chance.uniform(0, LONGEST_LIFE_S))
    victim.kill()
    await asyncio.to_thread(victim.join)
    if victim.exitcode != -signal.SIGKILL:
        raise Broken(f"the bot ended by itself: {victim.exitcode}")


def _rows(file: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as there:
        return there.execute(statement).fetchall()


def _left(file: Path) -> int:
    return len(_rows(file, "SELECT 1 FROM outbox WHERE state IN ('waiting', 'attempted')"))


def _compare(file: Path, there: Loopback, found: Found) -> None:
    """What the outbox says became of each post, beside what the channels have."""
    found.requests = there.asked.total()
    found.doubled = sum(times > 1 for times in there.stored.values())
    rows = _rows(file, "SELECT community, id, once, state, trouble, target FROM outbox")
    found.lost = found.posts - sum(str(once).startswith("soak:") for _, _, once, *_ in rows)
    for community, number, _, state, trouble, target in rows:
        mark = f"m{community}-{number}"
        stored, answered = there.stored[mark], there.answered[mark]
        if state == "sent":
            found.lost += stored == 0
        else:
            found.dead += 1
            # It can only have been given up for good where it was refused for good, and is not there.
            # Killed before it asked, it is looked for first: that says as well that its channel is closed.
            closed = target in (str(FORBIDDEN), str(GONE))
            refused = (closed or answered & {403, 404}) and str(trouble).startswith(FINAL)
            found.lost += not refused or stored > 0


def day(folder: Path, posts: int, tick_s: float, cards: int = 20) -> int:
    """A day on which everything is forbidden: posts that wait, cards that change all the time.

    How many requests were made; no more are once they are too many.
    """
    return asyncio.run(_day(folder, posts, tick_s, cards))


async def _day(folder: Path, posts: int, tick_s: float, cards: int) -> int:
    clock, forbidden = HandClock(), False
    async with (
        Loopback(lambda _: "forbidden" if forbidden else "", clock) as there,
        wiring.assembled(Settings(database=sqlite_url(folder)), clock) as app,
    ):
        client = Folkmoot(app, wording())
        worlds = [
            await set_up(app, str(guild), say=str(guild + 1), moderators=str(guild + 2), witness="")
            for guild in GUILDS
        ]
        marks = set[tuple[int, int]]()
        for number in range(cards):
            asked = await open_poll(worlds[number % len(worlds)])
            marks |= {(asked.community, asked.id), (asked.community, 0)}
        async with Linked(client, there.url, GUILDS):
            await wiring.tick(app, client.messenger)
            before, forbidden = there.asked.total(), True
            await _put(app, worlds, posts, random.Random(0))  # noqa: S311 - any will do
            for _ in range(int(86_400 / tick_s)):
                if there.asked.total() - before > MOST_REQUESTS_A_DAY:
                    break
                app.stale |= marks
                await wiring.tick(app, client.messenger)
                clock.move(seconds=tick_s)
    return there.asked.total() - before
