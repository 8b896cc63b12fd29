"""Weighing through the services: votes, the deck, the counters, results, and who is never told of."""

from __future__ import annotations

import asyncio
import csv
import io
import itertools
from collections import Counter
from collections.abc import Sequence

import pytest

from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS, Round
from bot.domain.weighing import VOTES, WEIGH, votes_of
from bot.services import (
    answers,
    contributions,
    drafts,
    merging,
    moderating,
    my_data,
    people,
    rounds,
    weighing,
    weighing_files,
)
from bot.services.answers import NoticeFirst
from bot.services.ports import App
from bot.store import answers as stored
from bot.store import rounds as kept
from bot.store import statements
from tests.builders import (
    OFFICER,
    World,
    close_at_its_time,
    draft_poll,
    open_ask,
    resident,
    residents,
    stranger,
)

LINES = ("Fewer cars at the school.", "More lamps in the park.", "A bus at eight.")


async def draft_weighing(world: World, *lines: str, source: int = 0, days: float = 8) -> Round:
    made = await drafts.begin(world.app, world.organiser, world.initiative.id, WEIGH, source=source)
    if lines:
        await weighing.add(world.app, world.organiser, made.id, lines)
    closes = world.now + round(days * DAY_MS)
    return await drafts.change(
        world.app, world.organiser, made.id, question="Where do you stand?", closes_ms=closes
    )


async def open_weighing(world: World, *lines: str, source: int = 0, days: float = 8) -> Round:
    made = await draft_weighing(world, *lines, source=source, days=days)
    return await drafts.publish(world.app, world.organiser, made.id)


async def deck(app: App, asked: Round) -> list[int]:
    async with app.database.reading() as tx:
        return list(await statements.of_round(tx, asked.community, asked.id))


async def readers(app: App, asked: Round) -> dict[int, int]:
    async with app.database.reading() as tx:
        found = await statements.fewest(tx, asked.community, asked.id, (), 10_000)
    return {number: count for number, count in found if count}


async def counted(app: App, asked: Round) -> dict[int, int]:
    """The same out of the answers."""
    async with app.database.reading() as tx:
        given = await stored.of_round(tx, asked.community, asked.id)
    return dict(Counter(number for one in given for number in votes_of(one.value)))


async def votes(world: World, person: Person, asked: Round) -> dict[int, int]:
    return votes_of(await answers.standing_answer(world.app, person, asked.id) or ())


async def test_somebody_reads_every_statement_once_goes_back_and_takes_all_back(world: World) -> None:
    app, asked, ana = world.app, await open_weighing(world, *LINES), await resident(world, 1)
    seen = []
    while (turn := await weighing.turn(app, ana, asked.id)).statement is not None:
        seen.append(turn.statement.id)
        assert (turn.place, turn.row, turn.left) == (len(seen), 3, 4 - len(seen))
        assert turn.added
        assert not await weighing.vote(app, ana, asked.id, turn.statement.id, "agree")
    assert sorted(seen) == await deck(app, asked)
    back = await weighing.turn(app, ana, asked.id, seen[1])
    assert (back.statement and back.statement.id, back.vote) == (seen[1], 1)
    await weighing.vote(app, ana, asked.id, seen[1], "disagree")
    assert await votes(world, ana, asked) == {number: -1 if number == seen[1] else 1 for number in seen}
    assert await readers(app, asked) == await counted(app, asked) == dict.fromkeys(seen, 1)
    await answers.withdraw(app, ana, asked.id)
    assert await readers(app, asked) == await counted(app, asked) == {}


async def test_the_same_vote_again_changes_nothing_and_the_row_of_a_vote_is_only_that(world: World) -> None:
    app, asked, ana = world.app, await open_weighing(world, *LINES), await resident(world, 1)
    first, second, _ = await deck(app, asked)
    for number in (second, first, first):
        await weighing.vote(app, ana, asked.id, number, "pass")
    acts = [act for act in (await my_data.held(app, ana))["record"] if act["round"] == asked.id]
    assert [act["said"] for act in acts] == [
        f'{{"value":{{"statement":"{number}","vote":"pass"}}}}' for number in (second, first)
    ]
    given = (await my_data.held(app, ana))["answers"]
    assert given[0]["answer"] == {str(first): "pass", str(second): "pass"}


