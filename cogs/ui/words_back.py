"""Words that were typed and not kept, on the private card that gives them back."""

from __future__ import annotations

from dataclasses import replace

from cogs.ui.cards import Card, Form, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.presses import REST, Press, block, cut_in_two, packed
from cogs.ui.visit import Visit

FILE = "your-words.txt"
MEND = "mend"
ROOM_BELOW = 200
"""Characters that stay free for what is said below the words."""


def has_room(card: Card, press: Press) -> bool:
    """Whether all that was typed can stand on a card, without what the fields are called."""
    return card.room - ROOM_BELOW >= sum(len(block(text)) for text in press.texts.values())


def add_words(visit: Visit, card: Card, press: Press, form: Form | None = None) -> None:
    """Add what was typed and ticked, field by field, as a later press on the card reads it back.

    What has no room is cut, and then all of it is in a file. ``form`` says what the fields are called.
    """
    labels = {one.name: one.label for one in form.fields} if form else {}
    for name, said in _ticked(press, form).items():
        card.text(visit.say("back-choice", label=labels.get(name, ""), text=said))
    there = {name: text for name, text in press.texts.items() if text}
    headings = {name: visit.say("back-label", label=labels[name]) for name in there if name in labels}
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
        card.text(visit.say("back-file")).attachment(FILE, file.encode(errors="replace"))


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


def words_card(visit: Visit, press: Press, opener: str, *lines: str, form: Form | None = None) -> Card:
    """Gives back what was typed into a form, below why; ``opener`` is the verb that opens it again."""
    card = Card().text(*lines)
    add_words(visit, card, press, form)
    if not opener:
        return card
    again = replace(press, custom_id=replace(press.custom_id, verb=opener))
    first = f"{CustomId(MEND, 0, '', visit.community.id)}:"
    second = f"{CustomId(REST, 0, '', visit.community.id)}:"
    # Choices that have no room are made anew; the words are on the card.
    parts = cut_in_two(packed(again), first, second) or cut_in_two(
        packed(replace(again, ticks={})), first, second
    )
    assert parts is not None
    here, rest = parts
    return card.buttons(
        button(visit.label("back-press-mend"), MEND, 0, here, style="primary"),
        button(visit.label("back-press-leave"), REST, 0, rest),
    )
