"""Words that look as if they would lead to somebody: a phone number, an e-mail address, a postcode."""

from __future__ import annotations

import re

LOOKS = {
    "email": re.compile(r"[^\s@]@[^\s@]+\.[^\s@]"),
    "phone": re.compile(r"(?<!\d)(?:\+\d|0)(?:[ ().-]{0,2}\d){8,13}(?!\d)"),
    "postcode": re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE),
}
"""What each looks like, found in one pass; a warning follows, never a refusal: a mistake costs a glance."""


def looks_like(*texts: str) -> tuple[str, ...]:
    """Which of :data:`LOOKS` these texts seem to hold."""
    return tuple(name for name, shape in LOOKS.items() if any(shape.search(one) for one in texts))
