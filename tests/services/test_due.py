"""What is due: done at its time, once, and visibly late where it is late."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Person
from bot.domain.rounds import DAY_MS, State
from bot.services import answers, communities, digests, due, initiatives, painting, promises, rounds
from bot.services import records as exported
from bot.services.ports import App
from bot.store import outbox, schedule
from bot.store.schedule import Due
from bot.store.writer import Work
from tests.builders import (
    BOTH_ENGINES,
    MODERATORS,
    SAY,
    HandClock,
    World,
    beginning,
    draft_poll,
    everywhere,
    export,
    open_app,
    open_poll,
    outbox_of,
    residents,
    set_up,
)

LONDON = ZoneInfo("Europe/London")


async def run(world: World) -> int:
    return await due.run_due(world.app, world.now)


async def state_of(world: World, which: int) -> State:
    return (await rounds.look(world.app, world.community.id, which)).round.state


async def planned(world: World, act: str, subject: int = 0) -> str:
    """When an act is due next, by clocks in London; '' for never."""
    async with world.app.database.reading() as tx:
        found = await schedule.find(tx, world.community.id, act, subject)
    if found is None or found.next_ms is None:
        return ""
    return f"{datetime.fromtimestamp(found.next_ms / 1000, LONDON):%a %Y-%m-%d %H:%M}"


async def test_a_round_closes_at_its_time_and_not_before(world: World) -> None:
    asked = await open_poll(world, days=8)
    (person,) = await residents(world, 1)
    await answers.answer(world.app, person, asked.id, ["2"])
    world.clock.move(days=8, seconds=-1)
    await run(world)
    assert await state_of(world, asked.id) is State.OPEN
    world.clock.move(seconds=1)
    await run(world)
    look = await rounds.look(world.app, world.community.id, asked.id)
    assert look.round.state is State.CLOSED
    assert look.round.closed_ms == asked.closes_ms
    assert look.result is not None
    assert look.result.counts == (0, 0, 1)
    await painting.notice(world.app, everywhere)
    assert (world.community.id, asked.id) in world.app.stale


@BOTH_ENGINES
async def test_a_round_closes_once_however_often_and_late_we_look(world: World) -> None:
    asked = await open_poll(world, days=8)
    world.clock.move(days=10)
    await asyncio.gather(*(run(world) for _ in range(5)))
    await run(world)
    closings = [line for line in await export(world) if "round-closed" in line]
    assert len(closings) == 1
    assert [post.facts["round"] for post in await outbox_of(world, "result")] == [asked.id]
    (late,) = await outbox_of(world, "late")
    assert (late.target, late.facts) == (MODERATORS, {"rounds": {str(asked.id): "busy"}})


@BOTH_ENGINES
async def test_a_slot_is_done_once_by_many_at_once(world: World) -> None:
    world.clock.move(days=7, hours=1)
    done = await asyncio.gather(*(run(world) for _ in range(8)))
    assert sum(done) == 4  # the digest, the proof, the news and one night's retention
    assert len(await outbox_of(world, "digest")) == 1
    assert len(await outbox_of(world, "proof")) == 1


def again_in(world: World, slot: Due) -> Work[int]:
    async def work(tx: AsyncConnection) -> int:
        return await due._do(world.app, tx, slot, world.now)

    return work


@BOTH_ENGINES
async def test_a_stale_slot_is_not_done_again(world: World) -> None:
    world.clock.move(days=7, hours=1)
    async with world.app.database.reading() as tx:
        slots = await schedule.due(tx, world.now, 10)
    await run(world)
    assert slots
    for slot in slots:
        assert await world.app.database.writer.run(again_in(world, slot)) == 0
    assert len(await outbox_of(world, "digest")) == 1


@BOTH_ENGINES
async def test_a_slot_that_fails_is_logged_and_tried_again_and_holds_up_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await open_poll(world, days=8)
    world.clock.move(days=8)

    async def broken(*_: object) -> None:
        raise KeyError("no such wording")

    with monkeypatch.context() as patched:
        patched.setitem(due.ACTS, "digest", replace(due.ACTS["digest"], do=broken))
        await run(world)
    assert "digest of community" in caplog.text
    assert await state_of(world, asked.id) is State.CLOSED
    assert await outbox_of(world, "digest") == []
    world.clock.move(minutes=1)
    await run(world)
    assert len(await outbox_of(world, "digest")) == 1


async def test_what_a_crash_cut_off_is_done_after_it(tmp_path: Path, clock: HandClock) -> None:
    app = await open_app(tmp_path, clock)
    world = await set_up(app)
    asked = await open_poll(world)
    await app.database.close()
    clock.move(days=9)
    again = await open_app(tmp_path, clock)
    world = replace(world, app=again)
    await run(world)
    assert await state_of(world, asked.id) is State.CLOSED
    await again.database.close()


async def test_after_three_weeks_away_one_late_digest_comes(world: World) -> None:
    assert await planned(world, "digest") == "Mon 2027-05-10 09:00"
    world.clock.move(days=21)
    await run(world)
    await run(world)
    (post,) = await outbox_of(world, "digest")
    assert post.facts["late"] is True
    assert post.target == MODERATORS
    assert await planned(world, "digest") == "Mon 2027-05-31 09:00"


async def test_a_digest_that_is_on_time_does_not_say_it_is_late(world: World) -> None:
    world.clock.set("2027-05-10 08:59")  # 9:59 in London
    await run(world)
    (post,) = await outbox_of(world, "digest")
    assert post.facts["late"] is False


async def test_a_draft_lapses_after_fourteen_days(world: World) -> None:
    left, published = await draft_poll(world, days=40), await open_poll(world, days=40)
    world.clock.move(days=14, seconds=-1)
    await run(world)
    assert await state_of(world, left.id) is State.DRAFT
    world.clock.move(seconds=1)
    await run(world)
    assert await state_of(world, left.id) is State.LAPSED
    assert await state_of(world, published.id) is State.OPEN


async def test_organisers_are_reminded_once_three_days_before_a_promise_is_due(world: World) -> None:
    (promise,) = [
        one.promise for one in await initiatives.listing(world.app, world.community.id) if one.promise
    ]
    world.clock.now = datetime.fromtimestamp(promise.due_ms / 1000, UTC)
    world.clock.move(days=-3, minutes=-1)
    await run(world)
    assert await outbox_of(world, "promise-soon") == []
    world.clock.move(minutes=1)
    for _ in range(3):
        await run(world)
        world.clock.move(hours=8)
    (reminder,) = await outbox_of(world, "promise-soon")
    facts = {"initiative": world.initiative.id, "made_ms": world.initiative.made_ms}
    assert (reminder.target, reminder.facts) == (MODERATORS, facts)


async def test_nobody_is_reminded_of_a_promise_that_is_kept(world: World) -> None:
    await promises.keep(world.app, world.organiser, world.initiative.id, "You.", "We.", "Not.")
    world.clock.move(days=365)
    await run(world)
    assert await outbox_of(world, "promise-soon") == []


async def test_an_overdue_promise_is_announced_once_in_both_channels(world: World) -> None:
    asked = await open_poll(world, days=100)
    later = beginning(world.app, "Another", due_ms=world.now + 90 * DAY_MS)
    on = await initiatives.start(world.app, world.organiser, later)
    aside = await open_poll(world, days=100, initiative=on.id)
    world.clock.move(days=60)
    await painting.notice(world.app, everywhere)
    world.app.stale.clear()
    await run(world)
    await run(world)
    posts, made_ms = await outbox_of(world, "promise-overdue", "promise-late"), world.initiative.made_ms
    assert [(post.card, post.target, post.facts) for post in posts] == [
        ("promise-overdue", SAY, {"initiative": world.initiative.id, "made_ms": made_ms}),
        ("promise-late", MODERATORS, {"initiative": world.initiative.id, "made_ms": made_ms}),
    ]
    assert sum("promise-overdue" in line for line in await export(world)) == 1
    await painting.notice(world.app, everywhere)
    assert (world.community.id, asked.id) in world.app.stale
    assert (world.community.id, aside.id) not in world.app.stale


async def test_the_head_goes_to_residents_and_to_the_witness_every_week(world: World) -> None:
    for _ in range(3):
        world.clock.move(days=7)
        await run(world)
    assert [post.target for post in await outbox_of(world, "proof")] == [SAY] * 3
    witnessed = await outbox_of(world, "witness")
    assert [(post.place, post.target) for post in witnessed] == [("person", "witness-1")] * 3
    assert [len(post.facts["head"]) for post in witnessed] == [64] * 3


@BOTH_ENGINES
async def test_the_published_head_is_that_of_the_record(world: World) -> None:
    world.clock.move(days=7)
    await run(world)
    (post,) = await outbox_of(world, "proof")
    async for line in exported.record_lines(world.app, world.community.id):
        last = line
    assert f'"rows":{post.facts["rows"]},"head":"{post.facts["head"]}"' in last


@BOTH_ENGINES
async def test_a_community_that_removed_the_bot_is_left_in_peace(world: World) -> None:
    await communities.removed(world.app, "discord", "server-1")
    world.clock.move(days=14)
    await run(world)
    assert await outbox_of(world, "digest", "proof", "witness") == []
    await communities.returned(world.app, "discord", "server-1")
    world.clock.move(days=7)
    await run(world)
    assert len(await outbox_of(world, "digest", "proof", "witness")) == 3


@pytest.mark.parametrize(
    ("before", "times"),
    [
        ("2027-10-24 12:00", ["Mon 2027-10-25 09:00", "Mon 2027-11-01 09:00", "Mon 2027-11-08 09:00"]),
        ("2028-03-19 12:00", ["Mon 2028-03-20 09:00", "Mon 2028-03-27 09:00", "Mon 2028-04-03 09:00"]),
    ],
)
async def test_the_digest_stays_at_nine_when_the_clocks_change(
    app: App, clock: HandClock, before: str, times: list[str]
) -> None:
    clock.set(before)
    world = await set_up(app)
    hours = set()
    for expected in times:
        assert await planned(world, "digest") == expected
        clock.now = datetime.strptime(expected[4:], "%Y-%m-%d %H:%M").replace(tzinfo=LONDON).astimezone(UTC)
        hours.add(clock.now.hour)
        clock.move(seconds=-1)
        await run(world)
        count = len(await outbox_of(world, "digest"))
        clock.move(seconds=1)
        await run(world)
        assert len(await outbox_of(world, "digest")) == count + 1
    assert hours == {8, 9}


@pytest.mark.parametrize("start", ["2027-10-25 12:00", "2028-03-20 12:00"])
async def test_every_night_around_a_clock_change_comes_once(app: App, clock: HandClock, start: str) -> None:
    clock.set(start)
    world, done = await set_up(app), set()
    for _ in range(14):
        clock.move(days=1)
        done.add(await run_nights(world))
    assert len(done) == 14


async def run_nights(world: World) -> str:
    before = await planned(world, "retention")
    async with world.app.database.reading() as tx:
        found = await schedule.find(tx, world.community.id, "retention")
    assert found is not None
    assert found.next_ms is not None
    assert found.next_ms <= world.now < found.next_ms + DAY_MS + 3_600_000
    await run(world)
    return before[:14]


@BOTH_ENGINES
async def test_another_zone_keeps_the_pace_that_was_chosen(world: World) -> None:
    await digests.plan(world.app, world.organiser, "every Friday 4pm")
    assert await planned(world, "digest") == "Fri 2027-05-07 16:00"
    owner = Person(world.community.id, "owner", can_set_up=True)
    await communities.set_up(world.app, owner, time_zone="America/New_York")
    assert await planned(world, "digest") == "Fri 2027-05-07 21:00"  # 4pm there
    assert await planned(world, "proof") == "Mon 2027-05-10 14:00"


async def test_a_pace_that_has_ended_stays_ended_in_another_zone(world: World) -> None:
    await digests.plan(world.app, world.organiser, "every Friday 4pm until 8 May")
    world.clock.move(days=7)
    await run(world)
    owner = Person(world.community.id, "owner", can_set_up=True)
    await communities.set_up(world.app, owner, time_zone="America/New_York")
    assert await planned(world, "digest") == ""


async def test_what_was_cancelled_or_closed_early_is_not_due_any_more(world: World) -> None:
    cancelled, early = await open_poll(world), await open_poll(world)
    await rounds.cancel(world.app, world.organiser, cancelled.id, "It named the wrong school.")
    await rounds.close_early(world.app, world.organiser, early.id, "We know enough.")
    world.clock.move(days=30)
    await run(world)
    assert await state_of(world, cancelled.id) is State.CANCELLED
    assert len(await outbox_of(world, "result")) == 1
    assert await outbox_of(world, "late") == []


@BOTH_ENGINES
async def test_the_timer_can_ask_when_to_wake_next(world: World) -> None:
    asked = await open_poll(world, days=8)
    async with world.app.database.reading() as tx:
        first = await schedule.next_moment(tx)
    assert first is not None
    assert world.now < first < asked.closes_ms
    async with world.app.database.reading() as tx:
        assert await outbox.last_sent(tx, world.community.id, "digest") is None
