"""What is offered while an organiser types, so that nobody is ever asked for an id."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Coroutine, Iterable
from functools import wraps
from typing import Any, Protocol, cast

import discord
from discord import app_commands

from bot.domain.asks import ASK
from bot.domain.forms import FORM, as_form
from bot.domain.kinds import KINDS
from bot.domain.meanings import Word
from bot.domain.meanings import same as same_word
from bot.domain.people import require_organiser
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.domain.text import same
from bot.domain.weighing import WEIGH
from bot.domain.when import tell_moment
from bot.services import initiatives, meanings, rounds
from bot.services.ports import App
from bot.wording import Wording
from cogs.ui.limits import CHOICE_NAME, CHOICES
from cogs.ui.naming import numbered
from cogs.ui.round_cards import RoundWords
from cogs.ui.visit import Course, Visit, arrive

log = logging.getLogger(__name__)

Choices = list[app_commands.Choice[str]]
Completion = Callable[[discord.Interaction, str], Coroutine[Any, Any, Choices]]


class Host(Protocol):
    """What the client carries for its commands."""

    app: App
    wording: Wording


def or_nothing(complete: Completion) -> Completion:
    """Offer nothing where it fails: who types can go on. discord.py's own line would name them."""

    @wraps(complete)
    async def quiet(interaction: discord.Interaction, typed: str) -> Choices:
        try:
            return await complete(interaction, typed)
        except Exception as error:
            log.error("a completion failed: %s", type(error).__name__)
            return []

    return quiet


@or_nothing
async def complete_initiatives(interaction: discord.Interaction, typed: str) -> Choices:
    """Initiatives that have not closed, by title; for organisers."""
    visit = await organiser(interaction)
    if visit is None:
        return []
    found = [
        (one.initiative.title or visit.label("project-other"), one.initiative.id)
        for one in await initiatives.listing(visit.app, visit.community.id)
        if one.initiative.life != "closed"
    ]
    return choices(visit.wording, found, typed)


@or_nothing
async def complete_asks(interaction: discord.Interaction, typed: str) -> Choices:
    """What can be asked for, a file each; for organisers."""
    return await _asks(interaction, typed)


async def _asks(interaction: discord.Interaction, typed: str) -> Choices:
    visit = await organiser(interaction)
    if visit is None:
        return []
    wanted = typed.strip().casefold()
    return [
        app_commands.Choice(name=visit.label("plain", CHOICE_NAME, text=one.title), value=name)
        for name, one in visit.app.asks.items()
        if wanted in one.title.casefold() or wanted in name
    ][:CHOICES]


@or_nothing
async def complete_forms(interaction: discord.Interaction, typed: str) -> Choices:
    """Asks that can be answered in one go, without names; for organisers."""
    return [one for one in await _asks(interaction, typed) if _fits(interaction, str(one.value))]


def _fits(interaction: discord.Interaction, name: str) -> bool:
    try:
        as_form(cast(Host, interaction.client).app.asks[name])
    except Refusal:
        return False
    return True


def ask_named(visit: Visit, typed: str) -> str:
    """The name of the ask that was chosen, or whose title was typed; raises Refusal ``ask-unknown``."""
    require_organiser(visit.person, visit.community.roles)
    wanted = typed.strip().casefold()
    for name, one in visit.app.asks.items():
        if wanted in (name, one.title.casefold()):
            return name
    raise Refusal("ask-unknown", there=", ".join(visit.app.asks))


@or_nothing
async def complete_words(interaction: discord.Interaction, typed: str) -> Choices:
    """The words of the glossary, those that are owed first; for organisers."""
    visit = await organiser(interaction)
    if visit is None:
        return []
    found = await meanings.listing(visit.app, visit.person)
    return choices(visit.wording, [(one.said, one.id) for one in found], typed)


async def word_named(visit: Visit, typed: str) -> Word | None:
    """The word that was chosen, or that was typed, however; None where the glossary has none such."""
    for one in await meanings.listing(visit.app, visit.person):
        if typed == f"#{one.id}" or same_word(typed) == same_word(one.said):
            return one
    return None


