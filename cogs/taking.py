"""What residents press about a check-in: remind me, skip this one, pause, stop."""

from __future__ import annotations

from discord.ext import commands
from discord.ui import Button

from bot.domain.checkins import CheckIn
from bot.services import taking
from cogs.ui.cards import Card, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.router import pressed
from cogs.ui.times import moment
from cogs.ui.visit import Visit


class Taking(commands.Cog):
    """Opting in to a check-in's private messages, and being left alone again."""

    @pressed("checkin-in")
    async def opt_in(self, visit: Visit, pressed: CustomId) -> None:
        """Be asked or reminded from here on, and say how."""
        which = pressed.subject
        one = await taking.opt_in(visit.app, visit.person, which)
        if one is None:
            await visit.tell("taking-none")
            return
        most = visit.app.settings.attention.a_week
        card = Card().text(visit.say("taking-direct" if one.direct else "taking-reminded", count=most))
        stop = button(visit.label("taking-press-stop"), "checkin-out", which)
        await visit.show(card.buttons(stop))

    @pressed("checkin-skip")
    async def skip(self, visit: Visit, pressed: CustomId) -> None:
        """Hear no more of this one time."""
        await taking.skip(visit.app, visit.person, pressed.subject)
        await visit.tell("taking-skipped")

    @pressed("checkin-rest")
    async def rest(self, visit: Visit, pressed: CustomId) -> None:
        """Hear nothing for four weeks."""
        until_ms = await taking.rest(visit.app, visit.person, pressed.subject)
        card = Card().text(visit.say("taking-rests", when=moment(until_ms)))
        again = button(visit.label("taking-press-again"), "checkin-in", pressed.subject)
        await visit.show(card.buttons(again))

    @pressed("checkin-out")
    async def stop(self, visit: Visit, pressed: CustomId) -> None:
        """Hear nothing more."""
        await taking.stop(visit.app, visit.person, pressed.subject)
        card = Card().text(visit.say("taking-stopped"))
        again = button(visit.label("taking-press-again"), "checkin-in", pressed.subject)
        await visit.show(card.buttons(again))


def stop_button(visit: Visit, one: CheckIn, named: str) -> Button[Card]:
    """The way to be asked nothing more of a check-in, as it is named among others."""
    return button(visit.label("taking-press-stop-it", question=named), "checkin-out", one.id)
