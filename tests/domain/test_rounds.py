"""What may be asked, and who may answer when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.people import Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import (
    DAY_MS,
    Limits,
    Needs,
    Round,
    State,
    check_options,
    check_publishable,
    needs_reason,
    refusal_to_answer,
)
from bot.domain.stages import Stage, is_plain_step
from tests.builders import HARD

NOW = 1_800_000_000_000
LIMITS = Limits()
DRAFT = Round(
    1, 1, 1, "pick", Stage.DEFINE, question="Which?", options=("a", "b"), closes_ms=NOW + 8 * DAY_MS
)


def code_of(draft: Round, reached: Stage = Stage.DEFINE) -> str:
    with pytest.raises(Refusal) as refused:
        check_publishable(draft, reached, NOW, LIMITS, "en")
    return refused.value.code


def test_a_whole_draft_is_publishable() -> None:
    check_publishable(DRAFT, Stage.DEFINE, NOW, LIMITS, "en")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": State.OPEN}, "draft-not-open"),
        ({"question": ""}, "question-empty"),
        ({"question": "x" * 301}, "question-too-long"),
        ({"options": ("a",)}, "options-too-few"),
        ({"options": ("a", "")}, "option-empty"),
        ({"options": ("a", "A")}, "option-doubled"),
        ({"options": ("Don’t", "Don't.")}, "option-doubled"),
        ({"options": ("9–5", "９-5")}, "option-doubled"),
        ({"options": ("a", "x" * 5000)}, "option-too-long"),
        ({"options": tuple(str(n) for n in range(21))}, "options-too-many"),
        ({"closes_ms": 0}, "closing-missing"),
        ({"closes_ms": NOW}, "closing-past"),
        ({"closes_ms": NOW + 7 * DAY_MS - 1}, "reason-short"),
        ({"stage": Stage.OPTIONS}, "reason-stage"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said(change: dict[str, object], code: str) -> None:
    assert code_of(replace(DRAFT, **change)) == code  # type: ignore[arg-type]


def test_seven_days_are_enough_and_fourteen_to_decide() -> None:
    week, fortnight = NOW + 7 * DAY_MS, NOW + 14 * DAY_MS
    check_publishable(replace(DRAFT, closes_ms=week), Stage.DEFINE, NOW, LIMITS, "en")
    decide = replace(DRAFT, stage=Stage.DECIDE, closes_ms=fortnight - 1)
    assert code_of(decide, Stage.DECIDE) == "reason-short"
    check_publishable(replace(decide, closes_ms=fortnight), Stage.DECIDE, NOW, LIMITS, "en")


def test_a_public_reason_allows_the_exceptions() -> None:
    early = replace(DRAFT, stage=Stage.DECIDE, closes_ms=NOW + 1)
    assert needs_reason(early, Stage.DEFINE, NOW, LIMITS, "en") == (Needs.SHORT, Needs.STAGE)
    check_publishable(replace(early, reason="The road is closed on Friday."), Stage.DEFINE, NOW, LIMITS, "en")


HARDER = replace(DRAFT, question=HARD, options=("Northern corridor", "Southern corridor"))


def test_hard_words_need_a_public_reason_above_the_limit() -> None:
    with pytest.raises(Refusal) as refused:
        check_publishable(HARDER, Stage.DEFINE, NOW, LIMITS, "en-GB")
    age = refused.value.facts["age"]
    assert (refused.value.code, refused.value.facts["limit"]) == ("reason-plain", 14)
    assert isinstance(age, int)
    check_publishable(HARDER, Stage.DEFINE, NOW, replace(LIMITS, reading_age=age), "en")
    below = replace(LIMITS, reading_age=age - 1)
    assert needs_reason(HARDER, Stage.DEFINE, NOW, below, "en") == (Needs.PLAIN,)
    check_publishable(replace(HARDER, reason="The law says so."), Stage.DEFINE, NOW, below, "en")


def test_the_options_count_as_well_as_the_question() -> None:
    easy = replace(HARDER, options=("Yes. " * 25, "No. " * 25))
    assert needs_reason(easy, Stage.DEFINE, NOW, LIMITS, "en") == ()


def test_only_english_is_measured_and_a_limit_of_nothing_asks_nobody() -> None:
    assert needs_reason(HARDER, Stage.DEFINE, NOW, LIMITS, "cy-GB") == ()
    assert needs_reason(HARDER, Stage.DEFINE, NOW, replace(LIMITS, reading_age=0), "en") == ()


def test_a_doubled_option_names_both_places() -> None:
    with pytest.raises(Refusal) as refused:
        check_options(["Bus", "Tram", "bus"], LIMITS)
    assert refused.value.facts == {"text": "bus", "number": 3, "earlier": 1}


@pytest.mark.parametrize(
    ("state", "closes", "audience", "code"),
    [
        (State.OPEN, NOW + 1, frozenset(), None),
        (State.OPEN, NOW, frozenset(), "round-closed"),
        (State.CLOSED, NOW + 1, frozenset(), "round-closed"),
        (State.CANCELLED, NOW + 1, frozenset(), "round-cancelled"),
        (State.DRAFT, NOW + 1, frozenset(), "round-not-open"),
        (State.LAPSED, NOW + 1, frozenset(), "round-not-open"),
        (State.OPEN, NOW + 1, frozenset({Standing.OFFICER}), "round-not-for-you"),
        (State.OPEN, NOW + 1, frozenset({Standing.OFFICER, Standing.RESIDENT}), None),
    ],
)
def test_who_may_answer_when(
    state: State, closes: int, audience: frozenset[Standing], code: str | None
) -> None:
    assert refusal_to_answer(state, closes, audience, Standing.RESIDENT, NOW) == code


def test_only_the_very_next_stage_is_a_plain_step() -> None:
    steps = [(a, b) for a in Stage for b in Stage if is_plain_step(a, b)]
    assert steps == list(zip(list(Stage)[:-1], list(Stage)[1:], strict=True))
