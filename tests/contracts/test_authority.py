"""Who can do what: every command and every verb, by everybody, in two communities; and what is forged.

"No effect" is meant literally: not one row of the database is another than before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio
from simcord.interactions import command_leaves
from simcord.results import InteractionResult
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import AskField, FieldKind
from bot.domain.checkins import Purpose
from bot.domain.forms import FORM, read_scales
from bot.domain.people import Person
from bot.domain.rounds import DAY_MS
from bot.practice.town import (
    Town,
    answer,
    draft_poll,
    open_ask,
    open_poll,
    open_weighing,
    reply,
    start_project,
    tell,
    vote,
)
from bot.services import box, checkins, communities, drafts, papers, rounds, sealed_answers
from bot.services import people as services_people
from bot.store import offers, worries
from bot.store.offers import Offer
from bot.store.worries import Worry
from cogs.ui.custom_ids import CustomId
from tests.journeys.conftest import (
    ADULT,
    PROJECT,
    changed,
    database_of,
    forge,
    forge_form,
    forge_slash,
    insist,
    insist_form,
    living,
    one,
    one_context,
    press,
    tables,
    why,
    wording,
)

OPEN, DRAFT, CLOSED, ASKED, TO_ASK, SEALED, ON = 1, 2, 3, 4, 5, 8, 2
"""Numbers of Mill Town: an open question, a draft, a closed question, an ask and its draft; their project."""
WEIGHED, WEIGHING = 6, 7
"""Of the ideas of that ask: a weighing that has closed, and one that is open."""
FORMED, FELT, BOXED, DRAWN = 9, 10, 11, 12
"""Forms: an open one with names, a closed one without, with the texts 1 and 2 to read, the box, a draft."""
WORDED, HUSHED, RUNS, RESTS, TURNED, TURN = 1, 2, 3, 4, 5, 13
"""Check-ins: drafts, of people's words and a plain one; one that runs and that officials speak on, one that
is paused, and one that is open now, with its round."""
UNREAD, READ, JOINED, JOINT = (1, 2, 3), (4, 5, 6, 7, 8), (9, 10), 11
"""Ideas of Bartek's: those that nobody has read, those that everybody may read, two that were made one."""
UNSENT = 1
PAPER, ANOTHER = 1, 2
"""Two answers that wait for a second organiser; whoever keeps the server entered them."""
OWED = 6
"""A word that people asked for."""
OFFERED, BEGUN = 21, 22
"""What Bartek is asked: whether a message may be an idea; and what an organiser has begun to ask."""

WORRIED = 31
"""A safety worry that nobody has yet."""


@dataclass(frozen=True)
class Act:
    """How a verb is pressed, so that it would do something if it were allowed to."""

    subject: int = 0
    argument: str = ""
    values: Sequence[str] = ()
    form: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


PROJECTS = {"poll-new", "ask-for", "ask-new", "feedback-new", "feedback-scales", "scales-new"}
PROJECTS |= {
    "checkin-new",
    "checkin-what",
    "checkin-begin",
    "project",
    "stage",
    "stage-set",
    "keep",
    "keep-set",
    "promise-new",
    "promise-make",
}
RULES = {"kind": "pick", "stage": "define", "numbers": "hands", "audience": ["officer"], "quorum": "3"}
PROMISE = {"said": "Cars", "did": "Lines", "wont": "Nothing"}
NEW = {"title": "Parks", "level": "told", "fixed": "Money", "decides": "The mayor", "due": "in 9 days"}
WORDS = {"lead_contact": "Mallory", "help_lines": "Mallory", "time_zone": "Asia/Tokyo", "language": "en"}

