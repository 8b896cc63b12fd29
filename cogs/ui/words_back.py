"""Words that were typed and not kept, on the private card that gives them back."""

from __future__ import annotations

from dataclasses import replace

import discord

from cogs.ui.cards import Card, Form, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.presses import REST, Press, block, carries, cut_in_two, packed, press_of
from cogs.ui.round_cards import RoundWords
from cogs.ui.visit import Visit

FILE = "your-words.txt"
MEND = "mend"
PLACE = 999_999
"""A community's number in ids that are measured: in private messages every id names its community."""
ROOM_BELOW = 200
"""Characters that stay free for what is said below the words."""


def words_card(
    words: RoundWords | Visit,
    press: Press,
    opener: CustomId | None,
    *lines: str,
    form: Form | None = None,
    elsewhere: bool = False,
) -> Card:
    """Gives back what was typed into a form, below why; ``opener`` opens it again, filled in.

    ``form`` says what the fields are called; ``elsewhere`` that what else is open is a place for it.
    """
    card = Card().text(*lines, leave=ROOM_BELOW)
    card.text(words.say("back-yours"))
    add_words(words, card, press, form)
    if opener is None:
        card.text(words.say("back-elsewhere" if elsewhere else "back-copy"))
        return card.buttons(button(words.label("have-press-all"), "open") if elsewhere else None)
    again = replace(press, custom_id=opener)
    first, second = (f"{CustomId(verb, 0, '', PLACE)}:" for verb in (MEND, REST))
    # Choices that have no room are made anew; the words are on the card.
    parts = cut_in_two(packed(again), first, second) or cut_in_two(
        packed(replace(again, ticks={})), first, second
    )
    assert parts is not None
    here, rest = parts
    return card.buttons(
        button(words.label("back-press-mend"), MEND, 0, here, style="primary"),
        button(words.label("back-press-leave"), REST, 0, rest),
    )


def typed(interaction: discord.Interaction, visit: Visit | None) -> Press | None:
    """What was typed into a form and is not kept; None where nothing was."""
    if visit is not None and visit.course.commits:
        return None
    press = visit.course.press if visit is not None else press_of(interaction)
    is_command = interaction.type is discord.InteractionType.application_command
    return press if press is not None and press.fields and not is_command else None


def on_words_card(message: discord.Message | None) -> bool:
    """Whether what was pressed stands on a card that gives words back."""
    return carries(message, MEND)


def has_room(card: Card, press: Press) -> bool:
    """Whether all that was typed can stand on a card, without what the fields are called."""
    return card.room - ROOM_BELOW >= sum(len(block(text)) for text in press.texts.values())


def add_words(words: RoundWords | Visit, card: Card, press: Press, form: Form | None = None) -> None:
    """Add what was typed and ticked, field by field, as a later press on the card reads it back.

    What has no room is cut, and then all of it is in a file.
    """
    labels = {one.name: one.label for one in form.fields} if form else {}
    for name, said in _ticked(press, form).items():
        card.text(words.say("back-choice", label=labels[name], text=said))
    there = {name: text for name, text in press.texts.items() if text}
    headings = {name: words.say("back-label", label=labels[name]) for name in there if name in labels}
    if len(there) == 1:
        headings = {}  # what it is about stands above
    left = card.room - ROOM_BELOW - sum(len(one) for one in headings.values())
    whole = True
    for place, (name, text) in enumerate(there.items(), 1):
        shown = _fitting(text, left - (len(there) - place) * len(block("")))
        left -= len(block(shown))
        whole = whole and shown == text
        card.text(headings.get(name, "")).text(block(shown))
    if not whole:
        file = "\n\n".join(
            f"{labels[name]}\n{text}" if name in headings else text for name, text in there.items()
        )
        card.text(words.say("back-file")).attachment(FILE, file.encode(errors="replace"))


def _fitting(text: str, room: int) -> str:
    while len(block(text)) > room and text:
        text = text[: len(text) - max(1, (len(block(text)) - room) // 2)]
    return text


def _ticked(press: Press, form: Form | None) -> dict[str, str]:
    """What was chosen in each choice of a form, in words."""
    chosen = {
        one.name: ", ".join(option.label for option in one.options if option.value in press.ticks[one.name])
        for one in (form.fields if form else ())
        if one.options and one.name in press.ticks
    }
    return {name: said for name, said in chosen.items() if said}
