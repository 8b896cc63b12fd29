"""Whether others see an idea before a moderator has read it: by a setting, and never where children are."""

from __future__ import annotations

from typing import Any

import pytest

from bot.practice.town import Town, answer, open_ask, reply, start_project, tell, text_of
from tests.journeys.conftest import ADULT, changed, forge, insist, labels, one, press, tables

WALK = "What is the walk like for you?"
PARK = "What is the park like for you?"
CARS = "Cars park on the crossing at half past eight."
DARK = "It is dark at five."
GROWN_UP = "A park for grown-ups"


async def choose(there: Town, label: str) -> str:
    """Press the setting's button on /setup."""
    return reply(await press(there.mayor, await there.mayor.slash(there.square, "setup"), label))


@pytest.fixture
async def early(there: Town) -> Town:
    """The town with an ask for adults, whose ideas others see at once."""
    await choose(there, "Show ideas at once")
    await start_project(there, GROWN_UP, ages="adults")
    await open_ask(there, PARK, project=GROWN_UP)
    return there


def card_of(there: Town, question: str = PARK) -> Any:
    """An ask's public card."""
    return there.card_of(there.say, question + "**\nUse your own words")


async def test_the_setting_is_for_those_who_set_up_and_on_the_record(there: Town) -> None:
    first = await there.mayor.slash(there.square, "setup")
    assert "Ideas: a moderator reads each one before others see it." in reply(first)
    before = tables(there)
    refused = await forge(there.organiser, there.square, "cp1:setup-moderation:0:after")
    assert "Only people who may manage this server" in reply(refused)
    unknown = await forge(there.mayor, there.square, "cp1:setup-moderation:0:never")
    assert "This button" in reply(unknown)
    assert changed(before, tables(there)) == set()
    kept = await choose(there, "Show ideas at once")
    assert "**Kept.**" in kept
    assert "Ideas: others see each one at once, and a moderator reads it after." in kept
    said = one(there, "SELECT said FROM disclosure ORDER BY number DESC LIMIT 1")
    assert "set-up:moderation" in said
    assert "before others see it" in await choose(there, "Read ideas first")


async def test_an_idea_is_everybodys_at_once_and_still_waits_for_a_moderator(early: Town) -> None:
    amina, bartek, olive = early.members["Amina"], early.members["Bartek"], early.organiser
    assert "Others see it at once, without your name." in text_of(card_of(early))
    notice = await press(amina, card_of(early), "Tell us")
    assert "Others can read your words at once" in reply(notice)
    assert "first" not in reply(notice).split("We keep")[0]
    form = await press(amina, notice, ADULT)
    assert form.modal is not None
    assert form.modal["title"] == "Tell us. Others see it at once"
    told = await amina.submit_modal(form, {"said": CARS})
    assert "Others can read it already, without your name." in reply(told)

    ideas = await press(bartek, card_of(early), "Read ideas")
    assert CARS in reply(ideas)
    assert "Amina" not in reply(ideas)
    read = await bartek.select(answer(ideas), ["1"])
    notice = await press(bartek, read, "I think so too")
    await press(bartek, notice, ADULT)
    supported = await insist(bartek, early.square, "cp1:support:1")
    assert "1 other person thinks so too." in reply(supported)
    assert "Decline" not in labels(answer(supported))
    assert "1 other person thinks so too." in reply(await amina.slash(early.square, "my answers"))

    summary = await olive.slash(early.square, "ask summary", question=PARK)
    assert "Others can read 1. Declined: 0. To read: 1." in reply(summary)
    waiting = await forge(olive, early.square, "cp1:next:0")
    assert "Others can read it already." in reply(waiting)
    why = await press(olive, waiting, "Decline")
    await olive.select(answer(why), ["names"])
    assert "There is nothing to read yet." in reply(await press(bartek, card_of(early), "Read ideas"))
    for custom_id in ("cp1:read-idea:1", "cp1:support:1", "cp1:unsupport:1"):
        assert "This idea is not there" in reply(await forge(bartek, early.square, custom_id))
    assert one(early, "SELECT count(*) FROM support") == 1


async def test_what_was_declined_waits_whatever_its_author_does(early: Town) -> None:
    amina, bartek, olive = early.members["Amina"], early.members["Bartek"], early.organiser
    await tell(amina, card_of(early), CARS)
    await tell(amina, card_of(early), DARK)
    for number in (1, 2):
        await olive.select(answer(await insist(olive, early.square, f"cp1:idea-decline:{number}")), ["harm"])
    changed_now = await amina.submit_modal(
        await forge(amina, early.square, "cp1:idea-edit:1:what"), {"said": CARS + " Still."}
    )
    assert "A person reads it first." in reply(changed_now)
    assert "Somebody else will read it" in reply(await forge(amina, early.square, "cp1:idea-again:2"))
    assert "There is nothing to read yet." in reply(await press(bartek, card_of(early), "Read ideas"))
    for number in (1, 2):
        said = await forge(bartek, early.square, f"cp1:read-idea:{number}")
        assert "This idea is not there" in reply(said), number


async def test_where_children_take_part_a_moderator_always_reads_first(there: Town) -> None:
    amina, bartek = there.members["Amina"], there.members["Bartek"]
    await choose(there, "Show ideas at once")
    for place, ages in enumerate(("both", "teens"), 1):
        title, question = f"For {ages}", f"What is it like, {ages}?"
        await start_project(there, title, ages=ages)
        await open_ask(there, question, project=title)
        go = "Go on (I’m 13 to 17)" if ages == "teens" else ADULT
        assert "Others see it at once" not in text_of(card_of(there, question))
        told = await tell(amina if ages == "both" else bartek, card_of(there, question), CARS, ages=go)
        assert "A person reads it first." in reply(told)
        read = await forge(there.members["Amina"], there.square, f"cp1:read-idea:{place}")
        assert "This idea is not there" in reply(read)
        ideas = await press(amina, card_of(there, question), "Read ideas")
        assert "There is nothing to read yet." in reply(ideas)


async def test_what_people_were_told_holds_for_an_open_ask(early: Town) -> None:
    amina, bartek = early.members["Amina"], early.members["Bartek"]
    await choose(early, "Read ideas first")
    await open_ask(early, WALK, project=GROWN_UP)
    await tell(amina, card_of(early), CARS)
    await tell(amina, card_of(early, WALK), DARK)
    assert CARS in reply(await press(bartek, card_of(early), "Read ideas"))
    assert "There is nothing to read yet." in reply(await press(bartek, card_of(early, WALK), "Read ideas"))
    await choose(early, "Show ideas at once")
    assert "There is nothing to read yet." in reply(await press(bartek, card_of(early, WALK), "Read ideas"))
    draft = await early.organiser.slash(early.square, "ask open", initiative=GROWN_UP, ask="problem")
    assert "Others see each idea at once, without a name." in reply(draft)
