"""The databases that a measurement begins with: a community, a poll, people who have read the notice."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import wiring
from bot.domain.people import Person
from bot.services import communities, initiatives
from bot.services.ports import App
from bot.settings import Settings
from bot.store.schema import identity, outbox, person, round_, schedule
from tests.bench.bots import FIRST_PERSON, OFFICERS, POLL
from tests.builders import World, beginning, open_poll
from tests.gateway import GUILD, MODERATORS, ORGANISERS, OWNER, SAY


async def build(database: str, people: int, more_rounds: int = 0) -> None:
    """Make a database with so many people, and so many other rounds that are open."""
    async with wiring.assembled(Settings(database=database), wiring.MachineClock()) as app:
        here = (await communities.community_of(app, "discord", str(GUILD))).id
        owner = Person(here, str(OWNER), frozenset({str(ORGANISERS)}), can_set_up=True)
        await communities.set_roles(app, owner, "organiser", [str(ORGANISERS)])
        await communities.set_roles(app, owner, "officer", [str(OFFICERS)])
        community = await communities.set_up(
            app, owner, say_channel=str(SAY), moderators_channel=str(MODERATORS)
        )
        world = World(app, community, owner, await initiatives.start(app, owner, beginning(app)))
        assert (await open_poll(world)).id == POLL
        await app.database.writer.run(lambda tx: _people(app, tx, here, range(people)))
        await app.database.writer.run(lambda tx: _rounds(tx, here, more_rounds))


async def _people(app: App, tx: AsyncConnection, here: int, numbers: Iterable[int]) -> None:
    now, notice = app.clock.now_ms(), app.settings.privacy.notice_version
    known: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    for number in numbers:
        one = {"community": here, "id": secrets.randbits(62), "secret": secrets.token_bytes(32)}
        known.append(
            one
            | {"language": "", "notice": notice, "ages": "adults"}
            | {"notice_ms": now, "made_ms": now, "seen_ms": now}
        )
        names.append({"community": here, "platform_id": str(FIRST_PERSON + number), "person": one["id"]})
    await tx.execute(insert(person), known)
    await tx.execute(insert(identity), names)


async def _rounds(tx: AsyncConnection, here: int, count: int) -> None:
    """The poll again and again, with its close in the schedule and its card long since posted."""
    if not count:
        return
    numbers = range(1001, 1001 + count)
    await _copies(tx, round_, round_.c.id == POLL, [{"id": one, "message": str(one)} for one in numbers])
    close = (schedule.c.act == "close") & (schedule.c.subject == POLL)
    await _copies(tx, schedule, close, [{"id": one, "subject": one} for one in numbers])
    posted = [{"id": one, "once": f"round:{one}", "state": "sent", "message": str(one)} for one in numbers]
    await _copies(tx, outbox, outbox.c.once == f"round:{POLL}", posted)


async def _copies(tx: AsyncConnection, table: Table, which: Any, changes: list[dict[str, Any]]) -> None:
    row = (await tx.execute(select(table).where(which))).mappings().one()
    await tx.execute(insert(table), [dict(row) | one for one in changes])
