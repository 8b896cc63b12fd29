"""Whole dialogues, as residents have them."""

from __future__ import annotations

import json

import pytest

from bot.practice.town import Town, answer, open_poll, reply, start_project, text_of, vote
from tests.journeys.conftest import (
    ADULT,
    TEEN,
    changed,
    close_by_time,
    custom_ids,
    files_of,
    labels,
    last,
    one,
    press,
    tables,
)

QUESTION = "Which crossing first?"
CROSSINGS = ["Mill Road", "Station Road"]


@pytest.fixture
async def asked(project: Town) -> Town:
    """The town with one question open until Tuesday of next week."""
    await open_poll(project, QUESTION, CROSSINGS)
    return project


async def test_the_first_answer_comes_after_the_privacy_card_and_nothing_is_kept_before(asked: Town) -> None:
    amina, card = asked.members["Amina"], asked.card_of(asked.say, "Choose one.")
    before = tables(asked)

    notice = await press(amina, card, "Mill Road")
    read = reply(notice)
    assert "Before you start" in read
    assert "Mill Town Council asks, for “Safer walk to Mill Road School”." in read
    assert "We never show your name with your answer. Whoever runs the bot could see it." in read
    assert "for 12 months" in read
    assert "Saying no changes nothing for you." in read
    assert labels(answer(notice)) == [ADULT, "I’m 13 to 17", "More", "Not now"]
    assert changed(before, tables(asked)) == set()

    recorded = await press(amina, notice, ADULT)
    assert reply(recorded).startswith("**Recorded.** You chose: “Mill Road”.")
    assert answer(recorded).ephemeral
    assert one(asked, "SELECT value FROM answer") == "[0]"

    again = await press(amina, card, "Mill Road")
    assert reply(again).startswith("**Recorded already.**")


async def test_not_now_leaves_no_trace(asked: Town) -> None:
    bartek, card = asked.members["Bartek"], asked.card_of(asked.say, "Choose one.")
    before = tables(asked)

    gone = await press(bartek, await press(bartek, card, "Mill Road"), "Not now")

    assert reply(gone) == "All right. Nothing was kept. You can come back until it closes."
    assert labels(answer(gone)) == []
    assert changed(before, tables(asked)) == set()


async def test_more_says_who_sees_what_and_keeps_what_was_pressed(asked: Town) -> None:
    carys, card = asked.members["Carys"], asked.card_of(asked.say, "Choose one.")
    before = tables(asked)

    more = await press(carys, await press(carys, card, "Station Road"), "More")
    assert "Who sees what" in reply(more)
    assert "Whoever runs the bot’s computer" in reply(more)
    assert "Ask: Olive Reed, 01234 567890" in reply(more)
    assert "More" not in labels(answer(more))
    assert changed(before, tables(asked)) == set()

    assert "You chose: “Station Road”." in reply(await press(carys, more, ADULT))


async def test_somebody_of_15_reads_the_notice_in_its_own_words(asked: Town) -> None:
    dilan, card = asked.members["Dilan"], asked.card_of(asked.say, "Choose one.")

    notice = await press(dilan, await press(dilan, card, "Mill Road"), "I’m 13 to 17")
    assert "(for people aged 13 to 17)" in reply(notice)
    assert "We send you no private messages." in reply(notice)
    assert labels(answer(notice)) == [TEEN, "More", "Not now"]

    assert "You chose: “Mill Road”." in reply(await press(dilan, notice, TEEN))
    assert one(asked, "SELECT ages FROM person WHERE ages <> ''") == "teens"


async def test_a_project_for_adults_has_no_way_on_for_teenagers(project: Town) -> None:
    there = project
    await start_project(there, "Licensing of bars", ages="adults")
    await open_poll(there, "Later hours?", ["Yes", "No"], project="Licensing of bars")
    card = there.card_of(there.say, "Choose one.")
    await open_poll(there, QUESTION, CROSSINGS)
    other = there.card_of(there.say, "Choose one.")
    esther, farida = there.members["Esther"], there.members["Farida"]

    notice = await press(esther, card, "Yes")
    assert labels(answer(notice)) == [ADULT, "More", "Not now"]
    assert "You chose: “Yes”." in reply(await press(esther, notice, ADULT))

    teen = await press(farida, await press(farida, other, "Mill Road"), "I’m 13 to 17")
    await press(farida, teen, TEEN)
    assert "for people aged 18 and over" in reply(await press(farida, card, "Yes"))
    assert one(there, "SELECT count(*) FROM answer WHERE round = 1") == 1


async def test_a_project_for_teenagers_turns_adults_away(project: Town) -> None:
    there = project
    await start_project(there, "A skate park", ages="teens")
    await open_poll(there, "Where?", ["Park", "Quay"], project="A skate park")
    card = there.card_of(there.say, "Choose one.")
    await open_poll(there, QUESTION, CROSSINGS)
    gwen = there.members["Gwen"]
    await vote(gwen, there.card_of(there.say, "Choose one."), "Mill Road")

    assert "for people aged 13 to 17" in reply(await press(gwen, card, "Park"))

    first = await press(there.members["Hamid"], card, "Park")
    assert labels(answer(first)) == [TEEN, "More", "Not now"]
    assert "We send you no private messages." in reply(first)


async def test_changing_and_taking_back(asked: Town) -> None:
    ivana, card = asked.members["Ivana"], asked.card_of(asked.say, "Choose one.")
    await vote(ivana, card, "Mill Road")

    changed_now = await press(ivana, card, "Station Road")
    assert "You now choose: “Station Road”. Before: “Mill Road”." in reply(changed_now)

    mine = await press(ivana, changed_now, "Change it")
    assert "Your answer now: “Station Road”." in reply(mine)
    back = await press(ivana, mine, "Take it back")
    assert reply(back).startswith("**Taken back.** Your answer is no longer counted.")
    assert one(asked, "SELECT count(*) FROM answer") == 0

    await asked.settle()
    assert "Nobody has answered yet." in text_of(asked.card_of(asked.say, "Choose one."))
    fresh = await press(ivana, back, "Change it")
    assert "You have not answered yet." in reply(fresh)
    assert "Take it back" not in labels(answer(fresh))
    assert reply(await press(ivana, fresh, "Mill Road")).startswith("**Recorded.**")


async def test_after_the_close_nobody_can_answer_and_the_buttons_are_gone(asked: Town) -> None:
    joseph, card = asked.members["Joseph"], asked.card_of(asked.say, "Choose one.")
    recorded = await vote(joseph, card, "Mill Road")
    mine = await press(joseph, recorded, "Change it")

    await asked.env.advance_time(8 * 86_400 + 1)  # nobody has looked at the clock yet
    late = await press(joseph, mine, "Station Road")
    assert reply(late) == "This question has closed. Your answer was not counted. The result is in its channel."

    await asked.settle()
    card = asked.card_of(asked.say, "Choose one.")
    assert "**Closed.** The result is in this channel." in text_of(card)
    assert labels(card) == []
    assert one(asked, "SELECT value FROM answer") == "[0]"
    result = text_of(asked.card_of(asked.say, "### Result"))
    assert "Most people chose “Mill Road”: 1 of 1." in result
    assert "You will hear what happens by" in result

    assert "This question has closed." in reply(await press(asked.members["Kemi"], mine_of(late), "Mill Road"))


def mine_of(result: object) -> object:
    """A message that stands where the pressed one stood."""
    return result
