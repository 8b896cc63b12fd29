"""The record's arithmetic: commitments, pseudonyms and the chain of hashes.

Everything here is repeated, on purpose and independently, by ``bot/verify.py``: a checker who trusts
nobody reads that one file, which knows rows of version 1, too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

VERSION = 2
"""Of the rows that are written today."""
FIRST_LINK = bytes(32)
"""What the first row of every chain follows."""
DAY_MS = 86_400_000
_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


class Interaction(NamedTuple):
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
    return f'{{{when}"said":{said},"standing":{_quoted(standing)}}}'


def commitment(salt: bytes, words: str) -> bytes:
    """What holds someone to what was said, and tells nothing of it without the salt.

    Each part comes after its length, so that no byte can be moved from one into the other.
    """
    spoken = words.encode("ascii")
    framed = len(salt).to_bytes(8) + salt + len(spoken).to_bytes(8) + spoken
    return hashlib.sha256(framed).digest()


def canonical(said: object) -> str:
    """The one way in which a fact is written down before it is committed to: JSON, keys sorted, no spaces."""
    return _WRITER.encode(said)


@lru_cache(256)  # stages, acts, standings and ids of records: always the same ones
def _quoted(text: str) -> str:
    return canonical(text)


def link(previous: bytes, record: str, row: Interaction) -> bytes:
    """The hash of a row: SHA-256 of the previous hash, and of the row with its version and its record's id.

    Args:
        previous: 32 bytes; :data:`FIRST_LINK` for the first row.
        record: the id of the community's record, so that no row fits another community's chain.
    """
    # As canonical() would write the list, in half the time: a row is hashed with every vote.
    body = (
        f'["folkmoot row 2",{_quoted(record)},{row.number},"{row.day}",{row.initiative},{row.round},'
        f'{_quoted(row.stage)},{_quoted(row.act)},"{row.who.hex()}","{row.said.hex()}"]'
    )
    return hashlib.sha256(previous + body.encode("ascii")).digest()
