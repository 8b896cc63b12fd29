"""``/initiative``: from start to close, with every no."""

from __future__ import annotations

from typing import Any

import pytest

from bot.practice.town import Town, open_poll, reply, text_of
from tests.journeys.conftest import CROSSINGS, NEW, PROJECT, QUESTION, changed, fill, forge_form, tables


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
