"""What Discord's reference allows in a message, a form and a list of choices, held against what is sent.

The simulated Discord refuses less than the real one: that a required choice asks for at least one, say, is
in the reference's notes and in no schema. So every payload that leaves in a test passes here, whichever way:
it is refused as Discord would, and :func:`checked` notes it, so that the test fails whatever the bot made of
the refusal. Nothing of ours is imported: these are Discord's numbers, not those that we keep to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Payload = Mapping[str, Any]

ROW, BUTTON, SELECT, TEXT_BOX, USERS, ROLES, MENTIONABLE, CHANNELS = range(1, 9)
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, LINE = range(9, 15)
CONTAINER, LABEL, UPLOAD, RADIOS, TICKS, TICK = 17, 18, 19, 21, 22, 23

SELECTS = {SELECT, USERS, ROLES, MENTIONABLE, CHANNELS}
IN_MESSAGE = {ROW, SECTION, TEXT, GALLERY, FILE, LINE, CONTAINER}
IN_FORM = {LABEL, TEXT}
IN_LABEL = {TEXT_BOX, UPLOAD, RADIOS, TICKS, TICK} | SELECTS
INSIDE = {
    ROW: {BUTTON} | SELECTS,
    SECTION: {TEXT},
    CONTAINER: IN_MESSAGE - {CONTAINER},
}
CHOICES, MODAL = 8, 9
"""Discord's numbers of two ways to answer: with choices while somebody types, and with a form."""
CLASSIC, LAID_OUT = 2000, 4000

refused: list[str] = []
"""What was sent since this was emptied that Discord would not have taken."""


def checked(body: object) -> list[str]:
    """What is wrong with the body of a request; noted in :data:`refused`, too."""
    found = list(faults(body)) if isinstance(body, Mapping) else []
    refused.extend(found)
    return found


def faults(body: Payload) -> Iterator[str]:
    """What Discord would refuse in the body of a message, of an edit, or of an answer to an interaction."""
    data = body["data"] if isinstance(body.get("data"), Mapping) else body
    if "data" in body and body.get("type") == MODAL:
        yield from form_faults(data)
    elif "data" in body and body.get("type") == CHOICES:
        yield from _choice_faults(data)
    elif "components" in data or "content" in data:
        yield from message_faults(data)


def message_faults(message: Payload) -> Iterator[str]:
    """What Discord would refuse in a message made of components, or of plain text."""
    yield from within("content", message.get("content") or "", 0, CLASSIC)
    parts = message.get("components") or []
    there = list(_walk(parts))
    if len(there) > 40:
        yield f"{len(there)} components in a message"
    written = sum(len(one.get("content", "")) for one in there if one["type"] == TEXT)
    if written > LAID_OUT:
        yield f"{written} characters in a message"
    yield from _once("custom_id", [one["custom_id"] for one in there if "custom_id" in one])
    for one in parts:
        yield from _placed(one, IN_MESSAGE, "a message")
    yield from _attached(message, there)


def form_faults(form: Payload) -> Iterator[str]:
    """What Discord would refuse in a form."""
    yield from within("title", form.get("title", ""), 1, 45)
    yield from within("custom_id", form.get("custom_id", ""), 1, 100)
    parts = form.get("components") or []
    if not 1 <= len(parts) <= 5:
        yield f"{len(parts)} items in a form"
    there = list(_walk(parts))
    yield from _once("custom_id", [one["custom_id"] for one in there if "custom_id" in one])
    for one in parts:
        yield from _placed(one, IN_FORM, "a form")
        if one["type"] == LABEL:
            yield from within("label", one.get("label", ""), 1, 45)
            yield from within("description", one.get("description") or "", 0, 100)
            yield from _placed(one["component"], IN_LABEL, "a label")
            yield from _asked(one["component"])


def _asked(box: Payload) -> Iterator[str]:
    """What holds of what is filled in alone: nothing is disabled there, and to require is to ask for one."""
    if box.get("disabled"):
        yield "something disabled in a form"
    if box["type"] in SELECTS | {TICKS, UPLOAD} and box.get("required", True):
        least = box.get("min_values")
        if least is not None and least < 1:
            yield f"{box['custom_id']}: min_values {least}, and required"


def _placed(part: Payload, allowed: set[int], where: str) -> Iterator[str]:
    kind = part.get("type")
    if kind not in allowed:
        yield f"a component of type {kind} in {where}"
        return
    if "custom_id" in part:
        yield from within("custom_id", part["custom_id"], 1, 100)
    yield from within("placeholder", part.get("placeholder") or "", 0, 100 if kind == TEXT_BOX else 150)
    yield from _OF[kind](part) if kind in _OF else ()
    for one in part.get("components", ()):
        yield from _placed(one, INSIDE[kind], f"a component of type {kind}")


def _row(row: Payload) -> Iterator[str]:
    inside = [one.get("type") for one in row.get("components", ())]
    if not 1 <= len(inside) <= 5:
        yield f"{len(inside)} in a row"
    if SELECTS & set(inside) and len(inside) > 1:
        yield "a choice that shares its row"


