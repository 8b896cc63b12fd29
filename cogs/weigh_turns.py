"""The private cards of a weighing: one statement at a time, thanks, and where somebody stands."""

from __future__ import annotations

from collections.abc import Sequence

from discord.ui import Button

from bot.domain.contributions import Contribution
from bot.domain.weighing import NAMES, VOTES
from bot.services.weighing import Stood, Turn
from cogs.ui.cards import Card, Option, button, choose
from cogs.ui.custom_ids import SEPARATOR, CustomId
from cogs.ui.idea_cards import first_words, say_whole, short
from cogs.ui.limits import CUSTOM_ID, MESSAGE_TEXT, SELECT_LABEL
from cogs.ui.pages import turning
from cogs.ui.times import moment
from cogs.ui.visit import Visit
from cogs.worries import worry_button

Trail = Sequence[int]
"""The statements that somebody has just been at, the last one last: the way back."""


def turn_card(visit: Visit, turn: Turn, trail: Trail = (), *lines: str) -> Card:
    """A statement with what can be said of it, below some lines; or that there is none left."""
    which = turn.round.id
    if turn.statement is None:
        return rest_card(visit, turn, trail)
    one, ask = turn.statement, visit.app.asks.get(turn.asked.ask if turn.asked else "")
    card = Card().text(
        *lines,
        visit.say("weigh-place", number=turn.place, count=turn.row)
        if turn.vote is None
        else visit.say("weigh-again"),
        visit.say("round-question", question=turn.round.question),
    )
    say_whole(card, visit, one, ask)
    card.text(
        visit.say("weigh-number", number=one.id),
        visit.say("weigh-added") if turn.added else "",
        visit.say("weigh-now", vote=visit.say(f"weigh-vote-{NAMES[turn.vote]}"))
        if turn.vote is not None
        else "",
    )
    card.buttons(
        *(
            button(
                visit.label(f"weigh-press-{name}"), "weigh-vote", which, _vote(which, one, name, trail),
                style="secondary" if name == "pass" else "primary",
            )
            for name in VOTES
        )
    )  # fmt: skip
    return card.buttons(
        button(visit.label("weigh-press-better"), "weigh-say", which, str(one.id)),
        _back(visit, which, trail),
        button(visit.label("weigh-press-mine"), "weigh-mine", which) if turn.read else None,
        worry_button(visit, which),
    )


def _vote(which: int, one: Contribution, name: str, trail: Trail) -> str:
    """The argument of a vote's button: as much of the way back as there is room for."""
    parts = [str(one.id), name, *map(str, trail), one.words]
    while len(f"cp1:weigh-vote:{which}:") + len(SEPARATOR.join(parts)) > CUSTOM_ID:
        del parts[2]
    return SEPARATOR.join(parts)


def _back(visit: Visit, which: int, trail: Trail) -> Button[Card] | None:
    if not trail:
        return None
    kept = list(trail)
    while len(f"cp1:weigh-back:{which}:" + SEPARATOR.join(map(str, kept))) > CUSTOM_ID:
        del kept[0]
    return button(visit.label("weigh-press-back"), "weigh-back", which, SEPARATOR.join(map(str, kept)))


def rest_card(visit: Visit, turn: Turn, trail: Trail = ()) -> Card:
    """Thanks, after so many in a row or all that there are; more, if somebody likes."""
    which, until = turn.round.id, visit.say("weigh-until", when=moment(turn.round.closes_ms))
    card = Card().text(
        visit.say("weigh-thanks", count=turn.read) if turn.read else visit.say("weigh-nothing-yet"),
        visit.say("weigh-more", count=turn.left) if turn.left else visit.say("weigh-all"),
        until,
    )
    return card.buttons(
        button(visit.label("weigh-press-more"), "weigh", which, style="primary") if turn.left else None,
        button(visit.label("weigh-press-own"), "tell", which),
        _back(visit, which, trail),
        button(visit.label("weigh-press-mine"), "weigh-mine", which) if turn.read else None,
        worry_button(visit, which),
    )


def stood_card(visit: Visit, stood: Stood, *, can_change: bool) -> Card:
    """Where somebody stands, a page of it; while it is open they can change each vote, or take all back."""
    which = stood.round.id
    named = {NAMES[vote]: count for vote, count in stood.counts.items()}
    card = Card().text(
        visit.say("weigh-mine-title", question=stood.round.question),
        visit.say(
            "weigh-mine-counts", agree=named["agree"], disagree=named["disagree"], passed=named["pass"]
        ),
        _most(visit, stood.most),
    )
    card.text(
        *(
            visit.say(
                "weigh-mine-line", number=one.id, text=short(visit, one, None),
                vote=visit.say(f"weigh-vote-{NAMES[vote]}"),
            )
            for one, vote in stood.votes
        ),
        leave=MESSAGE_TEXT // 8,
    )  # fmt: skip
    if can_change:
        options = [
            Option(
                visit.label("ideas-option", SELECT_LABEL, number=one.id, text=first_words(one, None) or "…"),
                str(one.id),
            )
            for one, _ in stood.votes
        ]
        card.choice(choose(CustomId("weigh-pick", which), options, visit.label("weigh-pick")))
    card.buttons(*turning(visit, "weigh-mine", which, stood.number, stood.last, "mine"))
    return card.buttons(
        button(visit.label("weigh-press-more"), "weigh", which, style="primary") if can_change else None,
        button(visit.label("weigh-press-withdraw"), "withdraw", which) if can_change else None,
        button(visit.label("have-press-mine"), "mine"),
    )


def _most(visit: Visit, most: tuple[int, int] | None) -> str:
    if most is None:
        return ""
    return visit.say("weigh-most", count=most[0], total=most[1]) if most[1] else visit.say("weigh-most-none")