RESIDENT: Mapping[str, Act] = {
    "tell": Act(ASKED),
    "tell-send": Act(ASKED, form={"said": "Mallory"}),
    "facts": Act(ASKED),
    "ideas": Act(ASKED),
    "pick-idea": Act(values=[str(READ[0])]),
    "read-idea": Act(READ[0]),
    "support": Act(READ[0]),
    "unsupport": Act(READ[0]),
    "follow": Act(READ[0]),
    "unfollow": Act(READ[0]),
    "idea-object": Act(JOINED[0]),
    "idea-object-now": Act(JOINED[0]),
    "idea": Act(UNREAD[0]),
    "idea-words": Act(0, "700.800"),
    "idea-from": Act(0, "700.800", form={"ask": str(ASKED), "said": "Mallory"}),
    "offer-yes": Act(OFFERED),
    "offer-no": Act(OFFERED),
    "idea-more": Act(UNREAD[0]),
    "idea-add": Act(UNREAD[0], "who", form={"said": "Mallory"}),
    "idea-change": Act(UNREAD[0]),
    "idea-edit": Act(UNREAD[0], "what"),
    "idea-anew": Act(READ[0], "what"),
    "idea-anew-send": Act(READ[0], "what", form={"said": "Mallory"}),
    "idea-again": Act(UNREAD[0]),
    "idea-delete": Act(UNREAD[0]),
    "idea-delete-now": Act(UNREAD[0]),
    "weigh": Act(WEIGHING),
    "weigh-vote": Act(WEIGHING, f"{READ[0]}.agree"),
    "weigh-back": Act(WEIGHING, str(READ[0])),
    "weigh-pick": Act(WEIGHING, values=[str(READ[0])]),
    "weigh-say": Act(WEIGHING, str(READ[0])),
    "weigh-mine": Act(WEIGHED),
    "vote": Act(OPEN, "0"),
    "choose": Act(OPEN, values=["1"]),
    "go": Act(OPEN, "adults.0"),
    "teen": Act(OPEN, "teens.0"),
    "notice-more": Act(OPEN, "adults.0"),
    "not-now": Act(OPEN),
    "mend": Act(0, f"tell.{ASKED}"),
    "privacy": Act(OPEN),
    "withdraw": Act(OPEN),
    "seal": Act(SEALED, values=["1"]),
    "seal-change": Act(SEALED),
    "seal-back": Act(SEALED),
    "seal-change-set": Act(SEALED, form={"choice": "1", "code": "four plain words here"}),
    "seal-back-set": Act(SEALED, form={"code": "four plain words here"}),
    "form": Act(FORMED),
    "form-send": Act(FORMED, form={"field-0": "Mallory"}),
    "form-seal": Act(BOXED, form={"field-0": "Mallory"}),
    "answer": Act(OPEN),
    "pick-question": Act(values=["1"]),
    "read": Act(OPEN),
    "open": Act(),
    "mine": Act(),
    "data": Act(),
    "erase": Act(),
    "erase-now": Act(),
    "erase-not": Act(),
    "help": Act(),
    "privacy-all": Act(),
    "proof": Act(),
    "language": Act(),
    "speak": Act(values=["en"]),
    "meaning": Act(),
    "meaning-send": Act(form={"word": "Mallory"}),
    "trial-help": Act(),
    "trial-agree": Act(),
    "trial": Act(DRAFT),
    "trial-say": Act(DRAFT, "abc"),
    "trial-send": Act(DRAFT, "abc", form={"understood": "Mallory", "hard": "Mallory"}),
    "trial-stop": Act(),
    "checkin-in": Act(RUNS),
    "checkin-skip": Act(TURN),
    "checkin-rest": Act(TURNED),
    "checkin-out": Act(TURNED),
    "worry": Act(),
    "worry-send": Act(form={"words": "Mallory frightens me.", "reach": ""}),
}
ORGANISER: Mapping[str, Act] = {
    "desk": Act(),
    "schedule": Act(),
    "poll-for": Act(),
    "next": Act(),
    "idea-pass-on": Act(UNREAD[0], "v1"),
    "idea-accept": Act(UNREAD[0]),
    "idea-decline": Act(UNREAD[1]),
    "idea-decline-now": Act(UNREAD[1], "received", values=["unclear"]),
    "idea-ask": Act(UNREAD[2]),
    "idea-ask-send": Act(UNREAD[2], form={"question": "Where?"}),
    "offer-words": Act(BEGUN),
    "offer-pass-on": Act(OFFERED),
    "offer-send": Act(BEGUN, str(ASKED), form={"said": "Mallory"}),
    "idea-merge": Act(READ[1]),
    "idea-merge-with": Act(READ[1], form={"others": f"{READ[2]}"}),
    "idea-merge-write": Act(READ[1], f"{READ[2]}"),
    "idea-merge-now": Act(READ[1], form={"others": f"{READ[2]}", "words": "Mallory"}),
    "idea-split": Act(READ[3]),
    "idea-split-now": Act(READ[3], form={"words": "Mallory\nEve"}),
    "idea-outcome": Act(READ[4]),
    "idea-outcome-now": Act(READ[4], form={"state": "decided", "words": "Mallory"}),
    "idea-undo": Act(JOINT),
    "idea-undo-now": Act(JOINT),
    "answers": Act(),
    "answers-print": Act(OPEN),
    "answers-enter": Act(OPEN),
    "answers-send": Act(OPEN, form={"receipt": "", "came": "phone", "standing": "resident", "answer": "1"}),
    "answers-look": Act(PAPER),
    "answers-confirm": Act(PAPER, "1"),
    "answers-back": Act(ANOTHER),
    "meeting": Act(ASKED),
    "meeting-send": Act(ASKED, form={"place": "Library", "present": "12", "notes": "Mallory\nEve"}),
    "glossary": Act(),
    "word": Act(OWED),
    "word-explain": Act(OWED),
    "word-set": Act(form={"word": "Mallory", "meaning": "Mallory says so."}),
    "word-remove": Act(OWED),
    "weigh-new": Act(ASKED),
    "statements": Act(WEIGHING),
    "statements-add": Act(WEIGHING, form={"statements": "Mallory\nEve"}),
    "weigh-export": Act(WEIGHED),
    "ask-about": Act(),
    "ask-for": Act(ON),
    "ask-new": Act(ON, values=["problem"]),
    "ask-summary": Act(ASKED),
    "ask-export": Act(ASKED),
    "draft-facts": Act(TO_ASK),
    "draft-facts-set": Act(TO_ASK, form={"facts": "Mallory says so."}),
    "digest-preview": Act(),
    "feedback-for": Act(),
    "draft-scales": Act(DRAWN),
    "draft-scales-set": Act(DRAWN, form={"scales": "Safe? | no | yes"}),
    "feedback-new": Act(ON),
    "feedback": Act(FELT),
    "scales-new": Act(ON),
    "feedback-scales": Act(ON, form={"scales": "Safe? | not at all | very"}),
    "feedback-export": Act(FELT),
    "feedback-review": Act(FELT),
    "feedback-pass-on": Act(FELT, "1"),
    "feedback-accept": Act(FELT, "1"),
    "feedback-decline": Act(FELT, "2"),
    "feedback-decline-now": Act(FELT, "2", values=["personal"]),
    "feedback-release": Act(FELT),
    "box-stop": Act(BOXED),
    "box-stop-now": Act(BOXED, form={"reason": "Mallory says so."}),
    "checkins": Act(),
    "checkin": Act(RUNS),
    "checkin-questions": Act(HUSHED),
    "checkin-questions-set": Act(HUSHED, form={"question": "Mallory?", "lines": "Safe? | no | yes"}),
    "checkin-for": Act(),
    "checkin-new": Act(ON),
    "checkin-what": Act(ON, values=["own"]),
    "checkin-begin": Act(
        ON, "own", form={"question": "Mallory?", "lines": "So?", "pace": "every Friday 5pm", "hours": "24"}
    ),
    "checkin-whom": Act(HUSHED),
    "checkin-whom-set": Act(HUSHED, form={"by": "direct", "names": "named"}),
    "checkin-when": Act(HUSHED),
    "checkin-when-set": Act(HUSHED, form={"pace": "every Friday 5pm", "hours": "24"}),
    "checkin-words": Act(WORDED),
    "checkin-words-set": Act(WORDED, values=[str(READ[0])]),
    "checkin-state": Act(RUNS),
    "checkin-state-set": Act(RUNS, form={"option": "1", "words": "Mallory says so."}),
    "checkin-preview": Act(HUSHED),
    "checkin-start": Act(HUSHED),
    "checkin-discard": Act(WORDED),
    "checkin-now": Act(RUNS),
    "checkin-results": Act(TURNED),
    "checkin-export": Act(TURNED),
    "checkin-pause": Act(RUNS),
    "checkin-resume": Act(RESTS),
    "checkin-stop": Act(TURNED),
    "checkin-stop-now": Act(TURNED),
    "post-again": Act(UNSENT),
    "poll-new": Act(ON),
    "poll": Act(OPEN),
    "poll-export": Act(CLOSED),
    "project": Act(ON),
    "project-new": Act(0, "both."),
    "project-start": Act(0, "both.", form=NEW),
    "stage": Act(ON),
    "stage-set": Act(ON, form={"stage": "options", "reason": "We know enough now."}),
    "keep": Act(ON),
    "keep-set": Act(ON, form=PROMISE),
    "promise-new": Act(ON),
    "promise-make": Act(ON, form=NEW),
    "draft": Act(DRAFT),
    "draft-question": Act(DRAFT),
    "draft-options": Act(DRAFT),
    "draft-when": Act(DRAFT),
    "draft-rules": Act(DRAFT),
    "draft-question-set": Act(DRAFT, form={"question": "Who is Mallory?"}),
    "draft-options-set": Act(DRAFT, form={"options": "Mallory\nEve"}),
    "draft-when-set": Act(DRAFT, form={"when": "in 20 days", "reason": ""}),
    "draft-rules-set": Act(DRAFT, form=RULES),
    "draft-preview": Act(DRAFT),
    "trial-ask": Act(DRAFT, "one"),
    "trial-said": Act(DRAFT),
    "poll-close": Act(OPEN),
    "poll-cancel": Act(OPEN),
    "draft-publish": Act(DRAFT),
    "draft-discard": Act(DRAFT),
    "poll-cancel-now": Act(OPEN, form={"reason": "Mallory says so."}),
    "poll-close-now": Act(OPEN, form={"reason": "Mallory says so."}),
}
HEARER: Mapping[str, Act] = {"worry-have": Act(WORRIED)}
"""What only whoever hears safety worries can press: here the officer."""
SET_UP: Mapping[str, Act] = {
    "setup": Act(),
    "setup-roles": Act(),
    "setup-role": Act(0, "partner", values=["1234"]),
    "setup-places": Act(),
    "setup-place": Act(0, "witness", values=["1234"]),
    "setup-words": Act(),
    "setup-moderation": Act(0, "after"),
    "setup-words-set": Act(form=WORDS),
}
COMMANDS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "setup": ("set-up", {}),
    "desk": ("organiser", {}),
    "initiative start": ("organiser", {}),
    "initiative list": ("organiser", {}),
    "initiative show": ("organiser", {"initiative": PROJECT}),
    "initiative stage": ("organiser", {"initiative": PROJECT, "stage": "options", "reason": "Enough."}),
    "initiative handover": ("organiser", {"initiative": PROJECT}),
    "initiative close": ("organiser", {"initiative": PROJECT, "reason": "Enough."}),
    "promise keep": ("organiser", {"initiative": PROJECT}),
    "promise make": ("organiser", {"initiative": PROJECT}),
    "promise show": ("organiser", {}),
    "poll open": ("organiser", {"initiative": PROJECT}),
    "poll show": ("organiser", {"question": "Which crossing first?"}),
    "poll list": ("organiser", {}),
    "poll close": ("organiser", {"question": "Which crossing first?", "reason": "Enough."}),
    "poll results": ("organiser", {"question": "Which crossing first?"}),
    "poll export": ("organiser", {"question": "Which crossing first?"}),
    "ask open": ("organiser", {"initiative": PROJECT, "ask": "problem"}),
    "ask show": ("organiser", {"question": "What is it like?"}),
    "ask list": ("organiser", {}),
    "ask close": ("organiser", {"question": "What is it like?", "reason": "Enough."}),
    "ask summary": ("organiser", {"question": "What is it like?"}),
    "answers print": ("organiser", {"question": "Which crossing first?"}),
    "answers enter": ("organiser", {"question": "Which crossing first?"}),
    "answers waiting": ("organiser", {}),
    "meeting record": ("organiser", {"question": "What is it like?"}),
    "ask export": ("organiser", {"question": "What is it like?"}),
    "weigh open": ("organiser", {"initiative": PROJECT, "ideas": "What is it like?"}),
    "weigh show": ("organiser", {"question": "And all?"}),
    "weigh close": ("organiser", {"question": "And all?", "reason": "Enough."}),
    "weigh results": ("organiser", {"question": "And so?"}),
    "weigh export": ("organiser", {"question": "And so?"}),
    "feedback open": ("organiser", {"initiative": PROJECT}),
    "feedback show": ("organiser", {"question": "Was it good?"}),
    "feedback close": ("organiser", {"question": "Was it good?", "reason": "Enough."}),
    "feedback review": ("organiser", {"question": "Was it good?"}),
    "feedback release": ("organiser", {"question": "Was it good?"}),
    "feedback export": ("organiser", {"question": "Was it good?"}),
    "feedback box": ("organiser", {}),
    "checkin schedule": ("organiser", {"initiative": PROJECT, "pace": "every Monday 9am"}),
    "checkin list": ("organiser", {}),
    "checkin show": ("organiser", {"question": "Is it there yet?"}),
    "checkin results": ("organiser", {"question": "Is it there yet?"}),
    "checkin pause": ("organiser", {"question": "Is it there yet?"}),
    "checkin resume": ("organiser", {"question": "Was it calm?"}),
    "checkin run-now": ("organiser", {"question": "Is it there yet?"}),
    "checkin stop": ("organiser", {"question": "Is it there yet?"}),
    "digest preview": ("organiser", {}),
    "digest send": ("organiser", {}),
    "glossary show": ("organiser", {}),
    "glossary define": ("organiser", {"word": "modal filter"}),
    "glossary remove": ("organiser", {"word": "modal filter"}),
    "schedule show": ("organiser", {}),
    "digest schedule": ("organiser", {"pace": "every Friday 5pm"}),
    "my answers": ("resident", {}),
    "my data": ("resident", {}),
    "my erase": ("resident", {}),
    "my questions": ("resident", {}),
}
OF_ONE_PERSON = {"person", "identity", "answer", "interaction", "disclosure", "head"}
OF_ONE_PERSON |= {"taker", "contribution", "version", "support", "follow", "helper", "trial", "statement"}
OF_ONE_ERASED = {*OF_ONE_PERSON, "community", "outbox", "initiative"}
"""What residents' own acts may change; erasing oneself, also where one is a contact or leads a project."""

