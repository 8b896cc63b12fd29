"""Who was here lately, for retention to know who has been away.

A press is noted in memory alone, whatever it was. Once an hour, and at a clean stop, its *week* is written,
in an order that tells nothing: no row says when somebody was here, and none is written beside their answer.
"""

from __future__ import annotations

import logging

from bot.domain.people import Person, week_of
from bot.services.ports import App
from bot.store import people

log = logging.getLogger(__name__)

HOUR_MS = 3_600_000
PIECE = 500
"""People in one transaction, so that a button waits no more than 50 ms for it."""


def note(app: App, person: Person) -> None:
    """Note in memory that somebody is here."""
    app.here[person.community, person.platform_id] = week_of(app.clock.now_ms())


async def keep_hourly(app: App) -> None:
    """Write down who was here since the last time, if that is an hour ago; a failure is logged."""
    now = app.clock.now_ms()
    if now - app.kept_ms >= HOUR_MS:
        await _keep(app, now)


async def keep(app: App) -> None:
    """Write down now who was here; what can't be written is tried again an hour later."""
    await _keep(app, app.clock.now_ms())


async def _keep(app: App, now_ms: int) -> None:
    here, app.here, app.kept_ms = app.here, {}, now_ms
    if not here:
        return
    try:
        async with app.database.reading() as tx:
            later = await people.later(tx, here)
        for start in range(0, len(later), PIECE):
            some = later[start : start + PIECE]
            await app.database.writer.run(lambda tx, some=some: people.seen(tx, some))  # type: ignore[misc]
    except Exception as error:  # it must hold up neither the tick nor the end of the program
        app.here = here | app.here
        log.error("who was here can't be written down: %s", type(error).__name__)
