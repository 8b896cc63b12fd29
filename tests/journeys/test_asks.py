"""The life of an idea: told, read by a moderator and then by everybody; declined, read again, taken back."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from bot.practice.town import Town, answer, open_ask, reply, tell, text_of
from tests.journeys.conftest import (
    ADULT,
    changed,
    custom_ids,
    files_of,
    forge,
    forge_form,
    labels,
    last,
    one,
    press,
    restarted,
    tables,
)

WALK = "What is the walk like for you?"
CARS = "Cars park on the crossing at half past eight."
DANGER = "Tell the safety contact"
WORRY, PRESS = "Worried about someone", "What does this mean?"
FOLLOW = "Tell me what happens"
READING = ["Let others read it", "Decline", "Ask the author", "Join with others", "Later", DANGER]
DARK = "The lamp at the corner is broken.\nIt is dark at five."


@pytest.fixture
async def asked(project: Town) -> Town:
    """The town with one ask open."""
    await open_ask(project, WALK, facts="The council paid 3,000 pounds for two lamps in 2026.")
    return project


def card_of(there: Town) -> Any:
    """The ask's public card."""
    return there.card_of(there.say, WALK + "**\nUse your own words")


def queue_of(there: Town) -> Any:
    """The moderators' card of what waits."""
    return there.card_of(there.moderators, "to read.")


async def test_what_somebody_meets_first(asked: Town) -> None:
    card = card_of(asked)
    shown = text_of(card)
    assert "You advise, we must answer." in shown
    assert "For example: “Cars park on the crossing" in shown
    assert "Nobody has told us anything yet." in shown
    assert labels(card) == ["Tell us", "Read ideas", "The facts", "Who sees what?", PRESS, "Help"]

    amina, before = asked.members["Amina"], tables(asked)
    assert "3,000 pounds" in reply(await press(amina, card, "The facts"))
    assert "There is nothing to read yet." in reply(await press(amina, card, "Read ideas"))
    notice = await press(amina, card, "Tell us")
    assert "A moderator reads your words first, without your name." in reply(notice)
    assert changed(before, tables(asked)) == set()
    form = await press(amina, notice, ADULT)
    assert form.modal is not None
    told = await amina.submit_modal(form, {"said": CARS})
    assert reply(told).startswith(f"**Saved. Your idea is number 1.**\n“{CARS}”\nA person reads it first.")
    assert labels(answer(told)) == ["Add more", "Change", "Delete", FOLLOW, "My answers", WORRY]
    assert one(asked, "SELECT state FROM contribution") == "received"
    assert CARS not in text_of(card_of(asked))


async def test_an_idea_is_read_and_then_everybodys(asked: Town) -> None:
    amina, bartek, olive = asked.members["Amina"], asked.members["Bartek"], asked.organiser
    await tell(amina, card_of(asked), CARS)
    await tell(bartek, card_of(asked), DARK)
    await asked.settle()
    assert text_of(queue_of(asked)).startswith("**2 ideas to read.** The oldest came")
    assert "2 people have told us something." in text_of(card_of(asked))

    first = await press(olive, queue_of(asked), "Read the next one")
    assert CARS in reply(first)
    assert "Amina" not in reply(first)
    assert str(amina.id) not in reply(first)
    assert labels(answer(first)) == READING
    second = await press(olive, first, "Let others read it")
    assert reply(second).startswith("**Done.** Everybody can read idea 1 now.")
    assert "It is dark at five." in reply(second)
    over = await press(olive, second, "Let others read it")
    assert "**Nothing to read.**" in reply(over)
    await asked.settle()
    assert text_of(last(asked.moderators)).startswith("**Nothing to read.**")

    ideas = await press(bartek, card_of(asked), "Read ideas")
    assert f"**1.** “{CARS}”" in reply(ideas)
    read = await bartek.select(answer(ideas), ["1"])
    assert labels(answer(read)) == ["I think so too", FOLLOW, "All ideas", WORRY]
    supported = await press(bartek, read, "I think so too")
    assert "1 other person thinks so too." in reply(supported)
    assert labels(answer(supported)) == ["I don’t think so any more", FOLLOW, "All ideas", WORRY]
    mine = await amina.slash(asked.square, "my answers")
    assert f"**Idea 1:** “{CARS}”\nEverybody can read it, without your name.\n1 other person" in reply(mine)
    own = await amina.select(answer(await press(amina, card_of(asked), "Read ideas")), ["1"])
    assert "This idea is yours." in reply(own)
    assert "I think so too" not in labels(answer(own))


