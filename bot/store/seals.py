"""What a round's key does: marks that lead to nobody without it, and boxes that nobody opens without it.

No cryptography of our own: HKDF, HMAC and ChaCha20-Poly1305, as they come.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
POLL_ROOM = 128
"""Bytes for what somebody chose: the places of 25 options need 90."""


class SealBroken(Exception):
    """A box was not made with this key, or is no longer what it was."""


@dataclass(frozen=True, repr=False)
class Keys:
    """The three keys of one round, each for one use."""

    roll: bytes
    code: bytes
    seal: bytes


def derive(key: bytes, community: int, which: int) -> Keys:
    """The three keys of a round, out of its one."""

    def one(use: str) -> bytes:
        about = f"folkmoot {use} {community} {which}".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=about).derive(key)

    return Keys(one("roll"), one("code"), one("seal"))


def mark_of(keys: Keys, person: int) -> bytes:
    """What stands for somebody on the roll of a round (32 bytes)."""
    return hmac.digest(keys.roll, str(person).encode(), sha256)


def code_of(keys: Keys, mark: bytes, code: str) -> bytes:
    """What is kept of somebody's code (32 bytes); the same words of somebody else make another."""
    return hmac.digest(keys.code, mark + code.encode(), sha256)


def same(one: bytes, other: bytes) -> bool:
    """Whether two are alike, in a time that tells nothing."""
    return hmac.compare_digest(one, other)


def shut(keys: Keys, mark: bytes, said: bytes, room: int = POLL_ROOM) -> bytes:
    """A box with what somebody said; all boxes of a round have one length, made by its ``room`` in bytes."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + ChaCha20Poly1305(keys.seal).encrypt(nonce, padded(said, room), mark)


def padded(said: bytes, room: int = POLL_ROOM) -> bytes:
    """Its length and itself, filled up to what the longest would take."""
    assert len(said) <= room
    return len(said).to_bytes(2) + said.ljust(room, b"\0")


def unpacked(keys: Keys, mark: bytes, box: bytes) -> bytes:
    """What somebody said; raises :class:`SealBroken`."""
    try:
        inside = ChaCha20Poly1305(keys.seal).decrypt(box[:NONCE], box[NONCE:], mark)
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error
    return inside[2 : 2 + int.from_bytes(inside[:2])]
