"""What is due while the database takes nothing is tried again: nothing is half done, nothing is doubled."""

from __future__ import annotations

import asyncio
import errno
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import verify
from bot.domain.community import Community
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS, Round, State
from bot.services import answers, due, posting, rounds
from bot.services.ports import App
from bot.store import outbox
from bot.store.outbox import Post
from bot.store.schema import metadata
from tests.builders import (
    BOTH_ENGINES,
    HandClock,
    World,
    export,
    open_app,
    open_poll,
    outbox_of,
    residents,
    set_up,
)
from tests.disks import small
from tests.recorder import Recorder

PEOPLE, DISK_KB, MOST_WAVES = 12, 2048, 500
ONCE = ("result", "digest", "proof", "witness")
"""What is due by the time that the round closes, each to be said once."""
WORDS = {
    "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
    "postgresql": ("SET default_transaction_read_only = on", "RESET default_transaction_read_only"),
}


@asynccontextmanager
async def refusing(app: App) -> AsyncIterator[None]:
    """The one connection that writes takes nothing."""
    on, off = WORDS[app.database._writing.dialect.name]
    await _outside(app, on)
    try:
        yield
    finally:
        await _outside(app, off)


async def _outside(app: App, statement: str) -> None:
    """Execute something on the connection that writes, outside of any transaction."""
    async with app.database._writing.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute(statement)


@asynccontextmanager
async def failing_last(_: App) -> AsyncIterator[None]:
    """No room is left for what an act does last: to write down what is to be said of it."""

    async def put(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "put", put)
        yield


async def tables(app: App) -> dict[str, list[str]]:
    """Every row of every table."""
    async with app.database.reading() as tx:
        return {
            name: sorted(repr(tuple(row)) for row in await tx.execute(text(f'SELECT * FROM "{name}"')))  # noqa: S608
            for name in metadata.tables
        }


async def asked_and_answered(world: World) -> Round:
    """A round that closes now, with answers; a digest, a proof and a night's retention are due as well."""
    asked = await open_poll(world)
    for number, one in enumerate(await residents(world, PEOPLE)):
        await answers.answer(world.app, one, asked.id, [str(number % 2)])
    world.clock.move(days=(asked.closes_ms - world.now) / DAY_MS)
    return asked


async def try_again(world: World) -> int:
    """What the next hours' tries come to; how much of it was done."""
    done = 0
    for _ in range(4):
        done += await due.run_due(world.app, world.now)
        world.clock.move(hours=1)
    return done


async def all_done_once(world: World, asked: Round) -> None:
    look = await rounds.look(world.app, world.community.id, asked.id)
    assert look.result is not None
    assert look.result.counts == (PEOPLE // 2, PEOPLE // 2, 0)
    said = Counter(post.card for post in await outbox_of(world, *ONCE))
    assert said == Counter(ONCE)
    assert verify.check(await export(world)).ok


@BOTH_ENGINES
@pytest.mark.parametrize("trouble", [refusing, failing_last], ids=["refusing", "failing-last"])
async def test_what_is_due_in_trouble_is_not_begun_and_done_once_after(world: World, trouble: object) -> None:
    asked = await asked_and_answered(world)
    before = await tables(world.app)
    async with trouble(world.app):  # type: ignore[operator]
        # Retention, and news where nobody follows anything, say nothing: they alone can be done.
        assert await try_again(world) == 2 * (trouble is failing_last)
        after = await tables(world.app)
    untouched = {"round", "result", "outbox", "answer", "interaction", "disclosure", "head", "person"}
    for name in untouched if trouble is failing_last else after:
        assert after[name] == before[name], name
    assert await try_again(world) >= len(ONCE) - 1
    await all_done_once(world, asked)


@BOTH_ENGINES
async def test_nothing_is_sent_while_it_can_not_be_noted(quiet: World, platform: Recorder) -> None:
    await asked_and_answered(quiet)
    await try_again(quiet)
    async with refusing(quiet.app):
        for _ in range(2):
            with pytest.raises(Refusal, match="cannot-save"):
                await posting.deliver(quiet.app, platform)
            quiet.clock.move(hours=1)
        assert platform.tries == []
    await posting.deliver(quiet.app, platform)
    assert {card: platform.cards().count(card) for card in ONCE} == dict.fromkeys(ONCE, 1)


@BOTH_ENGINES
async def test_what_was_sent_as_the_disk_filled_is_not_sent_again(quiet: World, platform: Recorder) -> None:
    app, send = quiet.app, platform.send
    trouble = refusing(app)

    async def last(community: Community, post: Post) -> str:
        message = await send(community, post)
        await trouble.__aenter__()
        return message

    platform.send = last  # type: ignore[method-assign]
    await app.database.writer.run(
        lambda tx: outbox.put(tx, quiet.community.id, "stage", "elsewhere", quiet.now)
    )
    with pytest.raises(Refusal, match="cannot-save"):
        await posting.deliver(app, platform)
    await trouble.__aexit__(None, None, None)
    platform.send = send  # type: ignore[method-assign]
    for _ in range(3):
        quiet.clock.move(hours=1)
        await posting.deliver(app, platform)
    assert platform.cards().count("stage") == 1
    assert await outbox_of(quiet, "stage") == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with small(tmp_path, DISK_KB) as disk:
        yield disk


async def test_on_a_full_disk_a_slot_is_done_or_not_begun(small_disk: Path, clock: HandClock) -> None:
    async with closing(await set_up(await open_app(small_disk, clock))) as world:
        await _on_full_disk(world, await asked_and_answered(world), small_disk / "filler")


@asynccontextmanager
async def closing(world: World) -> AsyncIterator[World]:
    try:
        yield world
    finally:
        await world.app.database.close()


async def _on_full_disk(world: World, asked: Round, filler: Path) -> None:
    crowd, other = await residents(world, PEOPLE), await open_poll(world, days=20)
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1024)):
                pass
        except OSError:
            pass
    await _until_refused(world, crowd, other)
    for _ in range(4):
        await due.run_due(world.app, world.now)
        world.clock.move(hours=1)
        assert len(await _traces(world, asked)) == 1, "a slot is half done"
    assert await _traces(world, asked) == {False}, "the disk was not full"
    filler.unlink()  # noqa: ASYNC240 - in memory
    await try_again(world)
    await all_done_once(world, asked)


async def _until_refused(world: World, crowd: list[Person], other: Round) -> None:
    for wave in range(MOST_WAVES):
        pressed = (answers.answer(world.app, one, other.id, [str(wave % 2)]) for one in crowd)
        outcomes = await asyncio.gather(*pressed, return_exceptions=True)
        if all(isinstance(one, Refusal) for one in outcomes):
            return
    pytest.fail("nothing was refused")


async def _traces(world: World, asked: Round) -> set[bool]:
    """For each trace that closing a round leaves, whether it is there."""
    look = await rounds.look(world.app, world.community.id, asked.id)
    on_record = any('"act":"round-closed"' in line for line in await export(world))
    said = bool(await outbox_of(world, "result"))
    return {look.round.state is State.CLOSED, look.result is not None, on_record, said}
