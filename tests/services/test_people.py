"""People: a person can see and erase what is held about them, and no published number moves by it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from bot import verify, wiring
from bot.domain.people import Person, week_of
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.services import answers, communities, initiatives, my_data, painting, people, records, rounds
from bot.services.ports import App
from bot.store import answers as stored
from bot.store import interactions, outbox
from bot.store import people as stored_people
from tests.builders import (
    BOTH_ENGINES,
    OFFICER,
    ORGANISER,
    SQLITE_ONLY,
    World,
    beginning,
    close_at_its_time,
    everywhere,
    export,
    open_poll,
    places_of,
    resident,
    residents,
    set_up,
    stranger,
    unshrunk,
)
from tests.recorder import Unreachable

CANARY = "canary-5b1e77"
SERVERS = count(1)


async def secret_of(world: World, person: Person) -> bytes:
    known = await people.find(world.app, person)
    assert known is not None
    return known.secret


async def verified(world: World) -> None:
    lines = await export(world)
    assert verify.check(lines, json.loads(lines[-1])["head"]).ok


@SQLITE_ONLY
async def test_erasure_leaves_no_trace_in_any_file(world: World, tmp_path: Path) -> None:
    crowd = await residents(world, 60)
    person = await resident(world, CANARY)
    over, still = await open_poll(world), await open_poll(world, days=20)
    for asked in (over, still):
        await asyncio.gather(
            *(answers.answer(world.app, one, asked.id, ["0"]) for one in [*crowd[:30], person, *crowd[30:]])
        )
    await people.speak(world.app, person, "cy")
    await close_at_its_time(world, over)
    traces = CANARY.encode(), await secret_of(world, person)
    assert "folkmoot.db-wal" in places_of(tmp_path, *traces)
    assert await world.app.database.writer.checkpoint()
    assert places_of(tmp_path, *traces) == ["folkmoot.db"]

    await people.erase(world.app, person)

    assert places_of(tmp_path, *traces) == []
    assert await people.find(world.app, person) is None
    assert await answers.standing_answer(world.app, person, still.id) is None
    await verified(world)


@SQLITE_ONLY
async def test_erasure_leaves_no_trace_when_pages_have_been_split_and_joined(
    world: World, tmp_path: Path
) -> None:
    asked = await open_poll(world)
    everyone = [stranger(world, f"{CANARY}-{number:03}") for number in range(300)]
    for some in (everyone[::2], everyone[1::2]):
        await asyncio.gather(*(people.go_on(world.app, one, "adults") for one in some))
        await asyncio.gather(*(answers.answer(world.app, one, asked.id, ["1"]) for one in some))
    traces = [(await secret_of(world, one), one.platform_id.encode()) for one in everyone[::10]]
    for person in everyone[::10]:
        await people.erase(world.app, person)
    for one in traces:
        assert places_of(tmp_path, *one) == []
    await verified(world)


@SQLITE_ONLY
async def test_erasing_an_organiser_leaves_the_community_working(world: World, tmp_path: Path) -> None:
    organiser = Person(world.community.id, f"{CANARY}-o", frozenset({ORGANISER}))
    new = beginning(world.app, "Quiet streets", deputy=f"{CANARY}-d")
    on = await initiatives.start(world.app, organiser, new)
    asked = await open_poll(replace(world, organiser=organiser, initiative=on))
    await people.erase(world.app, organiser)
    await people.erase(world.app, Person(world.community.id, f"{CANARY}-d"))
    assert places_of(tmp_path, CANARY.encode()) == []
    listed = await initiatives.listing(world.app, world.community.id)
    left = next(one.initiative for one in listed if one.initiative.id == on.id)
    assert (left.lead, left.deputy) == (0, 0)
    await initiatives.hand_over(world.app, world.organiser, on.id, world.organiser.platform_id, "")
    assert (await rounds.look(world.app, world.community.id, asked.id)).round.question
    await verified(world)


@SQLITE_ONLY
async def test_erasing_the_witness_takes_their_id_from_contacts_and_posts(
    world: World, tmp_path: Path
) -> None:
    app, witness = world.app, await resident(world, CANARY)
    owner = Person(world.community.id, "owner", can_set_up=True)
    await communities.set_up(
        app, owner, witness=witness.platform_id, safeguarding_contact=witness.platform_id
    )

    async def write(tx: Any) -> None:
        for _ in range(2):
            await outbox.put(
                tx, world.community.id, "witness", witness.platform_id, world.now, place="person"
            )

    await app.database.writer.run(write)
    await people.erase(app, witness)
    assert places_of(tmp_path, CANARY.encode()) == []
    community = await communities.by_number(app, world.community.id)
    assert (community.witness, community.safeguarding_contact) == ("", "")
    async with app.database.reading() as tx:
        assert [post.trouble for post in await outbox.dead(tx, world.community.id)] == ["gone:", "gone:"]


@SQLITE_ONLY
async def test_a_witness_who_never_acted_can_be_erased_too(world: World, tmp_path: Path) -> None:
    await people.erase(world.app, Person(world.community.id, "witness-1"))
    assert places_of(tmp_path, b"witness-1") == []
    assert (await communities.by_number(world.app, world.community.id)).witness == ""


async def test_answers_to_closed_rounds_stay_counted_and_are_nobodys(world: World) -> None:
    asked, everyone = await open_poll(world), await residents(world, 7)
    for person in everyone:
        await answers.answer(world.app, person, asked.id, ["1"])
    await close_at_its_time(world, asked)
    await people.erase(world.app, everyone[3])
    async with world.app.database.reading() as tx:
        given = await stored.of_round(tx, world.community.id, asked.id)
        known = await stored_people.everyone(tx, world.community.id)
    assert len(given) == 7
    (cut,) = [one for one in given if one.person not in known]
    assert cut.person < 0
    assert (cut.first_ms, cut.at_ms) == (0, 0)


@BOTH_ENGINES
async def test_answers_to_open_rounds_are_withdrawn_and_their_cards_repainted(world: World) -> None:
    asked, (one, other) = await open_poll(world), await residents(world, 2)
    for person in (one, other):
        await answers.answer(world.app, person, asked.id, ["1"])
    await painting.notice(world.app, everywhere)
    world.app.stale.clear()
    await people.erase(world.app, one)
    await painting.notice(world.app, everywhere)
    assert (await rounds.look(world.app, world.community.id, asked.id)).answers == 1
    assert (world.community.id, asked.id) in world.app.stale
    await close_at_its_time(world, asked)
    tally = (await rounds.look(world.app, world.community.id, asked.id)).result
    assert tally is not None
    assert (tally.answers, tally.counts) == (1, (0, 1, 0))


@BOTH_ENGINES
async def test_the_rows_of_the_erased_stay_and_their_words_go(world: World) -> None:
    asked, person = await open_poll(world), await resident(world, 1)
    await answers.answer(world.app, person, asked.id, ["1"])
    before, known = await export(world), await people.find(world.app, person)
    assert known is not None
    await people.erase(world.app, person)
    after = await export(world)
    async with world.app.database.reading() as tx:
        assert await interactions.acts_of(tx, world.community.id, known.id) == []
    assert after[:-2] == before[:-1]
    assert '"erased"' in after[-2]
    await verified(world)


async def test_who_comes_back_after_erasure_is_somebody_new(world: World) -> None:
    asked, person = await open_poll(world), await resident(world, 1)
    await answers.answer(world.app, person, asked.id, ["1"])
    before = await secret_of(world, person)
    await people.erase(world.app, person)
    with pytest.raises(Refusal, match="notice-first"):
        await answers.answer(world.app, person, asked.id, ["1"])
    await people.go_on(world.app, person, "adults")
    assert await secret_of(world, person) != before
    assert await my_data.answers_of(world.app, person) == []


@BOTH_ENGINES
async def test_erasure_stays_in_its_community(world: World) -> None:
    other = await set_up(world.app, "server-2")
    here, there = await resident(world, 1), await resident(other, 1)
    await people.erase(world.app, here)
    assert await people.find(world.app, there) is not None


async def test_whom_we_do_not_know_has_nothing_to_see_or_erase(world: World) -> None:
    nobody = stranger(world, "nobody")
    for act in (people.erase, my_data.held):
        with pytest.raises(Refusal, match="nothing-held"):
            await act(world.app, nobody)
    assert await my_data.answers_of(world.app, nobody) == []


@SQLITE_ONLY
async def test_an_erasure_that_a_reader_holds_up_is_owed(world: World) -> None:
    person = await resident(world, 1)
    async with world.app.database._writing.connect() as connection:
        await connection.execute(text("PRAGMA busy_timeout=20"))
    async with world.app.database.reading() as tx:
        await tx.execute(text("SELECT * FROM person"))
        await people.erase(world.app, person)
        await wiring.tick(world.app, Unreachable())  # type: ignore[arg-type]
        assert world.app.checkpoint_owed
    await wiring.tick(world.app, Unreachable())  # type: ignore[arg-type]
    assert not world.app.checkpoint_owed


@BOTH_ENGINES
async def test_my_data_shows_all_that_is_held(world: World, tmp_path: Path) -> None:
    app, person = world.app, await resident(world, CANARY, OFFICER)
    asked = await open_poll(world, question="Which colour?", options=["Red", "Blue"])
    await people.speak(app, person, "cy")
    await answers.answer(app, person, asked.id, ["0"])
    world.clock.move(hours=1)
    await answers.answer(app, person, asked.id, ["1"])
    await initiatives.hand_over(app, world.organiser, world.initiative.id, "", person.platform_id)
    owner = Person(world.community.id, "owner", can_set_up=True)
    await communities.set_up(app, owner, witness=person.platform_id)
    data = await my_data.held(app, person)
    json.dumps(data)
    start = world.now - 3_600_000
    assert data | {"record": []} == {
        "platform_id": person.platform_id,
        "made_ms": world.now,
        "kept_months": 12,
        "language": "cy",
        "ages": "adults",
        "privacy_notice": {"version": app.settings.privacy.notice_version, "at_ms": start},
        "known_since_ms": start,
        "last_seen_ms": week_of(start),
        "leads": [],
        "deputy_of": ["Safer walk to Mill Road School"],
        "safeguarding_contact": False,
        "safeguarding_deputy": False,
        "witness": True,
        "answers": [
            {
                "question": "Which colour?",
                "answer": ["Blue"],
                "state": "open",
                "closes_ms": asked.closes_ms,
                "standing": "officer",
                "first_ms": start,
                "at_ms": world.now,
            }
        ],
        "answers_without_names": [],
        "ideas": [],
        "private_messages": [],
        "supports_since": [],
        "follows_up_to": [],
        "paper_answers": [],
        "check_ins": [],
        "messages_about_check_ins": [],
        "supports": [],
        "words_asked_for": 0,
        "follows": [],
        "asked_for_consent": [],
        "helps_try_questions": None,
        "tried": [],
        "record": [],
    }
    assert [(row["act"], row["said"]) for row in data["record"]] == [
        ("answered", '{"value":[0]}'),
        ("changed", '{"value":[1]}'),
    ]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["answer", "answer", "answer", "withdraw", "close", "cancel", "erase", "return"]),
        st.integers(0, 6),
        st.integers(0, 2),
        st.integers(0, 1),
    ),
    min_size=4,
    max_size=25,
)


@unshrunk
@given(steps=STEPS)
async def test_what_was_published_never_changes(app: App, steps: list[tuple[str, int, int, int]]) -> None:
    world = await set_up(app, f"server-{next(SERVERS)}")
    asked = [await open_poll(world), await open_poll(world)]
    everyone = await residents(world, 7)
    published: dict[int, Mapping[str, bytes]] = {}
    standing: list[dict[int, int]] = [{}, {}]
    for act, who, place, which in steps:
        if await step(world, act, everyone[who], place, asked[which]):
            keep(standing, act, who, place, which)
            if act == "close":
                published[asked[which].id] = await outputs(world, asked[which])
                tally = json.loads(published[asked[which].id][f"result-{asked[which].id}.json"])
                assert tally["answers"] == len(standing[which])
                assert tally["counts"] == counted(standing[which])
        for number, before in published.items():
            (one,) = [one for one in asked if one.id == number]
            assert await outputs(world, one) == before
            assert await people_counted(world, one) == json.loads(before[f"result-{number}.json"])["answers"]
    await verified(world)


def keep(standing: list[dict[int, int]], act: str, who: int, place: int, which: int) -> None:
    if act == "answer":
        standing[which][who] = place
    elif act == "withdraw":
        standing[which].pop(who, None)
    elif act == "erase":
        for one in standing:
            one.pop(who, None)


def counted(standing: Mapping[int, int]) -> Sequence[int]:
    return [sum(place == option for place in standing.values()) for option in range(3)]


async def step(world: World, act: str, person: Person, place: int, asked: Round) -> bool:
    """Whether the act was not refused."""
    app, organiser = world.app, world.organiser
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "answer": lambda: answers.answer(app, person, asked.id, [str(place)]),
        "withdraw": lambda: answers.withdraw(app, person, asked.id),
        "close": lambda: rounds.close_early(app, organiser, asked.id, "We know enough."),
        "cancel": lambda: rounds.cancel(app, organiser, asked.id, "It named the wrong school."),
        "erase": lambda: people.erase(app, person),
        "return": lambda: people.go_on(app, person, "adults"),
    }
    try:
        await acts[act]()
    except Refusal as refusal:
        if refusal.code not in EXPECTED:
            raise
        return False
    return True


EXPECTED = {
    "round-closed", "round-cancelled", "round-over", "notice-first", "nothing-held", "nothing-to-withdraw",
}  # fmt: skip


async def outputs(world: World, asked: Round) -> Mapping[str, bytes]:
    return await records.results(world.app, world.organiser, asked.id)


async def people_counted(world: World, asked: Round) -> int:
    return (await rounds.look(world.app, world.community.id, asked.id)).answers
