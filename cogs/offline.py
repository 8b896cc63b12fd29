"""``/answers``: printing forms, entering what came on paper, by phone or at a meeting, and confirming it."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord import app_commands
from discord.ext import commands

from bot import forms
from bot.domain.asks import ASK, in_one
from bot.domain.kinds import KINDS
from bot.domain.paper_answers import ANSWER, Cells, read_lines
from bot.domain.papers import Came, read_came, read_standing
from bot.domain.people import Standing, require_organiser
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.domain.weighing import NAMES, WEIGH, votes_of
from bot.services import batches, papers, printing, rounds
from bot.services.batches import Waiting
from bot.services.papers import MOST_COPIES
from bot.services.rounds import ask_of
from cogs.ui.cards import Card, Field, Form, Option, button
from cogs.ui.completion import complete_open_rounds, round_named
from cogs.ui.custom_ids import CustomId
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE, SELECT_LABEL
from cogs.ui.naming import apart
from cogs.ui.router import Router, pressed
from cogs.ui.times import moment
from cogs.ui.visit import Visit
from cogs.worries import worry_button

COPIES = 20
"""How many forms a press of the button makes."""
SHOWN = 10
"""How many batches are listed at a time."""


async def batch_card(visit: Visit, pressed: CustomId, *lines: str) -> Card:
    """One batch, with some of its answers, and what a second organiser can do with it."""
    one = await batches.look(visit.app, visit.person, pressed.subject)
    card = Card().text(
        *lines,
        _line(visit, one, apart(visit, [one.round])),
        visit.say("answers-sample", count=len(one.sample)),
    )
    card.text(*(
        visit.say("answers-line", receipt=paper.receipt, came=visit.say(f"came-{paper.came}"),
                  said=_said(one.round, said))
        for paper, said in one.sample
    ))  # fmt: skip
    if one.letters:
        card.text(
            visit.say("answers-letters", count=one.letters),
            *(visit.say("answers-letter", receipt=receipt, words=words) for receipt, words in one.examples),
        )
    card.text(visit.say("refusal-batch-own") if one.own else visit.say("answers-check"))
    which, seen = one.batch.id, one.version
    return card.buttons(
        button(visit.label("answers-press-confirm", count=one.count), "answers-confirm", which, seen,
               style="primary") if not one.own else None,
        button(visit.label("answers-press-back"), "answers-back", which, seen),
        button(visit.label("answers-press-waiting"), "answers"),
        worry_button(visit, one.round.id),
    )  # fmt: skip


class Offline(commands.Cog):
    """For those who are not in the chat."""

    answers = app_commands.Group(
        name="answers",
        description="Answers on paper, by phone or at a meeting (organisers)",
        guild_only=True,
    )

    def __init__(self, router: Router) -> None:
        self._router = router

    @answers.command(name="print", description="Make large-print forms for people who are not online")
    @app_commands.describe(
        question="Which question; it must be open", copies="How many; each has a receipt number"
    )
    @app_commands.autocomplete(question=complete_open_rounds)
    async def print(
        self,
        interaction: discord.Interaction,
        question: str,
        copies: app_commands.Range[int, 1, MOST_COPIES] = COPIES,
    ) -> None:
        """Make forms."""
        await self._router.answer(interaction, self._print, question, copies)

    async def _print(self, visit: Visit, question: str, copies: int) -> None:
        await _forms(visit, (await round_named(visit, question)).id, copies)

    @pressed("answers-print")
    async def print_some(self, visit: Visit, pressed: CustomId) -> None:
        """The same from a question's card."""
        await _forms(visit, pressed.subject, COPIES)

    @answers.command(
        name="enter", description="Type in one answer that was given on paper, by phone or at a meeting"
    )
    @app_commands.describe(question="Which question; it must be open")
    @app_commands.autocomplete(question=complete_open_rounds)
    async def enter(self, interaction: discord.Interaction, question: str) -> None:
        """Ask for an answer."""
        await self._router.answer(interaction, self._enter, question)

    async def _enter(self, visit: Visit, question: str) -> None:
        await self.ask(visit, CustomId("answers-enter", (await round_named(visit, question)).id))

    @pressed("answers-enter")
    async def ask(self, visit: Visit, pressed: CustomId) -> None:
        """The form for one answer."""
        require_organiser(visit.person, visit.community.roles)
        asked = (await rounds.look(visit.app, visit.community.id, pressed.subject)).round
        if asked.state is not State.OPEN:
            raise Refusal("round-closed" if asked.opened_ms else "round-not-open")
        standings = [one for one in Standing if not asked.audience or one in asked.audience]
        fields = [
            Field("receipt", visit.label("answers-field-receipt", FORM_LABEL),
                  visit.label("answers-hint-receipt", FORM_HINT), required=False, longest=20),
            _answer_field(visit, asked),
            Field("came", visit.label("answers-field-came", FORM_LABEL),
                  options=[Option(visit.label(f"came-{one}"), one, one is Came.PAPER) for one in Came]),
            Field("standing", visit.label("answers-field-standing", FORM_LABEL),
                  options=[
                      Option(visit.label(f"paper-am-{one}"), one, one is standings[0]) for one in standings
                  ]),
        ]  # fmt: skip
        title = visit.label("answers-form", FORM_TITLE)
        await visit.ask(Form(title, CustomId("answers-send", asked.id), fields))

    @pressed("answers-send", opened_by="answers-enter")
    async def send(self, visit: Visit, pressed: CustomId) -> None:
        """Keep one answer, until a second organiser confirms it."""
        require_organiser(visit.person, visit.community.roles)
        asked = (await rounds.look(visit.app, visit.community.id, pressed.subject)).round
        came, standing = read_came(visit.text("came")), read_standing(visit.text("standing"))
        entered = await papers.enter(
            visit.app, visit.person, asked.id, visit.text("receipt"), came, standing, _cells(visit, asked)
        )
        card = Card().text(
            visit.say("answers-entered", receipt=entered.receipt),
            visit.say("answers-wait", count=entered.waiting, when=moment(asked.closes_ms)),
            visit.say("answers-second"),
        )
        await visit.show(
            card.buttons(
                button(visit.label("answers-press-enter"), "answers-enter", asked.id, style="primary"),
                button(visit.label("answers-press-waiting"), "answers"),
            )
        )

    @answers.command(name="waiting", description="Answers that wait for a second organiser before they count")
    async def waiting(self, interaction: discord.Interaction) -> None:
        """List what waits."""
        await self._router.answer(interaction, self.listing, None)

    @pressed("answers")
    async def listing(self, visit: Visit, _: CustomId | None) -> None:
        """What waits, a button each."""
        there = await batches.waiting(visit.app, visit.person)
        if not there:
            await visit.tell("answers-none")
            return
        named = apart(visit, (one.round for one in there))
        card = Card().text(visit.say("answers-title"), *(_line(visit, one, named) for one in there[:SHOWN]))
        await visit.show(
            card.buttons(
                *(button(visit.label("answers-press-look", number=one.batch.id, question=named[one.round.id]),
                         "answers-look", one.batch.id)
                  for one in there[:SHOWN])
            )
        )  # fmt: skip

    @pressed("answers-look")
    async def look(self, visit: Visit, pressed: CustomId) -> None:
        """One batch, with some of its answers."""
        await visit.show(await batch_card(visit, pressed))

    @pressed("answers-confirm", afresh=batch_card)
    async def confirm(self, visit: Visit, pressed: CustomId) -> None:
        """Let a batch count, as it was seen."""
        count = await batches.confirm(visit.app, visit.person, pressed.subject, pressed.version)
        await visit.tell("answers-confirmed", count=count)

    @pressed("answers-back", afresh=batch_card)
    async def send_back(self, visit: Visit, pressed: CustomId) -> None:
        """Drop a batch, so that it can be entered anew."""
        count = await batches.send_back(visit.app, visit.person, pressed.subject, pressed.version)
        await visit.tell("answers-sent-back", count=count)