OF_A_WORRY = {"worry", "worry_count", "outbox"}
ALLOWED = {
    "erase-now": {*OF_ONE_ERASED, "asking", "sealed_answer"},
    "seal-change-set": {"sealed_answer"},
    "seal-back-set": {"sealed_answer"},
    "form-seal": {"sealed_answer"},
    "seal": {"sealed_answer"},  # and no other sign that they were here
    "worry-send": OF_A_WORRY,
    "meaning-send": {"asking", "word"},
}

NO_ORGANISER = wording().say("en", "refusal-organisers-only")
NO_SET_UP = wording().say("en", "refusal-set-up-only")
NO_BUTTON = wording().say("en", "refusal-button-unknown")


@dataclass
class Two:
    """Mill Town, and a second community with some of the same people in other parts."""

    mill: Town
    square: Any
    people: Mapping[str, Any]
    there: Mapping[str, Any]
    """People in the second community: Amina organises there, Olive is a resident."""
    look: sqlite3.Connection
    version: int = 0
    seen: Mapping[str, list[Any]] = field(default_factory=dict)

    def tables(self) -> Mapping[str, list[Any]]:
        """Every row of every table; read anew where anything at all was committed since, and only there."""
        [version] = self.look.execute("PRAGMA data_version").fetchone()
        if version != self.version:
            self.version, self.seen = version, tables(self.mill)
        return self.seen


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    """For what changes something."""
    async with one_context(both(tmp_path)) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def untouched(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Two]:
    """For all tests together that show that nothing changes: to set up takes longer than most of them."""
    async with one_context(both(tmp_path_factory.mktemp("untouched"))) as made:
        yield made


