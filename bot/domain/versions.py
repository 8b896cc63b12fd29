"""Versions: a short name for words as somebody read them, which a press carries.

Whoever publishes words, settles something about them or votes on them says which version they had before
them; the service compares it within its transaction. So what is published is what was read.
"""

from __future__ import annotations

import base64
import hashlib
import json

from bot.domain.refusals import Refusal

LENGTH = 12
"""Characters of a version's digest, 6 bits each: nobody finds two texts with the same by trying."""


class Unread(Refusal):
    """The refusals ``words-changed`` and ``words-first``: what a press is about was not read as it is now."""


def digest_of(*parts: object) -> bytes:
    """What all versions are made of: other bytes for other words; ``parts`` are anything that JSON takes."""
    return hashlib.sha256(json.dumps(parts).encode()).digest()


def version_of(*parts: object) -> str:
    """The version of some words: ``v`` and 12 characters, as an argument of a custom id may have them."""
    return "v" + base64.urlsafe_b64encode(digest_of(*parts)).decode()[:LENGTH]


def numbered(version: int) -> str:
    """The version of words whose versions have numbers."""
    return f"v{version}"


def check_seen(seen: str | None, now: str) -> None:
    """Refuse what is about words that have changed since they were read.

    ``seen`` is the version that a press carries, '' where it carries none, as those on old cards; None
    where no press is behind it.

    Raises:
        Unread: ``words-changed``, ``words-first`` where a press carries no version.
    """
    if seen is not None and seen != now:
        raise Unread("words-changed" if seen else "words-first")
