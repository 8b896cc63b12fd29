"""Tables as spreadsheets and text editors save them: what their bytes say, and where their cells end."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from bot.domain.refusals import Refusal

MOST_BYTES = 10_000_000
NEAR = 20
"""How many characters on each side show where a letter stands."""
MOST_SHOWN = 10
"""How many letters beyond those of English are shown to whoever confirms a file."""

# What is saved where nobody asked for CSV: a ZIP (.xlsx, .ods, .numbers), or the older .xls.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BEYOND = re.compile(r"[^\x00-\x7f]")
# Letters that another encoding would have made others of, and what stands for those that it didn't have.
_DOUBTED = re.compile(r"(?![a-zA-Z])[^\W\d_]|(?<=[^\W\d_])\?(?=[^\W\d_])")
_SEPARATOR = re.compile(r"\A\"?sep=(.)\"?[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)

_LOW, _UP = "ß-ïñ-öø-ýÿ", "À-ÏÑ-ÖØ-Ý"
_A, _Z = rf"[a-z{_LOW}]", rf"[A-Z{_UP}]"
_LETTER, _ALNUM = r"[^\W\d_]", r"[^\W_]"
# Where a character can stand in words. Files of a Mac or of DOS have its byte for another one, and then it
# stands where it can't: "cafŽ", "donÕt", "œ5". What is not listed is not believed.
_STANDS = (
    rf"(?<={_A})[{_LOW}](?!{_Z})",  # café
    rf"(?<!{_ALNUM})[{_LOW}](?={_A})|(?<!\w)[àÀ](?!\w)",  # école, à
    rf"(?<={_Z})(?<!{_Z}{_Z})[{_LOW}](?={_A})",  # Pétain
    rf"(?<!{_ALNUM})[{_UP}](?={_A}|{_Z}{_Z})|(?<={_Z})[{_UP}](?!{_A})",  # École, ÉCOLE, CAFÉ
    rf"(?<={_LETTER})’(?=(?i:s|t|d|m|re|ve|ll|clock|er|all)(?!{_ALNUM}))|(?<=\d)’(?=s)",
    rf"(?<!{_ALNUM}{_ALNUM})(?<={_LETTER})’(?={_LETTER}{{2}})",  # O'Brien, d'accord
    rf"(?<={_ALNUM})’(?!{_ALNUM})|(?<=[.,!?…])’(?!{_ALNUM})|(?<!{_ALNUM})’(?=\d0s|(?i:tis|twas|em)\b)",
    rf"(?<!{_ALNUM})[‘“](?=[\w\"'‘“(£€…])|(?<=[\w.,!?)’…%£€])”(?!{_ALNUM})",
    r"(?<!\S)[–—](?!\S)|(?<=\d)–(?=[\d£])|(?<=[^\W_])[–—](?=[A-Z\s])|(?<=[\s\d).”’])[–—](?=[\w\s“‘])",
    rf"(?<={_LETTER}{{4}})[–—](?={_LETTER}{{4}})",  # parent-teacher
    rf"(?<=[\w!?.’”)])…(?!{_LETTER}{{3}})|(?<!\S)…|(?<=\w)…(?= )",
    rf"(?<!{_LETTER})[£€](?!{_LETTER})|(?<=\d)€(?!\w)",
    r"(?<=\d)°|(?<=\d )°(?=[CF])|(?<=[n\d])[ºª](?!\w)|(?<=[\dm])[²³](?!\w)",
    rf"(?<!{_LETTER})[¼½¾](?!{_LETTER})|(?<!{_ALNUM})[•·](?=\s)|(?<={_ALNUM})[™®](?!\w)|(?<!\w)[©§](?!\w)",
    rf"(?<![^\s\d])[±×÷](?![^\s\d])|(?<!{_ALNUM})[¿¡](?={_ALNUM})",
    rf"(?<!\S)«(?=[\w \xa0])|(?<=[\w.,!? \xa0])»(?!{_ALNUM})",
    rf"(?<!{_LETTER})\xa0|(?<=\b[aI])\xa0|\xa0(?!{_LETTER})|(?<={_LETTER}{{2}})\xa0(?={_LETTER}{{2}})",
)  # fmt: skip
_CREDIBLE = re.compile("|".join(_STANDS))
_CLOSES = {"”": "“„", "»": "«"}


def decoded(data: bytes) -> str:
    """The text of a file.

    A mark at its beginning decides: UTF-8 or UTF-16. Without one it is UTF-8 where it can be, and else
    Windows-1252, which spreadsheets still write in Britain and western Europe, if each character stands where
    it can: what a Mac or DOS wrote is refused, for nothing tells it for sure.

    Raises:
        Refusal: ``file-too-big``, ``file-workbook``, ``file-unreadable``, ``file-letters``.
    """
    if len(data) > MOST_BYTES:
        raise Refusal("file-too-big", megabytes=MOST_BYTES // 1_000_000)
    if data.startswith(_WORKBOOKS):
        raise Refusal("file-workbook")
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        if marked or b"\0" in data:
            raise Refusal("file-unreadable") from None
        return _western(data)
    if "\0" in text:
        raise Refusal("file-unreadable")
    return text


def _western(data: bytes) -> str:
    # Five bytes mean nothing there: the sign of what can't be read stands in no word, either.
    text = data.decode("cp1252", errors="replace")
    open_marks = dict.fromkeys(_CLOSES, 0)
    for found in _BEYOND.finditer(text):
        place, char = found.start(), found[0]
        for close, opening in _CLOSES.items():
            open_marks[close] += (char in opening) - (char == close)
        if not _CREDIBLE.match(text, place) or min(open_marks.values()) < 0:
            raise Refusal("file-letters", line=line_at(text, place), text=near(text, place))
    return text


def line_at(text: str, place: int) -> int:
    """The line, from 1, in which a character stands, however lines end."""
    return 1 + len(re.findall(r"\r\n|\r|\n", text[:place]))


def near(text: str, place: int) -> str:
    """The words around a character, on one line."""
    before = re.split(r"[\r\n,;\t\"]", text[max(0, place - NEAR) : place])[-1]
    after = re.split(r"[\r\n,;\t\"]", text[place + 1 : place + 1 + NEAR])[0]
    return before + text[place] + after


def doubted(texts: Iterable[str]) -> tuple[int, list[tuple[int, str]]]:
    """How many texts have letters beyond those of English, and words around some, each with its text's place.

    Each letter is shown once, up to :data:`MOST_SHOWN` of them. A question mark within a word counts, too: it
    stands where a letter was lost.
    """
    count, seen, shown = 0, set[str](), list[tuple[int, str]]()
    for place, text in enumerate(texts):
        found = list(_DOUBTED.finditer(text))
        count += bool(found)
        new = next((one for one in found if one[0] not in seen), None)
        if new and len(shown) < MOST_SHOWN:
            shown.append((place, near(text, new.start())))
            seen.update(one[0] for one in _DOUBTED.finditer(shown[-1][1]))
    return count, shown


def records(text: str) -> list[tuple[int, list[str]]]:
    """The lines of a table that are not blank, each with the number at which it begins, from 1.

    Commas, semicolons or tabs are between the cells: what "sep=" in the first line says, or what the heading
    has most of. Empty columns are dropped, and lines that end early are filled.

    Raises:
        BadTable: a quote that nothing ends, or a cell that is far too long.
    """
    said = _SEPARATOR.match(text)
    first = 2 if said else 1
    text = text[said.end() :] if said else text
    heading = re.split(r"[\r\n]", text.lstrip("\r\n "), maxsplit=1)[0]
    # Spreadsheets write what their country's lists have. Blanks after it would keep a quote from being one.
    between = said[1] if said else max(",;\t", key=heading.count)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=between, strict=True, skipinitialspace=between != "\t"
    )
    found, begins = [], 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                found.append((begins + first - 1, cells))
            begins = reader.line_num + 1
    except csv.Error:
        raise BadTable(begins + first - 1) from None
    return squared(found)


def squared(lines: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The lines, each with as many cells as the first one has headings, where nothing that was said is lost.

    Columns with nothing in any line are dropped.
    """
    if not lines:
        return lines
    heading = lines[0][1]
    named = [place for place, name in enumerate(heading) if name.strip()]
    width = named[-1] + 1
    filled = [(line, _fitted(cells, width)) for line, cells in lines]
    used = {*named, *(at for _, cells in filled for at, cell in enumerate(cells) if cell.strip())}
    return [(line, [cell for at, cell in enumerate(cells) if at in used]) for line, cells in filled]


def _fitted(cells: list[str], width: int) -> list[str]:
    if any(map(str.strip, cells[width:])):
        return cells
    return cells[:width] + [""] * (width - len(cells))


class BadTable(Exception):
    """A quote that nothing ends, from this line on, or a cell beyond what is read."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line
