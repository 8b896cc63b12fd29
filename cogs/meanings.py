"""*What does this mean?* under what people are asked, and ``/glossary``, which answers it."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.meanings import MEANING_LENGTH, WORD_LENGTH, Word
from bot.domain.people import require_organiser
from bot.domain.refusals import Refusal
from bot.services import meanings
from cogs.ui.advice import advice
from cogs.ui.cards import Card, Field, Form, button
from cogs.ui.completion import complete_words, word_named
from cogs.ui.custom_ids import CustomId, page_of
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE
from cogs.ui.pages import turning
from cogs.ui.router import Router, pressed
from cogs.ui.visit import Visit
from cogs.worries import worry_button

PAGE = 5
"""How many words a page of the glossary shows: so many fit, however long they are."""


async def word_afresh(visit: Visit, pressed: CustomId, line: str) -> Card:
    """A word as it is explained now, for an organiser who saw something else."""
    if typed := visit.text("word"):
        return _word(visit, await meanings.named(visit.app, visit.person, typed), line)
    return _word(visit, await meanings.look(visit.app, visit.person, pressed.subject), line)


class Meanings(commands.Cog):
    """What residents press who don't know a word, and what organisers explain it with."""

    glossary = app_commands.Group(
        name="glossary", description="Explain the words that people ask about (organisers)", guild_only=True
    )

    def __init__(self, router: Router) -> None:
        self._router = router

    @pressed("meaning")
    async def ask(self, visit: Visit, _: CustomId) -> None:
        """The one box; nothing of the person is kept, so there is no notice before it."""
        label, hint = (
            visit.label("meaning-field-word", FORM_LABEL),
            visit.label("meaning-hint-word", FORM_HINT),
        )
        title = visit.label("meaning-press", FORM_TITLE)
        await visit.ask(
            Form(title, CustomId("meaning-send"), [Field("word", label, hint, longest=WORD_LENGTH)])
        )

    @pressed("meaning-send", opened_by="meaning")
    async def answer(self, visit: Visit, _: CustomId) -> None:
        """The meaning at once, or thanks."""
        told = await meanings.ask(visit.app, visit.person, visit.text("word"))
        if told.meaning:
            said = visit.say("meaning-is", word=told.word, meaning=told.meaning)
        elif told.owed:
            said = visit.say("meaning-owed", word=told.word)
        else:
            wanted = visit.app.settings.asks.words_wanted
            said = visit.say("meaning-noted", word=told.word, count=wanted)
        another = button(visit.label("meaning-press-another"), "meaning")
        await visit.show(Card().text(said).buttons(another, worry_button(visit)))

    @glossary.command(name="show", description="Every word you have explained, and those you owe people")
    async def show(self, interaction: discord.Interaction) -> None:
        """Show the glossary."""
        await self._router.answer(interaction, self.page, None)

    @pressed("glossary")
    async def page(self, visit: Visit, pressed: CustomId | None) -> None:
        """The glossary, page by page."""
        found = await meanings.listing(visit.app, visit.person)
        last = max(0, len(found) - 1) // PAGE
        number = min(page_of(pressed), last)
        here = found[number * PAGE :][:PAGE]
        lines = [_line(visit, one) for one in here]
        card = Card().text(visit.say("glossary-title"), *(lines or [visit.say("glossary-none")]))
        card.buttons(
            *(button(visit.label("glossary-press-word", word=one.said), "word", one.id) for one in here)
        )
        await visit.show(
            card.buttons(
                *turning(visit, "glossary", 0, number, last),
                button(visit.label("glossary-press-new"), "word-explain"),
            )
        )

    @pressed("word")
    async def look(self, visit: Visit, pressed: CustomId) -> None:
        """One word, with what can be done about it."""
        await visit.show(_word(visit, await meanings.look(visit.app, visit.person, pressed.subject)))

    @glossary.command(name="define", description="Say what a word means: everybody reads it. A form opens")
    @app_commands.describe(word="Pick one that people asked for, or type another")
    @app_commands.autocomplete(word=complete_words)
    async def define(self, interaction: discord.Interaction, word: str = "") -> None:
        """Open the form that explains a word."""
        await self._router.answer(interaction, self._define, word)

    async def _define(self, visit: Visit, typed: str) -> None:
        one = await word_named(visit, typed)
        await _ask_for(visit, one, typed)

    @pressed("word-explain")
    async def define_it(self, visit: Visit, pressed: CustomId) -> None:
        """The form, for a word of the glossary or a new one."""
        require_organiser(visit.person, visit.community.roles)
        one = await meanings.look(visit.app, visit.person, pressed.subject) if pressed.subject else None
        await _ask_for(visit, one)

    @pressed("word-set", opened_by="word-explain", afresh=word_afresh)
    async def define_now(self, visit: Visit, pressed: CustomId) -> None:
        """Keep what was sent, and tell everybody."""
        word, meaning = visit.text("word"), visit.text("meaning")
        one = await meanings.explain(visit.app, visit.person, word, meaning, pressed.version)
        explained = await meanings.explained(visit.app, visit.community.id)
        card = Card().text(visit.say("glossary-kept"), _line(visit, one))
        card.text(*advice(visit, one.meaning, explained))
        await visit.show(card.buttons(button(visit.label("glossary-press-show"), "glossary")))

    @glossary.command(name="remove", description="See a word of your glossary, and take it out")
    @app_commands.describe(word="Which word")
    @app_commands.autocomplete(word=complete_words)
    async def remove(self, interaction: discord.Interaction, word: str) -> None:
        """Show a word that is to be removed."""
        await self._router.answer(interaction, self._remove, word)

    async def _remove(self, visit: Visit, typed: str) -> None:
        one = await word_named(visit, typed)
        if one is None:
            raise Refusal("word-unknown")
        await self.look(visit, CustomId("word", one.id))

    @pressed("word-remove", afresh=word_afresh)
    async def remove_it(self, visit: Visit, pressed: CustomId) -> None:
        """Remove a word of the glossary."""
        one = await meanings.remove(visit.app, visit.person, pressed.subject, pressed.version)
        card = Card().text(visit.say("glossary-removed", word=one.said))
        await visit.show(card.buttons(button(visit.label("glossary-press-show"), "glossary")))


