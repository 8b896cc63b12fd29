"""A PostgreSQL server in trouble: its disk is full, it only reads, it crashes under load.

A clear refusal, no acknowledged answer lost, and no restart of ours needed.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot import verify
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.services import answers, people
from bot.services.answers import Recorded
from cogs.client import Folkmoot
from tests.builders import HandClock, World, export, open_app, open_poll, residents, set_up, wording
from tests.disks import small
from tests.gateway import GUILD, Gateway
from tests.postgres import AT_ONCE, Server, server
from tests.soak.kills import explained
from tests.soak.victim import Press

PEOPLE, MOST_WAVES = 12, 500
DISK_KB = 128 * 1024
CRASHES, PATIENCE_S = 3, 20
SAVED = ("**Recorded", "**Changed")


@pytest.fixture
def filling(postgres: Server) -> Iterator[tuple[Server, Path]]:
    """A server whose files are on a small disk, and that disk."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-", dir="/tmp") as made:
        Path(made).chmod(0o755)  # the server has a user of its own
        few = ("fsync=off", "min_wal_size=32MB", "max_wal_size=32MB", "autovacuum=off")
        with small(Path(made), DISK_KB) as disk, server(postgres.bin, *few, place=str(disk)) as there:
            yield there, disk


@pytest.fixture
def own_server(postgres: Server) -> Iterator[Server]:
    """A server that a test may stop."""
    with server(postgres.bin, "fsync=off") as there:
        yield there


@asynccontextmanager
async def world_on(there: Server, clock: HandClock) -> AsyncIterator[World]:
    app = await open_app(there.url(there.database()), clock)
    try:
        yield await set_up(app, str(GUILD))
    finally:
        await app.database.close()


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """No byte is left on the file system."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1 << 16)):
                pass
        except OSError:
            pass
    try:
        yield
    finally:
        filler.unlink()


class Crowd:
    """People who answer all at once; what each was told last is kept."""

    def __init__(self, world: World, asked: Round, crowd: list[Person]) -> None:
        self.world, self.asked, self.people = world, asked, crowd
        self.told: dict[str, tuple[int, ...] | None] = {}
        self.waves = 0

    async def wave(self) -> int:
        """Everybody changes their mind; how many were refused."""
        place = self.waves % len(self.asked.options)
        self.waves += 1
        outcomes = await asyncio.gather(
            *(answers.answer(self.world.app, one, self.asked.id, [str(place)]) for one in self.people),
            return_exceptions=True,
        )
        for one, outcome in zip(self.people, outcomes, strict=True):
            if isinstance(outcome, Recorded):
                self.told[one.platform_id] = (place,)
            else:
                assert isinstance(outcome, Refusal), outcome
                assert outcome.code == "cannot-save"
        return sum(isinstance(outcome, Refusal) for outcome in outcomes)

    async def until_refused(self) -> None:
        """Answer until nobody's answer is taken any more."""
        while await self.wave() < len(self.people):
            assert self.waves < MOST_WAVES, "nothing was refused"

    async def stands(self) -> bool:
        """Whether what is stored is what people were told."""
        app, which = self.world.app, self.asked.id
        return self.told == {
            one.platform_id: await answers.standing_answer(app, one, which) for one in self.people
        }


def fill_tables(_: Server) -> None:
    """The tables can't grow; the log still has room in its own files."""


def fill_log(there: Server) -> None:
    """The log can't grow either: the server gives up in the middle of what it does."""
    command = [str(there.bin / "psql"), "-h", str(there.folder), "-U", "folkmoot", "-d", "postgres", "-c"]
    for _ in range(10):
        moving = "SELECT pg_logical_emit_message(false, 'x', repeat('x', 9000000)), pg_switch_wal()"
        if subprocess.run([*command, moving], capture_output=True, check=False).returncode:
            return
    pytest.fail("the log found room ten times")


