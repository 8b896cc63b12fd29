"""Results: who leads, and whether it counts."""

from __future__ import annotations

from bot.domain.summary import Tally


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
