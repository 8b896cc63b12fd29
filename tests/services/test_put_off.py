"""What Discord puts off goes on as soon as it may, and not at the next time that the heart looks anyway."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import wiring
from bot.services import posting
from bot.services.ports import App, NotSent
from bot.settings import Timing
from bot.store import outbox
from tests.builders import BOTH_ENGINES, SQLITE_ONLY, World, open_app, set_up
from tests.recorder import Recorder


async def waits(app: App) -> bool:
    """Whether something is still to be said."""
    async with app.database.reading() as tx:
        return bool(await outbox.ready(tx, 2**60, 1))


@SQLITE_ONLY
@pytest.mark.parametrize(
    ("how", "least_s"),
    [
        (NotSent("limited", wait_s=0.7), 0.7),
        (NotSent("limited", "global", wait_s=0.7), 0.7),
        (NotSent("unknown", "500"), 1.0),
    ],
    ids=str,
)
async def test_what_was_put_off_is_said_when_it_may_be(
    database_url: str, monkeypatch: pytest.MonkeyPatch, how: NotSent, least_s: float
) -> None:
    monkeypatch.setattr(posting, "BACK_OFF_S", (1,))
    app = await open_app(database_url, wiring.MachineClock())
    app.settings = replace(app.settings, timing=Timing(tick_seconds=3600, repaint_seconds=6))
    world, platform = await set_up(app), Recorder(app)
    clock, number = asyncio.get_running_loop().time, world.community.id
    for _ in range(2):
        await app.database.writer.run(lambda tx: outbox.put(tx, number, "proof", "elsewhere", world.now))
    platform.failures.append(("before", how))
    platform.paint_fails.append(NotSent("limited", wait_s=0.7))
    app.stale.add((number, 0))
    began = clock()
    async with wiring.beating(app, platform):
        async with asyncio.timeout(30):
            while app.stale or await waits(app):  # noqa: ASYNC110 - the heart sets no event
                await asyncio.sleep(0.01)
    assert least_s <= clock() - began < least_s + 3
    await app.database.close()


@BOTH_ENGINES
async def test_the_next_moment_of_a_post_is_of_one_that_is_still_to_be_said(world: World) -> None:
    async with world.app.database.reading() as tx:
        assert await outbox.next_moment(tx, world.now + 1000) is None

    async def work(tx: AsyncConnection) -> None:
        for seconds in (0, 9, 5, 7):
            await outbox.put(tx, world.community.id, "proof", "elsewhere", world.now + seconds * 1000)
        [one] = [one for one in await outbox.ready(tx, 2**60, 9) if one.next_ms == world.now + 5000]
        await outbox.note(tx, one, state="dead")

    await world.app.database.writer.run(work)
    async with world.app.database.reading() as tx:
        assert await outbox.next_moment(tx, world.now) == world.now + 7000
        assert await outbox.next_moment(tx, world.now + 7000) == world.now + 9000
