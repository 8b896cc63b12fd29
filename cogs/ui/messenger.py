"""How the bot speaks unasked on Discord."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import aiohttp
import discord

from bot.domain.community import Community
from bot.services import amending, offers, rounds
from bot.services.ports import App, NotSent, Post
from bot.wording import Wording
from cogs.ui.cards import Card
from cogs.ui.once import BROKEN, TOO_MANY
from cogs.ui.permissions import missing_in
from cogs.ui.posts import Posts, custom_ids, mark_of

T = TypeVar("T")

CLOSED_TO_US = 50007
"""Discord's code for someone who takes no direct messages."""
UNKNOWN_TO_IT = 401
NOBODY = discord.AllowedMentions.none()
MOST_LOOKED_AT = 1000
"""Messages of a channel among which we look for one of ours, a hundred in a request."""
PATIENCE_S = 20.0
"""How long anything may take, far below the time for which the outbox leaves a try to its process."""


class DiscordMessenger:
    """The Messenger port on Discord."""

    def __init__(self, client: discord.Client, app: App, wording: Wording) -> None:
        self._client = client
        self._app = app
        self._posts = Posts(app, wording)

    def is_ready(self) -> bool:
        """Whether Discord has told us who we are and where."""
        return self._client.is_ready()

    def serves(self, community: str) -> bool:
        """Whether a server's events come to this process's shards."""
        return self._app.settings.served.serves(int(community))

    async def send(self, community: Community, post: Post) -> str:
        """Say it in its channel, or to its person."""
        card = await self._posts.card(community, post)
        if post.card == amending.CARD:
            return await self._amend(community, post, card)
        if post.card == "offer-over":
            return await self._say_over(community, post, card)

        async def say() -> str:
            target = await self._target(post)
            sent = await target.send(
                view=card, nonce=post.nonce, files=card.files, allowed_mentions=_mentioned(post)
            )
            return str(sent.id)

        return await self._try(community, post.target, say)

    async def _say_over(self, community: Community, post: Post, card: Card) -> str:
        """Put what became of an offer in place of the card that asked, where that is still there."""
        message = await offers.message_of(self._app, community.id, post.facts["offer"])
        try:
            if message:
                await self._edit(community, post.target, message, card)
        except NotSent as trouble:
            if trouble.trouble != "gone":
                raise
        return message

    async def _amend(self, community: Community, post: Post, card: Card) -> str:
        """Put a card without words that were erased since in place of an earlier one, where that is there."""
        earlier = await amending.earlier(self._app, post)
        try:
            await self._edit(community, earlier.target, earlier.message, card, files=True)
        except NotSent as trouble:
            if trouble.trouble != "gone":
                raise
        return earlier.message

    async def find(self, community: Community, post: Post) -> str:
        """Look in the channel for a message of ours that carries the post's mark."""
        mark = f":{mark_of(post)}"
        after = datetime.fromtimestamp(post.attempted_ms / 1000, UTC) - timedelta(minutes=5)
        channel = self._channel(post.target)

        async def look() -> str:
            seen = 0
            async for message in channel.history(limit=MOST_LOOKED_AT, after=after, oldest_first=True):
                seen += 1
                ours = self._client.user is not None and message.author.id == self._client.user.id
                if ours and any(one.endswith(mark) for one in custom_ids(message.components)):
                    return str(message.id)
            if seen == MOST_LOOKED_AT:  # it may be further down
                raise NotSent("unsure")
            return ""

        return await self._try(community, post.target, look)

    async def repaint_round(self, community: Community, round_id: int) -> None:
        """Edit a round's card, where it still has one."""
        look = await rounds.look(self._app, community.id, round_id)
        if look.round.message:
            card = self._posts.round_card(community, look)
            await self._edit(community, look.round.channel, look.round.message, card)

    async def repaint_say(self, community: Community) -> None:
        """Edit *Have your say*."""
        card = await self._posts.say_card(community)
        await self._edit(community, community.say_channel, community.say_message, card)

    async def repaint_queue(self, community: Community) -> None:
        """Edit the moderators' card of what waits to be read."""
        card = await self._posts.queue_card(community)
        await self._edit(community, community.moderators_channel, community.queue_message, card)

    async def remove(self, channel: str, message: str) -> None:
        """Delete a message of ours."""
        await self._try(None, channel, self._channel(channel).get_partial_message(int(message)).delete)

    async def _edit(
        self, community: Community, channel: str, message: str, card: Card, *, files: bool = False
    ) -> None:
        """Edit a message of ours; with ``files`` those of the card take the place of what it has."""
        partial = self._channel(channel).get_partial_message(int(message))
        attached = card.files if files else discord.utils.MISSING
        await self._try(
            community,
            channel,
            lambda: partial.edit(view=card, attachments=attached, allowed_mentions=NOBODY),
        )

    def _channel(self, channel_id: str) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(int(channel_id))

    async def _target(self, post: Post) -> discord.abc.Messageable:
        if post.place == "channel":
            return self._channel(post.target)
        try:
            return await self._client.create_dm(discord.Object(int(post.target)))
        except NotSent as trouble:
            # Nothing was sent yet, whatever came of opening the conversation.
            raise NotSent("not-yet") if trouble.trouble == "unknown" else trouble from trouble
        except discord.HTTPException as error:
            raise NotSent("unauthorised" if error.status == UNKNOWN_TO_IT else "closed") from error

    async def _try(self, community: Community | None, channel: str, act: Callable[[], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await act()
        except discord.NotFound as error:
            raise NotSent("gone") from error
        except discord.Forbidden as error:
            if error.code == CLOSED_TO_US:
                raise NotSent("closed") from error
            guild = self._client.get_guild(int(community.platform_id)) if community else None
            raise NotSent("forbidden", ", ".join(missing_in(guild, channel))) from error
        except discord.RateLimited as error:
            raise NotSent("limited", wait_s=error.retry_after) from error
        except discord.HTTPException as error:
            raise NotSent(_trouble(error.status)) from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent("not-yet") from error  # it was never reached
        except TimeoutError as error:
            raise NotSent("unknown", "late") from error
        except (aiohttp.ClientError, OSError) as error:
            raise NotSent("unknown") from error


def _mentioned(post: Post) -> discord.AllowedMentions:
    """Whom a post may ping: nobody, or the one role that an organiser chose for a check-in."""
    role = post.facts.get("mention")
    if not role:
        return NOBODY
    return discord.AllowedMentions(everyone=False, users=False, roles=[discord.Object(int(role))])


def _trouble(status: int) -> str:
    if status == UNKNOWN_TO_IT:
        return "unauthorised"
    if status == TOO_MANY:
        return "limited"
    return "unknown" if status >= BROKEN else "refused"  # which it would be every time
