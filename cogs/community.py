"""``/setup`` for those who manage the server, and what happens to the server itself."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.community import Moderation, lacking
from bot.domain.people import require_set_up
from bot.domain.refusals import Refusal
from bot.services import checkins, communities
from bot.services.communities import MEANINGS
from bot.services.ports import App
from bot.wording import Markup
from cogs.ui.cards import Card, Field, Form, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE
from cogs.ui.permissions import troubled
from cogs.ui.router import Router, pressed
from cogs.ui.times import channel, member, role
from cogs.ui.visit import PLATFORM, Visit

CHANNELS = ("say_channel", "moderators_channel")
PEOPLE = ("safeguarding_contact", "safeguarding_deputy", "witness")
MOST_ROLES = 5
ID_LENGTH = 20
"""Digits of the highest number of 64 bits."""


class CommunityDoor(commands.Cog):
    """Setting a community up."""

    def __init__(self, app: App, router: Router) -> None:
        self._app = app
        self._router = router

    @app_commands.command(
        name="setup", description="Set Folkmoot up here, or see what is still lacking (Manage Server)"
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def setup(self, interaction: discord.Interaction) -> None:
        """Show what is set up."""
        await self._router.answer(interaction, self.show, None)

    @pressed("setup")
    async def show(self, visit: Visit, _: CustomId | None, kept: str = "") -> None:
        """What is set up, what is lacking, and the next steps."""
        require_set_up(visit.person)
        there = visit.community
        card = Card().text(
            visit.say("setup-title"),
            kept,
            *(self._role_line(visit, one) for one in MEANINGS),
            *(visit.say(f"setup-{one}", what=channel(getattr(there, one)))
              for one in CHANNELS if getattr(there, one)),
            *(visit.say(f"setup-{one}", what=member(getattr(there, one)))
              for one in PEOPLE if getattr(there, one)),
            visit.say("setup-lead_contact", what=there.lead_contact) if there.lead_contact else "",
            visit.say("setup-help_lines", what=there.help_lines) if there.help_lines else "",
            visit.say("setup-zone", zone=there.time_zone),
            visit.say(f"setup-moderation-{there.moderation}"),
        ).text(*_lacks(visit))  # fmt: skip
        await visit.show(card.buttons(*_steps(visit)))

    @staticmethod
    def _role_line(visit: Visit, meaning: str) -> str:
        ids = visit.community.roles.roles(meaning)
        if not ids:
            return ""
        return visit.say(f"setup-role-{meaning}", roles=Markup(", ".join(role(one) for one in ids)))

    @pressed("setup-roles")
    async def roles(self, visit: Visit, _: CustomId, kept: str = "") -> None:
        """Which roles are organisers, and which have a standing."""
        require_set_up(visit.person)
        card = Card().text(kept, visit.say("setup-roles-how"))
        for meaning in MEANINGS:
            chosen = [discord.Object(int(one)) for one in visit.community.roles.roles(meaning)]
            card.text(visit.say(f"setup-ask-{meaning}")).choice(
                discord.ui.RoleSelect(
                    custom_id=str(CustomId("setup-role", 0, meaning)),
                    placeholder=visit.label(f"name-{meaning}"),
                    min_values=0,
                    max_values=MOST_ROLES,
                    default_values=chosen,
                )
            )
        await visit.show(card.buttons(button(visit.label("setup-press-back"), "setup")))

    @pressed("setup-role")
    async def set_role(self, visit: Visit, pressed: CustomId) -> None:
        """Keep which roles carry a meaning."""
        if pressed.argument not in MEANINGS or not all(map(_is_id, visit.values)):
            raise Refusal("button-unknown")
        there = await communities.set_roles(visit.app, visit.person, pressed.argument, visit.values)
        await self.roles(replace(visit, community=there), pressed, visit.say("setup-kept"))

    @pressed("setup-places")
    async def places(self, visit: Visit, _: CustomId, kept: str = "") -> None:
        """Which channels, and which people outside the team."""
        require_set_up(visit.person)
        card = Card().text(kept)
        for name in CHANNELS:
            there = getattr(visit.community, name)
            card.text(visit.say(f"setup-ask-{name}")).choice(
                discord.ui.ChannelSelect(
                    custom_id=str(CustomId("setup-place", 0, name)),
                    channel_types=[discord.ChannelType.text],
                    placeholder=visit.label(f"lacking-{name}"),
                    default_values=[discord.Object(int(there))] if there else [],
                )
            )
        for name in PEOPLE:
            there = getattr(visit.community, name)
            card.text(visit.say(f"setup-ask-{name}")).choice(
                discord.ui.UserSelect(
                    custom_id=str(CustomId("setup-place", 0, name)),
                    placeholder=visit.label(f"lacking-{name}"),
                    default_values=[discord.Object(int(there))] if there else [],
                )
            )
        await visit.show(card.buttons(button(visit.label("setup-press-back"), "setup")))

    @pressed("setup-place")
    async def set_place(self, visit: Visit, pressed: CustomId) -> None:
        """Keep a channel or a person."""
        chosen = next(iter(visit.values), "")
        if pressed.argument not in (*CHANNELS, *PEOPLE) or not _is_id(chosen):
            raise Refusal("button-unknown")
        there = await communities.set_up(visit.app, visit.person, **{pressed.argument: chosen})
        await self.places(replace(visit, community=there), pressed, visit.say("setup-kept"))

    @pressed("setup-words")
    async def words(self, visit: Visit, _: CustomId) -> None:
        """The form with contact, help lines, zone and language."""
        require_set_up(visit.person)
        there = visit.community
        names = ("lead_contact", "help_lines", "time_zone", "language")
        fields = [
            Field(
                name,
                visit.label(f"setup-field-{name}", FORM_LABEL),
                visit.label(f"setup-hint-{name}", FORM_HINT),
                getattr(there, name),
                long=name in communities.TEXTS,
                longest=1000,
            )
            for name in names
        ]
        await visit.ask(Form(visit.label("setup-form", FORM_TITLE), CustomId("setup-words-set"), fields))

    @pressed("setup-words-set", opened_by="setup-words")
    async def set_words(self, visit: Visit, pressed: CustomId) -> None:
        """Keep what was sent with that form."""
        language = visit.text("language").strip()
        if language not in visit.wording.languages:
            raise Refusal("language-unknown", text=language, there=", ".join(visit.wording.languages))
        there = await communities.set_up(
            visit.app,
            visit.person,
            lead_contact=visit.text("lead_contact"),
            help_lines=visit.text("help_lines"),
            time_zone=visit.text("time_zone").strip(),
            language=language,
        )
        await self.show(replace(visit, community=there), pressed, visit.say("setup-kept"))

    @pressed("setup-moderation")
    async def set_moderation(self, visit: Visit, pressed: CustomId) -> None:
        """Have moderators read ideas before others do, or after."""
        there = await communities.set_up(visit.app, visit.person, moderation=pressed.argument)
        await self.show(replace(visit, community=there), pressed, visit.say("setup-kept"))

    # --- the server itself

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot was invited, or invited back."""
        await communities.returned(self._app, PLATFORM, str(guild.id))

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server is there at the start; the bot may have been invited back while it was not running."""
        await communities.returned(self._app, PLATFORM, str(guild.id))

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """A role was deleted: nobody can answer what is only for its holders."""
        community = await communities.community_of(self._app, PLATFORM, str(role.guild.id))
        await checkins.role_gone(self._app, community.id, str(role.id))

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was removed."""
        await communities.removed(self._app, PLATFORM, str(guild.id))


