"""Guarantee: killed again and again, against a Discord that fails in every way, no post is lost or doubled.

``make soak`` does the same with 1,000 posts.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.services.breaker import Breaker, Rests
from bot.services.posting import LEASE_MS
from cogs.ui import messenger
from tests.loopback import LATE_S
from tests.soak import posts
from tests.soak.poster import SPEED

EVERYDAY = 60
QUARTER_S = 900.0


def test_no_post_is_lost_or_doubled(tmp_path: Path, seed: str) -> None:
    found = posts.run(tmp_path, EVERYDAY, seed)
    assert (found.posts, found.lost, found.doubled) == (EVERYDAY, 0, 0)
    assert found.kills
    assert found.dead


@pytest.mark.parametrize("fault", ["blind", "late"])
def test_a_bot_that_doubles_is_caught(tmp_path: Path, seed: str, fault: str) -> None:
    def doubled(number: int) -> int:
        folder = tmp_path / str(number)
        folder.mkdir()
        return posts.run(folder, EVERYDAY // 2, f"{seed}/{number}", fault=fault).doubled

    assert any(doubled(number) for number in range(4))


def test_late_is_later_than_the_messenger_waits_and_earlier_than_a_claim_ends() -> None:
    assert messenger.PATIENCE_S / SPEED < LATE_S
    assert messenger.PATIENCE_S * 1000 * 3 < LEASE_MS


def test_a_day_of_refusals_is_no_storm(tmp_path: Path) -> None:
    assert 0 < posts.day(tmp_path, 100, QUARTER_S) <= posts.MOST_REQUESTS_A_DAY


def test_a_bot_that_never_rests_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*_: object) -> bool:
        return False

    def none(*_: object) -> list[str]:
        return []

    never: list[tuple[type, str, Callable[..., object]]] = [
        (Breaker, "rests", no), (Rests, "on", no), (Rests, "channels", none),
    ]  # fmt: skip
    for owner, name, answer in never:
        monkeypatch.setattr(owner, name, answer)
    assert posts.day(tmp_path, 10, QUARTER_S) > posts.MOST_REQUESTS_A_DAY
