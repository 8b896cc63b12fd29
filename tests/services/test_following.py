"""Who follows an idea is told everything once, weekly together and decisions at once; nobody else is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bot.domain import attention
from bot.domain.people import Ages, Person
from bot.domain.refusals import Refusal
from bot.services import (
    communities,
    contributions,
    desk,
    due,
    following,
    initiatives,
    merging,
    moderating,
    my_data,
    people,
    posting,
    rounds,
    supporting,
)
from bot.services.answers import NoticeFirst
from bot.services.ports import App, NotSent
from bot.store import rounds as stored_rounds
from bot.store.outbox import NEWS, Post
from tests.builders import (
    BOTH_ENGINES,
    ORGANISER,
    SQLITE_ONLY,
    World,
    are_here,
    beginning,
    forget_what_is_owed,
    open_ask,
    outbox_of,
    resident,
    residents,
    set_up,
    stranger,
)
from tests.lived_in import everything
from tests.recorder import Recorder

CANARY = "canary-follower-77"


async def idea(world: World, who: Person, words: str = "It is dark.", *, accepted: bool = True) -> int:
    """An idea of somebody's, in the first ask."""
    number = (await contributions.contribute(world.app, who, 1, [words])).id
    if accepted:
        await moderating.accept(world.app, world.organiser, number)
    return number


@pytest.fixture
async def asked(quiet: World, platform: Recorder) -> World:
    await open_ask(quiet)
    await posting.deliver(quiet.app, platform)
    return quiet


async def told(world: World) -> list[tuple[str, list[tuple[int, str]]]]:
    """What waits to be told: to whom, and which steps of which ideas."""
    return [(post.target, await steps_in(world, post)) for post in await outbox_of(world, NEWS)]


async def steps_in(world: World, post: Post) -> list[tuple[int, str]]:
    news = await following.news(world.app, world.community.id, post.facts["steps"])
    return [(one.contribution.id, step.act) for one in news for step in one.steps]


async def week(world: World, days: float = 7) -> list[tuple[str, list[tuple[int, str]]]]:
    """Let a week pass; what was told by the end of it, as the messages came."""
    world.clock.move(days=days)
    await due.run_due(world.app, world.now)
    await forget_what_is_owed(world.app)
    found = await told(world)
    await posting.deliver(world.app, Recorder(world.app))
    return found


async def rows(world: World) -> list[tuple[Any, ...]]:
    return (await everything(world.app.database))["follow"]


@BOTH_ENGINES
async def test_once_a_week_everything_together_and_nothing_twice(asked: World) -> None:
    app, (amina, bartek) = asked.app, await residents(asked, 2)
    mine, other = await idea(asked, amina, accepted=False), await idea(asked, amina, "Wet.", accepted=False)
    for number in (mine, other):
        assert await following.follow(app, amina, number)
    for number in (mine, other):
        await moderating.accept(app, asked.organiser, number)
    await following.follow(app, bartek, mine)  # from here on
    assert await told(asked) == []
    asked.clock.move(days=7)
    await asyncio.gather(*(due.run_due(app, asked.now) for _ in range(5)))
    assert await told(asked) == [("user-0", [(mine, "accepted"), (other, "accepted")])]
    await posting.deliver(app, Recorder(app))
    assert await week(asked) == []
    await merging.split(app, asked.organiser, mine, ["One.", "Two."])
    assert sorted(await week(asked)) == [("user-0", [(mine, "split")]), ("user-1", [(mine, "split")])]
    assert await week(asked) == []


@BOTH_ENGINES
async def test_a_restart_between_the_act_and_the_week_loses_and_doubles_nothing(
    asked: World, second: App, platform: Recorder
) -> None:
    (amina,) = await residents(asked, 1)
    number = await idea(asked, amina, accepted=False)
    await following.follow(asked.app, amina, number)
    await moderating.accept(asked.app, asked.organiser, number)
    asked.clock.move(days=7)
    await asyncio.gather(due.run_due(second, asked.now), due.run_due(asked.app, asked.now))
    assert await told(replace(asked, app=second)) == [("user-0", [(number, "accepted")])]
    await asyncio.gather(posting.deliver(asked.app, platform), posting.deliver(second, platform))
    assert platform.cards().count(NEWS) == 1


