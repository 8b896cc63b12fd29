"""The schema: what migrations make is what the tables say, and the record can only grow."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, create_engine, text
from sqlalchemy.exc import DatabaseError

from bot.store.database import Database, DatabaseUnusable, open_database
from bot.store.schema import GUARDS, metadata
from tests.builders import HandClock, open_app, set_up, sqlite_url


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folkmoot.db"


@pytest.fixture
async def database(file: Path) -> AsyncIterator[Database]:
    opened = await open_database(url(file))
    yield opened
    await opened.close()


@pytest.fixture
async def kept(file: Path, clock: HandClock) -> Path:
    """A file with a community in it, closed."""
    app = await open_app(file.parent, clock)
    await set_up(app)
    await app.database.close()
    return file


def url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def dump(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


def differences(connection: Connection) -> list[object]:
    found = compare_metadata(MigrationContext.configure(connection), metadata)
    return [difference for difference in found if "alembic_version" not in str(difference)]


def definitions(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    return {row.name: " ".join(row.sql.split()) for row in rows if row.name != "alembic_version"}


def parts(definition: str) -> list[str]:
    """A definition's words, whatever the order of its constraints."""
    return sorted(definition.replace(",", " ").split())


async def test_migrations_make_what_the_tables_say(database: Database, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'direct.db'}")
    metadata.create_all(engine)
    with engine.connect() as connection:
        direct = definitions(connection)
    engine.dispose()
    async with database.reading() as tx:
        migrated = await tx.run_sync(definitions)
        assert await tx.run_sync(differences) == []
    assert migrated.keys() == direct.keys()
    for name, definition in direct.items():
        assert parts(migrated[name]) == parts(definition), name


async def test_every_table_is_strict(database: Database) -> None:
    async with database.reading() as tx:
        listed = (await tx.execute(text("PRAGMA table_list"))).all()
    loose = {row.name for row in listed if not row.strict and not row.name.startswith("sqlite_")}
    assert loose == {"alembic_version"}
    assert {row.name for row in listed} >= set(metadata.tables)


async def test_every_constraint_has_a_name(database: Database) -> None:
    def unnamed(connection: Connection) -> list[str]:
        found = MetaData()
        found.reflect(connection)
        kept = [table for table in found.sorted_tables if table.name != "alembic_version"]
        assert len(kept) == len(metadata.tables)
        return [f"{table.name}: {one!r}" for table in kept for one in table.constraints if not one.name]

    async with database.reading() as tx:
        assert await tx.run_sync(unnamed) == []


async def test_community_leads_every_key(database: Database) -> None:
    for table in metadata.sorted_tables:
        if table.name != "community":
            assert table.primary_key.columns.keys()[0] == "community", table.name


REPLACE = "INSERT OR REPLACE INTO interaction SELECT * FROM interaction WHERE number = 1"


@pytest.mark.parametrize(
    "forgery", ["UPDATE interaction SET act = 'x' WHERE number = 1", "DELETE FROM interaction", REPLACE]
)
async def test_the_record_can_only_grow(kept: Path, forgery: str) -> None:
    database = await open_database(url(kept))
    # Straight on the writing connection, without what else would stop it.
    async with database._writing.connect() as connection:
        await connection.execute(text("ROLLBACK"))
        await connection.execute(text("PRAGMA foreign_keys=OFF"))
        with pytest.raises(DatabaseError, match="append-only"):
            await connection.execute(text(forgery))
        await connection.execute(text("BEGIN"))
    await database.close()


async def test_reading_connections_cannot_write(database: Database) -> None:
    async with database.reading() as tx:
        with pytest.raises(DatabaseError, match="readonly"):
            await tx.execute(text("DELETE FROM outbox"))


async def test_a_commit_survives_a_power_cut_and_deletion_overwrites(database: Database) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "secure_delete": 1,
    }
    async with database._writing.connect() as connection:
        for pragma, value in wanted.items():
            assert (await connection.execute(text(f"PRAGMA {pragma}"))).scalar_one() == value, pragma


async def test_a_file_that_is_no_database_is_refused_and_left_alone(file: Path) -> None:
    minutes = b"Minutes of the meeting " * 300
    await asyncio.to_thread(file.write_bytes, minutes)
    with pytest.raises(DatabaseUnusable, match="can't be used"):
        await open_database(url(file))
    assert await asyncio.to_thread(file.read_bytes) == minutes


@pytest.mark.parametrize("address", ["sqlite:///x.db", "sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"])
async def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(DatabaseUnusable, match="must look like"):
        await open_database(address)


async def test_a_file_of_this_version_opens_unchanged(kept: Path) -> None:
    before = dump(kept)
    await (await open_database(url(kept))).close()
    assert dump(kept) == before


def test_the_guards_are_there_for_every_engine() -> None:
    assert GUARDS.keys() == {"sqlite", "postgresql"}


@pytest.fixture(autouse=True)
def _no_files_left_open(file: Path) -> Iterator[None]:
    yield
    assert not file.with_name("folkmoot.db-journal").exists()


async def test_the_files_are_for_their_owner_only(tmp_path: Path) -> None:
    app = await open_app(sqlite_url(tmp_path), HandClock())  # by its address: made by the bot, not copied
    await set_up(app)
    files = sorted(tmp_path.glob("folkmoot.db*"))  # noqa: ASYNC240 - nothing else runs here
    assert [file.name for file in files] == ["folkmoot.db", "folkmoot.db-shm", "folkmoot.db-wal"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    await app.database.close()
