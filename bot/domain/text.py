"""Words from people: stored clean, and shown so that they ping, link, format and break nothing."""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate

ELLIPSIS = "…"
ZERO_WIDTH_SPACE = "\u200b"
ZERO_WIDTH_JOINER = "\u200d"

_LINE_END = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")

# The blank braille cell is no space to Unicode, but it is one to the eye.
_BLANK = re.compile(r"[\t\u2800]")

# Unicode's "default ignorable" characters, controls, surrogates and noncharacters, except the
# joiners and variation selectors, which emoji and several scripts need. General category Cf would
# be the wrong test: it has visible Arabic signs, and lacks the Hangul fillers.
_HIDDEN = (
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    r"\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)

# Tag characters hide text, but the flags of England, Scotland and Wales are made of them.
_TAG_FLAGS = "|".join(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in code) + "\U000e007f"
    for code in ("gbeng", "gbsct", "gbwls")
)
_FLAG_OR_HIDDEN = re.compile(f"({_TAG_FLAGS})|{_HIDDEN}")

# A joiner or selector with nothing to act on only hides things: an "empty" answer, a secret message.
_JOINERS = r"\u200c\u200d"
_SELECTORS = r"\ufe00-\ufe0f\u180b-\u180d\u180f\U000e0100-\U000e01ef"
_STRAY = re.compile(
    rf"(?:\A|(?<=[\s{_JOINERS}]))[{_JOINERS}{_SELECTORS}]+|(?<=[{_SELECTORS}])[{_SELECTORS}]+"
)

# Accents piled any higher would run over the lines above; the longest emoji in use has ten parts.
_LONGEST_CLUSTER = 16

# Discord lets a backslash escape any character but letters, digits and spaces. "&", "=", "+" and ")"
# mean nothing to Discord, but do to CommonMark, which other readers of the same message use.
_ACTIVE = re.compile(r"[\\`*_~|<>@#:/.\-+=&()\[\]]")

# Two things are found in spite of backslashes: pings, in the raw text, and the preview's small text,
# once it has taken the backslashes out. Only a character in between keeps these from being read.
_FOUND_ANYWAY = re.compile(r"@(?=everyone|here)|^\\-(?=\\# )", re.IGNORECASE | re.MULTILINE)

# What a formula begins with, and what NFKC makes that of; readers take the minus sign, too.
_FORMULA_STARTS = (
    "=+\\-@\u2212"
    "\u207a\u207b\u207c\u208a\u208b\u208c\u2a75\u2a76\ufb29\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
)
# Where a spreadsheet may begin a cell: people choose what splits a line, and quotes inside join nothing.
_CELL_START = re.compile(rf"(^|[,;|\n])([\s\"]*)(?=[{_FORMULA_STARTS}])")

ISOLATES = ("\u2068", "\u2069")
"""Characters that nobody sees: what stands between them has a direction of its own."""
_RTL = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)  # Hebrew, Arabic, Syriac, Thaana, N'Ko, Adlam and others