async def test_after_so_many_in_a_row_comes_a_rest(world: World) -> None:
    app, ana = world.app, await resident(world, 1)
    asked = await open_weighing(world, *(f"Statement {number}" for number in range(12)))
    rests = [await weighing.vote(app, ana, asked.id, number, "agree") for number in await deck(app, asked)]
    assert rests == [*[False] * 9, True, False, False]
    assert not await weighing.vote(app, ana, asked.id, (await deck(app, asked))[9], "pass")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (["1"], "choice-unknown"), (["1", "2"], "choice-unknown"), (["x", "agree"], "choice-unknown"),
        (["999", "agree"], "statement-gone"), (["1", "agree", "1"], "choice-unknown"),
        (["0", "agree"], "statement-gone"), (["-1", "agree"], "choice-unknown"),
    ],
)  # fmt: skip
async def test_what_makes_no_sense_is_refused(world: World, raw: Sequence[str], code: str) -> None:
    asked, ana = await open_weighing(world, *LINES), await resident(world, 1)
    with pytest.raises(Refusal, match=code):
        await answers.answer(world.app, ana, asked.id, raw)
    assert await counted(world.app, asked) == {}


async def test_who_may_not_vote(world: World) -> None:
    app, asked, ana = world.app, await open_weighing(world, *LINES), await resident(world, 1)
    [first, *_] = await deck(app, asked)
    with pytest.raises(NoticeFirst):
        await weighing.turn(app, stranger(world, 9), asked.id)
    with pytest.raises(NoticeFirst):
        await weighing.vote(app, stranger(world, 9), asked.id, first, "agree")
    ask = await open_ask(world)
    with pytest.raises(Refusal, match="button-unknown"):
        await weighing.turn(app, ana, ask.id)
    await close_at_its_time(world, asked)
    for late in (weighing.turn(app, ana, asked.id), weighing.vote(app, ana, asked.id, first, "agree")):
        with pytest.raises(Refusal, match="round-closed"):
            await late


async def test_the_deck_follows_what_becomes_of_ideas(world: World) -> None:
    app, organiser = world.app, world.organiser
    ask, (ana, ben, cem) = await open_ask(world), await residents(world, 3)
    told = [
        (await contributions.contribute(app, one, ask.id, [f"Idea {number}"])).id
        for number, one in enumerate((ana, ben, cem, ana, ben))
    ]
    for number in told[:3]:
        await moderating.accept(app, organiser, number)
    asked = await open_weighing(world, source=ask.id)
    assert await deck(app, asked) == told[:3]
    await weighing.vote(app, cem, asked.id, told[0], "agree")
    await moderating.accept(app, organiser, told[3])
    assert await deck(app, asked) == told[:4]
    await moderating.decline(app, organiser, told[3], "harm", "accepted")
    joint = await merging.merge(app, organiser, told[:2], "Both")
    assert await deck(app, asked) == [told[2], joint.id]
    with pytest.raises(Refusal, match="statement-gone"):
        await weighing.vote(app, cem, asked.id, told[0], "pass")
    await merging.undo(app, organiser, joint.id)
    assert await deck(app, asked) == told[:3]
    assert await readers(app, asked) == {told[0]: 1}
    await contributions.withdraw(app, ben, told[1])
    better = await contributions.contribute(app, ana, asked.id, ["Said better"])
    assert await deck(app, asked) == [told[0], told[2]]
    await moderating.accept(app, organiser, better.id)
    assert await deck(app, asked) == [told[0], told[2], better.id]
    await people.erase(app, cem)
    assert await deck(app, asked) == [told[0], better.id]
    assert await readers(app, asked) == await counted(app, asked) == {}


async def test_the_next_one_is_among_those_with_the_fewest_readers(world: World) -> None:
    app, asked = world.app, await open_weighing(world, *(f"Statement {number}" for number in range(15)))
    numbers, crowd = await deck(app, asked), await residents(world, 3)
    for one in crowd[:2]:
        for number in numbers[:13]:
            await weighing.vote(app, one, asked.id, number, "pass")
    async with app.database.reading() as tx:
        found = await statements.fewest(tx, asked.community, asked.id, {numbers[13]}, 3)
    assert found == [(numbers[14], 0), (numbers[0], 2), (numbers[1], 2)]
    [late] = await weighing.add(app, world.organiser, asked.id, ["Late"])
    shown = Counter[int]()
    for _ in range(40):
        turn = await weighing.turn(app, crowd[2], asked.id)
        assert turn.statement is not None
        shown[turn.statement.id] += 1
    assert sum(shown[number] for number in (*numbers[13:], late.id)) >= 25


