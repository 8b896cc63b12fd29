"""Attacks on rounds without names: they find nothing, unless a defence is switched off."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.services import sealed_answers
from bot.services.ports import App
from bot.services.sealed_answers import Receipt
from bot.store import schema
from tests.attack.attacks import (
    ATTACKS,
    CAUGHT,
    FORM,
    WEAKER,
    Attack,
    best,
    by_batch,
    by_week,
    played,
    scored,
    weakened,
)
from tests.attack.canaries import hunt
from tests.builders import World, open_form, open_poll, residents

ROUNDS, PEOPLE = 2, 24

on_both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@on_both
async def test_no_attack_does_better_than_chance(world: World) -> None:
    chance = random.Random(7)  # noqa: S311 - what people answer, not what protects them
    rounds = [await played(world, PEOPLE, chance, number) for number in range(ROUNDS)]
    for name, attack in ATTACKS.items():
        assert scored(attack, rounds).sigmas < CAUGHT, name
    assert not any(seen.files for seen in rounds)


@on_both
@pytest.mark.parametrize("name", WEAKER)
async def test_each_defence_that_is_switched_off_is_noticed(world: World, name: str) -> None:
    with weakened(name):
        chance = random.Random(7)  # noqa: S311
        found, score = best([await played(world, PEOPLE, chance, number) for number in range(ROUNDS)])
    assert score.sigmas >= CAUGHT, found


@on_both
@pytest.mark.parametrize("attack", [by_week, by_batch])
async def test_when_somebody_was_here_is_used_by_both_attacks_on_it(world: World, attack: Attack) -> None:
    chance = random.Random(7)  # noqa: S311
    with weakened("seen at once"):
        seen = [await played(world, PEOPLE, chance, 0)]
    sqlite = world.app.settings.database.startswith("sqlite")
    found = scored(attack, seen).sigmas >= CAUGHT
    assert found or (sqlite and attack is by_batch), "SQLite has no xmin"


async def beside(world: World) -> dict[str, list[str]]:
    """Everything but the boxes: each row of each table, on PostgreSQL with who wrote it last, and where."""
    postgresql = not world.app.settings.database.startswith("sqlite")
    hidden = [text("xmin::text"), text("ctid::text")] if postgresql else []
    tables = [table for table in schema.metadata.sorted_tables if table is not schema.sealed_answer]
    async with world.app.database.reading() as tx:
        return {
            table.name: sorted(map(repr, await tx.execute(select(table, *hidden).select_from(table))))
            for table in tables
        }


async def answered(world: World) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What stands beside the boxes before people answer, change, guess and take back, and after it."""
    asked, form = await open_poll(world, sealed=True), await open_form(world, FORM)
    crowd = await residents(world, 6)
    world.clock.move(days=2)  # of an ordinary answer it would be kept that they were here again
    before = await beside(world)
    codes = [(await sealed_answers.answer(world.app, one, asked.id, ["0"])).code for one in crowd]
    for one in crowd:
        await sealed_answers.answer(world.app, one, form.id, ["was", "1", "else", "Not so."])
    await sealed_answers.change(world.app, crowd[0], asked.id, ["1"], codes[0])
    await sealed_answers.withdraw(world.app, crowd[1], asked.id, codes[1])
    with pytest.raises(Refusal):
        await sealed_answers.withdraw(world.app, crowd[2], asked.id, codes[1])
    return before, await beside(world)


@on_both
async def test_to_answer_touches_nothing_else(world: World) -> None:
    before, after = await answered(world)
    assert before == after


@on_both
async def test_a_trace_of_an_answer_is_noticed(world: World) -> None:
    with weakened("seen at once"):
        before, after = await answered(world)
    assert {name for name, rows in after.items() if rows != before[name]} == {"person"}


async def test_words_and_codes_are_nowhere_else(world: World, tmp_path: Path) -> None:
    found = await hunt(world, 60, tmp_path / "backups")
    assert (found.answers, found.found) == (60, set())


async def test_words_and_codes_that_are_somewhere_are_found(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = sealed_answers._send

    async def talks(app: App, person: Person, which: int, raw: Sequence[str], code: str) -> Receipt:
        receipt = await send(app, person, which, raw, code)
        logging.getLogger("bot").debug("%s said %s", receipt.code, raw)
        return receipt

    monkeypatch.setattr(sealed_answers, "_send", talks)
    with weakened("plain spool"):
        found = await hunt(world, 6, tmp_path / "backups")
    assert {"words in the log", "a code in the log"} <= found.found
    assert {"words in a backup, while it is open", "words in .db-wal, while it is open"} <= found.found
