"""A round before it is published: a private card that survives restarts, and its forms."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

import discord
from discord.ext import commands

from bot.domain import when
from bot.domain.asks import ASK
from bot.domain.community import Moderation
from bot.domain.forms import FORM, scale_lines
from bot.domain.people import Standing, require_organiser
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State, needs_reason, words_of
from bot.domain.stages import Stage
from bot.domain.weighing import WEIGH
from bot.services import drafts, meanings, rounds, trials
from bot.services.drafts import FACTS_LENGTH, OWNER_LENGTH
from bot.services.rounds import Look
from cogs.trials import trial_buttons, tried_lines
from cogs.ui.advice import advice
from cogs.ui.cards import Card, Field, Form, Option, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.form_words import shortened
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE, SELECT_LABEL
from cogs.ui.permissions import GONE, missing_in
from cogs.ui.round_cards import RoundWords, public
from cogs.ui.router import pressed
from cogs.ui.times import channel, moment
from cogs.ui.visit import Visit

FACTS_SHOWN = 200
"""Characters of the facts on a draft's card; their form has all of them."""


async def draft_card(visit: Visit, which: int) -> Card:
    """A draft as its organisers see it: what it has, what it lacks, a button for each."""
    look = await rounds.look(visit.app, visit.community.id, which)
    draft = look.round
    if draft.state is not State.DRAFT:
        raise Refusal("draft-not-open")
    tried = await trials.tried(visit.app, visit.person, which)
    words = RoundWords(visit.wording, visit.language)
    lines, _ = words.options(look, 1500)
    zone = visit.community.zone
    card = Card().text(
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
        *trial_buttons(visit, draft, tried),
        button(visit.label("draft-press-publish"), "draft-publish", which, style="success"),
        button(visit.label("draft-press-discard"), "draft-discard", which, style="danger"),
    )


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