UNTOUCHED = pytest.mark.asyncio(loop_scope="module")


@asynccontextmanager
async def both(folder: Path) -> AsyncIterator[Two]:
    """The two communities, in a folder."""
    async with living(folder) as mill:
        await _asks(mill)
        await open_poll(mill, "What was it?", ["This", "That"], closes="in 9 days")
        await vote(mill.members["Bartek"], mill.ballot("What was it?"), "This")
        await mill.organiser.slash(mill.square, "poll close", question="What was it?", reason="Done.")
        await mill.settle()
        await open_ask(mill, "What is it like?", facts="Two lamps.")
        for number in range(1, JOINT):
            card = mill.card_of(mill.say, "Use your own words")
            await tell(mill.members["Bartek"], card, f"Idea {number}.")
        await forge_form(mill.members["Bartek"], mill.square, f"cp1:idea-add:{READ[0]}:good", said="Lamps")
        for number in READ:
            await insist(mill.organiser, mill.square, f"cp1:idea-accept:{number}")
        joined = f"cp1:idea-merge-now:{JOINED[0]}"
        await insist_form(mill.organiser, mill.square, joined, others=str(JOINED[1]), words="Both.")
        await mill.organiser.slash(mill.square, "ask open", initiative=PROJECT, ask="problem")
        for question in ("And so?", "And all?"):
            await open_weighing(mill, question, ideas="What is it like?")
        await forge(mill.members["Bartek"], mill.square, f"cp1:weigh-vote:{WEIGHED}:{READ[0]}.agree")
        await mill.organiser.slash(mill.square, "weigh close", question="And so?", reason="Done.")
        await mill.settle()
        sealed = await draft_poll(mill, "Who said it?", ["Me", "You"])
        rules = await mill.organiser.click(sealed, label="Rules")
        names = {"kind": "pick", "stage": "define", "numbers": "sealed", "audience": [], "quorum": ""}
        sealed = answer(await mill.organiser.submit_modal(rules, names))
        await mill.organiser.click(sealed, label="Publish")
        await mill.settle()
        await _forms(mill)
        await _check_ins(mill)
        for name in ("Dilan", "Esther", "Farida"):
            await forge_form(mill.members[name], mill.square, "cp1:meaning-send:0", word="modal filter")
        await _trial(mill)
        await mill.app.database.writer.run(_first_post_is_dead)
        for code in await papers.mint_for(mill.app, 1, OPEN, 2):
            await papers.take_file(mill.app, 1, OPEN, f"receipt,answer\n{code},1\n".encode())
        author, link, far = str(mill.members["Bartek"].id), "https://discord.com/channels/1/700/", 2**50
        offered = Offer(1, OFFERED, "700", f"{link}801", author, far, ASKED, "A bench.")
        begun = Offer(1, BEGUN, "700", f"{link}802", author, far)
        for offer in (offered, begun):
            await mill.app.database.writer.run(partial(offers.put, one=offer))

        env = mill.env
        guild = env.create_guild("Station Town", owner=env.create_user("Warden"))
        role = guild.create_role("Hosts")
        square = guild.create_text_channel("square")
        amina, olive = mill.members["Amina"], mill.organiser
        there = {
            "Amina": guild.add_member(amina.user, roles=[role]),
            "Olive": guild.add_member(olive.user),
            "Oscar": guild.add_member(mill.officer.user),
        }
        community = await communities.community_of(mill.app, "discord", str(guild.id))
        warden = Person(community.id, "1", can_set_up=True)
        await communities.set_roles(mill.app, warden, "organiser", [str(role.id)])
        await communities.set_up(mill.app, warden, say_channel=str(square.id))
        await mill.settle()

        steward = mill.guild.create_role("Stewards", permissions=discord.Permissions(manage_guild=True))
        people = {
            "a resident, who organises elsewhere": amina,
            "an officer": mill.officer,
            "a councillor": mill.councillor,
            "a front-line worker": mill.newcomer("Fay", mill.roles["Front line"]),
            "the owner": mill.mayor,
            "a manager of the server": mill.newcomer("Stan", steward),
            "an organiser": olive,
        }
        with closing(sqlite3.connect(database_of(mill))) as look:
            yield Two(mill, square, people, there, look)


