"""Merging and splitting ideas, undoing it, and telling what became of them."""

from __future__ import annotations

from discord.ext import commands

from bot.domain.contributions import OUTCOMES, STANDING, Contribution, numbers_in
from bot.domain.refusals import Refusal
from bot.domain.text import listed
from bot.services import contributions, merging, moderating, rounds
from bot.services.moderating import QUESTION_LENGTH
from cogs.idea_looks import read_again
from cogs.ui.cards import Card, Field, Form, Option, button
from cogs.ui.custom_ids import SEPARATOR, CustomId, is_number, joined
from cogs.ui.idea_cards import NUMBERS_LENGTH, numbers, say_several, sure
from cogs.ui.limits import CUSTOM_ID, FORM_HINT, FORM_LABEL, FORM_TITLE, SELECT_LABEL
from cogs.ui.router import pressed
from cogs.ui.times import moment
from cogs.ui.visit import Visit


async def together_card(visit: Visit, pressed: CustomId, *lines: str) -> Card:
    """The ideas that are to be one, with all that they say, and the way to say it together."""
    those = await merging.to_merge(visit.app, visit.person, _those(visit, pressed))
    others = (one.id for one in those if one.id != pressed.subject)
    carried = joined(*others, merging.together(those))
    if len(f"cp1:idea-merge-write:{pressed.subject}:{carried}") > CUSTOM_ID:
        raise Refusal("merge-many", limit=len(those) - 1)
    card = Card().text(*lines, visit.say("merge-check"))
    return say_several(card, visit, those).buttons(
        button(
            visit.label("merge-press-write"), "idea-merge-write", pressed.subject, carried, style="primary"
        ),
        button(visit.label("mine-press-idea", number=pressed.subject), "read-idea", pressed.subject),
    )


def _those(visit: Visit, pressed: CustomId) -> list[int]:
    """The ideas that a press is about: it carries their numbers, and a form has them typed in."""
    typed = numbers_in(visit.text("others")) if "others" in visit.form else []
    carried = [int(one) for one in pressed.rest.split(SEPARATOR) if is_number(one)]
    return list(dict.fromkeys([pressed.subject, *carried, *typed]))


async def undo_card(visit: Visit, pressed: CustomId, *lines: str) -> Card:
    """Ask once before something is undone, with what it says and what it was made out of."""
    those = await merging.to_undo(visit.app, visit.person, pressed.subject)
    return sure(visit, "undo", ("idea-undo-now", "read-idea"), pressed.subject, those, *lines)


async def object_card(visit: Visit, pressed: CustomId, *lines: str) -> Card:
    """Ask an author once before what was made out of their idea is undone, with what it says."""
    those = await contributions.near(visit.app, visit.person, pressed.subject)
    return sure(visit, "object", ("idea-object-now", "idea"), pressed.subject, those, *lines)


