"""*What does this mean?*: people ask, organisers owe an explanation, and everybody reads it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.practice.town import Town, answer, draft_poll, open_ask, open_poll, reply, text_of
from tests.journeys.conftest import (
    CROSSINGS,
    QUESTION,
    changed,
    fill,
    forge_form,
    insist_form,
    labels,
    one,
    press,
    restarted,
    tables,
    why,
)

PRESS, WORD = "What does this mean?", "modal filter"
WALK = "What would a modal filter change for you?"
MEANING = "Posts in the road. Bikes get past them, cars don’t."


@pytest.fixture
async def asked(project: Town) -> Town:
    """The town with one ask open."""
    await open_ask(project, WALK)
    return project


def card_of(there: Town) -> Any:
    """The ask's public card."""
    return there.card_of(there.say, "Use your own words")


def told_of(there: Town) -> Any:
    """The newest explanation in the channel."""
    return there.card_of(there.say, "### What “")


async def wonder(member: Any, card: Any, word: str = WORD) -> Any:
    """Press the button and send the form."""
    return await fill(member, card, PRESS, word=word)


async def test_three_people_ask_and_everybody_reads_the_answer(asked: Town) -> None:
    there, olive, card = asked, asked.organiser, card_of(asked)
    dilan, esther, farida = (there.members[name] for name in ("Dilan", "Esther", "Farida"))
    before = tables(there)
    form = await press(dilan, card, PRESS)
    assert form.modal is not None
    assert "Nobody sees who asks." in json.dumps(form.modal)
    assert changed(before, tables(there)) == set()

    said = await dilan.submit_modal(form, {"word": " Modal Filter?"})  # who has never seen a notice
    assert reply(said) == (
        "**Thank you. We’ve noted “Modal Filter”.**\n"
        "When 3 people ask for it, the organisers must explain it. You will read it in the channel."
    )
    assert answer(said).ephemeral
    assert labels(answer(said)) == ["Another word", "Worried about someone"]
    assert "noted" in reply(await fill(dilan, said, "Another word", word=WORD))
    await wonder(esther, card)
    assert changed(before, tables(there)) == {"asking"}
    assert WORD not in repr(tables(there)).casefold().replace(WALK.casefold(), "")
    assert "modal" not in reply(await olive.slash(there.square, "desk")).replace(WALK, "")

    told = reply(await wonder(farida, card, "modal-filters"))
    assert told.startswith("**Thank you.** Enough people asked what “modal-filters” means.")
    desk = await olive.slash(there.square, "desk")
    assert "3 people asked what “modal-filters” means. You owe them an explanation." in reply(desk)
    assert "People asked what 1 word means." in reply(await olive.slash(there.square, "digest preview"))
    rows = one(there, "SELECT count(*) FROM interaction")

    form = await press(olive, desk, "Explain: modal-filters")
    assert "modal-filters" in json.dumps(form.modal)
    kept = await olive.submit_modal(form, {"word": WORD, "meaning": MEANING})
    assert reply(kept).startswith("**Kept.** I post it in the have-your-say channel.")
    await there.settle()
    post = told_of(there)
    assert text_of(post) == f"### What “{WORD}” means\n{MEANING}"
    assert labels(post) == ["All open questions", PRESS]
    assert "owe" not in reply(await olive.slash(there.square, "desk")).replace("You owe people", "")
    assert one(there, "SELECT count(*) FROM interaction") == rows + 1

    for member in (dilan, there.members["Gwen"], there.officer):
        assert reply(await wonder(member, post, "MODAL FILTERS")) == f"**{WORD}** means: {MEANING}"
    new = [row for name, found in tables(there).items() for row in found if row not in before[name]]
    for member in (dilan, esther, farida):
        assert str(member.id) not in repr(new)
        assert member.name not in repr(new)
    assert one(there, "SELECT count(*) FROM asking") == 0


async def test_our_own_glossary_answers_at_once_and_polls_have_the_button_too(project: Town) -> None:
    there = project
    await open_poll(there, QUESTION, CROSSINGS)
    await open_poll(there, "Which of these?", [f"Street {number}" for number in range(20)])
    before = tables(there)
    for question, word in ((QUESTION, "Stakeholders"), ("Which of these?", "active-travel corridor")):
        said = reply(await wonder(there.members["Amina"], there.ballot(question), word))
        assert said.startswith(f"**{word}** means: ")
    assert changed(before, tables(there)) == set()


