"""What came out of a form, as files: groups of people, and the words that were posted, joined by nothing."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from bot.domain.forms import FORM
from bot.domain.people import Person
from bot.domain.rounds import Round
from bot.domain.summary import Tally
from bot.domain.text import cell
from bot.services.ports import App
from bot.services.records import ABOUT, about, result_of
from bot.services.reviewing import Released, released

COLUMNS = ("field", "options", "people", "words", *ABOUT)
"""What the table says, a row for each group of options and for each text."""
FACTS = (
    *("question", "stage", "sealed", "opened_ms", "closes_ms", "closed_ms", "released_ms", "answers"),
    *("standings", "outcome", "fields", "declined"),
)
"""What the JSON file says, in this order."""


async def files(app: App, person: Person, which: int) -> dict[str, bytes]:
    """A closed form's result as files by name, for the organiser who asked.

    Raises:
        Refusal: not an organiser, ``round-unknown``, ``results-later`` before the close.
    """
    asked, tally = await result_of(app, person, which, FORM)
    words = await released(app, person.community, which)
    return {
        f"feedback-{which}.csv": as_csv(asked, tally, words),
        f"feedback-{which}.json": as_json(asked, tally, words),
    }


def as_csv(asked: Round, tally: Tally, words: Released | None) -> bytes:
    """A row for each group and each text; safe to open in a spreadsheet."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for place, one in enumerate(asked.form):
        for options, people in tally.fields[place].groups if tally.fields else ():
            named = " / ".join(one.options[option] for option in options)
            rows.writerow([cell(one.label), cell(named), people, "", *about(asked)])
        for text in _texts(words, place):
            rows.writerow([cell(one.label), "", "", cell(text), *about(asked)])
    return out.getvalue().encode("utf-8-sig")


def as_json(asked: Round, tally: Tally, words: Released | None) -> bytes:
    """The same with the question and the times (UTC epoch milliseconds), as JSON."""
    fields = [
        {
            "label": one.label,
            "options": list(one.options),
            "groups": [
                {"options": list(options), "people": people}
                for options, people in (tally.fields[place].groups if tally.fields else ())
            ],
            "words": _texts(words, place),
        }
        for place, one in enumerate(asked.form)
    ]
    values: tuple[Any, ...] = (
        asked.question, asked.stage.value, asked.sealed, asked.opened_ms, asked.closes_ms, asked.closed_ms,
        asked.released_ms, tally.answers, dict(tally.standings), tally.outcome, fields,
        words.declined if words else {},
    )  # fmt: skip
    return json.dumps(dict(zip(FACTS, values, strict=True)), indent=2, ensure_ascii=False).encode()


def _texts(words: Released | None, place: int) -> list[str]:
    return [one.words for one in words.comments if one.field == place] if words else []
