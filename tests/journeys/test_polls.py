"""Polls from open to result, early or cancelled."""

from __future__ import annotations

import csv
import io
import json

from bot.practice.town import Town, answer, draft_poll, open_poll, reply, text_of, vote
from tests.journeys.conftest import CROSSINGS, QUESTION, files_of, fill, labels, press


async def test_nobody_sees_how_it_stands_and_then_everybody_does(project: Town) -> None:
    there, olive = project, project.organiser
    await open_poll(there, QUESTION, CROSSINGS)
    card = there.card_of(there.say, "Choose one.")
    for number, member in enumerate(list(there.members.values())[:7]):
        await vote(member, card, CROSSINGS[number < 5])
    await there.settle()

    later = "Nobody sees results before a poll closes, organisers neither. It closes by itself at its time."
    assert reply(await olive.slash(there.square, "poll results", question=QUESTION)) == later
    assert reply(await olive.slash(there.square, "poll export", question=QUESTION)) == later
    shown = await olive.slash(there.square, "poll show", question=QUESTION)
    preview = await olive.slash(there.square, "digest preview")
    for read in (reply(shown), reply(preview), *there.posts(there.say)):
        assert not any(f"{option}”: " in read or f"{option}: **" in read for option in CROSSINGS)
    assert "7 people have answered. We show no results before it closes." in reply(shown)

    await there.wait(days=8)

    result = text_of(there.card_of(there.say, "### Result"))
    assert "“Station Road” got the most: 5 of 7." in result
    assert "Mill Road: **2** of 7 (29%)" in result
    assert "Proof: row" in result
    seen = await olive.slash(there.square, "poll results", question=QUESTION)
    assert "“Station Road” got the most: 5 of 7." in reply(seen)
    assert "What is this proof?" in labels(there.card_of(there.say, "### Result"))
    proof = await press(there.members["Amina"], there.card_of(there.say, "### Result"), "What is this proof?")
    assert "It holds no names and no words." in reply(proof)


async def test_an_open_show_of_hands_says_so_and_shows_the_numbers(project: Town) -> None:
    there, olive = project, project.organiser
    card = await draft_poll(there, QUESTION, CROSSINGS)
    card = answer(
        await fill(olive, card, "Rules", kind="pick", stage="define", numbers="hands", audience=[], quorum="")
    )
    assert "Open show of hands: everyone sees the numbers at once" in text_of(card)
    await press(olive, card, "Publish")
    await there.settle()
    await vote(there.members["Amina"], there.card_of(there.say, "Choose one."), "Mill Road")
    await there.settle()

    public = text_of(there.card_of(there.say, "Choose one."))
    assert "Mill Road: **1**" in public
    assert "Station Road: **0**" in public
    assert "Open show of hands: everyone sees the numbers. 1 person has answered." in public
    seen = await olive.slash(there.square, "poll results", question=QUESTION)
    assert "Mill Road: **1**" in reply(seen)


async def test_too_few_people_and_a_tie(project: Town) -> None:
    there, olive = project, project.organiser
    card = await draft_poll(there, QUESTION, CROSSINGS)
    card = answer(
        await fill(
            olive, card, "Rules", kind="pick", stage="define", numbers="hidden", audience=[], quorum="5"
        )
    )
    await press(olive, card, "Publish")
    await there.settle()
    public = there.card_of(there.say, "Choose one.")
    assert "It counts if at least 5 people answer." in text_of(public)
    await vote(there.members["Amina"], public, "Mill Road")
    await vote(there.members["Bartek"], public, "Station Road")
    await there.wait(days=8)

    result = text_of(there.card_of(there.say, "### Result"))
    assert "No single winner. These are level with 1 each: “Mill Road”, “Station Road”." in result
    assert "It does not count: 2 answered, and it needed 5." in result
    digest = there.posts(there.moderators)[-1]
    assert "## What happened from" in digest
    assert "It does not count: 2 answered, and it needed 5." in digest


