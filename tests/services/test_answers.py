"""Answering: one person counts once, the last answer stands, and only who may answers."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.people import Ages, Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.domain.summary import Tally
from bot.services import answers, drafts, initiatives, painting, people, rounds
from bot.services.ports import App
from bot.store import answers as stored
from bot.store import interactions
from tests.builders import (
    BOTH_ENGINES,
    COUNCILLOR,
    OFFICER,
    HandClock,
    World,
    beginning,
    close_at_its_time,
    draft_poll,
    everywhere,
    export,
    open_poll,
    resident,
    residents,
    set_up,
    stranger,
    unshrunk,
)

RACES = 6 * int(os.environ.get("FOLKMOOT_EXAMPLES", "1"))
TASKS = 32


async def stored_answers(world: World, asked: Round) -> list[stored.Answer]:
    async with world.app.database.reading() as tx:
        return await stored.of_round(tx, world.community.id, asked.id)


async def result(world: World, asked: Round) -> Tally:
    tally = (await rounds.look(world.app, world.community.id, asked.id)).result
    assert tally is not None
    return tally


async def refused(world: World, person: Person, which: int, *raw: str) -> str:
    """The code of the refusal; whoever is refused leaves no trace."""
    before = await export(world), await rows_of(world)
    with pytest.raises(Refusal) as refusal:
        await answers.answer(world.app, person, which, raw)
    assert (await export(world), await rows_of(world)) == before
    return refusal.value.code


async def rows_of(world: World) -> int:
    async with world.app.database.reading() as tx:
        return len(await stored.between(tx, world.community.id, 0, 2**60))


@BOTH_ENGINES
async def test_an_answer_is_recorded_with_what_it_replaces(world: World) -> None:
    asked, person = await open_poll(world), await resident(world, 1)
    first = await answers.answer(world.app, person, asked.id, ["0"])
    second = await answers.answer(world.app, person, asked.id, ["2"])
    assert (first.value, first.before) == ((0,), None)
    assert (second.value, second.before) == ((2,), (0,))
    assert await answers.standing_answer(world.app, person, asked.id) == (2,)
    assert [(one.act, one.said) for one in await acts(world, person)] == [
        ("answered", '{"value":[0]}'),
        ("changed", '{"value":[2]}'),
    ]


async def acts(world: World, person: Person) -> list[Any]:
    known = await people.find(world.app, person)
    assert known is not None
    async with world.app.database.reading() as tx:
        return await interactions.acts_of(tx, world.community.id, known.id)


@BOTH_ENGINES
async def test_one_person_counts_once_however_they_race(world: World) -> None:
    person, other = await residents(world, 2)
    for race in range(RACES):
        asked = await open_poll(world)
        order = random.Random(race)  # noqa: S311
        ballots = [(who, order.randrange(3)) for who in order.choices([person, other], k=TASKS)]
        await asyncio.gather(
            *(answers.answer(world.app, who, asked.id, [str(place)]) for who, place in ballots)
        )
        given = await stored_answers(world, asked)
        assert len(given) == len({one.person for one in given}) <= 2
        for who, place in dict(ballots).items():  # the last of each
            assert await answers.standing_answer(world.app, who, asked.id) == (place,)
        await close_at_its_time(world, asked)
        assert (await result(world, asked)).answers == len(given)
        assert sum((await result(world, asked)).counts) == len(given)


@BOTH_ENGINES
async def test_the_record_has_every_answer_once(world: World) -> None:
    asked, everyone = await open_poll(world), await residents(world, TASKS)
    before = len(await export(world))
    await asyncio.gather(*(answers.answer(world.app, who, asked.id, ["1"]) for who in everyone))
    assert len(await export(world)) == before + TASKS
    assert len(await stored_answers(world, asked)) == TASKS


SERVERS = count(1)
BALLOTS = st.lists(st.tuples(st.integers(0, 5), st.sets(st.integers(0, 3), max_size=4)), max_size=24)


@BOTH_ENGINES
@unshrunk
@given(ballots=BALLOTS, at_once=st.booleans())
async def test_the_last_answer_of_each_stands(
    app: App, ballots: list[tuple[int, set[int]]], at_once: bool
) -> None:
    world = await set_up(app, f"server-{next(SERVERS)}")
    asked = await open_poll(world, options=["a", "b", "c", "d"], kind="approve")
    everyone = await residents(world, 6)
    expected: dict[int, set[int]] = {}
    presses = []
    for who, places in ballots:
        raw = [str(place) for place in places]
        if raw:
            presses.append(answers.answer(app, everyone[who], asked.id, raw))
            expected[who] = places
        elif expected.pop(who, None):
            presses.append(answers.withdraw(app, everyone[who], asked.id))
    if at_once:
        await asyncio.gather(*presses)
    else:
        for press in presses:
            await press
    await rounds.close_early(app, world.organiser, asked.id, "We know enough.")
    tally = await result(world, asked)
    assert tally.answers == len(expected)
    assert tally.counts == tuple(sum(place in one for one in expected.values()) for place in range(4))


@BOTH_ENGINES
@unshrunk
@given(choices=st.lists(st.integers(0, 2), min_size=1, max_size=8), data=st.data())
async def test_the_order_of_people_never_matters(app: App, choices: list[int], data: st.DataObject) -> None:
    world = await set_up(app, f"server-{next(SERVERS)}")
    ballots = list(zip(await residents(world, len(choices)), choices, strict=True))
    tallies = [await tally_of(world, order) for order in (ballots, data.draw(st.permutations(ballots)))]
    assert tallies[0] == tallies[1]


async def tally_of(world: World, ballots: Sequence[tuple[Person, int]]) -> Tally:
    asked = await open_poll(world)
    for person, choice in ballots:
        await answers.answer(world.app, person, asked.id, [str(choice)])
    await rounds.close_early(world.app, world.organiser, asked.id, "We know enough.")
    return await result(world, asked)


MALFORMED = ["", "3", "-1", "1.0", "x", " 1", "1 ", "0x1", "1" * 400, "٣", "²", "None", "1\n"]


@BOTH_ENGINES
@pytest.mark.parametrize("kind", ["pick", "approve"])
async def test_malformed_answers_are_refused_and_none_is_stored(world: World, kind: str) -> None:
    asked, person = await open_poll(world, kind=kind), await resident(world, 1)
    for raw in MALFORMED:
        assert await refused(world, person, asked.id, raw) == "choice-unknown", raw
        assert await refused(world, person, asked.id, "0", raw) == "choice-unknown", raw
    assert await refused(world, person, asked.id) == "choice-unknown"
    if kind == "pick":
        assert await refused(world, person, asked.id, "0", "1") == "choose-one"


@BOTH_ENGINES
async def test_one_bad_answer_does_not_touch_those_beside_it(world: World) -> None:
    asked, everyone = await open_poll(world), await residents(world, 3)
    presses = [
        answers.answer(world.app, who, asked.id, [raw])
        for who, raw in zip(everyone, ["0", "9", "2"], strict=True)
    ]
    outcomes = await asyncio.gather(*presses, return_exceptions=True)
    assert [isinstance(one, Refusal) for one in outcomes] == [False, True, False]
    assert {one.value for one in await stored_answers(world, asked)} == {(0,), (2,)}


@BOTH_ENGINES
async def test_a_closed_round_takes_no_answer_even_before_anybody_closed_it(
    world: World, clock: HandClock
) -> None:
    asked, person = await open_poll(world, days=8), await resident(world, 1)
    clock.move(days=8, seconds=-1)
    await answers.answer(world.app, person, asked.id, ["0"])
    clock.move(seconds=1)
    assert await refused(world, person, asked.id, "1") == "round-closed"
    await close_at_its_time(world, asked)
    assert await refused(world, person, asked.id, "1") == "round-closed"
    with pytest.raises(Refusal, match="round-closed"):
        await answers.withdraw(world.app, person, asked.id)
    assert (await result(world, asked)).counts == (1, 0, 0)


async def test_rounds_that_are_not_open_take_no_answer(world: World) -> None:
    person = await resident(world, 1)
    draft, cancelled, discarded = await draft_poll(world), await open_poll(world), await draft_poll(world)
    await rounds.cancel(world.app, world.organiser, cancelled.id, "It named the wrong school.")
    await drafts.discard(world.app, world.organiser, discarded.id)
    assert await refused(world, person, draft.id, "0") == "round-not-open"
    assert await refused(world, person, discarded.id, "0") == "round-not-open"
    assert await refused(world, person, cancelled.id, "0") == "round-cancelled"
    assert await refused(world, person, 999, "0") == "round-unknown"
    assert await refused(world, person, -1, "0") == "round-unknown"


async def test_a_round_of_another_community_cannot_be_answered(world: World) -> None:
    other = await set_up(world.app, "server-2")
    for _ in range(2):
        asked = await open_poll(other)
    person = await resident(world, 1)
    assert await refused(world, person, asked.id, "0") == "round-unknown"
    assert await stored_answers(other, asked) == []


async def test_only_the_audience_answers(world: World) -> None:
    audience = frozenset({Standing.OFFICER, Standing.FRONT_LINE})
    asked = await open_poll(world, audience=audience)
    assert await refused(world, await resident(world, 1), asked.id, "0") == "round-not-for-you"
    assert await refused(world, await resident(world, 2, COUNCILLOR), asked.id, "0") == "round-not-for-you"
    await answers.answer(world.app, await resident(world, 3, OFFICER), asked.id, ["0"])
    assert [one.standing for one in await stored_answers(world, asked)] == ["officer"]


@pytest.mark.parametrize(("whom", "other"), [(Ages.ADULTS, "teens"), (Ages.TEENS, "adults")])
async def test_an_initiative_for_some_ages_is_for_these(world: World, whom: Ages, other: str) -> None:
    on = await initiatives.start(world.app, world.organiser, beginning(world.app, "Night buses", ages=whom))
    asked = await open_poll(world, initiative=on.id)
    assert await refused(world, await resident(world, 1, ages=other), asked.id, "0") == f"only-{whom}"
    await answers.answer(world.app, await resident(world, 2, ages=whom.value), asked.id, ["0"])


async def test_the_privacy_notice_comes_first(world: World) -> None:
    asked, person = await open_poll(world), stranger(world, 1)
    assert await refused(world, person, asked.id, "0") == "notice-first"
    assert await people.find(world.app, person) is None
    await people.go_on(world.app, person, "adults")
    await answers.answer(world.app, person, asked.id, ["0"])
    newer = replace(world.app.settings.privacy, notice_version="2028-01")
    world.app.settings = replace(world.app.settings, privacy=newer)
    assert await refused(world, person, asked.id, "1") == "notice-first"
    assert await answers.standing_answer(world.app, person, asked.id) == (0,)


@BOTH_ENGINES
async def test_an_answer_can_be_withdrawn_and_given_again(world: World, clock: HandClock) -> None:
    asked, person = await open_poll(world), await resident(world, 1)
    with pytest.raises(Refusal, match="nothing-to-withdraw"):
        await answers.withdraw(world.app, person, asked.id)
    await answers.answer(world.app, person, asked.id, ["0"])
    withdrawn = await answers.withdraw(world.app, person, asked.id)
    assert (withdrawn.value, withdrawn.before) == ((), (0,))
    assert await answers.standing_answer(world.app, person, asked.id) is None
    assert await stored_answers(world, asked) == []
    clock.move(hours=1)
    await answers.answer(world.app, person, asked.id, ["1"])
    (given,) = await stored_answers(world, asked)
    assert (given.value, given.first_ms) == ((1,), clock.now_ms())


@BOTH_ENGINES
async def test_withdrawing_and_answering_at_once_leaves_what_one_by_one_would(
    world: World, clock: HandClock
) -> None:
    asked, person = await open_poll(world), await resident(world, 1)
    await answers.answer(world.app, person, asked.id, ["0"])
    clock.move(hours=1)
    await asyncio.gather(
        answers.withdraw(world.app, person, asked.id), answers.answer(world.app, person, asked.id, ["1"])
    )
    (given,) = await stored_answers(world, asked)
    assert (given.value, given.first_ms, given.at_ms) == ((1,), clock.now_ms(), clock.now_ms())


async def test_an_answer_keeps_the_standing_of_its_moment(world: World) -> None:
    asked, officer = await open_poll(world), await resident(world, 1, OFFICER)
    await answers.answer(world.app, officer, asked.id, ["0"])
    retired = replace(officer, role_ids=frozenset())
    assert [one.standing for one in await stored_answers(world, asked)] == ["officer"]
    await answers.answer(world.app, retired, asked.id, ["0"])
    assert [one.standing for one in await stored_answers(world, asked)] == ["resident"]


async def test_an_answer_makes_its_card_stale(world: World) -> None:
    asked, person = await open_poll(world), await resident(world, 1)
    await painting.notice(world.app, everywhere)
    world.app.stale.clear()
    world.app.wake.clear()
    await answers.answer(world.app, person, asked.id, ["0"])
    await painting.notice(world.app, everywhere)
    assert (world.community.id, asked.id) in world.app.stale
    assert world.app.wake.is_set()
