"""Answers that people give on paper, by phone or at a meeting: receipts, files of them, what each says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.people import Standing
from bot.domain.refusals import Refusal
from bot.domain.sheets import BadTable, records
from bot.domain.text import clean, same

LETTERS = "CDFHJKMNPQRTVWXYZ346789"
"""What receipts are made of: no two look alike, and without vowels they spell no words."""
BODY = 7
"""Characters of a receipt before the one that checks them: over three thousand million receipts."""
MOST_ROWS = 5_000
"""Answers in one file or one batch: all of them are counted in one transaction, which others wait for."""
MOST_IDEAS = 500
"""Ideas in one file or one batch: moderators read each of them."""
CELL = 20_000
"""The longest cell, in characters."""
RECEIPT, CAME, STANDING = "receipt", "came", "standing"

# What a spreadsheet saves for what it took for a formula, or for what its column was too narrow for.
_BROKEN = re.compile(r"#(?:NAME\?|REF!|VALUE!|DIV/0!|NUM!|NULL!|N/A|SPILL!)|#{3,}|Err:\d{3}")
_WHOLE = re.compile(r"#?(\d{1,3})(?:[.,]0+)?", re.ASCII)
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
# What spreadsheets make of an option like "3-5" or "1/2".
_DATE = re.compile(
    rf"\d{{1,2}}[- ]{_MONTH}(?:[- ]\d{{2,4}})?|{_MONTH}[- ]\d{{2,4}}|\d{{1,4}}([-/.])\d{{1,2}}\1\d{{1,4}}"
)


CHAT = "chat"
"""How an answer came that was given here."""


class Came(StrEnum):
    """How an answer came that was not given in the chat."""

    PAPER = "paper"
    PHONE = "phone"
    MEETING = "meeting"


class BatchState(StrEnum):
    """What became of answers that one organiser entered; ``late`` is what nobody confirmed in time."""

    WAITING = "waiting"
    COUNTED = "counted"
    DROPPED = "dropped"
    LATE = "late"


@dataclass(frozen=True)
class Row:
    """One answer of a file; ``line`` is where it begins, from 1. ``cells`` has what it says by column."""

    line: int
    receipt: str
    came: Came
    standing: Standing
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Problem:
    """What is wrong in a line of a file."""

    line: int
    refusal: Refusal


class BadFile(Exception):
    """A file that can't be taken: nothing of it was."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{one.line}: {one.refusal.code}" for one in problems))
        self.problems = tuple(problems)


def receipt_of(number: int) -> str:
    """The receipt of a number from 0 to :data:`LETTERS` to the power of :data:`BODY`, without that."""
    places = []
    for _ in range(BODY):
        number, place = divmod(number, len(LETTERS))
        places.append(place)
    # 23 is a prime: one wrong character, or two that changed places, never make the sum 0 again.
    inverse = pow(BODY + 1, -1, len(LETTERS))
    places.append(-_sum(places) * inverse % len(LETTERS))
    text = "".join(LETTERS[place] for place in places)
    return f"{text[:4]}-{text[4:]}"


def _sum(places: Sequence[int]) -> int:
    return sum(weight * place for weight, place in enumerate(places, 1))


def read_receipt(text: str) -> str:
    """A receipt however it was typed; raises Refusal ``receipt-mistyped``."""
    letters = [char for char in clean(text).upper() if not (char.isspace() or char in "-‐‑–—.")]
    if len(letters) != BODY + 1 or any(char not in LETTERS for char in letters):
        raise Refusal("receipt-mistyped", text=text)
    if _sum([LETTERS.index(char) for char in letters]) % len(LETTERS):
        raise Refusal("receipt-mistyped", text=text)
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


def rows_of(text: str, columns: Sequence[str], most: int = MOST_ROWS) -> list[Row]:
    """The answers of a file with a header, at most so many; ``columns`` are those in which an answer is said.

    Raises:
        BadFile: with every line that can't be taken.
    """
    lines = _records(text)
    if not lines:
        raise BadFile([Problem(1, Refusal("file-empty"))])
    (first, header), *rest = lines
    names = _header(first, header, columns)
    if not rest:
        raise BadFile([Problem(first, Refusal("file-empty"))])
    if len(rest) > most:
        raise BadFile([Problem(rest[most][0], Refusal("file-rows", limit=most))])
    rows, problems = [], []
    for line, cells in rest:
        try:
            rows.append(_row(line, names, cells))
        except Refusal as refusal:
            problems.append(Problem(line, refusal))
    problems += _doubled(rows)
    if problems:
        raise BadFile(sorted(problems, key=lambda one: one.line))
    return rows


