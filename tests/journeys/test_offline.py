"""Answers from people who are not online: printed, entered, confirmed by a second organiser, told apart."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from bot.domain.papers import receipt_of
from bot.practice.town import Town, answer, open_ask, open_poll, reply, text_of
from bot.services import communities, papers
from tests.journeys.conftest import (
    CROSSINGS,
    QUESTION,
    changed,
    files_of,
    forge,
    forge_form,
    insist,
    labels,
    press,
    restarted,
    tables,
)

RECEIPT = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")
RESIDENT = {"came": "phone", "standing": "resident"}
SEND = "cp1:answers-send:1"


@pytest.fixture
async def asked(project: Town) -> Town:
    """The town with a question open, and a second organiser, Otto."""
    await open_poll(project, QUESTION, CROSSINGS)
    project.newcomer("Otto", project.roles["Organisers"])
    return project


async def test_from_a_printed_form_to_the_result(asked: Town) -> None:
    there, olive, otto = asked, asked.organiser, asked.members["Otto"]
    printed = await files_of(await olive.slash(there.square, "answers print", question=QUESTION, copies=6))
    receipts = RECEIPT.findall(printed["question-1.html"].decode())
    assert len(set(receipts)) == 6

    card = await olive.slash(there.square, "poll show", question=QUESTION)
    assert "This is question 1." in reply(card)
    for number, receipt in enumerate(sorted(set(receipts))):
        form = await press(olive, card, "Enter an answer")
        if number == 3:
            await restarted(there)
        said = await olive.submit_modal(
            form, {"receipt": receipt.lower(), "answer": "#2", "came": "paper", "standing": "officer"}
        )
        assert reply(said).startswith(f"**Entered.** Its receipt number is {receipt}.")
    assert "6 answers that you entered don’t count yet. A second organiser must confirm them" in reply(said)
    assert "give a second person the role in /setup" in reply(said)
    again = await forge_form(olive, there.square, SEND, receipt=receipts[0], answer="#1", **RESIDENT)
    assert reply(again).startswith(f"Receipt number {receipts[0]} was entered before")
    await there.settle()
    assert "Nobody has answered yet." in text_of(there.ballot(QUESTION))

    own = await press(olive, await press(olive, said, "What waits"), f"Look at 1: {QUESTION}")
    assert labels(answer(own)) == ["Send back", "What waits", "Worried about someone"]
    assert "You entered this, so somebody else must confirm it." in reply(own)
    desk = await otto.slash(there.square, "desk")
    assert f"6 answers to “{QUESTION}” wait for a second organiser." in reply(desk)
    waiting = await press(otto, desk, "Answers on paper")
    assert "Another organiser entered this." in reply(waiting)
    look = await press(otto, waiting, f"Look at 1: {QUESTION}")
    assert "Compare these 5 with their sheets:" in reply(look)
    assert f"{CROSSINGS[1]}" in reply(look)
    assert reply(await press(otto, look, "Confirm 6 answers")).startswith(
        "**Confirmed.** 6 answers count now."
    )
    assert reply(await insist(otto, there.square, "cp1:answers-confirm:1:6")).startswith(
        "This does not wait any more"
    )
    await there.settle()
    assert "6 people have answered." in text_of(there.ballot(QUESTION))

    for name in ("Amina", "Bartek", "Dilan", "Esther", "Farida"):
        await forge(there.members[name], there.square, "cp1:go:1:adults.0")
    await olive.slash(there.square, "poll close", question=QUESTION, reason="Enough.")
    await there.settle()
    result = text_of(there.card_of(there.say, "### Result"))
    assert "11 people answered." in result
    assert "6 of these people answered on paper, by phone or at a meeting." in result
    assert "Without them: option 1: 5, option 2: 0." in result
    files = await files_of(await olive.slash(there.square, "poll export", question=QUESTION))
    [first, second] = csv.DictReader(io.StringIO(files["result-1.csv"].decode("utf-8-sig"), newline=""))
    assert (first["people"], first["people_chat"], first["people_offline"]) == ("5", "5", "0")
    assert (second["people"], second["people_chat"], second["people_offline"]) == ("6", "0", "6")
    explained = csv.DictReader(io.StringIO(files["columns-of-option.csv"].decode("utf-8-sig"), newline=""))
    assert {"people_offline", "answers_late", "standings"} <= {row["column"] for row in explained}
    assert there.env.errors == []


async def test_what_is_sent_back_or_comes_too_late_does_not_count(asked: Town) -> None:
    there, olive, otto = asked, asked.organiser, asked.members["Otto"]
    for _ in range(2):
        sent = await forge_form(olive, there.square, SEND, receipt="", answer="1", **RESIDENT)
    receipt = RECEIPT.findall(reply(sent))[0]
    look = await forge(otto, there.square, "cp1:answers-look:1")
    stale = await forge_form(olive, there.square, SEND, receipt="", answer="1", **RESIDENT)
    assert "3 answers that you entered" in reply(stale)
    grown = reply(await press(otto, look, "Confirm 2 answers"))
    assert grown.startswith("**This has changed since you read it.**")
    assert "3 answers to" in grown
    back = await press(otto, look, "Send back")
    assert reply(back).startswith("**Sent back.** 3 answers were dropped.")
    anew = await forge_form(olive, there.square, SEND, receipt=receipt, answer="2", **RESIDENT)
    assert reply(anew).startswith("**Entered.**")
    await otto.slash(there.square, "poll close", question=QUESTION, reason="Enough.")
    await there.settle()
    result = text_of(there.card_of(there.say, "### Result"))
    assert "Nobody answered." in result
    assert "1 answer on paper, by phone or at a meeting came too late to count." in result
    assert (
        reply(await otto.slash(there.square, "answers waiting"))
        == "No answers wait. Type one in with /answers enter."
    )


async def test_an_idea_told_by_phone_is_read_by_a_moderator_first(project: Town) -> None:
    there, olive = project, project.organiser
    otto = there.newcomer("Otto", there.roles["Organisers"])
    await open_ask(there, "What is it like?")
    words = "@everyone **Cars** on the crossing\n<script>"
    await forge_form(olive, there.square, SEND, receipt="", answer=words, **RESIDENT)
    look = await forge(otto, there.square, "cp1:answers-look:1")
    assert "**Cars** on the crossing <script>" in reply(look)
    assert reply(await press(otto, look, "Confirm 1 answer")).startswith("**Confirmed.**")
    await there.settle()
    assert "1 person has told us something." in text_of(there.card_of(there.say, "Use your own words"))
    reading = await press(olive, there.card_of(there.moderators, "to read."), "Read the next one")
    assert "Cars" in reply(reading)
    assert reply(await press(olive, reading, "Let others read it"))
    files = await files_of(await olive.slash(there.square, "ask export", question="What is it like?"))
    [row] = csv.DictReader(io.StringIO(files["ideas-1.csv"].decode("utf-8-sig"), newline=""))
    assert (row["came"], row["state"]) == ("phone", "accepted")
    explained = list(
        csv.DictReader(io.StringIO(files["columns-of-idea.csv"].decode("utf-8-sig"), newline=""))
    )
    facts = json.loads(files["ideas-1.json"])
    assert sorted(one["column"] for one in explained) == sorted({*row, *facts, *facts["ideas"][0]})


async def test_who_enters_reads_what_to_do_instead(asked: Town) -> None:
    there, olive, before = asked, asked.organiser, tables(asked)
    for fields, says in (
        ({"receipt": "HELLO", "answer": "1"}, "“HELLO” is not a receipt number."),
        ({"receipt": receipt_of(7), "answer": "1"}, "There is no receipt number"),
        ({"receipt": "", "answer": "9"}, "“9” is no option of this question."),
        ({"receipt": "", "answer": "1;2"}, "Please choose one option."),
        ({"receipt": "", "answer": ""}, "There is no answer here."),
    ):
        said = await forge_form(olive, there.square, SEND, **RESIDENT, **fields)
        assert reply(said).startswith(says)
        assert changed(before, tables(there)) == set()


async def test_letters_of_a_file_are_shown_to_who_confirms_it(project: Town) -> None:
    there, olive = project, project.organiser
    await open_ask(there, "What is it like?")
    printed = await files_of(
        await olive.slash(there.square, "answers print", question="What is it like?", copies=2)
    )
    one, two = dict.fromkeys(RECEIPT.findall(printed["question-1.html"].decode()))
    data = f"receipt,what\r\n{one},Too fast.\r\n{two},By the café\r\n".encode("cp1252")
    community = await communities.community_of(there.app, "discord", str(there.guild.id))
    await papers.take_file(there.app, community.id, 1, data)
    look = reply(await forge(olive, there.square, "cp1:answers-look:1"))
    assert "1 answer has letters that a file can get wrong, like é or ŵ. Are these words right?" in look
    assert f"**{two}**: By the café" in look.split("Are these words right?")[1]
    assert one not in look.split("Are these words right?")[1]
