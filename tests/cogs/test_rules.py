"""Whatever we send is what Discord's reference allows: every component, form and message, at its largest.

What every other test sends is held against the same rules where it leaves: see ``tests/rules.py``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord.backend.errors import BackendError
from simcord.http import router
from simcord.results import InteractionResult

from bot.practice.town import Town, answer, draft_poll, reply, start_project
from cogs.ui.cards import Card, Field, Form, Option, choose
from cogs.ui.custom_ids import CustomId
from tests import rules
from tests.gateway import Gateway, Request
from tests.journeys.conftest import fill, forge, living, one_context, press

LONGEST = 150
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@st.composite
def fields(draw: st.DrawFn) -> Field:
    """Anything that a door may ask for, with any words and ticks in it already."""
    name = draw(st.sampled_from(["said", "choice", "answer"]))
    there = [
        Option(draw(TEXTS), str(place), draw(st.booleans())) for place in range(draw(st.integers(0, 25)))
    ]
    longest = draw(st.integers(1, 4000))
    value = draw(st.sampled_from(["", "x" * longest, "x" * (longest + 1), "🚸" * 4000]))
    most = draw(st.integers(1, 25))
    return Field(name, draw(TEXTS), "", value, draw(st.booleans()), draw(st.booleans()), longest, there, most)


@given(fields())
def test_whatever_is_asked_for_in_a_form_makes_a_form(one: Field) -> None:
    made = Form("A form", CustomId("vote", 1), [one])
    assert list(rules.form_faults(made.to_dict())) == []
    sent = {one.name: [option.value for option in one.options] or ["y" * 5000]}
    assert list(rules.form_faults(made.filled(sent).to_dict())) == []
    [asked] = made.to_dict()["components"]
    assert asked["component"]["required"] is one.required


@given(st.integers(1, 25), st.integers(0, 25), st.integers(1, 25))
def test_whatever_is_chosen_from_makes_a_message(count: int, least: int, most: int) -> None:
    options = [Option(f"Option {place}", str(place), chosen=True) for place in range(count)]
    card = Card().text("One").choice(choose(CustomId("choose", 1), options, "One", least, most))
    assert list(rules.message_faults({"components": card.to_components()})) == []


@pytest.mark.parametrize("most", [1, 25])
@pytest.mark.parametrize("count", [1, 2, 10, 11, 25])
def test_the_edges_of_what_can_be_chosen_in_a_form(count: int, most: int) -> None:
    there = [Option(f"Option {place}", str(place)) for place in range(count)]
    for required in (True, False):
        one = Field("choice", "Choose", required=required, options=there, most=most)
        made = Form("A form", CustomId("vote", 1), [one]).to_dict()
        assert list(rules.form_faults(made)) == []
        box = made["components"][0]["component"]
        assert len(box["options"]) == count
        if most > 1:
            assert box["max_values"] == count
            assert box["min_values"] == (1 if required else 0)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Town]:
    """The town with one project."""
    async with one_context(living(tmp_path)) as there:
        await start_project(there)
        yield there


async def poll(there: Town, kind: str, count: int, **rules_: Any) -> None:
    """Publish a poll whose question and options are as long as they may be."""
    options = [f"{place:02} {chr(97 + place) * (LONGEST - 3)}" for place in range(count)]
    card = await draft_poll(there, f"Which of these? {'w' * 283}", options)
    rules_ = {"stage": "define", "numbers": "hidden", "audience": [], "quorum": ""} | rules_
    card = answer(await fill(there.organiser, card, "Rules", kind=kind, **rules_))
    assert "Published" in reply(await press(there.organiser, card, "Publish"))
    await there.settle()


def filled(form: InteractionResult, **chosen: list[str]) -> dict[str, Any]:
    """What SimCord takes for choices: of radios the one value, else a list."""
    assert form.modal is not None, reply(form)
    boxes = [label["component"] for label in form.modal["components"]]
    kinds = {one["custom_id"]: one["type"] for one in boxes}
    return {name: one[0] if kinds[name] == rules.RADIOS else one for name, one in chosen.items()}


@pytest.mark.parametrize("count", [2, 10, 11, 20])
@pytest.mark.parametrize("kind", ["pick", "approve"])
async def test_a_sealed_answer_is_changed_and_a_paper_one_entered(here: Town, kind: str, count: int) -> None:
    there, amina = here, here.members["Amina"]
    await poll(there, kind, count, numbers="sealed", audience=["resident"])
    shown = await amina.click(there.card_of(there.say, "Without names."), label="Choose")
    result = await amina.select(answer(shown), ["0"])
    if "Before you start" in reply(result):
        result = await press(amina, result, "Go on (I’m 18 or over)")
    code = reply(result).partition("Your code: **")[2].partition("**")[0]
    form = await forge(amina, there.say, "cp1:seal-change:1")
    chosen = ["1"] if kind == "pick" else [str(place) for place in range(count)]
    changed = await amina.submit_modal(form, filled(form, choice=chosen) | {"code": code})
    assert "**Recorded.**" in reply(changed)

    olive = there.organiser
    await poll(there, kind, count, audience=["resident"])
    form = await forge(olive, there.say, "cp1:answers-enter:2")
    chosen = [f"#{place}" for place in (range(1, count + 1) if kind == "approve" else [count])]
    sent = filled(form, answer=chosen, came=["paper"], standing=["resident"])
    entered = await olive.submit_modal(form, sent | {"receipt": ""})
    assert reply(entered).startswith("**Entered.**"), reply(entered)


async def test_what_discord_refuses_is_refused_here_and_noted(here: Town) -> None:
    wrong: discord.ui.CheckboxGroup[discord.ui.Modal] = discord.ui.CheckboxGroup(
        custom_id="choice", options=[discord.CheckboxGroupOption(label="A", value="0")], min_values=0
    )
    form = discord.ui.Modal(title="A form", custom_id="cp1:vote:1")
    form.add_item(discord.ui.Label(text="Choose", component=wrong))
    told = ["choice: min_values 0, and required"]
    callback = Request("POST", "/interactions/1/token-1/callback", {"type": 9, "data": form.to_dict()})
    status, body = Gateway(here.client).receive(callback)
    assert (status, body["code"]) == (400, 50035)
    assert rules.refused == told
    with pytest.raises(BackendError, match="min_values 0"):
        router.dispatch(here.env.backend, "POST", callback.path, json=callback.body)
    assert rules.refused == told * 2
    rules.refused.clear()
