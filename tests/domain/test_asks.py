"""What may be said in a field of an ask."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.asks import Ask, AskField, FieldKind
from bot.domain.refusals import Refusal
from bot.domain.stages import Stage
from bot.domain.text import clean

LIMIT = 30
OPTIONS = ("Never", "Now and then", "Every day")
TEXTS = st.lists(
    st.text(max_size=LIMIT + 5) | st.sampled_from(["\u202e", "a\x00b", "\ud800", "@x"]), max_size=3
)
CHOICES = st.lists(st.sampled_from([*OPTIONS, "Always", "", "never"]), max_size=4)


def field(kind: FieldKind) -> AskField:
    return AskField("aa", kind, "What?", longest=LIMIT, options=OPTIONS)


@pytest.mark.parametrize("kind", [FieldKind.SHORT, FieldKind.LONG])
@given(raw=TEXTS)
@example(raw=["a" * (LIMIT + 1)])
@example(raw=["  "])
@example(raw=["a\n\u200d\u0301b"])
def test_what_people_write_is_clean_and_never_too_long(kind: FieldKind, raw: list[str]) -> None:
    one, too_long = field(kind), False
    try:
        read = one.read(raw)
    except Refusal as refusal:
        too_long = refusal.code == "words-too-long"
        read = ()
    assert len(read) <= 1
    assert not too_long or len(clean("\n".join(raw))) > LIMIT
    for text in read:
        assert 0 < len(text) <= LIMIT
        assert text == clean(text)
        assert kind is FieldKind.LONG or "\n" not in text
    assert one.read(read) == read


@pytest.mark.parametrize("kind", [FieldKind.ONE, FieldKind.SEVERAL, FieldKind.SCALE])
@given(raw=CHOICES)
def test_only_known_options_are_chosen_each_once_in_their_order(kind: FieldKind, raw: list[str]) -> None:
    one = field(kind)
    if not set(raw) <= set(OPTIONS):
        expected = "choice-unknown"
    elif kind is not FieldKind.SEVERAL and len(raw) > 1:
        expected = "choose-one"
    else:
        read = one.read(raw)
        assert read == tuple(option for option in OPTIONS if option in raw)
        assert one.read(read) == read
        return
    with pytest.raises(Refusal, match=expected):
        one.read(raw)


def test_an_ask_knows_its_fields_and_what_was_not_asked_yet() -> None:
    fields = tuple(AskField(name, FieldKind.SHORT, name) for name in ("aa", "bb", "cc"))
    ask = Ask("x", "X", "Tell", (Stage.DEFINE,), "e", fields)
    assert ask.box is fields[0]
    assert ask.field("bb") is fields[1]
    assert ask.unasked({"aa": ("1",), "gone": ("2",)}) == fields[1:]
    with pytest.raises(Refusal, match="button-unknown"):
        ask.field("gone")
