"""What became of every slot: exactly one note and exactly one effect, or it was lost or doubled."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import verify
from bot.domain.when import is_late
from bot.services import records
from bot.services.ports import App
from bot.store.schema import interaction, occurrence, outbox, round_, schedule
from tests.soak.town import REMINDED_MS, Key, Town

Effect = tuple[str, int, int]
"""Something that a slot did: what, in which community, about what."""

POSTS = ("result", "draft-soon", "promise-overdue", "promise-late", "promise-soon")
ROWS = {"round-closed": "round", "promise-overdue": "initiative"}


class Broken(Exception):
    """Something other than a slot's number of times was wrong."""


@dataclass
class Tally:
    """How many slots were as they should be, and what was not."""

    right: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Done:
    """One row of ``occurrence``."""

    local_date: str
    slot: int
    done_ms: int


async def tally(app: App, town: Town, until_ms: int) -> Tally:
    """Compare what was done up to a moment, once nothing is due any more, with what should have been."""
    found = Tally()
    async with app.database.reading() as tx:
        notes, there = await _notes(tx), await _effects(tx)
    wanted: Counter[Effect] = Counter()
    for key, due_ms in town.once.items():
        _once(key, due_ms, until_ms, notes.pop(key, []), found, wanted)
    for key in town.paces:
        _regular(key, town, until_ms, notes.pop(key, []), found, wanted)
    found.doubled += [f"{key} was done and not planned" for key in notes]
    found.lost += [f"{effect} is not there" for effect in (wanted - there).elements()]
    found.doubled += [f"{effect} is there too often" for effect in (there - wanted).elements()]
    for number in await records.communities_there(app):
        if not verify.check([line async for line in records.record_lines(app, number)]).ok:
            raise Broken(f"the record of community {number} does not verify")
    return found


async def _notes(tx: AsyncConnection) -> dict[Key, list[_Done]]:
    entry = (schedule.c.community == occurrence.c.community) & (schedule.c.id == occurrence.c.schedule)
    found: dict[Key, list[_Done]] = {}
    for row in await tx.execute(
        select(schedule, occurrence.c.local_date, occurrence.c.slot, occurrence.c.done_ms)
        .select_from(occurrence.join(schedule, entry))
        .order_by(occurrence.c.slot)
    ):
        key = (row.community, row.act, row.subject)
        found.setdefault(key, []).append(_Done(row.local_date, row.slot, row.done_ms))
    return found


async def _effects(tx: AsyncConnection) -> Counter[Effect]:
    found: Counter[Effect] = Counter()
    for row in await tx.execute(select(interaction)):
        if row.act in ROWS:
            found[f"row {row.act}", row.community, getattr(row, ROWS[row.act])] += 1
    for row in await tx.execute(select(round_.c.community, round_.c.id).where(round_.c.state == "lapsed")):
        found["lapsed", row.community, row.id] += 1
    for row in await tx.execute(select(outbox)):
        if effect := _of_post(row):
            found[effect] += 1
    return found


def _of_post(row: Any) -> Effect | None:
    facts = json.loads(row.facts)
    if row.card == "digest":
        late = " late" if facts["late"] else ""
        return f"post digest{late}", row.community, int(row.once.removeprefix("digest:"))
    if row.card in ("proof", "witness"):
        return f"post {row.card}", row.community, row.made_ms
    if row.card in POSTS:
        return f"post {row.card}", row.community, facts.get("round") or facts["initiative"]
    return None


def _once(
    key: Key, due_ms: int, until_ms: int, notes: list[_Done], found: Tally, wanted: Counter[Effect]
) -> None:
    community, act, subject = key
    if due_ms > until_ms:
        found.doubled += [f"{key} was done before its time" for _ in notes]
        return
    if not notes:
        found.lost.append(f"{key} of {due_ms} was never done")
        return
    if [note.slot for note in notes] != [due_ms]:
        found.doubled.append(f"{key} of {due_ms} was done at {notes}")
        return
    found.right += 1
    done_ms = notes[0].done_ms
    wanted.update({
        "close": {("row round-closed", community, subject): 1, ("post result", community, subject): 1},
        "lapse": {("lapsed", community, subject): 1},
        "promise": {
            ("row promise-overdue", community, subject): 1,
            ("post promise-overdue", community, subject): 1,
            ("post promise-late", community, subject): 1,
        },
        # A reminder is dropped where what it calls to mind has come by the time it is done.
        "reminder": {("post promise-soon", community, subject): int(done_ms < due_ms + REMINDED_MS)},
        "draft-soon": {("post draft-soon", community, subject): int(done_ms < due_ms + REMINDED_MS)},
    }[act])  # fmt: skip


def _regular(
    key: Key, town: Town, until_ms: int, notes: list[_Done], found: Tally, wanted: Counter[Effect]
) -> None:
    community, act, _ = key
    planned = dict(town.regular(key, until_ms))
    for note in notes:
        if note.slot not in planned:
            found.doubled.append(f"{key} was done for {note.slot}, when nothing was due")
            continue
        if planned[note.slot] != note.local_date:
            raise Broken(f"{key} of {planned[note.slot]} was noted for {note.local_date}")
        found.right += 1
        if act == "digest":
            late = " late" if is_late(note.slot, note.done_ms) else ""
            wanted[f"post digest{late}", community, note.slot] += 1
        elif act == "proof":
            wanted.update({("post proof", community, note.done_ms): 1})
            wanted.update({("post witness", community, note.done_ms): 1})
    at_once = len(notes) - len({note.done_ms for note in notes})
    found.doubled += [f"{key} was made up for more than once"] * at_once
    done = {note.slot for note in notes}
    for slot in planned.keys() - done:
        # After an outage one comes for all: the first that was missed, done when the others were past, too.
        if not any(note.slot < slot <= note.done_ms for note in notes):
            found.lost.append(f"{key} of {planned[slot]} was neither done nor made up for")
