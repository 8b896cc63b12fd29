"""What cards say of a form: its fields before it is answered, and what came out of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.domain.asks import AskField
from bot.domain.rounds import Round
from bot.domain.summary import Groups, Tally
from bot.wording import Markup


class Speaker(Protocol):
    """Whoever says a sentence in one language."""

    def say(self, sentence: str, /, **facts: object) -> Markup:
        """A sentence."""


def shortened(text: str, limit: int) -> str:
    """At most so many characters of a text, the last one "…" where it was cut; all of it for 0."""
    return text if not limit or len(text) <= limit else text[: limit - 1] + "…"


def field_line(words: Speaker, number: int, one: AskField, limit: int) -> str:
    """A field of a form, as people read it before they answer; options cut at ``limit`` characters."""
    if one.is_text:
        how = words.say("round-own-words")
        if how.casefold() in one.label.casefold():  # it says so by itself
            return words.say("round-field-choice", number=number, label=one.label, options="")
        return words.say("round-field", number=number, label=one.label, how=how)
    told = ", ".join(words.say("quoted", text=shortened(text, limit)) for text in one.options)
    return words.say("round-field-choice", number=number, label=one.label, options=Markup(told))


def fields_said(
    words: Speaker, asked: Round, tally: Tally, limit: int, heads: Mapping[int, str]
) -> list[str]:
    """What came out of each field of a form, below its label or its head, and how many answered."""
    lines: list[str] = []
    for place, (one, part) in enumerate(zip(asked.form, tally.fields, strict=True)):
        if one.is_text:
            continue
        lines.append(heads.get(place) or words.say("form-result-field", label=one.label))
        lines += _chosen(words, one, part.groups, limit)
    if any(len(part.groups) > 1 and _joins(part.groups) for part in tally.fields):
        lines.append(words.say("form-result-joined"))
    if any(one.is_text for one in asked.form) and not asked.released_ms:
        lines.append(words.say("form-result-words"))
    return [*lines, words.say("result-people", count=tally.answers)]


def _joins(groups: Groups) -> bool:
    return any(len(places) > 1 for places, _ in groups)


def _chosen(words: Speaker, field: AskField, groups: Groups, limit: int) -> list[str]:
    """How many chose what, as far as it may be told; what nobody chose is one line, however much it is."""
    if not groups:
        return [words.say("form-result-few")]
    if len(groups) == 1 and len(field.options) > 1:
        return [words.say("form-result-together")]
    lines: list[str] = []
    for places, people in groups:
        if people:
            named = (words.say("quoted", text=shortened(field.options[place], limit)) for place in places)
            lines.append(words.say("form-result-group", options=Markup(", ".join(named)), count=people))
    if len(lines) < len(groups):
        lines.append(words.say("form-result-nobody"))
    return lines
