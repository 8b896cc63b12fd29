"""The moderators' queue: one card, which opens the next idea to read, without its author."""

from __future__ import annotations

from discord.ext import commands

from bot.domain.contributions import Fate, Why
from bot.services import moderating
from bot.services.contributions import Held
from bot.services.moderating import DECLINABLE, QUESTION_LENGTH
from cogs.ui.cards import Card, Field, Form, Option, button, choose
from cogs.ui.custom_ids import CustomId
from cogs.ui.idea_cards import say_whole
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE, SELECT_LABEL
from cogs.ui.router import pressed
from cogs.ui.visit import Visit
from cogs.worries import worry_button


class Moderating(commands.Cog):
    """Reading what people brought, one after the other."""

    @pressed("next")
    async def next(self, visit: Visit, pressed: CustomId) -> None:
        """The next idea to read, after the one with this number."""
        await self._next(visit, pressed.subject)

    async def _next(self, visit: Visit, after: int, *lines: str) -> None:
        held = await moderating.next_waiting(visit.app, visit.person, after)
        if held is None:
            card = Card().text(*lines, visit.say("queue-empty"))
            await visit.show(card.buttons(button(visit.label("desk-press"), "desk")))
            return
        await visit.show(_to_read(visit, held, *lines))

    @pressed("idea-accept")
    async def accept(self, visit: Visit, pressed: CustomId) -> None:
        """Let everybody read it, and go on with the next."""
        await moderating.accept(visit.app, visit.person, pressed.subject)
        await self._next(visit, pressed.subject, visit.say("queue-accepted", number=pressed.subject))

    @pressed("idea-decline")
    async def ask_why(self, visit: Visit, pressed: CustomId) -> None:
        """Which reason of the published policy it is declined for."""
        one = await moderating.to_settle(visit.app, visit.person, pressed.subject, *DECLINABLE)
        options = [Option(visit.label(f"why-{one}", SELECT_LABEL), str(one)) for one in Why]
        hint = visit.label("queue-why-hint")
        card = Card().text(visit.say("queue-why", number=pressed.subject))
        card.choice(choose(CustomId("idea-decline-now", one.id, one.state), options, hint))
        await visit.show(
            card.buttons(button(visit.label("queue-press-back"), "next", max(0, pressed.subject - 1)))
        )

    @pressed("idea-decline-now")
    async def decline(self, visit: Visit, pressed: CustomId) -> None:
        """Decline it, and go on with the next."""
        why = next(iter(visit.values), "")
        was = pressed.argument
        await moderating.decline(visit.app, visit.person, pressed.subject, why, was)
        await self._next(visit, pressed.subject, visit.say("queue-declined", number=pressed.subject))

    @pressed("idea-ask")
    async def ask(self, visit: Visit, pressed: CustomId) -> None:
        """A form for a question to its author."""
        await moderating.to_settle(visit.app, visit.person, pressed.subject, Fate.RECEIVED)
        label, hint = visit.label("queue-ask-field", FORM_LABEL), visit.label("queue-ask-hint", FORM_HINT)
        box = Field("question", label, hint, long=True, longest=QUESTION_LENGTH)
        await visit.ask(
            Form(visit.label("queue-ask-form", FORM_TITLE), CustomId("idea-ask-send", pressed.subject), [box])
        )

    @pressed("idea-ask-send")
    async def ask_now(self, visit: Visit, pressed: CustomId) -> None:
        """Ask its author, and go on with the next."""
        await moderating.ask_author(visit.app, visit.person, pressed.subject, visit.text("question"))
        await self._next(visit, pressed.subject, visit.say("queue-asked", number=pressed.subject))


def _to_read(visit: Visit, held: Held, *lines: str) -> Card:
    one = held.contribution
    card = Card().text(*lines, visit.say("idea-title", number=one.id, question=held.round.question))
    say_whole(card, visit, one, visit.app.asks.get(held.round.ask))
    card.text(
        visit.say("queue-again") if one.again else "",
        visit.say("queue-was-asked", text=one.question) if one.question else "",
        visit.say("queue-early") if held.stands else "",
        visit.say("queue-policy"),
    )
    return card.buttons(
        button(visit.label("queue-press-accept"), "idea-accept", one.id, style="success"),
        button(visit.label("queue-press-decline"), "idea-decline", one.id),
        button(visit.label("queue-press-ask"), "idea-ask", one.id),
        button(visit.label("merge-press"), "idea-merge", one.id),
        button(visit.label("queue-press-skip"), "next", one.id),
        worry_button(visit, one.round),
    )
