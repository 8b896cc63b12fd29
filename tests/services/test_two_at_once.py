"""Several processes on one PostgreSQL database: what is due is claimed by whoever is first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from bot.services import due, rounds
from bot.services.ports import App
from bot.store import schedule as plans
from bot.store.schema import occurrence, schedule
from tests.builders import POSTGRESQL_ONLY, World, draft_poll, export, open_app, open_poll, outbox_of

pytestmark = POSTGRESQL_ONLY
DAYS = 30


@pytest.fixture
async def others(database_url: str, world: World) -> AsyncIterator[list[App]]:
    """Two more processes on the same database."""
    opened = [await open_app(database_url, world.clock) for _ in range(2)]
    yield opened
    for app in opened:
        await app.database.close()


async def test_each_slot_is_done_by_one_of_them(world: World, others: list[App]) -> None:
    asked = [await open_poll(world, days=7 + number / 4) for number in range(12)]
    for _ in range(5):
        await draft_poll(world, days=60)
    done: dict[int, int] = dict.fromkeys(range(3), 0)
    for hour in range(DAYS * 4):
        world.clock.move(hours=6, minutes=hour % 7)
        counts = await asyncio.gather(*(due.run_due(app, world.now) for app in (world.app, *others)))
        for number, count in enumerate(counts):
            done[number] += count
    async with world.app.database.reading() as tx:
        noted = (await tx.execute(select(func.count()).select_from(occurrence))).scalar_one()
        by_act = {row.act: row.times for row in await tx.execute(BY_ACT)}
    assert sum(done.values()) == noted
    assert all(done.values()), done  # or they were not at it at once
    assert by_act == {
        "retention": DAYS, "digest": 4, "proof": 4, "news": 4, "close": 12, "draft-soon": 5, "lapse": 5
    }  # fmt: skip
    assert sum("round-closed" in line for line in await export(world)) == len(asked)
    counts = [len(await outbox_of(world, card)) for card in ("result", "digest", "proof", "witness")]
    assert counts == [12, 4, 4, 4]
    assert len(await outbox_of(world, "draft-soon")) == 5


BY_ACT = (
    select(schedule.c.act, func.count().label("times"))
    .select_from(
        occurrence.join(
            schedule,
            (schedule.c.community == occurrence.c.community) & (schedule.c.id == occurrence.c.schedule),
        )
    )
    .group_by(schedule.c.act)
)


async def test_what_one_has_claimed_and_not_committed_the_other_does_where_it_dies(
    world: World, others: list[App]
) -> None:
    asked = await open_poll(world, days=7)
    world.clock.move(days=7)
    async with world.app.database._writing.connect() as connection:  # a process in the middle of a slot
        async with world.app.database.reading() as tx:
            (slot,) = [one for one in await plans.due(tx, world.now, 99) if one.act == "close"]
        assert await due._do(world.app, connection, slot, world.now) == 1
        waiting = asyncio.create_task(due.run_due(others[0], world.now))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await connection.rollback()  # as the server does when a process is gone
    assert await waiting > 0
    look = await rounds.look(others[0], world.community.id, asked.id)
    assert look.result is not None
    assert sum("round-closed" in line for line in await export(world)) == 1
