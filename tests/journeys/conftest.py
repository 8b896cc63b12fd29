"""Mill Town for tests: the real bot on a database file of its own, in a simulated Discord.

Presses that no client would send are forged here, as the gateway would bring them.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeVar

import discord
import pytest
from simcord import interactions as wire
from simcord.actors import _dispatch_actor_interaction
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from simcord.env import Env
from simcord.results import InteractionResult

from bot import wiring
from bot.domain.people import Person
from bot.practice.town import ASK, PracticeClock, Town, answer, reply, start_project, text_of, town
from bot.services import communities
from bot.settings import Logging, Settings
from cogs.client import Folkmoot
from cogs.ui.custom_ids import joined, parse
from tests.builders import place_empty_database, sqlite_url, wording

MONDAY = datetime(2027, 5, 3, 9, tzinfo=UTC)
QUESTION = "Which crossing first?"
CROSSINGS = ["Mill Road", "Station Road"]
NEW = {
    "title": "A park for Station Road",
    "level": "decide",
    "fixed": "The budget",
    "decides": "The parks committee",
    "due": "in 6 weeks",
}
PROJECT = "Safer walk to Mill Road School"
ADULT, TEEN = "Go on (I’m 18 or over)", "Go on (I’m 13 to 17)"
COMMAND, PRESS, FORM = 2, 3, 5
BUTTON, CHOICE, LABEL, TEXT_BOX, TICKS = 2, 3, 18, 4, 22
SETTLE_S = 0.005
Place = TypeVar("Place")


@asynccontextmanager
async def living(folder: Path, *, ready: bool = True) -> AsyncIterator[Town]:
    """The town with the bot in it; ``ready`` where it is set up, without the doors, to save time."""
    # SimCord looks every 50 ms whether the bot has finished; ours mostly has after five.
    defaults = Env._settle_internal.__kwdefaults__
    assert defaults is not None
    usual, defaults["idle"] = defaults["idle"], SETTLE_S
    settings = replace(chosen(), database=sqlite_url(folder))
    await place_empty_database(folder)
    try:
        async with (
            wiring.assembled(settings, PracticeClock()) as app,
            town(app, wording(), starts=MONDAY) as there,
        ):
            if ready:
                await prepare(there)
            yield there
    finally:
        defaults["idle"] = usual


async def prepare(there: Town) -> None:
    """What ``/setup`` would do, by the services behind it."""
    community = await communities.community_of(there.app, "discord", str(there.guild.id))
    mayor = Person(community.id, str(there.mayor.id), can_set_up=True)
    for meaning, name in (
        ("organiser", "Organisers"),
        ("officer", "Officers"),
        ("councillor", "Councillors"),
        ("front_line", "Front line"),
    ):
        await communities.set_roles(there.app, mayor, meaning, [str(there.roles[name].id)])
    await communities.set_up(
        there.app,
        mayor,
        moderators_channel=str(there.moderators.id),
        say_channel=str(there.say.id),
        safeguarding_contact=str(there.officer.id),
        witness=str(there.witness.id),
        lead_contact="Olive Reed, 01234 567890",
        help_lines="In danger: 999. Childline: 0800 1111.",
    )
    await there.settle()


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Town]:
    """The town, set up, on Monday 3 May 2027 at 9:00 UTC (10:00 in London)."""
    async with one_context(living(tmp_path)) as ready:
        yield ready


@pytest.fixture
async def bare(tmp_path: Path) -> AsyncIterator[Town]:
    """The town as it is when the bot was just invited."""
    async with one_context(living(tmp_path, ready=False)) as empty:
        yield empty


@asynccontextmanager
async def one_context(manager: AbstractAsyncContextManager[Place]) -> AsyncIterator[Place]:
    """Enter and leave in the same task: SimCord's clock belongs to the task that started it."""
    begun: asyncio.Future[Place] = asyncio.get_running_loop().create_future()
    over = asyncio.Event()

    async def live() -> None:
        async with manager as there:
            begun.set_result(there)
            await over.wait()

    task = asyncio.create_task(live())
    task.add_done_callback(lambda ended: begun.done() or begun.cancel())
    try:
        yield await begun
    finally:
        over.set()
        await task  # where it could not begin, this says why


@pytest.fixture
async def project(there: Town) -> Town:
    """The town with one project for everyone aged 13 and over; it promises an answer in six weeks."""
    await start_project(there)
    await there.settle()
    return there


# --- looking


def database_of(there: Town) -> str:
    """The path of the town's database file."""
    return there.app.settings.database.removeprefix("sqlite+aiosqlite:///")


def tables(there: Town) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(database_of(there))) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr)  # noqa: S608
            for (name,) in names.fetchall()
        }


def changed(before: Mapping[str, list[Any]], after: Mapping[str, list[Any]]) -> set[str]:
    """The names of the tables that are not as they were."""
    return {name for name in after if after[name] != before.get(name)}


def one(there: Town, query: str, *values: object) -> Any:
    """One value out of the database."""
    with closing(sqlite3.connect(database_of(there))) as connection:
        found = connection.execute(query, values).fetchone()
    return found[0] if found else None


def labels(message: Any) -> list[str]:
    """The labels of the buttons under a message."""
    return [child["label"] for child in pressables(message) if "label" in child]


def custom_ids(message: Any) -> list[str]:
    """The custom ids of everything that can be pressed under a message."""
    return [child["custom_id"] for child in pressables(message)]


