"""Words from people can't ping, link, format or break anything."""

from __future__ import annotations

import csv
import io
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.text import ELLIPSIS, cell, clean, clusters, ended, listed, one_line, same, shown, units

EXAMPLES = 300 * int(os.environ.get("FOLKMOOT_EXAMPLES", "1"))

WALES = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
HOSTILE = (
    "@everyone", "@here", "@Everyone", "<@1>", "<@!1>", "<@&1>", "<#1>", "</vote:1>", "</vote add:1>",
    "<t:1>", "<t:1:R>", "<id:browse>", "<:a_b:1>", "<a:ab:1>", ":smile:", "https://a.b", "HTTP://a.b/",
    "discord.gg/x", "<https://a.b>", "<a@b.c>", "<+15551234>", "[a](https://a.b)", "[a]: //b", "![a](b)",
    "# ", "### ", "-# ", "- ", "* ", "+ ", "1. ", "2) ", "> ", ">>> ", "```", "`", "||", "**", "__", "_a_",
    "~~", "~~~", "---", "===", "|a|b|\n|-|-|\n", "&lt;", "&#64;", "¯\\_(ツ)_/¯", "\\", "\\\\", "    a",
    "\t", "\n", "\r\n", "\r", "\n\n\n", " ", "\u2028", "\x00", "\x1b[0m", "\x85", "\ud800", "\udfff",
    "\u200b", "\u2060", "\ufeff", "\u202e", "\u2066", "\u200f", "\u061c", "\u034f", "\u3164", "\u2800",
    "\U000e0041", "\U000e007f", "\u200d", "\u200c", "\ufe0f", "\U000e0100", "\u0301", "e\u0301", "\u1fef",
    "\u037e", "\u212a", "=1+1", "+1", "-1", "@SUM(1)", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20a",
    "\u22121", "'", '"', ",", ";", "\U0001f469\U0001f3fd\u200d\U0001f33e", WALES, "\U0001f1f3\U0001f1f1",
    "\U0001f1f3", "\u2764\ufe0f\u200d\U0001f525", "\u0645\u06cc\u200c\u062e", "שלום", "a", "1",
)  # fmt: skip
WORDS = st.lists(st.sampled_from(HOSTILE) | st.characters(codec=None), max_size=12).map("".join)

# Searched in the raw text: who is pinged is decided by a reader that knows no backslashes.
RAW_TOKENS = (
    r"@everyone", r"@here", r"<@[!&]?\d+>", r"<#\d+>", r"<a?:\w+:\d+>", r"<t:-?\d+", r"</[^\n]+:\d+>",
)  # fmt: skip

# Searched in the text with every escaped pair replaced by a character that means nothing.
CLIENT_TOKENS = (
    r"\w+:/", r"\w\.gg/", r"\w\.com/", r"<[^<>\s]+>", r"\]\(", r"\[[^\]]*\]", r":[^\s:]+:", r"&#?\w+;",
    r"`", r"\*", r"_", r"~", r"\|", r"@", r"\\", r"^\s*#{1,6}(\s|$)", r"^\s*-#", r"^\s*[-+*](\s|$)",
    r"^\s*\d+[.)](\s|$)", r"^\s*>", r"^\s*(-+|=+)\s*$", r"^[ \t]",
)  # fmt: skip


def active_tokens(text: str) -> list[str]:
    """The patterns of everything in the text that Discord or CommonMark would not leave as it is."""
    inert = re.sub(r"\\[^0-9A-Za-z\s]", "\ue000", text)
    raw = [token for token in RAW_TOKENS if re.search(token, text, re.IGNORECASE)]
    return raw + [token for token in CLIENT_TOKENS if re.search(token, inert, re.IGNORECASE | re.MULTILINE)]