def _is_id(text: str) -> bool:
    """Whether it is a number as Discord gives them: it is kept, and read as one ever after."""
    return text.isascii() and text.isdigit() and len(text) <= ID_LENGTH


def _lacks(visit: Visit) -> list[str]:
    there, guild = visit.community, visit.interaction.guild
    lines: list[str] = [
        visit.say("setup-lacking", what=visit.say(f"lacking-{one}")) for one in lacking(there)
    ]
    for place, missing in troubled(guild, [getattr(there, name) for name in CHANNELS]).items():
        lines.append(visit.say("setup-permissions", channel=channel(place), permissions=missing))
    gone = [one for one, _ in there.roles.entries if guild and guild.get_role(int(one)) is None]
    if gone:
        lines.append(visit.say("setup-roles-gone", count=len(gone)))
    alone = len(there.hearers) == 1
    deputy = [visit.say("setup-no-deputy", press=visit.label("setup-press-places"))] if alone else []
    return [*(lines or [visit.say("setup-complete")]), *deputy]


def _steps(visit: Visit) -> list[discord.ui.Button[Card]]:
    before = visit.community.moderation is Moderation.BEFORE
    other = Moderation.AFTER if before else Moderation.BEFORE
    return [
        button(visit.label("setup-press-roles"), "setup-roles", style="primary"),
        button(visit.label("setup-press-places"), "setup-places", style="primary"),
        button(visit.label("setup-press-words"), "setup-words", style="primary"),
        button(visit.label(f"setup-press-moderation-{other}"), "setup-moderation", 0, other),
        button(visit.label("setup-press-check"), "setup"),
    ]
