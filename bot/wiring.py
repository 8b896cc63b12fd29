"""Wires the program: nothing else constructs its collaborators. Used by run and by practice alike."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import asks as ask_files
from bot import checkins as checkin_files
from bot import glossary as glossary_files
from bot import metrics
from bot import settings as settings_files
from bot import wording as wording_files
from bot.domain.asks import Ask
from bot.domain.checkins import ReadyCheckIn
from bot.domain.plain import Glossary
from bot.domain.rounds import Limits
from bot.services import due, painting, posting, presence, retention, safeguarding, sealing
from bot.services.ports import App, Clock, Messenger
from bot.settings import Settings
from bot.store import outbox, schedule
from bot.store.database import open_database
from bot.wording import Wording

log = logging.getLogger(__name__)

CONFIG_VARIABLE = "FOLKMOOT_CONFIG"
LEAST_REST_S = 0.5
"""How long the heart rests at least: what comes at a hundred moments of a second is done in two rounds."""
TOKEN_VARIABLE = "DISCORD_TOKEN_FILE"  # noqa: S105 - the name of a variable, not a token


class Unusable(Exception):
    """What stops the program; one line for whoever keeps the server running."""


OUR_CONFIG = Path(__file__).parent.parent / "config"
"""The folder that comes with this version."""


class MachineClock:
    """The Clock port on the machine's own clock."""

    def now_ms(self) -> int:
        """UTC epoch milliseconds."""
        return time.time_ns() // 1_000_000


def config_folder() -> Path:
    """Where settings, wording and glossary are: ``FOLKMOOT_CONFIG``, or ``config`` beside the code."""
    named = os.environ.get(CONFIG_VARIABLE)
    return Path(named) if named else OUR_CONFIG


def load_settings() -> Settings:
    """The settings of this machine; raises SettingsError."""
    return settings_files.load(config_folder(), os.environ)


def load_wording() -> Wording:
    """All sentences; raises WordingError."""
    folder = config_folder()
    ours = None if folder.resolve() == OUR_CONFIG.resolve() else OUR_CONFIG / "wording"
    return wording_files.load(folder / "wording", ours)


def load_asks() -> dict[str, Ask]:
    """What organisers can ask for in people's own words; raises SettingsError."""
    return ask_files.load(config_folder() / ask_files.FOLDER)


def load_ready_checkins() -> dict[str, ReadyCheckIn]:
    """Check-ins that organisers can begin with; raises SettingsError."""
    return checkin_files.load(config_folder() / checkin_files.FOLDER)


def load_glossary() -> Glossary:
    """Jargon and its plain alternatives; raises SettingsError."""
    return glossary_files.load(config_folder())


def load_code_words() -> tuple[str, ...]:
    """The words that codes are made of; raises SettingsError."""
    return glossary_files.load_code_words(config_folder())


