"""Answers that one organiser entered wait here for a second one, who confirms them or sends them back."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import metrics
from bot.domain.asks import ASK, Ask, Said, in_one
from bot.domain.contributions import Contribution
from bot.domain.kinds import Value
from bot.domain.papers import BatchState
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.domain.sheets import doubted
from bot.domain.versions import check_seen, version_of
from bot.domain.weighing import WEIGH, votes_of
from bot.services import people
from bot.services.initiatives import organised
from bot.services.moderating import on_record
from bot.services.ports import App
from bot.services.rounds import ask_of, open_round
from bot.store import answers, contributions, interactions, papers, rounds, statements, steps
from bot.store import people as known
from bot.store.answers import Answer
from bot.store.interactions import Entry
from bot.store.numbers import strangers
from bot.store.papers import Batch, Paper
from bot.store.people import Known

SAMPLE = 5
"""How many answers of a batch a second organiser is shown, to compare with what is on paper."""


@dataclass(frozen=True)
class Waiting:
    """A batch that waits: how many answers it has, whether whoever looks entered it, and some of them.

    A sample is a receipt, how it came, and what it says: places of options, votes, or words. ``version`` is
    that of all its answers. Of a file of words, ``letters`` is how many have letters beyond those of English,
    and ``examples`` receipts with such letters among their neighbours: an encoding taken for another shows
    there. All of them are only where one batch is looked at.
    """

    batch: Batch
    round: Round
    count: int
    own: bool
    sample: tuple[tuple[Paper, Value | Said], ...] = ()
    version: str = ""
    letters: int = 0
    examples: tuple[tuple[str, str], ...] = ()


async def waiting(app: App, person: Person) -> list[Waiting]:
    """The batches of a community that wait, the oldest first; raises Refusal for who is no organiser."""
    async with app.database.reading() as tx:
        await organised(tx, person)
        return await waiting_in(tx, person)


async def waiting_in(tx: AsyncConnection, person: Person) -> list[Waiting]:
    """The same within a transaction."""
    who = await known.find(tx, person.community, person.platform_id)
    there = await papers.waiting(tx, person.community)
    asked = await rounds.find_many(tx, {(person.community, batch.round) for batch, _ in there})
    return [
        Waiting(
            batch, asked[person.community, batch.round], count, batch.entered_by == (who.id if who else -1)
        )
        for batch, count in there
    ]


async def look(app: App, person: Person, which: int) -> Waiting:
    """One batch that waits, with a sample; raises Refusal ``batch-settled`` where it doesn't."""
    async with app.database.reading() as tx:
        await organised(tx, person)
        for one in await waiting_in(tx, person):
            if one.batch.id == which:
                every = await papers.of_batch(tx, person.community, which)
                sample = tuple((paper, said_of(one.round, paper)) for paper in every[:SAMPLE])
                letters, examples = _letters(one, every)
                return replace(
                    one, sample=sample, version=version_of_batch(every), letters=letters, examples=examples
                )
    raise Refusal("batch-settled")


def _letters(one: Waiting, every: Sequence[Paper]) -> tuple[int, tuple[tuple[str, str], ...]]:
    if one.round.kind != ASK or not one.batch.mark:
        return 0, ()
    letters, found = doubted(in_one(json.loads(paper.said)) for paper in every)
    return letters, tuple((every[place].receipt, text) for place, text in found)


def version_of_batch(those: Sequence[Paper]) -> str:
    """The version of answers that wait together."""
    return version_of(*([one.receipt, one.said, one.standing, one.came] for one in those))


def said_of(asked: Round, paper: Paper) -> Value | Said:
    """What an answer says that has not been counted yet."""
    said = json.loads(paper.said)
    if asked.kind == ASK:
        return {name: tuple(values) for name, values in said.items()}
    return tuple(said)


