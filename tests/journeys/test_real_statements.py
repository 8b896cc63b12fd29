"""Real statements, in their authors' own words, through the one box; read, and handed over whole."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from bot import verify
from bot.practice.town import Town, answer, open_ask, reply, start_project, tell, text_of
from bot.services import records
from tests.journeys.conftest import files_of, forge, insist, insist_form, labels, living, press, restarted

DATA = Path(__file__).parents[2].parent / "shared/data/london-youth-policing"
QUESTION = "What is the best way to engage more young people in local scrutiny of policing?"
PROJECT = "Young people and the scrutiny of policing"
CANARY = "Zebedeecanary"
"""How the authors' names begin: nothing that was said may have it."""

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the statements are not there: {DATA}")


def statements() -> list[dict[str, str]]:
    """A row each, in order of time."""
    with (DATA / "comments.csv").open(encoding="utf-8-sig", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: int(row["timestamp"]))


async def test_every_word_comes_out_as_it_was_written_and_no_name(tmp_path: Path) -> None:
    rows = statements()
    assert (len(rows), len({row["author-id"] for row in rows})) == (39, 16)
    async with living(tmp_path) as there:
        authors = await _people_tell(there, rows)
        await _moderator_reads(there, rows)
        await _two_are_joined_and_taken_apart(there, rows)
        await _everybody_finds_theirs(there, rows, authors)
        await _files_and_numbers(there, rows)
        lines = [line async for line in records.record_lines(there.app, 1)]
        assert verify.check(lines, json.loads(lines[-1])["head"]).ok
        said = repr([(one.json, one.path) for one in there.env.http_requests])
        assert rows[5]["comment-body"] in said
        assert CANARY not in said
        assert not [author for author in authors.values() if str(author.id) in said]
        assert there.env.errors == []


def _card(there: Town) -> Any:
    return there.card_of(there.say, f"{QUESTION}**\nUse your own words")


async def _people_tell(there: Town, rows: list[dict[str, str]]) -> dict[str, Any]:
    await start_project(there, PROJECT)
    await there.settle()
    await open_ask(there, QUESTION, project=PROJECT)
    card = _card(there)
    authors = {one: there.newcomer(f"{CANARY}{one}") for one in {row["author-id"] for row in rows}}
    for number, row in enumerate(rows, 1):
        author, words = authors[row["author-id"]], row["comment-body"]
        if number == len(rows) // 2:
            form = await press(author, card, "Tell us")
            if form.modal is None:
                form = await press(author, form, "Go on (I’m 18 or over)")
            await restarted(there)
            told = await author.submit_modal(form, {"said": words})
        else:
            told = await tell(author, card, words)
        assert reply(told).startswith(f"**Saved. Your idea is number {number}.**")
    await there.settle()
    assert "16 people have told us something." in text_of(_card(there))
    return authors


async def _moderator_reads(there: Town, rows: list[dict[str, str]]) -> None:
    olive = there.organiser
    queue = there.card_of(there.moderators, "to read.")
    assert text_of(queue).startswith("**39 ideas to read.**")
    reading = await press(olive, queue, "Read the next one")
    for number, row in enumerate(rows, 1):
        assert f"### Idea {number}\n" in reply(reading)
        assert f"“{row['comment-body']}”" in reply(reading)
        if row["moderated"] == "1":
            reading = await press(olive, reading, "Let others read it")
        else:
            reading = await olive.select(answer(await press(olive, reading, "Decline")), ["elsewhere"])
    assert "**Nothing to read.**" in reply(reading)
    await there.settle()


async def _two_are_joined_and_taken_apart(there: Town, rows: list[dict[str, str]]) -> None:
    first, other = [number for number, row in enumerate(rows, 1) if row["moderated"] == "1"][:2]
    joining = f"cp1:idea-merge-now:{first}"
    await insist_form(there.organiser, there.square, joining, others=str(other), words="Both of them.")
    joint = reply(await forge(there.members["Amina"], there.square, "cp1:read-idea:40"))
    for number in (first, other):
        assert f"Made out of idea {number}: “{rows[number - 1]['comment-body'][:100]}" in joint
    listed = reply(await press(there.members["Amina"], _card(there), "Read ideas"))
    assert "**35 ideas so far**" in listed
    undone = reply(await insist(there.organiser, there.square, "cp1:idea-undo-now:40"))
    assert f"idea {first}, idea {other}" in undone
    await there.settle()


async def _everybody_finds_theirs(there: Town, rows: list[dict[str, str]], authors: dict[str, Any]) -> None:
    theirs: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows, 1):
        theirs[row["author-id"]].insert(0, number)
    assert max(map(len, theirs.values())) == 15  # three pages
    for author, numbers in theirs.items():
        page = await authors[author].slash(there.square, "my answers")
        buttons, text = labels(answer(page)), reply(page)
        while "More of mine" in labels(answer(page)):
            page = await press(authors[author], page, "More of mine")
            buttons, text = buttons + labels(answer(page)), text + "\n" + reply(page)
        assert [one for one in buttons if one.startswith("Idea ")] == [f"Idea {one}" for one in numbers]
        shown = text.split("**Idea ")[1:]
        assert len(shown) == len(numbers)
        for one, number in zip(shown, numbers, strict=True):
            row = rows[number - 1]
            fate = "Everybody can read it" if row["moderated"] == "1" else "Others can’t read it."
            assert one.startswith(f"{number}:** “{' '.join(row['comment-body'].split())[:100]}")
            assert fate in one
    everybody = await press(there.members["Amina"], _card(there), "Read ideas")
    assert "**36 ideas so far**" in reply(everybody)


async def _files_and_numbers(there: Town, rows: list[dict[str, str]]) -> None:
    olive = there.organiser
    found = await files_of(await olive.slash(there.square, "ask export", question=QUESTION))
    table = list(csv.DictReader(io.StringIO(found["ideas-1.csv"].decode("utf-8-sig"), newline="")))
    ideas = json.loads(found["ideas-1.json"])["ideas"]
    fates = {"1": "accepted", "-1": "declined"}
    for idea, line, (number, row) in zip(ideas, table, enumerate(rows, 1), strict=True):
        words, fate = row["comment-body"], fates[row["moderated"]]
        assert (idea["number"], idea["said"], idea["state"]) == (number, {"what": [words]}, fate)
        guard = "'" if words[0] in "=+-@" else ""
        assert (line["number"], line["what"], line["state"]) == (str(number), guard + words, fate)
    for data in found.values():
        assert CANARY.encode() not in data
    summary = reply(await olive.slash(there.square, "ask summary", question=QUESTION))
    assert "39 ideas, from 16 people." in summary
    assert "Others can read 36. Declined: 3. To read: 0." in summary
    digest = reply(await olive.slash(there.square, "digest preview"))
    assert "Ideas: 39 new. Moderators let others read 36. Declined: 3." in digest
    assert CANARY not in summary + digest
