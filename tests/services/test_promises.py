"""What is owed when: kept once nothing is open, promised anew before more is asked; what authors are told."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import pytest

from bot.domain.asks import AskField, FieldKind
from bot.domain.checkins import Life, Purpose
from bot.domain.promises import Influence
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS, Round, State
from bot.services import (
    checkins,
    contributions,
    desk,
    drafts,
    due,
    moderating,
    promises,
    rounds,
)
from bot.store import checkins as stored
from bot.store import steps
from tests.builders import BOTH_ENGINES, World, draft_poll, open_ask, open_poll, outbox_of, resident

SAID = ("You said.", "We paint lines.", "We don't close the road.")
FORM = (AskField("was", FieldKind.ONE, "Was it so?", options=("yes", "no")),)


def keep(world: World, *which: Any) -> Awaitable[None]:
    return promises.keep(world.app, world.organiser, world.initiative.id, *SAID, *which)


def make(world: World, **changes: Any) -> Awaitable[Any]:
    new: dict[str, Any] = {
        "level": Influence.DECIDE, "fixed": "The money.", "decides": "The mayor.",
        "due_ms": world.now + 30 * DAY_MS,
    }  # fmt: skip
    return promises.make(world.app, world.organiser, world.initiative.id, **new | changes)


async def refusal_of(act: Awaitable[object]) -> str:
    with pytest.raises(Refusal) as refused:
        await act
    return refused.value.code


async def owed(world: World, asked: Round) -> tuple[str, int, int | None] | None:
    promise = (await rounds.look(world.app, world.community.id, asked.id)).promise
    return None if promise is None else (promise.level, promise.due_ms, promise.kept_ms)


async def test_a_promise_is_not_kept_while_a_question_is_open(world: World) -> None:
    asked = await open_poll(world)
    assert await refusal_of(keep(world)) == "promise-has-rounds"
    assert await outbox_of(world, "promise-kept") == []
    await rounds.close_early(world.app, world.organiser, asked.id, "All is said.")
    await keep(world)
    assert len(await outbox_of(world, "promise-kept")) == 1


@BOTH_ENGINES
async def test_what_is_asked_after_an_answer_needs_a_new_promise_and_shows_it(world: World) -> None:
    first = await open_poll(world)
    await rounds.close_early(world.app, world.organiser, first.id, "All is said.")
    before = await owed(world, first)
    assert before is not None
    assert await refusal_of(make(world)) == "promise-owed"
    world.clock.move(days=1)
    await keep(world)
    kept_ms = world.now
    world.clock.move(days=1)
    draft = await draft_poll(world)
    assert await owed(world, draft) is None  # nobody owes a date
    assert await refusal_of(drafts.publish(world.app, world.organiser, draft.id)) == "promise-over"
    assert await refusal_of(make(world, due_ms=world.now)) == "promise-past"
    assert await refusal_of(make(world, decides=" ")) == "decides-missing"
    assert await refusal_of(make(world, fixed=" ")) == "fixed-missing"
    new = await make(world)
    assert new.decides == "The mayor"
    assert [post.facts for post in await outbox_of(world, "promise-made")] == [
        {"initiative": world.initiative.id, "made_ms": new.made_ms}
    ]
    second = await drafts.publish(world.app, world.organiser, draft.id)
    assert await owed(world, second) == ("decide", new.due_ms, None)
    assert await owed(world, first) == (*before[:2], kept_ms), "each keeps its own"
    assert [one.due_ms for _, one, _ in (await desk.desk(world.app, world.organiser)).owed] == [new.due_ms]
    world.clock.move(days=60)
    await due.run_due(world.app, world.now)
    (post,) = await outbox_of(world, "promise-overdue")
    assert post.facts["made_ms"] == new.made_ms
    found = [
        await promises.find(world.app, world.community.id, world.initiative.id, made_ms)
        for made_ms in (None, new.made_ms, 1)
    ]
    assert [one.due_ms if one else None for one in found] == [before[1], new.due_ms, None]


async def test_only_organisers_promise_and_only_where_something_was_promised(world: World) -> None:
    await keep(world)
    who = await resident(world, 1)
    again = promises.make(world.app, who, world.initiative.id, Influence.TOLD, "a", "b", world.now + DAY_MS)
    assert await refusal_of(again) == "organisers-only"
    none = promises.make(world.app, world.organiser, 1, Influence.TOLD, "a", "b", world.now + DAY_MS)
    assert await refusal_of(none) == "promise-none"


async def test_a_check_in_waits_for_a_new_promise(world: World) -> None:
    app, organiser, on = world.app, world.organiser, world.initiative.id
    pace = "every Monday 11am"
    one = await checkins.begin(app, organiser, on, Purpose.PLAIN, "Well?", FORM, pace, DAY_MS)
    await checkins.start(app, organiser, one.id)
    await keep(world)
    other = await checkins.begin(app, organiser, on, Purpose.PLAIN, "Well?", FORM, pace, DAY_MS)
    assert await refusal_of(checkins.start(app, organiser, other.id)) == "promise-over"
    assert await refusal_of(checkins.run_now(app, organiser, one.id)) == "promise-over"
    world.clock.move(days=8)
    await due.run_due(app, world.now)

    async def state() -> tuple[Life, str]:
        async with app.database.reading() as tx:
            there = await stored.find(tx, 1, one.id)
        assert there is not None
        return there.state, there.why

    assert await state() == (Life.PAUSED, "promise")
    assert len(await outbox_of(world, "checkin-paused")) == 1
    assert await rounds.listing(app, 1, State.OPEN) == []
    assert await refusal_of(checkins.resume(app, organiser, one.id)) == "promise-over"
    await make(world)
    await checkins.resume(app, organiser, one.id)
    world.clock.set("2027-05-17 10:30")
    await due.run_due(app, world.now)
    assert len(await rounds.listing(app, 1, State.OPEN)) == 1


@BOTH_ENGINES
async def test_each_author_is_told_what_is_true_of_their_idea(world: World) -> None:
    app, organiser = world.app, world.organiser
    ask = await open_ask(world)
    done, refused, aside = [
        (await contributions.contribute(app, await resident(world, who), ask.id, [f"Idea {who}"])).id
        for who in range(3)
    ]
    for number in (done, refused, aside):
        await moderating.accept(app, organiser, number)
    await rounds.close_early(app, organiser, ask.id, "All is said.")
    assert await refusal_of(keep(world, [done, aside], [refused, aside])) == "idea-done-and-refused"
    await keep(world, [done], [refused])
    async with app.database.reading() as tx:
        trail = await steps.of(tx, 1, [done, refused, aside])
    last = {one.contribution: (one.act, one.words) for one in trail}
    assert last[done] == ("decided", SAID[1])
    assert last[refused] == ("refused", SAID[2])
    assert last[aside][0] == "accepted"
    (post,) = await outbox_of(world, "promise-kept")
    assert (post.facts["answered"], post.facts["refused"]) == ([done], [refused])
