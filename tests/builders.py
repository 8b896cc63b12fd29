"""What most tests begin with: a clock moved by hand, a community, an initiative, people, a poll."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from sqlalchemy import make_url

from bot import wiring
from bot.domain.asks import AskField
from bot.domain.community import Community
from bot.domain.forms import FORM
from bot.domain.initiatives import Initiative
from bot.domain.people import Ages, Person, Standing
from bot.domain.promises import Influence
from bot.domain.rounds import DAY_MS, Round
from bot.services import communities, drafts, due, initiatives, people, presence, records, retention
from bot.services.ports import App, Clock
from bot.settings import Settings
from bot.store import outbox
from bot.store.database import open_database
from bot.store.outbox import Post
from bot.wording import Wording

ORGANISER, OFFICER, COUNCILLOR = "role-org", "role-officer", "role-councillor"
MODERATORS, SAY = "channel-moderators", "channel-say"
HARD = (
    "Which active travel corridor should the authority prioritise for implementation, considering the "
    "outcome of the statutory consultation with stakeholders, the available capital expenditure and the "
    "operational requirements of the strategic road network?"
)
"""A question that is hard to read."""
START = datetime(2027, 5, 3, 9, tzinfo=UTC)  # a Monday


BOTH_ENGINES = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
"""For what may differ by engine: statements, their order and pages, and what happens at once."""
EMPTY_ON_BOTH = pytest.mark.parametrize("empty_url", ["sqlite", "postgresql"], indirect=True)
"""For what becomes of a database of an earlier version."""
SQLITE_ONLY = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For tests of what only SQLite has: its files, its pragmas."""
POSTGRESQL_ONLY = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def unshrunk(test: Callable[..., Any]) -> Callable[..., Any]:
    """For properties of the database: to shrink what is slow and draws random numbers takes minutes."""
    return settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])(test)


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def now_ms(self) -> int:
        return round(self.now.timestamp() * 1000)

    def move(self, **by: float) -> int:
        """On by ``days=``, ``hours=``, ``minutes=``, ...; the time it then is (UTC epoch ms)."""
        self.now += timedelta(**by)
        return self.now_ms()

    def set(self, text: str) -> int:
        """To a moment in UTC, such as ``2027-10-31 09:00``."""
        self.now = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return self.now_ms()


def sqlite_url(folder: Path) -> str:
    """The address of the database file ``folkmoot.db`` in a folder."""
    return f"sqlite+aiosqlite:///{folder / 'folkmoot.db'}"


@cache
def wording() -> Wording:
    """All sentences, read once."""
    return wiring.load_wording()


_EMPTY: list[bytes] = []


async def place_empty_database(folder: Path) -> None:
    """The file ``folkmoot.db`` with all tables and no rows: copied, because to make it is half of a town."""
    place = folder / "folkmoot.db"
    if not _EMPTY:
        await (await open_database(sqlite_url(folder))).close()
        _EMPTY.append(place.read_bytes())
    place.write_bytes(_EMPTY[0])


def _lacks_one(folder: Path) -> bool:
    return folder.is_dir() and not (folder / "folkmoot.db").exists()


async def open_app(where: Path | str, clock: Clock, chosen: Settings | None = None) -> App:
    """An app on the database at an address, or on the file ``folkmoot.db`` in a folder.

    In a folder without that file, one with all tables is copied; at an address, the bot makes its own.
    """
    if isinstance(where, Path) and _lacks_one(where):
        await place_empty_database(where)
    url = where if isinstance(where, str) else sqlite_url(where)
    server = make_url(url).query.get("host")  # the folder of a test's own PostgreSQL, which goes with it
    keys = f"{server}/keys-{make_url(url).database}" if server else ""
    settings = replace(chosen or Settings(), database=url, keys=keys)
    return await wiring.opened(settings, clock)


@dataclass
class World:
    """A community that has been set up, an organiser of it, and an initiative with its promise."""

    app: App
    community: Community
    organiser: Person
    initiative: Initiative

    @property
    def clock(self) -> HandClock:
        """The clock of the test."""
        assert isinstance(self.app.clock, HandClock)
        return self.app.clock

    @property
    def now(self) -> int:
        """UTC epoch milliseconds."""
        return self.app.clock.now_ms()


async def set_up(
    app: App,
    server: str = "server-1",
    *,
    say: str = SAY,
    moderators: str = MODERATORS,
    witness: str = "witness-1",
) -> World:
    """A community with everything it needs; its initiative promises to tell people within 60 days."""
    community = await communities.community_of(app, "discord", server)
    owner = Person(community.id, f"owner-of-{server}", can_set_up=True)
    for meaning, role in (("organiser", ORGANISER), ("officer", OFFICER), ("councillor", COUNCILLOR)):
        await communities.set_roles(app, owner, meaning, [role])
    community = await communities.set_up(
        app, owner, moderators_channel=moderators, say_channel=say, lead_contact="Ana, 020 7946 0000",
        safeguarding_contact="contact-1", help_lines="Samaritans: 116 123", witness=witness,
    )  # fmt: skip
    organiser = Person(community.id, f"organiser-of-{server}", frozenset({ORGANISER}))
    initiative = await initiatives.start(app, organiser, beginning(app))
    return World(app, community, organiser, initiative)


