"""Private messages of whoever left or was banned: they see and erase what is held of them, and no more."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.people import Person
from bot.practice.town import Town, answer, open_poll, reply, vote
from bot.services import communities, people
from tests.journeys.conftest import (
    changed,
    custom_ids,
    files_of,
    forge,
    labels,
    one,
    press,
    restarted,
    tables,
)

QUESTION = "Which crossing?"
ELSEWHERE = "998877665544332211"


async def _left(there: Town) -> Any:
    """The account of somebody who answered, and is no member any more."""
    amina = there.members["Amina"]
    await open_poll(there, QUESTION, ["Mill Road", "Station Road"])
    await vote(amina, there.ballot(QUESTION), "Mill Road")
    there.env.backend.remove_member(there.guild.id, amina.id)
    return amina.user


async def _elsewhere(there: Town, user: Any) -> int:
    """Another community, which has removed the bot since, in which they took part as well."""
    other = await communities.community_of(there.app, "discord", ELSEWHERE)
    await people.go_on(there.app, Person(other.id, str(user.id)), "adults")
    await communities.removed(there.app, "discord", ELSEWHERE)
    return other.id


async def test_who_left_sees_and_erases_what_is_held(project: Town) -> None:
    there = project
    user = await _left(there)
    await restarted(there)

    given = await user.slash("my data")
    assert f"About the server “{there.guild.name}”:" in reply(given)
    held = json.loads((await files_of(given))["my-data.json"])
    assert [(told["question"], told["answer"]) for told in held["answers"]] == [(QUESTION, ["Mill Road"])]

    ask = await user.slash("my erase")
    assert "This can’t be undone." in reply(ask)
    assert all(one_of.startswith("cp1@1:") for one_of in custom_ids(answer(ask)))
    before = tables(there)
    assert "Nothing was erased." in reply(await press(user, ask, "No, keep it"))
    assert changed(before, tables(there)) <= {"person"}
    ask = await user.slash("my erase")
    assert reply(await press(user, ask, "Yes, erase me")).startswith("**Erased.**")
    assert not any(str(user.id) in repr(row) for rows in tables(there).values() for row in rows)
    assert one(there, "SELECT count(*) FROM answer") == 0
    assert "We hold nothing about you, on any server" in reply(await user.slash("my data"))


async def test_of_several_servers_they_choose_one_and_only_that_one_is_erased(project: Town) -> None:
    there = project
    user = await _left(there)
    other = await _elsewhere(there, user)

    which = await user.slash("my data")
    assert "2 servers hold something about you. Which one?" in reply(which)
    assert labels(answer(which)) == [there.guild.name, ELSEWHERE]
    held = json.loads((await files_of(await press(user, which, ELSEWHERE)))["my-data.json"])
    assert held["answers"] == []
    which = await user.slash("my data")
    held = json.loads((await files_of(await press(user, which, there.guild.name)))["my-data.json"])
    assert held["answers"]

    ask = await press(user, await user.slash("my erase"), ELSEWHERE)
    assert f"About the server “{ELSEWHERE}”:" in reply(ask)
    assert reply(await press(user, ask, "Yes, erase me")).startswith("**Erased.**")
    assert one(there, "SELECT count(*) FROM identity WHERE community = ?", other) == 0
    assert one(there, "SELECT count(*) FROM answer") == 1
    assert f"About the server “{there.guild.name}”:" in reply(await user.slash("my erase"))


async def test_nothing_else_can_be_done_and_a_refusal_shows_the_two_ways(project: Town) -> None:
    there = project
    user = await _left(there)
    other, channel = await _elsewhere(there, user), user.dm_channel
    handlers = there.client.router.handlers
    allowed = {"data", "erase", "erase-now", "erase-not"}
    before = tables(there)
    for number, says in ((1, "You are not on this server any more"), (other, "I can’t reach this server")):
        for verb in sorted({*handlers} - allowed):
            said = await forge(user, channel, f"cp1@{number}:{verb}:1")
            assert says in reply(said), verb
    assert changed(before, tables(there)) == set()
    assert labels(answer(said)) == ["My data (a page)", "Erase me"]
    assert "On Discord" not in reply(said)
    assert await files_of(await press(user, said, "My data (a page)"))
    for command in ("my answers", "my questions"):
        assert "Here you can send /my data and /my erase." in reply(await user.slash(command))


async def test_members_can_use_it_there_too_and_nobody_sees_anothers(project: Town) -> None:
    there, owen, nadia = project, project.members["Owen"], project.members["Nadia"]
    await open_poll(there, QUESTION, ["Mill Road", "Station Road"])
    await vote(owen, there.ballot(QUESTION), "Mill Road")
    given = await owen.user.slash("my data")
    assert "Mill Road" in (await files_of(given))["my-data.html"].decode()
    assert "We hold nothing about you" in reply(await nadia.user.slash("my data"))
    forged = await forge(nadia.user, nadia.user.dm_channel, "cp1@1:data:1")
    assert reply(forged) == "We hold nothing about you here."
    assert await forge(nadia.user, nadia.user.dm_channel, "cp1@1:erase-now:1")
    assert one(there, "SELECT count(*) FROM answer") == 1
