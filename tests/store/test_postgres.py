"""What only PostgreSQL has: a server that can go away, files of its own kind, other ways into the record."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import verify
from bot.domain.refusals import Refusal
from bot.services import answers, people
from bot.services.answers import Recorded
from bot.services.ports import App
from bot.store.database import DatabaseUnusable, open_database
from bot.store.schema import metadata
from tests.builders import (
    POSTGRESQL_ONLY,
    HandClock,
    World,
    close_at_its_time,
    export,
    open_app,
    open_poll,
    resident,
    residents,
    set_up,
)
from tests.postgres import Server, server

CANARY = "canary-5b1e77"
PEOPLE = 12


def name_of(app: App) -> str:
    """The name of the app's database."""
    name = app.database._writing.url.database
    assert name
    return name


def files_with(there: Server, name: str, *canaries: bytes) -> list[str]:
    """The database's files that hold one of the canaries, once all of them are written."""
    there.sql("CHECKPOINT", name)
    number = there.sql(f"SELECT oid FROM pg_database WHERE datname = '{name}'")  # noqa: S608 - our own name
    files = [file for file in (there.data / "base" / number).iterdir() if file.is_file()]
    assert len(files) > len(metadata.tables)
    return [file.name for file in files if any(canary in _read(file) for canary in canaries)]


def _read(file: Path) -> bytes:
    """What is in a file; nothing where the server has just taken it away, as it does with its caches."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


@POSTGRESQL_ONLY
async def test_erasure_leaves_no_trace_once_the_server_has_vacuumed(world: World, postgres: Server) -> None:
    app, name, crowd = world.app, name_of(world.app), await residents(world, 20)
    person = await resident(world, CANARY)
    over, still = await open_poll(world), await open_poll(world, days=20)
    for asked in (over, still):
        await asyncio.gather(*(answers.answer(app, one, asked.id, ["0"]) for one in [*crowd, person]))
    await people.speak(app, person, "cy")
    await close_at_its_time(world, over)
    known = await people.find(app, person)
    assert known is not None
    traces = CANARY.encode(), known.secret
    assert files_with(postgres, name, *traces)

    app.checkpoint_owed = False
    await people.erase(app, person)
    assert not app.checkpoint_owed
    await asyncio.to_thread(postgres.sql, "VACUUM FULL", name)

    assert files_with(postgres, name, *traces) == []
    lines = await export(world)
    assert verify.check(lines, json.loads(lines[-1])["head"]).ok


@POSTGRESQL_ONLY
@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE interaction SET act = 'x' WHERE number = 1",
        "DELETE FROM interaction",
        "TRUNCATE interaction CASCADE",
        "INSERT INTO interaction SELECT * FROM interaction WHERE number = 1 "
        "ON CONFLICT (community, number) DO UPDATE SET act = 'x'",
    ],
)
async def test_the_record_can_only_grow(world: World, forgery: str) -> None:
    before = await export(world)
    async with world.app.database._writing.connect() as connection:
        with pytest.raises(DBAPIError, match="append-only"):
            await connection.execute(text(forgery))
    assert await export(world) == before


@POSTGRESQL_ONLY
async def test_migrations_make_what_the_tables_say(app: App) -> None:
    def differences(connection: Connection) -> list[object]:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
        return [difference for difference in found if "alembic_version" not in str(difference)]

    async with app.database.reading() as tx:
        assert await tx.run_sync(differences) == []
        named = (await tx.execute(text(CONSTRAINTS))).scalars().all()
    said = {str(one.name) for table in metadata.tables.values() for one in table.constraints}
    assert set(named) - {"alembic_version_pkc"} == said


CONSTRAINTS = "SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace"


@POSTGRESQL_ONLY
async def test_reading_connections_cannot_write(app: App) -> None:
    async with app.database.reading() as tx:
        with pytest.raises(DBAPIError, match="read-only"):
            await tx.execute(text("DELETE FROM outbox"))


@POSTGRESQL_ONLY
async def test_one_process_writes_at_a_time_and_who_waits_too_long_is_refused(
    app: App, database_url: str
) -> None:
    async def nothing(_: AsyncConnection) -> str:
        return "done"

    other = await open_database(database_url)
    async with other._writing.begin():  # another process, in the middle of writing
        outcomes = await asyncio.gather(
            *(app.database.writer.run(nothing) for _ in range(3)), return_exceptions=True
        )
        assert {str(one) for one in outcomes} == {"cannot-save"}
    assert await app.database.writer.run(nothing) == "done"
    await other.close()


@POSTGRESQL_ONLY
@pytest.mark.parametrize("code", ["53100", "53300", "57P01"])
async def test_the_servers_trouble_refuses_the_whole_batch_at_once(app: App, code: str) -> None:
    tries = 0

    async def failing(tx: AsyncConnection) -> None:
        nonlocal tries
        tries += 1
        await tx.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$"))

    outcomes = await asyncio.gather(
        *(app.database.writer.run(failing) for _ in range(5)), return_exceptions=True
    )
    assert {str(one) for one in outcomes} == {"cannot-save"}
    assert tries == 1


@pytest.fixture
def own_server(postgres: Server) -> Iterator[Server]:
    """A server that a test may stop."""
    with server(postgres.bin, "fsync=off") as there:
        yield there


@pytest.fixture
async def there(own_server: Server, clock: HandClock) -> AsyncIterator[World]:
    app = await open_app(own_server.url(own_server.database()), clock)
    yield await set_up(app)
    await app.database.close()


async def test_a_server_that_goes_away_refuses_loses_nothing_and_recovers(
    own_server: Server, there: World, caplog: pytest.LogCaptureFixture
) -> None:
    app, crowd = there.app, await residents(there, PEOPLE)
    asked, told = await open_poll(there), {}

    async def wave(option: int) -> int:
        """Everybody answers; how many were refused."""
        outcomes = await asyncio.gather(
            *(answers.answer(app, one, asked.id, [str(option)]) for one in crowd), return_exceptions=True
        )
        for one, outcome in zip(crowd, outcomes, strict=True):
            if isinstance(outcome, Recorded):
                told[one.platform_id] = (option,)
            else:
                assert isinstance(outcome, Refusal), outcome
                assert outcome.code == "cannot-save"
        return sum(isinstance(outcome, Refusal) for outcome in outcomes)

    async def stored() -> dict[str, tuple[int, ...] | None]:
        return {one.platform_id: await answers.standing_answer(app, one, asked.id) for one in crowd}

    assert await wave(0) == 0
    for option in (1, 2):
        await asyncio.to_thread(own_server.stop)
        try:
            async with asyncio.timeout(3):
                assert await wave(option) == PEOPLE
        finally:
            await asyncio.to_thread(own_server.start)
        assert await stored() == told
    assert await wave(1) == 0
    assert await stored() == told
    assert verify.check(await export(there)).ok
    assert "user-" not in caplog.text


async def test_a_server_that_is_not_there_is_said_in_one_line(postgres: Server) -> None:
    address = f"postgresql+asyncpg://me:my-secret@/nothing?host={postgres.folder}"
    with pytest.raises(DatabaseUnusable, match="nothing can't be used") as refused:
        await open_database(address)
    gone = f"postgresql+asyncpg://me:my-secret@/here?host={postgres.folder / 'nowhere'}"
    with pytest.raises(DatabaseUnusable, match="here can't be used") as unreached:
        await open_database(gone)
    for error in (refused, unreached):
        assert "\n" not in str(error.value)
        assert "my-secret" not in str(error.value)
