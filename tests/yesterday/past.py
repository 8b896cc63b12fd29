"""A server in which something of everything has happened and was said."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.domain.checkins import Life
from bot.domain.people import Person
from bot.domain.rounds import DAY_MS
from bot.domain.stages import Stage
from bot.services import (
    answers,
    checkins,
    communities,
    contributions,
    due,
    following,
    initiatives,
    merging,
    moderating,
    offers,
    promises,
    reviewing,
    rounds,
    worries,
)
from bot.store import checkins as stored
from bot.store import outbox
from tests import builders, lived_in
from tests.builders import HandClock, World, sqlite_url, wording
from tests.gateway import GUILD, MODERATORS, ORGANISERS, OWNER, SAY
from tests.journeys.server import OFFICERS, Server
from tests.yesterday.server import PEOPLE, Town

COUNCILLORS, AWAY = 700000000000000012, 700000000000000050
"""A role; a server that the bot has left."""
CONTACT, WITNESS = PEOPLE + 901, PEOPLE + 902
FRESH = {"state": "waiting", "attempts": 0, "attempted_ms": 0, "sent_ms": 0, "message": "", "trouble": ""}


@dataclass
class Past:
    """A server in use, and one post of each card as it was written, before it was sent."""

    server: Server
    clock: HandClock
    posts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def keep(self) -> None:
        """Keep the posts that wait, one of each card and kind of facts."""
        with closing(sqlite3.connect(self.file)) as there:
            there.row_factory = sqlite3.Row
            painted = "card IN ('say', 'queue')"
            for row in there.execute(
                f"SELECT * FROM outbox WHERE (state = 'waiting' OR {painted}) AND community = 1"  # noqa: S608
            ):
                facts = " ".join(sorted(json.loads(row["facts"])))
                self.posts[row["card"], facts] = dict(row) | FRESH

    @property
    def file(self) -> str:
        return self.server.app.settings.database.removeprefix("sqlite+aiosqlite:///")

    async def settle(self) -> None:
        """Do what is due, keep what then waits, and let it be said."""
        await due.run_due(self.server.app, self.clock.now_ms())
        self.keep()
        await self.server.settle()
        self.keep()
        await self.server.settle()

    async def wait(self, **by: float) -> None:
        self.clock.move(**by)
        await self.settle()


def numbered(world: World, number: int | str, *roles: str) -> Person:
    """Somebody with a number as Discord gives them."""
    place = number if isinstance(number, int) else 100 + sum(map(ord, number))
    return Person(world.community.id, str(PEOPLE + place), frozenset(roles))


async def lived(app: Any) -> World:
    """What ``lived_in`` makes, with numbers as Discord gives them."""
    builders.stranger = lived_in.stranger = numbered  # type: ignore[attr-defined]
    builders.ORGANISER = lived_in.ORGANISER = str(ORGANISERS)  # type: ignore[attr-defined]
    builders.OFFICER = lived_in.OFFICER = str(OFFICERS)  # type: ignore[attr-defined]
    builders.COUNCILLOR = str(COUNCILLORS)
    made = builders.set_up

    async def set_up(app: Any, server: str = str(GUILD)) -> World:
        guild = str(AWAY) if server == "server-2" else server
        world = await made(app, guild, say=str(SAY), moderators=str(MODERATORS), witness=str(WITNESS))
        owner = Person(world.community.id, str(OWNER), can_set_up=True)
        await communities.set_up(app, owner, safeguarding_contact=str(CONTACT))
        world.organiser = Person(world.community.id, str(OWNER), frozenset({str(ORGANISERS)}))
        return world

    lived_in.set_up = set_up  # type: ignore[assignment, attr-defined]
    world = await lived_in.lived_in(app)
    async with app.database.alone() as tx:  # of the one message that it makes an idea of
        await tx.execute(text(f"UPDATE outbox SET target = '{SAY}' WHERE target = 'channel'"))  # noqa: S608
        author = f"channel = '{SAY}', author = '{PEOPLE + 5}' WHERE channel = 'channel'"
        await tx.execute(text(f"UPDATE offer SET {author}"))  # noqa: S608
    return world


async def past(folder: Path) -> Past:
    """A server in which something of everything has happened and was said."""
    clock = HandClock()
    (folder / "town").mkdir()
    server = Town(sqlite_url(folder / "town"), clock, wording())
    await server.start()
    there = Past(server, clock)
    world = await lived(server.app)
    await there.settle()
    await asked_directly(there, world)
    await more(there, world)
    await odd_cards(there, world)
    for _ in range(3):
        await there.wait(days=2)
    await server.stop()
    clock.move(days=3)  # what closes meanwhile does so late
    await server.start()
    world.app = server.app
    await there.settle()
    await newest(world)
    await there.settle()
    await there.wait(hours=13)  # those who asked for it are reminded
    return there


async def asked_directly(there: Past, world: World) -> None:
    """A check-in by private message: one answers, one is reminded, and the result is told."""
    round_of = "SELECT max(id) FROM round WHERE checkin = 1 AND state = 'open'"
    asked = await there.server.one(round_of)
    form = (await rounds.look(world.app, world.community.id, asked)).round.form
    said = [part for one in form for part in (one.name, "Dark" if one.is_text else "0")]
    await answers.answer(world.app, numbered(world, 0), asked, said)
    for _ in range(4):
        await there.wait(hours=8.25)


async def more(there: Past, world: World) -> None:
    """What lived_in does not do: everything that leads to a card of its own."""
    app, organiser = world.app, world.organiser
    crowd = [numbered(world, number) for number in range(4)]
    done = await initiatives.start(app, organiser, builders.beginning(app, "Benches"))
    await initiatives.move_stage(app, organiser, done.id, Stage.OPTIONS, "We know enough now.")
    await promises.keep(app, organiser, done.id, "Benches", "Two of them", "No roof")
    await initiatives.close(app, organiser, done.id, "All is done.")
    soon = app.clock.now_ms() + 5 * DAY_MS
    await initiatives.start(app, organiser, builders.beginning(app, "A late one", due_ms=soon))
    await worries.send(app, crowd[0], "He waits at the gate.", "After school", server="Mill Town", which=1)
    asked = await builders.open_ask(world, "What else?")
    link = f"https://discord.com/channels/{GUILD}/{SAY}/1"
    begun = await offers.begin(app, organiser, crowd[1].platform_id, str(SAY), link)
    offer = await offers.ask(app, organiser, begun.id, asked.id, ["A bench"])
    await there.settle()
    await offers.refuse(app, crowd[1], offer.id)
    mine = [
        await contributions.contribute(app, one, asked.id, [f"Idea of {place}"])
        for place, one in enumerate(crowd)
    ]
    for one in mine[:3]:
        await moderating.accept(app, organiser, one.id)
    await following.follow(app, crowd[3], mine[2].id)
    await moderating.outcome(app, organiser, mine[2].id, "decided", "Yes")
    joined = await merging.merge(app, organiser, [one.id for one in mine[:2]], "Both")
    await there.settle()
    await merging.undo(app, organiser, joined.id)
    form = await there.server.one("SELECT max(round) FROM comment WHERE state = 'waiting' AND community = 1")
    while (found := (await reviewing.next_waiting(app, organiser, form))[1]) is not None:
        await reviewing.settle(app, organiser, form, found.id)
    await reviewing.release(app, organiser, form)


async def odd_cards(there: Past, world: World) -> None:
    """Cards that it takes months, or a backup, to come to."""
    now = there.clock.now_ms()
    asks = partial(stored.change, number=world.community.id, which=2, state=Life.ASKS)
    await there.server.app.database.writer.run(asks)
    for card, facts in (
        ("restored", {"backup_ms": now - DAY_MS, "rows": 9}),
        ("checkin-paused", {"checkin": 1}),
        ("checkin-asks", {"checkin": 2}),
    ):
        put = partial(
            outbox.put, number=world.community.id, card=card, target=str(MODERATORS), now_ms=now, facts=facts
        )
        await there.server.app.database.writer.run(lambda tx, put=put: put(tx))  # type: ignore[misc]
    await there.settle()


async def newest(world: World) -> None:
    """Something of every kind that has just been opened, and so stays open for whoever finds it."""
    app, organiser = world.app, world.organiser
    crowd = [numbered(world, number) for number in range(6)]
    await lived_in.ideas_in(world, crowd, await builders.resident(world, 7))
    await lived_in.a_weighing_in(world, crowd, await builders.resident(world, 8))
    await lived_in.sealed_in(world, crowd)
    still = await builders.open_poll(world, "Where now?")
    await answers.answer(app, crowd[0], still.id, ["1"])
    await lived_in.trial_in(world, crowd[3:])
    begun = await offers.begin(
        app, organiser, crowd[2].platform_id, str(SAY), "https://discord.com/channels/1/2/4"
    )
    asked = await lived_in._an_ask(app, world)
    await offers.ask(app, organiser, begun.id, asked, ["A lamp"])
    await checkins.run_now(app, organiser, 1)
