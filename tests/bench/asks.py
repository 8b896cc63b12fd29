"""``make bench-asks``: what does an ask with 10,000 ideas cost, against one with 100?

Two databases that differ in nothing else, in one process. Each act is done on one and then on the other,
and the order alternates, so that what else the machine does falls on both.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import statistics
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import wiring
from bot.domain.asks import ASK
from bot.domain.contributions import Contribution, Counted, counted
from bot.domain.people import Person
from bot.domain.rounds import DAY_MS
from bot.services import ask_summaries, contributions, drafts, moderating, my_data, rounds, supporting
from bot.services.ports import App
from bot.settings import Rounds, Settings
from bot.store import ask_counts
from bot.store import contributions as stored
from bot.store import rounds as stored_rounds
from bot.store.schema import contribution, identity, person, support, version
from tests.bench.history import databases
from tests.builders import World, set_up

FEW, MANY = 100, 10_000
TIMES = 30
EACH = 5
"""How many ideas each author has."""
ALLOWED = 2.0
"""How many times as much the larger ask may cost."""
STATES = ("accepted", "accepted", "received", "accepted", "declined", "accepted", "received", "accepted",
          "accepted", "received")  # fmt: skip
OFTEN = ("Every day", "Every week", "Now and then")

Act = Callable[[int], Awaitable[object]]


async def fill(world: World, ideas: int, visitors: int) -> int:
    """One open ask with so many ideas, and people who have brought none yet; the ask's number."""
    app, here = world.app, world.community.id
    asked = await drafts.begin(app, world.organiser, world.initiative.id, ASK, ask="problem")

    async def work(tx: AsyncConnection) -> None:
        at = {"state": "open", "opened_ms": world.now, "closes_ms": world.now + DAY_MS}
        await stored_rounds.change(tx, here, asked.id, question="What is the walk like?", **at)
        await _people(tx, world, max(1, ideas // EACH) + visitors)
        await _ideas(tx, world, asked.id, ideas)

    await app.database.writer.run(work)
    return asked.id


async def _people(tx: AsyncConnection, world: World, count: int) -> None:
    here, notice = world.community.id, world.app.settings.privacy.notice_version
    times = {"notice_ms": world.now, "made_ms": world.now, "seen_ms": world.now}
    shared = {"community": here, "language": "", "ages": "adults", "notice": notice, **times}
    who = range(1, count + 1)
    await tx.execute(insert(person), [{"id": one, "secret": secrets.token_bytes(32)} | shared for one in who])
    ids = [{"community": here, "platform_id": f"author-{one}", "person": one} for one in who]
    await tx.execute(insert(identity), ids)


async def _ideas(tx: AsyncConnection, world: World, asked: int, count: int) -> None:
    here, authors = world.community.id, max(1, count // EACH)
    numbers = range(1, count + 1)
    shared = {
        "community": here, "round": asked, "initiative": world.initiative.id, "standing": "resident",
        "version": 1, "first_ms": world.now, "settled_ms": 0, "why": "", "judge": 0,
        "question": "", "again": 0, "origin": "told", "due_ms": 0, "place": "", "present": 0, "link": "",
        "newcomer": 1, "supporters": 0,
    }  # fmt: skip
    await tx.execute(
        insert(contribution),
        [
            shared
            | {"id": one, "person": one % authors + 1, "state": STATES[one % len(STATES)], "at_ms": world.now}
            for one in numbers
        ],
    )
    words = [
        {"what": [f"Cars park on crossing {one} at half past eight, every day."], "often": [OFTEN[one % 3]]}
        for one in numbers
    ]
    await tx.execute(
        insert(version),
        [
            {
                "community": here,
                "contribution": one,
                "number": 1,
                "said": json.dumps(said),
                "chosen": '["often"]',
                "at_ms": world.now,
            }
            for one, said in zip(numbers, words, strict=True)
        ],
    )
    await tx.execute(
        insert(support),
        [
            {"community": here, "contribution": one, "person": 10**6 + who, "at_ms": world.now}
            for one in numbers
            for who in range(one % 4)
        ],
    )
    for supporters in range(1, 4):
        some = contribution.c.id % 4 == supporters
        await tx.execute(update(contribution).where(some).values(supporters=supporters))
    brought: dict[int, list[Contribution]] = {}
    for one in await stored.of_round(tx, here, asked):
        brought.setdefault(one.person, []).append(one)
    counts = sum((counted(those) for those in brought.values()), Counter[Counted]())
    await ask_counts.add(tx, here, asked, counts)


def acts(world: World, asked: int, ideas: int) -> dict[str, Act]:
    """What people do with an ask; each takes how often it was done before."""
    app, organiser, here = world.app, world.organiser, world.community.id
    author, first = Person(here, "author-1"), max(1, ideas // EACH) + 1

    async def my_answers(_: int) -> object:
        return await contributions.mine(app, author), await my_data.answers_of(app, author)

    return {
        "queue card": lambda _: moderating.queue(app, here),
        "next to read": lambda _: moderating.next_waiting(app, organiser, ideas // 2),
        "my answers": my_answers,
        "read ideas": lambda _: supporting.published(app, author, asked),
        "one idea": lambda _: supporting.look(app, author, 1),
        "public card": lambda _: rounds.look(app, here, asked),
        "ask summary": lambda _: ask_summaries.summarise(app, organiser, asked),
        "contribute": lambda turn: contributions.contribute(
            app, Person(here, f"author-{first + turn}"), asked, [f"The lamp is broken, I said {turn}."]
        ),
    }


async def paired(few: Mapping[str, Act], many: Mapping[str, Act], times: int) -> dict[str, list[float]]:
    """For each act the median in milliseconds on the smaller ask and on the larger one."""
    found: dict[str, list[float]] = {}
    for name in few:
        took: tuple[list[float], list[float]] = ([], [])
        for turn in range(times):
            two = [(few[name], took[0]), (many[name], took[1])]
            for act, into in two if turn % 2 else two[::-1]:
                began = time.perf_counter()
                await act(turn)
                into.append((time.perf_counter() - began) * 1000)
        found[name] = [round(statistics.median(one), 2) for one in took]
    return found


async def run(engine: str, few: int = FEW, many: int = MANY, times: int = TIMES) -> dict[str, list[float]]:
    """What each act takes on an ask of each size, in milliseconds."""
    with databases(engine) as (place, tidy):
        async with AsyncExitStack() as stack:
            small = await _open(stack, place(few), few, times)
            large = await _open(stack, place(many), many, times)
            await asyncio.to_thread(tidy)
            return await paired(small, large, times)


async def _open(stack: AsyncExitStack, url: str, size: int, times: int) -> dict[str, Act]:
    settings = replace(Settings(), database=url, rounds=Rounds(acts_an_hour=10_000))
    app: App = await stack.enter_async_context(wiring.assembled(settings, wiring.MachineClock()))
    world = await set_up(app)
    return acts(world, await fill(world, size, times), size)


def main() -> int:
    """Print a table for each engine, then one line of JSON: the larger ask's cost over the smaller's."""
    factor = float(os.environ.get("FOLKMOOT_BENCH") or 1)
    many = round(MANY * factor)
    growth: dict[str, dict[str, float]] = {}
    for engine in (os.environ.get("FOLKMOOT_ENGINES") or "sqlite,postgresql").split(","):
        found = asyncio.run(run(engine, many=many))
        print(f"{engine + ', median ms':<24}{FEW:>10,}{many:>10,}{'ratio':>8}")
        growth[engine] = {}
        for name, (small, large) in found.items():
            growth[engine][name] = round(large / small, 2)
            print(f"{name:<24}{small:>10.2f}{large:>10.2f}{growth[engine][name]:>8.2f}")
    print(json.dumps(growth))
    return int(max(one for by in growth.values() for one in by.values()) > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
