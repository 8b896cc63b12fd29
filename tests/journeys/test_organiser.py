"""Whole dialogues, as organisers have them: every step, and every no with what to do instead."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from simcord.results import InteractionResult

from bot.practice.town import (
    Town,
    answer,
    draft_poll,
    open_poll,
    reply,
    set_up,
    start_project,
    text_of,
    vote,
)
from tests.journeys.conftest import (
    PROJECT,
    changed,
    deny,
    files_of,
    fill,
    forge,
    forge_form,
    labels,
    last,
    one,
    press,
    restarted,
    tables,
)

QUESTION = "Which crossing first?"
CROSSINGS = ["Mill Road", "Station Road"]
WORDS = {
    "lead_contact": "Olive Reed, 01234 567890",
    "help_lines": "In danger: 999",
    "time_zone": "Europe/London",
    "language": "en",
}
NEW = {
    "title": "A park for Station Road",
    "level": "decide",
    "fixed": "The budget",
    "decides": "The parks committee",
    "due": "in 6 weeks",
}

# --- /setup


async def test_setting_up_from_nothing(bare: Town) -> None:
    there, mayor = bare, bare.mayor
    first = reply(await mayor.slash(there.square, "setup"))
    for lacking in (
        "A role for organisers", "The moderators’ channel", "The have-your-say channel",
        "Whom people can ask", "Who hears safety worries", "The help lines", "A witness outside your team",
    ):  # fmt: skip
        assert f"**Missing:** {lacking}" in first

    await set_up(there)

    done = reply(await mayor.slash(there.square, "setup"))
    assert "Missing" not in done
    assert "Everything is set up. Organisers start with /desk." in done
    assert f"Organisers: <@&{there.roles['Organisers'].id}>" in done
    assert f"Have-your-say channel: <#{there.say.id}>" in done
    assert f"Who outside your team keeps the weekly proof: <@{there.witness.id}>" in done
    await there.settle()
    assert "## Have your say" in text_of(last(there.say))


async def test_setup_is_for_those_who_manage_the_server(bare: Town) -> None:
    card = await bare.mayor.slash(bare.square, "setup")
    refused = await forge(bare.organiser, bare.square, "cp1:setup:0")
    assert reply(refused) == "Only people who may manage this server can do this. Please ask one of them."
    assert "Set-up" in reply(card)


async def test_setup_refuses_what_it_does_not_know(bare: Town) -> None:
    mayor, before = bare.mayor, tables(bare)
    card = await mayor.slash(bare.square, "setup")
    before = tables(bare)

    wrong = await fill(mayor, card, "Words and clock", **WORDS | {"time_zone": "Mill Town"})
    assert reply(wrong) == "I don’t know the time zone “Mill Town”. Write it like Europe/London."
    wrong = await fill(mayor, card, "Words and clock", **WORDS | {"language": "cy"})
    assert reply(wrong) == "I don’t speak “cy” yet. Choose one of: en."
    long = await forge_form(mayor, bare.square, "cp1:setup-words-set:0", **WORDS | {"help_lines": "9" * 1001})
    assert reply(long) == "This has 1,001 letters. Please use 1,000 or fewer."
    assert changed(before, tables(bare)) == set()


async def test_one_role_has_one_standing(there: Town) -> None:
    roles = await press(there.mayor, await there.mayor.slash(there.square, "setup"), "Roles")
    twice = await there.mayor.select(
        answer(roles), [there.roles["Officers"]], custom_id="cp1:setup-role:0:councillor"
    )
    assert reply(twice) == "One role can have one standing only. Take it out of the other one first."


async def test_setup_again_names_what_is_lacking_by_permission_and_channel(there: Town) -> None:
    deny(there, there.say, attach_files=False, send_messages=False)
    there.env.backend.delete_role(there.guild.id, there.roles["Officers"].id)

    read = reply(await there.mayor.slash(there.square, "setup"))

    assert f"**In <#{there.say.id}> I lack:** Send Messages, Attach Files" in read
    assert "1 role you chose was deleted." in read
    assert "Everything is set up" not in read


async def test_another_clock_moves_the_digest_with_it(there: Town) -> None:
    before = one(there, "SELECT next_ms FROM schedule WHERE act = 'digest'")
    card = await there.mayor.slash(there.square, "setup")
    kept = await fill(there.mayor, card, "Words and clock", **WORDS | {"time_zone": "America/New_York"})
    assert reply(kept).startswith("**Kept.**")
    after = one(there, "SELECT next_ms FROM schedule WHERE act = 'digest'")
    assert after % 86_400_000 == 13 * 3_600_000  # 9:00 in New York
    assert before % 86_400_000 == 8 * 3_600_000


# --- /desk


async def test_a_calm_desk(there: Town) -> None:
    desk = await there.organiser.slash(there.square, "desk")
    assert "Nothing needs you right now." in reply(desk)
    assert "The next digest comes" in reply(desk)
    assert labels(answer(desk)) == ["Let people choose", "Start a project", "See the digest", "Look again"]
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
    assert labels(answer(look)) == ["Close early", "Cancel it"]


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


async def test_an_overdue_promise_is_told_everywhere_until_it_is_kept(there: Town) -> None:
    olive = there.organiser
    await start_project(there, due="in 3 days")
    await open_poll(there, QUESTION, CROSSINGS)
    assert "We are late" not in text_of(there.card_of(there.say, QUESTION))

    await there.wait(days=3)

    assert "We are late." in text_of(there.card_of(there.say, "Choose one."))
    assert f"### {PROJECT}: we are late" in there.posts(there.moderators)[-1]
    assert any(f"### {PROJECT}: we are late" in text for text in there.posts(there.say))
    assert f"**We are late.** On “{PROJECT}”" in text_of(last(there.say))
    desk = await olive.slash(there.square, "desk")
    assert f"**Overdue:** people should have heard back about “{PROJECT}”" in reply(desk)
    assert "**Overdue.**" in reply(await olive.slash(there.square, "promise show"))
    await open_poll(there, "And the second?", CROSSINGS, closes="in 9 days")
    assert "We are late." in text_of(there.card_of(there.say, "Choose one."))

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
    assert "We are late" not in text_of(there.card_of(there.say, "Choose one."))
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
    refused = await forge_form(project.organiser, project.square, "cp1:keep-set:2", **filled)
    assert no in reply(refused)
    assert changed(before, tables(project)) == set()


# --- /initiative


async def test_a_project_from_start_to_close(there: Town) -> None:
    olive, cleo = there.organiser, there.councillor
    none = await olive.slash(there.square, "initiative list")
    assert "There are none yet." in reply(none)
    form = await olive.slash(there.square, "initiative start", ages="adults", deputy=there.officer)
    started = await olive.submit_modal(form, NEW)
    assert "You owe people an answer by" in reply(started)
    await there.settle()
    post = text_of(there.card_of(there.say, "### New project: A park for Station Road"))
    assert "For: Adults (18 and over)" in post
    assert "You decide. The parks committee will tell you what happens by" in post
    assert "Can’t change: The budget" in post

    await open_poll(there, QUESTION, CROSSINGS, project=NEW["title"])
    shown = await olive.slash(there.square, "initiative show", initiative=NEW["title"])
    assert "Stage: What’s wrong?" in reply(shown)
    assert f"Open: {QUESTION}" in reply(shown)
    moved = await fill(olive, shown, "Move to another stage", stage="options", reason="We know enough now.")
    assert "**Moved** to: What could we do?" in reply(moved)
    await there.settle()
    stage = text_of(there.card_of(there.say, "a new stage"))
    assert "Now: **What could we do?** We ask what could be done." in stage
    assert "Why: We know enough now." in stage

    handed = await olive.slash(
        there.square, "initiative handover", initiative=NEW["title"], lead=cleo, deputy=there.officer
    )
    assert f"Open: {QUESTION}" in reply(handed)
    assert "People hear back by" in reply(handed)

    def close() -> Any:
        return olive.slash(there.square, "initiative close", initiative=NEW["title"], reason="It is built.")

    assert reply(await close()) == f"“{QUESTION}” is still open. Close it first, or wait for its time."
    await there.wait(days=8)
    assert reply(await close()) == "People still wait for an answer. Use /promise keep first."
    await fill(
        olive, await olive.slash(there.square, "promise show"), f"Keep the promise: {NEW['title']}",
        said="A park", did="A park", wont="A pond",
    )  # fmt: skip
    assert reply(await close()) == "**Closed: A park for Station Road.** The channel is told why."
    await there.settle()
    assert "Why: It is built." in text_of(there.card_of(there.say, "is closed"))
    assert "A park for Station Road: closed." in reply(await olive.slash(there.square, "initiative list"))
    reopened = await olive.slash(there.square, "poll open", initiative=NEW["title"])
    assert "is closed. Start a new one with /initiative start." in reply(reopened)
    assert "is closed." in reply(await close())


@pytest.mark.parametrize(
    ("words", "no"),
    [
        ({"title": " "}, "Please give the project a name."),
        ({"title": "x" * 81}, "The name has 81 letters. Please use 80 or fewer."),
        ({"title": PROJECT.upper()}, f"There is a project called “{PROJECT.upper()}” already."),
        ({"fixed": " "}, "Please say what can’t change. If everything can, write “nothing”."),
        ({"decides": " "}, "Please say who decides or answers."),
        ({"fixed": "x" * 1001}, "This has 1,001 letters. Please use 1,000 or fewer."),
        ({"due": "1 May 2027"}, "is not in the future."),
        ({"due": "soon"}, "I could not read “soon” as a time."),
        ({"due": "1 June 2040"}, "is more than two years away."),
        ({"due": "Friday 5"}, "Is 5 in the morning or the evening? Say 5am or 5pm."),
        ({"level": "all"}, "This button is out of date."),
    ],
)
async def test_a_project_that_can_not_start(project: Town, words: dict[str, str], no: str) -> None:
    before = tables(project)
    refused = await forge_form(project.organiser, project.square, "cp1:project-start:0:both.", **NEW | words)
    assert no in reply(refused)
    assert changed(before, tables(project)) == set()


async def test_what_can_not_be_done_with_a_project(project: Town) -> None:
    there, olive, before = project, project.organiser, tables(project)

    async def no(command: str, words: str, **options: Any) -> None:
        assert words in reply(await olive.slash(there.square, command, **options)), command
        assert changed(before, tables(there)) == set()

    unknown = "I can’t find this project. Pick one from the list that opens as you type."
    for command, options in (
        ("show", {}), ("handover", {}), ("close", {"reason": "x"}),
        ("stage", {"stage": "options", "reason": "Now"}),
    ):  # fmt: skip
        await no(f"initiative {command}", unknown, initiative="Mars", **options)
    await no("promise keep", unknown, initiative="#77")
    stage = "initiative stage"
    await no(stage, "The project is at this stage already.", initiative=PROJECT, stage="define", reason="Why")
    await no(stage, "Please give a reason.", initiative=PROJECT, stage="options", reason=" ")
    await no(stage, "in at least 20 letters", initiative=PROJECT, stage="deliver", reason="Because.")
    await no(stage, "“Other questions” has no stages.", initiative="#1", stage="options", reason="Why not")
    await no("initiative close", "“Other questions” never closes.", initiative="#1", reason="Why not")
    await no("initiative close", "Please give a reason.", initiative=PROJECT, reason=" ")
    await no("promise keep", "No promise was made here.", initiative="#1")
    await no(
        "initiative handover", "must be two people",
        initiative=PROJECT, lead=there.officer, deputy=there.officer,
    )  # fmt: skip
    skipped = await olive.slash(
        there.square,
        stage,
        initiative=PROJECT,
        stage="deliver",
        reason="The money ends in June, so we build now.",
    )
    assert "**Moved** to: Doing it" in reply(skipped)


# --- /poll


@pytest.mark.parametrize(
    ("options", "no"),
    [
        ("Yes\n\nNo", "Option 2 is empty. Please write something, or take the empty line out."),
        ("Yes\n" + "x" * 5000, "Option 2 has 5,000 letters. Please use 150 or fewer."),
        ("Yes\nNo\nYES ", "Options 1 and 3 are the same: “YES”. Please change one."),
        ("Yes", "There is only 1 option. Please give at least 2, one on each line."),
        ("\n".join(map(str, range(21))), "There are 21 options. Please give 20 or fewer."),
        (" ", "Option 1 is empty."),
    ],
)
async def test_options_that_no_poll_can_have(project: Town, options: str, no: str) -> None:
    await project.organiser.slash(project.square, "poll open", initiative=PROJECT)
    before = tables(project)
    refused = await forge_form(project.organiser, project.square, "cp1:draft-options-set:1", options=options)
    assert no in reply(refused)
    assert changed(before, tables(project)) == set()


@pytest.mark.parametrize(
    ("when", "no"),
    [
        ("1 May 2027", "is not in the future. It is now Monday 3 May 2027, 10am."),
        ("today 9am", "Monday 3 May 2027, 9am is not in the future."),
        ("1 June 2030", "is more than two years away. Say a time no later than"),
        ("Friday 5", "Is 5 in the morning or the evening? Say 5am or 5pm."),
        ("3/6", "3/6 could be 3 June or 6 March. Write the month as a word, like “3 June”."),
        ("next Friday", "could be"),
        ("Monday 6pm", "could be"),
        ("whenever", "I could not read “whenever” as a time."),
        (" ", "Please say when. For example: Friday 6pm."),
    ],
)
async def test_closing_times_that_no_poll_can_have(project: Town, when: str, no: str) -> None:
    olive = project.organiser
    card = await olive.slash(project.square, "poll open", initiative=PROJECT)
    before = tables(project)
    assert no in reply(await fill(olive, card, "When", when=when))
    assert changed(before, tables(project)) == set()


async def test_a_draft_says_what_it_lacks_one_thing_after_another(project: Town) -> None:
    there, olive = project, project.organiser
    card = await olive.slash(there.square, "poll open", initiative=PROJECT, kind="pick")
    assert "**To do:** press “Question”" in reply(card)
    before = tables(there)

    async def publish() -> str:
        refused = reply(await press(olive, card, "Publish"))
        assert one(there, "SELECT state FROM round") == "draft"
        return refused

    assert await publish() == "Please write a question."
    assert changed(before, tables(there)) == set()
    card = await fill(olive, card, "Question", question=QUESTION)
    assert "no option. Please give at least 2" in await publish()
    card = await fill(olive, card, "Options", options="\n".join(CROSSINGS))
    assert "When does it close?" in await publish()
    card = await fill(olive, card, "When", when="in 2 days")
    assert "It is open for less than 7 days." in reply(card)
    assert await publish() == (
        "It would be open for less than 7 days. "
        "Press “When” and give a public reason, or choose a later time."
    )
    card = await fill(olive, card, "When", when="in 2 days", reason="The road closes on Friday.")
    assert "Why this is done in an unusual way: The road closes on Friday." in reply(card)
    done = await press(olive, card, "Publish")
    assert reply(done).startswith("**Published** in")
    await there.settle()
    assert "The road closes on Friday." in text_of(there.card_of(there.say, "Choose one."))


async def test_a_question_ahead_of_its_stage_needs_a_public_reason(project: Town) -> None:
    there, olive = project, project.organiser
    card = await draft_poll(there, QUESTION, CROSSINGS, closes="in 15 days")
    rules = {
        "kind": "approve",
        "stage": "decide",
        "numbers": "hidden",
        "audience": ["officer"],
        "quorum": "5",
    }
    card = answer(await fill(olive, card, "Rules", **rules))
    assert "The project has not reached this stage." in text_of(card)
    assert "Only for: Officers." in text_of(card)
    assert "It counts if at least 5 people answer." in text_of(card)
    assert "The project has not reached this stage." in reply(await press(olive, card, "Publish"))
    card = answer(await fill(olive, card, "Rules", **rules | {"stage": "define", "quorum": "5"}))
    assert reply(await press(olive, card, "Publish")).startswith("**Published** in")
    await there.settle()

    public = there.card_of(there.say, "Choose as many as you like.")
    other = await press(there.members["Amina"], public, "Choose")
    assert "This question is for other people." in reply(other)
    mine = await press(there.officer, public, "Choose")
    assert "You have not answered yet." in reply(mine)


async def test_a_quorum_is_a_number(project: Town) -> None:
    card = await draft_poll(project, QUESTION, CROSSINGS)
    rules = {"kind": "pick", "stage": "define", "numbers": "hidden", "quorum": "half"}
    refused = await fill(project.organiser, card, "Rules", **rules)
    assert reply(refused) == "Please write a whole number, like 20, or leave it empty."


async def test_a_question_that_is_too_long(project: Town) -> None:
    await project.organiser.slash(project.square, "poll open", initiative=PROJECT)
    long = await forge_form(project.organiser, project.square, "cp1:draft-question-set:1", question="x" * 301)
    assert reply(long) == "The question has 301 letters. Please use 300 or fewer."
    empty = await forge_form(project.organiser, project.square, "cp1:draft-question-set:1", question=" ")
    assert reply(empty) == "Please write a question."


async def test_a_draft_survives_a_new_bot_and_is_published_once(project: Town) -> None:
    there, olive = project, project.organiser
    card = await draft_poll(there, QUESTION, CROSSINGS)
    form = await press(olive, card, "Question")

    await restarted(there)

    renamed = await olive.submit_modal(form, {"question": "Which crossing comes first?"})
    assert "**Which crossing comes first?**" in reply(renamed)
    preview = await press(olive, renamed, "Preview")
    assert "This is what people will see." in reply(preview)
    assert "Under it people find buttons for 2 options." in reply(preview)
    card = await press(olive, preview, "Back to the draft")
    twin = await olive.slash(there.square, "poll show", question="Which crossing comes first?")

    assert reply(await press(olive, card, "Publish")).startswith("**Published** in")
    again = await press(olive, twin, "Publish")
    assert reply(again) == "This poll is published already. Its words can’t be changed now."
    late = await press(olive, await olive.slash(there.square, "desk"), "Look at: Which crossing comes first?")
    assert "Publish" not in labels(answer(late))
    await there.settle()
    assert sum("Choose one." in text for text in there.posts(there.say)) == 1


async def test_a_published_question_can_not_be_changed(project: Town) -> None:
    there, olive = project, project.organiser
    card = await draft_poll(there, QUESTION, CROSSINGS)
    form = await press(olive, card, "Options")
    twin = await olive.slash(there.square, "poll show", question=QUESTION)
    await press(olive, card, "Publish")
    before = tables(there)

    gone = (
        "This draft is not there any more: it was published, thrown away or forgotten after 14 days. "
        "Look at /poll list, or start a new one with /poll open."
    )
    assert reply(await olive.submit_modal(form, {"options": "Yes\nNo"})) == gone
    for label in ("Question", "Options", "When", "Rules", "Throw away"):
        assert reply(await press(olive, twin, label)) == gone, label
    assert changed(before, tables(there)) == set()


async def test_a_draft_can_be_thrown_away_and_lapses_by_itself(project: Town) -> None:
    there, olive = project, project.organiser
    card = await draft_poll(there, QUESTION, CROSSINGS)
    thrown = await press(olive, card, "Throw away")
    assert reply(thrown) == "Thrown away. Nobody saw it."
    assert "There are none yet." in reply(await olive.slash(there.square, "poll list"))

    await draft_poll(there, QUESTION, CROSSINGS)
    assert f"Draft: {QUESTION}" in reply(await olive.slash(there.square, "poll list"))
    await there.wait(days=15)
    assert "There are none yet." in reply(await olive.slash(there.square, "poll list"))


async def test_publishing_where_the_bot_may_not_write_says_what_it_lacks(project: Town) -> None:
    there, olive = project, project.organiser
    deny(there, there.say, send_messages=False)
    card = await draft_poll(there, QUESTION, CROSSINGS)

    refused = await press(olive, card, "Publish")
    assert "I can’t post in #have-your-say. I lack: Send Messages" in reply(refused)
    assert one(there, "SELECT state FROM round") == "draft"

    deny(there, there.say, send_messages=True)
    assert reply(await press(olive, card, "Publish")).startswith("**Published** in")


async def test_a_poll_in_another_channel(project: Town) -> None:
    there, olive = project, project.organiser
    card = await olive.slash(there.square, "poll open", initiative=PROJECT, channel=there.moderators)
    for label, values in (
        ("Question", {"question": QUESTION}), ("Options", {"options": "Yes\nNo"}),
        ("When", {"when": "in 8 days"}),
    ):  # fmt: skip
        card = await fill(olive, card, label, **values)
    assert f"It will be posted in <#{there.moderators.id}>." in reply(card)
    await press(olive, card, "Publish")
    await there.settle()
    assert "Choose one." in text_of(last(there.moderators))


async def test_nobody_sees_how_it_stands_and_then_everybody_does(project: Town) -> None:
    there, olive = project, project.organiser
    await open_poll(there, QUESTION, CROSSINGS)
    card = there.card_of(there.say, "Choose one.")
    for number, member in enumerate(list(there.members.values())[:7]):
        await vote(member, card, CROSSINGS[number < 5])
    await there.settle()

    later = "Nobody sees results before a poll closes, organisers neither. It closes by itself at its time."
    assert reply(await olive.slash(there.square, "poll results", question=QUESTION)) == later
    assert reply(await olive.slash(there.square, "poll export", question=QUESTION)) == later
    shown = await olive.slash(there.square, "poll show", question=QUESTION)
    preview = await olive.slash(there.square, "digest preview")
    for read in (reply(shown), reply(preview), *there.posts(there.say)):
        assert not any(f"{option}”: " in read or f"{option}: **" in read for option in CROSSINGS)
    assert "7 people have answered. We show no results before it closes." in reply(shown)

    await there.wait(days=8)

    result = text_of(there.card_of(there.say, "### Result"))
    assert "“Station Road” got the most: 5 of 7." in result
    assert "Mill Road: **2** of 7 (29%)" in result
    assert "Proof: row" in result
    seen = await olive.slash(there.square, "poll results", question=QUESTION)
    assert "“Station Road” got the most: 5 of 7." in reply(seen)
    assert "What is this proof?" in labels(there.card_of(there.say, "### Result"))
    proof = await press(there.members["Amina"], there.card_of(there.say, "### Result"), "What is this proof?")
    assert "It holds no names and no words." in reply(proof)


async def test_an_open_show_of_hands_says_so_and_shows_the_numbers(project: Town) -> None:
    there, olive = project, project.organiser
    card = await draft_poll(there, QUESTION, CROSSINGS)
    card = answer(
        await fill(olive, card, "Rules", kind="pick", stage="define", numbers="hands", audience=[], quorum="")
    )
    assert "Open show of hands: everyone sees the numbers at once" in text_of(card)
    await press(olive, card, "Publish")
    await there.settle()
    await vote(there.members["Amina"], there.card_of(there.say, "Choose one."), "Mill Road")
    await there.settle()

    public = text_of(there.card_of(there.say, "Choose one."))
    assert "Mill Road: **1**" in public
    assert "Station Road: **0**" in public
    assert "Open show of hands: everyone sees the numbers. 1 person has answered." in public
    seen = await olive.slash(there.square, "poll results", question=QUESTION)
    assert "Mill Road: **1**" in reply(seen)


async def test_too_few_people_and_a_tie(project: Town) -> None:
    there, olive = project, project.organiser
    card = await draft_poll(there, QUESTION, CROSSINGS)
    card = answer(
        await fill(
            olive, card, "Rules", kind="pick", stage="define", numbers="hidden", audience=[], quorum="5"
        )
    )
    await press(olive, card, "Publish")
    await there.settle()
    public = there.card_of(there.say, "Choose one.")
    assert "It counts if at least 5 people answer." in text_of(public)
    await vote(there.members["Amina"], public, "Mill Road")
    await vote(there.members["Bartek"], public, "Station Road")
    await there.wait(days=8)

    result = text_of(there.card_of(there.say, "### Result"))
    assert "No single winner. These are level with 1 each: “Mill Road”, “Station Road”." in result
    assert "It does not count: 2 answered, and it needed 5." in result
    digest = there.posts(there.moderators)[-1]
    assert "## What happened from" in digest
    assert "It does not count: 2 answered, and it needed 5." in digest


async def test_closing_early_needs_a_reason_that_everybody_reads(project: Town) -> None:
    there, olive = project, project.organiser
    await open_poll(there, QUESTION, CROSSINGS)
    await vote(there.members["Amina"], there.card_of(there.say, "Choose one."), "Mill Road")

    no = await olive.slash(there.square, "poll close", question=QUESTION, reason=" ")
    assert reply(no) == "Please give a reason. Everybody will read it."
    shown = await olive.slash(there.square, "poll show", question=QUESTION)
    closed = await fill(olive, shown, "Close early", reason="The road works begin tomorrow.")
    assert reply(closed).startswith("**Closed.**")
    await there.settle()

    result = text_of(there.card_of(there.say, "### Result"))
    assert "It closed early. Why: The road works begin tomorrow." in result
    assert "“Mill Road” got the most: 1 of 1." in result
    again = await olive.slash(there.square, "poll close", question=QUESTION, reason="Again")
    assert reply(again) == "This poll is over already. Look at its result with /poll results."
    unknown = await olive.slash(there.square, "poll close", question="Which?", reason="Again")
    assert "I can’t find this question here." in reply(unknown)
    assert sum("### Result" in text for text in there.posts(there.say)) == 1


async def test_cancelling_tells_why_and_never_how_it_stood(project: Town) -> None:
    there, olive, amina = project, project.organiser, project.members["Amina"]
    await open_poll(there, QUESTION, CROSSINGS)
    card = there.card_of(there.say, "Choose one.")
    ballot = await press(amina, await vote(amina, card, "Mill Road"), "Change it")

    shown = await olive.slash(there.square, "poll show", question=QUESTION)
    cancelled = await fill(olive, shown, "Cancel it", reason="The question was wrong.")
    assert reply(cancelled).startswith("**Cancelled.**")
    await there.settle()

    card = there.card_of(there.say, "Choose one.")
    assert labels(card) == []
    assert "**Cancelled.** Why: The question was wrong." in text_of(card)
    post = text_of(there.card_of(there.say, "### Cancelled"))
    assert "Nobody sees how it stood." in post
    assert (
        reply(await press(amina, ballot, "Station Road"))
        == "This question was cancelled. Its channel says why."
    )
    for command in ("poll results", "poll export"):
        refused = reply(await olive.slash(there.square, command, question=QUESTION))
        assert "Nobody sees" in refused or "cancelled" in refused
    await there.wait(days=9)
    assert not any("### Result" in text for text in there.posts(there.say))


async def test_files_hold_numbers_no_names_and_no_formulas(project: Town) -> None:
    there, olive, amina = project, project.organiser, project.members["Amina"]
    await open_poll(there, QUESTION, ["=SUM(A1:A9)", "+44 help", "@everyone", "Plain"])
    await vote(amina, there.card_of(there.say, "Choose one."), "=SUM(A1:A9)")
    await there.wait(days=8)

    files = await files_of(await olive.slash(there.square, "poll export", question=QUESTION))
    pressed = await files_of(
        await press(olive, await olive.slash(there.square, "poll results", question=QUESTION), "Files")
    )

    assert files == pressed
    table = files["result-1.csv"].decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(table))) == [
        ["option", "people"], ["'=SUM(A1:A9)", "1"], ["'+44 help", "0"], ["'@everyone", "0"], ["Plain", "0"],
    ]  # fmt: skip
    facts = json.loads(files["result-1.json"])
    assert (facts["counts"], facts["answers"]) == ([1, 0, 0, 0], 1)
    assert not any(str(amina.id).encode() in data or b"Amina" in data for data in files.values())


# --- /digest


async def test_the_digest_preview_send_and_schedule(project: Town) -> None:
    there, olive = project, project.organiser
    await open_poll(there, QUESTION, CROSSINGS)
    for member in list(there.members.values())[:3]:
        await vote(member, there.card_of(there.say, "Choose one."), "Mill Road")

    preview = await olive.slash(there.square, "digest preview")
    assert "3 people took part." in reply(preview)
    assert f"- New: {QUESTION} 3 answers so far." in reply(preview)
    assert answer(preview).ephemeral

    assert "**Sent** to the moderators’ channel." in reply(await olive.slash(there.square, "digest send"))
    await there.settle()
    sent = last(there.moderators)
    assert "3 people took part." in text_of(sent)
    assert [one.filename for one in sent.attachments] == ["digest.png"]
    assert "## Your desk" in reply(await press(olive, sent, "My desk"))

    planned = await olive.slash(there.square, "digest schedule", pace="every two weeks on Friday 5pm")
    assert "**From now on** the digest comes every two weeks on Friday, 5pm. The next three:" in reply(
        planned
    )
    moments = sorted({int(found) for found in re.findall(r"<t:(\d+):F>", reply(planned))})
    assert [datetime.fromtimestamp(one, UTC).isoformat()[:16] for one in moments] == [
        "2027-05-07T16:00", "2027-05-21T16:00", "2027-06-04T16:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pace", "no"),
    [
        ("often", "I could not read “often”."),
        ("every Friday", "At what time? Add one, like “9am”."),
        ("every week 9am", "On which day?"),
        ("every second Tuesday 9am", "This could mean two things."),
        ("every Friday 9am until 4 May", "Choose a later last day."),
        ("every Friday 5", "Is 5 in the morning or the evening?"),
    ],
)
async def test_a_pace_that_says_too_little(there: Town, pace: str, no: str) -> None:
    before = tables(there)
    assert no in reply(await there.organiser.slash(there.square, "digest schedule", pace=pace))
    assert changed(before, tables(there)) == set()


async def test_no_digest_without_a_channel_for_it(bare: Town) -> None:
    there, mayor = bare, bare.mayor
    roles = await press(mayor, await mayor.slash(there.square, "setup"), "Roles")
    await mayor.select(answer(roles), [there.roles["Organisers"]], custom_id="cp1:setup-role:0:organiser")
    refused = await there.organiser.slash(there.square, "digest send")
    assert "There is no moderators’ channel." in reply(refused)
    await start_project(there)
    card = await draft_poll(there, QUESTION, CROSSINGS)
    assert "Nowhere to post it yet" in text_of(card)
    nowhere = await press(there.organiser, card, "Publish")
    assert "There is no channel to post it in." in reply(nowhere)


# --- completion, and a role that is gone


async def test_titles_are_offered_to_organisers_and_to_nobody_else(project: Town) -> None:
    there, olive, amina = project, project.organiser, project.members["Amina"]
    await open_poll(there, QUESTION, CROSSINGS)

    async def offered(member: Any, command: str, option: str, typed: str) -> list[str]:
        found = await member.autocomplete(there.square, command, option, typed)
        return [choice["name"] for choice in found]

    assert await offered(olive, "poll open", "initiative", "mill") == [PROJECT]
    assert await offered(olive, "poll open", "initiative", "") == ["Other questions", PROJECT]
    assert await offered(olive, "poll show", "question", "cross") == [QUESTION]
    assert await offered(olive, "poll show", "question", "zebra") == []
    for member in (amina, there.officer, there.councillor):
        assert await offered(member, "poll open", "initiative", "") == []
        assert await offered(member, "poll close", "question", "") == []

    (choice,) = await olive.autocomplete(there.square, "poll show", "question", "cross")
    assert QUESTION in reply(await olive.slash(there.square, "poll show", question=choice["value"]))


async def test_the_organisers_role_is_deleted_while_a_question_is_open(project: Town) -> None:
    there, olive = project, project.organiser
    await open_poll(there, QUESTION, CROSSINGS)
    await vote(there.members["Amina"], there.card_of(there.say, "Choose one."), "Mill Road")

    there.env.backend.delete_role(there.guild.id, there.roles["Organisers"].id)

    refused: InteractionResult = await olive.slash(there.square, "desk")
    assert reply(refused) == (
        "The organisers’ role was deleted. Questions that are open go on. "
        "Ask someone who manages this server to run /setup and choose a new role."
    )
    closing = await olive.slash(there.square, "poll close", question=QUESTION, reason="Now")
    assert "The organisers’ role was deleted." in reply(closing)
    await there.wait(days=8)
    assert "“Mill Road” got the most: 1 of 1." in text_of(there.card_of(there.say, "### Result"))