def pressables(message: Any) -> list[dict[str, Any]]:
    """Everything under a message that can be pressed, as Discord has it."""
    found: list[dict[str, Any]] = []

    def walk(parts: Any) -> None:
        for part in parts:
            data = part if isinstance(part, dict) else part.to_dict()
            if data.get("custom_id"):
                found.append(data)
            walk(data.get("components", ()))

    walk(message.components)
    return found


def last(channel: Any) -> Any:
    """The last message of a channel."""
    return channel.history()[-1]


async def files_of(result: InteractionResult) -> dict[str, bytes]:
    """The files that came with a private message."""
    return {one.filename: await one.read() for one in answer(result).attachments}


def why(result: InteractionResult) -> str:
    """Why something was refused; below it there is only what was typed into a form, where anything was."""
    return reply(result).partition(f"\n{wording().say('en', 'back-yours')}".replace("\\", ""))[0]


# --- doing


async def press(member: Any, message: Any, label: str) -> InteractionResult:
    """Press a button of a message, or of the message that answered a press."""
    result: InteractionResult = await member.click(
        answer(message) if isinstance(message, InteractionResult) else message, label=label
    )
    return result


async def restarted(there: Town) -> None:
    """A new bot in place of the old one, on the same database."""
    there.client = Folkmoot(there.app, there.client.wording)
    await there.env.restart_bot(there.client)


def deny(there: Town, channel: Any, **permissions: bool) -> None:
    """Give the bot all that it needs in a channel, but for what is False here."""
    allow, refused = discord.PermissionOverwrite(**ASK | permissions).pair()
    me = there.env.backend.bot_user.id
    there.env.backend.set_overwrite(
        channel.id, Overwrite(me, OverwriteType.MEMBER, allow.value, refused.value)
    )


async def forge(member: Any, channel: Any, custom_id: str, *values: str) -> InteractionResult:
    """A press that no client offers: any custom id, with any values chosen."""
    data: dict[str, Any] = {"custom_id": custom_id, "component_type": CHOICE if values else BUTTON}
    if values:
        data["values"] = list(values)
    return await _dispatch_actor_interaction(member, PRESS, channel, data)


async def forge_form(
    member: Any, channel: Any, custom_id: str, **fields: str | Sequence[str]
) -> InteractionResult:
    """A form that nobody was shown, sent with any texts (or lists of ticks)."""
    boxes = [
        {"type": LABEL, "id": place, "component": _box(name, value)}
        for place, (name, value) in enumerate(fields.items(), 1)
    ]
    data = {"custom_id": custom_id, "components": boxes}
    return await _dispatch_actor_interaction(member, FORM, channel, data)


async def insist(member: Any, channel: Any, custom_id: str, *values: str) -> InteractionResult:
    """A press on an old card, and then, once the words were shown, the one on the card that shows them."""
    shown = await forge(member, channel, custom_id, *values)
    return await forge(member, channel, again, *values) if (again := fresh(shown, custom_id)) else shown


async def insist_form(
    member: Any, channel: Any, custom_id: str, **fields: str | Sequence[str]
) -> InteractionResult:
    """A form that was opened from an old card, and then, once the words were shown, one opened from there."""
    shown = await forge_form(member, channel, custom_id, **fields)
    return await forge_form(member, channel, again, **fields) if (again := fresh(shown, custom_id)) else shown


def fresh(shown: InteractionResult, custom_id: str) -> str:
    """An id with the version of the words that were shown instead; '' where none were."""
    wanted = parse(custom_id)
    if wanted is None or shown.response is None or wanted.version:
        return ""
    there = [found for one in custom_ids(answer(shown)) if (found := parse(one)) and found.version]
    there = [one for one in there if one.subject == wanted.subject]
    if not there:
        return ""
    near = max(there, key=lambda one: _alike(one.verb, wanted.verb))
    return str(replace(wanted, argument=joined(wanted.rest or near.rest, near.version)))


def _alike(one: str, other: str) -> int:
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))


def _box(name: str, value: str | Sequence[str]) -> dict[str, Any]:
    if isinstance(value, str):
        return {"type": TEXT_BOX, "custom_id": name, "value": value}
    return {"type": TICKS, "custom_id": name, "values": list(value)}


async def forge_slash(member: Any, channel: Any, name: str, **options: Any) -> InteractionResult:
    """A slash command, whoever may see it."""
    backend, (root_name, *path) = member._env.backend, name.split()
    root = backend.find_command(root_name, None, type=1)
    leaf, nesting = wire.walk_to_subcommand(root, path)
    given, resolved = wire.build_options(member, name, leaf, options, channel_id=channel.id)
    data: dict[str, Any] = {
        "id": root["id"],
        "name": root["name"],
        "type": 1,
        "options": wire.nest_options(root, nesting, given),
    }
    if resolved:
        data["resolved"] = resolved
    return await _dispatch_actor_interaction(member, COMMAND, channel, data)


@cache
def chosen() -> Settings:
    """The settings that come with Folkmoot, read once; everything is logged."""
    return replace(wiring.load_settings(), logging=Logging(level="DEBUG"))


async def fill(member: Any, card: Any, label: str, **values: Any) -> InteractionResult:
    """Press a button that opens a form, fill it in and send it."""
    result: InteractionResult = await member.submit_modal(await press(member, card, label), values)
    return result


__all__ = ["Town", "answer", "reply", "text_of", "wording"]
