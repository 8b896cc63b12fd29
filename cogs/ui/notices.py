"""The privacy notice: what someone reads before the first thing of theirs is stored.

What they pressed before it travels along on its card, and is done once they go on (:mod:`cogs.notice`).
"""

from __future__ import annotations

from functools import lru_cache

from discord.ui import Button

from bot.domain.people import Ages
from bot.domain.refusals import Refusal
from bot.domain.rounds import Asked
from bot.services.rounds import Look
from bot.wording import Wording
from cogs.ui.cards import Card, button
from cogs.ui.custom_ids import SEPARATOR, CustomId, is_number, only_number
from cogs.ui.presses import REST, Press, cut_in_two, packed, rest_of, unpacked, words_in
from cogs.ui.privacy_words import ALWAYS, LONG, SHORT, Kind, kind_of
from cogs.ui.round_cards import RoundWords
from cogs.ui.visit import Visit
from cogs.ui.words_back import add_words, has_room

ABOUT = "-"
"""What stands between for whom a notice is and the number of the check-in that it is about."""
LONGEST = "notice-more"
"""The longest of the verbs that carry a press."""
TAKING = "taking"
OLD = {"offer": "offer-yes", TAKING: "checkin-in"}
"""What stood for a verb on notices of earlier versions, which are still pressed."""


def notice_card(
    visit: Visit, asked: Asked, press: Press | None, *, teens: bool = False, whole: bool = False
) -> Card | None:
    """What someone reads before the first thing of theirs is stored; ``press`` travels along.

    ``whole`` for all that there is to know in place of the short form. None where the words that were typed
    have no room on it.
    """
    months, guild = visit.app.settings.privacy.answers_months, visit.interaction.guild
    kind = kind_of(asked, press.custom_id.verb if press else "")
    teens, who = teens or asked.ages is Ages.TEENS, guild.name if guild else ""
    card = (
        privacy(visit, kind, teens=teens)
        if whole
        else Card().text(*short_notice(visit.wording, visit.language, asked, kind, who, months, teens))
    )
    ways = ways_on(visit, asked, press, teens=teens, more=not whole)
    if ways is None:  # too long for ids: whoever has read this presses once more
        card.text(visit.say("refusal-notice-first"))
        ways = ways_on(visit, asked, None, teens=teens, more=not whole) or []
    elif press is not None and any(press.texts.values()):
        card.text(visit.say("notice-words-come"))
        if not has_room(card, press):
            return None
        add_words(visit, card, press)
    return card.buttons(*ways)


@lru_cache(maxsize=256)
def short_notice(
    wording: Wording, language: str, asked: Asked, kind: Kind, who: str, months: int, teens: bool
) -> tuple[str, ...]:
    """The lines of the short form: made once for all who are to read the same."""
    words = RoundWords(wording, language)
    title = asked.title or str(words.say("project-other"))
    return (
        words.say("notice-teens-title" if teens else "notice-title"),
        words.say("trial-notice-asking", who=who)
        if kind is Kind.TRIAL
        else words.say("notice-asking", who=who, title=title),
        *(words.say(sentence, months=months) for sentence in SHORT[kind]),
        words.say("notice-free"),
        words.say("notice-teens") if teens else "",
    )


def asked_of(look: Look) -> Asked:
    """A round as somebody meets it who wants to answer."""
    return Asked(look.round, look.initiative.title, look.initiative.ages)


def ways_on(
    visit: Visit, asked: Asked, press: Press | None, *, teens: bool, more: bool
) -> list[Button[Card] | None] | None:
    """The notice's buttons, with what was pressed before it in their ids; None where it has no room there."""
    on = asked.round
    about = f"{ABOUT}{on.checkin}" if on.checkin and not on.id else ""
    read = ("teens" if teens else "adults") + about
    # As in a private message, where every id names its community.
    first = str(CustomId(LONGEST, on.id, f"adults{about}{SEPARATOR}", visit.community.id))
    second = f"{CustomId(REST, on.id, '', visit.community.id)}:"
    parts = cut_in_two(packed(press) if press else "", first, second)
    if parts is None:
        return None
    here, rest = parts

    def way(label: str, verb: str, word: str, style: str = "secondary") -> Button[Card]:
        argument = SEPARATOR.join(filter(None, [word, here]))
        return button(visit.label(label), verb, on.id, argument, style=style)

    return [
        way("notice-press-go-teen" if teens else "notice-press-go", "go", read, "primary"),
        way("notice-press-teen", "teen", f"teens{about}") if not teens and asked.ages is Ages.BOTH else None,
        way("notice-press-more", LONGEST, read) if more else None,
        button(visit.label("notice-press-not"), REST, on.id, rest),
    ]


def carried(visit: Visit, pressed: CustomId) -> tuple[str, int, Press | None]:
    """What a notice's button brings back: for whom it was, the number of a check-in or 0, and the press.

    The press is None where none was made before it. Raises Refusal ``button-unknown`` for what is none.
    """
    who, _, first = pressed.argument.partition(SEPARATOR)
    ages, _, number = who.partition(ABOUT)
    if first.startswith(f"{TAKING}{SEPARATOR}"):
        number = first.removeprefix(f"{TAKING}{SEPARATOR}")
    message = visit.interaction.message
    press = _old(pressed.subject, first) or unpacked(first + rest_of(message), words_in(message))
    if first and press is None:
        raise Refusal("button-unknown")
    return ages, int(number) if is_number(number) else 0, press


def _old(which: int, raw: str) -> Press | None:
    """What a notice of an earlier version carried: the choices of a round, or a name and a number."""
    name, *parts = raw.split(SEPARATOR)
    if is_number(name):
        return Press(CustomId("choose", which), (name, *parts))
    return Press(CustomId(OLD[name], only_number(parts))) if name in OLD else None


def privacy(visit: Visit, kind: Kind | None = None, *, teens: bool) -> Card:
    """Who sees what, how long, and how to erase it; without a kind, of all that there is."""
    contact = visit.community.lead_contact or visit.label("contact-missing")
    settings = visit.app.settings.privacy
    facts = {"months": settings.answers_months, "least": settings.least_group, "contact": contact}
    lines = ("privacy-title", *LONG[kind], *ALWAYS) if kind else ("notice-more",)
    return Card().text(
        *(visit.say(line, **facts) for line in lines), visit.say("notice-more-teens") if teens else ""
    )
