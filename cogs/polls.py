"""``/poll``: opening polls, closing them, their results."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain import kinds
from bot.domain.asks import ASK
from bot.domain.forms import FORM
from bot.domain.people import require_organiser
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.domain.weighing import WEIGH
from bot.services import drafts, initiatives, records, rounds, weighing
from cogs.draft_cards import draft_card
from cogs.ui.cards import Card, Field, Form, button
from cogs.ui.completion import complete_initiatives, complete_rounds, round_named
from cogs.ui.custom_ids import CustomId
from cogs.ui.dictionary import dictionary
from cogs.ui.limits import FORM_LABEL, FORM_TITLE
from cogs.ui.naming import apart
from cogs.ui.round_cards import RoundWords, public
from cogs.ui.router import Router, pressed
from cogs.ui.times import moment
from cogs.ui.visit import Visit
from cogs.ui.weigh_results import result_lines, with_picture

POLLS = frozenset(kinds.KINDS)
KINDS = [
    app_commands.Choice(name="Pick one: each person chooses one option", value="pick"),
    app_commands.Choice(name="Approve any: each person says yes to all they like", value="approve"),
]


class Polls(commands.Cog):
    """Organisers' polls."""

    poll = app_commands.Group(name="poll", description="Let people choose (organisers)", guild_only=True)

    def __init__(self, router: Router) -> None:
        self._router = router

    @poll.command(name="open", description="Prepare a poll. Nobody sees it before you press Publish")
    @app_commands.describe(
        initiative="Which project it belongs to",
        kind="How people choose",
        channel="Where to post it, if not in the have-your-say channel",
    )
    @app_commands.choices(kind=KINDS)
    @app_commands.autocomplete(initiative=complete_initiatives)
    async def open(
        self,
        interaction: discord.Interaction,
        initiative: str,
        kind: app_commands.Choice[str] | None = None,
        channel: discord.TextChannel | discord.Thread | None = None,
    ) -> None:
        """Begin a draft, and show its card."""
        place = str(channel.id) if channel else ""
        await self._router.answer(interaction, self._open, initiative, kind.value if kind else "pick", place)

    async def _open(self, visit: Visit, initiative: str, kind: str, place: str) -> None:
        on = await initiatives.find(visit.app, visit.community.id, initiative)
        made = await drafts.begin(visit.app, visit.person, on.id, kind, place)
        await visit.show(await draft_card(visit, made.id))

    @pressed("poll-new")
    async def new(self, visit: Visit, pressed: CustomId) -> None:
        """The desk's button for the same."""
        made = await drafts.begin(visit.app, visit.person, pressed.subject, "pick")
        await visit.show(await draft_card(visit, made.id))

    @poll.command(name="show", description="See a poll as it stands, with what you can do about it")
    @app_commands.describe(question="Which poll")
    @app_commands.autocomplete(question=complete_rounds)
    async def show(self, interaction: discord.Interaction, question: str) -> None:
        """Show a poll."""
        await self._router.answer(interaction, self._show, question)

    async def _show(self, visit: Visit, question: str) -> None:
        asked = await round_named(visit, question)
        await self.manage(visit, CustomId("poll", asked.id))

    @pressed("poll")
    async def manage(self, visit: Visit, pressed: CustomId) -> None:
        """An organiser's private card for a poll."""
        await visit.show(await manage_card(visit, pressed.subject))

    @poll.command(name="list", description="Every poll of this community: drafts, open and closed")
    async def listing(self, interaction: discord.Interaction) -> None:
        """List all polls."""
        await self._router.answer(interaction, self._list)

    async def _list(self, visit: Visit) -> None:
        await visit.show(await list_card(visit, asks=False))

    @poll.command(name="close", description="Close a poll before its time, with a public reason")
    @app_commands.describe(question="Which poll", reason="Everybody will read this")
    @app_commands.autocomplete(question=complete_rounds)
    async def close(self, interaction: discord.Interaction, question: str, reason: str) -> None:
        """Close a poll early."""
        await self._router.answer(interaction, self._close, question, reason)

    async def _close(self, visit: Visit, question: str, reason: str) -> None:
        asked = await round_named(visit, question)
        await rounds.close_early(visit.app, visit.person, asked.id, reason)
        await visit.tell("poll-closed-now")

    @pressed("poll-close", "poll-cancel")
    async def ask_reason(self, visit: Visit, pressed: CustomId) -> None:
        """Ask for the public reason before ending a poll."""
        require_organiser(visit.person, visit.community.roles)
        if (await rounds.look(visit.app, visit.community.id, pressed.subject)).round.state is not State.OPEN:
            raise Refusal("round-over")
        title = visit.label(f"{pressed.verb}-title", FORM_TITLE)
        field = Field("reason", visit.label("reason-public", FORM_LABEL), long=True, longest=500)
        await visit.ask(Form(title, CustomId(f"{pressed.verb}-now", pressed.subject), [field]))

    @pressed("poll-close-now", opened_by="poll-close")
    async def close_now(self, visit: Visit, pressed: CustomId) -> None:
        """Close early, with the reason that was sent."""
        await rounds.close_early(visit.app, visit.person, pressed.subject, visit.text("reason"))
        await visit.tell("poll-closed-now")

    @pressed("poll-cancel-now", opened_by="poll-cancel")
    async def cancel_now(self, visit: Visit, pressed: CustomId) -> None:
        """Cancel, with the reason that was sent."""
        await rounds.cancel(visit.app, visit.person, pressed.subject, visit.text("reason"))
        await visit.tell("poll-cancelled-now")

    @poll.command(name="results", description="The result of a poll. Nobody sees it before the close")
    @app_commands.describe(question="Which poll")
    @app_commands.autocomplete(question=complete_rounds)
    async def results(self, interaction: discord.Interaction, question: str) -> None:
        """Show a closed poll's result."""
        await self._router.answer(interaction, self._results, question)

    async def _results(self, visit: Visit, question: str) -> None:
        require_organiser(visit.person, visit.community.roles)
        asked = await round_named(visit, question)
        look = await rounds.look(visit.app, visit.community.id, asked.id)
        if look.result is None and look.counts is None:
            raise Refusal("results-never" if asked.state is State.CANCELLED else "results-later")
        await self.manage(visit, CustomId("poll", asked.id))

    @poll.command(name="export", description="A closed poll's numbers as files, for you alone")
    @app_commands.describe(question="Which poll")
    @app_commands.autocomplete(question=complete_rounds)
    async def export(self, interaction: discord.Interaction, question: str) -> None:
        """Hand over a result as files."""
        await self._router.answer(interaction, self._export, question)

    async def _export(self, visit: Visit, question: str) -> None:
        asked = await round_named(visit, question)
        await self.export_now(visit, CustomId("poll-export", asked.id))

    @pressed("poll-export")
    async def export_now(self, visit: Visit, pressed: CustomId) -> None:
        """The files of a closed poll."""
        files = await records.results(visit.app, visit.person, pressed.subject)
        card = Card().text(visit.say("poll-export-here"))
        for name, data in files.items():
            card.attachment(name, data)
        name, data = dictionary(visit, "option", dict.fromkeys((*records.COLUMNS, *records.FACTS)))
        await visit.show(card.attachment(name, data))


