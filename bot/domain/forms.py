"""Forms: a few fields that are answered together, without names or with them.

An answer is a tuple with one entry for each field, in their order: the place of the option chosen, the words,
or None where nothing was said. Of the choices groups that are large enough are shown, and of the words each
one for itself: no result ever joins two fields of one person.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.asks import Ask, AskField, FieldKind
from bot.domain.hiding import LEAST_APART, hidden_cells
from bot.domain.refusals import Refusal
from bot.domain.summary import FieldTally
from bot.domain.text import listed, same

FORM = "form"
"""The kind of a round that is answered with a form."""

FormValue = tuple[int | str | None, ...]

MOST_FIELDS, MOST_SEALED = 5, 4
"""Discord's forms have five boxes, and without names one of them is for the code."""
MOST_SCALES, POINTS, LABEL, END = 3, 5, 45, 40
"""Scales that organisers write: how many, their points, and characters of a question and of an end."""
SHORT_TEXT, MOST_CHOICES = 300, 10
"""Characters of a short text, and options of a choice."""
MOST_TEXT = 1000
"""Characters of all texts of one answer together."""
REASONS = ("personal", "about", "unkind", "other")
"""Why words are not shown: somebody's details, about a named person, unkind or unlawful, something else."""
WIDEST = 4
"""Bytes of a character: what is cleaned has no controls and no surrogates, so none is escaped longer."""


@dataclass(frozen=True)
class Parted:
    """Answers taken apart: (field, option) and (field, words), joined to nothing any more."""

    choices: list[tuple[int, int]]
    texts: list[tuple[int, str]]


def check_form(form: Sequence[AskField], *, sealed: bool) -> None:
    """Raise Refusal ``form-missing``, ``form-unfit``, ``form-too-long`` where this can be no round's form."""
    if not form:
        raise Refusal("form-missing")
    if any(one.kind is FieldKind.SEVERAL for one in form) or len({one.name for one in form}) < len(form):
        raise Refusal("form-unfit")
    if len(form) > (most := MOST_SEALED if sealed else MOST_FIELDS):
        raise Refusal("form-too-long", count=len(form), limit=most)


def as_form(ask: Ask) -> tuple[AskField, ...]:
    """An ask as a form that can be answered in one go; raises Refusal ``form-...`` where it can't."""
    check_form(ask.fields, sealed=True)
    return tuple(replace(one, longest=min(one.longest, MOST_TEXT)) for one in ask.fields)


def read_scales(text: str) -> tuple[AskField, ...]:
    """Scales, one a line: ``How safe? | not at all | very``; raises Refusal ``scale-...``, ``form-...``."""
    lines = listed(text)
    if len(lines) > MOST_SCALES:
        raise Refusal("scales-too-many", count=len(lines), limit=MOST_SCALES)
    found = []
    for number, line in enumerate(lines, 1):
        parts = _parts(line)
        if len(parts) != 3 or not all(parts):
            raise Refusal("scale-unreadable", number=number)
        found.append(_scale(number, parts))
    if not found:
        raise Refusal("form-missing")
    return tuple(found)


def _parts(line: str) -> list[str]:
    return [" ".join(part.split()) for part in line.split("|")]


def _scale(number: int, parts: Sequence[str]) -> AskField:
    if len(parts[0]) > LABEL or max(map(len, parts[1:])) > END:
        raise Refusal("scale-too-long", number=number, limit=LABEL, end=END)
    low, high = parts[1:]
    points = (f"1 ({low})", *map(str, range(2, POINTS)), f"{POINTS} ({high})")
    return AskField(f"scale{number}", FieldKind.SCALE, parts[0], options=points)


def read_questions(text: str) -> tuple[AskField, ...]:
    """Questions, one a line, as organisers write them.

    A scale is ``How safe? | not at all | very``, a choice ``Which way? | Mill Road / by bus``, a short text
    ``What would help?``.

    Raises:
        Refusal: ``questions-...``, ``scale-too-long``, ``form-missing``.
    """
    lines = listed(text)
    if len(lines) > MOST_FIELDS:
        raise Refusal("questions-too-many", count=len(lines), limit=MOST_FIELDS)
    found = [_question(number, line) for number, line in enumerate(lines, 1)]
    if not found:
        raise Refusal("form-missing")
    return tuple(found)


def _question(number: int, line: str) -> AskField:
    parts = _parts(line)
    if len(parts) > 3 or not all(parts):
        raise Refusal("questions-unreadable", number=number)
    if len(parts) == 3:
        return _scale(number, parts)
    if len(parts[0]) > LABEL:
        raise Refusal("questions-too-long", number=number, limit=LABEL)
    if len(parts) == 1:
        return AskField(f"words{number}", FieldKind.SHORT, parts[0], longest=SHORT_TEXT)
    options = tuple(one.strip() for one in parts[1].split("/") if one.strip())
    if not 2 <= len(options) <= MOST_CHOICES or len({same(one) for one in options}) < len(options):
        raise Refusal("questions-options", number=number, limit=MOST_CHOICES)
    if max(map(len, options)) > END:
        raise Refusal("scale-too-long", number=number, limit=LABEL, end=END)
    return AskField(f"choice{number}", FieldKind.ONE, parts[0], options=options)