def token() -> str:
    """The bot's token, out of its file; raises :class:`Unusable`."""
    name = os.environ.get(TOKEN_VARIABLE)
    if not name:
        raise Unusable(
            f"{TOKEN_VARIABLE} is not set: write the bot's token into a file and name the file there"
        )
    try:
        found = Path(name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise Unusable(f"the token's file {name} can't be read: {reason}") from error
    if not found:
        raise Unusable(f"the token's file {name} is empty")
    return found


def settle() -> None:
    """Tell the garbage collector that the program has started: called once everything is loaded.

    What is loaded by now stays, so it is no longer looked at. And when thousands press at once, each has
    hundreds of objects in flight: to look through them at every 700th new one doubles how long people wait.
    """
    gc.freeze()
    gc.set_threshold(5_000, 20, 50)


async def opened(settings: Settings, clock: Clock) -> App:
    """The app on its database, which whoever opens it has to close.

    Raises:
        SettingsError: the glossary can't be used.
        DatabaseUnusable: the database can't.
    """
    rules = settings.rounds
    limits = Limits(
        rules.least_days_open,
        rules.least_days_to_decide,
        rules.most_options,
        rules.option_length,
        rules.question_length,
        rules.reading_age_limit,
    )
    asks, ready, glossary = load_asks(), load_ready_checkins(), load_glossary()
    database = await open_database(settings.database, settings.timing.writer_batch)
    words, keys = load_code_words(), settings.keys_folder
    now = clock.now_ms()
    return App(
        settings, database, clock, limits, asks, ready, glossary, words, keys, started_ms=now, kept_ms=now
    )


@asynccontextmanager
async def assembled(settings: Settings, clock: Clock) -> AsyncIterator[App]:
    """The app on its database, for as long as it is used; raises as :func:`opened`."""
    app = await opened(settings, clock)
    try:
        yield app
    finally:
        await presence.keep(app)
        await app.database.close()


async def tick(app: App, messenger: Messenger) -> None:
    """One round of work: what is due, what is to be said, what is to be painted anew."""
    await presence.keep_hourly(app)  # before anybody is forgotten who has been away
    await due.run_due(app, app.clock.now_ms())
    await sealing.finish(app)
    await retention.finish(app, serves=messenger.serves)
    await safeguarding.go_on(app)
    if app.checkpoint_owed:
        app.checkpoint_owed = False
        if not await app.database.writer.checkpoint():
            app.checkpoint_owed = True
    if messenger.is_ready():
        await painting.notice(app, messenger.serves)
        await posting.deliver(app, messenger)
        await painting.repaint(app, messenger)
        await posting.deliver(app, messenger)  # painting may have found something to say


@dataclass
class Heart:
    """Ticks when something happened, when something is due, and every few seconds to be sure."""

    app: App
    messenger: Messenger
    scheduler: AsyncIOScheduler

    async def beat(self) -> None:
        """Tick until cancelled; a tick that fails is logged, and the next one comes all the same."""
        while True:
            await self.app.wake.wait()
            self.app.wake.clear()
            next_ms = None
            try:
                looked_ms = self.app.clock.now_ms()
                await tick(self.app, self.messenger)
                next_ms = await self._plan(looked_ms)
            except Exception:
                log.exception("a tick failed")
                metrics.TICKS_FAILED.inc()
            self.app.beat_s = time.monotonic()
            await asyncio.sleep(self._rest_s(next_ms))

    def _rest_s(self, next_ms: int | None) -> float:
        """What happens meanwhile is painted once; but what Discord put off goes on when it may."""
        longest = float(self.app.settings.timing.repaint_seconds)
        left_s = longest if next_ms is None else (next_ms - self.app.clock.now_ms()) / 1000
        return min(longest, max(left_s, LEAST_REST_S))

    async def _plan(self, looked_ms: int) -> int | None:
        """Wake for what comes next; when that is (UTC epoch ms)."""
        # What was due before and is still there has failed: to wake for it would be a storm.
        async with self.app.database.reading() as tx:
            due_ms, post_ms = [await of.next_moment(tx, looked_ms) for of in (schedule, outbox)]
        rests_ms = self.app.rests.next_moment(looked_ms), self.app.breaker.next_moment(looked_ms)
        next_ms = min((one for one in (due_ms, post_ms, *rests_ms) if one is not None), default=None)
        if next_ms is not None:
            moment = datetime.fromtimestamp(next_ms / 1000, UTC)
            self.scheduler.add_job(
                self.app.wake.set,
                "date",
                run_date=moment,
                id="due",
                replace_existing=True,
                misfire_grace_time=None,
            )
        return next_ms


@asynccontextmanager
async def beating(app: App, messenger: Messenger) -> AsyncIterator[None]:
    """Keep the app's work going in the background."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(
        app.wake.set, "interval", seconds=app.settings.timing.tick_seconds, misfire_grace_time=None
    )
    scheduler.start()
    task = asyncio.create_task(Heart(app, messenger, scheduler).beat(), name="heart")
    app.wake.set()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
