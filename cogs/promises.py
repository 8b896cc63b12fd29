"""``/promise``: what was promised about projects, and keeping it."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain import when
from bot.domain.contributions import numbers_in
from bot.domain.initiatives import WORDS_LENGTH
from bot.domain.people import require_organiser
from bot.domain.promises import Influence, Promise
from bot.domain.refusals import Refusal
from bot.domain.rounds import State
from bot.services import initiatives, promises
from bot.services.initiatives import Standing
from cogs.ui.cards import Card, Field, Form, Option, button
from cogs.ui.completion import complete_initiatives
from cogs.ui.custom_ids import CustomId
from cogs.ui.idea_cards import NUMBERS_LENGTH
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE, SELECT_LABEL
from cogs.ui.router import Router, pressed
from cogs.ui.times import day, moment
from cogs.ui.visit import Visit


class Promises(commands.Cog):
    """Organisers' promises."""

    promise = app_commands.Group(
        name="promise", description="What you promised people, and keeping it (organisers)", guild_only=True
    )

    def __init__(self, router: Router) -> None:
        self._router = router

    @promise.command(
        name="keep", description="Tell people: you said, we did, we won't, because. A form opens"
    )
    @app_commands.describe(initiative="Which project")
    @app_commands.autocomplete(initiative=complete_initiatives)
    async def keep(self, interaction: discord.Interaction, initiative: str) -> None:
        """Open the form that keeps a promise."""
        await self._router.answer(interaction, self._keep, initiative)

    async def _keep(self, visit: Visit, initiative: str) -> None:
        on = await initiatives.find(visit.app, visit.community.id, initiative)
        await self.ask_keep(visit, CustomId("keep", on.id))

    @pressed("keep")
    async def ask_keep(self, visit: Visit, pressed: CustomId) -> None:
        """The form: you said, we did, we won't."""
        require_organiser(visit.person, visit.community.roles)
        one = await initiatives.standing(visit.app, visit.community.id, pressed.subject)
        if one.promise is None:
            raise Refusal("promise-none")
        if one.promise.kept_ms is not None:
            raise Refusal("promise-kept")
        for asked in one.rounds:
            if asked.state is State.OPEN:  # or what is typed into the form would be for nothing
                raise Refusal("promise-has-rounds", question=asked.question)
        fields = [box(visit, name) for name in ("said", "did", "wont")]
        for name in ("answered", "refused"):
            label, hint = visit.label(f"keep-{name}", FORM_LABEL), visit.label(f"keep-{name}-hint", FORM_HINT)
            fields.append(Field(name, label, hint, required=False, longest=NUMBERS_LENGTH))
        await visit.ask(
            Form(visit.label("keep-form", FORM_TITLE), CustomId("keep-set", pressed.subject), fields)
        )

    @pressed("keep-set", opened_by="keep")
    async def keep_now(self, visit: Visit, pressed: CustomId) -> None:
        """Keep a promise with what was sent."""
        said, did, wont = (visit.text(name) for name in ("said", "did", "wont"))
        done, refused = (numbers_in(visit.text(name)) for name in ("answered", "refused"))
        await promises.keep(visit.app, visit.person, pressed.subject, said, did, wont, done, refused)
        await visit.tell("promise-kept-now")

    @promise.command(name="make", description="Promise an answer again, once the last one was given")
    @app_commands.describe(initiative="Which project")
    @app_commands.autocomplete(initiative=complete_initiatives)
    async def make(self, interaction: discord.Interaction, initiative: str) -> None:
        """Open the form of a new promise."""
        await self._router.answer(interaction, self._make, initiative)

    async def _make(self, visit: Visit, initiative: str) -> None:
        on = await initiatives.find(visit.app, visit.community.id, initiative)
        await self.ask_promise(visit, CustomId("promise-new", on.id))

    @pressed("promise-new")
    async def ask_promise(self, visit: Visit, pressed: CustomId) -> None:
        """The form of a new promise; what can't change and who decides are filled in as they were."""
        require_organiser(visit.person, visit.community.roles)
        one = await initiatives.standing(visit.app, visit.community.id, pressed.subject)
        if one.promise is None:
            raise Refusal("promise-none")
        if one.promise.kept_ms is None:
            raise Refusal("promise-owed")
        to = CustomId("promise-make", pressed.subject)
        await visit.ask(Form(visit.label("promise-form", FORM_TITLE), to, promise_fields(visit, one.promise)))

    @pressed("promise-make", opened_by="promise-new")
    async def make_now(self, visit: Visit, pressed: CustomId) -> None:
        """Make a promise of what was sent."""
        made = await promises.make(visit.app, visit.person, pressed.subject, *promise_in(visit))
        card = Card().text(visit.say("promise-made-now", due=moment(made.due_ms)))
        poll = button(visit.label("desk-press-poll"), "poll-new", pressed.subject, style="primary")
        await visit.show(card.buttons(poll, button(visit.label("desk-press"), "desk")))

    @promise.command(name="show", description="Every promise: kept, due, overdue")
    async def show_promises(self, interaction: discord.Interaction) -> None:
        """List all promises."""
        await self._router.answer(interaction, self._promises)

    async def _promises(self, visit: Visit) -> None:
        require_organiser(visit.person, visit.community.roles)
        card = Card().text(visit.say("promise-list-title"))
        found = [one for one in await initiatives.listing(visit.app, visit.community.id) if one.promise]
        lines: list[str] = []
        for one in found:
            lines += [visit.say("promise-of", title=one.initiative.title), promise_state(visit, one)]
        card.text(*lines)
        late = [one for one in found if one.promise and one.promise.kept_ms is None]
        card.buttons(*(keep_button(visit, one) for one in late[:5]))
        await visit.show(card if found else card.text(visit.say("promise-list-none")))


