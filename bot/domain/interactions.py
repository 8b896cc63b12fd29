"""The record's arithmetic: commitments, pseudonyms and the chain of hashes.

Everything here is repeated, on purpose and independently, by ``bot/verify.py``: a checker who trusts
nobody reads that one file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass

_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)
FIRST_LINK = bytes(32)
"""What the first row of every chain follows."""


@dataclass(frozen=True)
class Interaction:
    """One row of the record: no words, no names, no platform ids.

    ``number`` counts from 1 in its community; ``at_ms`` is UTC epoch milliseconds; ``round`` is 0
    where the act belongs to none; ``who`` and ``said`` are 32 bytes each.
    """

    number: int
    at_ms: int
    initiative: int
    round: int
    stage: str
    act: str
    standing: str
    who: bytes
    said: bytes


def pseudonym(secret: bytes, round_id: int) -> bytes:
    """Who did something in one round: rows in two rounds can't be linked without the person's secret."""
    return hmac.digest(secret, str(round_id).encode(), "sha256")


def commitment(salt: bytes, said: str) -> bytes:
    """What holds someone to what was said, and tells nothing of it without the salt."""
    return hashlib.sha256(salt + said.encode()).digest()


def canonical(said: object) -> str:
    """The one way in which a fact is written down before it is committed to: JSON, keys sorted, no spaces."""
    return _WRITER.encode(said)


def link(previous: bytes, record: str, row: Interaction) -> bytes:
    """The hash of a row: SHA-256 of the previous hash, and of the row with its record's own id.

    Args:
        previous: 32 bytes; :data:`FIRST_LINK` for the first row.
        record: the id of the community's record, so that no row fits another community's chain.
    """
    fields = [record, row.number, row.at_ms, row.initiative, row.round, row.stage, row.act, row.standing]
    body = canonical([*fields, row.who.hex(), row.said.hex()])
    return hashlib.sha256(previous + body.encode()).digest()
