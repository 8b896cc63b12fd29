"""The process that is killed while things are due: the real app and its real heart, on a clock that is moved.

Whoever kills it moves the clock of all such processes in a file that they share. A process can also die by
itself, before or after the n-th statement that it writes: so it is hit between any two steps of a slot.
"""

from __future__ import annotations

import asyncio
import logging
import mmap
import os
import secrets
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import wiring
from bot.services import due
from bot.services.ports import App, Messenger
from bot.settings import Privacy, Settings, Timing
from bot.store.schedule import Due
from tests.recorder import Unreachable

WAKES_S = 0.01
READY = b"ready"


class SharedClock:
    """The Clock port on a file that several processes share; only one of them moves it."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(bytes(8))
        with file.open("r+b") as opened:
            self._cells = memoryview(mmap.mmap(opened.fileno(), 8)).cast("q")

    def now_ms(self) -> int:
        """UTC epoch milliseconds."""
        return int(self._cells[0])

    def set(self, now_ms: int) -> None:
        """Move it."""
        self._cells[0] = now_ms


@dataclass(frozen=True)
class Life:
    """What a process lives with; it dies ``before`` or ``after`` its n-th statement, 0 for never."""

    database: str
    clock: Path
    dies: str = ""
    statement: int = 0
    fault: str = ""


def settings(database: str) -> Settings:
    """As quick as can be, and nothing forgotten: the check wants every occurrence."""
    timing = Timing(tick_seconds=1, repaint_seconds=0)
    return Settings(database=database, timing=timing, privacy=Privacy(posts_days=36_500))


def live(life: Life, told: Connection) -> None:
    """Do what is due until killed; ``life.fault`` names what to break in here."""
    logging.disable(logging.CRITICAL)  # a server that is crashed on purpose fills pages
    if life.fault:
        FAULTS[life.fault]()
    asyncio.run(_live(life, told))


async def _live(life: Life, told: Connection) -> None:
    async with wiring.assembled(settings(life.database), SharedClock(life.clock)) as app:
        if life.statement:
            _die_at(app, life, told)
        async with wiring.beating(app, cast(Messenger, Unreachable())):
            told.send_bytes(READY)
            while True:
                app.wake.set()
                await asyncio.sleep(WAKES_S)


def _die_at(app: App, life: Life, told: Connection) -> None:
    left = life.statement

    def count(_: Any, __: Any, statement: str, *___: Any) -> None:
        nonlocal left
        left -= 1
        if not left:
            told.send_bytes(f"{life.dies} {' '.join(statement.split()[:3])}".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(app.database._writing.sync_engine, f"{life.dies}_cursor_execute", count)


def _note_first() -> None:
    """The note is committed, and the work after it: killed between the two, nobody ever does it."""

    async def once(app: App, slot: Due, now_ms: int) -> int:
        noted = await app.database.writer.run(lambda tx: _note(app, tx, slot, now_ms))
        if noted:
            _perhaps_die()
            await app.database.writer.run(lambda tx: due.ACTS[slot.act].do(app, tx, slot, now_ms))
        return noted

    due._once = once


def _work_first() -> None:
    """The work is committed, and the note after it: killed between the two, it is done again."""

    async def once(app: App, slot: Due, now_ms: int) -> int:
        if slot.act == "close":  # it notes by itself that it is not due any more
            return await _ONCE(app, slot, now_ms)
        await app.database.writer.run(lambda tx: due.ACTS[slot.act].do(app, tx, slot, now_ms))
        _perhaps_die()
        return await app.database.writer.run(lambda tx: _note(app, tx, slot, now_ms))

    due._once = once


def _perhaps_die() -> None:
    """Between two transactions, which a kill from outside finds now and then only."""
    if not secrets.randbelow(6):
        os.kill(os.getpid(), signal.SIGKILL)


async def _note(app: App, tx: AsyncConnection, slot: Due, now_ms: int) -> int:
    act = due.ACTS[slot.act]
    due.ACTS[slot.act] = replace(act, do=_nothing)
    try:
        return await _DO(app, tx, slot, now_ms)
    finally:
        due.ACTS[slot.act] = act


async def _nothing(*_: object) -> None:
    return None


_DO, _ONCE = due._do, due._once
FAULTS: dict[str, Callable[[], None]] = {"note-first": _note_first, "work-first": _work_first}