async def test_a_decision_is_told_at_once_with_all_that_is_new_and_not_again(asked: World) -> None:
    app, (amina, bartek, carys) = asked.app, await residents(asked, 3)
    number = await idea(asked, amina, accepted=False)
    await following.follow(app, amina, number)
    await moderating.accept(app, asked.organiser, number)
    await following.follow(app, bartek, number)
    another = await idea(asked, amina, "Another", accepted=False)
    await following.follow(app, amina, another)
    await moderating.accept(app, asked.organiser, another)
    await following.follow(app, carys, another)
    app.wake.clear()
    await moderating.outcome(app, asked.organiser, number, "decided", "Yes: two lamps.")
    assert app.wake.is_set()
    new = [("user-0", [(number, "accepted"), (number, "decided")]), ("user-1", [(number, "decided")])]
    assert sorted(await told(asked)) == new
    await posting.deliver(app, Recorder(app))
    assert await week(asked) == [("user-0", [(another, "accepted")])]  # nothing of what was decided
    for state in ("taken", "delivered"):
        await moderating.outcome(app, asked.organiser, number, state, "Next.")
        assert [steps for _, steps in await told(asked)] == [[(number, state)]] * 2
        await posting.deliver(app, Recorder(app))
    assert await week(asked) == []


@SQLITE_ONLY
async def test_what_could_not_be_decided_is_not_told(asked: World) -> None:
    (amina,) = await residents(asked, 1)
    number = await idea(asked, amina, accepted=False)
    await following.follow(asked.app, amina, number)
    before = await everything(asked.app.database)
    with pytest.raises(Refusal, match="contribution-settled"):
        await moderating.outcome(asked.app, asked.organiser, number, "decided", "Yes.")
    assert await everything(asked.app.database) == before


@BOTH_ENGINES
async def test_what_concerns_the_author_is_told_the_author_and_not_what_they_did(asked: World) -> None:
    app, organiser, (amina, bartek) = asked.app, asked.organiser, await residents(asked, 2)
    own = await idea(asked, amina, "Cars.")
    await following.follow(app, amina, own)
    await contributions.add(app, amina, own, "what", ["It is wet."])
    assert await week(asked) == []
    number = await idea(asked, amina)
    for person in (amina, bartek):
        await following.follow(app, person, number)
    await moderating.decline(app, organiser, number, "unclear", "accepted")
    assert sorted(await week(asked)) == [
        ("user-0", [(number, "declined")]),
        ("user-1", [(number, "declined")]),
    ]
    await contributions.again(app, amina, number)
    assert await week(asked) == []
    other = stranger(asked, "other", ORGANISER)
    await moderating.ask_author(app, other, number, "Where?")
    assert await week(asked) == [("user-0", [(number, "author-asked")])]


@SQLITE_ONLY
async def test_what_is_taken_back_is_told_to_others_and_then_forgotten(asked: World) -> None:
    app, (amina, bartek) = asked.app, await residents(asked, 2)
    number = await idea(asked, amina)
    for person in (amina, bartek):
        await following.follow(app, person, number)
    await contributions.withdraw(app, amina, number)
    assert await week(asked) == [("user-1", [(number, "withdrawn")])]
    assert await rows(asked) == []


@SQLITE_ONLY
async def test_who_follows_a_part_goes_on_with_the_whole(asked: World) -> None:
    app, organiser, crowd = asked.app, asked.organiser, await residents(asked, 4)
    first, second = await idea(asked, crowd[0]), await idea(asked, crowd[1], "Night.")
    await following.follow(app, crowd[2], first)
    for number in (first, second):
        await following.follow(app, crowd[3], number)
    whole = (await merging.merge(app, organiser, [first, second], "Dark nights.")).id
    assert sorted(await week(asked)) == [
        ("user-2", [(first, "merged")]),
        ("user-3", [(first, "merged"), (second, "merged")]),
    ]
    parts = [one.id for one in await merging.split(app, organiser, whole, ["Dark.", "Nights."])]
    await week(asked)
    await moderating.outcome(app, organiser, parts[1], "decided", "Lamps.")
    assert sorted(await told(asked)) == [
        ("user-2", [(parts[1], "decided")]),
        ("user-3", [(parts[1], "decided")]),
    ]


