"""What goes wrong around the bot: nothing is lost, nothing hangs, nobody is kept in the dark, no storm."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from simcord.backend import serializers

from bot.practice.town import Town, answer, draft_poll, open_poll, reply, text_of, vote
from tests.journeys.conftest import (
    ADULT,
    CROSSINGS,
    QUESTION,
    deny,
    labels,
    last,
    one,
    press,
    restarted,
    tables,
)

POSTS, EDITS = ("POST", "/channels/*/messages"), ("PATCH", "/channels/*/messages/*")


@pytest.fixture
async def asked(project: Town) -> Town:
    """The town with one question open for eight days."""
    await open_poll(project, QUESTION, CROSSINGS)
    return project


def card(there: Town) -> Any:
    """The question's card in its channel."""
    return there.card_of(there.say, "Choose one.")


def fail(there: Town, what: tuple[str, str], status: int, times: int | None = 1) -> None:
    there.env.inject_error(*what, status=status, times=times)


@contextmanager
def counted(there: Town, *whats: tuple[str, str]) -> Iterator[list[int]]:
    """How many requests to post or edit messages the bot made meanwhile."""
    found = [0]
    before = len(there.env.http_requests)
    yield found
    found[0] = sum(
        any(made.method == method and made.path.startswith("/channels/") for method, _ in whats)
        for made in there.env.http_requests[before:]
    )


def states(there: Town) -> list[str]:
    """How far each post of the outbox is, the oldest first."""
    return [row[7] for row in sorted(tables(there)["outbox"], key=lambda row: row[1])]


async def test_old_buttons_work_in_a_new_bot(asked: Town) -> None:
    amina, bartek = asked.members["Amina"], asked.members["Bartek"]
    notice = await press(bartek, card(asked), "Station Road")
    mine = await vote(amina, card(asked), "Mill Road")

    await restarted(asked)

    assert reply(await press(bartek, notice, ADULT)).startswith("**Recorded.**")
    assert "You now choose: “Station Road”." in reply(
        await press(amina, await press(amina, mine, "Change it"), "Station Road")
    )
    assert reply(await vote(asked.members["Carys"], card(asked), "Mill Road")).startswith("**Recorded.**")
    await asked.settle()
    assert "3 people have answered." in text_of(card(asked))
    await asked.wait(days=8)
    assert "“Station Road” got the most: 2 of 3." in text_of(asked.card_of(asked.say, "### Result"))


@pytest.mark.parametrize("status", [500, 503])
async def test_a_post_that_discord_drops_is_posted_later_and_once(project: Town, status: int) -> None:
    there = project
    fail(there, POSTS, status, times=2)
    with counted(there, POSTS) as tries:
        await open_poll(there, QUESTION, CROSSINGS)
        for _ in range(20):
            await there.settle()
    assert tries[0] <= 4
    assert not any("Choose one." in post for post in there.posts(there.say))

    await there.wait(minutes=10)
    await there.wait(minutes=20)

    assert sum("Choose one." in post for post in there.posts(there.say)) == 1
    assert set(states(there)) == {"sent"}
    assert reply(await vote(there.members["Amina"], card(there), "Mill Road")).startswith("**Recorded.**")


@pytest.mark.parametrize(
    ("status", "told"),
    [(403, "Discord does not let me"), (404, "its channel is gone"), (400, "Discord did not take it")],
)
async def test_a_post_that_discord_refuses_is_told_on_the_desk(project: Town, status: int, told: str) -> None:
    there, olive = project, project.organiser
    fail(there, POSTS, status)
    with counted(there, POSTS) as tries:
        await open_poll(there, QUESTION, CROSSINGS)
        for _ in range(5):
            await there.wait(hours=1)
    assert tries[0] <= 3

    desk = reply(await olive.slash(there.square, "desk"))
    assert "I could not post a question" in desk
    assert told in desk
    # The question is open all the same, and can be answered from Have your say.
    amina = there.members["Amina"]
    await there.settle()
    listed = await amina.slash(there.square, "my questions")
    picked = await amina.select(answer(listed), ["1"], custom_id="cp1:pick-question:0")
    assert reply(await vote(amina, answer(picked), "Mill Road")).startswith("**Recorded.**")
    await there.wait(days=8)
    assert "“Mill Road” got the most: 1 of 1." in text_of(there.card_of(there.say, "### Result"))


