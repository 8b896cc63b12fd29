"""An exported record that somebody rewrote with care: the verifier says so, and in words of its own.

What is changed stays a file that looks right: most of the time each line is still JSON, and each row a row;
often everything is hashed anew, as a forger would who can count. Only the published head is not theirs.
"""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot import verify
from bot.services.records import record_lines
from bot.store import interactions
from bot.store.interactions import Entry
from tests.builders import HandClock, open_app, set_up, sqlite_url

MUTATIONS = 10_000
THEN = Path(__file__).parents[1] / "yesterday" / "fcb810a"
SAID: Sequence[object] = (127, "7 for", {"a": 1, "b": [2, "é\u2028"]}, [], {}, None, True, 1.5)
ESCAPE = "\x1b[2K\x1b[1Aok: 9 rows, as published\x07"
ODD: Sequence[str] = (ESCAPE, "\ud800", "\udfff\ud800", "\x00", "\u202e", "é", "\u2028", "x" * 70_000, "ok: ")
NUMBERS: Sequence[str] = (
    "NaN",
    "Infinity",
    "-0",
    "1e999",
    "1.0",
    "9" * 5000,
    "1" + "0" * 400,
    "true",
    "null",
    "007",
)
Line = list[Any]


@dataclass
class Found:
    """How many mutations there were, by kind; what was not caught; what was said in words not of its own."""

    mutations: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


async def written(folder: Path) -> list[list[str]]:
    """Records in a row: of before rows had versions, of before and after, and of today alone."""
    with closing(sqlite3.connect(folder / "folkmoot.db")) as database:
        database.executescript(lzma.decompress((THEN / "folkmoot.sql.xz").read_bytes()).decode())
    app = await open_app(sqlite_url(folder), HandClock())
    world = await set_up(app, "server-of-today")
    here, at = world.community.id, world.now
    acts = [Entry(here, at, "x", "decide", "organiser", said, public=True) for said in SAID]
    acts.append(Entry(here, at, "answered", "decide", "officer", {"value": [1]}, round=3, secret=b"s" * 32))
    await app.database.writer.run(lambda tx: interactions.append(tx, acts))
    made = [[line async for line in record_lines(app, number)] for number in (1, here)]
    await app.database.close()
    return [(THEN / "record.jsonl").read_text().splitlines(keepends=True), *made]


def plain(what: object) -> str:
    """As Folkmoot writes a line."""
    return json.dumps(what, separators=(",", ":")) + "\n"


def run(records: Sequence[list[str]], count: int, chance: random.Random, folder: Path) -> Found:
    """So many mutations of some records, each against its own head, through the verifier's command line."""
    found, file = Found(), folder / "forged.jsonl"
    while found.mutations.total() < count:
        lines = chance.choice(records)
        name = chance.choice(list(KINDS))
        forged = KINDS[name](lines, chance)
        if forged is None or forged == "".join(lines).encode():
            continue
        found.mutations[name] += 1
        file.write_bytes(forged)
        out, error = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(error):
            code = verify.main([str(file), "--head", json.loads(lines[-1])["head"]])
        said = out.getvalue()
        if code != 1 or not said.startswith("BROKEN "):
            found.missed.append(f"{name}: {said} {forged!r}")
        if error.getvalue() or not is_own(said):
            found.said.append(f"{name}: {said!r} {error.getvalue()!r}")
    return found


def is_own(said: str) -> bool:
    """Whether it is one short line of printable ASCII."""
    return said.endswith("\n") and len(said) < 400 and all(" " <= letter <= "~" for letter in said[:-1])


def _place(lines: list[str], chance: random.Random) -> int:
    """The line of some row."""
    return chance.randrange(1, len(lines) - 1)


def _in_row(lines: list[str], chance: random.Random, change: Callable[[Line], str | None]) -> bytes | None:
    """With one row written otherwise."""
    place = _place(lines, chance)
    line = change(json.loads(lines[place]))
    if line is None:
        return None
    return "".join([*lines[:place], line, *lines[place + 1 :]]).encode("utf-8", "surrogatepass")


def a_part(lines: list[str], chance: random.Random) -> bytes | None:
    """One part of a row says something else that it could have said."""

    def change(row: Line) -> str:
        at = chance.randrange(len(row))
        row[at] = _another(row[at], chance)
        return plain(row)

    return _in_row(lines, chance, change)


