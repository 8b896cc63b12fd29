"""A year of schedules in five zones, over both clock changes, leap day, month ends and outages.

Every slot comes once, at the right local time, compared with :mod:`tests.plain`, which counts days and asks
``zoneinfo``, and shares nothing with the bot. Its rule for times that clocks skip or show twice stands there.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.rounds import DAY_MS
from bot.services import digests, drafts, due
from bot.services.ports import App
from bot.store import schedule as plans
from bot.store.schema import occurrence, schedule
from tests import plain
from tests.builders import SAY, HandClock, World, open_app, open_poll, set_up

ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "America/Nuuk")
HOUR_MS = 3_600_000
STEPS_MS = (1, 20 * 60_000, 7 * HOUR_MS, DAY_MS, 3 * DAY_MS)
OUTAGES_MS = (5 * DAY_MS, 8 * DAY_MS, 33 * DAY_MS)
YEARS = int(os.environ.get("FOLKMOOT_EXAMPLES", "1"))
DAYS = 366 if YEARS > 1 else 255
"""How long a year is: every day the examples end when both changes of the clocks are behind them."""
AWAY = 80
"""Every so many steps are an outage."""

clocks = st.sampled_from(("00:00", "00:30", "01:30", "01:45", "02:15", "02:30", "09:00", "23:30", "23:59"))


@dataclass(frozen=True)
class Year:
    """A pace as people type it, where, from when on, and by what steps the clock goes."""

    words: str
    weekday: int
    clock: str
    zone: str
    begin: datetime
    steps: tuple[int, ...]

    @property
    def typed(self) -> str:
        return f"{self.words.format(plain.WEEKDAYS[self.weekday])} {self.clock}"

    @property
    def regulars(self) -> dict[str, tuple[str, int, str]]:
        """What comes regularly, by act: its words, weekday and time."""
        return {"digest": (self.words, self.weekday, self.clock), "proof": ("every {}", 0, "09:00")}

    def slots(self, act: str, until_ms: int) -> dict[int, str]:
        """The local day of every slot by when it is due (UTC epoch ms), from the calendar alone."""
        zone, (words, weekday, clock) = ZoneInfo(self.zone), self.regulars[act]
        last: date = (datetime.fromtimestamp(until_ms / 1000, zone) + timedelta(days=1)).date()
        begin_ms, at = round(self.begin.timestamp() * 1000), time.fromisoformat(clock)
        every = plain.slots(words, weekday, at, zone, begin_ms, last)
        return {due_ms: day for due_ms, day in every if due_ms <= until_ms}


years = st.builds(
    Year,
    words=st.sampled_from(plain.PACES),
    weekday=st.integers(0, 6),
    clock=clocks,
    zone=st.sampled_from(ZONES),
    # From autumn 2027 on: each year holds both changes of the clocks, and 29 February 2028.
    begin=st.datetimes(datetime(2027, 8, 1), datetime(2028, 2, 1)).map(
        lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
    ),
    steps=st.lists(st.sampled_from(STEPS_MS), min_size=3, max_size=9).map(tuple),
)


def day(text: str) -> datetime:
    """A day on which a year begins: with the examples, soon before clocks change, or a leap day."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def lived(year: Year, folder: Path) -> None:
    """Run the real thing through a year, and look at what was noted."""
    clock = HandClock(year.begin)
    app = await open_app(folder, clock)
    app.settings = replace(app.settings, time_zone=year.zone)
    app.settings = replace(app.settings, privacy=replace(app.settings.privacy, posts_days=3_650))
    try:
        world = await set_up(app)
        await digests.plan(app, world.organiser, year.typed)
        once = await planned_once(world)
        # Nights would take longer than all the rest together.
        await app.database.writer.run(lambda tx: plans.drop(tx, world.community.id, "retention", 0))
        end_ms = clock.now_ms() + DAYS * DAY_MS
        await travel(world, year, end_ms)
        notes = await noted(app)
        for act in year.regulars:
            check(year, act, notes.pop(act), clock.now_ms())
        assert {name: [row.slot for row in notes.get(name, ())] for name in once} == {
            name: sorted(moments) for name, moments in once.items()
        }
    finally:
        await app.database.close()


