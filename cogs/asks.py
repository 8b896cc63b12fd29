"""``/ask``: asking people what is wrong and what could be done, in their own words."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.asks import ASK
from bot.domain.contributions import OUTCOMES, PARENTS, Fate
from bot.domain.people import Standing, require_organiser
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.services import ask_summaries, drafts, initiatives, rounds
from bot.services.ask_summaries import AskSummary
from bot.wording import Markup
from cogs.draft_cards import draft_card
from cogs.polls import list_card, manage_card
from cogs.ui.cards import Card, Option, button, choose
from cogs.ui.completion import (
    ask_named,
    complete_ask_rounds,
    complete_asks,
    complete_initiatives,
    round_named,
)
from cogs.ui.custom_ids import CustomId
from cogs.ui.dictionary import dictionary
from cogs.ui.idea_cards import short
from cogs.ui.limits import SELECT_LABEL, SELECT_OPTIONS
from cogs.ui.router import Router, pressed
from cogs.ui.visit import Visit


class Asks(commands.Cog):
    """Organisers' asks."""

    ask = app_commands.Group(
        name="ask", description="Ask people in their own words (organisers)", guild_only=True
    )

    def __init__(self, router: Router) -> None:
        self._router = router

    @ask.command(name="open", description="Prepare an ask. Nobody sees it before you press Publish")
    @app_commands.describe(
        initiative="Which project it belongs to",
        ask="What you ask for",
        channel="Where to post it, if not in the have-your-say channel",
    )
    @app_commands.autocomplete(initiative=complete_initiatives, ask=complete_asks)
    async def open(
        self,
        interaction: discord.Interaction,
        initiative: str,
        ask: str,
        channel: discord.TextChannel | discord.Thread | None = None,
    ) -> None:
        """Begin a draft, and show its card."""
        place = str(channel.id) if channel else ""
        await self._router.answer(interaction, self._open, initiative, ask, place)

    async def _open(self, visit: Visit, initiative: str, ask: str, place: str) -> None:
        on = await initiatives.find(visit.app, visit.community.id, initiative)
        name = ask_named(visit, ask)
        made = await drafts.begin(visit.app, visit.person, on.id, ASK, place, ask=name)
        await visit.show(await draft_card(visit, made.id))

    @pressed("ask-for")
    async def ask_for(self, visit: Visit, pressed: CustomId) -> None:
        """What to ask for, in a project."""
        require_organiser(visit.person, visit.community.roles)
        await initiatives.standing(visit.app, visit.community.id, pressed.subject)
        options = [
            Option(visit.label("plain", SELECT_LABEL, text=one.title), name)
            for name, one in list(visit.app.asks.items())[:SELECT_OPTIONS]
        ]
        hint = visit.label("ask-which")
        card = Card().text(visit.say("ask-which"))
        await visit.show(card.choice(choose(CustomId("ask-new", pressed.subject), options, hint)))

    @pressed("ask-new")
    async def new(self, visit: Visit, pressed: CustomId) -> None:
        """The desk's way to a draft."""
        name = next(iter(visit.values), "")
        made = await drafts.begin(visit.app, visit.person, pressed.subject, ASK, ask=name)
        await visit.show(await draft_card(visit, made.id))

    @ask.command(name="show", description="See an ask as it stands, with what you can do about it")
    @app_commands.describe(question="Which ask")
    @app_commands.autocomplete(question=complete_ask_rounds)
    async def show(self, interaction: discord.Interaction, question: str) -> None:
        """Show an ask."""
        await self._router.answer(interaction, self._show, question)

    async def _show(self, visit: Visit, question: str) -> None:
        await visit.show(await manage_card(visit, (await ask_round(visit, question)).id))

    @ask.command(name="list", description="Every ask of this community: drafts, open and closed")
    async def listing(self, interaction: discord.Interaction) -> None:
        """List all asks."""
        await self._router.answer(interaction, self._list)

    async def _list(self, visit: Visit) -> None:
        await visit.show(await list_card(visit, asks=True))

    @ask.command(name="close", description="Close an ask before its time, with a public reason")
    @app_commands.describe(question="Which ask", reason="Everybody will read this")
    @app_commands.autocomplete(question=complete_ask_rounds)
    async def close(self, interaction: discord.Interaction, question: str, reason: str) -> None:
        """Close an ask early."""
        await self._router.answer(interaction, self._close, question, reason)

    async def _close(self, visit: Visit, question: str, reason: str) -> None:
        asked = await ask_round(visit, question)
        await rounds.close_early(visit.app, visit.person, asked.id, reason)
        await visit.tell("poll-closed-now")

    @ask.command(name="summary", description="What came out of an ask so far: numbers and the most supported")
    @app_commands.describe(question="Which ask")
    @app_commands.autocomplete(question=complete_ask_rounds)
    async def summary(self, interaction: discord.Interaction, question: str) -> None:
        """Summarise an ask."""
        await self._router.answer(interaction, self._summary, question)

    async def _summary(self, visit: Visit, question: str) -> None:
        await self.summarise(visit, CustomId("ask-summary", (await ask_round(visit, question)).id))

    @pressed("ask-summary")
    async def summarise(self, visit: Visit, pressed: CustomId) -> None:
        """An ask in numbers, with a way to every word."""
        found = await ask_summaries.summarise(visit.app, visit.person, pressed.subject)
        card = Card().text(*_summary_lines(visit, found))
        await visit.show(
            card.buttons(
                button(visit.label("ask-press-next"), "next", style="primary") if found.unread else None,
                button(visit.label("ask-press-files"), "ask-export", pressed.subject),
            )
        )

    @ask.command(name="export", description="Every word of an ask as files, for you alone, without authors")
    @app_commands.describe(question="Which ask")
    @app_commands.autocomplete(question=complete_ask_rounds)
    async def export(self, interaction: discord.Interaction, question: str) -> None:
        """Hand over an ask as files."""
        await self._router.answer(interaction, self._export, question)

    async def _export(self, visit: Visit, question: str) -> None:
        await self.export_now(visit, CustomId("ask-export", (await ask_round(visit, question)).id))

    @pressed("ask-export")
    async def export_now(self, visit: Visit, pressed: CustomId) -> None:
        """The files of an ask."""
        card = Card().text(visit.say("ask-export-here"))
        for name, data in (await ask_summaries.files(visit.app, visit.person, pressed.subject)).items():
            card.attachment(name, data)
        asked = (await rounds.look(visit.app, visit.community.id, pressed.subject)).round
        fields = {field.name: field.label for field in rounds.ask_of(visit.app, asked).fields}
        name, data = dictionary(visit, "idea", (*ask_summaries.COLUMNS, *ask_summaries.FACTS), fields)
        await visit.show(card.attachment(name, data))


