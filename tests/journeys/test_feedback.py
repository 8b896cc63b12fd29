"""Feedback without names: from ``/feedback open`` to the words in the channel; the box over three periods."""

from __future__ import annotations

import re
from typing import Any

from simcord.results import InteractionResult

from bot.domain.asks import AskField, FieldKind
from bot.domain.forms import FORM
from bot.domain.people import Person
from bot.domain.rounds import DAY_MS
from bot.practice.town import Town, answer, reply, text_of
from bot.services import drafts
from tests.journeys.conftest import PROJECT, files_of, fill, forge_form, labels, press, restarted

CARD = "Without names. Nobody"
QUESTION = "How was the walk this week?"
WHEN = {"when": "in 8 days", "reason": ""}


async def drafted(there: Town, **how: Any) -> Any:
    """A draft's card."""
    begun = await there.organiser.slash(there.square, "feedback open", initiative=PROJECT, **how)
    if begun.modal is not None:
        lines = "How safe was it? | not at all | very\nHow easy? | not at all | very"
        begun = await there.organiser.submit_modal(begun, {"scales": "How fast? | slow | quick"})
        begun = await fill(there.organiser, begun, "Scales", scales=lines)
    card = answer(await fill(there.organiser, begun, "Question", question=QUESTION))
    return answer(await fill(there.organiser, card, "When", **WHEN))


async def published(there: Town, **how: Any) -> Any:
    card = await drafted(there, **how)
    assert "fewer than 5 people" in text_of(card)
    assert "Published" in reply(await press(there.organiser, card, "Publish"))
    await there.settle()
    return there.card_of(there.say, "Without names.")


async def boxes_of(there: Town, member: Any, question: str) -> InteractionResult:
    """The boxes of a question's form."""
    shown = await press(member, there.card_of(there.say, question), "Answer")
    boxes = await press(member, shown, "Answer")
    if boxes.modal is None:
        boxes = await press(member, boxes, "Go on (I’m 18 or over)")
    return boxes


async def sent(there: Town, member: Any, question: str = CARD, **values: str) -> str:
    said: InteractionResult = await member.submit_modal(await boxes_of(there, member, question), values)
    return reply(said)


def code_in(said: str) -> str:
    found = re.search(r"Your code: \*\*([a-z ]+)\*\*", said)
    assert found, said
    return found[1]


async def coded(there: Town, member: Any, label: str, **values: str) -> str:
    shown = await press(member, there.card_of(there.say, CARD), "Answer")
    return reply(await member.submit_modal(await press(member, shown, label), values))


async def test_from_the_draft_to_the_words(project: Town) -> None:
    there, olive = project, project.organiser
    card = await published(there, what="scales")
    first, second, *others = list(there.members.values())[:7]
    shown = reply(await press(first, card, "Answer"))
    for line in ("who wrote what, not even organisers", "Need help now?", "not even you", "Leave out names"):
        assert line in shown
    both = {"field-0": "4", "field-1": "0"}
    said = await sent(there, first, **both, **{"field-2": "Ring me: 020 7946 0000"})
    assert "looks like a phone number" in said
    code = code_in(said)
    assert "answered this already" in await sent(there, first, **both)
    codes = [code_in(await sent(there, one, **both, **{"field-2": f"Too dark {n} <@1> **x**"}))
             for n, one in enumerate((second, *others))]  # fmt: skip
    assert "not your code" in await coded(there, first, "Change with my code", **both, code=codes[0])
    await restarted(there)
    changed = {**both, "field-2": "It floods"}
    assert "**Recorded.**" in await coded(there, first, "Change with my code", **changed, code=code)
    assert "taken back" in await coded(there, second, "Take back with my code", code=codes[0])
    private = reply(await olive.slash(there.square, "feedback show", question=QUESTION))
    assert not re.search(r"\b[67]\b", private.replace("7 June", ""))
    for name in ("review", "release", "export"):
        refused = reply(await olive.slash(there.square, f"feedback {name}", question=QUESTION))
        assert "before" in refused or "close" in refused
    await olive.slash(there.square, "feedback close", question=QUESTION, reason="All is said")
    await there.settle()
    result = text_of(there.card_of(there.say, "### Result"))
    assert "6 people answered" in result
    assert "“5 (very)”: **6**" in result
    assert "floods" not in result
    await the_words(there)


