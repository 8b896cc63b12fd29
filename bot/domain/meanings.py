"""Words that people ask the meaning of: which are the same, and marks of who asked that lead to nobody."""

from __future__ import annotations

import hmac
import re
import unicodedata
from dataclasses import dataclass

from bot.domain.interactions import canonical
from bot.domain.refusals import Refusal
from bot.domain.text import clean
from bot.domain.versions import version_of

WORD_LENGTH, MEANING_LENGTH = 60, 300

_GAP = re.compile(r"[\s‐‑–-]+")


@dataclass(frozen=True)
class Word:
    """A word of a community's glossary, as it is ``said``; without a ``meaning`` organisers owe it.

    ``asked`` is how many people had asked when it was owed, 0 where nobody had to; ``at_ms`` is the day (UTC
    epoch ms at midnight) when it was owed, or the moment when it was explained last.
    """

    community: int
    id: int
    said: str
    asked: int
    meaning: str
    at_ms: int

    @property
    def version(self) -> str:
        """The version of what is said of it (``versions.py``)."""
        return version_of(self.id, self.said, self.meaning)


def read_word(raw: str) -> str:
    """A word or a few, as somebody typed them: one line, without signs or pictures around it.

    Raises:
        Refusal: ``word-missing`` where there is no letter or digit; ``words-too-long``.
    """
    word = " ".join(clean(raw).split())
    while word and not _begins(word[0]):
        word = word[1:]
    while word and not (_begins(word[-1]) or unicodedata.category(word[-1])[0] == "M"):
        word = word[:-1]
    if not any(char.isalnum() for char in word):
        raise Refusal("word-missing")
    if len(word) > WORD_LENGTH:
        raise Refusal("words-too-long", length=len(word), limit=WORD_LENGTH)
    return word


def _begins(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "LN" or category == "Sc"


def read_meaning(raw: str) -> str:
    """What a word means, in one line; raises Refusal ``meaning-missing`` or ``words-too-long``."""
    meaning = " ".join(clean(raw).split())
    if not meaning:
        raise Refusal("meaning-missing")
    if len(meaning) > MEANING_LENGTH:
        raise Refusal("words-too-long", length=len(meaning), limit=MEANING_LENGTH)
    return meaning


def same(word: str) -> str:
    """What two ways to write a word have in common.

    As in ``domain/plain.py``'s Glossary, capitals, hyphens for spaces and an "s" at the end don't matter.
    """
    plain = unicodedata.normalize("NFKC", word).casefold().replace("’", "'")
    plain = _GAP.sub(" ", plain).strip()
    return plain.removesuffix("s") or plain


# Whoever has the database must not learn from it who asked what, nor read what only one or two have typed:
# that may be a name. A secret that stands in the database, such as a person's, would not do: with it, every
# word could be tried for every person. So the key is from outside (``App.key``), and neither a backup nor a
# copy has it. Both marks are of one community; the second differs for each word, so two words that one person
# asked for can't be linked. And they are there for as long as it takes only: see ``services/meanings.py``.


def outside_key(token: str) -> bytes:
    """The key of marks, made of the bot's token: a secret that every process has and no database."""
    return hmac.digest(token.encode(), b"folkmoot: who asked what a word means", "sha256")


def mark_of_word(key: bytes, community: int, word: str) -> bytes:
    """What counts those who ask for the same word together (32 bytes)."""
    return hmac.digest(key, canonical(["word", community, same(word)]).encode(), "sha256")


def mark_of_asker(key: bytes, word: bytes, platform_id: str) -> bytes:
    """What keeps somebody from counting twice for a word, by the word's mark (32 bytes)."""
    return hmac.digest(key, canonical(["asker", word.hex(), platform_id]).encode(), "sha256")
