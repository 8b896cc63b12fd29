"""Values over time as lines, and the same numbers as text for those who do not see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.text import isolated, one_line, units
from bot.typesetting import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    MARGIN,
    MOMENT,
    MOST_TEXT,
    NAME,
    NUMBER,
    NUMBER_GAP,
    PALE,
    ROW_GAP,
    UNIT,
    VERMILION,
    WIDTH,
    box,
    heading,
    line,
    paragraph,
    png,
    told,
    width,
)

MOST_LINES, MOST_MOMENTS = 5, 12
CHART_HEIGHT = 380
MARKS: tuple[tuple[str, str, tuple[tuple[int, int], ...]], ...] = (
    (BLUE, "none", ()),
    (BLACK, "12 8", ((-10, -10), (10, -10), (10, 10), (-10, 10))),
    (VERMILION, "4 8", ((0, -13), (13, 10), (-13, 10))),
    (GREEN, "20 6", ((0, -14), (14, 0), (0, 14), (-14, 0))),
    (GREY, "2 5", ((0, 13), (13, -10), (-13, -10))),
)
"""Of each line in turn: its colour, its dashes, and the corners of its mark, none for a circle."""


@dataclass(frozen=True)
class Line:
    """Values over moments, in words; None where there is no value."""

    name: str
    moments: tuple[str, ...]
    values: tuple[float | None, ...]


def lines(title: str, series: Sequence[Line], *, unit: str, ends: tuple[float, float]) -> bytes:
    """A PNG, 1,000 px wide, with a line for each series over the same moments.

    ``ends`` are the lowest and the highest value there can be. Lines differ by their marks as well as by
    their colours, and every value is written at its mark where there is one series.

    Raises:
        FileNotFoundError: a font file is missing.
        ValueError: other than 1 to 5 series, or series of different lengths, or of none or over 12 moments.
    """
    _check_lines(series)
    return png(*_chart(title, series, unit, ends))


def lines_as_text(title: str, series: Sequence[Line], *, unit: str) -> str:
    """The numbers of ``lines``, a series a line, in at most 1,000 UTF-16 code units; raises as ``lines``."""
    _check_lines(series)
    heading = told(title, unit)
    most = len(series[0].values)
    for kept in range(most, 0, -1):
        those = [f"{isolated(one_line(each.name, 100))}: {_told(each, kept)}" for each in series]
        text = "\n".join([heading, *those])
        if units(text) <= MOST_TEXT:
            return text
    return heading


def _told(one: Line, kept: int) -> str:
    there = list(zip(one.moments, one.values, strict=True))[-kept:]
    return ", ".join(f"{moment} {value:.1f}" for moment, value in there if value is not None)


def _check_lines(series: Sequence[Line]) -> None:
    if not 1 <= len(series) <= MOST_LINES:
        raise ValueError(f"a picture has 1 to {MOST_LINES} lines, not {len(series)}")
    lengths = {len(each.values) for each in series} | {len(each.moments) for each in series}
    if len(lengths) > 1 or not 1 <= lengths.pop() <= MOST_MOMENTS:
        raise ValueError(f"a line has 1 to {MOST_MOMENTS} moments, the same for all")


def _chart(
    title: str, series: Sequence[Line], unit: str, ends: tuple[float, float]
) -> tuple[list[str], float]:
    """The parts of a picture, and its height."""
    parts, y = heading(title, unit)
    low, high = ends
    left, bottom = MARGIN + 70, y + 2 * ROW_GAP + CHART_HEIGHT
    reach = WIDTH - MARGIN - 40 - left
    moments = series[0].moments

    def at(place: int, value: float) -> tuple[float, float]:
        x = left + (reach * place / (len(moments) - 1) if len(moments) > 1 else reach / 2)
        return x, bottom - CHART_HEIGHT * (value - low) / (high - low)

    for value in (low, (low + high) / 2, high):
        parts += [
            box(left, at(0, value)[1], reach, 2, PALE),
            line(MARGIN, at(0, value)[1] - UNIT.size / 2, f"{value:g}", UNIT),
        ]
    for place, moment in enumerate(moments):
        if len(moments) <= 7 or place % 2 == (len(moments) - 1) % 2:
            x = at(place, low)[0] - width(moment, MOMENT) / 2
            parts.append(line(max(x, MARGIN), bottom + NUMBER_GAP, moment, MOMENT))
    for number, each in enumerate(series):
        there = [(*at(place, value), value) for place, value in enumerate(each.values) if value is not None]
        parts += _drawn(there, number, with_values=len(series) == 1)
    y = bottom + 2 * ROW_GAP
    for number, each in enumerate(series):
        parts.append(_mark(MARGIN + 14, y + ROW_GAP + NAME.size / 2, number))
        drawn, y = paragraph(y + ROW_GAP, each.name, NAME, indent=44)
        parts += drawn
    return parts, y + MARGIN


def _drawn(there: Sequence[tuple[float, float, float]], number: int, *, with_values: bool) -> list[str]:
    """A line with its marks, through (x, y, value)."""
    colour, dash, _ = MARKS[number]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in there)
    stroke = f'fill="none" stroke="{colour}" stroke-width="4" stroke-dasharray="{dash}"'
    drawn = [f'<polyline points="{points}" {stroke}/>']
    for x, y, value in there:
        drawn.append(_mark(x, y, number))
        if with_values:
            text = f"{value:.1f}"
            drawn.append(line(x - width(text, NUMBER) / 2, y - NUMBER.size - 16, text, NUMBER))
    return drawn


def _mark(x: float, y: float, number: int) -> str:
    """A line's mark: a shape of its own, so that nobody has to tell colours apart."""
    colour, _, points = MARKS[number]
    if not points:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" fill="{colour}"/>'
    shape = " ".join(f"{x + right:.1f},{y + down:.1f}" for right, down in points)
    return f'<polygon points="{shape}" fill="{colour}"/>'