async def _asks(mill: Town) -> None:
    """An open question and a draft."""
    await start_project(mill)
    await open_poll(mill, "Which crossing first?", ["Mill Road", "Station Road"])
    await draft_poll(mill, "A secret draft?", ["Hush", "Hush-hush"])


@pytest.fixture
async def mill(tmp_path: Path) -> AsyncIterator[Town]:
    """Mill Town alone, where no more than that is needed."""
    async with one_context(living(tmp_path)) as alone:
        await _asks(alone)
        yield alone


async def _forms(mill: Town) -> None:
    """Forms with and without names, words to read, and the box."""
    app, roles = mill.app, frozenset({str(mill.roles["Organisers"].id)})
    organiser = Person(1, str(mill.organiser.id), roles)
    fields = (
        AskField("words", FieldKind.LONG, "In your own words"),
        AskField("good", FieldKind.SCALE, "Good?", options=("1", "2")),
    )
    for question, form, sealed in (("How are you?", fields[:1], False), ("Was it good?", fields, True)):
        made = await drafts.begin(app, organiser, ON, FORM, form=form, sealed=sealed)
        closes = app.clock.now_ms() + 9 * DAY_MS
        await drafts.change(app, organiser, made.id, question=question, closes_ms=closes)
        await drafts.publish(app, organiser, made.id)
    for number in range(5):
        nobody = Person(1, str(900 + number))
        await services_people.go_on(app, nobody, "adults")
        words = "Hush" if number < 2 else ""
        await sealed_answers.answer(app, nobody, FELT, ["words", words, "good", "0"])
    await rounds.close_early(app, organiser, FELT, "Done.")
    await box.start(app, organiser, "The box?", "In your own words", "every two weeks on Friday 6pm")
    await mill.settle()
    await app.database.writer.run(_known_texts)
    drawn = await drafts.begin(app, organiser, ON, FORM, form=read_scales("Hush? | no | yes"), sealed=True)
    assert (drawn.id, one(mill, "SELECT max(id) FROM round")) == (DRAWN, DRAWN)


async def _check_ins(mill: Town) -> None:
    """Check-ins in every state, one of them open."""
    app, roles = mill.app, frozenset({str(mill.roles["Organisers"].id)})
    organiser, there = Person(1, str(mill.organiser.id), roles), app.ready_checkins["there"]
    calm = read_scales("Calm? | not at all | very")

    async def begun(purpose: Purpose, question: str, form: tuple[AskField, ...]) -> int:
        pace, day_ms = "every Monday 9am", 3 * DAY_MS
        return (await checkins.begin(app, organiser, ON, purpose, question, form, pace, day_ms)).id

    assert await begun(Purpose.GOOD, "", ()) == WORDED
    assert await begun(Purpose.PLAIN, "Hush-hush?", calm) == HUSHED
    assert await begun(Purpose.DELIVERY, there.question, there.form) == RUNS
    await checkins.state_it(app, organiser, RUNS, 0, "All done.")
    assert await begun(Purpose.PLAIN, "Was it calm?", calm) == RESTS
    assert await begun(Purpose.PLAIN, "Is it calm now?", calm) == TURNED
    for which in (RUNS, RESTS, TURNED):
        await checkins.start(app, organiser, which)
    await checkins.pause(app, organiser, RESTS)
    assert (await checkins.run_now(app, organiser, TURNED)).id == TURN
    await mill.settle()


