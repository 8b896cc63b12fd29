"""What came out of an ask: for organisers, without authors."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import ASK, Ask
from bot.domain.contributions import Contribution, Fate, people_among, standing_in
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.domain.text import cell
from bot.services.contributions import Held
from bot.services.initiatives import organised
from bot.services.ports import App
from bot.services.rounds import ask_of
from bot.store import ask_counts, contributions, rounds

TOP = 5
"""How many of the most supported contributions a summary shows."""
UNREAD = 30
"""How many numbers of contributions that wait a summary shows."""

COLUMNS = ("number", "state", "reason", "supporters", "came", "meeting", "present")
"""What the files say of an idea, in this order, before what it says."""
FACTS = ("ask", "question", "stage", "opened_ms", "closes_ms", "closed_ms", "ideas", "said")
"""What only the JSON file has."""


@dataclass(frozen=True)
class AskSummary:
    """An ask in numbers; times in UTC epoch milliseconds.

    ``standing`` is how many everybody finds; ``brought`` leaves out what organisers made out of others;
    ``chosen`` has, for every field that is a choice, how many chose each option; ``said`` how many said
    something in each field; ``present`` how many were at meetings; ``standings`` only groups that may be
    shown, None before the close: two looks would tell who came in between; ``new`` is people who had never
    taken part before it opened; ``unread`` the first of the numbers that wait.
    """

    round: Round
    ask: Ask
    states: Mapping[Fate, int]
    standing: int
    brought: int
    people: int
    present: int
    new: int
    standings: Mapping[str, int] | None
    said: Mapping[str, int]
    chosen: Mapping[str, Mapping[str, int]]
    top: tuple[Held, ...]
    unread: tuple[int, ...]


async def summarise(app: App, person: Person, which: int) -> AskSummary:
    """The summary of an ask; raises Refusal for anybody but an organiser, ``round-unknown``, ``ask-gone``."""
    here = person.community
    async with app.database.reading() as tx:
        asked, ask = await _asked(app, tx, person, which)
        counts = await ask_counts.of_round(tx, here, which)
        top = await contributions.most_supported(tx, asked, TOP, erased=True)
        unread = await contributions.unread_of(tx, here, which, UNREAD)
        result = await rounds.result_of(tx, here, which)
    return AskSummary(
        asked,
        ask,
        {state: counts["state", state.value, ""] for state in Fate},
        standing_in(counts, asked.moderation),
        counts["brought", "", ""],
        people_among(counts).total(),
        counts["present", "", ""],
        counts["new", "", ""],
        None if result is None else result.standings,
        {field.name: counts["said", field.name, ""] for field in ask.fields},
        {
            field.name: {option: counts["chose", field.name, option] for option in field.options}
            for field in ask.fields
            if field.options
        },
        tuple(Held(one, asked) for one in top if one.supporters),
        tuple(unread),
    )


async def _asked(app: App, tx: AsyncConnection, person: Person, which: int) -> tuple[Round, Ask]:
    await organised(tx, person)
    asked = await rounds.find(tx, person.community, which)
    if asked is None or asked.kind != ASK:
        raise Refusal("round-unknown")
    return asked, ask_of(app, asked)


async def files(app: App, person: Person, which: int) -> dict[str, bytes]:
    """Every word of an ask as files by name, without authors and without what was taken back.

    Raises:
        Refusal: as :func:`summarise`.
    """
    async with app.database.reading() as tx:
        asked, ask = await _asked(app, tx, person, which)
        found = await contributions.of_round(tx, person.community, which)
    there = [one for one in found if one.state is not Fate.WITHDRAWN]
    return {
        f"ideas-{which}.csv": _csv(ask, there),
        f"ideas-{which}.json": _json(asked, there),
    }


def _csv(ask: Ask, there: list[Contribution]) -> bytes:
    """A row for each; safe to open in a spreadsheet. UTF-8 with the mark that Excel wants."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow([*COLUMNS, *(field.name for field in ask.fields)])
    for one in there:
        said = [cell("; ".join((one.said or {}).get(field.name, ()))) for field in ask.fields]
        there_too = [cell(one.place), one.present or ""]
        rows.writerow([one.id, one.state.value, one.why, one.supporters, one.came, *there_too, *said])
    return out.getvalue().encode("utf-8-sig")


def _json(asked: Round, there: list[Contribution]) -> bytes:
    facts = {
        "ask": asked.ask,
        "question": asked.question,
        "stage": asked.stage.value,
        "opened_ms": asked.opened_ms,
        "closes_ms": asked.closes_ms,
        "closed_ms": asked.closed_ms,
        "ideas": [
            {
                "number": one.id,
                "state": one.state.value,
                "reason": one.why,
                "supporters": one.supporters,
                "came": one.came,
                "meeting": one.place,
                "present": one.present,
                "said": one.said or {},
            }
            for one in there
        ],
    }
    return json.dumps(facts, indent=2, ensure_ascii=False).encode()
