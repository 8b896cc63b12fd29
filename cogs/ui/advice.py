"""How plain somebody's words are, as the card of a draft says it before others read them."""

from __future__ import annotations

from bot.domain.meanings import same
from bot.domain.plain import Glossary, jargon, long_sentences, reading_years
from bot.domain.text import one_line
from bot.wording import Markup
from cogs.ui.visit import Visit

MOST_SENTENCES = 2
MOST_WORDS = 5
BEGINNING = 60
"""The characters by which a long sentence, or an explanation, is found again."""


def advice(visit: Visit, text: str, explained: Glossary) -> list[str]:
    """A few lines about a text: its reading age, its first long sentences, its first words of jargon.

    What the community has ``explained`` itself is no jargon any more: it is shown as people will read it.
    """
    lines: list[str] = []
    age = reading_years(text, visit.community.language)
    if age is not None:
        lines.append(visit.say("advice-reading-age", age=age))
    for one in long_sentences(text)[:MOST_SENTENCES]:
        lines.append(visit.say("advice-long", text=one_line(one, BEGINNING)))
    own = [
        visit.say("advice-explained-word", text=said, meaning=one_line(meaning, BEGINNING))
        for said, meaning in jargon(text, explained)[:MOST_WORDS]
    ]
    words = [
        visit.say("advice-jargon-word", text=said, plain=plain)
        for said, plain in jargon(text, visit.app.glossary)
        if same(said) not in explained.meanings
    ][:MOST_WORDS]
    if words:
        lines.append(visit.say("advice-jargon", texts=Markup(", ".join(words))))
    if own:
        lines.append(visit.say("advice-explained", texts=Markup(", ".join(own))))
    return lines
