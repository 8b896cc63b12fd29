"""``/feedback box``: the standing box, which closes and opens again by itself."""

from __future__ import annotations

from discord.ext import commands

from bot.domain import when
from bot.domain.people import require_organiser
from bot.domain.refusals import Refusal
from bot.services import box, rounds
from bot.services.box import Box
from cogs.drafts import channel_name
from cogs.ui.cards import Card, Field, Form, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.limits import FORM_LABEL, FORM_TITLE
from cogs.ui.permissions import missing_in
from cogs.ui.router import pressed
from cogs.ui.times import channel as channel_link
from cogs.ui.times import moment
from cogs.ui.visit import Visit


class BoxDoor(commands.Cog):
    """The standing box."""

    @pressed("box-stop")
    async def stop(self, visit: Visit, pressed: CustomId) -> None:
        """Ask for the public reason before the box is stopped."""
        require_organiser(visit.person, visit.community.roles)
        if await box.find(visit.app, visit.person) is None:
            raise Refusal("round-over")
        field = Field("reason", visit.label("reason-public", FORM_LABEL), long=True, longest=500)
        title = visit.label("box-stop-title", FORM_TITLE)
        await visit.ask(Form(title, CustomId("box-stop-now", pressed.subject), [field]))

    @pressed("box-stop-now", opened_by="box-stop")
    async def stop_now(self, visit: Visit, pressed: CustomId) -> None:
        """Close the box for good: none follows it."""
        require_organiser(visit.person, visit.community.roles)
        found = await box.find(visit.app, visit.person)
        if found is None or found.round.id != pressed.subject:
            raise Refusal("round-over")
        await rounds.close_early(visit.app, visit.person, pressed.subject, visit.text("reason"))
        await visit.tell("box-stopped")


async def open_box(visit: Visit, pace: str, question: str, place: str) -> None:
    """Open the box, or show the one that is open."""
    require_organiser(visit.person, visit.community.roles)
    found = await box.find(visit.app, visit.person)
    if found is not None and pace:
        raise Refusal("box-there")
    if found is None:
        if not pace:
            raise Refusal("box-pace-missing")
        found = await _start(visit, pace, question, place)
    await visit.show(_card(visit, found))


async def _start(visit: Visit, pace: str, question: str, place: str) -> Box:
    where = place or visit.community.say_channel
    lacking = missing_in(visit.interaction.guild, where) if where else ()
    if lacking:
        raise Refusal(
            "permissions-missing", permissions=", ".join(lacking), channel=channel_name(visit, where)
        )
    language = visit.wording.nearest(visit.community.language)
    asked = question or visit.wording.label(language, "box-question", visit.app.limits.question_length)
    label = visit.wording.label(language, "feedback-field-words", FORM_LABEL)
    return await box.start(visit.app, visit.person, asked, label, pace, place)


def _card(visit: Visit, found: Box) -> Card:
    asked = found.round
    card = Card().text(
        visit.say("round-question", question=asked.question),
        visit.say("box-here", channel=channel_link(asked.channel), when=moment(asked.closes_ms)),
        visit.say("box-pace", pace=when.tell_pace(found.pace)),
        visit.say("box-carries", count=visit.app.settings.privacy.least_group),
    )
    return card.buttons(button(visit.label("box-press-stop"), "box-stop", asked.id, style="danger"))
