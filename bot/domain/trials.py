"""Trials: a few who agreed to help meet a draft before everybody does, and say how they understood it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.rounds import DAY_MS, Round
from bot.domain.versions import digest_of

WANTED = 2
"""So many try a draft."""
PATIENCE_MS = 3 * DAY_MS
"""Whoever has said nothing for so long keeps nobody else from being asked."""
WORDS_LENGTH = 400
"""Characters of each of the two things that a tester says: those of two testers fit one message."""


@dataclass(frozen=True)
class Trial:
    """One person's trial of a draft; times are UTC epoch milliseconds, ``at_ms`` 0 until they answer.

    ``about`` is the version (see :func:`version_of`) that they had before them.
    """

    community: int
    round: int
    person: int
    asked_ms: int
    at_ms: int = 0
    about: str = ""
    understood: str = ""
    hard: str = ""


def version_of(draft: Round) -> str:
    """The version of a draft's words: another one as soon as readers would meet anything else.

    Spelled as it is stored with what testers said.
    """
    fields = [part for one in draft.form for part in (one.label, one.hint, *one.options)]
    return digest_of(draft.kind, draft.ask, draft.question, draft.facts, *draft.options, *fields).hex()[:12]


def needed(there: Sequence[Trial], version: str, now_ms: int) -> int:
    """How many more people a draft in this version can be shown to now."""
    busy = [one.about == version if one.at_ms else now_ms - one.asked_ms < PATIENCE_MS for one in there]
    return max(0, WANTED - sum(busy))
