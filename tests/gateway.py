"""The real client without a network: events go in behind the gateway's socket, requests end at HTTP.

Nothing of discord.py is patched but its session, so everything between is what runs in a server: its
parsers, its views, its rate limits, its errors. Presses may overlap as they like, unlike in SimCord.

    gateway = Gateway(Folkmoot(app, wording))
    async with gateway:
        reply = await gateway.press(user=1001, custom_id="cp1:vote:1:0")
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import aiohttp
import discord

from tests import rules

GUILD, SAY, MODERATORS = 700000000000000001, 700000000000000002, 700000000000000003
OWNER, BOT, BOT_ROLE = 700000000000000004, 700000000000000005, 700000000000000006
ORGANISERS = 700000000000000007

COMPONENT, FORM = 3, 5
BUTTON, SELECT, TEXT, LABEL, CHECKBOXES = 2, 3, 4, 18, 22
EPHEMERAL, LAYOUT = 1 << 6, 1 << 15
NOBODY = "2026-01-01T00:00:00+00:00"
PATIENCE_S = 30.0

Payload = dict[str, Any]
Answer = tuple[int, Any]


@dataclass(frozen=True)
class Reply:
    """What the bot answered an interaction with: Discord's number of that kind, and what is shown."""

    kind: int
    data: Payload

    @property
    def text(self) -> str:
        """Every text of it, a line each; a form's is its title."""
        return "\n".join(found for found in _values(self.data, "content", "title") if found)

    @property
    def custom_ids(self) -> list[str]:
        """Everything on it that can be pressed or filled in."""
        return list(_values(self.data, "custom_id"))


@dataclass(frozen=True)
class Request:
    """One request that the bot sent to Discord."""

    method: str
    path: str
    body: Payload


class NoReply(Exception):
    """The bot left an interaction unanswered."""


