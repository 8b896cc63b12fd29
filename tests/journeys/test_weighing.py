"""A weighing from its draft to its result, as organisers and residents meet it."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from bot.practice.town import Town, answer, open_ask, open_weighing, reply, tell, text_of
from tests.journeys.conftest import (
    ADULT,
    PROJECT,
    custom_ids,
    files_of,
    fill,
    insist,
    labels,
    last,
    one,
    press,
    restarted,
)

WALK, WHERE = "What is the walk like for you?", "Where do you stand?"
CARS, DARK = "Cars park on the crossing.", "It is dark at five."
BUS = "A bus should stop at eight."
CARD = ["Agree", "Pass", "Disagree", "Say it better"]
WORRY = "Worried about someone"


@pytest.fixture
async def asked(project: Town) -> Town:
    """The town with two ideas that everybody may read, and one of its own to be weighed."""
    await open_ask(project, WALK)
    card = project.card_of(project.say, f"{WALK}**\nUse your own words")
    for name, words in (("Amina", CARS), ("Bartek", DARK)):
        await tell(project.members[name], card, words)
    for number in (1, 2):
        await insist(project.organiser, project.square, f"cp1:idea-accept:{number}")
    await open_weighing(project, WHERE, [BUS], ideas=WALK)
    return project


def card_of(there: Town) -> Any:
    return there.card_of(there.say, f"{WHERE}**\nRead short")


async def begin(there: Town, name: str) -> Any:
    """The first statement on somebody's private card."""
    member = there.members[name]
    shown = await press(member, card_of(there), "Say where you stand")
    return await press(member, shown, ADULT) if "Before you start" in reply(shown) else shown


async def test_a_draft_says_what_it_lacks_and_is_published(project: Town) -> None:
    olive = project.organiser
    begun = await olive.slash(project.square, "weigh open", initiative=PROJECT)
    assert "**To do:** there are no statements yet." in reply(begun)
    assert "Weigh statements: each person agrees, disagrees or passes" in reply(begun)
    written = await fill(olive, begun, "Add statements", statements=f"{CARS}\n\n{DARK}\n{CARS}")
    assert "There are 2 statements so far." in reply(written)
    preview = await press(olive, written, "Preview")
    assert "Say where you stand" in reply(preview)
    assert "Read short statements, one at a time." in reply(preview)
    back = await press(olive, preview, "Back to the draft")
    asked = await fill(olive, back, "Question", question=WHERE)
    ready = await fill(olive, asked, "When", when="in 8 days", reason="")
    await press(olive, ready, "Publish")
    await project.settle()
    shown = text_of(card_of(project))
    assert "There are 2 statements so far. You can add your own." in shown
    assert labels(card_of(project))[:3] == ["Say where you stand", "Add your own", "Where I stand"]


async def test_somebody_weighs_goes_back_and_says_it_better_over_a_restart(asked: Town) -> None:
    dilan = asked.members["Dilan"]
    shown = await begin(asked, "Dilan")
    seen: list[str] = []
    for number in (1, 2, 3):
        text = reply(shown)
        assert text.startswith(f"Statement {number} of 3\n")
        [words] = [said for said in (CARS, DARK, BUS) if said in text]
        assert ("An organiser wrote this one." in text) == (words == BUS)
        assert labels(answer(shown))[:4] == CARD
        seen.append(words)
        await restarted(asked)
        shown = await press(dilan, shown, "Agree")
    assert sorted(seen) == sorted([CARS, DARK, BUS])
    assert reply(shown).startswith("**Thank you.** You have read 3 statements.\nYou have read all there are.")
    back = await press(dilan, shown, "Back")
    assert seen[2] in reply(back)
    assert "You said: agree." in reply(back)
    again = await press(dilan, back, "Back")
    assert seen[1] in reply(again)
    form = await press(dilan, again, "Say it better")
    assert form.modal is not None
    await restarted(asked)
    told = await dilan.submit_modal(form, {"said": "Lamps on by four."})
    assert "A person reads it first." in reply(told)
    rest = await press(dilan, told, "More statements")
    assert "You have read all there are." in reply(rest)
    mine = await press(dilan, rest, "Where I stand")
    number = next(place for place, words in enumerate((CARS, DARK, BUS), 1) if words == seen[1])
    shown = await press(dilan, await dilan.select(answer(mine), [str(number)]), "Disagree")
    mine = await press(dilan, shown, "Where I stand")
    assert "You agree with 2, disagree with 1 and passed on 0." in reply(mine)
    assert f"“{seen[1]}” You said: disagree." in reply(mine)
    number = one(asked, "SELECT max(id) FROM contribution")
    await insist(asked.organiser, asked.square, f"cp1:idea-accept:{number}")
    new = await press(dilan, mine, "More statements")
    assert "Lamps on by four." in reply(new)
    picked = await dilan.select(answer(await press(dilan, new, "Where I stand")), ["1"])
    assert CARS in reply(picked)
    listed = reply(await dilan.slash(asked.square, "my answers"))
    assert "agree 2, disagree 1, pass 0" in listed


