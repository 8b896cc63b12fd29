"""Cards that come in between: going on from the privacy notice, and mending a form that was not taken."""

from __future__ import annotations

from discord.ext import commands

from bot.domain.people import Ages
from bot.domain.refusals import Refusal
from bot.domain.rounds import Asked
from bot.services import people, rounds, taking
from bot.services.trials import helping_asked
from cogs.ui.custom_ids import CustomId
from cogs.ui.notices import asked_of, carried, notice_card
from cogs.ui.presses import Press, rest_of, unpacked, words_in
from cogs.ui.router import Router, pressed
from cogs.ui.visit import Visit
from cogs.worries import worry_button


class Notice(commands.Cog):
    """What somebody presses on a card that carries what they pressed or typed before it."""

    def __init__(self, router: Router) -> None:
        self._router = router

    @pressed("go")
    async def go_on(self, visit: Visit, pressed: CustomId) -> None:
        """Note that somebody has read the notice, and do what they pressed before it."""
        ages, _, press = carried(visit, pressed)
        if ages not in ("adults", "teens"):
            raise Refusal("button-unknown")
        await people.go_on(visit.app, visit.person, ages)
        # Where nothing travelled along, it was about a round that somebody wanted to see, or to help.
        to = CustomId("answer", pressed.subject) if pressed.subject else CustomId("trial-agree")
        await self._router.run(visit, press or Press(to))

    @pressed("teen")
    async def teen(self, visit: Visit, pressed: CustomId) -> None:
        """The notice in the words for people aged 13 to 17."""
        _, checkin, press = carried(visit, pressed)
        asked = await _asked(visit, pressed.subject, checkin)
        await self._router.notice(visit, asked, press, teens=True)

    @pressed("notice-more")
    async def more(self, visit: Visit, pressed: CustomId) -> None:
        """The long form of the notice, and the ways on again."""
        ages, checkin, press = carried(visit, pressed)
        asked = await _asked(visit, pressed.subject, checkin)
        card = notice_card(visit, asked, press, teens=ages == Ages.TEENS, whole=True)
        if card is None:
            await self._router.notice(visit, asked, press, teens=ages == Ages.TEENS)
        else:
            await visit.show(card.buttons(worry_button(visit, pressed.subject)))

    @pressed("not-now")
    async def not_now(self, visit: Visit, pressed: CustomId) -> None:
        """Leave without a trace."""
        await visit.tell("notice-not-now" if pressed.subject else "trial-notice-not")

    @pressed("mend")
    async def mend(self, visit: Visit, pressed: CustomId) -> None:
        """Open a form again that was not taken, with what was typed in it: the card has brought it back."""
        message = visit.interaction.message
        press = unpacked(pressed.argument + rest_of(message), words_in(message))
        if press is None:
            raise Refusal("button-unknown")
        await self._router.run(visit, press)


async def _asked(visit: Visit, which: int, checkin: int) -> Asked:
    """What a notice is about: a round, or for 0 a check-in, or helping to try questions."""
    if checkin and not which:
        return await taking.asked_of(visit.app, visit.community.id, checkin)
    if not which:
        return helping_asked(visit.community.id)
    return asked_of(await rounds.look(visit.app, visit.community.id, which))
