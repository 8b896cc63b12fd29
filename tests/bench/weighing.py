"""``make bench-weigh``: what does the next card cost with 2,000 statements and 5,000 readers?

Against 20 and 50. Two databases that differ in nothing else, compared
as ``make bench-asks`` compares an ask's.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import AsyncExitStack
from dataclasses import replace

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import wiring
from bot.domain.people import Person
from bot.domain.rounds import DAY_MS
from bot.domain.weighing import WEIGH, value_of
from bot.services import drafts, weighing
from bot.services.ports import App
from bot.settings import Rounds, Settings
from bot.store import rounds as stored_rounds
from bot.store.schema import answer, contribution, statement, version
from tests.bench.asks import ALLOWED, TIMES, Act, _people, paired
from tests.bench.history import databases
from tests.builders import World, set_up

FEW, MANY = (20, 50), (2_000, 5_000)
"""How many statements, and how many readers."""
EACH = 10
"""How many statements each of them has read."""


async def fill(world: World, count: int, readers: int) -> int:
    """An open weighing with so many statements, and people who have read some of them; its number."""
    app, here = world.app, world.community.id
    asked = await drafts.begin(app, world.organiser, world.initiative.id, WEIGH)

    async def work(tx: AsyncConnection) -> None:
        at = {"state": "open", "opened_ms": world.now, "closes_ms": world.now + DAY_MS}
        await stored_rounds.change(tx, here, asked.id, question="Where do you stand?", **at)
        await _people(tx, world, readers)
        await _statements(tx, world, asked.id, count, readers)
        await _answers(tx, world, asked.id, count, readers)

    await app.database.writer.run(work)
    return asked.id


async def _statements(tx: AsyncConnection, world: World, asked: int, count: int, readers: int) -> None:
    here = world.community.id
    shared = {
        "community": here, "round": asked, "initiative": world.initiative.id, "standing": "resident",
        "version": 1, "first_ms": world.now, "at_ms": world.now, "settled_ms": world.now, "why": "",
        "judge": 1, "question": "", "again": 0, "origin": "told", "due_ms": 0, "place": "", "present": 0,
        "link": "", "state": "accepted", "newcomer": 0, "supporters": 0,
    }  # fmt: skip
    numbers = range(1, count + 1)
    await tx.execute(insert(contribution), [shared | {"id": one, "person": -one} for one in numbers])
    said = [json.dumps({"what": [f"Statement {one}: a lamp at every crossing."]}) for one in numbers]
    words = {"community": here, "number": 1, "chosen": "[]", "at_ms": world.now}
    await tx.execute(
        insert(version),
        [words | {"contribution": one, "said": text} for one, text in zip(numbers, said, strict=True)],
    )
    read = [0] * count
    for who in range(readers):
        for place in _read_by(who, count):
            read[place - 1] += 1
    deck = {"community": here, "round": asked, "added": 0, "stands": 1}
    await tx.execute(
        insert(statement), [deck | {"contribution": one, "readers": read[one - 1]} for one in numbers]
    )


def _read_by(who: int, count: int) -> list[int]:
    return [(who * EACH + place) % count + 1 for place in range(EACH)]


async def _answers(tx: AsyncConnection, world: World, asked: int, count: int, readers: int) -> None:
    shared = {
        "community": world.community.id, "round": asked, "standing": "resident", "came": "chat",
        "first_ms": world.now, "at_ms": world.now,
    }  # fmt: skip
    rows = [
        shared
        | {"person": who + 1, "value": json.dumps(value_of(dict.fromkeys(_read_by(who, count), who % 3 - 1)))}
        for who in range(readers)
    ]
    await tx.execute(insert(answer), rows)


def acts(world: World, asked: int, count: int, readers: int) -> dict[str, Act]:
    """What a reader does; each takes how often it was done before."""
    app, here = world.app, world.community.id

    def reader(turn: int) -> Person:
        return Person(here, f"author-{turn % min(readers, TIMES) + 1}")

    async def vote(turn: int) -> object:
        number = _read_by(turn % min(readers, TIMES), count)[turn % EACH]
        return await weighing.vote(app, reader(turn), asked, number, ("agree", "pass", "disagree")[turn % 3])

    return {
        "next card": lambda turn: weighing.turn(app, reader(turn), asked),
        "vote": vote,
        "where I stand": lambda turn: weighing.stood(app, reader(turn), asked),
    }


async def run(
    engine: str, few: tuple[int, int] = FEW, many: tuple[int, int] = MANY, times: int = TIMES
) -> dict[str, list[float]]:
    """What each act takes with few and with many, in milliseconds."""
    with databases(engine) as (place, tidy):
        async with AsyncExitStack() as stack:
            small = await _open(stack, place(few[0]), *few)
            large = await _open(stack, place(many[0]), *many)
            await asyncio.to_thread(tidy)
            return await paired(small, large, times)


async def _open(stack: AsyncExitStack, url: str, count: int, readers: int) -> dict[str, Act]:
    settings = replace(Settings(), database=url, rounds=Rounds(acts_an_hour=10_000))
    app: App = await stack.enter_async_context(wiring.assembled(settings, wiring.MachineClock()))
    world = await set_up(app)
    return acts(world, await fill(world, count, readers), count, readers)


def main() -> int:
    """Print a table for each engine, then one line of JSON: the larger weighing's cost over the smaller's."""
    growth: dict[str, dict[str, float]] = {}
    for engine in (os.environ.get("FOLKMOOT_ENGINES") or "sqlite,postgresql").split(","):
        found = asyncio.run(run(engine))
        print(f"{engine + ', median ms':<24}{FEW[0]:>10,}{MANY[0]:>10,}{'ratio':>8}")
        growth[engine] = {name: round(large / small, 2) for name, (small, large) in found.items()}
        for name, (small, large) in found.items():
            print(f"{name:<24}{small:>10.2f}{large:>10.2f}{growth[engine][name]:>8.2f}")
    print(json.dumps(growth))
    return int(max(one for by in growth.values() for one in by.values()) > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
