"""What people do often finds its rows by an index, however many others there are."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.checkins import Purpose
from bot.domain.forms import read_questions
from bot.domain.people import Person
from bot.domain.rounds import DAY_MS, State
from bot.domain.weighing import WEIGH
from bot.services import (
    answers,
    ask_summaries,
    checkin_looks,
    checkin_results,
    checkins,
    communities,
    contributions,
    desk,
    digests,
    drafts,
    initiatives,
    moderating,
    my_data,
    painting,
    rounds,
    supporting,
    taking,
    trials,
    weighing,
)
from bot.services.ports import App
from bot.wiring import MachineClock
from tests.bench.history import fill
from tests.builders import ORGANISER, World, draft_poll, everywhere, open_app, open_ask, sqlite_url

GROWING = {
    "answer",
    "disclosure",
    "identity",
    "interaction",
    "occurrence",
    "person",
    "result",
    "round",
    "contribution",
    "version",
    "statement",
    "support",
}
"""Tables that grow for ever within a community. (The outbox does too, and its newest are looked at first.)"""
STEP = re.compile(r"(SCAN|SEARCH) (\w+)(?: USING .*\((.*)\))?")

ORGANISING = Person(1, "organiser-of-server-0", frozenset({ORGANISER}))
VOTER = Person(1, "voter-1")
ASK = 10**6
WEIGHING = ASK + 2
Act = Callable[[App], Awaitable[Any]]

ACTS: dict[str, Act] = {
    "vote": lambda app: answers.answer(app, VOTER, 1, ["1"]),
    "digest": lambda app: digests.preview(app, ORGANISING),
    "desk": lambda app: desk.desk(app, ORGANISING),
    "open": lambda app: rounds.listing(app, 1, State.OPEN),
    "card": lambda app: rounds.look(app, 1, 1),
    "project": lambda app: initiatives.standing(app, 1, 2),
    "projects": lambda app: initiatives.listing(app, 1),
    "my data": lambda app: my_data.held(app, VOTER),
    "queue": lambda app: moderating.queue(app, 1),
    "next": lambda app: moderating.next_waiting(app, ORGANISING),
    "tell": lambda app: contributions.contribute(app, VOTER, ASK, ["Cars."]),
    "settle": lambda app: moderating.accept(app, ORGANISING, 2),
    "support": lambda app: supporting.support(app, VOTER, 1, yes=True),
    "my ideas": lambda app: contributions.mine(app, VOTER),
    "ideas": lambda app: supporting.published(app, VOTER, ASK),
    "ask's card": lambda app: rounds.look(app, 1, ASK),
    "summary": lambda app: ask_summaries.summarise(app, ORGANISING, ASK),
    "say card": lambda app: trials.waiting(app, 1),
    "helping": lambda app: trials.helping(app, VOTER),
    "trial": lambda app: trials.ask(app, ORGANISING, ASK + 1),
    "weigh": lambda app: weighing.turn(app, VOTER, WEIGHING),
    "weigh one": lambda app: weighing.vote(app, VOTER, WEIGHING, 5, "agree"),
    "stood": lambda app: weighing.stood(app, Person(1, "voter-2"), WEIGHING),
    "check-in": lambda app: checkin_looks.look(app, ORGANISING, 1),
    "check-ins": lambda app: checkin_looks.listing(app, ORGANISING),
    "over time": lambda app: checkin_results.series(app, ORGANISING, 1),
    "opt in": lambda app: taking.opt_in(app, VOTER, 1),
    "my check-ins": lambda app: taking.mine(app, VOTER),
    "notice": lambda app: painting.notice(app, everywhere),
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = sqlite_url(tmp_path_factory.mktemp("filled"))
    asyncio.run(fill(url, 400, 2))
    asyncio.run(_ask(url))
    return url


async def _ask(url: str) -> None:
    """An ask in the first community, with an idea that is accepted and others that wait."""
    app = await open_app(url, MachineClock())
    community = await communities.by_number(app, 1)
    on = await initiatives.find(app, 1, "Safer walk to Mill Road School")
    asked = await open_ask(World(app, community, ORGANISING, on))
    assert asked.id == ASK
    for place in range(4):
        await contributions.contribute(app, Person(1, f"voter-{place + 2}"), ASK, ["Cars."])
    await moderating.accept(app, ORGANISING, 1)
    draft = await draft_poll(World(app, community, ORGANISING, on))
    assert draft.id == ASK + 1
    begun = await drafts.begin(app, ORGANISING, on.id, WEIGH)
    assert begun.id == WEIGHING
    await weighing.add(app, ORGANISING, begun.id, ["A lamp at every crossing."])
    await drafts.change(app, ORGANISING, begun.id, question="Where?", closes_ms=draft.closes_ms)
    await drafts.publish(app, ORGANISING, begun.id)
    await weighing.vote(app, Person(1, "voter-2"), begun.id, 5, "agree")
    form, pace = read_questions("How safe was it? | not at all | very"), "first Monday of the month 12 noon"
    often = await checkins.begin(
        app, ORGANISING, on.id, Purpose.PLAIN, "The walk", form, pace, DAY_MS, direct=True
    )
    await checkins.start(app, ORGANISING, often.id)
    await taking.opt_in(app, Person(1, "voter-2"), often.id)
    for place in range(4):
        await trials.agree(app, Person(1, f"voter-{place + 1}"))
    await app.database.close()


@pytest.mark.parametrize("name", ACTS)
async def test_nothing_reads_a_whole_past(filled: str, name: str) -> None:
    app = await open_app(filled, MachineClock())
    said: list[tuple[str, Any]] = []

    def heard(_: Any, __: Any, statement: str, values: Any, ___: Any, many: bool) -> None:
        said.append((statement, values[0] if many else values))

    for engine in (app.database._writing, app.database._readers):
        event.listen(engine.sync_engine, "before_cursor_execute", heard)
    await ACTS[name](app)
    assert said
    async with app.database.reading() as tx:
        wide = [step for one in list(said) for step in await steps(tx, *one) if is_wide(step)]
    await app.database.close()
    assert wide == []


async def steps(tx: AsyncConnection, statement: str, values: Any) -> list[str]:
    """How SQLite goes about a statement."""
    if "max(contribution.id)" in statement:
        return []  # the end of an index, not the whole of it, which SQLite does not tell
    if not statement.lstrip().upper().startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
        return []
    rows = await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    return [row.detail for row in rows]


def is_wide(step: str) -> bool:
    """Whether a step reads a growing table whole, or a community's whole part of it."""
    found = STEP.match(step)
    return found is not None and found[2] in GROWING and found[3] in (None, "community=?")


async def test_what_is_wide_is_seen(filled: str) -> None:
    app = await open_app(filled, MachineClock())
    async with app.database.reading() as tx:
        for wide in ("SELECT * FROM answer", "SELECT * FROM interaction WHERE community = 1"):
            assert [step for step in await steps(tx, wide, ()) if is_wide(step)], wide
        assert (await tx.execute(text("SELECT count(*) FROM answer"))).scalar_one() >= 400
    await app.database.close()