def _button(button: Payload) -> Iterator[str]:
    if not button.get("label") and not button.get("emoji"):
        yield "a button that says nothing"
    yield from within("label", button.get("label") or "", 0, 80)
    link = button.get("style") == 5
    if link == ("custom_id" in button) or link != bool(button.get("url")):
        yield f"a button of style {button.get('style')} with a custom_id or an address too many or too few"
    yield from within("url", button.get("url") or "", 0, 512)


def _select(select: Payload) -> Iterator[str]:
    yield from _bounds(select, 1, 1, 25)
    if select["type"] == SELECT:
        yield from _options(select, 1, 25)
    given = len(select.get("default_values") or ())
    if given > (select.get("max_values") or 1) or 0 < given < (select.get("min_values") or 0):
        yield f"{given} default values"


def _ticks(group: Payload) -> Iterator[str]:
    yield from _bounds(group, 1, len(group.get("options") or ()), 10)
    yield from _options(group, 1, 10)


def _radios(group: Payload) -> Iterator[str]:
    yield from _options(group, 2, 10, most_chosen=1)


def _text(text: Payload) -> Iterator[str]:
    yield from within("text", text.get("content", ""), 1, LAID_OUT)


def _text_box(box: Payload) -> Iterator[str]:
    least, most = box.get("min_length") or 0, box.get("max_length")
    most = 4000 if most is None else most
    if not 0 <= least <= most or not 1 <= most <= 4000:
        yield f"{box['custom_id']}: from {least} to {most} characters"
    yield from within(f"{box['custom_id']}'s value", box.get("value") or "", 0, most)
    if box.get("style") not in (1, 2):
        yield f"{box['custom_id']}: no style"


def _gallery(gallery: Payload) -> Iterator[str]:
    items = gallery.get("items", ())
    if not 1 <= len(items) <= 10:
        yield f"{len(items)} pictures in a gallery"
    for one in items:
        yield from within("description", one.get("description") or "", 0, 1024)


def _bounds(one: Payload, least: int, most: int, limit: int) -> Iterator[str]:
    """How many may be chosen: within the limit, and of a list that is given no more than are in it."""
    low, high = one.get("min_values"), one.get("max_values")
    low, high = least if low is None else low, most if high is None else high
    there = len(one["options"]) if "options" in one else limit
    if not 0 <= low <= high or not 1 <= high <= min(limit, there):
        yield f"{one['custom_id']}: from {low} to {high} of {there}"


def _options(one: Payload, least: int, most: int, most_chosen: int | None = None) -> Iterator[str]:
    options = one.get("options") or ()
    name = one["custom_id"]
    if not least <= len(options) <= most:
        yield f"{name}: {len(options)} options"
    for option in options:
        yield from within(f"an option of {name}", option.get("label", ""), 1, 100)
        yield from within(f"the value of an option of {name}", option.get("value", ""), 1, 100)
        yield from within(f"an option's description of {name}", option.get("description") or "", 0, 100)
    yield from _once(f"value of {name}", [option.get("value", "") for option in options])
    chosen = sum(bool(option.get("default")) for option in options)
    limit = most_chosen or one.get("max_values") or (1 if one["type"] == SELECT else len(options))
    if chosen > limit:
        yield f"{name}: {chosen} are chosen already, of at most {limit}"


def _attached(message: Payload, there: Sequence[Payload]) -> Iterator[str]:
    """A picture or a file that is shown must come with the message, and what comes with it must be shown.

    An edit that says nothing of files keeps those that are there.
    """
    if "attachments" not in message:
        return
    sent = {one.get("filename") for one in message["attachments"] or ()}
    media = [one["file"] for one in there if one["type"] == FILE]
    media += [item["media"] for one in there if one["type"] == GALLERY for item in one.get("items", ())]
    shown = {one["url"].removeprefix("attachment://") for one in media if one["url"].startswith("attachment")}
    if there and shown != sent:
        yield f"attached {sorted(map(str, sent))}, shown {sorted(shown)}"


def _choice_faults(data: Payload) -> Iterator[str]:
    choices = data.get("choices") or ()
    if len(choices) > 25:
        yield f"{len(choices)} choices"
    for one in choices:
        yield from within("a choice", one["name"], 1, 100)
        if isinstance(one["value"], str):
            yield from within("a choice's value", one["value"], 1, 100)


def within(what: str, text: str, least: int, most: int) -> Iterator[str]:
    """Whether a text is long enough and not too long, in UTF-16 code units: in whatever way it is counted."""
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if what in ("content", "text") or what.endswith("'s value"):  # people's words, counted as characters
        units = len(text)
    if not least <= units <= most:
        yield f"{what}: {units} characters, not {least} to {most}"


def _once(what: str, values: Sequence[str]) -> Iterator[str]:
    doubled = sorted({value for value in values if values.count(value) > 1})
    if doubled:
        yield f"{what} more than once: {', '.join(doubled)}"


def _walk(parts: Sequence[Payload]) -> Iterator[Payload]:
    for part in parts:
        yield part
        inside = [*part.get("components", ())]
        inside += [part[name] for name in ("component", "accessory") if part.get(name)]
        yield from _walk(inside)


_OF = {
    ROW: _row,
    BUTTON: _button,
    **dict.fromkeys(SELECTS, _select),
    TEXT_BOX: _text_box,
    TEXT: _text,
    GALLERY: _gallery,
    RADIOS: _radios,
    TICKS: _ticks,
}
"""What is to be said of each kind of component, besides where it may stand."""
