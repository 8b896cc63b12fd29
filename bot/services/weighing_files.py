"""What came out of a weighing, as files: each statement's numbers, and nobody's votes.

Votes are not handed over person by person, not even under random numbers: who knows some of somebody's votes
finds the others by them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from bot.domain.asks import in_one
from bot.domain.contributions import Contribution
from bot.domain.people import Person
from bot.domain.text import cell
from bot.domain.weighing import Weighed
from bot.services import weighing
from bot.services.initiatives import organised
from bot.services.ports import App
from bot.services.weighing import Outcome
from bot.store import statements

COLUMNS = (
    *("number", "words", "added", "readers", "agree", "disagree", "passed"),
    *("agree_offline", "disagree_offline", "passed_offline"),
    *("agree_low", "agree_high", "divided", "across"),
)
"""What the files say of a statement, in this order."""
FACTS = (
    *("question", "source", "opened_ms", "closes_ms", "closed_ms", "people", "people_offline"),
    *("answers_late", "standings", "statements"),
)
"""What only the JSON file has."""
NOT_TOLD = (None, None, None)
"""How many agree, disagree and passed on paper, where that may not be told."""


async def files(app: App, person: Person, which: int) -> dict[str, bytes]:
    """A closed weighing's numbers as files by name, for the organiser who asked.

    Raises:
        Refusal: not an organiser, ``round-unknown``, ``results-later``, ``results-never``.
    """
    async with app.database.reading() as tx:
        await organised(tx, person)
    found = await weighing.outcome(app, person.community, which)
    rows = await _rows(app, found)
    offline = found.tally.offline
    facts = {
        "question": found.round.question,
        "source": found.round.source,
        "opened_ms": found.round.opened_ms,
        "closes_ms": found.round.closes_ms,
        "closed_ms": found.round.closed_ms,
        "people": found.tally.answers,
        "people_offline": offline.people if offline else None,
        "answers_late": found.tally.late,
        "standings": dict(found.tally.standings),
        "statements": rows,
    }
    return {
        f"statements-{which}.csv": _csv(rows),
        f"statements-{which}.json": json.dumps(facts, indent=2, ensure_ascii=False).encode(),
    }


async def table(app: App, found: Outcome) -> tuple[str, bytes]:
    """A closed weighing's statements and their numbers as a file for everybody, with its name.

    Of what too few have read it says only how many did.
    """
    rows = await _rows(app, found)
    few = {one.number for one in found.found.few}
    untold = dict.fromkeys(COLUMNS[COLUMNS.index("agree") :])
    told = [row | untold if row["number"] in few else row for row in rows]
    return f"statements-{found.round.id}.csv", _csv(told)


async def _rows(app: App, found: Outcome) -> list[dict[str, Any]]:
    async with app.database.reading() as tx:
        added = await statements.of_round(tx, found.round.community, found.round.id)
    offline = found.tally.offline
    apart = {number: counts for number, *counts in offline.weighed} if offline else {}
    return [
        _row(one, found.said[one.number], apart.get(one.number, NOT_TOLD), added=added.get(one.number, False))
        for one in found.tally.weighed
    ]


def _row(one: Weighed, said: Contribution, offline: Sequence[int | None], *, added: bool) -> dict[str, Any]:
    low, high = one.sure
    values = (
        one.number, in_one(said.said), added, one.readers, one.agree, one.disagree, one.passed, *offline,
        round(low, 3), round(high, 3), round(one.divided, 3), one.across,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _csv(rows: list[dict[str, Any]]) -> bytes:
    """A row for each statement; safe to open in a spreadsheet. UTF-8 with the mark that Excel wants."""
    out = io.StringIO(newline="")
    written = csv.DictWriter(out, COLUMNS)
    written.writeheader()
    for row in rows:
        told = {name: "" if value is None else value for name, value in row.items()}
        written.writerow(told | {"words": cell(row["words"]), "added": int(row["added"])})
    return out.getvalue().encode("utf-8-sig")
