"""A worry about someone: to the safeguarding contact and nowhere else, and nothing kept of who sent it.

The record has no row for one, which would tell its moment: only, once a month is over, how many there were,
where there were not just a few.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.community import Community
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.stages import Stage
from bot.domain.text import clean, shown
from bot.services import floods
from bot.services.ports import App
from bot.services.posting import WORRY
from bot.store import communities, initiatives, interactions, outbox, rounds, worries
from bot.store.interactions import Entry
from bot.store.schedule import Due

WORDS_LENGTH, REACH_LENGTH = 1400, 100
"""What fits one message with every letter escaped: a worry is never cut."""
MOST, WITHIN_MS = 5, 3_600_000
"""So many worries one person can send in so many milliseconds."""


def check(app: App, community: Community, person: Person) -> None:
    """Whether somebody can send a worry now.

    Raises:
        Refusal: ``worry-nobody`` where no contact is set up, ``worry-too-many``.
    """
    if not community.safeguarding_contact:
        raise Refusal("worry-nobody")
    if floods.lately(app.worried, person, app.clock.now_ms() - WITHIN_MS) >= MOST:
        raise Refusal("worry-too-many")


async def send(app: App, person: Person, words: str, reach: str, *, server: str, which: int = 0) -> None:
    """Pass a worry on, and count it.

    Args:
        reach: how the sender can be reached, '' where they did not say.
        server: what the community is called on its platform.
        which: the round beside which it was written; one that is not there is as good as none.

    Raises:
        Refusal: as :func:`check`; ``worry-empty``, ``words-too-long``.
    """
    words, reach = clean(words), clean(reach)
    if not words:
        raise Refusal("worry-empty")
    for text, most in ((words, WORDS_LENGTH), (reach, REACH_LENGTH)):
        if len(shown(text)) > 2 * most:
            raise Refusal("words-too-long", length=len(text), limit=most)
    async with app.database.reading() as tx:
        there = await communities.load(tx, person.community)
    now = app.clock.now_ms()
    check(app, there, person)
    floods.note(app.worried, person, now)  # with nothing awaited since the check, many at once are as many

    async def work(tx: AsyncConnection) -> None:
        community = await communities.load(tx, person.community)
        if not community.safeguarding_contact:
            raise Refusal("worry-nobody")
        asked = await rounds.find(tx, community.id, which) if which else None
        on = await initiatives.find(tx, community.id, asked.initiative) if asked else None
        title = on.title if on else ""
        facts = {"server": server, "project": title, "words": words, "reach": reach, "at_ms": now}
        contact = community.safeguarding_contact
        await outbox.put(tx, community.id, WORRY, contact, now, facts, place="person")
        await worries.count(tx, community.id, _month(now, community))

    try:
        await app.write(work)
    except Refusal:
        floods.unsay(app.worried, person, now)
        raise


async def tell(app: App, tx: AsyncConnection, slot: Due, now_ms: int) -> None:
    """Put on the record how many worries there were in each month that is over, unless it was a few."""
    community = await communities.load(tx, slot.community)
    over = await worries.take_before(tx, community.id, _month(now_ms, community))
    least = app.settings.privacy.least_group
    counts = [{"month": month, "worries": count} for month, count in over if count >= least]
    stage = Stage.DEFINE.value
    await interactions.append(
        tx,
        [Entry(community.id, now_ms, "worries-counted", stage, "", said, 1, public=True) for said in counts],
    )


def _month(at_ms: int, community: Community) -> str:
    """The month of a moment by a community's clocks, YYYY-MM."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(community.zone):%Y-%m}"
