"""Forms that were not taken, presses that came too late: nothing typed is lost, and what is said is so."""

from __future__ import annotations

import pytest

from bot.practice.town import (
    Town,
    answer,
    draft_poll,
    open_ask,
    open_poll,
    open_weighing,
    reply,
    tell,
    vote,
)
from tests.journeys.conftest import (
    ADULT,
    CROSSINGS,
    QUESTION,
    changed,
    files_of,
    forge,
    forge_form,
    labels,
    one,
    press,
    pressables,
    tables,
)

LIKE = "What is it like?"


def boxes(result: object) -> dict[str, str]:
    """What stands in the text boxes of a form that was opened."""
    modal = result.modal  # type: ignore[attr-defined]
    there = [label["component"] for label in modal["components"] if "component" in label]
    return {box["custom_id"]: box["value"] for box in there if "value" in box}


async def test_a_doubled_option_and_an_unreadable_time_are_mended_in_place(project: Town) -> None:
    there, olive = project, project.organiser
    draft = await draft_poll(there, QUESTION, CROSSINGS)
    refused = await olive.submit_modal(await press(olive, draft, "Options"), {"options": "Here\nThere\nHere"})
    assert reply(refused).startswith("Options 1 and 3 are the same: “Here”. Please change one.")
    assert labels(answer(refused)) == ["Mend it", "Leave it"]
    form = await press(olive, refused, "Mend it")
    assert boxes(form) == {"options": "Here\nThere\nHere"}
    again = await olive.submit_modal(form, {"options": "Here"})
    assert reply(again).startswith("There is only 1 option.")
    assert answer(again).id == answer(refused).id, "one card, in place of itself"
    saved = await olive.submit_modal(await press(olive, again, "Mend it"), {"options": "Here\nThere"})
    assert "Here" in reply(saved)

    when = await press(olive, saved, "When")
    refused = await olive.submit_modal(when, {"when": "soonish", "reason": "It is *urgent*."})
    assert "I could not read “soonish” as a time." in reply(refused)
    assert boxes(await press(olive, refused, "Mend it")) == {"when": "soonish", "reason": "It is *urgent*."}
    assert "Nothing was kept" in reply(await press(olive, refused, "Leave it"))


async def test_words_that_came_too_late_come_back_with_where_to_say_them(project: Town) -> None:
    there, dilan = project, project.members["Dilan"]
    await open_ask(there, LIKE)
    await open_poll(there, QUESTION, CROSSINGS, closes="in 9 days")
    card = there.card_of(there.say, "Use your own words")
    await tell(dilan, card, "Cars park there.")
    form = await press(dilan, card, "Tell us")
    await there.env.advance_time(8 * 86_400 + 60)  # nobody has looked at the clock yet
    before = tables(there)
    late = await dilan.submit_modal(form, {"said": "Lorries, too."})
    assert reply(late).startswith("This question has closed. Your idea from before is still in it.")
    assert "Lorries, too." in reply(late)
    assert labels(answer(late)) == ["All open questions"]
    assert changed(before, tables(there)) == set()
    open_now = await press(dilan, late, "All open questions")
    [menu] = [one for one in pressables(answer(open_now)) if "options" in one]
    assert QUESTION in [option["label"] for option in menu["options"]]


async def test_what_has_no_room_comes_as_a_file_and_opens_with_what_fits(project: Town) -> None:
    there, olive = project, project.organiser
    await open_ask(there, LIKE)
    await olive.slash(there.square, "ask open", initiative="Safer walk to Mill Road School", ask="problem")
    words = "`A` long story about @everyone. " * 120
    before = tables(there)
    refused = await forge_form(olive, there.square, "cp1:draft-facts-set:2", facts=words, owner="")
    assert "The file has every word" in reply(refused)
    assert (await files_of(refused))["your-words.txt"].decode() == words
    assert len(reply(refused)) <= 4000
    assert changed(before, tables(there)) == set()
    opened = boxes(await press(olive, refused, "Mend it"))["facts"]
    assert len(opened) == 1500
    assert words.startswith(opened)


async def test_a_worry_that_is_not_passed_on_comes_back_beside_who_helps(there: Town) -> None:
    esther = there.members["Esther"]
    for number in range(6):
        last_one = await forge_form(
            esther, there.square, "cp1:worry-send:0", words=f"Fear {number}", reach=""
        )
    said = reply(last_one)
    assert said.startswith("You have sent several worries within an hour.")
    assert "Fear 5" in said
    assert "In danger: 999." in said
    assert labels(answer(last_one)) == []


async def test_after_the_close_everybody_reads_about_their_own_answer(project: Town) -> None:
    there = project
    amina, bartek, carys = (there.members[name] for name in ("Amina", "Bartek", "Carys"))
    await open_poll(there, QUESTION, CROSSINGS)
    card = there.ballot(QUESTION)
    mine = await vote(amina, card, "Mill Road")
    notice = await press(bartek, card, "Mill Road")
    await there.env.advance_time(8 * 86_400 + 60)
    for result in (await press(amina, card, "Station Road"), await press(amina, mine, "Take it back")):
        assert reply(result).startswith("This question has closed. Your answer from <t:")
        assert "“Mill Road”, counts." in reply(result)
    await there.settle()
    assert "“Mill Road”, counts." in reply(await forge(amina, there.square, "cp1:vote:1:1"))
    late = reply(await press(bartek, notice, ADULT))
    assert late.startswith("This question has closed. I have no answer from you to it.")
    assert "I have no answer from you" in reply(await forge(carys, there.square, "cp1:vote:1:1"))
    assert one(there, "SELECT count(*) FROM answer") == 1


async def test_after_the_close_of_a_weighing_votes_count(project: Town) -> None:
    there, amina = project, project.members["Amina"]
    await open_weighing(there, "And all?", ["Close it.", "Open it."])
    turn = await press(amina, await forge(amina, there.square, "cp1:weigh:1"), ADULT)
    voted = await press(amina, turn, "Agree")
    await there.env.advance_time(8 * 86_400 + 60)
    said = reply(await press(amina, voted, "Agree"))
    assert said.startswith("This question has closed. What you said up to <t:")
    assert "agree 1, disagree 0, pass 0" in said


@pytest.mark.parametrize("answered", [True, False])
async def test_without_names_nothing_is_said_of_whether_somebody_answered(
    project: Town, *, answered: bool
) -> None:
    there, amina = project, project.members["Amina"]
    card = await draft_poll(there, "Who said it?", ["Me", "You"])
    names = {"kind": "pick", "stage": "define", "numbers": "sealed", "audience": [], "quorum": ""}
    card = answer(await there.organiser.submit_modal(await press(there.organiser, card, "Rules"), names))
    await press(there.organiser, card, "Publish")
    await there.settle()
    if answered:
        await press(amina, await forge(amina, there.square, "cp1:seal:1", "0"), ADULT)
        assert one(there, "SELECT count(*) FROM sealed_answer") == 1
    await there.env.advance_time(8 * 86_400 + 60)
    said = reply(await forge(amina, there.square, "cp1:seal:1", "1"))
    assert said.startswith("This question has closed, so nothing was changed.")
    assert "I can’t tell if you had answered" in said
