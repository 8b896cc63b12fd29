"""What is due is done once, every day: killed at any step, by two processes, on a server that crashes.

``make soak`` does the same with 2,000 slots on each engine.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.postgres import binaries
from tests.soak import slots

SLOTS = 30


def test_no_slot_is_lost_or_doubled_by_kills(tmp_path: Path, seed: str) -> None:
    found = slots.run(tmp_path, SLOTS, seed, "sqlite")
    assert (found.lost, found.doubled) == (0, 0)
    assert found.slots > SLOTS // 2  # after an outage one comes for all that were missed
    assert found.kills


@pytest.mark.skipif(
    binaries() is None and not os.environ.get("CI"), reason="PostgreSQL is not installed here"
)
def test_no_slot_is_lost_or_doubled_by_two_processes(tmp_path: Path, seed: str) -> None:
    found = slots.run(tmp_path, SLOTS, seed, "postgresql")
    assert (found.lost, found.doubled) == (0, 0)
    assert found.slots > SLOTS // 2  # after an outage one comes for all that were missed
    assert found.kills


@pytest.mark.parametrize(("fault", "does"), [("note-first", "lost"), ("work-first", "doubled")])
def test_a_bot_that_forgets_or_repeats_is_caught(tmp_path: Path, seed: str, fault: str, does: str) -> None:
    def wrong(number: int) -> int:
        folder = tmp_path / str(number)
        folder.mkdir()
        found = slots.run(folder, SLOTS, f"{seed}/{number}", "sqlite", fault=fault)
        return int(getattr(found, does))

    assert any(wrong(number) for number in range(5))  # a kill must come between the two
