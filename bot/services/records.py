"""The record and the results, for whoever checks."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.interactions import day_of, told
from bot.domain.kinds import KINDS
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.domain.summary import Tally
from bot.domain.text import cell
from bot.services.initiatives import organised
from bot.services.ports import App
from bot.store import communities, interactions, rounds

FORMAT = 2
UNTOLD = ("worried",)
"""Acts of old rows that are public and say too much: project and moment of a safety worry."""
ABOUT = ("question", "opened_ms", "closes_ms", "closed_ms")
"""What each row of a table says of its round, last."""
COLUMNS = ("option", "people", "people_chat", "people_offline", *ABOUT)
"""What the table says of each option of a poll, in this order."""
FACTS = (
    *("question", "kind", "stage", "opened_ms", "closes_ms", "closed_ms", "options", "counts"),
    *("counts_offline", "answers", "answers_offline", "answers_late", "quorum", "standings", "outcome"),
    "leaders",
)
"""What the JSON file says of a poll, in this order."""


async def record_lines(app: App, number: int) -> AsyncIterator[str]:
    """A community's record as JSON lines: what it is, then its rows, then its head; no personal data.

    ``python -m bot verify`` (or ``bot/verify.py`` alone) checks it. Rows are lists: number, UTC date,
    initiative, round, stage, act, who (hex), said (hex), then salt (hex) and words where these are public.
    Of rows of version 1 only public ones are shown, as they were then; of the others the number and hash.
    """
    async with app.database.reading() as tx:
        async for line in lines_in(tx, number):
            yield line


async def lines_in(tx: AsyncConnection, number: int) -> AsyncIterator[str]:
    """The same within a transaction."""
    community = await communities.load(tx, number)
    yield _line({"folkmoot_record": FORMAT, "record": community.record})
    async for row in interactions.rows(tx, number):
        yield _line(_old_row(row) if row.version == 1 else _row(row))
    head = await interactions.head_of(tx, number)
    yield _line({"rows": head.number, "head": head.hash.hex()})


def _row(row: Any) -> list[object]:
    shown = [] if row.salt is None else [row.salt.hex(), told(row.words, row.shown_as, row.at_ms)]
    about = [row.initiative, row.round, row.stage, row.act]
    return [row.number, day_of(row.at_ms), *about, row.who.hex(), row.said.hex(), *shown]


def _old_row(row: Any) -> list[object]:
    """A row of version 1, whose hash covers its standing and moment: whole only where all of it is public."""
    if row.salt is None or row.act in UNTOLD:
        return [row.number, row.hash.hex()]
    about = [row.initiative, row.round, row.stage, row.act, row.standing]
    return [row.number, row.at_ms, *about, row.who.hex(), row.said.hex(), row.salt.hex(), row.words]


def _line(what: object) -> str:
    return json.dumps(what, separators=(",", ":"), ensure_ascii=True) + "\n"


async def results(app: App, person: Person, which: int) -> dict[str, bytes]:
    """A closed round's result as files by name, for the organiser who asked: CSV and JSON, no authors.

    Raises:
        Refusal: not an organiser, ``round-unknown``, ``results-later`` before the close.
    """
    asked, tally = await result_of(app, person, which, *KINDS)
    return {
        f"result-{which}.csv": result_csv(asked, tally),
        f"result-{which}.json": result_json(asked, tally),
    }


async def result_of(app: App, person: Person, which: int, *kinds: str) -> tuple[Round, Tally]:
    """A closed round of one of these kinds and its result, for an organiser; raises as :func:`results`."""
    async with app.database.reading() as tx:
        await organised(tx, person)
        asked = await rounds.find(tx, person.community, which)
        tally = await rounds.result_of(tx, person.community, which)
    if asked is None or asked.kind not in kinds:
        raise Refusal("round-unknown")
    if tally is None:
        raise Refusal("results-never" if asked.state is State.CANCELLED else "results-later")
    return asked, tally


def about(asked: Round) -> list[str | int]:
    """The cells of ``ABOUT``, of a round."""
    return [cell(asked.question), asked.opened_ms, asked.closes_ms, asked.closed_ms]


def result_csv(asked: Round, tally: Tally) -> bytes:
    """A row for each option; safe to open in a spreadsheet. UTF-8 with the mark that Excel wants.

    How many answered in the chat and how many elsewhere is empty where it may not be told.
    """
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for place, (option, count) in enumerate(zip(tally.options, _shown(tally), strict=True)):
        some = tally.offline.counts[place] if tally.offline else ""
        chat = "" if some == "" or count is None else count - int(some)
        rows.writerow([cell(option), count, chat, some, *about(asked)])
    return out.getvalue().encode("utf-8-sig")


def _shown(tally: Tally) -> list[int | None]:
    """The counts, None for those that would give away what a few people chose."""
    return [None if place in tally.hidden else count for place, count in enumerate(tally.counts)]


def result_json(asked: Round, tally: Tally) -> bytes:
    """The same with the question and the times (UTC epoch milliseconds), as JSON; null where not told."""
    apart = tally.offline
    values: tuple[Any, ...] = (
        asked.question, asked.kind, asked.stage.value, asked.opened_ms, asked.closes_ms, asked.closed_ms,
        list(tally.options), _shown(tally), list(apart.counts) if apart else None,
        tally.answers, apart.people if apart else None, tally.late, tally.quorum, dict(tally.standings),
        tally.outcome, list(tally.leaders),
    )  # fmt: skip
    facts = dict(zip(FACTS, values, strict=True))
    return json.dumps(facts, indent=2, ensure_ascii=False).encode()


async def communities_there(app: App) -> list[int]:
    """The numbers of all communities."""
    async with app.database.reading() as tx:
        return [one.id for one in await communities.every(tx)]
