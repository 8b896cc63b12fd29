"""What comes through the doors broken, and what goes out of them in vain: a log line, and on it goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, cast

import aiohttp
import discord
import pytest
from sqlalchemy import text

from bot.services import rounds
from cogs.client import Folkmoot
from cogs.ui import completion
from tests.builders import World, open_poll, set_up, wording
from tests.gateway import GUILD, Answer, Gateway, Payload, Request, guild_payload

AWAY = 700000000000000200
SOMEBODY = 800000000000000001


@pytest.fixture
async def world(world: World) -> World:
    """The community in the gateway's server."""
    return await set_up(world.app, str(GUILD))


@pytest.fixture
async def gateway(world: World) -> AsyncIterator[Gateway]:
    async with Gateway(Folkmoot(world.app, wording())) as made:
        yield made


async def rows(world: World, table: str) -> int:
    async with world.app.database.reading() as tx:
        return int((await tx.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())  # noqa: S608


async def test_an_event_that_cannot_be_read_is_dropped(
    world: World, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    broken = guild_payload() | {"roles": [{"name": "Mallory"}]}
    for event, data in (("GUILD_CREATE", broken), ("INTERACTION_CREATE", {"id": "1"})):
        gateway.feed(event, data)
        assert f"an event {event} could not be read: KeyError" in caplog.text
    asked = await open_poll(world)
    assert "Recorded" in (await gateway.press(SOMEBODY, f"cp1:go:{asked.id}:adults.0")).text
    assert "Mallory" not in caplog.text


async def test_a_beginning_that_cannot_be_read_is_an_end(gateway: Gateway) -> None:
    with pytest.raises(KeyError):
        gateway.feed("READY", {})


@pytest.mark.parametrize("error", [aiohttp.ClientConnectionError("Mallory"), OSError("Mallory")])
async def test_a_reply_that_the_network_loses_is_one_line(
    world: World, gateway: Gateway, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def lost(request: Request) -> Answer | None:
        if request.path.startswith("/interactions/"):
            raise error
        return None

    asked = await open_poll(world)
    assert "Recorded" in (await gateway.press(SOMEBODY, f"cp1:go:{asked.id}:adults.0")).text
    gateway.fail = lost
    client = gateway.client
    assert isinstance(client, Folkmoot)
    for custom_id in (f"cp1:vote:{asked.id}:1", "cp1:desk:0"):
        caplog.clear()
        made = gateway.component(SOMEBODY, custom_id)
        await client.router.route(interaction_of(gateway, made))
        assert f"a reply did not reach anybody: {type(error).__name__}" in caplog.text
        assert "Mallory" not in caplog.text
    gateway.fail = None
    assert "Recorded already" in (await gateway.press(SOMEBODY, f"cp1:vote:{asked.id}:1")).text


def interaction_of(gateway: Gateway, made: Payload) -> discord.Interaction:
    """A payload as discord.py hands it on."""
    return discord.Interaction(data=cast(Any, made), state=gateway.client._connection)


async def test_nothing_is_kept_of_a_server_where_the_bot_is_not(world: World, gateway: Gateway) -> None:
    # Somebody can add an app for themselves alone, and use it in any server.
    told = wording().say("en", "refusal-not-a-member")
    before = await rows(world, "community"), await rows(world, "person")
    for custom_id in ("cp1:open:0", "cp1:setup:0", "cp1:go:1:adults.0"):
        assert (await gateway.press(SOMEBODY, custom_id, guild=AWAY, permissions=1 << 5)).text == told
    assert (await rows(world, "community"), await rows(world, "person")) == before


async def test_a_completion_that_fails_offers_nothing_and_names_nobody(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise OSError("Mallory")

    monkeypatch.setattr(rounds, "listing", broken)
    made = gateway.component(SOMEBODY, "cp1:none:0")
    option = {"name": "question", "type": 3, "value": "Mallory", "focused": True}
    show = {"name": "show", "type": 1, "options": [option]}
    made |= {"type": 4, "data": {"id": "1", "name": "poll", "type": 1, "options": [show]}}
    monkeypatch.setattr(completion, "require_organiser", lambda *_: None)
    reply = await gateway.ask(made)
    assert reply.data == {"choices": []}
    assert "a completion failed: OSError" in caplog.text
    assert "Mallory" not in caplog.text
    assert str(SOMEBODY) not in caplog.text


@pytest.mark.parametrize("chosen", ["²", "٣", "12a", "", "1" * 21, "1" * 5_000])
async def test_only_what_is_a_number_of_discords_is_kept(world: World, gateway: Gateway, chosen: str) -> None:
    for custom_id in ("cp1:setup-role:0:officer", "cp1:setup-place:0:witness"):
        reply = await gateway.press(SOMEBODY, custom_id, [chosen], permissions=1 << 5)
        assert reply.text == wording().say("en", "refusal-button-unknown")
    assert await rows(world, "community_role WHERE meaning = 'officer' AND role != 'role-officer'") == 0
