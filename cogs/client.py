"""The Discord client: its intents, its cogs, and one way in for every press."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.refusals import Refusal
from bot.services import communities
from bot.services.ports import App
from bot.wording import Wording
from cogs.answering import Answering
from cogs.asks import Asks
from cogs.box import BoxDoor
from cogs.checkin_drafts import CheckInDrafts
from cogs.checkin_plans import CheckInPlans
from cogs.checkin_results import CheckInResults
from cogs.checkins import CheckIns
from cogs.community import CommunityDoor
from cogs.contributing import Contributing
from cogs.desk import DeskDoor
from cogs.digest import Digests
from cogs.drafts import Drafts
from cogs.feedback import Feedback
from cogs.following import Following
from cogs.forms import Forms
from cogs.from_chat import FromChat
from cogs.initiatives import Initiatives
from cogs.meanings import Meanings
from cogs.meetings import Meetings
from cogs.merging import Merging
from cogs.moderating import Moderating
from cogs.notice import Notice
from cogs.offline import Offline
from cogs.polls import Polls
from cogs.promises import Promises
from cogs.reading import Reading
from cogs.residents import Residents
from cogs.reviewing import Reviewing
from cogs.schedule import Schedule
from cogs.sealed import Sealed
from cogs.taking import Taking
from cogs.trials import Trials
from cogs.ui import frames
from cogs.ui.messenger import DiscordMessenger
from cogs.ui.once import asked_once
from cogs.ui.router import Router
from cogs.ui.visit import PLATFORM
from cogs.weighing import Weighing
from cogs.worries import Worries

log = logging.getLogger(__name__)

ANSWERING = ("discord.py: on_interaction", "CommandTree-invoker")
"""How discord.py calls the tasks in which somebody is answered."""
DRAIN_S = 3.0
"""How long those who have pressed are still answered at the end: longer than that, Discord doesn't wait."""

frames.install()


class CannotConnect(Exception):
    """Discord does not let us in; the message is one line for whoever keeps the server running."""


class Folkmoot(commands.AutoShardedBot):
    """The bot on Discord. It needs no privileged intent, keeps no members and no messages in memory."""

    def __init__(self, app: App, wording: Wording) -> None:
        served = app.settings.served
        super().__init__(
            shard_ids=list(range(served.first, served.last + 1)),
            shard_count=served.count,
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            http_trace=asked_once(),
            max_ratelimit_timeout=30.0,  # a longer wait is the outbox's, not a sleeping task's
        )
        self.app = app
        self.wording = wording
        self.router = Router(app, wording)
        self.messenger = DiscordMessenger(self, app, wording)
        self._away: set[int] = set()
        self.tree.error(self._command_failed)
        parsers = self._connection.parsers
        ordinary = {name: parse for name, parse in parsers.items() if name not in frames.VITAL}
        parsers.update({name: frames.forgiving(name, parse) for name, parse in ordinary.items()})

    async def setup_hook(self) -> None:
        """Take in the cogs and tell Discord which commands there are; once, not at every reconnect."""
        for cog in (
            Answering(),
            Sealed(),
            Asks(self.router),
            CommunityDoor(self.app, self.router),
            Contributing(),
            DeskDoor(self.router),
            Digests(self.router),
            Drafts(),
            Feedback(self.router),
            Reviewing(),
            BoxDoor(),
            CheckIns(self.router),
            CheckInResults(),
            CheckInDrafts(),
            CheckInPlans(),
            Taking(),
            Following(),
            Forms(),
            FromChat(self.router),
            Initiatives(self.router),
            Meanings(self.router),
            Meetings(self.router),
            Moderating(),
            Offline(self.router),
            Merging(),
            Notice(self.router),
            Reading(),
            Polls(self.router),
            Weighing(self.router),
            Promises(self.router),
            Residents(self.router),
            Schedule(self.router),
            Trials(),
            Worries(),
        ):
            await self.add_cog(cog)
            self.router.add(cog)
            if isinstance(cog, FromChat):  # cogs know no menus of messages
                self.tree.add_command(cog.menu)
        await self.tree.sync()

    async def serve(self, token: str) -> None:
        """Stay connected until cancelled; raises :class:`CannotConnect` where the first login fails."""
        try:
            await self.start(token)
        except discord.LoginFailure as error:
            raise CannotConnect(
                "Discord refused the token: make a new one in the developer portal"
            ) from error
        except discord.PrivilegedIntentsRequired as error:
            raise CannotConnect("Discord refused the intents: update Folkmoot") from error
        except frames.Deaf as error:
            raise CannotConnect(str(error)) from error
        except (OSError, discord.DiscordServerError) as error:  # later, it reconnects by itself
            raise CannotConnect(f"Discord can't be reached: {str(error) or type(error).__name__}") from error

    async def close(self) -> None:
        """Hear nothing new, answer who has pressed already, for at most ``DRAIN_S``, and go."""
        if not self.is_closed():
            try:
                async with asyncio.timeout(DRAIN_S):
                    await asyncio.gather(*(one.disconnect() for one in self.shards.values()))
                    while answering := [one for one in asyncio.all_tasks() if one.get_name() in ANSWERING]:
                        await asyncio.wait(answering)
            except TimeoutError:
                log.warning("somebody who pressed at the end was not answered in time")
        await super().close()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Every button, choice and form; commands go their own way."""
        await self.router.route(interaction)

    async def on_shard_disconnect(self, shard: int) -> None:
        """A shard has lost its connection; discord.py makes another by itself."""
        self._away.add(shard)

    async def on_shard_resumed(self, shard: int) -> None:
        """A shard goes on where its connection was lost."""
        self._away.discard(shard)

    def is_connected(self) -> bool:
        """Whether each of our shards has its connection right now; ``is_ready`` stays true without one."""
        return self.is_ready() and not self.is_closed() and not self._away

    async def on_shard_ready(self, shard: int) -> None:
        """A shard is connected, perhaps again: there may be something to say."""
        self._away.discard(shard)
        there = [str(guild.id) for guild in self.guilds if guild.shard_id == shard]
        only_it = replace(self.app.settings.served, first=shard, last=shard)
        await communities.only(self.app, PLATFORM, there, lambda one: only_it.serves(int(one)))
        self.app.wake.set()

    async def _command_failed(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        cause = getattr(error, "original", error)
        if isinstance(cause, Refusal):
            await self.router.refuse(interaction, cause)
        else:
            await self.router.apologise(interaction, cause)
