"""The benchmark at a tiny size: whether it measures, never how fast; and that it misses no lost answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import wiring
from bot.store import answers as stored
from bot.store import interactions
from tests.bench import asks, due, forgetting, holding, one, sealing, town, weighing
from tests.bench.__main__ import Sizes, run
from tests.bench.one import WARM_UP
from tests.builders import sqlite_url

PRESSES = 40


def test_it_measures_everything_without_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(tmp_path, Sizes(0.01))
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == found
    assert list(found) == [
        "extra_cpu_ms", "extra_cpu_ms_alone", "share_of_floor", "share_of_floor_sockets",
        "p99_5000_ms_sqlite", "p99_5000_ms_postgres", "restart_extra_s",
        "errors",
    ]  # fmt: skip
    assert found["errors"] == 0


@pytest.mark.parametrize(("module", "name"), [(interactions, "append"), (stored, "put_many")])
def test_a_bot_that_loses_one_answer_is_in_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str
) -> None:
    real, lost = getattr(module, name), 0

    async def forgetful(tx: AsyncConnection, rows: Sequence[Any]) -> None:
        nonlocal lost
        await real(tx, rows[1 - lost :])
        lost = 1

    database = sqlite_url(tmp_path)
    asyncio.run(town.build(database, WARM_UP + PRESSES))
    monkeypatch.setattr(module, name, forgetful)
    monkeypatch.setattr(wiring, "settle", lambda: None)  # it is for a whole process, and this one has others
    assert asyncio.run(one.rush("folkmoot", PRESSES, database))["errors"] == 1


def test_asks_of_two_sizes_are_compared() -> None:
    found = asyncio.run(asks.run("sqlite", few=10, many=30, times=2))
    assert list(found) == [
        "queue card", "next to read", "my answers", "read ideas", "one idea", "public card", "ask summary",
        "contribute",
    ]  # fmt: skip
    assert all(took > 0 for two in found.values() for took in two)


def test_answers_without_names_and_their_close_are_measured() -> None:
    found = asyncio.run(sealing.run("sqlite", pairs=4, many=12))
    assert min(found.plain_ms, found.sealed_ms, found.close.took_s, found.close.quiet_ms) > 0


def test_ticks_and_turns_of_check_ins_are_measured() -> None:
    found = asyncio.run(due.run("sqlite", many=20, at_once=5, ticks=3))
    assert min(found.tick_ms, found.turns.quiet_ms, found.turns.took_s) > 0


def test_a_night_that_forgets_many_is_measured() -> None:
    found = asyncio.run(forgetting.run("sqlite", many=12))
    assert min(found.night.took_s, found.night.quiet_ms, found.night.longest_ms) > 0


def test_one_person_and_a_close_with_names_are_measured() -> None:
    found = asyncio.run(holding.run("sqlite", many=12, ideas=4))
    assert min(found.ideas.took_s, found.ideas.longest_ms, found.close.took_s, found.close.longest_ms) > 0


def test_weighings_of_two_sizes_are_compared() -> None:
    found = asyncio.run(weighing.run("sqlite", few=(12, 20), many=(30, 40), times=2))
    assert list(found) == ["next card", "vote", "where I stand"]
    assert all(took > 0 for two in found.values() for took in two)
