"""Custom ids: they come back as they went out, and whatever else comes is none."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from cogs.ui.custom_ids import CustomId, parse
from cogs.ui.limits import CUSTOM_ID

VERBS = st.from_regex(r"[a-z]{1,12}(-[a-z]{1,8}){0,2}", fullmatch=True)
SUBJECTS = st.integers(0, 10**18 - 1)
ARGUMENTS = st.text(string.ascii_letters + string.digits + "._-", max_size=30)


@given(VERBS, SUBJECTS, ARGUMENTS)
def test_it_comes_back_as_it_went_out(verb: str, subject: int, argument: str) -> None:
    custom_id = CustomId(verb, subject, argument)
    assert parse(str(custom_id)) == custom_id
    assert len(str(custom_id)) <= CUSTOM_ID
    assert str(custom_id).isascii()


@given(st.text() | st.text("cp1:vote0-9._", max_size=120))
@example("cp1:vote:1:0\n")
@example("cp1:vote:01:0")
@example("cp1:vote:-1")
@example("cp1:vote:٣")
@example("cp1:vote:1:")
@example("cp1:vote:" + "9" * 5000)
def test_anything_else_is_none_and_never_an_error(text: str) -> None:
    found = parse(text)
    assert found is None or str(found) == text


@given(VERBS, SUBJECTS, ARGUMENTS, st.integers(0), st.characters())
def test_a_changed_letter_never_becomes_the_same_thing(
    verb: str, subject: int, argument: str, place: int, letter: str
) -> None:
    custom_id = CustomId(verb, subject, argument)
    text = str(custom_id)
    at = place % len(text)
    assume(text[at] != letter)
    assert parse(text[:at] + letter + text[at + 1 :]) != custom_id


@pytest.mark.parametrize(
    "wrong",
    [
        CustomId("Vote"), CustomId("vote", -1), CustomId("vote", 10**18), CustomId("vote", 1, "a b"),
        CustomId("vote", 1, "é"), CustomId("vote", 1, "a:b"), CustomId("vote", 1, "x" * 100), CustomId(""),
    ],
)  # fmt: skip
def test_what_could_not_be_read_again_is_never_sent(wrong: CustomId) -> None:
    with pytest.raises(ValueError, match="no custom id"):
        str(wrong)
