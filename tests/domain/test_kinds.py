"""Kinds: what is read is what counts, whoever answers in whichever order."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.kinds import KINDS
from bot.domain.refusals import Refusal

OPTIONS = st.integers(2, 20)


@st.composite
def ballots(draw: st.DrawFn) -> tuple[str, int, list[tuple[int, ...]]]:
    """A kind, a number of options, and answers that this kind has read."""
    kind, options = draw(st.sampled_from(sorted(KINDS))), draw(OPTIONS)
    place = st.integers(0, options - 1).map(str)
    most = 1 if kind == "pick" else options
    raws = draw(st.lists(st.lists(place, min_size=1, max_size=most), max_size=60))
    return kind, options, [KINDS[kind].read(raw, options) for raw in raws]


@given(ballots(), st.randoms())
def test_order_never_matters(case: tuple[str, int, list[tuple[int, ...]]], random: object) -> None:
    kind, options, values = case
    counted = KINDS[kind].summarise(values, options)
    random.shuffle(values)  # type: ignore[attr-defined]
    assert KINDS[kind].summarise(values, options) == counted


@given(ballots())
def test_a_count_is_how_many_chose_that_option(case: tuple[str, int, list[tuple[int, ...]]]) -> None:
    kind, options, values = case
    plainly = Counter(place for value in values for place in set(value))
    assert KINDS[kind].summarise(values, options) == tuple(plainly[place] for place in range(options))


@given(ballots(), st.data())
def test_one_more_person_adds_at_most_one_to_any_option(
    case: tuple[str, int, list[tuple[int, ...]]], data: st.DataObject
) -> None:
    kind, options, values = case
    place = data.draw(st.integers(0, options - 1).map(str))
    more = KINDS[kind].read([place], options)
    before, after = (KINDS[kind].summarise(some, options) for some in (values, [*values, more]))
    assert sum(after) - sum(before) == 1
    assert all(0 <= b - a <= 1 for a, b in zip(before, after, strict=True))


@given(st.sampled_from(sorted(KINDS)), OPTIONS, st.lists(st.text(max_size=6), max_size=4))
def test_whatever_a_client_sends_is_read_or_refused(kind: str, options: int, raw: list[str]) -> None:
    try:
        value = KINDS[kind].read(raw, options)
    except Refusal:
        return
    assert value
    assert list(value) == sorted(set(value))
    assert all(0 <= place < options for place in value)


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        ("pick", [], "choose-one"),
        ("pick", ["0", "1"], "choose-one"),
        ("pick", ["3"], "choice-unknown"),
        ("pick", ["-1"], "choice-unknown"),
        ("pick", ["１"], "choice-unknown"),
        ("pick", ["0x1"], "choice-unknown"),
        ("pick", ["9" * 5000], "choice-unknown"),
        ("approve", [], "choose-some"),
        ("approve", ["0", "x"], "choice-unknown"),
    ],
)
def test_malformed_answers_are_refused(kind: str, raw: list[str], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        KINDS[kind].read(raw, 3)
    assert refused.value.code == code


def test_the_same_option_twice_counts_once() -> None:
    assert KINDS["approve"].read(["2", "2", "0"], 3) == (0, 2)
    assert KINDS["pick"].read(["1", "1"], 3) == (1,)
