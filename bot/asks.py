"""The asks of ``config/asks``: one TOML file is one ask, and all that is wrong with them is told at once.

Ready check-ins are files of the same fields, and are read with the same reader (checkins.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.asks import Ask, AskField, FieldKind
from bot.domain.stages import Stage
from bot.domain.text import clean
from bot.settings import SettingsError, read_toml

T = TypeVar("T")

FOLDER = "asks"
NAME = re.compile(r"[a-z]{2,20}")
MOST_FIELDS = 10
MOST_OPTIONS = 10
"""Discord's groups of boxes end there."""
LONGEST = {
    "title": 80,
    "question": 300,
    "button": 40,
    "example": 500,
    "label": 45,
    "hint": 100,
    "option": 100,
}
"""Characters, so that every one of them fits where it is shown."""
MOST_DAYS = 90
MOST_TEXT = 2000
"""Characters of one field: escaped, a contribution must still fit a message."""


def load(folder: Path) -> dict[str, Ask]:
    """The asks of a folder by their names, which are those of their files; raises :class:`SettingsError`."""
    none = "has no ask; each is a file such as problem.toml"
    return load_each(folder, none, MOST_OPTIONS, lambda reading, name, raw: reading.ask(name, raw))


def load_each(
    folder: Path, none: str, most_options: int, read: Callable[[Reading, str, Mapping[str, Any]], T]
) -> dict[str, T]:
    """What is read of each file of a folder, by the files' names; raises :class:`SettingsError`.

    ``none`` is what is wrong with a folder that has no file.
    """
    found: dict[str, T] = {}
    problems: list[str] = []
    files = sorted(folder.glob("*.toml"))
    if not files:
        problems.append(f"{folder}: {none}")
    for file in files:
        try:
            raw = read_toml(file)
        except SettingsError as error:
            problems += error.problems
            continue
        before = len(problems)
        reading = Reading(str(file), problems, most_options)
        if not NAME.fullmatch(file.stem):
            problems.append(f"{file}: must be named with 2 to 20 small letters")
        one = read(reading, file.stem, raw)
        if len(problems) == before:
            found[file.stem] = one
    if problems:
        raise SettingsError(problems)
    return found


class Reading:
    """Reads one file, and keeps what is wrong with it; a field can have so many options."""

    def __init__(self, place: str, problems: list[str], most_options: int = MOST_OPTIONS) -> None:
        self._place, self._problems, self._most_options = place, problems, most_options

    def ask(self, name: str, raw: Mapping[str, Any]) -> Ask:
        """The whole ask."""
        self.only(raw, {"title", "button", "stages", "example", "answer_days", "field"}, "")
        days = raw.get("answer_days", 0)
        if type(days) is not int or not 0 <= days <= MOST_DAYS:
            self.wrong("answer_days", f"must be a number from 0 to {MOST_DAYS}")
            days = 0
        stages = self.texts(raw.get("stages", []), "stages")
        if not stages or any(one not in list(Stage) for one in stages):
            self.wrong("stages", "must name some of " + ", ".join(Stage))
        read = self.fields(raw, MOST_FIELDS)
        if read and not read[0].is_text:
            self.wrong("[[field]] 1", "must be short or long: it is the one box that everybody meets")
        return Ask(
            name,
            self.text(raw, "title"),
            self.text(raw, "button"),
            tuple(one for one in Stage if one in stages),
            self.text(raw, "example"),
            tuple(read),
            days,
        )

    def fields(self, raw: Mapping[str, Any], most: int) -> list[AskField]:
        """The fields of a file, each with a name of its own."""
        fields = raw.get("field", [])
        if not (isinstance(fields, list) and 1 <= len(fields) <= most):
            self.wrong("[[field]]", f"must be there 1 to {most} times")
            fields = []
        read = [self._field(number, one) for number, one in enumerate(fields, 1)]
        names = [one.name for one in read]
        if len(set(names)) < len(names):
            self.wrong("[[field]]", "must each have a name of its own")
        return read

    def _field(self, number: int, raw: Any) -> AskField:
        place = f"[[field]] {number}"
        if not isinstance(raw, dict):
            self.wrong(place, "must be a table")
            return AskField("", FieldKind.SHORT, "")
        self.only(raw, {"name", "kind", "label", "hint", "longest", "options"}, f"{place} ")
        kind, name = raw.get("kind"), raw.get("name")
        if kind not in list(FieldKind):
            self.wrong(f"{place} kind", "must be one of " + ", ".join(FieldKind))
            kind = FieldKind.SHORT
        if not (isinstance(name, str) and NAME.fullmatch(name)):
            self.wrong(f"{place} name", "must be 2 to 20 small letters")
            name = ""
        options = self.texts(raw.get("options", []), f"{place} options")
        field = AskField(
            name,
            FieldKind(kind),
            self.text(raw, "label", f"{place} "),
            self.text(raw, "hint", f"{place} ") if "hint" in raw else "",
            raw.get("longest", 500),
            options,
        )
        if field.is_text:
            if type(field.longest) is not int or not 20 <= field.longest <= MOST_TEXT:
                self.wrong(f"{place} longest", f"must be a number from 20 to {MOST_TEXT}")
            if options:
                self.wrong(f"{place} options", "are not of a field in which people write")
        elif not 2 <= len(options) <= self._most_options or len(set(options)) < len(options):
            self.wrong(f"{place} options", f"must be 2 to {self._most_options} different texts")
        elif any(len(one) > LONGEST["option"] for one in options):
            self.wrong(f"{place} options", f"must have at most {LONGEST['option']} characters each")
        return field

    def text(self, raw: Mapping[str, Any], key: str, place: str = "") -> str:
        """A text that must be there."""
        value = raw.get(key)
        if not isinstance(value, str) or not value.strip() or clean(value) != value:
            self.wrong(f"{place}{key}", "must be a text")
            return ""
        if len(value) > LONGEST[key]:
            self.wrong(f"{place}{key}", f"must have at most {LONGEST[key]} characters")
        return value

    def texts(self, value: Any, place: str) -> tuple[str, ...]:
        """A list of texts."""
        if isinstance(value, list) and all(
            isinstance(one, str) and one and clean(one) == one for one in value
        ):
            return tuple(value)
        self.wrong(place, "must be a list of texts")
        return ()

    def only(self, raw: Mapping[str, Any], known: set[str], place: str) -> None:
        """Keep which keys nobody knows."""
        for key in sorted(raw.keys() - known):
            self.wrong(f"{place}{key}", "is not known; there are " + ", ".join(sorted(known)))

    def wrong(self, what: str, why: str) -> None:
        """Keep one thing that is wrong."""
        self._problems.append(f"{self._place}: {what} {why}")
