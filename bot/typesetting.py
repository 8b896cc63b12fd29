"""Words and boxes on a picture: how wide they are, where they break, and their drawing as a PNG."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import accumulate
from pathlib import Path
from unicodedata import category

import resvg_py

from bot.domain.text import ELLIPSIS, clusters, isolated, one_line

FONTS = Path(__file__).with_name("fonts")
FONT_FILES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")

FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"

MOST_TEXT = 1000

# Okabe and Ito's.
BLUE = "#0072B2"
BLACK = "#000000"
VERMILION = "#D55E00"
GREEN = "#009E73"
GREY = "#595959"
PALE = "#A6A6A6"
WHITE = "#FFFFFF"


@dataclass(frozen=True)
class Style:
    """How some words are set: their size in px, and on how many lines at most."""

    size: int
    lines: int = 1
    weight: str = "normal"
    colour: str = BLACK


TITLE = Style(40, lines=3, weight="bold")
UNIT = Style(26, colour=GREY)
NAME = Style(30, lines=2)
NUMBER = Style(28, weight="bold")
MOMENT = Style(22, colour=GREY)

# In pixels. Phones show the picture at about a third of its width.
WIDTH = 1000
MARGIN = 48
ROOM = WIDTH - 2 * MARGIN
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


def png(parts: list[str], height: float) -> bytes:
    """A PNG of these parts, on white; raises FileNotFoundError where a font file is missing."""
    return resvg_py.svg_to_bytes(svg_string=svg(parts, height), skip_system_fonts=True, font_files=fonts())


def svg(parts: list[str], height: float) -> str:
    """The parts as a drawing, on white."""
    whole = round(height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{whole}" '
        f'font-family="DejaVu Sans">'
        f"{box(0, 0, WIDTH, whole, WHITE)}{''.join(parts)}</svg>"
    )


def fonts() -> list[str]:
    """The font files; raises FileNotFoundError."""
    paths = [FONTS / name for name in FONT_FILES]
    for path in paths:
        if not path.is_file():
            raise FileNotFoundError(f"no font to write a picture with: {path}")
    return [str(path) for path in paths]


def heading(title: str, unit: str) -> tuple[list[str], float]:
    """What is drawn from the top, and where it ends."""
    parts, y = paragraph(MARGIN, title, TITLE)
    if not unit.strip():
        return parts, y
    more, y = paragraph(y + NAME_GAP, unit, UNIT)
    return parts + more, y


def told(title: str, unit: str) -> str:
    """The same in words, on one line."""
    return isolated(one_line(title, 200)) + (f" ({isolated(one_line(unit, 60))})" if unit.strip() else "")


def paragraph(y: float, text: str, style: Style, indent: float = 0) -> tuple[list[str], float]:
    """What is drawn from ``y`` down, and where it ends."""
    pitch, x = style.size * LEADING, MARGIN + indent
    wrapped = _wrapped(_written(text), style)
    drawn = [line(x, y + i * pitch, words, style) for i, words in enumerate(wrapped)]
    return drawn, y + len(wrapped) * pitch


def line(x: float, y: float, words: str, style: Style) -> str:
    """Words whose letters begin at ``x`` and lie between ``y`` and ``y`` plus their size."""
    # In isolation, words take their direction from their first letter: "?" ends a Hebrew line at its left.
    isolated = f"{FIRST_STRONG_ISOLATE}{escape(words)}{POP_ISOLATE}"
    return (
        f'<text x="{x:.1f}" y="{y + style.size * 0.86:.1f}" font-size="{style.size}" '
        f'font-weight="{style.weight}" fill="{style.colour}">{isolated}</text>'
    )


def box(x: float, y: float, width: float, height: float, fill: str) -> str:
    """A filled rectangle, its corner at ``x`` and ``y``."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>'


def _written(text: str) -> str:
    """The text as one line without emoji, which the fonts lack; with them if there is nothing else."""
    letters = "".join(char for char in text if char < "\U0001f000" or category(char) not in {"So", "Sk"})
    written = one_line(letters, MOST_TEXT)
    return written if written != ELLIPSIS else one_line(text, MOST_TEXT)


def _wrapped(text: str, style: Style) -> list[str]:
    """The text in lines that fit between the margins; the last ends in an ellipsis if any is left."""
    lines: list[str] = []
    while text and len(lines) < style.lines:
        end = _break(text, style)
        lines.append(text[:end].rstrip())
        text = text[end:]
    if text:
        end = _fitting(lines[-1], style, ROOM - width(ELLIPSIS, style))
        lines[-1] = lines[-1][:end].rstrip() + ELLIPSIS
    return lines


def _break(text: str, style: Style) -> int:
    """How many characters go on one line: whole words, or as much of a long word as fits."""
    fitting = _fitting(text, style, ROOM)
    if fitting == len(text):
        return fitting
    return text.rfind(" ", 0, fitting + 1) + 1 or fitting


def _fitting(text: str, style: Style, room: float) -> int:
    """How many characters of the text fit into ``room`` px; the first always does."""
    pieces = clusters(text)
    ends = accumulate(width(piece, style) for piece in pieces)
    fitting = sum(end <= room for end in ends)
    return len("".join(pieces[: max(fitting, 1)]))


def width(text: str, style: Style) -> float:
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
