"""How plain a text is: its reading age, its long sentences, its jargon. Made for English; it only advises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from syllapy import count

from bot.domain.meanings import same

LEAST_WORDS = 30
"""Of fewer words, a single long one would make the reading age."""
YOUNGEST = 5.0
"""When school begins. The formula goes below it, but nobody reads there."""

# A number with its commas is one word, and so is what has hyphens or apostrophes within.
_WORD = re.compile(r"\d+(?:[.,:]\d+)+[^\W_]*|[^\W_]+(?:['’‐‑-][^\W_]+)*")
_HYPHEN = re.compile(r"[‐‑-]")
_OPENERS, _CLOSERS, _ENDS = "\"'“‘([", "\"'”’)]", (".", "!", "?", "…")
_SHORT_FORMS = frozenset({"dr.", "e.g.", "i.e.", "mr.", "mrs.", "st."})
"""What ends in a full stop and ends no sentence."""


@dataclass(frozen=True)
class Size:
    """How much there is of a text, as the formulas need it; ``words`` and ``sentences`` are at least 1."""

    words: int
    sentences: int
    syllables: int

    @property
    def ease(self) -> float:
        """Flesch reading ease: 121 at most; the lower, the harder."""
        return 206.835 - 1.015 * self.words / self.sentences - 84.6 * self.syllables / self.words

    @property
    def grade(self) -> float:
        """Flesch-Kincaid grade: the American school year that can read it."""
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59


@dataclass(frozen=True)
class Glossary:
    """Words of jargon, each with its plain alternative."""

    plain: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The jargon, longest first: of two terms that begin alike, the longer one is meant."""
        return tuple(sorted(self.plain, key=lambda term: (-len(term), term)))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds any term as whole words; which one, is the number of its group."""
        groups = "|".join(f"({_loosely(term)}s?)" for term in self.terms)
        return re.compile(rf"(?<!\w)(?:{groups})(?!\w)" if groups else r"(?!)", re.IGNORECASE)

    @cached_property
    def meanings(self) -> Mapping[str, str]:
        """The plain alternatives, by what all ways to write a term have in common."""
        return {same(term): plain for term, plain in self.plain.items()}


def _loosely(term: str) -> str:
    """A pattern for a term; some write a hyphen for a space, or a space for a hyphen."""
    return r"(?:\s+|\s*[‐‑-]\s*)".join(map(re.escape, re.split(r"[\s-]+", term)))


def words(text: str) -> list[str]:
    """The words of a text, and its numbers."""
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    """The sentences of a text that have words; a line's end ends one, too."""
    found: list[str] = []
    for line in text.splitlines():
        begun: list[str] = []
        for piece in line.split():
            begun.append(piece)
            bare = piece.rstrip(_CLOSERS)
            if bare.endswith(_ENDS) and bare.lstrip(_OPENERS).lower() not in _SHORT_FORMS:
                found.append(" ".join(begun))
                begun = []
        found.append(" ".join(begun))
    return [one for one in found if words(one)]


def size(text: str) -> Size | None:
    """How much there is of a text; None where it has no words."""
    found = words(text)
    return Size(len(found), len(sentences(text)), sum(map(_syllables, found))) if found else None


def _syllables(word: str) -> int:
    # The package knows no curly apostrophes, and takes a compound apart by calling itself for each hyphen.
    return sum(max(1, count(part)) for part in _HYPHEN.split(word.replace("’", "'")))


def flesch(text: str) -> float | None:
    """How easy a text is to read, by Flesch; None where it has no words."""
    there = size(text)
    return there.ease if there else None


def reading_age(text: str) -> float | None:
    """From which age people can read a text, in years; None where it is too short to tell."""
    there = size(text)
    if there is None or there.words < LEAST_WORDS:
        return None
    return max(YOUNGEST, there.grade + 5)


def reading_years(text: str, language: str) -> int | None:
    """The reading age in whole years, as it is shown and compared; None where it can't be told.

    ``language`` is that of the community, such as "en" or "cy-GB": the formula is for English only.
    """
    age = reading_age(text) if language.partition("-")[0] == "en" else None
    return None if age is None else round(age)


def long_sentences(text: str, most_words: int = 25) -> list[str]:
    """The sentences of more words than that, in their order."""
    return [one for one in sentences(text) if len(words(one)) > most_words]


def jargon(text: str, glossary: Glossary) -> list[tuple[str, str]]:
    """What jargon a text has: each term once, as it stands there first, with its plain alternative."""
    found: dict[str, str] = {}
    for hit in glossary.pattern.finditer(text):
        assert hit.lastindex is not None  # every term is a group
        found.setdefault(glossary.terms[hit.lastindex - 1], " ".join(hit[0].split()))
    return [(said, glossary.plain[term]) for term, said in found.items()]
