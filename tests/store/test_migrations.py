"""Upgrades: from every released schema, with rows in it, killed at every statement, on both engines."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, inspect, select, text
from sqlalchemy.engine import Engine, make_url

from bot.store.database import Database, DatabaseUnusable, open_database, revisions
from bot.store.engines import ENGINES
from bot.store.schema import metadata
from tests.builders import EMPTY_ON_BOTH, HandClock, World, open_app
from tests.killing import KILLED, Killer, killer
from tests.lived_in import Rows, at_revision, everything, lived_in, tables, told_in_chat
from tests.postgres import AT_ONCE, Server, server

REVISIONS = revisions()[:0:-1]
"""Every schema but the newest, the oldest first."""
EVERY_STATEMENT = os.environ.get("FOLKMOOT_EXAMPLES", "1") != "1"
"""Every day an upgrade is killed at its 1st, 10th ... statement, the newest at its 1st, 3rd, 9th ..."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """What a database of today holds."""

    async def made() -> Rows:
        app = await open_app(tmp_path_factory.mktemp("filled"), HandClock())
        await lived_in(app)
        rows = await everything(app.database)
        await app.database.close()
        return rows

    rows = asyncio.run(made())
    assert all(rows.values()), "a table without rows shows nothing"
    return told_in_chat(rows)


@pytest.fixture(scope="module")
def killing() -> Iterator[Killer]:
    with killer() as ready:
        yield ready


def whole(connection: Connection) -> dict[str, Any]:
    """Everything that a database is: its revision, tables, rules and rows."""
    there, state = inspect(connection), dict[str, Any]()
    state["revision"] = MigrationContext.configure(connection).get_current_revision()
    for name, table in tables(connection).items():
        state[name] = {
            "columns": [(one["name"], str(one["type"]), one["nullable"]) for one in there.get_columns(name)],
            "indexes": sorted(str(one["name"]) for one in there.get_indexes(name)),
            "checks": sorted(str(one) for one in there.get_check_constraints(name)),
            "rows": sorted(repr(dict(row._mapping)) for row in connection.execute(select(table))),
        }
    guards = {"sqlite": "SELECT name FROM sqlite_master", "postgresql": "SELECT tgname FROM pg_trigger"}
    state["all"] = sorted(connection.execute(text(guards[connection.dialect.name])).scalars())
    return state


async def state_of(url: str) -> dict[str, Any]:
    """The same, of the database at an address, which may be of any schema."""
    writing, readers = ENGINES[make_url(url).drivername](make_url(url))
    async with readers.connect() as connection:
        found = await connection.run_sync(whole)
    await writing.dispose()
    await readers.dispose()
    return found


async def keeps(database: Database, rows: Rows, before: dict[str, Any]) -> None:
    """Check that a database is of today, and has every row of before."""

    def differences(connection: Connection) -> list[Any]:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
        return [one for one in found if "alembic_version" not in str(one)]

    async with database.reading() as tx:
        assert await tx.run_sync(differences) == []
        now = await tx.run_sync(whole)
    after = as_before(await everything(database), rows, before)
    for name, table in metadata.tables.items():
        kept = {one[0] for one in before[name]["columns"]} if name in before else set()
        places = [place for place, key in enumerate(table.columns.keys()) if key in kept]
        expected = sorted(repr([row[place] for place in places]) for row in rows[name])
        assert sorted(repr([row[place] for place in places]) for row in after[name]) == expected or not kept
        assert len(after[name]) == (len(rows[name]) if kept else 0)
    assert now["revision"] not in REVISIONS


def as_before(after: Rows, rows: Rows, before: dict[str, Any]) -> Rows:
    """What is there without what an upgrade adds to each record: one row, which commits to the old ones."""
    table = metadata.tables["interaction"]
    if "interaction" not in before or any(one[0] == "version" for one in before["interaction"]["columns"]):
        return after
    places = {key: place for place, key in enumerate(table.columns.keys())}
    new = {row[:2]: row for row in after["interaction"] if row[places["act"]] == "upgraded"}
    heads = {row[0]: row for row in rows["head"]}
    assert sorted(new) == sorted((number, head[1] + 1) for number, head in heads.items() if head[1])
    for head in after["head"]:
        if heads[head[0]][1]:
            assert head[2] == new[head[0], head[1]][places["hash"]]
    left = {
        name: [row for row in after[name] if row[:2] not in new] for name in ("interaction", "disclosure")
    }
    return after | left | {"head": [(row[0], *heads[row[0]][1:3], *row[3:]) for row in after["head"]]}


def test_there_is_an_older_schema_to_upgrade_from() -> None:
    assert REVISIONS[0] == "0001"


@EMPTY_ON_BOTH
@pytest.mark.parametrize("revision", ["base", *REVISIONS])
async def test_an_upgrade_killed_at_any_statement_changes_nothing_and_then_goes_through(
    empty_url: str, revision: str, filled: Rows, killing: Killer
) -> None:
    if revision != "base":
        await at_revision(empty_url, revision, filled)
    before = await state_of(empty_url)
    assert before["revision"] == (None if revision == "base" else revision)
    statement = 1
    while (code := await asyncio.to_thread(killing.run, statement, empty_url, "check")) == KILLED:
        assert await state_of(empty_url) == before, f"killed at statement {statement}"
        every = EVERY_STATEMENT or revision == REVISIONS[-1]  # the last has few
        statement = statement + 1 if every else 10 * statement
    assert code == 0
    assert statement > (4 if revision == REVISIONS[-1] else 10), "it was hardly killed"
    database = await open_database(empty_url)
    await keeps(database, filled, before)
    await database.close()


@pytest.fixture
def own_server(postgres: Server) -> Iterator[Server]:
    """A server that a test may stop."""
    with server(postgres.bin) as there:
        yield there


@pytest.mark.parametrize("statement", [5, 9])
async def test_an_upgrade_whose_server_dies_changes_nothing_and_then_goes_through(
    own_server: Server, filled: Rows, statement: int
) -> None:
    url = own_server.url(own_server.database())
    await at_revision(url, REVISIONS[0], filled)
    before, left = await state_of(url), [statement]

    def crash(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            own_server.stop(AT_ONCE)

    event.listen(Engine, "after_cursor_execute", crash)
    try:
        with pytest.raises(DatabaseUnusable, match="can't be used"):
            await open_database(url)
    finally:
        event.remove(Engine, "after_cursor_execute", crash)
    await asyncio.to_thread(own_server.start)
    assert await state_of(url) == before
    database = await open_database(url)
    await keeps(database, filled, before)
    await database.close()


@pytest.fixture
async def newer(lived: World, database_url: str) -> str:
    """A database of a Folkmoot to come."""
    async with lived.app.database.alone() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await lived.app.database.close()
    return database_url


async def test_a_newer_schema_is_refused_and_left_alone(newer: str) -> None:
    before = await state_of(newer)
    with pytest.raises(DatabaseUnusable, match="is newer than this Folkmoot"):
        await open_database(newer)
    assert await state_of(newer) == before


async def test_a_database_of_today_is_opened_without_reading_the_revisions_again(
    lived: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    monkeypatch.setattr(ScriptDirectory, "_load_revisions", read.append)
    await (await open_database(database_url)).close()
    assert read == []
