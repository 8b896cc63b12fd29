"""Mill Town: a simulated Discord server with people in it, set up through the bot's own doors.

Nothing in the bot knows of it. Journeys in ``tests/`` live in the same town.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import discord
import simcord
from simcord.results import InteractionResult

from bot.services.ports import App
from bot.store import schedule
from bot.wiring import tick
from bot.wording import Wording
from cogs.client import Folkmoot
from cogs.ui.custom_ids import CustomId

RESIDENTS = (
    "Amina", "Bartek", "Carys", "Dilan", "Esther", "Farida", "Gwen", "Hamid", "Ivana", "Joseph",
    "Kemi", "Lowri", "Maria", "Nadia", "Owen", "Priya", "Quentin", "Rosa", "Samir", "Tegan",
)  # fmt: skip
PATIENCE = 30.0
"""Seconds that the simulation waits for the bot: on a busy machine, five are not enough."""
Overwrites = dict[Any, discord.PermissionOverwrite]
ASK = {"view_channel": True, "send_messages": True, "attach_files": True, "read_message_history": True}


class PracticeClock:
    """The Clock port on the simulation's clock."""

    def __init__(self) -> None:
        self.env: simcord.Env | None = None

    def now_ms(self) -> int:
        """UTC epoch milliseconds of the simulation; 0 before it runs."""
        if self.env is None:
            return 0
        return int(self.env.now().timestamp() * 1000)


@dataclass
class Town:
    """The server, its channels and its people; ``members`` are residents by name."""

    env: simcord.Env
    app: App
    client: Folkmoot
    guild: Any
    say: Any
    square: Any
    moderators: Any
    mayor: Any
    organiser: Any
    officer: Any
    councillor: Any
    witness: Any
    roles: Mapping[str, Any]
    members: dict[str, Any] = field(default_factory=dict)

    @property
    def everyone(self) -> list[Any]:
        """Everybody who can look at the page."""
        return [self.organiser, self.officer, self.councillor, self.mayor, *self.members.values()]

    async def settle(self) -> None:
        """Let the bot do what is due, say what it has to say and paint what is stale."""
        await tick(self.app, self.client.messenger)

    async def wait(self, *, days: float = 0, hours: float = 0, minutes: float = 0) -> None:
        """Let time pass, then let the bot do what became due."""
        await self.env.advance_time(days * 86_400 + hours * 3_600 + minutes * 60)
        await self.settle()

    async def until(self, moment: datetime) -> None:
        """Let time pass up to a moment; the bot does everything when it is due."""
        end_ms = int(moment.timestamp() * 1000)
        while (now_ms := self.app.clock.now_ms()) < end_ms:
            async with self.app.database.reading() as tx:
                due_ms = await schedule.next_moment(tx, now_ms)
            stop_ms = due_ms if due_ms is not None and now_ms < due_ms < end_ms else end_ms
            await self.env.advance_time((stop_ms - now_ms + 1) / 1000)
            await self.settle()

    def newcomer(self, name: str, *roles: Any) -> Any:
        """A new member of the server."""
        member = self.guild.add_member(self.env.create_user(name), roles=list(roles))
        self.members[name] = member
        return member

    def posts(self, channel: Any) -> list[str]:
        """The texts of the bot's messages in a channel, the oldest first."""
        return [text_of(message) for message in channel.history()]

    def card_of(self, channel: Any, words: str) -> Any:
        """The newest message of a channel with these words in it."""
        for message in reversed(channel.history()):
            if words in text_of(message):
                return message
        raise LookupError(f"no message in #{channel.name} has {words!r}; there are: {self.posts(channel)}")

    def ballot(self, question: str) -> Any:
        """The public card of an open question in #have-your-say."""
        return self.card_of(self.say, f"**{question}**\nChoose ")


def text_of(message: Any) -> str:
    """All texts of a message made of components, a line each, escapes taken out as a client does."""
    found: list[str] = []
    _collect(message.components, found)
    return "\n".join(found)


def _collect(components: Any, found: list[str]) -> None:
    for one in components:
        data = one if isinstance(one, dict) else one.to_dict()
        if "content" in data:
            found.append(_unescaped(str(data["content"])))
        _collect(data.get("components", ()), found)


