"""A backup of a lived-in database, made once."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.services.ports import App
from bot.store import copies, outbox
from bot.store.copies import Label
from bot.store.database import open_to_read
from bot.store.outbox import Post
from bot.upkeep.folder import back_up_into
from tests.builders import HandClock, World, export, open_app, sqlite_url
from tests.lived_in import Rows, everything, lived_in


@dataclass(frozen=True)
class Made:
    """A backup, and what was in the database that it was made of."""

    file: Path
    rows: Rows
    lines: list[str]
    world: World
    waiting: list[Post]

    @property
    def clock(self) -> HandClock:
        """A clock of the test's own, at the time of the backup."""
        return HandClock(self.world.clock.now)

    @property
    def url(self) -> str:
        """The backup's address, as of any other database."""
        return f"sqlite+aiosqlite:///{self.file}"

    @property
    def count(self) -> int:
        """How many rows there were."""
        return sum(map(len, self.rows.values()))

    def at(self, app: App) -> World:
        """The same community, restored."""
        return replace(self.world, app=app)


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A backup of a database in which something of everything has happened."""

    async def made() -> Made:
        folder = tmp_path_factory.mktemp("origin")
        app = await open_app(folder, HandClock())
        world = await lived_in(app)
        file, _ = await back_up_into(folder / "out", sqlite_url(folder), world.clock)
        async with app.database.reading() as tx:
            waiting = await outbox.ready(tx, 2**60, 1000)
        found = Made(file, await everything(app.database), await export(world), world, waiting)
        await app.database.close()
        return found

    return asyncio.run(made())


@pytest.fixture
def made(origin: Made, tmp_path: Path) -> Made:
    """The same in a file of the test's own."""
    (tmp_path / "out").mkdir()
    return replace(origin, file=Path(shutil.copy(origin.file, tmp_path / "out")))


async def relabelled(file: Path) -> None:
    """Let a changed backup's label say what is in it now, as somebody would who knows how it is made."""
    database = await open_to_read(f"sqlite+aiosqlite:///{file}", older=True)
    async with database.alone() as tx:
        await tx.exec_driver_sql("DROP TABLE IF EXISTS backup")
        await copies.put_label(tx, Label(0, await copies.contents_of(tx)))
    await database.close()
