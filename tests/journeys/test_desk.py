"""``/desk`` in its states, and promises from made to kept."""

from __future__ import annotations

import pytest

from bot.practice.town import Town, answer, open_poll, reply, start_project, text_of
from tests.journeys.conftest import (
    CROSSINGS,
    NEW,
    PROJECT,
    QUESTION,
    changed,
    deny,
    fill,
    insist_form,
    labels,
    last,
    press,
    tables,
)


async def test_a_calm_desk(there: Town) -> None:
    desk = await there.organiser.slash(there.square, "desk")
    assert "Nothing needs you right now." in reply(desk)
    assert "The next digest comes" in reply(desk)
    assert labels(answer(desk)) == [
        "Ask people", "Let people choose", "Ask without names", "Start a project", "See the digest",
        "What comes next", "Check-ins", "Glossary", "Look again",
    ]  # fmt: skip
    first = await press(there.organiser, desk, "Let people choose")
    assert reply(first) == "There is no project yet. Start one with /initiative start."


async def test_a_desk_before_the_set_up_says_what_is_missing(bare: Town) -> None:
    there, mayor = bare, bare.mayor
    nobody = await there.organiser.slash(there.square, "desk")
    assert "Nobody is an organiser here yet." in reply(nobody)
    roles = await press(mayor, await mayor.slash(there.square, "setup"), "Roles")
    await mayor.select(answer(roles), [there.roles["Organisers"]], custom_id="cp1:setup-role:0:organiser")

    desk = reply(await there.organiser.slash(there.square, "desk"))

    assert "**Set-up:** The have-your-say channel is missing." in desk
    assert "A role for organisers" not in desk


async def test_a_desk_with_a_draft_an_open_question_and_a_promise(project: Town) -> None:
    there, olive = project, project.organiser
    await open_poll(there, QUESTION, CROSSINGS)
    card = answer(await olive.slash(there.square, "poll open", initiative=PROJECT))

    desk = await olive.slash(there.square, "desk")
    assert f"You owe people an answer about “{PROJECT}” by" in reply(desk)
    assert "A draft waits: (no question yet)" in reply(desk)
    assert f"Open: {QUESTION} Closes" in reply(desk)
    draft = await press(olive, desk, "Go on with: (no question yet)")
    assert text_of(answer(draft)) == text_of(card)
    look = await press(olive, await olive.slash(there.square, "desk"), f"Look at: {QUESTION}")
    assert labels(answer(look)) == ["Print forms", "Enter an answer", "Close early", "Cancel it"]


async def test_the_desk_starts_projects_and_polls(there: Town) -> None:
    olive = there.organiser
    desk = await olive.slash(there.square, "desk")
    started = await fill(olive, desk, "Start a project", **NEW)
    assert reply(started).startswith("**Started: A park for Station Road.**")
    assert "## Your desk" in reply(await press(olive, started, "My desk"))

    which = await press(olive, await olive.slash(there.square, "desk"), "Let people choose")
    assert reply(which) == "Which project is it for?"
    draft = await press(olive, which, "A park for Station Road")
    assert "Draft for: A park for Station Road" in reply(draft)


async def test_the_desk_says_what_could_not_be_posted_and_why(project: Town) -> None:
    there, olive = project, project.organiser
    deny(there, there.moderators, send_messages=False)
    assert reply(await olive.slash(there.square, "digest send")).startswith("**Sent**")
    await there.settle()

    desk = reply(await olive.slash(there.square, "desk"))
    assert "I could not post the digest in" in desk
    assert "I lack: Send Messages" in desk


async def test_a_promise_is_called_to_mind_before_it_is_due(there: Town) -> None:
    await start_project(there, due="in 10 days")
    await there.wait(days=6, hours=23)
    assert not any("people wait for you" in text for text in there.posts(there.moderators))
    await there.wait(hours=1)
    reminder = there.posts(there.moderators)[-1]
    assert reminder.startswith(f"### {PROJECT}: people wait for you\nYou promised that they hear back by <t:")
    desk = await press(there.organiser, last(there.moderators), "My desk")
    assert f"Keep the promise: {PROJECT}" in labels(answer(desk))


async def test_an_overdue_promise_is_told_everywhere_until_it_is_kept(there: Town) -> None:
    olive = there.organiser
    await start_project(there, due="in 3 days")
    await open_poll(there, QUESTION, CROSSINGS)
    assert "We are late" not in text_of(there.card_of(there.say, QUESTION))

    await there.wait(days=3)

    assert "We are late." in text_of(there.card_of(there.say, "Choose one."))
    assert f"### {PROJECT}: you are late" in there.posts(there.moderators)[-1]
    assert any(f"### {PROJECT}: we are late" in text for text in there.posts(there.say))
    assert f"**We are late.** On “{PROJECT}”" in text_of(last(there.say))
    desk = await olive.slash(there.square, "desk")
    assert f"**Overdue:** people should have heard back about “{PROJECT}”" in reply(desk)
    assert "**Overdue.**" in reply(await olive.slash(there.square, "promise show"))
    await open_poll(there, "And the second?", CROSSINGS, closes="in 9 days")
    assert "We are late." in text_of(there.card_of(there.say, "Choose one."))

    early = await press(olive, desk, f"Keep the promise: {PROJECT}")
    assert f"This question is still open: {QUESTION}" in reply(early)
    await there.wait(days=10)
    desk = await olive.slash(there.square, "desk")
    kept = await fill(
        olive, desk, f"Keep the promise: {PROJECT}",
        said="Cars block the crossing (31 people).", did="We paint lines by 1 July.",
        wont="We won't close the road: the bus needs it.",
    )  # fmt: skip
    assert reply(kept).startswith("**Posted.**")
    await there.settle()

    post = text_of(there.card_of(there.say, "what became of it"))
    assert "**You said:** Cars block the crossing (31 people)." in post
    assert "**We won’t:** We won't close the road: the bus needs it." in post
    assert "We are late" not in text_of(last(there.say))
    assert "Kept on" in reply(await olive.slash(there.square, "promise show"))
    again = await olive.slash(there.square, "promise keep", initiative=PROJECT)
    assert reply(again) == "This promise is kept already."


@pytest.mark.parametrize(
    ("words", "no"),
    [
        ({"said": "  "}, "Please write what people told you."),
        ({"did": "  "}, "Please write what you did or will do."),
        ({"wont": "  "}, "Please write what you won’t do, and why."),
        ({"did": "x" * 1001}, "This has 1,001 letters. Please use 1,000 or fewer."),
    ],
)
async def test_a_promise_is_kept_in_three_parts(project: Town, words: dict[str, str], no: str) -> None:
    filled = {"said": "Cars", "did": "Lines", "wont": "Nothing"} | words
    before = tables(project)
    refused = await insist_form(project.organiser, project.square, "cp1:keep-set:2", **filled)
    assert no in reply(refused)
    assert changed(before, tables(project)) == set()
