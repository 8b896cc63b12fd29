"""Words out of sealed forms, joined to people and choices by who has the files and the order of answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.services import sealed_answers, sealing
from bot.store import schema
from tests.builders import SQLITE_ONLY, World, close_at_its_time, open_form, resident
from tests.services.test_form_rounds import FIELDS

WORDS, CHOICES = schema.comment, schema.released_answer
ROUNDS, PEOPLE = 3, 16
MOST = 15
"""Of guesses by chance one in each round is right, so three in all: 15 come once in a million tries."""


async def marks(world: World, which: int) -> set[bytes]:
    table = schema.sealed_answer
    async with world.app.database.reading() as tx:
        found = await tx.execute(select(table.c.mark).where(table.c.round == which))
    return {bytes(mark) for (mark,) in found}


def raw_of(world: World) -> bytes:
    """The database file and its log."""
    file = Path(world.app.settings.database.partition(":///")[2])
    return file.read_bytes() + file.with_name(f"{file.name}-wal").read_bytes()


async def found_out(world: World, number: int) -> tuple[int, int, int]:
    """How many texts are joined to their writers by place and by id, and to their choices by place."""
    asked, order = await open_form(world, FIELDS), list[bytes]()
    for one in range(PEOPLE):
        before, who = await marks(world, asked.id), await resident(world, f"{number}-{one}")
        said = ["safe", str(one % 2), "why", f"Canary{number:02}{one:02}"]
        await sealed_answers.answer(world.app, who, asked.id, said)
        order += await marks(world, asked.id) - before
    await close_at_its_time(world, asked)
    await sealing.finish(world.app)
    async with world.app.database.reading() as tx:
        found = await tx.execute(select(WORDS).where(WORDS.c.round == asked.id))
        texts = {row.words: row.id for row in found}
        found = await tx.execute(select(CHOICES).where(CHOICES.c.round == asked.id))
        chose = {row.id: row.value for row in found}
    raw = raw_of(world)
    # SQLite fills a page from its end. The close opens boxes by their marks, whose order of coming is known.
    physical = sorted(texts, key=lambda one: -raw.rfind(one.encode()))
    chosen = [chose[one] for one in sorted(chose, key=lambda one: -raw.rfind(one.to_bytes(8)))]
    opened = [f"Canary{number:02}{order.index(mark):02}" for mark in sorted(order)]
    by_place = sum(one == true for one, true in zip(physical, opened, strict=True))
    by_id = sum(one == true for one, true in zip(sorted(texts, key=texts.__getitem__), opened, strict=True))
    alike = sum(f"[0, {int(one[-2:]) % 2}]" == value for one, value in zip(physical, chosen, strict=True))
    return by_place, by_id, alike


async def attacked(world: World) -> list[int]:
    rounds = [await found_out(world, number) for number in range(ROUNDS)]
    return [sum(scores) for scores in zip(*rounds, strict=True)]


@SQLITE_ONLY
async def test_words_are_joined_to_nobody_and_to_no_choice(world: World) -> None:
    by_place, by_id, alike = await attacked(world)
    assert max(by_place, by_id) < MOST
    assert alike < 0.88 * ROUNDS * PEOPLE  # half of them by chance


@SQLITE_ONLY
async def test_without_the_shuffle_they_are(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "shuffle", lambda values: None)
    by_place, _, alike = await attacked(world)
    assert by_place >= MOST
    assert alike >= 0.88 * ROUNDS * PEOPLE