class Drafts(commands.Cog):
    """The buttons and forms of drafts."""

    @pressed("draft")
    async def show(self, visit: Visit, pressed: CustomId) -> None:
        """Show a draft again."""
        require_organiser(visit.person, visit.community.roles)
        await visit.show(await draft_card(visit, pressed.subject))

    @pressed("draft-question", "draft-options", "draft-facts", "draft-when", "draft-rules")
    async def ask(self, visit: Visit, pressed: CustomId) -> None:
        """Open one of a draft's forms, with what is there already."""
        require_organiser(visit.person, visit.community.roles)
        look = await rounds.look(visit.app, visit.community.id, pressed.subject)
        if look.round.state is not State.DRAFT:
            raise Refusal("draft-not-open")
        unfit = "draft-options" if look.round.ask else "draft-facts"
        if pressed.verb == unfit or (look.round.kind == FORM and pressed.verb == "draft-options"):
            raise Refusal("button-unknown")
        fields = FORMS[pressed.verb](visit, look.round)
        title = visit.label(f"{pressed.verb}-form", FORM_TITLE)
        await visit.ask(Form(title, CustomId(f"{pressed.verb}-set", pressed.subject), fields))

    @pressed("draft-question-set", opened_by="draft-question")
    async def set_question(self, visit: Visit, pressed: CustomId) -> None:
        """Keep a question."""
        await self._change(visit, pressed, question=visit.text("question"))

    @pressed("draft-options-set", opened_by="draft-options")
    async def set_options(self, visit: Visit, pressed: CustomId) -> None:
        """Keep options, a line each; empty lines at the end are no options."""
        lines = visit.text("options").replace("\r\n", "\n").rstrip().split("\n")
        await self._change(visit, pressed, options=lines)

    @pressed("draft-facts-set", opened_by="draft-facts")
    async def set_facts(self, visit: Visit, pressed: CustomId) -> None:
        """Keep what officials know."""
        owner = {"owner": visit.text("owner")} if "owner" in visit.form else {}
        await self._change(visit, pressed, facts=visit.text("facts"), **owner)

    @pressed("draft-when-set", opened_by="draft-when")
    async def set_when(self, visit: Visit, pressed: CustomId) -> None:
        """Keep a closing time, and the public reason that a short one needs."""
        zone = visit.community.zone
        closes = when.read_moment(visit.text("when"), visit.app.clock.now_ms(), zone)
        await self._change(visit, pressed, closes_ms=closes, reason=visit.text("reason"))

    @pressed("draft-rules-set", opened_by="draft-rules")
    async def set_rules(self, visit: Visit, pressed: CustomId) -> None:
        """Keep how people choose, who may answer, when the numbers show, and the quorum."""
        quorum = visit.text("quorum").strip() or "0"
        if not (quorum.isascii() and quorum.isdigit() and len(quorum) <= 6):
            raise Refusal("quorum-unreadable")
        stage, audience = visit.text("stage") or Stage.DEFINE, visit.form.get("audience", [])
        if stage not in set(Stage) or not set(audience) <= set(Standing):
            raise Refusal("button-unknown")
        changes: dict[str, Any] = {"stage": Stage(stage), "audience": frozenset(map(Standing, audience))}
        if "kind" in visit.form:  # an ask is nothing to choose from
            numbers = visit.text("numbers")
            shown = {"show_of_hands": numbers == "hands", "sealed": numbers == "sealed"}
            changes |= {"kind": visit.text("kind") or "pick", "quorum": int(quorum)} | shown
        await self._change(visit, pressed, **changes)

    async def _change(self, visit: Visit, pressed: CustomId, **changes: Any) -> None:
        await drafts.change(visit.app, visit.person, pressed.subject, **changes)
        await visit.show(await draft_card(visit, pressed.subject))

    @pressed("draft-preview")
    async def preview(self, visit: Visit, pressed: CustomId) -> None:
        """The card as people will see it; its buttons are not there yet."""
        require_organiser(visit.person, visit.community.roles)
        look = await rounds.look(visit.app, visit.community.id, pressed.subject)
        words = RoundWords(visit.wording, visit.language)
        card = public(look, words, pressable=False).text(visit.say("round-draft-preview"))
        if look.round.kind == WEIGH:
            card.text(visit.say("draft-preview-weigh"))
        elif look.ask:
            card.text(visit.say("draft-preview-ask", label=look.ask.button))
        elif look.round.kind == FORM:
            card.text(visit.say("draft-preview-ask", label=visit.label("round-press-fill")))
        else:
            card.text(visit.say("draft-preview-buttons", count=len(look.round.options)))
        await visit.show(card.buttons(button(visit.label("draft-press-back"), "draft", pressed.subject)))

    @pressed("draft-publish")
    async def publish(self, visit: Visit, pressed: CustomId) -> None:
        """Publish, once the bot is sure that it may post there."""
        require_organiser(visit.person, visit.community.roles)
        look = await rounds.look(visit.app, visit.community.id, pressed.subject)
        place = look.round.channel or visit.community.say_channel
        lacking = missing_in(visit.interaction.guild, place) if place else ()
        if lacking == (GONE,) and visit.community.say_channel not in ("", place):
            await self._move(visit, pressed.subject)
            return
        if lacking:
            raise Refusal(
                "permissions-missing", permissions=", ".join(lacking), channel=channel_name(visit, place)
            )
        opened = await drafts.publish(visit.app, visit.person, pressed.subject)
        card = Card().text(
            visit.say("draft-published", channel=channel(opened.channel), when=moment(opened.closes_ms))
        )
        await visit.show(card.buttons(button(visit.label("desk-press"), "desk")))

    async def _move(self, visit: Visit, which: int) -> None:
        """Give a draft whose channel is gone another one; its organiser says whether that is right."""
        place = visit.community.say_channel
        await drafts.change(visit.app, visit.person, which, channel=place)
        card = Card().text(visit.say("draft-moved", channel=channel(place)))
        await visit.show(
            card.buttons(
                button(visit.label("draft-press-publish"), "draft-publish", which, style="success"),
                button(visit.label("draft-press-back"), "draft", which),
            )
        )

    @pressed("draft-discard")
    async def discard(self, visit: Visit, pressed: CustomId) -> None:
        """Throw a draft away."""
        await drafts.discard(visit.app, visit.person, pressed.subject)
        await visit.tell("draft-discarded")


