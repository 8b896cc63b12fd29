"""Results: who leads, whether it counts, and which groups may be shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.summary import Tally, shown_groups

NAMES = ("resident", "front_line", "officer", "councillor", "partner")
GROUPS = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 30))


def tally(*counts: int, answers: int, quorum: int = 0) -> Tally:
    return Tally(tuple("abcdef"[: len(counts)]), counts, answers, quorum, {})


def test_the_most_chosen_leads() -> None:
    assert tally(3, 7, 2, answers=12).leaders == (1,)


def test_a_tie_has_several_leaders() -> None:
    assert tally(5, 2, 5, answers=12).leaders == (0, 2)


def test_without_answers_nobody_leads() -> None:
    assert tally(0, 0, answers=0).leaders == ()


def test_a_quorum_is_met_by_exactly_enough_people() -> None:
    assert tally(5, 4, answers=9, quorum=9).quorum_met
    assert not tally(5, 4, answers=9, quorum=10).quorum_met


@given(GROUPS, st.integers(3, 10))
def test_no_group_shown_is_too_small(groups: dict[str, int], least: int) -> None:
    shown = shown_groups(groups, least)
    assert all(size >= least and groups[name] == size for name, size in shown.items())


@given(GROUPS, st.integers(3, 10))
def test_what_is_left_out_cannot_be_told_from_the_total(groups: dict[str, int], least: int) -> None:
    hidden = sum(groups.values()) - sum(shown_groups(groups, least).values())
    assert hidden == 0 or hidden >= least or not shown_groups(groups, least)


def test_one_small_group_takes_the_smallest_other_with_it() -> None:
    assert shown_groups({"resident": 20, "officer": 6, "councillor": 1}, 5) == {"resident": 20}


def test_small_groups_that_are_many_together_hide_only_themselves() -> None:
    groups = {"resident": 20, "officer": 3, "councillor": 2}
    assert shown_groups(groups, 5) == {"resident": 20}
