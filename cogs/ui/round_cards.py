"""A round's cards: the public one, the private one, its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from discord.ui import Button

from bot.domain.asks import ASK
from bot.domain.checkins import CheckIn
from bot.domain.community import Moderation
from bot.domain.forms import FORM
from bot.domain.kinds import KINDS
from bot.domain.people import Standing
from bot.domain.percent import percents
from bot.domain.promises import Promise
from bot.domain.rounds import Round, State
from bot.domain.summary import Tally
from bot.domain.weighing import WEIGH
from bot.services.rounds import Look
from bot.wording import Markup, Wording
from cogs.ui.cards import AnySelect, Card, Option, button, choose
from cogs.ui.custom_ids import CustomId
from cogs.ui.form_words import field_line, fields_said, shortened
from cogs.ui.limits import BUTTON_LABEL, BUTTONS_IN_ROW, MESSAGE_TEXT, SELECT_LABEL
from cogs.ui.times import day, moment, role

SHORTENED = 60
"""How much of an option is shown where not all of them fit."""
RESULT_ROOM = MESSAGE_TEXT - 1000
"""Characters for a result; the others are for its question, and for the proof."""


class RoundWords:
    """Writes about rounds in one language."""

    def __init__(self, wording: Wording, language: str) -> None:
        self._wording = wording
        self._language = language

    def say(self, sentence: str, /, **facts: object) -> Markup:
        """A sentence."""
        return self._wording.say(self._language, sentence, **facts)

    def label(self, sentence: str, limit: int = BUTTON_LABEL, /, **facts: object) -> str:
        """A sentence without markdown."""
        return self._wording.label(self._language, sentence, limit, **facts)

    def title(self, look: Look) -> str:
        """The initiative's title; that of the standing initiative is in the wording."""
        return look.initiative.title or str(self.say("project-other"))

    def promise(self, promise: Promise | None) -> list[str]:
        """The promise in two lines, none where none was made."""
        if promise is None:
            return []
        line = self.say(f"round-promise-{promise.level}", decides=promise.decides, due=day(promise.due_ms))
        return [line, self.say("round-fixed", fixed=promise.fixed)]

    def standings(self, sizes: dict[Standing, int]) -> Markup:
        """Groups with their sizes, in words."""
        return Markup(", ".join(self.say(f"standing-{name}", count=size) for name, size in sizes.items()))

    def ask(self, look: Look) -> list[str]:
        """The question and how to answer it; above it what people should have heard by now."""
        late = look.promise if look.overdue else None
        return [
            self.say("round-title", title=self.title(look)),
            self.say("round-overdue", due=day(late.due_ms)) if late else "",
            self.say("round-question", question=look.round.question),
            self.say(f"round-{look.round.kind}", count=len(look.round.form)),
            self.say("round-ask-after") if look.round.moderation is Moderation.AFTER else "",
            self.say("round-example", text=look.ask.example) if look.ask and look.round.kind == ASK else "",
            self.say("round-owner", owner=look.round.owner, days=look.ask.answer_days)
            if look.ask and look.round.owner
            else "",
        ]

    def conditions(self, look: Look) -> list[str]:
        """By when, with what promise, for whom, and what is unusual about it."""
        asked = look.round
        lines = [self.say("round-closes", when=moment(asked.closes_ms)) if asked.closes_ms else ""]
        lines += self.promise(look.promise)
        if asked.audience:
            who = ", ".join(self.say(f"name-{one}") for one in Standing if one in asked.audience)
            lines.append(self.say("round-audience", who=Markup(who)))
        if asked.quorum:
            lines.append(self.say("round-quorum", count=asked.quorum))
        if asked.reason:
            lines.append(self.say("round-reason", reason=asked.reason))
        if asked.kind == WEIGH:
            lines.append(self.say("round-deck", count=look.statements))
        if asked.box:
            lines.append(self.say("box-card"))
        if look.checkin is not None:
            lines += [self.say("checkin-card"), self.stated(look.checkin)]
        if asked.role:
            lines.append(self.say("checkin-card-role", role=role(asked.role)))
        wordy = any(one.is_text for one in asked.form)
        if asked.sealed:
            return [*lines, self.say("sealed-card-words" if wordy else "sealed-card")]
        if wordy:
            lines.append(self.say("form-card-words"))
        how = "-ask" if asked.kind == ASK else "-hands" if asked.show_of_hands else ""
        lines.append(self.say(f"round-answers{how}", count=look.answers))
        return lines

    def stated(self, one: CheckIn) -> str:
        """What officials say of whether something is there, '' where they say nothing."""
        if one.stated is None:
            return ""
        said, at = one.form[0].options[one.stated.option], moment(one.stated.at_ms)
        return self.say("checkin-stated", said=said, words=one.stated.words, when=at)

    def options(self, look: Look, room: int) -> tuple[list[str], bool]:
        """The options, numbered; shortened, and True, where they would not fit into ``room`` characters."""
        for limit in (0, SHORTENED):
            lines: list[str] = [
                field_line(self, number, one, limit) for number, one in enumerate(look.round.form, 1)
            ]
            for number, text in enumerate(look.round.options, 1):
                short = shortened(text, limit)
                count = look.counts[number - 1] if look.counts is not None else 0
                hands = "-hands" if look.counts is not None else ""
                lines.append(self.say(f"round-option{hands}", number=number, text=short, count=count))
            if sum(len(line) + 1 for line in lines) <= room:
                return lines, bool(limit)
        return lines, True

    def result(self, asked: Round, tally: Tally, heads: Mapping[int, str] | None = None) -> list[str]:
        """What came out: the leader or the tie, the quorum, and every option's number.

        ``heads`` is what stands over the numbers of a form's fields, by place, where it is not their label.

        Where not all of it fits, options are shortened: their numbers and counts stay.
        """
        if tally.outcome:
            return [self.say("result-sealed-few" if tally.outcome == "few" else "result-sealed-lost")]
        if not tally.answers:
            return [self.say("result-nobody"), *self.offline(tally)]
        if asked.kind == ASK:
            return [self.say("result-ask", count=tally.answers), *self._who(asked, tally)]
        for limit in (0, SHORTENED, SHORTENED // 2, 12):
            lines = (
                self._result(asked, tally, limit)
                if asked.kind != FORM
                else [*fields_said(self, asked, tally, limit, heads or {}), *self._who(asked, tally)]
            )
            if sum(len(line) + 1 for line in lines) <= RESULT_ROOM:
                break
        return lines

    def _result(self, asked: Round, tally: Tally, limit: int) -> list[str]:
        tally = replace(tally, options=tuple(shortened(text, limit) for text in tally.options))
        unsaid = len(tally.hidden) == len(tally.options)
        lines: list[str] = [self._leader(tally)] if tally.leaders or not unsaid else []
        if not tally.quorum_met:
            lines.append(self.say("result-quorum-missed", answers=tally.answers, quorum=tally.quorum))
        if unsaid:
            lines.append(self.say("result-sealed-all"))
            return [*lines, self.say("result-people", count=tally.answers), *self._who(asked, tally)]
        told = percents(tally.counts, tally.answers)
        for number, (text, count, share) in enumerate(zip(tally.options, tally.counts, told, strict=True), 1):
            if number - 1 in tally.hidden:
                lines.append(self.say("result-sealed-line", number=number, text=text))
                continue
            lines.append(
                self.say(
                    "result-line", number=number, text=text, count=count, total=tally.answers,
                    percent=share.value, bound=share.bound.value,
                )
            )  # fmt: skip
        if tally.hidden:
            lines.append(self.say("result-sealed-hidden"))
        return [*lines, self.say("result-people", count=tally.answers), *self._who(asked, tally)]

    def who(self, tally: Tally) -> list[str]:
        """How many of each group answered, as far as it may be told; or why not."""
        if len(tally.standings) > 1 or (tally.standings and tally.withheld):
            sizes = {one: tally.standings[one] for one in Standing if one in tally.standings}
            return [self.say("result-standings", who=self.standings(sizes))]
        return [self.say("result-standings-none")] if tally.withheld else []

    def _who(self, asked: Round, tally: Tally) -> list[str]:
        lines = self.who(tally)
        if asked.end_reason:
            lines.append(self.say("result-early", reason=asked.end_reason))
        return [*lines, *self.offline(tally)]

    def offline(self, tally: Tally) -> list[str]:
        """What came on paper, by phone or at a meeting, where it may be told; and what came too late."""
        lines: list[str] = []
        if tally.offline is not None:
            lines.append(self.say("result-offline", count=tally.offline.people))
            apart = zip(tally.counts, tally.offline.counts, strict=True)
            without = [
                self.say("result-without-line", number=number, count=every - some)
                for number, (every, some) in enumerate(apart, 1)
            ]
            if without:
                lines.append(self.say("result-without", counts=Markup(", ".join(without))))
        if tally.late:
            lines.append(self.say("result-offline-late", count=tally.late))
        return lines

    def _leader(self, tally: Tally) -> str:
        if not tally.leaders:
            return self.say("result-sealed-none")
        count = max(tally.counts)
        texts = [tally.options[place] for place in tally.leaders]
        unsaid = tally.leaders[0] in tally.hidden
        if len(texts) == 1 and unsaid:
            return self.say("result-leader-unsaid", text=texts[0])
        if len(texts) == 1:
            return self.say("result-leader", text=texts[0], count=count, total=tally.answers)
        quoted = ", ".join(self.say("quoted", text=text) for text in texts)
        if unsaid:
            return self.say("result-tie-unsaid", texts=Markup(quoted))
        return self.say("result-tie", texts=Markup(quoted), count=count)


def fits_buttons(asked: Round) -> bool:
    """Whether a round's options can be the buttons of one row, each in full."""
    # Without names there is something to be read before the choice.
    if asked.ask or asked.sealed or asked.kind == FORM:
        return False
    offered = KINDS[asked.kind].offer(asked.options)
    return (
        offered.most == 1
        and len(asked.options) <= BUTTONS_IN_ROW
        and all(len(text) <= BUTTON_LABEL for text in asked.options)
    )


def public(look: Look, words: RoundWords, *, pressable: bool = True, mark: str = "") -> Card:
    """A round's card in its channel; a round that is over has no buttons left.

    ``mark`` tells the post that it is from every other message, as long as nobody knows whether it was sent.
    """
    asked, card = look.round, Card()
    card.text(*words.ask(look))
    below = words.conditions(look)
    if asked.state is State.CLOSED:
        return card.text(words.say("round-closed"))
    if asked.state is State.CANCELLED:
        return card.text(words.say("round-cancelled", reason=asked.end_reason))
    room = MESSAGE_TEXT - sum(len(line) + 1 for line in (*words.ask(look), *below)) - 10
    lines, shortened = words.options(look, room)
    if not fits_buttons(asked) or look.counts is not None:
        card.text(*lines)
    card.text(*below)
    if pressable and asked.kind == ASK:
        return _ask_buttons(look, words, card, mark)
    if pressable and asked.kind == WEIGH:
        return _weigh_buttons(look, words, card, mark)
    if pressable:
        card.buttons(*_answer_buttons(look, words))
        card.buttons(
            button(words.label("round-press-read"), "read", asked.id) if shortened else None,
            # Choose opens the same private card, and Discord refuses a message with the same id twice.
            button(words.label("round-press-answer"), "answer", asked.id) if fits_buttons(asked) else None,
            button(words.label("round-press-facts"), "privacy", asked.id),
            button(words.label("meaning-press"), "meaning"),
            button(words.label("round-press-help"), "help", 0, mark),
        )
    return card


def _ask_buttons(look: Look, words: RoundWords, card: Card, mark: str) -> Card:
    which, label = look.round.id, look.ask.button if look.ask else ""
    return card.buttons(
        button(words.label("plain", text=label), "tell", which, style="primary") if label else None,
        button(words.label("ask-press-ideas"), "ideas", which),
        button(words.label("ask-press-facts"), "facts", which) if look.round.facts else None,
    ).buttons(
        button(words.label("round-press-facts"), "privacy", which),
        button(words.label("meaning-press"), "meaning"),
        button(words.label("round-press-help"), "help", 0, mark),
    )


def _weigh_buttons(look: Look, words: RoundWords, card: Card, mark: str) -> Card:
    which = look.round.id
    return card.buttons(
        button(words.label("weigh-press-start"), "weigh", which, style="primary"),
        button(words.label("weigh-press-own"), "tell", which),
        button(words.label("weigh-press-mine"), "weigh-mine", which),
        button(words.label("ask-press-facts"), "facts", which) if look.round.facts else None,
    ).buttons(
        button(words.label("round-press-facts"), "privacy", which),
        button(words.label("meaning-press"), "meaning"),
        button(words.label("round-press-help"), "help", 0, mark),
    )


def _answer_buttons(look: Look, words: RoundWords) -> list[Button[Card]]:
    asked = look.round
    if asked.kind == FORM:
        ways = [button(words.label("round-press-fill"), "answer", asked.id, style="primary")]
        if asked.checkin and not asked.sealed:
            ways.append(button(words.label("checkin-press-remind"), "checkin-in", asked.checkin))
        return ways
    if not fits_buttons(asked):
        return [button(words.label("round-press-choose"), "answer", asked.id, style="primary")]
    return [
        button(text, "vote", asked.id, str(place), style="primary")
        for place, text in enumerate(asked.options)
    ]


def ballot(asked: Round, words: RoundWords, chosen: Sequence[int]) -> AnySelect | list[Button[Card]]:
    """What a person answers with, on their private card: buttons, or a choice that shows what they chose."""
    if fits_buttons(asked):
        return [
            button(text, "vote", asked.id, str(place), style="success" if place in chosen else "primary")
            for place, text in enumerate(asked.options)
        ]
    offered = KINDS[asked.kind].offer(asked.options)
    options = [
        Option(
            words.label("option-plain", SELECT_LABEL, number=place + 1, text=text),
            str(place),
            place in chosen,
        )
        for place, text in enumerate(offered.options)
    ]
    hint = words.label(f"round-hint-{asked.kind}")
    return choose(
        CustomId("seal" if asked.sealed else "choose", asked.id), options, hint, offered.least, offered.most
    )


def result_card(look: Look, words: RoundWords, rows: int, head: str, weighed: Sequence[str] = ()) -> Card:
    """A round's result, as it is posted at its close; ``weighed`` are its lines where others say them."""
    asked = look.round
    assert look.result is not None
    lines = [
        words.say("result-title", title=words.title(look)),
        words.say("round-question", question=asked.question),
        *(weighed or words.result(asked, look.result)),
    ]
    if look.promise is not None and look.promise.kept_ms is None:
        lines.append(words.say("result-next", due=day(look.promise.due_ms)))
    proof = words.say("result-head", rows=rows, head=head)
    return Card().text(*lines, leave=len(proof)).text(proof)
