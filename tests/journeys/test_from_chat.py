"""An organiser asks the author of a chat message for consent, and only the author can say yes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.text import shown
from bot.practice.town import Town, answer, open_ask, reply, tell, text_of
from bot.services.offers import DAYS
from tests.journeys.conftest import (
    ADULT,
    changed,
    custom_ids,
    deny,
    forge,
    forge_form,
    labels,
    last,
    one,
    press,
    restarted,
    tables,
    why,
)

WALK = "What is the walk like for you?"
PARK = "What is the park like for you?"
CHAT = "Nobody can cross **there** at night, I nearly fell!"
WORDS = "Nobody can cross there at night."
MENU = "Make this an idea"


@pytest.fixture
async def asked(project: Town) -> Town:
    """The town with one ask open."""
    await open_ask(project, WALK)
    return project


async def offer(there: Town, said: Any, words: str = WORDS) -> Any:
    """An organiser asks the author of a message; the card that does so."""
    form = await there.organiser.context_menu(there.square, MENU, said)
    done = await there.organiser.submit_modal(form, {"said": words})
    assert reply(done).startswith("**Asked.**")
    await there.settle()
    return last(there.square)


async def test_the_author_says_yes_and_the_idea_is_theirs(asked: Town) -> None:
    amina, bartek, olive = asked.members["Amina"], asked.members["Bartek"], asked.organiser
    said = await amina.send(asked.square, CHAT)
    form = await olive.context_menu(asked.square, MENU, said)
    assert form.modal is not None
    assert CHAT in str(form.modal)
    before = tables(asked)
    sent = await olive.submit_modal(form, {"said": WORDS})
    assert reply(sent).startswith("**Asked.** The author reads it in the channel")
    await asked.settle()
    assert not changed(before, tables(asked)) & {"interaction", "contribution", "person"}

    card = last(asked.square)
    words = text_of(card)
    assert f"/{asked.square.id}/{said.id}" in words
    assert f"“{WORDS}”" in words
    assert "Only its author can say yes" in words
    assert labels(card) == ["Yes, make it my idea", "No"]
    for name, member in (("Amina", amina), ("Olive", olive)):
        assert name not in words
        assert str(member.id) not in words + "".join(custom_ids(card))
    assert not card.mentions

    before = tables(asked)
    for member in (bartek, olive, asked.mayor):
        for label in ("Yes, make it my idea", "No"):
            refused = await press(member, card, label)
            assert "Only the author of the message can answer this." in reply(refused)
    assert changed(before, tables(asked)) == set()

    notice = await press(amina, card, "Yes, make it my idea")
    assert "A moderator reads your words first" in reply(notice)
    assert one(asked, "SELECT count(*) FROM contribution") == 0
    await restarted(asked)
    made = await press(amina, notice, ADULT)
    assert reply(made).startswith(f"**Saved. Your idea is number 1.**\n“{WORDS}”")
    assert f"/{asked.square.id}/{said.id}. Only you see this line." in reply(made)
    assert one(asked, "SELECT origin FROM contribution") == "chat"
    assert one(asked, "SELECT count(*) FROM offer") == 0
    await asked.settle()
    over = text_of(last(asked.square))
    assert over.startswith("**Settled.** The author of a message said yes")
    assert WORDS not in over
    assert labels(last(asked.square)) == ["All open questions"]
    for label in ("offer-yes", "offer-no"):
        stale = await forge(amina, asked.square, next(i for i in custom_ids(card) if label in i))
        assert reply(stale).startswith("This is over")
    assert one(asked, "SELECT count(*) FROM contribution") == 1


async def test_the_author_says_no_and_nothing_is_kept(asked: Town) -> None:
    amina = asked.members["Amina"]
    card = await offer(asked, await amina.send(asked.square, CHAT))
    assert reply(await press(amina, card, "No")).startswith("**All right.**")
    await asked.settle()
    assert text_of(last(asked.square)).startswith("**Settled.** The author of a message said no.")
    assert one(asked, "SELECT count(*) FROM offer") == one(asked, "SELECT count(*) FROM contribution") == 0
    kept = str(tables(asked))
    assert WORDS not in kept
    assert str(amina.id) not in kept


async def test_several_asks_and_one_offer_for_a_message(asked: Town) -> None:
    amina, olive = asked.members["Amina"], asked.organiser
    await open_ask(asked, PARK)
    said = await amina.send(asked.square, CHAT)
    first = await olive.context_menu(asked.square, MENU, said)
    second = await olive.context_menu(asked.square, MENU, said)
    await olive.submit_modal(first, {"ask": "2", "said": WORDS})
    twice = await olive.submit_modal(second, {"ask": "1", "said": WORDS})
    third = await olive.context_menu(asked.square, MENU, said)
    for refused in (twice, third):
        assert "The author of this message has been asked already." in reply(refused)
    await asked.settle()
    assert PARK in text_of(last(asked.square))
    assert one(asked, "SELECT count(*) FROM offer") == 1
    assert one(asked, "SELECT count(*) FROM outbox WHERE card = 'offer'") == 1


async def test_what_nobody_answers_goes_after_a_week(asked: Town) -> None:
    amina = asked.members["Amina"]
    await tell(amina, asked.card_of(asked.say, WALK + "**\nUse your own"), "Lamps!")
    said = await amina.send(asked.square, CHAT)
    card = await offer(asked, said)
    await asked.organiser.context_menu(asked.square, MENU, await amina.send(asked.square, "Another one."))
    await asked.wait(hours=2)
    assert one(asked, "SELECT count(*) FROM offer") == 1  # what was begun and never sent is gone
    await asked.wait(days=DAYS)
    assert one(asked, "SELECT count(*) FROM offer") == 0
    assert text_of(asked.card_of(asked.square, "This is over.")).startswith("**This is over.** We asked")
    refused = await forge(amina, asked.square, custom_ids(card)[0])
    assert reply(refused).startswith("This is over")
    assert one(asked, "SELECT count(*) FROM contribution") == 1


async def test_an_offer_is_over_to_the_minute_even_where_nothing_ends_it(asked: Town) -> None:
    amina = asked.members["Amina"]
    await tell(amina, asked.card_of(asked.say, WALK + "**\nUse your own"), "Lamps!")
    card = await offer(asked, await amina.send(asked.square, CHAT))
    now = asked.app.clock.now_ms()

    async def old(tx: AsyncConnection) -> None:
        await tx.execute(text("UPDATE offer SET until_ms = :now"), {"now": now})

    await asked.app.database.writer.run(old)
    assert reply(await press(amina, card, "Yes, make it my idea")).startswith("This is over")
    assert one(asked, "SELECT count(*) FROM contribution") == 1


@pytest.mark.parametrize("known", [True, False])
async def test_who_erases_themselves_is_not_asked_any_more(asked: Town, known: bool) -> None:
    amina = asked.members["Amina"]
    if known:
        await tell(amina, asked.card_of(asked.say, WALK + "**\nUse your own"), "Lamps!")
    await offer(asked, await amina.send(asked.square, CHAT))
    data = await amina.slash(asked.square, "my data")
    assert answer(data).attachments
    assert WORDS.encode() in await answer(data).attachments[0].read()
    await press(amina, await amina.slash(asked.square, "my erase"), "Yes, erase me")
    assert one(asked, "SELECT count(*) FROM offer") == 0
    await asked.settle()
    assert text_of(last(asked.square)).startswith("**This is over.**")
    assert str(amina.id) not in str(tables(asked))


async def test_whose_message_can_be_asked_about(asked: Town) -> None:
    amina, bartek, olive = asked.members["Amina"], asked.members["Bartek"], asked.organiser
    said = await amina.send(asked.square, CHAT)
    before = tables(asked)
    refused = await bartek.context_menu(asked.square, MENU, said)
    assert "This message is not yours." in reply(refused)
    ours = await olive.context_menu(asked.say, MENU, last(asked.say))
    assert "No person wrote this message" in reply(ours)
    deny(asked, asked.square, send_messages=False)
    refused = await olive.context_menu(asked.square, MENU, said)
    assert f"I can’t ask the author in <#{asked.square.id}>: I lack Send Messages there." in reply(refused)
    assert changed(before, tables(asked)) == set()


HOSTILE = "@everyone <@1> <@&2> [here](https://evil.example) `x` \u202eabc\u0000 \ud800 # big"


async def test_hostile_words_are_shown_as_they_are(asked: Town) -> None:
    amina, olive = asked.members["Amina"], asked.organiser
    said = await amina.send(asked.square, "x" * 2000)
    form = await olive.context_menu(asked.square, MENU, said)
    assert form.modal is not None
    number = one(asked, "SELECT id FROM offer")
    long = await forge_form(olive, asked.square, f"cp1:offer-send:{number}:1", said="x" * 4000)
    assert "Please use 1,000 or fewer." in reply(long)
    empty = await forge_form(olive, asked.square, f"cp1:offer-send:{number}:1", said=" \u202e\u0000 ")
    assert why(empty) == "Please write something first."
    for custom_id in (f"cp1:offer-send:{number}:9", f"cp1:offer-send:{number}:x", "cp1:offer-send:5:1"):
        wrong = await forge_form(olive, asked.square, custom_id, said=WORDS)
        assert "Something went wrong" not in reply(wrong)
        assert not reply(wrong).startswith("**")
    await forge_form(olive, asked.square, f"cp1:offer-send:{number}:1", said=HOSTILE)
    await asked.settle()
    card = last(asked.square)
    raw = [str(part.to_dict().get("content", "")) for part in card.components]
    assert f"“{shown(HOSTILE)}”" in raw[0]
    assert "@everyone" not in raw[0]
    assert not card.mention_everyone
    await press(amina, await press(amina, card, "Yes, make it my idea"), ADULT)
    assert "https://evil.example" in one(asked, "SELECT said FROM version")


async def test_an_offer_of_another_community_leads_nowhere(asked: Town) -> None:
    amina = asked.members["Amina"]
    card = await offer(asked, await amina.send(asked.square, CHAT))
    guild = asked.env.create_guild("Station Town", owner=asked.env.create_user("Warden"))
    square, elsewhere = guild.create_text_channel("square"), guild.add_member(amina.user)
    before = tables(asked)
    for custom_id in custom_ids(card):
        assert reply(await forge(elsewhere, square, custom_id)).startswith("This is over")
    after = tables(asked)
    assert after["offer"] == before["offer"]
    assert after["contribution"] == before["contribution"]


async def test_a_card_that_can_not_be_sent_is_never_sent_elsewhere(asked: Town) -> None:
    amina, olive = asked.members["Amina"], asked.organiser
    form = await olive.context_menu(asked.square, MENU, await amina.send(asked.square, CHAT))
    asked.env.inject_error("POST", "/channels/*/messages", status=404)
    await olive.submit_modal(form, {"said": WORDS})
    await asked.settle()
    which = one(asked, "SELECT id FROM outbox WHERE card = 'offer' AND state = 'dead'")
    await forge(olive, asked.square, f"cp1:post-again:{which}")
    await asked.settle()
    assert one(asked, "SELECT target FROM outbox WHERE card = 'offer'") == str(asked.square.id)
    assert WORDS in text_of(last(asked.square))
