"""``folkmoot backup | restore | move``, as whoever keeps the server running meets them."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.upkeep.conftest import Made


class Terminal:
    """Runs commands on a database in a folder, and keeps what they said."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self._patch, self._capture = folder, patch, capture
        self.use("folkmoot.db")

    def use(self, name: str) -> Path:
        """Let the settings name this database."""
        self.database = self.folder / name
        self._patch.setenv("FOLKMOOT_DATABASE", f"sqlite+aiosqlite:///{self.database}")
        return self.database

    def says(self, *arguments: object, lines: int = 1) -> str:
        """What a command says that succeeds."""
        code = main([str(one) for one in arguments])
        out, err = self._capture.readouterr()
        assert (code, err, out.count("\n")) == (0, "", lines)
        return out

    def refuses(self, *arguments: object) -> str:
        """The one line that a command says that can't be done."""
        code = main([str(one) for one in arguments])
        out, err = self._capture.readouterr()
        assert (code, out, err.count("\n")) == (1, "", 1)
        return err


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(tmp_path, monkeypatch, capsys)


def test_they_tell_in_a_line_what_they_did(made: Made, terminal: Terminal) -> None:
    heads = [f"head {row[2].hex()}" for row in made.rows["head"]]
    first = terminal.database
    said = terminal.says("restore", made.file, "--drill")
    assert "can be restored" in said
    assert all(head in said for head in heads)
    assert not first.exists()

    said = terminal.says("restore", made.file, lines=3)
    assert said.startswith(f"ok: restored {first} as it was 2027-05-1")
    assert all(head in said for head in heads)
    assert "is not empty" in terminal.refuses("restore", made.file)

    said = terminal.says("backup", terminal.folder / "more", "--keep", 3)
    [file] = (terminal.folder / "more").iterdir()
    assert said.startswith(f"ok: {file} holds communities: 2, ")

    second, source = terminal.use("second.db"), f"sqlite+aiosqlite:///{first}"
    said = terminal.says("move", source, f"sqlite+aiosqlite:///{second}", lines=2)
    assert f"moved {first} to {second}" in said
    assert "the same database" in terminal.refuses("move", source, source)


STRANGE = (
    '{"made_ms": 99999999999999999999, "tables": {}}',
    '{"made_ms": -1, "tables": {}}',
    '{"made_ms": true, "tables": {}}',
    '{"made_ms": "yesterday", "tables": {}}',
    '{"made_ms": 0, "tables": {"answer": [1]}}',
    '{"made_ms": 0, "tables": []}',
    '{"tables": {}}',
    "[" * 100_000,
    "no label",
)


@pytest.mark.parametrize("facts", STRANGE, ids=range(len(STRANGE)))
def test_a_label_that_is_not_ours_is_a_line_and_no_traceback(
    made: Made, terminal: Terminal, facts: str
) -> None:
    with closing(sqlite3.connect(made.file)) as there, there:
        digest = hashlib.sha256(facts.encode()).digest()
        there.execute("UPDATE backup SET facts = ?, digest = ?", (facts, digest))
    assert "is no backup" in terminal.refuses("restore", made.file, "--drill")


def test_a_restore_says_what_it_trusts(made: Made, terminal: Terminal) -> None:
    assert "contacts and roles are as the file says" in terminal.says("restore", made.file, lines=3)


def test_they_say_in_a_line_what_stops_them(terminal: Terminal) -> None:
    nothing, out = terminal.folder / "nothing.db", terminal.folder / "out"
    assert "there is no file" in terminal.refuses("backup", out)
    assert "No such file" in terminal.refuses("restore", nothing)
    assert "No such file" in terminal.refuses("restore", nothing, "--drill")
    assert "must look like" in terminal.refuses("move", "secret", "secret")
    assert not terminal.database.exists()
    terminal.database.write_bytes(b"this was never a database " * 100)
    assert "not a database" in terminal.refuses("backup", out)


@pytest.mark.parametrize("wrong", ["0", "-1", "many"])
def test_how_many_to_keep_is_a_number(terminal: Terminal, wrong: str) -> None:
    with pytest.raises(SystemExit):
        main(["backup", str(terminal.folder), "--keep", wrong])