# Phones and word processors write these without being asked.
_PLAIN = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`\uff07", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043", "-")
    | dict.fromkeys("\u2022\u2023\u25aa\u25cf\u25e6\u2219", "\u2022")
)
_UNSEEN = re.compile(f"[{_JOINERS}{_SELECTORS}]")
_MARKED = re.compile(r"(?:[-*+\u2022]|(\d{1,3})[.)]|\((\d{1,3})\))\s+(?=\S)", re.ASCII)


def clean(text: str) -> str:
    """The text as it is stored: NFC, nothing hidden, no blank ends, at most one empty line in a row.

    Emoji, joined scripts and right-to-left letters stay whole. The result is empty when nothing in
    the text can be seen. Cleaning twice changes nothing more.
    """
    text = _BLANK.sub(" ", _LINE_END.sub("\n", text))
    text = _STRAY.sub("", _FLAG_OR_HIDDEN.sub(lambda found: found[1] or "", text))
    # Composed last: what was hidden may have stood between a letter and its accent.
    text = unicodedata.normalize("NFC", text)
    # A joiner that ends its piece joins nothing.
    text = "".join(piece[:_LONGEST_CLUSTER].rstrip(ZERO_WIDTH_JOINER) for piece in clusters(text))
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def shown(text: str) -> str:
    """The text, cleaned, for where Discord reads markdown; it comes out as the same plain characters.

    At most twice as long, plus one character for each "@everyone", "@here" or line of small text. Not
    for code spans or the label of a masked link: Discord shows backslashes there.
    """
    # Indented lines can be code or a nested list.
    lines = (line.lstrip() for line in clean(text).split("\n"))
    escaped = _ACTIVE.sub(r"\\\g<0>", "\n".join(lines))
    return _FOUND_ANYWAY.sub(rf"\g<0>{ZERO_WIDTH_SPACE}", escaped)


def isolated(text: str, marks: tuple[str, str] = ISOLATES) -> str:
    """The text with each line that runs from right to left held together, to move nothing beside it."""
    begin, end = marks
    return "\n".join(f"{begin}{line}{end}" if _RTL.search(line) else line for line in text.split("\n"))


def units(text: str) -> int:
    """The length in UTF-16 code units: what a client counts, and never below what a server counts.

    Raises UnicodeEncodeError for lone surrogates, which ``clean`` drops.
    """
    return len(text.encode("utf-16-le")) // 2


def clusters(text: str) -> list[str]:
    """The text in pieces that a reader takes for one character each, such as a flag or "é"."""
    pieces: list[str] = []
    for char in text:
        if pieces and _continues(pieces[-1], char):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _continues(piece: str, char: str) -> bool:
    return (
        unicodedata.category(char) in {"Mn", "Mc", "Me", "Cf"}
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or (piece.endswith(ZERO_WIDTH_JOINER) and not char.isspace())
        or (len(piece) == 1 and _is_flag_letter(piece) and _is_flag_letter(char))
    )


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def one_line(text: str, limit: int) -> str:
    """The text, cleaned, as one line of 1 to ``limit`` UTF-16 code units, for where markdown is not read.

    What is too long ends in an ellipsis, after a whole character; what is empty is an ellipsis.
    Raises ValueError for a limit below 1.
    """
    if limit < 1:
        raise ValueError(f"a line needs room for one character, not {limit}")
    line = " ".join(clean(text).split())
    if line and units(line) <= limit:
        return line
    pieces = clusters(line)
    fitting = sum(end < limit for end in accumulate(units(piece) for piece in pieces))
    return "".join(pieces[:fitting]).rstrip() + ELLIPSIS


def ended(text: str) -> str:
    """The text with a full stop where it has no mark at its end, so that another sentence can follow it."""
    return f"{text}." if text and unicodedata.category(text[-1]) != "Po" else text


def straight(text: str) -> str:
    """What somebody typed, on one line, with one kind of quotation mark, of dash and of blank."""
    return " ".join(text.translate(_PLAIN).split())


def plainly(text: str) -> str:
    """The same with the plainest form of each letter and digit, and with nothing that can't be seen."""
    return straight(unicodedata.normalize("NFKC", straight(_UNSEEN.sub("", clean(text)))))


def same(text: str) -> str:
    """What is left of words when what nobody can tell apart doesn't count.

    Capitals, blanks, invisible characters, full width, kinds of quotation marks and dashes, and a full stop
    at the end. Whatever must not be there twice is compared so.
    """
    return unicodedata.normalize("NFKC", plainly(text).casefold()).rstrip(". ")


def listed(text: str) -> list[str]:
    """A list as it was typed or pasted, an item a line: without blank lines, and without the marks of a list.

    Marks are hyphens, stars or points before every item, or numbers that count up from 1.
    """
    lines = [line for line in clean(text).split("\n") if line.strip()]
    marks = [_MARKED.match(line.translate(_PLAIN)) for line in lines]
    if not all(marks) or len(lines) < 2:
        return lines
    found = [mark for mark in marks if mark is not None]
    numbers = [int(mark[1] or mark[2] or 0) for mark in found]
    if any(numbers) and numbers != list(range(1, len(lines) + 1)):
        return lines
    return [line[mark.end() :] for line, mark in zip(lines, found, strict=True)]


def cell(text: str) -> str:
    """The text, cleaned, for one field of ``csv.writer``; no spreadsheet takes any of it for a formula.

    An apostrophe stands before whatever would be one, also behind what other readers split a line by.
    """
    return _CELL_START.sub(r"\1\2'", clean(text))
