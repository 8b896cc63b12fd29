"""Shares out of a hundred: half up, all together a hundred, and never all or none where it is not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.percent import Bound, Percent, percent, percents


@pytest.mark.parametrize(("part", "whole", "told"), [
    (0, 7, Percent(0)), (7, 7, Percent(100)), (1, 8, Percent(13)), (1, 200, Percent(1)), (5, 200, Percent(3)),
    (1, 201, Percent(1, Bound.BELOW)), (1299, 1300, Percent(99, Bound.ABOVE)),
    (199, 200, Percent(99, Bound.ABOVE)), (1, 2, Percent(50)),
])  # fmt: skip
def test_half_is_rounded_up_and_nearly_is_said_to_be_nearly(part: int, whole: int, told: Percent) -> None:
    assert percent(part, whole) == told


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=12).filter(any))
def test_what_makes_up_the_whole_makes_up_a_hundred(parts: list[int]) -> None:
    found = percents(parts, sum(parts))
    for one, part in zip(found, parts, strict=True):
        share = Fraction(100 * part, sum(parts))
        assert (one.value == 0) == (part == 0)
        assert (one.value == 100) == (part == sum(parts))
        assert one.bound is not Bound.EXACT or abs(one.value - share) < 1
    near = [one for one in found if one.bound is not Bound.EXACT]
    assert near or sum(one.value for one in found) == 100
    told = sorted(zip(parts, [one.value for one in found], strict=True))
    assert [value for _, value in told] == sorted(value for _, value in told)  # more are no smaller share


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8), st.integers(1, 50))
def test_others_are_each_for_themselves(parts: list[int], more: int) -> None:
    whole = max(*parts, 1) + sum(parts) + more
    assert percents(parts, whole) == [percent(part, whole) for part in parts]
