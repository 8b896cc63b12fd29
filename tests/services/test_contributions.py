"""Contributions: who may bring, read and settle them, and what becomes of them when people go."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.asks import ASK
from bot.domain.contributions import Contribution, Fate
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS, Round
from bot.domain.stages import Stage
from bot.services import (
    ask_summaries,
    communities,
    contributions,
    digests,
    initiatives,
    people,
    retention,
    rounds,
)
from bot.settings import Asks
from bot.store import contributions as stored
from bot.store import schedule
from tests.builders import (
    ORGANISER,
    SQLITE_ONLY,
    World,
    close_at_its_time,
    export,
    open_ask,
    open_poll,
    resident,
    residents,
    set_up,
    stranger,
)

CANARY = "canary-idea-4711"


@pytest.fixture
async def asked(world: World) -> Round:
    return await open_ask(world)


async def tell(world: World, person: Person, asked: Round, words: str = "Cars") -> Contribution:
    return await contributions.contribute(world.app, person, asked.id, [words])


async def now(world: World, number: int) -> Contribution:
    async with world.app.database.reading() as tx:
        found = await stored.find(tx, world.community.id, number)
    assert found is not None
    return found


async def shown(world: World, asked: Round) -> list[tuple[int, int]]:
    """What everybody may read: numbers, and how many think so too."""
    held = await contributions.published(world.app, world.organiser, asked.id)
    return [(one.contribution.id, one.supporters) for one in held]


def another_organiser(world: World) -> Person:
    return Person(world.community.id, "another-organiser", frozenset({ORGANISER}))


async def test_numbers_are_a_communitys_own_and_words_are_kept_once(world: World, asked: Round) -> None:
    ana, ben = await residents(world, 2)
    first = await tell(world, ana, asked, "  Cars \r\n park\u202e ")
    assert (first.id, first.said) == (1, {"what": ("Cars\n park",)})
    assert (await tell(world, ana, asked, "Cars\n park")).id == 1
    assert (await tell(world, ben, asked, "Cars\n park")).id == 2
    await contributions.withdraw(world.app, ben, 2)
    assert (await tell(world, ben, asked, "Cars\n park")).id == 3
    other = await set_up(world.app, "server-2")
    theirs = await open_ask(other)
    assert (await tell(other, await resident(other, 0), theirs)).id == 1


async def test_twice_at_once_is_one(world: World, asked: Round) -> None:
    [ana] = await residents(world, 1)
    made = await asyncio.gather(*(tell(world, ana, asked) for _ in range(5)))
    assert {one.id for one in made} == {1}
    settled = await asyncio.gather(
        *(contributions.accept(world.app, world.organiser, 1) for _ in range(3)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in settled) == ["Contribution", "Refusal", "Refusal"]


async def test_nobody_floods_an_ask(world: World, asked: Round) -> None:
    world.app.settings = replace(world.app.settings, asks=Asks(most_per_person=2))
    ana, ben = await residents(world, 2)
    for words in ("one", "two"):
        await tell(world, ana, asked, words)
    with pytest.raises(Refusal, match="contributions-many"):
        await tell(world, ana, asked, "three")
    await contributions.withdraw(world.app, ana, 1)
    await tell(world, ana, asked, "three")
    await tell(world, ben, asked, "one")


@pytest.mark.parametrize("words", ["", " \n ", "\u202e", "\x00"])
async def test_nothing_is_nothing(world: World, asked: Round, words: str) -> None:
    [ana] = await residents(world, 1)
    with pytest.raises(Refusal, match="words-missing"):
        await tell(world, ana, asked, words)
    with pytest.raises(Refusal, match="words-too-long"):
        await tell(world, ana, asked, "x" * 1001)


async def test_who_may_bring_something(world: World, asked: Round) -> None:
    [ana] = await residents(world, 1)
    with pytest.raises(Refusal, match="notice-first"):
        await tell(world, stranger(world, 99), asked)
    poll = await open_poll(world)
    with pytest.raises(Refusal, match="button-unknown"):
        await tell(world, ana, poll)
    begun = await rounds.draft(world.app, world.organiser, world.initiative.id, ASK, ask="problem")
    with pytest.raises(Refusal, match="round-not-open"):
        await tell(world, ana, begun)
    with pytest.raises(Refusal, match="round-unknown"):
        await tell(world, ana, replace(asked, id=99))
    other = await set_up(world.app, "server-2")
    with pytest.raises(Refusal, match="round-unknown"):
        await tell(other, await resident(other, 1), asked)
    await close_at_its_time(world, asked)
    with pytest.raises(Refusal, match="round-closed"):
        await tell(world, ana, asked)


async def test_only_its_author_changes_it_and_nobody_sees_what_is_not_accepted(
    world: World, asked: Round
) -> None:
    app, (ana, ben) = world.app, await residents(world, 2)
    await tell(world, ana, asked)
    assert await shown(world, asked) == []
    acts: list[Callable[[], Awaitable[object]]] = [
        lambda: contributions.add(app, ben, 1, "who", ["me"]),
        lambda: contributions.withdraw(app, ben, 1),
        lambda: contributions.again(app, ben, 1),
        lambda: contributions.own(app, ben, 1),
        lambda: contributions.support(app, ben, 1, yes=True),
        lambda: contributions.look(app, ben, 1),
    ]
    for act in acts:
        with pytest.raises(Refusal, match="contribution-unknown"):
            await act()
    for settle in (contributions.accept, contributions.next_waiting):
        with pytest.raises(Refusal, match="organisers-only"):
            await settle(app, ben, 1)
    elsewhere = await set_up(app, "server-2")
    with pytest.raises(Refusal, match="contribution-unknown"):
        await contributions.accept(app, elsewhere.organiser, 1)
    await contributions.accept(app, world.organiser, 1)
    assert await shown(world, asked) == [(1, 0)]


async def test_what_changes_is_read_again_and_every_version_is_kept(world: World, asked: Round) -> None:
    app, [ana] = world.app, await residents(world, 1)
    await tell(world, ana, asked)
    await contributions.accept(app, world.organiser, 1)
    changed = await contributions.add(app, ana, 1, "what", ["Lorries"])
    assert (changed.state, changed.version) == (Fate.RECEIVED, 2)
    assert await shown(world, asked) == []
    await contributions.add(app, ana, 1, "often", ["Every day"])
    await contributions.add(app, ana, 1, "often", [])
    with pytest.raises(Refusal, match="choice-unknown"):
        await contributions.add(app, ana, 1, "often", ["Never"])
    with pytest.raises(Refusal, match="choose-one"):
        await contributions.add(app, ana, 1, "often", ["Every day", "Every week"])
    data = await people.my_data(app, ana)
    said = [one["words"] for one in data["ideas"][0]["said"]]
    assert said == [
        {"what": ("Cars",)}, {"what": ("Lorries",)}, {"what": ("Lorries",), "often": ("Every day",)},
        {"what": ("Lorries",)},
    ]  # fmt: skip


async def test_a_second_look_is_somebody_elses_and_comes_once(world: World, asked: Round) -> None:
    app, [ana] = world.app, await residents(world, 1)
    await tell(world, ana, asked)
    with pytest.raises(Refusal, match="second-look-not"):
        await contributions.again(app, ana, 1)
    with pytest.raises(Refusal, match="why-unknown"):
        await contributions.decline(app, world.organiser, 1, "disagree")
    await contributions.decline(app, world.organiser, 1, "unclear")
    await contributions.again(app, ana, 1)
    for settle in (
        contributions.accept(app, world.organiser, 1),
        contributions.decline(app, world.organiser, 1, "harm"),
    ):
        with pytest.raises(Refusal, match="second-look-other"):
            await settle
    await contributions.decline(app, another_organiser(world), 1, "harm")
    with pytest.raises(Refusal, match="second-look-once"):
        await contributions.again(app, ana, 1)
    assert (await now(world, 1)).why == "harm"


async def test_supporters_are_a_set(world: World, asked: Round) -> None:
    app, (ana, ben, cai) = world.app, await residents(world, 3)
    for words in ("Cars", "Bikes"):
        await tell(world, ana, asked, words)
    for number in (1, 2):
        await contributions.accept(app, world.organiser, number)
    with pytest.raises(Refusal, match="support-own"):
        await contributions.support(app, ana, 2, yes=True)
    for person in (ben, ben, cai):
        await contributions.support(app, person, 2, yes=True)
    assert await shown(world, asked) == [(2, 2), (1, 0)]
    for _ in range(2):
        await contributions.support(app, ben, 2, yes=False)
    assert await shown(world, asked) == [(2, 1), (1, 0)]
    rows = [row for row in await acts(world) if row[5].startswith("support")]
    assert [row[5] for row in rows] == ["supported", "supported", "support-withdrawn"]


async def acts(world: World) -> list[list[Any]]:
    """The rows of the record that are about ideas."""
    return [json.loads(line) for line in (await export(world))[1:-1]]


async def test_the_record_has_every_act_and_no_persons_words(world: World, asked: Round) -> None:
    app, (ana, ben) = world.app, await residents(world, 2)
    await tell(world, ana, asked, CANARY)
    await contributions.add(app, ana, 1, "who", [CANARY])
    await contributions.ask_author(app, world.organiser, 1, CANARY)
    await contributions.decline(app, world.organiser, 1, "unclear")
    await contributions.again(app, ana, 1)
    await contributions.accept(app, another_organiser(world), 1)
    await contributions.support(app, ben, 1, yes=True)
    await contributions.withdraw(app, ana, 1)
    await contributions.record_meeting(app, world.organiser, asked.id, "Library", 12, [CANARY])
    lines = await export(world)
    told = [(row[5], row[6]) for row in map(json.loads, lines[1:-1]) if row[3] == asked.id]
    assert told[1:] == [
        ("contributed", "resident"), ("contribution-changed", "resident"), ("author-asked", "organiser"),
        ("declined", "organiser"), ("second-look", "resident"), ("accepted", "organiser"),
        ("supported", "resident"), ("contribution-withdrawn", "resident"), ("meeting-recorded", "organiser"),
    ]  # fmt: skip
    assert CANARY not in "".join(lines)
    files = await ask_summaries.files(app, world.organiser, asked.id)
    assert all(b"user-0" not in data for data in files.values())


@SQLITE_ONLY
async def test_who_is_erased_leaves_no_word_and_the_result_as_it_was(
    world: World, asked: Round, tmp_path: Path
) -> None:
    app, (ana, ben) = world.app, await residents(world, 2)
    for words in (CANARY, CANARY + " 2", CANARY + " 3"):
        await tell(world, ana, asked, words)
    await tell(world, ben, asked)
    await contributions.accept(app, world.organiser, 1)
    await contributions.decline(app, world.organiser, 2, "harm")
    await close_at_its_time(world, asked)
    result = (await rounds.look(app, world.community.id, asked.id)).result
    assert result is not None
    assert result.answers == 2
    await people.erase(app, ana)
    async with app.database.reading() as tx:
        assert await rounds.recounts(tx, asked)
        assert await stored.people_of(tx, world.community.id, asked.id) == 2
    assert [(await now(world, number)).state for number in (1, 2, 3)] == ["accepted", "declined", "declined"]
    assert (await now(world, 3)).why == "erased"
    assert len({(await now(world, number)).person for number in (1, 2, 3)}) == 1
    assert await shown(world, asked) == []
    held = b"".join(file.read_bytes() for file in tmp_path.glob("folkmoot.db*"))  # noqa: ASYNC240
    assert CANARY.encode() not in held
    assert b"Cars" in held


async def test_who_is_erased_leaves_an_open_ask(world: World, asked: Round) -> None:
    app, (ana, ben) = world.app, await residents(world, 2)
    await tell(world, ana, asked)
    await tell(world, ben, asked, "Bikes")
    for number in (1, 2):
        await contributions.accept(app, world.organiser, number)
    await contributions.support(app, ana, 2, yes=True)
    await people.erase(app, ana)
    assert (await now(world, 1)).state is Fate.WITHDRAWN
    assert await shown(world, asked) == [(2, 1)]
    assert (await rounds.look(app, world.community.id, asked.id)).answers == 1
    with pytest.raises(Refusal, match="notice-first"):
        await contributions.support(app, ana, 2, yes=True)


async def test_what_is_old_belongs_to_nobody(world: World, asked: Round) -> None:
    app, [ana] = world.app, await residents(world, 1)
    await tell(world, ana, asked)
    await close_at_its_time(world, asked)
    world.clock.move(days=400)
    async with app.database.reading() as tx:
        slot = await schedule.find(tx, world.community.id, "retention")
    assert slot is not None
    await app.database.writer.run(lambda tx: retention.run(app, tx, slot, world.now))
    old = await now(world, 1)
    assert (old.person < 0, old.said, old.why) == (True, None, "erased")


async def test_no_stage_ends_while_somebody_waits(world: World, asked: Round) -> None:
    app, [ana] = world.app, await residents(world, 1)
    await tell(world, ana, asked)
    await close_at_its_time(world, asked)
    which, reason = world.initiative.id, "We know enough now."
    for end in (
        initiatives.move_stage(app, world.organiser, which, Stage.OPTIONS, reason),
        initiatives.close(app, world.organiser, which, reason),
    ):
        with pytest.raises(Refusal, match="contributions-unread") as refused:
            await end
        assert refused.value.facts["numbers"] == "1"
    await contributions.decline(app, world.organiser, 1, "unclear")
    await initiatives.move_stage(app, world.organiser, which, Stage.OPTIONS, reason)


async def test_an_ask_is_published_only_where_somebody_hears_worries(world: World) -> None:
    app = world.app
    begun = await rounds.draft(app, world.organiser, world.initiative.id, ASK, ask="offer")
    assert begun.stage is Stage.OPTIONS  # the first one that fits
    with pytest.raises(Refusal, match="stage-unfit"):
        await rounds.change_draft(app, world.organiser, begun.id, stage=Stage.DEFINE)
    for changes in ({"options": ["a", "b"]}, {"kind": "pick"}, {"quorum": 3}):
        with pytest.raises(Refusal, match="button-unknown"):
            await rounds.change_draft(app, world.organiser, begun.id, **changes)
    with pytest.raises(Refusal, match="kind-unknown"):
        await rounds.draft(app, world.organiser, world.initiative.id, ASK, ask="nothing")
    with pytest.raises(Refusal, match="kind-unknown"):
        await rounds.draft(app, world.organiser, world.initiative.id, "pick", ask="problem")
    await rounds.change_draft(
        app, world.organiser, begun.id, question="What?", closes_ms=world.now + 8 * DAY_MS, reason="Early."
    )
    owner = Person(world.community.id, "owner", can_set_up=True)
    await communities.set_up(app, owner, help_lines="")
    with pytest.raises(Refusal, match="safety-missing"):
        await rounds.publish(app, world.organiser, begun.id)


async def test_the_digest_counts_what_was_brought_and_settled(world: World, asked: Round) -> None:
    app, crowd = world.app, await residents(world, 4)
    for number, person in enumerate(crowd):
        await tell(world, person, asked, f"Idea {number}")
    await contributions.accept(app, world.organiser, 1)
    await contributions.decline(app, world.organiser, 2, "harm")
    await contributions.withdraw(app, crowd[3], 4)
    await contributions.record_meeting(app, world.organiser, asked.id, "Library", 30, ["Bus", "Bench"])
    facts = await digests.preview(app, world.organiser)
    assert facts.ideas == {"received": 6, "from_chat": 0, "accepted": 3, "waiting": 1}
    assert (facts.declined, facts.people, facts.new_people) == ({"harm": 1}, 4, 4)
    summary = await ask_summaries.summarise(app, world.organiser, asked.id)
    assert (summary.people, summary.present, summary.new, summary.unread) == (3, 30, 3, (3,))
