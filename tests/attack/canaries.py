"""Answers without names that would be known again anywhere: where else do they turn up?"""

from __future__ import annotations

import asyncio
import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path

from bot import logs, metrics
from bot.domain.asks import AskField, FieldKind
from bot.services import form_files, sealed_answers, sealing
from bot.upkeep.folder import back_up_into
from tests.builders import World, close_at_its_time, export, open_form, outbox_of, resident

CANARY = "Canarybird"
AT_ONCE = 100
FORM = (
    AskField("was", FieldKind.ONE, "Was it so?", options=("yes", "no")),
    AskField("else", FieldKind.LONG, "What else?"),
)
FOUR_WORDS = re.compile(rb"(?=\b([a-z]+ [a-z]+ [a-z]+ [a-z]+)\b)")


@dataclass
class Hunt:
    """How many answers there were, and where one of their words or codes was found."""

    answers: int = 0
    found: set[str] = field(default_factory=set)
    codes: set[bytes] = field(default_factory=set)

    def look(self, where: str, what: bytes, *, words: bool = True) -> None:
        """Look through something; ``words`` are left out where they may be, after the close."""
        if words and CANARY.encode() in what:
            self.found.add(f"words in {where}")
        if any(one[1] in self.codes for one in FOUR_WORDS.finditer(what)):
            self.found.add(f"a code in {where}")


async def hunt(world: World, count: int, folder: Path) -> Hunt:
    """So many answers to one form, and everything that is there before its close, after it, and of it."""
    app, found = world.app, Hunt()
    with _logging() as log:
        asked = await open_form(world, FORM)

        async def answered(number: int) -> None:
            who = await resident(world, f"canary-{number}")
            raw = ["was", str(number % 2), "else", f"{CANARY} {number}"]
            receipt = await sealed_answers.answer(app, who, asked.id, raw)
            found.codes.add(receipt.code.encode())

        for start in range(0, count, AT_ONCE):
            await asyncio.gather(*(answered(one) for one in range(start, min(count, start + AT_ONCE))))
        found.answers = len(found.codes)
        for where, what in _files(world):
            found.look(f"{where}, while it is open", what)
        backup, _ = await back_up_into(folder, app.settings.database, app.clock)
        found.look("a backup, while it is open", backup.read_bytes())
        await close_at_its_time(world, asked)
        await sealing.finish(app)
        await app.database.writer.checkpoint()
        for where, what in _files(world):
            found.look(f"{where}, after the close", what, words=False)
        files = await form_files.files(app, world.organiser, asked.id)
        found.look("what is exported before words are released", b"".join(files.values()))
        found.look("the record", "\n".join(await export(world)).encode())
        found.look("what is posted", repr(await outbox_of(world)).encode())
        found.look("the metrics", metrics.exposed())
        found.look("the log", log.getvalue().encode())
    return found


@contextmanager
def _logging() -> Iterator[io.StringIO]:
    """What production would log at DEBUG."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    with redirect_stderr(io.StringIO()) as stream:
        logs.configure("DEBUG", "text")
        try:
            yield stream
        finally:
            root.setLevel(level)
            root.handlers[:] = handlers


def _files(world: World) -> Iterator[tuple[str, bytes]]:
    file = Path(world.app.settings.database.partition(":///")[2])
    for one in (file, file.with_name(f"{file.name}-wal")):
        if one.exists():
            yield one.suffix, one.read_bytes()
