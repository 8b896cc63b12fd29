"""What the tests of posting and of painting share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.services import posting
from bot.services.ports import App
from tests.builders import HandClock, World, open_app
from tests.recorder import Recorder


@pytest.fixture
def platform(app: App, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """A platform in memory; a pass takes as long as it takes on this machine."""
    monkeypatch.setattr(posting, "PASS_S", 600.0)
    return Recorder(app)


@pytest.fixture
async def quiet(world: World, platform: Recorder) -> World:
    """A community in which everything has been said."""
    await posting.deliver(world.app, platform)
    world.app.stale.clear()
    platform.messages = {key: post for key, post in platform.messages.items() if post.card == "say"}
    platform.tries.clear()
    return world


@pytest.fixture
async def second(database_url: str, clock: HandClock) -> AsyncIterator[App]:
    """Another process on the same database."""
    opened = await open_app(database_url, clock)
    yield opened
    await opened.database.close()
