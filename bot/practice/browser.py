"""Practice in the browser: a page that looks like a Discord channel, with the real bot behind it."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import simcord
from simcord.preview import Preview

from bot import wiring
from bot.practice import NotPlayable
from bot.practice.place import practice_app
from bot.practice.town import Town, open_ask, open_poll, set_up, start_project, town, vote
from bot.wiring import MachineClock, beating

LOOPBACK = "127.0.0.1"
QUESTION, OPTIONS = "Where should the new crossing be?", ["Mill Road", "Station Road", "Church Lane"]
ANSWERED = {"Bartek": 0, "Carys": 0, "Dilan": 1, "Esther": 2, "Farida": 0, "Gwen": 1}
WALK = "What is the walk to Mill Road School like for you?"
FACTS = "The council counted 210 cars in Mill Road between 8 and 9 in March. It put up two lamps in 2026."
DAYS_OPEN = timedelta(days=9)
LOOK_SECONDS = 0.2
CLOCK_SECONDS = 10.0
SAID_UNASKED = "/channels/"
"""Where Discord takes what the bot says unasked; answers to presses go elsewhere."""


def serve(channel: str, port: int | None) -> int:
    """Serve the page until it is stopped; the exit code.

    Raises:
        NotPlayable: there is no such channel, or the port can't be had.
    """
    if port:
        _must_be_free(port)
    asyncio.run(_until_stopped(channel.removeprefix("#"), port or 0))
    return 0


def _must_be_free(port: int) -> None:
    try:
        with socket.create_server((LOOPBACK, port)):
            return
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "a port is a number from 1 to 65535"
        raise NotPlayable(f"port {port} can't be used: {reason}. Try another one: PORT=8200") from error


async def _until_stopped(channel: str, port: int) -> None:
    running, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert running is not None
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, running.cancel)
    try:
        async with practice_app(MachineClock()) as app, town(app, wiring.load_wording()) as there:
            where = _channel(there, channel)
            await _furnish(there)
            async with beating(app, there.client.messenger), _page(there, where, port) as page:
                _explain(page.url)
                await page.wait_closed()
    except asyncio.CancelledError:
        running.uncancel()  # stopped on purpose: what was taken is committed on the way out


def _channel(there: Town, name: str) -> Any:
    channels = {one.name: one for one in (there.say, there.moderators, there.square)}
    if name not in channels:
        raise NotPlayable(f"there is no channel {name}; CHANNEL can be one of: {', '.join(channels)}")
    return channels[name]


async def _furnish(there: Town) -> None:
    """Everything as a resident would find it on a day like any other."""
    await _keep_time(there.env)
    await set_up(there)
    await start_project(there)
    await there.settle()
    last = there.env.now() + DAYS_OPEN
    closes = f"{last.day} {last:%B} {last.year} 6pm"
    await open_ask(there, WALK, facts=FACTS, closes=closes)
    await open_poll(there, QUESTION, OPTIONS, closes=closes)
    card = there.ballot(QUESTION)
    for name, option in ANSWERED.items():
        await vote(there.members[name], card, OPTIONS[option])
    await there.settle()


@asynccontextmanager
async def _page(there: Town, where: Any, port: int) -> AsyncIterator[Preview]:
    viewers = [there.organiser, there.mayor]
    if where is not there.moderators:
        first, *others = there.members.values()
        viewers = [first, *viewers, there.officer, there.councillor, *others]
    try:
        page = there.env.preview(
            where, viewers=viewers, layout="channel", locale="en-GB", timezone="Europe/London", port=port
        )
        async with page:
            freshening = asyncio.create_task(_keep_fresh(there.env, page))
            try:
                yield page
            finally:
                freshening.cancel()
                with suppress(asyncio.CancelledError):
                    await freshening
    except simcord.SetupError as error:
        raise NotPlayable(f"the page can't be shown: {error}") from error


async def _keep_fresh(env: simcord.Env, page: Preview) -> None:
    """Show what the bot says unasked, which the page would not see by itself; and keep the time."""
    loop = asyncio.get_running_loop()
    seen, timed = len(env.http_requests), loop.time()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        new = env.http_requests[seen:]
        changed = any(one.path.startswith(SAID_UNASKED) for one in new)
        if not changed and loop.time() - timed < CLOCK_SECONDS:
            seen += len(new)
            continue
        with suppress(simcord.SetupError):  # somebody is pressing something: look again in a moment
            await _keep_time(env)
            timed = loop.time()
            if changed:
                await page.refresh()
            seen += len(new)


async def _keep_time(env: simcord.Env) -> None:
    behind = (datetime.now(UTC) - env.now()).total_seconds()
    if behind > 0:
        await env.advance_time(behind)


def _explain(address: str) -> None:
    print(
        f"Open {address} in your browser. The address is a key: it works on this machine only.",
        "As a resident: pick somebody, like Amina, in “Viewing as”, and press a button under the question.",
        "In your own words: press “Tell us” under the other question. Moderators read it first.",
        "As the organiser: pick Olive in “Viewing as”, type /desk into the box below, and press Enter twice.",
        "CHANNEL=moderators opens where ideas wait and digests arrive: as Olive, type /digest send.",
        "Everything here is made up and is deleted at the next start. Stop with Ctrl+C.",
        sep="\n",
        flush=True,
    )
