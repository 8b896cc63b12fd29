"""Contributions as people read them: residents know them as ideas, each with its number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from discord.ui import Button

from bot.domain.asks import Ask, AskField, Said, in_one
from bot.domain.contributions import PARENTS, TOLD, Contribution, Fate, Step
from bot.services.contributions import Held
from bot.services.lineage import version_of_all
from bot.wording import Markup
from cogs.ui.cards import Card, Field, Form, Option, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.form_words import shortened
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE, MESSAGE_TEXT, SELECT_LABEL
from cogs.ui.round_cards import RoundWords
from cogs.ui.times import day
from cogs.ui.visit import Visit

NUMBERS_LENGTH = 60
"""Characters of a field for the numbers of ideas."""
SHORTENED = 150
"""How much of an idea is shown in a list."""
TRAIL = 8
"""How many steps of an idea its author's card shows."""
ROOM = MESSAGE_TEXT - 1000
"""Characters for the words of one idea on its card; the others are for what stands around them."""


def form(visit: Visit, title: str, to: CustomId, one: AskField, said: Said | None = None) -> Form:
    """One box, or one choice, with what somebody said there already."""
    given = (said or {}).get(one.name, ())
    label = visit.label("plain", FORM_LABEL, text=one.label)
    hint = visit.label("plain", FORM_HINT, text=one.hint) if one.hint else ""
    if one.is_text:
        box = Field("said", label, hint, "".join(given), one.kind == "long", longest=one.longest)
    else:
        options = [
            Option(visit.label("plain", SELECT_LABEL, text=text), str(place), text in given)
            for place, text in enumerate(one.options)
        ]
        most = len(options) if one.kind == "several" else 1
        box = Field("said", label, hint, required=False, options=options, most=most)
    told = visit.say("danger-told") if one.is_text else ""
    return Form(visit.label(title, FORM_TITLE), to, [box], told)


def sent_for(visit: Visit, one: AskField) -> list[str]:
    """What was sent with such a form: texts, whatever it was that people filled in."""
    sent = visit.form.get("said", [])
    if one.is_text:
        return sent
    known = {str(place): text for place, text in enumerate(one.options)}
    return [known.get(value, value) for value in sent]


def short(words: RoundWords | Visit, one: Contribution, ask: Ask | None) -> Markup:
    """An idea's first words."""
    if not one.said:
        return words.say("idea-erased")
    return words.say("quoted", text=shortened(first_words(one, ask), SHORTENED))


def first_words(one: Contribution, ask: Ask | None) -> str:
    """What an idea says in its one box, in one line; '' where its words were erased."""
    said = one.said or {"": ("",)}
    first = next(iter(said.values())) if ask is None else said.get(ask.box.name, ("",))
    return " ".join(" ".join(first).split())


def whole(words: RoundWords | Visit, one: Contribution, ask: Ask | None) -> list[str]:
    """Everything that an idea says, a line for each thing that was asked."""
    if not one.said:
        return [words.say("idea-erased")]
    labels = {field.name: field.label for field in ask.fields} if ask else {}
    box = ask.box.name if ask else next(iter(one.said))
    lines: list[str] = [words.say("quoted", text=" ".join(one.said.get(box, ())))]
    if one.place:
        lines.append(words.say("idea-met", place=one.place, count=one.present))
    for name, values in one.said.items():
        if name != box:
            lines.append(words.say("idea-said", label=labels.get(name, name), text=", ".join(values)))
    return lines


def say_whole(card: Card, words: RoundWords | Visit, one: Contribution, ask: Ask | None) -> Card:
    """Put an idea on a card; where it is too long for one, the whole of it is in a file, too."""
    lines = whole(words, one, ask)
    card.text(*lines, leave=MESSAGE_TEXT - ROOM)
    if one.said and sum(len(line) + 1 for line in lines) > ROOM - 800:  # a long question may stand above it
        card.attachment(f"idea-{one.id}.txt", "\n\n".join(map("\n".join, one.said.values())).encode())
    return card


