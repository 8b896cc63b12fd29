"""Pages of ideas are what a plain computation over all of them says."""

from __future__ import annotations

import random
from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import ASK
from bot.domain.community import Moderation
from bot.domain.contributions import OUTCOMES, STANDING, Contribution, Fate, is_readable, stands
from bot.domain.people import Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS
from bot.services import answers, ask_summaries, contributions, drafts, people, supporting
from bot.services.ports import App
from bot.store import contributions as stored
from bot.store import people as stored_people
from bot.store import rounds as stored_rounds
from bot.store import supports
from tests.builders import BOTH_ENGINES, World, open_ask, open_poll, residents
from tests.recounted import check, supporters

IDEAS, AUTHORS = 60, 9


@pytest.fixture
async def ask(world: World) -> int:
    """An ask with ideas in every state, some erased, some supported, some whose author's standing changed."""
    app, here = world.app, world.community.id
    made = await drafts.begin(app, world.organiser, world.initiative.id, ASK, "", ask="problem")
    draw = random.Random(7)  # noqa: S311

    async def work(tx: AsyncConnection) -> None:
        opens = {"state": "open", "opened_ms": world.now, "closes_ms": world.now + DAY_MS}
        await stored_rounds.change(tx, here, made.id, **opens)
        for number in range(1, IDEAS + 1):
            said: dict[str, tuple[str, ...]] = {"what": (f"Idea {number}",)}
            if draw.random() < 0.4:
                said |= {"often": (draw.choice(["Every day", "Every week"]),)}
            author = draw.randrange(AUTHORS)
            await stored.add(
                tx,
                Contribution(
                    here, 0, made.id, world.initiative.id, 1000 + author,
                    draw.choice([Standing.RESIDENT, Standing.OFFICER]), draw.choice(list(Fate)),
                    said=said, first_ms=number, at_ms=number, chosen=tuple({"often"} & set(said)),
                    newcomer=author % 2 == 0,
                ),
            )  # fmt: skip
            for who in range(draw.randrange(4)):
                await supports.put(tx, here, number, 2000 + who, number)
        await stored.forget_words(tx, here, *draw.sample(range(1, IDEAS + 1), 10))
        await check(tx, here, made.id)

    await app.database.writer.run(work)
    return made.id


async def everything(app: App, ask: int, here: int) -> tuple[list[Contribution], dict[int, int]]:
    async with app.database.reading() as tx:
        return await stored.of_round(tx, here, ask), await supporters(tx, here)


