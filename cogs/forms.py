"""Answering a form, without names or with them: what is read before it, its boxes, what is said after it."""

from __future__ import annotations

from discord.ext import commands

from bot.domain.forms import FORM
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.services import answers, people, rounds, sealed_answers
from bot.services.rounds import Look
from cogs.sealed import recorded_sealed
from cogs.ui.cards import Card, Form, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.form_cards import boxes, filled_in, sent_raw, warnings
from cogs.ui.limits import FORM_ITEMS, FORM_TITLE, MESSAGE_TEXT
from cogs.ui.notices import asked_of
from cogs.ui.router import pressed
from cogs.ui.times import moment
from cogs.ui.visit import Visit
from cogs.worries import worry_button


class Forms(commands.Cog):
    """What residents press in a question that is answered with a form."""

    @pressed("form")
    async def open(self, visit: Visit, pressed: CustomId) -> None:
        """The boxes; before them, once, the privacy notice."""
        await open_boxes(visit, await _open(visit, pressed.subject))

    @pressed("form-send", opened_by="form")
    async def send(self, visit: Visit, pressed: CustomId) -> None:
        """Keep an answer with its person."""
        asked = (await _open(visit, pressed.subject)).round
        await answers.answer(visit.app, visit.person, asked.id, sent_raw(visit, asked))
        until = visit.say("recorded-until", when=moment(asked.closes_ms))
        card = Card().text(visit.say("form-recorded"), until, *warnings(visit, asked))
        await visit.show(_own_buttons(visit, card, asked))

    @pressed("form-seal", opened_by="form")
    async def seal(self, visit: Visit, pressed: CustomId) -> None:
        """Keep a first answer without a name; its code is shown once, to this person alone."""
        asked = (await _open(visit, pressed.subject)).round
        receipt = await sealed_answers.answer(visit.app, visit.person, asked.id, sent_raw(visit, asked))
        await visit.show(recorded_sealed(visit, receipt, *warnings(visit, asked)))


async def open_boxes(visit: Visit, look: Look) -> None:
    """The boxes of a form that is open: a first answer without names, or one's answer as it stands."""
    asked = look.round
    known = await people.find(visit.app, visit.person)
    answers.admitted(asked_of(look), known, visit.app.settings.privacy.notice_version)
    mine = None if asked.sealed else await answers.standing_answer(visit.app, visit.person, asked.id)
    title = visit.label("plain", FORM_TITLE, text=asked.question)
    verb = "form-seal" if asked.sealed else "form-send"
    fields = boxes(visit, asked, mine or ())
    has_words = any(one.is_text for one in asked.form)
    # Where all five places are taken by boxes, the notice is what says it.
    told = visit.say("danger-told") if has_words and len(fields) < FORM_ITEMS else ""
    await visit.ask(Form(title, CustomId(verb, asked.id), fields, told))


async def show_form(visit: Visit, look: Look) -> None:
    """A person's way into a form with names: the boxes at once, or what they said and how to change it."""
    asked = look.round
    mine = await answers.standing_answer(visit.app, visit.person, asked.id)
    if mine is None:
        await open_boxes(visit, look)
        return
    card = Card().text(visit.say("form-now", said=filled_in(visit, asked, mine)), leave=MESSAGE_TEXT // 8)
    await visit.show(_own_buttons(visit, card, asked))


def _own_buttons(visit: Visit, card: Card, asked: Round) -> Card:
    return card.buttons(
        button(visit.label("recorded-press-change"), "form", asked.id),
        button(visit.label("recorded-press-withdraw"), "withdraw", asked.id),
        button(visit.label("have-press-mine"), "mine"),
        worry_button(visit, asked.id),
    )


async def _open(visit: Visit, which: int) -> Look:
    """A form that this person can answer now; raises Refusal where it is none."""
    look = await rounds.look_to_answer(visit.app, visit.person, which)
    if look.round.kind != FORM:
        raise Refusal("button-unknown")
    return look
