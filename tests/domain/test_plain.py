"""Plain words: values that others have published, and no text that makes it fail."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.plain import (
    LEAST_WORDS,
    YOUNGEST,
    Glossary,
    Size,
    flesch,
    jargon,
    long_sentences,
    reading_age,
    reading_years,
    sentences,
    size,
    words,
)

CAT = "The cat sat on the mat."
PROVE = "This sentence, taken as a reading passage unto itself, is being used to prove a point."
TASK = "Nothing is so fatiguing as the eternal hanging on of an uncompleted task."
SPEECHES = Glossary(
    {
        "stakeholder": "people it affects",
        "active travel": "walking and cycling",
        "active travel corridor": "safer route",
        "co-production": "working it out together",
        "ski lift": "rope way",
    }
)


# Where they are published: CAT in the papers of npm's flesch, PROVE in Wikipedia's article on the formulas,
# which gives its ease as 69, TASK in the papers of npm's flekin.
@pytest.mark.parametrize(
    ("text", "there", "ease", "grade"),
    [
        (CAT, Size(6, 1, 6), 116.145, -1.45),
        (PROVE, Size(16, 1, 23), 68.98, 7.61),
        (TASK, Size(13, 1, 22), 50.47, 9.45),
    ],
)
def test_published_values(text: str, there: Size, ease: float, grade: float) -> None:
    assert size(text) == there
    assert flesch(text) == pytest.approx(ease, abs=0.01)
    assert there.grade == pytest.approx(grade, abs=0.01)


# In the papers of npm's flesch and flesch-kincaid: the platypus, by how many syllables they say it has.
def test_the_formulas_alone() -> None:
    assert Size(12, 1, 23).ease == pytest.approx(32.505, abs=0.001)
    assert Size(13, 1, 26).grade == pytest.approx(13.08, abs=0.001)


def test_the_reading_age_is_five_years_above_the_grade() -> None:
    assert reading_age(f"{TASK} {TASK} {TASK}") == pytest.approx(14.45, abs=0.01)
    assert reading_age(f"{PROVE}\n{PROVE}") == pytest.approx(12.61, abs=0.01)
    assert reading_age(CAT * 5) is not None


def test_nobody_reads_below_five() -> None:
    assert reading_age(f"{CAT} " * 5) == YOUNGEST


def test_a_short_text_has_no_reading_age() -> None:
    assert reading_age("word " * (LEAST_WORDS - 1)) is None
    assert reading_age("word " * LEAST_WORDS) is not None


@pytest.mark.parametrize(
    ("language", "years"), [("en", 14), ("en-GB", 14), ("cy", None), ("cy-GB", None), ("enm", None)]
)
def test_only_english_has_a_reading_age(language: str, years: int | None) -> None:
    assert reading_years(f"{TASK} {TASK} {TASK}", language) == years


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
        ("A question?\nAn option\nAnother", ["A question?", "An option", "Another"]),
        ("She said “no.” He said (yes.) Both left.", ["She said “no.”", "He said (yes.)", "Both left."]),
        ("It costs 1.5 million, i.e. a lot.", ["It costs 1.5 million, i.e. a lot."]),
        ("By St. Mary’s (e.g. the gate).", ["By St. Mary’s (e.g. the gate)."]),
        ("…\n— .\n!?", []),
        ("", []),
    ],
)
def test_where_sentences_end(text: str, there: list[str]) -> None:
    assert sentences(text) == there


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("We can’t, won't", ["We", "can’t", "won't"]),
        ("a 20-mile co-production", ["a", "20-mile", "co-production"]),
        ("£40,000 at 6:30pm", ["40,000", "at", "6:30pm"]),
        ("end - begin", ["end", "begin"]),
        ("snake_case 🚸 ***", ["snake", "case"]),
    ],
)
def test_what_a_word_is(text: str, there: list[str]) -> None:
    assert words(text) == there


def test_a_word_with_hyphens_has_the_syllables_of_its_parts() -> None:
    parts = size("co production dependent organisation")
    whole = size("co-production-dependent-organisation")
    assert parts is not None
    assert whole is not None
    assert (whole.words, whole.syllables) == (1, parts.syllables)


def test_long_sentences_are_those_of_more_words_than_the_limit() -> None:
    just, over = "so " * 24 + "so.", "so " * 25 + "so."
    assert long_sentences(f"{just} {over} Short.") == [over]
    assert long_sentences("One two three. One two.", 2) == ["One two three."]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Our STAKEHOLDERS and a stakeholder’s view", [("STAKEHOLDERS", "people it affects")]),
        ("An active travel corridor", [("active travel corridor", "safer route")]),
        ("Active\n travel, a corridor", [("Active travel", "walking and cycling")]),
        ("Co production or co‑production", [("Co production", "working it out together")]),
        (
            "Active travel for stakeholders",
            [("Active travel", "walking and cycling"), ("stakeholders", "people it affects")],
        ),
        ("Stakeholdership, superstakeholder, coproduction", []),
        ("a SKİ LİFT", [("SKİ LİFT", "rope way")]),
        ("", []),
    ],
)
def test_jargon_is_found_as_whole_words(text: str, found: list[tuple[str, str]]) -> None:
    assert jargon(text, SPEECHES) == found


def test_a_glossary_of_nothing_finds_nothing() -> None:
    assert jargon("Our stakeholders, and (others).", Glossary({})) == []


TEXTS = st.text(st.characters(codec=None)) | st.lists(
    st.sampled_from(
        [
            "stake", "holder", "co-", "-", "’", "'", ".", "!", "…", " ", "\n", "\u2028", "1", ",", "🚸",
            "\ud800", "\udfff", "\u0301", "\x00", "ſ", "\u212a", "İ", "_", "e", "le", "”", "(", "e.g.",
        ]
    )
).map("".join)  # fmt: skip


@given(TEXTS)
@settings(max_examples=300)
@example("")
@example("\ud800")
@example("-".join("a" * 3000))
@example("a" * 100_000)
@example("🚸" * 50)
@example(". " * 5000)
def test_no_text_makes_it_fail(text: str) -> None:
    there, age, ease = size(text), reading_age(text), flesch(text)
    assert (there is None) == (ease is None) == (not words(text)) == (not sentences(text))
    if there is not None:
        assert there.syllables >= there.words >= there.sentences >= 1
    assert (age is None) == (len(words(text)) < LEAST_WORDS)
    assert age is None or age >= YOUNGEST
    assert set(long_sentences(text)) <= set(sentences(text))
    assert {plain for _, plain in jargon(text, SPEECHES)} <= set(SPEECHES.plain.values())
