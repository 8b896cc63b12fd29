"""How a check-in begins: what it asks, when it comes, and how it reaches people."""

from __future__ import annotations

from typing import Any

from discord.ext import commands

from bot.domain.checkins import CheckIn, Purpose
from bot.domain.forms import read_questions
from bot.domain.people import require_organiser
from bot.domain.refusals import Refusal
from bot.services import checkins, initiatives
from cogs.checkin_drafts import asked, draft_of, fill_in, question_fields, show_checkin
from cogs.ui.cards import Card, Field, Form, Option, choose
from cogs.ui.completion_checkins import ready_named, ready_titles
from cogs.ui.custom_ids import CustomId
from cogs.ui.limits import FORM_LABEL, FORM_TITLE, SELECT_LABEL, SELECT_OPTIONS
from cogs.ui.router import pressed
from cogs.ui.visit import Visit

HOUR_MS = 3_600_000
OPEN_FOR = (
    ("6 hours", 6), ("12 hours", 12), ("1 day", 24), ("2 days", 48), ("3 days", 72), ("5 days", 120),
    ("6 days", 144), ("13 days", 312),
)  # fmt: skip
USUAL_HOURS = 72
BY, NAMES = ("channel", "direct"), ("named", "sealed")


class CheckInPlans(commands.Cog):
    """The desk's way to a check-in, and the plan of a draft."""

    @pressed("checkin-new")
    async def new(self, visit: Visit, pressed: CustomId) -> None:
        """What it asks: one's own questions, or something ready."""
        require_organiser(visit.person, visit.community.roles)
        on = await initiatives.find(visit.app, visit.community.id, f"#{pressed.subject}")
        options = [
            Option(visit.label("plain", SELECT_LABEL, text=title), name)
            for name, title in ready_titles(visit).items()
        ]
        hint = visit.label("checkin-what-hint")
        card = Card().text(visit.say("checkin-what"))
        await visit.show(card.choice(choose(CustomId("checkin-what", on.id), options[:SELECT_OPTIONS], hint)))

    @pressed("checkin-what")
    async def what(self, visit: Visit, pressed: CustomId) -> None:
        """When it comes, and the questions where they are one's own."""
        require_organiser(visit.person, visit.community.roles)
        on = await initiatives.find(visit.app, visit.community.id, f"#{pressed.subject}")
        name = pressed.argument or next(iter(visit.values), "")
        purpose, _, _ = ready_named(visit, name)
        fields = [*(question_fields(visit) if purpose is Purpose.PLAIN else []), *_when_fields(visit)]
        how = visit.say("checkin-lines-how") if purpose is Purpose.PLAIN else ""
        to = CustomId("checkin-begin", on.id, name)
        await visit.ask(Form(visit.label("checkin-form", FORM_TITLE), to, fields, how))

    @pressed("checkin-begin", opened_by="checkin-what")
    async def begin(self, visit: Visit, pressed: CustomId) -> None:
        """A draft of what was sent."""
        require_organiser(visit.person, visit.community.roles)
        purpose, question, form = ready_named(visit, pressed.argument)
        if purpose is Purpose.PLAIN:
            form, question = read_questions(visit.text("lines")), visit.text("question")
        made = await checkins.begin(
            visit.app,
            visit.person,
            pressed.subject,
            purpose,
            question,
            form,
            visit.text("pace"),
            _sent(visit),
        )
        if purpose is Purpose.GOOD:
            await fill_in(visit, made)
        else:
            await show_checkin(visit, made.id)

    @pressed("checkin-when")
    async def when(self, visit: Visit, pressed: CustomId) -> None:
        """The pace of a draft, to be changed."""
        draft = await draft_of(visit, pressed.subject)
        title = visit.label("checkin-press-when", FORM_TITLE)
        await visit.ask(Form(title, CustomId("checkin-when-set", draft.id), _when_fields(visit, draft)))

    @pressed("checkin-when-set", opened_by="checkin-when")
    async def set_when(self, visit: Visit, pressed: CustomId) -> None:
        """Keep another pace."""
        require_organiser(visit.person, visit.community.roles)
        words, window_ms = visit.text("pace"), _sent(visit)
        await checkins.change(visit.app, visit.person, pressed.subject, words=words, window_ms=window_ms)
        await show_checkin(visit, pressed.subject)

    @pressed("checkin-whom")
    async def whom(self, visit: Visit, pressed: CustomId) -> None:
        """How a draft reaches people, and with or without names."""
        draft = await draft_of(visit, pressed.subject)
        fields = [
            _choice(visit, "by", BY, BY[draft.direct]),
            _choice(visit, "names", NAMES, NAMES[draft.sealed]),
        ]
        title = visit.label("checkin-press-whom", FORM_TITLE)
        await visit.ask(Form(title, CustomId("checkin-whom-set", draft.id), fields))

    @pressed("checkin-whom-set", opened_by="checkin-whom")
    async def set_whom(self, visit: Visit, pressed: CustomId) -> None:
        """Keep how it reaches people."""
        require_organiser(visit.person, visit.community.roles)
        by, names = visit.text("by"), visit.text("names")
        if by not in BY or names not in NAMES:
            raise Refusal("button-unknown")
        changes: dict[str, Any] = {"direct": by == "direct", "sealed": names == "sealed"}
        await checkins.change(visit.app, visit.person, pressed.subject, **changes)
        await show_checkin(visit, pressed.subject)


def _choice(visit: Visit, name: str, values: tuple[str, ...], chosen: str) -> Field:
    options = [
        Option(visit.label(f"checkin-{name}-{one}", SELECT_LABEL), one, one == chosen) for one in values
    ]
    return Field(name, visit.label(f"checkin-field-{name}", FORM_LABEL), options=options)


def _when_fields(visit: Visit, draft: CheckIn | None = None) -> list[Field]:
    chosen = draft.window_ms // HOUR_MS if draft else USUAL_HOURS
    options = [
        Option(visit.label("plain", SELECT_LABEL, text=name), str(hours), hours == chosen)
        for name, hours in OPEN_FOR
    ]
    return [
        Field("pace", *asked(visit, "pace"), longest=100),
        Field("hours", visit.label("checkin-field-open", FORM_LABEL), options=options),
    ]


def _sent(visit: Visit) -> int:
    """For how long each time is open, in milliseconds; raises Refusal for what no form of ours sends."""
    hours = visit.text("hours")
    if hours not in {str(one) for _, one in OPEN_FOR}:
        raise Refusal("button-unknown")
    return int(hours) * HOUR_MS
