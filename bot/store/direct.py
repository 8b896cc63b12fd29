"""The hot path's statements: made of the tables, compiled once, and handed straight to the driver.

To SQLAlchemy a statement is half a millisecond of work and several trips to SQLite's thread; the driver
alone takes a fifth of that and one trip. What needs no other statements than these does all of them in a
single trip, with BEGIN and COMMIT (:func:`at_once`). Everywhere else SQLAlchemy is fast enough.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import CTE, Column, ColumnElement, Select, and_, column, values
from sqlalchemy.dialects.postgresql.asyncpg import dialect as postgresql
from sqlalchemy.dialects.sqlite.aiosqlite import dialect as sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

DIALECTS: dict[str, Dialect] = {"sqlite": sqlite(), "postgresql": postgresql()}  # type: ignore[no-untyped-call]
DRIVERS_ERRORS = (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError)

T = TypeVar("T")


@dataclass(frozen=True)
class Trip:
    """A transaction inside the thread of SQLite's driver: it can :func:`find` and :func:`write`, no more."""

    driver: sqlite3.Connection
    dialect: Dialect = DIALECTS["sqlite"]


Tx = AsyncConnection | Trip
"""What is enough for the statements of this file: a function that takes one can be done :func:`at_once`."""

Search = Callable[[int], Select[Any]]
"""Makes a SELECT of what belongs to so many keys; its only values are those of :func:`wanted`."""
Change = Callable[[Tx], UpdateBase]
"""Makes a statement that writes a row of named values."""


def wanted(count: int, *columns: Column[Any]) -> tuple[CTE, ColumnElement[bool]]:
    """So many keys to look for, made of these columns, and the condition that joins a table's rows to them.

    An engine looks up each of them. After IN, SQLite would read the whole table for keys of several columns.
    """
    names = [column(one.key, one.type) for one in columns]
    keys = [tuple(one.type.python_type() for one in columns)] * count
    listed = values(*names, name="wanted").data(keys).cte("wanted")
    return listed, and_(*(one == listed.c[one.key] for one in columns))


async def find(tx: Tx, search: Search, keys: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """The rows that a SELECT finds for some keys, each row by its columns' names."""
    looked_for = sorted(set(keys))
    if not looked_for:
        return []
    # Filled up with nobody's keys to a power of two: so there are few different statements.
    count = 1 << (len(looked_for) - 1).bit_length()
    nobodys = tuple(type(part)() for part in looked_for[0])
    text, names = _select(search, tx.dialect.name, count)
    parts = [part for key in looked_for + [nobodys] * (count - len(looked_for)) for part in key]
    try:
        if isinstance(tx, Trip):
            rows = tx.driver.execute(text, parts).fetchall()
        elif tx.dialect.name == "sqlite":
            rows = await (await _driver(tx)).execute_fetchall(text, parts)
        else:
            rows = await (await _driver(tx)).fetch(text, *parts)
    except DRIVERS_ERRORS as error:
        raise _told(error) from error
    return [dict(zip(names, row, strict=True)) for row in rows]


async def write(tx: Tx, change: Change, rows: Sequence[Mapping[str, Any]]) -> None:
    """Do a statement once for each row of values."""
    key = (change, tx.dialect.name)
    if key not in _written:
        compiled: Any = change(tx).compile(dialect=DIALECTS[tx.dialect.name])
        _written[key] = str(compiled), tuple(compiled.positiontup)
    text, names = _written[key]
    values_of = [[row[name] for name in names] for row in rows]
    try:
        if isinstance(tx, Trip):
            tx.driver.executemany(text, values_of)
        else:
            await (await _driver(tx)).executemany(text, values_of)
    except DRIVERS_ERRORS as error:
        raise _told(error) from error


async def at_once(connection: AsyncConnection, work: Callable[[Trip], Coroutine[Any, Any, T]]) -> T:
    """Begin, do work and commit, all in one trip to SQLite's thread; where it raises, nothing is kept.

    The work may await nothing but this file's statements, which in there never wait: so it is run to its end
    by a single step. Each trip that is saved is a tenth of a millisecond for a vote that is alone.
    """
    driver = await _driver(connection)

    def there_and_back() -> T:
        own: sqlite3.Connection = driver._conn
        own.execute("BEGIN IMMEDIATE")
        try:
            outcome = _in_one_step(work(Trip(own)))
            own.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # what it raised first says more
                own.execute("ROLLBACK")
            raise
        return outcome

    try:
        return await driver._execute(there_and_back)  # type: ignore[no-any-return]
    except sqlite3.Error as error:
        raise _told(error) from error


def _in_one_step(work: Coroutine[Any, Any, T]) -> T:
    try:
        work.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    work.close()
    raise RuntimeError("work that is done in one trip waited for something else than its statements")


_written: dict[tuple[Change, str], tuple[str, tuple[str, ...]]] = {}
"""Statements that write, in each engine's words, with the names of their values in their order."""


@cache
def _select(search: Search, engine: str, count: int) -> tuple[str, tuple[str, ...]]:
    """A SELECT in an engine's words, and the names of its columns."""
    statement = search(count)
    text = str(statement.compile(dialect=DIALECTS[engine]))
    return text, tuple(str(one.key) for one in statement.selected_columns)


async def _driver(tx: AsyncConnection) -> Any:
    return (await tx.get_raw_connection()).driver_connection


def _told(error: Exception) -> DBAPIError:
    """A driver's error as the writer knows them; without the values, which are what people said."""
    lost = isinstance(error, asyncpg.InterfaceError)  # the connection was closed under us
    return DBAPIError(None, None, error, hide_parameters=True, connection_invalidated=lost)
