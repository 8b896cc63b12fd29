"""``/checkin``: a small question at a steady pace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.people import require_organiser
from bot.services import checkin_looks, checkins, initiatives
from cogs.checkin_drafts import fill_in, show_checkin
from cogs.checkin_plans import HOUR_MS, OPEN_FOR, USUAL_HOURS
from cogs.checkin_results import show_results
from cogs.ui.cards import Card, button
from cogs.ui.completion import complete_initiatives
from cogs.ui.completion_checkins import checkin_named, complete_checkins, complete_ready, ready_named
from cogs.ui.custom_ids import CustomId
from cogs.ui.naming import apart
from cogs.ui.router import Router, pressed
from cogs.ui.times import moment
from cogs.ui.visit import Visit

OPEN: list[app_commands.Choice[int]] = [
    app_commands.Choice(name=name, value=hours) for name, hours in OPEN_FOR
]
BY = [
    app_commands.Choice(name="In a channel, where anyone can answer", value="channel"),
    app_commands.Choice(name="By private message, to those who ask for it", value="direct"),
]
NAMES = [
    app_commands.Choice(name="As other answers: only numbers are shown", value="named"),
    app_commands.Choice(name="Without names: nobody can find out who answered what", value="sealed"),
]

SHOWN = 15
"""How many check-ins have a button of their own."""


class CheckIns(commands.Cog):
    """Organisers' check-ins."""

    checkin = app_commands.Group(
        name="checkin", description="A small question at a steady pace (organisers)", guild_only=True
    )

    def __init__(self, router: Router) -> None:
        self._router = router

    @checkin.command(name="schedule", description="Prepare a check-in. Nobody sees it before you press Start")
    @app_commands.describe(
        initiative="Which project it belongs to",
        pace="When it is asked, such as: every Monday 9am. Or: first Tuesday of the month 10am",
        ready="A ready check-in; without one you write your own questions",
        open_for="How long people can answer each time; 3 days, if you choose nothing",
        by="How it reaches people",
        channel="Where to post it, if not in the have-your-say channel",
        role="Only people with this role can answer",
        mention="Mention that role each time",
        names="With or without names",
    )
    @app_commands.choices(open_for=OPEN)
    @app_commands.choices(by=BY, names=NAMES)
    @app_commands.autocomplete(initiative=complete_initiatives, ready=complete_ready)
    async def schedule(
        self,
        interaction: discord.Interaction,
        initiative: str,
        pace: str,
        ready: str | None = None,
        open_for: app_commands.Choice[int] | None = None,
        by: app_commands.Choice[str] | None = None,
        channel: discord.TextChannel | discord.Thread | None = None,
        role: discord.Role | None = None,
        mention: bool = False,
        names: app_commands.Choice[str] | None = None,
    ) -> None:
        """Begin a draft, and ask for its questions."""
        chosen = {
            "channel": str(channel.id) if channel else "",
            "direct": bool(by and by.value == "direct"),
            "role": str(role.id) if role and not role.is_default() else "",
            "mention": mention,
            "sealed": bool(names and names.value == "sealed"),
        }
        hours = open_for.value if open_for else USUAL_HOURS
        await self._router.answer(interaction, self._schedule, initiative, pace, ready or "", hours, chosen)

    async def _schedule(
        self, visit: Visit, initiative: str, pace: str, ready: str, hours: int, chosen: dict[str, Any]
    ) -> None:
        require_organiser(visit.person, visit.community.roles)
        on = await initiatives.find(visit.app, visit.community.id, initiative)
        purpose, question, form = ready_named(visit, ready)
        made = await checkins.begin(
            visit.app, visit.person, on.id, purpose, question, form, pace, hours * HOUR_MS, **chosen
        )
        await fill_in(visit, made)

    @checkin.command(name="list", description="Every check-in: drafts, running and paused ones")
    async def listing(self, interaction: discord.Interaction) -> None:
        """List the check-ins."""
        await self._router.answer(interaction, self.every, None)

    @pressed("checkins")
    async def every(self, visit: Visit, _: CustomId | None) -> None:
        """All check-ins that are not over, a button each."""
        found = await checkin_looks.listing(visit.app, visit.person)
        card = Card().text(visit.say("checkin-list" if found else "checkin-list-none"))
        named = [(one, name) for one, name in zip(found, apart(visit, found).values(), strict=True)]
        card.text(*(visit.say(f"checkin-line-{one.state}", question=question) for one, question in named))
        await visit.show(
            card.buttons(*(
                button(visit.label("checkin-press-show", question=question), "checkin", one.id)
                for one, question in named[:SHOWN]
            )).buttons(
                button(visit.label("checkin-press-new"), "checkin-for", style="primary"),
                button(visit.label("desk-press"), "desk"),
            )
        )  # fmt: skip

    @checkin.command(name="show", description="See a check-in: when it comes, how it goes, what you can do")
    @app_commands.describe(question="Which check-in")
    @app_commands.autocomplete(question=complete_checkins)
    async def show(self, interaction: discord.Interaction, question: str) -> None:
        """Show a check-in."""
        await self._router.answer(interaction, self._named, show_checkin, question)

    @checkin.command(name="results", description="The line over time: numbers, change, and a picture")
    @app_commands.describe(question="Which check-in")
    @app_commands.autocomplete(question=complete_checkins)
    async def results(self, interaction: discord.Interaction, question: str) -> None:
        """Show a check-in's results over time."""
        await self._router.answer(interaction, self._named, show_results, question)

    @checkin.command(
        name="pause", description="Ask nothing more until you resume it. What is open stays open"
    )
    @app_commands.describe(question="Which check-in")
    @app_commands.autocomplete(question=complete_checkins)
    async def pause(self, interaction: discord.Interaction, question: str) -> None:
        """Pause a check-in."""
        await self._router.answer(interaction, self._named, _pause, question)

    @checkin.command(name="resume", description="Go on after a pause, or after it has run six times")
    @app_commands.describe(question="Which check-in")
    @app_commands.autocomplete(question=complete_checkins)
    async def resume(self, interaction: discord.Interaction, question: str) -> None:
        """Resume a check-in."""
        await self._router.answer(interaction, self._named, _resume, question)

    @checkin.command(name="run-now", description="Ask once now, beside its pace")
    @app_commands.describe(question="Which check-in")
    @app_commands.autocomplete(question=complete_checkins)
    async def run_now(self, interaction: discord.Interaction, question: str) -> None:
        """Ask a check-in now."""
        await self._router.answer(interaction, self._named, _run_now, question)

    @checkin.command(name="stop", description="Ask nothing more, for good. What is open stays open")
    @app_commands.describe(question="Which check-in")
    @app_commands.autocomplete(question=complete_checkins)
    async def stop(self, interaction: discord.Interaction, question: str) -> None:
        """Stop a check-in."""
        await self._router.answer(interaction, self._named, _stop, question)

    @staticmethod
    async def _named(visit: Visit, act: Callable[[Visit, int], Awaitable[None]], question: str) -> None:
        await act(visit, await checkin_named(visit, question))

    @pressed("checkin")
    async def manage(self, visit: Visit, pressed: CustomId) -> None:
        """An organiser's private card for a check-in."""
        await show_checkin(visit, pressed.subject)

    @pressed("checkin-pause")
    async def pause_it(self, visit: Visit, pressed: CustomId) -> None:
        """Pause it."""
        await _pause(visit, pressed.subject)

    @pressed("checkin-resume")
    async def resume_it(self, visit: Visit, pressed: CustomId) -> None:
        """Resume it, or let it go on."""
        await _resume(visit, pressed.subject)

    @pressed("checkin-now")
    async def ask_now(self, visit: Visit, pressed: CustomId) -> None:
        """Ask it now."""
        await _run_now(visit, pressed.subject)

    @pressed("checkin-stop")
    async def sure(self, visit: Visit, pressed: CustomId) -> None:
        """Ask once before it stops for good."""
        require_organiser(visit.person, visit.community.roles)
        yes, no = visit.label("checkin-press-stop-now"), visit.label("checkin-press-back")
        await visit.show(
            Card().text(visit.say("checkin-stop-sure")).buttons(
                button(yes, "checkin-stop-now", pressed.subject, style="danger"),
                button(no, "checkin", pressed.subject),
            )
        )  # fmt: skip

    @pressed("checkin-stop-now")
    async def stop_it(self, visit: Visit, pressed: CustomId) -> None:
        """Stop it."""
        await _stop(visit, pressed.subject)


async def _pause(visit: Visit, which: int) -> None:
    await checkins.pause(visit.app, visit.person, which)
    await show_checkin(visit, which)


async def _resume(visit: Visit, which: int) -> None:
    await checkins.resume(visit.app, visit.person, which)
    await show_checkin(visit, which)


async def _run_now(visit: Visit, which: int) -> None:
    asked = await checkins.run_now(visit.app, visit.person, which)
    card = Card().text(visit.say("checkin-asked-now", when=moment(asked.closes_ms)))
    await visit.show(card.buttons(button(visit.label("checkin-press-back"), "checkin", which)))


async def _stop(visit: Visit, which: int) -> None:
    await checkins.stop(visit.app, visit.person, which)
    await show_checkin(visit, which)
