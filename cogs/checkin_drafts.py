"""A check-in before it starts: its questions, what officials say, a preview, the start."""

from __future__ import annotations

from discord.ext import commands

from bot.domain.checkins import CheckIn, Life, Purpose
from bot.domain.forms import question_lines, read_questions
from bot.domain.people import require_organiser
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.services import checkin_looks, checkins, initiatives
from bot.services.rounds import Look
from cogs.drafts import channel_name
from cogs.ui.cards import Card, Field, Form, Option, button, choose
from cogs.ui.checkin_cards import checkin_card
from cogs.ui.custom_ids import CustomId, only_number
from cogs.ui.limits import FORM_HINT, FORM_LABEL, FORM_TITLE, SELECT_LABEL, SELECT_OPTIONS
from cogs.ui.permissions import missing_in
from cogs.ui.round_cards import RoundWords, public
from cogs.ui.router import pressed
from cogs.ui.visit import Visit

LINES_LENGTH = 900
QUOTED = 200
"""Characters of people's words in the question that they become."""


async def show_checkin(visit: Visit, which: int) -> None:
    """An organiser's card for a check-in, draft or not."""
    await visit.show(checkin_card(visit, await checkin_looks.look(visit.app, visit.person, which)))


async def checkin_afresh(visit: Visit, pressed: CustomId, line: str) -> Card:
    """A check-in as it is now, for an organiser who saw something else."""
    return checkin_card(visit, await checkin_looks.look(visit.app, visit.person, pressed.subject), line)


async def fill_in(visit: Visit, draft: CheckIn) -> None:
    """The first thing that a new draft lacks: its questions, or whose words it is about."""
    if draft.purpose is Purpose.PLAIN:
        await visit.ask(_questions_form(visit, draft))
    elif draft.purpose is Purpose.GOOD:
        await _offer_words(visit, draft)
    else:
        await show_checkin(visit, draft.id)


def asked(visit: Visit, name: str) -> tuple[str, str]:
    """The label of a box, and the hint below it."""
    return (
        visit.label(f"checkin-field-{name}", FORM_LABEL),
        visit.label(f"checkin-hint-{name}", FORM_HINT),
    )


