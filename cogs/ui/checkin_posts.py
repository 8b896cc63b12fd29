"""What the bot says unasked of a check-in: that one begins, whether it goes on, and what comes privately."""

from __future__ import annotations

from bot.domain import when
from bot.domain.checkins import MOST_RUNS, CheckIn, Life
from bot.domain.community import Community
from bot.services import checkin_looks, checkin_results, rounds, taking
from bot.services.ports import SUBJECT, App, NotSent, Post
from bot.services.rounds import Look
from bot.wording import Markup, Wording
from cogs.ui.cards import Card, button
from cogs.ui.line_words import time_lines
from cogs.ui.round_cards import RoundWords
from cogs.ui.times import moment


async def checkin_post(app: App, community: Community, post: Post, words: RoundWords) -> Card:
    """That a check-in begins; or, for moderators, that it asks whether to go on, or that it is paused."""
    one = await checkin_looks.find(app, community.id, post.facts["checkin"])
    if post.card == "checkin":
        return _begins(app, community, one, words)
    if post.card == "checkin-paused":
        why = "post-checkin-paused-promise" if one.why == "promise" else "post-checkin-paused"
        return Card().text(words.say(why, question=one.question))
    if one.state is not Life.ASKS:
        raise NotSent("gone", SUBJECT)
    return Card().text(words.say("post-checkin-asks", question=one.question, count=MOST_RUNS))


def _begins(app: App, community: Community, one: CheckIn, words: RoundWords) -> Card:
    """What is asked, how often, and the way to be asked or reminded."""
    pace = when.Pace(one.pace)
    first = when.following(pace, app.clock.now_ms(), community.zone)
    told = words.say("plain", text=when.tell_pace(pace))
    card = Card().text(
        words.say("post-checkin", question=one.question),
        words.say("post-checkin-pace", pace=Markup(told), count=MOST_RUNS),
        words.say("post-checkin-first", when=moment(first.due_ms)) if first else "",
        words.say("post-checkin-direct") if one.direct else "",
    )
    if one.sealed:
        return card
    label = words.label("checkin-press-ask-me" if one.direct else "checkin-press-remind")
    return card.buttons(button(label, "checkin-in", one.id, style="primary"))


async def direct_post(app: App, wording: Wording, community: Community, post: Post) -> Card:
    """A check-in by private message, its reminder or its result, where it is still wanted.

    Raises:
        NotSent: ``gone`` where it is not wanted any more, ``not-yet`` at night.
    """
    which = post.facts["round"]
    if not await taking.still(app, community.id, post.card, which, post.target):
        raise NotSent("gone", SUBJECT)
    if wait_s := taking.quiet_s(app, community):  # it was to come by day, and could not be sent
        raise NotSent("not-yet", wait_s=wait_s)
    words = RoundWords(wording, wording.nearest(post.facts["language"], community.language))
    look = await rounds.look(app, community.id, which)
    if look.result is None:
        return _asked(look, words, post.card)
    found = await checkin_results.of_round(app, look.round)
    card = Card().text(words.say("told-title"), words.say("round-question", question=look.round.question))
    return card.text(*time_lines(words, look.round, look.result, found))


def _asked(look: Look, words: RoundWords, card: str) -> Card:
    """The question, and four ways to answer it."""
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
