"""One door for residents: *Have your say*, my answers, my data, language, help."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot import my_page
from bot.domain.contributions import Fate
from bot.domain.rounds import State
from bot.domain.weighing import WEIGH
from bot.services import contributions, following, my_data, people, rounds, taking
from bot.services.contributions import Held
from cogs.taking import stop_button
from cogs.trials import try_button
from cogs.ui.cards import Card, Option, button, choose
from cogs.ui.custom_ids import CustomId, page_of
from cogs.ui.gone import server_of
from cogs.ui.idea_cards import follow_button, numbers, short, state_of
from cogs.ui.limits import MESSAGE_TEXT, SELECT_LABEL, SELECT_OPTIONS
from cogs.ui.naming import apart
from cogs.ui.notices import privacy
from cogs.ui.over import chosen
from cogs.ui.pages import turning
from cogs.ui.router import Router, pressed
from cogs.ui.times import moment
from cogs.ui.visit import Visit
from cogs.worries import help_lines, worry_button

SHOWN = 10
"""How many of one's answers a card shows; the file has all of them."""
TAKEN = 3
"""How many check-ins a card says somebody is written to about."""
IDEAS = 5
"""How many of one's ideas a page shows: as many as have a button in one row."""


class Residents(commands.Cog):
    """What residents can ask for at any time, by button or by ``/my``."""

    my = app_commands.Group(
        name="my",
        description="Your answers and your data. Only you see the reply.",
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
    )

    def __init__(self, router: Router) -> None:
        self._router = router

    @my.command(name="answers", description="What you have answered here, and what became of it")
    async def my_answers(self, interaction: discord.Interaction) -> None:
        """Show someone their answers."""
        await self._router.answer(interaction, self.mine, None)

    @my.command(name="data", description="Everything we hold about you here, as a page")
    async def my_data(self, interaction: discord.Interaction) -> None:
        """Hand someone their data."""
        await self._router.answer_anywhere(interaction, self.data, "data")

    @my.command(name="erase", description="Erase everything we hold about you here. It asks first")
    async def my_erase(self, interaction: discord.Interaction) -> None:
        """Ask before erasing someone."""
        await self._router.answer_anywhere(interaction, self.erase, "erase")

    @my.command(name="questions", description="What is open for you to answer")
    async def my_questions(self, interaction: discord.Interaction) -> None:
        """List what is open."""
        await self._router.answer(interaction, self.open_questions, None)

    @pressed("open")
    async def open_questions(self, visit: Visit, _: CustomId | None) -> None:
        """A choice among all open rounds; pressing one opens its private card."""
        asked = await rounds.listing(visit.app, visit.community.id, State.OPEN)
        to_try = await try_button(visit)
        if not asked:
            await visit.show(Card().text(visit.say("have-nothing")).buttons(to_try))
            return
        named = apart(visit, asked)
        options = [
            Option(visit.label("plain", SELECT_LABEL, text=named[one.id]), str(one.id))
            for one in asked[:SELECT_OPTIONS]
        ]
        card = Card().text(visit.say("have-open", count=len(asked)))
        card.choice(choose(CustomId("pick-question"), options, visit.label("have-pick")))
        await visit.show(card.buttons(to_try))

    @pressed("mine")
    async def mine(self, visit: Visit, pressed: CustomId | None) -> None:
        """What someone has brought, page by page, and answered, with a way to change what is open."""
        page = await contributions.mine(visit.app, visit.person, page_of(pressed), IDEAS)
        # The answers are on the first page.
        given = [] if page.number else await my_data.answers_of(visit.app, visit.person)
        card = Card().text(visit.say("mine-title"))
        if not given and not page.held:
            card.text(visit.say("mine-none"))
        card.text(*(_idea(visit, held) for held in page.held), leave=MESSAGE_TEXT // 4)
        still = [held.contribution.id for held in page.held if held.contribution.state is not Fate.WITHDRAWN]
        card.buttons(
            *(button(visit.label("mine-press-idea", number=number), "idea", number) for number in still)
        )
        card.buttons(*turning(visit, "mine", 0, page.number, page.last, "mine"))
        followed = [] if page.number else await following.followed(visit.app, visit.person)
        if followed:
            card.text(visit.say("mine-follows", numbers=numbers(visit, followed)), leave=MESSAGE_TEXT // 4)
            card.buttons(follow_button(visit, 0, follows=True))
        taken = [] if page.number else await taking.mine(visit.app, visit.person)
        about = apart(visit, taken)
        takes = (visit.say("mine-takes", question=about[each.id]) for each in taken[:TAKEN])
        card.text(*takes, leave=MESSAGE_TEXT // 4)
        card.buttons(*(stop_button(visit, each, about[each.id]) for each in taken[:TAKEN]))
        named = apart(visit, (one.round for one in given))
        weighed = [
            one for one in given[:SHOWN] if one.round.kind == WEIGH and one.round.state is State.CLOSED
        ]
        for one in given[:SHOWN]:
            state = visit.say(f"mine-{one.round.state}", when=moment(one.round.closes_ms))
            choice = chosen(visit, one.round, one.value)
            card.text(visit.say("mine-line", question=named[one.round.id], choice=choice, state=state))
        changeable = [one for one in given[:SHOWN] if one.round.state is State.OPEN]
        card.buttons(
            *(
                button(visit.label("mine-press-change", question=named[one.round.id]), "answer", one.round.id)
                for one in changeable[:5]
            )
        ).buttons(
            *(
                button(
                    visit.label("mine-press-stood", question=named[one.round.id]), "weigh-mine", one.round.id
                )
                for one in weighed[:5]
            )
        )
        await visit.show(
            card.buttons(
                await try_button(visit),
                button(visit.label("mine-press-data"), "data"),
                button(visit.label("mine-press-erase"), "erase"),
            )
        )

    @pressed("data", whoever=True)
    async def data(self, visit: Visit, _: CustomId | None) -> None:
        """Everything held about someone, as a page to read, and as a file for computers."""
        held = await my_data.held(visit.app, visit.person)
        card = Card().text(*_where(visit), visit.say("data-here"))
        page = my_page.page(visit.wording, visit.language, visit.community.zone, held)
        await visit.show(
            card.attachment("my-data.html", page.encode()).attachment("my-data.json", my_page.beside(held))
        )

    @pressed("erase", whoever=True)
    async def erase(self, visit: Visit, _: CustomId | None) -> None:
        """Say what goes and what stays, and ask once."""
        card = Card().text(*_where(visit), visit.say("erase-ask"))
        await visit.show(
            card.buttons(
                button(visit.label("erase-press-yes"), "erase-now", style="danger"),
                button(visit.label("erase-press-no"), "erase-not"),
            )
        )

    @pressed("erase-now", whoever=True)
    async def erase_now(self, visit: Visit, _: CustomId) -> None:
        """Erase someone."""
        await people.erase(visit.app, visit.person)
        await visit.tell("erased")

    @pressed("erase-not", whoever=True)
    async def erase_not(self, visit: Visit, _: CustomId) -> None:
        """Erase nothing."""
        await visit.tell("erase-kept")

    @pressed("help")
    async def help(self, visit: Visit, _: CustomId) -> None:
        """How it works, whom to ask, and who helps in danger."""
        card = Card().text(visit.say("help")).text(*help_lines(visit))
        facts = button(visit.label("round-press-facts"), "privacy-all")
        to_help = button(visit.label("trial-press-help"), "trial-help")
        await visit.show(card.buttons(await try_button(visit), worry_button(visit), facts, to_help))

    @pressed("privacy-all")
    async def who_sees_what(self, visit: Visit, _: CustomId) -> None:
        """Who sees what, wherever the question comes from."""
        await visit.show(privacy(visit, teens=True).buttons(worry_button(visit)))

    @pressed("proof")
    async def proof(self, visit: Visit, _: CustomId) -> None:
        """What the long number under a result is."""
        await visit.tell("proof-explained")

    @pressed("language")
    async def language(self, visit: Visit, _: CustomId) -> None:
        """Which languages there are."""
        if len(visit.wording.languages) == 1:
            await visit.tell("language-only")
            return
        options = [
            Option(visit.wording.label(one, "language-name", SELECT_LABEL), one, one == visit.language)
            for one in visit.wording.languages
        ]
        hint = visit.label("language-pick")
        await visit.show(
            Card().text(visit.say("language-pick")).choice(choose(CustomId("speak"), options, hint))
        )

    @pressed("speak")
    async def speak(self, visit: Visit, _: CustomId) -> None:
        """Keep the language someone chose."""
        chosen_language = visit.wording.nearest(*visit.values)
        await people.speak(visit.app, visit.person, chosen_language)
        await visit.show(Card().text(visit.wording.say(chosen_language, "language-set")))


def _where(visit: Visit) -> list[str]:
    """Which server it is about: in a private message, nothing else says it."""
    return [visit.say("gone-where", name=server_of(visit))] if visit.interaction.guild_id is None else []


def _idea(visit: Visit, held: Held) -> str:
    one, ask = held.contribution, visit.app.asks.get(held.round.ask)
    lines = [
        visit.say("mine-idea", number=one.id, text=short(visit, one, ask), state=state_of(visit, held)),
        visit.say("idea-question", text=one.question) if one.question else "",
        visit.say("idea-supporters", count=held.contribution.supporters) if held.stands else "",
    ]
    return "\n".join(line for line in lines if line)
