"""Check-ins over time: recomputed from the file and from the answers; what officials say; the digest."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from itertools import pairwise
from random import Random

from bot.domain.checkins import CheckIn, Purpose
from bot.domain.forms import read_questions
from bot.domain.people import Person
from bot.domain.rounds import Round
from bot.services import (
    answers,
    checkin_results,
    checkins,
    digests,
    due,
    people,
    rounds,
    sealed_answers,
    sealing,
)
from bot.services.checkin_results import COLUMNS, Series
from bot.store import interactions
from tests.builders import BOTH_ENGINES, OFFICER, World, resident, residents
from tests.services.test_checkins import begun, refused, started, told

FORM = read_questions("How safe was it? | not at all | very\nHow did you go? | on foot / by bike / by bus")
LEAST = 5
Week = dict[str, tuple[Person, int, int]]
"""Who answered, and the places of what they chose."""


async def crowd_of(world: World, count: int, officers: int = 0) -> list[Person]:
    made = await residents(world, count)
    return made + [await resident(world, f"officer-{n}", OFFICER) for n in range(officers)]


async def week(world: World, one: CheckIn, said: Week, days: int = 7) -> Round:
    """One more time that it is asked, answered by some, and closed; its result is told."""
    asked = await checkins.run_now(world.app, world.organiser, one.id)
    for who, safe, way in said.values():
        raw = ["scale1", str(safe), "choice2", str(way)]
        if asked.sealed:
            await sealed_answers.answer(world.app, who, asked.id, raw)
        else:
            await answers.answer(world.app, who, asked.id, raw)
    world.clock.move(days=days)
    await due.run_due(world.app, world.now)
    await sealing.finish(world.app)
    await told(world)
    return asked


async def lived(world: World, weeks: int = 8, seed: int = 1) -> tuple[CheckIn, list[Week]]:
    """Weeks in which some of 14 residents and 8 officers answer, as chance has it."""
    draw, crowd = Random(seed), await crowd_of(world, 14, 8)  # noqa: S311 - a test that can be repeated
    one = await started(world, "first Monday of the month 9am", form=FORM)
    weeks_said = []
    for number in range(weeks):
        if number == 6:
            await checkins.resume(world.app, world.organiser, one.id)
        some = draw.sample(crowd, draw.randint(3, len(crowd)))
        said = {who.platform_id: (who, draw.randint(0, 4), draw.randint(0, 2)) for who in some}
        weeks_said.append(said)
        await week(world, one, said)
    return one, weeks_said


def standing(who: Person) -> str:
    return "officer" if OFFICER in who.role_ids else "resident"


def table(found: Series) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(checkin_results.as_csv(found).decode("utf-8-sig"))))


@BOTH_ENGINES
async def test_the_numbers_are_those_of_the_answers(world: World) -> None:
    one, weeks = await lived(world)
    found = await checkin_results.series(world.app, world.organiser, one.id)
    assert len(found.times) == len(weeks)
    before: set[str] = set()
    for time, said in zip(found.times, weeks, strict=True):
        by_group: dict[str, list[int]] = defaultdict(list)
        for who, safe, _ in said.values():
            by_group[""].append(safe + 1)
            by_group[standing(who)].append(safe + 1)
        sizes = {name: len(values) for name, values in by_group.items()}
        shown = [""] if sizes[""] >= LEAST else []
        if shown and min(sizes.get("resident", 0), sizes.get("officer", 0)) >= LEAST:
            shown += ["officer", "resident"]
        levels = {level.group: level for level in found.levels(time, 0)}
        assert sorted(levels) == shown
        for name in shown:
            total = sum(by_group[name])
            rounded = min(range(0, 500, 5), key=lambda five: (abs(five - total), -five))
            assert (levels[name].people, levels[name].total) == (sizes[name], rounded)
        now = set(said)
        apart = [len(now) - len(now & before), len(before) - len(now & before)]
        ok = len(now & before) >= LEAST and all(one == 0 or one >= LEAST for one in apart)
        assert time.tally.same == (len(now & before) if before and ok else None)
        before = now
        assert await _recounts(world, time.round)


async def _recounts(world: World, asked: Round) -> bool:
    async with world.app.database.reading() as tx:
        return await rounds.recounts(tx, asked)


async def test_the_file_alone_makes_the_same_lines_and_changes(world: World) -> None:
    one, _ = await lived(world, weeks=9, seed=3)
    found = await checkin_results.series(world.app, world.organiser, one.id)
    rows = table(found)
    assert tuple(rows[0]) == COLUMNS
    for group in found.groups(0):
        mine = [row for row in rows if row["level"] and row["group"] == group]
        values = [int(row["total"]) / int(row["people"]) for row in mine]
        assert values == [level.value for _, level in found.line(0, group)]
        assert [f"{value:.3f}" for value in values] == [row["level"] for row in mine]
        moves = [abs(b - a) for a, b in pairwise(values)]
        change = found.change(0, group)
        if change is not None:
            assert change.by == round(round(values[-1], 1) - round(values[-2], 1), 1)
            usual = max(5 / int(mine[-1]["people"]), sum(moves[:-1]) / max(len(moves) - 1, 1))
            assert change.unusual == (len(moves) > 4 and moves[-1] > 3.27 * usual)
    assert found.change(0) is not None


async def test_they_never_change_afterwards(world: World) -> None:
    one, weeks = await lived(world, weeks=2)
    before = checkin_results.as_csv(await checkin_results.series(world.app, world.organiser, one.id))
    for who, _, _ in list(weeks[0].values())[:3]:
        await people.erase(world.app, who)
    found = await checkin_results.series(world.app, world.organiser, one.id)
    assert checkin_results.as_csv(found) == before
    assert all([await _recounts(world, time.round) for time in found.times])
    async with world.app.database.reading() as tx:
        assert (await interactions.head_of(tx, one.community)).number > 0


async def test_without_names_only_what_its_results_have(world: World) -> None:
    crowd = await crowd_of(world, 12, 6)
    one = await started(world, "first Monday of the month 9am", form=FORM, sealed=True)
    await week(world, one, {str(n): (who, 4 if n < 9 else 2, 0) for n, who in enumerate(crowd)})
    await week(world, one, {str(n): (who, n % 5, 0) for n, who in enumerate(crowd)})
    found = await checkin_results.series(world.app, world.organiser, one.id)
    whole, joined = found.times
    assert [(level.group, level.people, level.total) for level in found.levels(whole, 0)] == [("", 18, 70)]
    assert found.levels(joined, 0) == ()
    assert found.groups(0) == [""]
    assert whole.tally.same is None


async def delivered(world: World, residents_say: int, officials_say: int) -> Series:
    there = world.app.ready_checkins["there"]
    crowd = await crowd_of(world, 9, 6)
    draft = await begun(
        world,
        "first Monday of the month 9am",
        purpose=Purpose.DELIVERY,
        question=there.question,
        form=there.form,
    )
    await checkins.state_it(world.app, world.organiser, draft.id, officials_say, "The poles stand.")
    one = await checkins.start(world.app, world.organiser, draft.id)
    asked = await checkins.run_now(world.app, world.organiser, one.id)
    for who in crowd:
        said = 0 if standing(who) == "officer" else residents_say
        await answers.answer(world.app, who, asked.id, ["there", str(said)])
    world.clock.move(days=4)
    await due.run_due(world.app, world.now)
    return await checkin_results.series(world.app, world.organiser, one.id)


async def test_where_residents_see_it_otherwise_the_digest_leads_with_it(world: World) -> None:
    found = await delivered(world, residents_say=2, officials_say=0)
    apart = checkin_results.difference(found.checkin, found.times[-1].tally)
    assert apart is not None
    assert (apart.stated, apart.said, apart.people, apart.every, apart.group) == (0, 2, 9, 9, "resident")
    facts = await digests.preview(world.app, world.organiser)
    (asked,) = [one for one in facts.asked if one.differs]
    assert asked.differs is not None
    assert (asked.differs.stated, asked.differs.said, asked.differs.residents) == ("Yes", "No", True)


async def test_where_they_agree_nothing_is_made_of_it(world: World) -> None:
    found = await delivered(world, residents_say=0, officials_say=0)
    assert checkin_results.difference(found.checkin, found.times[-1].tally) is None


async def test_the_digest_has_the_line(world: World) -> None:
    crowd = await crowd_of(world, 10)
    one = await started(world, "first Monday of the month 9am", form=FORM)
    for safe in (1, 2, 4):
        await week(world, one, {who.platform_id: (who, safe, 0) for who in crowd}, days=3 if safe == 4 else 7)
    facts = await digests.preview(world.app, world.organiser)
    (line,) = [line for asked in facts.asked for line in asked.lines][-1:]
    assert (line.label, line.levels, line.by, line.unusual) == ("How safe was it?", [2, 3, 5], 2, False)


async def test_only_organisers_look_back(world: World) -> None:
    one = await started(world)
    who = await resident(world, "who")
    assert await refused(checkin_results.series(world.app, who, one.id)) == "organisers-only"
    assert await refused(checkin_results.series(world.app, world.organiser, 77)) == "checkin-unknown"
