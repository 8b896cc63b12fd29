"""The ready check-ins of ``config/checkins``: one TOML file is one, and all that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.asks import Reading, load_each
from bot.domain.asks import FieldKind
from bot.domain.checkins import Purpose, ReadyCheckIn
from bot.domain.forms import MOST_FIELDS

FOLDER = "checkins"
MOST_OPTIONS = 11
"""From 0 to 10."""
KINDS = (Purpose.PLAIN, Purpose.DELIVERY, Purpose.PULSE)
"""What is asked about people's own words has no file: the words are in the ideas."""


def load(folder: Path) -> dict[str, ReadyCheckIn]:
    """The ready check-ins of a folder by the names of their files; raises :class:`SettingsError`."""
    none = "has no check-in; each is a file such as view.toml"
    return load_each(folder, none, MOST_OPTIONS, _read)


def _read(reading: Reading, name: str, raw: Mapping[str, Any]) -> ReadyCheckIn:
    reading.only(raw, {"title", "purpose", "question", "field"}, "")
    purpose = raw.get("purpose")
    if purpose not in KINDS:
        reading.wrong("purpose", "must be one of " + ", ".join(KINDS))
        purpose = Purpose.PLAIN
    form = reading.fields(raw, MOST_FIELDS)
    purpose = Purpose(purpose)
    if purpose is Purpose.DELIVERY and form and form[0].kind is not FieldKind.ONE:
        reading.wrong("[[field]] 1", "must be one: officials choose one of its options, too")
    if any(one.kind is FieldKind.SEVERAL for one in form):
        reading.wrong("[[field]]", "can't be several: it is answered in one go")
    question = reading.text(raw, "question")
    return ReadyCheckIn(name, reading.text(raw, "title"), purpose, question, tuple(form))
