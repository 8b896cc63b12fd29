"""Cards: messages made of texts, buttons and choices.

A card never listens: every press goes through the router, by its custom id, whichever process sent the
card and however long ago. So a card is stopped as soon as it is made, and discord.py keeps none in memory.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self, cast

import discord
from discord.ui import ActionRow, Button, ChannelSelect, File, RoleSelect, Select, UserSelect

from cogs.ui.custom_ids import CustomId, parse
from cogs.ui.limits import BUTTONS_IN_ROW, FORM_OPTIONS, LEAST_RADIOS, MESSAGE_TEXT, TEXT_BOX

AnySelect = Select["Card"] | RoleSelect["Card"] | ChannelSelect["Card"] | UserSelect["Card"]


def button(
    label: str, verb: str, subject: int = 0, argument: str = "", *, style: str = "secondary"
) -> Button[Card]:
    """A button; ``style`` is Discord's name of one and says nothing that the label doesn't."""
    return Button(
        label=label,
        custom_id=str(CustomId(verb, subject, argument)),
        style=discord.ButtonStyle[style],
    )


class Card(discord.ui.LayoutView):
    """A message under construction: texts and rows from top to bottom, with files."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.stop()
        self.files: list[discord.File] = []
        self._length = 0
        self._made: list[dict[str, Any]] | None = None

    def add_item(self, item: discord.ui.Item[Any]) -> Self:
        """Add an item below the others."""
        self._made = None
        return super().add_item(item)

    def to_components(self) -> list[dict[str, Any]]:
        """The card as Discord takes it; made once, because one card may be shown to many."""
        if self._made is None:
            self._made = super().to_components()  # type: ignore[no-untyped-call]
        return self._made

    def text(self, *lines: str, leave: int = 0) -> Card:
        """Add a text of these lines, without the empty ones; past Discord's limit it is cut with "…".

        ``leave`` is how many characters are kept free for what follows.
        """
        whole = "\n".join(line for line in lines if line)
        room = MESSAGE_TEXT - self._length - leave
        if whole and room > 1:
            whole = whole if len(whole) <= room else _cut(whole, room)
            self._length += len(whole)
            self.add_item(discord.ui.TextDisplay(whole))
        return self

    @property
    def room(self) -> int:
        """How many characters more are shown whole."""
        return MESSAGE_TEXT - self._length

    def buttons(self, *buttons: Button[Card] | None) -> Card:
        """Add buttons, in rows of as many as Discord allows; None is left out."""
        there = [one for one in buttons if one is not None]
        for start in range(0, len(there), BUTTONS_IN_ROW):
            self.add_item(ActionRow(*there[start : start + BUTTONS_IN_ROW]))
        return self

    def choice(self, select: AnySelect) -> Card:
        """Add a choice among several."""
        self.add_item(ActionRow(select))
        return self

    def picture(self, name: str, data: bytes, alt: str) -> Card:
        """Add a picture with its description for those who can't see it."""
        self.files.append(_file(name, data))
        item = discord.MediaGalleryItem(f"attachment://{name}", description=alt)
        self.add_item(discord.ui.MediaGallery(item))
        return self

    def of(self, community: int) -> Card:
        """Let what can be pressed and names no community name this: in private messages nothing else does."""
        self._made = None
        for item in self.walk_children():
            found = parse(item.custom_id or "") if isinstance(item, Button | Select) else None
            if isinstance(item, Button | Select) and found is not None and not found.community:
                item.custom_id = str(replace(found, community=community))
        return self

    @property
    def pressed(self) -> list[CustomId]:
        """What everything on it that can be pressed asks for."""
        there = [one.custom_id or "" for one in self.walk_children() if isinstance(one, Button | Select)]
        return [found for one in there if (found := parse(one))]

    def attachment(self, name: str, data: bytes) -> Card:
        """Add a file to download."""
        self.files.append(_file(name, data))
        self.add_item(File(f"attachment://{name}"))
        return self


def _file(name: str, data: bytes) -> discord.File:
    return discord.File(io.BytesIO(data), filename=name)


def _cut(text: str, room: int) -> str:
    """Cut at a line's end where one is near, and never inside an escape."""
    kept = text[: room - 1]
    line_end = kept.rfind("\n")
    if line_end > room // 2:
        kept = kept[:line_end]
    return kept.rstrip("\\") + "…"