async def test_more_is_asked_one_thing_at_a_time_and_survives_a_restart(asked: Town) -> None:
    amina = asked.members["Amina"]
    told = await tell(amina, card_of(asked), CARS)
    form = await press(amina, told, "Add more")
    await restarted(asked)
    more = await amina.submit_modal(form, {"said": "Children, and me."})
    assert "**Who does it affect?** Children, and me." in reply(more)
    idea = await press(amina, await amina.slash(asked.square, "my answers"), "Idea 1")
    form = await press(amina, idea, "Add more")
    often = await amina.submit_modal(form, {"said": "0"})
    assert "**How often does it happen?** Every day" in reply(often)
    form = await press(amina, often, "Add more")
    done = await amina.submit_modal(form, {"said": "No cars there."})
    assert labels(answer(done)) == ["Change", "Delete", FOLLOW, "My answers", WORRY]
    which = await press(amina, done, "Change")
    assert labels(answer(which)) == [
        "What happens?", "Who does it affect?", "How often does it happen?", "What would be good instead?",
    ]  # fmt: skip
    form = await press(amina, which, "What happens?")
    changed_to = await amina.submit_modal(form, {"said": DARK})
    assert DARK in reply(changed_to)
    assert one(asked, "SELECT count(*) FROM version") == 5
    assert one(asked, "SELECT count(*) FROM contribution") == 1


async def test_a_declined_idea_has_a_reason_and_a_second_look_by_somebody_else(asked: Town) -> None:
    amina, olive = asked.members["Amina"], asked.organiser
    other = asked.newcomer("Orla", asked.roles["Organisers"])
    await tell(amina, card_of(asked), CARS)
    await asked.settle()
    reading = await press(olive, queue_of(asked), "Read the next one")
    why = await press(olive, reading, "Decline")
    assert "We publish how often each one is used." in reply(why)
    await olive.select(answer(why), ["elsewhere"])

    idea = await press(amina, await amina.slash(asked.square, "my answers"), "Idea 1")
    assert "Others can’t read it. Why: it is about something else." in reply(idea)
    again = await press(amina, idea, "Ask somebody else to look")
    assert "Somebody else will read it once more." in reply(again)
    refused = await press(
        olive, await press(olive, queue_of(asked), "Read the next one"), "Let others read it"
    )
    assert "You declined it before. Somebody else has to look now." in reply(refused)
    reading = await press(other, queue_of(asked), "Read the next one")
    assert "The author asks for a second look." in reply(reading)
    await press(other, reading, "Let others read it")
    assert one(asked, "SELECT state FROM contribution") == "accepted"


async def test_a_moderators_question_reaches_the_author(asked: Town) -> None:
    amina, olive = asked.members["Amina"], asked.organiser
    await tell(amina, card_of(asked), CARS)
    await asked.settle()
    reading = await press(olive, queue_of(asked), "Read the next one")
    sent = await olive.submit_modal(
        await press(olive, reading, "Ask the author"), {"question": "Which crossing?"}
    )
    assert "Asked." in reply(sent)
    mine = await amina.slash(asked.square, "my answers")
    assert "**A moderator asks you:** Which crossing?" in reply(mine)
    idea = await press(amina, mine, "Idea 1")
    form = await press(amina, idea, "Change")
    await amina.submit_modal(form, {"said": CARS + " The one at the school."})
    reading = await press(olive, queue_of(asked), "Read the next one")
    assert "The one at the school." in reply(reading)
    assert "You asked" not in reply(reading)


async def test_what_is_taken_back_is_nobodys_to_read(asked: Town) -> None:
    amina, olive = asked.members["Amina"], asked.organiser
    told = await tell(amina, card_of(asked), CARS)
    sure = await press(amina, told, "Delete")
    await press(amina, sure, "Yes, take it back")
    assert "**Nothing to read.**" in reply(await forge(olive, asked.square, "cp1:next:0"))
    for verb in ("idea", "idea-change", "idea-delete-now", "idea-again"):
        assert "This idea is not there, or not yours." in reply(
            await forge(amina, asked.square, f"cp1:{verb}:1")
        )
    mine = await amina.slash(asked.square, "my answers")
    assert "You took it back." in reply(mine)


