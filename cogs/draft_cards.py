"""Drafts of rounds as their organisers have them before them."""

from __future__ import annotations

from discord.ui import Button

from bot.domain import when
from bot.domain.asks import ASK
from bot.domain.community import Moderation
from bot.domain.forms import FORM, scale_lines
from bot.domain.people import Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State, needs_reason, words_of
from bot.domain.weighing import WEIGH
from bot.services import meanings, rounds, trials
from bot.services.rounds import Look
from bot.services.trials import Tried
from cogs.ui.advice import advice
from cogs.ui.cards import Card, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.form_words import shortened
from cogs.ui.idea_cards import first_words
from cogs.ui.round_cards import RoundWords
from cogs.ui.times import channel, moment
from cogs.ui.visit import Visit

STATEMENT_SHOWN, STATEMENTS_SHOWN = 150, 10
"""Characters of a statement on a draft's card, and how many are there: the last that were written."""
FACTS_SHOWN = 200
"""Characters of the facts on a draft's card; their form has all of them."""


async def draft_card(visit: Visit, which: int, *lines_above: str) -> Card:
    """A draft as its organisers see it, below some lines: what it has and lacks, a button for each."""
    look = await rounds.look(visit.app, visit.community.id, which)
    draft = look.round
    if draft.state is not State.DRAFT:
        raise Refusal("draft-not-open")
    tried = await trials.tried(visit.app, visit.person, which)
    words = RoundWords(visit.wording, visit.language)
    lines, _ = words.options(look, 1500)
    zone = visit.community.zone
    card = Card().text(
        *lines_above,
        visit.say("draft-title", title=words.title(look)),
        visit.say("draft-question", text=draft.question)
        if draft.question
        else visit.say("draft-no-question"),
        *([] if draft.ask else lines or [visit.say("draft-no-options")]),
        visit.say("draft-deck", count=look.statements)
        if draft.kind == WEIGH
        else visit.say("draft-ask", title=look.ask.title)
        if look.ask
        else "",
        *(
            visit.say("draft-statement", text=shortened(first_words(one, None), STATEMENT_SHOWN))
            for one in look.written[-STATEMENTS_SHOWN:]
        ),
        visit.say("draft-facts", text=shortened(draft.facts, FACTS_SHOWN)) if draft.facts else "",
        _owner(visit, look),
    )
    card.text(
        visit.say("draft-closes", local=when.tell_moment(draft.closes_ms, zone), when=moment(draft.closes_ms))
        if draft.closes_ms
        else visit.say("draft-no-closing"),
        "" if draft.kind == ASK else visit.say(f"draft-kind-{draft.kind}"),
        visit.say("draft-stage", stage=visit.say(f"stage-{draft.stage}")),
        visit.say("draft-early" if draft.moderation is Moderation.AFTER else "draft-moderated")
        if draft.ask
        else visit.say("draft-sealed")
        if draft.sealed
        else visit.say("draft-hands")
        if draft.show_of_hands
        else visit.say("draft-hidden"),
        visit.say("draft-hidden") if draft.kind == WEIGH else "",
        visit.say("draft-least", count=visit.app.settings.privacy.least_group) if draft.sealed else "",
        visit.say("round-quorum", count=draft.quorum) if draft.quorum else "",
        _audience(visit, draft),
        visit.say("round-reason", reason=draft.reason) if draft.reason else "",
        visit.say("draft-where", channel=channel(draft.channel))
        if draft.channel
        else visit.say("draft-nowhere"),
        *_reasons(visit, look),
        *advice(visit, words_of(draft), await meanings.explained(visit.app, visit.community.id)),
        *tried_lines(visit, tried),
    )
    return card.buttons(
        button(visit.label("draft-press-question"), "draft-question", which),
        button(visit.label("draft-press-facts"), "draft-facts", which)
        if draft.ask
        else (
            button(visit.label("draft-press-scales"), "draft-scales", which)
            if scale_lines(draft.form)
            else None
        )
        if draft.kind == FORM
        else button(visit.label("draft-press-options"), "draft-options", which),
        button(visit.label("statements-press"), "statements", which) if draft.kind == WEIGH else None,
        button(visit.label("draft-press-when"), "draft-when", which),
        button(visit.label("draft-press-rules"), "draft-rules", which),
    ).buttons(
        button(visit.label("draft-press-preview"), "draft-preview", which),
        *trial_buttons(visit, look, tried),
        button(visit.label("draft-press-publish"), "draft-publish", which, look.version, style="success"),
        button(visit.label("draft-press-discard"), "draft-discard", which, look.version, style="danger"),
    )


async def draft_afresh(visit: Visit, pressed: CustomId, line: str) -> Card:
    """A draft as it is now, for an organiser who saw something else."""
    return await draft_card(visit, pressed.subject, line)


def _audience(visit: Visit, draft: Round) -> str:
    if not draft.audience:
        return visit.say("draft-everyone")
    who = ", ".join(visit.label(f"name-{one}") for one in Standing if one in draft.audience)
    return visit.say("round-audience", who=who)


def _owner(visit: Visit, look: Look) -> str:
    if look.ask is None or not look.ask.answer_days:
        return ""
    owner = look.round.owner
    return (
        visit.say("round-owner", owner=owner, days=look.ask.answer_days)
        if owner
        else visit.say("draft-no-owner")
    )


def _reasons(visit: Visit, look: Look) -> list[str]:
    draft, now = look.round, visit.app.clock.now_ms()
    if draft.reason or not draft.closes_ms:
        return []
    limits = visit.app.limits
    found = needs_reason(draft, look.initiative.stage, now, limits, visit.community.language)
    days, age = limits.least_days(draft.stage), limits.reading_age
    return [visit.say(f"draft-needs-{one}", days=days, limit=age) for one in found]


def trial_buttons(visit: Visit, look: Look, tried: Tried) -> list[Button[Card]]:
    """A draft's buttons for its trial; there is nothing to try before there is a question."""
    draft = look.round
    if not draft.question:
        return []
    ways = [button(visit.label("trial-press-ask"), "trial-ask", draft.id, look.version)]
    if tried.asked:
        label = visit.label("trial-press-said", count=len(tried.heard), asked=tried.asked)
        ways.append(button(label, "trial-said", draft.id))
    return ways


def tried_lines(visit: Visit, tried: Tried) -> list[str]:
    """Where a draft's trial stands, as its card says it."""
    if not tried.asked:
        return []
    return [visit.say("trial-stands", asked=tried.asked, count=len(tried.heard))]
