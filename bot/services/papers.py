"""Answers from people who are not online: receipts for printed forms, entering one answer, taking a file.

What is entered waits in a batch until a second organiser confirms it (``services/batches.py``): or one person
could stuff the ballot box.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import ASK, in_one
from bot.domain.forms import FORM
from bot.domain.paper_answers import Cells, Read, each, reading
from bot.domain.papers import (
    BODY,
    LETTERS,
    MOST_IDEAS,
    MOST_ROWS,
    BadFile,
    Came,
    Problem,
    Row,
    read_receipt,
    receipt_of,
    rows_of,
)
from bot.domain.people import Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.domain.sheets import decoded, doubted
from bot.domain.weighing import WEIGH
from bot.services import people
from bot.services.initiatives import organised
from bot.services.ports import App
from bot.services.rounds import open_round
from bot.store import interactions, papers, statements
from bot.store.interactions import Entry
from bot.store.papers import Batch, Paper
from bot.store.people import Known

MOST_COPIES = 500
"""How many forms are printed at once."""

KEEPER = 0
"""Who entered what came by the command line: whoever keeps the server, and no person we know."""


@dataclass(frozen=True)
class Entered:
    """One answer that was entered, or a file; ``waiting`` is how many wait in its batch now.

    ``again`` says that everything in the file had been there already, so that nothing was added. Of a file of
    words, ``letters`` is how many have letters beyond those of English.
    """

    receipt: str
    count: int
    waiting: int
    batch: int = 0
    again: bool = False
    letters: int = 0


async def mint(app: App, person: Person, which: int, count: int) -> list[str]:
    """New receipts for an organiser's printed forms, which only an open round takes.

    Raises:
        Refusal: not an organiser, ``round-...``, ``copies-unreadable``.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> list[str]:
        await organised(tx, person)
        return await _mint_in(tx, person.community, which, count, now)

    return await app.write(work)


async def mint_for(app: App, community: int, which: int, count: int) -> list[str]:
    """The same for whoever keeps the server."""
    now = app.clock.now_ms()
    return await app.write(lambda tx: _mint_in(tx, community, which, count, now))


async def _mint_in(tx: AsyncConnection, community: int, which: int, count: int, now_ms: int) -> list[str]:
    if not 1 <= count <= MOST_COPIES:
        raise Refusal("copies-unreadable", most=MOST_COPIES)
    await paper_round(tx, community, which, now_ms)
    codes: dict[str, None] = {}
    while len(codes) < count:
        codes[receipt_of(secrets.randbelow(len(LETTERS) ** BODY))] = None
        if len(codes) == count:
            for known in await papers.rounds_of(tx, community, codes):
                del codes[known]
    await papers.mint(tx, community, which, codes, now_ms)
    return list(codes)


async def paper_round(tx: AsyncConnection, community: int, which: int, now_ms: int) -> Round:
    """An open round that takes answers on paper; raises Refusal ``round-...``, ``...-no-paper``."""
    asked = await open_round(tx, community, which, now_ms)
    if asked.sealed:  # whoever types an answer in has seen it, and whose it was
        raise Refusal("sealed-no-paper")
    if asked.kind == FORM:
        raise Refusal("form-no-paper")
    return asked


async def reader(app: App, tx: AsyncConnection, asked: Round) -> tuple[tuple[str, ...], Read]:
    """The columns in which a round is answered, and what reads one answer; raises Refusal ``ask-gone``."""
    deck = await statements.dealt(tx, asked.community, asked.id) if asked.kind == WEIGH else ()
    return reading(asked, app.asks.get(asked.ask), deck)


async def enter(
    app: App, person: Person, which: int, receipt: str, came: Came, standing: Standing, cells: Cells
) -> Entered:
    """Enter one answer: it joins what waits of the same organiser. Without a receipt, one is made.

    Raises:
        Refusal: not an organiser, ``round-...``, ``receipt-...``, ``batch-full``, or what is wrong with it.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Entered:
        await organised(tx, person)
        asked = await paper_round(tx, person.community, which, now)
        known, read = await reader(app, tx, asked)
        for name in cells:
            if name not in known:
                raise Refusal("statement-unknown", number=name)
        code = (
            read_receipt(receipt)
            if receipt.strip()
            else (await _mint_in(tx, asked.community, which, 1, now))[0]
        )
        row = Row(1, code, came, standing, cells)
        _raise_first(await _refused(tx, asked, [row]))
        who = await people.ensure(tx, person, now)
        batch, there = await _own_batch(tx, asked, who, now)
        if there >= most_of(asked):
            raise Refusal("batch-full", limit=most_of(asked))
        await _keep(tx, batch, [row], [read(cells)], now)
        await _on_record(tx, asked, batch, 1, now, who)
        return Entered(code, 1, there + 1, batch.id)

    return await app.write(work)


def _raise_first(problems: Sequence[Problem]) -> None:
    if problems:
        raise problems[0].refusal


async def _own_batch(tx: AsyncConnection, asked: Round, who: Known, now_ms: int) -> tuple[Batch, int]:
    """What waits of somebody's for a round, with how many answers it has; a new batch where nothing does."""
    for batch, count in await papers.waiting(tx, asked.community, asked.id):
        if batch.entered_by == who.id and not batch.mark:
            return batch, count
    new = Batch(asked.community, 0, asked.id, who.id, made_ms=now_ms)
    return await papers.add_batch(tx, new), 0