async def test_somebody_with_many_ideas_gets_at_each_of_them(asked: Town) -> None:
    amina, card = asked.members["Amina"], card_of(asked)
    for number in range(1, 8):
        await tell(amina, card, f"Idea of mine, number {number}")
    newest = await amina.slash(asked.square, "my answers")
    own = [f"Idea {number}" for number in (7, 6, 5, 4, 3)]
    first = labels(answer(newest))
    assert first == [*own, "More of mine", "My data (a page)", "Erase me"]
    oldest = await press(amina, newest, "More of mine")
    assert labels(answer(oldest))[:3] == ["Idea 2", "Idea 1", "Newer ones of mine"]
    back = await press(amina, oldest, "Newer ones of mine")
    assert labels(answer(back)) == first
    again = await press(amina, back, "More of mine")
    assert "number 1”" in reply(await press(amina, again, "Idea 1"))
    assert labels(answer(await forge(amina, asked.square, "cp1:mine:0:99"))) == first


async def test_the_summary_and_the_files_hold_every_word_and_no_name(asked: Town) -> None:
    amina, bartek, olive = asked.members["Amina"], asked.members["Bartek"], asked.organiser
    hostile = "=cmd() @everyone <@1> [here](https://evil.example) **x** \u202eabc"
    await tell(amina, card_of(asked), hostile)
    await tell(bartek, card_of(asked), DARK)
    await asked.settle()
    await press(olive, await press(olive, queue_of(asked), "Read the next one"), "Let others read it")
    summary = await olive.slash(asked.square, "ask summary", question=WALK)
    assert "2 ideas, from 2 people." in reply(summary)
    assert "Others can read 1. Declined: 0. To read: 1." in reply(summary)
    assert "Nobody has read this one yet: 2." in reply(summary)
    assert "@everyone" not in answer(summary).content
    found = await files_of(await olive.slash(asked.square, "ask export", question=WALK))
    rows = list(csv.DictReader(io.StringIO(found["ideas-1.csv"].decode("utf-8-sig"))))
    assert [row["what"] for row in rows] == ["'" + hostile.replace("\u202e", ""), DARK]
    ideas = json.loads(found["ideas-1.json"])["ideas"]
    assert ideas[1]["said"] == {"what": [DARK]}
    for data in found.values():
        assert str(amina.id).encode() not in data
        assert b"Amina" not in data


async def test_a_stage_waits_until_everything_has_had_an_answer(asked: Town) -> None:
    amina, olive = asked.members["Amina"], asked.organiser
    await tell(amina, card_of(asked), CARS)
    moved = {"initiative": "Safer walk to Mill Road School", "stage": "options", "reason": "We know enough."}
    refused = await olive.slash(asked.square, "initiative stage", **moved)
    assert "One idea has had no answer yet: 1." in reply(refused)
    await press(olive, await forge(olive, asked.square, "cp1:next:0"), "Let others read it")
    assert "One idea" not in reply(await olive.slash(asked.square, "initiative stage", **moved))


async def test_an_ask_closes_with_a_result_and_takes_nothing_more(asked: Town) -> None:
    amina = asked.members["Amina"]
    told = await tell(amina, card_of(asked), CARS)
    form = await press(amina, told, "Add more")
    await asked.env.advance_time(9 * 86_400)
    await asked.settle()
    reading = await forge(asked.organiser, asked.square, "cp1:next:0")
    await press(asked.organiser, reading, "Let others read it")
    result = asked.card_of(asked.say, "1 person told us something.")
    assert CARS in reply(await press(amina, result, "Read ideas"))
    assert "closed" in reply(await amina.submit_modal(form, {"said": "Children"}))
    idea = await press(amina, await amina.slash(asked.square, "my answers"), "Idea 1")
    assert labels(answer(idea)) == [FOLLOW, "My answers", WORRY]


async def test_what_no_client_sends_changes_nothing(asked: Town) -> None:
    amina = asked.members["Amina"]
    await tell(amina, card_of(asked), CARS)
    before = tables(asked)
    for custom_id in (
        "cp1:vote:1:0",
        "cp1:choose:1",
        "cp1:ideas:77",
        "cp1:ideas:1:x",
        "cp1:read-idea:1",
        "cp1:support:1",
    ):
        said = await forge(amina, asked.square, custom_id, *(["0"] if "choose" in custom_id else []))
        assert "Something went wrong" not in reply(said), custom_id
    for custom_id, words in (
        ("cp1:tell-send:1", ""),
        ("cp1:tell-send:1", "x" * 1001),
        ("cp1:tell-send:9", "x"),
        ("cp1:idea-add:1:often", "9"),
        ("cp1:idea-add:1:evil", "x"),
        ("cp1:idea-add:1:what", "  "),
    ):
        said = await forge_form(amina, asked.square, custom_id, said=words)
        assert "Something went wrong" not in reply(said), custom_id
    assert changed(before, tables(asked)) == set()
    assert not [one for one in custom_ids(card_of(asked)) if "vote" in one]


