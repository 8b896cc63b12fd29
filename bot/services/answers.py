"""Answering: the hot path. Many people's answers share one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.kinds import KINDS, Value
from bot.domain.people import Ages, Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS, Round, refusal_to_answer
from bot.services import communities
from bot.services.ports import App
from bot.store import answers, initiatives, interactions, people, rounds
from bot.store.answers import Answer
from bot.store.interactions import Entry
from bot.store.people import Known


@dataclass(frozen=True)
class Ballot:
    """One person's answer on its way in; an empty ``raw`` takes back what they answered before."""

    community: int
    platform_id: str
    round: int
    raw: tuple[str, ...]
    standing: Standing
    notice: str
    at_ms: int


@dataclass(frozen=True)
class Recorded:
    """A committed answer: its round, its value, and the value before it, where there was one."""

    round: Round
    value: Value
    before: Value | None


async def answer(app: App, person: Person, which: int, raw: Sequence[str]) -> Recorded:
    """Record a person's answer, in place of an earlier one; returns only after the commit.

    The answer keeps the standing of this moment.

    Raises:
        Refusal: ``notice-first`` before the privacy notice of today has been seen; ``round-...`` where
            the round is unknown, over or not for this person; what the round's kind says of ``raw``;
            ``cannot-save``.
    """
    if not raw:
        raise Refusal("choice-unknown")
    return await _send(app, person, which, raw)


async def withdraw(app: App, person: Person, which: int) -> Recorded:
    """Take an answer back while its round is open; raises Refusal ``nothing-to-withdraw`` and the like."""
    return await _send(app, person, which, ())


async def standing_answer(app: App, person: Person, which: int) -> Value | None:
    """What a person has answered to a round so far."""
    async with app.database.reading() as tx:
        known = await people.find(tx, person.community, person.platform_id)
        if known is None:
            return None
        key = (person.community, which, known.id)
        found = (await answers.find_many(tx, [key])).get(key)
        return None if found is None else found.value


async def _send(app: App, person: Person, which: int, raw: Sequence[str]) -> Recorded:
    community = await communities.by_number(app, person.community)
    ballot = Ballot(
        community=person.community,
        platform_id=person.platform_id,
        round=which,
        raw=tuple(raw),
        standing=community.roles.standing(person.role_ids),
        notice=app.settings.privacy.notice_version,
        at_ms=app.clock.now_ms(),
    )
    recorded = await app.database.writer.together(record, ballot)
    app.repaint(person.community, which)
    return recorded


async def record(tx: AsyncConnection, ballots: Sequence[Ballot]) -> list[Recorded | Refusal]:
    """Record many ballots in one transaction, in their order: for each what was recorded, or why not."""
    asked = await rounds.find_many(tx, [(one.community, one.round) for one in ballots])
    ages = await initiatives.ages_of(tx, [(one.community, one.initiative) for one in asked.values()])
    known = await people.find_many(tx, [(one.community, one.platform_id) for one in ballots])
    keys = [
        (one.community, one.round, known[one.community, one.platform_id].id)
        for one in ballots
        if (one.community, one.platform_id) in known
    ]
    standing = await answers.find_many(tx, keys)
    changed: dict[answers.Key, Answer | None] = {}
    entries: list[Entry] = []
    outcomes: list[Recorded | Refusal] = []
    for one in ballots:
        on, who = asked.get((one.community, one.round)), known.get((one.community, one.platform_id))
        try:
            value = _admit(one, on, who, ages)
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        assert on is not None
        assert who is not None
        key = (one.community, one.round, who.id)
        before = standing.get(key)
        if not value and before is None:
            outcomes.append(Refusal("nothing-to-withdraw"))
            continue
        first = before.first_ms if before else one.at_ms
        after = Answer(*key, value, one.standing, first, one.at_ms) if value else None
        if after is not None:
            standing[key] = after
        else:
            standing.pop(key, None)
        changed[key] = after
        entries.append(_entry(one, on, who, value, before))
        outcomes.append(Recorded(on, value, before.value if before else None))
    await answers.put_many(tx, [one for one in changed.values() if one is not None])
    for key, after in changed.items():
        if after is None:
            await answers.take_back(tx, key)
    await _seen(tx, ballots, known)
    if entries:
        await interactions.append(tx, entries)
    return outcomes


def _admit(one: Ballot, on: Round | None, who: Known | None, ages: dict[tuple[int, int], Ages]) -> Value:
    """The value of a ballot that may count; raises Refusal otherwise."""
    if on is None:
        raise Refusal("round-unknown")
    code = refusal_to_answer(on.state, on.closes_ms, on.audience, one.standing, one.at_ms)
    if code is not None:
        raise Refusal(code)
    # A malformed answer is refused even before the notice is shown.
    value = KINDS[on.kind].read(one.raw, len(on.options)) if one.raw else ()
    if who is None or who.notice != one.notice:
        raise Refusal("notice-first")
    whom = ages[one.community, on.initiative]
    if whom is not Ages.BOTH and who.ages != whom:
        raise Refusal(f"only-{whom}")
    return value


def _entry(one: Ballot, on: Round, who: Known, value: Value, before: Answer | None) -> Entry:
    act = "answered" if before is None else "changed" if value else "withdrawn"
    return Entry(
        one.community, one.at_ms, act, on.stage.value, one.standing.value, {"value": value},
        on.initiative, on.id, who.id, who.secret,
    )  # fmt: skip


async def _seen(tx: AsyncConnection, ballots: Sequence[Ballot], known: dict[tuple[int, str], Known]) -> None:
    """Keep who was here today, at most once a day: retention asks how long someone has been away."""
    for one in ballots:
        who = known.get((one.community, one.platform_id))
        if who is not None and one.at_ms - who.seen_ms > DAY_MS:
            await people.change(tx, one.community, who.id, seen_ms=one.at_ms)
            known[one.community, one.platform_id] = replace(who, seen_ms=one.at_ms)
