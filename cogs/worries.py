"""*Worried about someone*: a form, and what is said after it; it goes to whoever hears safety worries alone.

And what organisers press who have read that somebody is in danger, and whoever hears of it: *I have it*.
"""

from __future__ import annotations

from discord.ext import commands
from discord.ui import Button

from bot.services import safeguarding, worries
from bot.services.safeguarding import KEPT_DAYS
from bot.wording import Markup
from cogs.ui.cards import Card, Field, Form, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE
from cogs.ui.round_cards import RoundWords
from cogs.ui.router import pressed
from cogs.ui.visit import Visit

ROOM_FOR_NEXT = 600
"""Characters that stay free for what happens next, however long the help lines are."""


def help_lines(visit: Visit) -> list[Markup]:
    """Who helps in danger, and whom to ask."""
    lines = visit.community.help_lines
    contact = visit.community.lead_contact or visit.label("contact-missing")
    danger = [visit.say("help-danger", lines=lines)] if lines else []
    return [*danger, visit.say("help-contact", contact=contact)]


class Worries(commands.Cog):
    """What somebody presses who is worried. Every "no" comes with who helps instead."""

    @pressed("worry", below=help_lines)
    async def ask(self, visit: Visit, pressed: CustomId) -> None:
        """The form; nothing is looked up before it, for it must be the first answer."""
        worries.check(visit.app, visit.community, visit.person)
        fields = [
            Field(
                name,
                visit.label(f"worry-field-{name}", FORM_LABEL),
                visit.label(f"worry-hint-{name}", FORM_HINT),
                long=long,
                required=long,
                longest=longest,
            )
            for name, long, longest in (
                ("words", True, worries.WORDS_LENGTH),
                ("reach", False, worries.REACH_LENGTH),
            )
        ]
        lines = visit.community.help_lines
        text = "\n".join(
            [
                visit.say("worry-form", hearers=len(visit.community.hearers)),
                visit.say("help-danger", lines=lines) if lines else "",
            ]
        )
        title = visit.label("worry-press", FORM_TITLE)
        await visit.ask(Form(title, CustomId("worry-send", pressed.subject), fields, text))

    @pressed("worry-send", opened_by="worry", below=help_lines)
    async def send(self, visit: Visit, pressed: CustomId) -> None:
        """Pass the worry on."""
        guild, words, reach = visit.interaction.guild, visit.text("words"), visit.text("reach")
        server = guild.name if guild else ""
        await worries.send(visit.app, visit.person, words, reach, server=server, which=pressed.subject)
        card = Card().text(visit.say("worry-sent")).text(*help_lines(visit), leave=ROOM_FOR_NEXT)
        later = visit.say("worry-deputy") if len(visit.community.hearers) > 1 else ""
        kept = visit.say("worry-kept", week=KEPT_DAYS, days=visit.app.settings.privacy.posts_days)
        await visit.show(card.text(visit.say("worry-next"), later, kept))

    @pressed("worry-have")
    async def have(self, visit: Visit, pressed: CustomId) -> None:
        """Whoever hears safety worries has this one."""
        had = await safeguarding.have(visit.app, visit.person, pressed.subject)
        await visit.tell("worry-had" if had else "worry-had-before")


async def pass_on(visit: Visit, what: str, which: int, part: int = 0) -> Markup:
    """Hand on words that an organiser has read and that tell of danger; what to say of it."""
    guild = visit.interaction.guild
    server = guild.name if guild else ""
    await worries.pass_on(visit.app, visit.person, what, which, part, server=server)
    return visit.say("danger-passed")


def danger_button(visit: Visit, verb: str, which: int, part: str = "") -> Button[Card]:
    """The way to hand on what an organiser reads."""
    return button(visit.label("danger-press"), verb, which, part, style="danger")


def worry_button(words: RoundWords | Visit, which: int = 0) -> Button[Card]:
    """The way in, beside a round or anywhere."""
    return button(words.label("worry-press"), "worry", which)
