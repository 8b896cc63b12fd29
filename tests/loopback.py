"""Discord's messages on a real socket of this machine, with everything that can go wrong on the way.

Unlike Discord it honours no nonce: whoever sends twice has doubled.

    async with Loopback(plan, clock) as discord, Linked(client, discord, guilds): ...
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from types import TracebackType
from typing import Any, Self

import discord
from aiohttp import web

from bot.services.ports import Clock
from tests.gateway import BOT, Answer, Gateway, Payload, Request, _user, _values

LATE_S = 0.6
"""How long an answer takes that comes too late."""
PAGE = 100

Plan = Callable[["Asked"], str]
"""What becomes of a request: a name out of :data:`TROUBLES`, or '' for nothing out of the ordinary."""


@dataclass(frozen=True)
class Asked:
    """One request about messages: how, in which channel, and for a new one the mark of its post."""

    method: str
    channel: int
    mark: str


class Loopback:
    """The server. ``stored`` counts the messages that were ever made of each post, by its mark.

    ``answered`` has what was answered to each attempt to make them; ``asked`` counts all requests, and
    ``busy`` is set by each.
    """

    def __init__(self, plan: Plan, clock: Clock) -> None:
        self.plan, self.clock = plan, clock
        self.asked: Counter[str] = Counter()
        self.stored: Counter[str] = Counter()
        self.answered: dict[str, set[int]] = defaultdict(set)
        self.messages: dict[int, Payload] = {}
        self.url = ""
        self.busy = asyncio.Event()
        self._rest = Gateway(discord.Client(intents=discord.Intents.none()))
        self._numbers = count(1)
        app = web.Application()
        app.router.add_route("*", "/api/v10/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}/api/v10"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        path, body = request.match_info["path"], await _body(request)
        match path.split("/"):
            case ["channels", channel, "messages", *_]:
                return await self._about_messages(request, int(channel), body)
            case ["users", "@me"]:
                return _response((200, _user(BOT, "Folkmoot", bot=True)))
            case _:
                return _response(self._rest.receive(Request(request.method, f"/{path}", body)))

    async def _about_messages(self, request: web.Request, channel: int, body: Payload) -> web.StreamResponse:
        marks = [one.rsplit(":", 1)[1] for one in _values(body, "custom_id")]
        mark = next((one for one in marks if re.fullmatch(r"m\d+-\d+", one)), "")
        asked = Asked(request.method, channel, mark if request.method == "POST" else "")
        self.asked[asked.method] += 1
        self.busy.set()
        name = self.plan(asked)
        trouble = TROUBLES[name] if name else None
        if trouble is not None and trouble.before:
            answer = trouble.answer
        else:
            answer = self._do(request, channel, body, asked.mark)
            answer = answer if trouble is None or trouble.answer is None else trouble.answer
        if name == "late":
            await asyncio.sleep(LATE_S)
        if answer is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if asked.mark:
            self.answered[asked.mark].add(answer[0])
        return _response(answer)

    def _do(self, request: web.Request, channel: int, body: Payload, mark: str) -> Answer:
        if request.method == "POST":
            made = self._rest._message(str(channel), body) | {"id": str(self._next_id())}
            self.messages[int(made["id"])] = made
            self.stored[mark] += 1
            return 200, made
        if request.method == "GET":
            after = int(request.query.get("after", 0))
            there = [
                one
                for number, one in sorted(self.messages.items())
                if number > after and one["channel_id"] == str(channel)
            ]
            return 200, there[: min(PAGE, int(request.query.get("limit", PAGE)))][::-1]
        number = int(request.path.rsplit("/", 1)[1])
        if number not in self.messages:
            return 404, {"code": 10008, "message": "Unknown Message"}
        if request.method == "DELETE":
            del self.messages[number]
            return 204, None
        self.messages[number]["components"] = body["components"]
        return 200, self.messages[number]

    def _next_id(self) -> int:
        return ((self.clock.now_ms() - discord.utils.DISCORD_EPOCH) << 22) + next(self._numbers)


@dataclass(frozen=True)
class Trouble:
    """What goes wrong: before or after the request is done, and what is answered; None cuts the line.

    After it, None is the ordinary answer.
    """

    before: bool
    answer: Answer | None


def _limited(wait_s: float, everywhere: bool) -> Answer:
    told = {"message": "You are being rate limited.", "retry_after": wait_s, "global": everywhere}
    return 429, told


TROUBLES = {
    "before": Trouble(True, (500, {"message": "500", "code": 0})),
    "after": Trouble(False, (500, {"message": "500", "code": 0})),
    "gateway": Trouble(True, (502, {"message": "502", "code": 0})),
    "cut": Trouble(True, None),
    "late": Trouble(False, None),
    "limited": Trouble(True, _limited(3.0, False)),
    "everything": Trouble(True, _limited(1.5, True)),
    "forbidden": Trouble(True, (403, {"code": 50013, "message": "Missing Permissions"})),
    "gone": Trouble(True, (404, {"code": 10003, "message": "Unknown Channel"})),
    "unknown": Trouble(True, (401, {"code": 0, "message": "401: Unauthorized"})),
}


class Linked(Gateway):
    """A client that is connected to a Loopback by its own session; only the gateway is played."""

    def __init__(self, client: discord.Client, url: str, guilds: Iterable[int]) -> None:
        super().__init__(client, guilds)
        discord.http.Route.BASE = url

    def take_the_network_away(self) -> None:
        """It keeps it."""


async def _body(request: web.Request) -> Payload:
    if request.content_type.startswith("multipart/"):
        part: Any = (await request.post()).get("payload_json", "{}")
        return dict(json.loads(part))
    text = await request.text()
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {"": found}


def _response(answer: Answer) -> web.Response:
    status, body = answer
    if status == 204:
        return web.Response(status=status)
    # Discord names no charset, and says by whom a 429 came to be.
    text = json.dumps(body).encode()
    return web.Response(
        body=text, status=status, content_type="application/json", headers={"Via": "1.1 loopback"}
    )
