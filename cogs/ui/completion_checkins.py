"""What is offered while an organiser types for a check-in."""

from __future__ import annotations

import discord

from bot.domain.asks import AskField
from bot.domain.checkins import CheckIn, Purpose
from bot.domain.people import require_organiser
from bot.domain.refusals import Refusal
from bot.services import checkin_looks
from cogs.ui.completion import Choices, choices, or_nothing, organiser, the_one
from cogs.ui.limits import CHOICE_NAME, CHOICES
from cogs.ui.visit import Visit

OWN, GOOD = "own", "good"
"""What no file has: questions of one's own, and about the words that residents gave."""


@or_nothing
async def complete_checkins(interaction: discord.Interaction, typed: str) -> Choices:
    """Check-ins by question, the newest first; for organisers."""
    visit = await organiser(interaction)
    if visit is None:
        return []
    found = await checkin_looks.titled(visit.app, visit.community.id)
    return choices(visit.wording, [(_name(visit, one), one.id) for one in reversed(found)], typed)


def _name(visit: Visit, one: CheckIn) -> str:
    return one.question or visit.label("poll-no-question")


async def checkin_named(visit: Visit, question: str) -> int:
    """The check-in that was chosen, or whose question was typed; raises Refusal ``checkin-unknown``."""
    require_organiser(visit.person, visit.community.roles)
    found = await checkin_looks.titled(visit.app, visit.community.id)
    return the_one(question, [(one.question, one.id) for one in found], "checkin-unknown")


@or_nothing
async def complete_ready(interaction: discord.Interaction, typed: str) -> Choices:
    """Ready check-ins by title; for organisers."""
    visit = await organiser(interaction)
    if visit is None:
        return []
    wanted = typed.strip().casefold()
    return [
        discord.app_commands.Choice(name=visit.label("plain", CHOICE_NAME, text=title), value=name)
        for name, title in ready_titles(visit).items()
        if wanted in title.casefold() or wanted in name
    ][:CHOICES]


def ready_titles(visit: Visit) -> dict[str, str]:
    """What a check-in can begin with, by name: one's own questions first."""
    files = {name: one.title for name, one in visit.app.ready_checkins.items()}
    own, good = (visit.label(f"checkin-ready-{one}") for one in (OWN, GOOD))
    return {OWN: own, GOOD: good, **files}


def ready_named(visit: Visit, typed: str) -> tuple[Purpose, str, tuple[AskField, ...]]:
    """What a check-in begins with: of a ready one its purpose, question and fields; else nothing yet.

    Raises:
        Refusal: ``checkin-ready-unknown``.
    """
    wanted = typed.strip().casefold()
    if wanted in ("", OWN, visit.label("checkin-ready-own").casefold()):
        return Purpose.PLAIN, "", ()
    if wanted in (GOOD, visit.label("checkin-ready-good").casefold()):
        return Purpose.GOOD, "", ()
    for name, one in visit.app.ready_checkins.items():
        if wanted in (name, one.title.casefold()):
            return one.purpose, one.question, one.form
    raise Refusal("checkin-ready-unknown", there=", ".join([*visit.app.ready_checkins, GOOD]))
