"""Opening, upgrading and closing a database."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.engines import ENGINES
from bot.store.writer import Writer

ADDRESSES = (
    'database must look like "sqlite+aiosqlite:///var/folkmoot.db" or "postgresql+asyncpg://user@host/name"'
)
OWNER_ONLY = 0o600  # it holds who answered what; SQLite's log takes the same rights


class DatabaseUnusable(Exception):
    """The database can't be used; the message is one line for whoever keeps the server running."""


def _scripts() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _upgrade(connection: Connection) -> None:
    config = _scripts()
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    here = MigrationContext.configure(connection).get_current_revision()
    if here is not None and here not in known:
        raise DatabaseUnusable(
            f"the database's schema ({here}) is newer than this Folkmoot: run the newer Folkmoot, "
            "or restore the backup made before the upgrade"
        )
    command.upgrade(config, "head")


class Database:
    """One database: one writer, and readers that each see a snapshot."""

    def __init__(self, writing: AsyncEngine, readers: AsyncEngine, batch: int) -> None:
        self._writing = writing
        self._readers = readers
        self.writer = Writer(writing, batch)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one moment of the database and can't write."""
        async with self._readers.connect() as connection, connection.begin():
            yield connection

    async def close(self) -> None:
        """Finish what the writer has taken, then let go of every connection."""
        await self.writer.stop()
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


async def open_database(url: str, batch: int = 256) -> Database:
    """The database at an SQLAlchemy URL, made or upgraded to this version's schema, its writer running.

    Raises:
        DatabaseUnusable: it is newer than this program, damaged, not writable, or no database at all.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise DatabaseUnusable(ADDRESSES) from None
    if parsed.drivername not in ENGINES or parsed.database in (None, "", ":memory:"):
        raise DatabaseUnusable(ADDRESSES)
    if parsed.drivername.startswith("sqlite"):
        _make_file(Path(str(parsed.database)))
    writing, readers = ENGINES[parsed.drivername](parsed)
    try:
        async with writing.begin() as connection:
            await connection.run_sync(_upgrade)
    except (DBAPIError, sqlite3.Error, OSError) as error:
        await writing.dispose()
        cause = getattr(error, "orig", None) or error
        raise DatabaseUnusable(f"the database {parsed.database} can't be used: {cause}") from error
    except DatabaseUnusable:
        await writing.dispose()
        raise
    database = Database(writing, readers, batch)
    database.writer.start()
    return database
