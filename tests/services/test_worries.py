"""A worry reaches the safeguarding contact and nobody else, and nothing of its sender is kept."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot import verify, wiring
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.services import communities, desk, due, my_data, painting, people, posting, safeguarding, worries
from bot.services.ports import NotSent
from bot.services.safeguarding import WORRY_TRIES
from bot.store import outbox
from bot.store import worries as stored
from bot.store.worries import Worry
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
from tests.recorder import Recorder, dead

WORDS, REACH, SENDER = (
    "Canarywords: a child is alone at night.",
    "canaryreach@example.org",
    "canary-sender-77",
)


async def send(world: World, who: Person | None = None, words: str = WORDS, **how: object) -> None:
    """Somebody whom we do not know sends a worry."""
    given = {"reach": REACH, "server": "Mill Town", "which": 0} | how
    await worries.send(world.app, who or stranger(world, 1), words, **given)  # type: ignore[arg-type]


def owner(world: World) -> Person:
    return Person(world.community.id, "owner", can_set_up=True)


async def name_contact(world: World, contact: str) -> None:
    await communities.set_up(world.app, owner(world), safeguarding_contact=contact)


async def kept(world: World) -> list[Worry]:
    """What nobody has yet, words and all."""
    async with world.app.database.reading() as tx:
        return await stored.of_community(tx, world.community.id)


async def test_it_goes_to_the_contact_alone(quiet: World, platform: Recorder) -> None:
    asked = await open_poll(quiet)
    await posting.deliver(quiet.app, platform)
    platform.messages.clear()
    quiet.app.wake.clear()
    await send(quiet, which=asked.id)
    assert quiet.app.wake.is_set()  # at once, not with the next beat
    await posting.deliver(quiet.app, platform)
    [post] = platform.messages.values()
    assert (post.card, post.place, post.target) == ("worry", "person", "contact-1")
    [one] = await kept(quiet)
    assert post.facts == {"worry": one.id, "to": "contact"}
    project = "Safer walk to Mill Road School"
    assert one == Worry(quiet.community.id, one.id, WORDS, REACH, "Mill Town", project, at_ms=quiet.now)


async def test_only_how_many_there_were_in_the_month_is_kept(quiet: World) -> None:
    asked = await open_poll(quiet)
    known = await resident(quiet, SENDER)
    before, recorded = await everything(quiet.app.database), await export(quiet)
    await send(quiet, known, which=asked.id)
    await send(quiet, known)
    after = await everything(quiet.app.database)
    assert await export(quiet) == recorded  # nothing tells of its moment
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"worry", "worry_count", "outbox"}
    assert after["worry_count"] == [(quiet.community.id, "2027-05", 2)]
    new = [row for table in changed for row in after[table] if row not in before[table]]
    assert SENDER not in repr(new)
    held = await people.find(quiet.app, known)
    assert held is not None
    assert str(held.id) not in repr(new)
    assert (await my_data.held(quiet.app, known))["record"] == []


async def sent(world: World, count: int) -> None:
    """So many worries, by as many people."""
    for who in range(count):
        await send(world, stranger(world, who))


async def counted(world: World) -> list[Any]:
    """What the record says of worries."""
    rows = [row_of(line) for line in (await export(world))[1:-1]]
    return [row["words"]["said"] for row in rows if row["act"].startswith("worr")]


@BOTH_ENGINES
async def test_the_record_says_how_many_there_were_in_a_month_that_is_over(quiet: World) -> None:
    other = await set_up(quiet.app, "server-2")
    await sent(quiet, 6)
    await sent(other, 4)  # of a few it says nothing
    for day in ("2027-05-31 09:00", "2027-06-06 23:00"):
        quiet.clock.set(day)
        await due.run_due(quiet.app, quiet.now)
        assert await counted(quiet) == []
    await sent(quiet, 5)  # of June
    for day in ("2027-06-07 09:00", "2027-06-08 09:00"):
        quiet.clock.set(day)
        await due.run_due(quiet.app, quiet.now)
        assert (await counted(quiet), await counted(other)) == ([{"month": "2027-05", "worries": 6}], [])
    quiet.clock.set("2027-07-05 09:00")
    await due.run_due(quiet.app, quiet.now)
    assert await counted(quiet) == [
        {"month": "2027-05", "worries": 6},
        {"month": "2027-06", "worries": 5},
    ]
    assert (await everything(quiet.app.database))["worry_count"] == []
    lines = await export(quiet)
    assert verify.check(lines, json.loads(lines[-1])["head"]).ok


async def test_after_an_outage_each_month_is_told_once(quiet: World) -> None:
    for day, count in (("2027-05-10 09:00", 5), ("2027-06-10 09:00", 4), ("2027-07-10 09:00", 7)):
        quiet.clock.set(day)
        await sent(quiet, count)
    quiet.clock.set("2027-09-20 12:00")
    for _ in range(2):
        await due.run_due(quiet.app, quiet.now)
        assert await counted(quiet) == [
            {"month": "2027-05", "worries": 5},
            {"month": "2027-07", "worries": 7},
        ]


async def test_a_month_ends_by_the_communitys_clocks(quiet: World) -> None:
    await communities.set_up(quiet.app, owner(quiet), time_zone="Pacific/Auckland")
    quiet.clock.set("2027-05-31 12:30")  # June has begun there
    await sent(quiet, 5)
    assert (await everything(quiet.app.database))["worry_count"] == [(quiet.community.id, "2027-06", 5)]


@pytest.mark.parametrize(
    ("words", "reach", "code"),
    [
        ("", "", "worry-empty"),
        (" \n\u200b ", "", "worry-empty"),
        ("a" * 4000, "", "words-too-long"),
        ("*" * (worries.WORDS_LENGTH + 1), "", "words-too-long"),
        ("Help", "*" * (worries.REACH_LENGTH + 1), "words-too-long"),
    ],
)
async def test_what_cannot_be_passed_on_changes_nothing(
    quiet: World, words: str, reach: str, code: str
) -> None:
    before = await everything(quiet.app.database)
    for _ in range(worries.MOST + 1):  # and does not count
        with pytest.raises(Refusal, match=code):
            await send(quiet, words=words, reach=reach)
    assert await everything(quiet.app.database) == before


async def test_letters_that_take_more_room_once_composed_are_not_too_many(quiet: World) -> None:
    await send(quiet, words="\u09dc" * worries.WORDS_LENGTH)  # Bengali, as keyboards type it
    assert len(await outbox_of(quiet, "worry")) == 1


async def test_without_a_contact_nothing_is_kept(quiet: World) -> None:
    await name_contact(quiet, "")
    before = await everything(quiet.app.database)
    with pytest.raises(Refusal, match="worry-nobody"):
        worries.check(
            quiet.app, await communities.by_number(quiet.app, quiet.community.id), stranger(quiet, 1)
        )
    with pytest.raises(Refusal, match="worry-nobody"):
        await send(quiet)
    assert await everything(quiet.app.database) == before


async def test_numbers_of_nothing_or_of_another_community_hold_nothing_up(quiet: World) -> None:
    other = await set_up(quiet.app, "server-2")
    for which in (1, 77, 10**17):
        await send(other, stranger(other, which), which=which)
    assert len(await outbox_of(other, "worry")) == 3
    assert [one.project for one in await kept(other)] == ["", "", ""]
    assert await outbox_of(quiet, "worry") == []


async def test_five_an_hour_and_no_more(quiet: World) -> None:
    for _ in range(worries.MOST):
        await send(quiet)
        quiet.clock.move(minutes=10)
    with pytest.raises(Refusal, match="worry-too-many"):
        await send(quiet)
    await send(quiet, stranger(quiet, 2))
    quiet.clock.move(minutes=10)
    await send(quiet)  # the first one was an hour ago
    with pytest.raises(Refusal, match="worry-too-many"):
        await send(quiet)
    quiet.clock.move(hours=2)
    worries.check(quiet.app, quiet.community, stranger(quiet, 3))
    assert quiet.app.worried == {}
    assert "user-1" not in repr(quiet.app.worried)


@BOTH_ENGINES
async def test_many_at_once_are_as_many(quiet: World) -> None:
    tries = [send(quiet, stranger(quiet, who)) for who in (1, 2) for _ in range(20)]
    found = await asyncio.gather(*tries, return_exceptions=True)
    refused = [one.code for one in found if isinstance(one, Refusal)]
    assert refused == ["worry-too-many"] * (len(tries) - 2 * worries.MOST)
    assert len(await outbox_of(quiet, "worry")) == 2 * worries.MOST
    [(_, _, count)] = (await everything(quiet.app.database))["worry_count"]
    assert count == 2 * worries.MOST


async def test_what_could_not_be_saved_does_not_count(quiet: World) -> None:
    writer = quiet.app.database.writer
    await writer.stop()
    for _ in range(worries.MOST):
        with pytest.raises(Refusal, match="cannot-save"):
            await send(quiet)
    writer.start()
    await send(quiet)


async def test_it_makes_no_card_be_painted(quiet: World, platform: Recorder) -> None:
    await open_poll(quiet)
    app = quiet.app
    for _ in range(3):
        await wiring.tick(app, platform)
    platform.painted.clear()
    for who in range(20):
        await send(quiet, stranger(quiet, who))
        await painting.notice(app, everywhere)
        assert app.stale == set()
        await painting.repaint(app, platform)
    assert platform.painted == []
    async with app.database.reading() as tx:
        number, shown = (await tx.execute(text("SELECT number, shown FROM head"))).one()
    assert number == shown


# --- how it gets there


async def test_an_unknown_outcome_is_tried_again_at_most_a_few_times(
    quiet: World, platform: Recorder
) -> None:
    platform.failures.extend(("after", NotSent("unknown")) for _ in range(20))
    await send(quiet)
    for _ in range(30):
        await posting.deliver(quiet.app, platform)
        quiet.clock.move(minutes=16)
    assert platform.cards() == ["say", *["worry"] * WORRY_TRIES]
    assert await dead(quiet) == ["unsure:"]
    assert [one.words for one in await kept(quiet)] == [WORDS]


async def test_twice_is_better_than_never(quiet: World, platform: Recorder) -> None:
    platform.failures.append(("after", NotSent("unknown")))
    await send(quiet)
    for _ in range(5):
        await posting.deliver(quiet.app, platform)
        quiet.clock.move(minutes=1)
    assert platform.cards() == ["say", "worry", "worry"]
    [first, second] = [post for post in platform.messages.values() if post.card == "worry"]
    assert first.facts == second.facts


@BOTH_ENGINES
async def test_a_crash_in_the_middle_of_sending_loses_none(quiet: World, platform: Recorder) -> None:
    await send(quiet)
    [post] = await outbox_of(quiet, "worry")
    await quiet.app.database.writer.run(
        lambda tx: outbox.claim(tx, post, quiet.now, posting.LEASE_MS)
    )  # and dies with it
    quiet.clock.move(minutes=3)
    assert await posting.deliver(quiet.app, platform) == 1
    assert platform.cards() == ["say", "worry"]


@BOTH_ENGINES
async def test_after_a_restore_it_is_sent_again(quiet: World, platform: Recorder) -> None:
    await send(quiet)
    await quiet.app.database.writer.run(outbox.doubt)
    assert await posting.deliver(quiet.app, platform) == 1
    assert platform.cards() == ["say", "worry"]


async def test_it_goes_to_whoever_is_the_contact_by_then(quiet: World, platform: Recorder) -> None:
    platform.failures.append(("before", NotSent("not-yet")))
    await send(quiet)
    await posting.deliver(quiet.app, platform)
    await name_contact(quiet, "contact-2")
    quiet.clock.move(minutes=1)
    await posting.deliver(quiet.app, platform)
    assert [post.target for post in platform.messages.values() if post.card == "worry"] == ["contact-2"]


async def test_undelivered_words_are_kept_for_another_try_and_shown_to_no_organiser(
    quiet: World, platform: Recorder
) -> None:
    platform.failures.append(("before", NotSent("closed")))
    await send(quiet)
    await posting.deliver(quiet.app, platform)
    found = await desk.desk(quiet.app, quiet.organiser)
    [unsent] = found.unsent
    assert (unsent.card, unsent.trouble) == ("worry", "closed:")
    assert "anary" not in repr(found)
    with pytest.raises(Refusal, match="organisers-only"):
        await posting.post_again(quiet.app, stranger(quiet, 2), unsent.id)
    await posting.post_again(quiet.app, quiet.organiser, unsent.id)
    assert await posting.deliver(quiet.app, platform) == 1
    [sent] = [post for post in platform.messages.values() if post.card == "worry"]
    [one] = await kept(quiet)
    assert (sent.facts["worry"], one.words) == (one.id, WORDS)


@BOTH_ENGINES
async def test_when_the_contact_has_erased_themselves_another_can_be_chosen(
    quiet: World, platform: Recorder
) -> None:
    await send(quiet)
    await people.erase(quiet.app, Person(quiet.community.id, "contact-1"))
    assert await posting.deliver(quiet.app, platform) == 0
    [unsent] = (await desk.desk(quiet.app, quiet.organiser)).unsent
    with pytest.raises(Refusal, match="worry-contact-missing"):
        await posting.post_again(quiet.app, quiet.organiser, unsent.id)
    await name_contact(quiet, "contact-2")  # by itself it goes to whoever is chosen
    await posting.deliver(quiet.app, platform)
    assert [post.target for post in platform.messages.values() if post.card == "worry"] == ["contact-2"]


# --- what stays


@SQLITE_ONLY
async def test_no_byte_of_the_sender_and_none_of_the_words_once_somebody_has_them(
    quiet: World, platform: Recorder, tmp_path: Path
) -> None:
    def held(canary: str) -> bool:
        return any(canary.encode() in file.read_bytes() for file in tmp_path.glob("folkmoot.db*"))

    long = WORDS + " and more" * 100 + " canaryend"
    await send(quiet, stranger(quiet, SENDER), long)
    assert (held("Canarywords"), held(REACH), held(SENDER)) == (True, True, False)
    await posting.deliver(quiet.app, platform)
    [one] = await kept(quiet)
    assert await safeguarding.have(quiet.app, Person(quiet.community.id, "contact-1"), one.id)
    assert quiet.app.checkpoint_owed
    await wiring.tick(quiet.app, platform)
    assert not quiet.app.checkpoint_owed
    for canary in ("Canarywords", "canaryend", REACH, "canaryreach", SENDER, "Mill Town"):
        assert not held(canary), canary


@BOTH_ENGINES
async def test_one_that_never_arrived_goes_with_its_community(quiet: World, platform: Recorder) -> None:
    other = await set_up(quiet.app, "server-2")
    platform.failures.extend(("before", NotSent("closed")) for _ in range(9))
    await send(quiet)
    await send(other)
    await posting.deliver(quiet.app, platform)
    await communities.removed(quiet.app, "discord", "server-1")
    for days in (29, 3):
        assert (len(await kept(quiet)), len(await kept(other))) == (1, 1)
        quiet.clock.move(days=days)
        await due.run_due(quiet.app, quiet.now)
        await forget_what_is_owed(quiet.app)
    assert (len(await kept(quiet)), len(await kept(other))) == (0, 1)
    assert await dead(quiet) == []
