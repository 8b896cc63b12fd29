"""Rounds without names: answering, changing by code, the close and every place where it can be killed."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.papers import Came
from bot.domain.people import Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.services import my_data, papers, people, records, rounds, sealed_answers, sealing
from bot.services.answers import NoticeFirst, answer
from bot.store import keys as key_files
from bot.store import schema, sealed
from tests.builders import World, close_at_its_time, open_poll, outbox_of, residents, stranger

CHOICES = ["0", "0", "0", "0", "0", "1", "1", "1", "1", "1", "1"]


async def refused(work: Any) -> str:
    with pytest.raises(Refusal) as caught:
        await work
    return caught.value.code


def key_file(world: World, asked: Round) -> Path:
    return world.app.keys_folder / f"{asked.community}-{asked.id}.key"


async def rows(world: World, table: Any) -> list[dict[str, Any]]:
    async with world.app.database.reading() as tx:
        return [row._asdict() for row in await tx.execute(select(table))]


async def filled(world: World) -> tuple[Round, list[Person], list[str]]:
    """A round without names, those who answered it, and their codes."""
    asked = await open_poll(world, sealed=True)
    crowd = await residents(world, len(CHOICES))
    given = zip(crowd, CHOICES, strict=True)
    receipts = [await sealed_answers.answer(world.app, who, asked.id, [place]) for who, place in given]
    return asked, crowd, [one.code for one in receipts]


async def closed(world: World, asked: Round) -> rounds.Look:
    await close_at_its_time(world, asked)
    await sealing.finish(world.app)
    return await rounds.look(world.app, asked.community, asked.id)


async def test_an_answer_leaves_nothing_of_its_person(world: World) -> None:
    before = await rows(world, schema.interaction)
    asked, crowd, codes = await filled(world)
    assert [len(code.split()) for code in codes] == [4] * len(CHOICES)
    acts = Counter(row["act"] for row in await rows(world, schema.interaction))
    acts.subtract(row["act"] for row in before)
    assert +acts == {"round-opened": 1}
    assert not await rows(world, schema.answer)
    kept = await rows(world, schema.sealed_answer)
    assert {tuple(row) for row in kept} == {("community", "round", "mark", "code", "box", "tries")}
    assert len({len(row["box"]) for row in kept}) == 1
    assert not await my_data.answers_of(world.app, crowd[0])
    look = await rounds.look(world.app, asked.community, asked.id)
    assert (look.answers, look.counts, look.result) == (0, None, None)


async def test_only_the_code_changes_an_answer(world: World) -> None:
    asked, crowd, codes = await filled(world)
    app, me = world.app, crowd[0]
    assert await refused(sealed_answers.answer(app, me, asked.id, ["2"])) == "sealed-answered"
    assert await refused(sealed_answers.change(app, me, asked.id, ["2"], codes[1])) == "code-wrong"
    assert await refused(sealed_answers.change(app, me, asked.id, ["2"], "two words")) == "code-unreadable"
    assert (await sealed_answers.change(app, me, asked.id, ["1"], codes[0].upper())).code == ""
    await sealed_answers.withdraw(app, crowd[1], asked.id, codes[1])
    assert await refused(sealed_answers.withdraw(app, crowd[1], asked.id, codes[1])) == "nothing-to-withdraw"
    await sealed_answers.answer(app, crowd[1], asked.id, ["1"])
    look = await closed(world, asked)
    assert await released(world, asked) == {(0,): 3, (1,): 8}
    assert look.result is not None
    assert look.result.hidden == (0, 1, 2)  # three alone chose the first: the others go with them


async def released(world: World, asked: Round) -> Counter[tuple[int, ...]]:
    async with world.app.database.reading() as tx:
        return Counter(await sealed.released(tx, asked.community, asked.id))


async def test_guesses_end(world: World) -> None:
    asked, crowd, codes = await filled(world)
    for _ in range(4):
        assert (
            await refused(sealed_answers.change(world.app, crowd[0], asked.id, ["2"], codes[1]))
            == "code-wrong"
        )
    for code in (codes[1], codes[0]):
        assert (
            await refused(sealed_answers.change(world.app, crowd[0], asked.id, ["2"], code)) == "code-locked"
        )
    await closed(world, asked)
    assert await released(world, asked) == {(0,): 5, (1,): 6}


async def test_two_presses_at_once_are_one_answer(world: World) -> None:
    asked = await open_poll(world, sealed=True)
    [me] = await residents(world, 1)
    tries = [sealed_answers.answer(world.app, me, asked.id, ["0"]) for _ in range(8)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(not isinstance(one, Refusal) for one in outcomes) == 1
    assert len(await rows(world, schema.sealed_answer)) == 1


async def test_what_is_refused(world: World) -> None:
    asked, plain = await open_poll(world, sealed=True), await open_poll(world)
    [me] = await residents(world, 1)
    app = world.app
    assert await refused(answer(app, me, asked.id, ["0"])) == "button-unknown"
    assert await refused(sealed_answers.answer(app, me, plain.id, ["0"])) == "button-unknown"
    assert await refused(sealed_answers.answer(app, me, asked.id, ["7"])) == "choice-unknown"
    assert await refused(sealed_answers.change(app, me, asked.id, ["0"], "a b c d")) == "sealed-none"
    with pytest.raises(NoticeFirst):
        await sealed_answers.answer(app, stranger(world, "new"), asked.id, ["0"])
    with pytest.raises(Refusal, match="sealed-unfit"):
        await open_poll(world, sealed=True, show_of_hands=True)
    world.clock.move(days=8)
    assert await refused(sealed_answers.answer(app, me, asked.id, ["0"])) == "round-closed"


async def test_the_close_leaves_answers_without_people_and_no_key(world: World) -> None:
    asked, _, _ = await filled(world)
    assert key_file(world, asked).stat().st_size == key_files.LENGTH
    look = await closed(world, asked)
    assert look.result is not None
    assert (look.result.counts, look.result.answers, look.result.hidden) == ((5, 6, 0), 11, ())
    assert not key_file(world, asked).exists()
    assert not world.app.keys
    assert not await rows(world, schema.sealed_answer)
    assert not await rows(world, schema.sealing)
    assert [post.facts["round"] for post in await outbox_of(world, "result")] == [asked.id]
    async with world.app.database.reading() as tx:
        assert await rounds.recounts(tx, look.round)


async def test_too_few_stand_nowhere(world: World) -> None:
    asked = await open_poll(world, sealed=True)
    for who in await residents(world, 4):
        await sealed_answers.answer(world.app, who, asked.id, ["0"])
    look = await closed(world, asked)
    assert look.result is not None
    assert (look.result.outcome, look.result.answers, look.result.counts) == ("few", 0, (0, 0, 0))
    assert not await rows(world, schema.released_answer)
    assert not await rows(world, schema.sealed_answer)
    assert not key_file(world, asked).exists()


async def test_a_lost_key_is_told(world: World) -> None:
    asked, crowd, codes = await filled(world)
    key_file(world, asked).unlink()
    world.app.keys.clear()
    assert await refused(sealed_answers.change(world.app, crowd[0], asked.id, ["2"], codes[0])) == "key-lost"
    look = await closed(world, asked)
    assert look.result is not None
    assert (look.result.outcome, look.result.answers) == ("lost", 0)
    assert not await rows(world, schema.sealed_answer)


async def test_a_folder_that_is_away_loses_nothing(world: World) -> None:
    asked, _, _ = await filled(world)
    folder = world.app.keys_folder
    away = folder.rename(folder.with_name(f"{folder.name}-away"))
    world.app.keys.clear()
    assert (await closed(world, asked)).result is None
    away.rename(folder)
    await sealing_goes_on(world)
    assert await released(world, asked) == {(0,): 5, (1,): 6}


async def sealing_goes_on(world: World) -> None:
    """As after a restart: nothing is in memory, and the hold of the one that died has run out."""
    world.app.keys.clear()
    world.clock.move(minutes=2)
    await sealing.finish(world.app)


STEPS = [(sealed, "unrelease_some"), (sealed, "of_round"), (sealed, "release"), (sealed, "released_count"),
         (key_files, "destroy"), (sealed, "drop_some"), (sealed, "end")]  # fmt: skip


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("module", "step"), STEPS)
async def test_a_close_that_dies_anywhere_loses_and_doubles_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, module: Any, step: str, *, after: bool
) -> None:
    monkeypatch.setattr(sealing, "PIECE", 3)
    asked, _, _ = await filled(world)
    there = getattr(module, step)
    calls, died = [0], list[str]()

    def dies(*args: Any, **named: Any) -> Any:
        calls[0] += 1
        if step == "destroy":
            if after:
                there(*args, **named)
            died.append(step)
            raise RuntimeError("killed")
        return _dies(args)

    async def _dies(args: Any) -> Any:
        if not after or calls[0] > 1:
            died.append(step)
            raise RuntimeError("killed")
        return await there(*args)

    monkeypatch.setattr(module, step, dies)
    await close_at_its_time(world, asked)
    await sealing.finish(world.app)
    assert calls[0]
    assert len(await outbox_of(world, "result")) == (not died)
    state = (await rounds.look(world.app, asked.community, asked.id)).round.state
    if state is State.OPEN:
        assert key_file(world, asked).exists()  # or all would be lost
    monkeypatch.setattr(module, step, there)
    await sealing_goes_on(world)
    await sealing_goes_on(world)
    assert await released(world, asked) == {(0,): 5, (1,): 6}
    assert not key_file(world, asked).exists()
    assert not await rows(world, schema.sealed_answer)
    assert len(await outbox_of(world, "result")) == 1
    acts = [row["act"] for row in await rows(world, schema.interaction)]
    assert acts.count("round-closed") == 1


async def test_two_processes_close_once(world: World) -> None:
    asked, _, _ = await filled(world)
    await close_at_its_time(world, asked)
    await asyncio.gather(*(sealing.finish(world.app) for _ in range(3)))
    assert await released(world, asked) == {(0,): 5, (1,): 6}
    assert len(await outbox_of(world, "result")) == 1


async def test_who_is_erased_is_gone_from_an_open_round(world: World) -> None:
    asked, crowd, _ = await filled(world)
    await people.erase(world.app, crowd[-1])
    assert len(await rows(world, schema.sealed_answer)) == len(CHOICES) - 1
    look = await closed(world, asked)
    assert look.result is not None
    assert look.result.counts == (5, 5, 0)
    await people.erase(world.app, crowd[0])
    assert await released(world, asked) == {(0,): 5, (1,): 5}


async def test_a_cancelled_round_is_never_read(world: World) -> None:
    asked, _, _ = await filled(world)
    await rounds.cancel(world.app, world.organiser, asked.id, "The question was wrong.")
    await sealing.finish(world.app)
    assert not key_file(world, asked).exists()
    assert not await rows(world, schema.sealed_answer)
    assert not await rows(world, schema.released_answer)
    assert not await outbox_of(world, "result")


async def test_a_close_before_its_time(world: World) -> None:
    asked, crowd, codes = await filled(world)
    await rounds.close_early(world.app, world.organiser, asked.id, "The school has moved.")
    assert await refused(sealed_answers.withdraw(world.app, crowd[0], asked.id, codes[0])) == "round-closed"
    await sealing.finish(world.app)
    look = await rounds.look(world.app, asked.community, asked.id)
    assert look.result is not None
    assert look.result.answers == 11
    files = await records.results(world.app, world.organiser, asked.id)
    assert b"By the shop,6" in files[f"result-{asked.id}.csv"]
    assert "by" not in asdict(look.result)


async def test_no_paper_is_printed_or_typed_in_for_it(world: World) -> None:
    asked = await open_poll(world, sealed=True)
    assert await refused(papers.mint(world.app, world.organiser, asked.id, 1)) == "sealed-no-paper"
    entering = papers.enter(
        world.app, world.organiser, asked.id, "", Came.PAPER, Standing.RESIDENT, {"option": "1"}
    )
    assert await refused(entering) == "sealed-no-paper"
    assert not await rows(world, schema.paper)


async def test_who_is_erased_while_it_closes_is_not_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, crowd, _ = await filled(world)
    release, leaving = sealing._Close._release, [crowd[0]]

    async def released_and_erased(*args: Any) -> None:
        await release(*args)
        if leaving:
            await people.erase(world.app, leaving.pop())

    monkeypatch.setattr(sealing._Close, "_release", released_and_erased)
    await close_at_its_time(world, asked)
    await sealing.finish(world.app)
    await sealing_goes_on(world)
    assert await released(world, asked) == {(0,): 4, (1,): 6}


async def test_what_is_being_closed_cannot_be_cancelled_or_closed_again(world: World) -> None:
    asked, _, _ = await filled(world)
    await rounds.close_early(world.app, world.organiser, asked.id, "All is said.")
    for end in (rounds.close_early, rounds.cancel):
        assert await refused(end(world.app, world.organiser, asked.id, "Again.")) == "round-over"
    await sealing.finish(world.app)
    assert await released(world, asked) == {(0,): 5, (1,): 6}
    acts = [row["act"] for row in await rows(world, schema.interaction)]
    assert (acts.count("round-closed-early"), acts.count("round-cancelled")) == (1, 0)


async def test_who_cannot_be_erased_now_is_told_so_and_nothing_is_half_done(world: World) -> None:
    _, crowd, _ = await filled(world)
    folder = world.app.keys_folder
    away = folder.rename(folder.with_name(f"{folder.name}-away"))
    world.app.keys.clear()
    before = await rows(world, schema.person)
    assert await refused(people.erase(world.app, crowd[0])) == "cannot-save"
    assert await rows(world, schema.person) == before
    away.rename(folder)
    await people.erase(world.app, crowd[0])
    assert len(await rows(world, schema.sealed_answer)) == len(CHOICES) - 1
