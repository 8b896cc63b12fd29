"""``make bench-history``: does anything cost more with a million interactions behind it?

The same hundred communities with the same last week, and ever more years before it. What people do shows
the last week, so it should cost the same. It is measured in a fresh process, which remembers nothing.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import wiring
from bot.domain.people import Person
from bot.domain.rounds import DAY_MS, State
from bot.services import answers, desk, digests, due, initiatives, my_data, rounds
from bot.services.ports import App
from bot.settings import Rounds, Settings
from bot.store import answers as stored
from bot.store import interactions
from bot.store.answers import Answer
from bot.store.interactions import Entry
from bot.store.schema import identity, outbox, person, result, round_
from tests.builders import ORGANISER, World, open_poll, set_up, sqlite_url
from tests.postgres import binaries, server

SIZES = (10_000, 100_000, 1_000_000)
COMMUNITIES = 100
A_ROUND = 50
"""How many people answer a round."""
STAYS = 10
"""How many rounds the same people answer, until others come."""
VOTES, AT_ONCE, TIMES = 100, 32, 30
WEEK_MS = 7 * DAY_MS
ALLOWED = 1.5
"""How many times as much the last size may cost as the first: caches are colder, trees a level deeper."""

Act = Callable[[], Awaitable[object]]


@dataclass
class Past:
    """A community's past, written week by week; ``known`` are the people who are there already."""

    world: World
    known: set[int] = field(default_factory=set)

    async def week(self, tx: AsyncConnection, ago: int) -> None:
        """One round of so many weeks ago, with everything that it left; 1 was the last."""
        here, at = self.world.community.id, self.world.now - ago * WEEK_MS + DAY_MS
        which = 10**6 - ago
        block = 0 if ago <= 2 else (ago - 3) // STAYS + 1  # who answered last week has no more behind them
        voters = [block * A_ROUND + place + 1 for place in range(A_ROUND)]
        await self._meet(tx, [who for who in voters if who not in self.known], at)
        await tx.execute(insert(round_).values(**self._asked(which, at)))
        given = [Answer(here, which, who, (who % 3,), "resident", at, at) for who in voters]
        await stored.put_many(tx, given)
        entry = partial(Entry, here, at, "answered", "define", "resident", initiative=2, round=which)
        said = [entry({"value": one.value}, person=one.person, secret=b"s") for one in given]
        await interactions.append(tx, said)
        facts = {"options": ["A", "B", "C"], "counts": [0, 0, 0], "answers": A_ROUND, "quorum": 0}
        tally = json.dumps(facts | {"standings": {}})
        await tx.execute(insert(result).values(community=here, round=which, tally=tally))
        posts = [self._post(2 * which, "result", {}, at)]
        posts.append(self._post(2 * which + 1, "digest", {"until_ms": at + DAY_MS}, at + DAY_MS))
        await tx.execute(insert(outbox), posts if ago > 1 else posts[:1])

    async def _meet(self, tx: AsyncConnection, new: list[int], at: int) -> None:
        here, notice = self.world.community.id, Settings().privacy.notice_version
        if not new:
            return
        self.known.update(new)
        times = {"notice_ms": at, "made_ms": at, "seen_ms": self.world.now}
        shared = {"community": here, "language": "", "ages": "adults", "notice": notice, **times}
        await tx.execute(
            insert(person), [{"id": who, "secret": secrets.token_bytes(32)} | shared for who in new]
        )
        ids = [{"community": here, "platform_id": f"voter-{who}", "person": who} for who in new]
        await tx.execute(insert(identity), ids)

    def _asked(self, which: int, at: int) -> dict[str, Any]:
        return {
            "community": self.world.community.id, "id": which, "initiative": self.world.initiative.id,
            "kind": "pick", "stage": "define", "state": "closed", "question": f"What about {which}?",
            "options": '["A", "B", "C"]', "quorum": 0, "show_of_hands": 0, "audience": "", "reason": "",
            "drafted_ms": at, "opened_ms": at, "closes_ms": at, "closed_ms": at, "end_reason": "",
            "channel": "channel-say", "message": f"m{which}",
        }  # fmt: skip

    def _post(self, which: int, card: str, facts: dict[str, int], at: int) -> dict[str, Any]:
        return {
            "community": self.world.community.id, "id": which, "once": f"{card}:{which}", "card": card,
            "facts": json.dumps(facts), "place": "channel", "target": "channel-say", "state": "sent",
            "attempts": 1, "made_ms": at, "attempted_ms": at, "next_ms": at, "sent_ms": at,
            "message": f"p{which}", "trouble": "",
        }  # fmt: skip


