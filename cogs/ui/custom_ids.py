"""The ids of buttons, choices and forms: ``cp1[@<community>]:<verb>:<subject>[:<argument>]``.

Ids only: no person, no tally, no words. Whatever comes back from a client is as trustworthy as the
client: a parsed id says what is asked for, never that it is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.refusals import Refusal
from cogs.ui.limits import CUSTOM_ID

_SHAPE = re.compile(
    r"cp1(?:@([1-9][0-9]{0,17}))?:([a-z]+(?:-[a-z]+)*):(0|[1-9][0-9]{0,17})(?::([A-Za-z0-9._-]+))?", re.ASCII
)

SEPARATOR = "."
"""Between the parts of an argument that has several."""

_VERSION = re.compile(r"v(?:[1-9][0-9]{0,8}|[A-Za-z0-9_-]{12})", re.ASCII)


@dataclass(frozen=True)
class CustomId:
    """What a press asks for: a verb, the number of what it is about (0 for nothing), an argument or ''.

    ``community`` is there only in private messages, which come from no server. What is pressed about words
    carries their version (``bot/domain/versions.py``) as a part of the argument.
    """

    verb: str
    subject: int = 0
    argument: str = ""
    community: int = 0

    @property
    def version(self) -> str:
        """The version of the words that somebody had before them; '' where the id carries none."""
        return next(filter(_VERSION.fullmatch, self.argument.split(SEPARATOR)), "")

    @property
    def rest(self) -> str:
        """The argument without the version."""
        return SEPARATOR.join(
            one for one in self.argument.split(SEPARATOR) if _VERSION.fullmatch(one) is None
        )

    def __str__(self) -> str:
        place = f"cp1@{self.community}" if self.community else "cp1"
        text = f"{place}:{self.verb}:{self.subject}" + (f":{self.argument}" if self.argument else "")
        if len(text) > CUSTOM_ID or parse(text) != self:
            raise ValueError(f"{text!r} is no custom id")
        return text


def joined(*parts: object) -> str:
    """An argument of several parts, without the empty ones."""
    return SEPARATOR.join(filter(None, map(str, parts)))


def page_of(pressed: CustomId | None) -> int:
    """The page that a press asks for, counted from 0; the first where it names none."""
    page = pressed.argument if pressed is not None else ""
    return int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 0


def is_number(text: str) -> bool:
    """Whether a text is a number that can be one of ours or of the platform's."""
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) < 2**63


def only_number(raw: Sequence[str]) -> int:
    """The one number that a press carried; raises Refusal ``button-unknown`` for anything else."""
    if len(raw) != 1 or not is_number(raw[0]):
        raise Refusal("button-unknown")
    return int(raw[0])


def parse(text: str) -> CustomId | None:
    """The parts of a custom id, or None where it is none of ours."""
    found = _SHAPE.fullmatch(text) if len(text) <= CUSTOM_ID else None
    return CustomId(found[2], int(found[3]), found[4] or "", int(found[1] or 0)) if found else None
