"""What every test may use. Nothing here reaches beyond this machine."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from bot.services.ports import App
from tests.builders import HandClock, World, open_app, set_up

# How many times as much as every day, as in the tests that count their examples themselves.
EVERYDAY = 10
settings.register_profile(
    "folkmoot",
    max_examples=EVERYDAY * int(os.environ.get("FOLKMOOT_EXAMPLES", "1")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("folkmoot")

LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(LOOPBACK):
            raise RuntimeError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def clock() -> HandClock:
    """A clock moved by hand; it starts on Monday 3 May 2027, 9:00 UTC."""
    return HandClock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was made once: to make the schema takes longer than most tests."""
    folder = tmp_path_factory.mktemp("empty")

    async def make() -> None:
        await (await open_app(folder, HandClock())).database.close()

    asyncio.run(make())
    return folder / "folkmoot.db"


@pytest.fixture
async def app(tmp_path: Path, clock: HandClock, empty_database: Path) -> AsyncIterator[App]:
    """An app on a database of its own."""
    shutil.copy(empty_database, tmp_path)
    opened = await open_app(tmp_path, clock)
    yield opened
    await opened.database.close()


@pytest.fixture
async def world(app: App) -> World:
    """A community with an organiser, an initiative and its promise."""
    return await set_up(app)
