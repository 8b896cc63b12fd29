"""The folder of backups: a file is there whole under its name, or not at all."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.services.ports import Clock
from bot.upkeep.carrying import back_up
from bot.upkeep.drill import Held, Problem

NAME = "folkmoot-%Y%m%dT%H%M%SZ.db"
OURS = re.compile(r"folkmoot-\d{8}T\d{6}Z\.db")
UNFINISHED = ".folkmoot-unfinished.db"
FOLDER_MODE = 0o700


async def back_up_into(folder: Path, source: str, clock: Clock, keep: int = 0) -> tuple[Path, Held]:
    """Add a backup of the database at an address to a folder; with ``keep`` only the newest so many stay.

    Raises:
        DatabaseUnusable: the source can't be read, or has another schema.
        Problem: the backup could not be made; no file is left of it.
    """
    made_ms = clock.now_ms()
    with _to_ourselves(folder) as held_open:
        file = folder / datetime.fromtimestamp(made_ms / 1000, UTC).strftime(NAME)
        if file.exists():
            raise Problem(f"{file} is there already: wait a second, and try again")
        _remove_unfinished(folder)  # of a backup that was killed
        try:
            held = await back_up(source, folder / UNFINISHED, made_ms)
            _settle(folder / UNFINISHED, file, held_open)
        finally:
            _remove_unfinished(folder)
        if keep:
            _remove_old(folder, file, keep)
        return file, held


@contextmanager
def _to_ourselves(folder: Path) -> Iterator[int]:
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise Problem(f"the folder {folder} can't be used: {error.strerror}") from error
    try:
        with suppress(OSError):  # a shared disk may know no locks
            _lock(opened, folder)
        yield opened
    finally:
        os.close(opened)


def _lock(opened: int, folder: Path) -> None:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Problem(f"another backup is being made in {folder}") from None


def _settle(unfinished: Path, file: Path, folder: int) -> None:
    """Give a backup its name, once it and the name are sure to be on the disk."""
    try:
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.rename(file)
        os.fsync(folder)
    except OSError as error:
        raise Problem(f"the backup {file} could not be finished: {error.strerror}") from error


def _remove_unfinished(folder: Path) -> None:
    for file in folder.glob(f"{UNFINISHED}*"):  # with what SQLite writes beside
        file.unlink(missing_ok=True)


def _remove_old(folder: Path, newest: Path, keep: int) -> None:
    ours = sorted(file for file in folder.iterdir() if OURS.fullmatch(file.name) and file != newest)
    for file in ours[: max(0, len(ours) + 1 - keep)]:
        file.unlink()
