"""What moderators make of contributions: every one is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import Contribution, Fate, Why
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.text import clean
from bot.services import people
from bot.services.contributions import Held
from bot.services.initiatives import organised
from bot.services.ports import App
from bot.store import contributions, interactions, rounds
from bot.store.interactions import Entry

DECLINABLE = (Fate.RECEIVED, Fate.ACCEPTED)
QUESTION_LENGTH = 500
"""Characters of what a moderator asks an author."""


@dataclass(frozen=True)
class Queue:
    """What waits to be read: how many, and since when the oldest does (UTC epoch ms)."""

    count: int
    oldest_ms: int


async def queue(app: App, community: int) -> Queue:
    """What waits to be read in a community."""
    async with app.database.reading() as tx:
        return Queue(*await contributions.waiting(tx, community))


async def next_waiting(app: App, person: Person, after: int = 0) -> Held | None:
    """The next contribution to read, for a moderator, by its number; None where nothing waits."""
    async with app.database.reading() as tx:
        await organised(tx, person)
        found = await contributions.next_waiting(tx, person.community, after)
        if found is None:
            return None
        asked = await rounds.find(tx, person.community, found.round)
        assert asked is not None
        return Held(found, asked, 0)


async def to_settle(app: App, person: Person, number: int, *states: Fate) -> Contribution:
    """A contribution in one of these states, for a moderator.

    Raises:
        Refusal: not an organiser, ``contribution-unknown``, ``contribution-settled``.
    """
    async with app.database.reading() as tx:
        await organised(tx, person)
        return await _in_state(tx, person.community, number, states)


async def _in_state(tx: AsyncConnection, community: int, number: int, states: Sequence[Fate]) -> Contribution:
    found = await contributions.find(tx, community, number)
    if found is None:
        raise Refusal("contribution-unknown")
    if found.state not in states:
        raise Refusal("contribution-settled", number=number)
    return found


async def accept(app: App, person: Person, number: int) -> Contribution:
    """Let everybody read a contribution; raises Refusal ``contribution-settled``, ``second-look-other``."""
    return await _settle(app, person, number, (Fate.RECEIVED,), "accepted", {}, state=Fate.ACCEPTED, why="")


async def decline(app: App, person: Person, number: int, why: str, was: str = Fate.RECEIVED) -> Contribution:
    """Decline a contribution for a reason of the published policy.

    ``was`` is its state as the moderator saw it: what was accepted by mistake can be declined, but not by
    somebody who didn't know that it was accepted.

    Raises:
        Refusal: not an organiser, ``why-unknown``, ``button-unknown`` for another state,
            ``contribution-settled``, ``second-look-other``.
    """
    if why not in list(Why):
        raise Refusal("why-unknown")
    if was not in DECLINABLE:
        raise Refusal("button-unknown")
    return await _settle(
        app, person, number, (Fate(was),), "declined", {"why": why}, state=Fate.DECLINED, why=why
    )


async def ask_author(app: App, person: Person, number: int, question: str) -> Contribution:
    """Ask an author something; they find it in My answers, and it stays in the queue.

    Raises:
        Refusal: not an organiser, ``words-missing``, ``words-too-long``, ``contribution-settled``.
    """
    question = clean(question)
    if not question:
        raise Refusal("words-missing")
    if len(question) > QUESTION_LENGTH:
        raise Refusal("words-too-long", length=len(question), limit=QUESTION_LENGTH)
    return await _settle(app, person, number, (Fate.RECEIVED,), "author-asked", {}, question=question)


async def _settle(
    app: App,
    person: Person,
    number: int,
    states: Sequence[Fate],
    act: str,
    said: Mapping[str, str],
    **changes: str,
) -> Contribution:
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Contribution:
        await organised(tx, person)
        who = await people.ensure(app, tx, person)
        before = await _in_state(tx, person.community, number, states)
        if before.state is Fate.RECEIVED and before.again and before.judge == who.id:
            raise Refusal("second-look-other")
        settles = {"settled_ms": now, "judge": who.id, "question": ""} if "state" in changes else {}
        columns = settles | changes
        await contributions.change(tx, before.community, number, **columns)
        asked = await rounds.find(tx, before.community, before.round)
        assert asked is not None
        entry = Entry(
            before.community, now, act, asked.stage.value, "organiser", {"contribution": number, **said},
            before.initiative, before.round, who.id, who.secret, public=True,
        )  # fmt: skip
        await interactions.append(tx, [entry])
        after = await contributions.find(tx, before.community, number)
        assert after is not None
        return after

    return await app.write(work)
