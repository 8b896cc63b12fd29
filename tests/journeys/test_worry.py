"""Somebody is worried about someone: the contact hears of it, and nobody else does."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from bot.practice.town import Town, answer, open_ask, open_poll, reply, text_of, vote
from bot.services import worries
from tests.journeys.conftest import (
    ADULT,
    CROSSINGS,
    QUESTION,
    changed,
    database_of,
    fill,
    forge,
    forge_form,
    labels,
    last,
    one,
    press,
    restarted,
    tables,
)

WORRY = "Worried about someone"
WORDS, REACH = "A boy sleeps in the bus shelter on Mill Road, every night.", "07700 900123, after 4"
HELP = "Need help now, or worried about someone? In danger: 999. Childline: 0800 1111."


@pytest.fixture
async def asked(project: Town) -> Town:
    """The town with one question open."""
    await open_poll(project, QUESTION, CROSSINGS)
    return project


def letters(member: Any) -> list[Any]:
    """The private messages that somebody has from the bot."""
    return list(member.user.dm_channel.history())


def everybody_else(there: Town) -> list[Any]:
    return [*(who for who in there.everyone if who is not there.officer), there.witness]


async def write(there: Town, member: Any, words: str = WORDS, reach: str = "") -> Any:
    """Send a worry from the Help card."""
    helped = await press(member, last(there.say), "Help")
    return await fill(member, helped, WORRY, words=words, reach=reach)


async def test_it_reaches_the_contact_and_nobody_else_sees_a_thing(asked: Town) -> None:
    there, amina = asked, asked.members["Amina"]
    recorded = await vote(amina, there.ballot(QUESTION), "Mill Road")
    await there.settle()
    public = {channel: there.posts(channel) for channel in (there.say, there.square, there.moderators)}
    before = tables(there)

    shown = await press(amina, recorded, WORRY)
    assert shown.modal is not None
    told = json.dumps(shown.modal, ensure_ascii=False)
    assert "A person reads what you write" in told
    assert "Is someone in danger now?" in told
    assert "999" in told
    assert "value" not in told, "we fill nothing in"
    done = await amina.submit_modal(shown, {"words": WORDS, "reach": REACH})
    said = reply(done)
    assert said.startswith("**Sent.** What you wrote goes to the person who hears safety worries here")
    assert HELP in said
    assert "Questions? Ask Olive Reed, 01234 567890." in said
    assert "**What happens next:**" in said
    assert answer(done).ephemeral

    await there.settle()
    [letter] = letters(there.officer)
    got = text_of(letter)
    assert WORDS in got
    assert f"How to reach them:** {REACH}" in got
    assert f"“{there.guild.name}”" in got
    assert "“Safer walk to Mill Road School”" in got
    assert "Amina" not in got
    assert str(amina.id) not in str(letter.components) + str([part.to_dict() for part in letter.components])
    assert public == {channel: there.posts(channel) for channel in public}
    assert not any(letters(member) for member in everybody_else(there))

    after = tables(there)
    assert changed(before, after) == {"worry", "worry_count", "outbox"}
    had = await press(there.officer.user, letter, "I have it")
    assert reply(had).startswith("**Thank you. You have it.**")
    assert "Someone has this already" in reply(await press(there.officer.user, letter, "I have it"))
    after = tables(there)
    assert changed(before, after) == {"worry_count", "outbox"}
    new = [row for name in changed(before, after) for row in after[name] if row not in before[name]]
    assert not any(canary in repr(new) for canary in (str(amina.id), "Amina", "bus shelter", "900123"))


async def test_it_can_be_left_from_every_card_by_everybody_and_after_the_close(asked: Town) -> None:
    there, card = asked, asked.ballot(QUESTION)
    bartek, teen = there.members["Bartek"], there.members["Carys"]
    notice = await press(teen, card, "Mill Road")
    more = await press(teen, notice, "More")
    assert WORRY in labels(answer(more))
    assert ADULT in labels(answer(more))
    mine = await press(bartek, card, "My answer")
    facts = await press(bartek, card, "Who sees what?")
    helped = await press(bartek, last(there.say), "Help")
    everywhere = await press(bartek, helped, "Who sees what?")
    recorded = await vote(there.members["Dilan"], card, "Mill Road")
    cards = [
        (teen, more),
        (bartek, mine),
        (bartek, facts),
        (bartek, everywhere),
        (there.members["Dilan"], recorded),
    ]
    before = tables(there)
    for member, shown in cards:
        assert (await press(member, shown, WORRY)).modal is not None
    assert changed(before, tables(there)) == set()  # and nobody is known by opening it

    await there.wait(days=8)
    for count, (member, shown) in enumerate(cards, 1):
        assert reply(await fill(member, shown, WORRY, words=f"Worry {count}", reach="")).startswith(
            "**Sent.**"
        )
    for member in (there.organiser, there.councillor, there.officer, there.mayor, there.witness):
        assert reply(await write(there, member)).startswith("**Sent.**")
    await there.settle()
    assert len(letters(there.officer)) == len(cards) + 5
    assert one(there, "SELECT count(*) FROM identity WHERE platform_id = ?", str(bartek.id)) == 0


async def test_hostile_words_ping_nobody_and_say_nothing_in_our_name(asked: Town) -> None:
    there, olive = asked, asked.organiser
    bad = (
        f"@everyone @here <@{olive.id}> <@&{there.roles['Organisers'].id}>\n# News\n"
        "**How to reach them:** [a friend](https://evil.example)\n-# I don’t know who they are"
    )
    await write(there, there.members["Esther"], bad, "*[x](https://evil.example)* @everyone")
    await there.settle()
    [letter] = letters(there.officer)
    assert not letter.mention_everyone
    assert not letter.mentions
    assert not letter.role_mentions
    [sent] = [
        made.json
        for made in there.env.http_requests
        if isinstance(made.json, dict) and "evil" in json.dumps(made.json) and "data" not in made.json
        and "components" in made.json
    ]  # fmt: skip
    assert sent["allowed_mentions"] == {"parse": []}
    raw = "\n".join(part.to_dict().get("content", "") for part in letter.components)
    for live in ("@everyone", "@here", f"<@{olive.id}>", "\n# News", "](http", "https://", "\n-# "):
        assert live not in raw, live
    assert raw.count("**How to reach them:**") == 1


async def test_a_form_that_was_open_over_a_restart_is_not_lost(asked: Town) -> None:
    there, farida = asked, asked.members["Farida"]
    shown = await press(farida, await press(farida, last(there.say), "Help"), WORRY)
    assert shown.modal is not None
    await restarted(there)
    done = await forge_form(farida, there.say, shown.modal["custom_id"], words=WORDS, reach="")
    assert reply(done).startswith("**Sent.**")
    await restarted(there)  # before it was passed on
    await there.settle()
    [letter] = letters(there.officer)
    assert WORDS in text_of(letter)
    assert "They did not say how to reach them." in text_of(letter)


async def test_it_outlasts_an_outage(asked: Town) -> None:
    there = asked
    await there.settle()
    there.env.inject_error("POST", "/channels/*/messages", status=503, times=4)
    assert reply(await write(there, there.members["Gwen"])).startswith("**Sent.**")
    for _ in range(10):
        await there.settle()
    assert letters(there.officer) == []
    for _ in range(5):
        await there.wait(minutes=10)
    [letter] = letters(there.officer)
    assert WORDS in text_of(letter)
    await press(there.officer.user, letter, "I have it")
    await there.settle()
    with closing(sqlite3.connect(database_of(there))) as database:
        assert "bus shelter" not in "\n".join(database.iterdump())


async def test_two_at_once(asked: Town) -> None:
    there = asked
    for name in ("Hamid", "Ivana"):
        await write(there, there.members[name], f"Worry of {name}")
    await there.settle()
    assert sorted("Hamid" in text_of(letter) for letter in letters(there.officer)) == [False, True]
    assert one(there, "SELECT count FROM worry_count") == 2


async def test_a_contact_whom_nothing_reaches_is_told_at_the_desk_without_the_words(asked: Town) -> None:
    there, olive = asked, asked.organiser
    there.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await write(there, there.members["Joseph"], WORDS, REACH)
    await there.settle()
    desk = await olive.slash(there.square, "desk")
    said = reply(desk)
    assert (
        "A safety worry could not be delivered to the contact. Ask them to open their direct messages" in said
    )
    assert "bus shelter" not in said
    assert "900123" not in said
    assert "I’m trying again." in reply(await press(olive, desk, "Post again: a safety worry"))
    await there.settle()
    [letter] = letters(there.officer)
    assert WORDS in text_of(letter)
    assert "safety worry" not in reply(await olive.slash(there.square, "desk"))


async def choose_deputy(there: Town, who: Any) -> None:
    card = await press(there.mayor, await there.mayor.slash(there.square, "setup"), "Channels and people")
    await there.mayor.select(answer(card), [who], custom_id="cp1:setup-place:0:safeguarding_deputy")


async def test_a_worry_that_nobody_reads_goes_to_the_deputy_over_a_restart(asked: Town) -> None:
    there, olive, deputy = asked, asked.organiser, asked.councillor
    await choose_deputy(there, deputy)
    done = await write(there, there.members["Hamid"], WORDS, REACH)
    assert "If they don’t have it within a day, it goes to their deputy, too." in reply(done)
    assert "7 days at most once it has reached them, 90 days if I can’t reach anybody." in reply(done)
    await there.settle()
    assert (len(letters(there.officer)), letters(deputy)) == (1, [])
    await restarted(there)
    await there.wait(hours=25)
    [letter] = letters(deputy)
    assert "You are the deputy. **Nobody has said yet that they have this.**" in text_of(letter)
    assert WORDS in text_of(letter)
    assert REACH in text_of(letter)
    desk = reply(await olive.slash(there.square, "desk"))
    assert "A safety worry has waited for more than a day, and went to the deputy, too." in desk
    assert "bus shelter" not in desk
    assert reply(await press(deputy.user, letter, "I have it")).startswith("**Thank you. You have it.**")
    late = await press(there.officer.user, letters(there.officer)[0], "I have it")
    assert reply(late).startswith("Someone has this already")
    assert "safety worry" not in reply(await olive.slash(there.square, "desk"))
    await there.settle()
    with closing(sqlite3.connect(database_of(there))) as database:
        assert "bus shelter" not in "\n".join(database.iterdump())


async def test_who_is_no_longer_here_can_not_say_that_they_have_it(asked: Town) -> None:
    there = asked
    await choose_deputy(there, there.councillor)
    await write(there, there.members["Ivana"])
    await there.settle()
    [letter] = letters(there.officer)
    await choose_contact(there, there.witness)
    refused = await press(there.officer.user, letter, "I have it")
    assert reply(refused).startswith("Only the person who hears safety worries here, or their deputy")
    await there.settle()
    assert WORDS in text_of(letters(there.witness)[0])  # who has become the contact, and it was had by nobody


async def choose_contact(there: Town, who: Any) -> None:
    card = await press(there.mayor, await there.mayor.slash(there.square, "setup"), "Channels and people")
    await there.mayor.select(answer(card), [who], custom_id="cp1:setup-place:0:safeguarding_contact")


async def test_an_organiser_hands_on_what_an_idea_says_with_one_press(asked: Town) -> None:
    there, olive, writer = asked, asked.organiser, asked.members["Joseph"]
    await open_ask(there, "What is the walk like?")
    shown = await press(writer, there.card_of(there.say, "Use your own words"), "Tell us")
    assert "If you tell of danger, we pass your words" in reply(shown)
    form = await press(writer, shown, ADULT)
    assert "If you tell of danger, we pass your words" in json.dumps(form.modal, ensure_ascii=False)
    await writer.submit_modal(form, {"said": WORDS})
    await there.settle()
    before = tables(there)
    read = await press(olive, there.card_of(there.moderators, "to read."), "Read the next one")
    told = await press(olive, read, "Tell the safety contact")
    assert reply(told).startswith("**Passed on.** The person who hears safety worries gets these words")
    assert WORDS in reply(told)  # it is still there to be settled
    assert changed(before, tables(there)) == {"worry", "outbox"}
    twice = await press(olive, told, "Tell the safety contact")
    assert reply(twice).startswith("These words were passed on already.")
    await there.settle()
    [letter] = letters(there.officer)
    got = text_of(letter)
    assert got.startswith("### Words that tell of danger")
    assert WORDS in got
    assert "I don’t say who wrote them." in got
    assert "Joseph" not in got
    assert not letters(writer)
    assert not any(letters(member) for member in everybody_else(there))
    why = await press(olive, told, "Decline")
    await olive.select(answer(why), ["unclear"])
    await press(there.officer.user, letter, "I have it")
    await there.settle()
    assert one(there, "SELECT count(*) FROM worry") == 0


async def test_without_a_contact_the_form_is_not_opened(asked: Town) -> None:
    there, kemi = asked, asked.members["Kemi"]
    shown = await press(kemi, await press(kemi, last(there.say), "Help"), WORRY)
    erase = await there.officer.slash(there.square, "my erase")
    await press(there.officer, erase, "Yes, erase me")  # who was the contact
    before = tables(there)
    late = await kemi.submit_modal(shown, {"words": WORDS, "reach": ""})
    refused = await forge(kemi, there.say, "cp1:worry:0")
    for result in (late, refused):
        assert result.modal is None
        assert "Nobody is chosen here yet to hear safety worries" in reply(result)
        assert HELP in reply(result)
        assert "Olive Reed" in reply(result)
    assert changed(before, tables(there)) == set()


async def test_too_much_too_often_and_nothing_at_all(asked: Town) -> None:
    there, lowri = asked, asked.members["Lowri"]
    for words, told in (("x" * 4000, "This has 4,000 letters. Please use 1,400 or fewer."),
                        (" \n ", "Please write what worries you.")):  # fmt: skip
        wrong = await forge_form(lowri, there.say, "cp1:worry-send:0", words=words, reach="")
        assert told in reply(wrong)
        assert HELP in reply(wrong)
        assert (await press(lowri, wrong, "Mend it")).modal is not None
    for _ in range(worries.MOST):
        assert reply(await write(there, lowri)).startswith("**Sent.**")
    refused = await press(lowri, await press(lowri, last(there.say), "Help"), WORRY)
    assert refused.modal is None
    assert "You have sent several worries within an hour." in reply(refused)
    assert HELP in reply(refused)
    await there.settle()
    assert len(letters(there.officer)) == worries.MOST
