"""Polls before they open: every no, and what survives."""

from __future__ import annotations

import pytest

from bot.domain.people import Person
from bot.practice.town import Town, answer, draft_poll, reply, text_of
from bot.services import communities
from tests.builders import HARD
from tests.journeys.conftest import (
    CROSSINGS,
    PROJECT,
    QUESTION,
    changed,
    deny,
    fill,
    forge_form,
    labels,
    last,
    one,
    press,
    restarted,
    tables,
    why,
)


@pytest.mark.parametrize(
    ("options", "no"),
    [
        ("Yes\n" + "x" * 5000, "Option 2 has 5,000 letters. Please use 150 or fewer."),
        ("Yes\nNo\nYES ", "Options 1 and 3 are the same: “YES”. Please change one."),
        ("Yes", "There is only 1 option. Please give at least 2, one on each line."),
        ("\n".join(map(str, range(21))), "There are 21 options. Please give 20 or fewer."),
        (" ", "Please give at least 2, one on each line."),
    ],
)
async def test_options_that_no_poll_can_have(project: Town, options: str, no: str) -> None:
    await project.organiser.slash(project.square, "poll open", initiative=PROJECT)
    before = tables(project)
    refused = await forge_form(project.organiser, project.square, "cp1:draft-options-set:1", options=options)
    assert no in reply(refused)
    assert changed(before, tables(project)) == set()


@pytest.mark.parametrize(
    ("when", "no"),
    [
        ("1 May 2027", "is not in the future. It is now Monday 3 May 2027, 10am."),
        ("today 9am", "Monday 3 May 2027, 9am is not in the future."),
        ("1 June 2030", "is more than two years away. Say a time no later than"),
        ("Friday 5", "Is 5 in the morning or the evening? Say 5am or 5pm."),
        ("3/6", "3/6 could be 3 June or 6 March. Write the month as a word, like “3 June”."),
        ("next Friday", "could be"),
        ("Monday 6pm", "could be"),
        ("whenever", "I could not read “whenever” as a time."),
        (" ", "Please say when. For example: Friday 6pm."),
    ],
)
async def test_closing_times_that_no_poll_can_have(project: Town, when: str, no: str) -> None:
    olive = project.organiser
    card = await olive.slash(project.square, "poll open", initiative=PROJECT)
    before = tables(project)
    assert no in reply(await fill(olive, card, "When", when=when))
    assert changed(before, tables(project)) == set()


async def test_a_draft_says_what_it_lacks_one_thing_after_another(project: Town) -> None:
    there, olive = project, project.organiser
    card = await olive.slash(there.square, "poll open", initiative=PROJECT, kind="pick")
    assert "**To do:** press “Question”" in reply(card)
    before = tables(there)

    async def publish() -> str:
        refused = reply(await press(olive, card, "Publish"))
        assert one(there, "SELECT state FROM round") == "draft"
        return refused

    assert await publish() == "Please write a question."
    assert changed(before, tables(there)) == set()
    card = await fill(olive, card, "Question", question=QUESTION)
    assert "no option. Please give at least 2" in await publish()
    card = await fill(olive, card, "Options", options="\n".join(CROSSINGS))
    assert "When does it close?" in await publish()
    card = await fill(olive, card, "When", when="in 2 days")
    assert "It is open for less than 7 days." in reply(card)
    assert await publish() == (
        "It would be open for less than 7 days. "
        "Press “When” and give a public reason, or choose a later time."
    )
    card = await fill(olive, card, "When", when="in 2 days", reason="The road closes on Friday.")
    assert "Why this is done in an unusual way: The road closes on Friday." in reply(card)
    done = await press(olive, card, "Publish")
    assert reply(done).startswith("**Published** in")
    await there.settle()
    assert "The road closes on Friday." in text_of(there.card_of(there.say, "Choose one."))


async def test_hard_words_are_told_and_need_a_public_reason(project: Town) -> None:
    there, olive = project, project.organiser
    easy = await draft_poll(there, QUESTION, CROSSINGS)
    for advice in ("Reading age", "Long sentence", "Plainer words", "hard to read"):
        assert advice not in text_of(easy)

    card = await draft_poll(there, HARD, CROSSINGS)
    told = text_of(card)
    assert "Reading age 20. The lower it is, the more people can follow." in told
    assert "Long sentence: “Which active travel corridor should the authority prioritis…”" in told
    assert "“safer route” for “active travel corridor”, “put first” for “prioritise”" in told
    assert "It is hard to read: the reading age is above 14. Use shorter words and sentences." in told
    before = tables(there)
    refused = reply(await press(olive, card, "Publish"))
    assert refused.startswith("It is hard to read: the reading age is 20, and our limit is 14.")
    assert changed(before, tables(there)) == set()

    card = await fill(olive, card, "When", when="in 8 days", reason="The law sets these words.")
    assert "It is hard to read" not in reply(card)
    assert "Reading age 20." in reply(card)  # advice stays
    assert reply(await press(olive, card, "Publish")).startswith("**Published** in")
    await there.settle()
    public = text_of(there.card_of(there.say, "Choose one."))
    assert "Why this is done in an unusual way: The law sets these words." in public
    assert "Reading age" not in public


async def test_another_language_has_no_reading_age(project: Town) -> None:
    mayor = Person(1, str(project.mayor.id), can_set_up=True)
    await communities.set_up(project.app, mayor, language="cy")
    card = await draft_poll(project, HARD, CROSSINGS)
    told = text_of(card)
    assert "Reading age" not in told
    assert "It is hard to read" not in told
    assert "Plainer words" in told
    assert reply(await press(project.organiser, card, "Publish")).startswith("**Published** in")


