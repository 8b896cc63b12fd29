"""Where presses go: one table of verbs, one place that answers refusals and failures."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from time import perf_counter
from typing import Any, TypeVar

import discord

from bot import metrics
from bot.domain.refusals import Refusal
from bot.domain.rounds import Asked, Over
from bot.domain.versions import Unread
from bot.services import presence
from bot.services.answers import NoticeFirst
from bot.services.ports import App
from bot.wording import Wording
from cogs.ui.cards import Card, Form, payload
from cogs.ui.custom_ids import CustomId, parse
from cogs.ui.gone import FOR_THE_GONE, arrive_anywhere, for_the_gone, which_community
from cogs.ui.notices import notice_card
from cogs.ui.over import over
from cogs.ui.presses import Press
from cogs.ui.round_cards import RoundWords
from cogs.ui.visit import Course, NotShown, Visit, arrive, language_of
from cogs.ui.words_back import on_words_card, typed, words_card

log = logging.getLogger(__name__)

F = TypeVar("F", bound=Callable[..., Awaitable[None]])
Handler = Callable[..., Awaitable[None]]
Afresh = Callable[[Visit, CustomId, str], Awaitable[Card]]
"""Makes the card that shows what a press is about, as it is now, below a line that says why."""
Below = Callable[[Visit], Sequence[str]]
ROUTED = (discord.InteractionType.component, discord.InteractionType.modal_submit)


def pressed(
    *verbs: str,
    opened_by: str = "",
    afresh: Afresh | None = None,
    below: Below | None = None,
    whoever: bool = False,
) -> Callable[[F], F]:
    """Mark a cog's method as what answers these verbs: ``async def method(self, visit, custom_id)``.

    Where the verb is of a form that is sent, ``opened_by`` is the verb that opens it, with the same subject
    and argument: so it can be opened again, with what was typed in it. ``afresh`` shows the words that a
    press is about where they have changed since they were read. ``below`` is what stands below a refusal.
    ``whoever`` is for what people can also do in a private message about a community that they have left,
    that banned them, or that removed the bot.
    """

    def mark(method: F) -> F:
        method.__verbs__ = dict.fromkeys(verbs, opened_by)  # type: ignore[attr-defined]
        method.__afresh__ = afresh  # type: ignore[attr-defined]
        method.__whoever__ = whoever  # type: ignore[attr-defined]
        method.__below__ = below  # type: ignore[attr-defined]
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
        # What was kept before, such as that the notice was read, is not what was pressed.
        visit = replace(visit, press=press)
        visit.course.press = press
        visit.course.commits.clear()
        try:
            try:
                await handler(visit, press.custom_id)
            except Unread as refusal:
                await self._show_afresh(visit, press, handler, refusal)
        except NoticeFirst as first:
            await self.notice(visit, first.asked, press)

    async def notice(self, visit: Visit, asked: Asked, press: Press | None, *, teens: bool = False) -> None:
        """Show the privacy notice; what has no room on it of what was typed comes back before it."""
        card = notice_card(visit, asked, press, teens=teens)
        if card is None and press is not None:
            opener = self._opener(press.custom_id)
            await visit.show(words_card(visit, press, opener, visit.say("back-notice")))
            card = notice_card(visit, asked, Press(opener), teens=teens)
        assert card is not None
        await visit.show(card)

    async def answer(self, interaction: discord.Interaction, handler: Handler, *args: Any) -> None:
        """Run a handler with the visit; turn a refusal into its sentence, and a failure into an apology."""

        async def work(course: Course) -> None:
            course.visit = await arrive(interaction, self._app, self._wording, course, self._whoever)
            presence.note(self._app, course.visit.person)
            course.commits.clear()  # a server that is seen for the first time is not what they did
            await handler(course.visit, *args)

        await self._guarded(interaction, work)

    async def answer_anywhere(self, interaction: discord.Interaction, handler: Handler, verb: str) -> None:
        """Run what ``verb`` presses for a command, in a private message, too.

        There it is about each community that holds something of whoever asks: where these are several, they
        choose one.
        """
        if interaction.guild_id is not None:
            await self.answer(interaction, handler, None)
            return

        async def work(course: Course) -> None:
            visits = await arrive_anywhere(interaction, self._app, self._wording)
            course.visit = replace(visits[0], course=course)
            if len(visits) == 1:
                await handler(course.visit, None)
            else:
                await course.visit.show(which_community(visits, verb))

        await self._guarded(interaction, work)

    async def _guarded(
        self, interaction: discord.Interaction, work: Callable[[Course], Awaitable[None]]
    ) -> None:
        began_s, course = perf_counter(), Course(self._app.database.writer.watched())
        try:
            await work(course)
            metrics.REPLIES_OK.inc()
        except Refusal as refusal:
            await self.refuse(interaction, refusal, course.visit)
        except Exception as error:
            await self.apologise(interaction, error, course.visit)
        metrics.REPLY_SECONDS.observe(perf_counter() - began_s)

    async def _show_afresh(self, visit: Visit, press: Press, handler: Handler, refusal: Unread) -> None:
        """Show the words as they are now, with fresh buttons, and give back what was typed about others.

        Raises:
            Unread: nothing can show them.
        """
        show: Afresh | None = getattr(handler, "__afresh__", None)
        if show is None:
            raise refusal
        card = await show(visit, press.custom_id, visit.say(f"refusal-{refusal.code}"))
        metrics.REPLIES_REFUSED.inc()
        await visit.show(card)
        if press.fields:
            opener = self._opener(press.custom_id)
            same = (opener.verb, opener.subject)
            now = next((one for one in card.pressed if (one.verb, one.subject) == same), opener)
            there, form = await self._rehearsed(visit, press, now)
            await visit.show(
                words_card(visit, press, there, visit.say("back-read-first") if there else "", form=form),
                beside=True,
            )

    async def refuse(
        self, interaction: discord.Interaction, refusal: Refusal, visit: Visit | None = None
    ) -> None:
        """Say no, and what to do instead; what was typed into a form comes back with it."""
        metrics.REPLIES_REFUSED.inc()
        words = self._words(interaction, visit)
        lines: list[str] = [words.say(f"refusal-{refusal.code}", **refusal.facts)]
        if visit is not None and isinstance(refusal, Over):
            try:
                lines = [await over(visit, refusal)]
            except Exception as error:  # the database has trouble: nothing of theirs is said, then
                log.warning("what somebody had answered could not be read: %s", type(error).__name__)
        if visit is not None:
            if visit.course.commits:  # it was only refused to be looked at
                lines.insert(0, words.say("saved-already"))
            if visit.course.press is not None:
                handler = self.handlers.get(visit.course.press.custom_id.verb)
                below: Below | None = getattr(handler, "__below__", None)
                lines += below(visit) if below else []
        await self._reply(interaction, visit, lines, refusal.code)

    async def apologise(
        self, interaction: discord.Interaction, error: BaseException, visit: Visit | None = None
    ) -> None:
        """Log a failure without anybody's words or ids, and say that it was not the person's fault."""
        words, saved = self._words(interaction, visit), visit is not None and bool(visit.course.commits)
        if isinstance(error, NotShown):
            log.warning("a reply did not reach anybody: %s", error)
            metrics.REPLIES_LOST.inc()
            await self._reply(interaction, visit, [words.say("saved-unseen" if saved else "unseen")])
            return
        metrics.REPLIES_FAILED.inc()
        custom_id = parse(str(payload(interaction).get("custom_id", "")))
        what = custom_id.verb if custom_id else interaction.type.name
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        line = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else "?"
        log.error("%s failed: %s at %s", what, type(error).__name__, line)
        await self._reply(interaction, visit, [words.say("saved-unseen" if saved else "sorry")])

    def _words(self, interaction: discord.Interaction, visit: Visit | None) -> RoundWords:
        return RoundWords(self._wording, visit.language if visit else language_of(self._wording, interaction))

    async def _reply(
        self,
        interaction: discord.Interaction,
        visit: Visit | None,
        lines: Sequence[str],
        code: str = "",
    ) -> None:
        """Say that something was not done, or not shown; never an error of its own.

        What was typed comes back, with the ways on that there are after a refusal with this ``code``.
        """
        try:
            words, sent = self._words(interaction, visit), None
            card = Card().text(*lines)
            # What no client sends has no words that could come back; it is answered all the same.
            with suppress(Refusal, TypeError, ValueError):
                sent = typed(interaction, visit)
                if sent is not None:
                    opener, form = await self._rehearsed(visit, sent, self._opener(sent.custom_id))
                    elsewhere = code.startswith("round-")
                    card = words_card(words, sent, opener, *lines, form=form, elsewhere=elsewhere)
                    if place := sent.custom_id.community:  # where there is no visit, nothing else says it
                        card = card.of(place)
            if code in FOR_THE_GONE:
                card = for_the_gone(words, card, interaction)
            if visit is not None:
                await visit.show(card, beside=not (sent and on_words_card(interaction.message)))
            elif interaction.response.is_done():
                await interaction.followup.send(view=card, ephemeral=True, files=card.files)
            else:
                await interaction.response.send_message(view=card, ephemeral=True, files=card.files)
        except discord.HTTPException as error:
            log.warning("a reply did not reach anybody: %s %s", error.status, error.code)
            metrics.REPLIES_LOST.inc()
        except NotShown as error:
            log.warning("a reply did not reach anybody: %s", error)
            metrics.REPLIES_LOST.inc()
        except Exception as error:  # an interaction that does not say where to answer
            log.warning("a reply did not reach anybody: %s", type(error).__name__)
            metrics.REPLIES_LOST.inc()

    def _opener(self, sent: CustomId) -> CustomId:
        """What opens the form that was sent."""
        return replace(sent, verb=self.openers.get(sent.verb, sent.verb))

    async def _rehearsed(
        self, visit: Visit | None, sent: Press, opener: CustomId
    ) -> tuple[CustomId | None, Form | None]:
        """What opens a form again that was sent, and the form; neither where it can't be opened now."""
        if visit is None:
            return opener, None
        course = Course(rehearsed=True)
        again = replace(visit, press=replace(sent, custom_id=opener), course=course)
        try:
            await self.handlers[opener.verb](again, opener)
        except (NoticeFirst, Unread):
            return opener, None
        except Refusal:
            return None, None
        except Exception as error:  # the words come back all the same
            log.warning("a form could not be made again: %s", type(error).__name__)
            return opener, None
        return (opener if course.form else None), course.form
