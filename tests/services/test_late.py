"""What was late, why, and how what fails is tried again; and that organisers see it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest

from bot import wiring
from bot.domain.refusals import Refusal
from bot.services import due, schedules
from bot.services.ports import Messenger
from bot.services.schedules import Late
from bot.settings import Timing
from bot.store import schedule
from tests.builders import (
    BOTH_ENGINES,
    MODERATORS,
    SQLITE_ONLY,
    HandClock,
    World,
    open_app,
    open_poll,
    outbox_of,
    set_up,
)
from tests.recorder import Unreachable


async def run(world: World) -> int:
    return await due.run_due(world.app, world.now)


async def late(world: World) -> list[tuple[str, str]]:
    """What was late and why, the newest first."""
    return [(one.act, one.why) for one in (await schedules.show(world.app, world.organiser)).late]


class Breaking:
    """An act that fails as long as it is told to, and how often it was tried."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, act: str, error: Exception) -> None:
        self.tries, self.error, self.broken, self.works = 0, error, True, due.ACTS[act].do
        monkeypatch.setitem(due.ACTS, act, replace(due.ACTS[act], do=self))

    async def __call__(self, *args: Any) -> None:
        self.tries += 1
        if self.broken:
            raise self.error
        await self.works(*args)


@BOTH_ENGINES
async def test_what_is_done_within_the_hour_is_not_late(world: World) -> None:
    await open_poll(world, days=8)
    world.clock.set("2027-05-10 08:59")  # the digest was due an hour ago, less a minute
    await run(world)
    assert ("digest", "busy") not in await late(world)


@SQLITE_ONLY
async def test_what_was_due_while_nothing_ran_says_so(database_url: str, clock: HandClock) -> None:
    app = await open_app(database_url, clock)
    world = await set_up(app)
    asked = await open_poll(world, days=8)
    await app.database.close()
    clock.move(days=9)
    world = replace(world, app=await open_app(database_url, clock))
    await run(world)
    (post,) = await outbox_of(world, "late")
    assert post.facts == {"rounds": {str(asked.id): "down"}}
    found = (await schedules.show(world.app, world.organiser)).late
    assert found[0] == Late("close", "Where should the crossing be?", asked.closes_ms, world.now, "down")
    assert {one.why for one in found} == {"down"}
    assert [one.act for one in found[1:]] == ["digest", "proof", "news", "retention"]
    await world.app.database.close()


async def test_what_was_held_up_says_so(world: World) -> None:
    await open_poll(world, days=8)
    world.clock.move(days=8, hours=2)
    await run(world)
    assert ("close", "busy") in await late(world)


async def test_what_failed_before_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = await open_poll(world, days=8)
    world.clock.move(days=8)
    act = Breaking(monkeypatch, "close", KeyError("no"))
    await run(world)
    assert (await schedules.show(world.app, world.organiser)).coming[0].owed is False
    world.clock.move(hours=2)
    await run(world)
    (first, *_) = (await schedules.show(world.app, world.organiser)).coming
    assert (first.act, first.due_ms, first.owed) == ("close", asked.closes_ms, True)
    act.broken = False
    world.clock.move(minutes=5)
    await run(world)
    assert (await late(world))[0] == ("close", "trouble")
    (post,) = await outbox_of(world, "late")
    assert post.facts == {"rounds": {str(asked.id): "trouble"}}


async def test_what_was_late_before_it_failed_too_says_what_came_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_poll(world, days=8)
    world.clock.move(days=8, hours=2)
    world.app.started_ms = world.now
    act = Breaking(monkeypatch, "close", KeyError("no"))
    await run(world)
    act.broken = False
    world.clock.move(minutes=1)
    await run(world)
    assert ("close", "down") in await late(world)


@BOTH_ENGINES
async def test_a_database_that_was_away_is_trouble_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await open_poll(world, days=8)

    async def away(*_: object, **__: object) -> None:
        raise OSError("no connection")

    world.clock.move(days=8, hours=1)
    with monkeypatch.context() as patched:
        patched.setattr(schedule, "due", away)
        with pytest.raises(OSError, match="no connection"):
            await run(world)
    world.clock.move(hours=1)
    await run(world)
    assert ("close", "trouble") in await late(world)


