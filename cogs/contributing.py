"""What residents bring to an ask: one box first, then more if they like, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from discord.ext import commands
from discord.ui import Button

from bot.domain.asks import AskField
from bot.domain.community import Moderation
from bot.domain.contributions import OUTCOMES, PARENTS, Contribution, Fate
from bot.domain.refusals import Refusal
from bot.domain.rounds import State
from bot.domain.weighing import WEIGH
from bot.services import contributions, rounds
from bot.services.contributions import Held
from bot.wording import Markup
from cogs.ui.cards import Card, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.idea_cards import follow_button, form, owed, say_whole, sent_for, state_of, sure, trail
from cogs.ui.limits import MESSAGE_TEXT
from cogs.ui.router import pressed
from cogs.ui.visit import Visit
from cogs.ui.words_back import words_card
from cogs.worries import worry_button

BOUND = ("contribution-bound", "contribution-answered")
"""Refusals of a change that can become a new idea instead."""
CHANGEABLE = (Fate.RECEIVED, Fate.ACCEPTED, Fate.DECLINED)


async def _sure(visit: Visit, pressed: CustomId, *lines: str) -> Card:
    """Ask once before an idea is taken back, with what it says and what was made out of it."""
    those = await contributions.near(visit.app, visit.person, pressed.subject)
    return sure(visit, "idea-delete", ("idea-delete-now", "idea"), pressed.subject, those, *lines)


class Contributing(commands.Cog):
    """The buttons under an ask, and those of one's own ideas."""

    @pressed("tell")
    async def tell(self, visit: Visit, pressed: CustomId) -> None:
        """The one box; before it, once, the privacy notice."""
        await tell(visit, pressed.subject)

    @pressed("tell-send", opened_by="tell")
    async def send(self, visit: Visit, pressed: CustomId) -> None:
        """Keep what was written; it has a number from now on."""
        await keep(visit, pressed.subject)

    @pressed("idea")
    async def show(self, visit: Visit, pressed: CustomId) -> None:
        """One of one's own ideas, with everything that became of it."""
        held = await contributions.own(visit.app, visit.person, pressed.subject)
        title = visit.say("idea-title", number=pressed.subject, question=held.round.question)
        await visit.show(_own_card(visit, held, title))

    @pressed("idea-more")
    async def more(self, visit: Visit, pressed: CustomId) -> None:
        """Ask for one more thing."""
        held = await contributions.own(visit.app, visit.person, pressed.subject)
        unasked = rounds.ask_of(visit.app, held.round).unasked(held.contribution.said or {})
        if not unasked:
            await visit.show(_own_card(visit, held, visit.say("idea-all-said")))
        elif held.bound:
            await visit.show(_bound_card(visit, held, unasked[:1]))
        else:
            to = CustomId("idea-add", pressed.subject, unasked[0].name)
            await visit.ask(form(visit, "idea-more-form", to, unasked[0]))

    @pressed("idea-add", opened_by="idea-edit")
    async def add(self, visit: Visit, pressed: CustomId) -> None:
        """Keep one more thing, or another version of one; or say that others have answered to it by now."""
        held = await contributions.own(visit.app, visit.person, pressed.subject)
        field = rounds.ask_of(visit.app, held.round).field(pressed.argument)
        words = sent_for(visit, field)
        try:
            made = await contributions.add(visit.app, visit.person, pressed.subject, field.name, words)
        except Refusal as refusal:
            if refusal.code not in BOUND:
                raise
            await visit.show(_bound_card(visit, held, [field]))
            return
        await acknowledge(visit, made)

    @pressed("idea-change")
    async def change(self, visit: Visit, pressed: CustomId) -> None:
        """The box again, or which of several things to change; or else to tell it as a new idea."""
        held = await contributions.own(visit.app, visit.person, pressed.subject)
        ask, said = rounds.ask_of(visit.app, held.round), held.contribution.said or {}
        there = [one for one in ask.fields if one.name in said] or [ask.box]
        if held.bound:
            await visit.show(_bound_card(visit, held, there))
        elif len(there) < 2:
            to = CustomId("idea-add", pressed.subject, ask.box.name)
            await visit.ask(form(visit, "idea-change-form", to, ask.box, said))
        else:
            card = Card().text(visit.say("idea-which"))
            await visit.show(card.buttons(*_each(visit, "idea-edit", pressed.subject, there)))

    @pressed("idea-edit", "idea-anew")
    async def edit(self, visit: Visit, pressed: CustomId) -> None:
        """One thing again, with what was said before: to change it, or for a new idea."""
        held = await contributions.own(visit.app, visit.person, pressed.subject)
        field = rounds.ask_of(visit.app, held.round).field(pressed.argument)
        if pressed.verb == "idea-edit" and held.bound:
            await visit.show(_bound_card(visit, held, [field]))
            return
        changes = pressed.verb == "idea-edit"
        to = CustomId("idea-add" if changes else "idea-anew-send", pressed.subject, field.name)
        title = "idea-change-form" if changes else "idea-anew-form"
        await visit.ask(form(visit, title, to, field, held.contribution.said))

    @pressed("idea-anew-send", opened_by="idea-anew")
    async def tell_anew(self, visit: Visit, pressed: CustomId) -> None:
        """Keep a new idea, which says one thing otherwise than one whose words stay."""
        held = await contributions.own(visit.app, visit.person, pressed.subject)
        field = rounds.ask_of(visit.app, held.round).field(pressed.argument)
        words = sent_for(visit, field)
        made = await contributions.anew(visit.app, visit.person, pressed.subject, field.name, words)
        await acknowledge(visit, made)

    @pressed("idea-delete")
    async def delete(self, visit: Visit, pressed: CustomId) -> None:
        """Ask once before an idea is taken back."""
        await visit.show(await _sure(visit, pressed))

    @pressed("idea-delete-now", afresh=_sure)
    async def delete_now(self, visit: Visit, pressed: CustomId) -> None:
        """Take an idea back."""
        await contributions.withdraw(visit.app, visit.person, pressed.subject, pressed.version)
        await visit.tell("idea-deleted", number=pressed.subject)

    @pressed("idea-again")
    async def again(self, visit: Visit, pressed: CustomId) -> None:
        """Ask somebody else to look at an idea that was declined."""
        await contributions.again(visit.app, visit.person, pressed.subject)
        await self.show(visit, pressed)