def beginning(
    app: App, title: str = "Safer walk to Mill Road School", **changes: Any
) -> initiatives.Beginning:
    """What it takes to start an initiative."""
    said: dict[str, Any] = {
        "ages": Ages.BOTH, "level": Influence.TOGETHER, "fixed": "The budget of 40,000 pounds.",
        "decides": "The transport committee.", "due_ms": app.clock.now_ms() + 60 * DAY_MS,
    }  # fmt: skip
    return initiatives.Beginning(title, **said | changes)


def stranger(world: World, number: int | str, *roles: str) -> Person:
    """Somebody in the community whom we do not know."""
    return Person(world.community.id, f"user-{number}", frozenset(roles))


async def resident(world: World, number: int | str, *roles: str, ages: str = "adults") -> Person:
    """Somebody in the community who has read the privacy notice."""
    person = stranger(world, number, *roles)
    await people.go_on(world.app, person, ages)
    return person


async def residents(world: World, count: int) -> list[Person]:
    """Several of them."""
    return await asyncio.gather(*(resident(world, number) for number in range(count)))


async def are_here(world: World, *those: Person) -> None:
    """Let people press something, whatever it is, and let it be written down that they were here."""
    for one in those:
        presence.note(world.app, one)
    await presence.keep(world.app)


async def forget_what_is_owed(app: App) -> None:
    """Do all that a night owes, however long it takes."""
    await retention.finish(app, math.inf)


async def draft_poll(
    world: World,
    question: str = "Where should the crossing be?",
    options: Sequence[str] = ("By the school", "By the shop", "By the park"),
    days: float = 8,
    kind: str = "pick",
    audience: frozenset[Standing] = frozenset(),
    initiative: int = 0,
    **changes: Any,
) -> Round:
    """A draft that lacks nothing."""
    app, organiser = world.app, world.organiser
    begun = await drafts.begin(app, organiser, initiative or world.initiative.id, kind)
    closes = world.now + round(days * DAY_MS)
    return await drafts.change(
        app, organiser, begun.id, question=question, options=options, closes_ms=closes, audience=audience,
        **changes,
    )  # fmt: skip


async def open_poll(world: World, *args: Any, **changes: Any) -> Round:
    """An open round; arguments as for :func:`draft_poll`."""
    made = await draft_poll(world, *args, **changes)
    return await drafts.publish(world.app, world.organiser, made.id)


async def open_ask(world: World, question: str = "What is the walk like?", ask: str = "problem") -> Round:
    """An open ask."""
    app, organiser = world.app, world.organiser
    begun = await drafts.begin(app, organiser, world.initiative.id, "ask", ask=ask)
    closes = world.now + 8 * DAY_MS
    await drafts.change(app, organiser, begun.id, question=question, closes_ms=closes)
    return await drafts.publish(app, organiser, begun.id)


async def open_form(
    world: World, form: Sequence[AskField], *, closed_in: float = 8, sealed: bool = True
) -> Round:
    """An open form; ``closed_in`` is in days."""
    app, organiser = world.app, world.organiser
    begun = await drafts.begin(app, organiser, world.initiative.id, FORM, form=tuple(form), sealed=sealed)
    closes = world.now + round(closed_in * DAY_MS)
    await drafts.change(app, organiser, begun.id, question="How was the walk?", closes_ms=closes)
    return await drafts.publish(app, organiser, begun.id)


async def close_at_its_time(world: World, asked: Round) -> None:
    """Move the clock to a round's closing time, and do what is then due."""
    world.clock.now = datetime.fromtimestamp(asked.closes_ms / 1000, UTC)
    await due.run_due(world.app, world.now)


async def outbox_of(world: World, *cards: str) -> list[Post]:
    """What waits to be said, whenever that is; only some cards where they are named."""
    async with world.app.database.reading() as tx:
        posts = await outbox.ready(tx, 2**60, 10_000)
    return [
        post for post in posts if post.community == world.community.id and post.card in (cards or [post.card])
    ]


def everywhere(_: str) -> bool:
    """Whether a process serves a community: it does, as if it were the only one."""
    return True


async def export(world: World) -> list[str]:
    """The lines of the community's record."""
    return [line async for line in records.record_lines(world.app, world.community.id)]


ROW = ("number", "day", "initiative", "round", "stage", "act", "who", "said", "salt", "words")


def row_of(line: str) -> dict[str, Any]:
    """A row of an exported record by its parts' names; its ``words`` are read where it discloses any."""
    row = dict(zip(ROW, json.loads(line), strict=False))
    return row | {"words": json.loads(row["words"])} if "words" in row else row


def places_of(folder: Path, *canaries: bytes) -> list[str]:
    """The files of a folder that hold one of the canaries, in any encoding that we use."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert any(file.name == "folkmoot.db" for file in files)
    return [file.name for file in files if any(canary in file.read_bytes() for canary in canaries)]
