"""Where log lines go, and which never do."""

from __future__ import annotations

import json
import logging
import time

# Below these levels, libraries log what people answered: discord.py its whole traffic, the database's
# every statement with its values. APScheduler is only loud.
_FLOORS = {
    "discord": logging.INFO,
    "sqlalchemy": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "apscheduler": logging.WARNING,
}
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class _Text(logging.Formatter):
    """A line for people, in UTC."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", _TIME)


class _Json(_Text):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, self.datefmt),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _above_floor(record: logging.LogRecord) -> bool:
    return record.levelno >= _FLOORS.get(record.name.partition(".")[0], logging.NOTSET)


def configure(level: str, format: str) -> None:
    """Log to stderr from ``level`` up, as ``"text"`` or ``"json"``; anything set up before is replaced."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if format == "json" else _Text())
    # On the handler, not as levels of loggers: a library can give its own loggers another level later.
    handler.addFilter(_above_floor)
    logging.basicConfig(level=level, handlers=[handler], force=True)
