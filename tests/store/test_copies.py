"""Copies: every row, of one moment, from either engine to the other; all of it or nothing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services import answers
from bot.services.ports import App
from bot.store import copies
from bot.store.copies import Contents, Label, Unlabelled
from bot.store.database import DatabaseUnusable, open_empty, open_to_read
from bot.store.schema import head, metadata
from bot.upkeep.drill import check
from tests.builders import SQLITE_ONLY, World, open_poll, residents, sqlite_url
from tests.killing import KILLED, Killer, killer
from tests.lived_in import Rows, everything
from tests.postgres import Server

NOTHING: Rows = {name: [] for name in metadata.tables}


async def kept(*_: object) -> None:
    """What is done before the commit: nothing more."""


async def carry(source: str, target: str) -> Contents:
    """Copy one database into another."""
    old, new = await open_to_read(source), await open_empty(target)
    try:
        return await copies.copy(old, new, kept)
    finally:
        await old.close()
        await new.close()


async def held(url: str) -> Rows:
    """Every row of the database at an address."""
    database = await open_to_read(url)
    try:
        return await everything(database)
    finally:
        await database.close()


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """The address of an empty database of the same kind."""
    if database_url.startswith("sqlite"):
        return sqlite_url(tmp_path / "elsewhere")
    there: Server = request.getfixturevalue("postgres")
    return there.url(there.database())


@pytest.fixture(scope="module")
def killing() -> Iterator[Killer]:
    with killer() as ready:
        yield ready


async def test_there_is_something_of_everything_to_copy(lived: World) -> None:
    there = await everything(lived.app.database)
    assert all(there.values()), "a table without rows shows nothing"
    assert any(row[2] < 0 for row in there["answer"]), "nobody was erased"


@SQLITE_ONLY
async def test_a_round_trip_over_both_engines_changes_nothing(
    lived: World, database_url: str, postgres: Server, tmp_path: Path
) -> None:
    before = await everything(lived.app.database)
    there, back = postgres.url(postgres.database()), sqlite_url(tmp_path / "back")
    sums = [await carry(database_url, there), await carry(there, back)]
    assert await held(there) == before
    assert await held(back) == before
    assert sums[0] == sums[1]
    assert {name: one.rows for name, one in sums[0].items()} == {
        key: len(rows) for key, rows in before.items()
    }


async def test_the_same_kind_of_database_is_copied_too(
    lived: World, database_url: str, elsewhere: str
) -> None:
    await carry(database_url, elsewhere)
    assert await held(elsewhere) == await everything(lived.app.database)


async def test_a_sum_tells_any_change(lived: World) -> None:
    database = lived.app.database
    changes = [
        "UPDATE answer SET value = '[9]' WHERE person = (SELECT max(person) FROM answer)",
        "UPDATE community SET say_message = ' ' WHERE id = 2",
        "UPDATE person SET secret = substr(secret, 2) WHERE id = (SELECT max(id) FROM person)",
        "UPDATE schedule SET next_ms = NULL WHERE id = 1",
        "DELETE FROM outbox WHERE id = 1 AND community = 1",
    ]
    for change in changes:
        async with database.alone() as tx:
            before = await copies.contents_of(tx)
            await tx.execute(text(change))
            after = await copies.contents_of(tx)
        assert [name in change for name in before if before[name] != after[name]] == [True], change


async def test_a_copy_is_of_one_moment_however_much_is_written_meanwhile(
    world: World, database_url: str, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "CHUNK", 2)
    asked, crowd = await open_poll(world), await residents(world, 12)
    old, new = await open_to_read(database_url), await open_empty(elsewhere)
    told, begun = 0, asyncio.Event()

    async def go_on() -> None:
        nonlocal told
        while True:
            one = crowd[told % len(crowd)]
            await answers.answer(world.app, one, asked.id, [str(told // len(crowd) % 3)])
            told += 1
            begun.set()

    going = asyncio.create_task(go_on())
    await begun.wait()
    before = told

    async def checked(tx: AsyncConnection, contents: Contents) -> None:
        await check(tx, contents)
        begun.clear()
        await begun.wait()
        assert contents["interaction"].rows < len((await everything(old))["interaction"])

    await copies.copy(old, new, checked)
    assert told > before, "nothing was written meanwhile"
    going.cancel()
    await old.close()
    await new.close()


async def test_few_rows_are_in_memory_at_once(
    lived: World, database_url: str, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "CHUNK", 3)
    most = 0

    def counted(_: Any, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
        nonlocal most
        if statement.startswith("INSERT INTO interaction"):
            most = max(most, len(parameters) if many else 1)

    event.listen(Engine, "before_cursor_execute", counted)
    try:
        await carry(database_url, elsewhere)
    finally:
        event.remove(Engine, "before_cursor_execute", counted)
    assert most == 3


async def test_a_copy_killed_at_any_statement_leaves_nothing_and_can_be_made_again(
    lived: World, database_url: str, elsewhere: str, killing: Killer
) -> None:
    before = await everything(lived.app.database)
    await (await open_empty(elsewhere)).close()
    code, statement = KILLED, 1
    while code == KILLED:
        code = await asyncio.to_thread(killing.run, statement, elsewhere, "move", database_url, elsewhere)
        assert code in (0, KILLED)
        assert await held(elsewhere) == (NOTHING if code else before), f"killed at statement {statement}"
        statement += 7 if os.environ.get("FOLKMOOT_EXAMPLES", "1") != "1" else 23
    assert statement > 50, "it was hardly killed"


async def test_what_fails_before_the_commit_leaves_nothing(
    lived: World, database_url: str, elsewhere: str
) -> None:
    async def fails(_: AsyncConnection, __: Contents) -> None:
        raise RuntimeError("no")

    old, new = await open_to_read(database_url), await open_empty(elsewhere)
    with pytest.raises(RuntimeError):
        await copies.copy(old, new, fails)
    assert await everything(new) == NOTHING
    await old.close()
    await new.close()


async def test_a_database_with_anything_in_it_is_not_copied_into(
    lived: World, database_url: str, elsewhere: str
) -> None:
    before = await everything(lived.app.database)
    with pytest.raises(DatabaseUnusable, match="is not empty"):
        await open_empty(database_url)
    assert await everything(lived.app.database) == before
    new = await open_empty(elsewhere)
    async with new.alone() as tx:
        await tx.execute(text("CREATE TABLE somebody_elses (it TEXT)"))
        await tx.execute(text("INSERT INTO somebody_elses VALUES ('x')"))
    await new.close()
    with pytest.raises(DatabaseUnusable, match="is not empty"):
        await open_empty(elsewhere)


@pytest.mark.parametrize(("revision", "says"), [("0001", "older"), ("9999", "newer")])
async def test_another_schema_is_not_read(app: App, database_url: str, revision: str, says: str) -> None:
    async with app.database.alone() as tx:
        await tx.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))  # noqa: S608
    with pytest.raises(DatabaseUnusable, match=f"is {says} than this Folkmoot") as refused:
        await open_to_read(database_url)
    assert "\n" not in str(refused.value)


async def test_what_is_not_there_is_not_read_and_not_made(database_url: str, elsewhere: str) -> None:
    with pytest.raises(DatabaseUnusable, match=r"no file|holds nothing"):
        await open_to_read(elsewhere)
    if elsewhere.startswith("sqlite"):
        assert not await asyncio.to_thread(Path(elsewhere.partition("///")[2]).exists)


@SQLITE_ONLY
async def test_trouble_is_found(app: App) -> None:
    async with app.database.alone() as tx:
        assert await copies.trouble_in(tx) == ""
    async with app.database._writing.connect() as connection:
        await connection.execute(text("ROLLBACK"))
        await connection.execute(text("PRAGMA foreign_keys=OFF"))
        await connection.execute(insert(head).values(community=7, number=0, hash=b""))
        assert "refers" in await copies.trouble_in(connection)
        await connection.execute(text("BEGIN"))


@SQLITE_ONLY
async def test_a_label_says_what_it_said_or_nothing(app: App) -> None:
    async with app.database.alone() as tx:
        with pytest.raises(Unlabelled):
            await copies.label_of(tx)
        label = Label(2**41, await copies.contents_of(tx))
        await copies.put_label(tx, label)
        assert await copies.label_of(tx) == label
        assert await copies.contents_of(tx) == label.contents
        await tx.execute(text("UPDATE backup SET facts = replace(facts, '2', '3')"))
        with pytest.raises(Unlabelled):
            await copies.label_of(tx)
