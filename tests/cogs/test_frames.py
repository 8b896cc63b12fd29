"""The gateway's own socket: what can't be read on it, what was answered already, and the end of a process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import metrics
from bot.services.ports import App
from cogs import client as ours
from cogs.client import CannotConnect, Folkmoot
from cogs.ui import frames
from tests.builders import World, open_poll, set_up, wording
from tests.gateway import BOT, GUILD, PATIENCE_S, Answer, Gateway, Request, _user, guild_payload

ANA, BEN = 800000000000000001, 800000000000000002
HELLO, IDENTIFY, RESUME = 10, 2, 6
UNREADABLE = [
    "{", "[]", "null", '"Mallory"', "{}", "[" * 100_000, '{"op": 99, "d": "Mallory"}', '{"op": 10, "d": {}}',
    '{"op": 9, "d": {', '{"op": 0, "s": 9, "t": "INTERACTION_CREATE", "d": null}',
    '{"op": 0, "s": 9, "t": {"a": 1}, "d": "Mallory"}',
    '{"op": 0, "s": 9, "t": "GUILD_ROLE_CREATE", "d": {"guild_id": "Mallory"}}',
]  # fmt: skip
"""Frames that no Discord has sent yet; two of them say nothing at all and need no line."""


@dataclass
class Wire:
    """Discord's gateway on a socket of this machine; ``begins`` is how each connection began."""

    ready: dict[str, Any] = field(default_factory=dict)
    begins: list[int] = field(default_factory=list)
    url: str = ""
    _sockets: list[web.WebSocketResponse] = field(default_factory=list)

    async def connected(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": 45_000}})
        async for frame in socket:
            began = json.loads(frame.data)["op"]
            if began in (IDENTIFY, RESUME):
                self.begins.append(began)
                self._sockets.append(socket)
                for number, (event, data) in enumerate(self._first(began), 1):
                    await socket.send_json({"op": 0, "t": event, "s": number, "d": data})
        return socket

    def _first(self, began: int) -> list[tuple[str, dict[str, Any]]]:
        if began == RESUME:
            return [("RESUMED", {})]
        me = {"user": _user(BOT, "Folkmoot", bot=True), "application": {"id": str(BOT), "flags": 0}}
        there = {"guilds": [{"id": str(GUILD), "unavailable": True}], "shard": [0, 1], "v": 10}
        session = self.ready or {"session_id": "a", "resume_gateway_url": self.url}
        return [("READY", me | there | session), ("GUILD_CREATE", guild_payload() | {"unavailable": False})]

    async def send(self, frame: str | bytes | dict[str, Any]) -> None:
        """Let something arrive on the newest connection."""
        if isinstance(frame, bytes):
            await self._sockets[-1].send_bytes(frame)
        else:
            await self._sockets[-1].send_str(frame if isinstance(frame, str) else json.dumps(frame))


@dataclass
class Place:
    """The bot on that gateway; its requests end in the harness, as everywhere."""

    world: World
    wire: Wire
    client: Folkmoot
    gateway: Gateway
    serving: asyncio.Task[None]

    async def press(self, who: int, custom_id: str) -> str:
        """Press something over the socket; what is answered."""
        made = self.gateway.component(who, custom_id)
        number = int(made["id"])
        await self.wire.send({"op": 0, "t": "INTERACTION_CREATE", "s": 5, "d": made})
        await until(lambda: number in self.gateway.replies)
        return self.gateway.replies[number][0].text


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not so():  # noqa: ASYNC110 - it happens in a library
            await asyncio.sleep(0.01)


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    made = Wire()
    server = web.Application()
    server.router.add_get("/", made.connected)
    runner = web.AppRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"ws://127.0.0.1:{runner.addresses[0][1]}/"
    yield made
    await runner.cleanup()


@pytest.fixture
async def place(app: App, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        world = await set_up(app, str(GUILD))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(wire.url))
        monkeypatch.setattr(frames, "PAUSE_S", 0.01)
        client = Folkmoot(world.app, wording())
        client._connection.guild_ready_timeout = 0.02
        gateway = Gateway(client)
        gateway.take_the_network_away()
        client.http.ws_connect = lambda url, **_: session.ws_connect(url)  # type: ignore[method-assign]
        await stack.enter_async_context(client)
        serving = asyncio.create_task(client.serve("no-token"))
        yield Place(world, wire, client, gateway, serving)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def test_a_frame_that_cannot_be_read_is_dropped(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    await asyncio.wait_for(place.client.wait_until_ready(), PATIENCE_S)
    asked = await open_poll(place.world)
    assert "Recorded" in await place.press(ANA, f"cp1:go:{asked.id}:adults.0")
    before = metrics.FRAMES_DROPPED._value.get()
    for frame in UNREADABLE:
        await place.wire.send(frame)
    assert "Changed" in await place.press(ANA, f"cp1:vote:{asked.id}:1")
    assert metrics.FRAMES_DROPPED._value.get() - before == len(UNREADABLE) - 2
    assert caplog.text.count("could not be read") == len(UNREADABLE) - 2
    assert place.wire.begins == [IDENTIFY]
    assert "Mallory" not in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_packed_frame_that_cannot_be_read_is_a_new_connection(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    await asyncio.wait_for(place.client.wait_until_ready(), PATIENCE_S)
    asked = await open_poll(place.world)
    await place.wire.send(b"Mallory\x00\x00\xff\xff")
    await until(lambda: place.wire.begins == [IDENTIFY, RESUME])
    assert "Recorded" in await place.press(ANA, f"cp1:go:{asked.id}:adults.0")
    assert "a packed frame could not be read: error" in caplog.text
    assert "Mallory" not in caplog.text


async def test_a_beginning_that_cannot_be_read_ends_in_one_line(wire: Wire, place: Place) -> None:
    wire.ready = {"session_id": "a"}  # and where to resume it is missing
    with pytest.raises(CannotConnect, match="READY can't be read"):
        await asyncio.wait_for(place.serving, PATIENCE_S)


async def test_what_is_answered_already_is_no_error_and_not_answered_again(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    await asyncio.wait_for(place.client.wait_until_ready(), PATIENCE_S)
    asked = await open_poll(place.world)
    assert "Recorded" in await place.press(ANA, f"cp1:go:{asked.id}:adults.0")
    tried: list[str] = []

    def answered(request: Request) -> Answer | None:
        if request.path.startswith(("/interactions/", "/webhooks/")):
            tried.append(request.path)
            return 400, {"code": 40060, "message": "Interaction has already been acknowledged."}
        return None

    place.gateway.fail = answered
    caplog.clear()
    for custom_id in (f"cp1:vote:{asked.id}:1", f"cp1:vote:{asked.id}:99", "cp1:desk:0", "cp1:nothing:0"):
        tried.clear()
        made = place.gateway.component(ANA, custom_id)
        await place.wire.send({"op": 0, "t": "INTERACTION_CREATE", "s": 6, "d": made})
        await until(lambda: bool(tried))
        await asyncio.sleep(0.05)
        assert len(tried) == 1, custom_id
    assert [one.getMessage() for one in caplog.records if one.levelname in ("ERROR", "WARNING")] == []


async def test_who_has_pressed_before_the_end_is_answered(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    await asyncio.wait_for(place.client.wait_until_ready(), PATIENCE_S)
    asked = await open_poll(place.world)
    assert "Recorded" in await place.press(ANA, f"cp1:go:{asked.id}:adults.0")
    holding = asyncio.create_task(place.world.app.database.writer.run(_slow(0.5)))
    made = place.gateway.component(ANA, f"cp1:vote:{asked.id}:1")
    await place.wire.send({"op": 0, "t": "INTERACTION_CREATE", "s": 6, "d": made})
    await until(lambda: any(one.get_name() in ours.ANSWERING for one in asyncio.all_tasks()))
    place.serving.cancel()
    await asyncio.gather(place.serving, return_exceptions=True)
    await place.client.close()
    assert "Changed" in place.gateway.replies[int(made["id"])][0].text
    assert "not answered in time" not in caplog.text
    await holding


async def test_the_end_waits_for_nobody_longer_than_discord(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ours, "DRAIN_S", 0.2)
    await asyncio.wait_for(place.client.wait_until_ready(), PATIENCE_S)
    asked = await open_poll(place.world)
    assert "Recorded" in await place.press(BEN, f"cp1:go:{asked.id}:adults.0")
    holding = asyncio.create_task(place.world.app.database.writer.run(_slow(1.5)))
    made = place.gateway.component(BEN, f"cp1:vote:{asked.id}:1")
    await place.wire.send({"op": 0, "t": "INTERACTION_CREATE", "s": 6, "d": made})
    await until(lambda: any(one.get_name() in ours.ANSWERING for one in asyncio.all_tasks()))
    began = asyncio.get_running_loop().time()
    await place.client.close()
    assert asyncio.get_running_loop().time() - began < 1.2
    assert "was not answered in time" in caplog.text
    await holding


def _slow(seconds: float) -> Callable[[AsyncConnection], Any]:
    async def work(_: AsyncConnection) -> None:
        await asyncio.sleep(seconds)

    return work