def _unescaped(text: str) -> str:
    out, escaped = [], False
    for letter in text:
        if letter == "\\" and not escaped:
            escaped = True
            continue
        out.append(letter)
        escaped = False
    return "".join(out)


def reply(result: InteractionResult) -> str:
    """What somebody read as the answer to a press or a command."""
    return text_of(answer(result))


def answer(result: InteractionResult) -> Any:
    """The private message that a press or a command was answered with."""
    assert result.response is not None, f"nothing was answered: {result!r}"
    return result.response


@asynccontextmanager
async def town(app: App, wording: Wording, *, starts: Any = None) -> AsyncIterator[Town]:
    """A town with the bot in it, its people and its channels; nothing is set up yet."""
    client = Folkmoot(app, wording)
    async with simcord.run(client, settle_timeout=PATIENCE) as env:
        clock = app.clock
        if isinstance(clock, PracticeClock):
            clock.env = env
        if starts is not None:
            await env.advance_time((starts - env.now()).total_seconds())
        assert client.user is not None
        await client.user.edit(username="Folkmoot")
        yield _people(env, app, client)


def _people(env: simcord.Env, app: App, client: Folkmoot) -> Town:
    mayor = env.create_user("Mayor")
    guild = env.create_guild("Mill Town Council", owner=mayor)
    roles = {
        name: guild.create_role(name) for name in ("Organisers", "Officers", "Councillors", "Front line")
    }
    quiet: Overwrites = {guild.default_role: discord.PermissionOverwrite(send_messages=False)}
    private: Overwrites = {
        guild.default_role: discord.PermissionOverwrite(view_channel=False),
        roles["Organisers"]: discord.PermissionOverwrite(view_channel=True),
    }
    for overwrites in (quiet, private):
        overwrites[guild.me] = discord.PermissionOverwrite(**ASK)

    def member(name: str, *with_roles: str) -> Any:
        return guild.add_member(env.create_user(name), roles=[roles[one] for one in with_roles])

    there = Town(
        env,
        app,
        client,
        guild,
        guild.create_text_channel("have-your-say", overwrites=quiet),
        guild.create_text_channel("town-square"),
        guild.create_text_channel("moderators", overwrites=private),
        guild.add_member(mayor),
        member("Olive", "Organisers"),
        member("Oscar", "Officers"),
        member("Cleo", "Councillors"),
        member("Wilma"),
        roles,
    )
    for name in RESIDENTS:
        there.members[name] = member(name)
    return there


async def set_up(there: Town) -> None:
    """Set the community up as its mayor would: with ``/setup``."""
    mayor, square = there.mayor, there.square
    for meaning, name in (
        ("organiser", "Organisers"),
        ("officer", "Officers"),
        ("councillor", "Councillors"),
        ("front_line", "Front line"),
    ):
        card = await mayor.click(answer(await mayor.slash(square, "setup")), label="Roles")
        await mayor.select(
            answer(card), [there.roles[name]], custom_id=str(CustomId("setup-role", 0, meaning))
        )
    for name, chosen in (
        ("say_channel", there.say),
        ("moderators_channel", there.moderators),
        ("safeguarding_contact", there.officer),
        ("safeguarding_deputy", there.councillor),
        ("witness", there.witness),
    ):
        card = await mayor.click(answer(await mayor.slash(square, "setup")), label="Channels and people")
        await mayor.select(answer(card), [chosen], custom_id=str(CustomId("setup-place", 0, name)))
    form = await mayor.click(answer(await mayor.slash(square, "setup")), label="Words and clock")
    await mayor.submit_modal(
        form,
        {
            "lead_contact": "Olive Reed, 01234 567890",
            "help_lines": "In danger: 999. Childline: 0800 1111.",
            "time_zone": "Europe/London",
            "language": "en",
        },
    )


