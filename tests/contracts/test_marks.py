"""However a title, a question or an answer ends, no sentence of the bot's has two marks in a row."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import one_line
from bot.wording import Markup
from tests.builders import wording
from tests.contracts.test_wording import messages, variables

NUMBERS = {
    "count",
    "number",
    "total",
    "rows",
    "days",
    "hours",
    "people",
    "least",
    "limit",
    "length",
    "answers",
}
DOUBLED = re.compile(r"""[.?!…][*_”"’)]*\.(?!\.)|\?[*_”"’)]*\?""")
ENDS = ("What is it like for you?", "Stop!", "It is so.", "And then…", "“Why?”", "**Why?**")


@pytest.mark.parametrize("text", ENDS)
def test_no_sentence_doubles_the_mark_of_what_stands_in_it(text: str) -> None:
    wrong = []
    for name, entry in messages().items():
        facts = {key: Markup(text) for key in variables(entry)}
        for numbers in ({}, dict.fromkeys(variables(entry) & NUMBERS, 2)):
            said = wording().say("en", name, **facts | numbers)
            if DOUBLED.search(said):
                wrong.append(f"{name}: {said}")
            assert "\ue001" not in said
    assert wrong == []


@given(st.text(alphabet="ab.?!… ”*", max_size=12))
def test_what_people_typed_stays_as_it_was(text: str) -> None:
    said = wording().label("en", "plain", 500, text=text)
    assert said == one_line(text, 500)


def test_ours_are_the_marks_that_go() -> None:
    say = wording().say
    assert say("en", "answer-now", choice=Markup("A park?")) == "Your answer now: A park?"
    assert say("en", "answer-now", choice=Markup("A park")) == "Your answer now: A park."
    assert wording().label("en", "answer-now", 99, choice="What..?") == "Your answer now: What..?"
    assert say("en", "project-closed", title="Why?").startswith("**Closed: Why?** The")