@SQLITE_ONLY
async def test_undoing_is_told_and_the_parts_are_followed_as_before(asked: World) -> None:
    app, organiser, crowd = asked.app, asked.organiser, await residents(asked, 3)
    first, second = await idea(asked, crowd[0]), await idea(asked, crowd[1], "Night.")
    await following.follow(app, crowd[2], first)
    whole = (await merging.merge(app, organiser, [first, second], "Dark nights.")).id
    await week(asked, days=7)
    await merging.undo(app, organiser, whole)
    assert await week(asked) == [("user-2", [(first, "undone"), (whole, "undone")])]
    assert await following.followed(app, crowd[2]) == [first]
    await moderating.outcome(app, organiser, first, "taken", "In May.")
    assert await told(asked) == [("user-2", [(first, "taken")])]


@BOTH_ENGINES
async def test_whoever_follows_a_part_later_follows_the_whole_and_can_stop_all_of_it(asked: World) -> None:
    app, organiser, crowd = asked.app, asked.organiser, await residents(asked, 3)
    first, second = await idea(asked, crowd[0]), await idea(asked, crowd[1], "Night.")
    whole = (await merging.merge(app, organiser, [first, second], "Dark nights.")).id
    for number in (first, whole):
        await following.follow(app, crowd[0], first)
        assert await following.followed(app, crowd[0]) == [first, whole]
        await following.stop(app, crowd[0], number)
        assert await following.followed(app, crowd[0]) == []
    other = await idea(asked, crowd[2], "Other.")
    for number in (first, other):
        await following.follow(app, crowd[0], number)
    await following.stop(app, crowd[0], other)
    assert await following.followed(app, crowd[0]) == [first, whole]
    await moderating.outcome(app, organiser, whole, "taken", "In May.")
    await following.stop(app, crowd[0])
    assert await following.followed(app, crowd[0]) == []
    assert await told(asked) == []
    await following.stop(app, stranger(asked, "nobody"), whole)


@BOTH_ENGINES
async def test_one_can_follow_twice_at_once_and_see_it(asked: World) -> None:
    app, (amina, bartek) = asked.app, await residents(asked, 2)
    number = await idea(asked, amina)
    await asyncio.gather(*(following.follow(app, bartek, number) for _ in range(9)))
    assert len(await rows(asked)) == 1
    assert (await supporting.look(app, bartek, number)).held.follows
    assert not (await supporting.look(app, amina, number)).held.follows
    await following.follow(app, amina, number)
    assert (await contributions.own(app, amina, number)).follows
    assert (await my_data.held(app, amina))["follows"] == [number]


async def test_only_what_one_can_read_can_be_followed_and_after_the_notice(asked: World) -> None:
    app, (amina, bartek) = asked.app, await residents(asked, 2)
    hidden, shown = await idea(asked, amina, accepted=False), await idea(asked, amina, "Wet.")
    before = await everything(app.database)
    for person, number in ((bartek, hidden), (bartek, 77), (stranger(asked, 9), hidden)):
        with pytest.raises(Refusal, match="contribution-unknown"):
            await following.follow(app, person, number)
    with pytest.raises(NoticeFirst):
        await following.follow(app, stranger(asked, 9), shown)
    elsewhere = await set_up(app, "server-2")
    there = await resident(elsewhere, 0)
    with pytest.raises(Refusal, match="contribution-unknown"):
        await following.follow(app, there, shown)
    assert (await everything(app.database))["follow"] == before["follow"]