async def start_project(
    there: Town,
    title: str = "Safer walk to Mill Road School",
    *,
    due: str = "in 6 weeks",
    level: str = "advise",
    ages: str = "both",
) -> InteractionResult:
    """Start a project as its organiser would: with ``/initiative start``."""
    olive = there.organiser
    form = await olive.slash(there.square, "initiative start", ages=ages)
    started: InteractionResult = await olive.submit_modal(
        form,
        {
            "title": title,
            "level": level,
            "fixed": "School hours. The law sets them.",
            "decides": "The council’s transport committee",
            "due": due,
        },
    )
    return started


async def draft_poll(
    there: Town,
    question: str,
    options: list[str],
    *,
    project: str = "Safer walk to Mill Road School",
    closes: str = "in 8 days",
    kind: str = "pick",
    reason: str = "",
) -> Any:
    """Prepare a poll as an organiser would, up to its draft card, which is returned."""
    begun = await there.organiser.slash(there.square, "poll open", initiative=project, kind=kind)
    forms = {
        "Question": {"question": question},
        "Options": {"options": "\n".join(options)},
        "When": {"when": closes, "reason": reason},
    }
    return await _filled_in(there, begun, forms)


async def _filled_in(there: Town, begun: InteractionResult, forms: Mapping[str, Mapping[str, str]]) -> Any:
    """Fill in the forms of a draft, each behind its button; the draft's card."""
    card = answer(begun)
    for label, values in forms.items():
        form = await there.organiser.click(card, label=label)
        card = answer(await there.organiser.submit_modal(form, dict(values)))
    return card


async def open_poll(there: Town, question: str, options: list[str], **how: Any) -> InteractionResult:
    """Prepare a poll and publish it."""
    card = await draft_poll(there, question, options, **how)
    published: InteractionResult = await there.organiser.click(card, label="Publish")
    await there.settle()
    return published


async def open_ask(
    there: Town,
    question: str,
    *,
    ask: str = "problem",
    facts: str = "",
    owner: str = "",
    project: str = "Safer walk to Mill Road School",
    closes: str = "in 8 days",
) -> InteractionResult:
    """Prepare an ask and publish it, as an organiser would."""
    begun = await there.organiser.slash(there.square, "ask open", initiative=project, ask=ask)
    forms = {
        "Question": {"question": question},
        "The facts": {"facts": facts} | ({"owner": owner} if owner else {}),
        "When": {"when": closes, "reason": ""},
    }
    card = await _filled_in(there, begun, forms)
    published: InteractionResult = await there.organiser.click(card, label="Publish")
    await there.settle()
    return published


async def open_weighing(
    there: Town,
    question: str,
    statements: Sequence[str] = (),
    *,
    ideas: str = "",
    project: str = "Safer walk to Mill Road School",
    closes: str = "in 8 days",
) -> InteractionResult:
    """Prepare a weighing and publish it: of an ask's ideas, of an organiser's statements, or of both."""
    given = {"ideas": ideas} if ideas else {}
    begun = await there.organiser.slash(there.square, "weigh open", initiative=project, **given)
    forms: dict[str, dict[str, str]] = {
        "Question": {"question": question},
        "When": {"when": closes, "reason": ""},
    }
    if statements:
        forms["Add statements"] = {"statements": "\n".join(statements)}
    card = await _filled_in(there, begun, forms)
    published: InteractionResult = await there.organiser.click(card, label="Publish")
    await there.settle()
    return published


async def tell(
    member: Any, card: Any, words: str, *, label: str = "Tell us", ages: str = "Go on (I’m 18 or over)"
) -> InteractionResult:
    """Press an ask's button, go on from the notice where it comes first, and send the one box."""
    form: InteractionResult = await member.click(card, label=label)
    if form.modal is None and "Before you start" in reply(form):
        form = await member.click(answer(form), label=ages)
    told: InteractionResult = await member.submit_modal(form, {"said": words})
    return told


async def vote(
    member: Any, card: Any, option: str, *, ages: str = "Go on (I’m 18 or over)"
) -> InteractionResult:
    """Press an option's button, and go on from the notice where it comes first."""
    result: InteractionResult = await member.click(card, label=option)
    if "Before you start" in reply(result):
        result = await member.click(answer(result), label=ages)
    return result
