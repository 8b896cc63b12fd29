"""What is published is what was read: what publishes words, or settles something about them, has a version.

A press without one, from a card of yesterday, shows the words first; one about words that have changed since
is refused, with the new words and fresh buttons. Nothing else changes: not one row.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from cogs.ui.custom_ids import CustomId, joined
from tests.contracts import test_yesterday as yesterday
from tests.contracts.test_authority import COMMANDS, ORGANISER, RESIDENT, UNTOUCHED, Act, Two, untouched
from tests.contracts.test_yesterday import EACH, found
from tests.journeys.conftest import changed, forge, forge_form, reply, wording
from tests.yesterday.server import Press, Town, do

FIRST, CHANGED = (wording().say("en", f"refusal-words-{one}") for one in ("first", "changed"))

CHECKED: Mapping[str, str] = {
    "idea-accept": "Idea 1.",
    "idea-decline": "Idea 2.",
    "idea-decline-now": "Idea 2.",
    "idea-ask": "Idea 3.",
    "idea-ask-send": "Idea 3.",
    "idea-merge": "Idea 5.",
    "idea-merge-with": "Idea 5.",
    "idea-merge-write": "Idea 6.",
    "idea-merge-now": "Idea 6.",
    "idea-split": "Idea 7.",
    "idea-split-now": "Idea 7.",
    "idea-outcome": "Idea 8.",
    "idea-outcome-now": "Idea 8.",
    "idea-undo-now": "Both.",
    "idea-object-now": "Both.",
    "idea-delete-now": "Idea 1.",
    "support": "Idea 4.",
    "follow": "Idea 4.",
    "weigh-vote": "Idea 4.",
    "offer-yes": "A bench.",
    "draft-publish": "A secret draft?",
    "draft-discard": "A secret draft?",
    "trial-ask": "A secret draft?",
    "checkin-start": "Hush-hush?",
    "checkin-discard": "Safer walk",
    "checkin-state-set": "All done.",
    "answers-confirm": "Which crossing first?",
    "answers-back": "Which crossing first?",
    "feedback-accept": "“Hush”",
    "feedback-decline": "“Hush”",
    "feedback-decline-now": "“Hush”",
    "word-remove": "modal filter",
}
"""The verbs whose press carries the version of the words that it is about, and some of the words of each."""

AMONG_OTHERS = {
    "word-set": "where somebody else has explained the word since; a new word is in the words of the form",
    "feedback-release": "once all is read: the texts that would be posted are shown",
    "trial-send": "the version that was tried is kept with what somebody said of it",
}
"""Those that carry a version, too, each in its own way; the tests of their doors show it."""

TYPED = {
    *(
        "tell-send",
        "idea-from",
        "idea-add",
        "idea-anew-send",
        "idea-again",
        "meaning-send",
        "worry-send",
        "promise-make",
    ),
    *("offer-send", "statements-add", "meeting-send", "answers-send", "seal-change-set", "seal-back-set"),
    *(
        "project-start",
        "stage-set",
        "poll-close-now",
        "poll-cancel-now",
        "box-stop-now",
        "setup-words-set",
    ),
}
"""What is published or kept was typed into the very form that is sent, or is the person's own."""

HANDED_ON = {
    "idea-pass-on",  # with the version that was read, whatever it says now
    "feedback-pass-on",  # a text never changes
    "offer-pass-on",  # what the author is asked about right now
}
"""Hands words on to whoever hears safety worries, and settles nothing about them."""

FROZEN = {
    "keep-set",  # nothing of its project is open, so no idea that it names can change
    *("vote", "choose", "seal", "form-send", "form-seal", "withdraw", "unsupport", "unfollow"),
    *("checkin-now", "checkin-pause", "checkin-resume", "checkin-stop-now", "post-again"),
}
"""About words that were frozen when a question opened or a check-in started; or it takes an answer back."""

DRAFTS = {
    *("draft-question-set", "draft-options-set", "draft-facts-set", "draft-when-set", "draft-rules-set"),
    *(
        "draft-scales-set",
        "checkin-questions-set",
        "checkin-words-set",
        "checkin-whom-set",
        "checkin-when-set",
    ),
    *("poll-new", "ask-new", "weigh-new", "feedback-new", "feedback-scales", "checkin-begin"),
}
"""Begins or changes a draft, which nobody else reads: whoever publishes it has read it."""

NO_WORDS = {
    *("go", "speak", "erase-now", "checkin-in", "checkin-out", "checkin-rest", "checkin-skip"),
    "worry-have",
    *("trial-agree", "trial-stop", "offer-no", "setup-role", "setup-place", "setup-moderation"),
}
"""About a person, or how things are set up, and no words; to say no publishes nothing."""

