"""My data holds whatever is held: driven by the schema, so that a new column can't be left out of it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Column, Table

from bot import my_page
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.services import communities, contributions, moderating, my_data, offers, people, sealed_answers
from bot.services.ports import App
from bot.store.holdings import COLUMNS, NOBODYS, Holds
from bot.store.people import CONTACTS
from bot.store.schema import metadata
from tests.builders import BOTH_ENGINES, SQLITE_ONLY, World, open_ask, open_poll, resident, residents, wording

PEOPLE = {"person", "lead", "deputy", "judge", "entered_by", "confirmed_by"}
"""Columns that hold our number of a person."""
ACCOUNTS = {"platform_id", "safeguarding_contact", "safeguarding_deputy", "witness", "author", "target"}
"""Columns that hold the platform's."""
OF_IDEA = "(SELECT person FROM contribution c WHERE c.community = t.community AND c.id = t.contribution)"
OF_ROW = "(SELECT person FROM disclosure d WHERE d.community = t.community AND d.number = t.number)"
THROUGH = {"person": "t.id", "version": OF_IDEA, "step": OF_IDEA, "interaction": OF_ROW}
"""Tables without a person in them that say something about one: whose a row ``t`` is."""

KEY = "a key of ours, which tells them nothing and others too much"
SEALED = "nobody can read it"
FOUND_BY = "our number of it, by which it is found"
NOT_IN_IT = {
    "person.secret": KEY,
    "disclosure.salt": KEY,
    "interaction.who": SEALED,
    "interaction.said": SEALED,
    "interaction.hash": SEALED,
    "interaction.version": "how the row is written",
    "interaction.standing": "of rows of version 1 alone: today's keep it in disclosure.standing",
    "interaction.initiative": "its question says of which project it is",
    "contribution.initiative": "its question says of which project it is",
    "contribution.version": "every version is in it",
    "contribution.judge": "who read it is about somebody else",
    "contribution.came": "what is somebody's own came in the chat",
    "version.chosen": "names of fields, whose words are in it",
    "answer.came": "what is somebody's own came in the chat",
    "outbox.once": FOUND_BY,
    "outbox.facts": "of a worry, these are somebody else's words; of all else, what other parts say",
    "outbox.attempts": "how we try to reach somebody",
    "outbox.attempted_ms": "how we try to reach somebody",
    "outbox.next_ms": "how we try to reach somebody",
    "outbox.trouble": "how we try to reach somebody",
    "outbox.message": FOUND_BY,
    "batch.mark": "a seal over the file",
}
"""Columns beside a person that are not in My data, and why."""
ONLY_IN_THE_FILE = {
    "contribution.settled_ms": "its steps tell when",
    "contribution.present": "told with its place",
    "contribution.at_ms": "each version says when it was said",
    "contribution.first_ms": "each version says when it was said",
    "contribution.again": "its steps tell it",
    "contribution.origin": "the message or the meeting tell it",
    "trial.about": "a version's number",
    "offer.channel": "the link leads there",
    "interaction.stage": "its question says it",
    "interaction.round": "its question says it",
    "disclosure.public": "what is public is an organiser's act",
    "batch.made_ms": "once it is settled, that is the moment",
    "taker.until_ms": "told while it is paused",
}
"""Columns that the page leaves to the file beside it, and why."""


Seen = dict[str, tuple[dict[str, Any], str]]
"""What My data says, by account."""


def of_people() -> list[Table]:
    """The tables of which each row is about one person."""
    several = ("community", "initiative", "batch")
    named = PEOPLE | ACCOUNTS
    found = [one for one in metadata.tables.values() if one.name not in several]
    return [one for one in found if named & {*one.columns.keys()} or one.name in THROUGH]


def beside() -> list[Column[Any]]:
    """Whatever stands beside a person, without the keys of rows."""
    columns = [column for table in [*of_people(), metadata.tables["batch"]] for column in table.columns]
    of_row = [one for one in columns if not (one.primary_key or one.foreign_keys)]
    return [one for one in of_row if one.name not in PEOPLE | ACCOUNTS or str(one) == "contribution.judge"]


