"""Guarantee 2, every day: payloads that make no sense store nothing, break nothing and leave no words behind.

``make soak`` does the same a hundred times as often.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import discord
import pytest

from bot.domain.kinds import approve, pick
from bot.services import initiatives
from cogs.ui import custom_ids, presses, router, visit
from cogs.ui.cards import payload
from tests.soak import malformed

PAYLOADS, FEW = 1_000, 500
MANY = 1_500
"""Where what goes wrong is rare."""
BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Break = Callable[[pytest.MonkeyPatch], None]


@BOTH
def test_what_makes_no_sense_changes_nothing(database_url: str, seed: str) -> None:
    found = malformed.run(database_url, PAYLOADS, seed)
    assert found.ok, found
    assert found.payloads == PAYLOADS
    assert found.not_taken < PAYLOADS // 2  # or little of it would have reached us


def answers_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind that takes whatever it gets."""

    def read(raw: Sequence[str], _: int) -> tuple[int, ...]:
        return tuple(int(text) if text.isdecimal() and len(text) < 9 else 0 for text in raw)

    for kind in (pick, approve):
        monkeypatch.setattr(kind, "read", read)


def anybody_organises(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that does not ask who it is."""
    monkeypatch.setattr(initiatives, "require_organiser", lambda *_: None)


def shapes_untold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A door that takes a payload's shape for granted."""

    def press_of(interaction: discord.Interaction) -> presses.Press | None:
        data = payload(interaction)
        custom_id = custom_ids.parse(str(data.get("custom_id", "")))
        return None if custom_id is None else presses.Press(custom_id, tuple(data.get("values", ())))

    monkeypatch.setattr(visit, "press_of", press_of)


def words_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A router that says what it could not understand."""
    parse = custom_ids.parse

    def telling(text: str) -> object:
        found = parse(text)
        if found is None:
            router.log.warning("no button of ours: %r", text)
        return found

    monkeypatch.setattr(presses, "parse", telling)


def refusals_raise(monkeypatch: pytest.MonkeyPatch) -> None:
    """A router that lets something go past it."""

    async def refuse(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(router.Router, "refuse", refuse)


@SQLITE
@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        (answers_unread, "stored"), (anybody_organises, "stored"), (shapes_untold, "apologies"),
        (words_logged, "told"), (refusals_raise, "fell"), (refusals_raise, "unanswered"),
    ],
)  # fmt: skip
def test_a_bot_that_is_taken_in_is_caught(
    database_url: str, seed: str, monkeypatch: pytest.MonkeyPatch, fault: Break, wrong: str
) -> None:
    fault(monkeypatch)
    for place in range(12):  # what shows only in one of many may be in none
        payloads = MANY if wrong == "apologies" else FEW
        found = malformed.run(f"{database_url}-{place}", payloads, f"{seed}+{place}")
        if getattr(found, wrong):
            break
    assert getattr(found, wrong)
    assert not found.ok
