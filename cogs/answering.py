"""Answering a round: the privacy card before the first answer, the answer, changing it, taking it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache

from discord.ext import commands

from bot.domain.asks import ASK
from bot.domain.forms import FORM
from bot.domain.people import Ages
from bot.domain.refusals import Refusal
from bot.domain.rounds import Asked, Round, State
from bot.domain.weighing import AGREE, DISAGREE, PASS, WEIGH, votes_of
from bot.services import answers, people, rounds, taking
from bot.services.answers import NoticeFirst, Recorded
from bot.services.rounds import Look
from bot.services.trials import helping_asked
from bot.wording import Markup, Wording
from cogs.contributing import tell
from cogs.following import tell_me
from cogs.forms import show_form
from cogs.from_chat import OFFER, offered_afresh, say_yes
from cogs.idea_looks import read_afresh
from cogs.sealed import show_sealed
from cogs.taking import take_part
from cogs.trials import agree
from cogs.ui.cards import Card, button
from cogs.ui.custom_ids import CustomId, only_number
from cogs.ui.form_cards import filled_in
from cogs.ui.limits import MESSAGE_TEXT
from cogs.ui.notices import FOLLOW, SEPARATOR, TAKING, asked_of, notice, privacy, ways_on
from cogs.ui.round_cards import RoundWords, ballot
from cogs.ui.router import Afresh, pressed
from cogs.ui.times import moment
from cogs.ui.visit import Visit
from cogs.weighing import weigh_on
from cogs.worries import worry_button

THROUGH: dict[str, Callable[[Visit, int, str], Awaitable[None]]] = {
    FOLLOW: tell_me,
    OFFER: say_yes,
    TAKING: take_part,
}
"""What was pressed before the notice and goes on after it, by what travels through it before its number."""


AFRESH: dict[str, Afresh] = {FOLLOW: read_afresh, OFFER: offered_afresh}


async def seen_afresh(visit: Visit, pressed: CustomId, line: str) -> Card:
    """The words that were pressed about before the notice, as they are now."""
    what, number = pressed.rest.split(SEPARATOR)[1:3]
    return await AFRESH[what](visit, CustomId("read-idea", int(number)), line)


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

    @pressed("go", afresh=seen_afresh)
    async def go_on(self, visit: Visit, pressed: CustomId) -> None:
        """Read the notice, and go on with what was pressed before it."""
        ages, *raw = pressed.rest.split(SEPARATOR)
        if ages not in ("adults", "teens"):
            raise Refusal("button-unknown")
        await people.go_on(visit.app, visit.person, ages)
        if raw and raw[0] in THROUGH:
            await THROUGH[raw[0]](visit, only_number(raw[1:]), pressed.version)
        elif raw:
            await self._answer(visit, pressed.subject, raw)
        elif not pressed.subject:
            await agree(visit)
        else:
            await self.show_ballot(visit, pressed)

    async def _answer(self, visit: Visit, which: int, raw: Sequence[str]) -> None:
        try:
            recorded = await answers.answer(visit.app, visit.person, which, raw)
        except NoticeFirst as refusal:
            await notice(visit, refusal.asked, raw)
            return
        await visit.show(acknowledgement(visit.wording, visit.language, recorded))

    @pressed("teen")
    async def teen(self, visit: Visit, pressed: CustomId) -> None:
        """The notice in the words for people aged 13 to 17."""
        raw = pressed.argument.split(SEPARATOR)[1:]
        await notice(visit, await _asked(visit, pressed.subject, raw), raw, teens=True)

    @pressed("notice-more")
    async def more(self, visit: Visit, pressed: CustomId) -> None:
        """The long form of the notice, and the ways on again."""
        word, *raw = pressed.argument.split(SEPARATOR)
        asked = await _asked(visit, pressed.subject, raw)
        teens, words = word == Ages.TEENS, RoundWords(visit.wording, visit.language)
        card = privacy(visit, teens=teens).buttons(*ways_on(words, asked, raw, teens=teens, more=False))
        await visit.show(card.buttons(worry_button(visit, pressed.subject)))

    @pressed("not-now")
    async def not_now(self, visit: Visit, pressed: CustomId) -> None:
        """Leave without a trace."""
        await visit.tell("notice-not-now" if pressed.subject else "trial-notice-not")

    @pressed("privacy")
    async def who_sees_what(self, visit: Visit, pressed: CustomId) -> None:
        """Who sees what, for anybody who asks."""
        look = await rounds.look(visit.app, visit.community.id, pressed.subject)
        card = privacy(visit, teens=look.initiative.ages is not Ages.ADULTS)
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
        card.text(*lines).text(now, visit.say("recorded-until", when=moment(asked.closes_ms)))
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


async def _asked(visit: Visit, which: int, raw: Sequence[str]) -> Asked:
    """What a notice is about: a round, or for 0 a check-in, or helping to try questions."""
    if not which and raw[:1] == [TAKING]:
        return await taking.asked_of(visit.app, visit.community.id, only_number(raw[1:]))
    if not which:
        return helping_asked(visit.community.id)
    return asked_of(await rounds.look(visit.app, visit.community.id, which))


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


def chosen(words: RoundWords | Visit, asked: Round, value: Sequence[int]) -> Markup:
    """What someone chose, as a list in words."""
    if asked.kind == WEIGH:
        counts = Counter(votes_of(tuple(value)).values())
        return words.say("mine-weighed", agree=counts[AGREE], disagree=counts[DISAGREE], passed=counts[PASS])
    if asked.kind == FORM:
        return filled_in(words, asked, tuple(value))
    return Markup(", ".join(words.say("quoted", text=asked.options[place]) for place in value))