@BOTH_ENGINES
async def test_a_page_of_ideas_is_the_plain_computation(world: World, ask: int) -> None:
    found, counted = await everything(world.app, ask, world.community.id)
    there = [one for one in found if one.state in STANDING and one.said]
    assert 5 < len(there) < len([one for one in found if one.state in STANDING])
    there.sort(key=lambda one: (-counted.get(one.id, 0), one.id))
    for size in (1, 4, 10):
        for number in range(len(there) // size + 3):
            page = await supporting.published(world.app, world.organiser, ask, number, size)
            begins = number * size if number * size < len(there) else 0
            assert [one.contribution for one in page.held] == there[begins : begins + size]
            assert [one.contribution.supporters for one in page.held] == [
                counted.get(one.id, 0) for one in there[begins : begins + size]
            ]
            assert (page.count, page.last) == (len(there), (len(there) - 1) // size)


@BOTH_ENGINES
async def test_what_everybody_finds_is_the_domains_rule_in_sql_too(world: World, ask: int) -> None:
    app, here = world.app, world.community.id
    found, _ = await everything(app, ask, here)
    draw = random.Random(9)  # noqa: S311

    async def look_again(tx: AsyncConnection) -> None:
        for one in found:
            state = Fate.RECEIVED if draw.random() < 0.5 else one.state
            why, again = draw.choice(["", "harm"]), draw.random() < 0.5
            await stored.change(tx, here, one.id, state=state, why=why, again=again)

    await app.database.writer.run(look_again)
    found, _ = await everything(app, ask, here)
    counts = set()
    for moderation in Moderation:
        change = partial(stored_rounds.change, number=here, which=ask, moderation=moderation)
        await app.database.writer.run(change)
        there = {one.id for one in found if stands(one, moderation) and one.said}
        page = await supporting.published(app, world.organiser, ask, 0, IDEAS)
        assert {one.contribution.id for one in page.held} == there
        for one in found:
            # Without its words, what became of it is still there to be read.
            readable = (bool(one.said) or one.state in OUTCOMES) and is_readable(one, moderation)
            assert await finds(app, world.organiser, one.id) == readable, one
        counts.add(len(there))
    assert len(counts) == 2, "after is no other than before, so nothing is shown"


async def finds(app: App, person: Person, number: int) -> bool:
    try:
        await supporting.look(app, person, number)
    except Refusal:
        return False
    return True


@BOTH_ENGINES
async def test_a_summary_is_the_plain_computation(world: World, ask: int) -> None:
    found, counted = await everything(world.app, ask, world.community.id)
    there = [one for one in found if one.state is not Fate.WITHDRAWN]
    accepted = [one for one in there if one.state in STANDING]
    accepted.sort(key=lambda one: (-counted.get(one.id, 0), one.id))
    last = {one.person: one.standing for one in there}
    summary = await ask_summaries.summarise(world.app, world.organiser, ask)
    assert summary.states == {state: sum(one.state is state for one in found) for state in Fate}
    assert summary.people == len(last)
    assert summary.standings is None  # two looks would tell of what standing whoever came in between is
    liked = [one for one in accepted[: ask_summaries.TOP] if counted.get(one.id)]
    assert [one.contribution for one in summary.top] == liked
    assert [one.contribution.supporters for one in summary.top] == [counted[one.id] for one in liked]
    assert summary.unread == tuple(one.id for one in there if one.state is Fate.RECEIVED)
    assert 0 < summary.new == len({one.person for one in there if one.newcomer}) < summary.people
    assert summary.said["often"] == sum("often" in (one.said or {}) for one in there)
    assert summary.said["what"] == sum("what" in (one.said or {}) for one in there)
    assert summary.chosen["often"]["Every day"] == sum(
        (one.said or {}).get("often") == ("Every day",) for one in there
    )


@BOTH_ENGINES
async def test_who_is_new_is_the_plain_computation(world: World, ask: int) -> None:
    found, _ = await everything(world.app, ask, world.community.id)
    for since, until in ((0, 99), (5, 99), (5, 8), (20, 60), (60, 99)):
        first = {one.person: one.first_ms for one in reversed(found)}
        new = sum(since < at <= until for at in first.values())
        async with world.app.database.reading() as tx:
            assert await stored_people.new_since(tx, world.community.id, since, until) == new


@BOTH_ENGINES
async def test_new_is_who_had_never_taken_part_before_the_ask_opened(world: World) -> None:
    app, (before, after, both) = world.app, await residents(world, 3)
    poll = await open_poll(world)
    await answers.answer(app, before, poll.id, ["0"])
    world.clock.move(days=1)
    asked = await open_ask(world)
    await answers.answer(app, after, poll.id, ["0"])  # came for the first time while the ask was open
    for person in (before, after, both, both):
        await contributions.contribute(app, person, asked.id, [f"It is dark, {world.clock.move(days=1)}."])
    summary = await ask_summaries.summarise(app, world.organiser, asked.id)
    assert (summary.people, summary.new) == (3, 2)
    await people.erase(app, both)
    summary = await ask_summaries.summarise(app, world.organiser, asked.id)
    assert (summary.people, summary.new) == (2, 1)
    async with app.database.reading() as tx:
        await check(tx, world.community.id, asked.id)


@BOTH_ENGINES
async def test_what_was_chosen_last_counts_and_what_was_left_out_again_does_not(world: World) -> None:
    app, asked, (amina, bartek) = world.app, await open_ask(world), await residents(world, 2)
    numbers = [
        (await contributions.contribute(app, one, asked.id, ["It is dark."])).id for one in (amina, bartek)
    ]

    async def chosen() -> dict[str, int]:
        found = (await ask_summaries.summarise(app, world.organiser, asked.id)).chosen["often"]
        return {option: count for option, count in found.items() if count}

    for person, number in zip((amina, bartek), numbers, strict=True):
        await contributions.add(app, person, number, "often", ["Every day"])
        await contributions.add(app, person, number, "who", ["Every day"])
    assert await chosen() == {"Every day": 2}
    await contributions.add(app, amina, numbers[0], "often", ["Every week"])
    assert await chosen() == {"Every day": 1, "Every week": 1}
    await contributions.add(app, bartek, numbers[1], "often", [])
    assert await chosen() == {"Every week": 1}
    await contributions.withdraw(app, amina, numbers[0])
    assert await chosen() == {}