def state_of(words: RoundWords | Visit, held: Held) -> Markup:
    """Where an idea is in its life."""
    one = held.contribution
    if one.state is Fate.DECLINED:
        return words.say("idea-declined", why=words.say(f"why-{one.why}"))
    if one.state is Fate.RECEIVED and one.again:
        return words.say("idea-again")
    if one.state is Fate.RECEIVED and held.stands:
        return words.say("idea-received-after")
    into = numbers(words, held.into)
    if one.state is Fate.MERGED:
        return words.say("idea-merged", into=into)
    if one.state is Fate.SPLIT:
        return words.say("idea-split", into=into)
    return words.say(f"idea-{one.state}")


def owed(words: RoundWords | Visit, held: Held, now_ms: int) -> Markup | str:
    """Who answers an idea and by when, as long as an answer is owed."""
    one, owner = held.contribution, held.round.owner
    if not one.due_ms or one.state is not Fate.ACCEPTED:
        return ""
    when = day(one.due_ms)
    if one.due_ms < now_ms:
        return words.say("idea-overdue", owner=owner, when=when)
    return words.say("idea-due", owner=owner, when=when)


def trail(words: RoundWords | Visit, steps: Sequence[Step]) -> list[Markup]:
    """What became of an idea, step by step, the last ones."""
    there = [
        words.say("idea-step", when=day(one.at_ms), what=step_line(words, one)) for one in steps[-TRAIL:]
    ]
    return [words.say("idea-steps"), *there] if len(there) > 1 else []


def told_publicly(words: RoundWords | Visit, held: Held) -> list[Markup]:
    """What everybody is told of an idea's life: what stands for it, and what became of it."""
    lines = [state_of(words, held)] if held.contribution.state in PARENTS else []
    outcomes = [one for one in held.steps if one.act in TOLD]
    return lines + [
        words.say("idea-step", when=day(one.at_ms), what=step_line(words, one)) for one in outcomes[-5:]
    ]


def step_line(words: RoundWords | Visit, one: Step) -> Markup:
    """What a step was."""
    if one.act == "declined":
        return words.say("step-declined", why=words.say(f"why-{one.words}"))
    return words.say(f"step-{one.act}", words=one.words)


def numbers(words: RoundWords | Visit, those: Iterable[int]) -> Markup:
    """Ideas by their numbers."""
    return Markup(", ".join(words.say("idea-number", number=one) for one in dict.fromkeys(those)))


def sure(
    visit: Visit, what: str, verbs: tuple[str, str], number: int, those: Sequence[Contribution], *lines: str
) -> Card:
    """Ask once before something is done to an idea, in the sentences of ``what``; verbs of yes and of no.

    ``those`` are the idea and what else it changes: their words are shown, and yes is about these words.
    """
    yes, no = verbs
    card = Card().text(*lines, visit.say(f"{what}-ask", number=number))
    say_several(card, visit, those)
    return card.buttons(
        button(visit.label(f"{what}-yes"), yes, number, version_of_all(those), style="danger"),
        button(visit.label(f"{what}-no"), no, number),
    )


def say_several(card: Card, visit: Visit, those: Sequence[Contribution]) -> Card:
    """Put what several ideas say on a card; where that is too long for one, all of it is in a file, too."""
    said = {one.id: in_one(one.said) for one in those}
    lines = [
        visit.say("idea-says", number=number, text=text)
        if text
        else visit.say("idea-says-gone", number=number)
        for number, text in said.items()
    ]
    card.text(*lines, leave=MESSAGE_TEXT - ROOM)
    if sum(map(len, lines)) > ROOM - 800:
        card.attachment("ideas.txt", "\n\n".join(f"{one}. {text}" for one, text in said.items()).encode())
    return card


def follow_button(visit: Visit, number: int, seen: str = "", *, follows: bool) -> Button[Card]:
    """The way to be told what happens to an idea as it was ``seen``, or to stop that; 0 for all ideas."""
    verb = "unfollow" if follows else "follow"
    return button(visit.label(f"follow-press-{verb}"), verb, number, seen)
