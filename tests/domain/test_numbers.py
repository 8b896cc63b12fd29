"""Numbers of ideas, as people type them: read as they are meant, or refused by name; none is passed over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.contributions import MOST_NUMBERS, numbers_in
from bot.domain.refusals import Refusal


@pytest.mark.parametrize(("typed", "meant"), [
    ("", []), ("3", [3]), ("1-3", [1, 2, 3]), ("1–3", [1, 2, 3]), ("1 to 3", [1, 2, 3]),
    ("#4, #9 and 12-13", [4, 9, 12, 13]),
    ("Ideas 3, 4 & 5.", [3, 4, 5]), ("idea no. 7", [7]), ("3 3\n4", [3, 4]), ("１２", [12]),
    ("5;6", [5, 6]), ("1..2", [1, 2]),
])  # fmt: skip
def test_what_is_typed_is_what_is_meant(typed: str, meant: list[int]) -> None:
    assert numbers_in(typed) == meant


@pytest.mark.parametrize(("typed", "no_number"), [
    ("nine and 3", "nine and 3"), ("3, nine", "nine"), ("3-", "3-"), ("5-3", "5-3"), ("0", "0"),
    ("3.5", "3.5"), ("12th", "12th"), ("1-2-3", "1-2-3"), ("9" * 16, "9" * 16),
])  # fmt: skip
def test_what_is_no_number_is_refused_by_name(typed: str, no_number: str) -> None:
    with pytest.raises(Refusal) as refused:
        numbers_in(typed)
    assert (refused.value.code, refused.value.facts["text"]) == ("numbers-unreadable", no_number)


def test_so_many_are_a_slip() -> None:
    assert len(numbers_in(f"1-{MOST_NUMBERS}")) == MOST_NUMBERS
    with pytest.raises(Refusal, match="numbers-many"):
        numbers_in(f"1-{MOST_NUMBERS}, 999")


@given(st.lists(st.text(alphabet="0123456789 ,-#and.to", max_size=8), max_size=4).map("".join))
def test_no_digit_is_passed_over(typed: str) -> None:
    try:
        found = numbers_in(typed)
    except Refusal:
        return
    spelt = "".join(char if char.isdigit() else " " for char in typed).split()
    assert set(map(int, spelt)) <= set(found)
