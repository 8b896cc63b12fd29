"""Results as pictures that have their words, and as text with the same numbers."""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
import resvg_py
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import charts, pictures, typesetting
from bot.charts import Line
from bot.domain.text import ISOLATES, units
from bot.pictures import bars, bars_as_text
from bot.typesetting import MARGIN, WIDTH, svg

EXAMPLES = 30 * int(os.environ.get("FOLKMOOT_EXAMPLES", "1"))

WHITE = b"\xff\xff\xff\xff"
BENCHES = [("By the pond", 34), ("Under the oak", 21), ("Nowhere", 0)]
HOSTILE = ["<b>&amp;]]>", "\x00\ufffe", "שלום"]
NAMES = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(HOSTILE)
ROWS = st.lists(st.tuples(NAMES, st.integers(0, 10**9)), min_size=1, max_size=25)


def pixels(png: bytes) -> list[list[bytes]]:
    """The rows of an RGBA picture, as pixels of four bytes."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, colours = struct.unpack(">IIBB", png[16:26])
    assert (depth, colours) == (8, 6), "eight bits each of red, green, blue and opacity"
    packed, at = b"", 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        packed += png[at + 8 : at + 8 + size] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += size + 12
    data, stride = zlib.decompress(packed), 4 * width
    above, rows = bytes(stride), []
    for start in range(0, height * (stride + 1), stride + 1):
        above = unfiltered(data[start], data[start + 1 : start + 1 + stride], above)
        rows.append([above[x : x + 4] for x in range(0, stride, 4)])
    return rows


def unfiltered(method: int, line: bytes, above: bytes) -> bytes:
    """One line of a picture, with what PNG's filter took off put back."""
    guess = GUESSES[method]
    out = bytearray(4)  # stands in for the pixel left of the first
    for byte, left, up, diagonal in zip(line, out, above, bytes(4) + above, strict=False):
        out.append((byte + guess(left, up, diagonal)) % 256)
    return bytes(out[4:])


def nearest(left: int, up: int, diagonal: int) -> int:
    return min((left, up, diagonal), key=lambda value: abs(left + up - diagonal - value))


# PNG's five filters, each a guess at a byte from those of the pixels left of it, above and both.
GUESSES: tuple[Callable[[int, int, int], int], ...] = (
    lambda left, up, diagonal: 0,
    lambda left, up, diagonal: left,
    lambda left, up, diagonal: up,
    lambda left, up, diagonal: (left + up) // 2,
    nearest,
)


def drawn(title: str, rows: list[tuple[str, int]], unit: str) -> str:
    return svg(*pictures._drawn(title, rows, unit))


def bar_lengths(rows: list[tuple[str, int]]) -> list[float]:
    """The lengths of the bars in px, from the top; a count of 0 has none."""
    drawing = drawn("Where?", rows, "people")
    return [float(length) for length in re.findall(rf'width="([\d.]+)"[^>]*"{typesetting.BLUE}"', drawing)]


def words(drawing: str) -> list[str]:
    return [unescape(text) for text in re.findall(r">\u2068([^<>]*)\u2069</text>", drawing)]


def test_bars_are_as_long_as_their_counts() -> None:
    first, second = bar_lengths(BENCHES)
    assert second / first == pytest.approx(21 / 34, abs=0.01)


