"""What people wrote into forms: read, declined, posted once; and the standing box over its turns."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections import Counter
from typing import Any

import pytest

from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.services import (
    box,
    due,
    form_files,
    people,
    records,
    retention,
    reviewing,
    rounds,
    sealed_answers,
    sealing,
)
from bot.services.ports import App
from bot.store import keys as key_files
from bot.store import schedule, schema
from tests.builders import BOTH_ENGINES, World, forget_what_is_owed, open_form, outbox_of, residents, set_up
from tests.services.test_form_rounds import FIELDS, closed, raw, rows

PACE = "every two weeks on Friday 6pm"


async def refused(work: Any) -> str:
    with pytest.raises(Refusal) as caught:
        await work
    return caught.value.code


async def answered(world: World, asked: Round, count: int = 5) -> None:
    for number, who in enumerate(await residents(world, count)):
        said = raw(number) if len(asked.form) > 1 else ["words", f"=Why {number}"]
        await sealed_answers.answer(world.app, who, asked.id, said)


async def waiting(world: World, asked: Round) -> list[int]:
    return [row["id"] for row in await rows(world, schema.comment)
            if (row["round"], row["state"]) == (asked.id, "waiting")]  # fmt: skip


@BOTH_ENGINES
async def test_words_are_read_then_posted_once(world: World) -> None:
    app, organiser, asked = world.app, world.organiser, await open_form(world, FIELDS)
    await answered(world, asked)
    assert await refused(reviewing.next_waiting(app, organiser, asked.id)) == "results-later"
    assert await refused(form_files.files(app, organiser, asked.id)) == "results-later"
    await closed(world, asked)
    ids = await waiting(world, asked)
    assert len(ids) == 8
    assert await refused(reviewing.release(app, organiser, asked.id)) == "words-unread"
    assert not json.loads((await form_files.files(app, organiser, asked.id))["feedback-1.json"])["fields"][1][
        "words"
    ]
    assert await refused(reviewing.settle(app, organiser, asked.id, ids[0], "rude")) == "button-unknown"
    await reviewing.settle(app, organiser, asked.id, ids[0], "personal")
    for comment in ids[1:]:
        await reviewing.settle(app, organiser, asked.id, comment)
    assert not await outbox_of(world, "words")  # only a box posts by itself
    read = (await form_files.files(app, organiser, asked.id))["feedback-1.csv"]
    assert b"Why" not in read.replace(b"Why?", b"")
    assert await reviewing.released(app, asked.community, asked.id) is None
    assert await refused(records.results(app, organiser, asked.id)) == "round-unknown"
    assert await reviewing.release(app, organiser, asked.id) == 7
    assert await refused(reviewing.release(app, organiser, asked.id)) == "words-released"
    [post] = await outbox_of(world, "words")
    assert post.facts == {"round": asked.id}
    found = await reviewing.released(app, asked.community, asked.id)
    assert found is not None
    assert (len(found.comments), found.declined) == (7, {"personal": 1})
    assert "" in {row["words"] for row in await rows(world, schema.comment)}
    acts = Counter(row["act"] for row in await rows(world, schema.interaction))
    assert (acts["words-accepted"], acts["words-declined"], acts["words-released"]) == (7, 1, 1)
    said = json.dumps([row["said"] for row in await rows(world, schema.disclosure)])
    assert not any(f"Why {number}" in said for number in range(5))


async def test_two_who_read_at_once_are_told(world: World) -> None:
    asked = await open_form(world, FIELDS)
    await answered(world, asked)
    await closed(world, asked)
    first = (await waiting(world, asked))[0]
    tries = [reviewing.settle(world.app, world.organiser, asked.id, first, why) for why in ("", "about", "")]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert [one.code for one in outcomes if isinstance(one, Refusal)] == ["words-read"] * 2
    for comment in await waiting(world, asked):
        await reviewing.settle(world.app, world.organiser, asked.id, comment)
    releases = [reviewing.release(world.app, world.organiser, asked.id) for _ in range(3)]
    posted = await asyncio.gather(*releases, return_exceptions=True)
    assert sum(isinstance(one, int) for one in posted) == 1
    assert len(await outbox_of(world, "words")) == 1


async def test_nobody_else_reads_them(world: World) -> None:
    asked = await open_form(world, FIELDS)
    await answered(world, asked)
    await closed(world, asked)
    [comment, *_] = await waiting(world, asked)
    elsewhere = (await set_up(world.app, "server-2")).organiser
    [me] = await residents(world, 1)
    for who, code in ((elsewhere, "round-unknown"), (me, "organisers-only")):
        for work in (
            reviewing.next_waiting(world.app, who, asked.id),
            reviewing.settle(world.app, who, asked.id, comment),
            reviewing.to_settle(world.app, who, asked.id, comment),
            reviewing.release(world.app, who, asked.id),
            form_files.files(world.app, who, asked.id),
        ):
            assert await refused(work) == code
    assert comment in await waiting(world, asked)


async def test_files_hold_what_was_posted_and_no_formula(world: World) -> None:
    found = await box_of(world)
    await answered(world, found.round)
    await turned(world, days=20)
    for comment in await waiting(world, found.round):
        await reviewing.settle(world.app, world.organiser, found.round.id, comment)
    files = await form_files.files(world.app, world.organiser, found.round.id)
    table = list(csv.reader(io.StringIO(files[f"feedback-{found.round.id}.csv"].decode("utf-8-sig"))))
    assert tuple(table[0]) == form_files.COLUMNS
    assert {row[3] for row in table[1:]} == {f"'=Why {number}" for number in range(5)}
    facts = json.loads(files[f"feedback-{found.round.id}.json"])
    assert tuple(facts) == form_files.FACTS
    assert facts["answers"] == 5
    assert sorted(facts["fields"][0]["words"]) == [f"=Why {number}" for number in range(5)]


async def test_words_are_not_kept_for_ever(world: World) -> None:
    asked = await open_form(world, FIELDS)
    await answered(world, asked)
    await closed(world, asked)
    slot = schedule.Due(world.community.id, 1, "retention", 0, "", "UTC", world.now)
    now = world.clock.move(days=800)
    await world.app.database.writer.run(lambda tx: retention.run(world.app, tx, slot, now))
    await forget_what_is_owed(world.app)
    assert {(row["words"], row["state"]) for row in await rows(world, schema.comment)} == {("", "declined")}


async def box_of(world: World) -> box.Box:
    return await box.start(world.app, world.organiser, "What should we know?", "In your own words", PACE)


async def turned(world: World, **by: float) -> None:
    await due.run_due(world.app, world.clock.move(**by))
    await sealing.finish(world.app)


async def open_ones(world: World) -> list[Round]:
    return [one for one in await rounds.listing(world.app, world.community.id, State.OPEN) if one.box]


@BOTH_ENGINES
async def test_a_box_closes_and_opens_again_in_one_act(world: World) -> None:
    app, found = world.app, await box_of(world)
    assert await refused(box_of(world)) == "box-there"
    await answered(world, found.round)
    await turned(world, days=20)
    [following] = await open_ones(world)
    assert following.id != found.round.id
    assert following.closes_ms > world.now
    assert (await rounds.look(app, world.community.id, found.round.id)).round.state is State.CLOSED
    names = {file.name for file in app.keys_folder.iterdir()}
    assert names == {f"{world.community.id}-{following.id}.key"}
    assert [post.facts["round"] for post in await outbox_of(world, "round")] == [found.round.id, following.id]
    assert (await box.find(app, world.organiser)).round.id == following.id  # type: ignore[union-attr]
    first, *others = await waiting(world, found.round)
    for comment in others:
        await reviewing.settle(app, world.organiser, found.round.id, comment)
    assert not await outbox_of(world, "words")
    await reviewing.settle(app, world.organiser, found.round.id, first, "unkind")
    assert [post.facts["round"] for post in await outbox_of(world, "words")] == [found.round.id]


async def test_with_too_few_a_box_stays_open_and_keeps_what_it_has(world: World) -> None:
    found = await box_of(world)
    await answered(world, found.round, 4)
    await turned(world, days=20)
    [still] = await open_ones(world)
    assert still.id == found.round.id
    assert still.closes_ms > found.round.closes_ms
    assert len(await rows(world, schema.sealed_answer)) == 4
    crowd = await residents(world, 6)
    await people.erase(world.app, crowd[0])
    await sealed_answers.answer(world.app, crowd[5], still.id, ["words", "Late"])
    await turned(world, days=14)
    assert [one.id for one in await open_ones(world)] == [found.round.id]  # four again
    await sealed_answers.answer(world.app, crowd[4], still.id, ["words", "Later"])
    await turned(world, days=14)
    assert [one.id for one in await open_ones(world)] == [found.round.id + 1]
    words = {row["words"] for row in await rows(world, schema.comment)}
    assert words == {"=Why 1", "=Why 2", "=Why 3", "Late", "Later"}


async def test_a_turn_that_dies_leaves_one_box_and_every_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await box_of(world)
    await answered(world, found.round)
    real = key_files.make

    def dies(*args: Any) -> None:
        real(*args)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(key_files, "make", dies)
    await turned(world, days=20)
    assert [one.id for one in await open_ones(world)] == [found.round.id]
    assert len(await rows(world, schema.sealed_answer)) == 5
    monkeypatch.setattr(key_files, "make", real)
    await turned(world, minutes=30)
    assert [one.id for one in await open_ones(world)] == [found.round.id + 1]
    assert len(await rows(world, schema.comment)) == 5


async def test_a_box_whose_key_is_lost_says_so_and_the_next_one_opens(world: World) -> None:
    found = await box_of(world)
    await answered(world, found.round, 2)
    (world.app.keys_folder / f"{world.community.id}-{found.round.id}.key").unlink()
    world.app.keys.clear()
    await turned(world, days=20)
    result = (await rounds.look(world.app, world.community.id, found.round.id)).result
    assert result is not None
    assert (result.outcome, result.answers) == ("lost", 0)
    [following] = await open_ones(world)
    await sealed_answers.answer(world.app, (await residents(world, 1))[0], following.id, ["words", "Again"])


@BOTH_ENGINES
async def test_two_processes_turn_a_box_once(world: World, second: App) -> None:
    found = await box_of(world)
    await answered(world, found.round)
    now = world.clock.move(days=20)
    await asyncio.gather(due.run_due(world.app, now), due.run_due(second, now))
    await asyncio.gather(sealing.finish(world.app), sealing.finish(second))
    world.clock.move(minutes=2)
    await sealing.finish(world.app)
    assert [one.id for one in await open_ones(world)] == [found.round.id + 1]
    assert len(await rows(world, schema.comment)) == 5


@pytest.mark.parametrize("end", [rounds.close_early, rounds.cancel])
async def test_a_box_that_was_ended_does_not_come_again(world: World, end: Any) -> None:
    found = await box_of(world)
    await end(world.app, world.organiser, found.round.id, "Enough is said")
    await sealing.finish(world.app)
    assert await box.find(world.app, world.organiser) is None
    await turned(world, days=40)
    assert not await open_ones(world)
    async with world.app.database.reading() as tx:
        assert not await schedule.of_act(tx, world.community.id, "box")
    assert (await box_of(world)).round.id == found.round.id + 1


async def test_what_a_box_is_refused(world: World) -> None:
    app, organiser = world.app, world.organiser
    for pace in ("every Friday 6pm", "every day 6pm"):
        assert await refused(box.start(app, organiser, "What?", "Say it", pace)) == "box-too-often"
    assert await refused(box.start(app, organiser, " ", "Say it", PACE)) == "question-empty"
    [me] = await residents(world, 1)
    assert await refused(box.start(app, me, "What?", "Say it", PACE)) == "organisers-only"
    opened = await box.start(app, organiser, "What?", "Say it", "first Friday of the month 6pm")
    assert opened.round.closes_ms - world.now >= 7 * 86_400_000
