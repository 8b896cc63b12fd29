"""Asks: forms of a few fields, whose first one alone is a whole contribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.refusals import Refusal
from bot.domain.stages import Stage
from bot.domain.text import clean

ASK = "ask"
"""The kind of a round that is answered with contributions."""

Said = dict[str, tuple[str, ...]]
"""What a contribution says, by the names of its fields: one text, or the options chosen."""


def in_one(said: Said | None) -> str:
    """Everything that was said, one after the other; '' where the words were erased."""
    return "; ".join(text for values in (said or {}).values() for text in values)


class FieldKind(StrEnum):
    """How a field is filled in."""

    SHORT = "short"
    LONG = "long"
    ONE = "one"
    SEVERAL = "several"
    SCALE = "scale"


@dataclass(frozen=True)
class AskField:
    """One thing that is asked; ``longest`` is in characters, ``options`` are of choices and of a scale."""

    name: str
    kind: FieldKind
    label: str
    hint: str = ""
    longest: int = 500
    options: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether people write in it."""
        return self.kind in (FieldKind.SHORT, FieldKind.LONG)

    def read(self, raw: Sequence[str]) -> tuple[str, ...]:
        """What was sent for this field, cleaned; empty where it was left empty.

        Raises:
            Refusal: ``words-too-long``, ``choice-unknown``, ``choose-one``.
        """
        if not self.is_text:
            return self._chosen(raw)
        text = clean("\n".join(raw)).strip()
        if self.kind is FieldKind.SHORT:
            text = " ".join(text.split())
        if len(text) > self.longest:
            raise Refusal("words-too-long", length=len(text), limit=self.longest)
        return (text,) if text else ()

    def told(self, said: int | str) -> str:
        """What was answered, in words: the option at a place, or what was written."""
        return said if isinstance(said, str) else self.options[said]

    def _chosen(self, raw: Sequence[str]) -> tuple[str, ...]:
        if any(one not in self.options for one in raw):
            raise Refusal("choice-unknown")
        if self.kind is not FieldKind.SEVERAL and len(raw) > 1:
            raise Refusal("choose-one")
        return tuple(one for one in self.options if one in raw)


@dataclass(frozen=True)
class Ask:
    """One file of ``config/asks``: what is asked, at which stages it fits, and the words around it."""

    name: str
    title: str
    button: str
    stages: tuple[Stage, ...]
    example: str
    fields: tuple[AskField, ...]
    answer_days: int = 0
    """Within how many days somebody who is named answers each contribution; 0 where nobody has to."""

    @property
    def box(self) -> AskField:
        """The one box that everybody meets first."""
        return self.fields[0]

    def field(self, name: str) -> AskField:
        """A field by its name; raises Refusal ``button-unknown``: no form of ours has another."""
        for one in self.fields:
            if one.name == name:
                return one
        raise Refusal("button-unknown")

    def chosen(self, said: Said) -> tuple[str, ...]:
        """The fields of what was said whose values are options, not words."""
        return tuple(one.name for one in self.fields if one.name in said and not one.is_text)

    def unasked(self, said: Mapping[str, object]) -> tuple[AskField, ...]:
        """The fields that a contribution says nothing in yet."""
        return tuple(one for one in self.fields if one.name not in said)
