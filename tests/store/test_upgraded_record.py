"""A record that yesterday's bot began and today's goes on with; what it exported still verifies."""

from __future__ import annotations

import json
import lzma
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot import verify
from bot.domain.people import Person
from bot.services import communities, my_data, people
from bot.services.ports import App
from bot.services.records import record_lines
from bot.store import trials
from bot.store.schema import metadata
from bot.upkeep import carrying
from tests.builders import EMPTY_ON_BOTH, HandClock, open_app, row_of
from tests.lived_in import Rows, at_revision

THEN = Path(__file__).parents[1] / "yesterday" / "fcb810a"
"""Left behind by the last code whose rows had no version: its database, its exported record with its head."""
OLD = (THEN / "record.jsonl").read_text().splitlines(keepends=True)
HEAD, ROWS = (THEN / "head").read_text().strip(), len(OLD) - 2


def yesterday() -> sqlite3.Connection:
    """The database as it was then."""
    there = sqlite3.connect(":memory:")
    there.executescript(lzma.decompress((THEN / "folkmoot.sql.xz").read_bytes()).decode())
    return there


def rows_of_yesterday() -> tuple[str, Rows]:
    """Its revision, and its rows by the columns of today: what was not there yet is None, and not written."""
    made: Rows = {}
    with closing(yesterday()) as there:
        there.row_factory = sqlite3.Row
        [revision] = there.execute("SELECT version_num FROM alembic_version").fetchone()
        for name, table in metadata.tables.items():
            names = table.columns.keys()
            is_there = there.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone()
            rows = there.execute(f"SELECT * FROM {name}").fetchall() if is_there else []  # noqa: S608
            made[name] = [tuple(dict(row).get(one) for one in names) for row in rows]
    return revision, made


@pytest.fixture
async def upgraded(empty_url: str) -> AsyncIterator[App]:
    """Today's app on yesterday's database."""
    await at_revision(empty_url, *rows_of_yesterday())
    app = await open_app(empty_url, HandClock())
    app.keys_folder.mkdir(exist_ok=True)
    for name, key in json.loads((THEN / "facts.json").read_text())["keys"].items():
        (app.keys_folder / name).write_bytes(bytes.fromhex(key))
    yield app
    await app.database.close()


async def exported(app: App) -> list[str]:
    return [line async for line in record_lines(app, 1)]


def head_of(lines: list[str]) -> str:
    return str(json.loads(lines[-1])["head"])


def test_what_yesterdays_bot_exported_still_verifies() -> None:
    verdict = verify.check(OLD, HEAD)
    assert str(verdict) == f"ok: {ROWS} rows, head {HEAD}, as published"
    for line in OLD[1:-1]:
        words = json.loads(line)[9:]
        if words:  # nothing can be moved from words into salt, nor written otherwise
            forged = line.replace(words[0], words[0] + words[1][:1].encode().hex())
            forged = forged.replace(json.dumps(words[1]), json.dumps(words[1][1:]))
            place = OLD.index(line)
            lines = [*OLD[:place], forged, *OLD[place + 1 :]]
            assert not verify.check(lines, HEAD).ok


@EMPTY_ON_BOTH
async def test_old_rows_are_shown_by_their_hashes_but_for_public_ones(upgraded: App) -> None:
    lines, before = await exported(upgraded), [json.loads(line) for line in OLD[1:-1]]
    after = [json.loads(line) for line in lines[1:-1]]
    assert [row[0] for row in after] == list(range(1, ROWS + 2))
    for old, new in zip(before, after, strict=False):
        if len(old) == 11 and old[5] != "worried":
            assert new == old
        else:
            assert new == [old[0], new[1]]
    hidden = ('"officer"', '"resident"', '"worried"', '"answered"', '"changed"')
    assert all(any(word in line for line in OLD) for word in hidden), "nothing to hide"
    rows = [json.loads(line)[:9] for line in lines[1 : ROWS + 1]]  # without what organisers said
    assert not any(word in json.dumps(rows) for word in hidden)
    bound = row_of(lines[-2])
    assert (bound["act"], bound["words"]["said"]["rows"]) == ("upgraded", ROWS)


