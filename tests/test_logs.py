"""What comes out of the logs, and what must not."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from bot import logs
from bot.domain.refusals import Refusal

ROOT = Path(__file__).parent.parent
CANARY = "Mallorycanary"


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("discord.gateway", logging.DEBUG),
        ("discord", logging.DEBUG),
        ("aiosqlite", logging.DEBUG),
        ("syllapy", logging.DEBUG),
        ("sqlalchemy.engine.Engine", logging.INFO),
        ("apscheduler.executors.default", logging.INFO),
    ],
)
def test_libraries_stay_quiet_whatever_the_level(
    name: str, level: int, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("DEBUG", "text")
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.DEBUG)  # as a library may do for itself
    try:
        logger.log(level, "her answer")
        logger.warning("what went wrong")
    finally:
        logger.setLevel(before)

    assert "her answer" not in (err := capsys.readouterr().err)
    assert "what went wrong" in err


def test_the_level_holds_for_ours(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "text")
    logging.getLogger("bot.wiring").debug("below")
    logging.getLogger("bot.wiring").info("at %s", "level")

    assert capsys.readouterr().err.endswith("Z INFO bot.wiring: at level\n")


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "json")
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("bot").exception("é %s", 1)

    (line,) = capsys.readouterr().err.splitlines()
    read = json.loads(line)
    assert (read["level"], read["logger"], read["message"]) == ("ERROR", "bot", "é 1")
    assert read["error"].splitlines()[-1] == "ValueError"


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    ("error", "name"),
    [
        (ValueError(f"invalid literal for int(): '{CANARY}'"), "ValueError"),
        (KeyError(CANARY), "KeyError"),
        (OSError(28, "No space left on device", CANARY), "OSError ENOSPC"),
        (Refusal("cannot-save", words=CANARY), "Refusal cannot-save"),
        (DBAPIError(CANARY, {"words": CANARY}, ValueError(CANARY)), "DBAPIError dbapi"),
        (ExceptionGroup(CANARY, [LookupError(CANARY)]), "LookupError"),
    ],
)
def test_errors_say_where_and_what_but_no_words(
    form: str, error: Exception, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("INFO", form)
    try:
        try:
            raise error
        except Exception as cause:
            raise TypeError(CANARY) from cause
    except TypeError:
        logging.getLogger("bot").exception("it failed")

    err = capsys.readouterr().err
    assert CANARY not in err
    assert name in err
    assert "TypeError" in err
    assert "test_logs.py" in err


def test_a_circle_of_errors_has_an_end(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "json")
    one, two = ValueError(), KeyError()
    one.__cause__, two.__cause__ = two, one
    logging.getLogger("bot").error("round", exc_info=one)

    assert json.loads(capsys.readouterr().err)["error"].splitlines() == ["ValueError", "KeyError"]


def test_a_line_that_cannot_be_made_is_told_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "json")
    logging.getLogger("bot").info("%d answers", CANARY)

    read = json.loads(capsys.readouterr().err)
    assert (read["level"], read["message"]) == ("ERROR", "a line of bot could not be logged: TypeError")


def test_json_stays_json_whatever_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "json")
    strange = 'a"b\\c\n\u2028\x00\ud800 é'
    logging.getLogger("bot").info("%s", strange)

    err = capsys.readouterr().err
    assert err.isascii()
    assert json.loads(err)["message"] == strange


PAST_THE_LOGS = """
import asyncio, gc, threading, warnings
from bot import logs

class Odd:
    def __del__(self): raise ValueError("{canary}")
    def __repr__(self): return "{canary}"

def fails(*_): raise ValueError("{canary}")

async def lost(words): raise ValueError(words)

async def live():
    asyncio.get_running_loop().call_soon(fails, "{canary}")
    asyncio.create_task(lost("{canary}"))
    await asyncio.sleep(0.01)
    gc.collect()

logs.configure("INFO", "json")
logs.catch_all()
warnings.warn("look out", RuntimeWarning)
thread = threading.Thread(target=fails); thread.start(); thread.join()
Odd()
asyncio.run(live())
fails()
"""


def test_nothing_gets_past_the_logs() -> None:
    script = PAST_THE_LOGS.replace("{canary}", CANARY)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT
    )
    read = [json.loads(line) for line in done.stderr.splitlines()]

    assert done.returncode == 1
    assert CANARY not in done.stderr + done.stdout
    assert "look out" in read[0]["message"]
    assert [line["message"] for line in read[1:]] == [
        "an error that nothing caught: ValueError",
        "an error that nothing caught: ValueError",
        "Exception in callback fails",
        "Task exception was never retrieved",
        "an error that nothing caught: ValueError",
    ]
    assert all("ValueError" in line["error"] for line in read[1:])
