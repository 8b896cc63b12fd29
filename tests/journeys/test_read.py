"""What is published is what was read: an idea that changes while somebody has it before them."""

from __future__ import annotations

from bot.practice.town import Town, answer, open_ask, reply, tell
from tests.journeys.conftest import changed, fill, forge, labels, one, press, tables

WALK = "What is the walk like for you?"
OPEN_IT, CLOSE_IT = "Open the crossing.", "Close the crossing for good."


async def brought(there: Town) -> None:
    await open_ask(there, WALK)
    await tell(there.members["Amina"], there.card_of(there.say, f"{WALK}**\nUse your own words"), OPEN_IT)


async def test_a_moderator_lets_others_read_what_they_have_read(project: Town) -> None:
    amina, olive = project.members["Amina"], project.organiser
    await brought(project)
    card = await forge(olive, project.square, "cp1:next:0")
    own = await press(amina, await amina.slash(project.square, "my answers"), "Idea 1")
    await fill(amina, own, "Change", said=CLOSE_IT)
    before = tables(project)
    shown = await press(olive, card, "Let others read it")
    assert reply(shown).startswith("**This has changed since you read it.**")
    assert f"“{CLOSE_IT}”" in reply(shown)
    assert f"Before, it said:\n**What happens?** “{OPEN_IT}”" in reply(shown)
    assert "Nobody thinks so too yet." in reply(shown)
    assert changed(before, tables(project)) == set()
    assert "**Done.**" in reply(await press(olive, shown, "Let others read it"))
    assert one(project, "SELECT state FROM contribution WHERE id = 1") == "accepted"


async def test_words_that_others_think_too_stay_and_a_change_becomes_a_new_idea(project: Town) -> None:
    amina, bartek, olive = project.members["Amina"], project.members["Bartek"], project.organiser
    await brought(project)
    await press(olive, await forge(olive, project.square, "cp1:next:0"), "Let others read it")
    own = await press(amina, await amina.slash(project.square, "my answers"), "Idea 1")
    form = await press(amina, own, "Change")
    await forge(bartek, project.square, "cp1:go:0:adults")
    supported = await press(bartek, await forge(bartek, project.square, "cp1:read-idea:1"), "I think so too")
    assert "1 other person thinks so too." in reply(supported)
    before = tables(project)
    refused = await amina.submit_modal(form, {"said": CLOSE_IT})
    assert "Idea 1 can’t change now" in reply(refused)
    assert CLOSE_IT in reply(refused), "no word is lost"
    assert changed(before, tables(project)) == set()
    form = await press(amina, refused, "Mend it")
    assert form.modal is not None
    assert CLOSE_IT in str(form.modal)
    told = await amina.submit_modal(form, {"said": CLOSE_IT})
    assert "Your idea is number 2." in reply(told)
    card = await press(amina, await forge(amina, project.square, "cp1:idea:1"), "Change")
    assert labels(answer(card)) == ["Tell it as a new idea", "Idea 1"]
    assert OPEN_IT in str((await press(amina, card, "Tell it as a new idea")).modal)
    said = reply(await forge(bartek, project.square, "cp1:read-idea:1"))
    assert OPEN_IT in said
    assert "1 other person thinks so too." in said


async def test_a_form_about_words_that_changed_comes_back_filled_in(project: Town) -> None:
    amina, olive = project.members["Amina"], project.organiser
    await brought(project)
    form = await press(olive, await forge(olive, project.square, "cp1:next:0"), "Ask the author")
    own = await press(amina, await amina.slash(project.square, "my answers"), "Idea 1")
    await fill(amina, own, "Change", said=CLOSE_IT)
    before = tables(project)
    shown = await olive.submit_modal(form, {"question": "Which crossing?"})
    assert CLOSE_IT in reply(shown)
    [back] = shown.followups
    assert "Which crossing?" in str(back.components)
    assert changed(before, tables(project)) == set()
    again = await olive.click(back, label="Mend it")
    assert "Which crossing?" in str(again.modal)
    done = await olive.submit_modal(again, {"question": "Which crossing?"})
    assert reply(done).startswith("**Asked.**")
    assert one(project, "SELECT question FROM contribution WHERE id = 1") == "Which crossing?"
