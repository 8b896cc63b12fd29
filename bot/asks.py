"""The asks of ``config/asks``: one TOML file is one ask, and all that is wrong with them is told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.domain.asks import Ask, AskField, FieldKind
from bot.domain.stages import Stage
from bot.domain.text import clean
from bot.settings import SettingsError, read_toml

FOLDER = "asks"
NAME = re.compile(r"[a-z]{2,20}")
MOST_FIELDS = 10
MOST_OPTIONS = 10
"""Discord's groups of boxes end there."""
LONGEST = {"title": 80, "button": 40, "example": 500, "label": 45, "hint": 100, "option": 100}
"""Characters, so that every one of them fits where it is shown."""
MOST_DAYS = 90
MOST_TEXT = 2000
"""Characters of one field: escaped, a contribution must still fit a message."""


def load(folder: Path) -> dict[str, Ask]:
    """The asks of a folder by their names, which are those of their files; raises :class:`SettingsError`."""
    found: dict[str, Ask] = {}
    problems: list[str] = []
    files = sorted(folder.glob("*.toml"))
    if not files:
        problems.append(f"{folder}: has no ask; each is a file such as problem.toml")
    for file in files:
        try:
            raw = read_toml(file)
        except SettingsError as error:
            problems += error.problems
            continue
        before = len(problems)
        reading = _Reading(str(file), problems)
        if not NAME.fullmatch(file.stem):
            problems.append(f"{file}: must be named with 2 to 20 small letters")
        ask = reading.ask(file.stem, raw)
        if len(problems) == before:
            found[file.stem] = ask
    if problems:
        raise SettingsError(problems)
    return found


class _Reading:
    """Reads one file, and keeps what is wrong with it."""

    def __init__(self, place: str, problems: list[str]) -> None:
        self._place, self._problems = place, problems

    def ask(self, name: str, raw: Mapping[str, Any]) -> Ask:
        self._only(raw, {"title", "button", "stages", "example", "answer_days", "field"}, "")
        days = raw.get("answer_days", 0)
        if type(days) is not int or not 0 <= days <= MOST_DAYS:
            self._wrong("answer_days", f"must be a number from 0 to {MOST_DAYS}")
            days = 0
        stages = self._texts(raw.get("stages", []), "stages")
        if not stages or any(one not in list(Stage) for one in stages):
            self._wrong("stages", "must name some of " + ", ".join(Stage))
        fields = raw.get("field", [])
        if not (isinstance(fields, list) and 1 <= len(fields) <= MOST_FIELDS):
            self._wrong("[[field]]", f"must be there 1 to {MOST_FIELDS} times")
            fields = []
        read = [self._field(number, one) for number, one in enumerate(fields, 1)]
        names = [one.name for one in read]
        if len(set(names)) < len(names):
            self._wrong("[[field]]", "must each have a name of its own")
        if read and not read[0].is_text:
            self._wrong("[[field]] 1", "must be short or long: it is the one box that everybody meets")
        return Ask(
            name,
            self._text(raw, "title"),
            self._text(raw, "button"),
            tuple(one for one in Stage if one in stages),
            self._text(raw, "example"),
            tuple(read),
            days,
        )

    def _field(self, number: int, raw: Any) -> AskField:
        place = f"[[field]] {number}"
        if not isinstance(raw, dict):
            self._wrong(place, "must be a table")
            return AskField("", FieldKind.SHORT, "")
        self._only(raw, {"name", "kind", "label", "hint", "longest", "options"}, f"{place} ")
        kind, name = raw.get("kind"), raw.get("name")
        if kind not in list(FieldKind):
            self._wrong(f"{place} kind", "must be one of " + ", ".join(FieldKind))
            kind = FieldKind.SHORT
        if not (isinstance(name, str) and NAME.fullmatch(name)):
            self._wrong(f"{place} name", "must be 2 to 20 small letters")
            name = ""
        options = self._texts(raw.get("options", []), f"{place} options")
        field = AskField(
            name,
            FieldKind(kind),
            self._text(raw, "label", f"{place} "),
            self._text(raw, "hint", f"{place} ") if "hint" in raw else "",
            raw.get("longest", 500),
            options,
        )
        if field.is_text:
            if type(field.longest) is not int or not 20 <= field.longest <= MOST_TEXT:
                self._wrong(f"{place} longest", f"must be a number from 20 to {MOST_TEXT}")
            if options:
                self._wrong(f"{place} options", "are not of a field in which people write")
        elif not 2 <= len(options) <= MOST_OPTIONS or len(set(options)) < len(options):
            self._wrong(f"{place} options", f"must be 2 to {MOST_OPTIONS} different texts")
        elif any(len(one) > LONGEST["option"] for one in options):
            self._wrong(f"{place} options", f"must have at most {LONGEST['option']} characters each")
        return field

    def _text(self, raw: Mapping[str, Any], key: str, place: str = "") -> str:
        value = raw.get(key)
        if not isinstance(value, str) or not value.strip() or clean(value) != value:
            self._wrong(f"{place}{key}", "must be a text")
            return ""
        if len(value) > LONGEST[key]:
            self._wrong(f"{place}{key}", f"must have at most {LONGEST[key]} characters")
        return value

    def _texts(self, value: Any, place: str) -> tuple[str, ...]:
        if isinstance(value, list) and all(
            isinstance(one, str) and one and clean(one) == one for one in value
        ):
            return tuple(value)
        self._wrong(place, "must be a list of texts")
        return ()

    def _only(self, raw: Mapping[str, Any], known: set[str], place: str) -> None:
        for key in sorted(raw.keys() - known):
            self._wrong(f"{place}{key}", "is not known; there are " + ", ".join(sorted(known)))

    def _wrong(self, what: str, why: str) -> None:
        self._problems.append(f"{self._place}: {what} {why}")
