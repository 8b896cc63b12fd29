"""Weighing: who reads what next, what came out, and what must not come out of it."""

from __future__ import annotations

import random
from collections import Counter
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hiding import shown_groups
from bot.domain.refusals import Refusal
from bot.domain.weighing import (
    AGREE,
    CANDIDATES,
    DISAGREE,
    PASS,
    Weighed,
    choose_next,
    findings,
    read_vote,
    value_of,
    votes_of,
    weigh,
    wilson,
    with_most,
)

LEAST = 5
GROUPS = ("resident", "officer", "councillor")
VOTES = st.sampled_from((DISAGREE, PASS, AGREE))
BALLOT = st.tuples(st.dictionaries(st.integers(1, 4), VOTES).map(value_of), st.sampled_from(GROUPS))
BALLOTS = st.lists(BALLOT, max_size=40) | st.lists(BALLOT, min_size=30, max_size=60)


@given(votes=st.dictionaries(st.integers(1, 10**9), VOTES))
def test_votes_are_pairs_that_ascend(votes: dict[int, int]) -> None:
    value = value_of(votes)
    assert votes_of(value) == votes
    assert list(value[::2]) == sorted(votes)


@pytest.mark.parametrize("raw", [(), ("1",), ("1", "yes"), ("", "agree"), ("-1", "agree"), ("٣", "agree")])
def test_what_no_door_sends_is_refused(raw: tuple[str, ...]) -> None:
    with pytest.raises(Refusal, match="choice-unknown"):
        read_vote(raw)


# --- the order


def dealt(
    statements: int, readers: int, each: int, seed: int, late: int = 0, from_reader: int = 0
) -> tuple[dict[int, int], list[set[int]]]:
    """Readers one after another, each so many statements; some statements come late. Counts, and who read."""
    chance = random.Random(seed)  # noqa: S311
    counts = dict.fromkeys(range(statements), 0)
    read: list[set[int]] = []
    for reader in range(readers):
        if late and reader == from_reader:
            counts |= dict.fromkeys(range(statements, statements + late), 0)
        mine: set[int] = set()
        for _ in range(min(each, len(counts))):
            fewest = sorted(((n, one) for one, n in counts.items() if one not in mine))[:CANDIDATES]
            chosen = choose_next([(one, n) for n, one in fewest], chance.random)
            assert chosen not in mine
            mine.add(chosen)
            counts[chosen] += 1
        read.append(mine)
    return counts, read


@given(statements=st.integers(1, 60), each=st.integers(1, 12), seed=st.integers(0, 2**32))
def test_each_statement_gets_its_share_of_readers(statements: int, each: int, seed: int) -> None:
    counts, read = dealt(statements, 120, each, seed)
    share = sum(counts.values()) / statements
    assert max(counts.values()) - min(counts.values()) <= 5
    assert all(abs(one - share) <= 5 for one in counts.values())
    assert all(len(mine) == min(each, statements) for mine in read)


@given(late=st.integers(1, 5), seed=st.integers(0, 2**32))
def test_those_that_come_late_catch_up(late: int, seed: int) -> None:
    counts, _ = dealt(40, 400, 10, seed, late, 200)
    old, new = [counts[one] for one in range(40)], [counts[one] for one in range(40, 40 + late)]
    assert min(new) >= min(old) - 5


def test_thousands_of_readers_starve_nothing() -> None:
    counts, _ = dealt(200, 3000, 10, 1, 20, 1500)
    assert max(counts.values()) - min(counts.values()) <= 5
    assert sum(counts.values()) == 30_000


def test_who_reads_at_the_same_moment_does_not_read_the_same() -> None:
    chance = random.Random(1)  # noqa: S311
    level = [(number, 7) for number in range(CANDIDATES)]
    drawn = Counter(choose_next(level, chance.random) for _ in range(5000))
    assert all(350 <= drawn[number] <= 650 for number in range(CANDIDATES))
    behind = Counter(choose_next([(1, 0), (2, 3), (3, 9)], chance.random) for _ in range(5000))
    assert behind[1] > 4000
    assert choose_next([(1, 5)], lambda: 0.999999999) == 1


# --- what came out


def test_how_sure_one_can_be() -> None:
    # Newcombe (1998), table I, method 3, without continuity correction.
    for agree, readers, low, high in (
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),
    ):  # fmt: skip
        assert wilson(agree, readers) == pytest.approx((low, high), abs=0.00006)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(29, 29)[1] == 1.0


