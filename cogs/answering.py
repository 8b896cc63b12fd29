"""Answering a round: the privacy card before the first answer, the answer, changing it, taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from discord.ext import commands

from bot.domain.asks import ASK
from bot.domain.forms import FORM
from bot.domain.people import Ages
from bot.domain.refusals import Refusal
from bot.domain.rounds import State
from bot.domain.weighing import WEIGH
from bot.services import answers, rounds
from bot.services.answers import Recorded
from bot.services.rounds import Look
from bot.wording import Wording
from cogs.contributing import tell
from cogs.forms import show_form
from cogs.sealed import show_sealed
from cogs.ui.cards import Card, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.limits import MESSAGE_TEXT
from cogs.ui.notices import asked_of, privacy
from cogs.ui.over import chosen
from cogs.ui.privacy_words import kind_of
from cogs.ui.round_cards import RoundWords, ballot
from cogs.ui.router import pressed
from cogs.ui.times import moment
from cogs.ui.visit import Visit
from cogs.weighing import weigh_on
from cogs.worries import worry_button


class Answering(commands.Cog):
    """What residents press under a round."""

    @pressed("vote")
    async def vote(self, visit: Visit, pressed: CustomId) -> None:
        """One option's button."""
        await self._answer(visit, pressed.subject, [pressed.argument])

    @pressed("choose")
    async def choose(self, visit: Visit, pressed: CustomId) -> None:
        """A choice among many options."""
        await self._answer(visit, pressed.subject, visit.values)

    async def _answer(self, visit: Visit, which: int, raw: Sequence[str]) -> None:
        recorded = await answers.answer(visit.app, visit.person, which, raw)
        await visit.show(acknowledgement(visit.wording, visit.language, recorded))

    @pressed("privacy")
    async def who_sees_what(self, visit: Visit, pressed: CustomId) -> None:
        """Who sees what, for anybody who asks."""
        look = await rounds.look(visit.app, visit.community.id, pressed.subject)
        card = privacy(visit, kind_of(asked_of(look)), teens=look.initiative.ages is not Ages.ADULTS)
        await visit.show(card.buttons(worry_button(visit, pressed.subject)))

    @pressed("withdraw")
    async def withdraw(self, visit: Visit, pressed: CustomId) -> None:
        """Take an answer back."""
        recorded = await answers.withdraw(visit.app, visit.person, pressed.subject)
        card = Card().text(visit.say("withdrawn", when=moment(recorded.round.closes_ms)))
        await visit.show(
            card.buttons(button(visit.label("recorded-press-change"), "answer", pressed.subject))
        )

    @pressed("answer")
    async def show_ballot(self, visit: Visit, pressed: CustomId) -> None:
        """A person's private card for a round: what they chose, and what they can choose."""
        look = await rounds.look_to_answer(visit.app, visit.person, pressed.subject)
        asked = look.round
        if asked.kind == ASK:
            await tell(visit, asked.id)
            return
        if asked.kind == WEIGH:
            await weigh_on(visit, asked.id)
            return
        if asked.sealed:
            await show_sealed(visit, look)
            return
        if asked.kind == FORM:
            await show_form(visit, look)
            return
        mine = await answers.standing_answer(visit.app, visit.person, asked.id)
        words = RoundWords(visit.wording, visit.language)
        card = Card().text(*words.ask(look))
        lines, _ = words.options(look, MESSAGE_TEXT // 2)
        now = (
            visit.say("answer-none")
            if mine is None
            else visit.say("answer-now", choice=chosen(visit, asked, mine))
        )
        until = "answer-until" if mine is None else "recorded-until"
        card.text(*lines).text(now, visit.say(until, when=moment(asked.closes_ms)))
        offered = ballot(asked, words, mine or ())
        if isinstance(offered, list):
            card.buttons(*offered)
        else:
            card.choice(offered)
        await visit.show(
            card.buttons(
                button(visit.label("recorded-press-withdraw"), "withdraw", asked.id)
                if mine is not None
                else None,
                button(visit.label("have-press-mine"), "mine"),
                worry_button(visit, asked.id),
            )
        )

    @pressed("pick-question")
    async def pick_question(self, visit: Visit, _: CustomId) -> None:
        """A question chosen out of all open ones."""
        number = next(iter(visit.values), "")
        if not (number.isascii() and number.isdigit() and len(number) < 18):
            raise Refusal("button-unknown")
        await self.show_ballot(visit, CustomId("answer", int(number)))

    @pressed("read")
    async def read(self, visit: Visit, pressed: CustomId) -> None:
        """Every option in full, in as many messages as it takes."""
        look = await rounds.look(visit.app, visit.community.id, pressed.subject)
        if look.round.state in (State.DRAFT, State.LAPSED):  # such a button is nowhere, but can be forged
            raise Refusal("round-not-open")
        for page in pages(look, RoundWords(visit.wording, visit.language)):
            await visit.show(Card().text(visit.say("read-title"), *page))


@lru_cache(maxsize=256)
def acknowledgement(wording: Wording, language: str, recorded: Recorded) -> Card:
    """What is said to everybody who chose the same and had chosen the same before: made once for them all."""
    words, asked = RoundWords(wording, language), recorded.round
    facts, sentence = {"choice": chosen(words, asked, recorded.value)}, "recorded"
    if recorded.before == recorded.value:
        sentence = "recorded-same"
    elif recorded.before is not None:
        sentence = "recorded-changed"
        facts["before"] = chosen(words, asked, recorded.before)
    until = words.say("recorded-until", when=moment(asked.closes_ms))
    return (
        Card()
        .text(words.say(sentence, **facts), until)
        .buttons(
            button(words.label("recorded-press-change"), "answer", asked.id),
            button(words.label("recorded-press-withdraw"), "withdraw", asked.id),
            button(words.label("have-press-mine"), "mine"),
            worry_button(words, asked.id),
        )
    )


def pages(look: Look, words: RoundWords) -> list[list[str]]:
    """A round's options in full, in pages that each fit a message."""
    found: list[list[str]] = [[]]
    room = MESSAGE_TEXT - 100
    for number, text in enumerate(look.round.options, 1):
        line = words.say("round-option", number=number, text=text)
        if sum(len(one) + 1 for one in found[-1]) + len(line) > room:
            found.append([])
        found[-1].append(line)
    return found