async def tell(visit: Visit, which: int) -> None:
    """Open the one box of an ask."""
    asked = await contributions.begin(visit.app, visit.person, which)
    ask = rounds.ask_of(visit.app, asked.round)
    early = asked.round.moderation is Moderation.AFTER
    title = "tell-form-after" if early else "tell-form"
    await visit.ask(form(visit, title, CustomId("tell-send", which), ask.box))


async def keep(visit: Visit, which: int, link: str = "") -> None:
    """Keep what was written into the one box; ``link`` leads to the chat message that it was before."""
    words = visit.form.get("said", [])
    made = await contributions.contribute(visit.app, visit.person, which, words, link)
    await acknowledge(visit, made)


async def acknowledge(visit: Visit, made: Contribution) -> None:
    """Show somebody that their idea is kept, and what they can do about it."""
    held = await contributions.own(visit.app, visit.person, made.id)
    await visit.show(_own_card(visit, held, visit.say("idea-saved", number=made.id)))


def _each(visit: Visit, verb: str, number: int, fields: Sequence[AskField]) -> list[Button[Card]]:
    """A button for each of these things that an idea says."""
    return [button(visit.label("plain", text=one.label), verb, number, one.name) for one in fields]


def _bound_card(visit: Visit, held: Held, fields: Sequence[AskField]) -> Card:
    """Why an idea's words stay, and the way to tell it as a new one, with what was typed to change it."""
    number, joined = held.contribution.id, held.contribution.state in (*PARENTS, *OUTCOMES)
    why = visit.say("idea-bound-joined" if joined else "idea-bound", number=number)
    if visit.press is not None and visit.press.texts:
        anew = CustomId("idea-anew", number, fields[0].name)
        return words_card(visit, visit.press, anew, why, visit.say("idea-bound-mend"))
    card = Card().text(why, visit.say("idea-bound-anew"))
    if len(fields) > 1:
        card.buttons(*_each(visit, "idea-anew", number, fields))
    else:
        label = visit.label("idea-press-anew")
        card.buttons(button(label, "idea-anew", number, fields[0].name, style="primary"))
    return card.buttons(button(visit.label("mine-press-idea", number=number), "idea", number))


def _own_card(visit: Visit, held: Held, *lines: str) -> Card:
    """Somebody's own idea, with what they can do about it."""
    one, ask, now = held.contribution, visit.app.asks.get(held.round.ask), visit.app.clock.now_ms()
    card = Card().text(*lines)
    say_whole(card, visit, one, ask)
    card.text(
        state_of(visit, held),
        owed(visit, held, now),
        visit.say("idea-link", link=Markup(one.link)) if one.link else "",
        visit.say("idea-question", text=one.question) if one.question else "",
        visit.say("idea-supporters", count=held.contribution.supporters) if held.stands else "",
    )
    card.text(*trail(visit, held.steps), leave=MESSAGE_TEXT // 8)
    is_open = held.round.state is State.OPEN and held.round.closes_ms > now
    changeable = is_open and ask is not None and one.said is not None and one.state in CHANGEABLE
    more = ask.unasked(one.said) if ask is not None and one.said is not None else ()
    return card.buttons(
        button(visit.label("weigh-press-more"), "weigh", held.round.id, style="primary")
        if is_open and held.round.kind == WEIGH
        else None,
        button(visit.label("idea-press-more"), "idea-more", one.id, style="primary")
        if changeable and more
        else None,
        button(visit.label("idea-press-change"), "idea-change", one.id) if changeable else None,
        button(visit.label("idea-press-delete"), "idea-delete", one.id)
        if changeable or (is_open and held.into)
        else None,
        button(visit.label("object-press"), "idea-object", one.id) if held.into else None,
        button(visit.label("idea-press-again"), "idea-again", one.id)
        if one.state is Fate.DECLINED and not one.again
        else None,
        follow_button(visit, one.id, one.words, follows=held.follows),
        button(visit.label("have-press-mine"), "mine"),
        worry_button(visit, held.round.id),
    )
