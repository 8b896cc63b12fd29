"""What earlier code left behind works with today's: database, outbox, cards, record and config folder.

A folder in ``tests/yesterday/`` for each revision, written by ``make.py`` with the code of then. Buttons in a
channel live for months, and a published head for ever.
"""

from __future__ import annotations

import json
import logging
import lzma
import sqlite3
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import verify, wiring
from bot.__main__ import main
from bot.services import records
from bot.services.ports import App
from tests.builders import HandClock, sqlite_url, wording
from tests.gateway import Reply
from tests.yesterday.server import Press, Town, do

THEN = sorted(
    path for path in (Path(__file__).parent.parent / "yesterday").iterdir() if (path / "head").exists()
)
EACH = pytest.mark.parametrize("then", THEN, ids=lambda path: path.name)
SORRY, UNKNOWN = (str(wording().say("en", name)) for name in ("sorry", "refusal-button-unknown"))
LAST = (
    "erase-now",
    "setup",
    "poll-close-now",
    "poll-cancel-now",
    "draft-publish",
    "draft-discard",
    "checkin-stop",
)
"""How the verbs begin after which others have nothing left to do: they are pressed after all others."""


@asynccontextmanager
async def found(then: Path, folder: Path) -> AsyncIterator[Town]:
    """The server as it was then, and today's bot started in it."""
    facts = json.loads((then / "facts.json").read_text())
    place, keys = folder / "town", folder / "town-keys"
    for one in (place, keys):
        one.mkdir()
    for name, key in facts["keys"].items():
        (keys / name).write_bytes(bytes.fromhex(key))
    with closing(sqlite3.connect(place / "folkmoot.db")) as database:
        database.executescript(unpacked(then / "folkmoot.sql.xz"))
    clock = HandClock(datetime.fromtimestamp(facts["now_ms"] / 1000, UTC))
    town = Town(sqlite_url(place), clock, wording())
    town.messages = json.loads(unpacked(then / "messages.json.xz"))
    await town.start()
    try:
        yield town
    finally:
        await town.stop()


def unpacked(file: Path) -> str:
    return lzma.decompress(file.read_bytes()).decode()


@EACH
async def test_what_waited_then_is_said(then: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    expected = json.loads((then / "facts.json").read_text())["posted"]
    async with found(then, tmp_path) as town:
        await town.settle()
        query = (
            "SELECT group_concat(id || ' ' || card || ' ' || state || ' ' || trouble, char(10)) FROM outbox"
        )
        lines = str(await town.one(f"{query} WHERE once LIKE 'again:%'")).splitlines()
    became = {which: rest.strip() for which, _, rest in (line.partition(" ") for line in lines)}
    assert became == expected
    assert not [one for one in became.values() if not one.endswith(" sent")], "a card that can't be tried"
    assert not failures(caplog)


@EACH
async def test_every_button_choice_and_form_of_then_still_answers(
    then: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lines = (then / "presses.jsonl").read_text(encoding="utf-8").splitlines()
    presses = sorted(
        (Press(**json.loads(line)) for line in lines), key=lambda one: verb(one).startswith(LAST)
    )
    (tmp_path / "all").mkdir()
    async with found(then, tmp_path / "all") as town:
        wrong = [one for one in presses if not answered(await do(town, one))]
        await town.settle()
    for place, one in enumerate(wrong):  # what was pressed before it may have put something else in its place
        (tmp_path / str(place)).mkdir()
        async with found(then, tmp_path / str(place)) as town:
            reply = await do(town, one)
            assert answered(reply), f"{one.who} {one.id}: {reply.text} (then: {one.said})"
    assert not failures(caplog)
    assert len({verb(one) for one in presses}) > 100, "most of what could be pressed is not tried"


def answered(reply: Reply) -> bool:
    """Whether it did its work or said what to do; a form is shown by its title."""
    return bool(reply.text.strip()) and reply.text.strip() not in (SORRY, UNKNOWN)


def verb(press: Press) -> str:
    return press.id.split(":")[1]


def failures(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


@EACH
async def test_what_was_planned_then_is_done(
    then: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with found(then, tmp_path) as town:
        sealed = "FROM round WHERE community = 1 AND sealed = 1 AND checkin = 0"
        waiting = await town.one(f"SELECT count(*) {sealed} AND state = 'open' AND box = 0")
        for days in (1, 8, 21, 35):
            await town.wait(days=days)
        owed = f"SELECT count(*) FROM schedule WHERE next_ms <= {town.app.clock.now_ms()}"  # noqa: S608
        assert await town.one(owed) == 0
        lost = f"SELECT count(*) {sealed} AND state = 'open' AND closes_ms <= {town.app.clock.now_ms()}"
        assert await town.one(lost) == 0
        opened = f"SELECT count(DISTINCT round) FROM released_answer WHERE round IN (SELECT id {sealed})"  # noqa: S608
        assert waiting > 0
        assert await town.one(opened) >= waiting
    assert not failures(caplog)


async def lines_of(app: App) -> list[str]:
    return [line async for line in records.record_lines(app, 1)]


@EACH
async def test_a_record_of_then_is_vouched_for_by_its_head(then: Path, tmp_path: Path) -> None:
    lines = (then / "record.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    head = (then / "head").read_text().strip()
    exported = verify.check(lines, head)
    assert exported.ok, exported
    assert exported.vouched == exported.rows > 100
    async with found(then, tmp_path) as town:
        now = verify.check(await lines_of(town.app), head)
    assert now.ok, now
    assert now.vouched == exported.rows <= now.rows


@EACH
def test_a_config_folder_of_then_is_used_or_refused_in_plain_words(
    then: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with tarfile.open(then / "config.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    monkeypatch.setenv("FOLKMOOT_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("FOLKMOOT_DATABASE", f"sqlite+aiosqlite:///{tmp_path / 'new.db'}")
    code = main(["check"])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    if code:
        assert said.err.strip(), "refused without a word"
        return
    assert wording().sentences("en") <= wiring.load_wording().sentences("en"), "what it lacks can't be said"
