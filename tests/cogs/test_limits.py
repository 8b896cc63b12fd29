"""The largest of everything stays within what Discord takes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from bot.domain.community import Community
from bot.domain.contributions import Contribution
from bot.domain.digest import Asked, Digest, Owed
from bot.domain.initiatives import Initiative, Life
from bot.domain.meanings import MEANING_LENGTH, WORD_LENGTH
from bot.domain.people import Ages, Person, Standing
from bot.domain.promises import Influence, Promise
from bot.domain.rounds import Limits, Round, State
from bot.domain.stages import Stage
from bot.domain.summary import Tally
from bot.domain.text import clean, shown
from bot.domain.weighing import WEIGH, Findings, Weighed
from bot.practice.town import Town, answer, reply
from bot.services import drafts, initiatives, meanings, worries
from bot.services.initiatives import Beginning
from bot.services.ports import Post
from bot.services.rounds import Look
from bot.services.safeguarding import AGAIN, DEPUTY, Worry
from bot.services.weighing import Outcome
from cogs.answering import pages
from cogs.ui.advice import MOST_SENTENCES, MOST_WORDS
from cogs.ui.cards import Card, Option, button, choose
from cogs.ui.custom_ids import CustomId
from cogs.ui.digest_card import digest_card
from cogs.ui.limits import BUTTON_LABEL, COMPONENTS, MESSAGE_TEXT, SELECT_LABEL
from cogs.ui.posts import Posts
from cogs.ui.round_cards import RoundWords, ballot, public, result_card
from cogs.ui.weigh_results import result_lines
from cogs.ui.worry_card import worry_card
from tests import rules
from tests.journeys.conftest import forge, living, one_context, press, pressables, tables, wording

LIMITS = Limits()
WORST = "*_~|[x](y)"
"""Every letter of it but three is escaped, and so takes two."""
PLAIN = "a quite ordinary sentence in ordinary words "


def long(text: str, length: int) -> str:
    return (text * length)[: length - 1] + "!"


def look(text: str, *, state: State = State.OPEN, hands: bool = False, kind: str = "pick") -> Look:
    options = tuple(
        f"{number:02}{long(text, LIMITS.option_length - 2)}" for number in range(LIMITS.most_options)
    )
    asked = Round(
        community=1, id=10**17, initiative=2, kind=kind, stage=Stage.DECIDE, state=state,
        question=long(text, LIMITS.question_length), options=options, quorum=999_999, show_of_hands=hands,
        audience=frozenset(Standing), reason=long(text, 500), end_reason=long(text, 500),
        opened_ms=1_800_000_000_000, closes_ms=1_899_999_999_000, channel="1" * 19,
    )  # fmt: skip
    promise = Promise(2, Influence.TOGETHER, long(text, 1000), long(text, 200), 1_899_999_999_000, 0)
    counts = tuple(range(999_980, 1_000_000))
    tally = Tally(options, (999_999,) * 20, 999_999, 1, dict.fromkeys(Standing, 99_999))
    on = Initiative(2, long(text, 80), Stage.DECIDE, Life.OPEN, Ages.BOTH, 1, 2, 0)
    return Look(asked, on, promise, 999_999, counts if hands else None, tally, True)


def measured(card: Card) -> tuple[int, int]:
    """Characters and components, as Discord counts them."""
    return sum(len(text) for text in texts(card)), card.total_children_count


def texts(card: Card) -> list[str]:
    return [str(item.content) for item in card.walk_children() if hasattr(item, "content")]


def fits(card: Card) -> None:
    characters, components = measured(card)
    assert characters <= MESSAGE_TEXT, characters
    assert components <= COMPONENTS, components
    payload: list[dict[str, Any]] = card.to_components()
    assert payload
    assert list(rules.message_faults({"components": payload})) == []
    ids = [part["custom_id"] for part in pressables(_Message(payload))]
    assert len(ids) == len(set(ids)), ids
    for part in pressables(_Message(payload)):
        assert len(part.get("label", "")) <= BUTTON_LABEL
        for option in part.get("options", ()):
            assert len(option["label"].encode("utf-16-le")) // 2 <= SELECT_LABEL


class _Message:
    """What the helpers of the journeys look at."""

    def __init__(self, components: list[dict[str, Any]]) -> None:
        self.components = components


WORDS = RoundWords(wording(), "en")


@pytest.mark.parametrize("text", [PLAIN, WORST, "é", "🚸", "@everyone "])
@pytest.mark.parametrize("kind", ["pick", "approve"])
@pytest.mark.parametrize("hands", [False, True])
def test_the_largest_round(text: str, kind: str, hands: bool) -> None:
    for state in (State.OPEN, State.CLOSED, State.CANCELLED):
        fits(public(look(text, state=state, hands=hands, kind=kind), WORDS))
    there = look(text, hands=hands, kind=kind)
    card = public(there, WORDS)
    assert any("Closes <t:" in one for one in texts(card)), "people must see when it closes"
    offered = ballot(there.round, WORDS, range(20))
    assert not isinstance(offered, list)
    fits(Card().text(*WORDS.ask(there)).choice(offered))


@pytest.mark.parametrize("text", [PLAIN, WORST, "🚸", "@everyone ", "*", "-# \n"])
async def test_the_largest_worry_is_not_cut(text: str) -> None:
    said = clean(long(text, worries.WORDS_LENGTH))
    reach = clean(long(text, worries.REACH_LENGTH))
    facts = {
        "server": long(text, 100),
        "project": long(text, 80),
        "words": said,
        "reach": reach,
        "at_ms": 1_899_999_999_000,
    }
    post = Post(1, 10**17, "", "worry", facts, "person", "1", "waiting", 0, 0, 0, 0, 0, "", "")
    there = Community(1, "", "discord", "1", "en", "Europe/London")
    card = await Posts(cast(Any, None), wording()).card(there, post)
    fits(card)
    whole = "\n".join(texts(card))
    assert shown(said) in whole
    assert shown(reach) in whole
    assert "…" not in whole
    assert "it is one worry." in whole


@pytest.mark.parametrize("text", [PLAIN, WORST, "🚸", "@everyone ", "*", "-# \n"])
def test_the_largest_worry_for_a_deputy_is_not_cut_and_longer_words_are_in_a_file(text: str) -> None:
    said, reach = clean(long(text, worries.WORDS_LENGTH)), clean(long(text, worries.REACH_LENGTH))
    one = Worry(1, 2**53, said, reach, long(text, 100), long(text, 80), at_ms=1_899_999_999_000)
    for to in (DEPUTY, AGAIN):
        card = worry_card(WORDS, one, to)
        fits(card.of(2**53))
        whole = "\n".join(texts(card))
        assert shown(said) in whole
        assert shown(reach) in whole
        assert not card.files
    longest = clean(long(text, 4000))
    card = worry_card(WORDS, replace(one, words=longest, reach="", about="idea:1.1"), DEPUTY)
    fits(card.of(2**53))
    [file] = card.files
    assert file.fp.read().decode() == longest


@pytest.mark.parametrize("text", [PLAIN, WORST, "🚸"])
def test_the_largest_result(text: str) -> None:
    card = result_card(look(text, state=State.CLOSED), WORDS, 10**9, "f" * 64)
    fits(card)
    whole = "\n".join(texts(card))
    for number in range(1, 21):
        assert f"**{number}.**" in whole, f"the count of option {number} is cut off"
    assert "f" * 64 in whole, "the proof is cut off"


@pytest.mark.parametrize("text", [PLAIN, WORST, "🚸"])
def test_every_option_can_be_read_in_full(text: str) -> None:
    there = look(text)
    for page in pages(there, WORDS):
        fits(Card().text("**All options**", *page))
    whole = "\n".join(line for page in pages(there, WORDS) for line in page).replace("\\", "")
    assert all(option in whole for option in there.round.options)


@pytest.mark.parametrize("text", [PLAIN, WORST])
@pytest.mark.parametrize("projects", [1, 45])
async def test_the_largest_digest(text: str, projects: int) -> None:
    numbers = range(1, projects + 1)
    facts = Digest(
        since_ms=0, until_ms=10**12, late=True,
        titles={str(number): long(text, 80) for number in numbers},
        stages=dict.fromkeys(map(str, numbers), "decide"),
        asked=[
            Asked(number, place, "decide", long(text, 300), 99_999, 10**12, True, place % 2 == 0,
                  [long(text, 150)] * 20, [5] * 20, 9)
            for number in numbers for place in range(30 if projects == 1 else 2)
        ],
        people=99_999, new_people=99_999, standings=dict.fromkeys(Standing, 99_999),
        owed=[Owed(number, 10**12, True) for number in numbers], rows=10**9, head="f" * 64, words=99_999,
    )  # fmt: skip
    card = await digest_card(facts, wording(), "en")
    fits(card.buttons(button("My desk", "desk")))


def test_a_text_is_cut_between_lines_and_never_inside_an_escape() -> None:
    for extra in range(1, 60):
        card = Card().text("x" * (MESSAGE_TEXT - extra)).text("\\*" * 60)
        characters, _ = measured(card)
        assert characters <= MESSAGE_TEXT
        kept = texts(card)[-1].removesuffix("…")
        assert (len(kept) - len(kept.rstrip("\\"))) % 2 == 0


def test_labels_at_the_edge() -> None:
    for text in (PLAIN, WORST, "🚸", "👩‍👩‍👧‍👦"):
        label = wording().label("en", "plain", BUTTON_LABEL, text=long(text, 300))
        assert 0 < len(label.encode("utf-16-le")) // 2 <= BUTTON_LABEL
        fits(Card().buttons(*(button(label, "vote", 1, str(place)) for place in range(20))))
    options = [Option(long(PLAIN, 100), str(place)) for place in range(25)]
    fits(Card().choice(choose(CustomId("choose", 1), options, "One", 1, 25)))


async def test_the_largest_draft_with_all_its_advice(tmp_path: Path) -> None:
    async with one_context(living(tmp_path)) as there:
        olive = Person(1, str(there.organiser.id), frozenset({str(there.roles["Organisers"].id)}))
        draft = await drafts.begin(there.app, olive, 1, "pick")
        await drafts.change(
            there.app, olive, draft.id,
            question=long("stakeholder outcome procurement governance footway demographic ", 300),
            options=[f"{place:02} {long('a b c d of the scrutiny ', 147)}" for place in range(20)],
            closes_ms=there.app.clock.now_ms() + 86_400_000, stage=Stage.DECIDE, audience=frozenset(Standing),
            quorum=999_999, reason=long(PLAIN, 500),
        )  # fmt: skip
        shown = await there.organiser.slash(there.square, "poll show", question=f"#{draft.id}")
        told = str(answer(shown).components)
        for part in ("Reading age", "Long sentence", "“buying” for “procurement”"):
            assert part in told, part
        assert told.count("Long sentence") == MOST_SENTENCES
        assert told.count("” for “") == MOST_WORDS


@pytest.fixture
async def busy(tmp_path: Path) -> AsyncIterator[Town]:
    """A town with 41 projects, 8 open questions and 8 drafts, all with the longest words."""
    async with one_context(living(tmp_path)) as there:
        olive = Person(1, str(there.organiser.id), frozenset({str(there.roles["Organisers"].id)}))
        now = there.app.clock.now_ms()
        for number in range(41):
            new = Beginning(
                f"{number:02}{long(WORST, 78)}", Ages.BOTH, Influence.ADVISE,
                long(WORST, 1000), long(WORST, 200), now + 86_400_000 * (1 if number % 5 == 0 else 60),
            )  # fmt: skip
            made = await initiatives.start(there.app, olive, new)
        for number in range(16):
            draft = await drafts.begin(there.app, olive, made.id, "pick")
            await drafts.change(
                there.app, olive, draft.id, question=f"{number:02}{long(WORST, 298)}",
                closes_ms=now + 86_400_000 * 9,
                options=[f"{place:02}{long(WORST, 148)}" for place in range(20)],
            )  # fmt: skip
            if number % 2:
                await drafts.publish(there.app, olive, draft.id)
        for number in range(14):
            word = f"{number:02}{long(WORST, WORD_LENGTH - 3)}x"
            for who in range(3):
                await meanings.ask(there.app, Person(1, f"{number}{who}"), word)
            if number % 2:
                await meanings.explain(there.app, olive, word, long(WORST, MEANING_LENGTH))
        yield there


async def test_the_busiest_town_still_has_its_cards(busy: Town) -> None:
    # SimCord refuses what Discord refuses, so every answer that comes at all was small enough.
    there, olive, square = busy, busy.organiser, busy.square
    await there.settle()
    assert "## Have your say" in there.posts(there.say)[-1]
    assert sum("Choose one." in post for post in there.posts(there.say)) == 8
    await there.wait(days=2)  # some promises are overdue
    sorry = wording().say("en", "sorry")
    for command in (
        "desk", "initiative list", "promise show", "poll list",
        "digest preview", "my questions", "my answers", "schedule show", "glossary show",
    ):  # fmt: skip
        done = await olive.slash(square, command)
        assert sorry not in str(answer(done).components), command
    for label in ("Let people choose", "See the digest"):
        done = await olive.click(answer(await olive.slash(square, "desk")), label=label)
        assert sorry not in str(answer(done).components), label
    page = await olive.slash(square, "glossary show")
    for _ in range(2):
        page = await press(olive, page, "More")
        assert "!" in reply(page)
        assert "…" not in reply(page)
    shown = await olive.slash(square, "initiative show", initiative="#42")
    assert sorry not in str(answer(shown).components)
    opened = 0
    for verb in sorted(set(there.client.router.openers.values())):
        for subject in (0, 1, 2, 16, 42):
            form = await forge(olive, square, f"cp1:{verb}:{subject}")
            assert form.modal is not None or sorry not in reply(form), (verb, subject)
            opened += form.modal is not None
    assert opened > 30, opened
    await there.wait(days=8)
    assert sum("### Result" in post for post in there.posts(there.say)) == 8
    assert any("## What happened" in post for post in there.posts(there.moderators))
    assert {row[7] for row in tables(there)["outbox"]} == {"sent"}


@pytest.mark.parametrize(("count", "told"), [(3, 3), (40, 12)])
def test_statements_that_nothing_stands_out_of_are_told_with_their_numbers(count: int, told: int) -> None:
    there = replace(look(PLAIN, state=State.CLOSED, kind=WEIGH), ask=None)
    weighed = tuple(Weighed(number, 5, 2, 1) for number in range(1, count + 1))
    said = {
        one.number: Contribution(1, one.number, 1, 1, 1, Standing.RESIDENT, said={"what": ("A lamp",)})
        for one in weighed
    }
    assert there.result is not None
    result = replace(there.result, weighed=weighed, answers=8, standings={})
    outcome = Outcome(there.round, result, Findings((), (), (), ()), said)
    lines = result_lines(WORDS, outcome)
    numbers = [line for line in lines if "5 of 8 agree (31 to 86 in 100), 2 disagree, 1 pass." in line]
    assert len(numbers) >= told
    assert numbers[0].startswith("**1.** “A lamp” 5 of 8")
    assert (f"{count - len(numbers)} more are in the file." in lines) == (len(numbers) < count)


@pytest.mark.parametrize("text", [PLAIN, WORST, "🚸", "@everyone ", "-# \n"])
def test_the_largest_result_of_a_weighing(text: str) -> None:
    there = replace(look(text, state=State.CLOSED, kind=WEIGH), ask=None)
    weighed = tuple(Weighed(10**6 + n, 99_999, 99_999, 99_999, 0.9) for n in range(15))
    said = {
        one.number: Contribution(1, one.number, 1, 1, 1, Standing.RESIDENT, said={"what": (long(text, 300),)})
        for one in weighed
    }
    found = Findings(weighed[:5], weighed[5:10], weighed[10:], weighed)
    assert there.result is not None
    asked = replace(there.round, options=(), ask="statement")
    outcome = Outcome(asked, replace(there.result, weighed=weighed), found, said)
    card = result_card(replace(there, round=asked), WORDS, 10**9, "f" * 64, result_lines(WORDS, outcome))
    fits(card)
    whole = "\n".join(texts(card))
    assert all(f"**{one.number:,}.**" in whole for one in weighed), "every statement keeps its number"
    assert "Too few people have read 15 other statements" in whole