def _another(part: Any, chance: random.Random) -> Any:
    if isinstance(part, int):
        return part + chance.choice((-1, 1, 86_400_000, 2**63, -(10**30)))
    if len(part) in (verify.HASH_DIGITS, verify.SALT_DIGITS):
        at = chance.randrange(len(part))
        return (
            part[:at]
            + chance.choice([one for one in "0123456789abcdefA" if one != part[at]])
            + part[at + 1 :]
        )
    if len(part) == len("2027-05-03") and part[4] == "-":
        return (date.fromisoformat(part) + timedelta(days=chance.choice((-1, 1, 400)))).isoformat()
    at = chance.randrange(len(part) + 1)
    return part[:at] + chance.choice(("x", *ODD)) + part[at:]


def moved_bytes(lines: list[str], chance: random.Random) -> bytes | None:
    """Bytes go from the words into the salt, or back: hashed one after the other they would be the same."""

    def change(row: Line) -> str | None:
        if len(row) not in verify.WITH_WORDS:
            return None
        *parts, salt, words = row
        count = chance.randint(1, min(8, len(words)))
        if chance.random() < 0.5:
            return plain([*parts, salt + words[:count].encode().hex(), words[count:]])
        secret = bytes.fromhex(salt)
        return plain([*parts, secret[:-count].hex(), secret[-count:].decode("latin-1") + words])

    return _in_row(lines, chance, change)


def words_respelled(lines: list[str], chance: random.Random) -> bytes | None:
    """The words of a row are JSON that means the same, or nearly, in another spelling."""

    def change(row: Line) -> str | None:
        if len(row) not in verify.WITH_WORDS:
            return None
        respelled = _respelled(row[-1], chance)
        return None if respelled == row[-1] else plain([*row[:-1], respelled])

    return _in_row(lines, chance, change)


def a_line_respelled(lines: list[str], chance: random.Random) -> bytes | None:
    """A whole line is JSON in another spelling."""
    place = chance.randrange(len(lines))
    line = _respelled(lines[place].rstrip("\n"), chance) + "\n"
    return "".join([*lines[:place], line, *lines[place + 1 :]]).encode("utf-8", "surrogatepass")