async def take_file(app: App, community: int, which: int, data: bytes) -> Entered:
    """Take a file of answers from whoever keeps the server: all of it, or nothing.

    The same file again, in whatever order, adds nothing.

    Raises:
        BadFile: with every line that can't be taken.
        Refusal: ``round-...``, ``file-...``.
    """
    now = app.clock.now_ms()
    async with app.database.reading() as tx:
        asked = await paper_round(tx, community, which, now)
        columns, read = await reader(app, tx, asked)
    # In a thread: a large file must not keep others waiting.
    rows, said, mark = await asyncio.to_thread(_read_file, data, columns, read, most_of(asked))
    words = [in_one(one) for one in said if isinstance(one, dict)]
    letters, _ = await asyncio.to_thread(doubted, words)

    async def work(tx: AsyncConnection) -> Entered:
        asked = await paper_round(tx, community, which, now)
        if await papers.counted(tx, community, which, mark):
            return Entered("", 0, 0, again=True)
        problems = await _refused(tx, asked, rows)
        if problems:
            raise BadFile(problems)
        new = Batch(community, 0, which, KEEPER, mark=mark, made_ms=now)
        batch = await papers.add_batch(tx, new)
        await _keep(tx, batch, rows, said, now)
        await _on_record(tx, asked, batch, len(rows), now)
        return Entered("", len(rows), len(rows), batch.id, letters=letters)

    return await app.write(work)


def most_of(asked: Round) -> int:
    """How many answers to a round one batch holds."""
    return MOST_IDEAS if asked.kind == ASK else MOST_ROWS


def _read_file(
    data: bytes, columns: Sequence[str], read: Read, most: int
) -> tuple[list[Row], list[object], str]:
    rows = rows_of(decoded(data), columns, most)
    said, problems = each(rows, read)
    if problems:
        raise BadFile(problems)
    known = sorted(
        [row.receipt, row.came.value, row.standing.value, json.dumps(one)]
        for row, one in zip(rows, said, strict=True)
    )
    return rows, list(said), hashlib.sha256(json.dumps(known).encode()).hexdigest()


async def _refused(tx: AsyncConnection, asked: Round, rows: Sequence[Row]) -> list[Problem]:
    """What keeps answers from being taken, whatever they say."""
    codes = [row.receipt for row in rows]
    minted = await papers.rounds_of(tx, asked.community, codes)
    entered = await papers.entered(tx, asked.community, codes)
    problems = []
    for row in rows:
        code = ""
        if row.receipt not in minted:
            code = "receipt-unknown"
        elif minted[row.receipt] != asked.id:
            code = "receipt-elsewhere"
        elif row.receipt in entered:
            code = "receipt-entered"
        elif asked.audience and row.standing not in asked.audience:
            code = "paper-audience"
        if code:
            problems.append(Problem(row.line, Refusal(code, receipt=row.receipt)))
    return problems


async def _keep(
    tx: AsyncConnection, batch: Batch, rows: Sequence[Row], said: Sequence[object], now: int
) -> None:
    await papers.add(
        tx,
        [
            Paper(
                batch.community, row.receipt, batch.id, json.dumps(one, ensure_ascii=False),
                row.standing, row.came, now,
            )
            for row, one in zip(rows, said, strict=True)
        ],
    )  # fmt: skip


async def _on_record(
    tx: AsyncConnection, asked: Round, batch: Batch, count: int, now_ms: int, who: Known | None = None
) -> None:
    """Put on the record that answers were entered, and by whom, where it was a person."""
    by = (who.id, who.secret) if who else (0, b"")
    standing = "organiser" if who else ""
    said = {"batch": batch.id, "count": count}
    entry = Entry(
        asked.community, now_ms, "answers-entered", asked.stage.value, standing, said,
        asked.initiative, asked.id, *by, public=True,
    )  # fmt: skip
    await interactions.append(tx, [entry])