async def _known_texts(tx: AsyncConnection) -> None:
    for number in (1, 2):
        last = "SELECT max(id) FROM comment"
        await tx.execute(text(f"UPDATE comment SET id = {number} WHERE id = ({last})"))  # noqa: S608


async def _trial(mill: Town) -> None:
    """Esther has said how she reads the draft; Farida helps, too, and was not asked yet."""
    for name in ("Esther", "Farida"):
        member = mill.members[name]
        await forge(member, mill.square, "cp1:go:0:adults")
        if name == "Esther":
            await insist(mill.organiser, mill.square, f"cp1:trial-ask:{DRAFT}:one")
            await forge_form(
                member, mill.square, f"cp1:trial-send:{DRAFT}", understood="Noise, hush?", hard=""
            )
    assert one(mill, "SELECT understood FROM trial") == "Noise, hush?"


async def _first_post_is_dead(tx: AsyncConnection) -> None:
    await tx.execute(text("UPDATE outbox SET state = 'dead', trouble = 'gone:' WHERE id = 1"))
    await tx.execute(text("UPDATE word SET id = :owed"), {"owed": OWED})
    await worries.add(tx, Worry(1, 0, "Hush.", at_ms=2**50))
    await tx.execute(text("UPDATE worry SET id = :worried"), {"worried": WORRIED})


async def do(member: Any, channel: Any, verb: str, act: Act, **other: Any) -> InteractionResult:
    """Press a verb, or send its form, without a card that offers it; again where words are shown first."""
    custom_id = str(CustomId(verb, other.get("subject", act.subject), act.argument))
    if act.form:
        return await insist_form(member, channel, custom_id, **act.form)
    return await insist(member, channel, custom_id, *act.values)


def test_every_verb_and_every_command_has_its_place_in_these_tables(untouched: Two) -> None:
    sorted_out = [*RESIDENT, *ORGANISER, *HEARER, *SET_UP]
    assert len(sorted_out) == len(set(sorted_out))
    assert set(untouched.mill.client.router.handlers) == set(sorted_out)
    leaves = {
        " ".join(path)
        for command in untouched.mill.env.backend.commands[None].values()
        for path, _ in command_leaves(command)
    }
    assert leaves == {*COMMANDS, "Make this an idea"}


async def test_organisers_can_do_what_organisers_do(two: Two) -> None:
    # Or the tests below would show nothing: their presses must be worth refusing.
    mill = two.mill
    for verb, act in ORGANISER.items():
        done = await do(mill.organiser, mill.square, verb, act)
        if done.modal is None:
            said = reply(done)
            if verb == "draft-discard":  # it was published a line before
                assert "This draft is not there any more" in said
            elif verb in ("keep", "keep-set"):
                assert "is still open" in said
            elif verb == "poll-close-now":  # it was cancelled a line before
                assert "is over already" in said
            else:
                assert not said.startswith(("Only ", "I can’t", "This ", "Please", "Something")), (verb, said)
            if verb == "trial-ask":  # Farida: the draft was changed after Esther read it
                assert one(mill, "SELECT count(*) FROM trial") == 2
            if verb == "trial-said":
                assert "Noise, hush?" in said
    assert one(mill, "SELECT state FROM round WHERE id = 1") == "cancelled"
    assert one(mill, "SELECT count(*) FROM initiative WHERE title = 'Parks'") == 1
    for verb, act in SET_UP.items():
        done = await do(mill.mayor, mill.square, verb, act)
        assert done.modal is not None or NO_SET_UP not in reply(done), verb
    assert one(mill, "SELECT witness FROM community WHERE id = 1") == "1234"


@UNTOUCHED
async def test_nobody_else_can_do_what_organisers_do(untouched: Two) -> None:
    mill = untouched.mill
    visits = [(who, member, mill.square) for who, member in untouched.people.items() if who != "an organiser"]
    visits += [("an organiser of elsewhere", untouched.there["Olive"], untouched.square)]
    before = untouched.tables()
    for who, member, channel in visits:
        for verb, act in ORGANISER.items():
            refused = await do(member, channel, verb, act)
            assert refused.modal is None, (who, verb)
            assert why(refused) == NO_ORGANISER, (who, verb)
            assert changed(before, untouched.tables()) == set(), (who, verb)
        for command, (whose, options) in COMMANDS.items():
            if whose == "organiser":
                filled = dict(options)
                if channel is untouched.square and "initiative" in filled:
                    filled["initiative"] = "#1"
                refused = await forge_slash(member, channel, command, **filled)
                assert refused.modal is None, (who, command)
                assert reply(refused) == NO_ORGANISER, (who, command)
                assert changed(before, untouched.tables()) == set(), (who, command)


@UNTOUCHED
async def test_nobody_else_has_a_worry_that_came_to_whoever_hears_them(untouched: Two) -> None:
    mill, before = untouched.mill, untouched.tables()
    visits = [(member, mill.square) for who, member in untouched.people.items() if who != "an officer"]
    visits += [(untouched.there[name], untouched.square) for name in ("Amina", "Olive", "Oscar")]
    for member, channel in visits:
        for verb, act in HEARER.items():
            refused = await do(member, channel, verb, act)
            assert reply(refused) == wording().say("en", "refusal-worry-not-yours"), verb
            assert changed(before, untouched.tables()) == set(), verb


async def test_who_hears_worries_has_one_once(two: Two) -> None:
    before = two.tables()
    for said in ("**Thank you.", "Someone has this already"):
        done = await do(two.mill.officer, two.mill.square, "worry-have", HEARER["worry-have"])
        assert reply(done).startswith(said)
        assert changed(before, two.tables()) == {"worry"}
    assert two.tables()["worry"] == []


