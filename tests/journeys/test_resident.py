"""Whole dialogues, as residents have them."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from bot.practice.town import Town, answer, open_poll, reply, start_project, text_of, vote
from tests.journeys.conftest import (
    ADULT,
    CROSSINGS,
    QUESTION,
    TEEN,
    changed,
    custom_ids,
    files_of,
    forge,
    labels,
    last,
    one,
    press,
    pressables,
    tables,
)


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
    assert "We show nobody who chose what. Whoever runs the bot could look." in read
    assert "until 12 months after the close" in read
    assert "Saying no changes nothing for you." in read
    assert labels(answer(notice)) == [ADULT, "I’m 13 to 17", "More", "Not now"]
    assert changed(before, tables(asked)) == set()

    recorded = await press(amina, notice, ADULT)
    assert reply(recorded).startswith("**Recorded.** You chose: “Mill Road”.")
    assert answer(recorded).ephemeral
    assert one(asked, "SELECT value FROM answer") == "[0]"

    again = await press(amina, card, "Mill Road")
    assert reply(again).startswith("**Recorded already.**")


async def test_who_is_known_for_something_else_reads_the_notice_first_too(asked: Town) -> None:
    olive, card = asked.organiser, asked.ballot(QUESTION)  # she started the project, so we know her
    notice = await press(olive, card, "Mill Road")
    assert "Before you start" in reply(notice)
    assert one(asked, "SELECT count(*) FROM answer") == 0
    assert reply(await press(olive, notice, ADULT)).startswith("**Recorded.**")


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
    assert "**Ask:** Olive Reed, 01234 567890" in reply(more)
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
    assert "You can answer until" in reply(fresh)
    assert "take it back" not in reply(fresh)
    assert "Take it back" not in labels(answer(fresh))
    assert reply(await press(ivana, fresh, "Mill Road")).startswith("**Recorded.**")


async def test_after_the_close_nobody_can_answer_and_the_buttons_are_gone(asked: Town) -> None:
    joseph, card = asked.members["Joseph"], asked.card_of(asked.say, "Choose one.")
    recorded = await vote(joseph, card, "Mill Road")
    mine = await press(joseph, recorded, "Change it")

    await asked.env.advance_time(8 * 86_400 + 1)  # nobody has looked at the clock yet
    late = await press(joseph, mine, "Station Road")
    counted = r"This question has closed\. Your answer from <t:\d+:D>, “Mill Road”, counts\. "
    assert re.fullmatch(counted + r"Look for the result in its channel\.", reply(late))

    await asked.settle()
    card = asked.card_of(asked.say, "Choose one.")
    assert "**Closed.** The result is in this channel." in text_of(card)
    assert labels(card) == []
    assert one(asked, "SELECT value FROM answer") == "[0]"
    result = text_of(asked.card_of(asked.say, "### Result"))
    assert "“Mill Road” got the most: 1 of 1." in result
    assert "You will hear what happens by" in result


async def test_somebody_new_can_not_answer_after_the_close_either(asked: Town) -> None:
    kemi, card = asked.members["Kemi"], asked.card_of(asked.say, "Choose one.")
    notice = await press(kemi, card, "Mill Road")
    await asked.wait(days=8)

    assert "This question has closed." in reply(await press(kemi, notice, ADULT))
    assert one(asked, "SELECT count(*) FROM answer") == 0
    assert "Nobody answered. There is no result." in text_of(asked.card_of(asked.say, "### Result"))


async def test_approving_as_many_as_one_likes(project: Town) -> None:
    there, lowri = project, project.members["Lowri"]
    ways = ["Paint lines", "A warden", "Slower cars", "A bus", "A walking bus", "Close the road"]
    await open_poll(there, "What would help?", ways, kind="approve")
    card = there.card_of(there.say, "Choose as many as you like.")
    assert labels(card) == ["Choose", "Who sees what?", "What does this mean?", "Help"]

    ballot = await press(lowri, card, "Choose")
    choice = custom_ids(answer(ballot))[0]
    notice = await lowri.select(answer(ballot), ["1", "4", "5"], custom_id=choice)
    recorded = await press(lowri, notice, ADULT)
    assert "You chose: “A warden”, “A walking bus”, “Close the road”." in reply(recorded)

    again = await press(lowri, recorded, "Change it")
    chosen = [option["label"] for option in menu_of(answer(again)) if option.get("default")]
    assert chosen == ["2. A warden", "5. A walking bus", "6. Close the road"]
    changed_now = await lowri.select(answer(again), ["0"], custom_id=choice)
    assert "You now choose: “Paint lines”." in reply(changed_now)


async def test_picking_one_of_six_is_picking_one(project: Town) -> None:
    there, maria = project, project.members["Maria"]
    await open_poll(there, "Which street?", [f"Street {number}" for number in range(6)])

    ballot = await press(maria, there.card_of(there.say, "Choose one."), "Choose")
    (menu,) = [part for part in pressables(answer(ballot)) if part.get("type") == 3]
    assert (menu["min_values"], menu["max_values"]) == (1, 1)
    notice = await maria.select(answer(ballot), ["3"], custom_id=menu["custom_id"])
    assert "You chose: “Street 3”." in reply(await press(maria, notice, ADULT))


async def test_twenty_long_options_can_all_be_read(project: Town) -> None:
    there, nadia = project, project.members["Nadia"]
    long = [f"{number}: " + "*a* (*b*) _c_ [d] #e ~f~ |g| `h`: " * 4 for number in range(20)]
    await open_poll(there, "Which of these?", long)
    card = there.card_of(there.say, "Choose one.")
    assert length_of(card) <= 4000
    assert "Read all options" in labels(card)

    read = await press(nadia, card, "Read all options")
    pages = [answer(read), *read.followups]
    assert len(pages) > 1
    assert all(length_of(page) <= 4000 and page.ephemeral for page in pages)
    whole = "\n".join(text_of(page) for page in pages)
    assert all(text.strip() in whole for text in long)

    ballot = await press(nadia, card, "Choose")
    assert length_of(answer(ballot)) <= 4000
    menu = menu_of(answer(ballot))
    assert len(menu) == 20
    assert all(len(option["label"]) <= 100 for option in menu)


async def test_my_answers_say_what_became_of_them(asked: Town) -> None:
    owen, card = asked.members["Owen"], asked.card_of(asked.say, "Choose one.")
    empty = await owen.slash(asked.square, "my answers")
    assert "You have not answered anything here yet." in reply(empty)
    await vote(owen, card, "Mill Road")

    mine = await press(owen, last(asked.say), "My answers")
    assert answer(mine).ephemeral
    assert "You chose: “Mill Road”. Open until" in reply(mine)
    assert f"Change: {QUESTION}" in labels(answer(mine))
    ballot = await press(owen, mine, f"Change: {QUESTION}")
    assert "Your answer now: “Mill Road”." in reply(ballot)

    await asked.wait(days=8)
    mine = await press(owen, last(asked.say), "My answers")
    assert "You chose: “Mill Road”. Closed." in reply(mine)
    assert f"Change: {QUESTION}" not in labels(answer(mine))


async def test_my_data_is_a_file_with_everything(asked: Town) -> None:
    priya, card = asked.members["Priya"], asked.card_of(asked.say, "Choose one.")
    assert reply(await priya.slash(asked.square, "my data")) == "We hold nothing about you here."
    await vote(priya, card, "Mill Road")
    await press(priya, card, "Station Road")

    mine = await press(priya, last(asked.say), "My answers")
    given = await press(priya, mine, "My data (a page)")
    files = await files_of(given)
    held = json.loads(files["my-data.json"])

    assert "Only you can see this message." in reply(given)
    assert held["platform_id"] == str(priya.id)
    assert held["ages"] == "adults"
    assert held["privacy_notice"]["version"] == asked.app.settings.privacy.notice_version
    assert [(one["question"], one["answer"]) for one in held["answers"]] == [(QUESTION, ["Station Road"])]
    assert [one["act"] for one in held["record"]] == ["answered", "changed"]
    page = files["my-data.html"].decode()
    for told in (QUESTION, "Station Road", "You said that you are 18 or over.", f"on Discord: {priya.id}."):
        assert html.escape(told) in page
    assert list(files) == ["my-data.html", "my-data.json"]


async def test_erase_me_asks_once_and_then_nothing_leads_to_me(asked: Town) -> None:
    quentin, card = asked.members["Quentin"], asked.card_of(asked.say, "Choose one.")
    await vote(quentin, card, "Mill Road")
    await vote(asked.members["Rosa"], card, "Station Road")
    before = tables(asked)

    mine = await press(quentin, last(asked.say), "My answers")
    ask = await press(quentin, mine, "Erase me")
    assert "This can’t be undone." in reply(ask)
    assert labels(answer(ask)) == ["Yes, erase me", "No, keep it"]
    kept = await press(quentin, ask, "No, keep it")
    assert reply(kept) == "All right. Nothing was erased."
    assert changed(before, tables(asked)) == set()

    ask = await quentin.slash(asked.square, "my erase")
    done = await press(quentin, ask, "Yes, erase me")
    assert reply(done).startswith("**Erased.**")
    assert not any(str(quentin.id) in repr(row) for rows in tables(asked).values() for row in rows)
    assert one(asked, "SELECT count(*) FROM answer") == 1
    await asked.settle()
    assert "1 person has answered." in text_of(asked.card_of(asked.say, "Choose one."))

    assert "You have not answered anything" in reply(await quentin.slash(asked.square, "my answers"))
    again = await quentin.slash(asked.square, "my erase")
    assert reply(await press(quentin, again, "Yes, erase me")) == "We hold nothing about you here."
    assert "Before you start" in reply(await press(quentin, card, "Mill Road"))


async def test_erasing_after_the_close_leaves_the_published_numbers(asked: Town) -> None:
    samir, card = asked.members["Samir"], asked.card_of(asked.say, "Choose one.")
    await vote(samir, card, "Mill Road")
    await asked.wait(days=8)

    ask = await samir.slash(asked.square, "my erase")
    await press(samir, ask, "Yes, erase me")
    await asked.settle()

    assert "“Mill Road” got the most: 1 of 1." in text_of(asked.card_of(asked.say, "### Result"))
    assert one(asked, "SELECT person < 0 FROM answer") == 1
    assert one(asked, "SELECT count(*) FROM identity WHERE platform_id = ?", str(samir.id)) == 0


async def test_help_and_language_and_the_facts(asked: Town) -> None:
    tegan, before = asked.members["Tegan"], tables(asked)

    helped = await press(tegan, last(asked.say), "Help")
    assert "Press a button under a question to answer." in reply(helped)
    assert "Questions? Ask Olive Reed, 01234 567890." in reply(helped)
    assert "Need help now, or worried about someone? In danger: 999. Childline: 0800 1111." in reply(helped)
    facts = await press(tegan, helped, "Who sees what?")
    assert "**Organisers:** see the numbers when everybody does." in reply(facts)
    assert "They never see who chose what." in reply(facts)

    spoken = await press(tegan, last(asked.say), "Language")
    assert "The bot speaks English here so far." in reply(spoken)

    card = asked.card_of(asked.say, "Choose one.")
    assert "Who sees what" in reply(await press(tegan, card, "Who sees what?"))
    assert "You have not answered yet." in reply(await press(tegan, card, "My answer"))
    assert changed(before, tables(asked)) == set()


async def test_have_your_say_lists_what_is_open_and_stays_last(asked: Town) -> None:
    there, amina = asked, asked.members["Amina"]
    assert "Which crossing first?" in text_of(last(there.say))
    assert "## Have your say" in text_of(last(there.say))
    assert f"Answer: {QUESTION}" in labels(last(there.say))

    await open_poll(there, "Which colour?", ["Red", "Blue"], closes="in 10 days")
    assert labels(last(there.say))[:2] == [f"Answer: {QUESTION}", "Answer: Which colour?"]
    assert sum("## Have your say" in text for text in there.posts(there.say)) == 1

    listed = await press(amina, last(there.say), "All open questions")
    assert "2 questions are open." in reply(listed)
    picked = await amina.select(answer(listed), ["2"], custom_id="cp1:pick-question:0")
    assert "**Which colour?**" in reply(picked)
    assert "2 questions are open." in reply(await amina.slash(there.square, "my questions"))

    ballot = await press(amina, last(there.say), f"Answer: {QUESTION}")
    recorded = await vote(amina, answer(ballot), "Mill Road")
    assert "Recorded" in reply(recorded)

    await there.wait(days=8)
    assert "Which colour?" in text_of(last(there.say))
    assert QUESTION not in text_of(last(there.say))
    await there.wait(days=2)
    assert "Nothing is open right now." in text_of(last(there.say))
    assert labels(last(there.say)) == ["All open questions", "My answers", "Language", "Help"]
    nothing = await press(amina, last(there.say), "All open questions")
    assert reply(nothing) == "Nothing is open right now. Come back soon."


async def test_more_than_five_open_questions_are_all_reachable(project: Town) -> None:
    there, bartek = project, project.members["Bartek"]
    for number in range(7):
        await open_poll(there, f"Question {number}?", ["Yes", "No"], closes=f"in {8 + number} days")

    assert "And 2 more: press All open questions." in text_of(last(there.say))
    listed = await press(bartek, last(there.say), "All open questions")
    picked = await bartek.select(answer(listed), ["7"], custom_id="cp1:pick-question:0")
    assert "**Question 6?**" in reply(picked)


async def test_a_press_in_a_private_message_is_sent_to_the_server(there: Town) -> None:
    await there.wait(days=7)  # the weekly proof goes to the witness
    user = there.witness.user
    (proof,) = user.dm_channel.history()
    assert "Proof of the week" in text_of(proof)

    refused = await forge(user, user.dm_channel, "cp1:mine:0")
    told = "I can’t see who you are in private messages. Please do this in the server."
    assert reply(refused) == f"{told} Here you can send /my data and /my erase."


def menu_of(message: Any) -> list[dict[str, Any]]:
    """The options of the one choice of a message."""
    (menu,) = [part for part in pressables(message) if part.get("type") == 3]
    options: list[dict[str, Any]] = menu["options"]
    return options


def length_of(message: Any) -> int:
    """All characters of a message's texts, as Discord counts them."""
    found = 0

    def walk(parts: Any) -> None:
        nonlocal found
        for part in parts:
            data = part if isinstance(part, dict) else part.to_dict()
            found += len(data.get("content", ""))
            walk(data.get("components", ()))

    walk(message.components)
    return found
