"""The exported record of questions with names: it tells whoever reads it no standing and no time of day.

The same things are done twice, by people of other standings and at other times of the same day. What the two
records differ in is what a reader can tell them apart by: nothing but random bytes.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.people import Person
from bot.domain.rounds import DAY_MS, Round
from bot.services import answers, contributions, people, records, rounds
from bot.services.ports import App
from tests.builders import (
    COUNCILLOR,
    OFFICER,
    World,
    close_at_its_time,
    export,
    open_ask,
    open_poll,
    resident,
    row_of,
    set_up,
    unshrunk,
)

LEAST = 5
PEOPLE = 6
ROLES = ((), (OFFICER,), (COUNCILLOR,))
Step = tuple[str, int, int]
"""What somebody does, who, and what they choose."""
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["answer", "answer", "withdraw", "idea", "erase"]),
        st.integers(0, PEOPLE - 1),
        st.integers(0, 2),
    ),
    min_size=6,
    max_size=16,
)
STANDINGS = st.lists(st.integers(0, 2), min_size=PEOPLE, max_size=PEOPLE)
MINUTES = st.lists(st.integers(0, 80), min_size=16, max_size=16)
"""After how many minutes each step is done: all of them on one day."""


async def played(
    app: App, server: str, steps: Sequence[Step], standings: Sequence[int], minutes: Sequence[int]
) -> World:
    """A community in which these things were done, until its question is closed."""
    clock: Any = app.clock
    world = await set_up(app, server)
    crowd = [await resident(world, f"{server}-{who}", *ROLES[one]) for who, one in enumerate(standings)]
    polled, asked = await open_poll(world), await open_ask(world)
    midnight, began = world.now - world.now % DAY_MS + DAY_MS, clock.now
    clock.now += timedelta(milliseconds=midnight - world.now)
    brought: list[int] = []
    for (act, who, chosen), pause in zip(steps, minutes, strict=False):
        clock.move(minutes=pause)
        await _do(world, polled, asked, crowd[who], act, chosen, brought)
        if act == "erase":
            crowd[who] = await resident(world, f"{server}-{who}-{world.now}", *ROLES[standings[who]])
    clock.now = began + timedelta(days=1)
    await close_at_its_time(world, polled)
    clock.now = began
    return world


async def _do(
    world: World, polled: Round, asked: Round, who: Person, act: str, chosen: int, brought: list[int]
) -> None:
    app = world.app
    if act == "answer":
        await answers.answer(app, who, polled.id, [str(chosen)])
    elif act == "withdraw" and await answers.standing_answer(app, who, polled.id) is not None:
        await answers.withdraw(app, who, polled.id)
    elif act == "idea":
        brought.append((await contributions.contribute(app, who, asked.id, [f"Idea {len(brought)}"])).id)
    elif act == "erase":
        await people.erase(app, who)


async def readable(world: World) -> list[Any]:
    """The record as anybody reads it: without what is random, and without the result by standing."""
    lines = await export(world)
    made: list[Any] = [json.loads(lines[0]) | {"record": ""}]
    for line in lines[1:-1]:
        row = row_of(line)
        words = row.get("words", {})
        if isinstance(words, dict) and isinstance(words.get("said"), dict):
            words["said"].pop("standings", None)
        made.append([value for key, value in row.items() if key not in ("who", "said", "salt", "words")])
        made.append(words)
    return [*made, json.loads(lines[-1])["rows"]]


async def differ(
    app: App,
    steps: Sequence[Step],
    first: tuple[list[int], list[int]],
    second: tuple[list[int], list[int]],
) -> bool:
    """Whether a reader can tell one course of things from another, which has other standings and times."""
    one = await played(app, secrets.token_hex(8), steps, *first)
    other = await played(app, secrets.token_hex(8), steps, *second)
    return await readable(one) != await readable(other)


@unshrunk
@given(steps=STEPS, one=st.tuples(STANDINGS, MINUTES), other=st.tuples(STANDINGS, MINUTES))
async def test_no_standing_and_no_time_of_day_is_on_the_record(
    app: App,
    steps: list[Step],
    one: tuple[list[int], list[int]],
    other: tuple[list[int], list[int]],
) -> None:
    assert not await differ(app, steps, one, other)


def with_standing(row: Any) -> list[object]:
    return [*row_as_it_is(row), row.shown_as or "nobody"]


def with_moment(row: Any) -> list[object]:
    return [*row_as_it_is(row), row.at_ms]


row_as_it_is = records._row


@pytest.mark.parametrize("leak", [with_standing, with_moment])
async def test_either_of_them_is_noticed(app: App, leak: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_row", leak)
    monkeypatch.setattr(
        "tests.builders.ROW", ("number", "day", "initiative", "round", "stage", "act", "a", "b", "c")
    )
    steps: list[Step] = [("answer", who, 0) for who in range(PEOPLE)]
    calm = [0] * PEOPLE, [0] * 16
    other = ([0, 0, 0, 0, 0, 2], [0] * 16) if leak is with_standing else ([0] * PEOPLE, [3] * 16)
    assert await differ(app, steps, calm, other)


async def test_the_close_tells_the_standings_that_the_result_shows(app: App) -> None:
    standings = [0] * 12 + [1] * 6 + [2]
    clock: Any = app.clock
    world = await set_up(app, "close")
    polled = await open_poll(world)
    for who, one in enumerate(standings):
        await answers.answer(app, await resident(world, who, *ROLES[one]), polled.id, ["0"])
        clock.move(minutes=1)
    await close_at_its_time(world, polled)
    [said] = [
        row["words"]["said"]
        for line in (await export(world))[1:-1]
        if (row := row_of(line))["act"] == "round-closed"
    ]
    result = (await rounds.look(app, polled.community, polled.id)).result
    assert result is not None
    assert said["standings"] == dict(result.standings)
    assert said["standings"] == {} or min(said["standings"].values()) >= LEAST
    assert "councillor" not in said["standings"]