@dataclass(frozen=True)
class Option:
    """One option of a choice: what is read, what comes back, and whether it is chosen already."""

    label: str
    value: str
    chosen: bool = False


def choose(
    custom_id: CustomId, options: Iterable[Option], hint: str, least: int = 1, most: int = 1
) -> Select[Card]:
    """A choice among up to 25 options; never of more than there are."""
    there = list(options)
    most = min(most, len(there))
    return Select(
        custom_id=str(custom_id),
        placeholder=hint,
        min_values=min(least, most),
        max_values=most,
        options=_listed(_chosen(there, most)),
    )


@dataclass
class Field:
    """One field of a form: a text box, or a choice where there are ``options``."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    long: bool = False
    required: bool = True
    longest: int = 4000
    options: Sequence[Option] = field(default_factory=tuple)
    most: int = 1


class Form(discord.ui.Modal):
    """A form of up to five fields; what is sent comes back through the router, even after a restart.

    A ``text`` stands above the fields, and counts as one of the five.
    """

    def __init__(self, title: str, custom_id: CustomId, fields: Iterable[Field], text: str = "") -> None:
        super().__init__(title=title, custom_id=str(custom_id), timeout=None)
        self.stop()
        self.text, self.fields = text, list(fields)
        if text:
            self.add_item(discord.ui.TextDisplay(text))
        for one in self.fields:
            self.add_item(
                discord.ui.Label(text=one.label, description=one.hint or None, component=_component(one))
            )

    def filled(self, said: Mapping[str, Sequence[str]]) -> Form:
        """The same form with these words and ticks in its fields; a field that is not among them stays."""
        fields = [_filled(one, said[one.name]) if one.name in said else one for one in self.fields]
        return Form(self.title, cast(CustomId, parse(self.custom_id)), fields, self.text)


def _filled(one: Field, said: Sequence[str]) -> Field:
    chosen = [replace(option, chosen=option.value in said) for option in one.options]
    return replace(one, value="".join(said[:1])[: one.longest], options=chosen)


def _component(one: Field) -> discord.ui.Item[Form]:
    """What Discord has for a field: ticks or radios as far as it shows them, else a list to open."""
    if not one.options:
        return _text_box(one)
    most = min(max(one.most, 1), len(one.options))
    least = 1 if one.required else 0
    there = _chosen(one.options, most)
    if one.most > 1 and len(there) <= FORM_OPTIONS:
        boxes = [discord.CheckboxGroupOption(label=o.label, value=o.value, default=o.chosen) for o in there]
        return discord.ui.CheckboxGroup(
            custom_id=one.name, options=boxes, required=one.required, min_values=least, max_values=most
        )
    if one.most > 1 or not LEAST_RADIOS <= len(there) <= FORM_OPTIONS:
        return Select(
            custom_id=one.name,
            options=_listed(there),
            required=one.required,
            min_values=least,
            max_values=most,
        )
    radios = [discord.RadioGroupOption(label=o.label, value=o.value, default=o.chosen) for o in there]
    return discord.ui.RadioGroup(custom_id=one.name, options=radios, required=one.required)


def _text_box(one: Field) -> discord.ui.Item[Form]:
    longest = min(one.longest, TEXT_BOX)
    return discord.ui.TextInput(
        custom_id=one.name,
        style=discord.TextStyle.paragraph if one.long else discord.TextStyle.short,
        default=one.value[:longest] or None,
        required=one.required,
        max_length=longest,
    )


def _chosen(options: Iterable[Option], most: int) -> list[Option]:
    """The options, the first so many of those that are chosen as chosen: Discord refuses more."""
    left, made = most, []
    for one in options:
        made.append(replace(one, chosen=one.chosen and left > 0))
        left -= one.chosen
    return made


def _listed(options: Iterable[Option]) -> list[discord.SelectOption]:
    return [discord.SelectOption(label=o.label, value=o.value, default=o.chosen) for o in options]


def payload(interaction: discord.Interaction) -> dict[str, Any]:
    """What a press or a form carried, as Discord sent it."""
    return cast("dict[str, Any]", interaction.data or {})
