"""Nobody rewrites an exported record unnoticed, every day; ``make soak`` tries 10,000 mutations."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any

import pytest

from bot import verify
from tests.soak import rewriting
from tests.soak.rewriting import KINDS, Found

MUTATIONS = 500


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """Exported records: of yesterday, upgraded, of today."""
    return asyncio.run(rewriting.written(tmp_path_factory.mktemp("written")))


def found_in(records: list[list[str]], seed: str, folder: Path) -> Found:
    return rewriting.run(records, MUTATIONS, random.Random(seed), folder)  # noqa: S311 - to be repeated


def test_what_is_there_is_whole(records: list[list[str]]) -> None:
    for lines in records:
        verdict = verify.check(lines, json.loads(lines[-1])["head"])
        assert str(verdict).endswith("as published")
    assert {len(json.loads(line)) for lines in records for line in lines[1:-1]} == {2, 8, 9, 10, 11}


def test_every_mutation_is_caught_and_answered_in_words_of_our_own(
    records: list[list[str]], seed: str, tmp_path: Path
) -> None:
    found = found_in(records, seed, tmp_path)
    assert (found.missed[:1], found.said[:1]) == ([], [])
    assert found.mutations.keys() == KINDS.keys()


def lax(text: str, *, sort_keys: bool) -> Any:
    return json.loads(text)


def any_salt(row: list[Any]) -> Any:
    """As it was: salt and words one after the other, the salt as long as it likes."""
    return {"said": {}} if len(row) == 11 else verify_words(row)


def told_of(what: Any) -> Any:
    raise verify.Broken(f"at line 1: the format is {what['folkmoot_record']}")


def unbound(self: verify.Checking, where: str, row: list[Any], words: Any) -> None:
    self.bound, self.unseen = True, 0
    self.head = verify._next(self.head, ["folkmoot row 2", self.record, *row[:8]])


verify_words = verify._words
WEAKER: dict[str, tuple[Any, str, Any]] = {
    "any spelling": (verify, "_plain", lax),
    "words unread": (verify, "_words", any_salt),
    "told of the file": (verify, "_kind_of", told_of),
    "old rows unbound": (verify.Checking, "_new_row", unbound),
    "parts unread": (verify, "_is", lambda kind, part: True),
}


@pytest.mark.parametrize("weaker", WEAKER)
def test_each_rule_that_is_left_out_is_noticed(
    records: list[list[str]], seed: str, tmp_path: Path, weaker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*WEAKER[weaker])
    try:
        found = found_in(records, seed, tmp_path)
    except (ValueError, TypeError, AttributeError, KeyError):  # a traceback is noticed, too
        return
    assert found.missed or found.said
