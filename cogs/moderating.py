"""The moderators' queue: one card, which opens the next idea to read, without its author."""

from __future__ import annotations

from discord.ext import commands

from bot.domain.contributions import Fate, Why
from bot.domain.refusals import Refusal
from bot.services import moderating, safeguarding
from bot.services.moderating import DECLINABLE, QUESTION_LENGTH
from cogs.idea_looks import read_again, to_read
from cogs.ui.cards import Card, Field, Form, Option, button, choose
from cogs.ui.custom_ids import CustomId, is_number, joined
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE, SELECT_LABEL
from cogs.ui.router import pressed
from cogs.ui.visit import Visit
from cogs.worries import pass_on


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
        await visit.show(to_read(visit, held, *lines))

    @pressed("idea-accept", afresh=read_again)
    async def accept(self, visit: Visit, pressed: CustomId) -> None:
        """Let everybody read it, and go on with the next."""
        await moderating.accept(visit.app, visit.person, pressed.subject, pressed.version)
        await self._next(visit, pressed.subject, visit.say("queue-accepted", number=pressed.subject))

    @pressed("idea-decline", afresh=read_again)
    async def ask_why(self, visit: Visit, pressed: CustomId) -> None:
        """Which reason of the published policy it is declined for."""
        seen = pressed.version
        one = await moderating.to_settle(visit.app, visit.person, pressed.subject, *DECLINABLE, seen=seen)
        options = [Option(visit.label(f"why-{one}", SELECT_LABEL), str(one)) for one in Why]
        hint = visit.label("queue-why-hint")
        card = Card().text(visit.say("queue-why", number=pressed.subject))
        card.choice(choose(CustomId("idea-decline-now", one.id, joined(one.state, seen)), options, hint))
        await visit.show(
            card.buttons(button(visit.label("queue-press-back"), "next", max(0, pressed.subject - 1)))
        )

    @pressed("idea-decline-now", afresh=read_again)
    async def decline(self, visit: Visit, pressed: CustomId) -> None:
        """Decline it, and go on with the next."""
        why = next(iter(visit.values), "")
        was, seen = pressed.rest, pressed.version
        await moderating.decline(visit.app, visit.person, pressed.subject, why, was, seen)
        await self._next(visit, pressed.subject, visit.say("queue-declined", number=pressed.subject))

    @pressed("idea-pass-on")
    async def danger(self, visit: Visit, pressed: CustomId) -> None:
        """Tell whoever hears safety worries, in the words that were read; it has to be settled yet."""
        version = pressed.version.removeprefix("v")
        part = int(version) if is_number(version) else 0
        told = await pass_on(visit, safeguarding.IDEA, pressed.subject, part)
        try:
            card = await read_again(visit, pressed, told)
        except Refusal:  # it is not there any more, but its words were
            card = Card().text(told)
        await visit.show(card)

    @pressed("idea-ask", afresh=read_again)
    async def ask(self, visit: Visit, pressed: CustomId) -> None:
        """A form for a question to its author."""
        which, seen = pressed.subject, pressed.version
        await moderating.to_settle(visit.app, visit.person, which, Fate.RECEIVED, seen=seen)
        label, hint = visit.label("queue-ask-field", FORM_LABEL), visit.label("queue-ask-hint", FORM_HINT)
        box = Field("question", label, hint, long=True, longest=QUESTION_LENGTH)
        to = CustomId("idea-ask-send", which, seen)
        await visit.ask(Form(visit.label("queue-ask-form", FORM_TITLE), to, [box]))

    @pressed("idea-ask-send", opened_by="idea-ask", afresh=read_again)
    async def ask_now(self, visit: Visit, pressed: CustomId) -> None:
        """Ask its author, and go on with the next."""
        which, question = pressed.subject, visit.text("question")
        await moderating.ask_author(visit.app, visit.person, which, question, pressed.version)
        await self._next(visit, pressed.subject, visit.say("queue-asked", number=pressed.subject))
