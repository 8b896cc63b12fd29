"""``/feedback``: forms without names, their close, what people wrote in them, and the standing box."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.asks import AskField, FieldKind
from bot.domain.forms import FORM, MOST_TEXT, as_form, read_scales, scale_lines
from bot.domain.people import require_organiser
from bot.domain.refusals import Refusal
from bot.domain.rounds import State
from bot.services import drafts, form_files, initiatives, rounds
from cogs.box import open_box
from cogs.draft_cards import draft_card
from cogs.reviewing import feedback_card, read_next, texts_to_post
from cogs.ui.cards import Card, Field, Form, button
from cogs.ui.completion import ask_named, complete_feedback, complete_forms, complete_initiatives, round_named
from cogs.ui.custom_ids import CustomId
from cogs.ui.dictionary import dictionary
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE
from cogs.ui.router import Router, pressed
from cogs.ui.visit import Visit

WHAT = [
    app_commands.Choice(name="One question, answered in people's own words", value="question"),
    app_commands.Choice(name="Scales that you write, and a comment", value="scales"),
    app_commands.Choice(name="A form from the list", value="form"),
]
SCALES_LENGTH = 600


class Feedback(commands.Cog):
    """Organisers' feedback rounds."""

    feedback = app_commands.Group(
        name="feedback", description="Ask without names (organisers)", guild_only=True
    )

    def __init__(self, router: Router) -> None:
        self._router = router

    @feedback.command(
        name="open", description="Prepare feedback without names. Nobody sees it before you press Publish"
    )
    @app_commands.describe(
        initiative="Which project it belongs to",
        what="What people answer",
        form="Which form, where you chose a form",
        channel="Where to post it, if not in the have-your-say channel",
    )
    @app_commands.choices(what=WHAT)
    @app_commands.autocomplete(initiative=complete_initiatives, form=complete_forms)
    async def open(
        self,
        interaction: discord.Interaction,
        initiative: str,
        what: app_commands.Choice[str] | None = None,
        form: str | None = None,
        channel: discord.TextChannel | discord.Thread | None = None,
    ) -> None:
        """Begin a draft, and show its card."""
        place, chosen = str(channel.id) if channel else "", what.value if what else ""
        await self._router.answer(interaction, self._open, initiative, chosen, form or "", place)

    async def _open(self, visit: Visit, initiative: str, what: str, form: str, place: str) -> None:
        require_organiser(visit.person, visit.community.roles)
        on = await initiatives.find(visit.app, visit.community.id, initiative)
        if what == "form" and not form:
            raise Refusal("form-which")
        if what == "scales":
            await self.ask_scales(visit, CustomId("scales-new", on.id, place))
            return
        chosen = as_form(visit.app.asks[ask_named(visit, form)]) if form else (_words(visit),)
        await _begin(visit, on.id, chosen, place)

    @pressed("feedback-new")
    async def new(self, visit: Visit, pressed: CustomId) -> None:
        """The desk's way in: what people answer."""
        require_organiser(visit.person, visit.community.roles)
        on = await initiatives.find(visit.app, visit.community.id, f"#{pressed.subject}")
        if pressed.argument == "scales":
            await self.ask_scales(visit, CustomId("scales-new", on.id))
        elif pressed.argument == "question":
            await _begin(visit, on.id, (_words(visit),), "")
        else:
            card = Card().text(visit.say("feedback-new"))
            await visit.show(
                card.buttons(*(
                    button(visit.label(f"feedback-press-{one}"), "feedback-new", on.id, one)
                    for one in ("question", "scales")
                ))
            )  # fmt: skip

    @pressed("draft-scales")
    async def change_scales(self, visit: Visit, pressed: CustomId) -> None:
        """The scales of a draft again, to be changed."""
        require_organiser(visit.person, visit.community.roles)
        draft = (await rounds.look(visit.app, visit.community.id, pressed.subject)).round
        if draft.state is not State.DRAFT:
            raise Refusal("draft-not-open")
        to = CustomId("draft-scales-set", draft.id)
        await visit.ask(_scales_form(visit, to, scale_lines(draft.form)))

    @pressed("draft-scales-set", opened_by="draft-scales")
    async def set_scales(self, visit: Visit, pressed: CustomId) -> None:
        """Keep other scales in a draft, above its comment."""
        require_organiser(visit.person, visit.community.roles)
        draft = (await rounds.look(visit.app, visit.community.id, pressed.subject)).round
        kept = [one for one in draft.form if one.kind is not FieldKind.SCALE]
        form = (*read_scales(visit.text("scales")), *kept)
        await drafts.change(visit.app, visit.person, draft.id, form=form)
        await visit.show(await draft_card(visit, draft.id))

    @pressed("scales-new")
    async def ask_scales(self, visit: Visit, pressed: CustomId) -> None:
        """The form for the scales of a new draft; its argument is the channel that was chosen."""
        require_organiser(visit.person, visit.community.roles)
        await initiatives.find(visit.app, visit.community.id, f"#{pressed.subject}")
        await visit.ask(_scales_form(visit, replace(pressed, verb="feedback-scales")))

    @pressed("feedback-scales", opened_by="scales-new")
    async def scales(self, visit: Visit, pressed: CustomId) -> None:
        """A draft out of the scales that an organiser has written."""
        require_organiser(visit.person, visit.community.roles)
        form = (*read_scales(visit.text("scales")), _words(visit, "feedback-field-comment"))
        await _begin(visit, pressed.subject, form, pressed.argument)

    @feedback.command(name="show", description="See feedback as it stands, with what you can do about it")
    @app_commands.describe(question="Which question")
    @app_commands.autocomplete(question=complete_feedback)
    async def show(self, interaction: discord.Interaction, question: str) -> None:
        """Show a feedback round."""
        await self._router.answer(interaction, self._show, question)

    async def _show(self, visit: Visit, question: str) -> None:
        await visit.show(await feedback_card(visit, (await _named(visit, question))))

    @pressed("feedback")
    async def manage(self, visit: Visit, pressed: CustomId) -> None:
        """An organiser's private card for a feedback round."""
        await visit.show(await feedback_card(visit, pressed.subject))

    @feedback.command(name="close", description="Close feedback before its time, with a public reason")
    @app_commands.describe(question="Which question", reason="Everybody will read this")
    @app_commands.autocomplete(question=complete_feedback)
    async def close(self, interaction: discord.Interaction, question: str, reason: str) -> None:
        """Close a feedback round early."""
        await self._router.answer(interaction, self._close, question, reason)

    async def _close(self, visit: Visit, question: str, reason: str) -> None:
        await rounds.close_early(visit.app, visit.person, await _named(visit, question), reason)
        await visit.tell("poll-closed-now")

    @feedback.command(name="review", description="Read what people wrote, one text after the other")
    @app_commands.describe(question="Which question")
    @app_commands.autocomplete(question=complete_feedback)
    async def review(self, interaction: discord.Interaction, question: str) -> None:
        """Show the next text to read."""
        await self._router.answer(interaction, self._review, question)

    async def _review(self, visit: Visit, question: str) -> None:
        await read_next(visit, await _named(visit, question))

    @feedback.command(
        name="release", description="Post what people wrote, once all of it is read. You see it first"
    )
    @app_commands.describe(question="Which question")
    @app_commands.autocomplete(question=complete_feedback)
    async def release(self, interaction: discord.Interaction, question: str) -> None:
        """Post the texts that may be shown."""
        await self._router.answer(interaction, self._release, question)

    async def _release(self, visit: Visit, question: str) -> None:
        pressed = CustomId("feedback-release", await _named(visit, question))
        await visit.show(await texts_to_post(visit, pressed))

    @feedback.command(name="box", description="The standing box without names: open it, see it, stop it")
    @app_commands.describe(
        pace="When it closes and opens again, such as: every two weeks on Friday 6pm",
        question="What you ask, if not: What should we know?",
        channel="Where to post it, if not in the have-your-say channel",
    )
    async def box(
        self,
        interaction: discord.Interaction,
        pace: str | None = None,
        question: str | None = None,
        channel: discord.TextChannel | discord.Thread | None = None,
    ) -> None:
        """Open the box, or show it."""
        place = str(channel.id) if channel else ""
        await self._router.answer(interaction, open_box, pace or "", question or "", place)

    @feedback.command(name="export", description="Closed feedback as files, for you alone")
    @app_commands.describe(question="Which question")
    @app_commands.autocomplete(question=complete_feedback)
    async def export(self, interaction: discord.Interaction, question: str) -> None:
        """Hand over what came out as files."""
        await self._router.answer(interaction, self._export, question)

    async def _export(self, visit: Visit, question: str) -> None:
        await self.export_now(visit, CustomId("feedback-export", await _named(visit, question)))

    @pressed("feedback-export")
    async def export_now(self, visit: Visit, pressed: CustomId) -> None:
        """The files of a closed form: numbers, and the words that have been posted."""
        files = await form_files.files(visit.app, visit.person, pressed.subject)
        card = Card().text(visit.say("feedback-export-here"))
        for name, data in files.items():
            card.attachment(name, data)
        columns = dict.fromkeys((*form_files.COLUMNS, *form_files.FACTS))
        await visit.show(card.attachment(*dictionary(visit, "form", columns)))


async def _begin(visit: Visit, project: int, form: tuple[AskField, ...], place: str) -> None:
    made = await drafts.begin(visit.app, visit.person, project, FORM, place, form=form, sealed=True)
    await visit.show(await draft_card(visit, made.id))


def _words(visit: Visit, label: str = "feedback-field-words") -> AskField:
    """One long box; its label is in the community's language, for everybody reads it."""
    language = visit.wording.nearest(visit.community.language)
    told = visit.wording.label(language, label, FORM_LABEL)
    return AskField("words", FieldKind.LONG, told, longest=MOST_TEXT)


def _scales_form(visit: Visit, to: CustomId, lines: str = "") -> Form:
    label, hint = (visit.label(f"feedback-{one}-scales", FORM_HINT) for one in ("field", "hint"))
    box = Field("scales", label[:FORM_LABEL], hint, lines, long=True, longest=SCALES_LENGTH)
    title = visit.label("feedback-scales-form", FORM_TITLE)
    return Form(title, to, [box])


async def _named(visit: Visit, question: str) -> int:
    """The number of the form that was chosen; raises Refusal ``round-unknown``."""
    asked = await round_named(visit, question)
    if asked.kind != FORM:
        raise Refusal("round-unknown")
    return asked.id
