"""How the bot speaks unasked on Discord."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import aiohttp
import discord

from bot.domain.community import Community
from bot.services import rounds
from bot.services.ports import App, NotSent, Post
from bot.wording import Wording
from cogs.ui.cards import Card
from cogs.ui.limits import HISTORY
from cogs.ui.permissions import missing_in
from cogs.ui.posts import Posts, mark_of

T = TypeVar("T")

CLOSED_TO_US = 50007
"""Discord's code for someone who takes no direct messages."""
MALFORMED = 400
NOBODY = discord.AllowedMentions.none()


class DiscordMessenger:
    """The Messenger port on Discord."""

    def __init__(self, client: discord.Client, app: App, wording: Wording) -> None:
        self._client = client
        self._app = app
        self._posts = Posts(app, wording)

    def is_ready(self) -> bool:
        """Whether Discord has told us who we are and where."""
        return self._client.is_ready()

    async def send(self, community: Community, post: Post) -> str:
        """Say it in its channel, or to its person."""
        card = await self._posts.card(community, post)
        target = await self._target(post)
        message = await self._try(
            community, post.target, lambda: target.send(view=card, nonce=post.nonce, files=card.files)
        )
        return str(message.id)

    async def find(self, community: Community, post: Post) -> str:
        """Look in the channel for a message of ours that carries the post's mark."""
        mark = f":{mark_of(post)}"
        after = datetime.fromtimestamp(post.attempted_ms / 1000, UTC) - timedelta(minutes=5)
        channel = self._channel(post.target)

        async def look() -> str:
            async for message in channel.history(limit=HISTORY, after=after, oldest_first=True):
                ours = self._client.user is not None and message.author.id == self._client.user.id
                if ours and any(one.endswith(mark) for one in _custom_ids(message)):
                    return str(message.id)
            return ""

        return await self._try(community, post.target, look)

    async def repaint_round(self, community: Community, round_id: int) -> None:
        """Edit a round's card, where it still has one."""
        look = await rounds.look(self._app, community.id, round_id)
        if look.round.message:
            card = await self._posts.round_card(community, round_id)
            await self._edit(community, look.round.channel, look.round.message, card)

    async def repaint_say(self, community: Community) -> None:
        """Edit *Have your say*."""
        card = await self._posts.say_card(community)
        await self._edit(community, community.say_channel, community.say_message, card)

    async def remove(self, channel: str, message: str) -> None:
        """Delete a message of ours; one that is gone already is no trouble."""
        try:
            await self._channel(channel).get_partial_message(int(message)).delete()
        except discord.NotFound:
            return
        except (discord.HTTPException, aiohttp.ClientError, TimeoutError) as error:
            raise NotSent("unknown") from error

    async def _edit(self, community: Community, channel: str, message: str, card: Card) -> None:
        partial = self._channel(channel).get_partial_message(int(message))
        await self._try(community, channel, lambda: partial.edit(view=card, allowed_mentions=NOBODY))

    def _channel(self, channel_id: str) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(int(channel_id))

    async def _target(self, post: Post) -> discord.abc.Messageable:
        if post.place == "channel":
            return self._channel(post.target)
        try:
            return await (await self._client.fetch_user(int(post.target))).create_dm()
        except discord.HTTPException as error:
            raise NotSent("closed") from error

    async def _try(self, community: Community, channel: str, act: Callable[[], Awaitable[T]]) -> T:
        try:
            return await act()
        except discord.NotFound as error:
            raise NotSent("gone") from error
        except discord.Forbidden as error:
            if error.code == CLOSED_TO_US:
                raise NotSent("closed") from error
            guild = self._client.get_guild(int(community.platform_id))
            raise NotSent("forbidden", ", ".join(missing_in(guild, channel))) from error
        except discord.RateLimited as error:
            raise NotSent("limited", wait_s=error.retry_after) from error
        except (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError) as error:
            if isinstance(error, discord.HTTPException) and error.status == MALFORMED:
                raise NotSent("refused") from error  # it would be refused again, every time
            raise NotSent("unknown") from error


def _custom_ids(message: discord.Message) -> list[str]:
    found: list[str] = []
    for row in message.components:
        for child in getattr(row, "children", ()):
            custom_id = getattr(child, "custom_id", None)
            if custom_id:
                found.append(custom_id)
    return found
