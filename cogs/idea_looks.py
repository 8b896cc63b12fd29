"""Ideas as whoever presses has them before them: for everybody, and for the moderators who read them."""

from __future__ import annotations

from discord.ui import Button

from bot.domain.contributions import PARENTS, STANDING, Contribution, Fate
from bot.domain.refusals import Refusal
from bot.services import moderating, supporting
from bot.services.contributions import Held
from bot.services.moderating import DECLINABLE
from cogs.ui.cards import Card, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.idea_cards import follow_button, owed, say_whole, short, told_publicly
from cogs.ui.limits import MESSAGE_TEXT
from cogs.ui.visit import Visit
from cogs.worries import danger_button, worry_button


async def read_afresh(visit: Visit, pressed: CustomId, line: str) -> Card:
    """An idea as everybody reads it now, for whoever read something else."""
    return read_card(visit, await supporting.look(visit.app, visit.person, pressed.subject), line)


async def read_again(visit: Visit, pressed: CustomId, line: str) -> Card:
    """An idea as it is now, for a moderator who saw something else: to be read, or read by everybody."""
    try:
        return to_read(visit, await moderating.look(visit.app, visit.person, pressed.subject), line)
    except Refusal as refusal:
        if refusal.code != "contribution-settled":
            raise
    return await read_afresh(visit, pressed, line)


def read_card(visit: Visit, seen: supporting.Seen, *lines: str) -> Card:
    """An idea as everybody reads it, and what whoever reads it can do."""
    held = seen.held
    one, ask = held.contribution, visit.app.asks.get(held.round.ask)
    card = Card().text(*lines, visit.say("idea-title", number=one.id, question=held.round.question))
    say_whole(card, visit, one, ask)
    card.text(
        *(
            visit.say("idea-made-of", number=parent.id, text=short(visit, parent, ask))
            for parent in seen.parents
        ),
        leave=MESSAGE_TEXT // 4,
    )
    card.text(
        *told_publicly(visit, held),
        owed(visit, held, visit.app.clock.now_ms()),
        visit.say("idea-supporters", count=held.contribution.supporters) if held.stands else "",
        visit.say("idea-yours") if seen.own else "",
    )
    way = "unsupport" if seen.supports else "support"
    style = "secondary" if seen.supports else "primary"
    card.buttons(
        button(visit.label(f"idea-press-{way}"), way, one.id, one.words, style=style)
        if held.stands and one.said and not seen.own
        else None,
        follow_button(visit, one.id, one.words, follows=held.follows),
        button(visit.label("ideas-press-list"), "ideas", one.round),
        worry_button(visit, one.round),
    )
    near = [*(held.into if one.state in PARENTS else ()), *(parent.id for parent in seen.parents)]
    card.buttons(
        *(button(visit.label("mine-press-idea", number=number), "read-idea", number) for number in near)
    )
    if visit.community.roles.is_organiser(visit.person.role_ids):
        card.buttons(*organisers_buttons(visit, one))
    return card


def organisers_buttons(visit: Visit, one: Contribution) -> list[Button[Card] | None]:
    """What an organiser can do with an idea that everybody reads."""
    plain = one.state in DECLINABLE
    return [
        button(visit.label("queue-press-decline"), "idea-decline", one.id, one.review)
        if plain and not one.is_reshaped
        else None,
        button(visit.label("merge-press"), "idea-merge", one.id, one.review) if plain else None,
        button(visit.label("split-press"), "idea-split", one.id, one.review) if plain else None,
        button(visit.label("outcome-press"), "idea-outcome", one.id, one.review)
        if one.state in STANDING
        else None,
        button(visit.label("undo-press"), "idea-undo", one.id, one.review)
        if one.is_reshaped and one.state is Fate.ACCEPTED
        else None,
        danger_button(visit, "idea-pass-on", one.id, one.words) if one.said else None,
    ]


def to_read(visit: Visit, held: Held, *lines: str) -> Card:
    """An idea as a moderator reads it, and what can be made of it."""
    one = held.contribution
    card = Card().text(*lines, visit.say("idea-title", number=one.id, question=held.round.question))
    say_whole(card, visit, one, visit.app.asks.get(held.round.ask))
    card.text(*_changes(visit, held), leave=MESSAGE_TEXT // 8)
    card.text(
        visit.say("queue-again") if one.again else "",
        visit.say("queue-was-asked", text=one.question) if one.question else "",
        visit.say("queue-early") if held.stands else "",
        visit.say("queue-policy"),
    )
    return card.buttons(
        button(visit.label("queue-press-accept"), "idea-accept", one.id, one.review, style="success"),
        button(visit.label("queue-press-decline"), "idea-decline", one.id, one.review),
        button(visit.label("queue-press-ask"), "idea-ask", one.id, one.review),
        button(visit.label("merge-press"), "idea-merge", one.id, one.review),
        button(visit.label("queue-press-skip"), "next", one.id),
        danger_button(visit, "idea-pass-on", one.id, one.words),
    )


def _changes(visit: Visit, held: Held) -> list[str]:
    """What an idea said before it was changed, thing by thing, and how many think so too."""
    one, before = held.contribution, held.before
    now, ask = one.said or {}, visit.app.asks.get(held.round.ask)
    if before is None or before == now:
        return []
    labels = {field.name: field.label for field in ask.fields} if ask else {}
    lines: list[str] = [visit.say("queue-changed")]
    for name in dict.fromkeys((*before, *now)):
        was, label = before.get(name), labels.get(name, name)
        if was == now.get(name):
            continue
        lines.append(
            visit.say("queue-was-not-there", label=label)
            if was is None
            else visit.say("queue-was", label=label, text=", ".join(was))
        )
    return [*lines, visit.say("queue-supported", count=one.supporters)]
