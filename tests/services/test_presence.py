"""Who was here lately: the week, and nothing that leads to what they did."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot import wiring
from bot.domain.people import WEEK_MS, Person, week_of
from bot.domain.refusals import Refusal
from bot.services import answers, people, presence
from bot.services.ports import App
from bot.settings import Settings
from bot.store import people as stored
from bot.store.direct import Tx
from bot.store.people import Sight
from bot.store.schema import person as table
from tests.builders import (
    BOTH_ENGINES,
    HandClock,
    World,
    are_here,
    open_poll,
    resident,
    residents,
    set_up,
    sqlite_url,
    stranger,
)
from tests.recorder import Unreachable

MONDAY = datetime(2027, 5, 3, tzinfo=UTC).timestamp() * 1000


async def week(world: World, person: Person) -> int:
    known = await people.find(world.app, person)
    assert known is not None
    return known.seen_ms


@given(at_ms=st.integers(-(2**45), 2**45))
def test_a_week_begins_on_monday_in_utc(at_ms: int) -> None:
    monday = datetime.fromtimestamp(week_of(at_ms) / 1000, UTC)
    assert (monday.weekday(), monday.hour, monday.minute, monday.second) == (0, 0, 0, 0)
    assert 0 <= at_ms - week_of(at_ms) < WEEK_MS


async def test_an_answer_says_only_in_which_week_somebody_became_known(world: World) -> None:
    asked, person = await open_poll(world), await resident(world, 1)
    world.clock.move(days=7)
    await answers.answer(world.app, person, asked.id, ["0"])
    assert await week(world, person) == MONDAY


@BOTH_ENGINES
async def test_once_an_hour_the_week_is_written_of_who_was_here(world: World) -> None:
    app, (one, other, third) = world.app, await residents(world, 3)
    world.clock.move(days=7)
    presence.note(app, one)
    presence.note(app, stranger(world, "nobody we know"))
    await wiring.tick(app, Unreachable())  # type: ignore[arg-type]
    assert (await week(world, one), app.here) == (MONDAY + WEEK_MS, {})
    presence.note(app, other)
    world.clock.move(minutes=59)
    await wiring.tick(app, Unreachable())  # type: ignore[arg-type]
    assert await week(world, other) == MONDAY
    world.clock.move(minutes=1)
    await wiring.tick(app, Unreachable())  # type: ignore[arg-type]
    assert [await week(world, who) for who in (other, third)] == [MONDAY + WEEK_MS, MONDAY]


async def test_a_press_counts_for_its_own_week(world: World) -> None:
    person = await resident(world, 1)
    world.clock.set("2027-05-16 23:59")
    presence.note(world.app, person)
    world.clock.move(minutes=30)
    await presence.keep(world.app)
    assert await week(world, person) == MONDAY + WEEK_MS


@pytest.mark.parametrize("exact", [0, 1])
async def test_the_exact_moment_of_an_earlier_version_stays_until_the_next_week(
    world: World, exact: int
) -> None:
    person = await resident(world, 1)
    moment = world.now - exact * WEEK_MS

    async def as_it_was(tx: object) -> None:
        await tx.execute(table.update().values(seen_ms=moment))  # type: ignore[attr-defined]

    await world.app.database.writer.run(as_it_was)
    await are_here(world, person)
    assert await week(world, person) == (MONDAY if exact else moment)


@BOTH_ENGINES
async def test_they_are_written_in_the_order_of_numbers_that_are_random(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd, written = await residents(world, 9), list[int]()
    seen = stored.seen
    monkeypatch.setattr(presence, "PIECE", 4)

    async def noted(tx: Tx, those: list[Sight]) -> None:
        written.extend(one.person for one in those)
        await seen(tx, those)

    monkeypatch.setattr(stored, "seen", noted)
    world.clock.move(days=7)
    await are_here(world, *crowd)
    async with world.app.database.reading() as tx:
        everyone = (await tx.execute(select(table.c.id, table.c.seen_ms))).all()
    there = sorted(row.id for row in everyone if row.seen_ms == MONDAY + WEEK_MS)
    assert (written, len(there)) == (there, 9)


async def test_a_clean_stop_writes_who_was_here(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder, clock = tmp_path_factory.mktemp("stopped"), HandClock()
    settings = Settings(database=sqlite_url(folder), keys=str(folder / "keys"))
    async with wiring.assembled(settings, clock) as app:
        world = await set_up(app)
        person = await resident(world, 1)
        clock.move(days=7)
        presence.note(app, person)
    async with wiring.assembled(settings, clock) as app:
        world.app = app
        assert await week(world, person) == MONDAY + WEEK_MS


async def test_what_can_not_be_written_is_written_an_hour_later(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app, (one, other) = world.app, await residents(world, 2)
    world.clock.move(days=7)

    async def full(*_: object) -> None:
        raise Refusal("cannot-save")

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(stored, "seen", full)
        await are_here(world, one)
    assert "user-" not in caplog.text
    world.clock.move(days=7)
    presence.note(app, other)
    await presence.keep_hourly(app)
    assert [await week(world, who) for who in (one, other)] == [MONDAY + WEEK_MS, MONDAY + 2 * WEEK_MS]


async def test_who_erases_themselves_is_not_in_memory_either(world: World) -> None:
    person = await resident(world, 1)
    presence.note(world.app, person)
    await people.erase(world.app, person)
    assert world.app.here == {}


def test_nothing_of_a_person_is_in_what_an_app_shows_of_itself(app: App) -> None:
    app.here[1, "user-1"] = 0
    assert "user-1" not in repr(app)
