"""``/setup``: from nothing to complete, and again."""

from __future__ import annotations

from bot.practice.town import Town, answer, reply, set_up, text_of
from tests.journeys.conftest import changed, deny, fill, forge, forge_form, last, one, press, tables, why

WORDS = {
    "lead_contact": "Olive Reed, 01234 567890",
    "help_lines": "In danger: 999",
    "time_zone": "Europe/London",
    "language": "en",
}


async def test_setting_up_from_nothing(bare: Town) -> None:
    there, mayor = bare, bare.mayor
    first = reply(await mayor.slash(there.square, "setup"))
    for lacking in (
        "A role for organisers", "The moderators’ channel", "The have-your-say channel",
        "Whom people can ask", "Who hears safety worries", "The help lines", "A witness outside your team",
    ):  # fmt: skip
        assert f"**Missing:** {lacking}" in first

    await set_up(there)

    done = reply(await mayor.slash(there.square, "setup"))
    assert "Missing" not in done
    assert "Everything is set up. Organisers start with /desk." in done
    assert f"Organisers: <@&{there.roles['Organisers'].id}>" in done
    assert f"Have-your-say channel: <#{there.say.id}>" in done
    assert f"The deputy of whoever hears safety worries: <@{there.councillor.id}>" in done
    assert f"Who outside your team keeps the weekly proof: <@{there.witness.id}>" in done
    await there.settle()
    assert "## Have your say" in text_of(last(there.say))


async def test_setup_is_for_those_who_manage_the_server(bare: Town) -> None:
    card = await bare.mayor.slash(bare.square, "setup")
    refused = await forge(bare.organiser, bare.square, "cp1:setup:0")
    assert reply(refused) == "Only people who may manage this server can do this. Please ask one of them."
    assert "Set-up" in reply(card)


async def test_setup_refuses_what_it_does_not_know(bare: Town) -> None:
    mayor, before = bare.mayor, tables(bare)
    card = await mayor.slash(bare.square, "setup")
    before = tables(bare)

    wrong = await fill(mayor, card, "Words and clock", **WORDS | {"time_zone": "Mill Town"})
    assert why(wrong) == "I don’t know the time zone “Mill Town”. Write it like Europe/London."
    wrong = await fill(mayor, card, "Words and clock", **WORDS | {"language": "cy"})
    assert why(wrong) == "I don’t speak “cy” yet. Choose one of: en."
    long = await forge_form(mayor, bare.square, "cp1:setup-words-set:0", **WORDS | {"help_lines": "9" * 1001})
    assert why(long) == "This has 1,001 letters. Please use 1,000 or fewer."
    assert changed(before, tables(bare)) == set()


async def test_without_a_deputy_set_up_is_complete_and_says_what_that_means(there: Town) -> None:
    read = reply(await there.mayor.slash(there.square, "setup"))
    assert "Everything is set up." in read
    assert (
        "If that person is away, nobody else hears them. To choose one, press “Channels and people”." in read
    )


async def test_one_role_has_one_standing(there: Town) -> None:
    roles = await press(there.mayor, await there.mayor.slash(there.square, "setup"), "Roles")
    twice = await there.mayor.select(
        answer(roles), [there.roles["Officers"]], custom_id="cp1:setup-role:0:councillor"
    )
    assert reply(twice) == "One role can have one standing only. Take it out of the other one first."


async def test_setup_again_names_what_is_lacking_by_permission_and_channel(there: Town) -> None:
    deny(there, there.say, attach_files=False, send_messages=False)
    there.env.backend.delete_role(there.guild.id, there.roles["Officers"].id)

    read = reply(await there.mayor.slash(there.square, "setup"))

    assert f"**In <#{there.say.id}> I lack:** Send Messages, Attach Files" in read
    assert "1 role you chose was deleted." in read
    assert "Everything is set up" not in read


async def test_another_clock_moves_the_digest_with_it(there: Town) -> None:
    before = one(there, "SELECT next_ms FROM schedule WHERE act = 'digest'")
    card = await there.mayor.slash(there.square, "setup")
    kept = await fill(there.mayor, card, "Words and clock", **WORDS | {"time_zone": "America/New_York"})
    assert "**Kept.**" in reply(kept)
    after = one(there, "SELECT next_ms FROM schedule WHERE act = 'digest'")
    assert after % 86_400_000 == 13 * 3_600_000  # 9:00 in New York
    assert before % 86_400_000 == 8 * 3_600_000
