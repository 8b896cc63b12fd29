"""Retention: what is not needed any more goes by itself, and nothing published moves."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.people import Person
from bot.services import answers, communities, due, initiatives, my_data, people, records, retention, rounds
from bot.services.ports import App
from bot.store import answers as stored
from bot.store import outbox
from tests.builders import (
    BOTH_ENGINES,
    SQLITE_ONLY,
    World,
    are_here,
    close_at_its_time,
    export,
    open_poll,
    resident,
    residents,
    set_up,
)

REASON = "We know enough."


async def night(world: World, **by: float) -> None:
    """Some time later, after the night's work."""
    world.clock.move(**by)
    await due.run_due(world.app, world.now)


async def is_known(world: World, person: Person) -> bool:
    return await people.find(world.app, person) is not None


async def authors(world: World, which: int) -> list[int]:
    async with world.app.database.reading() as tx:
        return [one.person for one in await stored.of_round(tx, world.community.id, which)]


@BOTH_ENGINES
async def test_who_was_silent_for_twelve_months_is_forgotten(world: World) -> None:
    asked, (silent, active) = await open_poll(world), await residents(world, 2)
    await answers.answer(world.app, silent, asked.id, ["0"])
    await close_at_its_time(world, asked)
    before = await records.results(world.app, world.organiser, asked.id)
    later = await open_poll(world, days=364)
    await night(world, days=300)
    await answers.answer(world.app, active, later.id, ["0"])
    await are_here(world, active)
    assert await is_known(world, silent)
    await night(world, days=61)
    assert await is_known(world, silent), "it is not twelve months after the week in which they were here"
    await night(world, days=4)
    assert not await is_known(world, silent)
    assert await is_known(world, active)
    assert await records.results(world.app, world.organiser, asked.id) == before
    assert len(await authors(world, asked.id)) == 1


@pytest.mark.parametrize("part", ["lead", "deputy", "witness", "safeguarding_contact"])
async def test_who_has_a_part_to_play_may_be_silent(world: World, part: str) -> None:
    person = await resident(world, 1)
    app, organiser, which = world.app, world.organiser, world.initiative.id
    if part == "lead":
        await initiatives.hand_over(app, organiser, which, person.platform_id, "")
    elif part == "deputy":
        await initiatives.hand_over(app, organiser, which, "", person.platform_id)
    else:
        owner = Person(world.community.id, "owner", can_set_up=True)
        await communities.set_up(app, owner, **{part: person.platform_id})
    await night(world, days=500)
    assert await is_known(world, person)


async def test_who_only_organises_is_not_silent(world: World) -> None:
    organiser = Person(world.community.id, "organiser-2", world.organiser.role_ids)
    await rounds.close_early(world.app, organiser, (await open_poll(world)).id, REASON)
    await night(world, days=300)
    await rounds.close_early(world.app, organiser, (await open_poll(world)).id, REASON)
    await are_here(world, organiser)
    await night(world, days=200)
    assert await is_known(world, organiser)


@BOTH_ENGINES
@pytest.mark.parametrize("cancelled", [False, True])
async def test_answers_are_nobodys_after_twelve_months(world: World, cancelled: bool) -> None:
    asked, person = await open_poll(world), await resident(world, 1)
    await answers.answer(world.app, person, asked.id, ["0"])
    end = rounds.cancel if cancelled else rounds.close_early
    await end(world.app, world.organiser, asked.id, REASON)
    for _ in range(11):
        await night(world, days=30)
        await are_here(world, person)
    assert (await authors(world, asked.id))[0] > 0
    await night(world, days=40)
    await night(world, days=1)
    assert await is_known(world, person)
    assert (await authors(world, asked.id))[0] < 0
    assert await my_data.answers_of(world.app, person) == []
    assert (await my_data.held(world.app, person))["record"] == []


async def test_answers_to_open_rounds_stay_whose_they_are(world: World) -> None:
    asked, person = await open_poll(world, days=700), await resident(world, 1)
    await answers.answer(world.app, person, asked.id, ["0"])
    for _ in range(14):
        await night(world, days=30)
        await are_here(world, person)
    assert await answers.standing_answer(world.app, person, asked.id) == (0,)


async def test_what_organisers_did_stays_readable_in_the_record(world: World) -> None:
    asked = await open_poll(world, question="Which colour?")
    await rounds.close_early(world.app, world.organiser, asked.id, REASON)
    await night(world, days=500)
    assert any("Which colour?" in line for line in await export(world))


@BOTH_ENGINES
async def test_posts_that_are_settled_go_after_ninety_days(world: World) -> None:
    for _ in range(2):
        await open_poll(world, days=200)
    async with world.app.database.reading() as tx:
        sent, dead, waiting = await outbox.ready(tx, world.now, 3)
    await world.app.database.writer.run(lambda tx: outbox.note(tx, sent, state="sent"))
    await world.app.database.writer.run(lambda tx: outbox.note(tx, dead, state="dead"))
    await night(world, days=91)
    async with world.app.database.reading() as tx:
        assert await outbox.last_sent(tx, world.community.id, sent.card) is None
        assert await outbox.dead(tx, world.community.id) == []
        assert waiting.id in [post.id for post in await outbox.ready(tx, 2**60, 1000)]


@SQLITE_ONLY
async def test_after_the_grace_period_a_community_that_removed_the_bot_is_forgotten(
    app: App, tmp_path: Path
) -> None:
    world, other = await set_up(app), await set_up(app, "server-2")
    person, elsewhere = await resident(world, "canary-61"), await resident(other, "other")
    asked = await open_poll(world)
    await answers.answer(app, person, asked.id, ["0"])
    await communities.removed(app, "discord", "server-1")
    await night(world, days=29)
    assert await is_known(world, person)
    await night(world, days=3)
    assert not await is_known(world, person)
    assert await is_known(other, elsewhere)
    assert app.checkpoint_owed
    await app.database.writer.checkpoint()
    held = b"".join(file.read_bytes() for file in tmp_path.glob("folkmoot.db*"))  # noqa: ASYNC240
    for gone in (b"canary-61", b"020 7946", b"contact-1"):
        assert (gone in held) is (gone != b"canary-61"), gone  # the other community's own
    community = await communities.refresh(app, world.community.id)
    assert (community.witness, community.safeguarding_contact, community.lead_contact) == ("", "", "")


async def test_coming_back_within_the_grace_period_keeps_everything(world: World) -> None:
    person = await resident(world, 1)
    await communities.removed(world.app, "discord", "server-1")
    await night(world, days=29)
    await communities.returned(world.app, "discord", "server-1")
    await night(world, days=40)
    assert await is_known(world, person)


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [
        ("2028-02-29", 12, "2027-02-28"),
        ("2027-05-31", 3, "2027-02-28"),
        ("2027-05-03", 12, "2026-05-03"),
        ("2027-01-15", 1, "2026-12-15"),
    ],
)
def test_months_are_calendar_months(now: str, months: int, then: str) -> None:
    def ms(day: str) -> int:
        return round(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)

    assert retention.months_before(ms(now), months) == ms(then)