def _respelled(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    letter = text[at - 1] if at else ""
    other = text[:at] + chance.choice(ODD) + text[at:]
    match chance.randrange(7):
        case 0 if commas := [place for place, one in enumerate(text) if one in ",:"]:
            at = chance.choice(commas)
            other = text[:at] + chance.choice((" ", "\t", "\r")) + text[at:]
        case 1 if letter.isalnum():  # a letter by its number; where it is no string, it is no JSON any more
            other = f"{text[: at - 1]}\\u{ord(letter):04x}{text[at:]}"
        case 2 if text.startswith("{"):  # a key that comes twice: the first or the last may be believed
            key = next(iter(json.loads(text)), "rows")
            first, last = f'{{"{key}":{chance.choice(NUMBERS)},{text[1:]}', f'{text[:-1]},"{key}":7}}'
            other = chance.choice((first, last))
        case 3:
            other = "[" * chance.choice((1, 5000)) + text + "]" * chance.choice((0, 1, 5000))
        case 4 if digits := [place for place, one in enumerate(text) if one.isdigit()]:
            at = chance.choice(digits)
            other = text[:at] + chance.choice(NUMBERS) + text[at + 1 :]
        case 5:
            other = text[:at] + json.dumps(chance.choice(ODD))[1:-1] + text[at:]
    return other


def other_order(lines: list[str], chance: random.Random) -> bytes | None:
    """Rows left out, doubled, put elsewhere; or the end is cut off."""
    made, at, to = list(lines), _place(lines, chance), _place(lines, chance)
    match chance.randrange(5):
        case 0:
            del made[at]
        case 1:
            made.insert(to, lines[at])
        case 2:
            made[at], made[to] = made[to], made[at]
        case 3:
            del made[at:-1]
        case _:
            del made[at:]
    return "".join(made).encode()


def another_version(lines: list[str], chance: random.Random) -> bytes | None:
    """A row or the file passes itself off as one of the other version; or shows a hash alone."""
    if chance.random() < 0.2:
        first = json.loads(lines[0])
        first["folkmoot_record"] = chance.choice((0, 1, 2, 3, "2", 2.0, True, ESCAPE, [2]))
        return "".join([plain(first), *lines[1:]]).encode()

    def change(row: Line) -> str | None:
        match len(row):
            case 2:
                return plain([row[0], hashlib.sha256(row[1].encode()).hexdigest()])
            case 8 | 10:
                old = [row[0], 1_795_958_000_000, *row[2:6], "resident", *row[6:]]
                return plain(chance.choice((old, old[:9], [row[0], row[6]], [row[0], 1, *row[2:]])))
            case _:
                return plain([row[0], "2027-05-03", *row[2:6], *row[7:]])

    return _in_row(lines, chance, change)


def hashed_anew(lines: list[str], chance: random.Random) -> bytes | None:
    """A row is changed, and all hashes after it, the commitments and the head with it are made anew."""
    record, rows = json.loads(lines[0])["record"], [json.loads(line) for line in lines[1:-1]]
    at = chance.randrange(len(rows))
    if chance.random() < 0.3:
        del rows[at]
    else:
        rows[at] = _reworded(rows[at], chance)
    head, hashes, old, made = bytes(32), hashlib.sha256(), 0, [lines[0]]
    for number, row in enumerate(rows, 1):
        row[0] = number
        if len(row) == 2:
            head = bytes.fromhex(row[1])
        else:
            is_new = len(row) in (8, 10)
            if is_new and row[5] == "upgraded":
                row[8:] = _opened(row, {"hashes": hashes.hexdigest(), "rows": old})
            body = [*(["folkmoot row 2"] if is_new else []), record, *row[: 8 if is_new else 9]]
            head = hashlib.sha256(head + json.dumps(body, separators=(",", ":")).encode()).digest()
        if len(row) in (2, 9, 11):
            old += 1
            hashes.update(head)
        made.append(plain(row))
    return "".join([*made, plain({"rows": len(rows), "head": head.hex()})]).encode()


def _reworded(row: Line, chance: random.Random) -> Line:
    if len(row) == 2:
        return [row[0], hashlib.sha256(row[1].encode()).hexdigest()]
    if len(row) == 10 and chance.random() < 0.7:
        return [*row[:8], *_opened(row, {"answers": chance.randrange(99)})]
    row[3] += chance.randrange(1, 9)
    return row


def _opened(row: Line, said: object) -> list[str]:
    """Other words for a row, with the commitment to them put into it."""
    words = json.dumps(json.loads(row[9]) | {"said": said}, separators=(",", ":"), sort_keys=True)
    parts = (bytes.fromhex(row[8]), words.encode())
    row[7] = hashlib.sha256(b"".join(len(one).to_bytes(8, "big") + one for one in parts)).hexdigest()
    return [row[8], words]


def other_bytes(lines: list[str], chance: random.Random) -> bytes | None:
    """Bytes that are no text, in the middle of it."""
    whole = "".join(lines).encode()
    at = chance.randrange(len(whole))
    odd = (
        b"\xff",
        b"\xc3\x28",
        b"\x00",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        ESCAPE.encode(),
        b"[" * 1_100_000,
        b"\r",
    )
    put = chance.choice(odd)
    if put == b"\r" and whole[at : at + 1] == b"\n":  # as another system ends its lines
        return None
    return whole[:at] + put + whole[at + chance.randint(0, 1) :]


def the_end(lines: list[str], chance: random.Random) -> bytes | None:
    """What stands in the last line."""
    last = json.loads(lines[-1])
    name = chance.choice(["rows", "head", "more"])
    last[name] = chance.choice(
        (0, -1, 10**30, ESCAPE, "\ud800", last["head"].upper(), last["rows"] + 1, None, [[]])
    )
    return "".join([*lines[:-1], plain(last)]).encode()


KINDS: dict[str, Callable[[list[str], random.Random], bytes | None]] = {
    "a part": a_part,
    "moved bytes": moved_bytes,
    "words respelled": words_respelled,
    "a line respelled": a_line_respelled,
    "other order": other_order,
    "another version": another_version,
    "hashed anew": hashed_anew,
    "other bytes": other_bytes,
    "the end": the_end,
}
