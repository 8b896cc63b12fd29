"""What came out of a weighing, as text and as a picture."""

from __future__ import annotations

import asyncio

from bot.domain.contributions import Contribution
from bot.domain.percent import percent
from bot.domain.weighing import Weighed
from bot.pictures import MOST_ROWS, bars, bars_as_text
from bot.services.weighing import Outcome
from cogs.ui.cards import Card
from cogs.ui.form_words import shortened
from cogs.ui.idea_cards import SHORTENED, first_words
from cogs.ui.round_cards import RESULT_ROOM, RoundWords

SHORTER = (SHORTENED, 60, 30, 12)
"""How much of a statement is shown: the first of these with which everything fits."""


def result_lines(words: RoundWords, found: Outcome) -> list[str]:
    """What most agree on, what divides, what groups agree on, what too few have read, and all the others.

    Where not all of it fits, statements are shortened: their numbers and counts stay.
    """
    if not found.tally.answers:
        return [words.say("result-nobody"), *words.offline(found.tally)]
    apart = words.offline(found.tally)
    for limit in SHORTER:
        lines = _lines(words, found, limit)
        room = RESULT_ROOM - sum(len(line) + 1 for line in (*lines, *apart))
        if room >= 0:
            break
    return [*lines, *_others(words, found, limit, room), *apart]


def _others(words: RoundWords, found: Outcome, limit: int, room: int) -> list[str]:
    """The statements that are in no list, by their numbers, as many as there is room for."""
    named = _named(found)
    others = [one for one in _read(found) if one.number not in named]
    lines: list[str] = [words.say("weigh-others" if named else "weigh-every")]
    for place, one in enumerate(others):
        line = _line(words, found, one, limit)
        rest = words.say("weigh-rest", count=len(others) - place)
        if sum(len(kept) + 1 for kept in (*lines, line, rest)) > room:
            return [*lines, rest]
        lines.append(line)
    return lines if others else []


def _read(found: Outcome) -> list[Weighed]:
    """The statements that enough people have read."""
    few = {one.number for one in found.found.few}
    return [one for one in found.tally.weighed if one.readers and one.number not in few]


def _named(found: Outcome) -> set[int]:
    return {one.number for one in (*found.found.agreed, *found.found.divided)}


def _lines(words: RoundWords, found: Outcome, limit: int) -> list[str]:
    lines: list[str] = [
        words.say("weigh-result", count=found.tally.answers, statements=len(found.tally.weighed))
    ]
    for title, listed in (("agreed", found.found.agreed), ("divided", found.found.divided)):
        lines.append(words.say(f"weigh-{title}" if listed else f"weigh-{title}-none"))
        if title == "agreed" and not listed and any(2 * one.agree > one.readers for one in _read(found)):
            lines[-1] = words.say("weigh-agreed-unsure")
        lines += [_line(words, found, one, limit) for one in listed]
    if _read(found):
        lines.append(words.say("weigh-sure"))
    lines += words.who(found.tally)
    if len(found.tally.standings) > 1:
        lines.append(words.say("weigh-across" if found.found.across else "weigh-across-none"))
        lines += [
            words.say("weigh-line-across", number=one.number, text=_text(words, found, one.number, limit))
            for one in found.found.across
        ]
    if found.found.few:
        lines.append(words.say("weigh-few", count=len(found.found.few)))
    if found.round.end_reason:
        lines.append(words.say("result-early", reason=found.round.end_reason))
    return lines


def _line(words: RoundWords, found: Outcome, one: Weighed, limit: int) -> str:
    low, high = one.sure
    return words.say(
        "weigh-line", number=one.number, text=_text(words, found, one.number, limit), agree=one.agree,
        disagree=one.disagree, passed=one.passed, total=one.readers,
        low=percent(low).value, high=percent(high).value,
    )  # fmt: skip


def _text(words: RoundWords, found: Outcome, number: int, limit: int) -> str:
    text = first_words(found.said[number], None)
    return words.say("quoted", text=shortened(text, limit)) if text else words.say("idea-erased")


async def with_picture(card: Card, words: RoundWords, found: Outcome) -> Card:
    """Put a picture of what was found on a card: of 100 who read a statement, so many agree."""
    named = _named(found)
    first = sorted(_read(found), key=lambda one: (one.number not in named, -one.readers))[:MOST_ROWS]
    share = sorted(first, key=lambda one: -one.agree / one.readers)
    rows = [(_plain(words, found.said[one.number]), percent(one.agree, one.readers).value) for one in share]
    if not rows:
        return card
    title, unit = words.label("weigh-picture", 100), words.label("weigh-unit", 60)

    def more(count: int) -> str:
        return words.label("weigh-picture-more", 100, count=count)

    alt = bars_as_text(title, rows, unit=unit, more=more)
    # Drawing takes as long as a hundred presses: not on the loop that answers them.
    drawn = await asyncio.to_thread(bars, title, rows, unit=unit)
    return card.picture("result.png", drawn, alt)


def _plain(words: RoundWords, one: Contribution) -> str:
    return words.label("ideas-option", 200, number=one.id, text=first_words(one, None))
