"""Checks an exported record: nothing in it was changed, taken out, put in or put elsewhere.

This file needs Python 3.11 and nothing else. It repeats the record's arithmetic on its own, so that
whoever trusts nobody reads (and copies) this one file: ``python verify.py EXPORT [--head HEX]``.

A record is JSON lines: what it is, a list for each row, and a line with the last row's hash, the head.
Each hash covers the one before it, so the head holds all of the record. Somebody who can write to the
database could change rows and compute a new head, though: only a head that was published earlier,
where nobody can take it back, shows that. Give it as HEX.

Words can be left out of an export, or have been erased; the record holds commitments to them. Words
that are there must match.

There are rows of two versions, told apart by how many parts they have (see ``SHAPES``). Where there are
old ones before new ones, most of the old are shown by their hashes alone, and the first new row, called
``upgraded``, commits to all of these hashes: so a head from there on vouches for the old rows, too.

Of what stands in a file only whole numbers and hashes are printed: it can't speak for itself.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, TextIO

LONGEST_LINE = 1_000_000
HASH_DIGITS, SALT_DIGITS = 64, 32  # two for each byte
LARGEST = 2**63
DAY_MS = 86_400_000
NUMBER, TEXT, HASH, SALT, DAY = "a number", "text", "a hash", "a salt", "a UTC date"
DIGITS = {HASH: HASH_DIGITS, SALT: SALT_DIGITS}
OLD = (NUMBER, NUMBER, NUMBER, NUMBER, TEXT, TEXT, TEXT, HASH, HASH)
NEW = (NUMBER, DAY, NUMBER, NUMBER, TEXT, TEXT, HASH, HASH)
SHAPES = {
    2: (NUMBER, HASH),  # of version 1, not shown: its number and its own hash
    9: OLD,  # of version 1: number, at_ms, initiative, round, stage, act, standing, who, said
    11: (*OLD, SALT, TEXT),  # ... and what was said, with the salt
    8: NEW,  # of version 2: number, day, initiative, round, stage, act, who, said
    10: (*NEW, SALT, TEXT),
}
OF_FORMAT = {1: (9, 11), 2: (2, 8, 9, 10, 11)}
"""How many parts a row of a file may have, by the file's format."""
HASHED, WITH_WORDS = (2,), (10, 11)


@dataclass(frozen=True)
class Verdict:
    """What was found; ``rows`` and ``head`` are of the last good row, ``problem`` is '' where all is well.

    ``vouched`` is the row whose hash the published head is: the last, or an earlier one where the record
    has grown since; 0 where none was given. ``since`` is the first row for which it vouches: old rows that
    are not shown hide what was before them.
    """

    ok: bool
    rows: int
    head: str
    problem: str
    vouched: int = 0
    since: int = 1

    def __str__(self) -> str:
        if not self.ok:
            return f"BROKEN {self.problem}"
        found = f"ok: {self.rows} rows, head {self.head}"
        if not self.vouched:
            return f"{found}; compare this head with the one published (alone, a rewritten record looks fine)"
        which = f"{found}; the published head is that of row {self.vouched}"
        if self.since > 1:  # of a row that is not shown it is the hash, and no more
            what = f"rows {min(self.since, self.vouched)} to {self.vouched}"
            return f"{which}, and vouches for {what}; for the others compare a later one"
        if self.vouched < self.rows:
            return f"{which}, for the {self.rows - self.vouched} after it, compare a later one"
        return f"{found}, as published"


class Broken(Exception):
    """What is wrong, and where."""


def check(lines: Iterable[str], head: str = "") -> Verdict:
    """Check a record's lines, one at a time; ``head`` is a published one, of any row."""
    checking = Checking(head.strip().lower())
    try:
        for line in lines:
            checking.take(line)
        checking.end()
    except Broken as broken:
        return Verdict(False, checking.rows, checking.head.hex(), str(broken))
    return Verdict(True, checking.rows, checking.head.hex(), "", checking.vouched, checking.since)