def box(visit: Visit, name: str) -> Field:
    """A form's field for a few sentences."""
    label = visit.label(f"project-field-{name}", FORM_LABEL)
    hint = visit.label(f"project-hint-{name}", FORM_HINT)
    return Field(name, label, hint, long=True, longest=WORDS_LENGTH)


def promise_fields(visit: Visit, last: Promise | None = None) -> list[Field]:
    """The fields of a form for a promise, filled in as it was the last time."""
    chosen = last.level if last else Influence.ADVISE
    levels = [
        Option(visit.label(f"influence-{one}", SELECT_LABEL), one.value, one is chosen) for one in Influence
    ]
    return [
        Field("level", visit.label("project-field-level", FORM_LABEL), options=levels),
        replace(box(visit, "fixed"), value=last.fixed if last else ""),
        Field("decides", visit.label("project-field-decides", FORM_LABEL),
              visit.label("project-hint-decides", FORM_HINT), last.decides if last else "", longest=200),
        Field("due", visit.label("project-field-due", FORM_LABEL),
              visit.label("project-hint-due", FORM_HINT), longest=100),
    ]  # fmt: skip


def promise_in(visit: Visit) -> tuple[Influence, str, str, int]:
    """What a form for a promise came back with: its level, what can't change, who decides, when it is due."""
    if visit.text("level") not in set(Influence):
        raise Refusal("button-unknown")
    due = when.read_moment(visit.text("due"), visit.app.clock.now_ms(), visit.community.zone)
    return Influence(visit.text("level")), visit.text("fixed"), visit.text("decides"), due


def promise_state(visit: Visit, one: Standing) -> str:
    """Whether a promise is kept, due or overdue, in words."""
    if one.promise is None:
        return visit.say("promise-state-none")
    if one.promise.kept_ms is not None:
        return visit.say("promise-state-kept", when=day(one.promise.kept_ms))
    late = one.promise.is_overdue(visit.app.clock.now_ms())
    return visit.say(
        "promise-state-overdue" if late else "promise-state-due", when=moment(one.promise.due_ms)
    )


def keep_button(visit: Visit, one: Standing) -> discord.ui.Button[Card] | None:
    """The button that keeps a promise, or where it is kept, the one that makes the next."""
    if one.promise is None:
        return None
    if one.promise.kept_ms is not None:
        return button(visit.label("promise-press-new"), "promise-new", one.initiative.id)
    return button(visit.label("desk-press-keep", title=one.initiative.title), "keep", one.initiative.id)