class Merging(commands.Cog):
    """What organisers make of ideas that everybody reads, and the authors' way to object."""

    @pressed("idea-merge", afresh=read_again)
    async def ask_which(self, visit: Visit, pressed: CustomId) -> None:
        """Which ideas say the same."""
        seen, mergeable = pressed.version, merging.MERGEABLE
        one = await moderating.to_settle(visit.app, visit.person, pressed.subject, *mergeable, seen=seen)
        others = Field(
            "others", visit.label("merge-others", FORM_LABEL), visit.label("merge-others-hint", FORM_HINT),
            longest=NUMBERS_LENGTH,
        )  # fmt: skip
        title = visit.label("merge-form", FORM_TITLE, number=one.id)
        await visit.ask(Form(title, CustomId("idea-merge-with", one.id, seen), [others]))

    @pressed("idea-merge-with", opened_by="idea-merge", afresh=read_again)
    async def show_all(self, visit: Visit, pressed: CustomId) -> None:
        """All of them to read, before they are made one."""
        which, mergeable = pressed.subject, merging.MERGEABLE
        await moderating.to_settle(visit.app, visit.person, which, *mergeable, seen=pressed.version)
        await visit.show(await together_card(visit, pressed))

    @pressed("idea-merge-write", afresh=together_card)
    async def ask_merge(self, visit: Visit, pressed: CustomId) -> None:
        """What they say together."""
        which, seen = _those(visit, pressed), pressed.version
        those = await merging.to_merge(visit.app, visit.person, which, seen)
        words = Field(
            "words", visit.label("merge-words", FORM_LABEL), visit.label("merge-words-hint", FORM_HINT),
            long=True, longest=await self._longest(visit, those[0]),
        )  # fmt: skip
        title = visit.label("merge-form", FORM_TITLE, number=pressed.subject)
        await visit.ask(Form(title, CustomId("idea-merge-now", pressed.subject, pressed.argument), [words]))

    @pressed("idea-merge-now", opened_by="idea-merge-write", afresh=together_card)
    async def merge(self, visit: Visit, pressed: CustomId) -> None:
        """Make one idea out of several."""
        those, words = _those(visit, pressed), visit.text("words")
        made = await merging.merge(visit.app, visit.person, those, words, pressed.version)
        await self._made(visit, [made], visit.say("merge-done", numbers=numbers(visit, those), into=made.id))

    @pressed("idea-split", afresh=read_again)
    async def ask_split(self, visit: Visit, pressed: CustomId) -> None:
        """What an idea says, one thing on each line."""
        seen, mergeable = pressed.version, merging.MERGEABLE
        one = await moderating.to_settle(visit.app, visit.person, pressed.subject, *mergeable, seen=seen)
        words = Field(
            "words", visit.label("split-words", FORM_LABEL),
            visit.label("split-words-hint", FORM_HINT, count=merging.MOST), long=True,
        )  # fmt: skip
        title = visit.label("split-form", FORM_TITLE, number=one.id)
        await visit.ask(Form(title, CustomId("idea-split-now", one.id, seen), [words]))

    @pressed("idea-split-now", opened_by="idea-split", afresh=read_again)
    async def split(self, visit: Visit, pressed: CustomId) -> None:
        """Make several ideas out of one."""
        lines = listed(visit.text("words"))
        made = await merging.split(visit.app, visit.person, pressed.subject, lines, pressed.version)
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
        await visit.show(await undo_card(visit, pressed))

    @pressed("idea-undo-now", afresh=undo_card)
    async def undo(self, visit: Visit, pressed: CustomId) -> None:
        """Take apart what was merged, or together what was split."""
        free = await merging.undo(visit.app, visit.person, pressed.subject, pressed.version)
        await visit.tell("undo-done", numbers=numbers(visit, free), count=len(free))

    @pressed("idea-object")
    async def ask_object(self, visit: Visit, pressed: CustomId) -> None:
        """Ask an author once before a merge or a split is undone."""
        await visit.show(await object_card(visit, pressed))

    @pressed("idea-object-now", afresh=object_card)
    async def object_to(self, visit: Visit, pressed: CustomId) -> None:
        """Undo what was made out of one's own idea."""
        free = await merging.object_to(visit.app, visit.person, pressed.subject, pressed.version)
        await visit.tell("undo-done", numbers=numbers(visit, free), count=len(free))

    @pressed("idea-outcome", afresh=read_again)
    async def ask_outcome(self, visit: Visit, pressed: CustomId) -> None:
        """What became of an idea."""
        seen = pressed.version
        one = await moderating.to_settle(visit.app, visit.person, pressed.subject, *STANDING, seen=seen)
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
        await visit.ask(Form(title, CustomId("idea-outcome-now", one.id, seen), [which, words]))

    @pressed("idea-outcome-now", opened_by="idea-outcome", afresh=read_again)
    async def outcome(self, visit: Visit, pressed: CustomId) -> None:
        """Tell everybody what became of an idea."""
        which, state, words = pressed.subject, visit.text("state"), visit.text("words")
        await moderating.outcome(visit.app, visit.person, which, state, words, pressed.version)
        card = Card().text(visit.say("outcome-told", number=pressed.subject))
        await visit.show(
            card.buttons(
                button(visit.label("mine-press-idea", number=pressed.subject), "read-idea", pressed.subject)
            )
        )
