"""What organisers see of the schedule, and what they are reminded of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.refusals import Refusal
from bot.domain.rounds import State
from bot.services import drafts, due, initiatives, rounds, schedules
from bot.store import schedule
from tests.builders import (
    BOTH_ENGINES,
    MODERATORS,
    World,
    beginning,
    draft_poll,
    forget_what_is_owed,
    open_poll,
    outbox_of,
    stranger,
)


async def run(world: World) -> int:
    return await due.run_due(world.app, world.now)


async def test_organisers_are_reminded_three_days_before_a_draft_goes(world: World) -> None:
    left, published = await draft_poll(world, days=40), await open_poll(world, days=40)
    discarded = await draft_poll(world, days=40)
    await drafts.discard(world.app, world.organiser, discarded.id)
    world.clock.move(days=11, seconds=-1)
    await run(world)
    assert await outbox_of(world, "draft-soon") == []
    for _ in range(3):
        world.clock.move(seconds=1)
        await run(world)
    (post,) = await outbox_of(world, "draft-soon")
    lapses_ms = left.drafted_ms + 14 * 86_400_000
    assert (post.target, post.facts) == (MODERATORS, {"round": left.id, "lapses_ms": lapses_ms})
    assert (await rounds.look(world.app, 1, published.id)).round.state is State.OPEN


@BOTH_ENGINES
async def test_a_reminder_of_a_draft_comes_late_but_not_when_the_draft_goes(world: World) -> None:
    await draft_poll(world, days=40)
    world.clock.move(days=3)
    later = await draft_poll(world, days=40)
    world.clock.move(days=11)  # the first goes now, the second in three days: both were to be called to mind
    world.clock.move(hours=2)
    await run(world)
    assert [post.facts["round"] for post in await outbox_of(world, "draft-soon")] == [later.id]


@pytest.mark.parametrize(("days", "reminders"), [(3, 0), (4, 1)])
async def test_a_draft_that_is_kept_for_three_days_has_no_reminder(
    world: World, days: int, reminders: int
) -> None:
    settings = world.app.settings
    world.app.settings = replace(settings, rounds=replace(settings.rounds, draft_days=days))
    await draft_poll(world, days=40)
    for _ in range(days + 1):
        world.clock.move(days=1)
        await run(world)
    assert len(await outbox_of(world, "draft-soon")) == reminders


async def test_a_reminder_of_a_promise_is_pointless_once_it_is_due(world: World) -> None:
    world.clock.move(days=60)
    await run(world)
    assert await outbox_of(world, "promise-soon") == []
    assert len(await outbox_of(world, "promise-overdue", "promise-late")) == 2


@BOTH_ENGINES
async def test_organisers_see_what_comes_next_and_nobody_else_does(world: World) -> None:
    await initiatives.start(world.app, world.organiser, beginning(world.app, "A park"))
    asked, draft = await open_poll(world, "Which colour?", days=8), await draft_poll(world, "When?", days=40)
    plan = await schedules.show(world.app, world.organiser)
    assert plan.late == ()
    found = [(one.act, one.words) for one in plan.coming]
    assert found[0] == ("retention", "")
    assert set(found[1:4]) == {("digest", ""), ("proof", ""), ("news", "")}
    assert found[4:7] == [("close", "Which colour?"), ("draft-soon", "When?"), ("lapse", "When?")]
    assert ("reminder", "A park") in found[6:]
    assert plan.coming[4].due_ms == asked.closes_ms
    assert plan.coming[6].due_ms == draft.drafted_ms + 14 * 86_400_000
    with pytest.raises(Refusal, match="organisers-only"):
        await schedules.show(world.app, stranger(world, 1))


@BOTH_ENGINES
async def test_what_was_late_is_kept_as_long_as_posts(world: World) -> None:
    async def closings() -> int:
        async with world.app.database.reading() as tx:
            return sum(one.act == "close" for one in await schedule.late(tx, world.community.id, 999))

    await open_poll(world, days=8)
    world.clock.move(days=9)
    await run(world)
    for _ in range(89):
        world.clock.move(days=1)
        await run(world)
    assert await closings() == 1
    world.clock.move(days=3)
    await run(world)
    await forget_what_is_owed(world.app)
    assert await closings() == 0