def owner(table: Table) -> str:
    """Whose a row ``t`` is, by their account."""
    accounts = ACCOUNTS & {*table.columns.keys()}
    if accounts:
        return f"t.{accounts.pop()}"
    mine = {"batch": "t.confirmed_by"} | THROUGH
    who = mine.get(table.name, "t.person")
    return f"(SELECT platform_id FROM identity i WHERE i.community = t.community AND i.person = {who})"  # noqa: S608


def allowed(column: Column[Any]) -> list[str]:
    """The texts that a column may have, [] for any."""
    for rule in column.table.constraints:
        if isinstance(rule, CheckConstraint) and str(rule.sqltext).startswith(f"{column.name} IN ('"):
            return re.findall(r"'([^']*)'", str(rule.sqltext))
    return []


def another(column: Column[Any], value: Any) -> Any:
    """Another value that the column may have."""
    choices = [one for one in allowed(column) if one not in (value, "")]
    if choices:
        return choices[0]
    if isinstance(value, bytes):
        return bytes(len(value))
    if isinstance(value, int):
        rules = [str(one.sqltext) for one in column.table.constraints if isinstance(one, CheckConstraint)]
        return 1 - value if f"{column.name} IN (0, 1)" in rules else value + 9 * 86_400_000
    if value[:1] in ("[", "{"):
        return json.dumps(_another_leaf(json.loads(value)))
    return {
        "contribution.why": "names",
        "person.language": "cy",
        "step.act": "changed",
        "step.words": "names",
        "disclosure.standing": "officer",
        "outbox.card": "worry",
    }.get(str(column), "a canary")


def _another_leaf(value: Any) -> Any:
    if isinstance(value, list):
        return [_another_leaf(value[0]), *value[1:]] if value else ["what"]
    if isinstance(value, dict):
        first = next(iter(value), "canary")
        return value | {first: _another_leaf(value.get(first, ""))}
    return 1 - min(value, 1) if isinstance(value, int) else "a canary"


