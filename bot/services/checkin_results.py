"""What came out of a check-in, time after time: for organisers, for its posts, and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import AskField
from bot.domain.checkins import CheckIn, Missed, Purpose
from bot.domain.lines import EVERYBODY, Change, change, level_of_groups
from bot.domain.people import Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.domain.summary import Groups, Level, Tally
from bot.domain.text import cell
from bot.services.initiatives import organised
from bot.services.ports import App
from bot.store import checkins, rounds

COLUMNS = (
    *("opened_ms", "closed_ms", "stage", "question", "group", "people", "total", "step", "level"),
    *("options", "chose", "same", "missed"),
)
"""What the table says, a row for each level, each group of options, and each turn that was missed."""


@dataclass(frozen=True)
class Time:
    """One time that a check-in was asked, and what came out."""

    round: Round
    tally: Tally


@dataclass(frozen=True)
class Series:
    """All times that a check-in was asked and has closed, the earliest first, and the turns it missed."""

    checkin: CheckIn
    times: tuple[Time, ...]
    missed: tuple[Missed, ...]
    least: int

    def groups(self, place: int) -> list[str]:
        """The groups that have a level of a question at any time: everybody's first."""
        there = {one.group for time in self.times for one in self.levels(time, place)}
        return [name for name in (EVERYBODY, *Standing) if name in there]

    def line(self, place: int, group: str = EVERYBODY) -> list[tuple[Time, Level]]:
        """A group's levels of a question, the earliest first; times at which it has none are left out."""
        return [
            (time, level) for time in self.times for level in self.levels(time, place) if level.group == group
        ]

    def change(self, place: int, group: str = EVERYBODY) -> Change | None:
        """How far the last level of a group is from the one before it."""
        return change([level for _, level in self.line(place, group)])

    def until(self, which: int) -> Series:
        """The same up to one of its rounds."""
        times = tuple(time for time in self.times if time.round.id <= which)
        return Series(self.checkin, times, self.missed, self.least)

    def levels(self, time: Time, place: int) -> tuple[Level, ...]:
        """What may be shown of a scale at one time; nothing of other questions."""
        part = time.tally.fields[place] if time.tally.fields else None
        if part is None or time.round.form[place].is_text:
            return ()
        return part.levels or level_of_groups(time.round.form[place], part.groups, self.least)


async def series(app: App, person: Person, which: int) -> Series:
    """A check-in's times, for an organiser; raises Refusal ``checkin-unknown``, or for anybody else."""
    async with app.database.reading() as tx:
        community = await organised(tx, person)
        return await in_series(app, tx, community.id, which)


async def of_round(app: App, asked: Round) -> Series:
    """The times of a check-in up to one of its rounds, for what is posted of it."""
    async with app.database.reading() as tx:
        return (await in_series(app, tx, asked.community, asked.checkin)).until(asked.id)


async def in_series(app: App, tx: AsyncConnection, community: int, which: int) -> Series:
    """The same within a transaction."""
    one = await checkins.find(tx, community, which)
    if one is None:
        raise Refusal("checkin-unknown")
    times = []
    for asked in await checkins.rounds_of(tx, community, which):
        tally = await rounds.result_of(tx, community, asked.id) if asked.state is State.CLOSED else None
        if tally is not None:
            times.append(Time(asked, tally))
    missed = await checkins.missed(tx, community, which)
    return Series(one, tuple(times), tuple(missed), app.settings.privacy.least_group)


@dataclass(frozen=True)
class Difference:
    """Officials say that something is there to one degree, most residents to another (places of options).

    ``people`` of ``every`` who answered chose what most did; ``group`` is who they are, '' for everybody.
    """

    stated: int
    said: int
    people: int
    every: int
    group: str


def difference(one: CheckIn, tally: Tally) -> Difference | None:
    """Where residents see it otherwise than officials; None where they don't, or too few answered."""
    if one.purpose is not Purpose.DELIVERY or one.stated is None or not tally.fields:
        return None
    part = tally.fields[0]
    group, counts = next(
        ((name, groups) for name, groups in part.parts if name == Standing.RESIDENT), (EVERYBODY, part.groups)
    )
    if not counts:
        return None
    places, people = max(counts, key=lambda each: each[1])
    leads = sum(count == people for _, count in counts) == 1
    if len(places) > 1 or not leads or places[0] == one.stated.option:
        return None
    return Difference(one.stated.option, places[0], people, sum(count for _, count in counts), group)


def as_csv(found: Series) -> bytes:
    """Everything that may be shown, safe to open in a spreadsheet; UTF-8 with the mark that Excel wants."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for time in found.times:
        for place, field in enumerate(time.round.form):
            rows.writerows(_rows(found, time, place, field))
    rows.writerows([one.due_ms, *[""] * 11, one.why] for one in found.missed)
    return out.getvalue().encode("utf-8-sig")


def _rows(found: Series, time: Time, place: int, field: AskField) -> list[Sequence[object]]:
    asked, tally = time.round, time.tally
    begins = [asked.opened_ms, asked.closed_ms, asked.stage.value, cell(field.label)]
    same = "" if tally.same is None else tally.same
    rows: list[Sequence[object]] = [
        [*begins, one.group, one.people, one.total, one.step, f"{one.value:.3f}", "", "", same, ""]
        for one in found.levels(time, place)
    ]
    parts: list[tuple[str, Groups]] = []
    if tally.fields and not field.is_text:
        parts = [(EVERYBODY, tally.fields[place].groups), *tally.fields[place].parts]
    for name, groups in parts:
        people = sum(count for _, count in groups)
        for places, count in groups:
            options = " / ".join(field.options[one] for one in places)
            rows.append([*begins, name, people, "", "", "", cell(options), count, same, ""])
    return rows
