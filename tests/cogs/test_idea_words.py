"""Whatever words an idea has, nothing in it comes alive, and every card and file can be sent."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from bot.asks import FOLDER, load
from bot.domain.asks import AskField, FieldKind, Said
from bot.domain.contributions import Contribution, Fate
from bot.domain.people import Standing
from bot.domain.text import clean, isolated, shown
from bot.services.ask_summaries import _csv
from cogs.ui.cards import Card, Option, choose
from cogs.ui.custom_ids import CustomId
from cogs.ui.idea_cards import SHORTENED, say_whole, short, whole
from cogs.ui.limits import SELECT_LABEL
from tests.cogs.test_limits import WORDS, fits, texts
from tests.journeys.conftest import wording

ASKS = load(Path(__file__).parents[2] / "config" / FOLDER)
ASK = ASKS["problem"]
HOSTILE = [
    "@everyone <@1> <@&2> <#3> @here", "[here](https://evil.example) <https://evil.example>",
    "# Title\n> quote\n-# small\n- list\n1. list\n```code```", "**bold** __under__ ||spoiler|| `code` ~~no~~",
    "\u202eabc\u2066def\u2069 \u0627\u0644\u0639", "a\x00b\x1b[31m", "\ud800 lone \udfff", "👩‍👩‍👧‍👦🚸", "\\",
    "=cmd()", "+1", "-1+2", "@SUM(1)", "\u2212x", "\uff1d1", "{ $text } { -brand }", "e" + "\u0301" * 40,
]  # fmt: skip


GUARD = re.compile(r"((?:^|[,;|\n])[\s\"]*)'", re.MULTILINE)
"""The apostrophe before what would else be a formula."""


def idea(text: str, **more: tuple[str, ...]) -> Contribution:
    """An idea as it can be stored: read by its field, where that lets it through."""
    box = AskField("what", FieldKind.LONG, "What?", longest=2000)
    said: Said = {"what": box.read([text]), **more}
    return Contribution(1, 10**17, 2, 3, 4, Standing.RESIDENT, Fate.ACCEPTED, said)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_shown_as_they_are_and_nothing_comes_alive(text: str) -> None:
    for one in (idea(text), idea((text + " x ") * (1900 // (len(text) + 3)))):
        stored = one.said["what"][0] if one.said else ""
        assert whole(WORDS, one, ASK) == [f"“{isolated(shown(stored))}”"]
        flat = " ".join(stored.split())
        cut = flat if len(flat) <= SHORTENED else flat[: SHORTENED - 1] + "…"
        assert short(WORDS, one, ASK) == short(WORDS, one, None) == f"“{isolated(shown(cut))}”"
        card = say_whole(Card(), WORDS, one, ASK)
        fits(card)
        for said in texts(card):
            assert "@everyone" not in said
            assert "<@" not in said
            assert "](" not in said
            said.encode()
        label = wording().label("en", "ideas-option", SELECT_LABEL, number=one.id, text=stored)
        fits(Card().choice(choose(CustomId("pick-idea"), [Option(label, "1")], "One")))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula_and_every_word_is_in_the_file(text: str) -> None:
    one = idea(text, who=(text,))
    rows = list(csv.DictReader(io.StringIO(_csv(ASK, [one]).decode("utf-8-sig"), newline="")))
    assert len(rows) == 1
    for cell in (rows[0]["what"], rows[0]["who"]):
        assert GUARD.sub(r"\1", cell) == GUARD.sub(r"\1", clean(text))
        assert cell[:1] not in "=+-@\u2212\uff1d" or not cell


@pytest.mark.parametrize("text", ["*_~|[x](y)", "a quite ordinary sentence ", "🚸", "@everyone ", "\n- x"])
def test_the_longest_idea_fits_its_card_and_is_whole_in_a_file(text: str) -> None:
    more = {field.name: (clean((text * 2000)[: field.longest - 1]),) for field in ASK.fields if field.is_text}
    one = idea((text * 2000)[:1990], **{name: said for name, said in more.items() if name != "what"})
    card = Card().text("x" * 700)
    fits(say_whole(card, WORDS, one, ASK).text("y" * 200))
    assert any("y" * 200 in said for said in texts(card)), "what stands below is not pushed out"
    assert one.said is not None
    lines = sum(len(line) + 1 for line in whole(WORDS, one, ASK))
    if any(said.endswith("…") for said in texts(card)) or lines > 3000:
        (file,) = card.files
        data = file.fp.read().decode()
        assert all(said in data for (said,) in one.said.values())


def test_what_was_erased_or_lost_its_ask_can_still_be_shown() -> None:
    erased = Contribution(1, 1, 2, 3, -4, Standing.RESIDENT, Fate.ACCEPTED, None)
    for ask in (ASK, None):
        assert whole(WORDS, erased, ask) == [short(WORDS, erased, ask)]
        fits(say_whole(Card(), WORDS, erased, ask))
    other = idea("x", who=("**y**",))
    fits(say_whole(Card(), WORDS, other, ASKS["offer"]))
    assert whole(WORDS, other, None) == ["“x”", r"**who** \*\*y\*\*"]
