"""A real conversation, its votes pressed again by a town's people and its numbers compared.

The folder holds a conversation as Polis exports it: statements, votes and everybody's latest votes.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.practice import NotPlayable
from bot.practice.telling import files_of
from bot.practice.town import Town, open_poll, reply, start_project, vote

STATEMENTS = ("5", "6", "7", "8", "9", "12", "13", "1", "4", "10")
ANSWERS = {"1": "Agree", "-1": "Disagree", "0": "Pass"}
PROJECT = "Young people and the scrutiny of policing"
DAYS_OPEN = 8

Result = dict[str, Any]


@dataclass(frozen=True)
class Event:
    """Somebody voted; ``at_ms`` is UTC epoch milliseconds."""

    at_ms: int
    statement: str
    voter: str
    option: str


@dataclass(frozen=True)
class Conversation:
    """Ten statements, who took part, what they pressed in order of time, and what it came to."""

    questions: Mapping[str, str]
    voters: Sequence[str]
    events: Sequence[Event]
    expected: Mapping[str, Mapping[str, int]]

    def compare(self, results: Sequence[Result]) -> tuple[int, int]:
        """How many numbers are right and how many wrong; results are in the order of the statements."""
        right = wrong = 0
        for statement, result in zip(self.questions, results, strict=True):
            found = dict(zip(result["options"], result["counts"], strict=True))
            for option, count in self.expected[statement].items():
                right += found.get(option) == count
                wrong += found.get(option) != count
        return right, wrong


def read(folder: Path) -> Conversation:
    """The conversation in a folder; raises NotPlayable where it can't be read."""
    with _told(folder):
        words = {row["comment-id"]: row["comment-body"] for row in _rows(folder / "comments.csv")}
        latest = list(_rows(folder / "participants-votes.csv"))
        events = [
            Event(int(row["timestamp"]), row["comment-id"], row["voter-id"], ANSWERS[row["vote"]])
            for row in _rows(folder / "votes.csv")
            if row["comment-id"] in STATEMENTS
        ]
        events.sort(key=lambda one: one.at_ms)  # the file is not in order of time; ties stay as they are
        return Conversation(
            questions={one: words[one] for one in STATEMENTS},
            voters=[row["participant"] for row in latest],
            events=events,
            expected={
                one: {option: sum(row[one] == sign for row in latest) for sign, option in ANSWERS.items()}
                for one in STATEMENTS
            },
        )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotPlayable(f"DATA: no conversation in {folder}: {error.strerror}: {error.filename}") from error
    except (KeyError, ValueError) as error:
        raise NotPlayable(f"DATA: {folder} holds no conversation as Polis exports it: {error}") from error


async def replay(
    there: Town, conversation: Conversation, *, halfway: Callable[[], Awaitable[None]] | None = None
) -> list[Result]:
    """Ask every statement as a poll, press what people pressed, close; each poll's result as a file says it.

    ``halfway`` is called once, between two votes in the middle.
    """
    await start_project(there, PROJECT, due="in 6 weeks")
    await there.settle()
    asked = {one: _cut(there, words) for one, words in conversation.questions.items()}
    options, closes = list(ANSWERS.values()), f"in {DAYS_OPEN} days"
    for question in asked.values():
        await open_poll(there, question, options, project=PROJECT, closes=closes)
    members = {voter: there.newcomer(f"Participant {voter}") for voter in conversation.voters}
    cards = {one: there.ballot(question) for one, question in asked.items()}
    for number, event in enumerate(conversation.events):
        if halfway is not None and number == len(conversation.events) // 2:
            await halfway()
        await vote(members[event.voter], cards[event.statement], event.option)
    await there.settle()
    await there.until(there.env.now() + timedelta(days=DAYS_OPEN, minutes=1))
    return [await result_of(there, question) for question in asked.values()]


async def result_of(there: Town, question: str) -> Result:
    """A closed poll's numbers, out of the file its organiser is given."""
    exported = await there.organiser.slash(there.square, "poll export", question=question)
    for name, data in (await files_of(exported)).items():
        if name.endswith(".json"):
            found: Result = json.loads(data)
            return found
    raise LookupError(f"no numbers of {question!r}, but: {reply(exported)}")


def _cut(there: Town, words: str) -> str:
    most = there.app.limits.question_length
    return words if len(words) <= most else words[: most - 1] + "…"
