"""kill -9 at every step of the close of answers without names: none is lost, none doubled, the key goes."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.asks import AskField, FieldKind
from bot.domain.rounds import Round
from bot.services import sealed_answers
from bot.services.sealing import HOLD_MS
from bot.store import schema
from tests.builders import World, open_form, open_poll, residents
from tests.killing import KILLED, killer

STEP = 5 if os.environ.get("FOLKMOOT_EXAMPLES", "1") == "1" else 1
"""Every day it is killed at some of its statements."""
PEOPLE = 11
FIELDS = (
    AskField("was", FieldKind.ONE, "Was it so?", options=("yes", "no")),
    AskField("else", FieldKind.LONG, "What else?"),
)


async def filled(world: World) -> tuple[Round, Round, Counter[str]]:
    """A poll and a form that close at one time, and what will stand in the clear."""
    form = await open_form(world, FIELDS)
    poll = await open_poll(world, sealed=True)  # at the same time: the clock stands still
    clear: Counter[str] = Counter()
    for number, who in enumerate(await residents(world, PEOPLE)):
        place, words = number % 2, f"Text {number}."
        await sealed_answers.answer(world.app, who, poll.id, [str(place)])
        await sealed_answers.answer(world.app, who, form.id, ["was", str(place), "else", words])
        clear.update([f"{poll.id} [{place}]", f"{form.id} [0, {place}]", f"{form.id} {words}"])
    return poll, form, clear


async def rows(world: World, table: Any) -> list[Any]:
    async with world.app.database.reading() as tx:
        return list(await tx.execute(select(table)))


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_a_close_that_is_killed_anywhere_loses_and_doubles_nothing(world: World) -> None:
    poll, form, clear = await filled(world)
    files = [world.app.keys_folder / f"{one.community}-{one.id}.key" for one in (poll, form)]
    at_ms, statement, lives, closed = poll.closes_ms, 1, 0, 0
    with killer("tests.soak.closing") as killing:
        while True:
            url = world.app.settings.database
            code = await asyncio.to_thread(killing.run, statement, url, at_ms)
            if code != KILLED:
                break
            lives, at_ms = lives + 1, at_ms + HOLD_MS + 1  # the hold of the one that died has run out
            states = {row.id: row.state for row in await rows(world, schema.round_)}
            for one, file in zip((poll, form), files, strict=True):
                assert file.exists() or states[one.id] == "closed"  # or all would be lost
            over = sum(states[one.id] == "closed" for one in (poll, form))
            statement, closed = (1, over) if over > closed else (statement + STEP, over)
    assert code == 0
    assert (closed, lives > 10) == (2, True)
    given = Counter(f"{row.round} {row.value}" for row in await rows(world, schema.released_answer))
    given.update(f"{row.round} {row.words}" for row in await rows(world, schema.comment))
    assert given == clear
    assert not await rows(world, schema.sealed_answer)
    assert not any(file.exists() for file in files)
    posts = [row.once for row in await rows(world, schema.outbox) if row.card == "result"]
    assert sorted(posts) == sorted(f"result:{one.id}" for one in (poll, form))
    acts = Counter(row.act for row in await rows(world, schema.interaction))
    assert acts["round-closed"] == 2