def test_the_picture_is_wide_and_its_margins_stay_white() -> None:
    wide = [("W" * 300, 10**12), ("м" * 200, 1), ("ش" * 200, 2), ("% @ " * 60, 3), ("\u2014" * 90, 4)]
    lines = pixels(bars("WM@" * 100, wide, unit="m" * 200))
    assert {len(line) for line in lines} == {WIDTH}
    for line in lines:
        assert set(line[: MARGIN // 2] + line[-MARGIN // 2 :]) == {WHITE}
    assert set(lines[0] + lines[-1]) == {WHITE}


def test_the_words_are_in_the_picture() -> None:
    heading = pixels(bars("Where?", [("", 0)], unit=""))[MARGIN : MARGIN + typesetting.TITLE.size]
    inked = [x for line in heading for x, pixel in enumerate(line) if pixel != WHITE]
    assert min(inked) == pytest.approx(MARGIN, abs=4)
    assert max(inked) == pytest.approx(MARGIN + 170, abs=20)


def test_no_other_font_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = drawn("Where?", BENCHES, "people")
    without_fonts = resvg_py.svg_to_bytes(svg_string=drawing, skip_system_fonts=True)
    assert bars("Where?", BENCHES, unit="people") != without_fonts
    monkeypatch.setattr(typesetting, "fonts", list)
    assert bars("Where?", BENCHES, unit="people") == without_fonts


def test_without_its_fonts_there_is_no_picture(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(typesetting, "FONTS", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"no font .*DejaVuSans\.ttf"):
        bars("Where?", BENCHES, unit="people")


def test_the_fonts_come_with_their_licence() -> None:
    assert "Bitstream Vera" in (typesetting.FONTS / "LICENSE-DejaVu.txt").read_text(encoding="utf-8")


def test_the_same_rows_make_the_same_picture() -> None:
    assert bars("Where?", BENCHES, unit="people") == bars("Where?", BENCHES, unit="people")


def test_where_nobody_answered_there_are_no_bars() -> None:
    assert bar_lengths([("A", 0), ("B", 0)]) == []


def test_names_and_numbers_are_written_once() -> None:
    drawing = drawn("Where?", BENCHES, "people")
    assert words(drawing) == ["Where?", "people", "By the pond", "34", "Under the oak", "21", "Nowhere", "0"]


@pytest.mark.parametrize(("name", "lines"), [
    ("<b>&amp;]]></svg>", ["<b>&amp;]]></svg>"]),
    ("a\x00\x1b\ufffe\ud800\u202eb", ["ab"]),
    ("\U0001f44d Yes \U0001f1f3\U0001f1f1", ["Yes"]),
    ("\U0001f44d", ["\U0001f44d"]),
    ("", ["…"]),
])  # fmt: skip
def test_names_are_written_safely(name: str, lines: list[str]) -> None:
    assert words(drawn("?", [(name, 1)], ""))[1:-1] == lines


def test_a_long_name_is_wrapped_between_words() -> None:
    name = "under the big oak at the northern gate where the bus stops"
    first, second = words(drawn("?", [(name, 1)], ""))[1:-1]
    assert f"{first} {second}" == name


def test_a_very_long_name_is_cut() -> None:
    first, second = words(drawn("?", [("x" * 999, 1)], ""))[1:-1]
    assert set(first) == {"x"}
    assert second.endswith("x…")


@settings(max_examples=EXAMPLES, deadline=None)
@given(NAMES, ROWS, NAMES)
def test_any_words_and_counts_make_a_picture(title: str, rows: list[tuple[str, int]], unit: str) -> None:
    assert bars(title, rows, unit=unit).startswith(b"\x89PNG")


@pytest.mark.parametrize("rows", [[], [("A", 1)] * 26, [("A", -1)]])
def test_impossible_rows_are_refused(rows: list[tuple[str, int]]) -> None:
    with pytest.raises(ValueError, match=r"picture|bar"):
        bars("Where?", rows, unit="people")
    with pytest.raises(ValueError, match=r"picture|bar"):
        bars_as_text("Where?", rows, unit="people", more=str)


def test_the_text_has_every_number() -> None:
    text = bars_as_text("Where?", BENCHES, unit="people", more=str)
    assert text == "Where? (people)\nBy the pond: 34\nUnder the oak: 21\nNowhere: 0"
    assert bars_as_text("Where?", [("A", 1)], unit="", more=str) == "Where?\nA: 1"


def test_text_that_is_too_long_says_how_many_rows_it_leaves_out() -> None:
    rows = [("n" * 90, count) for count in range(25)]
    *kept, last = bars_as_text("Where?", rows, unit="people", more="+{}".format).splitlines()[1:]
    assert kept == [f"{name}: {count}" for name, count in rows[: len(kept)]]
    assert last == f"+{25 - len(kept)}" == "+15"


@settings(max_examples=EXAMPLES, deadline=None)
@given(NAMES, ROWS, NAMES, st.text(max_size=200))
@example("\U0001f44d" * 999, [("\U0001f44d" * 999, 10**30)] * 25, "w" * 999, "m" * 999)
def test_the_text_always_fits(title: str, rows: list[tuple[str, int]], unit: str, more: str) -> None:
    assert units(bars_as_text(title, rows, unit=unit, more=lambda _: more)) <= typesetting.MOST_TEXT


# --- lines over time

MAY = ("10 May", "17 May", "24 May")
SAFE = Line("everybody", MAY, (3.1, None, 4.6))
SEEN = Line("residents <b>", MAY, (2.0, 2.5, 5.0))


def marks(drawing: str) -> list[tuple[float, float]]:
    """Where the circles of the first line are."""
    return [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawing)]


def test_a_line_is_as_high_as_its_values_and_has_no_mark_where_there_is_none() -> None:
    drawing = svg(*charts._chart("Safe?", [SAFE], "from 1 to 5", (1, 5)))
    (left, low), (right, high), _ = marks(drawing)  # the last one is in the legend
    assert low - high == pytest.approx(charts.CHART_HEIGHT * 1.5 / 4, abs=0.2)
    assert right - left > WIDTH / 2
    assert {"Safe?", "from 1 to 5", "1", "3", "5", *MAY, "3.1", "4.6", "everybody"} == {*words(drawing)}


def test_lines_differ_by_shape_and_are_named() -> None:
    drawing = svg(*charts._chart("Safe?", [SAFE, SEEN], "", (1, 5)))
    assert drawing.count("<circle") == 3
    assert drawing.count("<polygon") == 4
    assert len(set(re.findall(r'stroke-dasharray="([^"]+)"', drawing))) == 2
    assert "residents <b>" in words(drawing)
    assert charts.lines("Safe?", [SAFE, SEEN], unit="", ends=(1, 5)).startswith(b"\x89PNG")


def test_lines_as_text_have_the_same_numbers() -> None:
    told = charts.lines_as_text("Safe?", [SAFE, SEEN], unit="from 1 to 5")
    assert told.split("\n") == [
        "Safe? (from 1 to 5)",
        "everybody: 10 May 3.1, 24 May 4.6",
        "residents <b>: 10 May 2.0, 17 May 2.5, 24 May 5.0",
    ]
    many = [Line("x" * 300, ("14 September",) * 12, (5.0,) * 12)] * 5
    assert units(charts.lines_as_text("y" * 400, many, unit="z" * 90)) <= typesetting.MOST_TEXT


@pytest.mark.parametrize("series", [[], [SAFE] * 6, [SAFE, Line("x", MAY[:1], (1.0,))], [Line("x", (), ())]])
def test_what_can_be_no_chart_is_refused(series: list[Line]) -> None:
    with pytest.raises(ValueError, match=r"a picture|a line"):
        charts.lines("?", series, unit="", ends=(1, 5))


def test_words_from_right_to_left_do_not_swallow_the_numbers_beside_them() -> None:
    shelter, unit = "ملجأ من المطر", "نسمة"
    begin, end = ISOLATES
    text = bars_as_text(shelter, [(shelter, 12), ("Benches", 3)], unit=unit, more=str)
    title = f"{begin}{shelter}{end} ({begin}{unit}{end})"
    assert text.splitlines() == [title, f"{begin}{shelter}{end}: 12", "Benches: 3"]
    line = charts.Line(shelter, ("1 May", "8 May"), (2.0, 3.5))
    assert charts.lines_as_text(shelter, [line], unit=unit).splitlines() == [
        title, f"{begin}{shelter}{end}: 1 May 2.0, 8 May 3.5",
    ]  # fmt: skip
