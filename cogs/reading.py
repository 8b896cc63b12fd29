"""Reading what others brought: page by page or one by one, and saying that one thinks so too."""

from __future__ import annotations

from discord.ext import commands

from bot.domain.refusals import Refusal
from bot.services import rounds, supporting
from bot.services.contributions import Held
from cogs.idea_looks import read_afresh, read_card
from cogs.ui.cards import Card, Option, button, choose
from cogs.ui.custom_ids import CustomId, is_number, page_of
from cogs.ui.idea_cards import first_words, short
from cogs.ui.limits import MESSAGE_TEXT, SELECT_LABEL
from cogs.ui.pages import turning
from cogs.ui.router import pressed
from cogs.ui.visit import Visit


class Reading(commands.Cog):
    """What everybody may read of an ask."""

    @pressed("facts")
    async def facts(self, visit: Visit, pressed: CustomId) -> None:
        """What officials know about it."""
        asked = (await rounds.look(visit.app, visit.community.id, pressed.subject)).round
        if not asked.opened_ms:  # such a button is nowhere, but can be forged
            raise Refusal("round-not-open")
        await visit.show(Card().text(visit.say("facts-title"), visit.say("plain", text=asked.facts)))

    @pressed("ideas")
    async def ideas(self, visit: Visit, pressed: CustomId) -> None:
        """What everybody may read of an ask, page by page."""
        page = await supporting.published(visit.app, visit.person, pressed.subject, page_of(pressed))
        if not page.held:
            await visit.tell("ideas-none")
            return
        here = page.held
        ask = visit.app.asks.get(here[0].round.ask)
        card = Card().text(visit.say("ideas-title", count=page.count))
        card.text(
            *(_line(visit, one, short(visit, one.contribution, ask)) for one in here), leave=MESSAGE_TEXT // 8
        )
        options = [
            Option(
                visit.label(
                    "ideas-option",
                    SELECT_LABEL,
                    number=one.contribution.id,
                    text=first_words(one.contribution, ask),
                ),
                str(one.contribution.id),
            )
            for one in here
        ]
        card.choice(choose(CustomId("pick-idea"), options, visit.label("ideas-pick")))
        await visit.show(
            card.buttons(
                *turning(visit, "ideas", pressed.subject, page.number, page.last),
                button(visit.label("ideas-press-tell"), "tell", pressed.subject, style="primary"),
            )
        )

    @pressed("pick-idea")
    async def pick(self, visit: Visit, _: CustomId) -> None:
        """An idea chosen out of a list."""
        number = next(iter(visit.values), "")
        if not is_number(number):
            raise Refusal("button-unknown")
        await self.read(visit, CustomId("read-idea", int(number)))

    @pressed("read-idea")
    async def read(self, visit: Visit, pressed: CustomId) -> None:
        """One idea in full, and whether one thinks so too."""
        await visit.show(read_card(visit, await supporting.look(visit.app, visit.person, pressed.subject)))

    @pressed("support", "unsupport", afresh=read_afresh)
    async def support(self, visit: Visit, pressed: CustomId) -> None:
        """Think so too, or no longer."""
        which, yes = pressed.subject, pressed.verb == "support"
        await supporting.support(visit.app, visit.person, which, yes=yes, seen=pressed.version)
        await self.read(visit, pressed)


def _line(visit: Visit, held: Held, text: str) -> str:
    return visit.say("ideas-line", number=held.contribution.id, text=text, count=held.contribution.supporters)