class Checking:
    """How far a check has come; the lines are handed to it one by one."""

    def __init__(self, published: str) -> None:
        self.published = published
        self.format = 0
        self.record = ""
        self.rows = 0
        self.vouched, self.since = 0, 1
        self.head = bytes(32)  # what the first row follows
        self.old, self.hashes, self.bound = 0, hashlib.sha256(), False
        self.unseen = 0  # the last row that is shown by its hash alone, and that nothing binds yet
        self.ended = False

    def take(self, line: str) -> None:
        """Check the next line; raises Broken."""
        if self.ended:
            raise Broken("after the head: the record should end there")
        what = self._read(line)
        if not self.format:
            self.format, self.record = _kind_of(what)
        elif isinstance(what, list):
            self._row(what)
        else:
            self._end_line(what)

    def end(self) -> None:
        """Check that the record is whole; raises Broken."""
        if not self.format:
            raise Broken("at line 1: the file is empty")
        if not self.ended:
            raise Broken(f"after row {self.rows}: the line with the head is missing, the end was cut off")
        if self.published and not self.vouched and self.published != self.head.hex():
            raise Broken("at the head: the published head is not that of any row of this record")

    def _where(self) -> str:
        return f"at row {self.rows + 1}" if self.format else "at line 1"

    def _read(self, line: str) -> Any:
        try:
            if len(line) >= LONGEST_LINE:
                raise ValueError
            return _plain(line.removesuffix("\n").removesuffix("\r"), sort_keys=False)
        except (ValueError, RecursionError):
            raise Broken(f"{self._where()}: the line is not as Folkmoot writes it") from None

    def _row(self, row: list[Any]) -> None:
        where = self._where()
        if len(row) not in OF_FORMAT[self.format] or not all(map(_is, SHAPES[len(row)], row)):
            raise Broken(f"{where}: it does not have a row's parts")
        if row[0] != self.rows + 1:
            raise Broken(f"{where}: it says it is row {row[0]}")
        try:
            words = _words(row) if len(row) in WITH_WORDS else None
        except (ValueError, RecursionError):
            raise Broken(f"{where}: the words are not those that were recorded") from None
        if SHAPES[len(row)][1] is DAY:
            self._new_row(where, row, words)
        else:
            self._old_row(where, row)
        self.rows += 1
        if self.head.hex() == self.published:
            self.vouched, self.since = self.rows, self.unseen + 1

    def _old_row(self, where: str, row: list[Any]) -> None:
        if self.old < self.rows:
            raise Broken(f"{where}: an old row can't come after a new one")
        if len(row) in HASHED:
            self.head, self.unseen = bytes.fromhex(row[1]), row[0]
        else:
            self.head = _next(self.head, [self.record, *row[:9]])
        self.old += 1
        self.hashes.update(self.head)

    def _new_row(self, where: str, row: list[Any], words: Any) -> None:
        if self.old and not self.bound:
            bound = {"hashes": self.hashes.hexdigest(), "rows": self.old}
            if row[5] != "upgraded" or words is None or words["said"] != bound:
                raise Broken(f"{where}: the old rows before it are not those of the upgrade")
            self.bound, self.unseen = True, 0
        self.head = _next(self.head, ["folkmoot row 2", self.record, *row[:8]])

    def _end_line(self, what: object) -> None:
        if not (isinstance(what, dict) and list(what) == ["rows", "head"]):
            raise Broken(f"{self._where()}: it is neither a row nor the head")
        if type(what["rows"]) is not int or what["rows"] != self.rows:
            raise Broken(f"after row {self.rows}: the file says that it has another number of rows")
        if what["head"] != self.head.hex():
            raise Broken(f"at the head: the rows make {self.head.hex()}, the file says something else")
        if self.format > 1 and self.old and not self.bound:
            raise Broken(f"after row {self.rows}: the row that commits to the old ones is missing")
        self.ended = True


def _plain(text: str, *, sort_keys: bool) -> Any:
    """What JSON says; raises ValueError where it is not in the one way in which Folkmoot writes it.

    So nothing can hide in a doubled key, a space or a 1.0.
    """
    what = json.loads(text)
    if json.dumps(what, sort_keys=sort_keys, separators=(",", ":"), allow_nan=False) != text:
        raise ValueError
    return what


