"""Where presses go: one table of verbs, one place that answers refusals and failures."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any, TypeVar

import discord

from bot import metrics
from bot.domain.refusals import Refusal
from bot.domain.versions import Unread
from bot.services import presence
from bot.services.ports import App
from bot.wording import Wording
from cogs.ui.cards import Card, payload
from cogs.ui.custom_ids import CustomId, parse
from cogs.ui.visit import Visit, arrive, language_of

log = logging.getLogger(__name__)

F = TypeVar("F", bound=Callable[..., Awaitable[None]])
Handler = Callable[..., Awaitable[None]]
Afresh = Callable[[Visit, CustomId, str], Awaitable[Card]]
"""Makes the card that shows what a press is about, as it is now, below a line that says why."""
ROUTED = (discord.InteractionType.component, discord.InteractionType.modal_submit)


def pressed(*verbs: str, afresh: Afresh | None = None) -> Callable[[F], F]:
    """Mark a cog's method as what answers these verbs: ``async def method(self, visit, custom_id)``.

    ``afresh`` shows the words that a press is about where they have changed since they were read.
    """

    def mark(method: F) -> F:
        method.__verbs__ = verbs  # type: ignore[attr-defined]
        method.__afresh__ = afresh  # type: ignore[attr-defined]
        return method

    return mark


class Router:
    """The table of verbs; every button, choice and form comes through :meth:`route`."""

    def __init__(self, app: App, wording: Wording) -> None:
        self._app = app
        self._wording = wording
        self.handlers: dict[str, Handler] = {}

    def add(self, cog: object) -> None:
        """Take in the marked methods of a cog; a verb that is there already is an error."""
        for name in dir(type(cog)):
            for verb in getattr(getattr(type(cog), name), "__verbs__", ()):
                if verb in self.handlers:
                    raise ValueError(f"two methods answer {verb!r}")
                self.handlers[verb] = getattr(cog, name)

    async def route(self, interaction: discord.Interaction) -> None:
        """Answer a press, whoever sent it and whenever its card was made."""
        if interaction.type not in ROUTED:
            return
        custom_id = parse(str(payload(interaction).get("custom_id", "")))
        handler = self.handlers.get(custom_id.verb) if custom_id else None
        if handler is None or custom_id is None:
            await self.answer(interaction, self._unknown, None)
        else:
            await self.answer(interaction, handler, custom_id)

    @staticmethod
    async def _unknown(*_: object) -> None:
        raise Refusal("button-unknown")

    async def answer(
        self, interaction: discord.Interaction, handler: Handler, *args: CustomId | Any | None
    ) -> None:
        """Run a handler with the visit; turn a refusal into its sentence, and a failure into an apology."""
        began_s = perf_counter()
        try:
            visit = await arrive(interaction, self._app, self._wording)
            presence.note(self._app, visit.person)
            try:
                await handler(visit, *args)
                metrics.REPLIES_OK.inc()
            except Unread as refusal:
                await self._show_afresh(visit, handler, refusal, *args)
        except Refusal as refusal:
            await self.refuse(interaction, refusal)
        except Exception as error:
            await self.apologise(interaction, error)
        metrics.REPLY_SECONDS.observe(perf_counter() - began_s)

    @staticmethod
    async def _show_afresh(visit: Visit, handler: Handler, refusal: Unread, *args: Any) -> None:
        """Show the words as they are now, with fresh buttons; raises the refusal where nothing can."""
        show: Afresh | None = getattr(handler, "__afresh__", None)
        if show is None:
            raise refusal
        card = await show(visit, args[0], visit.say(f"refusal-{refusal.code}"))
        metrics.REPLIES_REFUSED.inc()
        await visit.show(card)

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
