"""Posting among others: processes, communities that have much to say, channels that refuse."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Person
from bot.services import communities, desk, painting, posting
from bot.services.ports import App, NotSent
from bot.store import outbox
from tests.builders import BOTH_ENGINES, SAY, World, outbox_of, set_up
from tests.recorder import Recorder, dead, put


@BOTH_ENGINES
async def test_of_two_processes_one_sends(quiet: World, platform: Recorder, second: App) -> None:
    for _ in range(10):
        await put(quiet)
    sent = await asyncio.gather(
        *(posting.deliver(app, platform) for app in (quiet.app, second, quiet.app, second))
    )
    assert sum(sent) == 10
    assert platform.cards().count("stage") == len(platform.tries) == 10


@BOTH_ENGINES
@pytest.mark.parametrize("arrived", [True, False])
async def test_what_a_dead_process_held_is_looked_for_after_its_lease(
    quiet: World, platform: Recorder, second: App, arrived: bool
) -> None:
    await put(quiet)
    (post,) = await outbox_of(quiet)
    held = await second.database.writer.run(lambda tx: outbox.claim(tx, post, quiet.now, posting.LEASE_MS))
    assert held is not None
    if arrived:
        platform.messages["before-the-end"] = post
    quiet.clock.move(seconds=posting.LEASE_MS / 1000 - 1)
    assert await posting.deliver(quiet.app, platform) == 0
    quiet.clock.move(seconds=1)
    assert await posting.deliver(quiet.app, platform) == 1
    assert platform.cards() == ["say", "stage"]
    assert len(platform.tries) == (0 if arrived else 1)

    # Whoever was only thought dead has nothing to say about it any more.
    late = held
    settled = await second.database.writer.run(lambda tx: outbox.settle(tx, late, state="dead"))
    assert not settled
    assert await dead(quiet) == []


@BOTH_ENGINES
async def test_a_number_that_went_to_another_post_is_no_claim_on_it(quiet: World) -> None:
    await put(quiet)
    (old,) = await outbox_of(quiet)

    async def swapped(tx: AsyncConnection) -> None:
        await outbox.drop(tx, old)
        await outbox.put(tx, quiet.community.id, "digest", "elsewhere", quiet.now, once="another")

    await quiet.app.database.writer.run(swapped)
    (new,) = await outbox_of(quiet)
    assert new.id == old.id
    claimed = await quiet.app.database.writer.run(lambda tx: outbox.claim(tx, old, quiet.now, 1000))
    assert claimed is None


async def test_communities_take_turns(app: App, quiet: World, platform: Recorder) -> None:
    other = await set_up(app, "server-of-the-patient")
    await posting.deliver(app, platform)
    for _ in range(posting.AT_ONCE + 1):
        await put(quiet)
    await put(other)
    async with app.database.reading() as tx:
        batch = await outbox.ready(tx, other.now, 4)
    mine = [post.id for post in batch if post.community == quiet.community.id]
    assert mine == [mine[0], mine[0] + 1, mine[0] + 2]
    assert [post.community for post in batch][1] == other.community.id


async def test_one_that_hangs_holds_up_no_other_community(app: App, quiet: World, platform: Recorder) -> None:
    other = await set_up(app, "server-of-the-patient")
    await posting.deliver(app, platform)
    await put(quiet)
    await put(other, "digest")
    platform.hangs = quiet.community.id
    platform.has_said.clear()
    under_way = asyncio.create_task(posting.deliver(app, platform))
    await asyncio.wait_for(platform.has_said.wait(), 5)
    assert platform.cards()[-1] == "digest"
    assert not under_way.done()
    platform.goes_on.set()
    assert await under_way == 2


@BOTH_ENGINES
async def test_what_hangs_is_left_alone_with_its_channel(quiet: World, platform: Recorder) -> None:
    platform.failures.append(("before", NotSent("unknown", "late")))
    for _ in range(3):
        await put(quiet)
    await posting.deliver(quiet.app, platform)
    assert len(platform.tries) == 1
    quiet.clock.move(seconds=59)
    await posting.deliver(quiet.app, platform)
    assert len(platform.tries) == 1
    quiet.clock.move(seconds=1)
    assert await posting.deliver(quiet.app, platform) == 3


async def test_a_channel_that_refuses_again_and_again_rests(quiet: World, platform: Recorder) -> None:
    platform.failures.extend(("before", NotSent("forbidden", "Send Messages")) for _ in range(5))
    for _ in range(10):
        await put(quiet)
    await posting.deliver(quiet.app, platform)
    assert len(platform.tries) == len(await dead(quiet)) == 3
    quiet.clock.move(minutes=10)
    await posting.deliver(quiet.app, platform)
    assert len(platform.tries) == 4

    # An organiser has given us what we lacked.
    async with quiet.app.database.reading() as tx:
        (first, *_) = await outbox.dead(tx, quiet.community.id)
    platform.failures.clear()
    await posting.post_again(quiet.app, quiet.organiser, first.id)
    assert await posting.deliver(quiet.app, platform) == 7


async def test_too_many_refusals_stop_everything_and_nothing_is_lost(
    quiet: World, platform: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    async def many(tx: AsyncConnection) -> None:
        for number in range(150):
            await outbox.put(tx, quiet.community.id, "stage", f"channel-{number}", quiet.now)

    await quiet.app.database.writer.run(many)
    platform.failures.extend(("before", NotSent("forbidden")) for _ in range(200))
    await posting.deliver(quiet.app, platform)
    quiet.app.stale.add((quiet.community.id, 0))
    await painting.repaint(quiet.app, platform)
    assert len(platform.tries) == 100
    assert platform.painted == []
    assert [record.levelname for record in caplog.records].count("ERROR") == 1

    quiet.clock.move(minutes=10)
    await posting.deliver(quiet.app, platform)
    assert len(platform.tries) == 110
    found = await desk.desk(quiet.app, quiet.organiser)
    assert found.rests_until_ms == quiet.now + 20 * 60_000
    platform.failures.clear()
    quiet.clock.move(minutes=20)
    assert await posting.deliver(quiet.app, platform) == 40
    assert len(await dead(quiet)) == 110
    assert (await desk.desk(quiet.app, quiet.organiser)).rests_until_ms == 0


@BOTH_ENGINES
async def test_the_community_is_as_another_process_has_made_it(
    quiet: World, platform: Recorder, second: App
) -> None:
    await communities.by_number(quiet.app, quiet.community.id)
    owner = Person(quiet.community.id, "owner", can_set_up=True)
    await communities.set_up(second, owner, say_channel="elsewhere")
    await put(quiet)
    await posting.deliver(quiet.app, platform)
    assert [post.target for post in platform.messages.values() if post.card == "say"] == ["elsewhere"]


async def test_an_old_have_your_say_is_taken_away_even_if_not_at_once(
    quiet: World, platform: Recorder
) -> None:
    (first,) = platform.messages
    platform.remove_fails.append(NotSent("unknown"))
    for _ in range(2):
        await quiet.app.database.writer.run(
            lambda tx: outbox.put(tx, quiet.community.id, "stage", SAY, quiet.now)
        )
        await posting.deliver(quiet.app, platform)
    assert platform.cards().count("say") == 1
    assert first in platform.removed
    assert len(platform.removed) == 2


async def test_a_pass_ends_and_the_next_goes_on(
    quiet: World, platform: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "PASS_S", 0.0)
    await put(quiet)
    quiet.app.wake.clear()
    assert await posting.deliver(quiet.app, platform) == 0
    assert quiet.app.wake.is_set()
    monkeypatch.undo()
    assert await posting.deliver(quiet.app, platform) == 1
