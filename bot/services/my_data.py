"""*My data*: what is held about somebody, so that they can see it.

Of every table that says something about people, each column is in it, or ``tests/services/test_my_data.py``
says why not.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.services import forgetting, sealing
from bot.services.my_rows import PARTS, Mine, Rows, answers_in, questions
from bot.services.ports import App
from bot.store import communities, offers, outbox, words
from bot.store import people as known_people
from bot.store.people import Known


async def answers_of(app: App, person: Person) -> list[Mine]:
    """What someone has answered, the latest first."""
    async with app.database.reading() as tx:
        known = await known_people.find(tx, person.community, person.platform_id)
        return [] if known is None else await answers_in(tx, known)


async def communities_with(app: App, platform_id: str, platform: str) -> list[int]:
    """The communities on a platform that hold something of an account, whoever is a member there or was."""
    async with app.database.reading() as tx:
        named = set(await known_people.communities_of(tx, platform_id, platform))
        for number in set(await words.communities_asked(tx)) - named:
            there = await communities.load(tx, number)
            if there.platform == platform and await forgetting.words_asked_for(app, tx, number, platform_id):
                named.add(number)
    return sorted(named)


async def held(app: App, person: Person) -> dict[str, Any]:
    """Everything held about someone, as plain JSON; times are UTC epoch milliseconds.

    Raises:
        Refusal: ``nothing-held``; ``cannot-tell`` where a key can't be read now, so that it would not be all.
    """
    number, platform_id = person.community, person.platform_id
    async with app.database.reading() as tx:
        known = await known_people.find(tx, number, platform_id)
        waits = await _of_account(app, tx, number, platform_id)
        if known is None and not any(waits.values()):
            raise Refusal("nothing-held")
        made = {
            "platform_id": platform_id,
            "made_ms": app.clock.now_ms(),
            "kept_months": app.settings.privacy.answers_months,
        }
        if known is None:
            return made | waits
        found = {name: rows for part in PARTS for name, rows in (await part(tx, known)).items()}
        sealed = await _without_names(app, tx, known)
    return made | _account(known) | found | {"answers_without_names": sealed} | waits


async def _of_account(app: App, tx: AsyncConnection, number: int, platform_id: str) -> dict[str, Any]:
    """What is kept by somebody's account alone: whoever is in it need not be known to us."""
    community = await communities.load(tx, number)
    offered = await offers.of_author(tx, number, platform_id)
    titles = await questions(tx, number, (one.round for one in offered))
    return {
        "safeguarding_contact": community.safeguarding_contact == platform_id,
        "safeguarding_deputy": community.safeguarding_deputy == platform_id,
        "witness": community.witness == platform_id,
        "asked_for_consent": [
            {
                "question": titles.get(one.round, ""),
                "words": one.words,
                "message": one.link,
                "channel": one.channel,
                "until_ms": one.until_ms,
            }
            for one in offered
        ],
        # How many: which, not even we can tell.
        "words_asked_for": len(await forgetting.words_asked_for(app, tx, number, platform_id)),
        "private_messages": [
            {"what": one.card, "state": one.state, "made_ms": one.made_ms, "sent_ms": one.sent_ms}
            for one in await outbox.to_person(tx, number, platform_id)
        ],
    }


def _account(known: Known) -> dict[str, Any]:
    return {
        "language": known.language,
        "ages": known.ages,
        "privacy_notice": {"version": known.notice, "at_ms": known.notice_ms},
        "known_since_ms": known.made_ms,
        "last_seen_ms": known.seen_ms,
    }


async def _without_names(app: App, tx: AsyncConnection, known: Known) -> Rows:
    """To which open questions without names somebody has an answer: that there is one is all we can tell."""
    try:
        found = await sealing.answered(app, tx, known.community, known.id)
    except OSError as error:
        raise Refusal("cannot-tell") from error
    return [
        {"question": one.question, "closes_ms": one.closes_ms, "answered": there, "wrong_codes": tries}
        for one, there, tries in found
    ]