async def fill(url: str, size: int, communities: int = COMMUNITIES) -> None:
    """Communities with an open round each, and so many interactions behind them in all."""
    settings = replace(Settings(), database=url, rounds=Rounds(acts_an_hour=10_000))
    async with wiring.assembled(settings, wiring.MachineClock()) as app:
        for number in range(communities):
            past = Past(await set_up(app, f"server-{number}"))
            await open_poll(past.world)
            for ago in range(size // communities // A_ROUND, 0, -1):
                await app.database.writer.run(partial(_week, past, ago))


async def _week(past: Past, ago: int, tx: AsyncConnection) -> None:
    await past.week(tx, ago)


async def measure(url: str, communities: int) -> dict[str, float]:
    """What each act takes, in milliseconds: the median of many."""
    began = time.perf_counter()
    settings = replace(Settings(), database=url, rounds=Rounds(acts_an_hour=10_000))
    async with wiring.assembled(settings, wiring.MachineClock()) as app:
        await due.run_due(app, app.clock.now_ms())
        found = {"start": (time.perf_counter() - began) * 1000}
        for name, acts in _acts(app, range(1, communities + 1)).items():
            found[name] = await _median_ms(acts)
    return found


def _acts(app: App, numbers: Iterable[int]) -> dict[str, Iterator[Act]]:
    def of_each(act: Callable[[int], Awaitable[object]], times: int = TIMES) -> Iterator[Act]:
        return (partial(act, number) for number in islice(cycle(numbers), times))

    votes = dict.fromkeys(numbers, 0)

    async def vote(number: int) -> object:
        votes[number] += 1
        who = Person(number, f"voter-{votes[number] % A_ROUND + 1}")
        return await answers.answer(app, who, 1, [str(votes[number] // A_ROUND % 3)])

    async def burst(_: int) -> object:
        return await asyncio.gather(*(vote(number) for number in islice(cycle(numbers), AT_ONCE)))

    def organiser(number: int) -> Person:
        return Person(number, f"organiser-of-server-{number - 1}", frozenset({ORGANISER}))

    async def have_your_say(number: int) -> object:
        return await rounds.listing(app, number, State.OPEN), await initiatives.listing(app, number)

    return {
        "vote": of_each(vote, VOTES),
        f"{AT_ONCE} votes at once": of_each(burst),
        "digest": of_each(lambda number: digests.preview(app, organiser(number))),
        "desk": of_each(lambda number: desk.desk(app, organiser(number))),
        "have your say": of_each(have_your_say),
        "my data": of_each(lambda number: my_data.held(app, Person(number, "voter-1"))),
    }


async def _median_ms(acts: Iterable[Act]) -> float:
    took: list[float] = []
    for act in acts:
        began = time.perf_counter()
        await act()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


@contextmanager
def databases(engine: str) -> Iterator[tuple[Callable[[int], str], Callable[[], object]]]:
    """Where to put a database of each size, and what the years of its growth would have done."""
    if engine == "postgresql":
        programs = binaries()
        assert programs is not None, "PostgreSQL is not installed here"
        with server(programs) as there:
            # PostgreSQL does both by itself, but later than we measure.
            yield lambda _: there.url(there.database()), there.tidy
    else:
        with tempfile.TemporaryDirectory(prefix="folkmoot-history-") as folder:
            yield lambda size: sqlite_url(_made(Path(folder) / str(size))), lambda: None


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def run(engine: str, sizes: Iterable[int] = SIZES, communities: int = COMMUNITIES) -> dict[str, list[float]]:
    """What each act takes at each size, in milliseconds."""
    found: dict[str, list[float]] = {}
    with databases(engine) as (place, tidy):
        for size in sizes:
            url, began = place(size), time.perf_counter()
            asyncio.run(fill(url, size, communities))
            wrote_s = time.perf_counter() - began
            tidy()
            print(f"{engine}: {size:,} interactions written in {wrote_s:.0f} s", flush=True)
            command = [sys.executable, "-m", "tests.bench.history", url, str(communities)]
            told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            for name, took in json.loads(told).items():
                found.setdefault(name, []).append(round(took, 2))
    return found


def main() -> int:
    """Print a table for each engine, then one line of JSON: the last size's cost over the first's."""
    factor = float(os.environ.get("FOLKMOOT_BENCH") or 1)
    sizes = [round(size * factor) for size in SIZES]
    growth: dict[str, dict[str, float]] = {}
    for engine in (os.environ.get("FOLKMOOT_ENGINES") or "sqlite,postgresql").split(","):
        found = run(engine, sizes, round(COMMUNITIES * factor))
        print(f"{'median, ms':<20}" + "".join(f"{size:>14,}" for size in sizes))
        for name, took in found.items():
            print(f"{name:<20}" + "".join(f"{one:>14.2f}" for one in took))
        growth[engine] = {name: round(took[-1] / took[0], 2) for name, took in found.items()}
    print(json.dumps(growth))
    return int(any(one > ALLOWED for by in growth.values() for one in by.values()))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(asyncio.run(measure(sys.argv[1], int(sys.argv[2])))))
    else:
        sys.exit(main())
