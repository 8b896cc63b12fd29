"""Forms: what they can be, how an answer is read, how large a box is, and what is shown of small groups."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.asks import AskField, FieldKind
from bot.domain.forms import (
    MOST_TEXT,
    check_form,
    grouped,
    parted,
    question_lines,
    read_form,
    read_questions,
    read_scales,
    regroups,
    room_of,
    scale_lines,
    tally_fields,
    without_words,
)
from bot.domain.personal import looks_like
from bot.domain.refusals import Refusal

SAFE = AskField("safe", FieldKind.SCALE, "How safe?", options=("1", "2", "3", "4", "5"))
WHEN = AskField("when", FieldKind.ONE, "When?", options=("Morning", "Noon", "Evening"))
WHY = AskField("why", FieldKind.LONG, "Why?", longest=800)
MORE = AskField("more", FieldKind.SHORT, "More?", longest=800)
FORM = (SAFE, WHEN, WHY, MORE)


def refused(raw: list[str]) -> str:
    with pytest.raises(Refusal) as caught:
        read_form(FORM, raw)
    return caught.value.code


def test_an_answer_is_one_entry_for_each_field() -> None:
    assert read_form(FORM, ["why", " It is\ndark. ", "safe", "4", "when", "0"]) == (
        4,
        0,
        "It is\ndark.",
        None,
    )
    assert without_words((4, 0, "It is dark.", None)) == (4, 0, None, None)
    assert parted([(4, 0, "a", None), (1, 2, None, "b")]).texts == [(2, "a"), (3, "b")]


def test_what_is_refused() -> None:
    choices = ["safe", "0", "when", "0"]
    assert refused(["safe", "0", "why", "words"]) == "form-field-missing"
    assert refused(["safe", "5", "when", "0"]) == "choice-unknown"
    assert refused(["safe", "-1", "when", "0"]) == "choice-unknown"
    assert refused(["safe", "٣", "when", "0"]) == "choice-unknown"
    assert refused([*choices, "who", "me"]) == "button-unknown"
    assert refused([*choices, "safe", "1"]) == "button-unknown"
    assert refused([*choices, "why"]) == "button-unknown"
    assert refused([*choices, "why", "x" * 801]) == "words-too-long"
    assert refused([*choices, "why", "x" * 600, "more", "x" * 401]) == "words-too-long"
    with pytest.raises(Refusal, match="form-empty"):
        read_form((WHY, MORE), ["why", " \u200b ", "more", ""])


def test_what_can_be_a_form() -> None:
    several = replace(WHEN, kind=FieldKind.SEVERAL)
    for form, sealed, code in (
        ((), False, "form-missing"),
        ((several,), False, "form-unfit"),
        ((WHY, WHY), False, "form-unfit"),
        ((*FORM, replace(WHY, name="last")), True, "form-too-long"),
    ):
        with pytest.raises(Refusal, match=code):
            check_form(form, sealed=sealed)
    check_form((*FORM, replace(WHY, name="last")), sealed=False)


@given(st.text(max_size=800), st.text(max_size=200))
def test_every_answer_fits_its_box(why: str, more: str) -> None:
    value = read_form(FORM, ["safe", "4", "when", "2", "why", why, "more", more])
    assert len(json.dumps(value, ensure_ascii=False).encode()) <= room_of(FORM)


def test_the_longest_answers_fit_their_box() -> None:
    for letter in ("\U0010ffff", "𝕏", '"', "\\", "é"):
        value = (4, 2, letter * 800, letter * (MOST_TEXT - 800))
        assert len(json.dumps(value, ensure_ascii=False).encode()) <= room_of(FORM)


def test_small_groups_of_a_scale_join_their_neighbours() -> None:
    assert grouped([5, 0, 6, 0, 7], 5, scale=FieldKind.SCALE) == (
        ((0,), 5), ((1,), 0), ((2,), 6), ((3,), 0), ((4,), 7),
    )  # fmt: skip
    assert grouped([1, 2, 9, 6, 2], 5, scale=FieldKind.SCALE) == (((0, 1, 2), 12), ((3, 4), 8))
    assert grouped([1, 1, 1, 0, 1], 5, scale=FieldKind.SCALE) == ()
    assert grouped([9, 1, 7], 5, scale=FieldKind.ONE) == (((0,), 9), ((1, 2), 8))
    assert grouped([4, 1, 0], 5, scale=FieldKind.ONE) == (((0, 1, 2), 5),)


COUNTS = st.lists(st.integers(0, 9), min_size=2, max_size=10)


@given(COUNTS, st.integers(3, 6), st.sampled_from([FieldKind.SCALE, FieldKind.ONE]))
def test_every_group_is_large_enough_and_none_is_lost(counts: list[int], least: int, kind: FieldKind) -> None:
    groups = grouped(counts, least, scale=kind)
    if sum(counts) < least:
        assert groups == ()
        return
    assert sorted(place for places, _ in groups for place in places) == list(range(len(counts)))
    for places, people in groups:
        assert people == sum(counts[place] for place in places)
        assert people == 0 or people >= least
    if kind is FieldKind.SCALE:
        assert all(places == tuple(range(places[0], places[-1] + 1)) for places, _ in groups)
    choices = list(Counter(dict(enumerate(counts))).elements())
    form = (AskField("f", kind, "F?", options=tuple(map(str, range(len(counts))))),)
    fields = tally_fields(form, [(0, one) for one in choices], least)
    assert regroups(fields, [(0, one) for one in choices])
    assert not regroups(fields, [(0, one) for one in choices[1:]])


def test_what_looks_as_if_it_led_to_somebody() -> None:
    assert looks_like("Ring 020 7946 0000") == ("phone",)
    long = "x" * 200_000  # which once took minutes
    assert looks_like(long, f"{long}@{long}", "a@" * 50_000, "0" * 200_000) == ()
    assert looks_like(f"{long}@example.org") == ("email",)
    assert looks_like("me@example.org", "at BS1 4DJ") == ("email", "postcode")
    assert looks_like("+44 (0)7700 900123") == ("phone",)
    assert looks_like("At 8:15 on 14 May 2027, 40,000 pounds; 3 of 5; the A38.") == ()


@given(
    st.lists(
        st.tuples(*[st.text("ab ()/", min_size=1, max_size=20).filter(str.strip)] * 3), min_size=1, max_size=3
    )
)
def test_scales_read_as_they_were_written(scales: list[tuple[str, str, str]]) -> None:
    lines = [" | ".join(" ".join(part.split()) for part in one) for one in scales]
    assert scale_lines(read_scales("\n".join(lines))) == "\n".join(lines)
    assert scale_lines(FORM) == ""


LINES = "How safe was it? | not at all | very\nHow did you go? | on foot / by bus\nWhat would help?"


def test_questions_are_read_as_organisers_write_them() -> None:
    safe, way, words = read_questions(f"\n {LINES}\n\n")
    assert (safe.kind, safe.options) == (FieldKind.SCALE, ("1 (not at all)", "2", "3", "4", "5 (very)"))
    assert (way.kind, way.options) == (FieldKind.ONE, ("on foot", "by bus"))
    assert (words.kind, words.label, words.is_text) == (FieldKind.SHORT, "What would help?", True)
    assert question_lines((safe, way, words)) == LINES
    assert len({one.name for one in (safe, way, words)}) == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "form-missing"),
        (" \n ", "form-missing"),
        ("a\nb\nc\nd\ne\nf", "questions-too-many"),
        ("Safe? | no | so | yes", "questions-unreadable"),
        ("Safe? | | yes", "questions-unreadable"),
        ("Safe? | no", "questions-options"),
        ("Way? | bus / Bus", "questions-options"),
        ("Way? | " + " / ".join(map(str, range(11))), "questions-options"),
        ("x" * 46, "questions-too-long"),
        ("Way? | bus / " + "x" * 41, "scale-too-long"),
        ("Safe? | no | " + "x" * 41, "scale-too-long"),
    ],
)
def test_questions_that_cannot_be_read_are_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_questions(text)
    assert caught.value.code == code
