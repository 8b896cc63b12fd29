"""What whoever keeps the server running sees over HTTP: a real server on loopback, on a real file."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import health, metrics, wiring
from bot.services.ports import App, Failed
from bot.settings import Http, Settings, Timing
from bot.store import probe
from cogs.client import Folkmoot
from tests.builders import HandClock, open_app, set_up, wording
from tests.disks import small
from tests.gateway import Gateway
from tests.recorder import Recorder

LOOPBACK = "127.0.0.1"
QUICK = Timing(tick_seconds=1, repaint_seconds=1)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind((LOOPBACK, 0))
        return int(one.getsockname()[1])


@dataclass
class Line:
    """What stands for the gateway: connected or not."""

    connected: bool = True

    def __call__(self) -> bool:
        return self.connected


@dataclass
class Place:
    """A running app, and somebody who asks it over HTTP."""

    app: App
    http: aiohttp.ClientSession
    line: Line = field(default_factory=Line)

    async def ask(self, path: str, method: str = "GET") -> tuple[int, Any]:
        """Status and what is said there, JSON read."""
        chosen = self.app.settings.http
        async with self.http.request(method, f"http://{chosen.host}:{chosen.port}{path}") as response:
            said = await response.text()
            return response.status, await response.json() if said.startswith("{") else said

    async def number(self, name: str) -> float:
        """One of the metrics, as it is shown."""
        _, said = await self.ask("/metrics")
        return next(float(line.split()[-1]) for line in said.splitlines() if line.startswith(f"{name} "))


@asynccontextmanager
async def placed(folder: Path) -> AsyncIterator[Place]:
    chosen = replace(Settings(), http=Http(port=free_port()), timing=QUICK)
    app = await open_app(folder, wiring.MachineClock(), chosen)
    line = Line()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(app.database.close)
        await stack.enter_async_context(health.serving(app, line))
        yield Place(app, await stack.enter_async_context(aiohttp.ClientSession()), line)


@asynccontextmanager
async def busy(app: App, waiting: int) -> AsyncIterator[None]:
    """A writer that is in the middle of something, with so much behind it."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def long(_: AsyncConnection) -> None:
        begun.set()
        await go_on.wait()

    work = [asyncio.create_task(app.database.writer.run(long))]
    await begun.wait()
    work += [asyncio.create_task(app.database.writer.run(long)) for _ in range(waiting)]
    await asyncio.sleep(0)
    try:
        yield
    finally:
        go_on.set()
        await asyncio.gather(*work)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with placed(tmp_path) as there:
        yield there


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything waits for tenths of a second."""
    monkeypatch.setattr(health, "PATIENCE_S", 0.2)
    monkeypatch.setattr(health, "KEPT_S", 0.0)
    monkeypatch.setattr(health, "SLOWEST_TICK_S", 0.5)
    monkeypatch.setattr(health, "TICKS", 0)


async def test_it_is_well(place: Place) -> None:
    for path in ("/live", "/ready"):
        assert await place.ask(path) == (200, {"ok": True, "lacking": []})
    assert await place.number("folkmoot_gateway_connected") == 1


async def test_it_lives_but_is_not_ready_without_the_gateway(place: Place) -> None:
    place.line.connected = False
    assert (await place.ask("/live"))[0] == 200
    assert await place.ask("/ready") == (503, {"ok": False, "lacking": ["gateway"]})
    assert await place.number("folkmoot_gateway_connected") == 0


@pytest.mark.usefixtures("short")
async def test_it_is_not_ready_while_the_writer_stands(place: Place) -> None:
    await place.app.database.writer.stop()
    assert await place.ask("/ready") == (503, {"ok": False, "lacking": ["database"]})
    assert (await place.ask("/live"))[0] == 200
    place.app.database.writer.start()
    assert (await place.ask("/ready"))[0] == 200


@pytest.mark.usefixtures("short")
async def test_a_write_that_hangs_is_waited_for_once(place: Place) -> None:
    async with busy(place.app, 0):
        began_s = time.monotonic()
        for _ in range(3):
            assert await place.ask("/ready") == (503, {"ok": False, "lacking": ["database"]})
        assert time.monotonic() - began_s < 2
        assert place.app.database.writer.waiting == 1
    await asyncio.sleep(0.05)
    assert (await place.ask("/ready"))[0] == 200


@pytest.mark.usefixtures("short")
async def test_a_full_disk_is_noticed(tmp_path: Path) -> None:
    with small(tmp_path, 2048) as disk:
        async with placed(disk) as place:
            assert (await place.ask("/ready"))[0] == 200
            with (disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
                while filler.write(bytes(1024)):
                    pass
            answers = [await place.ask("/ready") for _ in range(60)]
            assert answers[-1] == (503, {"ok": False, "lacking": ["database"]})
            (disk / "filler").unlink()
            assert (await place.ask("/ready"))[0] == 200


async def test_polling_costs_one_write_in_five_seconds(place: Place) -> None:
    before = await place.number("folkmoot_write_seconds_count")
    for _ in range(5):
        await place.ask("/ready")
    assert await place.number("folkmoot_write_seconds_count") == before + 1


async def test_a_heart_that_goes_round_lives(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.app.beat_s = 0.0
    async with wiring.beating(place.app, Recorder(place.app)):
        await asyncio.sleep(0.3)
        assert (await place.ask("/live"))[0] == 200
        assert await place.number("folkmoot_tick_age_seconds") < 1

        async def broken(*_: object) -> None:
            raise RuntimeError

        monkeypatch.setattr(wiring, "tick", broken)
        failed, place.app.beat_s = await place.number("folkmoot_ticks_failed_total"), 0.0
        await asyncio.sleep(1.2)
        assert (await place.ask("/live"))[0] == 200  # a restart would not mend what makes it fail
        assert await place.number("folkmoot_ticks_failed_total") > failed


@pytest.mark.usefixtures("short")
async def test_a_heart_that_stands_still_is_dead(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(wiring, "tick", hangs)
    async with wiring.beating(place.app, Recorder(place.app)):
        assert (await place.ask("/live"))[0] == 200
        await asyncio.sleep(0.6)
        assert await place.ask("/live") == (503, {"ok": False, "lacking": ["heart"]})


async def test_metrics_are_there_when_the_database_is_not(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: AsyncConnection) -> tuple[int, int]:
        raise OSError("gone")

    monkeypatch.setattr(probe, "unsent", broken)
    status, said = await place.ask("/metrics")
    assert status == 200
    assert "folkmoot_posts_waiting NaN" in said


async def test_what_can_be_looked_up_is_looked_up(place: Place) -> None:
    app = place.app
    app.beat_s = time.monotonic() - 50
    app.stale = {(1, 1), (1, 2)}
    app.failed = {(1, number): Failed(0, 1, 0) for number in range(3)}
    app.breaker.shut = True
    async with busy(app, 4):
        assert await place.number("folkmoot_writes_waiting") == 4
    assert 50 <= await place.number("folkmoot_tick_age_seconds") < 60
    assert await place.number("folkmoot_cards_stale") == 2
    assert await place.number("folkmoot_slots_owed") == 3
    assert await place.number("folkmoot_sending_paused") == 1


async def test_posts_that_wait_are_counted(place: Place) -> None:
    await set_up(place.app)
    waiting = await place.number("folkmoot_posts_waiting")
    assert waiting > 0
    place.app.clock = HandClock(datetime.now(UTC) + timedelta(hours=1))
    assert 3600 <= await place.number("folkmoot_post_wait_seconds") < 3660


async def test_only_get_is_answered_and_nothing_else_is_there(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for method in ("HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
        assert (await place.ask("/live", method))[0] == 405
    for path in ("/", "/live/", "/metrics?x=1/../..", "/..%2fetc"):
        assert (await place.ask(path))[0] in (404, 200)
    assert (await place.ask("/"))[0] == 404
    assert LOOPBACK not in "".join(record.getMessage() for record in caplog.records)


async def test_a_page_that_fails_does_not_say_who_asked(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> bytes:
        raise RuntimeError

    monkeypatch.setattr(metrics, "exposed", broken)
    assert (await place.ask("/metrics"))[0] == 500
    assert "a page of health failed" in caplog.text
    assert LOOPBACK not in caplog.text


async def test_it_is_off_unless_it_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "AppRunner", None)
    app = await open_app(tmp_path, wiring.MachineClock())
    async with health.serving(app, Line()):
        assert app.settings.http == Http(0, LOOPBACK)
    await app.database.close()


async def test_a_port_that_is_taken_is_named(place: Place) -> None:
    chosen = place.app.settings.http
    with pytest.raises(health.CannotListen, match=f"port {chosen.port} can't be listened on: ") as caught:
        async with health.serving(place.app, Line()):
            pass
    assert len(str(caught.value).splitlines()) == 1


async def test_after_the_end_nobody_listens(place: Place) -> None:
    app, port = place.app, free_port()
    app.settings = replace(app.settings, http=Http(port=port))
    async with health.serving(app, Line()):
        assert (await place.ask("/live"))[0] == 200
    with pytest.raises(aiohttp.ClientConnectorError):
        await place.ask("/live")


async def test_a_lost_connection_shows_until_it_is_back(place: Place) -> None:
    client = Folkmoot(place.app, wording())
    async with Gateway(client):
        assert client.is_connected()
        for back in ("shard_resumed", "shard_ready"):
            client.dispatch("shard_disconnect", 0)
            await asyncio.sleep(0.01)
            assert (client.is_ready(), client.is_connected()) == (True, False)
            client.dispatch(back, 0)
            await asyncio.sleep(0.01)
            assert client.is_connected()
    assert not client.is_connected()