async def the_words(there: Town) -> None:
    """They are read, one is declined, and the others are posted, once."""
    olive = there.organiser
    assert "6 texts to read" in reply(await olive.slash(there.square, "desk"))
    assert "read first" in reply(await olive.slash(there.square, "feedback release", question=QUESTION))
    shown = await olive.slash(there.square, "feedback review", question=QUESTION)
    for left in range(6, 0, -1):
        if "It floods" in reply(shown):
            shown = await press(olive, shown, "Tell the safety contact")
            assert "It floods" in reply(shown)
            await there.settle()
            letter = text_of(list(there.officer.user.dm_channel.history())[-1])
            assert "It floods" in letter
            assert "I don’t say who wrote them." in letter
            why = answer(await press(olive, shown, "Don’t show it"))
            shown = await olive.select(why, ["personal"])
        else:
            shown = await press(olive, shown, "Show it")
        assert ("All is read." in reply(shown)) is (left == 1)
    assert "**Posted.**" in reply(await press(olive, shown, "Post it"))
    await there.settle()
    posted = text_of(there.card_of(there.say, "These 5 texts"))
    assert "1 text is not shown" in posted
    assert "floods" not in posted
    raw = repr([one.to_dict() for one in there.card_of(there.say, "These 5 texts").components])
    assert "Too dark" in raw
    assert "<@1>" not in raw
    assert "posted already" in reply(await olive.slash(there.square, "feedback release", question=QUESTION))
    assert sum("These 5 texts" in post for post in there.posts(there.say)) == 1
    files = await files_of(await olive.slash(there.square, "feedback export", question=QUESTION))
    table = next(data for name, data in files.items() if name.endswith(".csv") and "feedback" in name)
    assert table.decode("utf-8-sig").count("Too dark") == 5


async def test_too_few_and_a_worry_from_within(project: Town) -> None:
    there = project
    typed = ("feedback open", "form", "")
    offered = [one["value"] for one in await there.organiser.autocomplete(there.square, *typed)]
    assert "problem" in offered
    assert not {"offer", "option"} & {*offered}  # of several things at once; of too many parts
    unfit = await there.organiser.slash(there.square, "feedback open", initiative=PROJECT, form="option")
    assert "has 5 parts" in reply(unfit)
    card = await published(there, what="form", form="question")
    worried, *few = list(there.members.values())[:4]
    form = await press(worried, await press(worried, card, "Answer"), "Worried about someone")
    told = await worried.submit_modal(form, {"words": "He frightens me.", "reach": ""})
    await there.settle()
    assert "**Sent.**" in reply(told)
    assert "He frightens me." in text_of(list(there.officer.user.dm_channel.history())[-1])
    for one in (worried, *few):
        code_in(await sent(there, one, **{"field-0": "Canary words"}))
    await there.wait(days=9)
    assert "Too few people answered" in text_of(there.card_of(there.say, "### Result"))
    reviewed = reply(await there.organiser.slash(there.square, "feedback review", question=QUESTION))
    assert "Nobody wrote anything, or too few" in reviewed
    assert not any("Canary" in post for post in there.posts(there.say))


BOX, BOX_CARD = "What should we know?", "This box closes and opens"