@or_nothing
async def complete_ask_rounds(interaction: discord.Interaction, typed: str) -> Choices:
    """Asks by question, the open ones first; for organisers."""
    return await _rounds(interaction, typed, (ASK,))


@or_nothing
async def complete_rounds(interaction: discord.Interaction, typed: str) -> Choices:
    """Polls by question, the open ones first; for organisers."""
    return await _rounds(interaction, typed, KINDS)


@or_nothing
async def complete_weighings(interaction: discord.Interaction, typed: str) -> Choices:
    """Weighings by question, the open ones first; for organisers."""
    return await _rounds(interaction, typed, (WEIGH,))


@or_nothing
async def complete_feedback(interaction: discord.Interaction, typed: str) -> Choices:
    """Forms by question, the open ones first; for organisers."""
    return await _rounds(interaction, typed, (FORM,))


@or_nothing
async def complete_open_rounds(interaction: discord.Interaction, typed: str) -> Choices:
    """Whatever is asked and open, by question; for organisers."""
    visit = await organiser(interaction)
    if visit is None:
        return []
    there = await rounds.listing(visit.app, visit.community.id, State.OPEN)
    return choices(visit.wording, [(one.question, one.id) for one in there], typed)


async def _rounds(interaction: discord.Interaction, typed: str, kinds: Container[str]) -> Choices:
    visit = await organiser(interaction)
    if visit is None:
        return []
    found = []
    for state in (State.OPEN, State.DRAFT, State.CLOSED, State.CANCELLED):
        some = await rounds.listing(visit.app, visit.community.id, state)
        found += [(_name_of(visit, one), one.id) for one in reversed(some) if one.kind in kinds]
    return choices(visit.wording, found, typed)


def _name_of(visit: Visit, one: Round) -> str:
    """A round's question; boxes and check-ins ask the same again, and are told apart by when they close."""
    if one.box or one.checkin:
        closes = tell_moment(one.closes_ms, visit.community.zone)
        return visit.label("box-named", CHOICE_NAME, when=closes, question=one.question)
    return one.question or visit.label("poll-no-question")


async def round_named(visit: Visit, question: str) -> Round:
    """The round that was chosen, or whose question was typed in full; raises Refusal ``round-unknown``."""
    require_organiser(visit.person, visit.community.roles)
    states = (State.OPEN, State.DRAFT, State.CLOSED, State.CANCELLED)
    there = {one.id: one for one in await rounds.listing(visit.app, visit.community.id, *states)}
    number = the_one(question, [(one.question, one.id) for one in there.values()], "round-unknown")
    return there[number]


def the_one(typed: str, found: Iterable[tuple[str, int]], unknown: str) -> int:
    """The number that was chosen, or that of the one thing with the name that was typed.

    Raises:
        Refusal: ``unknown`` where nothing has that name, ``name-unclear`` where several have: what is done to
            the wrong one can't be undone.
    """
    named = {
        number for name, number in found if typed == f"#{number}" or (name and same(name) == same(typed))
    }
    if not named:
        raise Refusal(unknown)
    if len(named) > 1:
        raise Refusal("name-unclear", count=len(named))
    return named.pop()


async def organiser(interaction: discord.Interaction) -> Visit | None:
    """The visit of whoever types, where they are an organiser."""
    host = cast(Host, interaction.client)
    try:
        visit = await arrive(interaction, host.app, host.wording, Course())
        require_organiser(visit.person, visit.community.roles)
    except Refusal:
        return None
    return visit


def choices(wording: Wording, found: list[tuple[str, int]], typed: str) -> Choices:
    """What fits what was typed, of names with our numbers."""
    wanted = same(typed)
    fitting = [number for name, number in found if wanted in same(name)]
    named = numbered(RoundWords(wording, "en"), ((number, name) for name, number in found))
    return [
        app_commands.Choice(
            name=wording.label("en", "plain", CHOICE_NAME, text=named[number]), value=f"#{number}"
        )
        for number in fitting[:CHOICES]
    ]
