"""What came out of an ask: for organisers, without authors."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import ASK, Ask, Said
from bot.domain.contributions import Contribution, Fate, Origin, by_standing, stands
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.domain.summary import shown_groups
from bot.domain.text import cell
from bot.services.contributions import Held
from bot.services.initiatives import organised
from bot.services.ports import App
from bot.services.rounds import ask_of
from bot.store import contributions, people, rounds

TOP = 5
"""How many of the most supported contributions a summary shows."""

COLUMNS = ("number", "state", "reason", "supporters", "came", "meeting", "present")
"""What the files say of an idea, in this order, before what it says."""
FACTS = ("ask", "question", "stage", "opened_ms", "closes_ms", "ideas", "said")
"""What only the JSON file has."""


@dataclass(frozen=True)
class AskSummary:
    """An ask in numbers; times in UTC epoch milliseconds.

    ``standing`` is how many everybody finds; ``brought`` leaves out what organisers made out of others;
    ``chosen`` has, for every field that is a choice, how many chose each option; ``said`` how many said
    something in each field; ``present`` how many were at meetings; ``standings`` only groups that may be
    shown; ``new`` is people who had never taken part before it opened; ``unread`` the numbers that wait.
    """

    round: Round
    ask: Ask
    states: Mapping[Fate, int]
    standing: int
    brought: int
    people: int
    present: int
    new: int
    standings: Mapping[str, int]
    said: Mapping[str, int]
    chosen: Mapping[str, Mapping[str, int]]
    top: tuple[Held, ...]
    unread: tuple[int, ...]


async def summarise(app: App, person: Person, which: int) -> AskSummary:
    """The summary of an ask; raises Refusal for anybody but an organiser, ``round-unknown``, ``ask-gone``."""
    here = person.community
    async with app.database.reading() as tx:
        asked, ask = await _asked(app, tx, person, which)
        every = await contributions.bare_of_round(tx, here, which)
        new = await people.new_since(tx, here, asked.opened_ms - 1, app.clock.now_ms())
        words = await contributions.words(tx, here, which)
        top = await contributions.most_supported(tx, asked, TOP, erased=True)
    standings = by_standing(every)
    said = Counter(name for one in words for name in one)
    return AskSummary(
        asked,
        ask,
        Counter(one.state for one in every),
        sum(stands(one, asked.moderation) for one in every),
        sum(one.state is not Fate.WITHDRAWN and not one.is_reshaped for one in every),
        standings.total(),
        sum({one.person: one.present for one in every if one.origin is Origin.MEETING}.values()),
        min(new, standings.total()),
        shown_groups(standings, app.settings.privacy.least_group),
        {field.name: said[field.name] for field in ask.fields},
        {field.name: _chosen(words, field.name, field.options) for field in ask.fields if field.options},
        tuple(Held(one, asked, supporters) for one, supporters in top),
        tuple(one.id for one in every if one.state is Fate.RECEIVED),
    )


def _chosen(words: Iterable[Said], name: str, options: Iterable[str]) -> dict[str, int]:
    counts = Counter(value for one in words for value in one.get(name, ()))
    return {option: counts[option] for option in options}


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
        counted = await contributions.supporters(tx, person.community, which)
    there = [one for one in found if one.state is not Fate.WITHDRAWN]
    return {
        f"ideas-{which}.csv": _csv(ask, there, counted),
        f"ideas-{which}.json": _json(asked, there, counted),
    }


def _csv(ask: Ask, there: list[Contribution], counted: Mapping[int, int]) -> bytes:
    """A row for each; safe to open in a spreadsheet. UTF-8 with the mark that Excel wants."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow([*COLUMNS, *(field.name for field in ask.fields)])
    for one in there:
        said = [cell("; ".join((one.said or {}).get(field.name, ()))) for field in ask.fields]
        there_too = [cell(one.place), one.present or ""]
        rows.writerow([one.id, one.state.value, one.why, counted.get(one.id, 0), one.came, *there_too, *said])
    return out.getvalue().encode("utf-8-sig")


def _json(asked: Round, there: list[Contribution], counted: Mapping[int, int]) -> bytes:
    facts = {
        "ask": asked.ask,
        "question": asked.question,
        "stage": asked.stage.value,
        "opened_ms": asked.opened_ms,
        "closes_ms": asked.closes_ms,
        "ideas": [
            {
                "number": one.id,
                "state": one.state.value,
                "reason": one.why,
                "supporters": counted.get(one.id, 0),
                "came": one.came,
                "meeting": one.place,
                "present": one.present,
                "said": one.said or {},
            }
            for one in there
        ],
    }
    return json.dumps(facts, indent=2, ensure_ascii=False).encode()