class Gateway:
    """A client that believes it is connected, in one server with two channels.

    ``on_reply`` is called with the interaction's id as soon as the bot has sent its answer. ``fail`` may
    give (status, body) for a request, which is then not stored; None lets it through.
    """

    strict = False
    """Whether it refuses what Discord's reference doesn't allow: in tests; what is measured has no time."""

    def __init__(self, client: discord.Client, guilds: Iterable[int] = (GUILD,)) -> None:
        self.client = client
        self.guilds = tuple(guilds)
        self.requests: list[Request] = []
        self.replies: dict[int, list[Reply]] = {}
        self.on_reply: Callable[[int, Reply], None] | None = None
        self.fail: Callable[[Request], Answer | None] | None = None
        self._messages: dict[str, Payload] = {}
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        self._ids = count(discord.utils.time_snowflake(discord.utils.utcnow()))

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.close()

    async def connect(self) -> None:
        """Log in, run the client's ``setup_hook``, and receive what Discord sends to a fresh connection."""
        self.take_the_network_away()
        await self.client.login("no-token")
        there = self.client._connection
        there.guild_ready_timeout = 0.02
        # What connecting would do.
        there.shard_count = self.client.shard_count
        there.shard_ids = getattr(self.client, "shard_ids", None)  # type: ignore[attr-defined]
        self.ready()
        await asyncio.wait_for(self.client.wait_until_ready(), PATIENCE_S)

    def take_the_network_away(self) -> None:
        """Let requests end in :meth:`receive`."""
        http = self.client.http

        async def static_login(token: str) -> Payload:
            http._HTTPClient__session = _Session(self)  # type: ignore[attr-defined]
            http._global_over = asyncio.Event()
            http._global_over.set()
            http.token = token
            return _user(BOT, "Folkmoot", bot=True)

        http.static_login = static_login  # type: ignore[method-assign, assignment]

    def ready(self) -> None:
        """A fresh connection, the first or a later one."""
        me = _user(BOT, "Folkmoot", bot=True)
        count = self.client.shard_count or 1
        for shard in getattr(self.client, "shard_ids", None) or [0]:
            there = [
                {"id": str(guild), "unavailable": True}
                for guild in self.guilds
                if (guild >> 22) % count == shard
            ]
            ready = {"user": me, "guilds": there, "application": {"id": str(BOT), "flags": 0}}
            self.feed("READY", ready | {"shard": [shard, count]})
        for guild in self.guilds:
            self.feed("GUILD_CREATE", guild_payload(guild) | {"unavailable": False})

    def feed(self, event: str, data: Payload) -> None:
        """Let an event arrive, as the socket would hand it on."""
        self.client._connection.parsers[event](data)

    def component(
        self,
        user: int,
        custom_id: str,
        values: Sequence[str] | None = None,
        *,
        roles: Iterable[int] = (),
        guild: int | None = GUILD,
        ephemeral: bool = False,
        permissions: int = 0,
    ) -> Payload:
        """A press of a button, or of a choice where there are ``values``; ``guild`` None is a direct message.

        ``ephemeral`` is whether it was pressed on a private card.
        """
        kind = BUTTON if values is None else SELECT
        data: Payload = {"custom_id": custom_id, "component_type": kind, "values": list(values or ())}
        made = self._interaction(COMPONENT, data, user, roles, guild, permissions)
        made["message"] = self._message(str(SAY), {"flags": LAYOUT | (EPHEMERAL if ephemeral else 0)})
        return made

    def form(
        self,
        user: int,
        custom_id: str,
        fields: Mapping[str, str | list[str]],
        *,
        roles: Iterable[int] = (),
        guild: int | None = GUILD,
        permissions: int = 0,
    ) -> Payload:
        """A form that was sent: by field, the text or the value picked, or a list of those ticked."""
        boxes = [
            {"type": CHECKBOXES, "custom_id": name, "values": value}
            if isinstance(value, list)
            else {"type": TEXT, "custom_id": name, "value": value}
            for name, value in fields.items()
        ]
        rows = [{"type": LABEL, "id": place, "component": box} for place, box in enumerate(boxes, 1)]
        return self._interaction(
            FORM, {"custom_id": custom_id, "components": rows}, user, roles, guild, permissions
        )

    async def ask(self, interaction: Payload) -> Reply:
        """Let an interaction arrive and wait for its first answer.

        Raises:
            NoReply: there was none.
        """
        number = int(interaction["id"])
        self._waiting[number] = asyncio.get_running_loop().create_future()
        self.feed("INTERACTION_CREATE", interaction)
        try:
            return await asyncio.wait_for(self._waiting[number], PATIENCE_S)
        except TimeoutError as error:
            raise NoReply(f"{interaction['data']} was not answered") from error
        finally:
            del self._waiting[number]

    async def press(
        self, user: int, custom_id: str, values: Sequence[str] | None = None, **where: Any
    ) -> Reply:
        """Press something and wait for the answer; arguments as for :meth:`component`."""
        return await self.ask(self.component(user, custom_id, values, **where))

    def sent(self, method: str, path: str) -> list[Payload]:
        """The bodies of the requests so far whose path begins so."""
        return [one.body for one in self.requests if one.method == method and one.path.startswith(path)]

    def _interaction(
        self, kind: int, data: Payload, user: int, roles: Iterable[int], guild: int | None, permissions: int
    ) -> Payload:
        number = next(self._ids)
        made: Payload = {
            "id": str(number), "application_id": str(BOT), "type": kind, "token": f"token-{number}",
            "version": 1, "data": data, "channel_id": str(SAY), "locale": "en-GB", "entitlements": [],
            "authorizing_integration_owners": {}, "attachment_size_limit": 10 << 20, "app_permissions": "0",
        }  # fmt: skip
        who = _user(user, f"user-{user}")
        if guild is None:
            return made | {"user": who, "channel": {"id": str(SAY), "type": 1, "recipients": [who]}}
        member = {
            "user": who, "roles": [str(role) for role in roles], "joined_at": NOBODY, "deaf": False,
            "mute": False, "flags": 0, "permissions": str(permissions),
        }  # fmt: skip
        return made | {
            "guild_id": str(guild), "guild_locale": "en-GB", "guild": {"id": str(guild)}, "context": 0,
            "member": member, "channel": _channel(SAY, "have-your-say"),
        }  # fmt: skip

    def _message(self, channel: str, body: Payload) -> Payload:
        made: Payload = {
            "id": str(next(self._ids)), "channel_id": channel, "content": "", "type": 0, "tts": False,
            "timestamp": NOBODY, "edited_timestamp": None, "mention_everyone": False, "mentions": [],
            "mention_roles": [], "attachments": [], "embeds": [], "components": [], "pinned": False,
            "author": _user(BOT, "Folkmoot", bot=True), "flags": 0,
        }  # fmt: skip
        shown = ("content", "components", "nonce", "flags")
        return made | {name: body[name] for name in shown if body.get(name) is not None}

    def receive(self, request: Request) -> Answer:  # noqa: PLR0911 - a table
        """What Discord answers to a request of the bot: (status, body)."""
        refused = self.fail(request) if self.fail is not None else None
        if refused is not None:
            return refused
        if self.strict and (wrong := rules.checked(request.body)):
            return 400, {"code": 50035, "message": f"Invalid Form Body: {'; '.join(wrong)}"}
        self.requests.append(request)
        match [request.method, *request.path.strip("/").split("/")]:
            case ["POST", "interactions", number, _, "callback"]:
                return self._replied(int(number), request.body)
            case ["POST", "webhooks", _, token]:
                follows = int(token.removeprefix("token-"))
                self.replies.setdefault(follows, []).append(Reply(4, request.body))
                return 200, self._message(str(SAY), request.body)
            case ["POST", "channels", channel, "messages"]:
                made = self._message(channel, request.body)
                self._messages[made["id"]] = made
                return 200, made
            case ["GET", "channels", channel, "messages"]:
                return 200, [one for one in self._messages.values() if one["channel_id"] == channel][::-1]
            case [method, "channels", _, "messages", message]:
                return self._of_message(method, message, request.body)
            case ["GET", "oauth2", "applications", "@me"]:
                return 200, {
                    "id": str(BOT), "name": "Folkmoot", "description": "", "icon": None, "flags": 0,
                    "bot_public": True, "bot_require_code_grant": False, "verify_key": "",
                    "owner": _user(OWNER, "owner"),
                }  # fmt: skip
            case ["PUT", "applications", *_]:
                return 200, []
            case ["GET", "users", number]:
                return 200, _user(int(number), f"user-{number}")
            case ["POST", "users", "@me", "channels"]:
                who = str(request.body["recipient_id"])
                return 200, {"id": who, "type": 1, "recipients": [_user(int(who), f"user-{who}")]}
            case _:
                return 404, {"code": 0, "message": f"the harness knows no {request.method} {request.path}"}

    def _replied(self, number: int, body: Payload) -> Answer:
        if number in self.replies:
            return 400, {"code": 40060, "message": "Interaction has already been acknowledged."}
        reply = Reply(body["type"], body.get("data") or {})
        self.replies[number] = [reply]
        if self.on_reply is not None:
            self.on_reply(number, reply)
        waiting = self._waiting.get(number)
        if waiting is not None and not waiting.done():
            waiting.set_result(reply)
        message = {"response_message_id": str(next(self._ids))}
        return 200, {"interaction": {"id": str(number), "type": COMPONENT, **message}}

    def _of_message(self, method: str, message: str, body: Payload) -> Answer:
        there = self._messages.get(message)
        if there is None:
            return 404, {"code": 10008, "message": "Unknown Message"}
        if method == "DELETE":
            del self._messages[message]
            return 204, None
        if method == "PATCH":
            there["components"] = body.get("components", there["components"])
        return 200, there


