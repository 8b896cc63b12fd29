"""What a result, its card and its files say of a few people: who leads, and how many of each standing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.rounds import Round
from bot.domain.summary import Tally
from bot.services import (
    answers,
    ask_summaries,
    contributions,
    people,
    records,
    rounds,
    sealed_answers,
    sealing,
)
from bot.store import communities, schema
from bot.store import rounds as stored
from cogs.ui.round_cards import RoundWords
from tests.builders import (
    BOTH_ENGINES,
    COUNCILLOR,
    OFFICER,
    ORGANISER,
    World,
    close_at_its_time,
    open_ask,
    open_poll,
    resident,
    residents,
    wording,
)

OPTIONS = ["Bench", "Tree", "Lamp"]


def card(asked: Round, tally: Tally) -> str:
    return "\n".join(RoundWords(wording(), "en").result(asked, tally))


async def sealed_result(world: World, kind: str, *said: list[str]) -> tuple[Round, Tally]:
    """A poll without names that has closed, by what each person said."""
    asked = await open_poll(world, "What first?", OPTIONS, kind=kind, sealed=True)
    for who, raw in zip(await residents(world, len(said)), said, strict=True):
        await sealed_answers.answer(world.app, who, asked.id, raw)
    await close_at_its_time(world, asked)
    await sealing.finish(world.app)
    look = await rounds.look(world.app, asked.community, asked.id)
    assert look.result is not None
    return look.round, look.result


async def named_result(world: World, **standings: int) -> tuple[Round, Tally]:
    """A poll with names that has closed, answered by so many of each standing."""
    asked = await open_poll(world)
    roles = {"resident": [], "officer": [OFFICER], "councillor": [COUNCILLOR]}
    for name, count in standings.items():
        for number in range(count):
            person = await resident(world, f"{name}-{number}", *roles[name])
            await answers.answer(world.app, person, asked.id, ["0"])
    await close_at_its_time(world, asked)
    look = await rounds.look(world.app, asked.community, asked.id)
    assert look.result is not None
    return look.round, look.result


async def kept(world: World) -> dict[str, Any]:
    async with world.app.database.reading() as tx:
        return dict(json.loads((await tx.execute(select(schema.result.c.tally))).scalar_one()))


async def keep(world: World, which: int, facts: dict[str, Any]) -> Tally:
    """A result as it is read when these are kept of it."""

    async def work(tx: AsyncConnection) -> None:
        at = schema.result.c.round == which
        await tx.execute(update(schema.result).where(at).values(tally=json.dumps(facts)))

    await world.app.database.writer.run(work)
    async with world.app.database.reading() as tx:
        tally = await stored.result_of(tx, world.community.id, which)
    assert tally is not None
    return tally


@BOTH_ENGINES
async def test_the_leader_is_named_though_its_count_is_hidden(world: World) -> None:
    said = [*[["0", "1"]] * 12, *[["0", "2"]] * 7, ["1"]]
    asked, tally = await sealed_result(world, "approve", *said)
    assert (tally.counts, tally.hidden, tally.leaders) == ((0, 13, 7), (0,), (0,))
    seen = card(asked, tally)
    assert "“Bench” got the most.\n" in seen
    assert "“Tree” got the most" not in seen
    assert "**2.** Tree: **13** of 20" in seen
    assert "**1.** Bench: not shown" in seen
    files = await records.results(world.app, world.organiser, asked.id)
    facts = json.loads(files[f"result-{asked.id}.json"])
    assert (facts["counts"], facts["leaders"]) == ([None, 13, 7], [0])
    async with world.app.database.reading() as tx:
        assert await rounds.recounts(tx, asked)
    # A database that names another is not what was answered.
    await keep(world, asked.id, await kept(world) | {"leaders": [1]})
    async with world.app.database.reading() as tx:
        assert not await rounds.recounts(tx, asked)


async def test_of_two_that_lead_neither_is_named_where_the_third_would_be_told(world: World) -> None:
    said = [*[["0"]] * 6, *[["1"]] * 6, ["2"]]
    asked, tally = await sealed_result(world, "pick", *said)
    assert (tally.counts, tally.hidden, tally.leaders) == ((0, 0, 0), (0, 1, 2), ())
    seen = card(asked, tally)
    assert "We show only how many answered." in seen
    assert "13 people answered." in seen
    assert "got the most" not in seen
    assert "No single winner" not in seen


async def test_one_that_leads_is_named_though_no_number_is_shown(world: World) -> None:
    asked, tally = await sealed_result(world, "pick", *[["0"]] * 3, *[["1"]] * 10)
    assert (tally.counts, tally.hidden, tally.leaders) == ((0, 0, 0), (0, 1, 2), (1,))
    assert "“Tree” got the most" in card(asked, tally)


async def test_below_two_times_the_least_a_pick_shows_only_how_many(world: World) -> None:
    asked, tally = await sealed_result(world, "pick", *[["1"]] * 9)
    assert (tally.counts, tally.answers, tally.leaders) == ((0, 0, 0), 9, ())
    seen = card(asked, tally)
    assert "We show only how many answered." in seen
    assert "9 people answered." in seen
    assert "Tree" not in seen


@pytest.mark.parametrize(
    ("kind", "counts", "answers", "hidden", "leaders"),
    [
        ("pick", [20, 0, 0], 43, [1, 2], ()),  # 20, 20, 3: one of the two was hidden
        ("pick", [20, 0, 9], 35, [1], (0,)),
        ("pick", [20, 0, 0], 26, [1, 2], (0,)),  # six people are no twenty
        ("approve", [0, 25, 10], 40, [0], ()),  # 38, 25, 10
        ("pick", [5, 6, 0], 11, [], (1,)),
    ],
)
async def test_a_result_that_was_kept_before_names_nobody_who_did_not_lead(
    world: World, kind: str, counts: list[int], answers: int, hidden: list[int], leaders: tuple[int, ...]
) -> None:
    asked, _ = await sealed_result(world, kind, *[["0"]] * 5)
    old = {"options": OPTIONS, "counts": counts, "answers": answers, "quorum": 0, "standings": {},
           "hidden": hidden, "outcome": ""}  # fmt: skip
    tally = await keep(world, asked.id, old)
    assert (tally.counts, tally.answers, tally.leaders) == (tuple(counts), answers, leaders)
    seen = card(asked, tally)
    assert ("got the most" in seen) is bool(leaders)
    assert ("We can’t say who is ahead" in seen) is not bool(leaders)


@BOTH_ENGINES
async def test_standings_are_judged_among_those_that_the_community_has_roles_for(world: World) -> None:
    asked, tally = await named_result(world, resident=12, officer=3, councillor=3)
    assert (tally.standings, tally.withheld) == ({"resident": 12}, True)
    assert "Who answered: 12 residents. We show no group that is too small." in card(asked, tally)


async def test_nothing_of_standings_is_shown_where_one_could_be_computed(world: World) -> None:
    # Beside five residents, eight of two standings could only be four and four.
    asked, tally = await named_result(world, resident=5, officer=4, councillor=4)
    assert (tally.standings, tally.withheld) == ({}, True)
    assert "We don’t show how many there were of each group." in card(asked, tally)


async def test_a_standing_without_a_role_hides_no_other(world: World) -> None:
    async def work(tx: AsyncConnection) -> None:
        await communities.set_roles(tx, world.community.id, [(ORGANISER, "organiser"), (OFFICER, "officer")])

    asked = await open_poll(world)
    for name, roles, count in (("r", [], 12), ("o", [OFFICER], 3), ("c", [COUNCILLOR], 3)):
        for number in range(count):
            person = await resident(world, f"{name}{number}", *roles)
            await answers.answer(world.app, person, asked.id, ["0"])
    await world.app.database.writer.run(work)
    await close_at_its_time(world, asked)
    tally = (await rounds.look(world.app, asked.community, asked.id)).result
    assert tally is not None
    assert (tally.standings, tally.withheld) == ({}, True)


async def test_where_all_are_residents_nothing_is_said_of_groups(world: World) -> None:
    async def work(tx: AsyncConnection) -> None:
        await communities.set_roles(tx, world.community.id, [(ORGANISER, "organiser")])

    await world.app.database.writer.run(work)
    asked, tally = await named_result(world, resident=4)
    assert (tally.standings, tally.withheld) == ({}, False)
    assert "group" not in card(asked, tally)


@BOTH_ENGINES
async def test_an_asks_standings_come_with_its_result_and_stay_as_they_were(world: World) -> None:
    app, asked, crowd = world.app, await open_ask(world), []
    for number in range(12):
        person = await resident(world, number, *([OFFICER] if number < 6 else []))
        await contributions.contribute(app, person, asked.id, [f"It is dark at {number}."])
        crowd.append(person)
    summary = await ask_summaries.summarise(app, world.organiser, asked.id)
    assert (summary.people, summary.standings) == (12, None)
    await close_at_its_time(world, asked)
    before = await ask_summaries.summarise(app, world.organiser, asked.id)
    assert before.standings == {"officer": 6, "resident": 6}
    await people.erase(app, crowd[0])
    after = await ask_summaries.summarise(app, world.organiser, asked.id)
    assert after.standings == before.standings
