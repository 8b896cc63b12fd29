"""Presses on their way: carried through the privacy notice, or given back with what somebody typed.

Nothing of a press may be stored before the notice, and no form can follow a form. So a press travels on the
private card that is shown instead: what was pressed in the ids of its buttons, what was typed in its text.
Whoever presses that card next brings it back, because a press comes with the message it was made on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import discord

from bot.domain.refusals import Refusal
from cogs.ui.cards import payload
from cogs.ui.custom_ids import SEPARATOR, CustomId, parse
from cogs.ui.limits import CUSTOM_ID

REST = "not-now"
"""The verb of the button that carries what has no room in the others."""
TEXT_BOX = 4
_VALUES, _TICKS, _TEXT = "_v", "_n", "_t"
"""What stands before values, before the name of a field with its ticks, and before that of one with words."""
_UNFIT = re.compile(r"[^A-Za-z0-9-]", re.ASCII)
_ESCAPE = re.compile(r"__|_d|_x([0-9a-f]{1,6})_")
FENCE = "```"
GUARD = "\u200b"
"""A space without width after what could end a block or ping somebody, in spite of the block."""
_ALIVE = re.compile(f"[`@{GUARD}]")
_GUARDED = re.compile(f"([`@{GUARD}]){GUARD}")


@dataclass(frozen=True)
class Press:
    """What somebody pressed: its id, the values chosen in a choice, the words and ticks sent with a form.

    Where the id is of a button that opens a form, words and ticks are what that form is to be filled in with.
    """

    custom_id: CustomId
    values: tuple[str, ...] | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    ticks: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, list[str]]:
        """What was sent with a form, by field: one text, or the values chosen."""
        texts = {name: [text] for name, text in self.texts.items()}
        return texts | {name: list(values) for name, values in self.ticks.items()}


def press_of(interaction: discord.Interaction) -> Press | None:
    """What an interaction presses; None for a command, and for an id that is none of ours.

    Raises:
        Refusal: ``button-unknown`` where it has not the shape of a press: no client sends such a thing.
    """
    data = payload(interaction)
    custom_id = parse(str(data.get("custom_id", "")))
    if custom_id is None:
        return None
    values, texts, ticks = data.get("values"), {}, {}
    try:
        if values is not None and not all(isinstance(one, str) for one in values):
            raise TypeError
        for label in data.get("components", ()):
            box: dict[str, Any] = label.get("component") or {}
            name, many = box.get("custom_id", ""), box.get("values", [box.get("value")])
            given = [str(value) for value in many or () if value is not None]
            if box.get("type") == TEXT_BOX:
                texts[name] = "".join(given[:1])
            else:
                ticks[name] = given
    except (AttributeError, TypeError):
        raise Refusal("button-unknown") from None
    return Press(custom_id, None if values is None else tuple(values), texts, ticks)


# --- what travels in ids


def packed(press: Press) -> str:
    """A press as an argument of custom ids; of its words only the names of their fields."""
    to = press.custom_id
    parts = [to.verb, str(to.subject), _escaped(to.argument)]
    if press.values is not None:
        parts += [_VALUES, *map(_escaped, press.values)]
    for name, text in press.texts.items():
        parts += [_TEXT + _escaped(name)] if text else [_TICKS + _escaped(name), ""]
    for name, values in press.ticks.items():
        parts += [_TICKS + _escaped(name), *map(_escaped, values)]
    return SEPARATOR.join(parts if len(parts) > 3 or parts[2] else parts[:2])


def unpacked(carried: str, texts: Iterator[str]) -> Press | None:
    """The press that was packed, with its words in their order; None for anything else."""
    verb, subject, argument, *rest = [*carried.split(SEPARATOR), "", ""]
    found = parse(f"cp1:{verb}:{subject}")
    if found is None:
        return None
    values: list[str] | None = None
    words: dict[str, str] = {}
    ticks: dict[str, list[str]] = {}
    into: list[str] = []
    for part in rest[: carried.count(SEPARATOR) - 2]:
        if part == _VALUES:
            into = values = []
        elif part.startswith(_TEXT):
            words[_plain(part.removeprefix(_TEXT))] = next(texts, "")
        elif part.startswith(_TICKS):
            into = ticks.setdefault(_plain(part.removeprefix(_TICKS)), [])
        else:
            into.append(_plain(part))
    to = CustomId(found.verb, found.subject, _plain(argument))
    return Press(to, None if values is None else tuple(values), words, ticks)


def _escaped(text: str) -> str:
    named = {"_": "__", SEPARATOR: "_d"}
    return _UNFIT.sub(lambda found: named.get(found[0], f"_x{ord(found[0]):x}_"), text)


def _plain(text: str) -> str:
    def letter(found: re.Match[str]) -> str:
        return chr(int(found[1], 16) % 0x110000) if found[1] else {"__": "_", "_d": SEPARATOR}[found[0]]

    return _ESCAPE.sub(letter, text)


def cut_in_two(carried: str, first: str, second: str) -> tuple[str, str] | None:
    """What is carried in two parts that each fit behind the beginning of an id; None where it is too long."""
    room = CUSTOM_ID - len(first)
    here, rest = carried[:room], carried[room:]
    return (here, rest) if len(second) + len(rest) <= CUSTOM_ID else None


def rest_of(message: discord.Message | None) -> str:
    """What the other button of a card carries, where one had no room for all."""
    there = ids_on(message.components if message else ())
    return next((one.argument for one in there if one.verb == REST), "")


def carries(message: discord.Message | None, verb: str) -> bool:
    """Whether a card has a button or a choice with this verb."""
    return any(one.verb == verb for one in ids_on(message.components if message else ()))


def ids_on(components: Iterable[object]) -> Iterator[CustomId]:
    """The ids of everything that can be pressed among these components."""
    for item in _items(components):
        if found := parse(getattr(item, "custom_id", None) or ""):
            yield found


# --- what travels in a card's text


def block(text: str) -> str:
    """Words as they were typed, where nothing in them is alive; :func:`words_in` reads them back exactly."""
    guarded = _ALIVE.sub(lambda found: found[0] + GUARD, text)
    return f"{FENCE}\n{guarded}\n{FENCE}"


def words_in(message: discord.Message | None) -> Iterator[str]:
    """The words that stand in the blocks of a card, one after another."""
    for item in _items(message.components if message else ()):
        text = getattr(item, "content", None)
        if isinstance(text, str) and text.startswith(f"{FENCE}\n") and text.endswith(f"\n{FENCE}"):
            yield _GUARDED.sub(r"\1", text[len(FENCE) + 1 : -len(FENCE) - 1])


def _items(components: Iterable[object]) -> Iterator[object]:
    for one in components:
        yield one
        yield from _items(getattr(one, "children", ()))
