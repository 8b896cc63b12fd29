"""What is held of people, column by column, and what erases it: none is left out, and no eraser is idle."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.checkins import Purpose
from bot.domain.forms import read_questions
from bot.domain.papers import Came
from bot.domain.people import Person, Standing
from bot.domain.rounds import DAY_MS
from bot.services import (
    batches,
    checkins,
    communities,
    contributions,
    following,
    initiatives,
    moderating,
    papers,
    people,
    supporting,
    taking,
)
from bot.services.forgetting import FORGET, Leaving
from bot.store.holdings import COLUMNS, FORGETS, NOBODYS, PERSON, WORDS
from bot.store.schema import metadata
from tests.builders import ORGANISER, SQLITE_ONLY, World, beginning, open_ask, open_poll, stranger
from tests.services.test_canary import WORD, Told, told

PARTS = {part.__name__: part for part in FORGET}
PROBES = {
    # What others said with a word of theirs goes with their ideas.
    "disclosure.said": "SELECT count(*) FROM disclosure WHERE person = :who AND said <> ''",
    "outbox.facts": "SELECT count(*) FROM outbox WHERE target = :platform_id AND facts <> '{}'",
    "version.chosen": "SELECT count(*) FROM version WHERE chosen <> '[]'",
    "person.language": "SELECT count(*) FROM person WHERE language = 'cy'",
    "person.notice": "SELECT count(*) FROM person WHERE id = :who AND notice <> ''",
    "person.ages": "SELECT count(*) FROM person WHERE id = :who AND ages <> ''",
}
"""Where it takes more to see whether something of theirs is in a column."""


def probe(column: str) -> str:
    """What counts the rows in which a column holds a person, or their word."""
    table, name = column.split(".")
    if name in COLUMNS[table].get(WORDS, "").split():
        return f"SELECT count(*) FROM {table} WHERE {name} LIKE '%{WORD}%'"  # noqa: S608
    is_text = str(metadata.tables[table].columns[name].type) == "TEXT"
    return f"SELECT count(*) FROM {table} WHERE {name} = :{'platform_id' if is_text else 'who'}"  # noqa: S608


async def with_every_part(world: World) -> Told:
    """Somebody of whom every column that can hold somebody holds something: a resident who organises, too."""
    one = await told(world)
    app, person, which = world.app, one.person, world.initiative.id
    organiser, second = replace(person, role_ids=frozenset({ORGANISER})), stranger(world, "second", ORGANISER)
    owner = Person(world.community.id, "owner", can_set_up=True)
    await people.speak(app, person, "cy")
    other = await initiatives.start(app, organiser, beginning(app, "Another"))
    await initiatives.hand_over(app, world.organiser, which, "", person.platform_id)
    assert other.lead
    asked = await open_ask(world)
    mine = await contributions.contribute(app, person, asked.id, [WORD])
    await contributions.add(app, person, mine.id, "often", ["Every day"])
    theirs = await contributions.contribute(app, one.others[0], asked.id, ["Trees"])
    await moderating.accept(app, organiser, theirs.id)
    await supporting.support(app, person, theirs.id, yes=True)
    await following.follow(app, person, theirs.id)
    await moderating.outcome(app, second, theirs.id, "decided", "Yes.")
    for enters, confirms in ((organiser, second), (second, organiser)):
        poll = await open_poll(world)
        said = {"answer": "1"}
        made = await papers.enter(app, enters, poll.id, "", Came.PAPER, Standing.RESIDENT, said)
        await batches.confirm(app, confirms, made.batch)
    form, pace = read_questions("Safe? | no | yes"), "every Monday 11am"
    asks = await checkins.begin(
        app, world.organiser, which, Purpose.PLAIN, "The walk", form, pace, DAY_MS, direct=True
    )
    await checkins.start(app, world.organiser, asks.id)
    await taking.opt_in(app, person, asks.id)
    await checkins.run_now(app, world.organiser, asks.id)
    parts = dict.fromkeys(("witness", "safeguarding_contact", "safeguarding_deputy"), person.platform_id)
    await communities.set_up(app, owner, **parts)
    return one


class Enough(Exception):
    """What a part did is looked at, and taken back."""


@SQLITE_ONLY
async def test_each_part_that_is_named_empties_its_columns(world: World) -> None:
    app, one = world.app, await with_every_part(world)
    known = await people.find(app, one.person)
    assert known is not None
    names = {"who": known.id, "platform_id": one.person.platform_id}

    async def count(tx: AsyncConnection, column: str) -> int:
        found = await tx.execute(text(PROBES.get(column) or probe(column)), names)
        return int(found.scalar_one())

    async def alone(tx: AsyncConnection, column: str) -> None:
        assert await count(tx, column), f"nothing of theirs is in {column}: the test shows nothing"
        await tx.execute(text("PRAGMA defer_foreign_keys=ON"))
        part = PARTS[FORGETS[column]]
        await part(Leaving(app, tx, one.person.community, known.id, one.person.platform_id, world.now))
        assert not await count(tx, column), f"{part.__name__} leaves something in {column}"
        raise Enough

    for column in FORGETS:
        with pytest.raises(Enough):
            await app.database.writer.run(lambda tx, column=column: alone(tx, column))  # type: ignore[misc]
    await people.erase(app, one.person)
    async with app.database.reading() as tx:
        assert {column: await count(tx, column) for column in FORGETS} == dict.fromkeys(FORGETS, 0)


def test_every_column_is_in_exactly_one_list() -> None:
    for table in metadata.sorted_tables:
        listed = [name for names in COLUMNS[table.name].values() for name in names.split()]
        assert sorted(listed) == sorted(table.columns.keys()), table.name
    assert set(COLUMNS) == set(metadata.tables)


def test_whatever_holds_a_person_or_words_is_erased_by_something() -> None:
    held = {
        f"{table}.{name}"
        for table, lists in COLUMNS.items()
        for kind in (PERSON, WORDS)
        for name in lists.get(kind, "").split()
    }
    assert held == {*FORGETS, *NOBODYS}
    assert set(FORGETS.values()) <= set(PARTS)
    for named in NOBODYS.values():
        module, function = named.split(".")
        assert callable(getattr(import_module(f"bot.services.{module}"), function)), named
