"""What tables say about one person, part by part: for :mod:`bot.services.my_data`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import Contribution
from bot.domain.forms import FORM
from bot.domain.rounds import Round
from bot.domain.weighing import NAMES, WEIGH, votes_of
from bot.store import (
    answers,
    checkins,
    contributions,
    follows,
    initiatives,
    interactions,
    papers,
    rounds,
    sources,
    steps,
    supports,
    takers,
    trials,
)
from bot.store.people import Known

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Mine:
    """One of a person's answers, with the round it is to."""

    round: Round
    value: tuple[Any, ...]
    at_ms: int
    first_ms: int
    standing: str


async def answers_in(tx: AsyncConnection, known: Known) -> list[Mine]:
    """What somebody has answered, the latest first."""
    given = await answers.of_person(tx, known.community, known.id)
    asked = await rounds.find_many(tx, [(one.community, one.round) for one in given])
    return [
        Mine(asked[one.community, one.round], one.value, one.at_ms, one.first_ms, one.standing)
        for one in given
    ]


def said_in(asked: Round, value: tuple[Any, ...]) -> object:
    """What somebody answered, in the words they chose, or their votes on statements by number."""
    if asked.kind == WEIGH:
        return {str(number): NAMES[vote] for number, vote in votes_of(value).items()}
    if asked.kind == FORM:
        filled = zip(asked.form, value, strict=True)
        return {field.label: field.told(said) for field, said in filled if said is not None}
    return [asked.options[place] for place in value]


async def questions(tx: AsyncConnection, number: int, which: Iterable[int]) -> dict[int, str]:
    """The questions of rounds, by their numbers."""
    found = await rounds.find_many(tx, {(number, one) for one in which})
    return {one: asked.question for (_, one), asked in found.items()}


async def _roles(tx: AsyncConnection, known: Known) -> dict[str, Any]:
    projects = await initiatives.every(tx, known.community)
    return {
        "leads": [one.title for one in projects if one.lead == known.id],
        "deputy_of": [one.title for one in projects if one.deputy == known.id],
    }


async def _answers(tx: AsyncConnection, known: Known) -> dict[str, Any]:
    given = [
        {
            "question": one.round.question,
            "answer": said_in(one.round, one.value),
            "state": one.round.state.value,
            "closes_ms": one.round.closes_ms,
            "standing": one.standing,
            "first_ms": one.first_ms,
            "at_ms": one.at_ms,
        }
        for one in await answers_in(tx, known)
    ]
    return {"answers": given}


async def _ideas(tx: AsyncConnection, known: Known) -> dict[str, Any]:
    brought = await contributions.of_person(tx, known.community, known.id)
    titles = await questions(tx, known.community, (one.round for one in brought))
    made = await sources.children_of(tx, known.community, *(one.id for one in brought))
    return {
        "ideas": [
            _idea(one, titles[one.round])
            | {
                "made_into": made.get(one.id, []),
                "said": await _versions(tx, one),
                "steps": [
                    {"at_ms": step.at_ms, "act": step.act, "words": step.words}
                    for step in await steps.of(tx, known.community, [one.id])
                ],
            }
            for one in brought
        ]
    }


async def _versions(tx: AsyncConnection, one: Contribution) -> Rows:
    told = await contributions.versions(tx, one.community, one.id)
    return [{"at_ms": at_ms, "words": words} for at_ms, words in told]


def _idea(one: Contribution, question: str) -> dict[str, Any]:
    return {
        "number": one.id,
        "round": one.round,
        "to": question,
        "state": one.state.value,
        "why": one.why,
        "asked_by_a_moderator": one.question,
        "second_look": one.again,
        "from": one.origin.value,
        "message": one.link,
        "place": one.place,
        "present": one.present,
        "standing": one.standing.value,
        "new_here": one.newcomer,
        "supporters": one.supporters,
        "first_ms": one.first_ms,
        "at_ms": one.at_ms,
        "settled_ms": one.settled_ms,
        "answer_due_ms": one.due_ms,
    }


