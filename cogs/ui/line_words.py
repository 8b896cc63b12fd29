"""What cards say of a check-in over time: levels, changes, groups, and a picture of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.charts import MOST_LINES, MOST_MOMENTS, Line, lines, lines_as_text
from bot.domain.asks import AskField, FieldKind
from bot.domain.lines import EVERYBODY, Change, apart, first_value
from bot.domain.people import Standing
from bot.domain.rounds import Round
from bot.domain.summary import Groups, Tally
from bot.domain.text import ended
from bot.services.checkin_results import Series, Time, difference
from bot.wording import Markup
from cogs.ui.cards import Card
from cogs.ui.round_cards import RoundWords
from cogs.ui.times import day

LAST = 6
"""How many times a card tells of each question; the file has all."""


def ends(field: AskField) -> tuple[str, str]:
    """The lowest and the highest option of a scale, as people read them."""
    return field.options[0], field.options[-1]


def told(value: float) -> str:
    """A level, with one decimal."""
    return f"{value:.1f}"


def series_lines(words: RoundWords, found: Series) -> list[str]:
    """Each question's line over time, the last times of it."""
    lines: list[str] = []
    for place, field in enumerate(found.checkin.form):
        if field.is_text:
            continue
        lines.append(words.say("line-question", label=field.label))
        if field.kind is FieldKind.SCALE:
            low, high = ends(field)
            lines.append(words.say("line-scale", low=low, high=high))
        lines += [_time(words, found, place, time) for time in found.times[-LAST:]]
    if found.missed:
        lines.append(words.say("line-missed", count=len(found.missed)))
    return lines


def _time(words: RoundWords, found: Series, place: int, time: Time) -> str:
    field, when = time.round.form[place], day(time.round.opened_ms)
    if field.kind is not FieldKind.SCALE:
        return _chose(words, field, time, place)
    so_far = found.until(time.round.id)
    levels = {one.group: one for one in found.levels(time, place)}
    if EVERYBODY not in levels:
        return words.say("line-few", when=when)
    every = levels[EVERYBODY]
    said: list[str] = [words.say("line-time", when=when, level=told(every.value), count=every.people)]
    said += change_words(words.say, so_far.change(place))
    said += _same(words, time)
    groups = [(name, levels[name].value) for name in Standing if name in levels]
    if groups:
        those = [words.say("line-group", who=words.say(f"name-{n}"), what=told(value)) for n, value in groups]
        said.append(words.say("line-groups", groups=Markup(", ".join(those))))
    if len(groups) > 1:
        values = [value for _, value in groups]
        said.append(words.say("line-apart", by=told(apart(max(values), min(values)))))
    return " ".join(said)


def change_words(say: Callable[..., Markup], found: Change | None) -> list[str]:
    """How far a level is from the one before it, in words; none for the first."""
    if found is None:
        return []
    by = told(abs(found.by))
    if float(by) == 0:
        return [say("line-level")]
    said: list[str] = [say("line-up" if found.by > 0 else "line-down", by=by)]
    return [*said, say("line-unusual")] if found.unusual else said


def _chose(words: RoundWords, field: AskField, time: Time, place: int) -> str:
    part, when = (time.tally.fields[place] if time.tally.fields else None), day(time.round.opened_ms)
    if part is None or not part.groups:
        return words.say("line-few", when=when)
    said: list[str] = [words.say("line-chose", when=when, counts=_counts(words, field, part.groups))]
    those = [
        words.say("line-group", who=words.say(f"name-{name}"), what=_counts(words, field, groups))
        for name, groups in part.parts
    ]
    return " ".join([*said, *([words.say("line-groups", groups=Markup("; ".join(those)))] if those else [])])


def _counts(words: RoundWords, field: AskField, groups: Groups) -> Markup:
    def named(places: tuple[int, ...]) -> Markup:
        return Markup("/".join(words.say("quoted", text=field.options[place]) for place in places))

    return Markup(
        ", ".join(words.say("line-chose-one", options=named(places), count=n) for places, n in groups)
    )


def time_lines(words: RoundWords, asked: Round, tally: Tally, found: Series) -> list[str]:
    """The result of one time: where officials see it otherwise, each question with its level, the numbers."""
    if not found.times:
        return words.result(asked, tally)
    time, heads = found.times[-1], dict[int, str]()
    for place, field in enumerate(time.round.form):
        level = next((one for one in found.levels(time, place) if one.group == EVERYBODY), None)
        if level is not None:
            low, high = ends(field)
            line = words.say(
                "result-line-level", label=ended(field.label), level=told(level.value), low=low, high=high
            )
            heads[place] = " ".join([line, *change_words(words.say, found.change(place))])
    return [*differs(words, found), *words.result(asked, tally, heads), *_same(words, time)]


def _same(words: RoundWords, time: Time) -> list[Markup]:
    if time.tally.same is None:
        return []
    name = "line-same-all" if time.tally.same == time.tally.answers else "line-same"
    return [words.say(name, count=time.tally.same)]


def differs(words: RoundWords, found: Series) -> list[str]:
    """Where officials say one thing and residents another."""
    apart = difference(found.checkin, found.times[-1].tally) if found.times else None
    if apart is None:
        return []
    options = found.checkin.form[0].options
    facts = {"stated": options[apart.stated], "said": options[apart.said]}
    sentence = "line-differs-residents" if apart.group else "line-differs"
    return [words.say(sentence, people=apart.people, total=apart.every, **facts)]


async def with_lines(card: Card, words: RoundWords, found: Series, zone: ZoneInfo) -> Card:
    """Put a picture on a card: of one question every group's line, of several everybody's line of each."""
    scales = [place for place, one in enumerate(found.checkin.form) if one.kind is FieldKind.SCALE]
    times = found.times[-MOST_MOMENTS:]
    if not scales or not times:
        return card
    moments = tuple(_day(time.round.opened_ms, zone) for time in times)
    if len(scales) == 1:
        wanted = [(scales[0], name) for name in found.groups(scales[0])]
    else:
        wanted = [(place, EVERYBODY) for place in scales if found.groups(place)]
    drawn = [
        Line(
            _name(words, found, place, name, many=len(scales) > 1),
            moments,
            _values(found, times, place, name),
        )
        for place, name in wanted[:MOST_LINES]
    ]
    if not drawn:
        return card
    field = found.checkin.form[scales[0]]
    low, high = ends(field)
    title = words.label("line-picture", 200, question=found.checkin.question)
    unit = words.label("line-picture-unit", 100, low=low, high=high)
    bottom = float(first_value(field))
    span = (bottom, bottom + len(field.options) - 1)
    # Drawing takes as long as a hundred presses: not on the loop that answers them.
    picture = await asyncio.to_thread(lines, title, drawn, unit=unit, ends=span)
    return card.picture("over-time.png", picture, lines_as_text(title, drawn, unit=unit))


def _values(found: Series, times: tuple[Time, ...], place: int, group: str) -> tuple[float | None, ...]:
    return tuple(
        next((one.value for one in found.levels(time, place) if one.group == group), None) for time in times
    )


def _name(words: RoundWords, found: Series, place: int, group: str, *, many: bool) -> str:
    if many:
        return words.label("plain", 100, text=found.checkin.form[place].label)
    return words.label(f"name-{group}" if group else "line-everybody", 100)


def _day(at_ms: int, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, zone):%-d %b}"
