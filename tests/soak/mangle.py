"""Interactions that nobody's client sends, none of which may change anything.

Each begins as one that changes nothing even where it is read as it was meant: a vote for what the person
has chosen already, an answer that makes no sense, somebody else's round, a form of somebody who may not
send it. Then pieces of it are lost, doubled or replaced. What would make a valid press of another
kind, such as another option's number or an organiser's role, is never put in.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from tests.gateway import GUILD, ORGANISERS, Gateway, Payload
from tests.soak.scene import POLLS

CANARY = "canary-7d1f"
"""Part of every word that is put in; no log line may have it."""
KNOWN = range(800000000000000000, 800000000000000020)
"""They have read the notice, and chosen the first option of everything."""
ELSEWHERE, AWAY, ABSENT = 700000000000000100, 700000000000000200, 77
"""The other community's server, one where the bot is not, and the number of nothing."""
FOREIGN = (4, 5, 6, ABSENT, 10**17, 999_999_999_999_999_999)
"""Rounds and projects that only the other community has, or nobody."""
MANAGES = 1 << 5

VOTES = ("vote", "choose", "answer", "withdraw", "read", "privacy", "notice-more", "teen", "not-now")
ROUNDS = (
    "poll", "poll-close", "poll-cancel", "poll-close-now", "poll-cancel-now", "poll-export", "draft",
    "draft-question", "draft-question-set", "draft-options-set", "draft-when-set", "draft-rules-set",
    "draft-preview", "draft-publish", "draft-discard", "post-again", "poll-new", "stage", "stage-set",
    "keep", "keep-set", "promise-new", "promise-make", "project", "tell-send",
    "idea-add", "idea-accept", "idea-decline-now",
    "idea-ask-send", "idea-merge-now", "idea-split-now", "idea-undo-now", "idea-object-now",
    "idea-outcome-now", "meeting-send", "idea-delete-now", "support", "read-idea",
    "answers-send", "answers-look", "answers-confirm", "answers-back",
)  # fmt: skip
SET_UP = ("setup-role", "setup-place", "setup-words-set")
PLACES = ("say_channel", "moderators_channel", "safeguarding_contact", "witness", "mayor", "")
FIELDS: dict[str, tuple[str, ...]] = {
    "poll-close-now": ("reason",),
    "poll-cancel-now": ("reason",),
    "draft-question-set": ("question",),
    "draft-options-set": ("options",),
    "draft-when-set": ("when", "reason"),
    "draft-rules-set": ("kind", "stage", "numbers", "audience", "quorum"),
    "stage-set": ("stage", "reason"),
    "keep-set": ("said", "did", "wont", "answered", "refused"),
    "promise-make": ("level", "fixed", "decides", "due"),
    "tell-send": ("said",),
    "idea-add": ("said",),
    "idea-ask-send": ("question",),
    "idea-merge-now": ("others", "words"),
    "idea-split-now": ("words",),
    "idea-outcome-now": ("state", "words"),
    "meeting-send": ("place", "present", "notes"),
    "answers-send": ("receipt", "answer", "came", "standing"),
    "project-start": ("title", "level", "fixed", "decides", "due"),
    "setup-words-set": ("lead_contact", "help_lines", "time_zone", "language"),
}
NO_PLACE = (
    "3", "99", "-1", "00001", "1.0", "0x1", " 1", "1 ", "1\n", "٣", "²", "１", "None", "", "1" * 5_000,
    CANARY, "\0", "\ud800", "\u202e0", "1,2", "0.1", "[1]", "true", "nan", "1e0",
)  # fmt: skip
"""What is no option of a round with three."""
FORGED = (
    "cp1:vote:1", "cp1:vote:1:3", "cp1:vote:1:1:1", "cp1:vote:01:1", "cp1:vote:-1:1", "cp1:VOTE:1:1",
    "cp2:vote:1:1", "cp1:vote:1:1\n", " cp1:vote:1:1", "cp1:vote:1:\u0661", "cp1:vote:\u0661:1", "cp1::1:1",
    "cp1:vote:1:" + "1" * 10_000, "cp1:vote:" + "1" * 10_000 + ":1", "c" * 10_000, "cp1:go:1:both.1",
    "cp1:go:1:.1", "cp1:go:1:1", "cp1:teen:1:", "cp1:pick-question:0:1", "", "\0",
    f"cp1:{CANARY}:1", CANARY, f"cp1:vote:1:{CANARY}:1", f"cp1:vote:{CANARY}", f"{CANARY}:vote:1:0",
    "cp1:vote:1:1\0", "\ud800", "\u202ecp1:vote:1:1", "cp1:notice-more:1:adults.99.1", "cp1:poll-open:1",
)  # fmt: skip
COMMANDS = ("my data", "my answers", "desk", "setup", "poll show", "poll close", "digest send", CANARY)


