"""The hot path's statements: each key is looked up, and no error of a driver escapes."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from bot.domain.rounds import Asked
from bot.services.ports import App
from bot.store import answers, direct, interactions, people, rounds
from bot.store.schema import head
from tests.builders import SQLITE_ONLY, World, open_poll, resident

SEARCHES = (
    answers._of_keys,
    interactions._heads,
    people._of_keys,
    rounds._of_keys,
    rounds._of_keys_to_answer,
)


@SQLITE_ONLY
@pytest.mark.parametrize("search", SEARCHES)
async def test_no_search_reads_a_whole_table(app: App, search: direct.Search) -> None:
    statement, _ = direct._select(search, "sqlite", 4)
    for parameter in range(statement.count("?")):
        statement = statement.replace("?", f"'{parameter}'", 1)
    async with app.database.reading() as tx:
        plan = [row.detail for row in await tx.execute(text(f"EXPLAIN QUERY PLAN {statement}"))]
    assert any("SEARCH" in step for step in plan)
    assert [step for step in plan if step.startswith("SCAN ")] == ["SCAN 4 CONSTANT ROWS", "SCAN wanted"]


@pytest.mark.parametrize("count", [1, 2, 3, 5])
async def test_every_key_is_found_once_and_no_other(world: World, count: int) -> None:
    there = [await resident(world, number) for number in range(6)]
    wanted = [(one.community, one.platform_id) for one in there[:count]]
    async with world.app.database.reading() as tx:
        found = await people.find_many(tx, [*wanted, *wanted, (world.community.id, "nobody"), (99, "user-1")])
        assert list(await people.find_many(tx, [])) == []
    assert sorted(found) == sorted(wanted)


async def test_rounds_come_with_what_is_needed_to_answer_them(world: World) -> None:
    asked = await open_poll(world)
    async with world.app.database.reading() as tx:
        found = await rounds.to_answer(tx, [(asked.community, asked.id), (asked.community, 99)])
    on = world.initiative
    assert found == {(asked.community, asked.id): Asked(asked, on.title, on.ages)}


def _second_head(_: direct.Tx) -> UpdateBase:
    return insert(head)


async def test_a_drivers_error_is_one_that_the_writer_knows(world: World) -> None:
    async def again(tx: AsyncConnection) -> None:
        row = {"community": world.community.id, "number": 7, "hash": b"people's words", "shown": 0}
        await direct.write(tx, _second_head, [row])

    with pytest.raises(Exception, match="cannot-save") as refused:
        await world.app.database.writer.run(again)
    error = refused.value.__cause__
    assert isinstance(error, DBAPIError)
    assert "people's words" not in str(error)