class CheckInDrafts(commands.Cog):
    """What organisers press on a check-in's draft."""

    @pressed("checkin-questions")
    async def questions(self, visit: Visit, pressed: CustomId) -> None:
        """The questions of a draft, to be written or changed."""
        await visit.ask(_questions_form(visit, await draft_of(visit, pressed.subject)))

    @pressed("checkin-questions-set", opened_by="checkin-questions")
    async def set_questions(self, visit: Visit, pressed: CustomId) -> None:
        """Keep the questions of a draft."""
        require_organiser(visit.person, visit.community.roles)
        form, question = read_questions(visit.text("lines")), visit.text("question")
        await checkins.change(visit.app, visit.person, pressed.subject, question=question, form=form)
        await show_checkin(visit, pressed.subject)

    @pressed("checkin-words")
    async def words(self, visit: Visit, pressed: CustomId) -> None:
        """What residents said would be good, to choose from."""
        await _offer_words(visit, await draft_of(visit, pressed.subject))

    @pressed("checkin-words-set")
    async def set_words(self, visit: Visit, pressed: CustomId) -> None:
        """Let the words of one idea come back as the question."""
        draft, number = await draft_of(visit, pressed.subject), only_number(visit.values)
        said = dict(await checkin_looks.said_good(visit.app, visit.person, draft.initiative)).get(number)
        if said is None:
            raise Refusal("contribution-unknown")
        language = visit.wording.nearest(visit.community.language)
        words = RoundWords(visit.wording, language)
        quoted = said if len(said) <= QUOTED else said[: QUOTED - 1] + "…"
        question = words.label("checkin-good-question", visit.app.limits.question_length, words=quoted)
        label = words.label("checkin-good-label", FORM_LABEL)
        low, high = words.label("checkin-good-low"), words.label("checkin-good-high")
        form = read_questions(f"{label} | {low} | {high}")
        await checkins.change(visit.app, visit.person, draft.id, question=question, form=form)
        await show_checkin(visit, draft.id)

    @pressed("checkin-state")
    async def state(self, visit: Visit, pressed: CustomId) -> None:
        """What officials say about whether it is there."""
        one = (await checkin_looks.look(visit.app, visit.person, pressed.subject)).checkin
        if one.purpose is not Purpose.DELIVERY:
            raise Refusal("button-unknown")
        chosen = one.stated.option if one.stated else None
        options = [
            Option(visit.label("plain", SELECT_LABEL, text=text), str(place), place == chosen)
            for place, text in enumerate(one.form[0].options)
        ]
        fields = [
            Field("option", visit.label("checkin-field-state", FORM_LABEL), options=options),
            Field("words", *asked(visit, "why"), one.stated.words if one.stated else "", long=True,
                  longest=checkins.STATED_LENGTH),
        ]  # fmt: skip
        title = visit.label("checkin-press-state", FORM_TITLE)
        await visit.ask(Form(title, CustomId("checkin-state-set", one.id, one.version), fields))

    @pressed("checkin-state-set", opened_by="checkin-state", afresh=checkin_afresh)
    async def set_state(self, visit: Visit, pressed: CustomId) -> None:
        """Keep what officials say."""
        which, words, option = pressed.subject, visit.text("words"), only_number([visit.text("option")])
        await checkins.state_it(visit.app, visit.person, which, option, words, pressed.version)
        await show_checkin(visit, pressed.subject)

    @pressed("checkin-preview")
    async def preview(self, visit: Visit, pressed: CustomId) -> None:
        """The card as everybody will see it, without working buttons."""
        draft = await draft_of(visit, pressed.subject)
        on = await initiatives.find(visit.app, visit.community.id, f"#{draft.initiative}")
        promise = (await initiatives.standing(visit.app, visit.community.id, on.id)).promise
        asked = Round(
            draft.community, 0, on.id, "form", on.stage, State.OPEN, question=draft.question, form=draft.form,
            sealed=draft.sealed, checkin=draft.id, role=draft.role,
        )  # fmt: skip
        look = Look(asked, on, promise, 0, None, None, overdue=False, checkin=draft)
        card = public(look, RoundWords(visit.wording, visit.language), pressable=False)
        card.text(visit.say("draft-preview-ask", label=visit.label("round-press-fill")))
        await visit.show(card.buttons(button(visit.label("checkin-press-back"), "checkin", draft.id)))

    @pressed("checkin-start", afresh=checkin_afresh)
    async def start(self, visit: Visit, pressed: CustomId) -> None:
        """Start it, once the bot is sure that it may post there."""
        draft = await draft_of(visit, pressed.subject)
        lacking = missing_in(visit.interaction.guild, draft.channel) if draft.channel else ()
        if lacking:
            raise Refusal(
                "permissions-missing",
                permissions=", ".join(lacking),
                channel=channel_name(visit, draft.channel),
            )
        await checkins.start(visit.app, visit.person, draft.id, pressed.version)
        await show_checkin(visit, draft.id)

    @pressed("checkin-discard", afresh=checkin_afresh)
    async def discard(self, visit: Visit, pressed: CustomId) -> None:
        """Throw a draft away."""
        await checkins.discard(visit.app, visit.person, pressed.subject, pressed.version)
        await visit.tell("draft-discarded")


async def draft_of(visit: Visit, which: int) -> CheckIn:
    """A draft, for organisers; raises Refusal ``checkin-no-draft``."""
    one = (await checkin_looks.look(visit.app, visit.person, which)).checkin
    if one.state is not Life.DRAFT:
        raise Refusal("checkin-no-draft")
    return one


def question_fields(visit: Visit, draft: CheckIn | None = None) -> list[Field]:
    """What it is about, and its questions, one a line."""
    longest = min(visit.app.limits.question_length, 300)
    question, lines = (draft.question, question_lines(draft.form)) if draft else ("", "")
    return [
        Field("question", *asked(visit, "question"), question, longest=longest),
        Field("lines", *asked(visit, "lines"), lines, long=True, longest=LINES_LENGTH),
    ]


def _questions_form(visit: Visit, draft: CheckIn) -> Form:
    title, how = visit.label("checkin-press-questions", FORM_TITLE), visit.say("checkin-lines-how")
    return Form(title, CustomId("checkin-questions-set", draft.id), question_fields(visit, draft), how)


async def _offer_words(visit: Visit, draft: CheckIn) -> None:
    found = await checkin_looks.said_good(visit.app, visit.person, draft.initiative)
    card = Card().text(visit.say("checkin-good-which" if found else "checkin-good-none"))
    if found:
        options = [
            Option(
                visit.label("option-plain", SELECT_LABEL, number=number, text=" ".join(words.split())),
                str(number),
            )
            for number, words in found[:SELECT_OPTIONS]
        ]
        card.choice(
            choose(CustomId("checkin-words-set", draft.id), options, visit.label("checkin-good-hint"))
        )
    await visit.show(card.buttons(button(visit.label("checkin-press-back"), "checkin", draft.id)))