def deep(levels: int = 200) -> Any:
    """Lists in lists."""
    made: Any = CANARY
    for _ in range(levels):
        made = [made]
    return made


JUNK: tuple[Any, ...] = (
    None, True, False, -1, -(2**70), 2**31, 2**64, 10**400, 1.5, float("nan"), float("inf"), "", "\0",
    CANARY, f"{CANARY}\0", f"\ud800{CANARY}", f"\u202e{CANARY}\u2066", CANARY * 1_000, "9" * 5_000, "٣",
    [], {}, [None], [[]], {"": None}, [CANARY] * 300, {CANARY: {CANARY: [CANARY]}}, deep(),
    {"id": CANARY}, {"component": None}, {"component": {"values": 5}}, [{"type": 99}], [{"id": "1"}],
)  # fmt: skip


class Mangler:
    """Makes payloads out of a seeded chance; ``gateway`` gives those that they begin as."""

    def __init__(self, gateway: Gateway, chance: random.Random) -> None:
        self._gateway = gateway
        self._chance = chance
        self._makers: tuple[tuple[Callable[[], Payload], int], ...] = (
            # what is made, and of how many mutations at least
            (self._settled, 1),
            (self._senseless, 0),
            (self._forged, 0),
            (self._foreign, 0),
            (self._unentitled, 0),
            (self._set_up_senseless, 0),
            (self._organiser_elsewhere, 0),
            (self._other_kind, 0),
            (self._command, 0),
        )

    def make(self) -> Payload:
        """One payload."""
        maker, least = self._chance.choice(self._makers)
        made = copy.deepcopy(maker())
        for _ in range(self._chance.choice((least, least, 1, 1, 2, 4))):
            self._mutate(made)
        chosen = made["data"].get("values") if isinstance(made.get("data"), dict) else None
        if maker != self._set_up_senseless or not chosen:  # to choose no role at all makes sense
            _keep_powerless(made.get("member"))
        return made

    def _pick(self, *choices: Any) -> Any:
        return self._chance.choice(choices)

    def _who(self) -> int:
        return self._chance.choice(KNOWN)

    def _settled(self) -> Payload:
        """A press that repeats what its person has chosen."""
        which = self._pick(*range(1, len(POLLS) + 1))
        if self._chance.random() < 0.5:
            return self._gateway.component(
                self._who(), f"cp1:vote:{which}:0", ephemeral=self._pick(True, False)
            )
        return self._gateway.component(self._who(), f"cp1:choose:{which}", ["0"])

    def _senseless(self) -> Payload:
        """An answer that is none of the round's."""
        which, roles = self._pick(1, 2, 3), self._pick((), (ORGANISERS,))
        values = [self._pick(*NO_PLACE) for _ in range(self._pick(1, 1, 2, 25, 1_000))]
        values.insert(self._chance.randrange(len(values) + 1), self._pick("0", "3"))
        return self._gateway.component(self._who(), f"cp1:choose:{which}", values, roles=roles)

    def _forged(self) -> Payload:
        """A custom id that no card ever had."""
        return self._gateway.component(
            self._who(),
            self._pick(*FORGED),
            self._pick(None, [], ["0"], ["99"]),
            roles=self._pick((), (ORGANISERS,)),
        )

    def _foreign(self) -> Payload:
        """A round of another community, or of nobody; or a server where the bot is not."""
        verb, roles = self._pick(*VOTES, *ROUNDS), self._pick((), (ORGANISERS,))
        guild = self._pick(GUILD, GUILD, AWAY)
        which = self._pick(*FOREIGN)
        custom_id = f"cp1:{verb}:{which}" + self._pick("", ":0", ":adults.0", ":teens.0", ":both.")
        if verb in FIELDS and self._chance.random() < 0.8:
            return self._gateway.form(self._who(), custom_id, self._fields(verb), roles=roles, guild=guild)
        return self._gateway.component(
            self._who(), custom_id, self._pick(None, ["0"], ["1"]), roles=roles, guild=guild
        )

    def _unentitled(self) -> Payload:
        """What only an organiser, or who manages the server, may do."""
        verb = self._pick(*FIELDS, *ROUNDS, *SET_UP)
        custom_id = f"cp1:{verb}:{self._pick(0, 1, 2, 3)}" + self._pick(
            "", ":both.", ":organiser", ":witness"
        )
        if verb in FIELDS:
            return self._gateway.form(self._who(), custom_id, self._fields(verb))
        return self._gateway.component(self._who(), custom_id, self._pick(None, ["1234"]))

    def _set_up_senseless(self) -> Payload:
        """A role or a channel that is none, from somebody who may set up."""
        ids = [one for one in NO_PLACE if not (one.isascii() and one.isdigit() and len(one) < 20)]
        values = [self._pick(*ids) for _ in range(self._pick(1, 5))]
        what = self._pick("role", "place")
        means = self._pick("organiser", "officer", "mayor") if what == "role" else self._pick(*PLACES)
        made = self._gateway.component(
            self._who(), f"cp1:setup-{what}:0:{means}".removesuffix(":"), values, permissions=MANAGES
        )
        made["data"]["resolved"] = {"roles": {CANARY: {"id": CANARY}}}
        return made

    def _organiser_elsewhere(self) -> Payload:
        """Somebody with an organiser's role of this server, in the other one's questions, in messages..."""
        return self._gateway.component(
            self._who(), f"cp1:{self._pick(*ROUNDS)}:{self._pick(*FOREIGN)}", roles=(ORGANISERS,), guild=None
        )

    def _other_kind(self) -> Payload:
        """An interaction of another type than its data."""
        made = self._pick(self._settled, self._senseless, self._unentitled)()
        made["type"] = self._pick(0, 1, 2, 4, 5, 6, 99, "3", None, 3.0)
        return dict(made)

    def _command(self) -> Payload:
        """A command or its completion, with options that were never asked for."""
        made = self._gateway.component(self._who(), "cp1:vote:1:0")
        name, _, leaf = self._pick(*COMMANDS).partition(" ")
        option = {"name": self._pick("question", CANARY), "type": self._pick(1, 3, 6, 99)}
        options: list[Payload] = [option | {"value": self._junk(), "focused": self._pick(True, None)}]
        if leaf:
            options = [{"name": leaf, "type": 1, "options": options}]
        made["type"] = self._pick(2, 4)
        made["data"] = {"id": "1", "name": name, "type": self._pick(1, 1, 1, 2, 3), "options": options}
        return made

    def _fields(self, verb: str) -> dict[str, str | list[str]]:
        words = (CANARY, f"{CANARY}\0", "in 9 days", "pick", "define", "x" * 10_000, "\ud800", "\u202e", "")
        asked = [*FIELDS[verb], *self._pick((), (CANARY,), ("question", "options"))]
        return {name: self._pick(self._pick(*words), [self._pick(*words)]) for name in asked}

    def _junk(self) -> Any:
        return copy.deepcopy(self._pick(*JUNK))

    def _mutate(self, made: Payload) -> None:
        """Lose, double or replace one piece, anywhere."""
        where, name = self._pick(*_places(made))
        match self._pick("lose", "replace", "replace", "replace", "wrap", "add", "double"):
            case "lose":
                del where[name]
            case "replace":
                where[name] = self._junk()
            case "wrap":
                where[name] = self._pick([where[name]], {name: where[name]}, str(where[name]))
            case "add" if isinstance(where, dict):
                where[self._pick(CANARY, "values", "component", "member", "guild_id", "user")] = self._junk()
            case "double" if isinstance(where, list):
                where.append(copy.deepcopy(where[name]))


def _keep_powerless(member: Any) -> None:
    """A permission is what the platform says it is: with this one, somebody would be entitled."""
    try:
        able = int(member["permissions"]) & MANAGES
    except (TypeError, ValueError, OverflowError, KeyError, IndexError):
        return
    if able:
        member["permissions"] = "0"


def _places(made: Any) -> list[tuple[Any, Any]]:
    """Every piece of a payload: what holds it, and its key or index in there."""
    found: list[tuple[Any, Any]] = []
    waiting = [made]
    while waiting and len(found) < 2_000:
        one = waiting.pop()
        names = list(one) if isinstance(one, dict) else range(len(one))
        for name in names:
            found.append((one, name))
            if isinstance(one[name], dict | list):
                waiting.append(one[name])
    return found
