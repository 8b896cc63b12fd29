"""Rounds and their results."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import astuple, replace
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import AskField, FieldKind
from bot.domain.community import Moderation
from bot.domain.hiding import leaders_sure
from bot.domain.kinds import KINDS
from bot.domain.people import Ages, Standing
from bot.domain.rounds import Asked, Round, State
from bot.domain.stages import Stage
from bot.domain.summary import FieldTally, Groups, Level, Offline, Tally
from bot.domain.weighing import Weighed
from bot.store import direct, numbers
from bot.store.direct import Tx
from bot.store.schema import initiative, result
from bot.store.schema import round_ as table

FLAGS = frozenset({"show_of_hands", "sealed", "box"})
"""Columns that are 0 or 1."""


def read(row: Any) -> Round:
    """A round out of its row."""
    return _read(dict(row._mapping))


def _read(columns: dict[str, Any]) -> Round:
    columns["stage"] = Stage(columns["stage"])
    columns["state"] = State(columns["state"])
    columns["moderation"] = Moderation(columns["moderation"])
    columns["options"] = tuple(json.loads(columns["options"]))
    columns["form"] = read_form(columns["form"])
    columns["audience"] = frozenset(map(Standing, filter(None, columns["audience"].split(","))))
    for name in FLAGS:
        columns[name] = bool(columns[name])
    return Round(**columns)


def _written(columns: dict[str, Any]) -> dict[str, Any]:
    written = dict(columns)
    if "options" in written:
        written["options"] = json.dumps(list(written["options"]), ensure_ascii=False)
    if "form" in written:
        written["form"] = written_form(written["form"])
    if "audience" in written:
        written["audience"] = ",".join(sorted(written["audience"]))
    for name in written.keys() & FLAGS:
        written[name] = int(written[name])
    return written


def read_form(kept: str) -> tuple[AskField, ...]:
    """The fields of a form out of their column."""
    return tuple(
        AskField(name, FieldKind(kind), label, hint, longest, tuple(options))
        for name, kind, label, hint, longest, options in json.loads(kept)
    )


def written_form(form: Iterable[AskField]) -> str:
    """The fields of a form for their column."""
    return json.dumps([astuple(one) for one in form], ensure_ascii=False)


async def find(tx: AsyncConnection, number: int, which: int) -> Round | None:
    """One round of a community."""
    at = (table.c.community == number) & (table.c.id == which)
    row = (await tx.execute(select(table).where(at))).one_or_none()
    return None if row is None else read(row)


async def find_many(tx: Tx, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Round]:
    """Rounds by (community, id); those that don't exist are absent."""
    found = [_read(row) for row in await direct.find(tx, _of_keys, wanted)]
    return {(one.community, one.id): one for one in found}


async def to_answer(tx: Tx, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Asked]:
    """Rounds by (community, id), with what is needed to answer them; those that don't exist are absent."""
    found: dict[tuple[int, int], Asked] = {}
    for row in await direct.find(tx, _of_keys_to_answer, wanted):
        title, ages = row.pop("title"), Ages(row.pop("ages"))
        found[row["community"], row["id"]] = Asked(_read(row), title, ages)
    return found


def _of_keys(count: int) -> Select[Any]:
    keys, each = direct.wanted(count, table.c.community, table.c.id)
    return select(table).join_from(keys, table, each)


def _of_keys_to_answer(count: int) -> Select[Any]:
    of_it = (initiative.c.community == table.c.community) & (initiative.c.id == table.c.initiative)
    return _of_keys(count).add_columns(initiative.c.title, initiative.c.ages).join(initiative, of_it)


async def by_message(tx: AsyncConnection, number: int, message: str) -> Round | None:
    """The round whose card is this message of the platform."""
    at = (table.c.community == number) & (table.c.message == message)
    row = (await tx.execute(select(table).where(at))).one_or_none()
    return None if row is None else read(row)


async def in_state(tx: AsyncConnection, number: int, *states: State) -> list[Round]:
    """A community's rounds in these states, those that close first ahead."""
    at = (table.c.community == number) & table.c.state.in_([state.value for state in states])
    rows = await tx.execute(select(table).where(at).order_by(table.c.closes_ms, table.c.id))
    return [read(row) for row in rows]


async def open_in(tx: AsyncConnection, which: int) -> list[int]:
    """The numbers of the communities in which the round of this number is open."""
    at = (table.c.id == which) & (table.c.state == State.OPEN.value)
    return list((await tx.execute(select(table.c.community).where(at).order_by(table.c.community))).scalars())


async def newest(tx: AsyncConnection, number: int, initiative: int, most: int, *states: State) -> list[Round]:
    """The newest rounds of an initiative in these states, in no order."""
    at = (table.c.community == number) & (table.c.initiative == initiative) & table.c.state.in_(states)
    # First the numbers, which an index has: for whole rows, SQLite would go through all rounds there are.
    last = select(table.c.id).where(at).order_by(table.c.id.desc()).limit(most)
    rows = await tx.execute(select(table).where(table.c.community == number, table.c.id.in_(last)))
    return [read(row) for row in rows]


async def closed_since(tx: AsyncConnection, number: int, since_ms: int) -> list[Round]:
    """The rounds of a community that closed after a moment (UTC epoch ms), the earliest first."""
    at = (table.c.community == number) & (table.c.state == State.CLOSED) & (table.c.closed_ms > since_ms)
    return [read(row) for row in await tx.execute(select(table).where(at).order_by(table.c.closed_ms))]


