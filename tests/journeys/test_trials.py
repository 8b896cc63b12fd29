"""Two residents try a question before it opens: everybody's screens, from agreeing to help to the opening."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.trials import WORDS_LENGTH
from bot.practice.town import Town, answer, draft_poll, reply, text_of
from tests.journeys.conftest import (
    ADULT,
    CROSSINGS,
    PROJECT,
    QUESTION,
    TEEN,
    changed,
    custom_ids,
    files_of,
    fill,
    forge,
    forge_form,
    insist,
    labels,
    last,
    one,
    press,
    restarted,
    tables,
)

TRY, HELP_US, ASK = "A question to try (1)", "Help us try questions", "Let two residents try it"
YES, ALL = "Yes, ask me sometimes", "All open questions"
OVER = "There is nothing here for you to try now."
NASTY = "@everyone <@1> [a](https://b.example) **bold**\u202e\x00\ud83d `c`"
LONGEST = "*" * (WORDS_LENGTH - 1) + "!"


async def agreed(there: Town, name: str, *, teen: bool = False) -> Any:
    """Somebody who agreed to help, through their own screens."""
    member = there.members[name]
    offered = await press(member, await press(member, last(there.say), "Help"), HELP_US)
    notice = await press(member, offered, YES)
    if "Before you start" in reply(notice):
        if teen:
            notice = await press(member, notice, "I’m 13 to 17")
        notice = await press(member, notice, TEEN if teen else ADULT)
    assert reply(notice).startswith("**Thank you! You are helping now.**")
    return member


async def to_try(there: Town, member: Any) -> Any:
    """What somebody finds who looks for a question to try, whose button is where they press anyway."""
    return await press(member, await press(member, last(there.say), ALL), TRY)


@pytest.fixture
async def helped(project: Town) -> Town:
    """The town with Amina (an adult) and Bartek (under 18) helping; Carys has not agreed."""
    await project.settle()
    await agreed(project, "Amina")
    await agreed(project, "Bartek", teen=True)
    return project


async def test_agreeing_to_help_and_stopping(project: Town) -> None:
    await project.settle()
    amina, before = project.members["Amina"], tables(project)
    offered = await press(amina, await press(amina, last(project.say), "Help"), HELP_US)
    assert "two people read it first" in reply(offered)
    assert "We send no messages" in reply(offered)
    notice = await press(amina, offered, YES)
    assert "asks you to try questions before they open." in reply(notice)
    assert "Organisers read what you say, without your name." in reply(notice)
    more = await press(amina, notice, "More")
    assert "Who sees what" in reply(more)
    assert reply(await press(amina, more, "Not now")) == "All right. Nothing was kept."
    assert changed(before, tables(project)) == set()
    await agreed(project, "Amina")
    twice = await forge(amina, project.square, "cp1:trial-agree:0")
    assert "You are helping now." in reply(twice)
    assert one(project, "SELECT count(*) FROM helper") == 1
    card = await press(amina, await press(amina, last(project.say), "Help"), HELP_US)
    assert labels(answer(card)) == ["Stop helping"]
    stopped = await press(amina, card, "Stop helping")
    assert reply(stopped).startswith("**Stopped.** We won’t ask you again.")
    assert one(project, "SELECT count(*) FROM helper") == 0
    refused = await forge(project.organiser, project.square, "cp1:trial-agree:0")
    assert reply(refused).startswith("Organisers can’t try questions themselves.")


async def asked_to_try(there: Town) -> Any:
    """A draft that two were asked to try; what its organiser then sees."""
    asked = await press(there.organiser, await draft_poll(there, QUESTION, CROSSINGS), ASK)
    assert reply(asked).startswith("**2 people who help were asked.**")
    await there.settle()
    return asked


async def test_who_was_asked_tries_it_and_nobody_else(helped: Town) -> None:
    there, amina, carys = helped, helped.members["Amina"], helped.members["Carys"]
    await asked_to_try(there)
    public = text_of(last(there.say))
    assert "**A question to try:** we asked 2 people who help us. Is it you?" in public
    assert "Amina" not in public
    assert QUESTION not in public

    # Who did not agree finds nothing, and can't get at it by its number.
    assert labels(answer(await press(carys, last(there.say), ALL))) == []
    for forged in ("cp1:trial:1", "cp1:trial:0", "cp1:trial-say:1", "cp1:trial-said:1"):
        no = reply(await forge(carys, there.square, forged))
        assert QUESTION not in no
        assert no.startswith((OVER, "Only organisers"))
    assert reply(await forge_form(carys, there.square, "cp1:trial-send:1", understood="Me!")).startswith(OVER)

    shown = await to_try(there, amina)
    assert QUESTION in reply(shown)
    assert "**1.** Mill Road\n**2.** Station Road" in reply(shown)
    assert "You advise, we must answer." in reply(shown)
    assert labels(answer(shown)) == ["Tell us", "Worried about someone"]
    form = await press(amina, shown, "Tell us")
    await restarted(there)
    saved = await amina.submit_modal(form, {"understood": "Where to cross", "hard": "Which road?"})
    assert reply(saved).startswith("**Saved. Thank you!**")
    assert TRY not in labels(answer(saved))
    await there.settle()
    assert "we asked 1 person who helps us." in text_of(last(there.say))
    data = json.loads((await files_of(await amina.slash(there.square, "my data")))["my-data.json"])
    assert data["tried"][0]["understood"] == "Where to cross"
    assert data["helps_try_questions"]


async def test_what_they_said_comes_back_without_names(helped: Town) -> None:
    there, olive = helped, helped.organiser
    amina, bartek = there.members["Amina"], there.members["Bartek"]
    asked = await asked_to_try(there)
    saved = await fill(amina, await to_try(there, amina), "Tell us", understood="Where", hard="Which road?")
    back = await press(olive, asked, "Back to the draft")
    assert "2 people were asked to try it, and 1 answered." in reply(back)
    said = await press(olive, back, "What they said (1 of 2)")
    assert "**Reader 1 thinks it asks:** “Where”\n**Hard or missing:** “Which road?”" in reply(said)
    assert "The draft has changed" not in reply(said)

    # The draft gets better; the other one meets it as it is now.
    card = await fill(
        olive, await press(olive, said, "Back to the draft"), "Question", question="Where first?"
    )
    shown = await to_try(there, bartek)
    assert "Where first?" in reply(shown)
    await fill(bartek, shown, "Tell us", understood=NASTY, hard="")
    said = await press(olive, card, "What they said (1 of 2)")
    raw = str(answer(said).components)
    assert "What they said** (2 of 2)" in reply(said)
    assert "@everyone " not in raw
    assert "](https://b" not in raw
    assert reply(said).count("The draft has changed since they read it.") == 1
    for screen in (said, back, asked, card):
        seen = str(answer(screen).components) + "".join(custom_ids(answer(screen)))
        assert not any(str(one.id) in seen or one.name in seen for one in (amina, bartek))

    # She looks again, and says something else instead.
    again = await press(amina, saved, "Look again")
    assert "Where first?" in reply(again)
    assert labels(answer(again))[0] == "Change what I said"
    await fill(amina, again, "Change what I said", understood="Which comes first", hard="")
    now = reply(await forge(olive, there.square, "cp1:trial-said:1"))
    assert "Which comes first" in now
    assert "Which road?" not in now
    assert "The draft has changed" not in now


async def test_it_ends_when_the_question_opens(helped: Town) -> None:
    there, olive = helped, helped.organiser
    amina, bartek = there.members["Amina"], there.members["Bartek"]
    await asked_to_try(there)
    for member in (amina, bartek):
        shown = await to_try(there, member)
        form = await press(member, shown, "Tell us")
        await member.submit_modal(form, {"understood": LONGEST, "hard": LONGEST})
    open_form = await forge(bartek, there.square, "cp1:trial-say:1:abc")
    said = await forge(olive, there.square, "cp1:trial-said:1")
    assert reply(said).count(LONGEST) == 4  # nothing of it is cut
    await there.settle()
    assert "A question to try" not in text_of(last(there.say))
    assert reply(await insist(olive, there.square, "cp1:draft-publish:1")).startswith("**Published**")
    await there.settle()
    assert one(there, "SELECT count(*) FROM trial") == 0
    for forged in ("cp1:trial:1", "cp1:trial-say:1:abc"):
        assert reply(await forge(amina, there.square, forged)).startswith(OVER)
    assert reply(await bartek.submit_modal(open_form, {"understood": "Late", "hard": ""})).startswith(OVER)
    assert "This draft is not there" in reply(await forge(olive, there.square, "cp1:trial-said:1"))
    digest = reply(await olive.slash(there.square, "digest preview"))
    assert not any(word in digest for word in ("Amina", "Bartek", LONGEST))
    assert '"tried":2' in one(there, "SELECT said FROM disclosure WHERE said LIKE '%tried%'")
    assert not [post for post in tables(there)["outbox"] if str(bartek.id) in map(str, post)]


async def test_an_ask_is_tried_with_its_box_and_its_facts(helped: Town) -> None:
    there, olive, amina = helped, helped.organiser, helped.members["Amina"]
    card = await olive.slash(there.square, "ask open", initiative=PROJECT, ask="problem")
    assert ASK not in labels(answer(card))  # there is no question yet
    assert reply(await insist(olive, there.square, "cp1:trial-ask:1")).startswith(
        "There is nothing to try yet."
    )
    card = await fill(olive, card, "Question", question="What is the walk like?")
    facts = "*_~|[x](y) Two lamps. " * 68
    card = await fill(olive, card, "The facts", facts=facts)
    await press(olive, card, ASK)
    shown = await to_try(there, amina)
    assert "What is the walk like?" in reply(shown)
    assert "People would write in one box: **What happens?**" in reply(shown)
    assert "**What officials know:** *_~|[x](y) Two lamps." in reply(shown)
    assert (await files_of(shown))["question.txt"].decode().count("Two lamps") == 68
    await fill(amina, shown, "Tell us", understood="How I walk", hard="Where?")
    gone = await press(olive, await forge(olive, there.square, "cp1:draft:1"), "Throw away")
    assert "Thrown away" in reply(gone)
    assert one(there, "SELECT count(*) FROM trial") == 0


async def test_with_one_helper_the_organiser_decides(project: Town) -> None:
    there, olive = project, project.organiser
    await there.settle()
    card = await draft_poll(there, QUESTION, CROSSINGS)
    nobody = await press(olive, card, ASK)
    assert "Ask residents to press Help under “Have your say”, then Help us try questions." in reply(nobody)
    amina = await agreed(there, "Amina")
    before = tables(there)
    one_only = await press(olive, card, ASK)
    assert reply(one_only).startswith("Only one person can be asked now.")
    assert changed(before, tables(there)) == set()
    asked = await press(olive, one_only, "Go on with one")
    assert reply(asked).startswith("**One person who helps was asked.**")
    await fill(amina, await to_try(there, amina), "Tell us", understood="Where to cross", hard="")
    erase = await amina.slash(there.square, "my erase")
    await press(amina, erase, "Yes, erase me")
    assert "Where to cross" not in str(tables(there))
    assert "What they said" not in str(labels(answer(await press(olive, asked, "Back to the draft"))))
