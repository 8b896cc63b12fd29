"""Results as a picture, and the same numbers as text for those who do not see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.domain.text import isolated, one_line, units
from bot.typesetting import (
    BLUE,
    MARGIN,
    MOST_TEXT,
    NAME,
    NAME_GAP,
    NUMBER,
    NUMBER_GAP,
    PALE,
    ROOM,
    ROW_GAP,
    box,
    heading,
    line,
    paragraph,
    png,
    told,
    width,
)

MOST_ROWS = 25

AXIS_WIDTH = 4
BAR_HEIGHT = 32
# One colour for all bars: a second one would have to mean something.


def bars(title: str, rows: Sequence[tuple[str, int]], *, unit: str) -> bytes:
    """A PNG, 1,000 px wide, with a bar for each row: (name, count).

    ``unit`` says once, under the title, what is counted; it may be empty. Long words are wrapped
    and then cut; emoji are left out, and letters that the fonts lack are empty boxes. Takes some
    tens of milliseconds of processor time.

    Raises ValueError for other than 1 to 25 rows or a count below 0, and FileNotFoundError where a
    font file is missing, because the picture would then come out without its words.
    """
    _check(rows)
    return png(*_drawn(title, rows, unit))


def bars_as_text(
    title: str, rows: Sequence[tuple[str, int]], *, unit: str, more: Callable[[int], str]
) -> str:
    """The numbers of ``bars``, a row a line, in at most 1,000 UTF-16 code units.

    Where that is too long, whole rows are left out at the end and ``more`` words how many.
    Raises ValueError as ``bars`` does.
    """
    _check(rows)
    heading = told(title, unit)
    lines = [f"{isolated(one_line(name, 200))}: {count}" for name, count in rows]
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


def _drawn(title: str, rows: Sequence[tuple[str, int]], unit: str) -> tuple[list[str], float]:
    """The parts of a picture, and its height."""
    parts, y = heading(title, unit)
    most = max(count for _, count in rows)
    longest = ROOM - AXIS_WIDTH - NUMBER_GAP - width(str(most), NUMBER)
    for name, count in rows:
        drawn, y = _row(y + ROW_GAP, name, count, longest * count / max(most, 1))
        parts += drawn
    return parts, y + MARGIN


def _row(y: float, name: str, count: int, length: float) -> tuple[list[str], float]:
    """What is drawn from ``y`` down, and where it ends."""
    parts, y = paragraph(y, name, NAME)
    y += NAME_GAP
    end = MARGIN + AXIS_WIDTH + length
    parts += [
        box(MARGIN, y, AXIS_WIDTH, BAR_HEIGHT, PALE),
        box(MARGIN + AXIS_WIDTH, y, length, BAR_HEIGHT, BLUE) if count else "",
        line(end + NUMBER_GAP, y + (BAR_HEIGHT - NUMBER.size) / 2, str(count), NUMBER),
    ]
    return parts, y + BAR_HEIGHT