@pytest.fixture
def file(lived: World, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The database past the bot, where anything can be changed."""
    lived.app.keys_folder.mkdir()
    there = sqlite3.connect(tmp_path / "folkmoot.db", isolation_level=None)
    there.row_factory = sqlite3.Row
    for name in ("interaction_no_update", "interaction_no_delete"):
        there.execute(f"DROP TRIGGER {name}")
    there.execute(
        "INSERT INTO outbox (community, id, once, card, facts, place, target, state, attempts, made_ms, "
        "attempted_ms, next_ms, sent_ms, message, trouble) SELECT community, 999999, 'w', 'witness', '{}', "
        "'person', platform_id, 'sent', 1, 5, 5, 5, 5, '1', '' FROM identity LIMIT 1"
    )
    yield there
    there.close()


@contextmanager
def changed(file: sqlite3.Connection, column: Column[Any], row: sqlite3.Row, value: Any) -> Iterator[None]:
    """With another value in one place."""
    table = column.table
    at = " AND ".join(f"{one.name} = :{one.name}" for one in table.primary_key)
    keys = {one.name: row[one.name] for one in table.primary_key}
    write = f"UPDATE {table.name} SET {column.name} = :other_value WHERE {at}"  # noqa: S608
    file.execute(write, keys | {"other_value": value})
    yield
    keys |= {column.name: value} if column.primary_key else {}
    file.execute(write, keys | {"other_value": row[column.name]})


async def seen(app: App, row: sqlite3.Row) -> tuple[dict[str, Any], str]:
    """What My data says to the one whose a row is: the file, and the page."""
    held = await my_data.held(app, Person(row["community"], row["whose"]))
    return held, my_page.page(wording(), "en", UTC, held)


def rows_of(file: sqlite3.Connection, table: Table) -> list[sqlite3.Row]:
    """The rows of a table that are about somebody whom we know, of ordinary states first."""
    asked = f"SELECT t.*, {owner(table)} AS whose FROM {table.name} t WHERE {owner(table)} <> ''"  # noqa: S608
    asked += " AND t.place = 'person'" if table.name == "outbox" else ""
    return file.execute(asked).fetchall()


async def told(app: App, file: sqlite3.Connection, column: Column[Any], known: Seen) -> tuple[bool, bool]:
    """Whether the file, and whether the page, says something else where a column does, in any row.

    Of a column that should say nothing, three rows are enough.
    """
    there = rows_of(file, column.table)[: 3 if str(column) in NOT_IN_IT else None]
    assert there, f"nobody's {column.table.name} is in the database of this test"
    in_file = in_page = False
    for row in there:
        before = known[row["whose"]] = known.get(row["whose"]) or await seen(app, row)
        with changed(file, column, row, another(column, row[column.name])):
            after = await seen(app, row)
        in_file, in_page = in_file or before[0] != after[0], in_page or before[1] != after[1]
        if in_page or (in_file and str(column) in ONLY_IN_THE_FILE):
            break
    return in_file, in_page


@SQLITE_ONLY
async def test_every_column_beside_a_person_is_in_my_data(lived: World, file: sqlite3.Connection) -> None:
    wrong, known = [], Seen()
    for column in beside():
        name, (in_file, in_page) = str(column), await told(lived.app, file, column, known)
        if in_file == (name in NOT_IN_IT):
            wrong.append(f"{name}: {'is' if in_file else 'is not'} in the file")
        elif in_file and in_page == (name in ONLY_IN_THE_FILE):
            wrong.append(f"{name}: {'is' if in_page else 'is not'} on the page")
    assert not wrong, "\n".join(wrong)
    assert NOT_IN_IT.keys() | ONLY_IN_THE_FILE.keys() <= {str(one) for one in beside()}


def test_this_test_knows_every_column_that_holds_a_person_or_words() -> None:
    about_them = {one.name for one in of_people()} | {"batch"}
    for table, columns in COLUMNS.items():
        for name in columns.get(Holds.PERSON, "").split():
            known = name in PEOPLE | ACCOUNTS or table == "person" or f"{table}.{name}" in NOBODYS
            assert known, f"{table}.{name}: whose My data is it in?"
        for name in columns.get(Holds.WORDS, "").split():
            assert table in about_them or f"{table}.{name}" in NOBODYS, (
                f"{table}.{name}: whose words are they?"
            )


@BOTH_ENGINES
async def test_an_answer_without_names_is_told_and_never_what_it_says(world: World) -> None:
    asked, other = [await open_poll(world, f"Which {n}?", sealed=True) for n in ("lamp", "colour")]
    one, another = await residents(world, 2)
    receipt = await sealed_answers.answer(world.app, one, asked.id, ["1"])
    await sealed_answers.answer(world.app, another, other.id, ["1"])
    with pytest.raises(Refusal, match="code-wrong"):
        await sealed_answers.change(world.app, one, asked.id, ["0"], "no such code is")

    held = await my_data.held(world.app, one)
    page = my_page.page(wording(), "en", UTC, held)

    closes = {"question": "Which lamp?", "closes_ms": asked.closes_ms, "answered": True, "wrong_codes": 1}
    assert held["answers_without_names"] == [closes]
    assert "Which lamp?" in page
    assert "Which colour?" not in page
    for said in (*asked.options, receipt.code):
        assert said not in page
        assert said not in json.dumps(held)
    await sealed_answers.withdraw(world.app, one, asked.id, receipt.code)
    assert (await my_data.held(world.app, one))["answers_without_names"] == []


async def test_where_a_key_is_lost_nobody_can_tell_and_the_page_says_so(world: World) -> None:
    asked, one = await open_poll(world, "Which lamp?", sealed=True), await resident(world, 1)
    await sealed_answers.answer(world.app, one, asked.id, ["1"])
    world.app.keys.clear()
    for file in world.app.keys_folder.iterdir():
        file.unlink()
    held = await my_data.held(world.app, one)
    assert [told["answered"] for told in held["answers_without_names"]] == [None]
    assert "Nobody can tell if you answered." in my_page.page(wording(), "en", UTC, held)


async def test_nothing_is_shown_as_everything_while_a_key_cannot_be_read(world: World) -> None:
    asked, one = await open_poll(world, sealed=True), await resident(world, 1)
    await sealed_answers.answer(world.app, one, asked.id, ["1"])
    world.app.keys.clear()
    folder = world.app.keys_folder
    folder.rename(folder.with_name(f"{folder.name}-away"))
    with pytest.raises(Refusal, match="cannot-tell"):
        await my_data.held(world.app, one)
    before = await people.find(world.app, one)
    with pytest.raises(Refusal, match="cannot-save"):
        await people.erase(world.app, one)
    assert await people.find(world.app, one) == before


async def test_an_author_reads_the_moderators_question_the_link_and_what_became_of_it(world: World) -> None:
    asked, amina = await open_ask(world), await resident(world, 1)
    offer = await offers.begin(world.app, world.organiser, amina.platform_id, "channel", "https://chat/1")
    await offers.ask(world.app, world.organiser, offer.id, asked.id, ["Cars park on the path"])
    waits = await my_data.held(world.app, amina)
    assert waits["asked_for_consent"][0]["question"] == asked.question
    made = await offers.accept(world.app, amina, offer.id)
    await moderating.ask_author(world.app, world.organiser, made.id, "Which path?")
    (held,) = (await my_data.held(world.app, amina))["ideas"]
    assert (held["asked_by_a_moderator"], held["message"]) == ("Which path?", "https://chat/1")
    page = my_page.page(wording(), "en", UTC, await my_data.held(world.app, amina))
    for words in ("Which path?", "https://chat/1", "Cars park on the path", "a moderator asked you"):
        assert words in page


TOLD_BY_THE_RECORD = "contribution.judge"
"""What somebody settled stands in their rows of the record, with the number of the idea."""
NAMED = [
    column
    for table in metadata.tables.values()
    for column in table.columns
    if column.name in PEOPLE | ACCOUNTS
    and table.name != "identity"
    and str(column) not in ("community.platform_id", TOLD_BY_THE_RECORD)
]


@SQLITE_ONLY
async def test_whatever_names_a_person_is_in_my_data(lived: World, file: sqlite3.Connection) -> None:
    here, somebody = lived.community.id, await resident(lived, "new")
    known = file.execute(
        "SELECT community, platform_id AS whose, person FROM identity WHERE platform_id = ?",
        [somebody.platform_id],
    ).fetchone()
    for column in NAMED:
        table, value = column.table.name, known["person" if column.name in PEOPLE else "whose"]
        community = "id" if table == "community" else "community"
        others = f"SELECT * FROM {table} WHERE {community} = ? ORDER BY 2 DESC"  # noqa: S608
        there = file.execute(others, [here]).fetchone()
        assert there is not None, f"no {column} is in the database of this test"
        before = await seen(lived.app, known)
        with changed(file, column, there, value):
            after = await seen(lived.app, known)
        assert before[0] != after[0], f"{column} is not in the file"
        assert before[1] != after[1], f"{column} is not on the page"


@BOTH_ENGINES
@pytest.mark.parametrize("part", CONTACTS)
async def test_whoever_is_named_alone_finds_where(world: World, part: str) -> None:
    owner = Person(world.community.id, "owner", can_set_up=True)
    assert await my_data.communities_with(world.app, "nadia", world.community.platform) == []
    await communities.set_up(world.app, owner, **{part: "nadia"})
    assert await my_data.communities_with(world.app, "nadia", world.community.platform) == [
        world.community.id
    ]


async def test_what_somebody_settled_is_in_their_rows_of_the_record(world: World) -> None:
    asked, amina = await open_ask(world), await resident(world, 1)
    made = await contributions.contribute(world.app, amina, asked.id, ["Cars park on the path"])
    await moderating.accept(world.app, world.organiser, made.id)
    held = await my_data.held(world.app, world.organiser)
    assert [(row["act"], row["ideas"]) for row in held["record"]][-1] == ("accepted", [made.id])
    assert "Cars park" not in json.dumps(held)
    assert f"Ideas: {made.id}." in my_page.page(wording(), "en", UTC, held)
