"""Opening, upgrading and closing a database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Select, column, inspect, select, table
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import QueuePool

from bot.domain.refusals import Refusal
from bot.store.engines import ENGINES, PATIENCE_MS
from bot.store.writer import Writer

ADDRESSES = (
    'database must look like "sqlite+aiosqlite:///var/folkmoot.db" or "postgresql+asyncpg://user@host/name"'
)
LOOKS_S = 0.01
"""How often a database that closes looks whether everybody has read."""
OWNER_ONLY = 0o600  # it holds who answered what; SQLite's log takes the same rights


class DatabaseUnusable(Exception):
    """The database can't be used; the message is one line for whoever keeps the server running."""


def _scripts() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


@cache
def revisions() -> tuple[str, ...]:
    """Every schema there has been, the newest first; read once, because each is a file that is run."""
    return tuple(script.revision for script in ScriptDirectory.from_config(_scripts()).walk_revisions())


def _upgrade(connection: Connection) -> None:
    here, newest = _revision(connection)
    if here != newest:
        config = _scripts()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(connection: Connection) -> tuple[str | None, str]:
    """The schema that is there, None where there is none, and the newest one; a newer one is refused."""
    here = MigrationContext.configure(connection).get_current_revision()
    if here is not None and here not in revisions():
        raise DatabaseUnusable(
            f"the database's schema ({here}) is newer than this Folkmoot: run the newer Folkmoot, "
            "or restore the backup made before the upgrade"
        )
    return here, revisions()[0]


def _there(connection: Connection) -> str | None:
    """The older schema of a database that must be there, None where it is of this version."""
    here, newest = _revision(connection)
    if here is None:
        raise DatabaseUnusable(f"{name_of(connection.engine.url)} holds nothing of Folkmoot")
    return here if here != newest else None


def _current(connection: Connection) -> None:
    if here := _there(connection):
        raise DatabaseUnusable(
            f"the schema of {name_of(connection.engine.url)} ({here}) is older than this Folkmoot's: "
            "do this with the Folkmoot that wrote it, or let folkmoot check upgrade it first"
        )


def _upgrade_empty(connection: Connection) -> None:
    for name in inspect(connection).get_table_names():
        rows: Select[Any] = select(column("1", is_literal=True)).select_from(table(name)).limit(1)
        if name != "alembic_version" and connection.execute(rows).first():
            raise DatabaseUnusable(
                f"{name_of(connection.engine.url)} is not empty, and nothing was written into it: "
                "move the old database away first, or name another one"
            )
    _upgrade(connection)


class Database:
    """One database: one writer, and readers that each see a snapshot."""

    def __init__(self, writing: AsyncEngine, readers: AsyncEngine, batch: int) -> None:
        self._writing = writing
        self._readers = readers
        self._open = True
        self.writer = Writer(writing, batch)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one moment of the database and can't write.

        Raises Refusal ``cannot-save`` where the database is being closed.
        """
        if not self._open:  # it would be opened again, and closed by nobody
            raise Refusal("cannot-save")
        connection = await self._connected()
        try:
            async with connection.begin():
                yield connection
        finally:
            await asyncio.shield(connection.close())

    async def _connected(self) -> AsyncConnection:
        opening = asyncio.ensure_future(self._readers.connect().start())
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:  # a connection that is given up half made is closed by nobody
            await (await opening).close()
            raise

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[AsyncConnection]:
        """One long writing transaction, past the writer: for whoever has the database to themselves."""
        async with self._writing.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Finish what the writer has taken and what is being read, then let go of every connection.

        Nobody is waited for longer than two seconds.
        """
        self._open = False
        await self.writer.stop()
        patience_s = PATIENCE_MS / 1000
        pool = cast(QueuePool, self._readers.pool)
        while pool.checkedout() and patience_s > 0:
            await asyncio.sleep(LOOKS_S)
            patience_s -= LOOKS_S
        await self._readers.dispose()
        await self._writing.dispose()


def _make_file(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=OWNER_ONLY)
    except OSError as error:
        reason = f"{error.strerror}: {file}"
        raise DatabaseUnusable(f"the database's file can't be made: {reason}") from error


def _find_file(file: Path) -> None:
    if not file.is_file():  # SQLite would make an empty one
        raise DatabaseUnusable(f"there is no file {file}")


async def open_database(url: str | URL, batch: int = 256) -> Database:
    """The database at an SQLAlchemy URL, made or upgraded to this version's schema, its writer running.

    Raises:
        DatabaseUnusable: it is newer than this program, damaged, not writable, or no database at all.
    """
    database = await _open(url, _upgrade, batch)
    database.writer.start()
    return database


async def open_empty(url: str | URL) -> Database:
    """A database that is to be filled; made where it is not there, and without a running writer.

    Raises:
        DatabaseUnusable: it holds a row of anything, or as :func:`open_database`.
    """
    return await _open(url, _upgrade_empty)


async def open_to_read(url: str | URL, *, older: bool = False) -> Database:
    """A database that is there, to be read as it is; with ``older`` also one of an older schema.

    Raises:
        DatabaseUnusable: it is not there, has another schema than this version's, or is damaged.
    """
    return await _open(url, _there if older else _current, make=False)


async def _open(
    url: str | URL, prepare: Callable[[Connection], object], batch: int = 256, *, make: bool = True
) -> Database:
    parsed = _parsed(url)
    if parsed.drivername.startswith("sqlite"):
        file = Path(str(parsed.database))
        _make_file(file) if make else _find_file(file)
    writing, readers = ENGINES[parsed.drivername](parsed)
    database = Database(writing, readers, batch)
    try:
        async with database.alone() if make else database.reading() as connection:
            await connection.run_sync(prepare)
    except (DBAPIError, sqlite3.Error, OSError, CommandError, TypeError, ValueError) as error:
        # TypeError: a part of the address that its driver does not know. ValueError: text that is none.
        await database.close()
        raise DatabaseUnusable(f"the database {parsed.database} can't be used: {said_by(error)}") from error
    except DatabaseUnusable:
        await database.close()
        raise
    return database


def _parsed(url: str | URL) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise DatabaseUnusable(ADDRESSES) from None
    if parsed.drivername not in ENGINES or parsed.database in (None, "", ":memory:"):
        raise DatabaseUnusable(ADDRESSES)
    return parsed


def said_by(error: Exception) -> str:
    """What a database or a disk says of its trouble, in one line; a row's contents may follow in others."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).splitlines() or [type(cause).__name__])[0]


def name_of(url: URL | str) -> str:
    """A database's name, for whoever keeps the server running; an address may hold a password."""
    parsed = _parsed(url)
    if parsed.drivername.startswith("sqlite"):
        return str(parsed.database)
    return f"the PostgreSQL database {parsed.database}"


def are_one(url: str, other: str) -> bool:
    """Whether two addresses name the same database, as far as they tell; raises DatabaseUnusable."""
    return _place(_parsed(url)) == _place(_parsed(other))


def _place(url: URL) -> tuple[object, ...]:
    if url.drivername.startswith("sqlite"):
        return (Path(str(url.database)).resolve(),)
    return url.query.get("host") or url.host or "localhost", url.port or 5432, url.database