async def test_closing_early_needs_a_reason_that_everybody_reads(project: Town) -> None:
    there, olive = project, project.organiser
    await open_poll(there, QUESTION, CROSSINGS)
    await vote(there.members["Amina"], there.card_of(there.say, "Choose one."), "Mill Road")

    no = await olive.slash(there.square, "poll close", question=QUESTION, reason=" ")
    assert reply(no) == "Please give a reason. Everybody will read it."
    shown = await olive.slash(there.square, "poll show", question=QUESTION)
    closed = await fill(olive, shown, "Close early", reason="The road works begin tomorrow.")
    assert reply(closed).startswith("**Closed.**")
    await there.settle()

    result = text_of(there.card_of(there.say, "### Result"))
    assert "It closed early. Why: The road works begin tomorrow." in result
    assert "“Mill Road” got the most: 1 of 1." in result
    again = await olive.slash(there.square, "poll close", question=QUESTION, reason="Again")
    assert reply(again) == "This poll is over already. Look at its result with /poll results."
    unknown = await olive.slash(there.square, "poll close", question="Which?", reason="Again")
    assert "I can’t find this question here." in reply(unknown)
    assert sum("### Result" in text for text in there.posts(there.say)) == 1


async def test_cancelling_tells_why_and_never_how_it_stood(project: Town) -> None:
    there, olive, amina = project, project.organiser, project.members["Amina"]
    await open_poll(there, QUESTION, CROSSINGS)
    card = there.card_of(there.say, "Choose one.")
    ballot = await press(amina, await vote(amina, card, "Mill Road"), "Change it")

    shown = await olive.slash(there.square, "poll show", question=QUESTION)
    cancelled = await fill(olive, shown, "Cancel it", reason="The question was wrong.")
    assert reply(cancelled).startswith("**Cancelled.**")
    await there.settle()

    card = there.card_of(there.say, "Choose one.")
    assert labels(card) == []
    assert "**Cancelled.** Why: The question was wrong." in text_of(card)
    post = text_of(there.card_of(there.say, "### Cancelled"))
    assert "Nobody sees how it stood." in post
    assert (
        reply(await press(amina, ballot, "Station Road"))
        == "This question was cancelled. Its channel says why."
    )
    for command in ("poll results", "poll export"):
        refused = reply(await olive.slash(there.square, command, question=QUESTION))
        assert "Nobody sees" in refused or "cancelled" in refused
    await there.wait(days=9)
    assert not any("### Result" in text for text in there.posts(there.say))


async def test_files_hold_numbers_no_names_and_no_formulas(project: Town) -> None:
    there, olive, amina = project, project.organiser, project.members["Amina"]
    await open_poll(there, QUESTION, ["=SUM(A1:A9)", "+44 help", "@everyone", "Plain"])
    await vote(amina, there.card_of(there.say, "Choose one."), "=SUM(A1:A9)")
    await there.wait(days=8)

    files = await files_of(await olive.slash(there.square, "poll export", question=QUESTION))
    pressed = await files_of(
        await press(olive, await olive.slash(there.square, "poll results", question=QUESTION), "Files")
    )

    assert files == pressed
    table = files["result-1.csv"].decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(table))
    assert [row[:2] for row in rows] == [
        ["'=SUM(A1:A9)", "1"], ["'+44 help", "0"], ["'@everyone", "0"], ["Plain", "0"],
    ]  # fmt: skip
    facts = json.loads(files["result-1.json"])
    explained = list(csv.DictReader(io.StringIO(files["columns-of-option.csv"].decode("utf-8-sig"))))
    assert sorted(one["column"] for one in explained) == sorted({*header, *facts})
    assert (facts["counts"], facts["answers"]) == ([1, 0, 0, 0], 1)
    assert not any(str(amina.id).encode() in data or b"Amina" in data for data in files.values())
