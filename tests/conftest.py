"""What every test may use. Nothing here reaches beyond this machine."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from simcord.backend import errors
from simcord.http import router
from sqlalchemy import ClauseElement
from sqlalchemy.engine import Dialect

from bot import wiring
from bot.services import communities
from bot.services.ports import App
from tests import rules
from tests.builders import HandClock, World, open_app, set_up, sqlite_url
from tests.gateway import Gateway
from tests.lived_in import lived_in
from tests.postgres import Server, binaries, server

# How many times as much as every day, as in the tests that count their examples themselves.
EVERYDAY = 10
settings.register_profile(
    "folkmoot",
    max_examples=EVERYDAY * int(os.environ.get("FOLKMOOT_EXAMPLES", "1")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("folkmoot")


MEMORY, ROOM = Path("/dev/shm"), 2**31  # noqa: S108 - the tests' folders in it are their user's own
"""Where files are in memory, and how much of it the tests of a machine may need."""


def pytest_configure() -> None:
    """Keep the tests' files in memory where it has room: a commit waits for a disk otherwise."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_finish() -> None:
    """Let the collector leave alone what is loaded by now, as in the running bot: a sixth of the time."""
    wiring.settle()


_compile = ClauseElement._compile_w_cache
_engines: dict[type[Dialect], tuple[Dialect, Any]] = {}


def _compiled_once(self: ClauseElement, dialect: Dialect, *, compiled_cache: Any, **more: Any) -> Any:
    """Compile a statement once for all tests: each has engines of its own, which would compile it anew."""
    if compiled_cache is not None:
        dialect, compiled_cache = _engines.setdefault(type(dialect), (dialect, compiled_cache))
    return _compile(self, dialect, compiled_cache=compiled_cache, **more)


ClauseElement._compile_w_cache = _compiled_once  # type: ignore[method-assign]


def _read_once(load: Callable[[], Any]) -> Callable[[], Any]:
    """Read what comes with the code once for all tests: a third of what it takes to open an app."""
    once = cache(load)
    return lambda: load() if wiring.CONFIG_VARIABLE in os.environ else once()


for _name in ("load_asks", "load_ready_checkins", "load_glossary", "load_code_words"):
    setattr(wiring, _name, _read_once(getattr(wiring, _name)))


def _as_discord_would(dispatch: Callable[..., Any]) -> Callable[..., Any]:
    """Let SimCord refuse what the real Discord does."""

    def dispatched(*where: Any, json: Any = None, **more: Any) -> Any:
        if wrong := rules.checked(json):
            raise errors.invalid_form_body("; ".join(wrong))
        return dispatch(*where, json=json, **more)

    return dispatched


router.dispatch = _as_discord_would(router.dispatch)
Gateway.strict = True


@pytest.fixture(autouse=True)
def _nothing_that_discord_refuses() -> Iterator[None]:
    rules.refused.clear()
    yield
    assert rules.refused == []


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
def postgres() -> Iterator[Server]:
    """A PostgreSQL server; without its programs the tests that need it are skipped, but never by CI."""
    programs = binaries()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have PostgreSQL")
        pytest.skip("PostgreSQL is not installed here")
    with server(programs, "fsync=off") as there:
        yield there


@dataclass
class Template:
    """A database to copy, and the community in it; ``place`` is a file, or a name on the server."""

    place: str
    world: World | None
    now: datetime


FILLED: dict[str, Callable[[App], Awaitable[World]]] = {"lived": lived_in, "world": set_up}
"""What can be in a database before a test begins, by the fixture that gives it."""


@pytest.fixture(scope="session")
def templates() -> dict[tuple[str, str], Template]:
    """Databases made once, by engine and by what is in them: most tests are quicker than that."""
    return {}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the store's tests on both engines, and everything above on SQLite, but where a test asks for both.

    Services go through the store: every day it is enough that each statement, and what happens at once, is
    tried on both (``BOTH_ENGINES``). With FOLKMOOT_ENGINES=sqlite,postgresql all are, as in ``make soak``.
    """
    named = any(
        "database_url" in str(mark.args[0]) for mark in metafunc.definition.iter_markers("parametrize")
    )
    if "database_url" in metafunc.fixturenames and not named:
        services = (os.environ.get("FOLKMOOT_ENGINES") or "sqlite").split(",")
        engines = {"store": ["sqlite", "postgresql"], "services": services}
        tried = engines.get(metafunc.definition.path.parent.name, ["sqlite"])
        metafunc.parametrize("database_url", tried, indirect=True)


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    templates: dict[tuple[str, str], Template],
) -> str:
    """The address of a database of the test's own, with what the test wants in it."""
    kind = request.param, next((name for name in FILLED if name in request.fixturenames), "")
    if request.param == "sqlite":
        if kind not in templates:
            folder = tmp_path_factory.mktemp("template")
            templates[kind] = asyncio.run(_made(sqlite_url(folder), kind[1], str(folder / "folkmoot.db")))
        shutil.copy(templates[kind].place, tmp_path)
        return sqlite_url(tmp_path)
    there: Server = request.getfixturevalue("postgres")
    if kind not in templates:
        name = there.database()
        templates[kind] = asyncio.run(_made(there.url(name), kind[1], name))
    return there.url(there.database(templates[kind].place))


async def _made(url: str, what: str, place: str) -> Template:
    clock = HandClock()
    app = await open_app(url, clock)
    try:
        world = await FILLED[what](app) if what else None
    finally:
        await app.database.close()
    return Template(place, world, clock.now)


@pytest.fixture
async def app(database_url: str, clock: HandClock) -> AsyncIterator[App]:
    """An app on a database of its own."""
    opened = await open_app(database_url, clock)
    yield opened
    await opened.database.close()


@pytest.fixture
async def world(app: App, templates: dict[tuple[str, str], Template]) -> World:
    """A community with an organiser, an initiative and its promise."""
    return await _again(app, templates[_engine(app), "world"])


@pytest.fixture
async def lived(app: App, clock: HandClock, templates: dict[tuple[str, str], Template]) -> World:
    """A database in which something of everything has happened, and in use."""
    template = templates[_engine(app), "lived"]
    clock.now = template.now
    return await _again(app, template)


def _engine(app: App) -> str:
    return app.settings.database.partition("+")[0]


async def _again(app: App, template: Template) -> World:
    assert template.world is not None
    await communities.community_of(app, "discord", template.world.community.platform_id)
    return replace(template.world, app=app)
