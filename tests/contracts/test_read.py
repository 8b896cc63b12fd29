"""What is published is what was read: what publishes words, or settles something about them, has a version.

A press without one, from a card of yesterday, shows the words first; one about words that have changed since
is refused, with the new words and fresh buttons. Nothing else changes: not one row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cogs.ui.custom_ids import CustomId, joined
from tests.contracts.test_authority import ORGANISER, RESIDENT, UNTOUCHED, Act, Two, untouched
from tests.journeys.conftest import changed, forge, forge_form, reply, wording

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

BARTEKS = {"offer-yes", "idea-delete-now", "idea-object-now", "weigh-vote"}
"""Of residents' verbs those that Bartek presses: whose words they are about, and who has read the notice."""


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


__all__ = ["untouched"]