class _Anything(Mapping[str, Any]):
    """A server on which every id that is mentioned exists."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __getitem__(self, key: str) -> Any:
        return self._value

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 1


SERVER = {
    "users": _Anything("ada"),
    "roles": _Anything("clerk"),
    "channels": _Anything("square"),
    "commands": _Anything("vote"),
    "emojis": {"1": {"name": "a_b", "animated": False}},
    "everyone": True,
}


def rendered(tokens: Iterable[Mapping[str, Any]]) -> str:
    """The words of a rendering that has nothing but paragraphs of text; anything else fails."""
    words = ""
    for token in tokens:
        assert token["type"] in {"text", "break", "inline", "paragraph"}, token
        words += " " if token["type"] in {"break", "paragraph"} else ""
        words += token.get("content", "") + rendered(token.get("children", ()))
    return words


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("hostile", [
    "@everyone", "@here", "<@1>", "<@!1>", "<@&1>", "<#1>", "</vote:1>", "<t:1:R>", "<id:browse>",
    "<:a_b:1>", ":smile:", "https://a.b", "discord.gg/x", "[a](b)", "# a", "-# a", "- a", "* a", "+ a",
    "1. a", "2) a", "> a", ">>> a", "`a`", "```a```", "||a||", "*a*", "__a__", "_a_", "~~a~~", "a\n===",
    "&lt;", "a\\", "a\n# b", r"\@everyone", r"\\*a\\*", "    a",
])  # fmt: skip
def test_the_detector_sees_what_is_active(hostile: str) -> None:
    assert active_tokens(hostile)


@settings(max_examples=EXAMPLES, deadline=None)
@given(WORDS)
@example("".join(HOSTILE))
@example("\n".join(HOSTILE))
def test_nothing_shown_is_active(text: str) -> None:
    assert active_tokens(shown(text)) == []


@pytest.mark.parametrize("hostile", HOSTILE)
def test_each_hostile_token_is_inert_within_markup(hostile: str) -> None:
    assert active_tokens(shown(hostile)) == []
    loose_backslash = r"(?<!\\)(?:\\\\)*\\$"
    assert not re.search(loose_backslash, shown(hostile)), "it would swallow the markup that follows"


@settings(max_examples=EXAMPLES, deadline=None)
@given(WORDS)
@example("-# @everyone")
@example("\n".join(HOSTILE))
def test_the_preview_shows_the_same_characters(text: str) -> None:
    preview = pytest.importorskip("simcord.preview._markdown")
    words = rendered(preview.markdown_tokens(shown(text), "text_display", context=SERVER))
    assert squeezed(words).replace("\u200b", "") == squeezed(clean(text))


def test_prose_is_hardly_touched() -> None:
    assert shown("Who's to pay? 5% of us, really!") == "Who's to pay? 5% of us, really!"


def test_every_line_is_escaped() -> None:
    assert shown("Benches:\n- one\n  1. two") == "Benches\\:\n\\- one\n1\\. two"


@settings(max_examples=EXAMPLES, deadline=None)
@given(WORDS)
def test_clean_text_is_normal_visible_and_stays_the_same(text: str) -> None:
    stored = clean(text)
    assert clean(stored) == stored == stored.strip() == unicodedata.normalize("NFC", stored)
    assert "\n\n\n" not in stored
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in stored.replace("\n", ""))
    assert not stored or not re.match(r"[\s\u200c\u200d\ufe00-\ufe0f]", stored)
    stored.encode("utf-8")


@pytest.mark.parametrize("kept", [
    "\U0001f469\U0001f3fd\u200d\U0001f33e", "\u2764\ufe0f\u200d\U0001f525", WALES, "\U0001f1f3\U0001f1f1",
    "\u0645\u06cc\u200c\u062e", "\u845b\U000e0100", "\u0915\u094d\u200d\u0937", "שלום", "a\n\nb",
    "\u0600\u0661",
])  # fmt: skip
def test_clean_keeps_whole(kept: str) -> None:
    assert clean(kept) == kept


@pytest.mark.parametrize(("text", "stored"), [
    ("  a\t b \r\n\r\n \n\n c  ", "a  b\n\n c"),
    ("e\u200b\u0301", "é"),
    ("pay\u202egnp.exe\u2069", "paygnp.exe"),
    ("\u3164\u200d\u2800\ufeff\u200d\ufe0f", ""),
    ("a\U000e0068\U000e0069\ufe0f\ufe01\ufe02", "a\ufe0f"),
    ("\ud83d\x00\x1b\ufffe", ""),
    ("a\u200d\tb\u200d\n\u200d", "a b"),
    ("a\u2028b\x85c\rd", "a\nb\nc\nd"),
    ("a" + "\u0334" * 500 + "b", "a" + "\u0334" * 15 + "b"),
])  # fmt: skip
def test_clean_drops_what_hides(text: str, stored: str) -> None:
    assert clean(text) == stored


@settings(max_examples=EXAMPLES, deadline=None)
@given(WORDS, st.integers(1, 100))
def test_one_line_fits_and_keeps_characters_whole(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert 1 <= units(line) <= limit
    assert not re.search(r"\n|  ", line)
    assert line == one_line(line, limit)
    whole = " ".join(clean(text).split())
    if line != whole:
        pieces = clusters(whole)
        assert line in {"".join(pieces[:end]).rstrip() + ELLIPSIS for end in range(len(pieces) + 1)}


@pytest.mark.parametrize(("text", "limit", "line"), [
    ("", 5, "…"),
    (" \u200b\n", 5, "…"),
    ("a \n\n b", 5, "a b"),
    ("abcdef", 6, "abcdef"),
    ("abcdef", 5, "abcd…"),
    ("abc def", 5, "abc…"),
    ("ab\U0001f469\U0001f3fd\u200d\U0001f33e", 8, "ab…"),
    ("\U0001f1f3\U0001f1f1\U0001f1f3\U0001f1f1", 6, "\U0001f1f3\U0001f1f1…"),
    ("e\u0323\u0302\u0301" * 3, 4, "ệ\u0301…"),
])  # fmt: skip
def test_one_line_cuts(text: str, limit: int, line: str) -> None:
    assert one_line(text, limit) == line


def test_one_line_needs_room() -> None:
    with pytest.raises(ValueError, match="room"):
        one_line("a", 0)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=4))
def test_no_cell_read_back_starts_a_formula(texts: list[str]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerow([cell(text) for text in texts])
    rows = list(csv.reader(io.StringIO(file.getvalue(), newline=""))) or [[]]
    assert len(rows) == 1
    starts = r"=+\-@\u2212\u207a-\u207c\u208a-\u208c\u2a75\u2a76\ufb29"
    starts += r"\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
    guard = rf"(^|[,;|\n])([\s\"]*)'(?=[{starts}])"
    plain = [re.sub(guard, r"\1\2", field) for field in rows[0]]
    assert plain == [re.sub(guard, r"\1\2", clean(text)) for text in texts]
    starts_formula = r"\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212]"
    assert not any(re.match(starts_formula, field) for field in rows[0])


@pytest.mark.parametrize("formula", [
    "=1", "  =1", "\u200b=1", "\t=1", "\r@a", "+1", "-1", "\uff1d1", " \uff0b1", "\uff0d1", "\uff20a",
    "\u22121",
])  # fmt: skip
def test_a_formula_gets_an_apostrophe(formula: str) -> None:
    assert cell(formula) == "'" + clean(formula)


@pytest.mark.parametrize("harmless", ["", "a=b", "1-2", "'=1"])
def test_other_cells_stay(harmless: str) -> None:
    assert cell(harmless) == harmless


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", ""),
        ("The walk", "The walk."),
        ("Why?", "Why?"),
        ("Here (now)", "Here (now)."),
        ("何か？", "何か？"),
    ],
)
def test_another_sentence_can_follow(text: str, sentence: str) -> None:
    assert ended(text) == sentence


SEPARATORS = ",;\t|"


@given(st.lists(st.text(alphabet="=+-@−＝﹣⁼ ,;|:\t\n\r\"'a1()", max_size=12), min_size=1, max_size=4))
@example(["x;=1+1;y", 'x;"=1+1";y'])
@example(["a\n=1", 'b;" =1'])
def test_no_cell_is_a_formula_whatever_a_reader_splits_by(texts: list[str]) -> None:
    file = io.StringIO()
    csv.writer(file).writerow([cell(text) for text in texts])
    for separator in SEPARATORS:
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            reader = csv.reader(io.StringIO(file.getvalue()), delimiter=separator, quoting=quoting)
            starts = [
                unicodedata.normalize("NFKC", one.lstrip(' "\r\n')[:1]) for row in reader for one in row
            ]
            assert not set(starts) & {*"=+-@\u2212"}, separator


def test_every_character_that_becomes_a_formulas_start_is_known() -> None:
    alike = {chr(one) for one in range(0x110000) if not 0xD800 <= one < 0xE000}
    alike = {one for one in alike if unicodedata.normalize("NFKC", one)[:1] in ("=", "+", "-", "@")}
    assert all(cell(f"{one}1").startswith("'") for one in alike)


def test_one_comparison_for_what_nobody_can_tell_apart() -> None:
    ways = (
        "Don’t close it",
        "don't close it.",
        "Ｄon't  close\u00a0it",
        "DON‘T CLOSE IT",
        "Don't clo\u200bse it",
    )
    assert {same(way) for way in ways} == {"don't close it"}
    assert same("9–5") == same("9-5") == same("9—5") == same("9−5")
    assert same("Café") == same("Cafe\u0301")
    assert same("“Yes”") == same('"yes"')
    assert same("Yes") != same("Yes?")
    assert same("👍\ufe0f") == same("👍")


@pytest.mark.parametrize("pasted", [
    "Bench\nBin\nLamp", "1. Bench\n2. Bin\n3. Lamp", "1) Bench\n2) Bin\n3) Lamp", "- Bench\n- Bin\n- Lamp",
    "• Bench\n• Bin\n• Lamp",
    "– Bench\n– Bin\n– Lamp", "Bench\n\nBin\r\n\r\nLamp\n", "(1) Bench\n(2) Bin\n(3) Lamp",
])  # fmt: skip
def test_a_pasted_list_is_a_list(pasted: str) -> None:
    assert listed(pasted) == ["Bench", "Bin", "Lamp"]


@pytest.mark.parametrize("typed", [
    ["1. May", "8. May"], ["- one", "two"], ["10 buses", "12 buses"],
    ["1.5 m", "2.5 m"], ["- alone"], ["-1", "-2"],
])  # fmt: skip
def test_what_is_no_list_of_marks_stays_as_it_is(typed: list[str]) -> None:
    assert listed("\n".join(typed)) == typed