async def test_the_result_is_told_at_the_close_and_not_before(asked: Town) -> None:
    olive = asked.organiser
    for place, name in enumerate(("Amina", "Bartek", "Carys", "Dilan", "Esther", "Farida")):
        member, shown = asked.members[name], await begin(asked, name)
        for _ in range(3):
            split = DARK in reply(shown) and place % 2
            shown = await press(member, shown, "Disagree" if split else "Agree")
    await asked.settle()
    assert "6 people have answered. We show no results before it closes." in text_of(card_of(asked))
    early = await olive.slash(asked.square, "weigh results", question=WHERE)
    assert "Nobody sees results before" in reply(early)
    shown = await olive.slash(asked.square, "weigh show", question=WHERE)
    assert labels(answer(shown)) == [
        "Add statements",
        "Print forms",
        "Enter an answer",
        "Close early",
        "Cancel it",
    ]
    assert "agree" not in reply(shown).replace("Say if you agree", "")
    await olive.slash(asked.square, "weigh close", question=WHERE, reason="All have answered.")
    await asked.settle()
    result = (
        last(asked.say) if "Result" in text_of(last(asked.say)) else asked.card_of(asked.say, "### Result")
    )
    text = text_of(result)
    assert "6 people read 3 statements." in text
    assert f"“{CARS}” 6 of 6 agree (61 to 100 in 100), 0 disagree, 0 pass." in text
    divided = text.split("**What people are divided on**")[1]
    assert f"“{DARK}” 3 of 6 agree (19 to 81 in 100), 3 disagree" in divided
    assert "cp1:weigh-mine:2" in custom_ids(result)
    picture, file = result.attachments
    assert (await picture.read()).startswith(b"\x89PNG")
    everybodys = await file.read()
    alt = "Who agrees (people in 100 who agree, of those who read it)\n"
    assert f"{alt}1. {CARS}: 100\n" in str([item.to_dict() for item in result.components]).replace(
        "\\n", "\n"
    )
    stood = await press(asked.members["Bartek"], result, "Where did I stand?")
    assert "You stood with most people on 2 of 2." in reply(stood)
    assert "Change one" not in str(answer(stood).components)
    results = await olive.slash(asked.square, "weigh results", question=WHERE)
    found = await files_of(await press(olive, results, "Files"))
    assert everybodys == found["statements-2.csv"]
    rows = list(csv.DictReader(io.StringIO(found["statements-2.csv"].decode("utf-8-sig"), newline="")))
    assert [(row["words"], row["agree"], row["disagree"], row["added"]) for row in rows] == [
        (CARS, "6", "0", "0"), (DARK, "3", "3", "0"), (BUS, "6", "0", "1"),
    ]  # fmt: skip
    told = csv.DictReader(io.StringIO(found["columns-of-statement.csv"].decode("utf-8-sig"), newline=""))
    facts = json.loads(found["statements-2.json"])
    assert [row["column"] for row in told] == [*rows[0], *facts]
    assert list(facts["statements"][0]) == list(rows[0])


async def test_the_desk_offers_to_weigh_what_people_told(asked: Town) -> None:
    olive = asked.organiser
    await open_ask(asked, "And the park?")
    card = asked.card_of(asked.say, "And the park?**\nUse your own words")
    numbers = []
    for words in (CARS, DARK):
        await tell(asked.members["Amina"], card, words)
        numbers.append(one(asked, "SELECT max(id) FROM contribution"))
        await insist(olive, asked.square, f"cp1:idea-accept:{numbers[-1]}")
    await olive.slash(asked.square, "ask close", question="And the park?", reason="Enough.")
    desk = await olive.slash(asked.square, "desk")
    assert "People’s ideas can be weighed now: And the park?" in reply(desk)
    draft = await press(olive, desk, "Weigh the ideas: And the park?")
    assert "There are 2 statements so far." in reply(draft)
    assert "Weigh the ideas: And the park?" not in labels(answer(await olive.slash(asked.square, "desk")))