async def planned_once(world: World) -> dict[str, list[int]]:
    """Plan things that happen once, all over the year; when (UTC epoch ms)."""
    made: dict[str, list[int]] = {"close": [], "lapse": [], "draft-soon": []}
    for days in (9, 59.5, 151, DAYS - 30):
        made["close"].append((await open_poll(world, days=days)).closes_ms)
    left = await drafts.begin(world.app, world.organiser, world.initiative.id, "pick", SAY)
    made["lapse"].append(left.drafted_ms + 14 * DAY_MS)
    made["draft-soon"].append(left.drafted_ms + 11 * DAY_MS)
    made["promise"] = [world.now + 60 * DAY_MS]
    made["reminder"] = [world.now + 57 * DAY_MS]
    return made


async def travel(world: World, year: Year, end_ms: int) -> None:
    """On by the year's steps, over and over; up to just before a slot now and then, and on it."""
    turn = 0
    while world.now < end_ms:
        step_ms = year.steps[turn % len(year.steps)]
        if turn % AWAY == AWAY - 1:
            step_ms = OUTAGES_MS[turn // AWAY % len(OUTAGES_MS)]
        elif turn % 2:
            async with world.app.database.reading() as tx:
                coming_ms = await plans.next_moment(tx, world.now)
            assert coming_ms is not None  # the digest always comes again
            step_ms = max(1, coming_ms - world.now - turn % 3)  # on it, or a millisecond or two before
        world.clock.move(milliseconds=step_ms)
        await due.run_due(world.app, world.now)
        turn += 1


async def noted(app: App) -> dict[str, list[Any]]:
    """What was done, by act, the earliest slot first."""
    found: dict[str, list[Any]] = {}
    async with app.database.reading() as tx:
        for row in await tx.execute(
            select(schedule.c.act, occurrence)
            .join(schedule, schedule.c.id == occurrence.c.schedule)
            .order_by(occurrence.c.slot)
        ):
            found.setdefault(row.act, []).append(row)
    return found


def check(year: Year, act: str, notes: list[Any], now_ms: int) -> None:
    """Exactly the slots of the calendar, but one for all that an outage swallowed."""
    slots, clock = year.slots(act, now_ms), year.regulars[act][2]
    assert len({note.slot for note in notes}) == len(notes)
    assert len({note.done_ms for note in notes}) == len(notes)  # one at a time, whatever was missed
    assert {note.slot: note.local_date for note in notes}.items() <= slots.items()
    for note in notes:
        local = datetime.fromtimestamp(note.slot / 1000, ZoneInfo(year.zone))
        skipped = f"{local:%Y-%m-%d %H:%M}" != f"{note.local_date} {clock}"
        assert not skipped or f"{local:%Y-%m-%d %H:%M}" > f"{note.local_date} {clock}"
    for slot in slots.keys() - {note.slot for note in notes}:
        assert any(note.slot < slot <= note.done_ms for note in notes), slots[slot]


@settings(max_examples=YEARS, phases=[Phase.explicit, *([Phase.generate] if YEARS > 1 else [])])
@given(year=years)
@example(Year("last {} of the month", 6, "01:30", ZONES[0], day("2027-10-25"), (DAY_MS, 3 * DAY_MS)))
@example(Year("every {}", 6, "01:30", ZONES[1], day("2027-11-01"), (20 * 60_000, 3 * DAY_MS)))
@example(Year("first {} of the month", 6, "02:15", ZONES[2], day("2027-09-27"), (3 * DAY_MS,)))
@example(Year("every two weeks on {}", 6, "02:45", ZONES[3], day("2027-09-20"), (3 * DAY_MS, 1, HOUR_MS)))
@example(Year("every day", 0, "23:30", ZONES[4], day("2028-02-24"), (DAY_MS,)))
def test_every_slot_comes_once_at_the_right_local_time(year: Year) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(lived(year, Path(folder)))


def test_a_time_that_is_skipped_or_shown_twice_comes_once_and_leap_day_comes() -> None:
    """The rule, on examples that can be looked up."""
    year = Year("every day", 0, "01:30", "Europe/London", day("2027-09-01"), ())
    until_ms = round(year.begin.timestamp() * 1000) + 366 * DAY_MS
    slots = {day: due_ms for due_ms, day in year.slots("digest", until_ms).items()}
    found = {
        day: f"{datetime.fromtimestamp(slots[day] / 1000, UTC):%Y-%m-%d %H:%M}"
        for day in ("2027-10-31", "2028-02-29", "2028-03-26")
    }
    assert found == {
        "2027-10-31": "2027-10-31 00:30",  # 1:30 comes at 0:30 and at 1:30: the first of the two
        "2028-02-29": "2028-02-29 01:30",
        "2028-03-26": "2028-03-26 01:00",  # there is no 1:30: as soon as clocks go on, at 2:00
    }
    assert len(slots) == 366