async def _on_ideas(tx: AsyncConnection, known: Known) -> dict[str, Any]:
    """What somebody supports and follows: numbers, for everybody can look ideas up by them."""
    backed = await supports.of_person(tx, known.community, known.id)
    since = await supports.since(tx, known.community, known.id, backed)
    told = await follows.told_of(tx, known.community, known.id)
    return {
        "supports": sorted(since),
        "supports_since": [{"idea": which, "at_ms": at_ms} for which, at_ms in sorted(since.items())],
        "follows": sorted(told),
        "follows_up_to": [{"idea": which, "step": step} for which, step in sorted(told.items())],
    }


async def _check_ins(tx: AsyncConnection, known: Known) -> dict[str, Any]:
    number = known.community
    taken = await takers.of_person(tx, number, known.id)
    about = {one.checkin: await checkins.find(tx, number, one.checkin) for one in taken}
    reached = await takers.reached_at(tx, number, known.id)
    titles = await questions(tx, number, (which for which, _, _ in reached))
    return {
        "check_ins": [
            {"question": on.question, "state": one.state, "until_ms": one.until_ms, "skipped": one.skipped}
            for one in taken
            if (on := about[one.checkin])
        ],
        "messages_about_check_ins": [
            {"question": titles[which], "what": what, "at_ms": at_ms} for which, what, at_ms in reached
        ],
    }


async def _trials(tx: AsyncConnection, known: Known) -> dict[str, Any]:
    number = known.community
    helper = await trials.helpers(tx, number, known.id)
    tried = await trials.of_person(tx, number, known.id)
    titles = await questions(tx, number, (one.round for one in tried))
    return {
        "helps_try_questions": {"since_ms": helper[0].since_ms, "last_asked_ms": helper[0].asked_ms}
        if helper
        else None,
        "tried": [
            {
                "question": titles[one.round],
                "version": one.about,
                "asked_ms": one.asked_ms,
                "at_ms": one.at_ms,
                "understood": one.understood,
                "hard": one.hard,
            }
            for one in tried
        ],
    }


async def _organised(tx: AsyncConnection, known: Known) -> dict[str, Any]:
    """What somebody did with answers of others; what they did with ideas, their rows of the record tell."""
    batches = await papers.of_person(tx, known.community, known.id)
    return {
        "paper_answers": [
            {
                "batch": one.id,
                "round": one.round,
                "part": "entered" if one.entered_by == known.id else "settled",
                "state": one.state.value,
                "made_ms": one.made_ms,
                "settled_ms": one.settled_ms,
            }
            for one in batches
        ]
    }


async def _record(tx: AsyncConnection, known: Known) -> dict[str, Any]:
    acts = await interactions.acts_of(tx, known.community, known.id)
    asked = await rounds.find_many(tx, {(known.community, act.round) for act in acts})
    return {
        "record": [
            {
                "row": act.number,
                "at_ms": act.at_ms,
                "act": act.act,
                "stage": act.stage,
                "standing": act.standing,
                "round": act.round,
                "question": on.question if (on := asked.get((known.community, act.round))) else "",
                "said": act.said,
                "in_words": _in_words(on, json.loads(act.said)),
                "ideas": _ideas_in(json.loads(act.said)),
                "public": bool(act.public),
            }
            for act in acts
        ]
    }


def _in_words(asked: Round | None, said: Any) -> object:
    """What a row says, where that was an answer or words of one's own; None for anything else."""
    if not isinstance(said, dict):
        return None
    value, words = said.get("value"), said.get("said")
    if asked is not None and isinstance(value, list):
        return said_in(asked, tuple(value)) if value else None
    if isinstance(value, dict):
        return {value.get("statement", ""): value.get("vote", "")}
    return list(words.values()) if isinstance(words, dict) and words else None


def _ideas_in(said: Any) -> list[int]:
    """The ideas that a row is about, by their numbers."""
    if not isinstance(said, dict):
        return []
    return [said["contribution"]] if "contribution" in said else list(said.get("contributions", ()))


PARTS = (_roles, _answers, _ideas, _on_ideas, _check_ins, _trials, _organised, _record)
"""Each gives its part of *My data*, by name."""
