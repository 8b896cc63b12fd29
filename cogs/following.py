"""*Tell me what happens*: following ideas, by private message, and stopping it."""

from __future__ import annotations

from discord.ext import commands
from discord.ui import Button

from bot.services import following
from bot.services.answers import NoticeFirst
from cogs.ui.cards import Card, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.notices import FOLLOW, notice
from cogs.ui.router import pressed
from cogs.ui.visit import Visit


class Following(commands.Cog):
    """What residents press who want to hear more of an idea, or no more."""

    @pressed("follow")
    async def follow(self, visit: Visit, pressed: CustomId) -> None:
        """Follow an idea; before it, once, the privacy notice."""
        await tell_me(visit, pressed.subject)

    @pressed("unfollow")
    async def unfollow(self, visit: Visit, pressed: CustomId) -> None:
        """Follow an idea no more; 0 for all."""
        await following.stop(visit.app, visit.person, pressed.subject)
        card = Card().text(visit.say("follow-stopped", number=pressed.subject))
        ways = [follow_button(visit, pressed.subject, follows=False)] if pressed.subject else []
        await visit.show(card.buttons(*ways, button(visit.label("have-press-mine"), "mine")))


async def tell_me(visit: Visit, number: int) -> None:
    """Let somebody follow an idea, and say how they will be told."""
    try:
        told = await following.follow(visit.app, visit.person, number)
    except NoticeFirst as refusal:
        await notice(visit, refusal.asked, [FOLLOW, str(number)])
        return
    card = Card().text(visit.say("follow-told" if told else "follow-none", number=number))
    ways = [follow_button(visit, number, follows=True)] if told else []
    await visit.show(card.buttons(*ways, button(visit.label("have-press-mine"), "mine")))


def follow_button(visit: Visit, number: int, *, follows: bool) -> Button[Card]:
    """The way to be told what happens to an idea, or to stop that."""
    verb = "unfollow" if follows else "follow"
    return button(visit.label(f"follow-press-{verb}"), verb, number)
