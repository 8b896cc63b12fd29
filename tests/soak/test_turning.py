"""kill -9 at the steps of a check-in's turn and of its reminder: asked once, reminded once, never more."""

from __future__ import annotations

import asyncio
import os
from collections import Counter

import pytest

from bot.services import taking
from bot.store import schema
from tests.builders import World, residents
from tests.killing import KILLED, killer
from tests.services.test_checkins import started
from tests.soak.test_closing import rows

STEP = 5 if os.environ.get("FOLKMOOT_EXAMPLES", "1") == "1" else 1
"""Every day it is killed at some of its statements."""
PEOPLE = 12
DUE_MS, REMIND_MS = 1_809_936_000_000, 1_810_108_800_000
"""Monday 10 May 2027, 9am in London, and two days later."""


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_nobody_is_asked_or_reminded_twice_over_kills(world: World) -> None:
    one = await started(world, direct=True)
    for who in await residents(world, PEOPLE):
        await taking.opt_in(world.app, who, one.id)
    lives = 0
    with killer("tests.soak.turning") as killing:
        for at_ms in (DUE_MS, DUE_MS, REMIND_MS, REMIND_MS):
            statement = 1
            while True:
                url = world.app.settings.database
                code = await asyncio.to_thread(killing.run, statement, url, at_ms)
                if code != KILLED:
                    break
                lives, statement = lives + 1, statement + STEP
            assert code == 0
    assert lives > 8
    assert [row.checkin for row in await rows(world, schema.round_) if row.checkin] == [one.id]
    contacts = Counter((row.person, row.what) for row in await rows(world, schema.contact))
    assert sorted(contacts.values()) == [1] * 2 * PEOPLE
    posts = Counter(
        (row.target, row.card) for row in await rows(world, schema.outbox) if row.place == "person"
    )
    asked = {key: count for key, count in posts.items() if key[1] in ("asked", "reminded")}
    assert sorted(asked.values()) == [1] * 2 * PEOPLE
