"""Files as people's spreadsheets write them: read as they were meant, or refused with what to do."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.papers import BadFile, read_options, receipt_of, rows_of
from bot.domain.refusals import Refusal
from bot.domain.sheets import decoded, records

ONE, TWO = receipt_of(1), receipt_of(2)
WORDS = [
    "The café is closed", "My fiancée says no", "It’s too fast", "I don’t cross there", "We’ve asked twice",
    "“Slow down”, she said", "It costs £5 to park", "£2.50 is too much", "Open 9–5 – or later",
    "Wait… then cross", "It is 20° in there", "Dŵr a thŷ", "Château Road", "a naïve idea", "Zoë and José",
    "São Paulo has ½ as many", "Málaga", "El niño pequeño", "für die Öffnung", "Straße über Köln",
    "déjà vu à Paris", "O’Brien’s corner", "the residents’ garden", "ÉCOLE", "Garçon", "crème brûlée",
    "‘Quiet hours’", "Łódź", "Åsa från Malmö", "Perú", "a façade • a wall",
]  # fmt: skip


def written(said: str, encoding: str) -> bytes | None:
    """The bytes of words, where an encoding has all their letters, and others than ASCII's."""
    try:
        data = said.encode(encoding)
    except UnicodeEncodeError:
        return None
    return None if data.isascii() else data


def outcome(data: bytes) -> str:
    """What a file says, or the code of why it isn't taken."""
    try:
        return decoded(data)
    except Refusal as refusal:
        return refusal.code


@pytest.mark.parametrize("said", WORDS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_words_come_out_as_they_went_in(said: str, encoding: str) -> None:
    data = written(said, encoding)
    if data is not None:
        assert decoded(data) == said


@pytest.mark.parametrize("said", WORDS)
@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp437", "iso8859-14", "cp1250"])
def test_words_of_a_mac_or_of_dos_are_right_or_refused(said: str, encoding: str) -> None:
    data = written(said, encoding)
    if data is None:
        return
    assert outcome(data) in (said, "file-letters")


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp437"])
@pytest.mark.parametrize("ends", ["\r", "\r\n"])
def test_a_whole_file_of_a_mac_or_of_dos_is_refused_by_its_line(encoding: str, ends: str) -> None:
    lines = ["receipt,what", f"{ONE},too fast", f"{TWO},The café costs £5 and I don't go"]
    with pytest.raises(Refusal) as refused:
        decoded(ends.join(lines).encode(encoding))
    assert (refused.value.code, refused.value.facts["line"]) == ("file-letters", 3)


@given(st.text(st.sampled_from("abcAB é’–£ñüß“”…œŵ?")), st.sampled_from(["mac_roman", "cp850", "cp437"]))
def test_whatever_bytes_there_are_they_are_read_or_refused(said: str, encoding: str) -> None:
    data = said.encode(encoding, errors="replace")
    assert outcome(data) in (
        data.decode("cp1252", "replace"),
        data.decode("utf-8", "replace"),
        "file-letters",
    )


def taken(text: str) -> list[tuple[str, str]]:
    return [(one.receipt, one.cells["answer"]) for one in rows_of(text, ["answer"])]


@pytest.mark.parametrize(
    "text",
    [
        f"receipt,answer\r\n{ONE},1\r\n{TWO},2\r\n",
        f"receipt,answer\r{ONE},1\r{TWO},2\r",
        f"receipt;answer\n{ONE};1\n{TWO};2",
        f"receipt\tanswer\n{ONE}\t1\n{TWO}\t2",
        f"sep=;\r\nreceipt;answer\r\n{ONE};1\r\n{TWO};2\r\n",
        f'"sep=,"\nreceipt,answer\n{ONE},1\n{TWO},2',
        f"sep=|\nreceipt|answer\n{ONE}|1\n{TWO}|2",
        f"receipt,answer,,,\r\n{ONE},1,,,\r\n{TWO},2,,,\r\n,,,,\r\n,,,,\r\n",
        f"receipt,answer,,\n{ONE},1\n{TWO},2,,,,\n",
        f",receipt,,answer\n,{ONE},,1\n,{TWO},,2\n",
        f'"receipt", "answer"\n"{ONE}", "1"\n"{TWO}", "2"',
        f" Receipt , ANSWER \n{ONE},1\n{TWO},2",
        f"\n\nreceipt,answer\n\n{ONE},1\n\n{TWO},2\n\n",
    ],
)
def test_habits_of_spreadsheets_are_read(text: str) -> None:
    assert taken(text) == [(ONE, "1"), (TWO, "2")]


def test_a_line_that_ends_early_has_nothing_in_the_rest() -> None:
    [row] = rows_of(f"receipt,answer,came,standing\n{ONE},1", ["answer"])
    assert (row.cells["answer"], row.came, row.standing) == ("1", "paper", "resident")


def test_lines_keep_their_numbers_behind_what_says_the_separator() -> None:
    assert [line for line, _ in records(f"sep=;\nreceipt;answer\n\n{ONE};1")] == [2, 4]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (f"receipt,,answer\n{ONE},note,1", [(1, "column-unnamed")]),
        (f"“receipt”,“answer”\n“{ONE}”,“1”", [(1, "column-curly"), (1, "column-curly")]),
        (f"receipt,answer\n{ONE},#NAME?\n{TWO},########", [(2, "row-broken"), (3, "row-broken")]),
        (f"receipt,answer\n{ONE},1,more", [(2, "row-cells")]),
        (f'sep=;\nreceipt;answer\n{ONE};"1', [(3, "row-quotes")]),
    ],
)
def test_what_cannot_be_read_is_explained_by_its_line(text: str, problems: list[tuple[int, str]]) -> None:
    with pytest.raises(BadFile) as bad:
        rows_of(text, ["answer"])
    assert [(one.line, one.refusal.code) for one in bad.value.problems][: len(problems)] == problems


def test_numbers_and_dates_of_spreadsheets() -> None:
    options = ("3-5", "1/2", "Park")
    assert read_options("3.0", options) == ["2"]
    assert read_options("2,00; 1.0", options) == ["1", "0"]
    for made in ("03-May", "5-Mar", "May-03", "01/02/2026", "2026-05-03", "3 May 2026"):
        with pytest.raises(Refusal, match="option-date"):
            read_options(made, options)
    assert read_options("03-may", ("03-May", "other")) == ["0"]
    for wrong in ("3.5", "1e3", "0.0"):
        with pytest.raises(Refusal, match="option-unknown"):
            read_options(wrong, options)


def test_a_mark_of_an_encoding_is_no_word() -> None:
    assert decoded(codecs.BOM_UTF8 + b"receipt") == "receipt"
