"""From chat to an idea: the menu of a message, for its author, or for an organiser who asks the author."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.asks import ASK
from bot.domain.people import require_organiser
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.domain.text import clean
from bot.services import contributions, offers, rounds, safeguarding
from cogs.contributing import acknowledge, keep
from cogs.ui.cards import Card, Field, Form, Option, button
from cogs.ui.custom_ids import SEPARATOR, CustomId, is_number
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE, MESSAGE_TEXT, SELECT_LABEL
from cogs.ui.naming import apart
from cogs.ui.permissions import NEEDED, missing_in
from cogs.ui.presses import Press
from cogs.ui.router import Router, pressed
from cogs.ui.times import channel, moment
from cogs.ui.visit import Visit
from cogs.worries import danger_button, pass_on

MOST_ASKS = 10
"""How many asks a form offers."""


async def offered_afresh(visit: Visit, pressed: CustomId, line: str) -> Card:
    """The words that somebody is asked about, for them alone."""
    offer = await offers.mine(visit.app, visit.person, pressed.subject)
    card = Card().text(line, visit.say("quoted", text=offer.words), leave=MESSAGE_TEXT // 8)
    return card.buttons(
        button(visit.label("offer-press-yes"), "offer-yes", offer.id, offer.version, style="primary"),
        button(visit.label("offer-press-no"), "offer-no", offer.id),
    )


class FromChat(commands.Cog):
    """The menu of a message, and what an author answers to an organiser."""

    def __init__(self, router: Router) -> None:
        self._router = router
        self.menu = app_commands.ContextMenu(name="Make this an idea", callback=self._from_message)
        self.menu.guild_only = True

    async def _from_message(self, interaction: discord.Interaction, message: discord.Message) -> None:
        if message.author.id == interaction.user.id:
            # As if it were a button, so that the privacy notice carries it, with the words.
            to = CustomId("idea-words", 0, f"{message.channel.id}{SEPARATOR}{message.id}")
            press = Press(to, texts={"said": clean(message.content)})
            await self._router.answer(interaction, self._router.run, press)
        else:
            await self._router.answer(interaction, self._ask_author, message)

    @pressed("idea-words")
    async def take(self, visit: Visit, pressed: CustomId) -> None:
        """Ask the author of a chat message to make an idea of it, in the words they like."""
        asked = await _asks(visit)
        await contributions.begin(visit.app, visit.person, asked[0].id)
        to = CustomId("idea-from", asked[0].id if len(asked) == 1 else 0, pressed.argument)
        words = visit.label("idea-from-words", FORM_LABEL), visit.label("idea-from-hint", FORM_HINT)
        await visit.ask(Form(visit.label("tell-form", FORM_TITLE), to, _fields(visit, asked, *words)))

    async def _ask_author(self, visit: Visit, message: discord.Message) -> None:
        """Have an organiser find the words for what the author will be asked."""
        if not visit.community.roles.is_organiser(visit.person.role_ids):
            raise Refusal("message-not-yours")
        await _asks(visit)
        if message.author.bot or message.webhook_id is not None:
            raise Refusal("message-of-nobody")
        if not clean(message.content):
            raise Refusal("message-empty")
        place = str(message.channel.id)
        missing = missing_in(visit.interaction.guild, place)
        lacking = [one for one in missing if one != NEEDED["attach_files"]]  # there is no file with it
        if lacking:
            raise Refusal("offer-channel", channel=channel(place), lacking=", ".join(lacking))
        author, link = str(message.author.id), _link(visit, place, str(message.id))
        offer = await offers.begin(visit.app, visit.person, author, place, link)
        words = Press(CustomId("offer-words", offer.id), texts={"said": clean(message.content)})
        await self._router.run(visit, words)

    @pressed("offer-words")
    async def offer(self, visit: Visit, pressed: CustomId) -> None:
        """The form for what the author will be asked."""
        require_organiser(visit.person, visit.community.roles)
        asked = await _asks(visit)
        if await offers.look(visit.app, visit.community.id, pressed.subject) is None:
            raise Refusal("offer-gone")
        to = CustomId("offer-send", pressed.subject, str(asked[0].id) if len(asked) == 1 else "")
        words = visit.label("offer-words", FORM_LABEL), visit.label("offer-hint", FORM_HINT)
        await visit.ask(Form(visit.label("offer-form", FORM_TITLE), to, _fields(visit, asked, *words)))

    @pressed("idea-from", opened_by="idea-words")
    async def take_up(self, visit: Visit, pressed: CustomId) -> None:
        """Keep an idea that was a chat message before."""
        number = str(pressed.subject or visit.text("ask"))
        where = pressed.argument.split(SEPARATOR)
        if not (is_number(number) and len(where) == 2 and all(map(is_number, where))):
            raise Refusal("button-unknown")
        await keep(visit, int(number), _link(visit, *where))

    @pressed("offer-send", opened_by="offer-words")
    async def ask_author(self, visit: Visit, pressed: CustomId) -> None:
        """Ask the author in public, where the message stands."""
        number = pressed.argument or visit.text("ask")
        if not is_number(number):
            raise Refusal("button-unknown")
        words = visit.form.get("said", [])
        made = await offers.ask(visit.app, visit.person, pressed.subject, int(number), words)
        card = Card().text(visit.say("offer-sent", until=moment(made.until_ms)))
        await visit.show(card.buttons(danger_button(visit, "offer-pass-on", made.id)))

    @pressed("offer-pass-on")
    async def danger(self, visit: Visit, pressed: CustomId) -> None:
        """Tell whoever hears safety worries what the message says."""
        await visit.show(Card().text(await pass_on(visit, safeguarding.OFFER, pressed.subject)))

    @pressed("offer-yes", afresh=offered_afresh)
    async def yes(self, visit: Visit, pressed: CustomId) -> None:
        """The author of the message says yes: it is an idea of theirs."""
        made = await offers.accept(visit.app, visit.person, pressed.subject, pressed.version)
        await acknowledge(visit, made)

    @pressed("offer-no")
    async def no(self, visit: Visit, pressed: CustomId) -> None:
        """The author of the message says no."""
        await offers.refuse(visit.app, visit.person, pressed.subject)
        await visit.tell("offer-said-no")


async def _asks(visit: Visit) -> list[Round]:
    """The asks that are open, as many as a form offers; raises Refusal ``ask-none-open``."""
    there = await rounds.listing(visit.app, visit.community.id, State.OPEN)
    asked = [one for one in there if one.kind == ASK and one.ask in visit.app.asks][:MOST_ASKS]
    if not asked:
        raise Refusal("ask-none-open")
    return asked


def _fields(visit: Visit, asked: Sequence[Round], label: str, hint: str) -> list[Field]:
    """Which ask it is about, where there are several, and the words."""
    longest = min(rounds.ask_of(visit.app, one).box.longest for one in asked)
    named = apart(visit, asked)
    options = [
        Option(visit.label("plain", SELECT_LABEL, text=named[one.id]), str(one.id), one is asked[0])
        for one in asked
    ]
    which = Field("ask", visit.label("idea-from-ask", FORM_LABEL), options=options)
    words = Field("said", label, hint, long=True, longest=longest)
    return [words] if len(asked) == 1 else [which, words]


def _link(visit: Visit, place: str, message: str) -> str:
    return f"https://discord.com/channels/{visit.community.platform_id}/{place}/{message}"
