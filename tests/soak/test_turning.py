"""kill -9 at the steps of a check-in's turn, of its reminder and of their sending: never anything twice."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.services import answers, due, taking
from bot.services.posting import LEASE_MS
from bot.store import schema
from tests.builders import World, residents
from tests.killing import KILLED, Killer, killer
from tests.services.test_checkins import started, times
from tests.soak.test_closing import rows

STEP = 5 if os.environ.get("FOLKMOOT_EXAMPLES", "1") == "1" else 1
SENDING = 3 * STEP if STEP > 1 else 1
"""Every day it is killed at some of its statements."""
PEOPLE, ANSWERED = 40, 6
PACE, DUE_MS, REMIND_MS = "every Monday 9:30am", 1_809_937_800_000, 1_810_110_600_000
"""Monday 10 May 2027, 9:30am in London, and two days later: nothing else comes at this time of the day."""
CARDS = ("asked", "reminded")

Check = Callable[[World], Awaitable[None]]


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_nobody_is_asked_or_reminded_twice_over_kills(world: World, tmp_path: Path) -> None:
    one = await started(world, PACE, direct=True)
    crowd = await residents(world, PEOPLE)
    for who in crowd:
        await taking.opt_in(world.app, who, one.id)
    sent, done = tmp_path / "sent", crowd[:ANSWERED]
    everybody, others = ({who.platform_id for who in some} for some in (crowd, crowd[ANSWERED:]))
    with killer("tests.soak.turning") as killing:
        await _until_it_lives(world, killing, DUE_MS, _is_whole)
        [asked] = await times(world, one)
        assert await _written(world, "asked") == Counter(everybody)
        lost = await _until_it_lives(world, killing, DUE_MS, _none, sent)
        _check_sent(sent, "asked", everybody, lost)
        for who in done:
            await answers.answer(world.app, who, asked.id, ["scale1", "2"])
        await _until_it_lives(world, killing, REMIND_MS, _is_whole)
        assert await _written(world, "reminded") == Counter(others)
        lost = await _until_it_lives(world, killing, REMIND_MS, _none, sent)
        _check_sent(sent, "reminded", others, lost)
        for at_ms in (DUE_MS, REMIND_MS, REMIND_MS + LEASE_MS):  # clocks of two machines may differ
            assert await asyncio.to_thread(killing.run, 0, world.app.settings.database, at_ms) == 0
    assert [each.id for each in await times(world, one)] == [asked.id]
    contacts = Counter(row.what for row in await rows(world, schema.contact))
    assert contacts == {"asked": PEOPLE, "reminded": PEOPLE - ANSWERED}
    posts = [row for row in await rows(world, schema.outbox) if row.card in CARDS]
    assert Counter(row.card for row in posts) == contacts
    assert {row.state for row in posts} <= {"sent", "dead"}


async def _until_it_lives(world: World, killing: Killer, at_ms: int, check: Check, *file: Path) -> int:
    """Kill it later and later, until there is nothing left to be killed at; how often it was killed."""
    if not file:  # else it would die in what else is due, and the next life begin behind what this is about
        await due.run_due(world.app, at_ms - 1)
    statement, lives = 1, 0
    while True:
        url = world.app.settings.database
        # What a dead one had begun to send is its own for a while.
        now = at_ms + lives * (LEASE_MS + 1) if file else at_ms
        code = await asyncio.to_thread(killing.run, statement, url, now, *file)
        await check(world)
        if code != KILLED:
            assert (code, lives > 4) == (0, True)
            return lives
        lives, statement = lives + 1, statement + (SENDING if file else STEP)


async def _is_whole(world: World) -> None:
    """Whatever happened is there as a whole: the round with its close, each contact with its post."""
    found = [row for row in await rows(world, schema.round_) if row.checkin]
    assert len(found) <= 1
    acts = Counter(row.act for row in await rows(world, schema.interaction))
    assert acts["round-opened"] == len(found)
    assert not await rows(world, schema.missed_turn)  # as if its turn had come once more
    closes = [row.subject for row in await rows(world, schema.schedule) if row.act == "close"]
    assert closes == [row.id for row in found]
    names = {row.person: row.platform_id for row in await rows(world, schema.identity)}
    contacts = await rows(world, schema.contact)
    for card in CARDS:
        reached = Counter(names[row.person] for row in contacts if row.what == card)
        written = await _written(world, card)
        # What was settled has lost its target: nothing tells any more whom it was for.
        assert written.pop("", 0) + written.total() == reached.total()
        assert not written - reached


async def _none(_: World) -> None:
    return None


async def _written(world: World, card: str) -> Counter[str]:
    """To whom there is a post of this card."""
    return Counter(row.target for row in await rows(world, schema.outbox) if row.card == card)


def _check_sent(file: Path, card: str, those: set[str], kills: int) -> None:
    """Nobody else, nobody twice; and no kill kept more than one message from being sent."""
    lines = Counter(file.read_text().splitlines())
    sent = {who for who in those if lines[f"{who} {card}"] == 1}
    assert sum(count for line, count in lines.items() if line.endswith(f" {card}")) == len(sent)
    assert len(those) - len(sent) <= kills
