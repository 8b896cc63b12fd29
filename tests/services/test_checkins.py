"""Check-ins: their turns whatever happens to the clock, and the people whom they reach."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.checkins import CheckIn, Life, Missed, Purpose
from bot.domain.forms import read_questions
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS, Round, State
from bot.domain.stages import Stage
from bot.services import (
    answers,
    checkin_looks,
    checkins,
    communities,
    due,
    initiatives,
    my_data,
    people,
    posting,
    promises,
    retention,
    rounds,
    taking,
)
from bot.services.ports import NotSent
from bot.store import checkins as stored
from bot.store import outbox, schedule, takers
from bot.store.outbox import Post
from bot.store.schema import contact
from bot.store.schema import outbox as posts
from tests.builders import (
    BOTH_ENGINES,
    OFFICER,
    World,
    forget_what_is_owed,
    outbox_of,
    resident,
    residents,
    stranger,
)
from tests.recorder import Recorder

FORM = read_questions("How safe was it? | not at all | very\nWhat would help?")
PACE, WINDOW = "every Monday 9am", 3 * DAY_MS
HOUR_MS = DAY_MS // 24
EXAMPLES = int(os.environ.get("FOLKMOOT_EXAMPLES", "1"))


async def refused(work: Any) -> str:
    with pytest.raises(Refusal) as caught:
        await work
    return caught.value.code


async def begun(world: World, pace: str = PACE, window_ms: int = WINDOW, **how: Any) -> CheckIn:
    made = {"purpose": Purpose.PLAIN, "question": "The walk", "form": FORM} | how
    return await checkins.begin(
        world.app, world.organiser, world.initiative.id, made.pop("purpose"), made.pop("question"),
        made.pop("form"), pace, window_ms, **made,
    )  # fmt: skip


async def started(world: World, *args: Any, **how: Any) -> CheckIn:
    return await checkins.start(world.app, world.organiser, (await begun(world, *args, **how)).id)


async def at(world: World, moment: str) -> None:
    """Whatever is due at a moment in UTC has been done."""
    now = world.clock.set(moment)
    await due.run_due(world.app, now)


async def told(world: World) -> None:
    """Everything that is to be posted is posted."""
    async with world.app.database.alone() as tx:
        await tx.execute(update(posts).where(posts.c.state == "waiting").values(state="sent"))


async def said(world: World, card: str) -> list[Post]:
    """What was to be said of a card, sent or not."""
    async with world.app.database.reading() as tx:
        rows = (await tx.execute(select(posts).where(posts.c.card == card).order_by(posts.c.id))).all()
    return [Post(**{**row._mapping, "facts": json.loads(row.facts)}) for row in rows]


async def rows(world: World, table: Any) -> list[Any]:
    async with world.app.database.reading() as tx:
        return list(await tx.execute(select(table)))


async def times(world: World, one: CheckIn) -> list[Round]:
    async with world.app.database.reading() as tx:
        return await stored.rounds_of(tx, one.community, one.id)


async def missed(world: World, one: CheckIn) -> list[tuple[str, str]]:
    async with world.app.database.reading() as tx:
        found: list[Missed] = await stored.missed(tx, one.community, one.id)
    return [(utc(each.due_ms), each.why) for each in found]


def utc(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%m-%d %H:%M}"


async def now(world: World, one: CheckIn) -> CheckIn:
    return await checkin_looks.find(world.app, one.community, one.id)


async def asked_of(world: World, one: CheckIn) -> dict[int, int]:
    async with world.app.database.reading() as tx:
        return await takers.reached(tx, one.community, (await times(world, one))[-1].id, "asked")


# --- its turns


@BOTH_ENGINES
async def test_each_turn_is_a_round_at_the_stage_its_project_then_has(world: World) -> None:
    one = await started(world)
    await at(world, "2027-05-10 08:00")
    await at(world, "2027-05-10 08:00")
    (first,) = await times(world, one)
    assert (first.state, first.checkin, first.form, first.stage.value) == (State.OPEN, one.id, FORM, "define")
    assert first.closes_ms - first.opened_ms == WINDOW
    await at(world, "2027-05-13 08:00")
    await told(world)
    await initiatives.move_stage(
        world.app, world.organiser, world.initiative.id, Stage.OPTIONS, "We know enough."
    )
    await at(world, "2027-05-17 08:00")
    assert [asked.stage.value for asked in await times(world, one)] == ["define", "options"]
    assert await missed(world, one) == []


async def test_an_outage_inside_the_window_opens_late_and_outside_it_is_seen(world: World) -> None:
    one = await started(world)
    await at(world, "2027-05-11 20:00")
    (late,) = await times(world, one)
    assert late.closes_ms == world.clock.set("2027-05-13 08:00")
    await at(world, "2027-05-13 08:00")
    await told(world)
    await at(world, "2027-05-21 08:00")
    assert len(await times(world, one)) == 1
    await at(world, "2027-06-08 08:00")  # down over two more, back within the window of a third
    assert len(await times(world, one)) == 2
    assert await missed(world, one) == [
        ("05-17 08:00", "down"),
        ("05-24 08:00", "down"),
        ("05-31 08:00", "down"),
    ]


async def test_it_stays_at_its_hour_when_the_clocks_change(world: World) -> None:
    for begins, expected in (
        ("2027-10-20 09:00", ["10-25 08:00", "11-01 09:00"]),
        ("2028-03-15 09:00", ["03-20 09:00", "03-27 08:00"]),
    ):
        world.clock.set(begins)
        one = await started(world)
        opened = []
        for turn in expected:
            await at(world, f"{begins[:4]}-{turn}")
            await due.run_due(world.app, world.clock.move(days=3))
            await told(world)
            opened = [
                f"{datetime.fromtimestamp(a.opened_ms / 1000, UTC):%m-%d %H:%M}"
                for a in await times(world, one)
            ]
        assert opened == expected
        await checkins.stop(world.app, world.organiser, one.id)


async def test_it_comes_at_its_hour_when_the_community_moves(world: World) -> None:
    one = await started(world)
    owner = Person(world.community.id, "owner", can_set_up=True)
    await communities.set_up(world.app, owner, time_zone="America/New_York")
    await at(world, "2027-05-10 08:00")
    assert await times(world, one) == []
    await at(world, "2027-05-10 13:00")
    assert len(await times(world, one)) == 1
    assert (await now(world, one)).zone == "America/New_York"


async def test_it_waits_for_the_last_result(world: World) -> None:
    one = await started(world, "every day 9am", 12 * HOUR_MS)
    await at(world, "2027-05-04 08:00")
    await at(world, "2027-05-04 20:00")
    await at(world, "2027-05-05 08:00")
    assert await missed(world, one) == []
    assert await refused(checkins.run_now(world.app, world.organiser, one.id)) == "checkin-untold"
    for _ in range(24):
        await due.run_due(world.app, world.clock.move(minutes=30))
    assert await missed(world, one) == [("05-05 08:00", "untold")]
    await told(world)
    world.clock.set("2027-05-06 07:30")
    assert (await checkins.run_now(world.app, world.organiser, one.id)).state is State.OPEN
    assert await refused(checkins.run_now(world.app, world.organiser, one.id)) == "checkin-open"


async def test_a_turn_waits_within_its_window_until_the_last_result_is_told(world: World) -> None:
    """Down over the close and the next turn: the result is told first, then it is asked, and in time."""
    one = await started(world)
    await at(world, "2027-05-10 08:00")
    await at(world, "2027-05-17 08:10")
    assert len(await times(world, one)) == 1
    await told(world)
    await at(world, "2027-05-17 08:40")
    assert len(await times(world, one)) == 2
    assert utc((await times(world, one))[-1].closes_ms) == "05-20 08:00"
    await at(world, "2027-05-20 08:00")
    await told(world)
    await at(world, "2027-05-24 08:00")
    assert (len(await times(world, one)), await missed(world, one)) == (3, [])


async def test_a_bot_that_was_removed_and_invited_back_goes_on(world: World) -> None:
    one, server = await started(world), world.community.platform_id
    await communities.removed(world.app, "discord", server)
    await at(world, "2027-05-10 08:00")
    assert await times(world, one) == []
    await communities.returned(world.app, "discord", server)
    await at(world, "2027-05-17 08:00")
    assert len(await times(world, one)) == 1


async def test_after_six_times_it_asks_and_goes_on_when_told_to(world: World) -> None:
    one = await started(world, "every day 9am", 12 * HOUR_MS)
    for day in range(4, 12):
        await at(world, f"2027-05-{day:02} 08:00")
        await due.run_due(world.app, world.clock.move(hours=12))
        await told(world)
    assert len(await times(world, one)) == 6
    assert (await now(world, one)).state is Life.ASKS
    assert await missed(world, one) == [("05-10 08:00", "asks"), ("05-11 08:00", "asks")]
    assert [post.card for post in await said(world, "checkin-asks")] == ["checkin-asks"]
    await checkins.resume(world.app, world.organiser, one.id)
    await at(world, "2027-05-12 08:00")
    assert len(await times(world, one)) == 7
    assert (await now(world, one)).runs == 1


async def test_a_channel_that_is_gone_pauses_it_and_a_project_that_closes_stops_it(world: World) -> None:
    one, other = await started(world), await started(world, channel="elsewhere")
    await at(world, "2027-05-10 08:00")
    async with world.app.database.alone() as tx:
        await tx.execute(
            update(posts).where(posts.c.target == "elsewhere").values(state="dead", trouble="gone:")
        )
    await at(world, "2027-05-13 08:00")
    await told(world)
    await at(world, "2027-05-17 08:00")
    paused = await now(world, other)
    assert (paused.state, paused.why) == (Life.PAUSED, "channel")
    assert await missed(world, other) == [("05-17 08:00", "channel")]
    assert len(await said(world, "checkin-paused")) == 1
    await at(world, "2027-05-20 08:00")
    await told(world)
    for open_still in await rounds.listing(world.app, world.community.id, State.OPEN):
        await rounds.close_early(world.app, world.organiser, open_still.id, "All is said.")
    await promises.keep(world.app, world.organiser, world.initiative.id, "Lights", "Lights", "None")
    await initiatives.close(world.app, world.organiser, world.initiative.id, "All is done.")
    await at(world, "2027-05-24 08:00")
    stopped = await now(world, one)
    assert (stopped.state, stopped.why, len(await times(world, one))) == (Life.STOPPED, "project", 2)


async def test_a_pace_that_ends_stops_it(world: World) -> None:
    one = await started(world, "every Monday 9am until 17 May 2027")
    for day in ("10", "13", "17"):
        await at(world, f"2027-05-{day} 08:00")
        await told(world)
    assert len(await times(world, one)) == 2
    assert ((await now(world, one)).state, (await now(world, one)).why) == (Life.STOPPED, "ended")
    await at(world, "2027-05-20 08:00")
    assert (await times(world, one))[-1].state is State.CLOSED


@BOTH_ENGINES
async def test_what_a_draft_lacks_is_said_and_changes_nothing(world: World) -> None:
    app, organiser = world.app, world.organiser
    assert await refused(begun(world, window_ms=7 * DAY_MS)) == "checkin-window"
    assert await refused(begun(world, "every day 7am", 12 * HOUR_MS)) == "checkin-quiet"
    assert await refused(begun(world, "every Monday")) == "pace-needs-time"
    assert await refused(begun(world, mention=True)) == "checkin-mention-whom"
    assert await refused(begun(world, direct=True, sealed=True)) == "checkin-sealed-direct"
    assert await refused(begun(world, form=(FORM[0], FORM[0]))) == "form-unfit"
    empty = await begun(world, question="", form=())
    assert await refused(checkins.start(app, organiser, empty.id)) == "question-empty"
    there = app.ready_checkins["there"]
    unsaid = await begun(world, purpose=there.purpose, question=there.question, form=there.form)
    assert await refused(checkins.start(app, organiser, unsaid.id)) == "checkin-state-first"
    await checkins.state_it(app, organiser, unsaid.id, 1, "The poles stand.")
    one = await checkins.start(app, organiser, unsaid.id)
    assert await refused(checkins.change(app, organiser, one.id, question="Other?")) == "checkin-no-draft"
    assert await refused(checkins.state_it(app, organiser, one.id, 9, "x")) == "choice-unknown"
    somebody = await resident(world, "somebody")
    for act in (checkins.pause, checkins.stop, checkins.resume, checkins.run_now, checkin_looks.look):
        assert await refused(act(app, somebody, one.id)) == "organisers-only"
    await checkins.stop(app, organiser, one.id)
    for act in (checkins.pause, checkins.resume, checkins.run_now):
        assert await refused(act(app, organiser, one.id)) == "checkin-stopped"
    await checkins.discard(app, organiser, empty.id)
    assert await refused(checkin_looks.look(app, organiser, empty.id)) == "checkin-unknown"


async def test_only_holders_of_its_role_answer_and_it_pauses_when_the_role_goes(world: World) -> None:
    one = await started(world, role=OFFICER)
    await at(world, "2027-05-10 08:00")
    (asked,) = await times(world, one)
    raw = ["scale1", "2"]
    outside, inside = await resident(world, "outside"), await resident(world, "inside", OFFICER)
    assert await refused(answers.answer(world.app, outside, asked.id, raw)) == "round-role-only"
    await answers.answer(world.app, inside, asked.id, raw)
    assert await refused(taking.opt_in(world.app, outside, one.id)) == "round-role-only"
    await checkins.role_gone(world.app, one.community, "other")
    assert (await now(world, one)).state is Life.RUNNING
    await checkins.role_gone(world.app, one.community, OFFICER)
    assert ((await now(world, one)).state, (await now(world, one)).why) == (Life.PAUSED, "role")
    await at(world, "2027-05-13 08:00")
    await told(world)
    await at(world, "2027-05-17 08:00")
    assert len(await times(world, one)) == 1


# --- the people whom it reaches


@BOTH_ENGINES
async def test_who_opted_in_is_asked_once_and_reminded_once(world: World) -> None:
    app = world.app
    one = await started(world, direct=True)
    crowd = await residents(world, 5)
    for who in crowd:
        assert await taking.opt_in(app, who, one.id) is not None
        await taking.opt_in(app, who, one.id)
    await at(world, "2027-05-10 08:00")
    asked = (await times(world, one))[-1]
    assert len(await outbox_of(world, "asked")) == 5
    assert await outbox_of(world, "round") == []
    await answers.answer(app, crowd[0], asked.id, ["scale1", "2"])
    await taking.skip(app, crowd[1], asked.id)
    await taking.rest(app, crowd[2], one.id)
    await taking.stop(app, crowd[3], one.id)
    for hour in range(48, 60, 4):
        await due.run_due(app, world.clock.set("2027-05-10 08:00") + hour * HOUR_MS)
    assert [post.target for post in await outbox_of(world, "reminded")] == [crowd[4].platform_id]
    await at(world, "2027-05-13 08:00")
    assert [post.target for post in await outbox_of(world, "told")] == [crowd[0].platform_id]
    await told(world)
    await at(world, "2027-05-17 08:00")
    reached = await asked_of(world, one)
    assert len(reached) == 3  # not who paused, not who stopped


async def test_a_message_that_is_not_wanted_any_more_is_not_sent(world: World, platform: Recorder) -> None:
    app, one = world.app, await started(world, direct=True)
    crowd = await residents(world, 4)
    for who in crowd:
        await taking.opt_in(app, who, one.id)
    await at(world, "2027-05-10 08:00")
    asked = (await times(world, one))[-1]
    await answers.answer(app, crowd[0], asked.id, ["scale1", "2"])
    await taking.stop(app, crowd[1], one.id)
    await people.erase(app, crowd[2])
    wanted = [await taking.still(app, one.community, "asked", asked.id, who.platform_id) for who in crowd]
    assert wanted == [False, False, False, True]


async def test_a_closed_door_is_noticed_and_not_knocked_at_again(world: World, platform: Recorder) -> None:
    app, one = world.app, await started(world, direct=True)
    shut, *others = await residents(world, 3)
    for who in (shut, *others):
        await taking.opt_in(app, who, one.id)
    await at(world, "2027-05-10 08:00")
    told_of = [post.target for post in await outbox_of(world)].index(shut.platform_id)
    went_well: Any = ("", None)
    platform.failures.extend([went_well] * told_of + [("before", NotSent("closed"))])
    await posting.deliver(app, platform)
    found = await checkin_looks.look(app, world.organiser, one.id)
    assert found.wants == {"closed": 1, "on": 2}
    async with app.database.reading() as tx:
        assert await outbox.dead(tx, one.community) == []
    await at(world, "2027-05-13 08:00")
    await told(world)
    await at(world, "2027-05-17 08:00")
    assert len(await asked_of(world, one)) == 2
    await taking.opt_in(app, shut, one.id)
    assert len(await asked_of(world, one)) == 3


async def test_nobody_under_18_is_ever_written_to(world: World) -> None:
    app, one = world.app, await started(world, direct=True)
    teen, grown = await resident(world, "teen", ages="teens"), await resident(world, "grown")
    assert await taking.opt_in(app, teen, one.id) is None
    await taking.opt_in(app, grown, one.id)
    await people.go_on(app, grown, "teens")  # and says so later
    await at(world, "2027-05-10 08:00")
    assert await outbox_of(world, "asked") == []


@BOTH_ENGINES
async def test_erasing_oneself_leaves_nothing_of_it(world: World) -> None:
    app, one = world.app, await started(world, direct=True)
    who = await resident(world, "who")
    await taking.opt_in(app, who, one.id)
    await at(world, "2027-05-10 08:00")
    held = await my_data.held(app, who)
    one_of = {"question": "The walk", "state": "on", "until_ms": 0, "skipped": 0}
    assert held["check_ins"] == [one_of]
    told_of = [(each["question"], each["what"]) for each in held["messages_about_check_ins"]]
    assert told_of == [("The walk", "asked")]
    await people.erase(app, who)
    assert await asked_of(world, one) == {}
    async with app.database.reading() as tx:
        assert await takers.of_checkin(tx, one.community, one.id) == []


async def test_what_reaches_people_is_forgotten_after_a_month(world: World) -> None:
    app, one = world.app, await started(world, direct=True)
    await taking.opt_in(app, await resident(world, "who"), one.id)
    draft = await begun(world)
    await at(world, "2027-05-10 08:00")
    async with app.database.reading() as tx:
        slot = await schedule.find(tx, one.community, "retention")
    assert slot is not None
    later = world.clock.move(days=31)
    await app.database.writer.run(lambda tx: retention.run(app, tx, slot, later))
    await forget_what_is_owed(app)
    assert await asked_of(world, one) == {}
    assert await refused(checkin_looks.look(app, world.organiser, draft.id)) == "checkin-unknown"


async def test_a_full_week_waits_and_organisers_see_it(world: World) -> None:
    """Three a week: the fourth check-in of the week asks later, the fifth not at all."""
    app, who = world.app, await resident(world, "who")
    daily = [await started(world, f"every Monday {hour}am", 6 * HOUR_MS, direct=True, question=f"At {hour}")
             for hour in (9, 10, 11)]  # fmt: skip
    late = await started(world, "every Monday 12 noon", 6 * DAY_MS, direct=True, question="At noon")
    for one in (*daily, late):
        await taking.opt_in(app, who, one.id)
    for hour in (8, 9, 10, 11):
        await at(world, f"2027-05-10 {hour:02}:00")
    reached = [await asked_of(world, one) for one in (*daily, late)]
    assert [len(each) for each in reached] == [1, 1, 1, 0]
    found = await checkin_looks.look(app, world.organiser, late.id)
    assert (found.later, found.never) == (0, 1)
    assert len(await outbox_of(world, "asked")) == 3


async def test_many_are_not_all_written_to_at_once(world: World) -> None:
    one, crowd = await started(world, direct=True), await residents(world, 52)
    for who in crowd:
        await taking.opt_in(world.app, who, one.id)
    await at(world, "2027-05-10 08:00")
    times_of = Counter(utc(at_ms) for at_ms in (await asked_of(world, one)).values())
    assert times_of == {"05-10 08:00": 50, "05-10 08:10": 2}
    assert Counter(utc(post.next_ms) for post in await said(world, "asked")) == times_of


async def test_a_role_is_mentioned_only_so_often(world: World) -> None:
    one = await started(world, "every day 9am", 12 * HOUR_MS, role=OFFICER, mention=True)
    for day in range(4, 8):
        await at(world, f"2027-05-{day:02} 08:00")
        await due.run_due(world.app, world.clock.move(hours=12))
        await told(world)
    mentioned = [bool(post.facts.get("mention")) for post in await said(world, "round")]
    assert (mentioned, len(await times(world, one))) == ([True, True, True, False], 4)


async def test_what_opens_in_the_night_after_an_outage_waits_for_the_morning(world: World) -> None:
    one = await started(world, direct=True)
    other = await started(world)
    await taking.opt_in(world.app, await resident(world, "who"), one.id)
    await at(world, "2027-05-10 22:30")
    morning = datetime(2027, 5, 11, 7, tzinfo=UTC).timestamp() * 1000
    assert list((await asked_of(world, one)).values()) == [morning]
    (card,) = await outbox_of(world, "round")
    assert (card.next_ms, card.facts["round"]) == (morning, (await times(world, other))[0].id)


async def test_without_names_nobody_is_reminded(world: World) -> None:
    one = await started(world, sealed=True)
    assert (
        await refused(taking.opt_in(world.app, await resident(world, "who"), one.id))
        == "checkin-no-reminders"
    )
    await at(world, "2027-05-10 08:00")
    (asked,) = await times(world, one)
    assert asked.sealed
    async with world.app.database.reading() as tx:
        assert await schedule.find(tx, one.community, "remind", asked.id) is None


async def test_a_stranger_opts_in_only_after_the_notice(world: World) -> None:
    one = await started(world, direct=True)
    who = stranger(world, "new")
    assert await refused(taking.opt_in(world.app, who, one.id)) == "notice-first"
    for act in (taking.rest, taking.stop):
        assert await refused(act(world.app, who, one.id)) == "checkin-not-in"
    assert await refused(taking.skip(world.app, Person(who.community, "x"), 77)) == "checkin-over"


ACTS = ("in", "in", "in", "out", "rest", "answer", "skip", "now", "on")


async def something(world: World, act: str, one: CheckIn, who: Person) -> None:
    """What people do about a check-in."""
    app = world.app
    if act == "now":
        await checkins.run_now(app, world.organiser, one.id)
    elif act == "on":
        await checkins.resume(app, world.organiser, one.id)
    elif act in ("in", "out", "rest"):
        await {"in": taking.opt_in, "out": taking.stop, "rest": taking.rest}[act](app, who, one.id)
    elif asked := await times(world, one):
        if act == "answer":
            await answers.answer(app, who, asked[-1].id, ["scale1", "2"])
        else:
            await taking.skip(app, who, asked[-1].id)


@pytest.mark.parametrize("number", range(3 * EXAMPLES))
async def test_over_any_mix_no_seven_days_hold_more_than_the_setting(world: World, number: int) -> None:
    """Check-ins at paces of their own, their reminders, turns out of turn, people who come and go."""
    app, draw = world.app, Random(number)  # noqa: S311 - a test that can be repeated
    paces = ("every day 9am", "every Monday 10am", "every Wednesday 6pm", "every two weeks on Friday 12 noon")
    those = [await started(world, draw.choice(paces), draw.choice((12, 20)) * HOUR_MS, direct=True,
                           question=f"{place}") for place in range(4)]  # fmt: skip
    crowd = await residents(world, 4)
    for who in crowd:
        for one in those:
            await taking.opt_in(app, who, one.id)
    for _ in range(60):
        world.clock.move(hours=draw.choice((1, 3, 7, 12, 26)))
        await due.run_due(app, world.now)
        await told(world)
        one, who = draw.choice(those), draw.choice(crowd)
        with suppress(Refusal):
            await something(world, draw.choice(ACTS), one, who)
    reached: dict[int, list[int]] = defaultdict(list)
    for row in await rows(world, contact):
        reached[row.person].append(row.at_ms)
    assert sum(map(len, reached.values())) > 10
    week = 7 * DAY_MS
    for at in reached.values():
        assert all(sum(start <= one < start + week for one in at) <= 3 for start in at)
    posted = [*await said(world, "asked"), *await said(world, "reminded")]
    sent = Counter([(post.target, post.card, post.facts["round"]) for post in posted])
    assert set(sent.values()) == {1}
    assert sent.total() == sum(map(len, reached.values()))