def question_lines(form: Sequence[AskField]) -> str:
    """The fields of a form as :func:`read_questions` reads them."""
    lines = []
    for one in form:
        if one.is_text:
            lines.append(one.label)
        else:
            lines.append(scale_lines([one]) or f"{one.label} | {' / '.join(one.options)}")
    return "\n".join(lines)


def scale_lines(form: Sequence[AskField]) -> str:
    """The scales of a form as an organiser wrote them; '' where none were written."""
    ends = re.compile(r"\d+ \((.*)\)")
    found = [
        (one.label, ends.fullmatch(one.options[0]), ends.fullmatch(one.options[-1]))
        for one in form
        if one.kind is FieldKind.SCALE
    ]
    return "\n".join(f"{label} | {low[1]} | {high[1]}" for label, low, high in found if low and high)


def read_form(form: Sequence[AskField], raw: Sequence[str]) -> FormValue:
    """The value of what a door received: flat pairs of a field's name and an option's place or the words.

    Raises:
        Refusal: ``form-field-missing`` for a choice that is not made, ``form-empty`` where nothing is said,
            ``words-too-long``, ``choice-unknown``; ``button-unknown`` for what no form of ours sends.
    """
    names, sent = raw[::2], dict(zip(raw[::2], raw[1::2], strict=False))
    if len(raw) % 2 or len(sent) < len(names) or not sent.keys() <= {one.name for one in form}:
        raise Refusal("button-unknown")
    value = tuple(_read(one, sent.get(one.name, "")) for one in form)
    if all(one is None for one in value):
        raise Refusal("form-empty")
    length = sum(len(one) for one in value if isinstance(one, str))
    if length > MOST_TEXT:
        raise Refusal("words-too-long", length=length, limit=MOST_TEXT)
    return value


def _read(one: AskField, sent: str) -> int | str | None:
    if one.is_text:
        return next(iter(one.read([sent])), None)
    if not sent:
        raise Refusal("form-field-missing", label=one.label)
    if not (sent.isascii() and sent.isdigit() and len(sent) < 4 and int(sent) < len(one.options)):
        raise Refusal("choice-unknown")
    return int(sent)


def room_of(form: Sequence[AskField]) -> int:
    """Bytes that the longest answer to a form can take, as JSON that escapes nothing it need not."""
    text = min(MOST_TEXT, sum(one.longest for one in form if one.is_text))
    return 2 + 6 * len(form) + WIDEST * text


def without_words(value: Sequence[int | str | None]) -> FormValue:
    """An answer's choices alone."""
    return tuple(None if isinstance(one, str) else one for one in value)


def parted(values: Iterable[Sequence[int | str | None]]) -> Parted:
    """Answers taken apart, in no particular order: the caller shuffles both."""
    found = Parted([], [])
    for value in values:
        for place, one in enumerate(value):
            if isinstance(one, str):
                found.texts.append((place, one))
            elif one is not None:
                found.choices.append((place, one))
    return found


def tally_fields(
    form: Sequence[AskField], choices: Iterable[tuple[int, int]], least: int
) -> tuple[FieldTally, ...]:
    """What may be shown of each field; nothing of those in which people write."""
    counts = Counter(choices)
    return tuple(
        FieldTally(
            grouped([counts[place, option] for option in range(len(one.options))], least, scale=one.kind)
        )
        for place, one in enumerate(form)
    )


def grouped(
    counts: Sequence[int], least: int, *, scale: FieldKind
) -> tuple[tuple[tuple[int, ...], int], ...]:
    """Options joined until each group has nobody or at least ``least`` people; nothing where all are fewer.

    A scale's neighbours are joined; other options are joined to one group, as :func:`hidden_cells` has it.
    """
    if scale is not FieldKind.SCALE:
        hidden = hidden_cells(counts, least)
        shown = [((place,), count) for place, count in enumerate(counts) if place not in hidden]
        together = ((hidden, sum(counts[place] for place in hidden)),) if hidden else ()
        return (*shown, *together) if sum(counts) >= least else ()
    if sum(counts) < least:
        return ()
    least = max(least, LEAST_APART)
    if sum(counts) < least:
        return ((tuple(range(len(counts))), sum(counts)),)
    if not any(0 < count < least for count in counts):
        return tuple(((place,), count) for place, count in enumerate(counts))
    bands: list[tuple[tuple[int, ...], int]] = [((), 0)]
    for place, count in enumerate(counts):
        if bands[-1][1] >= least:
            bands.append(((), 0))
        places, people = bands[-1]
        bands[-1] = ((*places, place), people + count)
    if bands[-1][1] < least:  # too few at the end: they join the band before them
        places, people = bands.pop()
        bands[-1] = ((*bands[-1][0], *places), bands[-1][1] + people)
    return tuple(bands)


def regroups(fields: Sequence[FieldTally], choices: Iterable[tuple[int, int]]) -> bool:
    """Whether choices still make the groups that were shown."""
    counts = Counter(choices)
    return all(
        people == sum(counts[place, option] for option in options)
        for place, field in enumerate(fields)
        for options, people in field.groups
    )
