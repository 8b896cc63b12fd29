"""Tells what people press and read, as short lines for a terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from simcord.results import InteractionResult

from bot.practice.town import Town, answer, reply, text_of

ZONE = ZoneInfo("Europe/London")
SHORT = 160
TIME = re.compile(r"<t:(\d+):([A-Z])>(?: \(<t:\d+:R>\))?")
NAMED = re.compile(r"<(?:#|@&|@)(\d+)>")
MARKS = re.compile(r"\*\*|^#+ |^-# ", re.MULTILINE)


class Telling:
    """What the people of a town do, with what they then read."""

    def __init__(self, there: Town) -> None:
        self._there = there
        channels = [there.say, there.square, there.moderators]
        self._names: Mapping[int, str] = {
            **{one.id: f"#{one.name}" for one in channels},
            **{one.id: f"@{one.name}" for one in (*there.everyone, there.witness, *there.roles.values())},
        }

    def scene(self, what: str) -> None:
        """When it is, and what comes now."""
        now = self._there.env.now().astimezone(ZONE)
        print(f"\n{_told(now)}. {what}")

    async def types(self, who: Any, command: str, **options: Any) -> InteractionResult:
        """Somebody types a command on the town's square."""
        result: InteractionResult = await who.slash(self._there.square, command, **options)
        self._reads(who, f"types /{command}", result)
        return result

    async def presses(self, who: Any, card: Any, label: str) -> InteractionResult:
        """Somebody presses a button."""
        result: InteractionResult = await who.click(card, label=label)
        self._reads(who, f"presses [{label}]", result)
        return result

    async def answers(self, who: Any, card: Any, *ways: str) -> InteractionResult:
        """Somebody presses one button after the other; told in one line."""
        result: InteractionResult | None = None
        for label in ways:
            result = await who.click(card if result is None else answer(result), label=label)
        assert result is not None
        pressed = "".join(f"[{label}]" for label in ways)
        first, *_ = self.plain(reply(result)).splitlines()
        print(f"  {who.name} presses {pressed} and reads: “{first}”")
        return result

    async def sends(
        self, who: Any, form: InteractionResult, values: Mapping[str, str | Sequence[str]]
    ) -> InteractionResult:
        """Somebody fills a form in and sends it."""
        result: InteractionResult = await who.submit_modal(form, dict(values))
        self._reads(who, "sends the form", result)
        return result

    def sees(self, who: str, message: Any) -> None:
        """Somebody reads a message of a channel, in full."""
        print(f"  {who} reads in {self._names.get(message.channel.id, 'a channel')}:")
        self._whole(text_of(message))

    async def reads(self, who: Any, command: str, **options: Any) -> InteractionResult:
        """Somebody types a command on the town's square, and reads the answer in full."""
        result: InteractionResult = await who.slash(self._there.square, command, **options)
        print(f"  {who.name} types /{command} and reads:")
        self._whole(reply(result))
        return result

    def _whole(self, text: str) -> None:
        for line in self.plain(text).splitlines():
            print(f"    | {line}")

    def plain(self, text: str) -> str:
        """A card's text as a reader sees it: times, names and no marks."""
        text = TIME.sub(lambda found: _time(int(found[1]), found[2]), text)
        text = NAMED.sub(lambda found: self._names.get(int(found[1]), "somebody"), text)
        return MARKS.sub("", text)

    def _reads(self, who: Any, did: str, result: InteractionResult) -> None:
        if result.modal is not None:
            print(f"  {who.name} {did}. A form opens: “{result.modal['title']}”.")
            return
        lines = self.plain(reply(result)).splitlines()
        print(f"  {who.name} {did} and reads: “{_short(lines)}”")


async def files_of(result: InteractionResult) -> dict[str, bytes]:
    """The files that came with a private answer, by name."""
    return {one.filename: await one.read() for one in answer(result).attachments}


def _short(lines: list[str]) -> str:
    said = ""
    for line in lines:
        if said and len(said) + len(line) > SHORT:
            return said + " …"
        said = f"{said} / {line}" if said else line
    return said


def _time(seconds: int, style: str) -> str:
    at = datetime.fromtimestamp(seconds, ZONE)
    return f"{at:%A} {at.day} {at:%B}" if style == "D" else _told(at)


def _told(at: datetime) -> str:
    return f"{at:%A} {at.day} {at:%B}, {at:%H:%M}"
