"""The two bots that are compared, and the crowd that presses their buttons.

Presses arrive as the text that a gateway's socket would bring; answers are caught where discord.py would
hand them to HTTP. Whatever lies between is what runs in a server, for both bots alike.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import discord
from discord.ext import commands
from discord.webhook.async_ import AsyncWebhookAdapter

from tests.gateway import SAY, Gateway

POLL, OPTIONS = 1, 3
"""The round that is voted on, and how many options it has."""
FIRST_PERSON = 800000000000000000
OFFICERS = 700000000000000008
STREAMS = 32
ACKNOWLEDGED = ("Recorded", "**Recorded.**", "**Changed.**")
"""How an answer begins that says that the vote counts; "Recorded already" is none of them."""

Press = tuple[int, str]
"""The number of an interaction, and its payload as text."""


class Acknowledge(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"cp1:vote:[0-9]+:[0-9]+"):
    """A button that outlives its process."""

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        assert isinstance(item, discord.ui.Button)
        return cls(item)

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Recorded", ephemeral=True)


class Bare(commands.Bot):
    """The floor: acknowledges a button, decides nothing and stores nothing."""

    def __init__(self) -> None:
        super().__init__(command_prefix=commands.when_mentioned, intents=discord.Intents(guilds=True))

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Acknowledge)


def votes(gateway: Gateway, people: Sequence[int], times: int = 1) -> list[Press]:
    """As many votes of each person, one after the other; each is another choice than the one before."""
    row = [
        {"type": 2, "id": 2 + place, "style": 1, "label": f"Option {place}", "custom_id": _id(place)}
        for place in range(OPTIONS)
    ]
    message = gateway._message(str(SAY), {"components": [{"type": 1, "id": 1, "components": row}]})
    presses = []
    for turn in range(times):
        for person in people:
            roles = [OFFICERS] if person % 10 == 0 else []
            made = gateway.component(FIRST_PERSON + person, _id((person + turn) % OPTIONS), roles=roles)
            presses.append((int(made["id"]), json.dumps(made | {"message": message})))
    return presses


def _id(place: int) -> str:
    return f"cp1:vote:{POLL}:{place}"


@dataclass
class Crowd:
    """Presses a bot's buttons; ``said`` is what it answered, ``after_s`` when (``time.perf_counter``)."""

    gateway: Gateway
    said: list[str] = field(default_factory=list)
    after_s: list[float] = field(default_factory=list)
    _waiting: dict[int, asyncio.Future[None]] = field(default_factory=dict)

    @contextmanager
    def listening(self, *, over_sockets: bool = False) -> Iterator[Self]:
        """Catch the answers of this process's bot, or note them once they have gone over a socket."""
        real = AsyncWebhookAdapter.request

        async def caught(_: AsyncWebhookAdapter, route: Any, *__: Any, payload: Any, **___: Any) -> Any:
            await asyncio.sleep(0)  # the network always takes a turn
            self._answered(route.webhook_id, payload)
            return {"interaction": {"id": route.webhook_id, "type": 3, "response_message_id": "1"}}

        async def noted(to: AsyncWebhookAdapter, route: Any, *more: Any, payload: Any, **named: Any) -> Any:
            received = await real(to, route, *more, payload=payload, **named)
            self._answered(route.webhook_id, payload)
            return received

        request = noted if over_sockets else caught

        AsyncWebhookAdapter.request = request  # type: ignore[assignment]
        try:
            yield self
        finally:
            AsyncWebhookAdapter.request = real  # type: ignore[method-assign]

    def _answered(self, number: int, payload: dict[str, Any]) -> None:
        data = payload["data"]
        self.said.append(data.get("content") or data["components"][0]["content"])
        self.after_s.append(time.perf_counter())
        self._waiting.pop(number).set_result(None)

    @property
    def refused(self) -> int:
        """How many answers said something else than that the vote counts."""
        return sum(not text.startswith(ACKNOWLEDGED) for text in self.said)

    async def one_by_one(self, presses: Sequence[Press]) -> None:
        """Press as so many people do at the same time, each waiting for the answer before pressing again."""
        streams = (self._stream(presses[number::STREAMS]) for number in range(STREAMS))
        await asyncio.gather(*streams)

    async def _stream(self, presses: Sequence[Press]) -> None:
        for press in presses:
            await self._press(press)

    async def at_once(self, presses: Sequence[Press]) -> None:
        """Press everything at the same moment, and wait for the last answer."""
        await asyncio.gather(*[self._press(press) for press in presses])

    async def at_a_pace(self, presses: Sequence[Press], a_second: int) -> None:
        """Press so often, whether or not the press before is answered; wait for the last answer."""
        begun, start = [], time.perf_counter()
        for number, press in enumerate(presses):
            await asyncio.sleep(start + number / a_second - time.perf_counter())
            begun.append(self._press(press))
        await asyncio.gather(*begun)

    def _press(self, press: Press) -> asyncio.Future[None]:
        number, text = press
        answered = self._waiting[number] = asyncio.get_running_loop().create_future()
        self.gateway.feed("INTERACTION_CREATE", json.loads(text))
        return answered
