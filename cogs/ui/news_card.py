"""What somebody is told, by private message, of the ideas that they follow."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.contributions import PARENTS, Fate
from bot.services.following import News
from cogs.ui.cards import Card
from cogs.ui.idea_cards import step_line
from cogs.ui.limits import MESSAGE_TEXT
from cogs.ui.round_cards import RoundWords
from cogs.ui.times import channel, day

GONE = (Fate.DECLINED, Fate.WITHDRAWN)
"""Steps whose why is their author's alone."""


def news_card(words: RoundWords, news: Sequence[News], own: Collection[int], say_channel: str) -> Card:
    """News of ideas; ``own`` are the numbers of those that are the reader's."""
    lines = [line for one in news for line in _lines(words, one, own=one.contribution.id in own)]
    card = Card().text(words.say("news-title")).text(*lines, leave=MESSAGE_TEXT // 8)
    where = words.say("news-from", channel=channel(say_channel)) if say_channel else ""
    return card.text(where, words.say("news-stop"))


def _lines(words: RoundWords, one: News, *, own: bool) -> list[str]:
    lines: list[str] = [words.say("news-idea", number=one.contribution.id, question=one.round.question)]
    for step in one.steps:
        gone = step.act in GONE and not own
        what = words.say("news-gone") if gone else step_line(words, step)
        lines.append(words.say("idea-step", when=day(step.at_ms), what=what))
    if one.contribution.state in PARENTS:
        lines.append(words.say("news-goes-on"))
    return lines
