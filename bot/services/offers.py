"""From chat to contribution with the author's consent: an organiser asks, and only the author can say yes.

Until then nothing is on the record. What is needed to ask is kept for some days at most, and goes with the
answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import Contribution
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS
from bot.domain.versions import check_seen
from bot.services import floods
from bot.services.contributions import contribute_in
from bot.services.initiatives import organised
from bot.services.ports import App, NotSent
from bot.services.rounds import ask_of, open_ask
from bot.store import offers, outbox
from bot.store.offers import Offer
from bot.store.schedule import Due

DAYS = 7
"""How long an author has to answer."""
FORM_MS = 3_600_000
"""How long an organiser has to send the words."""
MOST_ID = 10**17


async def begin(app: App, person: Person, author: str, channel: str, link: str) -> Offer:
    """Note who wrote a message while an organiser finds the words for an idea.

    Raises:
        Refusal: not an organiser, ``offer-there`` where its author is asked already.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Offer:
        community = await organised(tx, person)
        there = await offers.of_message(tx, community.id, link)
        if there is not None and there.words and there.until_ms > now:
            raise Refusal("offer-there")
        # Drawn at random: a number that came again would give old cards a new meaning.
        which = 1 + secrets.randbelow(MOST_ID)
        if there is not None and there.words:
            await offers.end(tx, there, "late", now)
        elif there is not None:  # another form for the same message; what is sent first counts
            which = there.id
        made = Offer(community.id, which, channel, link, author, now + FORM_MS)
        await offers.put(tx, made)
        return made

    return await app.write(work)


async def ask(app: App, person: Person, number: int, which: int, raw: Sequence[str]) -> Offer:
    """Ask a message's author, where it stands, whether these words are to be an idea of theirs.

    Raises:
        Refusal: not an organiser, ``offer-gone``, ``offer-there``, ``round-...``, ``words-...``.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Offer:
        await organised(tx, person)
        before = await _open(tx, person, number, now)
        if before.words:
            raise Refusal("offer-there")
        asked = await open_ask(tx, person.community, which, "round-unknown", now)
        words = ask_of(app, asked).box.read(raw)
        if not words:
            raise Refusal("words-missing")
        after = replace(before, round=which, words=words[0], until_ms=now + DAYS * DAY_MS)
        await offers.put(tx, after)
        facts, once = {"offer": number}, f"{offers.CARD}:{number}"
        await outbox.put(tx, person.community, offers.CARD, after.channel, now, facts, once=once)
        return after

    return await app.write(work)


async def accept(app: App, person: Person, number: int, seen: str | None = None) -> Contribution:
    """Make the offered words an idea of their author's, who saw that version of them and says so.

    Raises:
        NoticeFirst: as :func:`bot.services.contributions.begin`.
        Refusal: ``offer-gone``, ``offer-not-yours``, or as :func:`bot.services.contributions.contribute`.
        Unread: these are not the words that they saw.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Contribution:
        offer = await _mine(tx, person, number, now)
        check_seen(seen, offer.version)
        made = await contribute_in(app, tx, person, offer.round, [offer.words], now, offer.link)
        await offers.end(tx, offer, "yes", now)
        return made

    with floods.counted(app, person):
        return await app.write(work)


async def refuse(app: App, person: Person, number: int) -> None:
    """Say no to what one is asked: nothing of it is kept; raises Refusal as :func:`accept`."""
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> None:
        await offers.end(tx, await _mine(tx, person, number, now), "no", now)

    await app.write(work)


async def _open(tx: AsyncConnection, person: Person, number: int, now_ms: int) -> Offer:
    found = await offers.find(tx, person.community, number)
    if found is None or found.until_ms <= now_ms:
        raise Refusal("offer-gone")
    return found


async def _mine(tx: AsyncConnection, person: Person, number: int, now_ms: int) -> Offer:
    found = await _open(tx, person, number, now_ms)
    if not found.words:
        raise Refusal("offer-gone")
    if found.author != person.platform_id:
        raise Refusal("offer-not-yours")
    return found


async def mine(app: App, person: Person, number: int) -> Offer:
    """What somebody is asked; raises Refusal as :func:`accept`."""
    async with app.database.reading() as tx:
        return await _mine(tx, person, number, app.clock.now_ms())


async def look(app: App, community: int, number: int) -> Offer | None:
    """An offer as it stands, None once it is over."""
    async with app.database.reading() as tx:
        return await offers.find(tx, community, number)


async def message_of(app: App, community: int, number: int) -> str:
    """The platform's id of the card that asks; raises NotSent as long as nobody knows it."""
    async with app.database.reading() as tx:
        card = await outbox.said_once(tx, community, f"{offers.CARD}:{number}")
    if card is None or card.state == "dead":
        return ""
    if not card.message:
        raise NotSent("not-yet")
    return card.message


async def lapse(app: App, tx: AsyncConnection, slot: Due, now_ms: int) -> None:
    """Forget an offer that nobody has answered."""
    there = await offers.find(tx, slot.community, slot.subject)
    if there is not None and there.until_ms <= now_ms:
        await offers.end(tx, there, "late", now_ms)