def _kind_of(what: object) -> tuple[int, str]:
    """A file's format, and the id of its record."""
    if not (isinstance(what, dict) and list(what) == ["folkmoot_record", "record"]):
        raise Broken("at line 1: this is not a record of Folkmoot")
    if type(what["folkmoot_record"]) is not int or what["folkmoot_record"] not in OF_FORMAT:
        raise Broken("at line 1: this checks formats 1 and 2, and the file is of another")
    if not isinstance(what["record"], str):
        raise Broken("at line 1: the record has no id")
    return what["folkmoot_record"], what["record"]


def _is(kind: str, part: object) -> bool:
    """Whether a part of a row is what stands there in every row."""
    if kind is NUMBER:
        return type(part) is int and abs(part) < LARGEST
    if not isinstance(part, str):
        return False
    if kind is DAY:
        return _days(part) is not None
    return kind is TEXT or (len(part) == DIGITS[kind] and set(part) <= set("0123456789abcdef"))


def _days(text: str) -> int | None:
    """How many days after 1970-01-01 a date is, None where it is not written YYYY-MM-DD."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return (day - date(1970, 1, 1)).days if day.isoformat() == text else None


def _next(previous: bytes, parts: list[Any]) -> bytes:
    return hashlib.sha256(previous + json.dumps(parts, separators=(",", ":")).encode("ascii")).digest()


def _words(row: list[Any]) -> Any:
    """What a row says; raises ValueError where salt and words are not what it commits to.

    In version 2 each of the two stands after its length, as eight bytes, so that none can be moved into the
    other; in version 1 they can't either, because every salt was of 16 bytes.
    """
    said, salt, words = row[-3:]
    parts, is_new = (bytes.fromhex(salt), words.encode("ascii")), len(row) == len(NEW) + 2
    framed = b"".join(len(one).to_bytes(8, "big") + one if is_new else one for one in parts)
    what = _plain(words, sort_keys=True)
    if hashlib.sha256(framed).hexdigest() != said or (is_new and not _is_told(row[1], what)):
        raise ValueError
    return what


def _is_told(day: str, what: Any) -> bool:
    """Whether words have the parts of a new row's: the standing, what was said, perhaps the moment."""
    if not isinstance(what, dict) or list(what) not in (["said", "standing"], ["at_ms", "said", "standing"]):
        return False
    at_ms = what.get("at_ms")
    return at_ms is None or (_is(NUMBER, at_ms) and at_ms // DAY_MS == _days(day))


def _lines(file: TextIO) -> Iterator[str]:
    """The lines, of which one without end fills no memory."""
    return iter(partial(file.readline, LONGEST_LINE), "")


def _printable(text: str) -> str:
    """Text from outside, such as a file's name, of which no terminal takes orders."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in text)


def main(argv: list[str]) -> int:
    """Check the file that the arguments name; 0 where all is well, 1 where not, 2 where it can't be read."""
    what = "Check an exported record of Folkmoot."
    parser = argparse.ArgumentParser(prog="verify", description=what, allow_abbrev=False)
    parser.add_argument("export", metavar="EXPORT", help="the exported file (JSON lines)")
    parser.add_argument("--head", metavar="HEX", default="", help="the head that was published")
    asked, others = parser.parse_known_args(argv)
    if others:
        print(f"unreadable: {len(others)} arguments too many; see --help", file=sys.stderr)
        return 2
    head = asked.head.strip().lower()
    if head and not _is(HASH, head):
        print(f"unreadable: a head has {HASH_DIGITS} digits, 0-9 and a-f; this is not one", file=sys.stderr)
        return 2
    try:
        # Anything that is not ASCII was not written by Folkmoot: it becomes a mark that fits nothing.
        with open(asked.export, encoding="ascii", errors="replace", newline="\n") as file:
            verdict = check(_lines(file), head)
    except OSError as error:
        print(f"unreadable: {_printable(f'{asked.export}: {error.strerror}')}", file=sys.stderr)
        return 2
    print(verdict)
    return 0 if verdict.ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
