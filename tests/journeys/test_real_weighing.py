"""A real conversation, weighed by its people on their cards, with a restart in the middle of it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.domain.weighing import wilson
from bot.practice.town import Town, answer, open_ask, open_weighing, reply, start_project, text_of
from tests.journeys.conftest import files_of, forge, forge_form, insist, labels, living, one, press, restarted

DATA = Path(__file__).parents[2].parent / "shared/data/london-youth-policing"
QUESTION = "What is the best way to engage more young people in local scrutiny of policing?"
WHERE, PROJECT = "Where do you stand?", "Young people and the scrutiny of policing"
PRESSES = {"1": "Agree", "-1": "Disagree", "0": "Pass"}
CHUNK = 13

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the conversation is not there: {DATA}")


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


async def test_every_statement_has_the_numbers_that_it_had(tmp_path: Path) -> None:
    people = rows_of("participants-votes.csv")
    async with living(tmp_path) as there:
        numbers = await statements_of(there)
        latest = [{n: row[old] for old, n in numbers.items() if row[old]} for row in people]
        assert sum(map(len, latest)) == 638
        for place, votes in enumerate(latest):
            await weighs(there, f"Participant {place}", votes, restart=place == CHUNK)
        await there.settle()
        assert "26 people have answered." in text_of(there.card_of(there.say, f"{WHERE}**\nRead short"))
        await there.organiser.slash(there.square, "weigh close", question=WHERE, reason="It was in 2022.")
        await there.settle()
        files = await files_of(await there.organiser.slash(there.square, "weigh export", question=WHERE))
        table = list(csv.DictReader(io.StringIO(files["statements-2.csv"].decode("utf-8-sig"), newline="")))
        expected = {n: Counter(votes[n] for votes in latest if n in votes) for n in numbers.values()}
        assert {int(row["number"]): counts_in(row) for row in table} == expected
        for row in table:
            low, high = wilson(int(row["agree"]), int(row["readers"]))
            assert (row["agree_low"], row["agree_high"]) == (str(round(low, 3)), str(round(high, 3)))
            assert row["across"] == ""  # all of them are residents: there is nothing to compare
        result = text_of(there.card_of(there.say, "### Result"))
        assert "26 people read 36 statements." in result
        best = max(numbers.values(), key=lambda n: wilson(expected[n]["1"], expected[n].total())[0])
        assert f"**{best}.**" in result.split("**What most agree on**\n")[1].split("\n")[0]
        assert there.env.errors == []


def counts_in(row: dict[str, str]) -> Counter[str]:
    counts = Counter({"1": int(row["agree"]), "-1": int(row["disagree"]), "0": int(row["passed"])})
    return +counts


async def statements_of(there: Town) -> dict[str, int]:
    """Let somebody tell all that people voted on, and open a weighing of it: our numbers by theirs."""
    await start_project(there, PROJECT)
    await there.settle()
    await open_ask(there, QUESTION, project=PROJECT)
    numbers = {}
    told = [row for row in rows_of("comments.csv") if row["moderated"] == "1"]
    for place, row in enumerate(told):
        author = there.members["Amina" if place % 2 else "Bartek"]
        await forge(author, there.square, "cp1:go:1:adults") if place < 2 else None
        await forge_form(author, there.square, "cp1:tell-send:1", said=row["comment-body"])
        numbers[row["comment-id"]] = int(one(there, "SELECT max(id) FROM contribution"))
        await insist(there.organiser, there.square, f"cp1:idea-accept:{numbers[row['comment-id']]}")
    assert len(numbers) == 36
    await open_weighing(there, WHERE, ideas=QUESTION, project=PROJECT)
    return numbers


async def weighs(there: Town, name: str, votes: dict[int, str], *, restart: bool) -> None:
    """Go through one's cards; where one is of a statement that they did not vote on, go to one they did."""
    member = there.newcomer(name)
    shown: Any = await press(
        member, there.card_of(there.say, f"{WHERE}**\nRead short"), "Say where you stand"
    )
    shown = await press(member, shown, "Go on (I’m 18 or over)")
    left = dict(votes)
    if left:  # the first vote is changed: it counts once, as it last stood
        first = next(iter(left))
        wrong = "disagree" if left[first] != "-1" else "agree"
        shown = await forge(member, there.square, f"cp1:weigh-vote:2:{first}.{wrong}.v1")
        shown = await press(member, await press(member, shown, "Back"), PRESSES[left.pop(first)])
    while left:
        if restart and len(left) == len(votes) // 2:
            await restarted(there)
        if "More statements" in labels(answer(shown)):
            shown = await press(member, shown, "More statements")
        on = re.search(r"-# Number (\d+)", reply(shown))
        if on is None or int(on[1]) not in left:  # nobody knows what they thought of it: on to one they did
            number = next(iter(left))
            vote = PRESSES[left.pop(number)].lower()
            shown = await forge(member, there.square, f"cp1:weigh-vote:2:{number}.{vote}.v1")
            continue
        shown = await press(member, shown, PRESSES[left.pop(int(on[1]))])