async def test_the_notes_of_a_meeting_are_ideas_too(asked: Town) -> None:
    amina, olive = asked.members["Amina"], asked.organiser
    await tell(amina, card_of(asked), CARS)
    form = await olive.slash(asked.square, "meeting record", question=WALK)
    notes = "The bus comes too late.\n\n  No bench.  \nNo bench."
    filled = {"place": "Library, 12 May", "present": "12", "notes": notes}
    kept = await olive.submit_modal(form, filled)
    assert reply(kept) == "**Saved.** They are ideas 2 to 3. Everybody can read them now."
    await asked.settle()
    assert "1 person has told us something." in text_of(card_of(asked))
    ideas = await press(amina, card_of(asked), "Read ideas")
    idea = await amina.select(answer(ideas), ["3"])
    assert "“No bench.”\nSaid at a meeting: Library, 12 May. 12 people were there." in reply(idea)
    assert "Decline" not in labels(answer(idea))
    summary = await olive.slash(asked.square, "ask summary", question=WALK)
    assert "3 ideas, from 1 person." in reply(summary)
    assert "12 people were at meetings whose notes are here." in reply(summary)
    for wrong in ({"present": "many"}, {"present": "0"}, {"place": " "}, {"notes": "\n \n"}):
        before = tables(asked)
        refused = await forge_form(olive, asked.square, "cp1:meeting-send:1", **filled | wrong)
        assert "Please" in reply(refused), wrong
        assert changed(before, tables(asked)) <= {"person"}


async def test_what_was_let_through_by_mistake_can_be_declined(asked: Town) -> None:
    amina, bartek, olive = asked.members["Amina"], asked.members["Bartek"], asked.organiser
    await tell(amina, card_of(asked), CARS)
    await press(olive, await forge(olive, asked.square, "cp1:next:0"), "Let others read it")
    idea = await olive.select(answer(await press(olive, card_of(asked), "Read ideas")), ["1"])
    why = await press(olive, idea, "Decline")
    await olive.select(answer(why), ["names"])
    assert "There is nothing to read yet." in reply(await press(bartek, card_of(asked), "Read ideas"))
    assert "Why: it names a person." in reply(await amina.slash(asked.square, "my answers"))


async def test_a_chat_message_becomes_an_idea_of_its_authors(asked: Town) -> None:
    amina, bartek, olive = asked.members["Amina"], asked.members["Bartek"], asked.organiser
    said = await amina.send(asked.square, "Nobody can cross **there** at night!")
    refused = await bartek.context_menu(asked.square, "Make this an idea", said)
    assert "This message is not yours." in reply(refused)
    first = await amina.context_menu(asked.square, "Make this an idea", said)
    assert "Before you start" in "".join(map(text_of, [answer(first), *first.followups]))
    await tell(amina, card_of(asked), CARS)

    form = await amina.context_menu(asked.square, "Make this an idea", said)
    made = await amina.submit_modal(form, {"said": "Nobody can cross there at night."})
    assert reply(made).startswith("**Saved. Your idea is number 2.**")
    assert f"/{asked.square.id}/{said.id}. Only you see this line." in reply(made)
    reading = await forge(olive, asked.square, "cp1:next:1")
    assert "Nobody can cross there at night." in reply(reading)
    assert str(said.id) not in str(answer(reading).components)
    assert "1 of the new ones was a chat message before." in reply(
        await olive.slash(asked.square, "digest preview")
    )
    for custom_id in ("cp1:idea-from:0:1", "cp1:idea-from:0:1.x", "cp1:idea-from:0"):
        wrong = await forge_form(amina, asked.square, custom_id, ask="1", said="Eve")
        assert "This button" in reply(wrong), custom_id
    wrong = await forge_form(amina, asked.square, "cp1:idea-from:0:1.2", ask="9" * 19, said="Eve")
    assert "This button" in reply(wrong)


async def test_nothing_open_takes_no_message(project: Town) -> None:
    amina = project.members["Amina"]
    said = await amina.send(project.square, "Too dark!")
    refused = await amina.context_menu(project.square, "Make this an idea", said)
    assert "Nothing is open for ideas right now." in reply(refused)
