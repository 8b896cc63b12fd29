"""What Discord is told of the commands, and what every card that is shown can bring back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.practice.town import Town, answer, open_poll, start_project, vote
from cogs.ui.custom_ids import parse
from cogs.ui.limits import BUTTON_LABEL, CUSTOM_ID
from tests.journeys.conftest import living, one_context, press

SUBCOMMAND, GROUP = 1, 2
FIELDS = {4, 21, 22}
"""Components inside a form: their ids are the names of its fields, and never verbs."""


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Town]:
    async with one_context(living(tmp_path)) as ready:
        yield ready


def commands(there: Town) -> list[dict[str, Any]]:
    """The commands as Discord was told of them."""
    return list(there.env.backend.commands[None].values())


def walk(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A command, its subcommands and all their options."""
    yield command
    for option in command.get("options") or ():
        yield from walk(option)


MENU = discord.AppCommandType.message.value


def size(part: dict[str, Any]) -> int:
    """The characters that Discord counts: names, descriptions and values."""
    own = len(part.get("name", "")) + len(part.get("description", "")) + len(str(part.get("value", "")))
    return own + sum(size(one) for name in ("options", "choices") for one in part.get(name) or ())


async def test_commands_keep_to_discords_limits(there: Town) -> None:
    told = commands(there)
    names = [command["name"] for command in told]
    assert sorted(names) == sorted({*names})
    assert len(names) <= 100
    for command in told:
        assert size(command) <= 8000
        places = [0, 1] if command["name"] == "my" else [0]  # whoever left can see and erase what is held
        assert command.get("contexts") == places or command.get("dm_permission") is False, command["name"]
        if command.get("type") == MENU:  # it has a name and nothing else
            assert 1 <= len(command["name"]) <= 32
            continue
        for part in walk(command):
            assert 1 <= len(part["description"]) <= 100, part["name"]
            assert part["name"] == part["name"].lower()
            assert 1 <= len(part["name"]) <= 32
            options = part.get("options") or []
            assert len(options) <= 25
            assert len({option["name"] for option in options}) == len(options)
            assert len(part.get("choices") or []) <= 25
            assert all(len(choice["name"]) <= 100 for choice in part.get("choices") or [])
            required = [bool(option.get("required")) for option in options if option["type"] > GROUP]
            assert required == sorted(required, reverse=True), part["name"]


async def test_only_setup_is_hidden_from_those_who_can_not_use_it(there: Town) -> None:
    # The others are shown to everybody: an organiser's role can't be told to Discord as a permission.
    hidden = [one["name"] for one in commands(there) if one.get("default_member_permissions")]
    assert hidden == ["setup"]


def parts(payload: Any) -> Iterator[dict[str, Any]]:
    """Every component in what was sent to Discord."""
    if isinstance(payload, dict):
        if "custom_id" in payload:
            yield payload
        for value in payload.values():
            yield from parts(value)
    elif isinstance(payload, list):
        for value in payload:
            yield from parts(value)


async def test_whatever_can_be_pressed_leads_somewhere(there: Town) -> None:
    olive, amina, mayor, square = there.organiser, there.members["Amina"], there.mayor, there.square
    await start_project(there, due="in 9 days")
    await open_poll(there, "Which crossing first?", ["Mill Road", "Station Road"])
    await open_poll(there, "Which of these?", [f"Street {number}" for number in range(20)], kind="approve")
    draft = await olive.slash(square, "poll open", initiative="Safer walk to Mill Road School")
    await press(olive, draft, "Rules")
    await press(olive, await press(olive, draft, "Preview"), "Back to the draft")
    notice = await press(amina, there.ballot("Which crossing first?"), "Mill Road")
    await press(amina, notice, "More")
    recorded = await vote(amina, there.ballot("Which crossing first?"), "Mill Road")
    await press(amina, recorded, "Worried about someone")
    await press(amina, there.ballot("Which of these?"), "Choose")
    for command in ("my answers", "my erase", "my data", "my questions"):
        await amina.slash(square, command)
    for command in (
        "desk", "initiative list", "promise show", "poll list", "digest preview", "schedule show",
    ):  # fmt: skip
        await olive.slash(square, command)
    for name in ("Dilan", "Esther", "Farida"):
        await there.members[name].submit_modal(
            await press(there.members[name], there.ballot("Which crossing first?"), "What does this mean?"),
            {"word": "modal filter"},
        )
    await press(olive, await olive.slash(square, "desk"), "Explain: modal filter")
    await press(olive, await olive.slash(square, "glossary show"), "modal filter")
    await press(olive, await olive.slash(square, "desk"), "Look at: Which crossing first?")
    shown = await olive.slash(square, "initiative show", initiative="Safer walk to Mill Road School")
    await press(olive, shown, "Move to another stage")
    for label in ("Roles", "Channels and people", "Words and clock"):
        await press(mayor, await mayor.slash(square, "setup"), label)
    await there.wait(days=9)
    await olive.slash(square, "desk")
    assert answer(await olive.slash(square, "poll results", question="Which crossing first?"))

    seen = set()
    for made in there.env.http_requests:
        for part in parts(made.json):
            if part.get("type") in FIELDS:
                continue
            custom_id = parse(part["custom_id"])
            assert custom_id is not None, part
            assert custom_id.verb in there.client.router.handlers, part
            assert len(part["custom_id"]) <= CUSTOM_ID
            assert len(part.get("label", "")) <= BUTTON_LABEL
            assert not any(str(member.id) in part["custom_id"] for member in there.members.values())
            seen.add(custom_id.verb)
    everything = json.dumps(sorted(seen))
    assert len(seen) > 45, everything
