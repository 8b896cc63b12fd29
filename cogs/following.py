"""*Tell me what happens*: following ideas, by private message, and stopping it."""

from __future__ import annotations

from discord.ext import commands

from bot.services import following
from cogs.idea_looks import read_afresh
from cogs.ui.cards import Card, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.idea_cards import follow_button
from cogs.ui.router import pressed
from cogs.ui.visit import Visit


class Following(commands.Cog):
    """What residents press who want to hear more of an idea, or no more."""

    @pressed("follow", afresh=read_afresh)
    async def follow(self, visit: Visit, pressed: CustomId) -> None:
        """Follow an idea as they saw it, and say how they will be told."""
        number, seen = pressed.subject, pressed.version
        told = await following.follow(visit.app, visit.person, number, seen)
        card = Card().text(visit.say("follow-told" if told else "follow-none", number=number))
        ways = [follow_button(visit, number, seen, follows=True)] if told else []
        await visit.show(card.buttons(*ways, button(visit.label("have-press-mine"), "mine")))

    @pressed("unfollow")
    async def unfollow(self, visit: Visit, pressed: CustomId) -> None:
        """Follow an idea no more; 0 for all."""
        await following.stop(visit.app, visit.person, pressed.subject)
        card = Card().text(visit.say("follow-stopped", number=pressed.subject))
        which, seen = pressed.subject, pressed.version
        ways = [follow_button(visit, which, seen, follows=False)] if which else []
        await visit.show(card.buttons(*ways, button(visit.label("have-press-mine"), "mine")))
