"""Sentences: words that people typed are escaped in the one place that all sentences pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import wiring
from bot.wording import Markup, Wording, WordingError, load


def wording(tmp_path: Path, **languages: str) -> Wording:
    for language, text in languages.items():
        (tmp_path / language).mkdir()
        (tmp_path / language / "a.ftl").write_text(text, encoding="utf-8")
    return load(tmp_path)


def test_words_are_escaped_and_markup_is_not(tmp_path: Path) -> None:
    words = wording(tmp_path, en="hello = { $a } and { $b }\n")
    assert words.say("en", "hello", a="**x**", b=Markup("**y**")) == "\\*\\*x\\*\\* and **y**"


def test_a_label_is_one_short_plain_line(tmp_path: Path) -> None:
    words = wording(tmp_path, en="hello = Say { $a }\n")
    assert words.label("en", "hello", 10, a="*one*\ntwo three") == "Say *one*…"


def test_a_sentence_that_a_language_lacks_is_said_in_english(tmp_path: Path) -> None:
    words = wording(tmp_path, en="one = One\ntwo = Two\n", cy="one = Un\n")
    assert (words.say("cy", "one"), words.say("cy", "two")) == ("Un", "Two")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [(("cy",), "cy"), (("cy-GB",), "cy"), (("fr", "cy"), "cy"), (("", "fr"), "en")],
)
def test_the_nearest_language_is_the_first_there_is(
    tmp_path: Path, wanted: tuple[str, ...], found: str
) -> None:
    assert wording(tmp_path, en="a = A\n", cy="a = A\n").nearest(*wanted) == found


def test_all_that_is_wrong_with_the_files_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(WordingError) as found:
        wording(tmp_path, cy="good = Good\n= bad\ngood = Again\n")
    assert [problem.split(":")[0] for problem in found.value.problems] == [
        "cy/a.ftl",
        "cy/a.ftl",
        f"{tmp_path.name}/en is missing",
    ]


def test_a_sentence_or_a_fact_that_is_missing_is_an_error(tmp_path: Path) -> None:
    words = wording(tmp_path, en="hello = Hello { $name }\n")
    for sentence in ("bye", "hello"):
        with pytest.raises(WordingError):
            words.say("en", sentence)


def folders(tmp_path: Path, **languages: str) -> Path:
    for name, text in languages.items():
        folder = tmp_path.joinpath(*name.split("_"))
        folder.mkdir(parents=True)
        (folder / "a.ftl").write_text(text, encoding="utf-8")
    return tmp_path


def test_what_a_folder_of_an_earlier_version_lacks_is_said_all_the_same(tmp_path: Path) -> None:
    there = folders(
        tmp_path, ours_en="old = Ours\nnew = { $a } is new\n", theirs_en="old = Theirs\ngone = Gone\n"
    )
    words = load(there / "theirs", there / "ours")
    assert (words.say("en", "old"), words.say("en", "new", a="It"), words.say("en", "gone")) == (
        "Theirs",
        "It is new",
        "Gone",
    )


def test_a_sentence_that_wants_a_fact_which_nobody_gives_it_is_found_before_it_is_said(
    tmp_path: Path,
) -> None:
    languages = {
        "ours_en": "old = { $who } wins\n",
        "theirs_en": "old = One wins\n",
        "theirs_cy": "old = { $pwy }\n",
    }
    there = folders(tmp_path, **languages)
    with pytest.raises(WordingError, match=r"^cy: old uses \$pwy, which this version does not know: see en$"):
        load(there / "theirs", there / "ours")


def test_a_term_is_part_of_the_sentences_that_use_it(tmp_path: Path) -> None:
    words = wording(tmp_path, en="-bot = Folkmoot\nhello = I am { -bot }.\n")
    assert words.say("en", "hello") == "I am Folkmoot."


ARABIC = "أريد مقعدا"


def test_words_from_right_to_left_move_nothing_beside_them() -> None:
    wording = wiring.load_wording()
    held = f"\u2068{ARABIC}\u2069"
    assert wording.say("en", "quoted", text=ARABIC) == f"“{held}”"
    assert wording.say("en", "quoted", text="a bench") == "“a bench”"
    assert wording.say("en", "quoted", text=f"bench\n{ARABIC}") == f"“bench\n{held}”"
    assert wording.label("en", "numbered", 80, text=ARABIC, number=3) == f"#3 {held}"
    assert wording.label("en", "numbered", 8, text=ARABIC, number=3).startswith("#3 \u2068أر")
    assert len(wording.label("en", "numbered", 8, text=ARABIC, number=3)) <= 8
    assert wording.label("en", "numbered", 80, text="\ue010bench\ue011", number=3) == "#3 bench"
