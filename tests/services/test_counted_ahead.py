"""A close is counted outside the writer and committed as a result; what has changed is counted anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.refusals import Refusal
from bot.domain.rounds import State
from bot.services import answers, due, people, rounds
from bot.services.ports import App
from tests.builders import BOTH_ENGINES, World, close_at_its_time, open_poll, residents

REASON = "We know enough."
MANY = 30


@asynccontextmanager
async def said_by_the_writer(app: App) -> AsyncIterator[list[str]]:
    """The statements that the writer's transactions make meanwhile."""
    found: list[str] = []

    def heard(*args: Any) -> None:
        found.append(args[2])

    engine = app.database._writing.sync_engine
    event.listen(engine, "before_cursor_execute", heard)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", heard)


def reads_answers(statement: str) -> bool:
    return statement.startswith("SELECT") and "answer.value" in statement and "answer.round =" in statement


async def voted(world: World) -> tuple[Any, list[Any]]:
    asked, crowd = await open_poll(world), await residents(world, MANY)
    for place, who in enumerate(crowd):
        await answers.answer(world.app, who, asked.id, [str(place % 2)])
    return asked, crowd


async def result(world: World, which: int) -> tuple[State, int, tuple[int, ...]]:
    there = await rounds.look(world.app, world.community.id, which)
    tally = there.result
    assert tally is not None
    return there.round.state, tally.answers, tally.counts


@BOTH_ENGINES
@pytest.mark.parametrize("early", [True, False])
async def test_no_answer_is_read_in_the_transaction_of_a_close(
    world: World, monkeypatch: pytest.MonkeyPatch, early: bool
) -> None:
    monkeypatch.setattr(rounds, "PIECE", 7)
    asked, _ = await voted(world)
    async with said_by_the_writer(world.app) as said:
        if early:
            await rounds.close_early(world.app, world.organiser, asked.id, REASON)
        else:
            await close_at_its_time(world, asked)
    assert said
    assert not [one for one in said if reads_answers(one)]
    state, count, counts = await result(world, asked.id)
    assert (state, count, counts[:2]) == (State.CLOSED, MANY, (MANY // 2, MANY // 2))
    assert not world.app.counted


async def test_files_say_when_it_was_to_close_also_where_it_closed_early(world: World) -> None:
    asked = await open_poll(world)
    world.clock.move(days=1)
    await rounds.close_early(world.app, world.organiser, asked.id, REASON)
    after = (await rounds.look(world.app, world.community.id, asked.id)).round
    assert (after.state, after.closed_ms, after.closes_ms) == (State.CLOSED, world.now, asked.closes_ms)


async def test_who_is_erased_meanwhile_does_not_count(world: World) -> None:
    asked, crowd = await voted(world)
    world.clock.set("2027-12-01 09:00")
    await rounds.count_ahead(world.app, world.community.id, asked.id)
    await people.erase(world.app, crowd[0])
    await world.app.write(lambda tx: rounds.close_in(world.app, tx, asked, world.now))
    assert (await result(world, asked.id))[1:] == (MANY - 1, (MANY // 2 - 1, MANY // 2, 0))


async def test_a_close_that_stopped_half_way_takes_nothing_more_and_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, crowd = await voted(world)

    async def killed(*_: Any) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as at_that_moment:
        at_that_moment.setattr(rounds, "count_ahead", killed)
        with pytest.raises(asyncio.CancelledError):
            await rounds.close_early(world.app, world.organiser, asked.id, REASON)
    there = await rounds.look(world.app, world.community.id, asked.id)
    assert (there.round.state, there.result, there.round.end_reason) == (State.OPEN, None, REASON)
    with pytest.raises(Refusal, match="round-closed"):
        await answers.answer(world.app, crowd[0], asked.id, ["1"])
    with pytest.raises(Refusal, match="round-over"):
        await rounds.close_early(world.app, world.organiser, asked.id, REASON)
    await due.run_due(world.app, world.now)
    assert (await result(world, asked.id))[:2] == (State.CLOSED, MANY)


@BOTH_ENGINES
async def test_two_processes_close_it_once(world: World, second: App) -> None:
    asked, _ = await voted(world)
    now = world.clock.set("2027-12-01 09:00")
    await asyncio.gather(due.run_due(world.app, now), due.run_due(second, now))
    assert (await result(world, asked.id))[:2] == (State.CLOSED, MANY)
    assert not world.app.counted or not second.counted
