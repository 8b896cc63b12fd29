"""What the privacy notice says, kind by kind.

Each sentence is true of its kind: ``tests/contracts/test_notices.py`` has what makes it so.
"""

from __future__ import annotations

from enum import StrEnum

from bot.domain.asks import ASK
from bot.domain.community import Moderation
from bot.domain.forms import FORM
from bot.domain.rounds import Asked
from bot.domain.weighing import WEIGH


class Kind(StrEnum):
    """What somebody is about to do, as far as it matters for who sees what."""

    POLL = "poll"
    HANDS = "hands"
    ASK = "ask"
    ASK_AFTER = "ask-after"
    WEIGH = "weigh"
    FORM = "form"
    FORM_WORDS = "form-words"
    SEALED = "sealed"
    SEALED_WORDS = "sealed-words"
    TAKING = "taking"
    TRIAL = "trial"
    FOLLOW = "follow"
    SUPPORT = "support"


_CHOICE = ("notice-names", "notice-kept")
SHORT: dict[Kind, tuple[str, ...]] = {
    Kind.POLL: _CHOICE,
    Kind.HANDS: ("notice-hands", *_CHOICE),
    Kind.ASK: ("notice-words", "notice-words-names", "danger-told", "notice-words-kept"),
    Kind.ASK_AFTER: ("notice-words-after", "notice-words-names", "danger-told", "notice-words-kept"),
    Kind.WEIGH: _CHOICE,
    Kind.FORM: _CHOICE,
    Kind.FORM_WORDS: (*_CHOICE, "notice-form-words", "danger-told"),
    Kind.SEALED: ("sealed-who", "sealed-after", "notice-sealed-account"),
    Kind.SEALED_WORDS: (
        *("sealed-who-words", "sealed-words", "danger-short", "sealed-after", "notice-sealed-account"),
    ),
    Kind.TAKING: ("taking-notice", "notice-taking-kept"),
    Kind.TRIAL: ("trial-notice-kept",),
    Kind.FOLLOW: ("notice-follow", "notice-follow-kept"),
    Kind.SUPPORT: ("notice-support", "notice-support-kept"),
}
"""The sentences of the short form that are about who sees what and how long."""

_NAMED = ("privacy-everybody", "privacy-organisers", "privacy-operator", "privacy-discord", "privacy-you")
_WORDS = (
    "privacy-words-names",
    "privacy-danger",
    "privacy-operator-words",
    "privacy-discord",
    "privacy-words-you",
)
_LONG = ("privacy-long", "privacy-record")
_NO_NAMES = (
    *("privacy-sealed-before", "privacy-sealed-after", "privacy-discord"),
    *("privacy-sealed-you", "privacy-sealed-long", "privacy-sealed-record"),
)
LONG: dict[Kind, tuple[str, ...]] = {
    Kind.POLL: (*_NAMED, *_LONG),
    Kind.HANDS: ("privacy-everybody-hands", *_NAMED[1:], *_LONG),
    Kind.ASK: ("privacy-words", *_WORDS, "privacy-words-long", "privacy-record"),
    Kind.ASK_AFTER: ("privacy-words-after", *_WORDS, "privacy-words-long", "privacy-record"),
    Kind.WEIGH: (*_NAMED, *_LONG),
    Kind.FORM: (*_NAMED, *_LONG),
    Kind.FORM_WORDS: (*_NAMED, "privacy-form-words", "privacy-danger", *_LONG),
    Kind.SEALED: _NO_NAMES,
    Kind.SEALED_WORDS: (*_NO_NAMES[:2], "privacy-sealed-words", "privacy-danger", *_NO_NAMES[2:]),
    Kind.TAKING: ("privacy-taking", "privacy-operator-taking", "privacy-discord", "notice-taking-kept"),
    Kind.TRIAL: ("trial-notice-kept", "privacy-operator-words", "privacy-discord"),
    Kind.FOLLOW: ("notice-follow", "privacy-operator-taking", "privacy-discord", "notice-follow-kept"),
    Kind.SUPPORT: (
        *("notice-support", "privacy-operator-taking", "privacy-discord"),
        *("privacy-support-you", "notice-support-kept", "privacy-record"),
    ),
}
"""The sentences of *Who sees what?*, each with whom or what it is about at its head."""

ALWAYS = ("privacy-account", "privacy-erase")
"""What is below all of them."""


def kind_of(asked: Asked, verb: str = "") -> Kind:
    """What somebody is about to do who pressed ``verb`` about a round."""
    on, words = asked.round, any(one.is_text for one in asked.round.form)
    # Where statements are weighed, votes are named answers, and new statements are words.
    told = on.kind == ASK or (on.kind == WEIGH and verb.startswith(("tell", "weigh-say")))
    cases = (
        (verb == "follow", Kind.FOLLOW),
        (verb == "support", Kind.SUPPORT),
        (not on.id, Kind.TAKING if on.checkin else Kind.TRIAL),
        (on.sealed, Kind.SEALED_WORDS if words else Kind.SEALED),
        (on.kind == FORM, Kind.FORM_WORDS if words else Kind.FORM),
        (told, Kind.ASK_AFTER if on.moderation is Moderation.AFTER else Kind.ASK),
        (on.kind == WEIGH, Kind.WEIGH),
        (on.show_of_hands, Kind.HANDS),
    )
    return next((kind for case, kind in cases if case), Kind.POLL)
