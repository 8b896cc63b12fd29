"""Two processes of the bot on one PostgreSQL database, each with its own shards."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import pytest

from bot import verify, wiring
from bot.domain.people import Person
from bot.domain.rounds import Round, State
from bot.services import communities, people, rounds
from bot.settings import Settings
from cogs.client import Folkmoot
from cogs.ui.custom_ids import CustomId
from tests.builders import POSTGRESQL_ONLY, HandClock, World, export, open_poll, set_up, wording
from tests.gateway import GUILD, MODERATORS, SAY, Gateway

SHARDS = 2
HERE = next(guild for guild in (GUILD, GUILD + (1 << 22)) if (guild >> 22) % SHARDS == 0)
THERE = HERE + (1 << 22)
VOTERS = range(1001, 1021)


@dataclass
class Process:
    """One process: its part of the gateway, and the community whose presses reach it."""

    world: World
    gateway: Gateway
    client: Folkmoot
    guild: int

    async def tick(self) -> None:
        await wiring.tick(self.world.app, self.client.messenger)

    async def vote(self, asked: Round) -> None:
        """Everybody votes at once; each has read the notice."""
        replies = await asyncio.gather(
            *(
                self.gateway.press(one, str(CustomId("vote", asked.id, str(one % 3))), guild=self.guild)
                for one in VOTERS
            )
        )
        assert all(reply.text.startswith("**Recorded.**") for reply in replies), replies[0].text


@pytest.fixture
async def processes(database_url: str, clock: HandClock) -> AsyncIterator[list[Process]]:
    """Two of them, which see the same messages."""
    async with AsyncExitStack() as stack:
        running: list[Process] = []
        for shard, guild in enumerate((HERE, THERE)):
            settings = replace(Settings(), database=database_url, shards=f"{shard}/{SHARDS}")
            app = await stack.enter_async_context(wiring.assembled(settings, clock))
            client = Folkmoot(app, wording())
            gateway = Gateway(client, [guild])
            if running:
                gateway._messages, gateway._ids = running[0].gateway._messages, running[0].gateway._ids
            await stack.enter_async_context(gateway)
            world = await set_up(app, str(guild), say=str(SAY), moderators=str(MODERATORS), witness="")
            running.append(Process(world, gateway, client, guild))
        for one in running:
            for voter in VOTERS:
                await people.go_on(one.world.app, Person(one.world.community.id, str(voter)), "adults")
        yield running


def messages(process: Process) -> list[str]:
    return [json.dumps(one["components"]) for one in process.gateway._messages.values()]


@POSTGRESQL_ONLY
async def test_each_serves_its_own_and_whoever_is_first_does_what_is_due(processes: list[Process]) -> None:
    asked = [await open_poll(one.world) for one in processes]
    for one in processes:
        await one.tick()
    await asyncio.gather(*(one.vote(poll) for one, poll in zip(processes, asked, strict=True)))
    before = len(messages(processes[0]))

    processes[0].world.clock.move(days=8, hours=1)
    await asyncio.gather(*(one.tick() for one in processes for _ in range(3)))

    wanted = Counter(one % 3 for one in VOTERS)
    for one, poll in zip(processes, asked, strict=True):
        look = await rounds.look(one.world.app, one.world.community.id, poll.id)
        assert look.round.state is State.CLOSED
        assert look.result is not None
        assert look.result.counts == tuple(wanted[place] for place in range(3))
        lines = await export(one.world)
        assert verify.check(lines, json.loads(lines[-1])["head"]).ok
        assert sum("round-closed" in line for line in lines) == 1
    posted = messages(processes[0])[before:]
    marks = Counter(mark for text in posted for mark in marks_in(text))
    assert marks
    assert set(marks.values()) == {1}


@POSTGRESQL_ONLY
async def test_when_one_is_down_the_other_closes_and_posts_for_it(processes: list[Process]) -> None:
    down, up = processes
    asked = await open_poll(down.world)
    await down.tick()
    await down.vote(asked)
    await down.client.close()

    up.world.clock.move(days=8, hours=1)
    await up.tick()

    look = await rounds.look(up.world.app, down.world.community.id, asked.id)
    assert look.round.state is State.CLOSED
    assert sum("20 people answered" in text for text in messages(up)) == 1
    # It was not removed from servers that it can't see.
    up.gateway.ready()
    await asyncio.sleep(0.1)
    assert not (await communities.refresh(up.world.app, down.world.community.id)).removed_ms


def marks_in(text: str) -> list[str]:
    """What tells posts apart, in a message's components."""
    found = json.loads(text)
    ids: list[str] = []

    def walk(what: object) -> None:
        if isinstance(what, list):
            for each in what:
                walk(each)
        elif isinstance(what, dict):
            ids.append(str(what.get("custom_id", "")))
            for each in what.values():
                walk(each)

    walk(found)
    return [one.rpartition(":")[2] for one in ids if one.rpartition(":")[2].startswith("m")]
