"""Contributions: each has a number and an answer, who wrote it stays unknown, and nothing published moves."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.contributions import Contribution, Fate
from bot.domain.people import Ages, Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.domain.stages import Stage
from bot.services import (
    answers,
    ask_summaries,
    contributions,
    digests,
    drafts,
    due,
    initiatives,
    merging,
    moderating,
    my_data,
    people,
    posting,
    restoring,
    rounds,
    supporting,
)
from bot.store import contributions as stored
from bot.store import interactions
from tests.builders import (
    BOTH_ENGINES,
    OFFICER,
    ORGANISER,
    SQLITE_ONLY,
    World,
    are_here,
    beginning,
    close_at_its_time,
    export,
    forget_what_is_owed,
    open_ask,
    open_poll,
    resident,
    residents,
    row_of,
    set_up,
    stranger,
)
from tests.recorder import Recorder
from tests.recounted import check, supporters

CANARY = "canary-77ab31"
CARS, DARK = "Cars park on the crossing.", "It is dark at five."


async def tell(world: World, person: Person, asked: Round, words: str = CARS) -> int:
    """Its number."""
    return (await contributions.contribute(world.app, person, asked.id, [words])).id


async def published(world: World, asked: Round) -> list[int]:
    page = await supporting.published(world.app, world.organiser, asked.id)
    return [one.contribution.id for one in page.held]


async def kept(world: World, number: int) -> Contribution:
    async with world.app.database.reading() as tx:
        found = await stored.find(tx, world.community.id, number)
    assert found is not None
    return found


async def refused(world: World, act: Awaitable[object]) -> str:
    """The code of the refusal; whoever is refused leaves no trace."""
    before = await export(world)
    with pytest.raises(Refusal) as refusal:
        await act
    assert await export(world) == before
    return refusal.value.code


def other_organiser(world: World, number: int = 2) -> Person:
    return Person(world.community.id, f"organiser-{number}", frozenset({ORGANISER}))


async def acts(world: World, person: Person) -> list[Any]:
    known = await people.find(world.app, person)
    assert known is not None
    async with world.app.database.reading() as tx:
        return await interactions.acts_of(tx, world.community.id, known.id)


async def people_in(world: World, asked: Round) -> int:
    return (await rounds.look(world.app, world.community.id, asked.id)).answers


async def recounts(world: World, asked: Round) -> bool:
    async with world.app.database.reading() as tx:
        return await rounds.recounts(tx, asked)


@BOTH_ENGINES
async def test_numbers_are_the_communitys_own_and_never_used_again(world: World) -> None:
    other = await set_up(world.app, "server-2")
    asked, second, there = await open_ask(world), await open_ask(world), await open_ask(other)
    amina, bartek = await residents(world, 2)
    guest = await resident(other, 1)
    assert [await tell(world, amina, asked), await tell(world, bartek, second)] == [1, 2]
    assert await tell(other, guest, there) == 1
    await contributions.withdraw(world.app, bartek, 2)
    await people.erase(world.app, bartek)
    assert await tell(world, amina, asked, DARK) == 3


@BOTH_ENGINES
async def test_after_a_restore_numbers_go_on_behind_those_that_were_lost(world: World) -> None:
    asked, person = await open_ask(world), await resident(world, 1)
    await tell(world, person, asked)

    async def restored(tx: Any) -> None:
        await restoring.announce(tx, world.now, world.now)

    await world.app.database.writer.run(restored)
    assert await tell(world, person, asked, DARK) == restoring.FREE_CONTRIBUTIONS + 2
    digest = await digests.preview(world.app, world.organiser)
    assert (digest.people, digest.new_people, digest.ideas["received"]) == (1, 1, 2)


@BOTH_ENGINES
async def test_the_same_words_are_one_idea_of_one_person_and_two_of_two(world: World) -> None:
    asked, (amina, bartek) = await open_ask(world), await residents(world, 2)
    both = await asyncio.gather(tell(world, amina, asked), tell(world, amina, asked, f"  {CARS}\n"))
    rows = len(await export(world))
    assert list(both) == [1, 1]
    assert await tell(world, bartek, asked) == 2
    assert len(await export(world)) == rows + 1
    await contributions.withdraw(world.app, amina, 1)
    assert await tell(world, amina, asked) == 3


async def test_one_person_has_a_limit_for_each_ask(world: World) -> None:
    settings = world.app.settings
    world.app.settings = replace(settings, asks=replace(settings.asks, most_per_person=2))
    asked, second = await open_ask(world), await open_ask(world)
    amina, bartek = await residents(world, 2)
    first = await tell(world, amina, asked, "one")
    await tell(world, amina, asked, "two")
    assert await refused(world, tell(world, amina, asked, "three")) == "contributions-many"
    await tell(world, amina, second, "three")
    await tell(world, bartek, asked, "three")
    await contributions.withdraw(world.app, amina, first)
    await tell(world, amina, asked, "three")


async def test_who_may_not_tell_leaves_no_trace(world: World) -> None:
    app, asked = world.app, await open_ask(world)
    assert await refused(world, tell(world, stranger(world, 1), asked)) == "notice-first"
    assert await people.find(app, stranger(world, 1)) is None
    person = await resident(world, 1)
    assert await refused(world, tell(world, person, asked, " \u200b\n")) == "words-missing"
    assert await refused(world, tell(world, person, asked, "x" * 1001)) == "words-too-long"
    poll = await open_poll(world)
    assert await refused(world, tell(world, person, poll)) == "button-unknown"
    assert await refused(world, tell(world, person, replace(asked, id=99))) == "round-unknown"
    young = await initiatives.start(app, world.organiser, beginning(app, "Youth", ages=Ages.TEENS))
    teens = await open_ask(replace(world, initiative=young))
    assert await refused(world, tell(world, person, teens)) == "only-teens"
    await tell(world, await resident(world, 2, ages="teens"), teens)
    newer = replace(app.settings.privacy, notice_version="2028-01")
    app.settings = replace(app.settings, privacy=newer)
    assert await refused(world, tell(world, person, asked)) == "notice-first"


@BOTH_ENGINES
async def test_only_the_audience_tells_changes_and_supports(world: World) -> None:
    app = world.app
    begun = await drafts.begin(app, world.organiser, world.initiative.id, "ask", ask="problem")
    draft = await drafts.change(
        app, world.organiser, begun.id, question="What?", closes_ms=world.now + 10**9,
        audience=frozenset({Standing.OFFICER}),
    )  # fmt: skip
    officer, person = await resident(world, 1, OFFICER), await resident(world, 2)
    assert await refused(world, tell(world, officer, draft)) == "round-not-open"
    await drafts.publish(app, world.organiser, begun.id)
    number = await tell(world, officer, draft)
    assert await refused(world, tell(world, person, draft)) == "round-not-for-you"
    await moderating.accept(app, world.organiser, number)
    assert await refused(world, supporting.support(app, person, number, yes=True)) == "round-not-for-you"
    retired = replace(officer, role_ids=frozenset())
    assert await refused(world, contributions.withdraw(app, retired, number)) == "round-not-for-you"


@pytest.mark.parametrize("end", ["closed", "cancelled", "late"])
async def test_what_is_over_takes_nothing_more(world: World, end: str) -> None:
    app, asked, (amina, bartek) = world.app, await open_ask(world), await residents(world, 2)
    number = await tell(world, amina, asked)
    await moderating.accept(app, world.organiser, number)
    if end == "closed":
        await close_at_its_time(world, asked)
    elif end == "cancelled":
        await rounds.cancel(app, world.organiser, asked.id, "It was asked in error.")
    else:
        world.clock.move(days=9)
    for act in (
        tell(world, bartek, asked),
        contributions.add(app, amina, number, "who", ["Me"]),
        contributions.withdraw(app, amina, number),
        supporting.support(app, bartek, number, yes=True),
    ):
        assert await refused(world, act) == ("round-cancelled" if end == "cancelled" else "round-closed")


async def test_drafts_show_nothing(world: World) -> None:
    draft = await drafts.begin(world.app, world.organiser, world.initiative.id, "ask", ask="problem")
    poll = await open_poll(world)
    for which in (draft.id, poll.id, 99):
        with pytest.raises(Refusal, match="round-unknown"):
            await supporting.published(world.app, world.organiser, which)


@BOTH_ENGINES
async def test_ideas_of_another_community_are_not_there(world: World) -> None:
    app, other = world.app, await set_up(world.app, "server-2")
    there, guest = await open_ask(other), await resident(other, 1)
    for words in (CARS, DARK, "Third"):
        await tell(other, guest, there, words)
    await moderating.accept(app, other.organiser, 2)
    person, which = await resident(world, 1), 2
    for act in (
        contributions.own(app, person, which), supporting.look(app, person, which),
        supporting.support(app, person, which, yes=True), contributions.withdraw(app, person, which),
        contributions.add(app, person, which, "what", ["x"]), contributions.again(app, person, which),
        moderating.to_settle(app, world.organiser, which, Fate.RECEIVED),
        moderating.accept(app, world.organiser, 1),
        moderating.decline(app, world.organiser, 1, "harm"),
    ):  # fmt: skip
        assert await refused(world, act) == "contribution-unknown"
    assert await moderating.next_waiting(app, world.organiser) is None
    assert await moderating.queue(app, world.community.id) == moderating.Queue(0, 0)
    assert await refused(world, tell(world, person, there)) == "round-unknown"
    assert (await kept(other, 1)).state is Fate.RECEIVED


async def test_only_organisers_read_and_settle(world: World) -> None:
    app, asked, (amina, bartek) = world.app, await open_ask(world), await residents(world, 2)
    number = await tell(world, amina, asked)
    for person in (amina, bartek, await resident(world, 3, OFFICER)):
        for act in (
            moderating.next_waiting(app, person),
            moderating.to_settle(app, person, number, Fate.RECEIVED),
            moderating.accept(app, person, number), moderating.decline(app, person, number, "harm"),
            moderating.ask_author(app, person, number, "Where?"),
            ask_summaries.summarise(app, person, asked.id), ask_summaries.files(app, person, asked.id),
        ):  # fmt: skip
            assert await refused(world, act) == "organisers-only"
    assert await refused(world, contributions.own(app, bartek, number)) == "contribution-unknown"
    assert await refused(world, contributions.withdraw(app, bartek, number)) == "contribution-unknown"
    assert await refused(world, contributions.again(app, bartek, number)) == "contribution-unknown"
    assert await refused(world, supporting.look(app, bartek, number)) == "contribution-unknown"
    decline = moderating.decline(app, world.organiser, number, "disagree")
    assert await refused(world, decline) == "why-unknown"


@BOTH_ENGINES
async def test_of_two_who_settle_at_once_one_is_refused(world: World) -> None:
    app, asked, amina = world.app, await open_ask(world), await resident(world, 1)
    number = await tell(world, amina, asked)
    rows = len(await export(world))
    outcomes = await asyncio.gather(
        moderating.accept(app, world.organiser, number),
        moderating.accept(app, other_organiser(world), number),
        moderating.decline(app, other_organiser(world, 3), number, "harm"),
        return_exceptions=True,
    )
    codes = [one.code for one in outcomes if isinstance(one, Refusal)]
    assert codes == ["contribution-settled"] * 2
    assert len(await export(world)) == rows + 1


async def test_what_is_accepted_can_be_changed_and_waits_again_and_taken_back(world: World) -> None:
    app, asked, amina = world.app, await open_ask(world), await resident(world, 1)
    number = await tell(world, amina, asked)
    assert await published(world, asked) == []
    await moderating.accept(app, world.organiser, number)
    assert await published(world, asked) == [number]
    rows = len(await export(world))
    await contributions.add(app, amina, number, "what", [CARS])
    assert len(await export(world)) == rows, "nothing was changed"
    await contributions.add(app, amina, number, "what", [DARK])
    assert await published(world, asked) == []
    waiting = await moderating.next_waiting(app, world.organiser)
    assert waiting is not None
    assert waiting.contribution.said == {"what": (DARK,)}
    await moderating.accept(app, world.organiser, number)
    await contributions.withdraw(app, amina, number)
    assert await published(world, asked) == []
    assert await people_in(world, asked) == 0
    assert await refused(world, contributions.withdraw(app, amina, number)) == "contribution-unknown"


async def test_a_second_look_is_somebody_elses_and_comes_once(world: World) -> None:
    app, asked, amina = world.app, await open_ask(world), await resident(world, 1)
    number, first, second = await tell(world, amina, asked), world.organiser, other_organiser(world)
    assert await refused(world, contributions.again(app, amina, number)) == "second-look-not"
    await moderating.decline(app, first, number, "unclear")
    await contributions.again(app, amina, number)
    assert await refused(world, contributions.again(app, amina, number)) == "second-look-once"
    for act in (
        moderating.accept(app, first, number),
        moderating.decline(app, first, number, "harm"),
        moderating.ask_author(app, first, number, "Where?"),
    ):
        assert await refused(world, act) == "second-look-other"
    await contributions.add(app, amina, number, "who", ["Me"])
    assert await refused(world, moderating.accept(app, first, number)) == "second-look-other"
    await moderating.decline(app, second, number, "harm")
    assert await refused(world, contributions.again(app, amina, number)) == "second-look-once"


async def test_what_changed_after_a_second_look_is_anybodys_to_read(world: World) -> None:
    app, asked, amina = world.app, await open_ask(world), await resident(world, 1)
    number, second = await tell(world, amina, asked), other_organiser(world)
    await moderating.decline(app, world.organiser, number, "unclear")
    await contributions.again(app, amina, number)
    await moderating.accept(app, second, number)
    await contributions.add(app, amina, number, "who", ["Me"])
    await moderating.accept(app, second, number)


async def test_joining_what_waits_for_a_second_look_accepts_it_and_no_reason_stays(world: World) -> None:
    app, asked, crowd = world.app, await open_ask(world), await residents(world, 2)
    second = other_organiser(world)
    numbers = [await tell(world, one, asked) for one in crowd]
    await moderating.accept(app, world.organiser, numbers[0])
    await moderating.decline(app, world.organiser, numbers[1], "unclear")
    await contributions.again(app, crowd[1], numbers[1])
    made = await merging.merge(app, second, numbers, "Cars, everywhere.")
    await merging.undo(app, second, made.id)
    alone = await kept(world, numbers[1])
    assert (alone.state, alone.why) == (Fate.ACCEPTED, "")


@BOTH_ENGINES
async def test_supporters_are_a_set_without_the_author(world: World) -> None:
    app, asked, crowd = world.app, await open_ask(world), await residents(world, 4)
    number, later = await tell(world, crowd[0], asked), await tell(world, crowd[1], asked, DARK)
    waiting = supporting.support(app, crowd[1], number, yes=True)
    assert await refused(world, waiting) == "contribution-unknown"
    for one in (number, later):
        await moderating.accept(app, world.organiser, one)
    assert await refused(world, supporting.support(app, crowd[0], number, yes=True)) == "support-own"
    nobody = supporting.support(app, stranger(world, 9), number, yes=True)
    assert await refused(world, nobody) == "notice-first"
    rows = len(await export(world))
    await asyncio.gather(*(supporting.support(app, one, number, yes=True) for one in crowd[1:] * 2))
    assert len(await export(world)) == rows + 3
    await supporting.support(app, crowd[2], later, yes=True)
    await supporting.support(app, crowd[3], number, yes=False)
    assert (await supporting.support(app, crowd[3], number, yes=False)).contribution.supporters == 2
    held = (await supporting.published(app, crowd[0], asked.id)).held
    assert [(one.contribution.id, one.contribution.supporters) for one in held] == [(number, 2), (later, 1)]
    assert [(await supporting.look(app, one, number)).supports for one in crowd] == [
        False, True, True, False,
    ]  # fmt: skip


async def test_every_act_is_on_the_record_with_who_acted_and_when(world: World) -> None:
    app, asked = world.app, await open_ask(world)
    officer, other = await resident(world, 1, OFFICER), await resident(world, 2)
    number = await tell(world, officer, asked, CANARY)
    began = world.now
    plain = replace(officer, role_ids=frozenset())
    world.clock.move(hours=1)
    await contributions.add(app, officer, number, "who", [CANARY])
    await moderating.decline(app, world.organiser, number, "unclear")
    world.clock.move(hours=1)
    await contributions.again(app, officer, number)
    await moderating.ask_author(app, other_organiser(world), number, CANARY)
    await moderating.accept(app, other_organiser(world), number)
    await supporting.support(app, other, number, yes=True)
    world.clock.move(hours=1)
    await supporting.support(app, other, number, yes=False)
    await contributions.withdraw(app, plain, number)
    everybody = officer, other, world.organiser, other_organiser(world)
    rows = sorted([row for one in everybody for row in await acts(world, one)], key=lambda row: row.number)
    found = [
        (row.act, row.standing, (row.at_ms - began) // 3_600_000)
        for row in rows
        if row.round == asked.id and row.act != "round-opened"
    ]
    assert found == [
        ("contributed", "officer", 0), ("contribution-changed", "officer", 1),
        ("declined", "organiser", 1), ("second-look", "officer", 2), ("author-asked", "organiser", 2),
        ("accepted", "organiser", 2), ("supported", "resident", 2), ("support-withdrawn", "resident", 3),
        ("contribution-withdrawn", "resident", 3),
    ]  # fmt: skip
    whole = await export(world)
    assert CANARY not in "".join(whole)
    told = [row_of(line) for line in whole[1:-1]]
    assert [row["act"] for row in told if row["round"] == asked.id] == [
        "round-opened",
        *(one for one, *_ in found),
    ]
    assert [one.act for one in await acts(world, other)] == ["supported", "support-withdrawn"]


async def test_files_hold_the_words_but_neither_authors_nor_what_was_taken_back(world: World) -> None:
    app, asked = world.app, await open_ask(world)
    amina, bartek = await resident(world, CANARY), await resident(world, 2)
    await tell(world, amina, asked, "=cmd()")
    gone = await tell(world, bartek, asked, "taken-back")
    await contributions.withdraw(app, bartek, gone)
    known = await people.find(app, amina)
    assert known is not None
    found = await ask_summaries.files(app, world.organiser, asked.id)
    for data in found.values():
        assert b"=cmd()" in data
        for trace in (CANARY, "taken-back", str(known.id)):
            assert trace.encode() not in data
    assert b",'=cmd()," in found[f"ideas-{asked.id}.csv"]


def places_of(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir() if CANARY.encode() in file.read_bytes()]


@SQLITE_ONLY
async def test_erasure_leaves_no_word_in_any_file(world: World, tmp_path: Path) -> None:
    app, still, over = world.app, await open_ask(world), await open_ask(world)
    amina, others = await resident(world, 1), await residents(world, 5)
    for number, asked in enumerate((still, over)):
        made = await tell(world, amina, asked, f"{CANARY} {number}")
        await contributions.add(app, amina, made, "who", [f"{CANARY} changed"])
        await moderating.ask_author(app, world.organiser, made, f"{CANARY} asked")
        for person in others[1:]:
            await tell(world, person, asked, DARK)
    await rounds.close_early(app, world.organiser, over.id, "We know enough.")
    assert await app.database.writer.checkpoint()
    assert places_of(tmp_path)
    await people.erase(app, amina)
    assert not places_of(tmp_path)


async def test_no_number_of_a_closed_ask_moves_when_somebody_is_erased(world: World) -> None:
    app, asked, crowd = world.app, await open_ask(world), await residents(world, 7)
    for number, person in enumerate([*crowd, crowd[0], crowd[0]]):
        await tell(world, person, asked, f"idea {number}")
    for number in (1, 2):
        await moderating.accept(app, world.organiser, number)
    for person in crowd[2:]:
        await supporting.support(app, person, 1, yes=True)
    await rounds.close_early(app, world.organiser, asked.id, "We know enough.")
    before = (await supporting.published(app, world.organiser, asked.id)).held
    for person in (crowd[0], crowd[6]):
        await people.erase(app, person)
        assert (await people_in(world, asked), await recounts(world, asked)) == (7, True)
    assert await published(world, asked) == [2], "its words are gone"
    async with app.database.reading() as tx:
        assert before[0].contribution.supporters == (await supporters(tx, world.community.id))[1] == 5
        await check(tx, world.community.id, asked.id)
        mine = [await stored.find(tx, world.community.id, number) for number in (1, 8, 9)]
    assert len({one.person for one in mine if one}) == 1
    assert all(one is not None and one.person < 0 for one in mine)
    assert [one.state for one in mine if one] == [Fate.ACCEPTED, Fate.DECLINED, Fate.DECLINED]


@BOTH_ENGINES
async def test_nobody_counts_twice_by_erasing_themselves_in_between(world: World) -> None:
    app, asked, (amina, bartek) = world.app, await open_ask(world), await residents(world, 2)
    number = await tell(world, amina, asked)
    await moderating.accept(app, world.organiser, number)
    for _ in range(3):
        await people.go_on(app, bartek, "adults")
        assert (await supporting.support(app, bartek, number, yes=True)).contribution.supporters == 1
        await people.erase(app, bartek)
    assert (await supporting.look(app, amina, number)).held.contribution.supporters == 0
    assert await published(world, asked) == [number]
    await people.erase(app, amina)
    assert await published(world, asked) == []
    assert (await kept(world, number)).state is Fate.WITHDRAWN


async def test_what_a_moderator_settled_is_cut_off_from_them_when_they_are_erased(world: World) -> None:
    app, asked, amina = world.app, await open_ask(world), await resident(world, 1)
    number = await tell(world, amina, asked)
    await moderating.decline(app, world.organiser, number, "unclear")
    judge = (await kept(world, number)).judge
    await people.erase(app, world.organiser)
    assert judge > 0 > (await kept(world, number)).judge


@BOTH_ENGINES
async def test_retention_cuts_a_whole_ask_off_at_once(world: World) -> None:
    app, asked, crowd = world.app, await open_ask(world), await residents(world, 6)
    for person in crowd:
        await tell(world, person, asked)
    world.clock.move(days=5)
    later = await tell(world, crowd[0], asked, DARK)
    await moderating.accept(app, world.organiser, later)
    for person in crowd[1:]:
        await supporting.support(app, person, later, yes=True)
    await close_at_its_time(world, asked)
    world.clock.move(days=359)  # twelve months after the first, and not after the close
    for _ in range(4):
        await are_here(world, *crowd, world.organiser)
        await due.run_due(app, world.now)
        await forget_what_is_owed(app)
        assert (await people_in(world, asked), await recounts(world, asked)) == (6, True)
        world.clock.move(days=5)
    async with app.database.reading() as tx:
        found = await stored.of_round(tx, world.community.id, asked.id)
        assert await supporters(tx, world.community.id) == {later: 5}
        await check(tx, world.community.id, asked.id)
    assert all(one.person < 0 and one.said is None for one in found)
    assert await people.find(app, crowd[0]) is not None


async def test_a_stage_and_a_project_wait_for_what_is_unread(world: World) -> None:
    app, organiser, asked = world.app, world.organiser, await open_ask(world)
    amina, which = await resident(world, 1), world.initiative.id
    number = await tell(world, amina, asked)
    moved = initiatives.move_stage(app, organiser, which, Stage.OPTIONS, "We know enough.")
    assert await refused(world, moved) == "contributions-unread"
    await close_at_its_time(world, asked)
    closed = initiatives.close(app, organiser, which, "We know enough.")
    assert await refused(world, closed) == "contributions-unread"
    other = await initiatives.start(app, organiser, beginning(app, "Another"))
    await initiatives.move_stage(app, organiser, other.id, Stage.OPTIONS, "We know enough.")
    await moderating.decline(app, organiser, number, "unclear")
    await initiatives.move_stage(app, organiser, which, Stage.OPTIONS, "We know enough.")


@BOTH_ENGINES
async def test_my_data_has_every_version(world: World) -> None:
    app, asked, (amina, bartek) = world.app, await open_ask(world), await residents(world, 2)
    number, began = await tell(world, amina, asked), world.now
    world.clock.move(hours=1)
    await contributions.add(app, amina, number, "often", ["Every day"])
    await contributions.add(app, amina, number, "what", [DARK])
    theirs = await tell(world, bartek, asked, "Theirs")
    await moderating.accept(app, world.organiser, theirs)
    await supporting.support(app, amina, theirs, yes=True)
    data = json.loads(json.dumps(await my_data.held(app, amina)))
    assert data["supports"] == [theirs]
    (idea,) = data["ideas"]
    assert idea["said"] == [
        {"at_ms": began, "words": {"what": [CARS]}},
        {"at_ms": world.now, "words": {"what": [CARS], "often": ["Every day"]}},
        {"at_ms": world.now, "words": {"what": [DARK], "often": ["Every day"]}},
    ]
    assert "Theirs" not in json.dumps(data)


@BOTH_ENGINES
async def test_the_digest_counts_what_happened_since_the_last(world: World) -> None:
    app, asked, crowd = world.app, await open_ask(world), await residents(world, 6)
    poll = await open_poll(world)
    for person in crowd[:2]:
        await tell(world, person, asked)
    await moderating.accept(app, world.organiser, 1)
    world.clock.move(minutes=1)
    await digests.send(app, world.organiser)
    await _sent(world)
    world.clock.move(minutes=1)
    for number, person in enumerate([*crowd[1:], crowd[2]]):
        await tell(world, person, asked, f"idea {number}")  # 3 to 8
    await answers.answer(app, crowd[3], poll.id, ["0"])
    for number, why in ((2, "unclear"), (3, "harm"), (4, "harm")):
        await moderating.decline(app, world.organiser, number, why)
    await moderating.accept(app, world.organiser, 5)
    await contributions.withdraw(app, crowd[4], 6)
    digest = await digests.preview(app, world.organiser)
    async with app.database.reading() as tx:
        every = await stored.of_round(tx, world.community.id, asked.id)
    fresh = [one for one in every if one.first_ms > digest.since_ms and one.state is not Fate.WITHDRAWN]
    settled = [one for one in every if one.settled_ms > digest.since_ms]
    before = {one.person for one in every if one.first_ms <= digest.since_ms}
    assert (
        digest.ideas
        == {
            "received": len(fresh),
            "from_chat": 0,
            "accepted": sum(one.state is Fate.ACCEPTED for one in settled),
            "waiting": sum(one.state is Fate.RECEIVED for one in every),
            "unanswered": 0,
        }
        == {"received": 5, "from_chat": 0, "accepted": 1, "waiting": 2, "unanswered": 0}
    )
    declined = Counter(one.why for one in settled if one.state is Fate.DECLINED)
    assert digest.declined == declined == {"unclear": 1, "harm": 2}
    assert digest.people == len({one.person for one in fresh}) == 4
    assert digest.new_people == len({one.person for one in fresh} - before) == 3


async def _sent(world: World) -> None:
    await posting.deliver(world.app, Recorder(world.app))