@UNTOUCHED
async def test_nobody_else_can_set_up(untouched: Two) -> None:
    mill, before = untouched.mill, untouched.tables()
    visits = [
        (member, mill.square)
        for who, member in untouched.people.items()
        if who not in ("the owner", "a manager of the server")
    ]
    for member, channel in [
        *visits,
        (untouched.there["Amina"], untouched.square),
        (untouched.there["Olive"], untouched.square),
    ]:
        for verb, act in SET_UP.items():
            refused = await do(member, channel, verb, act)
            assert refused.modal is None
            assert why(refused) == NO_SET_UP, verb
        assert reply(await forge_slash(member, channel, "setup")) == NO_SET_UP
        assert changed(before, untouched.tables()) == set()
    steward = untouched.people["a manager of the server"]
    assert "## Set-up" in reply(await steward.slash(mill.square, "setup"))


async def test_what_residents_do_changes_only_what_is_theirs(two: Two) -> None:
    mill = two.mill
    for member, channel, community in (
        (mill.members["Carys"], mill.square, 1),
        (mill.officer, mill.square, 1),
        (mill.organiser, mill.square, 1),
        (two.there["Oscar"], two.square, 2),
    ):
        for verb, act in RESIDENT.items():
            before = two.tables()
            bartek_s = ideas_of(before, bartek(before))
            mill.app.here.clear()
            await do(member, channel, verb, act)
            noted = [] if verb == "erase-now" else [(community, str(member.id))]
            assert list(mill.app.here) == noted, verb
            after = two.tables()
            assert changed(before, after) <= ALLOWED.get(verb, OF_ONE_PERSON), verb
            for name in changed(before, after):  # the community is the first column of every table
                elsewhere = [row for row in before[name] if row[0] != community]
                assert [row for row in after[name] if row[0] != community] == elsewhere, (verb, name)
            assert after["trial"] == before["trial"], verb  # it is Esther's
            others = [row for row in before["answer"] if row[2] in bartek(before)]
            assert all(row in after["answer"] for row in others), verb
            if verb != "erase-now":
                kept = {row[:5] for row in after["sealed_answer"]}  # without how many codes were tried
                assert {row[:5] for row in before["sealed_answer"]} <= kept, verb
            assert ideas_of(after, bartek(before)) == bartek_s


def ideas_of(rows: Mapping[str, list[tuple[Any, ...]]], those: set[int]) -> list[tuple[Any, ...]]:
    """Their ideas, but for who settled them: whoever erases themselves settled nothing any more."""
    return [(*row[:13], *row[14:]) for row in rows["contribution"] if row[4] in those]


def bartek(rows: Mapping[str, list[tuple[Any, ...]]]) -> set[int]:
    """Whose answers stand from the beginning."""
    return {row[2] for row in rows["answer"] if row[1] in (CLOSED, WEIGHED)}


@UNTOUCHED
async def test_numbers_of_another_community_lead_nowhere(untouched: Two) -> None:
    amina, before = untouched.there["Amina"], untouched.tables()
    for verb, act in {**RESIDENT, **ORGANISER}.items():
        if not act.subject:
            continue
        for subject in (OPEN, DRAFT, CLOSED, ON, 77, 10**17, 999_999_999_999_999_999):
            if act.subject == ON and subject == 1 and verb in PROJECTS:
                continue  # every community has a project 1 of its own
            done = await do(amina, untouched.square, verb, act, subject=subject)
            said = reply(done) if done.modal is None else "a form"
            assert "crossing" not in said, (verb, subject)
            assert "Hush" not in said
            assert "Safer walk" not in said
            assert said != "a form", (verb, subject)
            assert "went wrong" not in said, (verb, subject)
        if verb == "go":  # who goes on is known from then
            before = untouched.tables()
        assert changed(before, untouched.tables()) == set(), verb


@UNTOUCHED
async def test_whoever_presses_anything_is_noted_in_memory_also_when_it_is_refused(untouched: Two) -> None:
    mill, before = untouched.mill, untouched.tables()
    here, carys = mill.app.here, mill.members["Carys"]
    for verb, act in {**ORGANISER, **SET_UP}.items():
        here.clear()
        await do(carys, mill.square, verb, act)
        assert list(here) == [(1, str(carys.id))], verb
    for command in ("my questions", "desk", "setup"):
        here.clear()
        await forge_slash(carys, mill.square, command)
        assert list(here) == [(1, str(carys.id))], command
    assert changed(before, untouched.tables()) == set()


FORGED = (
    "cp1:vote:1:99", "cp1:vote:1:-1", "cp1:vote:1:0.1", "cp1:vote:1", "cp1:vote:01:0", "cp1:vote:1:0:0",
    "cp1:vote:1:٣", "cp1:vote:99999999999999999999:0", "cp1:VOTE:1:0", "cp2:vote:1:0", "cp1::1:0", "cp1",
    "cp1:vote:1:0\n", " cp1:vote:1:0", "cp1:vote:1:" + "0" * 90, "cp1:nothing:1", "cp1:setup-role:0:mayor",
    "cp1:go:1:both.0", "cp1:go:1:.0", "cp1:go:1:adults.99.1", "cp1:pick-question:0",
    "cp1:setup-place:0:record", "cp1:weigh-vote:7:4", "cp1:weigh-vote:7:4.yes", "cp1:weigh-vote:7:x.agree",
    "cp1:weigh-vote:7:1.agree", "cp1:weigh-vote:7:4.agree.x", "cp1:weigh-back:7", "cp1:weigh-back:7:4.x",
    "cp1:weigh-vote:1:4.agree", "cp1:weigh:1", "cp1:weigh-mine:1", "cp1:vote:7:0",
    "cp1:poll-open:1", "' OR 1=1 --", "",
)  # fmt: skip


