"""One visit of one person: who they are by this very payload, their language, and how to answer them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator, Set
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
import discord

from bot import metrics
from bot.domain.community import Community
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.services import communities, people
from bot.services.ports import App
from bot.wording import Markup, Wording
from cogs.ui.cards import Card, Form, payload
from cogs.ui.custom_ids import parse
from cogs.ui.limits import BUTTON_LABEL
from cogs.ui.presses import Press, press_of

log = logging.getLogger(__name__)

PLATFORM = "discord"
LATE = 10062
"""Discord's code for an interaction that it no longer waits for."""
ANSWERED = 40060
"""Discord's code for an interaction that has its answer already."""
BROKEN = 500


class NotShown(Exception):
    """A card or a form that was to be the answer has reached nobody; what was done stays done."""


@dataclass
class Course:
    """How answering an interaction goes, whatever visits are made of it.

    ``visit`` is there once we know who it is, ``press`` is what is being done; ``commits`` grows with what is
    kept of it. While a form is only made to
    be looked at, ``rehearsed``, nothing is shown, and ``form`` is what would have been.
    """

    commits: list[bool] = field(default_factory=list)
    visit: Visit | None = None
    press: Press | None = None
    rehearsed: bool = False
    form: Form | None = None


@dataclass(frozen=True)
class Visit:
    """Everything a door's handler works with.

    ``press`` is what is to be done: what this interaction pressed, or what was pressed before a card that
    came in between; None for a command.
    """

    interaction: discord.Interaction
    app: App
    wording: Wording
    community: Community
    person: Person
    language: str
    press: Press | None = None
    course: Course = field(default_factory=Course)

    def say(self, sentence: str, /, **facts: Any) -> Markup:
        """A sentence in this person's language."""
        return self.wording.say(self.language, sentence, **facts)

    def label(self, sentence: str, /, limit: int = BUTTON_LABEL, **facts: Any) -> str:
        """A sentence without markdown, for a button or a title."""
        return self.wording.label(self.language, sentence, limit, **facts)

    @property
    def values(self) -> tuple[str, ...]:
        """What was chosen in the choice that was pressed.

        Raises:
            Refusal: ``button-unknown`` where it was no choice: no client sends such a thing.
        """
        if self.press is None or self.press.values is None:
            raise Refusal("button-unknown")
        return self.press.values

    @property
    def form(self) -> dict[str, list[str]]:
        """What was sent with a form, by field."""
        return self.press.fields if self.press else {}

    def text(self, field: str) -> str:
        """What was typed into a field of a form, or the value chosen in it; '' where nothing was."""
        return next(iter(self.form.get(field, [])), "")

    async def show(self, card: Card, *, beside: bool = False) -> None:
        """Show a card to this person alone: in place of the private card they pressed, else as a new one.

        ``beside`` leaves the card that they pressed as it is.

        Raises:
            NotShown: it is not known to have reached them, though it was tried twice.
        """
        if self.course.rehearsed:
            return
        card = self._placed(card)
        response, message = self.interaction.response, self.interaction.message
        in_place = _is_private(message) and not beside

        async def send() -> None:
            for file in card.files:
                file.fp.seek(0)
            if response.is_done():
                await self.interaction.followup.send(view=card, ephemeral=True, files=card.files)
            elif in_place:
                await response.edit_message(view=card, attachments=card.files)
            else:
                await response.send_message(view=card, ephemeral=True, files=card.files)

        await _reached(send)

    async def ask(self, form: Form) -> None:
        """Show a form, with what the press brought along for it; it must be the first answer to a press.

        Raises:
            NotShown: it could not be shown, tried twice.
        """
        form = form.filled(self.form) if self.form else form
        if self.course.rehearsed:
            self.course.form = form
            return
        if self.interaction.guild_id is None and (found := parse(form.custom_id)):
            form.custom_id = str(replace(found, community=self.community.id))
        shown = form
        await _reached(lambda: self.interaction.response.send_modal(shown))

    def _placed(self, card: Card) -> Card:
        return card.of(self.community.id) if self.interaction.guild_id is None else card

    async def tell(self, sentence: str, /, **facts: Any) -> None:
        """Show a card that is one sentence."""
        await self.show(Card().text(self.say(sentence, **facts)))


async def _reached(send: Callable[[], Awaitable[object]]) -> None:
    """Send an answer; once more where the connection broke, as the library does where Discord has trouble."""
    for last in (False, True):
        try:
            await send()
            return
        except discord.HTTPException as error:
            if error.code == LATE:
                metrics.REPLIES_LOST.inc()
                log.warning("an interaction was answered too late")  # what was done stays done
                return
            if error.code == ANSWERED:
                # By our first try, of which only the answer was lost; or by another process, at a restart.
                log.info("an interaction had its answer already")
                return
            if error.status < BROKEN:
                raise
            raise NotShown(type(error).__name__) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            if last:
                raise NotShown(type(error).__name__) from error


