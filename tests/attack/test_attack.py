"""Attacks on rounds without names: they find nothing, unless a defence is switched off."""

from __future__ import annotations

import logging
import random

import pytest

from bot.services import records, sealed_answers, sealing
from tests.attack.attacks import ATTACKS, CAUGHT, WEAKER, best, played, scored, weakened
from tests.builders import World, close_at_its_time, export, open_poll, outbox_of, places_of, residents

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


async def test_codes_and_answers_are_nowhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asked = await open_poll(world, sealed=True)
    codes = [
        (await sealed_answers.answer(world.app, who, asked.id, ["1"])).code
        for who in await residents(world, 9)
    ]
    wanted = [code.encode() for code in codes]
    folder = world.app.keys_folder.with_name(world.app.keys_folder.name.removesuffix("-keys"))
    assert not places_of(folder, *wanted)
    open_record = await export(world)
    assert not any('"answered"' in line for line in open_record)
    await close_at_its_time(world, asked)
    await sealing.finish(world.app)
    assert not places_of(folder, *wanted)
    files = await records.results(world.app, world.organiser, asked.id)
    told = [caplog.text, *await export(world), repr(await outbox_of(world)), *map(str, files.values())]
    assert not [code for code in codes if any(code in one for one in told)]
