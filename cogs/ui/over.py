"""What is said to somebody whose press came after the close: what counts of theirs, where it can be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.domain.asks import ASK
from bot.domain.forms import FORM
from bot.domain.rounds import Over, Round
from bot.domain.weighing import AGREE, DISAGREE, PASS, WEIGH, votes_of
from bot.services import answers
from bot.services.answers import Kept
from bot.wording import Markup
from cogs.ui.form_cards import filled_in
from cogs.ui.round_cards import RoundWords
from cogs.ui.times import day
from cogs.ui.visit import Visit


async def over(visit: Visit, refusal: Over) -> Markup:
    """Why it is too late, and what somebody's own answer from before has come to."""
    mine = await answers.kept(visit.app, visit.person, refusal.round)
    if mine.round is None or refusal.code != "round-closed":
        return visit.say(f"refusal-{refusal.code}")
    if mine.round.sealed:
        return visit.say("over-sealed")
    if mine.round.kind == ASK:
        return visit.say("over-ideas", count=mine.ideas)
    return _counted(visit, mine.round, mine)


def _counted(visit: Visit, asked: Round, mine: Kept) -> Markup:
    given = mine.answer
    if given is None:
        return visit.say("over-none")
    when = day(given.at_ms)
    if asked.kind == FORM:  # what was written in it is nobody's any more
        return visit.say("over-form", when=when)
    choice = chosen(visit, asked, given.value)
    return visit.say("over-weighed" if asked.kind == WEIGH else "over-counts", when=when, choice=choice)


def chosen(words: RoundWords | Visit, asked: Round, value: Sequence[int]) -> Markup:
    """What someone chose, as a list in words."""
    if asked.kind == WEIGH:
        counts = Counter(votes_of(tuple(value)).values())
        return words.say("mine-weighed", agree=counts[AGREE], disagree=counts[DISAGREE], passed=counts[PASS])
    if asked.kind == FORM:
        return filled_in(words, asked, tuple(value))
    return Markup(", ".join(words.say("quoted", text=asked.options[place]) for place in value))