class LiveRoles(Set[str]):
    """The ids of a server's roles; looked at where a refusal needs them, not at every press."""

    def __init__(self, guild: discord.Guild) -> None:
        self._guild = guild

    def __contains__(self, role: object) -> bool:
        return str(role).isdigit() and self._guild.get_role(int(str(role))) is not None

    def __iter__(self) -> Iterator[str]:
        return (str(role.id) for role in self._guild.roles)

    def __len__(self) -> int:
        return len(self._guild.roles)


async def arrive(
    interaction: discord.Interaction,
    app: App,
    wording: Wording,
    course: Course,
    whoever: Set[str] = frozenset(),
) -> Visit:
    """The visit that an interaction is.

    The verbs in ``whoever`` can be pressed in a private message by whoever is no member any more: without
    any role, which they don't need.

    Raises:
        Refusal: ``not-in-direct-messages``: it says of no community; ``not-a-member``: it comes from
            a server where the bot is not, as an app that a person has added for themselves;
            ``server-gone``: it is about one where the bot is not; ``not-there``: about one that the person
            has left.
    """
    if interaction.guild_id is None:
        return await _arrive_directly(interaction, app, wording, course, whoever)
    if not isinstance(interaction.user, discord.Member):
        raise Refusal("not-in-direct-messages")
    if interaction.client.get_guild(interaction.guild_id) is None:
        raise Refusal("not-a-member")
    community = await communities.community_of(app, PLATFORM, str(interaction.guild_id))
    person = _person(community, interaction.user, interaction.guild)
    person = replace(person, can_set_up=interaction.permissions.manage_guild)
    language = await _language(interaction, app, wording, person, community)
    press = press_of(interaction)
    return Visit(interaction, app, wording, community, person, language, press, course)


async def _arrive_directly(
    interaction: discord.Interaction, app: App, wording: Wording, course: Course, whoever: Set[str]
) -> Visit:
    """A press in a private message: it names its community, and Discord is asked who the person is there."""
    custom_id = parse(str(payload(interaction).get("custom_id", "")))
    if custom_id is None or not custom_id.community:
        raise Refusal("not-in-direct-messages")
    community = await communities.named(app, custom_id.community)
    if custom_id.verb in whoever:
        return await visit_of(interaction, app, wording, community)
    guild = interaction.client.get_guild(int(community.platform_id))
    if guild is None:
        raise Refusal("server-gone")
    try:
        member = await guild.fetch_member(interaction.user.id)
    except discord.NotFound:
        raise Refusal("not-there") from None
    person = _person(community, member, guild)
    language = await _language(interaction, app, wording, person, community)
    press = press_of(interaction)
    return Visit(interaction, app, wording, community, person, language, press, course)


async def visit_of(
    interaction: discord.Interaction, app: App, wording: Wording, community: Community
) -> Visit:
    """The visit of whoever it is, in a community where they need not be a member: they have no role."""
    person = Person(community.id, str(interaction.user.id))
    language = await _language(interaction, app, wording, person, community)
    return Visit(interaction, app, wording, community, person, language, press_of(interaction))


def _person(community: Community, member: discord.Member, guild: discord.Guild | None) -> Person:
    return Person(
        community=community.id,
        platform_id=str(member.id),
        # _roles is the payload's own list; Member.roles leaves out what the cache doesn't know.
        role_ids=frozenset(str(role) for role in member._roles),
        live_role_ids=LiveRoles(guild) if guild else None,
    )


async def _language(
    interaction: discord.Interaction, app: App, wording: Wording, person: Person, community: Community
) -> str:
    if len(wording.languages) == 1:
        return wording.languages[0]
    known = await people.find(app, person)
    chosen = known.language if known else ""
    return wording.nearest(chosen, _locale(interaction), community.language)


def _is_private(message: discord.Message | None) -> bool:
    """Whether a press came from a card that one person sees; flags that are none come as they were sent."""
    return message is not None and isinstance(message.flags.value, int) and message.flags.ephemeral


def language_of(wording: Wording, interaction: discord.Interaction) -> str:
    """The language for someone whom we can't place: their Discord's."""
    return wording.nearest(_locale(interaction))


def _locale(interaction: discord.Interaction) -> str:
    """The language of somebody's Discord; '' for what is none, which discord.py hands on as it came."""
    found: object = interaction.locale.value
    return found if isinstance(found, str) else ""
