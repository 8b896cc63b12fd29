"""Initiatives: one policy or service being co-produced."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.people import Ages
from bot.domain.refusals import Refusal
from bot.domain.stages import Stage

TITLE_LENGTH = 80
WORDS_LENGTH = 1000


class Life(StrEnum):
    """``standing`` is the one initiative of each community for what belongs to none; it never closes."""

    STANDING = "standing"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Initiative:
    """One initiative; ``lead`` and ``deputy`` are our numbers of people, 0 for nobody."""

    id: int
    title: str
    stage: Stage
    life: Life
    ages: Ages
    lead: int
    deputy: int
    made_ms: int
    closed_ms: int = 0


def check_title(title: str) -> None:
    """Raise Refusal where a title is empty or too long."""
    if not title:
        raise Refusal("title-empty")
    if len(title) > TITLE_LENGTH:
        raise Refusal("title-too-long", length=len(title), limit=TITLE_LENGTH)


def check_words(text: str, missing: str) -> None:
    """Raise Refusal ``missing`` where words are empty, ``words-too-long`` where they are too long."""
    if not text:
        raise Refusal(missing)
    if len(text) > WORDS_LENGTH:
        raise Refusal("words-too-long", length=len(text), limit=WORDS_LENGTH)
