"""The two engines: SQLite for one machine, PostgreSQL for those who outgrow it.

Both are used alike: one writing transaction at a time, over all processes, and readers that each see a
snapshot. SQLite's lock and PostgreSQL's advisory lock say the same thing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.store.direct import Tx

PATIENCE_MS = 2000
"""How long a lock or a server is waited for: Discord waits three seconds for an answer."""

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL loses acknowledged answers at a power cut
    "foreign_keys=ON",
    "recursive_triggers=ON",  # or INSERT OR REPLACE gets round the record's delete trigger
    "secure_delete=ON",
    f"busy_timeout={PATIENCE_MS}",
)
READERS = 4
WRITERS_LOCK = 0x466F6C6B6D6F6F74
"""The number of PostgreSQL's advisory lock that whoever writes holds until the commit."""

Pair = tuple[AsyncEngine, AsyncEngine]


def upsert(tx: Tx, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say ON CONFLICT, in the engine's own words."""
    return sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)


def _engine(url: URL, begin: str, size: int, **more: Any) -> AsyncEngine:
    # Parameters are what people said: they stay out of errors.
    engine = create_async_engine(
        url, pool_size=size, max_overflow=0, pool_timeout=30, hide_parameters=True, **more
    )

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "begin", begun)
    return engine


def _sqlite(url: URL) -> Pair:
    # Whoever writes ends the transaction: to do so once more for a connection that comes back is a trip lost.
    writing = _engine(url, "BEGIN IMMEDIATE", 1, pool_reset_on_return=None)
    readers = _engine(url, "BEGIN", READERS)
    event.listen(writing.sync_engine, "connect", _pragmas(*PRAGMAS))
    event.listen(readers.sync_engine, "connect", _pragmas(*PRAGMAS, "query_only=ON"))
    return writing, readers


def _pragmas(*pragmas: str) -> Callable[[Any, object], None]:
    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = None  # or the driver opens transactions of its own
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return connected


def _postgresql(url: URL) -> Pair:
    lock = f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})"
    snapshot = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
    more = {
        "pool_pre_ping": True,  # the server may have been restarted meanwhile
        "connect_args": {
            "timeout": PATIENCE_MS / 1000,
            "server_settings": {"lock_timeout": str(PATIENCE_MS), "synchronous_commit": "on"},
        },
    }
    return _engine(url, lock, 1, **more), _engine(url, snapshot, READERS, **more)


ENGINES: dict[str, Callable[[URL], Pair]] = {"sqlite+aiosqlite": _sqlite, "postgresql+asyncpg": _postgresql}
"""By driver: the engine that writes and the one that reads."""