@EMPTY_ON_BOTH
async def test_heads_from_before_and_after_the_upgrade_both_bind(upgraded: App) -> None:
    owner = Person(1, "owner", can_set_up=True)
    await communities.set_up(upgraded, owner, lead_contact="Ana")  # a row of today
    lines = await exported(upgraded)
    now = verify.check(lines, head_of(lines))
    assert (now.ok, now.rows, now.vouched, now.since) == (True, ROWS + 2, ROWS + 2, 1)
    assert str(now).endswith("as published")
    then = verify.check(lines, HEAD)
    bare = [row[0] for row in map(json.loads, lines[1 : ROWS + 1]) if len(row) == 2]
    assert (then.ok, then.vouched, then.since) == (True, ROWS, bare[-1] + 1)
    assert f"vouches for rows {bare[-1] + 1} to {ROWS}" in str(then)
    assert str(then).endswith("; for the others compare a later one")


@EMPTY_ON_BOTH
async def test_no_old_row_can_be_rewritten_under_a_head_of_today(upgraded: App) -> None:
    lines = await exported(upgraded)
    for place in range(1, ROWS + 1):
        row = json.loads(lines[place])
        digit = "1" if row[1:2] and str(row[1])[0] == "0" else "0"
        row[1] = row[1] + 1 if len(row) > 2 else digit + row[1][1:]
        forged = json.dumps(row, separators=(",", ":")) + "\n"
        verdict = verify.check([*lines[:place], forged, *lines[place + 1 :]], head_of(lines))
        assert verdict.problem == f"at row {ROWS + 1}: the old rows before it are not those of the upgrade"
    without = verify.check([*lines[:-2], lines[-1]], head_of(lines))
    assert not without.ok


def test_a_record_of_old_rows_needs_the_row_that_commits_to_them() -> None:
    lines = ['{"folkmoot_record":2,"record":"a"}', f'[1,"{"ab" * 32}"]', f'{{"rows":1,"head":"{"ab" * 32}"}}']
    assert verify.check(lines).problem == "after row 1: the row that commits to the old ones is missing"


ACTS = (
    "SELECT platform_id, number, interaction.standing FROM interaction"
    " JOIN disclosure USING (community, number) JOIN identity USING (community, person)"
    " WHERE community = 1 ORDER BY number"
)


@EMPTY_ON_BOTH
async def test_what_people_did_before_the_upgrade_is_still_theirs(upgraded: App) -> None:
    theirs: dict[str, list[tuple[int, str]]] = defaultdict(list)
    with closing(yesterday()) as there:
        for who, number, standing in there.execute(ACTS):
            theirs[who].append((number, standing))
    assert {standing for rows in theirs.values() for _, standing in rows} > {"officer", "organiser"}
    for who, rows in theirs.items():
        held = (await my_data.held(upgraded, Person(1, who)))["record"]
        assert [(one["row"], one["standing"]) for one in held] == rows
        known = await people.find(upgraded, Person(1, who))
        assert known is not None
        if any(standing == "organiser" for _, standing in rows):
            async with upgraded.database.reading() as tx:
                assert await trials.organisers(tx, 1, [known.id]) >= {known.id}


@EMPTY_ON_BOTH
async def test_it_can_be_backed_up_and_restored(upgraded: App, tmp_path: Path) -> None:
    lines, file = await exported(upgraded), tmp_path / "backup.db"
    await carrying.back_up(upgraded.settings.database, file, upgraded.clock.now_ms())
    held, _ = await carrying.drill(file, upgraded.clock)
    assert (1, ROWS + 1, head_of(lines)) in held.heads
