"""*Tell me what happens*: a private message, weekly at most, decisions at once; nobody under 18 gets one."""

from __future__ import annotations

from typing import Any

import pytest

from bot.practice.town import Town, answer, open_ask, reply, tell, text_of
from tests.journeys.conftest import (
    ADULT,
    TEEN,
    changed,
    forge,
    insist,
    insist_form,
    labels,
    one,
    press,
    restarted,
    tables,
)

WALK = "What is the walk to school like?"
FOLLOW, STOP = "Tell me what happens", "Stop telling me"
HOSTILE = "@everyone <@1> [x](https://evil.example) **b** `c` \u202eabc"


@pytest.fixture
async def town(project: Town) -> Town:
    """An ask with two ideas that nobody has read: 1 Amina's, 2 of Carys, who is 15."""
    await open_ask(project, WALK)
    card = project.card_of(project.say, WALK + "**\nUse your own words")
    await tell(project.members["Amina"], card, "Cars drive fast.")
    carys = project.members["Carys"]
    form = await press(carys, await press(carys, await press(carys, card, "Tell us"), "I’m 13 to 17"), TEEN)
    await carys.submit_modal(form, {"said": "It is dark and wet."})
    await project.settle()
    return project


def letters(member: Any) -> list[str]:
    """What somebody was told by private message, the oldest first."""
    there = member.user.dm_channel
    return [text_of(letter) for letter in there.history()] if there else []


async def own(there: Town, name: str, number: int) -> Any:
    member = there.members[name]
    return await press(member, await member.slash(there.square, "my answers"), f"Idea {number}")


async def read(there: Town, name: str, number: int) -> Any:
    return await forge(there.members[name], there.square, f"cp1:read-idea:{number}")


async def outcome(there: Town, number: int, words: str) -> None:
    form = {"state": "decided", "words": words}
    await insist_form(there.organiser, there.square, f"cp1:idea-outcome-now:{number}", **form)
    await there.settle()


async def accept(there: Town, *which: int) -> None:
    for number in which:
        await insist(there.organiser, there.square, f"cp1:idea-accept:{number}")
    await there.settle()


async def test_an_author_is_told_once_a_week_and_of_a_decision_at_once(town: Town) -> None:
    amina = town.members["Amina"]
    done = await press(amina, await own(town, "Amina", 1), FOLLOW)
    assert "**I tell you what happens to idea 1.**" in reply(done)
    assert "once a week at most" in reply(done)
    assert "If something is decided, I tell you at once." in reply(done)
    assert labels(answer(done)) == [STOP, "My answers"]
    mine = await amina.slash(town.square, "my answers")
    assert "I tell you what happens to idea 1." in reply(mine)
    assert STOP in labels(answer(await own(town, "Amina", 1)))

    await accept(town, 1)
    await restarted(town)
    await town.wait(days=3)
    assert letters(amina) == []
    await town.wait(days=4)
    [letter] = letters(amina)
    assert f"Idea 1 {WALK}" in letter.replace("*", "")
    assert "a moderator let others read it." in letter
    assert "To stop, press “My answers”" in letter
    await town.wait(days=7)
    assert len(letters(amina)) == 1
    await outcome(town, 1, "Yes: two lamps.")
    assert "decided: Yes: two lamps." in letters(amina)[1]
    assert "let others read it" not in letters(amina)[1]
    await town.wait(days=14)
    assert len(letters(amina)) == 2

    stopped = await press(amina, await amina.slash(town.square, "my answers"), STOP)
    assert "**Stopped.** I no longer tell you what happens to any idea." in reply(stopped)
    await outcome(town, 1, "No: one lamp.")
    assert len(letters(amina)) == 2
    assert STOP not in labels(answer(await amina.slash(town.square, "my answers")))


async def test_whoever_reads_it_can_follow_it_into_what_it_becomes(town: Town) -> None:
    await accept(town, 1, 2)
    bartek, before = town.members["Bartek"], tables(town)
    shown = await press(bartek, await read(town, "Bartek", 1), FOLLOW)
    assert "Before you start" in reply(shown)
    assert changed(before, tables(town)) == set()
    done = await press(bartek, shown, ADULT)
    assert "**I tell you what happens to idea 1.**" in reply(done)
    merge = "cp1:idea-merge-now:1"
    await insist_form(town.organiser, town.square, merge, others="2", words="Fast and dark.")
    await town.wait(days=7)
    [letter] = letters(bartek)
    assert "it became part of idea 3." in letter
    assert "I go on telling you what happens to it there." in letter
    await outcome(town, 3, HOSTILE)
    assert "everyone" in letters(bartek)[1]
    raw = str([part.to_dict() for part in bartek.user.dm_channel.history()[1].components])
    for harm in ("@everyone", "<@1>", "[x](", "**b**", "\u202e"):
        assert harm not in raw, harm
    assert not any(name in "".join(letters(bartek)) for name in town.members)
    assert str(bartek.id) not in raw
    read_it = await read(town, "Bartek", 3)
    stopped = await press(bartek, read_it, STOP)
    assert "**Stopped.** I no longer tell you what happens to idea 3." in reply(stopped)
    assert labels(answer(stopped)) == [FOLLOW, "My answers"]
    assert one(town, "SELECT count(*) FROM follow") == 0


async def test_after_the_ask_has_closed_newcomers_can_still_follow(town: Town) -> None:
    await accept(town, 1, 2)
    await town.wait(days=9)
    dilan = town.members["Dilan"]
    shown = await press(dilan, await read(town, "Dilan", 1), FOLLOW)
    assert "**I tell you what happens to idea 1.**" in reply(await press(dilan, shown, ADULT))
    teen = town.members["Esther"]
    shown = await press(teen, await press(teen, await read(town, "Esther", 1), FOLLOW), "I’m 13 to 17")
    assert "no private messages" in reply(await press(teen, shown, TEEN))
    for forged in ("adults.follow", "adults.follow.x"):
        refused = await forge(dilan, town.square, f"cp1:go:1:{forged}")
        assert "out of date" in reply(refused)
    unread = await forge(dilan, town.square, "cp1:go:1:adults.follow.2.3")
    assert "Please read this first." in reply(unread)
    assert one(town, "SELECT count(*) FROM follow") == 1


async def test_a_15_year_old_is_told_that_we_send_none(town: Town) -> None:
    await accept(town, 2)
    carys, before = town.members["Carys"], tables(town)
    for card in (await own(town, "Carys", 2), await read(town, "Carys", 2)):
        done = await press(carys, card, FOLLOW)
        assert "We send no private messages to people under 18." in reply(done)
        assert labels(answer(done)) == ["My answers"]
    assert changed(before, tables(town)) == set()
    await outcome(town, 2, "Yes.")
    await town.wait(days=7)
    assert letters(carys) == []
    assert "It is decided." in reply(await carys.slash(town.square, "my answers"))


async def test_closed_messages_break_nothing_and_are_no_organiser_s_problem(town: Town) -> None:
    amina, olive = town.members["Amina"], town.organiser
    await press(amina, await own(town, "Amina", 1), FOLLOW)
    await accept(town, 1)
    town.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await outcome(town, 1, "Yes.")
    for _ in range(3):
        await town.wait(hours=2)
    assert letters(amina) == []
    desk = reply(await olive.slash(town.square, "desk"))
    assert "private messages" not in desk
    assert "I could not" not in desk
    assert one(town, "SELECT target || facts || trouble FROM outbox WHERE card = 'news'") == "{}closed:"
    await outcome(town, 1, "Still yes.")  # they have opened them since
    [letter] = letters(amina)
    assert "Still yes." in letter
