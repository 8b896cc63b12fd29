"""``/desk``: the one door for organisers. What needs you, what you can do next, a button each."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord import app_commands
from discord.ext import commands
from discord.ui import Button

from bot.domain.forms import FORM
from bot.domain.load import Load
from bot.domain.people import require_organiser
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS, Round
from bot.services import desk as services
from bot.services import digests, posting
from bot.services.desk import Desk
from bot.services.ports import SUBJECT, Post
from bot.services.safeguarding import WORRY
from cogs.ui.cards import Card, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.digest_card import digest_card
from cogs.ui.idea_cards import numbers
from cogs.ui.limits import MESSAGE_TEXT
from cogs.ui.naming import apart
from cogs.ui.permissions import troubled
from cogs.ui.router import Router, pressed
from cogs.ui.times import channel, moment
from cogs.ui.visit import Visit

Named = Mapping[int, str]
"""What questions are called where several are shown, by their numbers."""
HOUR_MS = 3_600_000
MOST_NEEDS = 9
"""How many buttons there are for what needs an organiser: with their rows as many as fit a message."""
SHOWN = 5
"""How many of each kind of thing the desk shows; the commands list all."""

NEW = {
    "poll-for": "poll-new",
    "ask-about": "ask-for",
    "feedback-for": "feedback-new",
    "checkin-for": "checkin-new",
}
"""What is pressed to begin something, and then for which project."""


class DeskDoor(commands.Cog):
    """The organisers' desk."""

    def __init__(self, router: Router) -> None:
        self._router = router

    @app_commands.command(
        name="desk", description="Start here: what needs you, and what you can do next (organisers)"
    )
    @app_commands.guild_only()
    async def desk(self, interaction: discord.Interaction) -> None:
        """Show the desk."""
        await self._router.answer(interaction, self.show, None)

    @pressed("desk")
    async def show(self, visit: Visit, _: CustomId | None) -> None:
        """The desk of an organiser's community."""
        found = await services.desk(visit.app, visit.person)
        card = Card().text(visit.say("desk-title"))
        named = _named(visit, found)
        needs = _needs(visit, found, named)
        card.text(*(needs or [visit.say("desk-calm")]))
        card.text(*(visit.say("desk-open", question=named[one.id], when=moment(one.closes_ms))
                    for one in found.open[:SHOWN]))  # fmt: skip
        card.text(*(_load(visit, on.title, load) for on, load in found.loads), leave=MESSAGE_TEXT // 8)
        if found.next_digest_ms:
            card.text(visit.say("desk-digest", when=moment(found.next_digest_ms)))
        await visit.show(_buttons(visit, found, named, card))

    @pressed("poll-for", "ask-about", "feedback-for", "checkin-for")
    async def poll_for(self, visit: Visit, pressed: CustomId) -> None:
        """Which project a new poll or ask is for, or questions without names."""
        require_organiser(visit.person, visit.community.roles)
        found = await services.desk(visit.app, visit.person)
        if not found.initiatives:
            raise Refusal("initiative-first")
        verb = NEW[pressed.verb]
        card = Card().text(visit.say("desk-which-project"))
        await visit.show(
            card.buttons(*(
                button(visit.label("plain", text=one.title), verb, one.id)
                for one in found.initiatives[-20:]
            ))
        )  # fmt: skip

    @pressed("post-again")
    async def post_again(self, visit: Visit, pressed: CustomId) -> None:
        """Try once more to post what could not be posted."""
        await posting.post_again(visit.app, visit.person, pressed.subject)
        await visit.tell("desk-posting-again")

    @pressed("digest-preview")
    async def preview(self, visit: Visit, _: CustomId) -> None:
        """What the digest would say now."""
        facts = await digests.preview(visit.app, visit.person)
        await visit.show(await digest_card(facts, visit.wording, visit.language))


def _load(visit: Visit, title: str, load: Load) -> str:
    """How much a project asks of people, and how long both sides take."""
    said = [visit.say("desk-load", title=title, count=load.questions)]
    if load.given_ms is not None:
        said.append(visit.say("desk-load-given", days=_days(load.given_ms)))
    if load.to_answer_ms is not None:
        said.append(visit.say("desk-load-answer", hours=max(1, round(load.to_answer_ms / HOUR_MS))))
    if load.took_ms is not None:
        said.append(
            visit.say("desk-load-waits" if load.waits else "desk-load-took", days=_days(load.took_ms))
        )
    return " ".join(said)


def _days(span_ms: float) -> float:
    """Days, to the tenth; a whole number of them as such, for the plural."""
    days = round(span_ms / DAY_MS, 1)
    return int(days) if days.is_integer() else days


def _named(visit: Visit, found: Desk) -> Named:
    """What each question on the desk is called there."""
    those = [*found.open, *found.drafts, *found.unreleased, *found.to_weigh]
    those += [one for one, _ in found.comments] + [one for one, *_ in found.papers]
    return apart(visit, those)


def _needs(visit: Visit, found: Desk, named: Named) -> list[str]:
    lines: list[str] = [visit.say("desk-lacking", what=visit.say(f"lacking-{one}")) for one in found.lacking]
    if found.worry_waits:
        lines.append(visit.say("desk-worry", hearers=len(found.community.hearers)))
    if found.rests_until_ms:
        lines.append(visit.say("desk-resting", when=moment(found.rests_until_ms)))
    used = [
        found.community.say_channel,
        found.community.moderators_channel,
        *(one.channel for one in found.open),
    ]
    lines += [
        visit.say("setup-permissions", channel=channel(place), permissions=missing)
        for place, missing in troubled(visit.interaction.guild, used).items()
    ]
    if found.waiting.count:
        oldest = moment(found.waiting.oldest_ms)
        lines.append(visit.say("desk-waiting", count=found.waiting.count, oldest=oldest))
    lines += [
        visit.say("desk-papers-soon" if soon else "desk-papers", count=count, question=named[one.id],
                  when=moment(one.closes_ms))
        for one, count, soon in found.papers[:SHOWN]
    ]  # fmt: skip
    lines += [
        visit.say("desk-feedback", count=count, question=named[one.id])
        for one, count in found.comments[:SHOWN]
    ]
    lines += [visit.say("desk-release", question=named[one.id]) for one in found.unreleased[:2]]
    if found.unanswered:
        ids = numbers(visit, found.unanswered[: 2 * SHOWN])
        lines.append(visit.say("desk-unanswered", count=len(found.unanswered), numbers=ids))
    lines += [visit.say("desk-weigh", question=named[one.id]) for one in found.to_weigh[-2:]]
    checked = apart(visit, found.checkins)
    lines += [
        visit.say(f"desk-checkin-{one.state}", question=checked[one.id]) for one in found.checkins[:SHOWN]
    ]
    lines += [visit.say("desk-word", word=one.said, count=one.asked) for one in found.words[:SHOWN]]
    lines += [_unsent(visit, one) for one in found.unsent[-SHOWN:]]
    lines += [
        visit.say("desk-overdue" if late else "desk-owed", title=on.title, when=moment(promise.due_ms))
        for on, promise, late in found.owed[:SHOWN]
    ]
    lines += [visit.say("desk-draft", question=named[one.id]) for one in found.drafts[:SHOWN]]
    return lines


def _unsent(visit: Visit, post: Post) -> str:
    trouble, _, detail = post.trouble.partition(":")
    name = f"desk-unsent-{trouble}"
    if post.place == "person":
        closed = "desk-unsent-worry" if post.card == WORRY else "desk-unsent-closed"
        name = "desk-unsent-unsure-person" if trouble == "unsure" else closed
    elif trouble == "forbidden" and not detail:
        name = "desk-unsent-unexplained"
    elif detail == SUBJECT:
        name = "desk-unsent-moot"
    where = channel(post.target) if post.place == "channel" else ""
    return visit.say(name, what=visit.say(f"card-{post.card}"), channel=where, permissions=detail)


def _buttons(visit: Visit, found: Desk, named: Named, card: Card) -> Card:
    if found.waiting.count:
        card.buttons(button(visit.label("queue-press-next"), "next", style="primary"))
    # What needs somebody first: of a message's forty parts the last two rows take half.
    card.buttons(*[*_first(visit, found, named), *_then(visit, found, named)][:MOST_NEEDS])
    papered = [one for one in found.open if not one.sealed and one.kind != FORM]
    card.buttons(
        *(_open(visit, one, named) for one in found.open[:3]),
        *(
            button(visit.label("desk-press-print", question=named[one.id]), "answers-print", one.id)
            for one in papered[:1]
        ),
    )
    return card.buttons(
        button(visit.label("desk-press-ask"), "ask-about", style="primary"),
        button(visit.label("desk-press-poll"), "poll-for", style="primary"),
        button(visit.label("desk-press-unnamed"), "feedback-for", style="primary"),
        button(visit.label("desk-press-project"), "project-new"),
        *(button(visit.label("desk-press-manage", title=one.title), "project", one.id)
          for one in found.initiatives[-2:]),
    ).buttons(
        button(visit.label("desk-press-papers"), "answers", style="primary") if found.papers else None,
        button(visit.label("desk-press-digest"), "digest-preview"),
        button(visit.label("desk-press-schedule"), "schedule"),
        button(visit.label("desk-press-checkins"), "checkins"),
        button(visit.label("glossary-press-show"), "glossary"),
        button(visit.label("desk-press-setup"), "setup") if visit.person.can_set_up else None,
        button(visit.label("desk-press-again"), "desk"),
    )  # fmt: skip


def _open(visit: Visit, one: Round, named: Named) -> Button[Card]:
    label = visit.label("desk-press-round", question=named[one.id])
    return button(label, "checkin", one.checkin) if one.checkin else button(label, "poll", one.id)


def _first(visit: Visit, found: Desk, named: Named) -> list[Button[Card]]:
    """What people wait for."""
    owed = sorted(found.owed, key=lambda one: not one[2])[:2]  # the overdue ones first
    return [
        *(button(visit.label("desk-press-keep", title=on.title), "keep", on.id,
                 style="primary" if late else "secondary")
          for on, _, late in owed),
        *(button(visit.label("desk-press-feedback", question=named[one.id]), "feedback-review", one.id)
          for one, _ in found.comments[:2]),
        *(button(visit.label("desk-press-release", question=named[one.id]), "feedback", one.id)
          for one in found.unreleased[:1]),
        *(button(visit.label("glossary-press-explain", word=one.said), "word-explain", one.id)
          for one in found.words[:1]),
        *(button(visit.label("desk-press-post", what=visit.label(f"card-{one.card}")), "post-again", one.id)
          for one in found.unsent[-2:]),
    ]  # fmt: skip


def _then(visit: Visit, found: Desk, named: Named) -> list[Button[Card]]:
    """What was begun, or could be."""
    checked = apart(visit, found.checkins)
    return [
        *(button(visit.label("desk-press-checkin", question=checked[one.id]), "checkin", one.id)
          for one in found.checkins[:2]),
        *(button(visit.label("desk-press-draft", question=named[one.id]), "draft", one.id)
          for one in found.drafts[:3]),
        *(button(visit.label("desk-press-weigh", question=named[one.id]), "weigh-new", one.id)
          for one in found.to_weigh[-1:]),
    ]  # fmt: skip
