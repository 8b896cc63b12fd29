"""How often one person does something in an hour: acts count, not what is left of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.services import answers, contributions, floods, following, people, sealed_answers, supporting, trials
from bot.store import contributions as stored
from tests.builders import BOTH_ENGINES, World, open_ask, open_poll, resident, residents
from tests.lived_in import everything
from tests.services.test_weighing import LINES, deck, open_weighing

LIMIT = 20
Act = Callable[[Person], Awaitable[Any]]


@pytest.fixture
def strict(world: World) -> World:
    """A community in which little is allowed within an hour."""
    chosen = world.app.settings
    world.app.settings = replace(chosen, rounds=replace(chosen.rounds, acts_an_hour=LIMIT))
    return world


async def voting(world: World) -> tuple[Act, Act]:
    asked = await open_poll(world)
    return (
        lambda who: answers.answer(world.app, who, asked.id, ["1"]),
        lambda who: answers.answer(world.app, who, asked.id, ["0"]),
    )


async def voting_and_taking_back(world: World) -> tuple[Act, Act]:
    asked = await open_poll(world)
    return (
        lambda who: answers.answer(world.app, who, asked.id, ["1"]),
        lambda who: answers.withdraw(world.app, who, asked.id),
    )


async def telling(world: World) -> tuple[Act, Act]:
    asked, made = await open_ask(world), list[int]()

    async def tell(who: Person) -> None:
        made.append((await contributions.contribute(world.app, who, asked.id, ["The lamp is broken."])).id)

    return tell, lambda who: contributions.withdraw(world.app, who, made[-1])


async def supporting_it(world: World) -> tuple[Act, Act]:
    app, author, asked = world.app, await resident(world, "author"), await open_ask(world)
    one = await contributions.contribute(app, author, asked.id, ["The lamp is broken."])
    await stored_as_read(world, one.id)
    return (
        lambda who: supporting.support(app, who, one.id, yes=True),
        lambda who: supporting.support(app, who, one.id, yes=False),
    )


async def stored_as_read(world: World, number: int) -> None:
    at = world.community.id
    await world.app.database.writer.run(lambda tx: stored.change(tx, at, number, state="accepted"))


async def following_it(world: World) -> tuple[Act, Act]:
    app, author, asked = world.app, await resident(world, "author"), await open_ask(world)
    one = await contributions.contribute(app, author, asked.id, ["The lamp is broken."])
    await stored_as_read(world, one.id)
    return lambda who: following.follow(app, who, one.id), lambda who: following.stop(app, who, one.id)


async def speaking(world: World) -> tuple[Act, Act]:
    return lambda who: people.speak(world.app, who, "en"), lambda who: people.speak(world.app, who, "")


async def helping(world: World) -> tuple[Act, Act]:
    return lambda who: trials.agree(world.app, who), lambda who: trials.stop(world.app, who)


KINDS = [voting, voting_and_taking_back, telling, supporting_it, following_it, speaking, helping]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_given_and_taken_back_counts_all_the_same(strict: World, kind: Any) -> None:
    app, me, other = strict.app, await resident(strict, 1), await resident(strict, 2)
    give, take = await kind(strict)
    app.acts.clear()
    done = 0
    while not (refusal := await _refused((take if done % 2 else give)(me))):
        done += 1
        assert done < 4 * LIMIT, "nothing ends it"
        strict.clock.move(seconds=10)
    assert (refusal.code, refusal.facts["limit"]) == ("acts-many", LIMIT)
    before = await everything(app.database)
    assert await _refused((take if done % 2 else give)(me))
    assert await everything(app.database) == before
    await give(other)
    strict.clock.move(minutes=int(refusal.facts["minutes"]))
    await (take if done % 2 else give)(me)  # as it was told


async def _refused(act: Awaitable[Any]) -> Refusal | None:
    try:
        await act
    except Refusal as refusal:
        return refusal
    return None


@BOTH_ENGINES
async def test_many_presses_at_once_are_as_many(strict: World) -> None:
    asked, me = await open_poll(strict), await resident(strict, 1)
    tries = [answers.answer(strict.app, me, asked.id, [str(turn % 2)]) for turn in range(5 * LIMIT)]
    found = await asyncio.gather(*tries, return_exceptions=True)
    refused = [one.code for one in found if isinstance(one, Refusal)]
    assert refused == ["acts-many"] * (5 * LIMIT - LIMIT)
    assert sum(map(len, strict.app.acts.values())) == LIMIT - 1  # the first answer is free


async def test_first_answers_and_first_votes_are_always_taken(strict: World) -> None:
    app, me = strict.app, await resident(strict, 1)
    weighed = await open_weighing(strict, *LINES)
    polls = [await open_poll(strict, f"Question {place}?") for place in range(3)]
    sealed = await open_poll(strict, "Without names?", sealed=True)
    for _ in range(LIMIT):
        await people.speak(app, me, "en")
    for number in await deck(app, weighed):
        await answers.answer(app, me, weighed.id, [str(number), "agree"])
    for one in polls:
        await answers.answer(app, me, one.id, ["1"])
    assert (await sealed_answers.answer(app, me, sealed.id, ["1"])).code
    assert sum(map(len, app.acts.values())) == LIMIT
    for again in (weighed.id, polls[0].id):
        with pytest.raises(Refusal, match="acts-many"):
            await answers.withdraw(app, me, again)


async def test_to_take_many_votes_back_counts_for_many(strict: World) -> None:
    app, me, weighed = strict.app, await resident(strict, 1), await open_weighing(strict, *LINES)
    for number in await deck(app, weighed):
        await answers.answer(app, me, weighed.id, [str(number), "agree"])
    assert not app.acts
    await answers.withdraw(app, me, weighed.id)
    assert sum(map(len, app.acts.values())) == len(LINES)


async def test_of_answers_without_names_a_first_one_leaves_nothing(strict: World) -> None:
    app, me, asked = strict.app, await resident(strict, 1), await open_poll(strict, sealed=True)
    code = (await sealed_answers.answer(app, me, asked.id, ["1"])).code
    assert not app.acts
    for turn in range(LIMIT):
        await sealed_answers.change(app, me, asked.id, [str(turn % 2)], code)
    before = await everything(app.database)
    for again in (sealed_answers.change(app, me, asked.id, ["1"], code),
                  sealed_answers.withdraw(app, me, asked.id, code)):  # fmt: skip
        with pytest.raises(Refusal, match="acts-many"):
            await again
    assert await everything(app.database) == before
    strict.clock.move(minutes=61)
    await sealed_answers.withdraw(app, me, asked.id, code)


async def test_what_is_refused_does_not_count_and_nobody_is_remembered(strict: World) -> None:
    app, me = strict.app, await resident(strict, 1)
    for _ in range(3 * LIMIT):
        with pytest.raises(Refusal, match="contribution-unknown"):
            await contributions.withdraw(app, me, 77)
    assert not app.acts
    crowd = await residents(strict, 30)
    for who in crowd:
        await people.speak(app, who, "en")
    assert len(app.acts) == 30
    assert "user" not in repr(app.acts)
    strict.clock.move(minutes=61)
    assert floods.lately(app.acts, me, strict.now - floods.HOUR_MS) == 0
    assert not app.acts


async def test_an_idea_costs_no_more_because_of_all_that_was_taken_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, me, asked = world.app, await resident(world, 1), await open_ask(world)
    read, plain = list[int](), stored._read

    def noted(row: Any) -> Any:
        read.append(row.id)
        return plain(row)

    monkeypatch.setattr(stored, "_read", noted)
    costs = []
    for turn in range(40):
        read.clear()
        made = await contributions.contribute(app, me, asked.id, [f"Idea {turn}"])
        await contributions.withdraw(app, me, made.id)
        costs.append(len(read))
    assert costs == [costs[0]] * 40