async def ask_round(visit: Visit, question: str) -> Round:
    """The ask that was chosen, or whose question was typed; raises Refusal ``round-unknown``."""
    asked = await round_named(visit, question)
    if asked.kind != ASK:
        raise Refusal("round-unknown")
    return asked


def _summary_lines(visit: Visit, found: AskSummary) -> list[str]:
    there = found.brought
    lines: list[str] = [
        visit.say("ask-summary-title", question=found.round.question or visit.label("poll-no-question")),
        visit.say("ask-summary-ideas", count=there, people=found.people),
        visit.say("ask-summary-present", count=found.present) if found.present else "",
        visit.say("ask-summary-new", count=found.new) if there else "",
        visit.say(
            "ask-summary-states",
            accepted=found.standing,
            declined=found.states.get(Fate.DECLINED, 0),
            waiting=found.states.get(Fate.RECEIVED, 0),
        ),
    ]
    told = [
        visit.say(f"ask-summary-{state}", count=found.states[state])
        for state in (*PARENTS, *OUTCOMES)
        if found.states.get(state)
    ]
    lines.append(visit.say("ask-summary-fates", each=Markup(" ".join(told))) if told else "")
    if found.standings is None:
        apart = len(visit.community.roles.standings(found.round.audience)) > 1
        lines.append(visit.say("ask-summary-standings-later") if apart else "")
    elif len(found.standings) > 1:
        who = ", ".join(
            visit.say(f"standing-{one}", count=found.standings[one])
            for one in Standing
            if one in found.standings
        )
        lines.append(visit.say("result-standings", who=Markup(who)))
    for field in found.ask.fields[1:]:
        if field.name in found.chosen:
            each = Markup(", ".join(
                visit.say("ask-summary-option", text=text, count=count)
                for text, count in found.chosen[field.name].items()
            ))  # fmt: skip
            lines.append(visit.say("ask-summary-chosen", label=field.label, each=each))
        else:
            lines.append(visit.say("ask-summary-said", label=field.label, count=found.said[field.name]))
    if found.top:
        lines.append(visit.say("ask-summary-top"))
    lines += [
        visit.say(
            "ideas-line",
            number=one.contribution.id,
            text=short(visit, one.contribution, found.ask),
            count=one.contribution.supporters,
        )
        for one in found.top
    ]
    if found.unread:
        numbers = ", ".join(map(str, found.unread))
        lines.append(visit.say("ask-summary-unread", count=found.states[Fate.RECEIVED], numbers=numbers))
    if found.round.state is State.DRAFT:
        lines.append(visit.say("ask-summary-draft"))
    return lines
