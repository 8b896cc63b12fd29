"""Private messages of whoever has left a community: they see and erase what it holds of them, and no more."""

from __future__ import annotations

import discord
from discord.ui import Button

from bot.domain.refusals import Refusal
from bot.services import communities, my_data
from bot.services.ports import App
from bot.wording import Wording
from cogs.ui.cards import Card, button, payload
from cogs.ui.custom_ids import CustomId, parse
from cogs.ui.round_cards import RoundWords
from cogs.ui.visit import PLATFORM, Visit, visit_of

FOR_THE_GONE = ("not-there", "server-gone")
"""Refusals after which somebody can still see and erase what is held."""
MOST = 25
"""Buttons on one card."""


async def arrive_anywhere(interaction: discord.Interaction, app: App, wording: Wording) -> list[Visit]:
    """A visit in each community that holds something of whoever asks.

    Raises:
        Refusal: ``nothing-held-anywhere``.
    """
    there = await my_data.communities_with(app, str(interaction.user.id), PLATFORM)
    if not there:
        raise Refusal("nothing-held-anywhere")
    return [
        await visit_of(interaction, app, wording, await communities.by_number(app, number))
        for number in there
    ]


def server_of(visit: Visit) -> str:
    """What the server of a visit is called; its number where the bot is not there any more."""
    guild = visit.interaction.client.get_guild(int(visit.community.platform_id))
    return guild.name if guild is not None else visit.community.platform_id


def which_community(visits: list[Visit], verb: str) -> Card:
    """A button for each community, which presses ``verb`` there."""
    card, first = Card().text(visits[0].say("gone-which", count=len(visits))), visits[:MOST]
    if len(visits) > MOST:
        card.text(visits[0].say("gone-more", count=MOST))
    return card.buttons(*(_of(visit, verb) for visit in first))


def _of(visit: Visit, verb: str) -> Button[Card]:
    made = button(visit.label("plain", text=server_of(visit)), verb)
    made.custom_id = str(CustomId(verb, community=visit.community.id))
    return made


def for_the_gone(words: RoundWords, card: Card, interaction: discord.Interaction) -> Card:
    """The card with the two ways that are left."""
    found = parse(str(payload(interaction).get("custom_id", "")))
    if found is None or not found.community:
        return card
    ways = [
        button(words.label(sentence), verb)
        for sentence, verb in (("mine-press-data", "data"), ("mine-press-erase", "erase"))
    ]
    return card.buttons(*ways).of(found.community)
