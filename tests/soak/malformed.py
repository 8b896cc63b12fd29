"""Floods the real client with payloads that make no sense: nothing may be stored, nothing may fall over.

What discord.py's own parser does not take, before it reaches us, is counted and is discord.py's.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import random
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot import logs, verify, wiring
from bot.domain.people import Person
from bot.services import answers, initiatives
from bot.services.ports import App
from bot.settings import Settings
from bot.store.schema import metadata
from cogs.client import Folkmoot
from tests.builders import World, beginning, export, open_poll, wording
from tests.gateway import COMPONENT, FORM, GUILD, Gateway, Payload
from tests.soak.mangle import CANARY, ELSEWHERE, KNOWN, Mangler
from tests.soak.scene import POLLS, inhabited

PAYLOADS = 100_000
AT_ONCE = 50
PATIENCE_S = 30.0
OURS = tuple(str(Path(wiring.__file__).parents[1] / folder) for folder in ("bot", "cogs"))
THEIRS = ("/discord/", "/weakref.py", "/urllib/parse.py")
"""Where discord.py stumbles over a payload that it had taken; the person gets an apology."""
PRIVATE = (CANARY, str(KNOWN[0])[:-2])
"""What stands in no log line: people's words, and the beginning of all their ids."""


@dataclass
class Found:
    """What the flood came to; all but the first two must be empty.

    ``not_taken`` is how many discord.py's parser refused. ``stored`` names tables that changed, ``fell``
    says where something of ours raised what nobody caught, or that the bot serves nobody any more,
    ``apologies`` what the router had to excuse, ``unanswered`` counts presses that got no reply, ``told``
    log lines with people's words.
    """

    payloads: int = 0
    not_taken: int = 0
    stored: list[str] = field(default_factory=list)
    fell: dict[str, int] = field(default_factory=dict)
    apologies: dict[str, int] = field(default_factory=dict)
    unanswered: int = 0
    told: int = 0

    @property
    def ok(self) -> bool:
        """Whether it was as if nothing had come."""
        return not (self.stored or self.fell or self.apologies or self.unanswered or self.told)

    def __str__(self) -> str:
        return json.dumps(vars(self))


class Broken(Exception):
    """The bot hangs, or its record is damaged."""


class _Lines(logging.Handler):
    """Reads every line as it would be logged, without keeping it."""

    def __init__(self, found: Found) -> None:
        super().__init__(logging.INFO)
        logs.configure("INFO", "text")
        [usual] = logging.getLogger().handlers
        self.formatter, self.filters = usual.formatter, usual.filters
        self._found = found

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        # discord.py's own root lines name the type of a channel that it does not know: no person's words.
        if record.name != "root" and any(one in line for one in PRIVATE):
            self._found.told += 1
        if record.name == "cogs.ui.frames" and "could not be read" in line:
            self._found.not_taken += 1
        elif record.name.startswith("cogs.") and record.levelno >= logging.ERROR:
            if not any(one in line for one in THEIRS):
                _count(self._found.apologies, record.getMessage())
        elif record.exc_info and record.exc_info[1] is not None:
            _blame(self._found, record.exc_info[1])


def _blame(found: Found, error: BaseException) -> None:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(OURS)]
    if ours:
        _count(found.fell, f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}")
    else:
        found.not_taken += 1


def _count(found: dict[str, int], what: str) -> None:
    found[what] = found.get(what, 0) + 1


def run(url: str, payloads: int, seed: str, say: Callable[[str], None] = print) -> Found:
    """Flood a bot on the empty database at an address.

    Raises:
        Broken: it hangs, or the record does not verify.
    """
    say(f"seed {seed}")
    found = Found()
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    root.handlers[:] = []  # or they would be closed, and they are somebody else's
    root.handlers[:] = [_Lines(found)]
    try:
        asyncio.run(_run(url, payloads, seed, found))
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    return found


async def _run(url: str, payloads: int, seed: str, found: Found) -> None:
    chance = random.Random(seed)  # noqa: S311 - so that the seed repeats it
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: _never_retrieved(found, context))
    async with wiring.assembled(Settings(database=url), wiring.MachineClock()) as app:
        world = await _settled(app)
        async with Gateway(Folkmoot(app, wording()), (GUILD, ELSEWHERE)) as gateway:
            mangler, before = Mangler(gateway, chance), await _tables(app)
            for start in range(0, payloads, AT_ONCE):
                await _flood(gateway, [mangler.make() for _ in range(min(AT_ONCE, payloads - start))], found)
            gc.collect()  # that is when a task tells that nobody asked for its error
            await asyncio.sleep(0)
            after = await _tables(app)
            found.stored = [name for name in after if after[name] != before[name]]
            reply = await gateway.press(KNOWN[0], "cp1:vote:1:1")
            if "Changed" not in reply.text:
                _count(found.fell, f"a vote after the flood was answered with {reply.text!r}")
        verdict = verify.check(await export(world))
        if not verdict.ok:
            raise Broken(f"the record does not verify: {verdict}")


async def _settled(app: App) -> World:
    """Two communities; everybody in the first has chosen everywhere, the second has more of everything."""
    world = await inhabited(app, KNOWN)
    for who in KNOWN:
        person = Person(world.community.id, str(who))
        await asyncio.gather(*(answers.answer(app, person, which + 1, ["0"]) for which in range(len(POLLS))))
    elsewhere = await inhabited(app, KNOWN, ELSEWHERE)
    for number in range(3):
        await open_poll(elsewhere)
        await initiatives.start(app, elsewhere.organiser, beginning(app, f"Another {number}"))
    await initiatives.start(app, elsewhere.organiser, beginning(app, "The sixth"))
    return world


async def _flood(gateway: Gateway, payloads: list[Payload], found: Found) -> None:
    before = asyncio.all_tasks()
    taken: list[Payload] = []
    for one in payloads:
        found.payloads += 1
        not_taken = found.not_taken
        gateway.feed("INTERACTION_CREATE", one)
        if found.not_taken == not_taken:
            taken.append(one)
    while pending := asyncio.all_tasks() - before:
        _, late = await asyncio.wait(pending, timeout=PATIENCE_S)
        if late:
            raise Broken(f"{len(late)} tasks hang: {sorted(map(repr, late))[:3]}")
    found.unanswered += sum(_answerable(one) and int(one["id"]) not in gateway.replies for one in taken)
    gateway.replies.clear()
    gateway.requests.clear()


def _answerable(one: Payload) -> bool:
    """Whether it is a press or a form, and still says where its answer goes, and in which language."""
    whole = all(isinstance(one.get(name), str) for name in ("id", "token", "locale"))
    return whole and one["token"] == f"token-{one['id']}" and one.get("type") in (COMPONENT, FORM)


def _never_retrieved(found: Found, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if error is not None:
        _blame(found, error)
    else:
        _count(found.fell, context["message"])


async def _tables(app: App) -> dict[str, list[str]]:
    """Every row of every table."""
    async with app.database.reading() as tx:
        return {
            name: sorted(repr(tuple(row)) for row in await tx.execute(text(f'SELECT * FROM "{name}"')))  # noqa: S608
            for name in metadata.tables
        }
