"""``/weigh``: people read statements one after another and say where they stand."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.asks import Said
from bot.domain.people import require_organiser
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.domain.text import listed
from bot.domain.weighing import WEIGH
from bot.services import drafts, initiatives, rounds, weighing, weighing_files
from bot.services.weighing import MOST_ADDED
from cogs.draft_cards import draft_card
from cogs.polls import manage_card
from cogs.ui.cards import Card, Field, Form
from cogs.ui.completion import complete_ask_rounds, complete_initiatives, complete_weighings, round_named
from cogs.ui.custom_ids import SEPARATOR, CustomId, is_number, page_of
from cogs.ui.dictionary import dictionary
from cogs.ui.idea_cards import first_words, form
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE
from cogs.ui.router import Router, pressed
from cogs.ui.visit import Visit
from cogs.weigh_turns import Trail, rest_card, stood_card, turn_card


async def turn_afresh(visit: Visit, pressed: CustomId, line: str) -> Card:
    """The statement that somebody voted on, as it is now."""
    [number, *trail], _ = _voted(pressed)
    turn = await weighing.turn(visit.app, visit.person, pressed.subject, number)
    return turn_card(visit, turn, trail, line)


def _voted(pressed: CustomId) -> tuple[list[int], str]:
    """The statement voted on with the way back from it, and the vote's name."""
    number, _, rest = pressed.rest.partition(SEPARATOR)
    name, _, trail = rest.partition(SEPARATOR)
    return _numbers([number, *(trail.split(SEPARATOR) if trail else [])]), name


