"""What organisers press on a draft's card (``draft_cards.py``) and send from its forms, up to *Publish*."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

import discord
from discord.ext import commands

from bot.domain import when
from bot.domain.forms import FORM
from bot.domain.people import Standing, require_organiser
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.domain.stages import Stage
from bot.domain.text import listed
from bot.domain.weighing import WEIGH
from bot.services import drafts, rounds
from bot.services.drafts import FACTS_LENGTH, OWNER_LENGTH
from cogs.draft_cards import draft_afresh, draft_card
from cogs.ui.cards import Card, Field, Form, Option, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE, SELECT_LABEL
from cogs.ui.permissions import GONE, missing_in
from cogs.ui.round_cards import RoundWords, public
from cogs.ui.router import pressed
from cogs.ui.times import channel, moment
from cogs.ui.visit import Visit


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
        """Keep options, a line each, however their list was pasted."""
        await self._change(visit, pressed, options=listed(visit.text("options")))

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

    @pressed("draft-publish", afresh=draft_afresh)
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
        opened = await drafts.publish(visit.app, visit.person, pressed.subject, pressed.version)
        card = Card().text(
            visit.say("draft-published", channel=channel(opened.channel), when=moment(opened.closes_ms))
        )
        await visit.show(card.buttons(button(visit.label("desk-press"), "desk")))

    async def _move(self, visit: Visit, which: int) -> None:
        """Give a draft whose channel is gone another one; its organiser says whether that is right."""
        place = visit.community.say_channel
        await drafts.change(visit.app, visit.person, which, channel=place)
        await visit.show(await draft_card(visit, which, visit.say("draft-moved", channel=channel(place))))

    @pressed("draft-discard", afresh=draft_afresh)
    async def discard(self, visit: Visit, pressed: CustomId) -> None:
        """Throw a draft away."""
        await drafts.discard(visit.app, visit.person, pressed.subject, pressed.version)
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