def _line(visit: Visit, one: Word) -> str:
    if one.meaning:
        return visit.say("glossary-line", word=one.said, meaning=one.meaning)
    return visit.say("glossary-owed", word=one.said, count=one.asked)


def _word(visit: Visit, one: Word, *lines: str) -> Card:
    """One word, with what can be done about it."""
    change = "glossary-press-change" if one.meaning else "glossary-press-explain"
    return (
        Card()
        .text(*lines, _line(visit, one))
        .buttons(
            button(visit.label(change, word=one.said), "word-explain", one.id, style="primary"),
            button(visit.label("glossary-press-remove"), "word-remove", one.id, one.version, style="danger"),
            button(visit.label("glossary-press-show"), "glossary"),
        )
    )


async def _ask_for(visit: Visit, one: Word | None, typed: str = "") -> None:
    word, meaning, to = typed, "", CustomId("word-set")
    if one is not None:
        word, meaning, to = one.said, one.meaning, CustomId("word-set", one.id, one.version)
    fields = [
        Field(
            "word", visit.label("meaning-field-word", FORM_LABEL), value=word[:WORD_LENGTH],
            longest=WORD_LENGTH,
        ),
        Field(
            "meaning", visit.label("glossary-field-meaning", FORM_LABEL),
            visit.label("glossary-hint-meaning", FORM_HINT), meaning, long=True, longest=MEANING_LENGTH,
        ),
    ]  # fmt: skip
    await visit.ask(Form(visit.label("glossary-form", FORM_TITLE), to, fields))