async def up_again(world: World, there: Server) -> None:
    """Wait for a server that has crashed; our connections to it come back by themselves."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if not there.runs():  # it could not even begin again; whoever made room starts it
                await asyncio.to_thread(there.start)
            try:
                async with world.app.database.reading() as tx:
                    await tx.execute(text("SELECT 1"))
                return
            except (DBAPIError, OSError):
                await asyncio.sleep(0.1)


@pytest.mark.parametrize("fill", [fill_tables, fill_log])
async def test_a_full_disk_refuses_loses_nothing_and_recovers(
    filling: tuple[Server, Path], clock: HandClock, fill: Callable[[Server], None]
) -> None:
    there, disk = filling
    async with world_on(there, clock) as world:
        crowd = Crowd(world, await open_poll(world), await residents(world, PEOPLE))
        assert await crowd.wave() == 0
        with full(disk):
            await asyncio.to_thread(fill, there)
            await crowd.until_refused()
        await up_again(world, there)
        assert await crowd.stands()
        assert await crowd.wave() == 0
        assert await crowd.stands()
        assert verify.check(await export(world)).ok


async def only_reads(world: World, there: Server, *, on: bool) -> None:
    """Make the database one that takes nothing, as a standby is, for everybody who connects from now on."""
    name = world.app.database._writing.url.database
    change = "SET default_transaction_read_only = on" if on else "RESET default_transaction_read_only"
    leave = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
    for statement in (f"ALTER DATABASE {name} {change}", f"{leave}'{name}'"):
        await asyncio.to_thread(there.sql, statement)


async def test_a_server_that_only_reads_is_said_to_who_presses_and_recovers(
    own_server: Server, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with world_on(own_server, clock) as world:
        asked = await open_poll(world)
        async with Gateway(Folkmoot(world.app, wording())) as gateway:
            go_on, vote = f"cp1:go:{asked.id}:adults.0", f"cp1:vote:{asked.id}:1"
            assert (await gateway.press(1, go_on)).text.startswith(SAVED)
            await only_reads(world, own_server, on=True)
            for who, press in (
                (1, vote),
                (2, go_on),
                (1, f"cp1:withdraw:{asked.id}"),
                (1, "cp1:erase-now:0"),
            ):
                assert (await gateway.press(who, press)).text == wording().say("en", "refusal-cannot-save")
            assert "By the school" in (await gateway.press(1, "cp1:mine:0")).text  # reading goes on
            assert "25006" in caplog.text
            await only_reads(world, own_server, on=False)
            assert (await gateway.press(1, vote)).text.startswith(SAVED)
            assert (await gateway.press(2, go_on)).text.startswith(SAVED)
            assert await answers.standing_answer(world.app, Person(1, "1"), asked.id) == (1,)
        assert verify.check(await export(world)).ok


class Presses:
    """People who press one after the other in the real client, and what each press was answered."""

    def __init__(self, gateway: Gateway, asked: Round) -> None:
        self.gateway, self.asked = gateway, asked
        self.refusals = [wording().say("en", name) for name in ("refusal-cannot-save", "sorry")]
        self.sent: dict[int, list[Press]] = defaultdict(list)
        self.acknowledged: set[int] = set()
        self.refused = 0
        self.over = False

    async def person(self, who: int) -> None:
        """Press until it is over."""
        chance = random.Random(who)  # noqa: S311
        while not self.over:
            place = str(chance.randrange(len(self.asked.options)))
            press = Press(who * 10_000 + len(self.sent[who]), who, self.asked.id, place, len(self.sent[who]))
            self.sent[who].append(press)
            reply = await self.gateway.press(who, f"cp1:vote:{self.asked.id}:{place}")
            if reply.text.startswith(SAVED):
                self.acknowledged.add(press.number)
            else:
                assert reply.text in self.refusals, reply.text
                self.refused += 1
                await asyncio.sleep(0.02)


async def test_a_server_that_crashes_under_load_has_every_acknowledged_answer(
    own_server: Server, clock: HandClock
) -> None:
    async with world_on(own_server, clock) as world:
        asked = await open_poll(world)
        crowd = range(1, PEOPLE + 1)
        for who in crowd:
            await people.go_on(world.app, Person(1, str(who)), "adults")
        async with Gateway(Folkmoot(world.app, wording())) as gateway:
            presses = Presses(gateway, asked)
            pressing = asyncio.gather(*(presses.person(who) for who in crowd))
            for _ in range(CRASHES):
                before = len(presses.acknowledged)
                while len(presses.acknowledged) < before + 3 * PEOPLE:
                    assert not pressing.done()
                    await asyncio.sleep(0.01)
                await asyncio.to_thread(own_server.stop, AT_ONCE)
                await asyncio.sleep(0.2)
                await asyncio.to_thread(own_server.start)
            presses.over = True
            await asyncio.wait_for(pressing, PATIENCE_S)
        assert presses.refused
        rows = await on_record(world)
        for who in crowd:
            assert explained("", rows[who], presses.sent[who], presses.acknowledged), who
            assert await answers.standing_answer(world.app, Person(1, str(who)), asked.id) == (
                int(rows[who][-1]),
            )
        assert verify.check(await export(world)).ok


async def on_record(world: World) -> dict[int, list[str]]:
    """What the record says that each person answered, in its order."""
    query = (
        "SELECT platform_id, disclosure.said FROM interaction JOIN disclosure USING (community, number)"
        " JOIN identity USING (community, person) WHERE act IN ('answered', 'changed') ORDER BY number"
    )
    found: dict[int, list[str]] = defaultdict(list)
    async with world.app.database.reading() as tx:
        for who, said in await tx.execute(text(query)):
            found[int(who)].append(said.removeprefix('{"value":[').removesuffix("]}"))
    return found