async def manage_card(visit: Visit, which: int) -> Card:
    """An organiser's private card for a round: a draft's, or the public one with what can be done."""
    require_organiser(visit.person, visit.community.roles)
    look = await rounds.look(visit.app, visit.community.id, which)
    asked = look.round
    if asked.state is State.DRAFT:
        return await draft_card(visit, asked.id)
    words = RoundWords(visit.wording, visit.language)
    card = public(look, words, pressable=False)
    if look.result is not None and asked.kind == WEIGH:
        found = await weighing.outcome(visit.app, visit.community.id, which)
        await with_picture(card.text(*result_lines(words, found)), words, found)
    elif look.result is not None:
        card.text(*words.result(asked, look.result))
    if asked.kind == ASK:
        card.buttons(
            button(visit.label("ask-press-summary"), "ask-summary", which, style="primary"),
            button(visit.label("ask-press-meeting"), "meeting", which) if asked.state is State.OPEN else None,
        )
    elif look.result is not None:
        verb = {WEIGH: "weigh-export", FORM: "feedback-export"}.get(asked.kind, "poll-export")
        card.buttons(button(visit.label("poll-press-export"), verb, which))
    elif asked.kind == WEIGH and asked.state is State.OPEN:
        card.buttons(button(visit.label("statements-press"), "statements", which))
    if asked.state is State.OPEN:
        on_paper = asked.kind != FORM and not asked.sealed
        card.text(visit.say("answers-number", number=which) if on_paper else "")
        card.buttons(
            button(visit.label("answers-press-print"), "answers-print", which) if on_paper else None,
            button(visit.label("answers-press-enter"), "answers-enter", which) if on_paper else None,
            button(visit.label("poll-press-close"), "poll-close", which),
            button(visit.label("poll-press-cancel"), "poll-cancel", which, style="danger"),
        )
    return card


async def list_card(visit: Visit, *, asks: bool) -> Card:
    """Every poll, or every ask: drafts first, then what is open, then what is over."""
    require_organiser(visit.person, visit.community.roles)
    card = Card().text(visit.say("ask-list-title" if asks else "poll-list-title"))
    there = False
    states = (State.DRAFT, State.OPEN, State.CLOSED, State.CANCELLED)
    every = await rounds.listing(visit.app, visit.community.id, *states)
    named = apart(visit, every)
    for state in states:
        listed = [one for one in every if one.state is state]
        found = [one for one in listed if (one.kind == ASK if asks else one.kind in POLLS)]
        there = there or bool(found)
        card.text(*(_line(visit, one, named[one.id]) for one in found[-15:]))
    return card if there else card.text(visit.say("ask-list-none" if asks else "poll-list-none"))


def _line(visit: Visit, one: Round, question: str) -> str:
    when = moment(one.closes_ms) if one.closes_ms else visit.say("poll-no-closing")
    return visit.say(f"poll-line-{one.state}", question=question, when=when)
