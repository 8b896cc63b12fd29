"""A real conversation's statements, told by their authors, read by a moderator, and handed over again."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from pathlib import Path

import pytest

from bot import verify
from bot.domain.text import cell
from bot.practice.town import Town, answer, open_ask, reply, start_project, tell
from bot.services import records
from tests.journeys.conftest import ADULT, files_of, forge, labels, living, one, press, restarted

DATA = Path(__file__).parents[2].parent / "shared/data/london-youth-policing"
QUESTION = "What is the best way to engage more young people in local scrutiny of policing?"
IDEA = "Tell us"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the conversation is not there: {DATA}")


def statements() -> list[tuple[str, str, bool]]:
    """Author, words, whether it was let through: in the order in which they were said."""
    with (DATA / "comments.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (int(row["timestamp"]), int(row["comment-id"])))
    return [(row["author-id"], row["comment-body"], row["moderated"] == "1") for row in rows]


async def test_nothing_is_lost_and_nobody_is_named(tmp_path: Path) -> None:
    said = statements()
    assert (len(said), len({author for author, _, _ in said}), sum(ok for _, _, ok in said)) == (39, 16, 36)
    async with living(tmp_path) as there:
        await start_project(there)
        await open_ask(there, QUESTION)
        await _tell_all(there, said)
        await _read_all(there, said)
        olive = there.organiser
        found = await files_of(await olive.slash(there.square, "ask export", question=QUESTION))
        rows = list(csv.DictReader(io.StringIO(found["ideas-1.csv"].decode("utf-8-sig"))))
        ideas = json.loads(found["ideas-1.json"])["ideas"]
        assert [int(row["number"]) for row in rows] == [one["number"] for one in ideas] == list(range(1, 40))
        assert [one["said"]["what"] for one in ideas] == [[words] for _, words, _ in said]
        assert [row["what"] for row in rows] == [cell(words) for _, words, _ in said]
        wanted = ["accepted" if ok else "declined" for _, _, ok in said]
        assert [row["state"] for row in rows] == wanted
        summary = reply(await olive.slash(there.square, "ask summary", question=QUESTION))
        assert "39 ideas, from 16 people." in summary
        assert "Others can read 36. Declined: 3. To read: 0." in summary
        lines = [line async for line in records.record_lines(there.app, 1)]
        assert verify.check(lines).ok
        assert all(b"Author" not in data for data in found.values())
        assert there.env.errors == []


async def _tell_all(there: Town, said: list[tuple[str, str, bool]]) -> None:
    """Everybody tells what they told, with another bot in the middle of it."""
    members = {author: there.newcomer(f"Author {author}x") for author, _, _ in said}
    card = there.card_of(there.say, "Use your own words")
    mine = defaultdict[str, list[int]](list)
    for number, (author, words, _) in enumerate(said, 1):
        if number == 20:
            form = await press(members[author], card, IDEA)
            if form.modal is None:
                form = await press(members[author], form, ADULT)
            await restarted(there)
            told = await members[author].submit_modal(form, {"said": words})
        else:
            told = await tell(members[author], card, words, label=IDEA)
        assert reply(told).startswith(f"**Saved. Your idea is number {number}.**")
        mine[author].append(number)
    for author, numbers in mine.items():
        page = await members[author].slash(there.square, "my answers")
        if "All my ideas" in (shown := labels(answer(page)))[-3]:
            page = await press(members[author], page, shown[-3])
        found = reply(page)
        while "More" in labels(answer(page)):
            page = await press(members[author], page, "More")
            found += reply(page)
        assert [number for number in range(1, 40) if f"**Idea {number}:**" in found] == numbers
    await there.settle()


async def _read_all(there: Town, said: list[tuple[str, str, bool]]) -> None:
    """A moderator reads one after the other; two are settled twice over, which changes nothing."""
    olive = there.organiser
    reading = await forge(olive, there.square, "cp1:next:0")
    for number, (author, words, ok) in enumerate(said, 1):
        assert f"### Idea {number}\n" in reply(reading)
        assert "".join(words.split()) in "".join(reply(reading).split())
        assert f"Author {author}x" not in reply(reading)
        if ok:
            reading = await press(olive, reading, "Let others read it")
        else:
            why = await press(olive, reading, "Decline")
            reading = await olive.select(answer(why), ["twice"])
    assert "**Nothing to read.**" in reply(reading)
    assert one(there, "SELECT count(*) FROM contribution WHERE state = 'accepted'") == 36
