"""What was done is done, whatever becomes of its reply: said once more, never doubled or called a failure."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import aiohttp
import discord
import pytest
from sqlalchemy import text

from cogs.client import Folkmoot
from tests.builders import World, open_ask, open_poll, set_up, wording
from tests.gateway import GUILD, Answer, Gateway, Payload, Request

SOMEBODY = 800000000000000001
SAVED, UNSEEN, SORRY = (wording().say("en", name) for name in ("saved-unseen", "unseen", "sorry"))
BROKEN = (aiohttp.ClientConnectionError("x"), aiohttp.ServerDisconnectedError(), OSError("x"), TimeoutError())


@pytest.fixture
async def world(world: World) -> World:
    """The community in the gateway's server."""
    return await set_up(world.app, str(GUILD))


@pytest.fixture
async def gateway(world: World) -> AsyncIterator[Gateway]:
    async with Gateway(Folkmoot(world.app, wording())) as made:
        yield made


async def answered(gateway: Gateway, made: Payload) -> list[str]:
    """What somebody read in answer to a press, message by message."""
    client = cast(Folkmoot, gateway.client)
    await client.router.route(discord.Interaction(data=cast(Any, made), state=client._connection))
    return [one.text for one in gateway.replies.get(int(made["id"]), [])]


def failing(gateway: Gateway, error: Exception, times: int, *, arrives: bool) -> Callable[[Request], Any]:
    """Break the connection so many times, before what is sent arrives or after."""
    left = times

    def fail(request: Request) -> Answer | None:
        nonlocal left
        if not request.path.startswith(("/interactions/", "/webhooks/")) or not left:
            return None
        left -= 1
        if arrives:
            gateway.fail = None
            gateway.receive(request)
            gateway.fail = fail
        raise error

    return fail


async def count(world: World, table: str) -> int:
    async with world.app.database.reading() as tx:
        return int((await tx.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())  # noqa: S608


async def spoil(world: World, how: str) -> None:
    """Let the database do something of its own."""
    await world.app.database.writer.run(lambda tx: tx.execute(text(f"CREATE TRIGGER spoil {how}")))


@pytest.fixture
async def poll(world: World, gateway: Gateway) -> int:
    """The number of a poll that somebody has answered already."""
    asked = await open_poll(world)
    assert "Recorded" in (await gateway.press(SOMEBODY, f"cp1:go:{asked.id}:adults.0")).text
    return asked.id


@pytest.mark.parametrize("arrives", [False, True])
@pytest.mark.parametrize("error", BROKEN, ids=lambda one: type(one).__name__)
async def test_a_reply_whose_connection_breaks_is_sent_once_more(
    world: World, gateway: Gateway, poll: int, error: Exception, arrives: bool
) -> None:
    gateway.fail = failing(gateway, error, 1, arrives=arrives)
    read = await answered(gateway, gateway.component(SOMEBODY, f"cp1:vote:{poll}:1"))
    assert len(read) == 1
    assert "You now choose" in read[0]
    assert await count(world, "answer") == 1


async def test_where_no_reply_arrives_what_was_done_is_not_called_a_failure(
    world: World, gateway: Gateway, poll: int, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.fail = failing(gateway, BROKEN[0], 2, arrives=False)
    read = await answered(gateway, gateway.component(SOMEBODY, f"cp1:vote:{poll}:1"))
    assert read == [SAVED]
    async with world.app.database.reading() as tx:
        assert (await tx.execute(text("SELECT value FROM answer"))).scalar_one() == "[1]"
    assert "failed" not in caplog.text
    gateway.fail = failing(gateway, BROKEN[0], 2, arrives=False)
    assert await answered(gateway, gateway.component(SOMEBODY, "cp1:mine:0")) == [UNSEEN]


async def test_a_failure_after_the_commit_does_not_say_that_nothing_was_kept(
    world: World, gateway: Gateway
) -> None:
    asked = await open_ask(world)
    await gateway.press(SOMEBODY, f"cp1:go:{asked.id}:adults")
    # What is kept can't be read back.
    await spoil(world, "AFTER INSERT ON interaction BEGIN UPDATE version SET said = '{'; END")
    made = gateway.form(SOMEBODY, f"cp1:tell-send:{asked.id}", {"said": "Cars park there."})
    assert await answered(gateway, made) == [SAVED]
    assert await count(world, "contribution") == 1


async def test_a_failure_before_the_commit_gives_the_words_back(world: World, gateway: Gateway) -> None:
    asked = await open_ask(world)
    await gateway.press(SOMEBODY, f"cp1:go:{asked.id}:adults")
    await spoil(world, "BEFORE INSERT ON contribution BEGIN SELECT raise(ABORT, 'no'); END")
    made = gateway.form(SOMEBODY, f"cp1:tell-send:{asked.id}", {"said": "Cars park there."})
    [read] = await answered(gateway, made)
    assert "Cars park there." in read
    assert await count(world, "contribution") == 0


async def test_a_refusal_on_a_server_that_is_new_to_us_says_nothing_of_saving(
    world: World, gateway: Gateway
) -> None:
    there = f"UPDATE community SET platform_id = '77' WHERE platform_id = '{GUILD}'"  # noqa: S608
    await world.app.database.writer.run(lambda tx: tx.execute(text(there)))
    world.app.numbers.clear()
    before = await count(world, "community")
    made = gateway.component(SOMEBODY, "cp1:none:0")
    show = {"name": "show", "type": 1, "options": []}
    made |= {"type": 2, "data": {"id": "1", "name": "promise", "type": 1, "options": [show]}}
    assert (await gateway.ask(made)).text == wording().say("en", "refusal-organiser-role-not-set")
    assert await count(world, "community") == before + 1


async def test_words_that_come_back_in_a_private_message_can_be_mended_there(
    world: World, gateway: Gateway
) -> None:
    def refuse(request: Request) -> Answer | None:
        return (403, {"code": 50001, "message": "Missing Access"}) if "/members/" in request.path else None

    gateway.fail = refuse  # so nobody can say who it is
    place = world.community.id
    made = gateway.form(SOMEBODY, f"cp1@{place}:worry-send:0", {"words": "He hits her."}, guild=None)
    [read] = await answered(gateway, made)
    assert "He hits her." in read
    [reply] = gateway.replies[int(made["id"])]
    assert len(reply.custom_ids) == 2
    assert all(one.startswith(f"cp1@{place}:") for one in reply.custom_ids)
