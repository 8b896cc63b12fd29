"""What people wrote into forms: read one by one, then posted together."""

from __future__ import annotations

from discord.ext import commands

from bot.domain.forms import REASONS
from bot.services import reviewing, rounds
from cogs.polls import manage_card
from cogs.ui.cards import Card, Option, button, choose
from cogs.ui.custom_ids import CustomId, only_number
from cogs.ui.form_cards import look_again
from cogs.ui.limits import SELECT_LABEL
from cogs.ui.router import pressed
from cogs.ui.visit import Visit
from cogs.worries import worry_button


async def feedback_card(visit: Visit, which: int) -> Card:
    """An organiser's private card for a form: nothing before the close, then how its review stands."""
    card = await manage_card(visit, which)
    look = await rounds.look(visit.app, visit.community.id, which)
    words = await reviewing.words_of(visit.app, visit.person, which)
    if look.result is None or not words.there:
        return card
    if words.waiting:
        card.text(visit.say("review-waiting", count=words.waiting))
        return card.buttons(button(visit.label("review-press"), "feedback-review", which, style="primary"))
    if look.round.released_ms:
        return card.text(visit.say("review-done"))
    card.text(visit.say("review-none"))
    return card.buttons(
        button(visit.label("review-press-release"), "feedback-release", which, style="primary")
    )


class Reviewing(commands.Cog):
    """Reading what people wrote into forms."""

    @pressed("feedback-review")
    async def next(self, visit: Visit, pressed: CustomId) -> None:
        """The next text to read."""
        await read_next(visit, pressed.subject)

    @pressed("feedback-accept")
    async def accept(self, visit: Visit, pressed: CustomId) -> None:
        """Let everybody read a text, and go on with the next."""
        comment = only_number([pressed.argument])
        await reviewing.settle(visit.app, visit.person, pressed.subject, comment)
        await read_next(visit, pressed.subject, visit.say("review-accepted"))

    @pressed("feedback-decline")
    async def ask_why(self, visit: Visit, pressed: CustomId) -> None:
        """Why a text is not to be shown."""
        comment = only_number([pressed.argument])
        await reviewing.to_settle(visit.app, visit.person, pressed.subject, comment)
        options = [Option(visit.label(f"review-why-{one}", SELECT_LABEL), one) for one in REASONS]
        to = CustomId("feedback-decline-now", pressed.subject, pressed.argument)
        card = Card().text(visit.say("review-why")).choice(choose(to, options, visit.label("review-hint")))
        await visit.show(
            card.buttons(button(visit.label("review-press-back"), "feedback-review", pressed.subject))
        )

    @pressed("feedback-decline-now")
    async def decline(self, visit: Visit, pressed: CustomId) -> None:
        """Delete a text, and go on with the next."""
        comment, reason = only_number([pressed.argument]), next(iter(visit.values), "none")
        await reviewing.settle(visit.app, visit.person, pressed.subject, comment, reason)
        await read_next(visit, pressed.subject, visit.say("review-declined"))

    @pressed("feedback-release")
    async def release_now(self, visit: Visit, pressed: CustomId) -> None:
        """Post what may be shown."""
        await post(visit, pressed.subject)


async def post(visit: Visit, which: int) -> None:
    """Post the texts that may be shown."""
    count = await reviewing.release(visit.app, visit.person, which)
    await visit.tell("review-released", count=count)


async def read_next(visit: Visit, which: int, *lines: str) -> None:
    """Show the next text to read, or that all is read."""
    asked, found, words = await reviewing.next_waiting(visit.app, visit.person, which)
    card = Card().text(*lines, visit.say("round-question", question=asked.question))
    if found is None:
        card.text(visit.say("review-none" if words.there else "review-nothing"))
        ready = words.there and not asked.released_ms
        await visit.show(
            card.buttons(
                button(visit.label("review-press-release"), "feedback-release", which, style="primary")
                if ready
                else None,
                button(visit.label("desk-press"), "desk"),
            )
        )
        return
    card.text(
        visit.say("form-result-field", label=asked.form[found.field].label),
        visit.say("quoted", text=found.words),
        *look_again(visit, "review-looks", found.words),
        visit.say("review-how", count=words.waiting),
    )
    number = str(found.id)
    await visit.show(
        card.buttons(
            button(visit.label("review-press-accept"), "feedback-accept", which, number, style="success"),
            button(visit.label("review-press-decline"), "feedback-decline", which, number),
            worry_button(visit, which),
        )
    )
