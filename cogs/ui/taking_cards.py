"""Check-ins as residents meet them: the card with which one begins, and what comes by private message."""

from __future__ import annotations

from bot.domain import when
from bot.domain.checkins import MOST_RUNS
from bot.domain.community import Community
from bot.services import checkin_looks
from bot.services.ports import App
from bot.services.rounds import Look
from bot.wording import Markup
from cogs.ui.cards import Card, button
from cogs.ui.round_cards import RoundWords
from cogs.ui.times import moment


async def checkin_begins(app: App, community: Community, which: int, words: RoundWords) -> Card:
    """A check-in begins: what is asked, how often, and the way to be asked or reminded."""
    one = await checkin_looks.find(app, community.id, which)
    first = when.following(when.Pace(one.pace), app.clock.now_ms(), community.zone)
    pace = words.say("plain", text=when.tell_pace(when.Pace(one.pace)))
    card = Card().text(
        words.say("post-checkin", question=one.question),
        words.say("post-checkin-pace", pace=Markup(pace), count=MOST_RUNS),
        words.say("post-checkin-first", when=moment(first.due_ms)) if first else "",
        words.say("post-checkin-direct") if one.direct else "",
    )
    if one.sealed:
        return card
    label = words.label("checkin-press-ask-me" if one.direct else "checkin-press-remind")
    return card.buttons(button(label, "checkin-in", one.id, style="primary"))


def asked_directly(look: Look, words: RoundWords, card: str) -> Card:
    """A check-in or its reminder, in a private message: the question, and four ways to answer it."""
    asked = look.round
    return (
        Card()
        .text(
            words.say(f"direct-{card}", title=words.title(look)),
            words.say("round-question", question=asked.question),
            words.stated(look.checkin) if look.checkin else "",
            words.say("round-closes", when=moment(asked.closes_ms)),
        )
        .buttons(
            button(words.label("round-press-fill"), "answer", asked.id, style="primary"),
            button(words.label("taking-press-skip"), "checkin-skip", asked.id),
            button(words.label("taking-press-rest"), "checkin-rest", asked.checkin),
            button(words.label("taking-press-stop"), "checkin-out", asked.checkin),
        )
    )