async def confirm(app: App, person: Person, which: int, seen: str | None = None) -> int:
    """Let a batch count: each answer from now on is nobody's. Returns how many there are.

    ``seen`` is the version of them all that the organiser had before them: more may have come in since.

    Raises:
        Refusal: not an organiser, ``batch-settled``, ``batch-own`` for whoever entered it, ``round-...``.
        Unread: they are others than the organiser saw.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> int:
        batch, who = await _settling(tx, person, which, now)
        if batch.entered_by == who.id:
            raise Refusal("batch-own")
        asked = await open_round(tx, person.community, batch.round, now)
        those = await papers.of_batch(tx, person.community, which)
        check_seen(seen, version_of_batch(those))
        if asked.kind == ASK:
            await _tell(tx, asked, ask_of(app, asked), those, now)
        else:
            await _answer(tx, asked, those, now)
        await papers.settle(tx, batch, BatchState.COUNTED, who.id, now)
        said = {"batch": which, "count": len(those), **Counter(one.came.value for one in those)}
        await on_record(tx, who, asked, now, "answers-confirmed", said)
        return len(those)

    counted = await app.write(work)
    metrics.ANSWERS_RECORDED.inc(counted)
    app.checkpoint_owed = True  # what each receipt said is erased
    return counted


async def send_back(app: App, person: Person, which: int, seen: str | None = None) -> int:
    """Drop a batch as it was seen, so that its answers can be entered anew; whoever entered it may, too.

    Raises:
        Refusal: not an organiser, ``batch-settled``.
        Unread: as :func:`confirm`.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> int:
        batch, who = await _settling(tx, person, which, now)
        asked = await rounds.find(tx, person.community, batch.round)
        assert asked is not None
        those = await papers.of_batch(tx, person.community, which)
        check_seen(seen, version_of_batch(those))
        count = len(those)
        await papers.settle(tx, batch, BatchState.DROPPED, who.id, now)
        await on_record(tx, who, asked, now, "answers-sent-back", {"batch": which, "count": count})
        return count

    dropped = await app.write(work)
    app.checkpoint_owed = True
    return dropped


async def _settling(tx: AsyncConnection, person: Person, which: int, now_ms: int) -> tuple[Batch, Known]:
    await organised(tx, person)
    batch = await papers.find(tx, person.community, which)
    if batch is None or batch.state is not BatchState.WAITING:
        raise Refusal("batch-settled")
    return batch, await people.ensure(tx, person, now_ms)


async def _answer(tx: AsyncConnection, asked: Round, those: Sequence[Paper], now: int) -> None:
    """Make each an answer of nobody's, which counts as one person's."""
    given: list[Answer] = []
    readers: Counter[tuple[int, int, int]] = Counter()
    for paper, nobody in zip(those, strangers(len(those)), strict=True):
        value: Value = tuple(json.loads(paper.said))
        given.append(
            Answer(asked.community, asked.id, nobody, value, paper.standing, now, now, paper.came.value)
        )
        if asked.kind == WEIGH:
            readers.update((asked.community, asked.id, number) for number in votes_of(value))
    await answers.put_many(tx, given)
    await statements.read(tx, readers)
    await interactions.append(
        tx, [_entry(asked, "answered", one.standing, {"value": one.value, "came": one.came}, one.person, now)
             for one in given]
    )  # fmt: skip


async def _tell(tx: AsyncConnection, asked: Round, ask: Ask, those: Sequence[Paper], now: int) -> None:
    """Make each an idea of nobody's, which moderators read as any other."""
    entries: list[Entry] = []
    for paper, nobody in zip(those, strangers(len(those)), strict=True):
        said = {name: tuple(values) for name, values in json.loads(paper.said).items()}
        new = Contribution(
            asked.community, 0, asked.id, asked.initiative, nobody, paper.standing,
            said=said, chosen=ask.chosen(said), first_ms=now, at_ms=now, came=paper.came.value,
        )  # fmt: skip
        made = await contributions.add(tx, new)
        await steps.add(tx, made.community, made.id, now, "received")
        words = {"contribution": made.id, "said": said, "came": made.came}
        entries.append(_entry(asked, "contributed", made.standing, words, nobody, now))
    await interactions.append(tx, entries)


def _entry(asked: Round, act: str, standing: str, said: object, nobody: int, now: int) -> Entry:
    # A secret that nobody keeps: so each is somebody's on the record, and leads to nobody.
    return Entry(
        asked.community, now, act, asked.stage.value, str(standing), said, asked.initiative, asked.id,
        nobody, secrets.token_bytes(people.SECRET_BYTES),
    )  # fmt: skip
