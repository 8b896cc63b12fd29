"""Trying questions before they open: who helps, what they are shown, what comes back to the draft."""

from __future__ import annotations

from discord.ext import commands
from discord.ui import Button

from bot.domain.asks import ASK
from bot.domain.people import require_organiser
from bot.domain.refusals import Refusal
from bot.domain.rounds import words_of
from bot.domain.trials import WANTED, WORDS_LENGTH, version_of
from bot.services import rounds, trials
from bot.services.rounds import Look
from bot.services.trials import Helping
from cogs.draft_cards import draft_afresh
from cogs.ui.cards import Card, Field, Form, button
from cogs.ui.custom_ids import CustomId, joined, page_of
from cogs.ui.form_words import shortened
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE
from cogs.ui.pages import turning
from cogs.ui.round_cards import RoundWords
from cogs.ui.router import pressed
from cogs.ui.visit import Visit
from cogs.worries import worry_button

FACTS_SHOWN, OPTIONS_SHOWN = 500, 1200
"""Characters of a draft on a tester's card; where it has more, the whole of it is in a file."""
ROOM_BELOW = 300
"""Characters that stay free for what a tester does next."""


class Trials(commands.Cog):
    """What those press who help to try questions, and the organisers of a draft."""

    @pressed("trial-help")
    async def help(self, visit: Visit, _: CustomId) -> None:
        """What it means to help, and the way in or out."""
        helping = await trials.helping(visit.app, visit.person)
        card = Card().text(visit.say("trial-help"))
        if helping.since_ms:
            card.text(visit.say("trial-helping"))
        await visit.show(
            card.buttons(
                _try(visit, helping),
                button(visit.label("trial-press-stop"), "trial-stop")
                if helping.since_ms
                else button(visit.label("trial-press-agree"), "trial-agree", style="primary"),
            )
        )

    @pressed("trial-agree")
    async def agree(self, visit: Visit, _: CustomId) -> None:
        """Agree to be asked, and read what that means from now on."""
        await trials.agree(visit.app, visit.person)
        card = Card().text(visit.say("trial-agreed"))
        await visit.show(
            card.buttons(await try_button(visit), button(visit.label("trial-press-stop"), "trial-stop"))
        )

    @pressed("trial-stop")
    async def stop(self, visit: Visit, _: CustomId) -> None:
        """Be asked no more."""
        await trials.stop(visit.app, visit.person)
        await visit.tell("trial-stopped")

    @pressed("trial")
    async def show(self, visit: Visit, pressed: CustomId) -> None:
        """A draft as readers would meet it, for somebody who was asked to try it; for 0 the next one."""
        which = pressed.subject
        if not which:
            waits = (await trials.helping(visit.app, visit.person)).waiting
            if not waits:
                raise Refusal("trial-over")
            which = waits[0]
        mine = await trials.look(visit.app, visit.person, which)
        look = await rounds.look(visit.app, visit.community.id, which)
        label = "trial-press-change" if mine.at_ms else "trial-press-say"
        await visit.show(
            _as_met(visit, look)
            .text(visit.say("trial-next"))
            .buttons(
                button(visit.label(label), "trial-say", which, version_of(look.round), style="primary"),
                worry_button(visit, which),
            )
        )

    @pressed("trial-say")
    async def ask(self, visit: Visit, pressed: CustomId) -> None:
        """The form, with what they said before; it carries along which version they had before them."""
        mine = await trials.look(visit.app, visit.person, pressed.subject)
        fields = [
            Field(
                name,
                visit.label(f"trial-field-{name}", FORM_LABEL),
                visit.label(f"trial-hint-{name}", FORM_HINT),
                said,
                long=True,
                required=name == "understood",
                longest=WORDS_LENGTH,
            )
            for name, said in (("understood", mine.understood), ("hard", mine.hard))
        ]
        to = CustomId("trial-send", pressed.subject, pressed.argument)
        await visit.ask(Form(visit.label("trial-form", FORM_TITLE), to, fields))

    @pressed("trial-send", opened_by="trial-say")
    async def send(self, visit: Visit, pressed: CustomId) -> None:
        """Keep what they said."""
        which, understood, hard = pressed.subject, visit.text("understood"), visit.text("hard")
        same = await trials.say(visit.app, visit.person, which, pressed.argument, understood, hard)
        card = Card().text(visit.say("trial-saved"), "" if same else visit.say("trial-changed-since"))
        await visit.show(
            card.buttons(
                button(visit.label("trial-press-again"), "trial", which),
                await try_button(visit),
                worry_button(visit, which),
            )
        )

    @pressed("trial-ask", afresh=draft_afresh)
    async def begin(self, visit: Visit, pressed: CustomId) -> None:
        """Show a draft to two residents; where there is only one, its organiser says whether to go on."""
        which = pressed.subject
        back = button(visit.label("draft-press-back"), "draft", which)
        try:
            fewer, seen = pressed.rest == "one", pressed.version
            count = await trials.ask(visit.app, visit.person, which, fewer=fewer, seen=seen)
        except Refusal as refusal:
            if refusal.code != "trial-only-one":
                raise
            on = joined("one", pressed.version)
            one = button(visit.label("trial-press-one"), "trial-ask", which, on, style="primary")
            await visit.show(Card().text(visit.say("refusal-trial-only-one")).buttons(one, back))
            return
        await visit.show(Card().text(visit.say("trial-asked", count=count)).buttons(back))

    @pressed("trial-said")
    async def said(self, visit: Visit, pressed: CustomId) -> None:
        """What came back to a draft, two people's at a time and nobody's by name."""
        require_organiser(visit.person, visit.community.roles)
        which, tried = pressed.subject, await trials.tried(visit.app, visit.person, pressed.subject)
        last = max(0, len(tried.heard) - 1) // WANTED
        page = min(page_of(pressed), last)
        card = Card().text(visit.say("trial-said-title", count=len(tried.heard), asked=tried.asked))
        for number, one in enumerate(tried.heard, 1):
            if (number - 1) // WANTED == page:
                card.text(
                    visit.say("trial-said", number=number, text=one.understood),
                    visit.say("trial-said-hard", text=one.hard) if one.hard else "",
                    visit.say("trial-said-before") if one.changed else "",
                )
        await visit.show(
            card.text(visit.say("trial-said-kept")).buttons(
                *turning(visit, "trial-said", which, page, last, "mine"),
                button(visit.label("draft-press-back"), "draft", which),
                worry_button(visit, which),
            )
        )


async def try_button(visit: Visit) -> Button[Card] | None:
    """The way to what waits for this person to be tried, where anything does."""
    return _try(visit, await trials.helping(visit.app, visit.person))


def _try(visit: Visit, helping: Helping) -> Button[Card] | None:
    count = len(helping.waiting)
    return button(visit.label("trial-press-try", count=count), "trial", style="primary") if count else None


def _as_met(visit: Visit, look: Look) -> Card:
    """A draft as readers would meet it, with the choices or the one box, and the facts."""
    draft, words = look.round, RoundWords(visit.wording, visit.language)
    lines, cut = words.options(look, OPTIONS_SHOWN)
    cut = cut or len(draft.facts) > FACTS_SHOWN
    card = Card().text(visit.say("trial-title")).text(*words.ask(look), *lines)
    if draft.kind == ASK and look.ask:
        box = look.ask.box
        card.text(visit.say("trial-box", label=box.label), visit.say("plain", text=box.hint))
    if draft.facts:
        card.text(visit.say("trial-facts", text=shortened(draft.facts, FACTS_SHOWN)))
    if cut:
        card.attachment("question.txt", words_of(draft).encode())
    return card.text(*words.conditions(look), leave=ROOM_BELOW)