async def test_what_everybody_reads_before_moderators_do_can_be_followed(asked: World) -> None:
    app, (amina, bartek) = asked.app, await residents(asked, 2)
    waiting, declined = await idea(asked, amina, accepted=False), await idea(asked, amina, "Wet.")
    await moderating.decline(app, asked.organiser, declined, "harm", was="accepted")
    await app.database.writer.run(
        partial(stored_rounds.change, number=asked.community.id, which=1, moderation="after")
    )
    assert await following.follow(app, bartek, waiting)
    with pytest.raises(Refusal, match="contribution-unknown"):
        await following.follow(app, bartek, declined)


async def test_nobody_under_18_gets_a_private_message(asked: World) -> None:
    app, teen, adult = asked.app, await resident(asked, "teen", ages="teens"), await resident(asked, "adult")
    number = await idea(asked, teen)
    assert not await following.follow(app, teen, number)
    assert await following.follow(app, adult, number)
    assert len(await rows(asked)) == 1
    await moderating.outcome(app, asked.organiser, number, "taken", "In May.")
    assert [who for who, _ in await told(asked)] == ["user-adult"]
    await people.go_on(app, adult, "teens")  # says now that they are under 18
    assert await told(asked) == []
    assert await rows(asked) == []
    await moderating.outcome(app, asked.organiser, number, "decided", "Yes.")
    assert await week(asked) == []


async def test_where_only_teenagers_take_part_nobody_gets_one(asked: World) -> None:
    app, organiser = asked.app, asked.organiser
    young = await initiatives.start(app, organiser, beginning(app, "A skate park", ages=Ages.TEENS))
    which = (await open_ask(replace(asked, initiative=young))).id
    teen, adult = await resident(asked, "teen", ages="teens"), await resident(asked, "adult")
    number = (await contributions.contribute(app, teen, which, ["A ramp."])).id
    await moderating.accept(app, organiser, number)
    before = await everything(app.database)
    for person in (teen, adult, stranger(asked, 9)):
        assert not await following.follow(app, person, number)
    assert await everything(app.database) == before


async def test_none_of_it_is_on_the_record_and_ids_stand_where_they_must(asked: World) -> None:
    app, follower = asked.app, await resident(asked, CANARY)
    number = await idea(asked, await resident(asked, 1))
    before = await everything(app.database)
    await following.follow(app, follower, number)
    after = await everything(app.database)
    assert {name for name in after if after[name] != before[name]} == {"follow"}
    await moderating.outcome(app, asked.organiser, number, "taken", "In May.")
    held = {name for name, found in (await everything(app.database)).items() if CANARY in repr(found)}
    assert held == {"identity", "outbox"}
    [post] = await outbox_of(asked, NEWS)
    assert CANARY not in repr((post.facts, post.once))
    await posting.deliver(app, Recorder(app))
    held = {name for name, found in (await everything(app.database)).items() if CANARY in repr(found)}
    assert held == {"identity"}
    assert app.checkpoint_owed
    kept = [row for row in (await everything(app.database))["outbox"] if row[3] == NEWS]
    assert [row[4] for row in kept] == ["{}"]


@SQLITE_ONLY
@pytest.mark.parametrize("trouble", ["closed", "gone"])
async def test_what_does_not_reach_somebody_is_given_up_and_nobody_else_s_problem(
    asked: World, platform: Recorder, trouble: str
) -> None:
    app, follower = asked.app, await resident(asked, CANARY)
    number = await idea(asked, follower)
    await following.follow(app, follower, number)
    await moderating.outcome(app, asked.organiser, number, "taken", "In May.")
    [post] = await outbox_of(asked, NEWS)
    platform.failures.append(("before", NotSent(trouble)))
    for _ in range(5):
        await posting.deliver(app, platform)
        asked.clock.move(hours=1)
    assert sum(tried == post.id for tried, *_ in platform.tries) == 1
    assert (await desk.desk(app, asked.organiser)).unsent == ()
    with pytest.raises(Refusal, match="post-not-unsent"):
        await posting.post_again(app, asked.organiser, post.id)
    assert CANARY not in repr((await everything(app.database))["outbox"])
    await moderating.outcome(app, asked.organiser, number, "decided", "Yes.")  # they may be open by then
    await posting.deliver(app, platform)
    assert [(one.card, one.target) for one in platform.messages.values()][-1] == (NEWS, f"user-{CANARY}")


