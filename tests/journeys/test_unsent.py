"""What the bot could not say: organisers see it on their desk, with what to do, and it comes once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from bot.practice.town import Town, open_poll, reply
from tests.journeys.conftest import CROSSINGS, QUESTION, database_of, deny, one, press, restarted


async def desk(there: Town) -> Any:
    return await there.organiser.slash(there.square, "desk")


def results(there: Town) -> int:
    """How often the result is in its channel."""
    return sum("### Result" in post for post in there.posts(there.say))


async def test_what_i_lack_is_named_and_then_it_is_posted(project: Town) -> None:
    there = project
    await open_poll(there, QUESTION, CROSSINGS)
    await there.settle()
    deny(there, there.say, send_messages=False)
    await there.wait(days=8)
    said = reply(await desk(there))
    assert f"I could not post a result in <#{there.say.id}>. I lack: Send Messages" in said
    assert "Allow it in the channel’s settings, then press “Post again”." in said
    assert results(there) == 0

    deny(there, there.say)
    trying = await press(there.organiser, await desk(there), "Post again: a result")
    assert "I’m trying again." in reply(trying)
    await there.settle()
    assert results(there) == 1
    assert "could not post a result" not in reply(await desk(there))


@pytest.mark.parametrize(
    ("place", "trouble", "told"),
    [
        ("channel", "unsure:", "I can’t tell if the weekly proof arrived in <#"),
        ("person", "unsure:", "I can’t tell if the weekly proof arrived. Ask the person."),
        ("person", "closed:", "takes no private messages from here. Ask them, or choose someone else"),
        (
            "channel",
            "gone:subject",
            "I did not post the weekly proof: what it is about is not there",
        ),
        (
            "channel",
            "gone:",
            "its channel is gone. Run /setup and choose a new one. Then press “Post",
        ),
        ("channel", "refused:", "Discord did not take it. Please tell whoever runs this bot."),
        ("channel", "forbidden:", "Discord does not let me. Look at the channel’s settings, then press"),
    ],
)
async def test_each_trouble_is_told_with_what_to_do(there: Town, place: str, trouble: str, told: str) -> None:
    with closing(sqlite3.connect(database_of(there))) as database:
        database.execute(
            "INSERT INTO outbox SELECT 1, 99, 'test', 'proof', '{}', ?, ?, 'dead', 1, 0, 0, 0, 0, '', ?",
            (place, str(there.say.id), trouble),
        )
        database.commit()
    assert told in reply(await desk(there))


async def test_a_rest_is_told(there: Town) -> None:
    app = there.app
    assert "Discord refuses" not in reply(await desk(there))
    app.breaker.hold(app.clock.now_ms() + 600_000)
    assert "Discord refuses much of what I send." in reply(await desk(there))
    await there.wait(minutes=11)
    assert "Discord refuses" not in reply(await desk(there))


async def test_a_card_is_up_to_date_after_a_crash(project: Town) -> None:
    there = project
    await open_poll(there, QUESTION, CROSSINGS)
    await there.settle()
    number = one(there, "SELECT number FROM head")
    assert one(there, "SELECT shown FROM head") == number
    await restarted(there)
    await there.settle()
    assert one(there, "SELECT shown FROM head") == number
