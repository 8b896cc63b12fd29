"""Reading what others brought: page by page or one by one, and saying that one thinks so too."""

from __future__ import annotations

from discord.ext import commands

from bot.domain.contributions import PARENTS
from bot.domain.refusals import Refusal
from bot.services import rounds, supporting
from bot.services.answers import NoticeFirst
from bot.services.contributions import Held
from cogs.following import follow_button
from cogs.merging import organisers_buttons
from cogs.ui.cards import Card, Option, button, choose
from cogs.ui.custom_ids import CustomId, is_number, page_of
from cogs.ui.idea_cards import first_words, owed, say_whole, short, told_publicly
from cogs.ui.limits import MESSAGE_TEXT, SELECT_LABEL
from cogs.ui.notices import notice
from cogs.ui.pages import turning
from cogs.ui.router import pressed
from cogs.ui.visit import Visit
from cogs.worries import worry_button


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
        await visit.show(_read_card(visit, await supporting.look(visit.app, visit.person, pressed.subject)))

    @pressed("support", "unsupport")
    async def support(self, visit: Visit, pressed: CustomId) -> None:
        """Think so too, or no longer."""
        try:
            await supporting.support(visit.app, visit.person, pressed.subject, yes=pressed.verb == "support")
        except NoticeFirst as refusal:
            await notice(visit, refusal.asked, [])
            return
        await self.read(visit, pressed)


def _line(visit: Visit, held: Held, text: str) -> str:
    return visit.say("ideas-line", number=held.contribution.id, text=text, count=held.contribution.supporters)


def _read_card(visit: Visit, seen: supporting.Seen) -> Card:
    held = seen.held
    one, ask = held.contribution, visit.app.asks.get(held.round.ask)
    card = Card().text(visit.say("idea-title", number=one.id, question=held.round.question))
    say_whole(card, visit, one, ask)
    card.text(
        *(
            visit.say("idea-made-of", number=parent.id, text=short(visit, parent, ask))
            for parent in seen.parents
        ),
        leave=MESSAGE_TEXT // 4,
    )
    card.text(
        *told_publicly(visit, held),
        owed(visit, held, visit.app.clock.now_ms()),
        visit.say("idea-supporters", count=held.contribution.supporters) if held.stands else "",
        visit.say("idea-yours") if seen.own else "",
    )
    way = "unsupport" if seen.supports else "support"
    style = "secondary" if seen.supports else "primary"
    card.buttons(
        button(visit.label(f"idea-press-{way}"), way, one.id, style=style)
        if held.stands and not seen.own
        else None,
        follow_button(visit, one.id, follows=held.follows),
        button(visit.label("ideas-press-list"), "ideas", one.round),
        worry_button(visit, one.round),
    )
    near = [*(held.into if one.state in PARENTS else ()), *(parent.id for parent in seen.parents)]
    card.buttons(
        *(button(visit.label("mine-press-idea", number=number), "read-idea", number) for number in near)
    )
    if visit.community.roles.is_organiser(visit.person.role_ids):
        card.buttons(*organisers_buttons(visit, one))
    return card
