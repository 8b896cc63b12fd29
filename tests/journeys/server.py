"""A Discord server around the real client that things happen to: what goes, comes back and is repaired.

It outlives the bot: messages stay when the bot is started anew. Every press is one of the real client's.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from sqlalchemy import text

from bot.services.ports import App
from bot.store import outbox
from bot.wiring import tick
from bot.wording import Wording
from cogs.client import Folkmoot
from tests.builders import HandClock, open_app
from tests.gateway import (
    GUILD,
    MODERATORS,
    ORGANISERS,
    OWNER,
    PATIENCE_S,
    SAY,
    Answer,
    Gateway,
    Payload,
    Reply,
    Request,
    guild_payload,
)

ROOM, OFFICERS = 700000000000000010, 700000000000000011
NEW = 700000000000000020
MANAGES = 1 << 5
NO_CHANNEL = 404, {"code": 10003, "message": "Unknown Channel"}
NO_ACCESS = 403, {"code": 50001, "message": "Missing Access"}
NOT_NOW = 503, {"code": 0, "message": "the platform has trouble"}


class Server:
    """The server; ``kicked`` while the bot is out of it, ``holding`` while Discord takes no message."""

    def __init__(self, url: str, clock: HandClock, wording: Wording) -> None:
        self._url, self._clock, self._wording = url, clock, wording
        self._numbers = count(NEW)
        self._gateway: Gateway | None = None
        self.app: App
        self.client: Folkmoot
        self.messages: dict[str, Payload] = {}
        self.posted: list[str] = []
        """The texts of all messages that Discord ever took, the oldest first."""
        self.channels = {SAY: "have-your-say", MODERATORS: "moderators", ROOM: "mill-road"}
        self.roles = {ORGANISERS: "Organisers", OFFICERS: "Officers"}
        self.kicked = self.holding = False

    @property
    def gateway(self) -> Gateway:
        """How events reach the bot that runs now."""
        assert self._gateway is not None
        return self._gateway

    async def start(self) -> None:
        """Start the bot, on the database and the messages that are there."""
        self.app = await open_app(self._url, self._clock)
        self.client = Folkmoot(self.app, self._wording)
        self._gateway = gateway = _Connection(self)
        gateway._messages = self.messages
        gateway.fail = self._refuse
        await gateway.connect()
        await self.settle()

    async def stop(self) -> None:
        """End the bot."""
        await self.gateway.client.close()
        await self.app.database.close()

    def payload(self) -> Payload:
        """The server as a GUILD_CREATE describes it now."""
        made = guild_payload()
        [like, *_] = made["channels"]
        made["channels"] = [like | {"id": str(one), "name": name} for one, name in self.channels.items()]
        made["roles"] = [one for one in made["roles"] if int(one["id"]) != ORGANISERS]
        made["roles"] += [self._role(one) for one in self.roles]
        return made | {"unavailable": False}

    def _role(self, which: int) -> Payload:
        return {"id": str(which), "name": self.roles[which], "permissions": "0", "position": 1}

    def _refuse(self, request: Request) -> Answer | None:
        parts = request.path.strip("/").split("/")
        if parts[0] != "channels":
            return None
        if self.kicked:
            return NO_ACCESS
        if int(parts[1]) not in self.channels:
            return NO_CHANNEL
        if self.holding and request.method in ("POST", "PATCH"):
            return NOT_NOW
        if request.method == "POST":
            self.posted.append(words(request.body))
        return None

    # --- what happens to it

    async def happens(self, event: str, data: Payload) -> None:
        """Let an event arrive, and the bot do what it does at once."""
        await self._done(lambda: self.gateway.feed(event, data))

    async def connected(self) -> None:
        """Connect anew: everything that the bot knew of Discord, it is told again."""
        await self._done(self.gateway.ready)

    async def _done(self, happen: Callable[[], None]) -> None:
        before = asyncio.all_tasks()
        happen()
        while begun := asyncio.all_tasks() - before:
            await asyncio.wait(begun, timeout=PATIENCE_S)

    async def lose_channel(self, which: int) -> None:
        """Somebody deletes a channel, with all that is in it."""
        name = self.channels.pop(which)
        for one in [one for one, message in self.messages.items() if message["channel_id"] == str(which)]:
            del self.messages[one]
        gone = {"id": str(which), "type": 0, "name": name, "guild_id": str(GUILD)}
        await self.happens("CHANNEL_DELETE", gone)

    async def new_channel(self, name: str) -> int:
        """Somebody makes one."""
        self.channels[which := next(self._numbers)] = name
        [made] = [one for one in self.payload()["channels"] if one["id"] == str(which)]
        await self.happens("CHANNEL_CREATE", made | {"guild_id": str(GUILD)})
        return which

    async def lose_role(self, which: int) -> None:
        """Somebody deletes a role: nobody has it any more."""
        del self.roles[which]
        await self.happens("GUILD_ROLE_DELETE", {"guild_id": str(GUILD), "role_id": str(which)})

    async def new_role(self, name: str) -> int:
        """Somebody makes one."""
        self.roles[which := next(self._numbers)] = name
        await self.happens("GUILD_ROLE_CREATE", {"guild_id": str(GUILD), "role": self._role(which)})
        return which

    async def kick(self) -> None:
        """The bot is thrown out."""
        self.kicked = True
        await self.happens("GUILD_DELETE", {"id": str(GUILD)})

    async def invite(self) -> None:
        """The bot comes back."""
        self.kicked = False
        await self.happens("GUILD_CREATE", self.payload())

    # --- what people do

    async def press(
        self, who: int, custom_id: str, values: list[str] | None = None, *roles: int, manages: bool = False
    ) -> Reply:
        """Press something; roles that are gone are nobody's."""
        held = [role for role in roles if role in self.roles]
        permissions = MANAGES if manages else 0
        return await self.gateway.press(who, custom_id, values, roles=held, permissions=permissions)

    async def set_place(self, name: str, channel: int) -> None:
        """Choose a channel in ``/setup``."""
        chosen = [str(channel)]
        told = await self.press(OWNER, f"cp1:setup-place:0:{name}", chosen, manages=True)
        assert "Kept" in told.text, told.text

    async def set_role(self, meaning: str, role: int) -> None:
        """Choose a role in ``/setup``."""
        told = await self.press(OWNER, f"cp1:setup-role:0:{meaning}", [str(role)], manages=True)
        assert "Kept" in told.text, told.text

    async def post_again(self, *roles: int) -> int:
        """Press *Post again* for everything on the desk; how much that was."""
        async with self.app.database.reading() as tx:
            dead = await outbox.dead(tx, 1)
        for post in dead:
            told = await self.press(OWNER, f"cp1:post-again:{post.id}", None, *roles)
            assert "again" in told.text, told.text
        if dead:
            await self.settle()
        return len(dead)

    # --- time, and what is there

    async def settle(self) -> None:
        """Let the bot do what is due and say what it has to say."""
        await tick(self.app, self.client.messenger)

    async def wait(self, **by: float) -> None:
        """Let time pass, then let the bot do what became due."""
        self._clock.move(**by)
        await self.settle()

    def seen(self, said: str) -> list[str]:
        """The texts of the messages with these words in them that can be read now."""
        return [one for one in map(words, self.messages.values()) if said in one]

    def pressable(self, custom_id: str) -> bool:
        """Whether there is a message with this button."""
        return f'"{custom_id}"' in json.dumps(list(self.messages.values()))

    async def one(self, query: str) -> Any:
        """One value out of the database."""
        async with self.app.database.reading() as tx:
            return (await tx.execute(text(query))).scalar_one_or_none()


class _Connection(Gateway):
    def __init__(self, server: Server) -> None:
        super().__init__(server.client)
        self._server = server

    def feed(self, event: str, data: Payload) -> None:
        super().feed(event, self._server.payload() if event == "GUILD_CREATE" else data)


def words(message: Payload) -> str:
    """All texts of a message, a line each, without the escapes."""
    return "\n".join(_contents(message.get("components") or ())).replace("\\", "")


def _contents(parts: Iterable[Payload]) -> Iterable[str]:
    for part in parts:
        if "content" in part:
            yield str(part["content"])
        yield from _contents(part.get("components") or ())
