"""Weighing: one statement after another, each said yes, no or nothing to; and what came out."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import Contribution, Fate, Origin
from bot.domain.people import Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.domain.summary import Tally
from bot.domain.text import same
from bot.domain.weighing import CANDIDATES, WEIGH, Findings, choose_next, findings, votes_of, with_most
from bot.services import answers, people
from bot.services.contributions import admit
from bot.services.initiatives import organised
from bot.services.moderating import on_record
from bot.services.pages import PAGE, page_at
from bot.services.ports import App
from bot.services.rounds import ask_of
from bot.store import answers as given
from bot.store import contributions, rounds, statements, steps
from bot.store import people as known
from bot.store.numbers import strangers

MOST_ADDED = 20
"""How many statements an organiser adds at once."""

_chance = random.SystemRandom().random


@dataclass(frozen=True)
class Turn:
    """What somebody meets next: a statement, or None where they have read them all.

    ``vote`` is what they said of it, where they go back; ``added`` whether an organiser wrote it. It is
    number ``place`` of ``row`` in a row; ``read`` counts what they have read, ``left`` what they haven't.
    """

    round: Round
    statement: Contribution | None
    asked: Round | None
    vote: int | None = None
    added: bool = False
    place: int = 0
    row: int = 0
    read: int = 0
    left: int = 0


async def turn(app: App, person: Person, which: int, number: int = 0) -> Turn:
    """The next statement for somebody, or one that they go back to by its ``number``.

    Raises:
        NoticeFirst: the privacy notice of today has not been seen yet.
        Refusal: ``round-...``, ``only-...``, ``button-unknown`` where nothing is weighed, ``statement-gone``.
    """
    async with app.database.reading() as tx:
        asked, who, _ = await admit(app, tx, person, which, app.clock.now_ms())
        if asked.round.kind != WEIGH:
            raise Refusal("button-unknown")
        key = (person.community, which, who.id)
        there = (await given.find_many(tx, [key])).get(key)
        votes = votes_of(there.value) if there else {}
        # All that stand, less those of them that were read: what has left the deck is in neither.
        deck = await statements.count(tx, person.community, which)
        if not number:
            fewest = await statements.fewest(tx, person.community, which, votes.keys(), CANDIDATES)
            number = choose_next(fewest, _chance) if fewest else 0
        stand = await statements.standing(tx, [(person.community, which, one) for one in {*votes, number}])
        read = sum((person.community, which, one) in stand for one in votes)
        left, in_a_row = deck - read, app.settings.weighing.in_a_row
        place = len(votes) % in_a_row + 1
        row = min(in_a_row, place - 1 + left)
        state = Turn(asked.round, None, None, place=place, row=row, read=len(votes), left=left)
        if not number:
            return state
        key = (person.community, which, number)
        if key not in stand:
            raise Refusal("statement-gone")
        one = await contributions.find(tx, person.community, number)
        assert one is not None
        source = (person.community, one.round)
        found = (await rounds.find_many(tx, [source]))[source]
        return replace(state, statement=one, asked=found, vote=votes.get(number), added=stand[key].added)


async def vote(app: App, person: Person, which: int, number: int, said: str, seen: str | None = None) -> bool:
    """Keep what somebody says of a statement as they saw it, in place of what they said of it before.

    Returns whether they have now read as many in a row as they are asked to.

    Raises:
        NoticeFirst, Refusal: as :func:`turn`; ``choice-unknown``.
        Unread: its words have changed since.
    """
    recorded = await answers.answer(app, person, which, [str(number), said], seen)
    read, before = len(recorded.value) // 2, len(recorded.before or ()) // 2
    return read > before and read % app.settings.weighing.in_a_row == 0


async def _weighing(tx: AsyncConnection, community: int, which: int) -> Round:
    asked = await rounds.find(tx, community, which)
    if asked is None or asked.kind != WEIGH:
        raise Refusal("round-unknown")
    return asked


@dataclass(frozen=True)
class Stood:
    """Where somebody stood: a page of what they said of statements, the newest statement first.

    After the close, ``most`` says on how many of how many they stood where most did.
    """

    round: Round
    votes: Sequence[tuple[Contribution, int]]
    counts: Mapping[int, int]
    number: int
    last: int
    most: tuple[int, int] | None


async def stood(app: App, person: Person, which: int, number: int = 0) -> Stood:
    """Where somebody stands in a weighing, a page at a time.

    Raises:
        Refusal: ``round-unknown``, ``weighed-nothing`` where they have said nothing.
    """
    async with app.database.reading() as tx:
        asked = await _weighing(tx, person.community, which)
        who = await known.find(tx, person.community, person.platform_id)
        key = (person.community, which, who.id if who else 0)
        mine = (await given.find_many(tx, [key])).get(key)
        if mine is None:
            raise Refusal("weighed-nothing")
        votes = votes_of(mine.value)
        here, last = page_at(number, len(votes), PAGE)
        numbers = sorted(votes, reverse=True)[here * PAGE : (here + 1) * PAGE]
        found = await contributions.some(tx, person.community, numbers)
        tally = await rounds.result_of(tx, person.community, which)
        enough = app.settings.weighing.enough_readers
        most = with_most(mine.value, tally.weighed, enough) if tally else None
    counts = {vote: sum(one == vote for one in votes.values()) for vote in (1, -1, 0)}
    return Stood(asked, [(found[one], votes[one]) for one in numbers], counts, here, last, most)


async def add(app: App, person: Person, which: int, lines: Sequence[str]) -> list[Contribution]:
    """Put an organiser's own statements into a weighing, marked as such; what is there already is left out.

    Raises:
        Refusal: not an organiser, ``round-unknown``, ``round-over``, ``words-missing``, ``words-too-long``,
            ``notes-many``.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> list[Contribution]:
        await organised(tx, person)
        asked = await _weighing(tx, person.community, which)
        if asked.state is not State.DRAFT and not (asked.state is State.OPEN and now < asked.closes_ms):
            raise Refusal("round-over")
        box = ask_of(app, asked).box
        words = {same(read[0]): read for line in lines if (read := box.read([line]))}
        if len(words) > MOST_ADDED:
            raise Refusal("notes-many", count=len(words), limit=MOST_ADDED)
        before = {
            same(there[0])
            for one in await contributions.of_round(tx, person.community, which)
            if (there := (one.said or {}).get(box.name))
        }
        if not words:
            raise Refusal("words-missing")
        who = await people.ensure(tx, person, now)
        new = Contribution(
            person.community, 0, which, asked.initiative, strangers(1)[0], Standing.RESIDENT,
            Fate.ACCEPTED, first_ms=now, at_ms=now, settled_ms=now, judge=who.id, origin=Origin.MEETING,
        )  # fmt: skip
        made = [
            await contributions.add(tx, replace(new, said={box.name: one}))
            for key, one in words.items()
            if key not in before
        ]
        for one in made:
            await statements.put(tx, one.community, which, one.id)
            await steps.add(tx, one.community, one.id, now, "accepted")
        if made:
            said = {"contributions": [one.id for one in made]}
            await on_record(tx, who, asked, now, "statements-added", said)
        return made

    return await app.write(work)


@dataclass(frozen=True)
class Outcome:
    """What came out of a weighing; ``said`` has the contributions that were weighed, by number."""

    round: Round
    tally: Tally
    found: Findings
    said: Mapping[int, Contribution]


async def outcome(app: App, community: int, which: int) -> Outcome:
    """The result of a weighing that has closed; raises Refusal ``results-later``, ``results-never``."""
    async with app.database.reading() as tx:
        asked = await _weighing(tx, community, which)
        tally = await rounds.result_of(tx, community, which)
        if tally is None:
            raise Refusal("results-never" if asked.state is State.CANCELLED else "results-later")
        found = findings(tally.weighed, len(tally.standings), app.settings.weighing.enough_readers)
        numbers = [one.number for one in tally.weighed]
        return Outcome(asked, tally, found, await contributions.some(tx, community, numbers))
