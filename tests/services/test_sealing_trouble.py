"""Rounds without names where something is amiss: clocks that differ, keys on disks that go or are full."""

from __future__ import annotations

import asyncio
import resource
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.refusals import Refusal
from bot.services import sealed_answers, sealing
from bot.store import keys as key_files
from bot.store import schema, sealed
from tests.builders import BOTH_ENGINES, World, open_poll, outbox_of
from tests.services.test_sealing import closed, filled, key_file, rows, sealing_goes_on


@BOTH_ENGINES
async def test_no_answer_comes_once_a_close_has_begun_whatever_a_clock_says(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, crowd, codes = await filled(world)
    release, outcomes = sealing._Close._release, list[Any]()

    async def released_and_changed(*args: Any) -> None:
        await release(*args)
        world.clock.move(days=-8)  # a process whose clock is behind, or a ballot that waited long
        change = sealed_answers.change(world.app, crowd[0], asked.id, ["1"], codes[0])
        outcomes.extend(await asyncio.gather(change, return_exceptions=True))
        world.clock.move(days=8)

    monkeypatch.setattr(sealing._Close, "_release", released_and_changed)
    look = await closed(world, asked)
    assert [one.code for one in outcomes if isinstance(one, Refusal)] == ["round-closed"]
    assert look.result is not None
    assert look.result.counts == (5, 6, 0)


async def test_a_folder_that_goes_away_during_the_close_keeps_no_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, _, _ = await filled(world)
    folder, count = world.app.keys_folder, sealed.released_count
    away = folder.with_name(f"{folder.name}-away")

    async def counted_and_away(*args: Any) -> int:
        folder.rename(away)
        return await count(*args)

    monkeypatch.setattr(sealed, "released_count", counted_and_away)
    await closed(world, asked)
    assert not await outbox_of(world, "result")  # its key is still somewhere
    away.rename(folder)
    await sealing_goes_on(world)
    assert not key_file(world, asked).exists()
    assert len(await outbox_of(world, "result")) == 1


async def test_a_key_that_is_written_in_part_opens_nothing(world: World) -> None:
    asked = await open_poll(world, sealed=True)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (key_files.LENGTH // 2, limits[1]))
    try:  # as on a disk that has room for half of it
        with pytest.raises(OSError, match="No space"):
            key_files.make(world.app.keys_folder, asked.community, asked.id + 1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [file.name for file in world.app.keys_folder.glob("*.key")] == [key_file(world, asked).name]


async def test_a_box_under_somebody_elses_mark_is_no_answer(world: World) -> None:
    asked, _, _ = await filled(world)
    table = schema.sealed_answer

    async def one_for_all(tx: AsyncConnection) -> None:
        first = select(table.c.box).order_by(table.c.mark).limit(1).scalar_subquery()
        await tx.execute(update(table).values(box=first))

    await world.app.database.writer.run(one_for_all)
    look = await closed(world, asked)  # or who can write to the database would see what one person said
    assert look.result is not None
    assert (look.result.outcome, look.result.answers) == ("lost", 0)
    assert not await rows(world, schema.released_answer)
