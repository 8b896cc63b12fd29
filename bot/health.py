"""What whoever keeps the server running can ask over HTTP: does it live, is it ready, how is it going?

GET /live     200 as long as the heart goes round; restarting the process is the cure for 503
GET /ready    200 while the gateway is connected and the database takes writes; a restart cures neither
GET /metrics  numbers for Prometheus
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from bot import metrics
from bot.domain.refusals import Refusal
from bot.services.ports import App
from bot.store import probe

log = logging.getLogger(__name__)

TICKS = 4
SLOWEST_TICK_S = 120.0
"""How long a round of the heart may take where Discord and the database both hang, and all comes together."""
PATIENCE_S = 2.0
"""How long a write may take: Discord waits three seconds for an answer."""
UNKNOWN = float("nan")
KEPT_S = 5.0
"""How long what the database did is believed, however often it is asked."""


class CannotListen(Exception):
    """The port can't be had; the message is one line for whoever keeps the server running."""


@asynccontextmanager
async def serving(app: App, connected: Callable[[], bool]) -> AsyncIterator[None]:
    """Answer HTTP where the settings want it; ``connected`` is whether the gateway is.

    Raises:
        CannotListen: the port is taken, or the address is none of this machine's.
    """
    chosen = app.settings.http
    if not chosen.port:
        yield
        return
    health = Health(app, connected)
    runner = web.AppRunner(health.pages(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, chosen.host, chosen.port).start()
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else str(error)
            said = f"[http] {chosen.host} port {chosen.port} can't be listened on: {why}"
            raise CannotListen(said) from error
        log.info("answering HTTP on %s port %d", chosen.host, chosen.port)
        yield
    finally:
        await runner.cleanup()
        health.forget()


@dataclass
class Health:
    """What the pages look at, and what the database did when it was last asked."""

    app: App
    connected: Callable[[], bool]
    _write: asyncio.Task[bool] | None = None
    _asked_s: float = 0.0

    def pages(self) -> web.Application:
        """The three pages; nothing else is there, and nothing but GET is answered."""
        there = web.Application(middlewares=[_unwell])
        for path, page in (("/live", self.live), ("/ready", self.ready), ("/metrics", self.metrics)):
            there.router.add_get(path, page, allow_head=False)
        return there

    async def live(self, _: web.Request) -> web.Response:
        """Whether the heart goes round. That the loop runs is shown by the answer itself."""
        may_take = SLOWEST_TICK_S + TICKS * self.app.settings.timing.tick_seconds
        return _answer([] if _tick_age_s(self.app) < may_take else ["heart"])

    async def ready(self, _: web.Request) -> web.Response:
        """Whether answers can be taken."""
        lacking = [] if self.connected() else ["gateway"]
        if not await self._writes():
            lacking.append("database")
        return _answer(lacking)

    async def metrics(self, _: web.Request) -> web.Response:
        """What was counted, and what can be looked up now."""
        app = self.app
        metrics.GATEWAY_CONNECTED.set(self.connected())
        metrics.TICK_AGE_SECONDS.set(_tick_age_s(app))
        metrics.WRITES_WAITING.set(app.database.writer.waiting)
        metrics.SLOTS_OWED.set(len(app.failed))
        metrics.CARDS_STALE.set(len(app.stale))
        metrics.SENDING_PAUSED.set(app.breaker.rests(app.clock.now_ms()))
        await self._count_posts()
        return web.Response(body=metrics.exposed(), headers={"Content-Type": metrics.CONTENT_TYPE})

    async def _count_posts(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S), self.app.database.reading() as tx:
                number, oldest_ms = await probe.unsent(tx)
        except Exception as error:  # the other numbers are wanted most when the database is away
            log.warning("the posts that wait could not be counted: %s", type(error).__name__)
            metrics.POSTS_WAITING.set(UNKNOWN)
            metrics.POST_WAIT_SECONDS.set(UNKNOWN)
        else:
            metrics.POSTS_WAITING.set(number)
            waited_ms = self.app.clock.now_ms() - oldest_ms if number else 0
            metrics.POST_WAIT_SECONDS.set(max(0, waited_ms) / 1000)

    async def _writes(self) -> bool:
        """Whether the database takes writes. One write at a time: where it hangs, they must not pile up."""
        task = self._write
        if task is None or (task.done() and time.monotonic() - self._asked_s > KEPT_S):
            task = self._write = asyncio.create_task(self._try_to_write(), name="ready")
            self._asked_s = time.monotonic()
        await asyncio.wait([task], timeout=max(0.0, self._asked_s + PATIENCE_S - time.monotonic()))
        return task.done() and not task.cancelled() and task.result()

    async def _try_to_write(self) -> bool:
        began_s = time.monotonic()
        try:
            await self.app.database.writer.run(probe.write)
        except Refusal:  # the writer has said why
            return False
        except Exception as error:
            log.error("the database could not be tried: %s", type(error).__name__)
            return False
        return time.monotonic() - began_s <= PATIENCE_S

    def forget(self) -> None:
        """Wait no longer for a write that hangs."""
        if self._write is not None:
            self._write.cancel()


def _tick_age_s(app: App) -> float:
    return time.monotonic() - app.beat_s


def _answer(lacking: list[str]) -> web.Response:
    said = {"ok": not lacking, "lacking": lacking}
    return web.json_response(said, status=503 if lacking else 200, headers={"Cache-Control": "no-store"})


@web.middleware
async def _unwell(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Log a failure of ours without who asked, which aiohttp would add."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:
        log.exception("a page of health failed")
        raise web.HTTPInternalServerError from error
