"""The privacy notice: what someone reads before the first thing of theirs is stored."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from discord.ui import Button

from bot.domain.community import Moderation
from bot.domain.people import Ages
from bot.domain.rounds import Asked
from bot.services.rounds import Look
from bot.wording import Wording
from cogs.ui.cards import Card, button
from cogs.ui.round_cards import RoundWords
from cogs.ui.visit import Visit

SEPARATOR = "."
FOLLOW, TAKING = "follow", "taking"
"""What travels through the notice, before the number of an idea that was to be followed, or of a check-in."""


async def notice(
    visit: Visit, asked: Asked, raw: Sequence[str], *, teens: bool = False, before: Sequence[str] = ()
) -> None:
    """What someone reads before the first thing of theirs is stored."""
    months, guild = visit.app.settings.privacy.answers_months, visit.interaction.guild
    who, teens = guild.name if guild else "", teens or asked.ages is Ages.TEENS
    card = short_notice(visit.wording, visit.language, asked, tuple(raw), who, months, teens)
    if before:
        await visit.show(Card().text(*before))
    await visit.show(card)


@lru_cache(maxsize=256)
def short_notice(
    wording: Wording, language: str, asked: Asked, raw: tuple[str, ...], who: str, months: int, teens: bool
) -> Card:
    """What someone reads before the first thing is stored: made once for all who pressed the same."""
    words, early = RoundWords(wording, language), asked.round.moderation is Moderation.AFTER
    title = asked.title or str(words.say("project-other"))
    here = bool(asked.round.id or asked.round.checkin)
    card = Card().text(
        words.say("notice-teens-title" if teens else "notice-title"),
        words.say("notice-asking", who=who, title=title)
        if here
        else words.say("trial-notice-asking", who=who),
        words.say("notice-names"),
        words.say("notice-words-after" if early else "notice-words") if asked.round.ask else "",
        words.say("taking-notice") if asked.round.checkin and not asked.round.id else "",
        words.say(
            "notice-kept" if asked.round.id or asked.round.checkin else "trial-notice-kept", months=months
        ),
        words.say("notice-free"),
        words.say("notice-teens") if teens else "",
    )
    return card.buttons(*ways_on(words, asked, raw, teens=teens))


def asked_of(look: Look) -> Asked:
    """A round as somebody meets it who wants to answer."""
    return Asked(look.round, look.initiative.title, look.initiative.ages)


def ways_on(
    words: RoundWords, asked: Asked, raw: Sequence[str], *, teens: bool, more: bool = True
) -> list[Button[Card] | None]:
    """The notice's buttons; what was pressed before it travels along in their ids."""

    def way(label: str, verb: str, word: str, style: str = "secondary") -> Button[Card]:
        argument = SEPARATOR.join([word, *raw])
        return button(words.label(label), verb, asked.round.id, argument, style=style)

    read = "teens" if teens else "adults"
    return [
        way("notice-press-go-teen" if teens else "notice-press-go", "go", read, "primary"),
        way("notice-press-teen", "teen", "teens") if not teens and asked.ages is Ages.BOTH else None,
        way("notice-press-more", "notice-more", read) if more else None,
        button(words.label("notice-press-not"), "not-now", asked.round.id),
    ]


def privacy(visit: Visit, *, teens: bool) -> Card:
    """Who sees what, how long, and how to erase it."""
    contact = visit.community.lead_contact or visit.label("contact-missing")
    months = visit.app.settings.privacy.answers_months
    return Card().text(
        visit.say("notice-more", months=months, contact=contact),
        visit.say("notice-more-teens") if teens else "",
    )
