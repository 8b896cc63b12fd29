"""The digest as a card: numbers as text, and one picture that says the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bot.domain.digest import Asked, Digest
from bot.domain.lines import Change
from bot.domain.people import Standing
from bot.domain.text import ended
from bot.pictures import bars, bars_as_text
from bot.wording import Markup, Wording
from cogs.ui.cards import Card
from cogs.ui.line_words import change_words, told
from cogs.ui.naming import numbered
from cogs.ui.round_cards import RoundWords
from cogs.ui.times import day, moment

SHOWN = 15
"""How many questions of a project a digest lists; more would not fit a message."""
FOOT = 1000
"""Characters kept free for what comes last: the next close, and the proof."""


async def digest_card(facts: Digest, wording: Wording, language: str) -> Card:
    """The card of a digest."""

    def say(sentence: str, /, **more: object) -> Markup:
        return wording.say(language, sentence, **more)

    named = numbered(RoundWords(wording, language), ((one.round, one.question) for one in facts.asked))
    facts = replace(facts, asked=[replace(one, question=named[one.round]) for one in facts.asked])
    card = Card().text(
        say("digest-title", since=day(facts.since_ms), until=day(facts.until_ms)),
        say("digest-late") if facts.late else "",
        *_differences(facts, say),
        say("digest-people", count=facts.people),
        say("digest-new", count=facts.new_people) if facts.people else "",
        _standings(facts, wording, language),
        *_ideas(facts, say),
        say("digest-words", count=facts.words) if facts.words else "",
        say("digest-comments", count=facts.comments) if facts.comments else "",
    )
    lines: list[str] = []
    for number, title in facts.titles.items():
        mine = [one for one in facts.asked if str(one.initiative) == number][:SHOWN]
        owed = [one for one in facts.owed if str(one.initiative) == number]
        if not mine and not owed:
            continue
        name = title or str(say("project-other"))
        lines.append(say("digest-project", title=name, stage=say(f"stage-{facts.stages[number]}")))
        for one in mine:
            lines += [_line(one, wording, language), *_over_time(one, say)]
        lines += [
            say(f"digest-{'overdue' if one.overdue else 'owed'}", when=moment(one.due_ms)) for one in owed
        ]
    card.text(*lines, leave=FOOT)
    closing = sorted((one for one in facts.asked if not one.closed), key=lambda one: one.closes_ms)
    if closing:
        first = closing[0]
        card.text(say("digest-next-close", question=ended(first.question), when=moment(first.closes_ms)))
    if not facts.asked:
        card.text(say("digest-quiet"))
    card.text(say("digest-head", rows=facts.rows, head=facts.head))
    return await _picture(card, facts, wording, language)


def _differences(facts: Digest, say: Callable[..., Markup]) -> list[str]:
    """Where officials say one thing and residents another: what a digest leads with."""
    said: list[str] = []
    for one in facts.asked:
        if one.differs is not None:
            apart = one.differs
            sentence = "line-differs-residents" if apart.residents else "line-differs"
            line = say(sentence, stated=apart.stated, said=apart.said, people=apart.people, total=apart.every)
            said.append(say("digest-differs", question=one.question, line=line))
    return said


def _ideas(facts: Digest, say: Callable[..., Markup]) -> list[str]:
    if not any(facts.ideas.values()) and not facts.declined:
        return []
    reasons = ", ".join(
        say("digest-declined", why=say(f"why-{why}"), count=count)
        for why, count in sorted(facts.declined.items())
    )
    return [
        say(
            "digest-ideas",
            received=facts.ideas["received"],
            accepted=facts.ideas["accepted"],
            declined=sum(facts.declined.values()),
        ),
        say("digest-from-chat", count=facts.ideas["from_chat"]) if facts.ideas.get("from_chat") else "",
        say("digest-why", reasons=Markup(reasons)) if reasons else "",
        say("digest-unanswered", count=facts.ideas["unanswered"]) if facts.ideas.get("unanswered") else "",
        say("digest-waiting", count=facts.ideas["waiting"]) if facts.ideas["waiting"] else "",
    ]


def _over_time(one: Asked, say: Callable[..., Markup]) -> list[str]:
    """The lines of a check-in that has closed, each with its last levels and what has changed."""
    said: list[str] = []
    for line in one.lines:
        levels = " → ".join(told(value) for value in line.levels)
        change = Change(line.by, line.unusual) if line.by is not None else None
        words = Markup(" ".join(change_words(say, change)))
        said.append(say("digest-line", label=ended(line.label), levels=levels, change=words))
    return said


def _standings(facts: Digest, wording: Wording, language: str) -> str:
    if len(facts.standings) < 2 and not (facts.standings and facts.unsaid):
        return wording.say(language, f"digest-standings-{facts.unsaid}") if facts.unsaid else ""
    parts = [
        wording.say(language, f"standing-{one}", count=facts.standings[one])
        for one in Standing
        if one in facts.standings
    ]
    return wording.say(language, "digest-standings", who=Markup(", ".join(parts)))


def _line(one: Asked, wording: Wording, language: str) -> str:
    question = ended(one.question)
    if one.sealed:  # its card alone tells numbers: here they would have to be explained
        name = "digest-closed-sealed" if one.closed else "digest-open-sealed"
        return wording.say(language, name, question=question, when=moment(one.closes_ms))
    if not one.closed:
        name = "digest-opened" if one.opened else "digest-open"
        return wording.say(language, name, question=question, count=one.people, when=moment(one.closes_ms))
    if not one.options:  # anything but a poll: its numbers have no room here
        return wording.say(language, "digest-closed-people", question=question, count=one.people)
    leader = max(one.counts, default=0)
    best = [text for text, count in zip(one.options, one.counts, strict=True) if count == leader and leader]
    names = Markup(", ".join(wording.say(language, "quoted", text=text) for text in best))
    name = "digest-closed" if len(best) == 1 else "digest-closed-tie" if best else "digest-closed-nobody"
    if one.people < one.quorum:
        name = "digest-closed-quorum"
    return wording.say(
        language, name, question=question, count=one.people, texts=names, most=leader, quorum=one.quorum
    )


async def _picture(card: Card, facts: Digest, wording: Wording, language: str) -> Card:
    rows = [(one.question, one.people) for one in facts.asked[:SHOWN] if not one.sealed]
    if not rows:
        return card
    title = wording.label(language, "digest-picture", 100)
    unit = wording.label(language, "digest-unit", 40)

    def more(count: int) -> str:
        return wording.label(language, "digest-more", 100, count=count)

    alt = bars_as_text(title, rows, unit=unit, more=more)
    # Drawing takes as long as a hundred presses: not on the loop that answers them.
    drawn = await asyncio.to_thread(bars, title, rows, unit=unit)
    return card.picture("digest.png", drawn, alt)
