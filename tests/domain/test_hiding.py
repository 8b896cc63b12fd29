"""Which numbers of a result may be shown, and who may be said to lead."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.asks import FieldKind
from bot.domain.forms import grouped
from bot.domain.hiding import hidden_cells, hidden_places, leaders_sure, leaders_told, shown_groups

NAMES = ("resident", "front_line", "officer", "councillor", "partner")
GROUPS = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 30))

THREE = ("resident", "officer", "councillor")


@given(GROUPS, st.integers(3, 10))
def test_no_group_shown_is_too_small(groups: dict[str, int], least: int) -> None:
    shown = shown_groups(groups, NAMES, least)
    assert all(size >= least and groups[name] == size for name, size in shown.items())


@given(GROUPS, st.integers(3, 10))
def test_what_is_left_out_cannot_be_told_from_the_total(groups: dict[str, int], least: int) -> None:
    hidden = sum(groups.values()) - sum(shown_groups(groups, NAMES, least).values())
    assert hidden == 0 or hidden >= least or not shown_groups(groups, NAMES, least)


def test_one_small_group_takes_the_smallest_other_with_it() -> None:
    assert shown_groups({"resident": 20, "officer": 6, "councillor": 1}, THREE, 5) == {"resident": 20}


def test_small_groups_that_are_many_together_hide_only_themselves() -> None:
    groups = {"resident": 20, "officer": 3, "councillor": 2}
    assert shown_groups(groups, THREE, 5) == {"resident": 20}


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


def test_what_is_hidden_cannot_be_computed_from_the_rest() -> None:
    assert hidden_cells((5, 4, 4), 5) == (0, 1, 2)  # 5, hidden, hidden of 13 has one solution
    assert hidden_cells((6, 4, 4), 5) == (1, 2)  # 3 and 5 would be hidden just so
    assert hidden_cells((9, 4, 2), 5) == (1, 2)
    assert hidden_cells((20, 20, 3), 5) == (0, 1, 2)  # equal sizes are hidden together
    assert hidden_cells((20, 19, 4), 5) == (0, 1, 2)  # 4 and 19 are all that makes 23 below 20
    assert hidden_cells((20, 9, 4), 5) == (1, 2)
    assert hidden_cells((9, 0, 0), 5) == (0, 1, 2)  # fewer than two times five
    assert hidden_cells((10, 0, 0), 5) == ()
    assert hidden_cells((0, 0), 5) == ()


def test_the_leader_is_named_where_that_tells_nothing_else() -> None:
    def pick(*counts: int) -> tuple[int, ...]:
        hidden = hidden_places(counts, sum(counts), 5, one_each=True)
        return leaders_told(counts, sum(counts), hidden, 5, one_each=True)

    def approve(people: int, *counts: int) -> tuple[int, ...]:
        hidden = hidden_places(counts, people, 5, one_each=False)
        return leaders_told(counts, people, hidden, 5, one_each=False)

    assert pick(20, 3) == (0,)
    assert pick(20, 20, 3) == ()  # two that are level leave 1 and 3 for the third
    assert pick(20, 9, 4) == (0,)
    assert pick(6, 3) == ()
    assert pick(7, 7, 0) == (0, 1)
    assert pick(0, 0) == ()
    assert approve(40, 38, 25, 10) == (0,)
    assert approve(40, 20, 12, 3) == (0,)
    assert approve(13, 7, 7) == ()  # both are level, and one of them is hidden
    assert approve(15, 10, 10) == (0, 1)


def test_of_a_result_without_its_leaders_only_who_certainly_led_is_named() -> None:
    assert leaders_sure((20, 0, 0), 43, (1, 2), one_each=True) == ()  # 20, 20, 3
    assert leaders_sure((20, 9, 0, 0), 35, (2, 3), one_each=True) == (0,)
    assert leaders_sure((20, 0, 0), 26, (1, 2), one_each=True) == (0,)
    assert leaders_sure((0, 0), 9, (0, 1), one_each=True) == ()
    assert leaders_sure((0, 25, 10), 40, (0,), one_each=False) == ()  # 38 of 40
    assert leaders_sure((5, 6, 0), 11, (), one_each=True) == (1,)


DEEP = os.environ.get("FOLKMOOT_EXAMPLES", "1") != "1"
MOST_PEOPLE = {2: 40, 3: 34, 4: 24, 5: 18} if DEEP else {2: 24, 3: 16, 4: 14, 5: 11}
Output = tuple[object, ...]


def divisions(people: int, cells: int) -> Iterator[tuple[int, ...]]:
    """All ways to divide people among cells."""
    if cells == 1:
        yield (people,)
        return
    for first in range(people + 1):
        yield from ((first, *others) for others in divisions(people - first, cells - 1))


class Images:
    """What could have been said where something is shown: for each output, the values of each hidden cell."""

    def __init__(self) -> None:
        self._values: defaultdict[Output, defaultdict[int, set[int]]] = defaultdict(lambda: defaultdict(set))

    def add(self, counts: Sequence[int], hidden: Sequence[int], *more: object) -> None:
        shown = tuple(None if place in hidden else count for place, count in enumerate(counts))
        for place in hidden:
            self._values[shown, *more][place].add(counts[place])

    def narrow(self) -> list[tuple[Output, int, set[int]]]:
        """The outputs that leave a hidden cell fewer than three values, with these."""
        return [
            (output, place, values)
            for output, cells in self._values.items()
            for place, values in cells.items()
            if len(values) < 3
        ]


@pytest.mark.parametrize("least", [3, 4, 5, 6] if DEEP else [3, 5])
@pytest.mark.parametrize("cells", [2, 3, 4, 5])
def test_where_each_chose_one_every_hidden_count_may_be_three_numbers(cells: int, least: int) -> None:
    for people in range(least, MOST_PEOPLE[cells] + 1):
        images = Images()
        for counts in divisions(people, cells):
            hidden = hidden_places(counts, people, least, one_each=True)
            leaders = leaders_told(counts, people, hidden, least, one_each=True)
            best = {place for place, count in enumerate(counts) if count == max(counts)}
            assert leaders == () or set(leaders) == best
            images.add(counts, hidden, leaders)
        assert images.narrow() == []


@pytest.mark.parametrize("least", [3, 4, 5, 6] if DEEP else [3, 5])
@pytest.mark.parametrize("cells", [2, 3, 4])
def test_where_they_chose_any_number_every_hidden_count_may_be_three_numbers(cells: int, least: int) -> None:
    for people in range(least, (26, 17, 11)[cells - 2] + 1 if DEEP else (20, 12, 7)[cells - 2]):
        images = Images()
        for counts in product(range(people + 1), repeat=cells):
            if sum(counts) < people:  # everybody chose something
                continue
            hidden = hidden_places(counts, people, least, one_each=False)
            leaders = leaders_told(counts, people, hidden, least, one_each=False)
            best = {place for place, count in enumerate(counts) if count == max(counts)}
            assert leaders == () or set(leaders) == best
            images.add(counts, hidden, leaders)
        assert images.narrow() == []


@pytest.mark.parametrize("least", [3, 4, 5] if DEEP else [3, 5])
@pytest.mark.parametrize("kind", [FieldKind.SCALE, FieldKind.ONE])
@pytest.mark.parametrize("cells", [2, 3, 4, 5])
def test_of_a_field_every_joined_count_may_be_three_numbers(cells: int, kind: FieldKind, least: int) -> None:
    for people in range(least, MOST_PEOPLE[cells] + 1):
        images = Images()
        for counts in divisions(people, cells):
            groups = grouped(counts, least, scale=kind)
            joined = [place for places, _ in groups if len(places) > 1 for place in places]
            images.add(counts, joined, groups)
        assert images.narrow() == []


@pytest.mark.parametrize("least", [3, 5])
def test_every_standing_that_is_not_shown_may_be_of_three_sizes(least: int) -> None:
    expected, gone = ("resident", "officer", "councillor"), "partner"
    for people in range(least, MOST_PEOPLE[4] + 1):
        images = Images()
        for counts in divisions(people, 4):
            # Of those whose role means nothing any more nobody knows whether there are any.
            sizes = dict(zip((*expected, gone), counts, strict=True))
            shown = shown_groups(sizes, expected, least)
            assert all(sizes[name] == size >= least for name, size in shown.items())
            if sum(shown.values()) < people:
                hidden = [place for place, name in enumerate(expected) if name not in shown]
                hidden += [] if gone in shown else [3]
                images.add(counts, hidden, tuple(sorted(shown.items())))
        # Where nobody's role has gone, as far as anybody can tell, there are none of those to be told of.
        assert [one for one in images.narrow() if one[1:] != (3, {0})] == []


def test_many_people_and_options_are_decided_at_once() -> None:
    for least in (3, 5, 50):
        for counts in ((2, 400, 39_598), (2, *range(1600, 1624)), (1, *[1600] * 24), (1, 501, 502, 503)):
            hidden = hidden_cells(counts, least)
            assert 0 in hidden
            leaders_told(counts, sum(counts), hidden, least, one_each=True)
