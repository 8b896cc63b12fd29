"""Answering without names: who sees what before it, a code after it, and what the code opens."""

from __future__ import annotations

from discord.ext import commands
from discord.ui import Button

from bot.domain.forms import FORM
from bot.domain.kinds import KINDS
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.services import rounds, sealed_answers
from bot.services.rounds import Look
from bot.services.sealed_answers import Receipt
from bot.wording import Markup
from cogs.ui.cards import Card, Field, Form, Option, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.form_cards import boxes, has_words, sent_raw, warnings
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE, MESSAGE_TEXT, SELECT_LABEL
from cogs.ui.round_cards import RoundWords, ballot
from cogs.ui.router import pressed
from cogs.ui.times import moment
from cogs.ui.visit import Visit
from cogs.worries import worry_button


async def show_sealed(visit: Visit, look: Look) -> None:
    """What somebody reads before they answer without names, and what they answer with.

    It says nothing of whether they have answered: others may see their screen.
    """
    asked, words = look.round, RoundWords(visit.wording, visit.language)
    lines, _ = words.options(look, MESSAGE_TEXT // 2)
    helped = Markup(visit.say("plain", text=visit.community.help_lines))
    card = Card().text(
        *words.ask(look),
        *lines,
        visit.say("sealed-who-words" if has_words(asked) else "sealed-who"),
        visit.say("sealed-danger-lines", lines=helped) if helped else visit.say("sealed-danger"),
        visit.say("sealed-after"),
        visit.say("sealed-words") if has_words(asked) else "",
        visit.say("sealed-until", when=moment(asked.closes_ms)),
    )
    if asked.kind == FORM:
        card.buttons(button(visit.label("round-press-fill"), "form", asked.id, style="primary"))
    else:
        offered = ballot(asked, words, ())
        assert not isinstance(offered, list)
        card.choice(offered)
    await visit.show(card.buttons(*_code_buttons(visit, asked.id), worry_button(visit, asked.id)))


def recorded_sealed(visit: Visit, receipt: Receipt, *warned: str) -> Card:
    """What is said of a first answer, with its code: shown once, to its person alone."""
    asked = receipt.round
    until = visit.say("sealed-until", when=moment(asked.closes_ms))
    card = Card().text(visit.say("sealed-recorded", code=receipt.code), until, *warned)
    return card.buttons(*_code_buttons(visit, asked.id), worry_button(visit, asked.id))


def _code_buttons(visit: Visit, which: int) -> list[Button[Card]]:
    return [
        button(visit.label("sealed-press-change"), "seal-change", which),
        button(visit.label("sealed-press-back"), "seal-back", which),
    ]


class Sealed(commands.Cog):
    """What residents press in a question that is answered without names."""

    @pressed("seal")
    async def answer(self, visit: Visit, pressed: CustomId) -> None:
        """A first answer; its code is shown once, to this person alone."""
        receipt = await sealed_answers.answer(visit.app, visit.person, pressed.subject, visit.values)
        await visit.show(recorded_sealed(visit, receipt))

    @pressed("seal-change")
    async def change(self, visit: Visit, pressed: CustomId) -> None:
        """The form for another answer: the choice, and the code."""
        asked = await _open(visit, pressed.subject)
        fields = boxes(visit, asked) if asked.kind == FORM else [_choice(visit, asked)]
        title = visit.label("sealed-press-change", FORM_TITLE)
        await visit.ask(Form(title, CustomId("seal-change-set", asked.id), [*fields, _code(visit)]))

    @pressed("seal-back")
    async def back(self, visit: Visit, pressed: CustomId) -> None:
        """The form for taking an answer back: the code."""
        asked = await _open(visit, pressed.subject)
        title = visit.label("sealed-press-back", FORM_TITLE)
        await visit.ask(Form(title, CustomId("seal-back-set", asked.id), [_code(visit)]))

    @pressed("seal-change-set", opened_by="seal-change")
    async def set_change(self, visit: Visit, pressed: CustomId) -> None:
        """Keep another answer."""
        asked = await _open(visit, pressed.subject)
        raw = sent_raw(visit, asked) if asked.kind == FORM else visit.form.get("choice", [])
        await sealed_answers.change(visit.app, visit.person, pressed.subject, raw, visit.text("code"))
        await visit.show(Card().text(visit.say("sealed-changed"), *warnings(visit, asked)))

    @pressed("seal-back-set", opened_by="seal-back")
    async def set_back(self, visit: Visit, pressed: CustomId) -> None:
        """Take an answer back."""
        await sealed_answers.withdraw(visit.app, visit.person, pressed.subject, visit.text("code"))
        await visit.tell("sealed-taken-back")


async def _open(visit: Visit, which: int) -> Round:
    """A question without names that this person can answer now; raises Refusal where it is none."""
    asked = (await rounds.look_to_answer(visit.app, visit.person, which)).round
    if not asked.sealed:
        raise Refusal("button-unknown")
    return asked


def _choice(visit: Visit, asked: Round) -> Field:
    options = [
        Option(visit.label("option-plain", SELECT_LABEL, number=place, text=text), str(place - 1))
        for place, text in enumerate(asked.options, 1)
    ]
    most = KINDS[asked.kind].offer(asked.options).most
    return Field("choice", visit.label(f"round-hint-{asked.kind}", FORM_LABEL), options=options, most=most)


def _code(visit: Visit) -> Field:
    label, hint = visit.label("sealed-field-code", FORM_LABEL), visit.label("sealed-hint-code", FORM_HINT)
    return Field("code", label, hint, longest=100)
