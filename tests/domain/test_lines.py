"""Levels, changes and groups over time: cases by hand, and what must never be told."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.asks import AskField, FieldKind
from bot.domain.forms import grouped
from bot.domain.hiding import shown_groups
from bot.domain.lines import (
    EVERYBODY,
    apart,
    change,
    first_value,
    holds,
    level_of_groups,
    levels,
    parts,
    the_same,
)
from bot.domain.summary import FieldTally, Groups, Level

LEAST = 5
DEEP = os.environ.get("FOLKMOOT_EXAMPLES", "1") != "1"
POSSIBLE = ("resident", "officer", "councillor", "front_line")
FIVE = AskField("safe", FieldKind.SCALE, "Safe?", options=("1 (no)", "2", "3", "4", "5 (yes)"))
TEN = AskField("view", FieldKind.SCALE, "View?", options=("0 (no)", *map(str, range(1, 10)), "10 (yes)"))
WAY = AskField("way", FieldKind.ONE, "Way?", options=("foot", "bike", "bus", "car"))


def people(*options: int, standing: str = "resident") -> list[tuple[int, str]]:
    return [(option, standing) for option in options]


def told(field: AskField, chosen: list[tuple[int, str]]) -> list[tuple[str, int, int]]:
    return [(one.group, one.people, one.total) for one in levels(field, chosen, POSSIBLE, LEAST)]


def test_a_level_is_a_sum_rounded_to_the_fewest_people_by_how_many() -> None:
    # 1 + 3 + 3 + 4 + 5 + 5 + 2 = 23, to the nearest 5: 25
    assert told(FIVE, people(0, 2, 2, 3, 4, 4, 1)) == [("", 7, 25)]
    assert levels(FIVE, people(0, 2, 2, 3, 4, 4, 1), POSSIBLE, LEAST)[0].value == pytest.approx(25 / 7)
    # a scale from 0 has its own numbers: 0 + 10 + 5 + 5 + 2 = 22, to the nearest 5: 20
    assert told(TEN, people(0, 10, 5, 5, 2)) == [("", 5, 20)]
    assert (first_value(FIVE), first_value(TEN)) == (1, 0)
    assert told(FIVE, people(4, 4, 4, 4)) == []
    # Near the end nobody sees whether one of them chose less.
    assert told(FIVE, people(*[4] * 7)) == told(FIVE, people(*[4] * 6, 3)) == [("", 7, 35)]


def test_groups_are_told_that_are_large_enough_and_leave_nobody_over() -> None:
    both = people(*[4] * 9) + people(*[0] * 6, standing="officer")
    assert told(FIVE, both) == [("", 15, 50), ("officer", 6, 5), ("resident", 9, 45)]
    # Two councillors: with them officers go too, or the rest would be two people.
    few = both + people(2, 2, standing="councillor")
    assert told(FIVE, few) == [("", 17, 55), ("resident", 9, 45)]
    assert told(FIVE, people(*[4] * 9)) == [("", 9, 45)]


def test_of_a_choice_cells_of_few_people_are_joined_alike_in_all_groups() -> None:
    residents = people(*[0] * 8, *[1] * 7, *[2] * 2)
    officers = people(*[0] * 6, *[1] * 5, *[3] * 3, standing="officer")
    # bus (2 residents) and car (3 officers) go together with the next smallest, bike
    assert parts(WAY, residents + officers, POSSIBLE, LEAST) == (
        ("officer", (((0,), 6), ((1, 2, 3), 8))),
        ("resident", (((0,), 8), ((1, 2, 3), 9))),
    )
    assert parts(WAY, residents, POSSIBLE, LEAST) == ()
    assert parts(WAY, people(*[0] * 6) + people(0, 1, 2, 3, 0, standing="officer"), POSSIBLE, LEAST) == ()


def test_of_a_choice_those_in_no_group_are_no_few_either() -> None:
    residents = people(*[0] * 10, *[1] * 10)
    # Six who are in no group that is shown, 4 and 2: everybody minus residents would tell of them.
    others = people(0, 0, 0, standing="officer") + people(0, 1, 1, standing="councillor")
    assert parts(WAY, residents + others, POSSIBLE, LEAST) == (
        ("resident", (((0, 1), 20), ((2,), 0), ((3,), 0))),
    )


def test_how_many_the_same_people() -> None:
    then, now = set(range(20)), set(range(6, 26))
    assert the_same(now, then, LEAST) == 14
    assert the_same(then, then, LEAST) == 20
    assert the_same(set(range(21)), then, LEAST) is None  # one more than then
    assert the_same(set(range(19)), then, LEAST) is None  # one fewer
    assert the_same(set(range(16, 36)), then, LEAST) is None  # four


def line(*totals: int) -> list[Level]:
    return [Level("", 10, total, 5) for total in totals]


def test_a_change_is_unusual_only_beyond_the_limit_of_a_moving_range() -> None:
    assert change(line(30)) is None
    first = change(line(30, 35))
    assert first is not None
    assert first.by == 0.5
    assert not first.unusual
    # Earlier changes 0.5, 0.5, 0.5, 0.5: the limit is 3.27 * 0.5 = 1.635.
    at_most, above = change(line(30, 35, 30, 35, 30, 46)), change(line(30, 35, 30, 35, 30, 47))
    assert at_most is not None
    assert above is not None
    assert (round(at_most.by, 6), at_most.unusual) == (1.6, False)
    assert (round(above.by, 6), above.unusual) == (1.7, True)
    # With three earlier changes nothing is unusual yet, however far.
    few = change(line(30, 35, 30, 35, 50))
    assert few is not None
    assert not few.unusual
    # Where nothing ever changed, a step of the rounding (5/10) counts as usual.
    still, far = change(line(30, 30, 30, 30, 30, 45)), change(line(30, 30, 30, 30, 30, 50))
    assert still is not None
    assert far is not None
    assert (still.unusual, far.unusual) == (False, True)


def test_without_names_a_level_is_only_where_no_options_are_joined() -> None:
    whole = (((0,), 0), ((1,), 6), ((2,), 0), ((3,), 0), ((4,), 5))
    assert level_of_groups(FIVE, whole, LEAST) == (Level("", 11, 35, 5),)
    assert level_of_groups(FIVE, (((0, 1), 6), ((2, 3, 4), 5)), LEAST) == ()
    assert level_of_groups(WAY, whole[:4], LEAST) == ()


STANDINGS = ("resident", "resident", "resident", "officer", "councillor", "front_line")
CHOSEN = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(STANDINGS)), max_size=40)


@given(CHOSEN)
def test_nothing_is_told_of_a_few_people(chosen: list[tuple[int, str]]) -> None:
    found = levels(FIVE, chosen, POSSIBLE, LEAST)
    sizes = [one.people for one in found]
    assert all(size >= LEAST for size in sizes)
    if found:
        rest = sizes[0] - sum(sizes[1:])
        assert rest == 0 or rest >= LEAST
        assert all(sizes[0] - size >= LEAST for size in sizes[1:])
    assert holds(FIVE, FieldTally(levels=found), chosen)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(STANDINGS)), max_size=60))
def test_no_cell_of_a_choice_is_of_a_few_people_nor_is_what_is_left(chosen: list[tuple[int, str]]) -> None:
    found = parts(WAY, chosen, POSSIBLE, LEAST)
    every = Counter(option for option, _ in chosen)
    left = Counter(every)
    for _, groups in found:
        assert sorted(place for places, _ in groups for place in places) == [0, 1, 2, 3]
        assert all(count == 0 or count >= LEAST for _, count in groups)
        assert sum(count for _, count in groups) >= LEAST
    for places, _ in found[0][1] if found else ():
        rest = sum(left[place] for place in places)
        rest -= sum(count for _, groups in found for those, count in groups if those == places)
        assert rest == 0 or rest >= LEAST
    assert holds(WAY, FieldTally(parts=found), chosen)


Told = tuple[tuple[tuple[str, Groups], ...], Groups, tuple[tuple[str, int], ...]]


def divided(people: int, cells: int) -> Iterator[tuple[int, ...]]:
    """All ways to divide people among cells."""
    if cells == 1:
        yield (people,)
        return
    for first in range(people + 1):
        yield from ((first, *others) for others in divided(people - first, cells - 1))


@pytest.mark.parametrize(("least", "most"), [(3, 13), (4, 13), (5, 15)] if DEEP else [(3, 10), (4, 9)])
def test_every_cell_that_is_joined_may_be_of_three_sizes(least: int, most: int) -> None:
    """Of all tables of three options and two standings: also for whoever knows the rule and all totals."""
    way, both = replace(WAY, options=WAY.options[:3]), ("resident", "officer")
    tables = list(product(both, range(3)))
    found = 0
    for many in range(2 * least, most + 1):
        images: defaultdict[Told, list[set[int]]] = defaultdict(lambda: [set() for _ in tables])
        for counts in divided(many, len(tables)):
            chosen = [(o, who) for (who, o), count in zip(tables, counts, strict=True) for _ in range(count)]
            totals = grouped([counts[o] + counts[o + 3] for o in range(3)], least, scale=way.kind)
            sizes = shown_groups(Counter(who for _, who in chosen), both, least)
            output = parts(way, chosen, both, least), totals, tuple(sorted(sizes.items()))
            for values, count in zip(images[output], counts, strict=True):
                values.add(count)
        for output, cells in images.items():
            for name, groups in output[0]:
                joined = [place for places, count in groups if len(places) > 1 and count for place in places]
                found += len(joined)
                assert all(len(cells[tables.index((name, place))]) >= 3 for place in joined)
    assert found


@given(st.lists(st.sets(st.integers(0, 30)), min_size=2, max_size=6))
def test_two_weeks_never_differ_by_a_few_people(weeks: list[set[int]]) -> None:
    for before, now in pairwise(weeks):
        same = the_same(now, before, LEAST)
        if same is not None:
            assert same == len(now & before) >= LEAST
            assert all(len(one) - same == 0 or len(one) - same >= LEAST for one in (before, now))


def test_what_was_kept_is_told_from_what_was_chosen() -> None:
    chosen = people(*[4] * 9) + people(*[0] * 6, standing="officer")
    kept = FieldTally(levels=levels(FIVE, chosen, POSSIBLE, LEAST))
    assert holds(FIVE, kept, chosen)
    assert not holds(FIVE, kept, [*chosen[1:], (0, "resident"), (0, "resident")])
    assert not holds(FIVE, kept, [(0, "resident"), (0, "resident"), *chosen[2:]])


def test_a_change_is_that_of_the_numbers_that_are_shown() -> None:
    assert apart(3.75, 2.5417) == 1.3  # 2.5 to 3.8
    assert apart(2.5417, 3.75) == -1.3
    assert apart(2.54, 2.53) == 0
    found = change([Level(EVERYBODY, 24, 61, 5), Level(EVERYBODY, 24, 90, 5)])
    assert found is not None
    assert (f"{61 / 24:.1f}", f"{90 / 24:.1f}", found.by) == ("2.5", "3.8", 1.3)
