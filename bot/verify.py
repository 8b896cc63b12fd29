"""Checks an exported record: nothing in it was changed, taken out, put in or put elsewhere.

This file needs Python 3.11 and nothing else. It repeats the record's arithmetic on its own, so that
whoever trusts nobody reads (and copies) this one file: ``python verify.py EXPORT [--head HEX]``.

A record is JSON lines: what it is, a list for each row, and a line with the last row's hash, the head.
Each hash covers the one before it, so the head holds all of the record. Somebody who can write to the
database could change rows and compute a new head, though: only a head that was published earlier,
where nobody can take it back, shows that. Give it as HEX.

Words can be left out of an export, or have been erased; the record holds commitments to them. Words
that are there must match.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TextIO

FORMAT = 1
LONGEST_LINE = 1_000_000
HASH_DIGITS = 64
# number, at_ms, initiative, round, stage, act, standing, who, said; then salt and words, or neither
ROW_LENGTHS = (9, 11)


@dataclass(frozen=True)
class Verdict:
    """What was found; ``rows`` and ``head`` are of the last good row, ``problem`` is '' where all is well.

    ``vouched`` is how many rows the published head vouches for: all, or fewer where the record has grown
    since; 0 where none was given.
    """

    ok: bool
    rows: int
    head: str
    problem: str
    vouched: int = 0

    def __str__(self) -> str:
        if not self.ok:
            return f"BROKEN {self.problem}"
        found = f"ok: {self.rows} rows, head {self.head}"
        if not self.vouched:
            return f"{found}; compare this head with the one published (alone, a rewritten record looks fine)"
        if self.vouched < self.rows:
            later = f"for the {self.rows - self.vouched} after it, compare a later one"
            return f"{found}; the published head is that of row {self.vouched}, {later}"
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
    return Verdict(True, checking.rows, checking.head.hex(), "", checking.vouched)


class Checking:
    """How far a check has come; the lines are handed to it one by one."""

    def __init__(self, published: str) -> None:
        self.published = published
        self.record: str | None = None
        self.rows = 0
        self.vouched = 0
        self.head = bytes(32)  # what the first row follows
        self.ended = False

    def take(self, line: str) -> None:
        """Check the next line; raises Broken."""
        if self.ended:
            raise Broken("after the head: the record should end there")
        what = self._read(line)
        if self.record is None:
            self.record = _record_of(what)
        elif isinstance(what, list):
            self._row(what)
        else:
            self._end_line(what)

    def end(self) -> None:
        """Check that the record is whole; raises Broken."""
        if self.record is None:
            raise Broken("at line 1: the file is empty")
        if not self.ended:
            raise Broken(f"after row {self.rows}: the line with the head is missing, the end was cut off")
        if self.published and not self.vouched and self.published != self.head.hex():
            raise Broken(f"at the head: the published {self.published} is not that of any row of this record")

    def _where(self) -> str:
        return "at line 1" if self.record is None else f"at row {self.rows + 1}"

    def _read(self, line: str) -> Any:
        line = line.rstrip("\r\n")
        try:
            what = json.loads(line)
            # One way to write each row: nothing can hide in a doubled key, a space or a 1.0.
            plain = json.dumps(what, separators=(",", ":"), ensure_ascii=True) == line
        except (ValueError, RecursionError):
            plain = False
        if not plain:
            raise Broken(f"{self._where()}: the line is not as Folkmoot writes it")
        return what

    def _row(self, row: list[Any]) -> None:
        where = self._where()
        if not _is_row(row):
            raise Broken(f"{where}: it does not have a row's parts")
        if row[0] != self.rows + 1:
            raise Broken(f"{where}: it says it is row {row[0]}")
        who, said, disclosed = row[7], row[8], row[9:]
        if disclosed and _commitment(*disclosed) != said:
            raise Broken(f"{where}: the words are not those that were recorded")
        body = json.dumps([self.record, *row[:7], who, said], separators=(",", ":"), ensure_ascii=True)
        self.head = hashlib.sha256(self.head + body.encode("ascii")).digest()
        self.rows += 1
        if self.head.hex() == self.published:
            self.vouched = self.rows

    def _end_line(self, what: object) -> None:
        if not (isinstance(what, dict) and list(what) == ["rows", "head"]):
            raise Broken(f"{self._where()}: it is neither a row nor the head")
        if type(what["rows"]) is not int or what["rows"] != self.rows:
            raise Broken(f"after row {self.rows}: there should be {what['rows']} rows")
        if what["head"] != self.head.hex():
            raise Broken(f"at the head: the rows make {self.head.hex()}, the file says {what['head']}")
        self.ended = True


def _record_of(what: object) -> str:
    if not (isinstance(what, dict) and list(what) == ["folkmoot_record", "record"]):
        raise Broken("at line 1: this is not a record of Folkmoot")
    if type(what["folkmoot_record"]) is not int or what["folkmoot_record"] != FORMAT:
        raise Broken(f"at line 1: the format is {what['folkmoot_record']}, this checks format {FORMAT}")
    if not isinstance(what["record"], str):
        raise Broken("at line 1: the record has no id")
    return what["record"]


def _is_row(row: list[Any]) -> bool:
    return (
        len(row) in ROW_LENGTHS
        and all(type(number) is int for number in row[:4])
        and all(isinstance(text, str) for text in row[4:])
        and all(_is_hash(text) for text in row[7:9])
    )


def _is_hash(text: str) -> bool:
    return len(text) == HASH_DIGITS and set(text) <= set("0123456789abcdef")


def _commitment(salt: str, words: str) -> str:
    try:
        secret = bytes.fromhex(salt)
    except ValueError:
        return ""
    # Spaces and capitals would be two ways of writing one salt.
    if secret.hex() != salt:
        return ""
    return hashlib.sha256(secret + words.encode("utf-8", "surrogatepass")).hexdigest()


def _lines(file: TextIO) -> Iterator[str]:
    """The lines, of which one without end fills no memory."""
    return iter(partial(file.readline, LONGEST_LINE), "")


def main(argv: list[str]) -> int:
    """Check the file that the arguments name; 0 where all is well, 1 where not, 2 where it can't be read."""
    parser = argparse.ArgumentParser(prog="verify", description="Check an exported record of Folkmoot.")
    parser.add_argument("export", metavar="EXPORT", help="the exported file (JSON lines)")
    parser.add_argument("--head", metavar="HEX", default="", help="the head that was published")
    asked = parser.parse_args(argv)
    head = asked.head.strip().lower()
    if head and not _is_hash(head):
        print(f"unreadable: a head has {HASH_DIGITS} digits, 0-9 and a-f; this is not one", file=sys.stderr)
        return 2
    try:
        # Anything that is not ASCII was not written by Folkmoot: it becomes a mark that fits nothing.
        with open(asked.export, encoding="ascii", errors="replace") as file:
            verdict = check(_lines(file), head)
    except OSError as error:
        print(f"unreadable: {asked.export}: {error.strerror}", file=sys.stderr)
        return 2
    print(verdict)
    return 0 if verdict.ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
