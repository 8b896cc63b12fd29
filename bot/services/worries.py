"""Words that tell of danger, to whoever hears safety worries and nobody else; nothing says who wrote them.

Somebody writes them because they are worried, or an organiser finds them in what people wrote elsewhere. The
record has no row for one, which would tell its moment: only, once a month is over, how many worries people
sent, where there were not just a few.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import in_one
from bot.domain.community import Community
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.stages import Stage
from bot.domain.text import clean, shown
from bot.services import floods
from bot.services.initiatives import organised
from bot.services.ports import App
from bot.services.safeguarding import IDEA, OFFER, TEXT, start
from bot.store import comments, communities, contributions, initiatives, interactions, offers, rounds, worries
from bot.store.interactions import Entry
from bot.store.schedule import Due
from bot.store.worries import Worry

WORDS_LENGTH, REACH_LENGTH = 1400, 100
"""What fits one message with every letter escaped: a worry is never cut."""
MOST, WITHIN_MS = 5, 3_600_000
"""So many worries one person can send in so many milliseconds."""


def check(app: App, community: Community, person: Person) -> None:
    """As :func:`_check`, for now: whether somebody can send a worry.

    Raises:
        Refusal: ``worry-nobody`` where no contact is set up, ``worry-too-many``.
    """
    _check(app, community, person, app.clock.now_ms())


def _check(app: App, community: Community, person: Person, now_ms: int) -> None:
    """Whether somebody can send a worry now.

    Raises:
        Refusal: ``worry-nobody`` where no contact is set up, ``worry-too-many``.
    """
    if not community.hearers:
        raise Refusal("worry-nobody")
    if floods.lately(app.worried, person, now_ms - WITHIN_MS) >= MOST:
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
    _check(app, there, person, now)
    floods.note(app.worried, person, now)  # with nothing awaited since the check, many at once are as many

    async def work(tx: AsyncConnection) -> None:
        community = await communities.load(tx, person.community)
        asked = await rounds.find(tx, community.id, which) if which else None
        on = await initiatives.find(tx, community.id, asked.initiative) if asked else None
        title = on.title if on else ""
        await start(tx, community, Worry(community.id, 0, words, reach, server, title, at_ms=now))
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


async def pass_on(app: App, person: Person, what: str, which: int, part: int, *, server: str) -> None:
    """Hand on words that an organiser has read and that tell of danger; nothing is decided about them.

    Args:
        what: one of ``IDEA``, ``TEXT``, ``OFFER``.
        which: the number of the idea, of the round that the text was written into, or of the offer.
        part: the version of the idea that was read, or the number of the text; 0 of an offer.
        server: what the community is called on its platform.

    Raises:
        Refusal: not an organiser, ``worry-nobody``, ``danger-gone`` where the words were deleted,
            ``danger-known`` where they wait for somebody to have them; ``button-unknown``.
    """
    now, about = app.clock.now_ms(), f"{what}:{which}.{part}"
    if what not in (IDEA, TEXT, OFFER):
        raise Refusal("button-unknown")

    async def work(tx: AsyncConnection) -> None:
        community = await organised(tx, person)
        if any(one.about == about for one in await worries.of_community(tx, community.id)):
            raise Refusal("danger-known")
        words, asked = await _found(tx, community.id, what, which, part)
        on = await initiatives.find(tx, community.id, asked) if asked else None
        title = on.title if on else ""
        # On no record: the moment and the place would say whose words they are.
        await start(tx, community, Worry(community.id, 0, words, "", server, title, about, now))

    await app.write(work)


async def _found(tx: AsyncConnection, community: int, what: str, which: int, part: int) -> tuple[str, int]:
    """The words, and the initiative that they belong to; raises Refusal ``danger-gone``."""
    words, on = "", 0
    if what == IDEA:
        idea = await contributions.find(tx, community, which)
        said = [said for _, said in await contributions.versions(tx, community, which)]
        if idea is not None and 0 < part <= len(said):
            words, on = in_one(said[part - 1]), idea.initiative
    elif what == TEXT:
        text, asked = await comments.find(tx, community, which, part), await rounds.find(tx, community, which)
        if text is not None and asked is not None:
            words, on = text.words, asked.initiative
    else:
        offer = await offers.find(tx, community, which)
        asked = await rounds.find(tx, community, offer.round) if offer is not None else None
        if offer is not None and asked is not None:
            words, on = offer.words, asked.initiative
    if not words:
        raise Refusal("danger-gone")
    return words, on
