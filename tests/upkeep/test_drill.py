"""The drill: what is damaged, forged or no backup is refused, and a drill changes nothing."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.database import DatabaseUnusable
from bot.upkeep import carrying
from bot.upkeep.drill import Problem
from tests.builders import HandClock, open_app, sqlite_url
from tests.lived_in import everything
from tests.upkeep.conftest import Made, relabelled


def read(file: Path) -> bytes:
    return file.read_bytes()


def write(file: Path, content: bytes) -> None:
    file.write_bytes(content)


async def test_the_drill_touches_nothing(made: Made) -> None:
    before = read(made.file)
    held, made_ms = await carrying.drill(made.file, made.clock)
    assert (held.communities, held.results, made_ms) == (2, 5, made.clock.now_ms())
    assert read(made.file) == before
    assert [file.name for file in made.file.parent.iterdir()] == [made.file.name]


async def refused(file: Path, tmp_path: Path, clock: HandClock) -> str:
    """What a restore says that must be refused, and must leave nothing."""
    with pytest.raises((Problem, DatabaseUnusable)) as error:
        await carrying.restore(file, sqlite_url(tmp_path / "new"), clock)
    if (tmp_path / "new" / "folkmoot.db").exists():
        app = await open_app(tmp_path / "new", clock)
        assert not any((await everything(app.database)).values())
        await app.database.close()
    assert "\n" not in str(error.value)
    return str(error.value)


def changed(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as there, there:
        for statement in statements:
            there.execute(statement)


GUARDS_OFF = ("DROP TRIGGER interaction_no_update", "DROP TRIGGER interaction_no_delete")


@pytest.mark.parametrize(
    "statements",
    [
        ["UPDATE answer SET value = '[1]'"],
        ["UPDATE person SET seen_ms = seen_ms + 1"],
        ["DELETE FROM identity"],
        ["INSERT INTO head SELECT 9, 0, hash, 0 FROM head WHERE community = 1"],
        ["DROP TABLE occurrence"],
        [*GUARDS_OFF, "UPDATE interaction SET act = 'x' WHERE number = 3"],
        ["UPDATE backup SET facts = replace(facts, '1', '2')"],
        ["DELETE FROM backup"],
    ],
)
async def test_a_backup_with_other_rows_than_it_was_made_with_is_refused(
    made: Made, tmp_path: Path, statements: list[str]
) -> None:
    changed(made.file, *statements)
    assert "damaged" in await refused(made.file, tmp_path, made.clock)


async def test_a_backup_with_other_bytes_is_refused_or_loses_nothing(made: Made, tmp_path: Path) -> None:
    backup, whole, said = made.file, read(made.file), list[str]()
    chance = random.Random(7)  # noqa: S311 - which bytes, not a secret
    for _ in range(16):
        damaged = bytearray(whole)
        for place in chance.sample(range(len(whole)), 20):
            damaged[place] ^= 1 << chance.randrange(8)
        write(backup, bytes(damaged))
        try:
            held, _ = await carrying.drill(backup, made.clock)
        except (Problem, DatabaseUnusable) as error:
            said.append(str(error))
        else:
            assert held.rows == made.count
    assert len(said) > 10
    assert not [one for one in said if "\n" in one]
    write(backup, whole[: len(whole) // 2])
    await refused(backup, tmp_path, made.clock)


FORGERIES: dict[str, list[str]] = {
    "an answer": ["UPDATE answer SET value = '[1]' WHERE round = 1 AND value = '[0]'"],
    "an answer to nothing": ["UPDATE answer SET value = '[7]' WHERE round = 1 AND value = '[0]'"],
    "a standing": ["UPDATE answer SET standing = 'partner' WHERE round = 2"],
    "an answer left out": ["DELETE FROM answer WHERE round = 1 AND value = '[0]'"],
    "an answer without a name": [
        "DELETE FROM released_answer WHERE id = (SELECT min(id) FROM released_answer WHERE round = 11)"
    ],
    "a choice in a form": ["UPDATE released_answer SET value = '[0, 2]' WHERE round = 8"],
    "an idea taken back": [
        "UPDATE contribution SET state = 'withdrawn' WHERE round = 6 AND state = 'received'"
    ],
    "a result": ["UPDATE result SET tally = replace(tally, '\"answers\": 12', '\"answers\": 13')"],
    "a result left out": ["DELETE FROM result WHERE round = 1"],
    "the record": [*GUARDS_OFF, "UPDATE interaction SET at_ms = at_ms + 86400000 WHERE number = 3"],
    "words of the record": ["UPDATE disclosure SET said = '{}' WHERE public = 1"],
    "the record's end": ["UPDATE head SET number = number - 1"],
    "who gave an answer": ["DELETE FROM person WHERE id IN (SELECT person FROM identity)"],
}


@pytest.mark.parametrize("what", FORGERIES)
async def test_the_drill_finds_what_its_label_hides(made: Made, tmp_path: Path, what: str) -> None:
    changed(made.file, *FORGERIES[what])
    await relabelled(made.file)
    said = await refused(made.file, tmp_path, made.clock)
    wanted = dict.fromkeys(("an answer", "a standing", "a result", "a choice", "an idea"), "result")
    wanted["who gave"] = "refers"
    assert next((word for key, word in wanted.items() if what.startswith(key)), "record") in said
    with pytest.raises(Problem):
        await carrying.drill(made.file, made.clock)


async def test_what_is_no_backup_is_refused(clock: HandClock, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    plain = await open_app(other, clock)
    await plain.database.close()
    assert "folkmoot move" in await refused(other / "folkmoot.db", tmp_path, clock)
    (other / "minutes.txt").write_text("Minutes of the meeting " * 300)
    assert "not a database" in await refused(other / "minutes.txt", tmp_path, clock)
    assert "No such file" in await refused(other / "nothing.db", tmp_path, clock)
    assert "Is a directory" in await refused(other, tmp_path, clock)