def channel_name(visit: Visit, channel_id: str) -> str:
    """A channel as people call it."""
    guild = visit.interaction.guild
    found = guild.get_channel_or_thread(int(channel_id)) if guild else None
    return f"#{found.name}" if isinstance(found, discord.abc.GuildChannel | discord.Thread) else channel_id


def _question(visit: Visit, draft: Round) -> list[Field]:
    longest = visit.app.limits.question_length
    label = visit.label("draft-field-question", FORM_LABEL)
    return [Field("question", label, value=draft.question, long=True, longest=longest)]


def _options(visit: Visit, draft: Round) -> list[Field]:
    label, hint = visit.label("draft-field-options", FORM_LABEL), visit.label("draft-hint-options", FORM_HINT)
    return [Field("options", label, hint, "\n".join(draft.options), long=True)]


def _facts(visit: Visit, draft: Round) -> list[Field]:
    label, hint = visit.label("draft-field-facts", FORM_LABEL), visit.label("draft-hint-facts", FORM_HINT)
    facts = Field("facts", label, hint, draft.facts, long=True, required=False, longest=FACTS_LENGTH)
    if not rounds.ask_of(visit.app, draft).answer_days:
        return [facts]
    label, hint = visit.label("draft-field-owner", FORM_LABEL), visit.label("draft-hint-owner", FORM_HINT)
    return [Field("owner", label, hint, draft.owner, longest=OWNER_LENGTH), facts]


def _when(visit: Visit, draft: Round) -> list[Field]:
    zone = visit.community.zone
    told = when.tell_moment(draft.closes_ms, zone) if draft.closes_ms else ""
    days = visit.app.limits.least_days(draft.stage)
    hint = visit.label("draft-hint-when", FORM_HINT, zone=visit.community.time_zone)
    reason = visit.label("draft-hint-reason", FORM_HINT, days=days)
    return [
        Field("when", visit.label("draft-field-when", FORM_LABEL), hint, told, longest=100),
        Field("reason", visit.label("draft-field-reason", FORM_LABEL), reason, draft.reason,
              long=True, required=False, longest=500),
    ]  # fmt: skip


def _rules(visit: Visit, draft: Round) -> list[Field]:
    def options(prefix: str, values: Iterable[str], chosen: Container[str]) -> list[Option]:
        return [
            Option(visit.label(f"{prefix}{one}", SELECT_LABEL), str(one), one in chosen) for one in values
        ]

    fits = visit.app.asks[draft.ask].stages if draft.ask in visit.app.asks else tuple(Stage)
    stage = Field("stage", visit.label("draft-field-stage", FORM_LABEL),
                  options=options("stage-", fits, {draft.stage}))  # fmt: skip
    audience = Field("audience", visit.label("draft-field-audience", FORM_LABEL),
                     visit.label("draft-hint-audience", FORM_HINT), required=False, most=len(Standing),
                     options=options("name-", Standing, draft.audience))  # fmt: skip
    if draft.ask or draft.kind == FORM:
        return [stage, audience]
    numbers = {"sealed" if draft.sealed else "hands" if draft.show_of_hands else "hidden"}
    return [
        Field("kind", visit.label("draft-field-kind", FORM_LABEL),
              options=options("draft-kind-", ["pick", "approve"], {draft.kind})),
        stage,
        Field("numbers", visit.label("draft-field-numbers", FORM_LABEL),
              options=options("draft-", ["hidden", "hands", "sealed"], numbers)),
        audience,
        Field("quorum", visit.label("draft-field-quorum", FORM_LABEL),
              visit.label("draft-hint-quorum", FORM_HINT), str(draft.quorum or ""),
              required=False, longest=6),
    ]  # fmt: skip


FORMS = {
    "draft-question": _question,
    "draft-options": _options,
    "draft-facts": _facts,
    "draft-when": _when,
    "draft-rules": _rules,
}