def _records(text: str) -> list[tuple[int, list[str]]]:
    try:
        return records(text)
    except BadTable as bad:
        raise BadFile([Problem(bad.line, Refusal("row-quotes"))]) from None


def _header(line: int, cells: Sequence[str], columns: Sequence[str]) -> list[str]:
    names = [same(cell) for cell in cells]
    known = {same(name): name for name in (RECEIPT, CAME, STANDING, *columns)}
    problems = [
        Problem(line, _unknown(cell, place, known))
        for place, (cell, name) in enumerate(zip(cells, names, strict=True), 1)
        if name not in known
    ]
    problems += [
        Problem(line, Refusal("column-twice", name=name))
        for name, count in Counter(filter(None, names)).items()
        if count > 1
    ]
    if RECEIPT not in names:
        problems.append(Problem(line, Refusal("column-missing", name=RECEIPT)))
    if not set(names) & {same(name) for name in columns}:
        problems.append(Problem(line, Refusal("column-missing", name=columns[0])))
    if problems:
        raise BadFile(problems)
    return [known[name] for name in names]


def _unknown(cell: str, place: int, known: Mapping[str, str]) -> Refusal:
    if not cell.strip():
        return Refusal("column-unnamed", number=place)
    if same(cell.replace("“", "").replace("”", "")) in known:
        return Refusal("column-curly")
    return Refusal("column-unknown", name=cell, known=", ".join(known.values()))


def _row(line: int, names: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) != len(names):
        raise Refusal("row-cells", count=len(cells), wanted=len(names))
    if any(len(cell) > CELL for cell in cells):
        raise Refusal("row-long", limit=CELL)
    for cell in cells:
        if _BROKEN.fullmatch(cell.strip()):
            raise Refusal("row-broken", text=cell.strip())
    said = dict(zip(names, cells, strict=True))
    receipt = said.pop(RECEIPT)
    if not receipt.strip():
        raise Refusal("row-receipt")
    return Row(
        line,
        read_receipt(receipt),
        read_came(said.pop(CAME, "")),
        read_standing(said.pop(STANDING, "")),
        said,
    )


def _doubled(rows: Sequence[Row]) -> list[Problem]:
    first: dict[str, int] = {}
    return [
        Problem(one.line, Refusal("row-twice", receipt=one.receipt, line=first[one.receipt]))
        for one in rows
        if first.setdefault(one.receipt, one.line) != one.line
    ]


def read_came(text: str) -> Came:
    """How an answer came, on paper where nothing is said; raises Refusal ``came-unknown``."""
    wanted = same(text) or Came.PAPER
    if wanted not in list(Came):
        raise Refusal("came-unknown", text=text)
    return Came(wanted)


def read_standing(text: str) -> Standing:
    """Who somebody is, a resident where nothing is said; raises Refusal ``standing-unknown``."""
    wanted = same(text).replace(" ", "_").replace("-", "_") or Standing.RESIDENT
    if wanted not in list(Standing):
        raise Refusal("standing-unknown", text=text)
    return Standing(wanted)


def read_options(text: str, options: Sequence[str]) -> list[str]:
    """The places, as texts, of the options that a cell names: by their words, or their numbers from 1.

    Several have ";" or a new line between them.

    Raises:
        Refusal: ``answer-missing``, ``option-unknown``, ``option-unclear`` where a number is also the
            words of another option.
    """
    if not text.strip():
        raise Refusal("answer-missing")
    by_words = {same(option): place for place, option in enumerate(options)}
    if same(text) in by_words:
        return [str(_place(text, by_words, len(options)))]
    parts = [part for line in text.splitlines() for part in line.split(";") if part.strip()]
    return [str(_place(part, by_words, len(options))) for part in parts]


def _place(part: str, by_words: Mapping[str, int], count: int) -> int:
    wanted = same(part)
    number = _WHOLE.fullmatch(wanted)  # 3.0 is 3, where a spreadsheet took the column for numbers
    placed = int(number[1]) - 1 if number else -1
    if not 0 <= placed < count:
        placed = -1
    worded = by_words.get(wanted, -1)
    if placed < 0 and worded < 0:
        if _DATE.fullmatch(wanted):
            raise Refusal("option-date", text=part.strip())
        raise Refusal("option-unknown", text=part.strip(), count=count)
    if placed >= 0 and worded >= 0 and placed != worded:
        raise Refusal("option-unclear", text=part.strip())
    return max(placed, worded)