@given(agree=st.integers(0, 500), more=st.integers(0, 500))
def test_more_readers_make_it_surer_and_sides_are_alike(agree: int, more: int) -> None:
    readers = agree + more
    low, high = wilson(agree, readers)
    assert 0 <= low <= high <= 1
    assert (1 - high, 1 - low) == pytest.approx(wilson(more, readers) if readers else (0, 1))
    twice = wilson(2 * agree, 2 * readers)
    assert twice[1] - twice[0] <= high - low + 1e-12


def plainly(given_: list[tuple[tuple[int, ...], str]], number: int, groups: list[str]) -> Weighed:
    """The same, counted anew and slowly, with fractions."""
    said = [(standing, dict(zip(v[::2], v[1::2], strict=True)).get(number)) for v, standing in given_]
    read = [(standing, vote) for standing, vote in said if vote is not None]
    across = None
    sizes = [sum(standing == group for standing, _ in read) for group in groups]
    rest = len(read) - sum(sizes)
    if len(groups) >= 2 and min(sizes) >= LEAST and (rest == 0 or rest >= LEAST):
        agrees = [sum(one == (group, AGREE) for one in read) for group in groups]
        whole = Decimal(prod(a + 1 for a in agrees)) / Decimal(prod(n + 2 for n in sizes))
        across = float(whole.quantize(Decimal("0.01"), ROUND_HALF_EVEN))
    agree, disagree, passed = (sum(vote == side for _, vote in read) for side in (1, -1, 0))
    return Weighed(number, agree, disagree, passed, across)


@given(given_=BALLOTS)
def test_results_equal_a_plain_count(given_: list[tuple[tuple[int, ...], str]]) -> None:
    groups = sorted(shown_groups(Counter(standing for _, standing in given_), GROUPS, LEAST))
    found = weigh(given_, range(1, 4), groups, LEAST)
    assert found == tuple(plainly(given_, number, groups) for number in (1, 2, 3))
    assert weigh(given_[::-1], (3, 2, 1), groups[::-1], LEAST) == found


def test_by_hand() -> None:
    given_ = [((1, 1, 2, 1), "resident")] * 7 + [((1, 1, 2, -1), "officer")] * 5 + [((2, 0), "resident")]
    one, two = weigh(given_, (1, 2), ("resident", "officer"), LEAST)
    assert one == Weighed(1, 12, 0, 0, round(8 / 9 * 6 / 7, 2))
    assert two == Weighed(2, 7, 5, 1, round(8 / 10 * 1 / 7, 2))
    assert (one.divided, two.divided) == (0, 10 / 13)
    found = findings((one, two, Weighed(3, 2, 2, 0)), 2, LEAST)
    assert [[w.number for w in sort] for sort in (found.agreed, found.divided, found.across, found.few)] == [
        [1], [2], [1], [3],
    ]  # fmt: skip
    assert with_most((1, -1, 2, 1, 3, 1), (one, two, Weighed(3, 2, 1, 0)), LEAST) == (1, 2)
    assert with_most((1, 0), (one,), LEAST) == (0, 0)


# --- what must not come out


@given(given_=BALLOTS, data=st.data())
def test_nothing_tells_of_fewer_than_the_least(
    given_: list[tuple[tuple[int, ...], str]], data: st.DataObject
) -> None:
    sizes = Counter(standing for _, standing in given_)
    groups = shown_groups(sizes, GROUPS, LEAST)
    for one in weigh(given_, (1, 2, 3, 4), groups, LEAST):
        if one.across is None:
            continue
        read = Counter(standing for value, standing in given_ if one.number in votes_of(value))
        hidden = one.readers - sum(read[group] for group in groups)
        assert len(groups) > 1
        assert all(read[group] >= LEAST for group in groups)
        assert hidden == 0 or hidden >= LEAST
        # What those say who are told of by nothing but the total changes nothing else.
        others = [
            (value_of({n: data.draw(VOTES) for n in votes_of(value)}), standing)
            if standing not in groups
            else (value, standing)
            for value, standing in given_
        ]
        [again] = weigh(others, [one.number], groups, LEAST)
        assert again.across == one.across


def test_a_group_that_is_large_but_hardly_read_a_statement_is_not_told_of() -> None:
    for officers, councillors in product(range(8), range(8)):
        given_ = [((1, 1), "resident")] * 9 + [((1, -1), "officer")] * officers
        given_ += [((1, 1), "councillor")] * councillors + [((2, 1), "officer")] * (20 - officers)
        [one] = weigh(given_, [1], ("resident", "officer"), LEAST)
        told = officers >= LEAST and councillors not in range(1, LEAST)
        assert (one.across is not None) is told, (officers, councillors)
