"""Answers by many tasks for the same few people, through every door at once: one answer each, the last.

Half of the tasks press in the real client; the others call the service, some of them on a second app, as
another process on the same database would. What each was told is held against what the record says.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import verify, wiring
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.services import answers
from bot.services.answers import Recorded
from bot.services.ports import App
from bot.settings import Rounds, Settings, Timing
from bot.wording import Markup
from cogs.client import Folkmoot
from cogs.ui.custom_ids import CustomId
from tests.builders import World, export, wording
from tests.gateway import Gateway
from tests.soak.scene import POLLS, inhabited

ANSWERS = 10_000
TASKS = 32
PEOPLE = range(800000000000000000, 800000000000000300)
SOUGHT_AFTER = PEOPLE[:6]
"""Half of all answers are theirs: they are the ones who race."""
WITHDRAWN = 0.15
OPTIONS = 3

Key = tuple[str, int]
"""Person and round."""
Value = tuple[int, ...]
SAME, REFUSED = "same", "refused"


class Broken(Exception):
    """Something other than an answer was wrong."""


@dataclass
class Found:
    """What the races came to; all but the first two must be 0.

    ``doubled``: people with several answers to one round. ``astray``: acts told and not on record, or on
    record and not told. ``stale``: answers that stand although a later one was acknowledged.
    """

    answers: int = 0
    acknowledged: int = 0
    doubled: int = 0
    astray: int = 0
    stale: int = 0

    @property
    def ok(self) -> bool:
        """Whether everybody counts once, with what they said last."""
        return not (self.doubled or self.astray or self.stale)

    def __str__(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Act:
    """One answer: from when to when it raced, and as what it was acknowledged."""

    began: int
    ended: int
    did: str
    value: Value


@dataclass
class _Races:
    chance: random.Random
    acts: dict[Key, list[Act]] = field(default_factory=lambda: defaultdict(list))
    ticks: Iterator[int] = field(default_factory=count)

    async def run(self, door: _Door, times: int) -> None:
        """One task: one answer after the other."""
        for _ in range(times):
            who = self.chance.choice(SOUGHT_AFTER if self.chance.random() < 0.5 else PEOPLE)
            which = self.chance.randrange(len(POLLS))
            most = OPTIONS if POLLS[which] == "approve" else 1
            value = tuple(sorted(self.chance.sample(range(OPTIONS), self.chance.randint(1, most))))
            if self.chance.random() < WITHDRAWN:
                value = ()
            began = next(self.ticks)
            did = await door(who, which + 1, value)
            self.acts[str(who), which + 1].append(Act(began, next(self.ticks), did, value))


_Door = Callable[[int, int, Value], "asyncio.Future[str] | asyncio.Task[str]"]


def _service(app: App, community: int) -> _Door:
    async def door(who: int, which: int, value: Value) -> str:
        person = Person(community, str(who))
        try:
            if value:
                told = await answers.answer(app, person, which, [str(place) for place in value])
            else:
                told = await answers.withdraw(app, person, which)
        except Refusal as refusal:
            if refusal.code not in ("nothing-to-withdraw", "cannot-save"):
                raise
            return REFUSED
        return _named(told)

    return lambda *act: asyncio.ensure_future(door(*act))


def _named(told: Recorded) -> str:
    if told.before == told.value:
        return SAME
    return "answered" if told.before is None else "changed" if told.value else "withdrawn"


def _client(gateway: Gateway, client: Folkmoot) -> _Door:
    gap = Markup("\0")
    sentences = {
        "answered": "recorded", "changed": "recorded-changed", SAME: "recorded-same",
        "withdrawn": "withdrawn", REFUSED: "refusal-nothing-to-withdraw", "full": "refusal-cannot-save",
    }  # fmt: skip
    begins = {
        did: client.wording.say("en", name, choice=gap, before=gap, when=gap).split(gap)[0]
        for did, name in sentences.items()
    }

    async def door(who: int, which: int, value: Value) -> str:
        if not value:
            reply = await gateway.press(who, str(CustomId("withdraw", which)))
        elif POLLS[which - 1] == "pick":
            reply = await gateway.press(who, str(CustomId("vote", which, str(value[0]))))
        else:
            reply = await gateway.press(who, str(CustomId("choose", which)), [str(place) for place in value])
        gateway.replies.clear()
        gateway.requests.clear()
        said = [did for did, begin in begins.items() if reply.text.startswith(begin)]
        if len(said) != 1:
            raise Broken(f"a press was answered with {reply.text!r}")
        return REFUSED if said[0] == "full" else said[0]

    return lambda *act: asyncio.ensure_future(door(*act))


def run(url: str, answers: int, seed: str, say: Callable[[str], None] = print) -> Found:
    """Race on the empty database at an address.

    Raises:
        Broken: the record does not verify, or a press was answered with something else.
    """
    say(f"seed {seed}")
    return asyncio.run(_run(url, answers, seed))


async def _run(url: str, wanted: int, seed: str) -> Found:
    # The fewest seconds between two paintings: as much as possible is to happen at the same time.
    timing, often = Timing(tick_seconds=1, repaint_seconds=1), Rounds(acts_an_hour=10_000)
    settings = Settings(database=url, timing=timing, rounds=often)
    clock = wiring.MachineClock()
    races = _Races(random.Random(seed))  # noqa: S311 - so that the seed repeats it
    async with wiring.assembled(settings, clock) as app, wiring.assembled(settings, clock) as other:
        world = await inhabited(app, PEOPLE)
        before = await _on_record(world)
        client = Folkmoot(app, wording())
        async with Gateway(client) as gateway, wiring.beating(app, client.messenger):
            services = [_service(one, world.community.id) for one in (app, other)]
            doors = [_client(gateway, client), services[0], _client(gateway, client), services[1]]
            shares = [wanted // TASKS + (number < wanted % TASKS) for number in range(TASKS)]
            await asyncio.gather(
                *(races.run(doors[number % len(doors)], share) for number, share in enumerate(shares))
            )
        return await _judge(world, races, before)


async def _judge(world: World, races: _Races, before: Counter[tuple[Key, str, Value]]) -> Found:
    verdict = verify.check(await export(world))
    if not verdict.ok:
        raise Broken(f"the record does not verify: {verdict}")
    told = {key: [act for act in acts if act.did != REFUSED] for key, acts in races.acts.items()}
    found = Found(sum(len(acts) for acts in races.acts.values()), sum(len(acts) for acts in told.values()))
    changes = Counter(
        (key, act.did, act.value) for key, acts in told.items() for act in acts if act.did != SAME
    )
    recorded = await _on_record(world) - before
    found.astray = ((recorded - changes) + (changes - recorded)).total()
    stored = await _stored(world)
    found.doubled = sum(len(values) > 1 for values in stored.values())
    for key in {*told, *stored}:
        standing = stored.get(key, [()])
        found.stale += not set(standing) <= _may_be_last(told.get(key, []))
    return found


def _may_be_last(acts: Sequence[Act]) -> set[Value]:
    """What may stand: the values of acts that ended after every other had begun; nothing without any."""
    last_began = max((act.began for act in acts), default=0)
    return {act.value for act in acts if act.ended > last_began} or {()}


async def _on_record(world: World) -> Counter[tuple[Key, str, Value]]:
    rows = await _rows(
        world,
        "SELECT platform_id, interaction.round, act, disclosure.said FROM interaction"
        " JOIN disclosure USING (community, number) JOIN identity USING (community, person)"
        " WHERE act IN ('answered', 'changed', 'withdrawn')",
    )
    return Counter(((who, which), act, tuple(json.loads(said)["value"])) for who, which, act, said in rows)


async def _stored(world: World) -> dict[Key, list[Value]]:
    found: dict[Key, list[Value]] = defaultdict(list)
    query = "SELECT platform_id, round, value FROM answer JOIN identity USING (community, person)"
    for who, which, value in await _rows(world, query):
        found[who, which].append(tuple(json.loads(value)))
    return found


async def _rows(world: World, query: str) -> list[tuple[Any, ...]]:
    async with world.app.database.reading() as tx:
        return await _fetched(tx, query)


async def _fetched(tx: AsyncConnection, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await tx.execute(text(query))]
