"""``/schedule show``: what comes next, what was late and why."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.text import one_line
from bot.services import schedules
from bot.services.schedules import Coming, Late, Plan
from bot.wording import Markup
from cogs.ui.cards import Card, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.limits import MESSAGE_TEXT
from cogs.ui.router import Router, pressed
from cogs.ui.times import moment
from cogs.ui.visit import Visit

WORDS = 60
"""How much is shown of a question: there are many in one message."""


class Schedule(commands.Cog):
    """The organisers' look at the clockwork."""

    schedule = app_commands.Group(
        name="schedule", description="What comes next, and what was late (organisers)", guild_only=True
    )

    def __init__(self, router: Router) -> None:
        self._router = router

    @schedule.command(name="show", description="What comes next, what was late and why. Only you see it")
    async def show(self, interaction: discord.Interaction) -> None:
        """Show the schedule to one organiser."""
        await self._router.answer(interaction, self._show, None)

    @pressed("schedule")
    async def _show(self, visit: Visit, _: CustomId | None) -> None:
        await visit.show(schedule_card(visit, await schedules.show(visit.app, visit.person)))


def schedule_card(visit: Visit, plan: Plan) -> Card:
    """Both lists, with room for the second however long the first is."""
    coming = [_coming(visit, one) for one in plan.coming] or [visit.say("schedule-nothing")]
    late = [_late(visit, one) for one in plan.late] or [visit.say("schedule-late-nothing")]
    card = Card().text(visit.say("schedule-title"), *coming, leave=MESSAGE_TEXT // 2)
    unsent = visit.say("schedule-unsent")
    card.text(visit.say("schedule-late-title"), *late, leave=len(unsent)).text(unsent)
    return card.buttons(button(visit.label("desk-press"), "desk"))


def _coming(visit: Visit, one: Coming) -> Markup:
    name = "schedule-line-owed" if one.owed else "schedule-line"
    return visit.say(name, what=_what(visit, one.act, one.words), when=moment(one.due_ms))


def _late(visit: Visit, one: Late) -> Markup:
    return visit.say(
        "schedule-late-line",
        what=_what(visit, one.act, one.words),
        due=moment(one.due_ms),
        done=moment(one.done_ms),
        why=visit.say(f"schedule-why-{one.why}"),
    )


def _what(visit: Visit, act: str, words: str) -> Markup:
    short = one_line(words, WORDS) or visit.label("poll-no-question")
    return visit.say(f"schedule-what-{act}", question=short, title=short)