SHOWS = {
    *("answer", "data", "erase", "erase-not", "facts", "form", "help", "idea", "idea-anew", "idea-change"),
    *("idea-delete", "idea-edit", "idea-more", "idea-object", "idea-words", "ideas", "language", "meaning"),
    *("mend", "mine", "not-now", "notice-more", "open", "pick-idea", "pick-question", "privacy"),
    *("privacy-all", "proof", "read", "read-idea", "seal-back", "seal-change", "teen", "tell", "trial"),
    *("trial-help", "trial-say", "weigh", "weigh-back", "weigh-mine", "weigh-pick", "weigh-say", "worry"),
    *("answers", "answers-enter", "answers-look", "answers-print", "ask-about", "ask-export", "ask-for"),
    *("ask-summary", "box-stop", "checkin", "checkin-export", "checkin-for", "checkin-new"),
    *("checkin-preview", "checkin-questions", "checkin-results", "checkin-state", "checkin-stop"),
    *("checkin-what", "checkin-when", "checkin-whom", "checkin-words", "checkins", "desk"),
    *("digest-preview", "draft", "draft-facts", "draft-options", "draft-preview", "draft-question"),
    *("draft-rules", "draft-scales", "draft-when", "feedback", "feedback-export", "feedback-for"),
    *(
        "feedback-review",
        "glossary",
        "idea-undo",
        "keep",
        "promise-new",
        "meeting",
        "next",
        "offer-words",
        "poll",
    ),
    *("poll-cancel", "poll-close", "poll-export", "poll-for", "project", "project-new", "scales-new"),
    *("schedule", "stage", "statements", "trial-said", "weigh-export", "word", "word-explain"),
    *("setup", "setup-places", "setup-roles", "setup-words"),
}
"""Shows something as it is now, or opens a form with it: the next press carries its version."""

COMMANDS_THAT_DO = {
    *("ask close", "poll close", "weigh close", "feedback close", "initiative close", "initiative stage"),
    *("initiative handover", "checkin pause", "checkin resume", "checkin run-now", "checkin stop"),
    *("checkin schedule", "digest schedule", "feedback box", "digest send"),
}
"""Commands that do more than show: with words typed into them, of what is frozen, or with numbers of now."""

BARTEKS = {"offer-yes", "idea-delete-now", "idea-object-now", "weigh-vote"}
"""Of residents' verbs those that Bartek presses: whose words they are about, and who has read the notice."""


def test_every_verb_says_how_it_is_checked(untouched: Two) -> None:
    groups = [CHECKED, AMONG_OTHERS, TYPED, HANDED_ON, FROZEN, DRAFTS, NO_WORDS, SHOWS]
    listed = [verb for group in groups for verb in group]
    assert len(listed) == len(set(listed)), "a verb is there twice"
    handlers = untouched.mill.client.router.handlers
    assert set(listed) == set(handlers), "say how what it is about is known to have been read"
    carrying = {*CHECKED, *AMONG_OTHERS} - {"trial-send"}
    afresh = {verb for verb, handler in handlers.items() if getattr(handler, "__afresh__", None)}
    assert afresh - {"unsupport"} == carrying, "what carries a version shows the words where they changed"
    assert set(COMMANDS) >= COMMANDS_THAT_DO


def who_presses(two: Two, verb: str) -> Any:
    """Somebody who can press it."""
    if verb in ORGANISER:
        return two.mill.organiser
    return two.mill.members["Bartek" if verb in BARTEKS else "Carys"]


async def press_with(two: Two, verb: str, version: str) -> Any:
    """Press a verb with a version, or without one."""
    act: Act = {**ORGANISER, **RESIDENT}[verb]
    custom_id = str(CustomId(verb, act.subject, joined(act.argument, version)))
    member, channel = who_presses(two, verb), two.mill.square
    if act.form:
        return await forge_form(member, channel, custom_id, **act.form)
    return await forge(member, channel, custom_id, *act.values)


@UNTOUCHED
async def test_a_press_without_a_version_shows_the_words_first(untouched: Two) -> None:
    before = untouched.tables()
    for verb, words in CHECKED.items():
        shown = reply(await press_with(untouched, verb, ""))
        assert shown.startswith(FIRST), (verb, shown)
        assert words in shown, (verb, shown)
        assert changed(before, untouched.tables()) == set(), verb


@UNTOUCHED
async def test_a_press_about_other_words_is_refused_and_shows_those_there_are(untouched: Two) -> None:
    before = untouched.tables()
    for verb, words in CHECKED.items():
        for version in ("v99", "vAAAAAAAAAAAA"):
            shown = reply(await press_with(untouched, verb, version))
            assert shown.startswith(CHANGED), (verb, shown)
            assert words in shown, (verb, shown)
            assert changed(before, untouched.tables()) == set(), verb


@EACH
async def test_cards_of_then_show_the_words_first(then: Path, tmp_path: Path) -> None:
    lines = (then / "presses.jsonl").read_text(encoding="utf-8").splitlines()
    presses = [Press(**json.loads(line)) for line in lines]
    tried, shown = set[str](), Counter[str]()
    async with found(then, tmp_path) as town:
        for one in presses:
            if yesterday.verb(one) not in CHECKED:
                continue
            before = await rows_of(town)
            said = (await do(town, one)).text
            assert changed(before, await rows_of(town)) <= {"person"}, f"{one.who} {one.id}: {said}"
            tried.add(yesterday.verb(one))
            shown[yesterday.verb(one)] += said.startswith(FIRST)
    assert len(tried) > 20, "most of what could be pressed is not tried"
    assert sum(shown.values()) > 30, "most of them would not do anything anyway"


async def rows_of(town: Town) -> dict[str, list[Any]]:
    """Every row of every table."""
    path = town.app.settings.database.removeprefix("sqlite+aiosqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr)  # noqa: S608
            for (name,) in names
        }


__all__ = ["untouched"]