@SQLITE_ONLY
async def test_an_unknown_outcome_is_not_sent_twice(asked: World, platform: Recorder) -> None:
    app, follower = asked.app, await resident(asked, CANARY)
    number = await idea(asked, follower)
    await following.follow(app, follower, number)
    await moderating.outcome(app, asked.organiser, number, "taken", "In May.")
    platform.failures.append(("after", NotSent("unknown")))
    for _ in range(5):
        await posting.deliver(app, platform)
        asked.clock.move(hours=1)
    assert platform.cards().count(NEWS) == 1
    assert (await desk.desk(app, asked.organiser)).unsent == ()


@SQLITE_ONLY
async def test_many_are_told_a_few_at_a_time(
    asked: World, platform: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attention, "TOGETHER", 2)
    app, crowd = asked.app, await residents(asked, 5)
    number = await idea(asked, crowd[0])
    for person in crowd:
        await following.follow(app, person, number)
    await moderating.outcome(app, asked.organiser, number, "taken", "In May.")
    sent = []
    for _ in range(4):
        await posting.deliver(app, platform)
        sent.append(platform.cards().count(NEWS))
        asked.clock.move(minutes=10)
    assert sent == [2, 4, 5, 5]


@BOTH_ENGINES
async def test_who_is_erased_follows_nothing_and_is_told_nothing(asked: World) -> None:
    app, follower = asked.app, await resident(asked, CANARY)
    number = await idea(asked, await resident(asked, 1))
    await following.follow(app, follower, number)
    await moderating.outcome(app, asked.organiser, number, "taken", "In May.")
    await people.erase(app, follower)
    held = await everything(app.database)
    assert CANARY not in repr(held)
    assert [row[4] for row in held["outbox"] if row[3] == NEWS] == ["{}"]
    assert await rows(asked) == []
    assert await told(asked) == []
    assert (await desk.desk(app, asked.organiser)).unsent == ()
    await moderating.outcome(app, asked.organiser, number, "decided", "Yes.")
    assert await week(asked) == []


@SQLITE_ONLY
async def test_an_author_who_erases_themselves_takes_no_follower_along(asked: World) -> None:
    app, (amina, bartek) = asked.app, await residents(asked, 2)
    number = await idea(asked, amina)
    await following.follow(app, bartek, number)
    await moderating.outcome(app, asked.organiser, number, "taken", "In May.")
    await people.erase(app, amina)
    [(_, steps)] = await told(asked)
    assert steps == [(number, "taken")]


@SQLITE_ONLY
async def test_follows_go_when_what_was_brought_is_cut_off(asked: World) -> None:
    app, (amina,) = asked.app, await residents(asked, 1)
    number = await idea(asked, amina)
    await following.follow(app, amina, number)
    await rounds.close_early(app, asked.organiser, 1, "We know enough.")
    for left in (1, 0):
        for _ in range(12 - 11 * (not left)):
            asked.clock.move(days=30)
            await are_here(asked, amina)
            await due.run_due(app, asked.now)
            await forget_what_is_owed(app)
        assert len(await rows(asked)) == left


async def test_a_community_that_removed_the_bot_is_told_nothing_and_goes_on_when_it_is_back(
    asked: World,
) -> None:
    app, (amina,) = asked.app, await residents(asked, 1)
    number = await idea(asked, amina, accepted=False)
    await following.follow(app, amina, number)
    await moderating.accept(app, asked.organiser, number)
    await communities.removed(app, "discord", "server-1")
    assert await week(asked) == []
    await communities.returned(app, "discord", "server-1")
    assert await week(asked) == [("user-0", [(number, "accepted")])]
    await communities.removed(app, "discord", "server-1")
    for _ in range(5):
        assert await week(asked) == []
    assert await rows(asked) == []
