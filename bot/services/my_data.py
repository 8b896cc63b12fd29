"""*My data*: what is held about somebody, so that they can see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.domain.forms import FORM
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.domain.weighing import NAMES, WEIGH, votes_of
from bot.services import people
from bot.services.ports import App
from bot.store import (
    answers,
    checkins,
    communities,
    contributions,
    follows,
    initiatives,
    interactions,
    offers,
    papers,
    rounds,
    supports,
    takers,
    trials,
)
from bot.store import people as known_people


@dataclass(frozen=True)
class Mine:
    """One of a person's answers, with the round it is to."""

    round: Round
    value: tuple[Any, ...]
    at_ms: int
    first_ms: int
    standing: str


async def answers_of(app: App, person: Person) -> list[Mine]:
    """What someone has answered, the latest first."""
    async with app.database.reading() as tx:
        known = await known_people.find(tx, person.community, person.platform_id)
        if known is None:
            return []
        given = await answers.of_person(tx, person.community, known.id)
        asked = await rounds.find_many(tx, [(one.community, one.round) for one in given])
    return [
        Mine(asked[one.community, one.round], one.value, one.at_ms, one.first_ms, one.standing)
        for one in given
    ]


def said_in(one: Mine) -> object:
    """What somebody answered, in the words they chose, or their votes on statements by number."""
    if one.round.kind == WEIGH:
        return {str(number): NAMES[vote] for number, vote in votes_of(one.value).items()}
    if one.round.kind == FORM:
        filled = zip(one.round.form, one.value, strict=True)
        return {field.label: field.told(said) for field, said in filled if said is not None}
    return [one.round.options[place] for place in one.value]


async def held(app: App, person: Person) -> dict[str, Any]:
    """Everything held about someone, as plain JSON; times are UTC epoch milliseconds.

    Raises:
        Refusal: ``nothing-held``.
    """
    async with app.database.reading() as tx:
        known = await known_people.find(tx, person.community, person.platform_id)
        offered = await offers.of_author(tx, person.community, person.platform_id)
        waits = {
            "asked_for_consent": [
                {"words": one.words, "message": one.link, "until_ms": one.until_ms} for one in offered
            ],
            # How many: which, not even we can tell.
            "words_asked_for": len(
                await people.words_asked_for(app, tx, person.community, person.platform_id)
            ),
        }
        if known is None and not any(waits.values()):
            raise Refusal("nothing-held")
        if known is None:
            return {"platform_id": person.platform_id, **waits}
        acts = await interactions.acts_of(tx, person.community, known.id)
        brought = await contributions.of_person(tx, person.community, known.id)
        said = {one.id: await contributions.versions(tx, person.community, one.id) for one in brought}
        supported = await supports.of_person(tx, person.community, known.id)
        followed = await follows.of_person(tx, person.community, known.id)
        taken = await takers.of_person(tx, person.community, known.id)
        reached = await takers.reached_at(tx, person.community, known.id)
        about = {which: await checkins.find(tx, person.community, which) for which, _ in taken}
        helper = await trials.helpers(tx, person.community, known.id)
        tried = await trials.of_person(tx, person.community, known.id)
        batches = await papers.of_person(tx, person.community, known.id)
        keys = {one.round for one in tried} | {which for which, _, _ in reached}
        asked = await rounds.find_many(tx, {(person.community, which) for which in keys})
        projects = await initiatives.every(tx, person.community)
        community = await communities.load(tx, person.community)
    given = await answers_of(app, person)
    return {
        "platform_id": person.platform_id,
        "language": known.language,
        "ages": known.ages,
        "privacy_notice": {"version": known.notice, "at_ms": known.notice_ms},
        "known_since_ms": known.made_ms,
        "last_seen_ms": known.seen_ms,
        "leads": [one.title for one in projects if one.lead == known.id],
        "deputy_of": [one.title for one in projects if one.deputy == known.id],
        "safeguarding_contact": community.safeguarding_contact == person.platform_id,
        "witness": community.witness == person.platform_id,
        "answers": [
            {
                "question": one.round.question,
                "answer": said_in(one),
                "standing": one.standing,
                "first_ms": one.first_ms,
                "at_ms": one.at_ms,
            }
            for one in given
        ],
        "ideas": [
            {
                "number": one.id,
                "round": one.round,
                "state": one.state.value,
                "why": one.why,
                "standing": one.standing.value,
                "first_ms": one.first_ms,
                "at_ms": one.at_ms,
                "said": [{"at_ms": at_ms, "words": words} for at_ms, words in said[one.id]],
            }
            for one in brought
        ],
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
        ],
        "supports": sorted(supported),
        "follows": followed,
        "check_ins": [
            {"question": one.question, "state": state} for which, state in taken if (one := about[which])
        ],
        "messages_about_check_ins": [
            {"question": asked[person.community, which].question, "what": what, "at_ms": at_ms}
            for which, what, at_ms in reached
        ],
        **waits,
        "helps_try_questions": {"since_ms": helper[0].since_ms, "last_asked_ms": helper[0].asked_ms}
        if helper
        else None,
        "tried": [
            {
                "question": asked[one.community, one.round].question,
                "asked_ms": one.asked_ms,
                "at_ms": one.at_ms,
                "understood": one.understood,
                "hard": one.hard,
            }
            for one in tried
        ],
        "record": [
            {"row": act.number, "at_ms": act.at_ms, "act": act.act, "round": act.round, "said": act.said}
            for act in acts
        ],
    }
