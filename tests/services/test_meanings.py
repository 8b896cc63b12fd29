"""What does this mean: nobody counts twice, nobody can be found, and what is owed is told."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from bot import verify, wiring
from bot.domain.meanings import mark_of_asker, mark_of_word
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.services import communities, desk, digests, due, meanings, my_data, painting, people, posting
from bot.services.ports import App
from bot.store import words
from tests.builders import (
    BOTH_ENGINES,
    SQLITE_ONLY,
    World,
    everywhere,
    export,
    forget_what_is_owed,
    open_poll,
    outbox_of,
    resident,
    row_of,
    set_up,
    stranger,
)
from tests.lived_in import everything
from tests.recorder import Recorder

WORD, ASKER = "canaryword", "canary-asker-77"
MEANING = "A post in the road. Bikes get past it, cars don't."


async def ask(world: World, count: int = 3, word: str = WORD) -> meanings.Told:
    """So many people ask for a word; what the last of them hears."""
    told = [await meanings.ask(world.app, stranger(world, number), word) for number in range(count)]
    return told[-1]


async def owed(world: World) -> list[tuple[str, int]]:
    """What an organiser's desk says."""
    return [(one.said, one.asked) for one in (await desk.desk(world.app, world.organiser)).words]


async def askings(world: World) -> int:
    async with world.app.database.reading() as tx:
        return len(await words.askings(tx, world.community.id))


# --- counting


async def test_when_enough_have_asked_it_is_owed(world: World) -> None:
    assert await ask(world, 2) == meanings.Told(WORD)
    assert await owed(world) == []
    assert (await digests.preview(world.app, world.organiser)).words == 0
    assert await meanings.ask(world.app, stranger(world, 3), "Canarywords!") == meanings.Told(
        "Canarywords", owed=True
    )
    assert await owed(world) == [("Canarywords", 3)]
    assert (await digests.preview(world.app, world.organiser)).words == 1
    assert await meanings.ask(world.app, stranger(world, 4), WORD) == meanings.Told("Canarywords", owed=True)
    assert await owed(world) == [("Canarywords", 3)]
    assert await askings(world) == 0


@pytest.mark.parametrize("wanted", [2, 5])
async def test_how_many_are_enough_is_a_setting(world: World, wanted: int) -> None:
    chosen = world.app.settings
    world.app.settings = replace(chosen, asks=replace(chosen.asks, words_wanted=wanted))
    await ask(world, wanted - 1)
    assert await owed(world) == []
    await ask(world, wanted)
    assert await owed(world) == [(WORD, wanted)]


@BOTH_ENGINES
async def test_nobody_counts_twice_at_once_later_or_after_a_restart(world: World, second: App) -> None:
    one = stranger(world, 1)
    second.key = world.app.key  # made of the same token
    await asyncio.gather(*(meanings.ask(app, one, WORD) for app in (world.app, second) for _ in range(4)))
    world.clock.move(days=30)
    world.app.asked.clear()
    for app in (world.app, second):
        for written in (WORD, f"{WORD}s", WORD.upper()):
            assert not (await meanings.ask(app, one, written)).owed
    await people.go_on(world.app, one, "adults")  # and not as somebody whom we know by now
    assert not (await meanings.ask(world.app, one, WORD)).owed
    assert await askings(world) == 1


@BOTH_ENGINES
async def test_many_at_once_make_one_word(world: World, second: App) -> None:
    second.key = world.app.key
    told = await asyncio.gather(
        *(meanings.ask(app, stranger(world, who), WORD) for who in range(9) for app in (world.app, second))
    )
    assert await owed(world) == [(WORD, 3)]
    assert await askings(world) == 0
    assert sum(one.owed for one in told) >= 9


async def test_another_community_counts_for_itself(world: World) -> None:
    other = await set_up(world.app, "server-2")
    await ask(world, 2)
    await ask(other, 2)
    assert (await owed(world), await owed(other)) == ([], [])
    await ask(world)
    assert (await owed(world), await owed(other)) == ([(WORD, 3)], [])
    await meanings.explain(world.app, world.organiser, WORD, MEANING)
    assert (await meanings.ask(other.app, stranger(other, 9), WORD)).meaning == ""
    [mine] = await meanings.listing(world.app, world.organiser)
    for act in (meanings.look, meanings.remove):
        with pytest.raises(Refusal, match="word-unknown"):
            await act(world.app, other.organiser, mine.id)


async def test_ten_a_day_and_no_more(world: World) -> None:
    one = stranger(world, 1)
    tries = [meanings.ask(world.app, one, f"word {number}") for number in range(20)]
    found = await asyncio.gather(*tries, return_exceptions=True)
    refused = [each.code for each in found if isinstance(each, Refusal)]
    assert refused == ["words-asked-many"] * 10
    assert await askings(world) == 10
    assert (await meanings.ask(world.app, one, "stakeholder")).meaning == "people it affects"
    await meanings.ask(world.app, stranger(world, 2), WORD)
    world.clock.move(days=1, minutes=1)
    await meanings.ask(world.app, one, WORD)
    assert "user-1" not in repr(world.app.asked)


