"""Results: who leads, whether it counts, and which groups may be shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.summary import Tally, hidden_places, shown_groups

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


SIZES = st.lists(st.integers(0, 12), min_size=2, max_size=6)


@given(SIZES, st.integers(3, 7))
def test_where_each_chose_one_what_is_hidden_is_nobody_or_enough(counts: list[int], least: int) -> None:
    hidden = hidden_places(counts, sum(counts), least, one_each=True)
    shown = [count for place, count in enumerate(counts) if place not in hidden]
    together = sum(counts) - sum(shown)
    assert not any(0 < count < least for count in shown)
    assert not hidden or together >= least or not shown
    assert together or not hidden


@given(SIZES, st.integers(0, 12), st.integers(3, 7))
def test_where_they_chose_any_number_neither_side_is_small(counts: list[int], more: int, least: int) -> None:
    people = max(counts) + more
    hidden = hidden_places(counts, people, least, one_each=False)
    for place, count in enumerate(counts):
        small = 0 < count < least or 0 < people - count < least
        assert not small or place in hidden
        assert not hidden or count not in (0, people) or place in hidden  # or it would narrow the others down


# Two options, and most chose one of them: where there are more, few sums say so much.
CHOSEN = st.lists(st.sampled_from([{0}, {0}, {1}, {1}, {0, 1}]), min_size=12, max_size=30)


@given(CHOSEN, st.integers(3, 5))
def test_the_few_who_chose_several_are_not_told_by_the_sum(chosen: list[set[int]], least: int) -> None:
    counts = [sum(place in one for one in chosen) for place in range(2)]
    if not hidden_places(counts, len(chosen), least, one_each=False):
        several = [one for one in chosen if len(one) > 1]
        assert not several or sum(len(one) - 1 for one in several) >= least


def test_a_few_take_the_next_smallest_with_them() -> None:
    assert hidden_places((20, 3, 0), 23, 5, one_each=True) == (0, 1, 2)
    assert hidden_places((20, 3, 3), 26, 5, one_each=True) == (1, 2)
    assert hidden_places((20, 0, 9), 29, 5, one_each=True) == ()
    assert hidden_places((20, 9, 1), 21, 5, one_each=False) == (0, 2)
    assert hidden_places((6, 7), 12, 5, one_each=False) == (0,)  # one person chose both
    assert hidden_places((7, 0, 7), 12, 5, one_each=False) == (0, 1)
    assert hidden_places((10, 10), 15, 5, one_each=False) == ()
    assert hidden_places((6, 6), 12, 5, one_each=False) == ()