async def test_the_box_over_three_periods(project: Town) -> None:
    there, olive = project, project.organiser
    box = reply(await olive.slash(there.square, "feedback box"))
    assert "There is no box yet" in box
    assert "two weeks" in reply(await olive.slash(there.square, "feedback box", pace="every Friday 6pm"))
    opened = reply(await olive.slash(there.square, "feedback box", pace="every two weeks on Friday 6pm"))
    assert "every two weeks on Friday" in opened
    assert "open already" in reply(
        await olive.slash(there.square, "feedback box", pace="every two weeks on Friday 6pm")
    )
    await there.settle()
    crowd = list(there.members.values())
    assert "If too few people answer, it stays open" in text_of(there.card_of(there.say, BOX_CARD))
    for one in crowd[:3]:
        code_in(await sent(there, one, BOX_CARD, **{"field-0": "More benches"}))
    first = there.card_of(there.say, BOX_CARD).id
    await there.wait(days=20)  # the first turn: too few, so it goes on
    assert there.card_of(there.say, BOX_CARD).id == first
    assert not any("### Result" in post for post in there.posts(there.say))
    assert "answered this already" in await sent(there, crowd[0], BOX_CARD, **{"field-0": "Again"})
    for one in crowd[3:6]:
        code_in(await sent(there, one, BOX_CARD, **{"field-0": "More lamps"}))
    await restarted(there)
    await there.wait(days=14)  # the second turn: it closes, and the next one is there
    assert "6 people answered" in text_of(there.card_of(there.say, "### Result"))
    assert there.card_of(there.say, BOX_CARD).id != first
    choices = await olive.autocomplete(there.square, "feedback review", "question", "")
    assert {one["name"].partition(",")[0] for one in choices} == {"Friday 18 June 2027", "Friday 4 June 2027"}
    shown = await olive.slash(there.square, "desk")
    # Two turns of the box ask the same: each has its number before it.
    [read] = [one for one in labels(answer(shown)) if one.startswith("Read: ") and one.endswith(BOX)]
    shown = await press(olive, shown, read)
    for _ in range(6):
        shown = await press(olive, shown, "Show it")
    assert "Post it" not in labels(answer(shown))  # it is on its way by itself
    await there.settle()
    assert "These 6 texts" in text_of(there.card_of(there.say, "These 6 texts"))
    stop = await press(olive, await olive.slash(there.square, "feedback box"), "Stop the box")
    assert "**Stopped.**" in reply(await olive.submit_modal(stop, {"reason": "Enough is said"}))
    await there.wait(days=30)
    assert "There is no box yet" in reply(await olive.slash(there.square, "feedback box"))
    assert "Too few people answered" in text_of(there.card_of(there.say, "### Result"))


async def test_a_form_with_names(project: Town) -> None:
    there = project
    olive = Person(1, str(there.organiser.id), frozenset({str(there.roles["Organisers"].id)}))
    fields = (
        AskField("safe", FieldKind.SCALE, "How safe?", options=("low", "high")),
        AskField("why", FieldKind.LONG, "Why?"),
    )
    made = await drafts.begin(there.app, olive, 2, FORM, form=fields)
    closes = there.app.clock.now_ms() + 8 * DAY_MS
    await drafts.change(there.app, olive, made.id, question=QUESTION, closes_ms=closes)
    await drafts.publish(there.app, olive, made.id)
    await there.settle()
    card, me = there.card_of(there.say, "without your name. Then nobody"), there.members["Amina"]
    boxes = await press(me, await press(me, card, "Answer"), "Go on (I’m 18 or over)")
    assert "Recorded" in reply(await me.submit_modal(boxes, {"field-0": "1", "field-1": "At BS1 4DJ"}))
    shown = await press(me, card, "Answer")
    assert "How safe? “high”; Why? “At BS1 4DJ”" in reply(shown)
    changed = await me.submit_modal(await press(me, shown, "Change it"), {"field-0": "0", "field-1": ""})
    assert "Recorded" in reply(changed)
    assert "How safe? “low”" in reply(await me.slash(there.square, "my answers"))
    assert "Taken back" in reply(await press(me, await press(me, card, "Answer"), "Take it back"))
    half = await forge_form(me, there.say, f"cp1:form-send:{made.id}", **{"field-1": "Only words"})
    assert "has no answer yet" in reply(half)
    await me.submit_modal(await press(me, card, "Answer"), {"field-0": "0", "field-1": "Dark"})
    await there.wait(days=9)
    result = text_of(there.card_of(there.say, "### Result"))
    assert "Too few people answered this to show it." in result
    assert "Dark" not in result
    assert "Dark" not in reply(await me.slash(there.square, "my answers"))