async def _forms(visit: Visit, which: int, copies: int) -> None:
    printed = await printing.forms(visit.app, visit.community.id, which, copies, visit.person)
    page = forms.page(visit.wording, visit.wording.nearest(visit.community.language), printed)
    card = Card().text(visit.say("answers-printed", count=len(printed.receipts)))
    await visit.show(card.attachment(f"question-{which}.html", page.encode()))


def _answer_field(visit: Visit, asked: Round) -> Field:
    if asked.kind == ASK:
        box = ask_of(visit.app, asked).box
        label = visit.label("plain", FORM_LABEL, text=box.label)
        return Field("answer", label, long=True, longest=box.longest)
    label = visit.label("answers-field-answer", FORM_LABEL)
    if asked.kind == WEIGH:
        return Field("answer", label, visit.label("answers-hint-votes", FORM_HINT), long=True)
    options = [
        Option(visit.label("option-plain", SELECT_LABEL, number=place, text=text), f"#{place}")
        for place, text in enumerate(asked.options, 1)
    ]
    return Field("answer", label, options=options, most=KINDS[asked.kind].offer(asked.options).most)


def _cells(visit: Visit, asked: Round) -> Cells:
    if asked.kind == WEIGH:
        return read_lines(visit.text("answer"))
    name = ask_of(visit.app, asked).box.name if asked.kind == ASK else ANSWER
    return {name: visit.text("answer") if asked.kind == ASK else ";".join(visit.form.get("answer", []))}


def _line(visit: Visit, one: Waiting, named: Mapping[int, str]) -> str:
    by = "answers-own" if one.own else "answers-other" if one.batch.entered_by else "answers-keeper"
    return visit.say(
        "answers-batch", number=one.batch.id, count=one.count, question=named[one.round.id],
        by=visit.say(by), when=moment(one.round.closes_ms),
    )  # fmt: skip


def _said(asked: Round, said: object) -> str:
    """What an answer says, in a line of people's own words, which the wording escapes."""
    if isinstance(said, dict):
        return " ".join(in_one(said).split())[:300]
    assert isinstance(said, tuple)
    if asked.kind == WEIGH:
        return ", ".join(f"{number} {NAMES[vote]}" for number, vote in votes_of(said).items())[:300]
    return "; ".join(asked.options[place] for place in said)[:300]
