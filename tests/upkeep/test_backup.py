"""Backups: whole under their name or not there, made while the bot runs, for their owner's eyes."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.services import answers
from bot.services.ports import App
from bot.store import copies
from bot.store.database import DatabaseUnusable, open_to_read
from bot.upkeep.drill import Problem
from bot.upkeep.folder import _to_ourselves, back_up_into
from tests.builders import HandClock, World, open_poll, resident
from tests.disks import small
from tests.killing import KILLED, killer
from tests.lived_in import Rows, everything
from tests.upkeep.conftest import Made

BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
TOO_LITTLE_KB, ENOUGH_KB = 160, 2048


async def held(file: Path) -> Rows:
    """Every row of a backup."""
    database = await open_to_read(f"sqlite+aiosqlite:///{file}")
    try:
        return await everything(database)
    finally:
        await database.close()


def files_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@BOTH
async def test_a_backup_holds_everything_in_one_file_for_its_owner_only(
    lived: World, database_url: str, tmp_path: Path
) -> None:
    before, out = await everything(lived.app.database), tmp_path / "deep" / "out"
    file, found = await back_up_into(out, database_url, lived.clock)
    assert files_in(out) == [file.name] == [f"folkmoot-{lived.clock.now:%Y%m%dT%H%M%SZ}.db"]
    assert (out.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
    assert (found.communities, found.answers, found.results) == (2, len(before["answer"]), 5)
    assert found.rows == sum(map(len, before.values()))
    assert {(number, head) for number, _, head in found.heads} == {
        (row[0], row[2].hex()) for row in before["head"]
    }
    assert await everything(lived.app.database) == before
    with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as alone:
        assert alone.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert alone.execute("SELECT count(*) FROM answer").fetchone() == (found.answers,)
    database = await open_to_read(f"sqlite+aiosqlite:///{file}")
    async with database.reading() as tx:
        label = await copies.label_of(tx)
    await database.close()
    assert label.made_ms == lived.now
    assert await held(file) == before


@BOTH
async def test_the_bot_goes_on_during_a_backup(lived: World, database_url: str, tmp_path: Path) -> None:
    asked, person = await open_poll(lived, days=30), await resident(lived, "steady")
    told = 0

    async def go_on() -> None:
        nonlocal told
        while True:
            await answers.answer(lived.app, person, asked.id, [str(told % 3)])
            told += 1

    going = asyncio.create_task(go_on())
    await back_up_into(tmp_path / "out", database_url, lived.clock)
    assert told > 3
    going.cancel()


async def test_only_the_newest_backups_are_kept_and_only_ours_removed(made: Made, tmp_path: Path) -> None:
    out, clock = tmp_path / "kept", made.clock
    out.mkdir()
    others = [
        "folkmoot.db",
        "folkmoot-20270101T000000Z.db.gz",
        "notes.txt",
        "my-folkmoot-20270101T000000Z.db",
    ]
    for name in others:
        (out / name).write_text("")
    names = []
    for _ in range(4):
        clock.now += timedelta(seconds=1)
        names.append((await back_up_into(out, made.url, clock, keep=2))[0].name)
    assert files_in(out) == sorted([*others, *names[2:]])
    clock.now -= timedelta(days=1)  # a clock that was set back must not cost the backup just made
    newest, _ = await back_up_into(out, made.url, clock, keep=1)
    assert files_in(out) == sorted([*others, newest.name])


async def test_no_backup_takes_the_place_of_another(made: Made, tmp_path: Path) -> None:
    file, _ = await back_up_into(tmp_path, made.url, made.clock)
    before = file.read_bytes()
    with pytest.raises(Problem, match="is there already"):
        await back_up_into(tmp_path, made.url, made.clock)
    assert file.read_bytes() == before


async def test_two_backups_at_once_do_not_mix(made: Made, tmp_path: Path) -> None:
    with _to_ourselves(tmp_path / "new"), pytest.raises(Problem, match="another backup"):
        await back_up_into(tmp_path / "new", made.url, made.clock)
    await back_up_into(tmp_path / "new", made.url, made.clock)


@contextmanager
def full_disk(folder: Path, size_kb: int) -> Iterator[Path]:
    with small(folder, size_kb) as disk:
        yield disk


@contextmanager
def full_file(folder: Path, size_kb: int) -> Iterator[Path]:
    """No file of this process may grow beyond a size."""
    (folder / "disk").mkdir()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_kb * 1024, hard))
    try:
        yield folder / "disk"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("disk_of", [full_disk, full_file])
@pytest.mark.parametrize("size_kb", [24, TOO_LITTLE_KB, 300, 400, ENOUGH_KB])
async def test_a_full_disk_leaves_no_file_and_is_said_in_one_line(
    made: Made,
    tmp_path: Path,
    size_kb: int,
    disk_of: Callable[[Path, int], AbstractContextManager[Path]],
) -> None:
    (tmp_path / "here").mkdir()
    with disk_of(tmp_path / "here", size_kb) as disk:
        try:
            file, _ = await back_up_into(disk, made.url, made.clock)
        except (Problem, DatabaseUnusable) as error:
            said = str(error)
            assert size_kb < ENOUGH_KB
            assert files_in(disk) == []
        else:
            said = ""
            assert size_kb > TOO_LITTLE_KB
            assert await held(file) == made.rows
    assert "\n" not in said


async def test_a_backup_that_is_killed_leaves_no_file_under_its_name(made: Made, tmp_path: Path) -> None:
    out, code, statement = tmp_path / "new", KILLED, 1
    with killer() as killing:
        while code == KILLED:
            code = await asyncio.to_thread(killing.run, statement, made.url, "backup", out)
            visible = [name for name in files_in(out) if not name.startswith(".")]
            assert len(visible) == (1 if code == 0 else 0)
            statement += 29
    assert statement > 100, "it was hardly killed"
    assert files_in(out) == visible
    assert await held(out / visible[0]) == made.rows


@pytest.mark.parametrize(("revision", "says"), [("0001", "older"), ("9999", "newer")])
async def test_a_database_of_another_schema_is_not_backed_up(
    app: App, database_url: str, clock: HandClock, tmp_path: Path, revision: str, says: str
) -> None:
    async with app.database.alone() as tx:
        await tx.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))  # noqa: S608
    with pytest.raises(DatabaseUnusable, match=f"is {says} than this Folkmoot"):
        await back_up_into(tmp_path / "out", database_url, clock)
    assert files_in(tmp_path / "out") == []


async def test_a_folder_that_cannot_be_used_is_said_in_one_line(
    app: App, database_url: str, clock: HandClock, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem, match=r"the folder .* can't be used: (Not a directory|File exists)"):
        await back_up_into(tmp_path / "file", database_url, clock)
