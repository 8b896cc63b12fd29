"""``/meeting``: what was said at a meeting or on a walk becomes ideas like all others, marked as such."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.people import require_organiser
from bot.domain.refusals import Refusal
from bot.domain.rounds import State
from bot.domain.text import listed
from bot.services import meetings, rounds
from bot.services.meetings import MOST_NOTES, MOST_PRESENT, PLACE_LENGTH
from cogs.asks import ask_round
from cogs.ui.cards import Card, Field, Form, button
from cogs.ui.completion import complete_ask_rounds
from cogs.ui.custom_ids import CustomId
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE
from cogs.ui.router import Router, pressed
from cogs.ui.visit import Visit
from cogs.worries import worry_button


class Meetings(commands.Cog):
    """Notes of those who are not in the chat."""

    meeting = app_commands.Group(
        name="meeting", description="Bring in what people said elsewhere (organisers)", guild_only=True
    )

    def __init__(self, router: Router) -> None:
        self._router = router

    @meeting.command(name="record", description="Turn notes of a meeting or a walk into ideas")
    @app_commands.describe(question="Which ask they belong to; it must be open")
    @app_commands.autocomplete(question=complete_ask_rounds)
    async def record(self, interaction: discord.Interaction, question: str) -> None:
        """Ask for the notes."""
        await self._router.answer(interaction, self._record, question)

    async def _record(self, visit: Visit, question: str) -> None:
        await self.ask(visit, CustomId("meeting", (await ask_round(visit, question)).id))

    @pressed("meeting")
    async def ask(self, visit: Visit, pressed: CustomId) -> None:
        """The form for a meeting's notes."""
        require_organiser(visit.person, visit.community.roles)
        asked = (await rounds.look(visit.app, visit.community.id, pressed.subject)).round
        if asked.state is not State.OPEN:
            raise Refusal("round-over" if asked.opened_ms else "round-not-open")
        fields = [
            Field("place", visit.label("meeting-place", FORM_LABEL),
                  visit.label("meeting-place-hint", FORM_HINT), longest=PLACE_LENGTH),
            Field("present", visit.label("meeting-present", FORM_LABEL), longest=6),
            Field("notes", visit.label("meeting-notes", FORM_LABEL),
                  visit.label("meeting-notes-hint", FORM_HINT, count=MOST_NOTES), long=True),
        ]  # fmt: skip
        title = visit.label("meeting-form", FORM_TITLE)
        await visit.ask(Form(title, CustomId("meeting-send", pressed.subject), fields))

    @pressed("meeting-send", opened_by="meeting")
    async def send(self, visit: Visit, pressed: CustomId) -> None:
        """Keep the notes, a line each."""
        require_organiser(visit.person, visit.community.roles)
        present = visit.text("present").strip()
        if not (present.isascii() and present.isdigit()):
            raise Refusal("present-unreadable", most=MOST_PRESENT)
        notes = listed(visit.text("notes"))
        made = await meetings.record(
            visit.app, visit.person, pressed.subject, visit.text("place"), int(present), notes
        )
        card = Card().text(visit.say("meeting-kept", count=len(made), first=made[0].id, last=made[-1].id))
        to_ideas = button(visit.label("ask-press-ideas"), "ideas", pressed.subject)
        await visit.show(card.buttons(to_ideas, worry_button(visit, pressed.subject)))
