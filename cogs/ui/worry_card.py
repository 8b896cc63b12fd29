"""The private message in which whoever hears safety worries gets one."""

from __future__ import annotations

from bot.domain.text import shown
from bot.services.safeguarding import AGAIN, DEPUTY, KEPT_DAYS, Worry
from bot.services.worries import WORDS_LENGTH
from cogs.ui.cards import Card, button
from cogs.ui.form_words import shortened
from cogs.ui.round_cards import RoundWords
from cogs.ui.times import moment

WHY = {DEPUTY: "post-worry-to-deputy", AGAIN: "post-worry-again"}
"""What those read first to whom it does not come as the first."""


def worry_card(words: RoundWords, one: Worry, to: str) -> Card:
    """A worry as the contact gets it, or the deputy; ``to`` is why it comes, '' where it was not kept."""
    title = "post-worry-found" if one.about else "post-worry"
    card = Card().text(words.say(title), words.say(WHY[to]) if to in WHY else "")
    # What was written comes first: whatever else is long, that is never cut.
    whole = len(shown(one.words)) <= 2 * WORDS_LENGTH
    text = one.words if whole else shortened(one.words, WORDS_LENGTH // 2)
    card.text(words.say("post-worry-words", words=text))
    if not whole:
        card.text(words.say("post-worry-file")).attachment("words.txt", one.words.encode())
    reach = words.say("post-worry-reach", reach=one.reach) if one.reach else words.say("post-worry-no-reach")
    project = "post-worry-project-found" if one.about else "post-worry-project"
    card.text(
        words.say("post-worry-no-name") if one.about else reach,
        words.say("post-worry-from", server=one.server, when=moment(one.at_ms)),
        words.say(project, title=one.project) if one.project else "",
    )
    if not to:
        return card.text(words.say("post-worry-how"))
    return card.text(words.say("post-worry-have", week=KEPT_DAYS)).buttons(
        button(words.label("worry-press-have"), "worry-have", one.id, style="primary")
    )
