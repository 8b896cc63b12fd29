"""A disk that is full or broken: a clear refusal, no acknowledged answer lost, and no restart needed."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import verify
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.services import answers
from bot.services.answers import Recorded
from bot.services.ports import App
from bot.store.database import DatabaseUnusable, open_database
from cogs.client import Folkmoot
from cogs.ui.custom_ids import CustomId
from tests.builders import HandClock, World, export, open_app, open_poll, residents, set_up, wording
from tests.disks import mount, small
from tests.gateway import GUILD, Gateway

PEOPLE = 12
MOST_WAVES = 500
DISK_KB = 2048

Trouble = Callable[[World, Path], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def full_disk(_: World, disk: Path) -> AsyncIterator[None]:
    """No byte is left on the file system."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1024)):
                pass
        except OSError:
            pass
    yield
    filler.unlink()


@asynccontextmanager
async def full_file(world: World, _: Path) -> AsyncIterator[None]:
    """The database may not grow any more."""

    async def limit(pages: str) -> None:
        async with world.app.database._writing.connect() as connection:
            await connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    await limit("1")  # SQLite makes it as many as there are
    yield
    await limit(str(2**30))


@asynccontextmanager
async def failing_writes(_: World, __: Path) -> AsyncIterator[None]:
    """Every write of this process to any file fails; SQLite calls it an I/O error."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own."""
    with small(tmp_path, DISK_KB) as disk:
        yield disk


@pytest.fixture(params=[full_disk, full_file, failing_writes], ids=lambda trouble: trouble.__name__)
def trouble(request: pytest.FixtureRequest) -> Trouble:
    made: Trouble = request.param
    return made


@pytest.fixture
def disk(trouble: Trouble, request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if trouble is full_disk:
        found: Path = request.getfixturevalue("small_disk")
        return found
    return tmp_path


@pytest.fixture
async def world(disk: Path, clock: HandClock) -> AsyncIterator[World]:
    made = await set_up(await open_app(disk, clock), str(GUILD))
    yield made
    await made.app.database.close()


class Crowd:
    """People who answer all at once, and what each of them was told is recorded."""

    def __init__(self, app: App, asked: Round, people: list[Person]) -> None:
        self.app, self.asked, self.people = app, asked, people
        self.told: dict[str, int] = {}
        self.waves = 0

    async def wave(self) -> int:
        """Everybody changes their mind; how many were refused."""
        option = self.waves % len(self.asked.options)
        self.waves += 1
        outcomes = await asyncio.gather(
            *(answers.answer(self.app, one, self.asked.id, [str(option)]) for one in self.people),
            return_exceptions=True,
        )
        for one, outcome in zip(self.people, outcomes, strict=True):
            if isinstance(outcome, Recorded):
                self.told[one.platform_id] = option
            else:
                assert isinstance(outcome, Refusal), outcome
                assert outcome.code == "cannot-save"
        return sum(isinstance(outcome, Refusal) for outcome in outcomes)

    async def until_refused(self) -> None:
        """Answer until nobody's answer is taken any more."""
        while await self.wave() < len(self.people):
            assert self.waves < MOST_WAVES, "nothing was refused"


def stored(disk: Path) -> dict[str, int]:
    """What another process would find now."""
    with closing(sqlite3.connect(disk / "folkmoot.db")) as there:
        rows = there.execute("SELECT platform_id, value FROM answer JOIN identity USING (community, person)")
        return {who: int(value.strip("[]")) for who, value in rows}


async def test_a_disk_in_trouble_refuses_loses_nothing_and_recovers(
    world: World, disk: Path, trouble: Trouble, clock: HandClock
) -> None:
    crowd = Crowd(world.app, await open_poll(world), await residents(world, PEOPLE))
    assert await crowd.wave() == 0
    async with trouble(world, disk):
        await crowd.until_refused()
        assert stored(disk) == crowd.told
    assert stored(disk) == crowd.told
    assert await crowd.wave() == 0
    await crowd.wave()
    assert stored(disk) == crowd.told

    await world.app.database.close()
    world.app = await open_app(disk, clock)
    assert stored(disk) == crowd.told
    assert verify.check(await export(world)).ok


async def test_who_presses_a_button_then_reads_that_it_was_not_saved(
    world: World, disk: Path, trouble: Trouble
) -> None:
    asked = await open_poll(world)
    crowd = Crowd(world.app, asked, await residents(world, PEOPLE))
    vote = str(CustomId("vote", asked.id, "0"))
    async with Gateway(Folkmoot(world.app, wording())) as gateway:
        go_on = str(CustomId("go", asked.id, "adults.0"))
        assert "Recorded" in (await gateway.press(1, go_on)).text
        async with trouble(world, disk):
            await crowd.until_refused()
            for wave in range(MOST_WAVES):  # one answer is smaller than many, and may still find room
                reply = await gateway.press(1, str(CustomId("vote", asked.id, str(wave % 2))))
                if reply.text == wording().say("en", "refusal-cannot-save"):
                    break
            else:
                pytest.fail("nothing was refused")
            newcomer = await gateway.press(2, go_on)
            assert newcomer.text == wording().say("en", "refusal-cannot-save")
        assert (await gateway.press(1, vote)).text.split(".")[0] in ("**Changed", "**Recorded already")
        assert "Recorded" in (await gateway.press(2, go_on)).text


async def test_a_read_only_disk_is_said_in_one_line(small_disk: Path, clock: HandClock) -> None:
    app = await open_app(small_disk, clock)
    await app.database.close()
    assert mount("-o", "remount,ro", str(small_disk))
    with pytest.raises(DatabaseUnusable, match="can't be used: unable to open") as refused:
        await open_database(f"sqlite+aiosqlite:///{small_disk / 'folkmoot.db'}")
    assert "\n" not in str(refused.value)


async def test_a_disk_too_small_for_any_database_is_said_in_one_line(small_disk: Path) -> None:
    (small_disk / "filler").write_bytes(bytes((DISK_KB - 8) * 1024))
    with pytest.raises(DatabaseUnusable, match=r"can't be used: .*(full|I/O)") as refused:
        await open_database(f"sqlite+aiosqlite:///{small_disk / 'folkmoot.db'}")
    assert "\n" not in str(refused.value)
