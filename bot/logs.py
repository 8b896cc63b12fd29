"""Where log lines go, and what never gets into one."""

from __future__ import annotations

import errno
import json
import logging
import re
import sys
import threading
import time
import traceback
from types import TracebackType
from typing import Any

log = logging.getLogger(__name__)

# Below these levels, libraries log what people answered: discord.py its whole traffic, the database's
# every statement with its values, syllapy the words that it doesn't know. APScheduler is only loud.
# discord.py's tree of commands names the person for whom a completion failed; what fails in ours, they log
# themselves. aiohttp's server tells who asked.
_FLOORS = {
    "discord": logging.INFO,
    "discord.app_commands": logging.CRITICAL,
    "sqlalchemy": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "syllapy": logging.WARNING,
    "aiohttp.server": logging.CRITICAL,
    "apscheduler": logging.WARNING,
}
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_CODES = ("sqlite_errorname", "sqlstate", "status", "code")
"""Where errors keep what they are called by those who raised them: words and numbers out of a fixed list."""


class _Text(logging.Formatter):
    """A line for people, in UTC."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", _TIME)

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record, self.datefmt)} {record.levelname} {record.name}: {_said(record)}"
        return "\n".join([line, *_where(record)])


class _Json(_Text):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, self.datefmt),
            "level": record.levelname,
            "logger": record.name,
            "message": _said(record),
        }
        if where := _where(record):
            line["error"] = "\n".join(where)
        return json.dumps(line)  # in ASCII: it stays JSON, and one line, in whatever stderr is written


class _Handler(logging.StreamHandler[Any]):
    """To stderr; a line that can't be made is replaced by one that says so."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Python would print the line's parts here, which may be anybody's words."""
        error = sys.exception()
        if isinstance(error, OSError):  # nobody reads it any more
            return
        said = f"a line of {record.name} could not be logged: {type(error).__name__}"
        self.stream.write(self.format(_record(logging.ERROR, said)) + self.terminator)


def _record(level: int, said: str) -> logging.LogRecord:
    return log.makeRecord(log.name, level, "", 0, said, (), None)


def _said(record: logging.LogRecord) -> str:
    """A record's message; asyncio goes on with what was raised and passed, which may be somebody's words."""
    said = record.getMessage()
    return re.split(r"[\n(<]", said)[0].rstrip() if record.name == "asyncio" else said


def _where(record: logging.LogRecord) -> list[str]:
    return _trace(record.exc_info[1]) if record.exc_info and record.exc_info[1] else []


def _trace(error: BaseException) -> list[str]:
    """Where it happened and what it is, but not what it says: that may be what somebody has typed.

    A database quotes the row that it refuses, ``int()`` what is no number.
    """
    lines: list[str] = []
    seen: set[int] = set()
    rest: list[BaseException] = [error]
    while rest:
        one = rest.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        lines += ["".join(traceback.format_tb(one.__traceback__)).rstrip(), _name(one)]
        below = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
        rest += [below] if below else []
        rest += one.exceptions if isinstance(one, BaseExceptionGroup) else []
    return [line for line in lines if line]


def _name(error: BaseException) -> str:
    """An error's type, and its code where it has one."""
    codes = [getattr(error, name, None) for name in _CODES]
    if isinstance(error, OSError) and error.errno:
        codes.append(errno.errorcode.get(error.errno))
    plain = [str(code) for code in codes if code and re.fullmatch(r"[A-Za-z0-9_-]{1,40}", str(code))]
    return " ".join([type(error).__qualname__, *plain])


def _above_floor(record: logging.LogRecord) -> bool:
    library, _, rest = record.name.partition(".")
    floor = _FLOORS.get(f"{library}.{rest.partition('.')[0]}", _FLOORS.get(library, logging.NOTSET))
    return record.levelno >= floor


def configure(level: str, format: str) -> None:
    """Log to stderr from ``level`` up, as ``"text"`` or ``"json"``; anything set up before is replaced."""
    handler = _Handler()
    handler.setFormatter(_Json() if format == "json" else _Text())
    # On the handler, not as levels of loggers: a library can give its own loggers another level later.
    handler.addFilter(_above_floor)
    logging.basicConfig(level=level, handlers=[handler], force=True)


def catch_all() -> None:
    """Log what Python would otherwise print past the logs, for the rest of this process."""
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda lost: _uncaught(lost.exc_type, lost.exc_value, lost.exc_traceback)
    sys.unraisablehook = lambda lost: _uncaught(lost.exc_type, lost.exc_value, lost.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, _: TracebackType | None) -> None:
    log.critical("an error that nothing caught: %s", kind.__name__, exc_info=error)
