"""A failure of ours tells the log nothing of what somebody sent: no word, no name, no id, at any level."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import discord
import pytest

from bot import logs
from cogs import polls
from cogs.client import Folkmoot
from cogs.ui import completion, router
from cogs.ui.cards import payload
from cogs.ui.router import Router
from cogs.ui.visit import Visit
from tests.builders import World, open_poll, set_up, wording
from tests.gateway import GUILD, SAY, Gateway, Payload

SOMEBODY = 800000000000000123
WORDS, NAME, NICK = "Mallorycanary", "Zebedeecanary", "Nickcanary"
COMMAND, AUTOCOMPLETE, SUBCOMMAND, STRING, MESSAGE = 2, 4, 1, 3, 3
VERBS = ("vote", "choose", "worry-send", "idea-words", "data")
KINDS = ("button", "choice", "form", "command", "message", "completion", "direct")


@pytest.fixture
async def gateway(world: World) -> AsyncIterator[Gateway]:
    there = await set_up(world.app, str(GUILD))
    await open_poll(there)
    async with Gateway(Folkmoot(world.app, wording())) as made:
        yield made


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What production would log at DEBUG, and all that our own records hold, whatever is made of it."""
    root = logging.getLogger()
    level, handlers, before = root.level, root.handlers[:], sys.stderr
    sys.stderr = stream = io.StringIO()
    logs.configure("DEBUG", "json")
    sys.stderr = before
    found: list[str] = []

    class Raw(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name.split(".")[0] in ("bot", "cogs"):
                found.append(f"{record.getMessage()} {record.exc_text} {record.__dict__}")
            found.append(stream.getvalue())
            stream.truncate(stream.seek(0))

    root.addHandler(Raw(logging.DEBUG))
    ours = [logging.getLogger(name) for name in ("bot", "cogs")]
    levels = [one.level for one in ours]
    for one in ours:
        one.setLevel(logging.DEBUG)
    yield found
    for one, old in zip(ours, levels, strict=True):
        one.setLevel(old)
    root.setLevel(level)
    root.handlers[:] = handlers


def sent(gateway: Gateway, kind: str) -> Payload:
    """An interaction of this kind, with words, names and ids of somebody's wherever there can be any."""
    made = {
        "button": lambda: gateway.component(SOMEBODY, f"cp1:vote:1:{WORDS}"),
        "choice": lambda: gateway.component(SOMEBODY, "cp1:choose:1", [WORDS]),
        "form": lambda: gateway.form(SOMEBODY, "cp1:worry-send:1", {"words": WORDS, "reach": [NAME]}),
        "command": lambda: _command(gateway, COMMAND),
        "completion": lambda: _command(gateway, AUTOCOMPLETE),
        "message": lambda: _message(gateway),
        "direct": lambda: gateway.component(SOMEBODY, f"cp1@2:data:0:{WORDS}", guild=None),
    }[kind]()
    user = made["user"] if kind == "direct" else made["member"]["user"]
    user.update(username=NAME, global_name=NICK)
    return made


def _command(gateway: Gateway, kind: int) -> Payload:
    asked = {"name": "question", "type": STRING, "value": WORDS, "focused": kind == AUTOCOMPLETE}
    made = gateway.component(SOMEBODY, "")
    made["type"] = kind
    made["data"] = {
        "id": "5", "name": "poll", "type": 1,
        "options": [{"name": "show", "type": SUBCOMMAND, "options": [asked]}],
    }  # fmt: skip
    del made["message"]
    return made


def _message(gateway: Gateway) -> Payload:
    made = gateway.component(SOMEBODY, "")
    message = {**made.pop("message"), "content": WORDS, "author": made["member"]["user"]}
    made["type"] = COMMAND
    made["data"] = {
        "id": "6", "name": "Make this an idea", "type": MESSAGE, "target_id": message["id"],
        "resolved": {"messages": {message["id"]: message}},
    }  # fmt: skip
    return made


@pytest.fixture
def failing(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """Whatever is pressed, typed or looked up fails, and the error says all that there is to say."""

    async def broken(visit: Visit, *rest: object) -> Any:
        interaction = visit.interaction
        raise RuntimeError(f"{NAME} {interaction.user} said {payload(interaction)} {rest} in {GUILD}")

    async def unread(*_: object) -> Any:
        raise RuntimeError(WORDS)

    client = gateway.client
    assert isinstance(client, Folkmoot)
    for verb in VERBS:
        assert verb in client.router.handlers
        client.router.handlers[verb] = broken
    monkeypatch.setattr(polls, "round_named", broken)
    monkeypatch.setattr(completion, "organiser", unread)
    return gateway


async def told(gateway: Gateway, kind: str, lines: list[str]) -> list[str]:
    """The lines that tell something of an interaction of this kind, which fails."""
    made = sent(gateway, kind)
    lines.clear()
    await gateway.ask(made)
    assert any("failed: RuntimeError" in line for line in lines), "it did not fail as it was to"
    secret = [WORDS, NAME, NICK, "canary", str(SOMEBODY), str(GUILD), str(SAY), made["id"], made["token"]]
    return [line for line in lines if any(one.casefold() in line.casefold() for one in secret)]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_failure_tells_nothing_of_what_was_sent(
    failing: Gateway, lines: list[str], kind: str
) -> None:
    assert await told(failing, kind, lines) == []


def payload_logged(error: object, interaction: discord.Interaction) -> None:
    """What somebody had been at pains to keep out of the logs."""
    router.log.error("it failed with %s", payload(interaction))


def error_logged(error: object, interaction: discord.Interaction) -> None:
    """An error's own words, which quote what was sent."""
    router.log.warning("%s", error)


def error_traced(error: Any, interaction: discord.Interaction) -> None:
    """The same with its trace: the formatter leaves its words out, another one may not."""
    router.log.debug("it failed", exc_info=error)


def person_named(error: object, interaction: discord.Interaction) -> None:
    """Who it was."""
    router.log.debug("it failed for %s", interaction.user)


def person_numbered(error: object, interaction: discord.Interaction) -> None:
    """The same by number, beside the line."""
    router.log.info("it failed", extra={"who": interaction.user.id})


@pytest.mark.parametrize("kind", [one for one in KINDS if one != "completion"])
@pytest.mark.parametrize("fault", [payload_logged, error_logged, error_traced, person_named, person_numbered])
async def test_a_router_that_tells_is_caught(
    failing: Gateway, lines: list[str], monkeypatch: pytest.MonkeyPatch, kind: str, fault: Any
) -> None:
    as_it_is = Router.apologise

    async def telling(
        self: Router, interaction: discord.Interaction, error: BaseException, *rest: Any
    ) -> None:
        fault(error, interaction)
        await as_it_is(self, interaction, error, *rest)

    monkeypatch.setattr(Router, "apologise", telling)
    assert await told(failing, kind, lines)