@UNTOUCHED
async def test_forged_ids_do_nothing(untouched: Two) -> None:
    mill = untouched.mill
    known = mill.members["Bartek"]  # who has read the notice already
    for custom_id in FORGED:
        for member in (known, mill.organiser):
            before = untouched.tables()
            for values in ((), ("99",), ("zzz", "0")):
                done = await forge(member, mill.square, custom_id, *values)
                assert reply(done).startswith(("This ", "Please", "Only ", "**Before", "I can’t find")), (
                    custom_id
                )
            done = await forge_form(member, mill.square, custom_id, reason="Mallory", question="Mallory")
            assert reply(done).startswith(("This ", "Please", "Only ", "**Before", "I can’t find")), custom_id
            allowed = {"person", "identity"} if custom_id.startswith("cp1:go:1:adults") else set()
            assert changed(before, untouched.tables()) <= allowed, custom_id


@UNTOUCHED
async def test_forged_forms_do_nothing(untouched: Two) -> None:
    mill, before = untouched.mill, untouched.tables()
    forms: dict[str, Mapping[str, Any]] = {
        "cp1:draft-rules-set:2": RULES | {"stage": "nonsense"},
        "cp1:draft-rules-set:02": RULES,
        "cp1:draft-rules-set:2:x": RULES | {"audience": ["mayor"]},
        "cp1:draft-options-set:2": {"options": ["Eve", "Mallory"], "question": "Mallory"},
        "cp1:project-start:0:both.mallory": NEW,
        "cp1:project-start:0:everybody.": NEW,
        "cp1:stage-set:2": {"stage": "nonsense", "reason": "Mallory says so, and she is right."},
        "cp1:draft-question-set:1": {"question": "Who is Mallory?"},
        "cp1:draft-question-set:3": {"question": "Who is Mallory?"},
        "cp1:poll-close-now:3": {"reason": "Mallory says so."},
        "cp1:poll-close-now:2": {"reason": "Mallory says so."},
        "cp1:setup-words-set:0": WORDS,
    }
    for custom_id, form in forms.items():
        for member in (mill.organiser, mill.members["Bartek"]):
            done = await forge_form(member, mill.square, custom_id, **form)
            assert not reply(done).startswith(("Something", "**")), (custom_id, reply(done))
            assert changed(before, untouched.tables()) == set(), custom_id


@UNTOUCHED
async def test_a_draft_is_shown_to_nobody_who_guesses_its_number(untouched: Two) -> None:
    mill, before = untouched.mill, untouched.tables()
    for verb, act in RESIDENT.items():
        if act.subject and not verb.startswith("idea-"):  # his own ideas have such numbers, too
            done = await do(mill.members["Bartek"], mill.square, verb, act, subject=DRAFT)
            texts = [reply(done), *(str(more.components) for more in done.followups)]
            assert not any("Hush" in text or "secret" in text for text in texts), verb
    assert changed(before, untouched.tables()) <= {"person"}  # that the notice was read again


@UNTOUCHED
async def test_stale_presses_do_nothing(untouched: Two) -> None:
    mill, bartek = untouched.mill, untouched.mill.members["Bartek"]
    before = untouched.tables()
    for verb, argument, values in (
        ("vote", "1", ()), ("weigh-vote", "4.agree", ()), ("choose", "", ("1",)),
        ("withdraw", "", ()), ("answer", "", ()),
    ):  # fmt: skip
        done = await forge(bartek, mill.square, str(CustomId(verb, CLOSED, argument)), *values)
        assert "This question has closed." in reply(done), verb
    listed = await forge(bartek, mill.square, "cp1:pick-question:0", str(CLOSED))
    assert "This question has closed." in reply(listed)
    assert changed(before, untouched.tables()) == set()
    late = await forge(bartek, mill.square, f"cp1:go:{CLOSED}:adults.1")
    assert "This question has closed." in reply(late)
    assert changed(before, untouched.tables()) <= {"person"}


async def test_a_press_that_comes_twice_counts_once(mill: Town) -> None:
    dilan = mill.members["Dilan"]
    notice = await press(dilan, mill.ballot("Which crossing first?"), "Mill Road")
    assert "Recorded" in reply(await press(dilan, notice, ADULT))
    before = tables(mill)
    again = await forge(dilan, mill.square, f"cp1:vote:{OPEN}:0")
    assert reply(again).startswith("**Recorded already.**")
    assert changed(before, tables(mill)) == set()
    await forge(dilan, mill.square, f"cp1:go:{OPEN}:adults.0")
    assert changed(before, tables(mill)) <= {"person"}
    await forge(dilan, mill.square, "cp1:vote:1:1")
    await forge(dilan, mill.square, "cp1:withdraw:1")
    before = tables(mill)
    twice = await forge(dilan, mill.square, "cp1:withdraw:1")
    assert reply(twice) == "There is no answer of yours to take back."
    assert changed(before, tables(mill)) == set()


async def test_losing_the_role_ends_it_at_the_next_press(mill: Town) -> None:
    olive = mill.organiser
    draft = answer(await olive.slash(mill.square, "poll show", question="A secret draft?"))
    mill.env.backend.remove_member_role(mill.guild.id, olive.id, mill.roles["Organisers"].id)
    before = tables(mill)
    assert reply(await press(olive, draft, "Publish")) == NO_ORGANISER
    assert changed(before, tables(mill)) == set()
