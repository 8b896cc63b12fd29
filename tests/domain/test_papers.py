"""Receipts and files, as rules: what is a slip of the finger, what a file says, what it is refused for."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.asks import Ask, AskField, FieldKind
from bot.domain.paper_answers import read_lines, read_votes, read_words
from bot.domain.papers import (
    BODY,
    LETTERS,
    BadFile,
    Came,
    read_options,
    read_receipt,
    receipt_of,
    rows_of,
)
from bot.domain.people import Standing
from bot.domain.refusals import Refusal
from bot.domain.sheets import MOST_BYTES, decoded

NUMBERS = st.integers(0, len(LETTERS) ** BODY - 1)
HEADER = "receipt,answer"


@given(NUMBERS, st.integers(0, BODY), st.sampled_from(LETTERS))
def test_no_slip_of_one_letter_and_no_two_that_changed_places_is_another_receipt(
    number: int, place: int, letter: str
) -> None:
    letters = list(receipt_of(number).replace("-", ""))
    wrong = [*letters[:place], letter, *letters[place + 1 :]]
    turned = letters.copy()
    turned[place - 1], turned[place] = turned[place], turned[place - 1]
    for slip in (wrong, turned):
        if slip != letters:
            with pytest.raises(Refusal, match="receipt-mistyped"):
                read_receipt("".join(slip))


@given(NUMBERS)
def test_a_receipt_is_read_however_it_is_typed(number: int) -> None:
    receipt = receipt_of(number)
    assert len(receipt) == BODY + 2
    for typed in (receipt, receipt.lower(), f" {receipt.replace('-', ' ')} ", receipt.replace("-", "–")):
        assert read_receipt(typed) == receipt


def test_every_number_has_a_receipt_of_its_own() -> None:
    some = range(0, len(LETTERS) ** BODY, len(LETTERS) ** BODY // 9999)
    assert len({receipt_of(number) for number in some}) == len(some)


@pytest.mark.parametrize("text", ["", "CDFH", "CDFH-JKM0", "CDFHJKMNPQRT", "\u202eCDFH-JKMN"])
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="receipt-mistyped"):
        read_receipt(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_an_encoding_is_known_by_its_mark_or_by_what_it_cannot_be(encoding: str) -> None:
    assert decoded("receipt,café “€”".encode(encoding)) == "receipt,café “€”"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"x" * (MOST_BYTES + 1), "file-too-big"),
        ("receipt".encode("utf-16-le"), "file-unreadable"),
        (b"\xff\xfea", "file-unreadable"),
        (b"a\x81", "file-letters"),
        (b"PK\x03\x04rest", "file-workbook"),
        (b"\xd0\xcf\x11\xe0rest", "file-workbook"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        decoded(data)


def refused(text: str) -> list[tuple[int, str]]:
    with pytest.raises(BadFile) as bad:
        rows_of(text, ["answer"])
    return [(one.line, one.refusal.code) for one in bad.value.problems]


def test_a_file_is_refused_by_its_lines() -> None:
    one, two = receipt_of(1), receipt_of(2)
    assert refused("") == [(1, "file-empty")]
    assert refused(f"{HEADER}\n\n") == [(1, "file-empty")]
    assert refused("receipt,anser\nx,y") == [(1, "column-unknown"), (1, "column-missing")]
    assert refused("answer,answer\nx,y") == [(1, "column-twice"), (1, "column-missing")]
    assert refused(f'{HEADER}\n{one},"open\n{two},1') == [(2, "row-quotes")]
    assert refused(f"{HEADER}\n{one},1,2\n{two},1,,3") == [(2, "row-cells"), (3, "row-cells")]
    assert refused(f'{HEADER}\n{one},"a\nb"\n{one},1\n') == [(4, "row-twice")]
    assert refused(f"came,standing,{HEADER}\nfax,,{one},1\n,king,{two},1") == [
        (2, "came-unknown"), (3, "standing-unknown"),
    ]  # fmt: skip


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@given(st.lists(CELLS, min_size=1, max_size=6), st.sampled_from(",;\t"), st.booleans())
def test_any_words_come_out_as_they_went_in(said: list[str], between: str, windows: bool) -> None:
    class Dialect(csv.excel):
        delimiter = between
        lineterminator = "\r\n" if windows else "\n"
        quoting = csv.QUOTE_ALL

    rows = [["receipt", "standing", "answer"]]
    rows += [[receipt_of(number), "Front line", text] for number, text in enumerate(said)]
    lines: list[str] = []

    class Out:
        def write(self, text: str) -> None:
            lines.append(text)

    csv.writer(Out(), Dialect).writerows(rows)
    found = rows_of("".join(lines), ["answer"])
    assert [one.cells["answer"] for one in found] == said
    assert {(one.came, one.standing) for one in found} == {(Came.PAPER, Standing.FRONT_LINE)}


def test_an_option_is_named_by_its_words_or_its_number() -> None:
    options = ("By the shop; or near", "2", "Park")
    assert read_options(" by the SHOP; or near", options) == ["0"]
    assert read_options("park; 1", options) == ["2", "0"]
    assert read_options("#2\n3", options) == ["1", "2"]
    assert read_options("2", options) == ["1"]
    for text, code in (("", "answer-missing"), ("4", "option-unknown"), ("=1+1", "option-unknown")):
        with pytest.raises(Refusal, match=code):
            read_options(text, options)
    with pytest.raises(Refusal, match="option-unclear"):
        read_options("1;3", ("A", "B", "1"))


def test_votes_and_words_are_read() -> None:
    assert read_votes({"7": " Agree", "12": "-1", "3": "", "9": "PASS"}) == (7, 1, 9, 0, 12, -1)
    assert read_votes(read_lines("7 agree\n\n12 disagree")) == (7, 1, 12, -1)
    assert read_votes(read_lines("７\u202fAgree\n12  –1")) == (7, 1, 12, -1)
    assert read_votes({"7": "1.0", "12": "-1.0", "9": "0.0"}) == (7, 1, 9, 0, 12, -1)
    for text in ("7", "agree 7", "7 agree\n7 pass", "7 maybe"):
        with pytest.raises(Refusal, match="vote-unknown"):
            read_votes(read_lines(text))
    fields = (
        AskField("what", FieldKind.LONG, "What?"),
        AskField("who", FieldKind.ONE, "Who?", options=("A", "B")),
    )
    ask = Ask("problem", "", "", (), "", fields)
    assert read_words(ask, {"what": "=1+1\nand more", "who": "2"}) == {
        "what": ("=1+1\nand more",),
        "who": ("B",),
    }
    with pytest.raises(Refusal, match="words-missing"):
        read_words(ask, {"who": "A"})