async def test_edits_that_fail_come_through_later(asked: Town) -> None:
    there = asked
    fail(there, EDITS, 500, times=4)
    await vote(there.members["Amina"], card(there), "Mill Road")
    await there.settle()
    assert "Nobody has answered yet." in text_of(card(there))
    for _ in range(4):
        await there.wait(minutes=5)
    assert "1 person has answered." in text_of(card(there))


async def test_a_forbidden_edit_is_no_storm(asked: Town) -> None:
    there = asked
    fail(there, EDITS, 403, times=None)
    with counted(there, EDITS) as tries:
        for member in list(there.members.values())[:6]:
            assert reply(await vote(member, card(there), "Mill Road")).startswith("**Recorded.**")
            await there.settle()
    assert tries[0] <= 4
    assert one(there, "SELECT count(*) FROM answer") == 6

    there.env.backend.faults.clear()
    await there.wait(minutes=30)
    assert "6 people have answered." in text_of(card(there))


async def test_a_deleted_card_does_not_stop_its_question(asked: Town) -> None:
    there, amina = asked, asked.members["Amina"]
    there.env.backend.delete_message(there.say.id, card(there).id)

    ballot = await press(amina, last(there.say), f"Answer: {QUESTION}")
    assert reply(await vote(amina, answer(ballot), "Mill Road")).startswith("**Recorded.**")
    with counted(there, EDITS) as tries:
        for _ in range(5):
            await there.settle()
    assert tries[0] <= 4
    assert one(there, "SELECT message FROM round") == ""
    await there.wait(days=8)
    assert "“Mill Road” got the most: 1 of 1." in text_of(there.card_of(there.say, "### Result"))


async def test_a_deleted_have_your_say_comes_again(asked: Town) -> None:
    there = asked
    await there.wait(minutes=15)
    there.env.backend.delete_message(there.say.id, last(there.say).id)

    await vote(there.members["Amina"], card(there), "Mill Road")
    await there.settle()
    await there.settle()

    assert "## Have your say" in text_of(last(there.say))
    assert f"Answer: {QUESTION}" in labels(last(there.say))
    assert sum("## Have your say" in post for post in there.posts(there.say)) == 1


async def test_the_moderators_channel_is_deleted(asked: Town) -> None:
    there, olive = asked, asked.organiser
    there.env.backend.delete_channel(there.moderators.id)

    await there.wait(days=7)  # Monday, 9:00 UTC: the digest is due
    desk = reply(await olive.slash(there.square, "desk"))
    assert "I could not post the digest: its channel is gone. Run /setup and choose a new one." in desk

    mayor, room = there.mayor, there.guild.create_text_channel("new-moderators")
    places = await press(mayor, await mayor.slash(there.square, "setup"), "Channels and people")
    await mayor.select(answer(places), [room], custom_id="cp1:setup-place:0:moderators_channel")
    trying = await press(olive, await olive.slash(there.square, "desk"), "Post again: the digest")
    assert "I’m trying again." in reply(trying)
    await there.settle()
    assert "## What happened from" in text_of(last(room))
    assert "could not post" not in reply(await olive.slash(there.square, "desk"))


async def test_the_have_your_say_channel_is_deleted_and_another_takes_its_place(asked: Town) -> None:
    there, mayor, olive = asked, asked.mayor, asked.organiser
    await vote(there.members["Amina"], card(there), "Mill Road")
    await there.settle()
    there.env.backend.delete_channel(there.say.id)

    picked = await there.members["Bartek"].slash(there.square, "my questions")
    assert "One question is open." in reply(picked)
    await there.wait(days=8)
    assert one(there, "SELECT state FROM round") == "closed"
    desk = reply(await olive.slash(there.square, "desk"))
    assert "I could not post a result: its channel is gone." in desk
    seen = reply(await olive.slash(there.square, "poll results", question=QUESTION))
    assert "“Mill Road” got the most: 1 of 1." in seen

    room = there.guild.create_text_channel("have-your-say-again")
    places = await press(mayor, await mayor.slash(there.square, "setup"), "Channels and people")
    await mayor.select(answer(places), [room], custom_id="cp1:setup-place:0:say_channel")
    await there.settle()
    assert "## Have your say" in text_of(last(room))


