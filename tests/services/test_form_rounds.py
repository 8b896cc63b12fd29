"""Rounds of the kind ``form``, sealed or not: answering, the close, and words that lead to nobody."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.asks import AskField, FieldKind
from bot.domain.forms import FORM
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.services import answers, drafts, my_data, people, rounds, sealed_answers, sealing
from bot.store import comments, schema, sealed
from tests.builders import BOTH_ENGINES, World, close_at_its_time, open_form, residents

FIELDS = (
    AskField("safe", FieldKind.SCALE, "How safe?", options=("1", "2", "3", "4", "5")),
    AskField("why", FieldKind.LONG, "Why?", longest=800),
    AskField("who", FieldKind.SHORT, "Who could help?", longest=100),
)


def raw(number: int) -> list[str]:
    return ["safe", str(number % 2), "why", f"Why {number}", "who", f"Who {number}" if number < 3 else ""]


async def rows(world: World, table: Any) -> list[dict[str, Any]]:
    async with world.app.database.reading() as tx:
        return [row._asdict() for row in await tx.execute(select(table))]


async def closed(world: World, asked: Round) -> rounds.Look:
    await close_at_its_time(world, asked)
    await sealing.finish(world.app)
    return await rounds.look(world.app, asked.community, asked.id)


async def recounted(world: World, look: rounds.Look) -> bool:
    async with world.app.database.reading() as tx:
        return await rounds.recounts(tx, look.round)


@BOTH_ENGINES
async def test_a_sealed_form_leaves_fields_that_nothing_joins(world: World) -> None:
    asked = await open_form(world, FIELDS)
    crowd = await residents(world, 11)
    codes = [
        (await sealed_answers.answer(world.app, who, asked.id, raw(n))).code for n, who in enumerate(crowd)
    ]
    boxes = await rows(world, schema.sealed_answer)
    assert len({len(row["box"]) for row in boxes}) == 1
    await sealed_answers.change(world.app, crowd[0], asked.id, ["safe", "0", "why", "Changed"], codes[0])
    look = await closed(world, asked)
    assert look.result is not None
    assert look.result.answers == 11
    assert [one.groups for one in look.result.fields] == [
        (((0,), 6), ((1,), 5), ((2,), 0), ((3,), 0), ((4,), 0)), (), (),
    ]  # fmt: skip
    async with world.app.database.reading() as tx:
        assert Counter(await sealed.released(tx, asked.community, asked.id)) == {(0, 0): 6, (0, 1): 5}
    words = await rows(world, schema.comment)
    assert {tuple(row) for row in words} == {
        ("community", "round", "id", "field", "words", "state", "reason")
    }
    assert Counter(row["field"] for row in words) == {1: 11, 2: 2}
    ids = {row["id"] for row in words} | {row["id"] for row in await rows(world, schema.released_answer)}
    assert len(ids) == 24
    assert {row["words"] for row in words if row["field"] == 1} == {
        "Changed",
        *(f"Why {n}" for n in range(1, 11)),
    }
    assert {row["state"] for row in words} == {"waiting"}
    assert await recounted(world, look)
    assert look.round.form == FIELDS


@BOTH_ENGINES
async def test_a_named_form_gives_its_words_to_nobody_at_the_close(world: World) -> None:
    asked = await open_form(world, FIELDS, sealed=False)
    crowd = await residents(world, 6)
    for number, who in enumerate(crowd):
        await answers.answer(world.app, who, asked.id, raw(number))
    await answers.answer(world.app, crowd[0], asked.id, raw(0))
    mine = await my_data.held(world.app, crowd[1])
    assert mine["answers"][0]["answer"] == {"How safe?": "2", "Why?": "Why 1", "Who could help?": "Who 1"}
    assert "Why 1" not in json.dumps([row["said"] for row in await rows(world, schema.disclosure)
                                    if row["person"]])  # fmt: skip
    look = await closed(world, asked)
    assert look.result is not None
    assert [one.groups for one in look.result.fields] == [(((0, 1, 2, 3, 4), 6),), (), ()]
    assert {row["value"] for row in await rows(world, schema.answer)} <= {
        "[0, null, null]",
        "[1, null, null]",
    }
    assert len(await rows(world, schema.comment)) == 9
    assert await recounted(world, look)
    assert (await my_data.held(world.app, crowd[1]))["answers"][0]["answer"] == {"How safe?": "2"}
    acts = Counter(row["act"] for row in await rows(world, schema.interaction))
    assert acts["answered"] == 6
    assert acts["changed"] == 0


async def test_who_is_erased_takes_their_words_along_while_it_is_open(world: World) -> None:
    for hidden in (True, False):
        asked = await open_form(world, FIELDS, sealed=hidden)
        crowd = await residents(world, 6)
        for number, who in enumerate(crowd):
            send = sealed_answers.answer if hidden else answers.answer
            await send(world.app, who, asked.id, raw(number))
        await people.erase(world.app, crowd[0])
        await closed(world, asked)
        kept = [row["words"] for row in await rows(world, schema.comment) if row["round"] == asked.id]
        assert "Why 0" not in kept
        assert "Why 1" in kept


async def test_choices_and_words_are_each_shuffled(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, shuffled = await open_form(world, FIELDS), list[list[Any]]()

    def backwards(values: list[Any]) -> None:
        values.sort(key=str, reverse=True)
        shuffled.append(list(values))

    for number, who in enumerate(await residents(world, 6)):
        await sealed_answers.answer(world.app, who, asked.id, raw(number))
    monkeypatch.setattr(sealing, "shuffle", backwards)
    written: list[Any] = []
    release, put = sealed.release, comments.put_many

    async def released(tx: Any, number: int, which: int, values: Any) -> None:
        written.extend(value for _, value in values)
        await release(tx, number, which, values)

    async def kept(tx: Any, those: Any) -> None:
        written.extend((one.field, one.words) for one in those)
        await put(tx, those)

    monkeypatch.setattr(sealed, "release", released)
    monkeypatch.setattr(comments, "put_many", kept)
    await closed(world, asked)
    assert [len(values) for values in shuffled] == [6, 9]
    assert written == [*shuffled[0], *shuffled[1]]


async def test_of_a_cancelled_form_no_words_are_kept(world: World) -> None:
    asked = await open_form(world, FIELDS, sealed=False)
    for number, who in enumerate(await residents(world, 2)):
        await answers.answer(world.app, who, asked.id, raw(number))
    await rounds.cancel(world.app, world.organiser, asked.id, "Asked in error")
    assert not await rows(world, schema.comment)
    assert {row["value"] for row in await rows(world, schema.answer)} == {
        "[0, null, null]",
        "[1, null, null]",
    }


async def test_too_few_words_stand_nowhere(world: World) -> None:
    asked = await open_form(world, FIELDS)
    for number, who in enumerate(await residents(world, 4)):
        await sealed_answers.answer(world.app, who, asked.id, raw(number))
    look = await closed(world, asked)
    assert look.result is not None
    assert (look.result.outcome, look.result.fields) == ("few", ())
    assert not await rows(world, schema.comment)
    assert await recounted(world, look)


STEPS = [(sealed, "release"), (comments, "put_many"), (comments, "count"), (comments, "drop_some")]


@pytest.mark.parametrize(("module", "step"), STEPS)
async def test_a_close_that_dies_among_the_words_doubles_and_loses_none(
    world: World, monkeypatch: pytest.MonkeyPatch, module: Any, step: str
) -> None:
    monkeypatch.setattr(sealing, "PIECE", 3)
    asked = await open_form(world, FIELDS)
    for number, who in enumerate(await residents(world, 7)):
        await sealed_answers.answer(world.app, who, asked.id, raw(number))
    real, calls = getattr(module, step), 0

    async def dies(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        done = await real(*args)
        if calls == 2:
            raise SystemError("killed")
        return done

    monkeypatch.setattr(module, step, dies)
    await closed(world, asked)
    world.app.keys.clear()
    world.clock.move(minutes=2)
    await sealing.finish(world.app)
    look = await rounds.look(world.app, asked.community, asked.id)
    assert look.round.state is State.CLOSED
    assert len(await rows(world, schema.comment)) == 10
    assert await recounted(world, look)


async def test_what_is_refused(world: World) -> None:
    asked, named = await open_form(world, FIELDS), await open_form(world, FIELDS, sealed=False)
    [me] = await residents(world, 1)
    for send, which in ((sealed_answers.answer, asked), (answers.answer, named)):
        for said, code in (
            (["why", "Words"], "form-field-missing"),
            (["safe", "0", "why", "x" * 801], "words-too-long"),
            (["0"], "button-unknown"),
        ):
            with pytest.raises(Refusal, match=code):
                await send(world.app, me, which.id, said)
    with pytest.raises(Refusal, match="button-unknown"):
        await drafts.change(
            world.app, world.organiser,
            (await drafts.begin(world.app, world.organiser, world.initiative.id, FORM, form=FIELDS)).id,
            sealed=True,
        )  # fmt: skip
    assert not await rows(world, schema.sealed_answer)
    assert not await rows(world, schema.answer)