class _Session:
    """Stands where discord.py's aiohttp session is."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def request(self, method: str, url: object, data: object = None, **_: object) -> _Response:
        path = unquote(urlsplit(str(url)).path).removeprefix("/api/v10")
        return _Response(*self._gateway.receive(Request(method, path, _body(data))))

    async def close(self) -> None:
        return None


class _Response:
    """As much of aiohttp's response as discord.py looks at."""

    reason = "made by the harness"

    def __init__(self, status: int, body: Any) -> None:
        self.status = status
        self.headers = {"content-type": "application/json"}
        self._body = body

    async def __aenter__(self) -> Self:
        await asyncio.sleep(0)  # the network always takes a turn
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def text(self, encoding: str = "utf-8") -> str:
        return json.dumps(self._body)


def _body(data: object) -> Payload:
    if isinstance(data, aiohttp.FormData):
        parts = {options["name"]: value for options, _, value in data._fields}
        data = parts.get("payload_json")
    found = json.loads(data) if isinstance(data, (str, bytes)) else None
    return found if isinstance(found, dict) else {"": found}


def _values(data: Any, *names: str) -> Iterable[str]:
    if isinstance(data, list):
        for one in data:
            yield from _values(one, *names)
    elif isinstance(data, dict):
        for name, value in data.items():
            if name in names and isinstance(value, str):
                yield value
            else:
                yield from _values(value, *names)


def _user(number: int, name: str, *, bot: bool = False) -> Payload:
    return {
        "id": str(number), "username": name, "discriminator": "0", "global_name": None, "avatar": None,
        "bot": bot,
    }  # fmt: skip


def _channel(number: int, name: str) -> Payload:
    return {
        "id": str(number), "type": 0, "name": name, "position": 0, "permission_overwrites": [], "nsfw": False,
        "parent_id": None, "topic": None,
    }  # fmt: skip


def guild_payload(number: int = GUILD) -> Payload:
    """A server as a GUILD_CREATE describes it."""
    everyone = discord.Permissions(view_channel=True, send_messages=True, read_message_history=True)
    ours = discord.Permissions(everyone.value, attach_files=True, embed_links=True)
    roles = (
        (number, "@everyone", everyone),
        (BOT_ROLE, "Folkmoot", ours),
        (ORGANISERS, "Organisers", everyone),
    )
    me = {
        "user": _user(BOT, "Folkmoot", bot=True), "roles": [str(BOT_ROLE)], "joined_at": NOBODY,
        "deaf": False, "mute": False, "flags": 0,
    }  # fmt: skip
    return {
        "id": str(number), "name": "Mill Town Council", "owner_id": str(OWNER), "member_count": 1_000,
        "roles": [
            {"id": str(role), "name": name, "permissions": str(can.value), "position": place}
            for place, (role, name, can) in enumerate(roles)
        ],
        "channels": [_channel(SAY, "have-your-say"), _channel(MODERATORS, "moderators")],
        "members": [me], "emojis": [], "stickers": [], "features": [], "threads": [],
    }  # fmt: skip
