"""What people wrote into forms: read one by one, then posted together."""

from __future__ import annotations

from discord.ext import commands

from bot.domain.forms import REASONS
from bot.services import reviewing, rounds, safeguarding
from bot.services.reviewing import ToRead
from cogs.polls import manage_card
from cogs.ui.cards import Card, Option, button, choose
from cogs.ui.custom_ids import CustomId, joined, only_number
from cogs.ui.form_cards import look_again
from cogs.ui.limits import MESSAGE_TEXT, SELECT_LABEL
from cogs.ui.router import pressed
from cogs.ui.visit import Visit
from cogs.worries import danger_button, pass_on


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
    return card.buttons(button(visit.label("review-press-look"), "feedback-review", which, style="primary"))


async def text_afresh(visit: Visit, pressed: CustomId, line: str) -> Card:
    """A text that waits, as it is now."""
    comment = only_number([pressed.rest])
    found = await reviewing.to_settle(visit.app, visit.person, pressed.subject, comment)
    return _to_read(visit, found, line)


async def texts_to_post(visit: Visit, pressed: CustomId, *lines: str) -> Card:
    """All texts that would be posted, to be read before they are."""
    which = pressed.subject
    found = await reviewing.to_post(visit.app, visit.person, which)
    card = Card().text(*lines, visit.say("review-to-post", count=len(found.comments)))
    card.text(*(visit.say("quoted", text=one.words) for one in found.comments), leave=MESSAGE_TEXT // 8)
    if sum(len(one.words) + 10 for one in found.comments) > MESSAGE_TEXT // 2:
        card.attachment("texts.txt", "\n\n".join(one.words for one in found.comments).encode())
    label = visit.label("review-press-release")
    return card.buttons(
        button(label, "feedback-release", which, found.version, style="primary"),
        button(visit.label("desk-press"), "desk"),
    )


class Reviewing(commands.Cog):
    """Reading what people wrote into forms."""

    @pressed("feedback-review")
    async def next(self, visit: Visit, pressed: CustomId) -> None:
        """The next text to read."""
        await read_next(visit, pressed.subject)

    @pressed("feedback-accept", afresh=text_afresh)
    async def accept(self, visit: Visit, pressed: CustomId) -> None:
        """Let everybody read a text, and go on with the next."""
        comment, seen = only_number([pressed.rest]), pressed.version
        await reviewing.settle(visit.app, visit.person, pressed.subject, comment, seen=seen)
        await read_next(visit, pressed.subject, visit.say("review-accepted"))

    @pressed("feedback-pass-on")
    async def danger(self, visit: Visit, pressed: CustomId) -> None:
        """Tell whoever hears safety worries, and go on with the same text: it has to be settled yet."""
        told = await pass_on(visit, safeguarding.TEXT, pressed.subject, only_number([pressed.rest]))
        await read_next(visit, pressed.subject, told)

    @pressed("feedback-decline", afresh=text_afresh)
    async def ask_why(self, visit: Visit, pressed: CustomId) -> None:
        """Why a text is not to be shown."""
        comment, seen = only_number([pressed.rest]), pressed.version
        await reviewing.to_settle(visit.app, visit.person, pressed.subject, comment, seen)
        options = [Option(visit.label(f"review-why-{one}", SELECT_LABEL), one) for one in REASONS]
        to = CustomId("feedback-decline-now", pressed.subject, pressed.argument)
        card = Card().text(visit.say("review-why")).choice(choose(to, options, visit.label("review-hint")))
        await visit.show(
            card.buttons(button(visit.label("review-press-back"), "feedback-review", pressed.subject))
        )

    @pressed("feedback-decline-now", afresh=text_afresh)
    async def decline(self, visit: Visit, pressed: CustomId) -> None:
        """Delete a text, and go on with the next."""
        comment, reason = only_number([pressed.rest]), next(iter(visit.values), "none")
        seen = pressed.version
        await reviewing.settle(visit.app, visit.person, pressed.subject, comment, reason, seen)
        await read_next(visit, pressed.subject, visit.say("review-declined"))

    @pressed("feedback-release", afresh=texts_to_post)
    async def release_now(self, visit: Visit, pressed: CustomId) -> None:
        """Post what may be shown, as it was read; or show it first."""
        which, seen = pressed.subject, pressed.version
        count = await reviewing.release(visit.app, visit.person, which, seen)
        await visit.tell("review-released", count=count)


async def read_next(visit: Visit, which: int, *lines: str) -> None:
    """Show the next text to read, or that all is read."""
    asked, found, words = await reviewing.next_waiting(visit.app, visit.person, which)
    if found is not None:
        await visit.show(_to_read(visit, ToRead(asked, found, words), *lines))
    elif words.there and not asked.released_ms:
        await visit.show(
            await texts_to_post(visit, CustomId("feedback-release", which), *lines, visit.say("review-none"))
        )
    else:
        card = Card().text(*lines, visit.say("round-question", question=asked.question))
        card.text(visit.say("review-none" if words.there else "review-nothing"))
        await visit.show(card.buttons(button(visit.label("desk-press"), "desk")))


def _to_read(visit: Visit, to_read: ToRead, *lines: str) -> Card:
    """A text to read, and what can be done with it."""
    asked, found, words = to_read.round, to_read.comment, to_read.words
    card = Card().text(*lines, visit.say("round-question", question=asked.question))
    card.text(
        visit.say("form-result-field", label=asked.form[found.field].label),
        visit.say("quoted", text=found.words),
        *look_again(visit, "review-looks", found.words),
        visit.say("review-how", count=words.waiting),
    )
    to = joined(found.id, found.version)
    return card.buttons(
        button(visit.label("review-press-accept"), "feedback-accept", asked.id, to, style="success"),
        button(visit.label("review-press-decline"), "feedback-decline", asked.id, to),
        danger_button(visit, "feedback-pass-on", asked.id, str(found.id)),
    )
