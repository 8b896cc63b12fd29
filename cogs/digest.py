"""``/digest``: the week for the moderators' channel."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain import when
from bot.services import digests
from cogs.ui.cards import Card
from cogs.ui.digest_card import digest_card
from cogs.ui.router import Router
from cogs.ui.times import moment
from cogs.ui.visit import Visit


class Digests(commands.Cog):
    """Organisers' weekly digest."""

    digest = app_commands.Group(
        name="digest", description="The week for the moderators' channel (organisers)", guild_only=True
    )

    def __init__(self, router: Router) -> None:
        self._router = router

    @digest.command(name="preview", description="What the digest would say now. Only you see it")
    async def preview(self, interaction: discord.Interaction) -> None:
        """Show the digest to one organiser."""
        await self._router.answer(interaction, self._preview)

    async def _preview(self, visit: Visit) -> None:
        facts = await digests.preview(visit.app, visit.person)
        await visit.show(await digest_card(facts, visit.wording, visit.language))

    @digest.command(name="send", description="Send the digest to the moderators' channel now")
    async def send(self, interaction: discord.Interaction) -> None:
        """Send the digest now."""
        await self._router.answer(interaction, self._send)

    async def _send(self, visit: Visit) -> None:
        await digests.send(visit.app, visit.person)
        await visit.tell("digest-sent")

    @digest.command(name="schedule", description="When the digest comes, as people say it: every Monday 9am")
    @app_commands.describe(pace="For example: every Monday 9am, or every two weeks on Friday 5pm")
    async def schedule(self, interaction: discord.Interaction, pace: str) -> None:
        """Set when the digest comes."""
        await self._router.answer(interaction, self._schedule, pace)

    async def _schedule(self, visit: Visit, words: str) -> None:
        pace, next_three = await digests.plan(visit.app, visit.person, words)
        card = Card().text(visit.say("digest-planned", pace=when.tell_pace(pace)))
        await visit.show(card.text(*(visit.say("digest-next", when=moment(one)) for one in next_three)))