async def test_what_keeps_failing_is_tried_at_growing_distances_and_logged_once_each(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    act = Breaking(monkeypatch, "proof", KeyError("no"))
    world.clock.set("2027-05-10 08:00")
    tried = []
    for minute in range(60):
        before = act.tries
        await run(world)
        await run(world)
        tried += [minute] * (act.tries - before)
        world.clock.move(minutes=1)
    assert tried == [0, 1, 6, 21, 36, 51]
    assert caplog.text.count("the proof of community 1 failed") == len(tried)
    act.broken = False
    world.clock.move(minutes=10)
    await run(world)
    assert len(await outbox_of(world, "proof")) == 1
    world.clock.move(days=7)
    await run(world)  # the next one doesn't inherit the wait
    assert len(await outbox_of(world, "proof")) == 2


@SQLITE_ONLY
async def test_what_fails_does_not_keep_the_heart_racing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = await open_app(database_url, wiring.MachineClock())
    app.settings = replace(app.settings, timing=Timing(tick_seconds=3600, repaint_seconds=0))
    world, looks = await set_up(app), 0
    await app.database.writer.run(
        lambda tx: schedule.put(tx, world.community.id, "proof", 0, world.now - 1000)
    )
    Breaking(monkeypatch, "proof", KeyError("no"))
    run_due = due.run_due

    async def counted(*args: Any) -> int:
        nonlocal looks
        looks += 1
        return await run_due(*args)

    monkeypatch.setattr(due, "run_due", counted)
    async with wiring.beating(app, cast(Messenger, Unreachable())):
        await asyncio.sleep(0.5)
    assert 1 <= looks <= 2
    await app.database.close()


@BOTH_ENGINES
async def test_many_that_rest_hide_nobody_who_is_due(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "AT_ONCE", 2)
    Breaking(monkeypatch, "close", KeyError("no"))
    for _ in range(5):
        await open_poll(world, days=7)
    world.clock.move(days=7)
    await run(world)
    assert len(await outbox_of(world, "digest", "proof")) == 2


async def test_a_database_that_takes_nothing_is_not_asked_for_every_slot(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    act = Breaking(monkeypatch, "close", Refusal("cannot-save"))
    for _ in range(9):
        await open_poll(world, days=8)
    world.clock.move(days=8)
    await run(world)
    assert act.tries == due.PATIENCE
    assert caplog.text.count("failed: cannot-save") == due.PATIENCE
    assert "Traceback" not in caplog.text
    await run(world)
    assert act.tries == 2 * due.PATIENCE
    act.broken = False
    world.clock.move(minutes=1)
    await run(world)
    assert len(await outbox_of(world, "result")) == 9


@BOTH_ENGINES
async def test_closings_come_before_a_late_digest_however_many(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "AT_ONCE", 2)
    for days in (9, 8, 10):
        await open_poll(world, f"After {days}?", days=days)
    world.clock.move(days=11)
    await run(world)
    posts = await outbox_of(world, "result", "digest")
    assert [post.card for post in posts] == ["result"] * 3 + ["digest"]
    assert [post.facts["round"] for post in posts[:3]] == [2, 1, 3]  # the longest due first
    assert len(posts[3].facts["asked"]) == 3


async def test_all_that_closed_late_is_told_in_one_post(world: World) -> None:
    asked = [await open_poll(world, days=8 + number) for number in range(7)]
    world.clock.move(days=20)
    await run(world)
    (post,) = await outbox_of(world, "late")
    assert post.target == MODERATORS
    assert list(post.facts["rounds"]) == [str(one.id) for one in asked]
    numbers = [one.id for one in await outbox_of(world)]
    assert len(numbers) == len(set(numbers))


@BOTH_ENGINES
async def test_a_slot_that_was_planned_otherwise_since_it_was_read_is_left_alone(world: World) -> None:
    world.clock.move(days=7, hours=1)
    async with world.app.database.reading() as tx:
        (slot,) = [one for one in await schedule.due(tx, world.now, 9) if one.act == "digest"]
    await world.app.database.writer.run(
        lambda tx: schedule.put(tx, slot.community, "digest", 0, world.now + 1000, slot.pace, slot.zone)
    )
    assert await world.app.database.writer.run(lambda tx: due._do(world.app, tx, slot, world.now)) == 0
    assert await outbox_of(world, "digest") == []
    async with world.app.database.reading() as tx:
        found = await schedule.find(tx, slot.community, "digest")
    assert found is not None
    assert found.next_ms == world.now + 1000
