"""Check-ins on organisers' cards: what is asked, when, of whom, and how it went."""

from __future__ import annotations

from discord.ui import Button

from bot.domain import when
from bot.domain.checkins import MOST_RUNS, CheckIn, Life, Purpose
from bot.domain.rounds import State
from bot.services.checkin_looks import Overview
from bot.wording import Markup
from cogs.ui.cards import Card, button
from cogs.ui.form_words import field_line
from cogs.ui.round_cards import RoundWords
from cogs.ui.times import channel, moment
from cogs.ui.times import role as role_name
from cogs.ui.visit import Visit

HOUR_MS = 3_600_000
SHORTENED = 60
LAST = 6
"""How many of the times a check-in was asked are shown."""


def checkin_card(visit: Visit, found: Overview, *lines: str) -> Card:
    """A check-in as organisers see it; a draft with what it lacks, a running one with how it goes."""
    one = found.checkin
    card = Card().text(
        *lines,
        visit.say("checkin-title", title=found.title or visit.say("project-other")),
        visit.say(f"checkin-state-{one.state}" if not one.why else f"checkin-why-{one.why}"),
        visit.say("round-question", question=one.question)
        if one.question
        else visit.say("checkin-no-question"),
        *(field_line(visit, number, field, SHORTENED) for number, field in enumerate(one.form, 1)),
        stated_line(visit, one),
        *plan_lines(visit, found),
        leave=1200,
    )
    card.text(*_times(visit, found), *_people(visit, found))
    return (
        card.buttons(*_draft_buttons(visit, one)) if one.state is Life.DRAFT else _buttons(visit, found, card)
    )


def stated_line(visit: Visit, one: CheckIn) -> str:
    """What officials say of whether something is there; '' where it is no such check-in."""
    if one.purpose is not Purpose.DELIVERY:
        return ""
    return RoundWords(visit.wording, visit.language).stated(one) or visit.say("checkin-unstated")


def plan_lines(visit: Visit, found: Overview) -> list[Markup]:
    """Its pace with the next three times, how long each is open, whom it reaches and how."""
    one, zone = found.checkin, visit.community.zone
    lines = [visit.say("checkin-pace", pace=when.tell_pace(when.Pace(one.pace)))]
    coming = [when.tell_moment(at_ms, zone) for at_ms in found.coming]
    if coming:
        lines.append(
            visit.say("checkin-coming", times=Markup("; ".join(visit.say("plain", text=t) for t in coming)))
        )
    lines.append(span(visit, one.window_ms))
    where = channel(one.channel) if one.channel else visit.say("draft-nowhere")
    lines.append(visit.say("checkin-direct" if one.direct else "checkin-where", channel=where))
    if one.role:
        lines.append(
            visit.say("checkin-mention" if one.mention else "checkin-role", role=role_name(one.role))
        )
    lines.append(visit.say("checkin-sealed" if one.sealed else "checkin-named"))
    lines.append(visit.say("checkin-runs", count=MOST_RUNS))
    return lines


def span(visit: Visit, window_ms: int) -> Markup:
    """For how long each time is open."""
    hours = window_ms // HOUR_MS
    if hours % 24:
        return visit.say("checkin-open-hours", count=hours)
    return visit.say("checkin-open-days", count=hours // 24)


def _times(visit: Visit, found: Overview) -> list[Markup]:
    lines = []
    for asked in found.rounds[-LAST:]:
        state = "open" if asked.state is State.OPEN else "closed"
        lines.append((asked.opened_ms, visit.say(f"checkin-time-{state}", when=moment(asked.opened_ms))))
    for one in found.missed[-LAST:]:
        why = visit.say(f"checkin-missed-{one.why}")
        lines.append((one.due_ms, visit.say("checkin-missed", when=moment(one.due_ms), why=why)))
    told = [line for _, line in sorted(lines)]
    return [visit.say("checkin-times"), *told] if told else []


def _people(visit: Visit, found: Overview) -> list[Markup]:
    wants = found.wants
    lines = []
    if wants:
        lines.append(visit.say("checkin-wants", on=wants.get("on", 0), paused=wants.get("paused", 0)))
    if wants.get("closed"):
        lines.append(visit.say("checkin-closed-to-us", count=wants["closed"]))
    if found.later:
        lines.append(visit.say("checkin-later", count=found.later))
    if found.never:
        lines.append(visit.say("checkin-never", count=found.never))
    return lines


def _draft_buttons(visit: Visit, one: CheckIn) -> list[Button[Card] | None]:
    return [
        button(visit.label("checkin-press-start"), "checkin-start", one.id, one.version, style="success")
        if one.question and one.form
        else None,
        button(visit.label("checkin-press-questions"), "checkin-questions", one.id)
        if one.purpose is Purpose.PLAIN
        else None,
        button(visit.label("checkin-press-words"), "checkin-words", one.id)
        if one.purpose is Purpose.GOOD
        else None,
        _stating(visit, one),
        button(visit.label("checkin-press-when"), "checkin-when", one.id),
        button(visit.label("checkin-press-whom"), "checkin-whom", one.id),
        button(visit.label("draft-press-preview"), "checkin-preview", one.id) if one.form else None,
        button(visit.label("draft-press-discard"), "checkin-discard", one.id, one.version, style="danger"),
    ]


def _stating(visit: Visit, one: CheckIn) -> Button[Card] | None:
    if one.purpose is not Purpose.DELIVERY or one.state is Life.STOPPED:
        return None
    return button(visit.label("checkin-press-state"), "checkin-state", one.id)


def _buttons(visit: Visit, found: Overview, card: Card) -> Card:
    one = found.checkin
    goes_on = "checkin-press-on" if one.state is Life.ASKS else "checkin-press-resume"
    over = one.state is Life.STOPPED
    is_open = bool(found.rounds) and found.rounds[-1].state is State.OPEN
    return card.buttons(
        button(visit.label(goes_on), "checkin-resume", one.id, style="primary")
        if one.state in (Life.PAUSED, Life.ASKS)
        else None,
        button(visit.label("checkin-press-results"), "checkin-results", one.id) if found.rounds else None,
        _stating(visit, one),
        button(visit.label("checkin-press-now"), "checkin-now", one.id) if not over and not is_open else None,
        button(visit.label("checkin-press-pause"), "checkin-pause", one.id)
        if one.state in (Life.RUNNING, Life.ASKS)
        else None,
        button(visit.label("checkin-press-stop"), "checkin-stop", one.id, style="danger")
        if not over
        else None,
        button(visit.label("desk-press"), "desk"),
    )
