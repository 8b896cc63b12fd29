"""Rounds: one thing people are asked, from draft to result."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.asks import AskField
from bot.domain.community import Moderation
from bot.domain.forms import FORM, check_form
from bot.domain.people import Ages, Standing
from bot.domain.plain import reading_years
from bot.domain.refusals import Refusal
from bot.domain.stages import Stage
from bot.domain.text import same

DAY_MS = 86_400_000


class State(StrEnum):
    """A round's life. From ``closed``, ``cancelled`` and ``lapsed`` nothing leads back."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class Needs(StrEnum):
    """What a round may do only with a public reason."""

    SHORT = "short"
    STAGE = "stage"
    PLAIN = "plain"


@dataclass(frozen=True)
class Limits:
    """How long and how many, out of the settings; lengths in characters, times in days.

    A ``reading_age`` of 0 asks nobody for a reason.
    """

    least_days_open: int = 7
    least_days_to_decide: int = 14
    most_options: int = 20
    option_length: int = 150
    question_length: int = 300
    reading_age: int = 14

    def least_days(self, stage: Stage) -> int:
        """How long a round at this stage stays open at least, unless a public reason is given."""
        return self.least_days_to_decide if stage is Stage.DECIDE else self.least_days_open


@dataclass(frozen=True)
class Round:
    """One round; all times are UTC epoch milliseconds, ``0`` where they have not come.

    Wording, options, closing time and audience are frozen once ``state`` has left ``draft``.
    An empty ``audience`` is everybody. ``reason`` is the public reason for opening it as an
    exception; ``end_reason`` the one for closing it early or cancelling it. ``ask`` is the name of the
    ask that it is, '' where people choose among options; ``facts`` what officials know about it; ``owner``
    who answers what people bring to it; ``moderation`` when moderators read what comes, as it was when the
    ask was opened. ``source`` is the number of the ask whose ideas are weighed, 0 for none.
    ``form`` has the fields of a round of the kind ``form``; ``released_ms`` is when its words were posted,
    and a ``box`` closes and opens again by itself. ``checkin`` is the number of the check-in whose turn it
    is, 0 for none, and ``role`` the platform's id of the role that may answer, '' for anybody.
    A ``sealed`` round is answered without names: nobody sees anything of it before its close, nor afterwards
    who answered what.
    """

    community: int
    id: int
    initiative: int
    kind: str
    stage: Stage
    state: State = State.DRAFT
    ask: str = ""
    question: str = ""
    facts: str = ""
    owner: str = ""
    moderation: Moderation = Moderation.BEFORE
    source: int = 0
    options: tuple[str, ...] = ()
    form: tuple[AskField, ...] = ()
    quorum: int = 0
    show_of_hands: bool = False
    sealed: bool = False
    box: bool = False
    checkin: int = 0
    role: str = ""
    audience: frozenset[Standing] = field(default_factory=frozenset)
    reason: str = ""
    drafted_ms: int = 0
    opened_ms: int = 0
    closes_ms: int = 0
    closed_ms: int = 0
    released_ms: int = 0
    end_reason: str = ""
    channel: str = ""
    message: str = ""

    def is_closed_to(self, role_ids: Set[str]) -> bool:
        """Whether it is for the holders of a role, and somebody with these roles is none."""
        return bool(self.role) and self.role not in role_ids


@dataclass(frozen=True)
class Asked:
    """A round as somebody meets it who wants to answer: with its initiative's title, and whom that is for."""

    round: Round
    title: str
    ages: Ages


def check_question(text: str, limits: Limits) -> None:
    """Raise Refusal where a question is empty or too long."""
    if not text:
        raise Refusal("question-empty")
    if len(text) > limits.question_length:
        raise Refusal("question-too-long", length=len(text), limit=limits.question_length)


def check_options(options: Sequence[str], limits: Limits) -> None:
    """Raise Refusal where options are too few, too many, empty, too long or doubled, counted from 1."""
    for number, text in enumerate(options, 1):
        if not text:
            raise Refusal("option-empty", number=number)
        if len(text) > limits.option_length:
            raise Refusal("option-too-long", number=number, length=len(text), limit=limits.option_length)
    seen: dict[str, int] = {}
    for number, text in enumerate(options, 1):
        earlier = seen.setdefault(same(text), number)
        if earlier != number:
            raise Refusal("option-doubled", text=text, number=number, earlier=earlier)
    if len(options) < 2:
        raise Refusal("options-too-few", count=len(options))
    if len(options) > limits.most_options:
        raise Refusal("options-too-many", count=len(options), limit=limits.most_options)


def words_of(draft: Round) -> str:
    """What people have to read before they can answer: question, facts, options and fields, a line each."""
    fields = [text for one in draft.form for text in (one.label, one.hint, *one.options)]
    return "\n".join(filter(None, (draft.question, draft.facts, *draft.options, *fields)))


def needs_reason(
    draft: Round, reached: Stage, now_ms: int, limits: Limits, language: str
) -> tuple[Needs, ...]:
    """What about this draft, in its community's language, needs a public reason before it is published."""
    found = []
    if draft.closes_ms - now_ms < limits.least_days(draft.stage) * DAY_MS:
        found.append(Needs.SHORT)
    if draft.stage.place > reached.place:
        found.append(Needs.STAGE)
    if limits.reading_age and (reading_years(words_of(draft), language) or 0) > limits.reading_age:
        found.append(Needs.PLAIN)
    return tuple(found)


def check_publishable(draft: Round, reached: Stage, now_ms: int, limits: Limits, language: str) -> None:
    """Raise Refusal where a draft can't be published as it stands; says the first thing to do."""
    if draft.state is not State.DRAFT:
        raise Refusal("draft-not-open")
    check_question(draft.question, limits)
    if draft.kind == FORM:
        check_form(draft.form, sealed=draft.sealed)
    elif not draft.ask:
        check_options(draft.options, limits)
    if draft.sealed and (draft.ask or draft.show_of_hands):
        raise Refusal("sealed-unfit")
    if not draft.closes_ms:
        raise Refusal("closing-missing")
    if draft.closes_ms <= now_ms:
        raise Refusal("closing-past")
    if draft.reason:
        return
    for need in needs_reason(draft, reached, now_ms, limits, language):
        if need is Needs.SHORT:
            raise Refusal("reason-short", days=limits.least_days(draft.stage))
        if need is Needs.PLAIN:
            age = reading_years(words_of(draft), language)
            assert age is not None
            raise Refusal("reason-plain", age=age, limit=limits.reading_age)
        raise Refusal("reason-stage", stage=draft.stage.value, reached=reached.value)


class Over(Refusal):
    """The refusals ``round-closed`` and ``round-cancelled``; ``round`` is the number of what is over."""

    def __init__(self, code: str, which: int) -> None:
        super().__init__(code)
        self.round = which


def not_welcome(code: str, which: int) -> Refusal:
    """The refusal of an answer to a round, for a code of :func:`refusal_to_answer`."""
    return Over(code, which) if code in ("round-closed", "round-cancelled") else Refusal(code)


def refusal_to_answer(
    state: State, closes_ms: int, audience: frozenset[Standing], standing: Standing, now_ms: int
) -> str | None:
    """The code of the refusal for an answer of this moment, or None where it is welcome."""
    if state is State.CANCELLED:
        return "round-cancelled"
    if state is State.CLOSED or (state is State.OPEN and closes_ms <= now_ms):
        return "round-closed"
    if state is not State.OPEN:
        return "round-not-open"
    if audience and standing not in audience:
        return "round-not-for-you"
    return None
