"""What comes from Discord and can't be read: dropped, counted and named in the log, never a word of it.

discord.py ends the whole bot at the first frame that is no JSON, and at the first event of another shape than
it knows. Both are Discord's to make and nobody's to wait for: everybody else's presses come on the same line.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

import aiohttp
import discord
from discord import gateway, shard

from bot import metrics

log = logging.getLogger(__name__)

Parser = Callable[[Any], None]
VITAL = ("READY", "RESUMED")
"""Without these we would be connected and deaf: where they can't be read, it is better to end."""
ORDINARY = (
    gateway.ReconnectWebSocket,
    gateway.WebSocketClosure,
    discord.DiscordException,
    aiohttp.ClientError,
    OSError,  # with every TimeoutError
)
"""How discord.py says that the connection is lost, which it makes anew by itself."""
PAUSE_S = 1.0
"""Before a connection is made anew because of what came: so that it is no storm if the same comes again."""


class Deaf(Exception):
    """What we can't do without could not be read; the message is one line for whoever keeps the server."""


class Socket(gateway.DiscordWebSocket):
    """A connection to the gateway that one frame can't break."""

    async def received_message(self, msg: Any, /) -> None:
        """Read a frame; where it is one that nobody can read, go on with the next.

        Raises:
            Deaf: it was one that we can't do without.
        """
        if isinstance(msg, bytes):
            try:
                msg = self._decompressor.decompress(msg)
            except Exception as error:
                # What follows is packed with what came before: only a new connection can read it.
                _dropped("a packed frame", error)
                await self.close()
                await asyncio.sleep(PAUSE_S)
                raise gateway.ReconnectWebSocket(self.shard_id) from error
            if msg is None:  # more of it is to come
                return
        try:
            await super().received_message(msg)
        except ORDINARY:
            raise
        except Exception as error:
            if _event(msg) in VITAL:
                raise Deaf(f"Discord's {_event(msg)} can't be read: update Folkmoot") from error
            _dropped("a frame", error)


def forgiving(event: str, parse: Parser) -> Parser:
    """Drop one event that can't be read, where it is none that we can't do without."""

    def parsed(data: Any) -> None:
        try:
            parse(data)
        except Exception as error:
            _dropped(f"an event {event}", error)

    return parsed


def _event(msg: str) -> str:
    try:
        return str(json.loads(msg).get("t"))
    except (ValueError, AttributeError, RecursionError):
        return ""


def _dropped(what: str, error: Exception) -> None:
    metrics.FRAMES_DROPPED.inc()
    log.error("%s could not be read: %s", what, type(error).__name__)


def install() -> None:
    """Let every shard connect so; discord.py has no other way to choose its connection."""
    shard.DiscordWebSocket = Socket  # type: ignore[misc]