class Weighing(commands.Cog):
    """Weighings: the organisers' commands, and the cards that residents answer on."""

    weigh = app_commands.Group(
        name="weigh",
        description="Let people say where they stand on statements (organisers)",
        guild_only=True,
    )

    def __init__(self, router: Router) -> None:
        self._router = router

    @weigh.command(name="open", description="Prepare a weighing. Nobody sees it before you press Publish")
    @app_commands.describe(
        initiative="Which project it belongs to",
        ideas="The ask whose ideas people weigh; leave it out to write all statements yourself",
        channel="Where to post it, if not in the have-your-say channel",
    )
    @app_commands.autocomplete(initiative=complete_initiatives, ideas=complete_ask_rounds)
    async def open(
        self,
        interaction: discord.Interaction,
        initiative: str,
        ideas: str = "",
        channel: discord.TextChannel | discord.Thread | None = None,
    ) -> None:
        """Begin a draft, and show its card."""
        place = str(channel.id) if channel else ""
        await self._router.answer(interaction, self._open, initiative, ideas, place)

    async def _open(self, visit: Visit, initiative: str, ideas: str, place: str) -> None:
        require_organiser(visit.person, visit.community.roles)
        on = await initiatives.find(visit.app, visit.community.id, initiative)
        source = (await round_named(visit, ideas)).id if ideas else 0
        made = await drafts.begin(visit.app, visit.person, on.id, WEIGH, place, source=source)
        await visit.show(await draft_card(visit, made.id))

    @pressed("weigh-new")
    async def new(self, visit: Visit, pressed: CustomId) -> None:
        """The desk's button for the same, with the ideas of an ask."""
        require_organiser(visit.person, visit.community.roles)
        asked = (await rounds.look(visit.app, visit.community.id, pressed.subject)).round
        made = await drafts.begin(visit.app, visit.person, asked.initiative, WEIGH, source=asked.id)
        await visit.show(await draft_card(visit, made.id))

    @weigh.command(name="show", description="See a weighing as it stands, with what you can do about it")
    @app_commands.describe(question="Which weighing")
    @app_commands.autocomplete(question=complete_weighings)
    async def show(self, interaction: discord.Interaction, question: str) -> None:
        """Show a weighing."""
        await self._router.answer(interaction, self._show, question)

    async def _show(self, visit: Visit, question: str) -> None:
        await visit.show(await manage_card(visit, (await _weighing(visit, question)).id))

    @weigh.command(name="close", description="Close a weighing before its time, with a public reason")
    @app_commands.describe(question="Which weighing", reason="Everybody will read this")
    @app_commands.autocomplete(question=complete_weighings)
    async def close(self, interaction: discord.Interaction, question: str, reason: str) -> None:
        """Close a weighing early."""
        await self._router.answer(interaction, self._close, question, reason)

    async def _close(self, visit: Visit, question: str, reason: str) -> None:
        asked = await _weighing(visit, question)
        await rounds.close_early(visit.app, visit.person, asked.id, reason)
        await visit.tell("poll-closed-now")

    @weigh.command(name="results", description="The result of a weighing. Nobody sees it before the close")
    @app_commands.describe(question="Which weighing")
    @app_commands.autocomplete(question=complete_weighings)
    async def results(self, interaction: discord.Interaction, question: str) -> None:
        """Show a closed weighing's result."""
        await self._router.answer(interaction, self._results, question)

    async def _results(self, visit: Visit, question: str) -> None:
        asked = await _weighing(visit, question)
        await weighing.outcome(visit.app, visit.community.id, asked.id)
        await visit.show(await manage_card(visit, asked.id))

    @weigh.command(name="export", description="A closed weighing's numbers as files, for you alone")
    @app_commands.describe(question="Which weighing")
    @app_commands.autocomplete(question=complete_weighings)
    async def export(self, interaction: discord.Interaction, question: str) -> None:
        """Hand over a result as files."""
        await self._router.answer(interaction, self._export, question)

    async def _export(self, visit: Visit, question: str) -> None:
        await self.export_now(visit, CustomId("weigh-export", (await _weighing(visit, question)).id))

    @pressed("weigh-export")
    async def export_now(self, visit: Visit, pressed: CustomId) -> None:
        """The files of a closed weighing, with what each column means."""
        files = await weighing_files.files(visit.app, visit.person, pressed.subject)
        card = Card().text(visit.say("weigh-export-here"))
        for name, data in files.items():
            card.attachment(name, data)
        name, data = dictionary(visit, "statement", (*weighing_files.COLUMNS, *weighing_files.FACTS))
        await visit.show(card.attachment(name, data))

    @pressed("statements")
    async def write(self, visit: Visit, pressed: CustomId) -> None:
        """The form for statements of an organiser's own."""
        require_organiser(visit.person, visit.community.roles)
        asked = (await rounds.look(visit.app, visit.community.id, pressed.subject)).round
        if asked.kind != WEIGH or asked.state not in (State.DRAFT, State.OPEN):
            raise Refusal("round-over")
        hint = visit.label("statements-hint", FORM_HINT, count=MOST_ADDED)
        field = Field("statements", visit.label("statements-field", FORM_LABEL), hint, long=True)
        to = CustomId("statements-add", pressed.subject)
        await visit.ask(Form(visit.label("statements-form", FORM_TITLE), to, [field]))

    @pressed("statements-add", opened_by="statements")
    async def add(self, visit: Visit, pressed: CustomId) -> None:
        """Keep an organiser's statements, a line each."""
        lines = listed(visit.text("statements"))
        await weighing.add(visit.app, visit.person, pressed.subject, lines)
        await visit.show(await manage_card(visit, pressed.subject))

    @pressed("weigh")
    async def go_on(self, visit: Visit, pressed: CustomId) -> None:
        """The next statement; before the first, once, the privacy notice."""
        await weigh_on(visit, pressed.subject)

    @pressed("weigh-vote", afresh=turn_afresh)
    async def vote(self, visit: Visit, pressed: CustomId) -> None:
        """Keep a vote, and show the next statement; after so many, say thanks."""
        before, name = _voted(pressed)
        number, seen = before[0], pressed.version
        rests = await weighing.vote(visit.app, visit.person, pressed.subject, number, name, seen)
        turn = await weighing.turn(visit.app, visit.person, pressed.subject)
        path = [*before[1:], before[0]]
        await visit.show(rest_card(visit, turn, path) if rests else turn_card(visit, turn, path))

    @pressed("weigh-back")
    async def back(self, visit: Visit, pressed: CustomId) -> None:
        """The statement before, to say something else of it."""
        *trail, number = _numbers(pressed.argument.split(SEPARATOR))
        await weigh_on(visit, pressed.subject, number, trail)

    @pressed("weigh-pick")
    async def pick(self, visit: Visit, pressed: CustomId) -> None:
        """A statement chosen out of those that somebody has read."""
        [number] = _numbers(visit.values[:1])
        await weigh_on(visit, pressed.subject, number)

    @pressed("weigh-say")
    async def say(self, visit: Visit, pressed: CustomId) -> None:
        """The one box, with a statement's words in it, to say it better."""
        [number] = _numbers([pressed.argument])
        turn = await weighing.turn(visit.app, visit.person, pressed.subject, number)
        assert turn.statement is not None
        box = rounds.ask_of(visit.app, turn.round).box
        said: Said = {box.name: (first_words(turn.statement, None)[: box.longest],)}
        await visit.ask(form(visit, "weigh-say-form", CustomId("tell-send", pressed.subject), box, said))

    @pressed("weigh-mine")
    async def mine(self, visit: Visit, pressed: CustomId) -> None:
        """Where somebody stands; after the close, on how many with most."""
        stood = await weighing.stood(visit.app, visit.person, pressed.subject, page_of(pressed))
        asked, now = stood.round, visit.app.clock.now_ms()
        can_change = asked.state is State.OPEN and now < asked.closes_ms
        await visit.show(stood_card(visit, stood, can_change=can_change))


async def weigh_on(visit: Visit, which: int, number: int = 0, trail: Trail = ()) -> None:
    """The next statement of a weighing, or one to go back to; before the first, once, the privacy notice."""
    turn = await weighing.turn(visit.app, visit.person, which, number)
    await visit.show(turn_card(visit, turn, trail))


def _numbers(parts: list[str] | tuple[str, ...]) -> list[int]:
    if not parts or not all(is_number(part) for part in parts):
        raise Refusal("button-unknown")
    return [int(part) for part in parts]


async def _weighing(visit: Visit, question: str) -> Round:
    """The weighing that was chosen, or whose question was typed; raises Refusal ``round-unknown``."""
    asked = await round_named(visit, question)
    if asked.kind != WEIGH:
        raise Refusal("round-unknown")
    return asked
