"""What moderators make of contributions: every one is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import OUTCOMES, STANDING, Contribution, Fate, Why
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS, Round
from bot.domain.text import clean
from bot.domain.versions import check_seen
from bot.services import following, people
from bot.services.contributions import Held
from bot.services.initiatives import organised
from bot.services.ports import App
from bot.store import contributions, interactions, rounds, steps
from bot.store.interactions import Entry
from bot.store.people import Known

DECLINABLE = (Fate.RECEIVED, Fate.ACCEPTED)
READ = ("accepted", "declined", "author-asked")
"""Steps at which a moderator had read what was there."""
QUESTION_LENGTH = 500
"""Characters of what a moderator asks an author, or tells people of what became of a contribution."""


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
        return None if found is None else await _to_read(tx, found)


async def look(app: App, person: Person, number: int) -> Held:
    """One contribution that waits to be read, for a moderator; raises Refusal ``contribution-...``."""
    async with app.database.reading() as tx:
        await organised(tx, person)
        return await _to_read(tx, await _in_state(tx, person.community, number, (Fate.RECEIVED,)))


async def _to_read(tx: AsyncConnection, one: Contribution) -> Held:
    asked = await rounds.find(tx, one.community, one.round)
    assert asked is not None
    earlier = (await contributions.versions(tx, one.community, one.id))[:-1]
    trail = await steps.of(tx, one.community, [one.id])
    read_ms = max((step.at_ms for step in trail if step.act in READ), default=0)
    read = [said for at_ms, said in earlier if at_ms <= read_ms] or [said for _, said in earlier]
    return Held(one, asked, before=read[-1] if read else None)


async def to_settle(
    app: App, person: Person, number: int, *states: Fate, seen: str | None = None
) -> Contribution:
    """A contribution in one of these states, for a moderator who saw that version (``review``) of it.

    Raises:
        Refusal: not an organiser, ``contribution-unknown``, ``contribution-settled``.
        Unread: it has changed since.
    """
    async with app.database.reading() as tx:
        await organised(tx, person)
        return await _in_state(tx, person.community, number, states, seen)


async def _in_state(
    tx: AsyncConnection, community: int, number: int, states: Sequence[Fate], seen: str | None = None
) -> Contribution:
    found = await contributions.find(tx, community, number)
    if found is None:
        raise Refusal("contribution-unknown")
    if found.state not in states:
        raise Refusal("contribution-settled", number=number, state=found.state.value)
    check_seen(seen, found.review)
    return found


async def accept(app: App, person: Person, number: int, seen: str | None = None) -> Contribution:
    """Let everybody read a contribution, in the version that a moderator saw.

    Raises:
        Refusal: not an organiser, ``contribution-settled``, ``second-look-other``.
        Unread: it has changed since.
    """
    changes = {"state": Fate.ACCEPTED, "why": ""}
    return await _settle(app, person, number, (Fate.RECEIVED,), seen, "accepted", {}, **changes)


async def decline(
    app: App, person: Person, number: int, why: str, was: str = Fate.RECEIVED, seen: str | None = None
) -> Contribution:
    """Decline a contribution, in the version that a moderator saw, for a reason of the published policy.

    ``was`` is its state as the moderator saw it: what was accepted by mistake can be declined, but not by
    somebody who didn't know that it was accepted.

    Raises:
        Refusal: not an organiser, ``why-unknown``, ``button-unknown`` for another state,
            ``contribution-settled``, ``second-look-other``, ``undo-instead`` where it was made out of others.
        Unread: it has changed since.
    """
    if why not in list(Why):
        raise Refusal("why-unknown")
    if was not in DECLINABLE:
        raise Refusal("button-unknown")
    changes = {"state": Fate.DECLINED, "why": why}
    return await _settle(app, person, number, (Fate(was),), seen, "declined", {"why": why}, **changes)


async def ask_author(
    app: App, person: Person, number: int, question: str, seen: str | None = None
) -> Contribution:
    """Ask an author something about what a moderator saw; they find it in My answers, and it goes on waiting.

    Raises:
        Refusal: not an organiser, ``words-missing``, ``words-too-long``, ``contribution-settled``.
        Unread: it has changed since, or somebody else has asked something.
    """
    question = _checked(question)
    return await _settle(app, person, number, (Fate.RECEIVED,), seen, "author-asked", {}, question=question)


async def outcome(
    app: App, person: Person, number: int, state: str, words: str, seen: str | None = None
) -> Contribution:
    """Tell everybody what became of a contribution: taken to a decision, decided, or delivered.

    ``words`` says it to people. It can be told again, and each time stays on its trail.

    Raises:
        Refusal: not an organiser, ``outcome-unknown``, ``words-missing``, ``words-too-long``,
            ``contribution-settled`` where nobody can read it or others stand for it.
        Unread: what the organiser saw has changed since.
    """
    if state not in OUTCOMES:
        raise Refusal("outcome-unknown")
    words, now = _checked(words), app.clock.now_ms()
    return await app.write(lambda tx: tell_outcome(tx, person, number, Fate(state), words, seen, now=now))


async def tell_outcome(
    tx: AsyncConnection,
    person: Person,
    number: int,
    state: Fate,
    words: str,
    seen: str | None = None,
    step: str = "",
    *,
    now: int,
) -> Contribution:
    """As :func:`outcome`, in a transaction that does more; ``step`` is for its trail, where not the state."""
    await organised(tx, person)
    who = await people.ensure(tx, person, now)
    before = await _in_state(tx, person.community, number, STANDING, seen)
    await contributions.change(tx, person.community, number, state=state)
    await steps.add(tx, person.community, number, now, step or state, words)
    await following.tell(tx, person.community, now, number)
    asked = await rounds.find(tx, person.community, before.round)
    assert asked is not None
    await on_record(tx, who, asked, now, f"contribution-{state}", {"contribution": number, "words": words})
    return replace(before, state=state)


def _checked(words: str) -> str:
    words = clean(words)
    if not words:
        raise Refusal("words-missing")
    if len(words) > QUESTION_LENGTH:
        raise Refusal("words-too-long", length=len(words), limit=QUESTION_LENGTH)
    return words


async def _settle(
    app: App,
    person: Person,
    number: int,
    states: Sequence[Fate],
    seen: str | None,
    act: str,
    said: Mapping[str, str],
    **changes: str,
) -> Contribution:
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Contribution:
        await organised(tx, person)
        who = await people.ensure(tx, person, now)
        before = await _in_state(tx, person.community, number, states, seen)
        check_other(before, who.id)
        if before.is_reshaped:
            raise Refusal("undo-instead", number=number)
        asked = await rounds.find(tx, before.community, before.round)
        assert asked is not None
        await settle_in(app, tx, who, asked, before, act, said, now, **changes)
        after = await contributions.find(tx, before.community, number)
        assert after is not None
        return after

    return await app.write(work)


def check_other(one: Contribution, judge: int) -> None:
    """Refuse a second look to whoever had the first one: raises Refusal ``second-look-other``."""
    if one.state is Fate.RECEIVED and one.again and one.judge == judge:
        raise Refusal("second-look-other")


async def settle_in(
    app: App,
    tx: AsyncConnection,
    who: Known,
    asked: Round,
    one: Contribution,
    act: str,
    said: Mapping[str, str],
    now: int,
    **changes: str,
) -> None:
    """Change a contribution as a moderator, with its step and its row of the record."""
    settles = {"settled_ms": now, "judge": who.id, "question": ""} if "state" in changes else {}
    owed = {"due_ms": due_ms(app, asked, now)} if changes.get("state") == Fate.ACCEPTED else {}
    await contributions.change(tx, one.community, one.id, **settles, **owed, **changes)
    await steps.add(tx, one.community, one.id, now, act, said.get("why", changes.get("question", "")))
    await on_record(tx, who, asked, now, act, {"contribution": one.id, **said})


def due_ms(app: App, asked: Round, now_ms: int) -> int:
    """By when an answer is owed to what is accepted now (UTC epoch ms); 0 where none is."""
    ask = app.asks.get(asked.ask)
    return now_ms + ask.answer_days * DAY_MS if ask is not None and ask.answer_days else 0


async def on_record(
    tx: AsyncConnection, who: Known, asked: Round, now_ms: int, act: str, said: Mapping[str, object]
) -> None:
    """Put an organiser's act on contributions on the record, open to be disclosed."""
    entry = Entry(
        asked.community, now_ms, act, asked.stage.value, "organiser", said,
        asked.initiative, asked.id, who.id, who.secret, public=True,
    )  # fmt: skip
    await interactions.append(tx, [entry])