async def test_what_can_be_weighed(world: World) -> None:
    app, organiser = world.app, world.organiser
    poll = await draft_poll(world)
    for source in (poll.id, 99):
        with pytest.raises(Refusal, match="source-unfit"):
            await drafts.begin(app, organiser, world.initiative.id, WEIGH, source=source)
    empty = await draft_weighing(world)
    with pytest.raises(Refusal, match="statements-none"):
        await drafts.publish(app, organiser, empty.id)
    added = await weighing.add(app, organiser, empty.id, [*LINES, LINES[0], ""])
    assert len(added) == 3
    assert await weighing.add(app, organiser, empty.id, [LINES[0]]) == []
    await moderating.decline(app, organiser, added[0].id, "twice", "accepted")
    asked = await drafts.publish(app, organiser, empty.id)
    assert await deck(app, asked) == [added[1].id, added[2].id]
    with pytest.raises(Refusal, match="organisers-only"):
        await weighing.add(app, await resident(world, 1), asked.id, ["Mine"])
    await close_at_its_time(world, asked)
    with pytest.raises(Refusal, match="round-over"):
        await weighing.add(app, organiser, asked.id, ["Late"])


async def test_many_at_once_and_one_person_twice(world: World) -> None:
    app, asked, crowd = world.app, await open_weighing(world, *LINES), await residents(world, 12)
    numbers = await deck(app, asked)
    told = [(one, number, vote) for one in crowd for number in numbers for vote in ("agree", "disagree")]
    await asyncio.gather(*(weighing.vote(app, one, asked.id, number, vote) for one, number, vote in told))
    assert await readers(app, asked) == await counted(app, asked) == dict.fromkeys(numbers, 12)
    for one in crowd:
        assert (await votes(world, one, asked)).keys() == set(numbers)
    await asyncio.gather(
        answers.withdraw(app, crowd[0], asked.id),
        weighing.vote(app, crowd[1], asked.id, numbers[0], "pass"),
        people.erase(app, crowd[2]),
    )
    assert await readers(app, asked) == await counted(app, asked) == dict.fromkeys(numbers, 10)


async def test_two_processes_count_every_reader(world: World, second: App) -> None:
    asked, crowd = await open_weighing(world, *LINES), await residents(world, 6)
    numbers = await deck(world.app, asked)
    pairs = itertools.product(crowd, numbers)
    await asyncio.gather(
        *(
            weighing.vote((world.app, second)[place % 2], one, asked.id, number, "agree")
            for place, (one, number) in enumerate(pairs)
        )
    )
    assert await readers(second, asked) == await counted(second, asked) == dict.fromkeys(numbers, 6)


async def test_the_result_is_kept_recounts_and_is_told_to_each(world: World) -> None:
    app, asked = world.app, await open_weighing(world, *LINES)
    first, second, third = await deck(app, asked)
    crowd = [*await residents(world, 6), *[await resident(world, f"o{n}", OFFICER) for n in range(5)]]
    for place, one in enumerate(crowd):
        await weighing.vote(app, one, asked.id, first, "disagree" if place == 5 else "agree")
        await weighing.vote(app, one, asked.id, second, ("agree", "disagree")[place % 2])
    await weighing.vote(app, crowd[0], asked.id, third, "pass")
    with pytest.raises(Refusal, match="results-later"):
        await weighing.outcome(app, asked.community, asked.id)
    assert (await weighing.stood(app, crowd[5], asked.id)).most is None
    await close_at_its_time(world, asked)
    found = await weighing.outcome(app, asked.community, asked.id)
    told = {one.number: (one.agree, one.disagree, one.passed, one.across) for one in found.tally.weighed}
    assert told == {
        first: (10, 1, 0, round(6 / 8 * 6 / 7, 2)),
        second: (6, 5, 0, round(4 / 8 * 4 / 7, 2)),
        third: (0, 0, 1, None),
    }
    assert set(found.said) == {first, second, third}
    assert [one.number for one in found.found.agreed] == [first]
    assert [one.number for one in found.found.divided] == [second]
    assert [one.number for one in found.found.across] == [first, second]
    assert [one.number for one in found.found.few] == [third]
    name, data = await weighing_files.table(app, found)
    *_, few = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert (name, few["number"], few["readers"]) == (f"statements-{asked.id}.csv", str(third), "1")
    assert {few[column] for column in weighing_files.COLUMNS[4:]} == {""}
    assert (await weighing.stood(app, crowd[5], asked.id)).most == (0, 2)
    assert (await weighing.stood(app, crowd[0], asked.id)).most == (2, 2)
    with pytest.raises(Refusal, match="weighed-nothing"):
        await weighing.stood(app, stranger(world, 99), asked.id)
    await people.erase(app, crowd[0])
    async with app.database.reading() as tx:
        closed = await kept.find(tx, asked.community, asked.id)
        assert closed is not None
        assert await rounds.recounts(tx, closed)
    vote = (await votes(world, crowd[1], asked))[first]
    assert vote == VOTES["agree"]
    async with app.database.alone() as tx:
        key = (asked.community, asked.id, (await people.find(app, crowd[1])).id)  # type: ignore[union-attr]
        await stored.take_back(tx, [key])
        assert not await rounds.recounts(tx, closed)
