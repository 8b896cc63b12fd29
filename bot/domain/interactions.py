"""The record's arithmetic: commitments, pseudonyms and the chain of hashes.

Everything here is repeated, on purpose and independently, by ``bot/verify.py``: a checker who trusts
nobody reads that one file, which knows rows of version 1, too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

VERSION = 2
"""Of the rows that are written today."""
FIRST_LINK = bytes(32)
"""What the first row of every chain follows."""
DAY_MS = 86_400_000
_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
_BODY = "folkmoot row 2"
"""What the body of a row begins with, so that it is that of no other version."""


@dataclass(frozen=True)
class Interaction:
    """One row of the record: no words, no names, no platform ids, no standing, and no time but its day.

    ``number`` counts from 1 in its community; ``day`` is the UTC date, YYYY-MM-DD; ``round`` is 0 where
    the act belongs to none; ``who`` and ``said`` are 32 bytes each.
    """

    number: int
    day: str
    initiative: int
    round: int
    stage: str
    act: str
    who: bytes
    said: bytes


def day_of(at_ms: int) -> str:
    """The UTC date of a moment (UTC epoch ms)."""
    return _day(at_ms // DAY_MS)


@lru_cache(4)  # of today, nearly always
def _day(days: int) -> str:
    return datetime.fromtimestamp(days * 86_400, UTC).date().isoformat()


def pseudonym(secret: bytes, round_id: int) -> bytes:
    """Who did something in one round: rows in two rounds can't be linked without the person's secret."""
    return hmac.digest(secret, str(round_id).encode(), "sha256")


def told(said: str, standing: str, at_ms: int | None = None) -> str:
    """What a row commits to: what was said (canonical), and who that was in the process.

    ``at_ms`` is the moment, only of an act that everybody may see: of others it is in no hash.
    """
    when = "" if at_ms is None else f'"at_ms":{at_ms},'
    return f'{{{when}"said":{said},"standing":{canonical(standing)}}}'


def commitment(salt: bytes, words: str) -> bytes:
    """What holds someone to what was said, and tells nothing of it without the salt.

    Each part comes after its length, so that no byte can be moved from one into the other.
    """
    parts = (salt, words.encode("ascii"))
    return hashlib.sha256(b"".join(len(part).to_bytes(8) + part for part in parts)).digest()


def canonical(said: object) -> str:
    """The one way in which a fact is written down before it is committed to: JSON, keys sorted, no spaces."""
    return _WRITER.encode(said)


def link(previous: bytes, record: str, row: Interaction) -> bytes:
    """The hash of a row: SHA-256 of the previous hash, and of the row with its record's own id.

    Args:
        previous: 32 bytes; :data:`FIRST_LINK` for the first row.
        record: the id of the community's record, so that no row fits another community's chain.
    """
    fields = [_BODY, record, row.number, row.day, row.initiative, row.round, row.stage, row.act]
    body = canonical([*fields, row.who.hex(), row.said.hex()])
    return hashlib.sha256(previous + body.encode()).digest()
