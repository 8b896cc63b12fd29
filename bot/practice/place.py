"""Where practice keeps its things, in the directory it is started in; made anew at each start."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot import logs, wiring
from bot.practice import NotPlayable
from bot.services.ports import App, Clock

FOLDER = Path("var/practice")
DATABASE = "folkmoot.db"
LEFT_BEHIND = (
    f"{DATABASE}*",
    "digest.txt",
    "digest.png",
    "over-time.png",
    "record-*.jsonl",
    "result-*.csv",
    "result-*.json",
)


@asynccontextmanager
async def practice_app(clock: Clock) -> AsyncIterator[App]:
    """The app on a new database; what an earlier practice left behind is gone."""
    settings = wiring.load_settings()
    logs.configure("WARNING", settings.logging.format)
    _sweep(FOLDER)
    address = f"sqlite+aiosqlite:///{FOLDER / DATABASE}"
    async with wiring.assembled(replace(settings, database=address), clock) as app:
        yield app


def _sweep(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for pattern in LEFT_BEHIND:
            for old in folder.glob(pattern):
                old.unlink()
    except OSError as error:
        raise NotPlayable(f"practice keeps its things in {folder}, which fails: {error.strerror}") from error
