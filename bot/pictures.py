"""Results as a picture, and the same numbers as text for those who do not see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from pathlib import Path
from unicodedata import category

import resvg_py

from bot.domain.text import ELLIPSIS, clusters, one_line, units

FONTS = Path(__file__).with_name("fonts")
FONT_FILES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")

FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"

MOST_ROWS = 25
MOST_TEXT = 1000

# Okabe and Ito's. One colour for all bars: a second one would have to mean something.
BLUE = "#0072B2"
BLACK = "#000000"
VERMILION = "#D55E00"
GREEN = "#009E73"
GREY = "#595959"
PALE = "#A6A6A6"
WHITE = "#FFFFFF"


@dataclass(frozen=True)
class _Style:
    """How some words are set: their size in px, and on how many lines at most."""

    size: int
    lines: int = 1
    weight: str = "normal"
    colour: str = BLACK


TITLE = _Style(40, lines=3, weight="bold")
UNIT = _Style(26, colour=GREY)
NAME = _Style(30, lines=2)
NUMBER = _Style(28, weight="bold")

MOMENT = _Style(22, colour=GREY)
MOST_LINES, MOST_MOMENTS = 5, 12

# In pixels. Phones show the picture at about a third of its width.
WIDTH = 1000
MARGIN = 48
ROOM = WIDTH - 2 * MARGIN
AXIS_WIDTH = 4
BAR_HEIGHT = 32
NAME_GAP = 6
NUMBER_GAP = 12
ROW_GAP = 28
LEADING = 1.3
CHART_HEIGHT = 380
MARKS: tuple[tuple[str, str, tuple[tuple[int, int], ...]], ...] = (
    (BLUE, "none", ()),
    (BLACK, "12 8", ((-10, -10), (10, -10), (10, 10), (-10, 10))),
    (VERMILION, "4 8", ((0, -13), (13, 10), (-13, 10))),
    (GREEN, "20 6", ((0, -14), (14, 0), (0, 14), (-14, 0))),
    (GREY, "2 5", ((0, 13), (13, -10), (-13, -10))),
)
"""Of each line in turn: its colour, its dashes, and the corners of its mark, none for a circle."""

# How much of the size a letter is wide in bold, rounded up: text has to fit, not to fill.
_NARROW = frozenset(" !'(),-./:;I[\\]fijlrt|")
_BROAD = frozenset("%@MWmwЖ\u041cФШЩЫЮжмфшщыю")
_NARROW_EM, _PLAIN_EM, _CAPITAL_EM, _BROAD_EM = 0.5, 0.74, 0.87, 1.15
_LAST_PLAIN = "\u05ff"  # after the Latin, Greek, Cyrillic, Armenian and Hebrew letters
_NORMAL_TO_BOLD = 0.93


@dataclass(frozen=True)
class Line:
    """Values over moments, in words; None where there is no value."""

    name: str
    moments: tuple[str, ...]
    values: tuple[float | None, ...]


def bars(title: str, rows: Sequence[tuple[str, int]], *, unit: str) -> bytes:
    """A PNG, 1,000 px wide, with a bar for each row: (name, count).

    ``unit`` says once, under the title, what is counted; it may be empty. Long words are wrapped
    and then cut; emoji are left out, and letters that the fonts lack are empty boxes. Takes some
    tens of milliseconds of processor time.

    Raises ValueError for other than 1 to 25 rows or a count below 0, and FileNotFoundError where a
    font file is missing, because the picture would then come out without its words.
    """
    _check(rows)
    return resvg_py.svg_to_bytes(
        svg_string=_drawing(title, rows, unit), skip_system_fonts=True, font_files=_fonts()
    )


def bars_as_text(
    title: str, rows: Sequence[tuple[str, int]], *, unit: str, more: Callable[[int], str]
) -> str:
    """The numbers of ``bars``, a row a line, in at most 1,000 UTF-16 code units.

    Where that is too long, whole rows are left out at the end and ``more`` words how many.
    Raises ValueError as ``bars`` does.
    """
    _check(rows)
    heading = one_line(title, 200) + (f" ({one_line(unit, 60)})" if unit.strip() else "")
    lines = [f"{one_line(name, 200)}: {count}" for name, count in rows]
    # The heading and the words of ``more`` fit by themselves, so one of these texts does.
    texts = ("\n".join([heading, *_first(lines, kept, more)]) for kept in range(len(lines), -1, -1))
    return next(text for text in texts if units(text) <= MOST_TEXT)


def _first(lines: Sequence[str], kept: int, more: Callable[[int], str]) -> list[str]:
    left_out = len(lines) - kept
    return [*lines[:kept], *([one_line(more(left_out), 100)] if left_out else [])]


def _check(rows: Sequence[tuple[str, int]]) -> None:
    if not 1 <= len(rows) <= MOST_ROWS:
        raise ValueError(f"a picture has 1 to {MOST_ROWS} rows, not {len(rows)}")
    if any(count < 0 for _, count in rows):
        raise ValueError("a bar cannot be shorter than nothing")


def _fonts() -> list[str]:
    paths = [FONTS / name for name in FONT_FILES]
    for path in paths:
        if not path.is_file():
            raise FileNotFoundError(f"no font to write a picture with: {path}")
    return [str(path) for path in paths]


def _drawing(title: str, rows: Sequence[tuple[str, int]], unit: str) -> str:
    parts, y = _heading(title, unit)
    most = max(count for _, count in rows)
    longest = ROOM - AXIS_WIDTH - NUMBER_GAP - _width(str(most), NUMBER)
    for name, count in rows:
        drawn, y = _row(y + ROW_GAP, name, count, longest * count / max(most, 1))
        parts += drawn
    height = round(y + MARGIN)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'font-family="DejaVu Sans">'
        f"{_box(0, 0, WIDTH, height, WHITE)}{''.join(parts)}</svg>"
    )


def _heading(title: str, unit: str) -> tuple[list[str], float]:
    """What is drawn from the top, and where it ends."""
    parts, y = _paragraph(MARGIN, title, TITLE)
    if not unit.strip():
        return parts, y
    more, y = _paragraph(y + NAME_GAP, unit, UNIT)
    return parts + more, y


def _row(y: float, name: str, count: int, length: float) -> tuple[list[str], float]:
    """What is drawn from ``y`` down, and where it ends."""
    parts, y = _paragraph(y, name, NAME)
    y += NAME_GAP
    end = MARGIN + AXIS_WIDTH + length
    parts += [
        _box(MARGIN, y, AXIS_WIDTH, BAR_HEIGHT, PALE),
        _box(MARGIN + AXIS_WIDTH, y, length, BAR_HEIGHT, BLUE) if count else "",
        _line(end + NUMBER_GAP, y + (BAR_HEIGHT - NUMBER.size) / 2, str(count), NUMBER),
    ]
    return parts, y + BAR_HEIGHT


def _paragraph(y: float, text: str, style: _Style, indent: float = 0) -> tuple[list[str], float]:
    """What is drawn from ``y`` down, and where it ends."""
    pitch, x = style.size * LEADING, MARGIN + indent
    wrapped = _wrapped(_written(text), style)
    return [_line(x, y + i * pitch, line, style) for i, line in enumerate(wrapped)], y + len(wrapped) * pitch


def _line(x: float, y: float, words: str, style: _Style) -> str:
    """Words whose letters begin at ``x`` and lie between ``y`` and ``y`` plus their size."""
    # In isolation, words take their direction from their first letter: "?" ends a Hebrew line at its left.
    isolated = f"{FIRST_STRONG_ISOLATE}{escape(words)}{POP_ISOLATE}"
    return (
        f'<text x="{x:.1f}" y="{y + style.size * 0.86:.1f}" font-size="{style.size}" '
        f'font-weight="{style.weight}" fill="{style.colour}">{isolated}</text>'
    )


def _box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>'


def _written(text: str) -> str:
    """The text as one line without emoji, which the fonts lack; with them if there is nothing else."""
    letters = "".join(char for char in text if char < "\U0001f000" or category(char) not in {"So", "Sk"})
    written = one_line(letters, MOST_TEXT)
    return written if written != ELLIPSIS else one_line(text, MOST_TEXT)


def _wrapped(text: str, style: _Style) -> list[str]:
    """The text in lines that fit between the margins; the last ends in an ellipsis if any is left."""
    lines: list[str] = []
    while text and len(lines) < style.lines:
        end = _break(text, style)
        lines.append(text[:end].rstrip())
        text = text[end:]
    if text:
        end = _fitting(lines[-1], style, ROOM - _width(ELLIPSIS, style))
        lines[-1] = lines[-1][:end].rstrip() + ELLIPSIS
    return lines


def _break(text: str, style: _Style) -> int:
    """How many characters go on one line: whole words, or as much of a long word as fits."""
    fitting = _fitting(text, style, ROOM)
    if fitting == len(text):
        return fitting
    return text.rfind(" ", 0, fitting + 1) + 1 or fitting


def _fitting(text: str, style: _Style, room: float) -> int:
    """How many characters of the text fit into ``room`` px; the first always does."""
    pieces = clusters(text)
    ends = accumulate(_width(piece, style) for piece in pieces)
    fitting = sum(end <= room for end in ends)
    return len("".join(pieces[: max(fitting, 1)]))


def _width(text: str, style: _Style) -> float:
    """About the most that the text is wide, in px."""
    slimmer = 1 if style.weight == "bold" else _NORMAL_TO_BOLD
    return style.size * slimmer * sum(_ems(char) for char in text)


def _ems(char: str) -> float:
    if category(char) in {"Mn", "Me", "Cf"}:
        return 0
    if char in _NARROW:
        return _NARROW_EM
    if char in _BROAD or char > _LAST_PLAIN:
        return _BROAD_EM
    return _CAPITAL_EM if char.isupper() or not char.isalnum() else _PLAIN_EM


def lines(title: str, series: Sequence[Line], *, unit: str, ends: tuple[float, float]) -> bytes:
    """A PNG, 1,000 px wide, with a line for each series over the same moments.

    ``ends`` are the lowest and the highest value there can be. Lines differ by their marks as well as by
    their colours, and every value is written at its mark where there is one series. Raises as ``bars`` does,
    and ValueError for other than 1 to 5 series, or for series of other lengths than 1 to 12.
    """
    _check_lines(series)
    return resvg_py.svg_to_bytes(
        svg_string=_chart(title, series, unit, ends), skip_system_fonts=True, font_files=_fonts()
    )


def lines_as_text(title: str, series: Sequence[Line], *, unit: str) -> str:
    """The numbers of ``lines``, a series a line, in at most 1,000 UTF-16 code units; raises as ``lines``."""
    _check_lines(series)
    heading = one_line(title, 200) + (f" ({one_line(unit, 60)})" if unit.strip() else "")
    most = len(series[0].values)
    for kept in range(most, 0, -1):
        told = [f"{one_line(each.name, 100)}: {_told(each, kept)}" for each in series]
        text = "\n".join([heading, *told])
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


def _chart(title: str, series: Sequence[Line], unit: str, ends: tuple[float, float]) -> str:
    parts, y = _heading(title, unit)
    low, high = ends
    left, bottom = MARGIN + 70, y + 2 * ROW_GAP + CHART_HEIGHT
    width = WIDTH - MARGIN - 40 - left
    moments = series[0].moments

    def at(place: int, value: float) -> tuple[float, float]:
        x = left + (width * place / (len(moments) - 1) if len(moments) > 1 else width / 2)
        return x, bottom - CHART_HEIGHT * (value - low) / (high - low)

    for value in (low, (low + high) / 2, high):
        parts += [
            _box(left, at(0, value)[1], width, 2, PALE),
            _line(MARGIN, at(0, value)[1] - UNIT.size / 2, f"{value:g}", UNIT),
        ]
    for place, moment in enumerate(moments):
        if len(moments) <= 7 or place % 2 == (len(moments) - 1) % 2:
            x = at(place, low)[0] - _width(moment, MOMENT) / 2
            parts.append(_line(max(x, MARGIN), bottom + NUMBER_GAP, moment, MOMENT))
    for number, each in enumerate(series):
        there = [(*at(place, value), value) for place, value in enumerate(each.values) if value is not None]
        parts += _drawn(there, number, with_values=len(series) == 1)
    y = bottom + 2 * ROW_GAP
    for number, each in enumerate(series):
        parts.append(_mark(MARGIN + 14, y + ROW_GAP + NAME.size / 2, number))
        drawn, y = _paragraph(y + ROW_GAP, each.name, NAME, indent=44)
        parts += drawn
    height = round(y + MARGIN)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'font-family="DejaVu Sans">'
        f"{_box(0, 0, WIDTH, height, WHITE)}{''.join(parts)}</svg>"
    )


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
            drawn.append(_line(x - _width(text, NUMBER) / 2, y - NUMBER.size - 16, text, NUMBER))
    return drawn


def _mark(x: float, y: float, number: int) -> str:
    """A line's mark: a shape of its own, so that nobody has to tell colours apart."""
    colour, _, points = MARKS[number]
    if not points:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" fill="{colour}"/>'
    shape = " ".join(f"{x + right:.1f},{y + down:.1f}" for right, down in points)
    return f'<polygon points="{shape}" fill="{colour}"/>'