async def test_what_could_not_be_saved_does_not_count(world: World) -> None:
    writer = world.app.database.writer
    await writer.stop()
    for _ in range(meanings.MOST):
        with pytest.raises(Refusal, match="cannot-save"):
            await ask(world, 1)
    writer.start()
    await ask(world, 1)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "word-missing"),
        ("🚸", "word-missing"),
        ("\x00\u202e\ud800", "word-missing"),
        ("x" * 61, "words-too-long"),
    ],
)
async def test_what_is_no_word_changes_nothing(world: World, typed: str, code: str) -> None:
    before = await everything(world.app.database)
    with pytest.raises(Refusal, match=code):
        await ask(world, 1, typed)
    with pytest.raises(Refusal, match=code):
        await meanings.explain(world.app, world.organiser, typed, MEANING)
    assert await everything(world.app.database) == before
    assert world.app.asked == {}


@BOTH_ENGINES
async def test_hostile_words_are_kept_clean(world: World) -> None:
    bad = "\u202e<@1>\x00 \ud800*[x](https://evil.example)* @everyone"
    await ask(world, 3, bad)
    await meanings.explain(world.app, world.organiser, bad, f"{bad}\n# News\n-# small")
    [one] = await meanings.listing(world.app, world.organiser)
    assert one.said == "1> *[x](https://evil.example)* @everyone"
    assert one.meaning == "<@1> *[x](https://evil.example)* @everyone # News -# small"


# --- who asked


