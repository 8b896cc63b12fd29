"""What move, backup and restore do with databases."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services import restoring
from bot.services.ports import Clock
from bot.store import communities, copies, interactions
from bot.store.copies import Contents, Label, Unlabelled
from bot.store.database import (
    Database,
    DatabaseUnusable,
    are_one,
    name_of,
    open_database,
    open_empty,
    open_to_read,
    said_by,
)
from bot.upkeep.drill import Held, Problem, check

Last = Callable[[AsyncConnection, Contents], Awaitable[None]]


async def move(source: str, target: str) -> Held:
    """Carry everything from the database at one address into the empty one at another.

    Raises:
        DatabaseUnusable: one of the two can't be reached, has another schema, or is not empty.
        Problem: what was carried is not all there, or the source went on meanwhile.
    """
    if are_one(source, target):
        raise Problem("both addresses name the same database: nothing was moved")
    async with _closing(await open_to_read(source)) as old, _closing(await open_empty(target)) as new:

        async def still(tx: AsyncConnection, _: Contents) -> None:
            async with old.reading() as there:
                if await _heads(there) != await _heads(tx):
                    raise Problem(
                        f"{name_of(source)} went on while it was moved, and nothing is kept of the move: "
                        "stop the bot, then move again"
                    )

        return await _copied(old, new, still)


async def _heads(tx: AsyncConnection) -> list[interactions.Head]:
    return [await interactions.head_of(tx, one.id) for one in await communities.every(tx)]


async def back_up(source: str, file: Path, made_ms: int) -> Held:
    """Make a backup in a file that is not there yet; the source may be in use. ``made_ms`` is now.

    Raises:
        DatabaseUnusable: the source can't be read, or has another schema.
        Problem: something failed; what there is of the file is of no use.
    """
    async with _closing(await open_to_read(source)) as old, _closing(await open_empty(_url(file))) as new:

        async def label(tx: AsyncConnection, contents: Contents) -> None:
            await copies.put_label(tx, Label(made_ms, contents))

        held = await _copied(old, new, label)
    await _labelled(file)  # as it is on the disk now
    _make_one_file(file)
    return held


def _make_one_file(file: Path) -> None:
    """Let everything be in the one file, which nothing needs to be written beside to read it."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            [mode] = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.Error as error:
        raise Problem(f"the backup could not be finished: {error}") from error
    if mode != "delete":
        raise Problem("the backup could not be finished: somebody else uses its file")


async def restore(file: Path, target: str | URL, clock: Clock) -> tuple[Held, int]:
    """Carry a backup into an empty database, and announce it there; what it held, and when it was made.

    A backup of an older schema is upgraded on the way; its file is only read.

    Raises:
        DatabaseUnusable: the target can't be used, or is not empty; the backup is of a newer Folkmoot.
        Problem: the file is no backup, or is not as it was made.
    """
    with _aside(file) as copied:
        label = await _labelled(copied, str(file))
        upgraded = await open_database(_url(copied))
        async with _closing(upgraded) as old, _closing(await open_empty(target)) as new:

            async def announce(tx: AsyncConnection, _: Contents) -> None:
                await restoring.announce(tx, label.made_ms, clock.now_ms())

            return await _copied(old, new, announce), label.made_ms


async def drill(file: Path, clock: Clock) -> tuple[Held, int]:
    """Restore a backup into a file that is thrown away; raises as :func:`restore`."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-drill-") as folder:
        return await restore(file, _url(Path(folder) / "drill.db"), clock)


async def _copied(old: Database, new: Database, last: Last) -> Held:
    held: list[Held] = []

    async def checked(tx: AsyncConnection, contents: Contents) -> None:
        held.append(await check(tx, contents))
        await last(tx, contents)

    try:
        await copies.copy(old, new, checked)
    except (SQLAlchemyError, sqlite3.Error, OSError, UnicodeError) as error:
        raise Problem(f"the copy failed, and nothing of it is kept: {said_by(error)}") from error
    return held[0]


async def _labelled(file: Path, name: str = "") -> Label:
    """A backup's label, once everything is there that it names."""
    name = name or str(file)
    try:
        opened = await open_to_read(_url(file), older=True)
    except DatabaseUnusable as error:  # it knows the file by the name of our copy
        raise Problem(str(error).replace(str(file), name)) from error
    async with _closing(opened) as database:
        try:
            async with database.reading() as tx:
                label = await copies.label_of(tx)
                trouble = await copies.trouble_in(tx)
                found = await copies.contents_of(tx)
        except Unlabelled:
            raise Problem(
                f"{name} is no backup that folkmoot backup has made, or is damaged "
                "(a database's own file is carried over by folkmoot move)"
            ) from None
        except (SQLAlchemyError, sqlite3.Error, UnicodeError) as error:
            raise Problem(f"{name} is damaged: {said_by(error)}") from error
    if trouble or found != label.contents:
        raise Problem(f"{name} is damaged: {trouble or 'it is not as it was made'}")
    return label


@contextmanager
def _aside(file: Path) -> Iterator[Path]:
    """A copy to work on, for its owner only: a backup is left as it is, wherever it lies."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-restore-") as folder:
        copied = Path(folder) / "backup.db"
        try:
            shutil.copyfile(file, copied)
        except OSError as error:
            raise Problem(f"{file} can't be read: {error.strerror}") from error
        yield copied


def _url(file: Path) -> URL:
    return URL.create("sqlite+aiosqlite", database=str(file))


@asynccontextmanager
async def _closing(database: Database) -> AsyncIterator[Database]:
    try:
        yield database
    finally:
        await database.close()
