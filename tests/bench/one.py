"""One measurement, in a process of its own: prints one line of JSON.

    python -m tests.bench.one steady floor 4000
    python -m tests.bench.one steady folkmoot 4000 <database>
    python -m tests.bench.one sockets folkmoot 2000 <database>
    python -m tests.bench.one alone folkmoot 500 <database>
    python -m tests.bench.one rush folkmoot 5000 <database>
    python -m tests.bench.one restart folkmoot 1 <database>

The database comes from :mod:`tests.bench.town`. ``errors`` counts answers that say something else than
that the vote counts, and every row by which the database differs from what was acknowledged.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import discord
from sqlalchemy import func, select

from bot import verify, wiring
from bot.services import records
from bot.services.ports import App
from bot.settings import Settings
from bot.store.schema import answer, interaction
from cogs.client import Folkmoot
from tests.bench.bots import STREAMS, Bare, Crowd, votes
from tests.bench.discord_here import beside
from tests.gateway import GUILD, Gateway
from tests.loopback import Linked

WARM_UP = 10 * STREAMS
ALONE = 100
"""Presses a second at which hardly two share a transaction."""
Result = dict[str, float]


def connected(client: discord.Client, url: str) -> Gateway:
    """A client whose requests end here, or at the address of a server."""
    return Linked(client, url, [GUILD]) if url else Gateway(client)


@asynccontextmanager
async def floor(_: str, url: str = "") -> AsyncIterator[tuple[Crowd, None]]:
    """The bare bot, connected; with the same settings of the garbage collector, which help it, too."""
    client = Bare()
    wiring.settle()
    async with connected(client, url) as gateway:
        with Crowd(gateway).listening(over_sockets=bool(url)) as crowd:
            yield crowd, None


@asynccontextmanager
async def folkmoot(database: str, url: str = "") -> AsyncIterator[tuple[Crowd, App]]:
    """This bot, started as ``folkmoot run`` starts it."""
    wording = wiring.load_wording()
    async with wiring.assembled(Settings(database=database), wiring.MachineClock()) as app:
        client = Folkmoot(app, wording)
        wiring.settle()
        async with connected(client, url) as gateway, wiring.beating(app, client.messenger):
            with Crowd(gateway).listening(over_sockets=bool(url)) as crowd:
                yield crowd, app


BOTS = {"floor": floor, "folkmoot": folkmoot}


async def steady(which: str, presses: int, database: str) -> Result:
    """CPU for each answer and answers a second, of people who each vote and then change their mind."""
    return await _steady(which, presses, database, "")


async def sockets(which: str, presses: int, database: str) -> Result:
    """The same with replies that go over a socket, to a server in a process of its own."""
    with beside() as url:
        return await _steady(which, presses, database, url)


async def _steady(which: str, presses: int, database: str, url: str) -> Result:
    async with BOTS[which](database, url) as (crowd, app):
        await crowd.one_by_one(votes(crowd.gateway, range(WARM_UP)))
        people = range(WARM_UP, WARM_UP + presses // 2)
        pressed = votes(crowd.gateway, people, times=2)
        start, cpu = time.perf_counter(), time.process_time()
        await crowd.one_by_one(pressed)
        took_s, cpu_s = time.perf_counter() - start, time.process_time() - cpu
        return {
            "cpu_ms": cpu_s / len(pressed) * 1000,
            "rate": len(pressed) / took_s,
            "errors": await errors(crowd, app, WARM_UP + len(pressed), WARM_UP + len(people)),
        }


async def alone(which: str, presses: int, database: str) -> Result:
    """CPU for each answer of people who come one by one, a hundred a second: each has a commit of its own."""
    async with BOTS[which](database) as (crowd, app):
        await crowd.one_by_one(votes(crowd.gateway, range(WARM_UP)))
        pressed = votes(crowd.gateway, range(WARM_UP, WARM_UP + presses))
        cpu = time.process_time()
        await crowd.at_a_pace(pressed, ALONE)
        cpu_s = time.process_time() - cpu
        everyone = WARM_UP + len(pressed)
        return {
            "cpu_ms": cpu_s / len(pressed) * 1000,
            "rate": ALONE,
            "errors": await errors(crowd, app, everyone, everyone),
        }


async def rush(which: str, presses: int, database: str) -> Result:
    """How long people wait who all vote in the same moment: half of them, and 99 of 100, in milliseconds."""
    async with BOTS[which](database) as (crowd, app):
        await crowd.one_by_one(votes(crowd.gateway, range(WARM_UP)))
        pressed = votes(crowd.gateway, range(WARM_UP, WARM_UP + presses))
        crowd.after_s.clear()
        start = time.perf_counter()
        await crowd.at_once(pressed)
        waited = [(after - start) * 1000 for after in crowd.after_s]
        everyone = WARM_UP + len(pressed)
        return {
            "p50": statistics.median(waited),
            "p99": statistics.quantiles(waited, n=100)[98],
            "errors": await errors(crowd, app, everyone, everyone),
        }


async def restart(which: str, presses: int, database: str) -> Result:
    """Seconds from opening the database to a client that is ready; then it must take a vote."""
    start = time.perf_counter()
    async with BOTS[which](database) as (crowd, app):
        took_s = time.perf_counter() - start
        await crowd.at_once(votes(crowd.gateway, range(presses)))
        return {"s": took_s, "errors": await errors(crowd, app, presses, presses)}


async def errors(crowd: Crowd, app: App | None, acknowledged: int, people: int) -> int:
    """How many answers were no acknowledgement, got lost, were doubled, or stand in a broken record."""
    found = crowd.refused + abs(len(crowd.said) - acknowledged)
    if app is None:
        return found
    acts = select(func.count()).where(interaction.c.act.in_(["answered", "changed"]))
    async with app.database.reading() as tx:
        rows = (await tx.execute(acts)).scalar_one()
        standing = (await tx.execute(select(func.count()).select_from(answer))).scalar_one()
    [number] = await records.communities_there(app)
    lines = [line async for line in records.record_lines(app, number)]
    whole = verify.check(lines, json.loads(lines[-1])["head"]).ok
    return int(found + abs(rows - acknowledged) + abs(standing - people) + (not whole))


MEASURED: dict[str, Callable[[str, int, str], Awaitable[Result]]] = {
    "steady": steady,
    "sockets": sockets,
    "alone": alone,
    "rush": rush,
    "restart": restart,
}


def main(what: str, which: str, presses: str, database: str = "") -> None:
    """Measure once, and print it."""

    async def measured() -> Result:
        return await MEASURED[what](which, int(presses), database)

    print(json.dumps(asyncio.run(measured())))


if __name__ == "__main__":
    main(*sys.argv[1:])
