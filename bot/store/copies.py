"""Carrying a database over, row by row and from one engine to the other, all of it or nothing.

A move, a backup and a restore are each a copy. Keys of sealed rounds are to be kept outside the
database, so that no copy, and no backup, will ever hold one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    MetaData,
    Select,
    Table,
    Text,
    insert,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy import column as named
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.schema import metadata

CHUNK = 1000
"""How many rows are in memory at once."""

LAST_MS = 253_402_300_799_000
"""The last second of the year 9999: calendars know no later one."""

LABEL = Table("backup", MetaData(), Column("facts", Text), Column("digest", LargeBinary), sqlite_strict=True)
"""What only a backup has: when it was made, and what must be in it."""


@dataclass(frozen=True)
class Sum:
    """What a table holds: how many rows, and a digest of them in whatever order (64 hex digits)."""

    rows: int
    digest: str


Contents = Mapping[str, Sum]
"""By the tables' names."""


@dataclass(frozen=True)
class Label:
    """When a backup was made (UTC epoch ms), and what it held then."""

    made_ms: int
    contents: Contents


class Unlabelled(Exception):
    """A backup's label is not there, or is damaged."""


async def copy(
    source: Database, target: Database, then: Callable[[AsyncConnection, Contents], Awaitable[None]]
) -> Contents:
    """Copy every row, as of one moment, into an empty database of the same schema; what was read.

    ``then`` gets the transaction before its commit. Nothing is kept where it raises, or where anything
    fails; the source is only read.
    """
    async with source.reading() as there, target.alone() as tx:
        contents = {one.name: await _carry(there, tx, one) for one in metadata.sorted_tables}
        await then(tx, contents)
    return contents


async def _carry(there: AsyncConnection, tx: AsyncConnection, one: Table) -> Sum:
    adding = _Adding(list(one.columns.keys()))
    async for rows in (await _stream(there, select(one))).partitions():
        adding.add(rows)
        await tx.execute(insert(one), [row._asdict() for row in rows])
    return adding.sum


async def contents_of(tx: AsyncConnection) -> Contents:
    """What a database of any schema of ours holds."""
    found: dict[str, Sum] = {}
    for name, columns in sorted((await tx.run_sync(_tables)).items()):
        adding = _Adding(columns)
        statement: Any = select(*map(named, columns)).select_from(table(name))
        async for rows in (await _stream(tx, statement)).partitions():
            adding.add(rows)
        found[name] = adding.sum
    return found


def _tables(connection: Connection) -> dict[str, list[str]]:
    there = inspect(connection)
    names = set(there.get_table_names()) - {"alembic_version", LABEL.name}
    return {name: [str(column["name"]) for column in there.get_columns(name)] for name in names}


async def _stream(tx: AsyncConnection, statement: Select[Any]) -> Any:
    return await tx.stream(statement, execution_options={"yield_per": CHUNK})


# Escaped to ASCII: the same bytes whatever the Unicode of the Python that reads it again.
_written = json.JSONEncoder(default=bytes.hex, ensure_ascii=True).encode


class _Adding:
    """Adds rows' hashes up, so that the engines need not agree on an order."""

    def __init__(self, columns: Sequence[str]) -> None:
        names = sorted(columns)
        self._values = itemgetter(*map(columns.index, names))
        self._named = hashlib.sha256(_written(names).encode("ascii"))
        self._rows = self._total = 0

    def add(self, rows: Sequence[Any]) -> None:
        """Take in rows of values in the columns' order."""
        for row in rows:
            hashed = self._named.copy()
            hashed.update(_written(self._values(row)).encode("ascii"))
            self._total += int.from_bytes(hashed.digest(), "big")
        self._rows += len(rows)

    @property
    def sum(self) -> Sum:
        """What was taken in so far."""
        return Sum(self._rows, f"{self._total % 2**256:064x}")


async def trouble_in(tx: AsyncConnection) -> str:
    """What SQLite finds wrong with its file and references, '' for nothing; a server keeps these itself."""
    if tx.dialect.name != "sqlite":
        return ""
    if (await tx.execute(text("PRAGMA foreign_key_check"))).first():
        return "a row refers to one that is not there"
    found = str((await tx.execute(text("PRAGMA integrity_check(1)"))).scalar_one())
    return "" if found == "ok" else found.splitlines()[-1]


async def put_label(tx: AsyncConnection, label: Label) -> None:
    """Note in a backup what it is."""
    held = {name: [one.rows, one.digest] for name, one in label.contents.items()}
    facts = json.dumps({"made_ms": label.made_ms, "tables": held}, sort_keys=True)
    await tx.run_sync(LABEL.metadata.create_all)
    await tx.execute(insert(LABEL).values(facts=facts, digest=_digest(facts)))


async def label_of(tx: AsyncConnection) -> Label:
    """What a backup says of itself; raises Unlabelled."""
    if not await tx.run_sync(lambda connection: inspect(connection).has_table(LABEL.name)):
        raise Unlabelled
    row = (await tx.execute(select(LABEL))).one_or_none()
    if row is None or row.digest != _digest(row.facts):
        raise Unlabelled
    try:
        return _read(json.loads(row.facts))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Unlabelled from error  # somebody wrote it who is not us


def _read(facts: Any) -> Label:
    """What a label says; raises whatever Python does where that is no label."""
    made_ms, tables = facts["made_ms"], {str(name): Sum(*held) for name, held in facts["tables"].items()}
    if type(made_ms) is not int or not 0 <= made_ms <= LAST_MS:
        raise ValueError("it was made at no time")
    return Label(made_ms, tables)


def _digest(facts: str) -> bytes:
    return hashlib.sha256(facts.encode()).digest()
