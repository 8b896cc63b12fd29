"""The weekly digest: facts of the week, and nobody to be recognised in them."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import digest
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS
from bot.domain.weighing import WEIGH
from bot.services import answers, contributions, digests, drafts, due, promises, rounds, weighing
from bot.store import communities, outbox
from tests.builders import (
    BOTH_ENGINES,
    MODERATORS,
    OFFICER,
    ORGANISER,
    World,
    close_at_its_time,
    export,
    open_poll,
    outbox_of,
    resident,
    residents,
    stranger,
)


async def weekly(world: World, days: float = 7) -> digest.Digest:
    """The digest that is written after some days; it counts as sent."""
    world.clock.move(days=days)
    await due.run_due(world.app, world.now)
    post = (await outbox_of(world, "digest"))[-1]
    await world.app.database.writer.run(lambda tx: outbox.note(tx, post, state="sent"))
    world.clock.move(minutes=1)
    return digest.from_json(dict(post.facts))


async def test_a_quiet_week_has_a_digest_too(world: World) -> None:
    facts = await weekly(world)
    assert (facts.people, facts.new_people, facts.asked, facts.standings) == (0, 0, [], {})
    assert facts.until_ms == world.now - 60_000
    assert [(one.initiative, one.overdue) for one in facts.owed] == [(world.initiative.id, False)]
    assert facts.rows == len(await export(world)) - 2


@BOTH_ENGINES
async def test_an_open_question_shows_how_many_and_not_what(world: World) -> None:
    asked = await open_poll(world, days=20, quorum=3)
    for person in await residents(world, 4):
        await answers.answer(world.app, person, asked.id, ["1"])
    facts = await weekly(world)
    (one,) = facts.asked
    assert (one.round, one.people, one.opened, one.closed, one.quorum) == (asked.id, 4, True, False, 3)
    assert (one.options, one.counts) == ([], [])
    assert facts.titles[str(one.initiative)] == "Safer walk to Mill Road School"


@BOTH_ENGINES
async def test_a_question_that_closed_shows_its_result_once(world: World) -> None:
    asked = await open_poll(world)
    for person in await residents(world, 4):
        await answers.answer(world.app, person, asked.id, ["1"])
    await close_at_its_time(world, asked)
    facts = await weekly(world, days=0)
    (one,) = facts.asked
    assert (one.closed, one.counts, one.people) == (True, [0, 4, 0], 4)
    assert (await weekly(world)).asked == []


async def test_a_question_that_closes_with_the_digest_is_told_in_that_one(world: World) -> None:
    world.clock.set("2027-05-03 08:00")  # 9am in London, when the digest comes
    asked = await open_poll(world, days=7)
    world.clock.move(days=7)
    begun = world.now
    world.clock.move(milliseconds=3)  # a machine's clock does not stand still during a run
    await due.run_due(world.app, begun)
    facts = await weekly(world, days=0)
    assert [(one.round, one.closed) for one in facts.asked] == [(asked.id, True)]
    assert (await weekly(world)).asked == []


async def test_rounds_that_were_cancelled_are_not_told(world: World) -> None:
    asked = await open_poll(world)
    await rounds.cancel(world.app, world.organiser, asked.id, "It named the wrong school.")
    assert (await weekly(world)).asked == []


async def test_each_digest_goes_on_where_the_last_one_ended(world: World) -> None:
    asked = await open_poll(world, days=30)
    early, late = await residents(world, 2)
    await answers.answer(world.app, early, asked.id, ["1"])
    first = await weekly(world)
    await answers.answer(world.app, late, asked.id, ["1"])
    await answers.answer(world.app, early, asked.id, ["2"])
    second = await weekly(world)
    assert second.since_ms == first.until_ms
    assert (first.people, first.new_people) == (1, 1)
    assert (second.people, second.new_people) == (2, 1)
    assert [one.opened for one in first.asked + second.asked] == [True, False]


async def test_small_groups_are_not_shown(world: World) -> None:
    asked = await open_poll(world, days=30)
    for number in range(12):
        person = await resident(world, number, *([OFFICER] if number < 4 else []))
        await answers.answer(world.app, person, asked.id, ["0"])
    facts = await weekly(world)
    # With 12 people in all, 8 residents would give away the 4 officers.
    assert (facts.people, facts.standings) == (12, {})
    fifth = await resident(world, 99, OFFICER)
    await answers.answer(world.app, fifth, asked.id, ["0"])
    for number in range(12):
        await answers.answer(
            world.app, stranger(world, number, *([OFFICER] if number < 4 else [])), asked.id, ["1"]
        )
    # Whoever could look at any moment would see of what standing somebody is who took part in between.
    looked = await digests.preview(world.app, world.organiser)
    assert (looked.people, looked.standings, looked.unsaid) == (13, {}, "weekly")
    facts = await weekly(world)
    assert (facts.standings, facts.unsaid) == ({"officer": 5, "resident": 8}, "")


async def test_standings_are_told_once_a_week_however_often_a_digest_comes(world: World) -> None:
    asked = await open_poll(world, days=60)
    for number in range(12):
        person = await resident(world, number, *([OFFICER] if number < 6 else []))
        await answers.answer(world.app, person, asked.id, ["0"])
    assert (await weekly(world)).standings == {"officer": 6, "resident": 6}
    await digests.plan(world.app, world.organiser, "every day 9am")
    for place in ("1", "2"):
        for number in range(12):
            person = stranger(world, number, *([OFFICER] if number < 6 else []))
            await answers.answer(world.app, person, asked.id, [place])
        if place == "1":
            await digests.send(world.app, world.organiser)
            sent = digest.from_json(dict((await outbox_of(world, "digest"))[-1].facts))
        else:
            sent = await weekly(world, days=1)
        assert (sent.people, sent.standings, sent.unsaid) == (12, {}, "weekly")


async def test_where_all_are_of_one_standing_nothing_is_left_unsaid(world: World) -> None:
    async def work(tx: AsyncConnection) -> None:
        await communities.set_roles(tx, world.community.id, [(ORGANISER, "organiser")])

    asked = await open_poll(world, days=30)
    for person in await residents(world, 3):
        await answers.answer(world.app, person, asked.id, ["0"])
    await world.app.database.writer.run(work)
    assert (await digests.preview(world.app, world.organiser)).unsaid == ""


async def test_an_overdue_promise_is_told_until_it_is_kept(world: World) -> None:
    facts = await weekly(world, days=63)
    assert [one.overdue for one in facts.owed] == [True]
    await promises.keep(world.app, world.organiser, world.initiative.id, "You said.", "We did.", "We won't.")
    assert (await weekly(world)).owed == []


async def test_a_preview_is_for_organisers_and_sends_nothing(world: World) -> None:
    assert (await digests.preview(world.app, world.organiser)).until_ms == world.now
    assert await outbox_of(world, "digest") == []
    with pytest.raises(Refusal, match="organisers-only"):
        await digests.preview(world.app, stranger(world, 1))


async def test_a_digest_can_be_sent_at_once(world: World) -> None:
    world.app.wake.clear()
    await digests.send(world.app, world.organiser)
    (post,) = await outbox_of(world, "digest")
    assert post.target == MODERATORS
    assert world.app.wake.is_set()
    with pytest.raises(Refusal, match="organisers-only"):
        await digests.send(world.app, stranger(world, 1))


@BOTH_ENGINES
async def test_without_a_channel_there_is_nowhere_to_send_it(world: World) -> None:
    await world.app.database.writer.run(
        lambda tx: communities.change(tx, world.community.id, moderators_channel="")
    )
    with pytest.raises(Refusal, match="moderators-channel-missing"):
        await digests.send(world.app, world.organiser)
    world.clock.move(days=7)
    await due.run_due(world.app, world.now)
    assert await outbox_of(world, "digest") == []


async def test_its_time_can_be_chosen_by_organisers(world: World) -> None:
    pace, times = await digests.plan(world.app, world.organiser, "every Friday 4pm")
    assert "BYDAY=FR" in pace.rrule
    assert [round((at - times[0]) / 86_400_000) for at in times] == [0, 7, 14]
    with pytest.raises(Refusal, match="organisers-only"):
        await digests.plan(world.app, stranger(world, 1), "every Friday 4pm")
    with pytest.raises(Refusal, match="pace-"):
        await digests.plan(world.app, world.organiser, "now and then")


@BOTH_ENGINES
async def test_a_digest_comes_back_out_of_the_outbox_as_it_was(world: World) -> None:
    await open_poll(world)
    facts = await digests.preview(world.app, world.organiser)
    assert digest.from_json(facts.as_json()) == facts
    await digests.send(world.app, world.organiser)
    (post,) = await outbox_of(world, "digest")
    assert digest.from_json(dict(post.facts)) == facts


async def test_what_organisers_write_into_a_weighing_is_no_idea(world: World) -> None:
    app, organiser = world.app, world.organiser
    draft = await drafts.begin(app, organiser, world.initiative.id, WEIGH)
    await weighing.add(app, organiser, draft.id, ["More lamps", "Fewer cars"])
    closes = {"question": "Where do you stand?", "closes_ms": world.now + 30 * DAY_MS}
    await drafts.change(app, organiser, draft.id, **closes)
    await drafts.publish(app, organiser, draft.id)
    facts = await weekly(world)
    assert (facts.ideas["received"], facts.ideas["accepted"], facts.people) == (0, 0, 0)
    await contributions.contribute(app, await resident(world, 1), draft.id, ["Slower buses"])
    brought = await weekly(world)
    assert (brought.ideas["received"], brought.people) == (1, 1)
