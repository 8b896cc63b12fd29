"""Guarantee 2, every day: however people race, each counts once, with what they said last.

``make soak`` does the same ten times as often.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.sql.dml import UpdateBase

from bot.domain.people import Person
from bot.services import answers as services
from bot.services.ports import App
from bot.store import answers, direct, interactions
from bot.store.answers import Answer
from bot.store.direct import Tx
from bot.store.interactions import Entry
from bot.store.schema import answer
from tests.soak import races

ANSWERS, FEW = 1_000, 200
BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

Break = Callable[[pytest.MonkeyPatch, str], None]


@BOTH
def test_whoever_races_counts_once_with_what_they_said_last(database_url: str, seed: str) -> None:
    found = races.run(database_url, ANSWERS, seed)
    assert (found.doubled, found.astray, found.stale) == (0, 0, 0)
    assert found.ok
    assert found.answers == ANSWERS
    assert found.acknowledged > ANSWERS // 2


async def _without_its_key(url: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as tx:
        for statement in (
            "CREATE TABLE loose AS SELECT * FROM answer",
            "DROP TABLE answer",
            "ALTER TABLE loose RENAME TO answer",
        ):
            await tx.execute(text(statement))
    await engine.dispose()


def no_unique_key(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """An answer is put beside what the same person said before."""
    asyncio.run(_without_its_key(url))

    def put(_: Tx) -> UpdateBase:
        return insert(answer)

    async def put_many(tx: Tx, given: Sequence[Answer]) -> None:
        if given:
            await direct.write(tx, put, [vars(one) | {"value": str(list(one.value))} for one in given])

    monkeypatch.setattr(answers, "put_many", put_many)


def first_stands(monkeypatch: pytest.MonkeyPatch, _: str) -> None:
    """An upsert that keeps what was there."""
    put = answers.put_many

    async def put_many(tx: Tx, given: Sequence[Answer]) -> None:
        there = await answers.find_many(tx, [one.key for one in given])
        await put(tx, [one for one in given if one.key not in there])

    monkeypatch.setattr(answers, "put_many", put_many)


def recorded_twice(monkeypatch: pytest.MonkeyPatch, _: str) -> None:
    """A row of the record too many."""
    append = interactions.append

    async def twice(tx: Tx, entries: Sequence[Entry]) -> None:
        await append(tx, [entry for entry in entries for _ in range(2)])

    monkeypatch.setattr(interactions, "append", twice)


def told_from_before(monkeypatch: pytest.MonkeyPatch, _: str) -> None:
    """What someone said before is read outside of the transaction that replaces it."""
    send = services._send

    async def racing(app: App, person: Person, which: int, raw: Sequence[str], *seen: Any) -> Any:
        before = await services.standing_answer(app, person, which)
        told = await send(app, person, which, raw, *seen)
        return services.Recorded(told.round, told.value, before)

    monkeypatch.setattr(services, "_send", racing)


@pytest.mark.parametrize(
    ("database_url", "fault", "wrong"),
    [
        ("sqlite", no_unique_key, "doubled"),
        ("postgresql", no_unique_key, "doubled"),
        ("sqlite", first_stands, "stale"),
        ("sqlite", recorded_twice, "astray"),
        ("sqlite", told_from_before, "astray"),
    ],
    indirect=["database_url"],
)
def test_a_bot_that_loses_or_doubles_answers_is_caught(
    database_url: str, seed: str, monkeypatch: pytest.MonkeyPatch, fault: Break, wrong: str
) -> None:
    fault(monkeypatch, database_url)
    found = races.run(database_url, FEW, seed)
    assert getattr(found, wrong)
    assert not found.ok
