"""Things with the same name are told apart where one is chosen or typed, and never taken for each other."""

from __future__ import annotations

import pytest

from bot import wiring
from bot.domain.refusals import Refusal
from cogs.ui.completion import choices, the_one

TWO = [("Where should it be?", 4), ("where  should it be?", 9), ("When?", 10)]


def test_a_list_tells_them_apart() -> None:
    found = choices(wiring.load_wording(), TWO, "")
    assert [(one.name, one.value) for one in found] == [
        ("#4 Where should it be?", "#4"),
        ("#9 where should it be?", "#9"),
        ("When?", "#10"),
    ]


@pytest.mark.parametrize(("typed", "number"), [("#9", 9), ("when?", 10), ("#10", 10)])
def test_what_was_chosen_is_found(typed: str, number: int) -> None:
    assert the_one(typed, TWO, "round-unknown") == number


def test_the_same_words_are_no_choice() -> None:
    with pytest.raises(Refusal, match="name-unclear"):
        the_one("Where should it be?", TWO, "round-unknown")
    with pytest.raises(Refusal, match="round-unknown"):
        the_one("", [("", 4)], "round-unknown")


def test_what_a_button_cuts_off_tells_nothing_apart() -> None:
    long = "Which of the places by the mill stream that flood in winter should be dry first: "
    found = choices(
        wiring.load_wording(), [(f"{long}the bridge", 4), (f"{long}the path", 5), ("When?", 6)], ""
    )
    assert [one.name[:3] for one in found] == ["#4 ", "#5 ", "Whe"]
