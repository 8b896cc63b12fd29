"""What falls due in the soak of slots, and when: worked out beside the bot, without its schedule."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.rounds import DAY_MS
from bot.services import digests, drafts, initiatives
from bot.services.ports import App
from tests import plain
from tests.builders import HandClock, World, beginning, open_poll, set_up

BEGIN = datetime(2027, 8, 31, 12, tzinfo=UTC)  # a Tuesday everywhere; clocks change within a month or two
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "Africa/Casablanca")
REMINDED_MS, KEPT_MS = 3 * DAY_MS, 14 * DAY_MS
DIGESTS = ("every {}", "every day", "every weekday", "every two weeks on {}")

Key = tuple[int, str, int]
"""Community, act, and what it is about: 0 for nothing."""


@dataclass
class Town:
    """Several communities, what happens once there (UTC epoch ms), and what happens regularly."""

    once: dict[Key, int] = field(default_factory=dict)
    paces: dict[Key, tuple[str, int, time, ZoneInfo]] = field(default_factory=dict)

    def regular(self, key: Key, until_ms: int) -> Iterator[tuple[int, str]]:
        """Every slot of something regular: when, and the local day that it is for."""
        words, weekday, at, zone = self.paces[key]
        last = (datetime.fromtimestamp(until_ms / 1000, zone) + timedelta(days=1)).date()
        for due_ms, day in plain.slots(words, weekday, at, zone, milliseconds(BEGIN), last):
            if due_ms <= until_ms:
                yield due_ms, day


def milliseconds(moment: datetime) -> int:
    """UTC epoch milliseconds."""
    return round(moment.timestamp() * 1000)


async def build(app: App, communities: int, singles: int, days: int, chance: random.Random) -> Town:
    """Communities in five zones, each with its regulars; and so many single slots within so many days."""
    there, worlds = Town(), []
    assert isinstance(app.clock, HandClock)
    for number in range(communities):
        app.settings = replace(app.settings, time_zone=ZONES[number % len(ZONES)])
        worlds.append(await _community(app, there, number, chance))
    for number in range(singles // 4):
        await _poll(there, chance.choice(worlds), chance.uniform(8, days))
        await _promise(there, chance.choice(worlds), f"Project {number}", chance.uniform(0.1, days))
    begun = sorted(chance.uniform(0, max(1, days - 14)) for _ in range(singles // 4))
    for after in begun:
        app.clock.now = BEGIN + timedelta(days=after)
        await _draft(there, chance.choice(worlds))
    return there


async def _community(app: App, there: Town, number: int, chance: random.Random) -> World:
    world = await set_up(app, f"server-{number}")
    here, zone = world.community.id, world.community.zone
    weekday, at = chance.randrange(7), time(chance.randrange(24), chance.choice((0, 15, 30, 45)))
    words = chance.choice(DIGESTS)
    await digests.plan(app, world.organiser, f"{words.format(plain.WEEKDAYS[weekday])} {at:%H:%M}")
    there.paces[here, "digest", 0] = (words, weekday, at, zone)
    there.paces[here, "proof", 0] = ("every {}", 0, time(9), zone)
    there.paces[here, "news", 0] = ("every {}", 0, time(9), zone)
    there.paces[here, "worries", 0] = ("first {} of the month", 0, time(9), zone)
    there.paces[here, "retention", 0] = ("every day", 0, time(3, 30), zone)
    _promised(there, here, world.initiative.id, world.now, world.now + 60 * DAY_MS)
    return world


async def _poll(there: Town, world: World, days: float) -> None:
    asked = await open_poll(world, days=days)
    there.once[world.community.id, "close", asked.id] = world.now + round(days * DAY_MS)


async def _promise(there: Town, world: World, title: str, days: float) -> None:
    due_ms = world.now + round(days * DAY_MS)
    new = beginning(world.app, title, due_ms=due_ms)
    made = await initiatives.start(world.app, world.organiser, new)
    _promised(there, world.community.id, made.id, world.now, due_ms)


def _promised(there: Town, community: int, initiative: int, now_ms: int, due_ms: int) -> None:
    there.once[community, "promise", initiative] = due_ms
    if due_ms - REMINDED_MS > now_ms:
        there.once[community, "reminder", initiative] = due_ms - REMINDED_MS


async def _draft(there: Town, world: World) -> None:
    made = await drafts.begin(world.app, world.organiser, world.initiative.id, "pick")
    there.once[world.community.id, "lapse", made.id] = world.now + KEPT_MS
    there.once[world.community.id, "draft-soon", made.id] = world.now + KEPT_MS - REMINDED_MS
