"""Results as a picture, and the same numbers as text for those who do not see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from pathlib import Path
from unicodedata import category, east_asian_width
from xml.sax.saxutils import escape

import resvg_py

from bot.domain.text import ELLIPSIS, clusters, one_line, units

FONTS = Path(__file__).with_name("fonts")
FONT_FILES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")

MOST_ROWS = 25
MOST_TEXT = 1000

# Blue and black of Okabe and Ito's palette. One colour for all bars: a second one would mean something.
BLUE = "#0072B2"
BLACK = "#000000"
GREY = "#595959"
TRACK = "#E9EEF2"
WHITE = "#FFFFFF"

# All in pixels. Phones show the picture at about a third of its width.
WIDTH = 1000
MARGIN = 48
TITLE_SIZE = 40
UNIT_SIZE = 26
NAME_SIZE = 30
BAR_HEIGHT = 32
ROW_GAP = 30
LEADING = 1.3

TITLE_LINES = 3
NAME_LINES = 2

# How much of the size a letter is wide in the bold font, rounded up; text only has to fit, not to fill.
_NARROW = frozenset(" !'(),-./:;I[\\]fijlrt|")
_BROAD = frozenset("%@MWmw")
_NARROW_EM, _PLAIN_EM, _CAPITAL_EM, _BROAD_EM = 0.5, 0.74, 0.87, 1.12
_LATIN_END = "\u024f"


def bars(title: str, rows: Sequence[tuple[str, int]], *, unit: str) -> bytes:
    """A PNG, 1,000 px wide, with a bar for each row: (name, count).

    ``unit`` says once, under the title, what is counted; it may be empty. Long words are wrapped
    and then cut. Takes some tens of milliseconds of processor time.

    Raises ValueError for other than 1 to 25 rows or a count below 0, and FileNotFoundError where a
    font file is missing, because the picture would then come out without its words.
    """
    _check(rows)
    image: bytes = resvg_py.svg_to_bytes(
        svg_string=_drawing(title, rows, unit), skip_system_fonts=True, font_files=_fonts()
    )
    return image


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
    parts: list[str] = []
    y = _draw_heading(parts, title, unit)
    most = max(1, *(count for _, count in rows))
    digits = _width(str(most), NAME_SIZE) + 16
    for name, count in rows:
        y = _draw_row(parts, y, name, count, (WIDTH - 2 * MARGIN - digits) / most)
    height = round(y - ROW_GAP + MARGIN)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="DejaVu Sans">'
        f'<rect width="{WIDTH}" height="{height}" fill="{WHITE}"/>{"".join(parts)}</svg>'
    )


def _draw_heading(parts: list[str], title: str, unit: str) -> float:
    y = float(MARGIN)
    for line in _wrapped(title, TITLE_SIZE, TITLE_LINES):
        parts.append(_text(MARGIN, y, line, TITLE_SIZE, bold=True))
        y += TITLE_SIZE * LEADING
    if unit.strip():
        for line in _wrapped(unit, UNIT_SIZE, 1):
            parts.append(_text(MARGIN, y, line, UNIT_SIZE, fill=GREY))
        y += UNIT_SIZE * LEADING
    return y + ROW_GAP


def _draw_row(parts: list[str], y: float, name: str, count: int, scale: float) -> float:
    for line in _wrapped(name, NAME_SIZE, NAME_LINES):
        parts.append(_text(MARGIN, y, line, NAME_SIZE))
        y += NAME_SIZE * LEADING
    y += 4
    length = count * scale
    parts.append(_bar(y, WIDTH - 2 * MARGIN, TRACK))
    if count:
        # The rounded ends of a very short bar need some room.
        parts.append(_bar(y, max(length, 6), BLUE))
    # The number stands on the track, centred on its height.
    parts.append(_text(MARGIN + length + 12, y + 1, str(count), NAME_SIZE - 2, bold=True))
    return y + BAR_HEIGHT + ROW_GAP


def _bar(y: float, length: float, fill: str) -> str:
    return (
        f'<rect x="{MARGIN}" y="{y:.1f}" width="{length:.1f}" height="{BAR_HEIGHT}" rx="3" fill="{fill}"/>'
    )


def _text(x: float, y: float, words: str, size: int, *, bold: bool = False, fill: str = BLACK) -> str:
    """An SVG text element with the top of its line at ``y``."""
    weight = "bold" if bold else "normal"
    return (
        f'<text x="{x:.1f}" y="{y + size * 0.9:.1f}" font-size="{size}" font-weight="{weight}" '
        f'fill="{fill}">{escape(words)}</text>'
    )


def _wrapped(text: str, size: int, most: int) -> list[str]:
    """The text as 1 to ``most`` lines that fit between the margins, the last with an ellipsis if cut."""
    room = WIDTH - 2 * MARGIN
    lines: list[str] = []
    rest = one_line(text, MOST_TEXT)
    while rest and len(lines) < most:
        line = rest[: _break(rest, size, room)]
        lines.append(line.rstrip())
        rest = rest[len(line) :]
    if rest:
        short = lines[-1][: _fitting(lines[-1], size, room - _width(ELLIPSIS, size))]
        lines[-1] = short.rstrip() + ELLIPSIS
    return lines


def _break(text: str, size: int, room: float) -> int:
    """How many characters of the text go on a line: whole words, or what fits of a longer word."""
    fits = _fitting(text, size, room)
    if fits == len(text):
        return fits
    return text.rfind(" ", 0, fits + 1) + 1 or fits


def _fitting(text: str, size: int, room: float) -> int:
    """How many characters of the text fit into the room, in px, and never none of them."""
    pieces = clusters(text)
    ends = accumulate(_width(piece, size) for piece in pieces)
    return max(len(pieces[0]), sum(len(piece) for piece, end in zip(pieces, ends, strict=True) if end <= room))


def _width(text: str, size: int) -> float:
    """The most that the text is wide, in px."""
    return size * sum(_ems(char) for char in text)


def _ems(char: str) -> float:
    if category(char) in {"Mn", "Me", "Cf"}:
        return 0
    if char in _NARROW:
        return _NARROW_EM
    if char in _BROAD or char > _LATIN_END or east_asian_width(char) in {"W", "F"}:
        return _BROAD_EM
    return _CAPITAL_EM if char.isupper() or not char.isalnum() else _PLAIN_EM