async def test_the_glossary_is_kept_by_commands(asked: Town) -> None:
    there, olive, square = asked, asked.organiser, asked.square
    assert "It is empty." in reply(await olive.slash(square, "glossary show"))
    for number in range(7):
        form = await olive.slash(square, "glossary define", word=f"Word {number}")
        made = await olive.submit_modal(form, {"word": f"Word {number}", "meaning": "*Long* " * 40})
    first = await press(olive, made, "Glossary")
    assert "Word 4" in reply(first)
    assert "Word 5" not in reply(first)
    second = await press(olive, first, "More")
    assert "Word 6" in reply(second)
    one_word = await press(olive, second, "Word 6")
    changed_it = await fill(
        olive, one_word, "Change it", word="Word 6", meaning="The stakeholder procurement."
    )
    assert "Plainer words: “people it affects” for “stakeholder”" in reply(changed_it)
    await there.settle()
    assert text_of(told_of(there)).startswith("### What “Word 6” means")

    choices = await olive.autocomplete(square, "glossary remove", "word", "word 6")
    assert [choice["name"] for choice in choices] == ["Word 6"]
    for who in (there.officer, there.members["Amina"]):
        assert not await who.autocomplete(square, "glossary remove", "word", "")
    named = await olive.slash(square, "glossary remove", word=choices[0]["value"])
    gone = await press(olive, named, "Remove it")
    assert "**Removed.** “Word 6” is not in your glossary any more." in reply(gone)
    assert "not in your glossary" in reply(await olive.slash(square, "glossary remove", word="Word 6"))
    shown = await press(olive, await olive.slash(square, "glossary show"), "Word 0")
    assert "Removed" in reply(await press(olive, shown, "Remove it"))


async def test_what_the_community_explained_is_no_jargon_in_its_drafts(project: Town) -> None:
    there, olive = project, project.organiser
    for word in ("Modal shift", "LTN"):
        form = await olive.slash(there.square, "glossary define")
        await olive.submit_modal(form, {"word": word, "meaning": MEANING})
    card = await draft_poll(there, "Will modal-shift, an LTN or procurement help?", ["Yes", "No"])
    said = text_of(card)
    assert "Plainer words: “buying” for “procurement”." in said
    assert f"In your glossary: “modal-shift” ({MEANING}), “LTN” ({MEANING})" in said


async def test_hostile_words_ping_nobody_and_say_nothing_in_our_name(asked: Town) -> None:
    there, olive = asked, asked.organiser
    bad = "x\u202e <@1> @everyone [a](https://evil.example) **b**\ud800\x00 c"
    for name in ("Dilan", "Esther", "Farida"):
        said = await forge_form(there.members[name], there.square, "cp1:meaning-send:0", word=bad)
        assert "Thank you" in reply(said)
    await olive.slash(there.square, "desk")
    await olive.slash(there.square, "glossary show")
    await insist_form(olive, there.square, "cp1:word-set:0", word=bad, meaning=f"{bad}\n# News\n-# small")
    await there.settle()
    post = told_of(there)
    assert not post.mention_everyone
    assert not post.mentions
    raw = "\n".join(part.to_dict().get("content", "") for part in post.components)
    for live in ("@everyone", "<@1>", "\n# News", "](http", "https://", "\n-# ", "**b**", "\u202e", "\x00"):
        assert live not in raw, live
    for made in there.env.http_requests:
        body = made.json if isinstance(made.json, dict) else {}
        if "evil" in json.dumps(body) and "components" in body:
            assert body["allowed_mentions"] == {"parse": []}


async def test_what_is_refused_says_what_to_do(asked: Town) -> None:
    there, lowri = asked, asked.members["Lowri"]
    before = tables(there)
    for word, told in (
        ("x" * 61, "This has 61 letters. Please use 60 or fewer."),
        ("🚸", "Please write the word that you don’t know."),
    ):
        assert why(await forge_form(lowri, there.square, "cp1:meaning-send:0", word=word)) == told
    assert changed(before, tables(there)) == set()
    for number in range(10):
        await wonder(lowri, card_of(there), f"word {number}")
    assert "You have asked for 10 words within a day." in reply(await wonder(lowri, card_of(there)))


async def test_a_form_that_was_open_over_a_restart_and_a_removed_word_that_was_not_told_yet(
    asked: Town,
) -> None:
    there, olive = asked, asked.organiser
    form = await press(there.members["Gwen"], card_of(there), PRESS)
    assert form.modal is not None
    await restarted(there)
    sent = await forge_form(there.members["Gwen"], there.say, form.modal["custom_id"], word=WORD)
    assert "noted" in reply(sent)
    made = await insist_form(olive, there.square, "cp1:word-set:0", word=WORD, meaning=MEANING)
    posts = there.posts(there.say)
    await press(olive, await press(olive, await press(olive, made, "Glossary"), WORD), "Remove it")
    await there.settle()
    assert there.posts(there.say) == posts
    assert "what it is about is not there any more" in reply(await olive.slash(there.square, "desk"))
