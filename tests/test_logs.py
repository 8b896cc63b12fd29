"""What comes out of the logs, and what must not."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from bot import logs


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
    assert "ValueError: two" in read["error"]