async def test_a_question_ahead_of_its_stage_needs_a_public_reason(project: Town) -> None:
    there, olive = project, project.organiser
    card = await draft_poll(there, QUESTION, CROSSINGS, closes="in 15 days")
    rules = {
        "kind": "approve",
        "stage": "decide",
        "numbers": "hidden",
        "audience": ["officer"],
        "quorum": "5",
    }
    card = answer(await fill(olive, card, "Rules", **rules))
    assert "The project has not reached this stage." in text_of(card)
    assert "Only for: Officers." in text_of(card)
    assert "It counts if at least 5 people answer." in text_of(card)
    assert "The project has not reached this stage." in reply(await press(olive, card, "Publish"))
    card = answer(await fill(olive, card, "Rules", **rules | {"stage": "define", "quorum": "5"}))
    assert reply(await press(olive, card, "Publish")).startswith("**Published** in")
    await there.settle()

    public = there.card_of(there.say, "Choose as many as you like.")
    other = await press(there.members["Amina"], public, "Choose")
    assert "This question is for other people." in reply(other)
    mine = await press(there.officer, public, "Choose")
    assert "You have not answered yet." in reply(mine)


async def test_a_quorum_is_a_number(project: Town) -> None:
    card = await draft_poll(project, QUESTION, CROSSINGS)
    rules = {"kind": "pick", "stage": "define", "numbers": "hidden", "quorum": "half"}
    refused = await fill(project.organiser, card, "Rules", **rules)
    assert why(refused) == "Please write a whole number, like 20, or leave it empty."


async def test_a_question_that_is_too_long(project: Town) -> None:
    await project.organiser.slash(project.square, "poll open", initiative=PROJECT)
    long = await forge_form(project.organiser, project.square, "cp1:draft-question-set:1", question="x" * 301)
    assert why(long) == "The question has 301 letters. Please use 300 or fewer."
    empty = await forge_form(project.organiser, project.square, "cp1:draft-question-set:1", question=" ")
    assert why(empty) == "Please write a question."


async def test_a_draft_survives_a_new_bot_and_is_published_once(project: Town) -> None:
    there, olive = project, project.organiser
    card = await draft_poll(there, QUESTION, CROSSINGS)
    form = await press(olive, card, "Question")

    await restarted(there)

    renamed = await olive.submit_modal(form, {"question": "Which crossing comes first?"})
    assert "**Which crossing comes first?**" in reply(renamed)
    preview = await press(olive, renamed, "Preview")
    assert "This is what people will see." in reply(preview)
    assert "Under it people find buttons for 2 options." in reply(preview)
    card = await press(olive, preview, "Back to the draft")
    twin = await olive.slash(there.square, "poll show", question="Which crossing comes first?")

    assert reply(await press(olive, card, "Publish")).startswith("**Published** in")
    again = await press(olive, twin, "Publish")
    assert reply(again) == "This poll is published already. Its words can’t be changed now."
    late = await press(olive, await olive.slash(there.square, "desk"), "Look at: Which crossing comes first?")
    assert "Publish" not in labels(answer(late))
    await there.settle()
    assert sum("Choose one." in text for text in there.posts(there.say)) == 1


async def test_a_published_question_can_not_be_changed(project: Town) -> None:
    there, olive = project, project.organiser
    card = await draft_poll(there, QUESTION, CROSSINGS)
    form = await press(olive, card, "Options")
    twin = await olive.slash(there.square, "poll show", question=QUESTION)
    await press(olive, card, "Publish")
    before = tables(there)

    gone = (
        "This draft is not there any more: it was published, thrown away or forgotten after 14 days. "
        "Look at /poll list, or start a new one with /poll open."
    )
    late = await olive.submit_modal(form, {"options": "Yes\nNo"})
    assert why(late) == gone
    assert "Yes\nNo" in reply(late)
    assert labels(answer(late)) == []
    for label in ("Question", "Options", "When", "Rules", "Throw away"):
        assert reply(await press(olive, twin, label)) == gone, label
    assert changed(before, tables(there)) == set()


async def test_a_draft_can_be_thrown_away_and_lapses_by_itself(project: Town) -> None:
    there, olive = project, project.organiser
    card = await draft_poll(there, QUESTION, CROSSINGS)
    thrown = await press(olive, card, "Throw away")
    assert reply(thrown) == "Thrown away. It was never posted."
    assert "There are none yet." in reply(await olive.slash(there.square, "poll list"))

    await draft_poll(there, QUESTION, CROSSINGS)
    assert f"Draft: {QUESTION}" in reply(await olive.slash(there.square, "poll list"))
    await there.wait(days=15)
    assert "There are none yet." in reply(await olive.slash(there.square, "poll list"))


async def test_publishing_where_the_bot_may_not_write_says_what_it_lacks(project: Town) -> None:
    there, olive = project, project.organiser
    deny(there, there.say, send_messages=False)
    card = await draft_poll(there, QUESTION, CROSSINGS)

    refused = await press(olive, card, "Publish")
    assert "I can’t post in #have-your-say. I lack: Send Messages" in reply(refused)
    assert one(there, "SELECT state FROM round") == "draft"

    deny(there, there.say, send_messages=True)
    assert reply(await press(olive, card, "Publish")).startswith("**Published** in")


async def test_a_poll_in_another_channel(project: Town) -> None:
    there, olive = project, project.organiser
    card = await olive.slash(there.square, "poll open", initiative=PROJECT, channel=there.moderators)
    for label, values in (
        ("Question", {"question": QUESTION}), ("Options", {"options": "Yes\nNo"}),
        ("When", {"when": "in 8 days"}),
    ):  # fmt: skip
        card = await fill(olive, card, label, **values)
    assert f"It will be posted in <#{there.moderators.id}>." in reply(card)
    await press(olive, card, "Publish")
    await there.settle()
    assert "Choose one." in text_of(last(there.moderators))
