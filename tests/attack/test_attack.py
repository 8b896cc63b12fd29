"""Attacks on rounds without names: they find nothing, unless a defence is switched off."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.domain.people import Person
from bot.services import sealed_answers
from bot.services.ports import App
from bot.services.sealed_answers import Receipt
from tests.attack.attacks import ATTACKS, CAUGHT, WEAKER, best, played, scored, weakened
from tests.attack.canaries import hunt
from tests.builders import World

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
