"""A database that is closed while somebody reads: whoever reads finishes, and no connection stays open."""

from __future__ import annotations

import asyncio
import threading

import pytest
from sqlalchemy import text

from bot.domain.refusals import Refusal
from bot.store.database import Database, open_database


@pytest.fixture
async def database(database_url: str) -> Database:
    return await open_database(database_url)


async def read(database: Database, go_on: asyncio.Event | None = None) -> int:
    async with database.reading() as tx:
        if go_on is not None:
            await go_on.wait()
        return int((await tx.execute(text("SELECT 1"))).scalar_one())


def connections() -> int:
    """How many of SQLite's connections are open: each has a thread."""
    return sum(one is not threading.main_thread() for one in threading.enumerate())


async def test_whoever_reads_may_finish(database: Database) -> None:
    go_on = asyncio.Event()
    readers = [asyncio.create_task(read(database, go_on)) for _ in range(3)]
    await asyncio.sleep(0.05)
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0.05)
    assert not closing.done()
    go_on.set()
    await closing
    assert [one.done() and one.result() for one in readers] == [1, 1, 1]


async def test_who_reads_for_long_does_not_hold_up_the_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read_for_long() -> None:
        async with database.reading() as tx:
            await go_on.wait()
            await tx.invalidate()  # the pool that would take it back is gone

    monkeypatch.setattr("bot.store.database.PATIENCE_MS", 50)
    go_on = asyncio.Event()
    reader = asyncio.create_task(read_for_long())
    await asyncio.sleep(0.05)
    await asyncio.wait_for(database.close(), 5)
    assert not reader.done()
    go_on.set()
    await asyncio.wait([reader])
    assert reader.exception()


async def test_nobody_reads_after_the_end(database: Database) -> None:
    await database.close()
    with pytest.raises(Refusal, match="cannot-save"):
        await read(database)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("steps", range(0, 40, 5))
async def test_who_is_cancelled_while_connecting_leaves_nothing_open(database_url: str, steps: int) -> None:
    before = connections()
    database = await open_database(database_url)
    reader = asyncio.create_task(read(database))
    for _ in range(steps):
        await asyncio.sleep(0.0002)
    reader.cancel()
    await asyncio.wait([reader])
    await database.close()
    await asyncio.sleep(0.01)  # a thread ends a moment after its connection
    assert connections() <= before
