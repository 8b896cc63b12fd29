"""``/initiative``: projects from start to close."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.initiatives import TITLE_LENGTH, WORDS_LENGTH, Life
from bot.domain.people import Ages, require_organiser
from bot.domain.refusals import Refusal
from bot.domain.stages import Stage
from bot.services import initiatives
from bot.services.initiatives import Beginning
from cogs.promises import keep_button, promise_fields, promise_in, promise_state
from cogs.ui.cards import Card, Field, Form, Option, button
from cogs.ui.completion import complete_initiatives
from cogs.ui.custom_ids import CustomId
from cogs.ui.limits import FORM_LABEL, FORM_TITLE, SELECT_LABEL
from cogs.ui.naming import apart
from cogs.ui.round_cards import RoundWords
from cogs.ui.router import Router, pressed
from cogs.ui.times import moment
from cogs.ui.visit import Visit

AGES = [
    app_commands.Choice(name="Adults (18 and over)", value="adults"),
    app_commands.Choice(name="People aged 13 to 17", value="teens"),
    app_commands.Choice(name="Everyone aged 13 and over", value="both"),
]
STAGES = [
    app_commands.Choice(name="Define: what's wrong?", value="define"),
    app_commands.Choice(name="Options: what could we do?", value="options"),
    app_commands.Choice(name="Decide: choose", value="decide"),
    app_commands.Choice(name="Deliver: doing it", value="deliver"),
    app_commands.Choice(name="Evaluate: did it work?", value="evaluate"),
]


class Initiatives(commands.Cog):
    """Organisers' projects."""

    initiative = app_commands.Group(
        name="initiative",
        description="Projects: start, move on, hand over, close (organisers)",
        guild_only=True,
    )

    def __init__(self, router: Router) -> None:
        self._router = router

    @initiative.command(name="start", description="Start a project, with a promise to people. A form opens")
    @app_commands.describe(ages="Who takes part", deputy="Who takes over when you can't")
    @app_commands.choices(ages=AGES)
    async def start(
        self,
        interaction: discord.Interaction,
        ages: app_commands.Choice[str] | None = None,
        deputy: discord.Member | None = None,
    ) -> None:
        """Open the form of a new project."""
        argument = f"{ages.value if ages else 'both'}.{deputy.id if deputy else ''}"
        await self._router.answer(interaction, self.ask_start, CustomId("project-new", 0, argument))

    @pressed("project-new")
    async def ask_start(self, visit: Visit, pressed: CustomId) -> None:
        """The form of a new project and its promise."""
        require_organiser(visit.person, visit.community.roles)
        argument = pressed.argument or "both."
        name = Field("title", visit.label("project-field-title", FORM_LABEL), longest=TITLE_LENGTH)
        fields, title = [name, *promise_fields(visit)], visit.label("project-form", FORM_TITLE)
        await visit.ask(Form(title, CustomId("project-start", 0, argument), fields))

    @pressed("project-start", opened_by="project-new")
    async def start_now(self, visit: Visit, pressed: CustomId) -> None:
        """Start a project with what was sent."""
        ages, _, deputy = pressed.argument.partition(".")
        if ages not in set(Ages) or not (deputy or "0").isdigit():
            raise Refusal("button-unknown")
        level, fixed, decides, due = promise_in(visit)
        new = Beginning(visit.text("title"), Ages(ages), level, fixed, decides, due, deputy)
        made = await initiatives.start(visit.app, visit.person, new)
        card = Card().text(visit.say("project-started", title=made.title, due=moment(due)))
        await visit.show(
            card.buttons(
                button(visit.label("desk-press-poll"), "poll-new", made.id, style="primary"),
                button(visit.label("desk-press"), "desk"),
            )
        )

    @initiative.command(name="list", description="All projects of this community, and where they stand")
    async def listing(self, interaction: discord.Interaction) -> None:
        """List all projects."""
        await self._router.answer(interaction, self._list)

    async def _list(self, visit: Visit) -> None:
        require_organiser(visit.person, visit.community.roles)
        card = Card().text(visit.say("project-list-title"))
        found = [
            one for one in await initiatives.listing(visit.app, visit.community.id) if one.initiative.title
        ]
        lines, counts = [], await initiatives.asked(visit.app, visit.community.id)
        for one in found:
            stage = visit.say(f"stage-{one.initiative.stage}")
            name = "project-line-closed" if one.initiative.life is Life.CLOSED else "project-line"
            lines.append(
                visit.say(
                    name, title=one.initiative.title, stage=stage, count=counts.get(one.initiative.id, 0)
                )
            )
        card.text(*lines)
        await visit.show(card if found else card.text(visit.say("project-list-none")))

    @initiative.command(name="show", description="One project: its stage, promise and questions")
    @app_commands.describe(initiative="Which project")
    @app_commands.autocomplete(initiative=complete_initiatives)
    async def show(self, interaction: discord.Interaction, initiative: str) -> None:
        """Show a project."""
        await self._router.answer(interaction, self._show, initiative)

    async def _show(self, visit: Visit, initiative: str) -> None:
        on = await initiatives.find(visit.app, visit.community.id, initiative)
        await self.manage(visit, CustomId("project", on.id))

    @pressed("project")
    async def manage(self, visit: Visit, pressed: CustomId) -> None:
        """An organiser's private card for a project."""
        require_organiser(visit.person, visit.community.roles)
        one = await initiatives.standing(visit.app, visit.community.id, pressed.subject)
        on, words = one.initiative, RoundWords(visit.wording, visit.language)
        named = apart(visit, one.rounds)
        card = Card().text(
            visit.say("project-title", title=on.title or visit.say("project-other")),
            visit.say("project-stage", stage=visit.say(f"stage-{on.stage}")),
            visit.say("project-ages", ages=visit.say(f"ages-{on.ages}")),
            *words.promise(one.promise),
            promise_state(visit, one),
            *(visit.say(f"poll-line-{asked.state}", question=named[asked.id], when=moment(asked.closes_ms))
              for asked in one.rounds[-10:]),
        )  # fmt: skip
        if on.life is Life.OPEN:
            card.buttons(
                button(visit.label("desk-press-poll"), "poll-new", on.id, style="primary"),
                button(visit.label("project-press-stage"), "stage", on.id),
                keep_button(visit, one),
            )
        await visit.show(card)

    @initiative.command(name="stage", description="Move a project to its next stage, with a public reason")
    @app_commands.describe(initiative="Which project", stage="Where to", reason="Everybody will read this")
    @app_commands.choices(stage=STAGES)
    @app_commands.autocomplete(initiative=complete_initiatives)
    async def stage(
        self, interaction: discord.Interaction, initiative: str, stage: app_commands.Choice[str], reason: str
    ) -> None:
        """Move a project."""
        await self._router.answer(interaction, self._stage, initiative, Stage(stage.value), reason)

    async def _stage(self, visit: Visit, initiative: str, to: Stage, reason: str) -> None:
        on = await initiatives.find(visit.app, visit.community.id, initiative)
        await initiatives.move_stage(visit.app, visit.person, on.id, to, reason)
        await visit.tell("stage-moved", stage=visit.say(f"stage-{to}"))

    @pressed("stage")
    async def ask_stage(self, visit: Visit, pressed: CustomId) -> None:
        """The form that moves a project; the next stage is chosen already."""
        require_organiser(visit.person, visit.community.roles)
        on = (await initiatives.standing(visit.app, visit.community.id, pressed.subject)).initiative
        options = [
            Option(visit.label(f"stage-{one}", SELECT_LABEL), one.value, one.place == on.stage.place + 1)
            for one in Stage
            if one is not on.stage
        ]
        reason = Field("reason", visit.label("reason-public", FORM_LABEL), long=True, longest=WORDS_LENGTH)
        fields = [Field("stage", visit.label("stage-field", FORM_LABEL), options=options), reason]
        await visit.ask(Form(visit.label("stage-form", FORM_TITLE), CustomId("stage-set", on.id), fields))

    @pressed("stage-set", opened_by="stage")
    async def set_stage(self, visit: Visit, pressed: CustomId) -> None:
        """Move a project with what was sent."""
        to = visit.text("stage")
        if to not in set(Stage):
            raise Refusal("stage-unknown")
        await initiatives.move_stage(
            visit.app, visit.person, pressed.subject, Stage(to), visit.text("reason")
        )
        await visit.tell("stage-moved", stage=visit.say(f"stage-{to}"))

    @initiative.command(name="handover", description="Give a project a new lead or deputy")
    @app_commands.describe(initiative="Which project", lead="Who leads it", deputy="Who takes over")
    @app_commands.autocomplete(initiative=complete_initiatives)
    async def handover(
        self,
        interaction: discord.Interaction,
        initiative: str,
        lead: discord.Member | None = None,
        deputy: discord.Member | None = None,
    ) -> None:
        """Hand a project over."""
        ids = [str(one.id) if one else "" for one in (lead, deputy)]
        await self._router.answer(interaction, self._handover, initiative, *ids)

    async def _handover(self, visit: Visit, initiative: str, lead: str, deputy: str) -> None:
        on = await initiatives.find(visit.app, visit.community.id, initiative)
        one = await initiatives.hand_over(visit.app, visit.person, on.id, lead, deputy)
        card = Card().text(visit.say("handed-over", title=on.title), promise_state(visit, one))
        named = apart(visit, one.rounds)
        lines = [
            visit.say("poll-line-open", question=named[asked.id], when=moment(asked.closes_ms))
            for asked in one.rounds
            if asked.state == "open"
        ]
        await visit.show(card.text(*(lines or [visit.say("handed-over-nothing")])))

    @initiative.command(name="close", description="Close a project, with a public reason")
    @app_commands.describe(initiative="Which project", reason="Everybody will read this")
    @app_commands.autocomplete(initiative=complete_initiatives)
    async def close(self, interaction: discord.Interaction, initiative: str, reason: str) -> None:
        """Close a project."""
        await self._router.answer(interaction, self._close, initiative, reason)

    async def _close(self, visit: Visit, initiative: str, reason: str) -> None:
        on = await initiatives.find(visit.app, visit.community.id, initiative)
        await initiatives.close(visit.app, visit.person, on.id, reason)
        await visit.tell("project-closed", title=on.title)
