"""Answers from people who are not online: entering them, taking files, and the second organiser."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.papers import BadFile, Came, receipt_of
from bot.domain.people import Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.domain.summary import Offline
from bot.services import answers, batches, contributions, my_data, papers, people, retention, rounds
from bot.services.ports import App
from bot.store import answers as kept
from bot.store import papers as waiting
from bot.store import schedule
from bot.store.schema import batch, paper
from bot.store.schema import contribution as idea
from tests.builders import (
    ORGANISER,
    World,
    close_at_its_time,
    export,
    forget_what_is_owed,
    open_ask,
    open_poll,
    residents,
    set_up,
    stranger,
)
from tests.lived_in import everything


def second(world: World) -> Person:
    return stranger(world, "second", ORGANISER)


async def enter(world: World, asked: Round, answer: str = "1", **changes: object) -> papers.Entered:
    said = {"receipt": "", "came": Came.PHONE, "standing": Standing.RESIDENT, "cells": {"answer": answer}}
    return await papers.enter(world.app, world.organiser, asked.id, **said | changes)  # type: ignore[arg-type]


async def confirm(world: World, which: int, seen: int, by: Person | None = None) -> int:
    """Confirm a batch as somebody who has seen so many of its answers."""
    async with world.app.database.reading() as tx:
        there = await waiting.of_batch(tx, world.community.id, which)
    version = batches.version_of_batch(there[:seen])
    return await batches.confirm(world.app, by or second(world), which, version)


async def file(world: World, asked: Round, choices: list[str]) -> bytes:
    codes = await papers.mint(world.app, world.organiser, asked.id, len(choices))
    rows = [f"{code},{choice}" for code, choice in zip(codes, choices, strict=True)]
    return "\n".join(["receipt,answer", *rows]).encode()


async def take(world: World, asked: Round, data: bytes) -> papers.Entered:
    return await papers.take_file(world.app, world.community.id, asked.id, data)


async def refused(world: World, asked: Round, data: bytes) -> list[tuple[int, str]]:
    """What a file is refused for; and not one row is another than before."""
    before = await everything(world.app.database)
    with pytest.raises(BadFile) as bad:
        await take(world, asked, data)
    assert await everything(world.app.database) == before
    return [(one.line, one.refusal.code) for one in bad.value.problems]


async def counts(world: World, asked: Round) -> tuple[int, ...]:
    async with world.app.database.reading() as tx:
        there = await kept.of_round(tx, world.community.id, asked.id)
    return tuple(sum(place in one.value for one in there) for place in range(len(asked.options)))


async def test_one_answer_counts_once_a_second_organiser_confirms_it(world: World) -> None:
    asked = await open_poll(world)
    entered = await enter(world, asked, "By the shop")
    again = await enter(world, asked, "3", came=Came.MEETING)
    assert (again.batch, again.waiting) == (entered.batch, 2)
    assert await counts(world, asked) == (0, 0, 0)
    with pytest.raises(Refusal, match="batch-own"):
        await confirm(world, entered.batch, 2, world.organiser)
    with pytest.raises(Refusal, match="words-changed"):
        await confirm(world, entered.batch, 1)
    assert await confirm(world, entered.batch, 2) == 2
    assert await counts(world, asked) == (0, 1, 1)
    with pytest.raises(Refusal, match="batch-settled"):
        await confirm(world, entered.batch, 2)
    with pytest.raises(Refusal, match="receipt-entered"):
        await enter(world, asked, receipt=entered.receipt)
    async with world.app.database.reading() as tx:
        there = await kept.of_round(tx, world.community.id, asked.id)
        assert {one.came for one in there} == {"phone", "meeting"}
        assert all(one.person < 0 for one in there)
        assert not any((await tx.execute(select(paper.c.said))).scalars())  # no receipt leads to an answer


async def test_only_organisers_of_the_community_enter_confirm_and_send_back(world: World, app: App) -> None:
    asked = await open_poll(world)
    entered = await enter(world, asked)
    elsewhere = await set_up(app, "server-2")
    for somebody, code in (
        (stranger(world, "second"), "organisers-only"),  # who has lost the role since
        (replace(elsewhere.organiser, community=world.community.id, role_ids=frozenset()), "organisers-only"),
        (elsewhere.organiser, "batch-settled"),
    ):
        with pytest.raises(Refusal, match=code):
            await confirm(world, entered.batch, 1, somebody)
        with pytest.raises(Refusal, match=code):
            await batches.send_back(app, somebody, entered.batch)
    assert await counts(world, asked) == (0, 0, 0)


async def test_what_is_sent_back_is_gone_and_can_be_entered_again(world: World) -> None:
    asked = await open_poll(world)
    entered = await enter(world, asked)
    assert await batches.send_back(world.app, second(world), entered.batch) == 1
    anew = await enter(world, asked, "2", receipt=entered.receipt.lower().replace("-", " "))
    await confirm(world, anew.batch, 1)
    assert await counts(world, asked) == (0, 1, 0)


async def test_two_confirmers_at_once_count_once(world: World) -> None:
    asked = await open_poll(world)
    entered = await enter(world, asked)
    tries = [confirm(world, entered.batch, 1, stranger(world, name, ORGANISER)) for name in "abcdef"]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(one == 1 for one in done) == 1
    assert {one.code for one in done if isinstance(one, Refusal)} == {"batch-settled"}
    assert sum(isinstance(one, Refusal) for one in done) == len(done) - 1
    assert await counts(world, asked) == (1, 0, 0)


async def test_one_receipt_entered_by_many_at_once_waits_once(world: World) -> None:
    asked = await open_poll(world)
    data = await file(world, asked, ["1"])
    code = data.decode().split("\n")[1].split(",")[0]
    done = await asyncio.gather(
        *(enter(world, asked, receipt=code) for _ in range(4)),
        *(take(world, asked, data) for _ in range(4)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, papers.Entered) and not one.again for one in done) == 1
    # The others were told so, or that their file was there already: the database need not stop them.
    assert all(isinstance(one, papers.Entered | Refusal | BadFile) for one in done)
    assert not [one for one in done if isinstance(one, Refusal) and one.code == "cannot-save"]
    async with world.app.database.reading() as tx:
        assert len((await tx.execute(select(paper))).all()) == 1


async def test_a_file_counts_as_entered_and_a_second_time_adds_nothing(world: World) -> None:
    asked = await open_poll(world, kind="approve")
    data = await file(world, asked, ["1", "1;3", "By the shop", '"by THE park"'])
    taken = await take(world, asked, data)
    assert (taken.count, taken.again) == (4, False)
    head, *rows = data.decode().split("\n")
    Random(1).shuffle(rows)  # noqa: S311 - an order, not a secret
    assert (await take(world, asked, "\r\n".join([head, *rows]).encode("utf-16"))).again
    assert await confirm(world, taken.batch, 4, world.organiser) == 4  # the keeper of the server entered it
    assert await counts(world, asked) == (2, 1, 2)
    assert (await take(world, asked, data)).again
    assert await counts(world, asked) == (2, 1, 2)


async def test_a_file_with_anything_wrong_is_refused_whole_with_each_line(world: World) -> None:
    asked, other = await open_poll(world), await open_poll(world)
    good = (await file(world, asked, ["1", "2"])).decode().split("\n")
    stray = (await file(world, other, ["1"])).decode().split("\n")[1]
    unknown = receipt_of(12345)
    rows = [*good, stray, f"{unknown},1", "CCCC-CCCD,1", ",1", good[1], f"{good[2]},extra"]
    assert await refused(world, asked, "\n".join(rows).encode()) == [
        (6, "receipt-mistyped"), (7, "row-receipt"), (8, "row-twice"), (9, "row-cells"),
    ]  # fmt: skip
    assert await refused(world, asked, "\n".join(rows[:5]).encode()) == [
        (4, "receipt-elsewhere"),
        (5, "receipt-unknown"),
    ]
    bad = "\n".join([good[0], good[1].replace(",1", ",9"), good[2].replace(",2", ",")]).encode()
    assert await refused(world, asked, bad) == [(2, "option-unknown"), (3, "answer-missing")]


async def test_a_closed_audience_and_a_round_that_is_over_take_nothing(world: World) -> None:
    asked = await open_poll(world, audience=frozenset({Standing.OFFICER}))
    assert await refused(world, asked, await file(world, asked, ["1"])) == [(2, "paper-audience")]
    late = await open_poll(world)
    data = await file(world, late, ["1", "2"])
    entered = await take(world, late, data)
    world.clock.move(days=9)
    for tried in (take(world, late, data), confirm(world, entered.batch, 2), enter(world, late)):
        with pytest.raises(Refusal, match="round-closed"):
            await tried


async def test_what_nobody_confirms_before_the_close_is_told(world: World) -> None:
    asked = await open_poll(world)
    await take(world, asked, await file(world, asked, ["1", "2"]))
    await close_at_its_time(world, asked)
    look = await rounds.look(world.app, world.community.id, asked.id)
    assert look.result is not None
    assert (look.result.answers, look.result.late) == (0, 2)
    async with world.app.database.reading() as tx:
        assert (await tx.execute(select(batch.c.state))).scalars().all() == ["late"]
        assert not (await tx.execute(select(paper))).all()


@pytest.mark.parametrize(
    ("offline", "chat", "told"), [(5, 5, True), (4, 9, False), (9, 4, False), (6, 0, True)]
)
async def test_a_result_is_told_with_and_without_unless_a_few_would_show(
    world: World, offline: int, chat: int, told: bool
) -> None:
    asked = await open_poll(world)
    for one in await residents(world, chat):
        await answers.answer(world.app, one, asked.id, ["0"])
    entered = await take(world, asked, await file(world, asked, ["2"] * offline))
    await confirm(world, entered.batch, offline)
    await close_at_its_time(world, asked)
    result = (await rounds.look(world.app, world.community.id, asked.id)).result
    assert result is not None
    assert result.counts == (chat, offline, 0)
    assert result.offline == (Offline(offline, (0, offline, 0)) if told else None)
    async with world.app.database.reading() as tx:
        assert await rounds.recounts(tx, asked)


async def test_an_idea_on_paper_waits_for_moderators_and_its_words_end_with_retention(world: World) -> None:
    asked = await open_ask(world)
    cells = {"what": "Cars on the crossing.\nEvery day."}
    entered = await enter(world, asked, cells=cells)
    await confirm(world, entered.batch, 1)
    async with world.app.database.reading() as tx:
        [row] = (await tx.execute(select(idea))).all()
    assert (row.state, row.came, row.person < 0) == ("received", "phone", True)
    held = await contributions.mine(world.app, world.organiser)
    assert held.count == 0
    look = await rounds.look(world.app, world.community.id, asked.id)
    assert look.answers == 1
    await close_at_its_time(world, asked)
    world.clock.move(days=400)
    async with world.app.database.reading() as tx:
        slot = await schedule.find(tx, world.community.id, "retention")
    assert slot is not None
    assert "Every day" in str(await everything(world.app.database))
    await world.app.write(lambda tx: retention.run(world.app, tx, slot, world.now))
    await forget_what_is_owed(world.app)
    assert "Every day" not in str(await everything(world.app.database))


async def test_letters_that_a_file_can_get_wrong_are_shown_before_it_counts(world: World) -> None:
    asked = await open_ask(world)
    words = [
        "Too fast there.",
        "The café is closed",
        "Cafés are “nice”",
        "D?r is Welsh for water",
        "Dŵr a thŷ",
    ]
    codes = await papers.mint(world.app, world.organiser, asked.id, len(words))
    rows = [f"{code},{said}" for code, said in zip(codes, words, strict=True)]
    taken = await take(world, asked, "\r\n".join(["receipt,what", *rows]).encode())
    assert (taken.count, taken.letters) == (5, 4)
    one = await batches.look(world.app, world.organiser, taken.batch)
    said = dict(one.examples)
    assert one.letters == 4
    assert len(said) == 3, "a letter that was shown is not shown again"
    assert {"é", "?", "ŵ", "ŷ"} <= set("".join(said.values()))
    assert all(text in words[codes.index(receipt)] for receipt, text in said.items())


async def test_what_a_mac_wrote_is_refused_and_nothing_is_taken(world: World) -> None:
    asked = await open_ask(world)
    codes = await papers.mint(world.app, world.organiser, asked.id, 2)
    before = await everything(world.app.database)
    data = f"receipt,what\r{codes[0]},Too fast.\r{codes[1]},It’s by the café\r".encode("mac_roman")
    with pytest.raises(Refusal, match="file-letters"):
        await take(world, asked, data)
    assert await everything(world.app.database) == before


async def test_erasing_who_entered_drops_what_waits_and_leaves_what_counts(world: World) -> None:
    asked, other = await open_poll(world), await open_poll(world)
    counted, waits = await enter(world, asked), await enter(world, other)
    await confirm(world, counted.batch, 1)
    held = (await my_data.held(world.app, world.organiser))["paper_answers"]
    assert [(one["batch"], one["part"], one["state"]) for one in held] == [
        (counted.batch, "entered", "counted"),
        (waits.batch, "entered", "waiting"),
    ]
    await people.erase(world.app, world.organiser)
    async with world.app.database.reading() as tx:
        rows = {row.id: row for row in (await tx.execute(select(batch))).all()}
    assert (rows[counted.batch].state, rows[waits.batch].state) == ("counted", "dropped")
    assert all(row.entered_by < 0 for row in rows.values())
    assert await counts(world, asked) == (1, 0, 0)
    # Who comes back as somebody new must not confirm what they entered before.
    with pytest.raises(Refusal, match="batch-settled"):
        await confirm(world, waits.batch, 1, world.organiser)


async def test_the_record_says_that_answers_were_entered_and_confirmed_but_not_what(world: World) -> None:
    asked = await open_poll(world)
    entered = await enter(world, asked)
    await confirm(world, entered.batch, 1)
    acts = [line for line in await export(world) if '"answer' in line]
    assert [act for line in acts for act in ("entered", "confirmed", '"answered"') if act in line] == [
        "entered", '"answered"', "confirmed",
    ]  # fmt: skip
    assert not any(entered.receipt in line for line in acts)


ROWS = st.lists(
    st.tuples(
        st.integers(0, 7),  # which receipt; the eighth is nobody's
        st.sampled_from(
            ["1", "2", "3", "By the shop", " by the park ", "4", "=1+1", "", 'a "quote"\nand more']
        ),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@given(rows=ROWS, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]), seed=st.randoms())
async def test_any_file_goes_in_wholly_or_not_at_all(
    world: World, rows: list[tuple[int, str]], encoding: str, seed: Random
) -> None:
    asked = await open_poll(world)
    codes = [
        *(await papers.mint(world.app, world.organiser, asked.id, 7)),
        receipt_of(seed.getrandbits(30)),
    ]
    lines = ["receipt,answer"]
    for which, said in rows:
        quoted = '"' + said.replace('"', '""') + '"'
        lines.append(
            f"{codes[which]},{quoted}" if seed.random() < 0.5 or '"' in said else f"{codes[which]},{said}"
        )
    places = {"1": 0, "2": 1, "3": 2, "By the shop": 1, " by the park ": 2}
    good = all(which < 7 and said in places for which, said in rows)
    good &= len({which for which, _ in rows}) == len(rows)
    data = "\r\n".join(lines).encode(encoding)
    if not good:
        assert await refused(world, asked, data)
        return
    taken = await take(world, asked, data)
    await confirm(world, taken.batch, len(rows))
    wanted = [places[said] for _, said in rows]
    assert await counts(world, asked) == tuple(wanted.count(place) for place in range(3))
