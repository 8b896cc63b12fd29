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

# Blue and black are Okabe and Ito's. One colour for all bars: a second one would have to mean something.
BLUE = "#0072B2"
BLACK = "#000000"
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

# How much of the size a letter is wide in bold, rounded up: text has to fit, not to fill.
_NARROW = frozenset(" !'(),-./:;I[\\]fijlrt|")
_BROAD = frozenset("%@MWmwЖ\u041cФШЩЫЮжмфшщыю")
_NARROW_EM, _PLAIN_EM, _CAPITAL_EM, _BROAD_EM = 0.5, 0.74, 0.87, 1.15
_LAST_PLAIN = "\u05ff"  # after the Latin, Greek, Cyrillic, Armenian and Hebrew letters
_NORMAL_TO_BOLD = 0.93


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


def _paragraph(y: float, text: str, style: _Style) -> tuple[list[str], float]:
    """What is drawn from ``y`` down, and where it ends."""
    pitch = style.size * LEADING
    lines = _wrapped(_written(text), style)
    return [_line(MARGIN, y + i * pitch, line, style) for i, line in enumerate(lines)], y + len(lines) * pitch


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
