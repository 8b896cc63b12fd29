"""Merging and splitting ideas, undoing it, and telling what became of them."""

from __future__ import annotations

from discord.ext import commands
from discord.ui import Button

from bot.domain.contributions import OUTCOMES, STANDING, Contribution, Fate
from bot.domain.people import require_organiser
from bot.services import contributions, merging, moderating, rounds, supporting
from bot.services.moderating import DECLINABLE, QUESTION_LENGTH
from cogs.ui.cards import Card, Field, Form, Option, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.idea_cards import NUMBERS_LENGTH, numbers, numbers_in, sure
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE, SELECT_LABEL
from cogs.ui.router import pressed
from cogs.ui.times import moment
from cogs.ui.visit import Visit


class Merging(commands.Cog):
    """What organisers make of ideas that everybody reads, and the authors' way to object."""

    @pressed("idea-merge")
    async def ask_merge(self, visit: Visit, pressed: CustomId) -> None:
        """Which ideas say the same, and what they say together."""
        one = await moderating.to_settle(visit.app, visit.person, pressed.subject, *merging.MERGEABLE)
        others = Field(
            "others", visit.label("merge-others", FORM_LABEL), visit.label("merge-others-hint", FORM_HINT),
            longest=NUMBERS_LENGTH,
        )  # fmt: skip
        words = Field(
            "words", visit.label("merge-words", FORM_LABEL), visit.label("merge-words-hint", FORM_HINT),
            long=True, longest=await self._longest(visit, one),
        )  # fmt: skip
        title = visit.label("merge-form", FORM_TITLE, number=one.id)
        await visit.ask(Form(title, CustomId("idea-merge-now", one.id), [others, words]))

    @pressed("idea-merge-now")
    async def merge(self, visit: Visit, pressed: CustomId) -> None:
        """Make one idea out of several."""
        others = numbers_in(visit.text("others"))
        made = await merging.merge(visit.app, visit.person, [pressed.subject, *others], visit.text("words"))
        ids = numbers(visit, [pressed.subject, *others])
        await self._made(visit, [made], visit.say("merge-done", numbers=ids, into=made.id))

    @pressed("idea-split")
    async def ask_split(self, visit: Visit, pressed: CustomId) -> None:
        """What an idea says, one thing on each line."""
        one = await moderating.to_settle(visit.app, visit.person, pressed.subject, *merging.MERGEABLE)
        words = Field(
            "words", visit.label("split-words", FORM_LABEL),
            visit.label("split-words-hint", FORM_HINT, count=merging.MOST), long=True,
        )  # fmt: skip
        title = visit.label("split-form", FORM_TITLE, number=one.id)
        await visit.ask(Form(title, CustomId("idea-split-now", one.id), [words]))

    @pressed("idea-split-now")
    async def split(self, visit: Visit, pressed: CustomId) -> None:
        """Make several ideas out of one."""
        lines = visit.text("words").replace("\r\n", "\n").split("\n")
        made = await merging.split(visit.app, visit.person, pressed.subject, lines)
        into = numbers(visit, [one.id for one in made])
        await self._made(visit, made, visit.say("split-done", number=pressed.subject, into=into))

    async def _made(self, visit: Visit, made: list[Contribution], line: str) -> None:
        until = moment(merging.until_ms(visit.app, made[0].first_ms))
        card = Card().text(line, visit.say("merge-object-until", when=until))
        await visit.show(
            card.buttons(
                *(button(visit.label("mine-press-idea", number=one.id), "read-idea", one.id) for one in made),
                button(visit.label("queue-press-next"), "next"),
            )
        )

    async def _longest(self, visit: Visit, one: Contribution) -> int:
        asked = (await rounds.look(visit.app, visit.community.id, one.round)).round
        return rounds.ask_of(visit.app, asked).box.longest

    @pressed("idea-undo")
    async def ask_undo(self, visit: Visit, pressed: CustomId) -> None:
        """Ask once before something is undone."""
        require_organiser(visit.person, visit.community.roles)
        await supporting.look(visit.app, visit.person, pressed.subject)
        await sure(visit, "undo", ("idea-undo-now", "read-idea"), pressed.subject)

    @pressed("idea-undo-now")
    async def undo(self, visit: Visit, pressed: CustomId) -> None:
        """Take apart what was merged, or together what was split."""
        free = await merging.undo(visit.app, visit.person, pressed.subject)
        await visit.tell("undo-done", numbers=numbers(visit, free), count=len(free))

    @pressed("idea-object")
    async def ask_object(self, visit: Visit, pressed: CustomId) -> None:
        """Ask an author once before a merge or a split is undone."""
        await contributions.own(visit.app, visit.person, pressed.subject)
        await sure(visit, "object", ("idea-object-now", "idea"), pressed.subject)

    @pressed("idea-object-now")
    async def object_to(self, visit: Visit, pressed: CustomId) -> None:
        """Undo what was made out of one's own idea."""
        free = await merging.object_to(visit.app, visit.person, pressed.subject)
        await visit.tell("undo-done", numbers=numbers(visit, free), count=len(free))

    @pressed("idea-outcome")
    async def ask_outcome(self, visit: Visit, pressed: CustomId) -> None:
        """What became of an idea."""
        one = await moderating.to_settle(visit.app, visit.person, pressed.subject, *STANDING)
        options = [
            Option(visit.label(f"outcome-{state}", SELECT_LABEL), str(state), state is one.state)
            for state in OUTCOMES
        ]
        which = Field("state", visit.label("outcome-state", FORM_LABEL), options=options)
        words = Field(
            "words", visit.label("outcome-words", FORM_LABEL), visit.label("outcome-words-hint", FORM_HINT),
            long=True, longest=QUESTION_LENGTH,
        )  # fmt: skip
        title = visit.label("outcome-form", FORM_TITLE, number=one.id)
        await visit.ask(Form(title, CustomId("idea-outcome-now", one.id), [which, words]))

    @pressed("idea-outcome-now")
    async def outcome(self, visit: Visit, pressed: CustomId) -> None:
        """Tell everybody what became of an idea."""
        state, words = visit.text("state"), visit.text("words")
        await moderating.outcome(visit.app, visit.person, pressed.subject, state, words)
        card = Card().text(visit.say("outcome-told", number=pressed.subject))
        await visit.show(
            card.buttons(
                button(visit.label("mine-press-idea", number=pressed.subject), "read-idea", pressed.subject)
            )
        )


def organisers_buttons(visit: Visit, one: Contribution) -> list[Button[Card] | None]:
    """What an organiser can do with an idea that everybody reads."""
    plain = one.state in DECLINABLE
    return [
        button(visit.label("queue-press-decline"), "idea-decline", one.id)
        if plain and not one.is_reshaped
        else None,
        button(visit.label("merge-press"), "idea-merge", one.id) if plain else None,
        button(visit.label("split-press"), "idea-split", one.id) if plain else None,
        button(visit.label("outcome-press"), "idea-outcome", one.id) if one.state in STANDING else None,
        button(visit.label("undo-press"), "idea-undo", one.id)
        if one.is_reshaped and one.state is Fate.ACCEPTED
        else None,
    ]