async def test_no_row_leads_to_who_asked_and_no_word_is_readable_before_it_is_owed(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    await open_poll(world)
    known = await resident(world, ASKER)
    held = await people.find(world.app, known)
    assert held is not None
    before = await everything(world.app.database)
    await meanings.ask(world.app, known, WORD)
    after = await everything(world.app.database)
    assert {table for table in after if after[table] != before[table]} == {"asking"}
    [row] = after["asking"]
    assert row[3] % 86_400_000 == 0  # the day, not the moment
    canaries = (WORD, ASKER, f"user-{ASKER}", str(held.id), repr(held.secret))
    assert not any(canary in repr(row) for canary in canaries)

    await ask(world, 2)
    last = await everything(world.app.database)
    new = [each for table in last for each in last[table] if each not in before[table]]
    assert WORD in repr(new)
    assert not any(canary in repr(new) for canary in canaries[1:])
    assert {table for table in last if last[table] != before[table]} == {"word"}
    told = (await digests.preview(world.app, world.organiser)).as_json()
    assert not any(canary in json.dumps(told) + caplog.text for canary in canaries)
    assert "word" not in "".join(await export(world))


async def test_the_marks_can_not_be_made_from_what_the_database_holds(world: World) -> None:
    one = await resident(world, 1)
    await meanings.ask(world.app, one, WORD)
    [(_, mark, who, _)] = (await everything(world.app.database))["asking"]
    secrets = [value for rows in (await everything(world.app.database)).values() for each in rows
               for value in each if isinstance(value, bytes)]  # fmt: skip
    assert secrets
    for secret in (*secrets, b"", bytes(32), b"server-1"):
        assert mark_of_word(secret, world.community.id, WORD) != mark
        assert mark_of_asker(secret, mark, one.platform_id) != who
    assert world.app.key not in secrets
    assert repr(world.app.key) not in repr(world.app)


@BOTH_ENGINES
async def test_who_erases_themselves_did_not_ask(world: World) -> None:
    known, unknown = await resident(world, 1), stranger(world, 2)
    for one in (known, unknown):
        await meanings.ask(world.app, one, WORD)
        await meanings.ask(world.app, one, "another")
    assert (await my_data.held(world.app, known))["words_asked_for"] == 2
    await people.erase(world.app, known)
    assert await askings(world) == 2
    await people.erase(world.app, unknown)
    assert (await everything(world.app.database))["asking"] == []
    with pytest.raises(Refusal, match="nothing-held"):
        await people.erase(world.app, unknown)
    await meanings.ask(world.app, known, WORD)  # back again, and one person still
    await ask(world, 1)
    assert await owed(world) == []


@SQLITE_ONLY
async def test_no_byte_of_them_stays_in_the_file(world: World, platform: Recorder, tmp_path: Path) -> None:
    def held(canary: bytes) -> bool:
        return any(canary in file.read_bytes() for file in tmp_path.glob("folkmoot.db*"))

    one = stranger(world, ASKER)
    await meanings.ask(world.app, one, WORD)
    [(_, _, who, _)] = (await everything(world.app.database))["asking"]
    assert (held(who), held(ASKER.encode()), held(WORD.encode())) == (True, False, False)
    await people.erase(world.app, one)
    await wiring.tick(world.app, platform)
    assert not held(who)


@BOTH_ENGINES
async def test_after_the_months_it_is_forgotten_and_so_it_is_with_the_community(world: World) -> None:
    other = await set_up(world.app, "server-2")
    await ask(world, 2)
    await ask(other, 3, "canaryowed")
    await ask(other, 1)
    await meanings.explain(other.app, other.organiser, "LTN", MEANING)
    await communities.removed(world.app, "discord", "server-2")
    world.clock.move(days=32)
    await due.run_due(world.app, world.now)
    await forget_what_is_owed(world.app)
    assert (await askings(world), await askings(other)) == (2, 0)
    assert [row[3] for row in (await everything(world.app.database))["word"]] == ["LTN"]
    world.clock.move(days=340)
    await due.run_due(world.app, world.now)
    await forget_what_is_owed(world.app)
    assert await askings(world) == 0
    assert not (await ask(world, 1)).owed


# --- explaining


@BOTH_ENGINES
async def test_an_explanation_is_told_once_kept_and_on_the_record(quiet: World, platform: Recorder) -> None:
    await ask(quiet)
    for _ in range(2):  # what was before is on the cards
        await painting.notice(quiet.app, everywhere)
        await painting.repaint(quiet.app, platform)
    for _ in range(2):  # sent twice
        await meanings.explain(quiet.app, quiet.organiser, WORD, MEANING)
    assert await owed(quiet) == []
    assert (await meanings.ask(quiet.app, stranger(quiet, 9), WORD.title())).meaning == MEANING
    [post] = await outbox_of(quiet, "meaning")
    assert (post.place, post.target) == ("channel", quiet.community.say_channel)
    lines = await export(quiet)
    [said] = [row_of(line)["words"]["said"] for line in lines[1:-1] if '"word-explained"' in line]
    assert said == {"word": WORD, "meaning": MEANING}
    assert verify.check(lines, json.loads(lines[-1])["head"]).ok
    await painting.notice(quiet.app, everywhere)
    assert quiet.app.stale == set()  # it shows on no card
    await posting.deliver(quiet.app, platform)
    assert platform.cards()[-2:] == ["meaning", "say"]


@BOTH_ENGINES
async def test_it_can_be_changed_and_removed(world: World) -> None:
    await ask(world, 2)
    made = await meanings.explain(world.app, world.organiser, WORD, MEANING)  # before anybody had to
    assert await askings(world) == 0
    again = await meanings.explain(world.app, world.organiser, "CanaryWord", "A post.")
    assert (again.id, again.said, again.meaning) == (made.id, "CanaryWord", "A post.")
    assert len(await outbox_of(world, "meaning")) == 2
    await meanings.remove(world.app, world.organiser, made.id)
    assert await meanings.listing(world.app, world.organiser) == []
    assert await meanings.to_tell(world.app, world.community.id, made.id) is None
    with pytest.raises(Refusal, match="word-unknown"):
        await meanings.remove(world.app, world.organiser, made.id)
    assert await ask(world) == meanings.Told(WORD, owed=True)


async def test_a_word_that_nobody_explains_is_removed_without_its_name_on_the_record(world: World) -> None:
    await ask(world)
    [one] = await meanings.listing(world.app, world.organiser)
    await meanings.remove(world.app, world.organiser, one.id)
    [line] = [line for line in await export(world) if "word-removed" in line]
    assert row_of(line)["words"]["said"] == {"asked": 3}
    assert WORD not in "".join(await export(world))


async def test_only_organisers_explain_and_only_where_it_can_be_told(world: World) -> None:
    owner = Person(world.community.id, "owner", can_set_up=True)
    await communities.set_up(world.app, owner, say_channel="")
    before = await everything(world.app.database)
    with pytest.raises(Refusal, match="organisers-only"):
        await meanings.explain(world.app, stranger(world, 1), WORD, MEANING)
    with pytest.raises(Refusal, match="say-channel-missing"):
        await meanings.explain(world.app, world.organiser, WORD, MEANING)
    assert await everything(world.app.database) == before


async def test_the_community_s_own_words_go_before_ours(world: World) -> None:
    assert (await ask(world, 1, "Stakeholders")).meaning == "people it affects"
    await meanings.explain(world.app, world.organiser, "Stakeholder", "You and your neighbours.")
    assert (await ask(world, 1, "stakeholders")).meaning == "You and your neighbours."
    assert (await meanings.explained(world.app, world.community.id)).plain == {
        "Stakeholder": "You and your neighbours."
    }
