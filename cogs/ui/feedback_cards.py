"""The card with the words out of a form that everybody may read."""

from __future__ import annotations

from bot.domain.text import clean
from bot.services.reviewing import Released
from bot.services.rounds import Look
from cogs.ui.cards import Card
from cogs.ui.limits import MESSAGE_TEXT
from cogs.ui.round_cards import RoundWords

ROOM = MESSAGE_TEXT - 1200
"""Characters for texts; the others are for the question, the counts, and what says where the others are."""


def words_card(look: Look, words: RoundWords, found: Released) -> Card:
    """What people wrote, as it is posted; what does not fit is in a file with all of it."""
    card = Card().text(
        words.say("result-title", title=words.title(look)),
        words.say("round-question", question=look.round.question),
        words.say("words-posted", count=len(found.comments)),
        words.say("words-declined", count=sum(found.declined.values())) if found.declined else "",
    )
    lines: list[str] = []
    whole: list[str] = []
    for place, field in enumerate(look.round.form):
        texts = [one.words for one in found.comments if one.field == place]
        if texts:
            lines += [words.say("form-result-field", label=field.label)]
            lines += [words.say("words-line", text=" ".join(text.split())) for text in texts]
            whole += [clean(field.label), *(f"- {clean(text)}" for text in texts), ""]
    fitting = 0
    length = 0
    for line in lines:
        length += len(line) + 1
        if length > ROOM:
            break
        fitting += 1
    card.text(*lines[:fitting])
    if fitting < len(lines):
        card.text(words.say("words-more")).attachment("words.txt", "\n".join(whole).encode())
    return card