@contextmanager
def _kicked(there: Town) -> Iterator[None]:
    """The bot is out of the server; then it is invited back, and the server is as it was."""
    backend = there.env.backend
    guild = backend.guilds[there.guild.id]
    channels = {which: backend.channels[which] for which in guild.channel_ids}
    messages = {which: backend.messages[which] for which in channels if which in backend.messages}
    backend.remove_guild(guild.id)
    try:
        yield
    finally:
        backend.guilds[guild.id] = guild
        backend.channels.update(channels)
        backend.messages.update(messages)
        backend.emit("GUILD_CREATE", serializers.guild_create_payload(backend, guild))


async def test_removed_and_invited_back_while_a_question_is_open(asked: Town) -> None:
    there = asked
    await vote(there.members["Amina"], card(there), "Mill Road")
    await there.settle()

    with counted(there, POSTS, EDITS) as tries, _kicked(there):
        await there.env.settle()
        assert one(there, "SELECT removed_ms > 0 FROM community") == 1
        for _ in range(5):
            await there.wait(hours=12)
    await there.env.settle()
    assert tries[0] <= 4
    assert one(there, "SELECT removed_ms FROM community") == 0

    assert reply(await vote(there.members["Bartek"], card(there), "Mill Road")).startswith("**Recorded.**")
    await there.settle()
    assert "2 people have answered." in text_of(card(there))
    await there.wait(days=6)
    assert "“Mill Road” got the most: 2 of 2." in text_of(there.card_of(there.say, "### Result"))


async def test_a_question_that_ends_while_the_bot_is_away_is_counted(asked: Town) -> None:
    there = asked
    await vote(there.members["Amina"], card(there), "Mill Road")
    with _kicked(there):
        await there.env.settle()
        await there.wait(days=8)
    await there.env.settle()
    await there.settle()

    assert one(there, "SELECT state FROM round") == "closed"
    desk = reply(await there.organiser.slash(there.square, "desk"))
    told = any("### Result" in post for post in there.posts(there.say)) or "I could not post a result" in desk
    assert told
    seen = reply(await there.organiser.slash(there.square, "poll results", question=QUESTION))
    assert "“Mill Road” got the most: 1 of 1." in seen


@asynccontextmanager
async def _database(there: Town, begin: str, end: str) -> AsyncIterator[None]:
    """SQLite itself refuses to write meanwhile; these settings live in the one connection that writes."""
    for pragma in (begin, end):
        async with there.app.database._writing.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            await driver.execute(f"PRAGMA {pragma}")
        if pragma == begin:
            yield


@pytest.mark.parametrize(
    ("begin", "end"),
    [("max_page_count = 1", "max_page_count = 1000000"), ("query_only = ON", "query_only = OFF")],
    ids=["full", "read-only"],
)
async def test_a_database_that_takes_nothing_says_so_and_recovers(asked: Town, begin: str, end: str) -> None:
    there = asked
    refused: list[Any] = []
    for member in there.members.values():
        await vote(member, card(there), "Mill Road")
    said_no = "I could not save this: the computer I run on has trouble. Nothing was changed."
    async with _database(there, begin, end):
        for turn in range(6):
            for member in there.members.values():
                said = reply(await press(member, card(there), CROSSINGS[1 - turn % 2]))
                if said_no in said:
                    refused.append((member, CROSSINGS[1 - turn % 2]))
                else:
                    assert said.startswith(("**Changed.**", "**Recorded")), said
            if refused:
                break
    assert refused

    stored = tables(there)["answer"]
    assert len(stored) == len(there.members)
    member, option = refused[-1]
    assert reply(await press(member, card(there), option)).startswith("**Changed.**")
    await there.settle()
    assert "20 people have answered." in text_of(card(there))


async def test_a_channel_that_is_closed_to_the_bot_after_a_draft_began(project: Town) -> None:
    there, olive = project, project.organiser
    draft = await draft_poll(there, QUESTION, CROSSINGS)
    deny(there, there.say, view_channel=False)
    refused = await press(olive, draft, "Publish")
    assert "I can’t post in #have-your-say. I lack: View Channel" in reply(refused)
    there.env.backend.delete_channel(there.say.id)
    refused = await press(olive, draft, "Publish")
    assert "I can’t post in" in reply(refused)
    assert one(there, "SELECT state FROM round") == "draft"
