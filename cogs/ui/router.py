"""Where presses go: one table of verbs, one place that answers refusals and failures."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from time import perf_counter
from typing import Any, TypeVar

import discord

from bot import metrics
from bot.domain.refusals import Refusal
from bot.domain.rounds import Asked
from bot.domain.versions import Unread
from bot.services import presence
from bot.services.answers import NoticeFirst
from bot.services.ports import App
from bot.wording import Wording
from cogs.ui.cards import Card, payload
from cogs.ui.custom_ids import CustomId, parse
from cogs.ui.gone import FOR_THE_GONE, arrive_anywhere, for_the_gone, which_community
from cogs.ui.notices import notice_card
from cogs.ui.presses import Press
from cogs.ui.visit import Visit, arrive, language_of
from cogs.ui.words_back import words_card

log = logging.getLogger(__name__)

F = TypeVar("F", bound=Callable[..., Awaitable[None]])
Handler = Callable[..., Awaitable[None]]
Afresh = Callable[[Visit, CustomId, str], Awaitable[Card]]
"""Makes the card that shows what a press is about, as it is now, below a line that says why."""
ROUTED = (discord.InteractionType.component, discord.InteractionType.modal_submit)


def pressed(
    *verbs: str, opened_by: str = "", afresh: Afresh | None = None, whoever: bool = False
) -> Callable[[F], F]:
    """Mark a cog's method as what answers these verbs: ``async def method(self, visit, custom_id)``.

    Where the verb is of a form that is sent, ``opened_by`` is the verb that opens it, with the same subject
    and argument: so it can be opened again, with what was typed in it. ``afresh`` shows the words that a
    press is about where they have changed since they were read. ``whoever`` is for what people can also do in
    a private message about a community that they have left, that banned them, or that removed the bot.
    """

    def mark(method: F) -> F:
        method.__verbs__ = dict.fromkeys(verbs, opened_by)  # type: ignore[attr-defined]
        method.__afresh__ = afresh  # type: ignore[attr-defined]
        method.__whoever__ = whoever  # type: ignore[attr-defined]
        return method

    return mark


class Router:
    """The table of verbs; every button, choice and form comes through :meth:`route`."""

    def __init__(self, app: App, wording: Wording) -> None:
        self._app = app
        self._wording = wording
        self.handlers: dict[str, Handler] = {}
        self.openers: dict[str, str] = {}
        self._whoever: set[str] = set()

    def add(self, cog: object) -> None:
        """Take in the marked methods of a cog; a verb that is there already is an error."""
        for name in dir(type(cog)):
            for verb, opener in getattr(getattr(type(cog), name), "__verbs__", {}).items():
                if verb in self.handlers:
                    raise ValueError(f"two methods answer {verb!r}")
                self.handlers[verb] = getattr(cog, name)
                if opener:
                    self.openers[verb] = opener
                if getattr(cog, name).__whoever__:
                    self._whoever.add(verb)

    async def route(self, interaction: discord.Interaction) -> None:
        """Answer a press, whoever sent it and whenever its card was made."""
        if interaction.type not in ROUTED:
            return
        await self.answer(interaction, self._pressed)

    async def _pressed(self, visit: Visit) -> None:
        if visit.press is None:
            raise Refusal("button-unknown")
        await self.run(visit, visit.press)

    async def run(self, visit: Visit, press: Press) -> None:
        """Do what was pressed, now or before a card that came in between.

        Where the privacy notice comes first, it carries the press along, whatever it is.
        """
        handler = self.handlers.get(press.custom_id.verb)
        if handler is None:
            raise Refusal("button-unknown")
        visit = replace(visit, press=press)
        try:
            try:
                await handler(visit, press.custom_id)
            except Unread as refusal:
                await self._show_afresh(visit, handler, refusal)
        except NoticeFirst as first:
            await self.notice(visit, first.asked, press)

    async def notice(self, visit: Visit, asked: Asked, press: Press | None, *, teens: bool = False) -> None:
        """Show the privacy notice; what has no room on it of what was typed comes back before it."""
        card = notice_card(visit, asked, press, teens=teens)
        if card is None and press is not None:
            opener = self.openers.get(press.custom_id.verb, press.custom_id.verb)
            await visit.show(words_card(visit, press, opener, visit.say("back-notice")))
            opening = Press(replace(press.custom_id, verb=opener))
            card = notice_card(visit, asked, opening, teens=teens)
        assert card is not None
        await visit.show(card)

    async def answer(self, interaction: discord.Interaction, handler: Handler, *args: Any) -> None:
        """Run a handler with the visit; turn a refusal into its sentence, and a failure into an apology."""

        async def work() -> None:
            visit = await arrive(interaction, self._app, self._wording, self._whoever)
            presence.note(self._app, visit.person)
            await handler(visit, *args)

        await self._guarded(interaction, work)

    async def answer_anywhere(self, interaction: discord.Interaction, handler: Handler, verb: str) -> None:
        """Run what ``verb`` presses for a command, in a private message, too.

        There it is about each community that holds something of whoever asks: where these are several, they
        choose one.
        """
        if interaction.guild_id is not None:
            await self.answer(interaction, handler, None)
            return

        async def work() -> None:
            visits = await arrive_anywhere(interaction, self._app, self._wording)
            if len(visits) == 1:
                await handler(visits[0], None)
            else:
                await visits[0].show(which_community(visits, verb))

        await self._guarded(interaction, work)

    async def _guarded(self, interaction: discord.Interaction, work: Callable[[], Awaitable[None]]) -> None:
        began_s = perf_counter()
        try:
            await work()
            metrics.REPLIES_OK.inc()
        except Refusal as refusal:
            await self.refuse(interaction, refusal)
        except Exception as error:
            await self.apologise(interaction, error)
        metrics.REPLY_SECONDS.observe(perf_counter() - began_s)

    async def _show_afresh(self, visit: Visit, handler: Handler, refusal: Unread) -> None:
        """Show the words as they are now, with fresh buttons, and give back what was typed about others.

        Raises:
            Unread: nothing can show them.
        """
        show: Afresh | None = getattr(handler, "__afresh__", None)
        press = visit.press
        if show is None or press is None:
            raise refusal
        card = await show(visit, press.custom_id, visit.say(f"refusal-{refusal.code}"))
        metrics.REPLIES_REFUSED.inc()
        await visit.show(card)
        if press.texts:
            opener = self.openers.get(press.custom_id.verb, "")
            fresh = next((one for one in card.pressed if one.verb == opener), None)
            again = replace(press, custom_id=fresh) if fresh else press
            await visit.show(words_card(visit, again, opener if fresh else "", visit.say("back-read-first")))

    async def refuse(self, interaction: discord.Interaction, refusal: Refusal) -> None:
        """Say no, and what to do instead."""
        metrics.REPLIES_REFUSED.inc()
        await self._reply(interaction, f"refusal-{refusal.code}", **refusal.facts)

    async def apologise(self, interaction: discord.Interaction, error: BaseException) -> None:
        """Log a failure without anybody's words or ids, and say that it was not the person's fault."""
        metrics.REPLIES_FAILED.inc()
        custom_id = parse(str(payload(interaction).get("custom_id", "")))
        what = custom_id.verb if custom_id else interaction.type.name
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        line = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else "?"
        log.error("%s failed: %s at %s", what, type(error).__name__, line)
        await self._reply(interaction, "sorry")

    async def _reply(self, interaction: discord.Interaction, sentence: str, /, **facts: Any) -> None:
        try:
            language = language_of(self._wording, interaction)
            card = Card().text(self._wording.say(language, sentence, **facts))
            if sentence in FOR_THE_GONE:
                card = for_the_gone(self._wording, language, card, interaction)
            if interaction.response.is_done():
                await interaction.followup.send(view=card, ephemeral=True)
            else:
                await interaction.response.send_message(view=card, ephemeral=True)
        except discord.HTTPException as error:
            log.warning("a reply did not reach anybody: %s %s", error.status, error.code)
            metrics.REPLIES_LOST.inc()
        except Exception as error:  # the network; or an interaction that does not say where to answer
            log.warning("a reply did not reach anybody: %s", type(error).__name__)
            metrics.REPLIES_LOST.inc()
