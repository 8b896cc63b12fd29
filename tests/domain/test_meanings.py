"""Words as people type them, and the marks that count who asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.meanings import (
    WORD_LENGTH,
    mark_of_asker,
    mark_of_word,
    outside_key,
    read_meaning,
    read_word,
    same,
)
from bot.domain.plain import Glossary
from bot.domain.refusals import Refusal
from bot.domain.text import clean

KEY = bytes(32)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("modal filter", "modal filter"),
        ("  “Modal \n filter”?! ", "Modal filter"),
        ("**LTN** 🚸", "LTN"),
        ("@everyone", "everyone"),
        ("[x](https://evil.example)", "x](https://evil.example"),
        ("\u202eab\x00c\ud800", "abc"),
        ("£50k.", "£50k"),
        ("हिन्दी", "हिन्दी"),
        ("cafe\u0301", "café"),
        ("s106", "s106"),
    ],
)
def test_what_stands_around_a_word_is_left_out(typed: str, word: str) -> None:
    assert read_word(typed) == word


@pytest.mark.parametrize("typed", ["", " \n", "🚸🚸", "?!", "\u200b\x00\ud800", "❤️", "£", "\u202e", "****"])
def test_what_has_no_letter_is_no_word(typed: str) -> None:
    with pytest.raises(Refusal, match="word-missing"):
        read_word(typed)


def test_how_long_things_may_be() -> None:
    assert len(read_word("é" * WORD_LENGTH)) == WORD_LENGTH
    for read, most in ((read_word, WORD_LENGTH), (read_meaning, 300)):
        with pytest.raises(Refusal, match="words-too-long"):
            read("x" * (most + 1))
    with pytest.raises(Refusal, match="meaning-missing"):
        read_meaning(" \u200b\n")
    assert read_meaning(" A road \n\n that ends. ") == "A road that ends."


@pytest.mark.parametrize(
    "written",
    ["Modal filter", "MODAL FILTERS", "modal-filter", "modal  filter", "modal‑filter", "ｍodal filter"],
)
def test_ways_to_write_the_same_word(written: str) -> None:
    assert same(written) == same("modal filter")
    assert mark_of_word(KEY, 1, written) == mark_of_word(KEY, 1, "modal filter")


def test_other_words_are_others() -> None:
    words = ["modal filter", "modalfilter", "modal shift", "s", "", "so", "resident's", "S106"]
    assert len({same(one) for one in words}) == len(words)


@given(st.text())
def test_a_word_is_clean_and_reading_it_again_changes_nothing(typed: str) -> None:
    try:
        word = read_word(typed)
    except Refusal:
        return
    assert clean(word) == word == read_word(word)
    assert same(word)
    assert "\n" not in word


def test_a_mark_is_of_one_community_one_word_one_person_and_one_key() -> None:
    words = [mark_of_word(key, number, word) for key in (KEY, outside_key("token")) for number in (1, 2)
             for word in ("a", "b")]  # fmt: skip
    marks = words + [mark_of_asker(KEY, word, who) for word in words for who in ("1", "2")]
    assert len(set(marks)) == len(marks)
    assert {len(mark) for mark in marks} == {32}


def test_a_glossary_is_found_by_whatever_way_a_term_is_written() -> None:
    found = Glossary({"co-design": "planning it together", "Stakeholder": "people it affects"}).meanings
    assert found[same("Co designs")] == "planning it together"
    assert found[same("stakeholders")] == "people it affects"