async def opened(tx: AsyncConnection, number: int) -> dict[int, int]:
    """How many rounds of each initiative have been opened, and not cancelled."""
    at = (table.c.community == number) & table.c.state.in_([State.OPEN.value, State.CLOSED.value])
    counts = select(table.c.initiative, func.count().label("many")).where(at).group_by(table.c.initiative)
    return {row.initiative: row.many for row in await tx.execute(counts)}


async def add(tx: AsyncConnection, draft: Round) -> Round:
    """Keep a new round; returns it with its number."""
    which = await numbers.following(tx, table, draft.community)
    columns = {column.name: getattr(draft, column.name) for column in table.columns}
    await tx.execute(insert(table).values(**_written(columns | {"id": which})))
    return replace(draft, id=which)


async def leave_free(tx: AsyncConnection, number: int, count: int, now_ms: int) -> int:
    """Leave numbers of rounds unused: a draft that has lapsed takes the last of them, which is returned."""
    which = await numbers.following(tx, table, number) + count - 1
    lapsed = Round(number, which, 1, "pick", Stage.DEFINE, State.LAPSED, drafted_ms=now_ms)
    columns = {column.name: getattr(lapsed, column.name) for column in table.columns}
    await tx.execute(insert(table).values(**_written(columns)))
    return which


async def change(tx: AsyncConnection, number: int, which: int, **columns: Any) -> None:
    """Set columns of a round; options, audience and show_of_hands as the domain has them."""
    at = (table.c.community == number) & (table.c.id == which)
    await tx.execute(update(table).where(at).values(**_written(columns)))


async def keep_result(tx: AsyncConnection, number: int, which: int, tally: Tally) -> None:
    """Keep a round's result as it was at its close."""
    facts: dict[str, Any] = {
        "options": tally.options,
        "counts": tally.counts,
        "answers": tally.answers,
        "quorum": tally.quorum,
        "standings": dict(tally.standings),
        "hidden": tally.hidden,
        "outcome": tally.outcome,
    }
    if tally.weighed:
        facts["weighed"] = [astuple(one) for one in tally.weighed]
    if tally.offline is not None:
        facts["offline"] = astuple(tally.offline)
    if tally.late:
        facts["late"] = tally.late
    if tally.fields:
        facts["fields"] = [one.groups for one in tally.fields]
    if any(one.levels or one.parts for one in tally.fields):
        facts["levels"] = [[astuple(level) for level in one.levels] for one in tally.fields]
        facts["parts"] = [one.parts for one in tally.fields]
    if tally.same is not None:
        facts["same"] = tally.same
    if tally.hidden:
        facts["leaders"] = tally.ahead
    if tally.withheld:
        facts["withheld"] = True
    await tx.execute(
        insert(result).values(community=number, round=which, tally=json.dumps(facts, ensure_ascii=False))
    )


async def result_of(tx: AsyncConnection, number: int, which: int) -> Tally | None:
    """A round's result, once it has closed."""
    of_it = (table.c.community == result.c.community) & (table.c.id == result.c.round)
    at = (result.c.community == number) & (result.c.round == which)
    found = (
        await tx.execute(select(result.c.tally, table.c.kind).join_from(result, table, of_it).where(at))
    ).one_or_none()
    if found is None:
        return None
    facts = json.loads(found.tally)
    return Tally(
        tuple(facts["options"]),
        tuple(facts["counts"]),
        facts["answers"],
        facts["quorum"],
        facts["standings"],
        tuple(Weighed(*one) for one in facts.get("weighed", ())),
        _offline(facts["offline"]) if "offline" in facts else None,
        facts.get("late", 0),
        tuple(facts.get("hidden", ())),
        facts.get("outcome", ""),
        _fields(facts),
        facts.get("same"),
        _ahead(facts, found.kind),
        facts.get("withheld", False),
    )


def _ahead(facts: dict[str, Any], kind: str) -> tuple[int, ...]:
    """Who leads where counts are hidden; of a result from before that was kept, only who certainly does."""
    hidden = facts.get("hidden", ())
    if not hidden or "leaders" in facts:
        return tuple(facts.get("leaders", ()))
    one_each = KINDS[kind].offer(tuple(facts["options"])).most == 1
    return leaders_sure(facts["counts"], facts["answers"], hidden, one_each=one_each)


def _fields(facts: dict[str, Any]) -> tuple[FieldTally, ...]:
    groups = facts.get("fields", [])
    none: list[list[Any]] = [[] for _ in groups]
    return tuple(
        FieldTally(
            _groups(one),
            tuple(Level(*level) for level in levels),
            tuple((name, _groups(counts)) for name, counts in parts),
        )
        for one, levels, parts in zip(
            groups, facts.get("levels", none), facts.get("parts", none), strict=True
        )
    )


def _groups(kept: list[Any]) -> Groups:
    return tuple((tuple(places), people) for places, people in kept)


def _offline(kept: list[Any]) -> Offline:
    people, counts, weighed = kept
    return Offline(people, tuple(counts), tuple((one[0], one[1], one[2], one[3]) for one in weighed))


async def weighing_of(tx: AsyncConnection, number: int, sources: Collection[int]) -> set[int]:
    """Which of these asks are weighed, or about to be."""
    if not sources:
        return set()
    at = (table.c.community == number) & table.c.source.in_(sources) & (table.c.state != State.LAPSED)
    return set(
        (await tx.execute(select(table.c.source).where(at, table.c.state != State.CANCELLED))).scalars()
    )
