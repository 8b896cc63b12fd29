"""A database in which something of everything has happened, and what is in it."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import Any

from alembic import command
from sqlalchemy import Connection, MetaData, Table, insert, select, update
from sqlalchemy.engine import make_url

from bot.domain.asks import ASK, AskField, FieldKind
from bot.domain.checkins import Purpose
from bot.domain.forms import FORM, read_questions
from bot.domain.people import Person
from bot.domain.rounds import DAY_MS, Round, State
from bot.domain.trials import version_of
from bot.domain.weighing import VOTES, WEIGH
from bot.services import (
    answers,
    batches,
    box,
    checkins,
    contributions,
    drafts,
    following,
    meanings,
    merging,
    moderating,
    offers,
    papers,
    people,
    reviewing,
    rounds,
    sealed_answers,
    sealing,
    supporting,
    taking,
    trials,
    weighing,
    worries,
)
from bot.services.ports import App
from bot.store import checkins as stored
from bot.store.database import Database, _scripts
from bot.store.engines import ENGINES
from bot.store.schema import community, metadata, person
from tests.builders import (
    OFFICER,
    ORGANISER,
    World,
    close_at_its_time,
    draft_poll,
    open_ask,
    open_poll,
    resident,
    residents,
    set_up,
    stranger,
)

ODD = "' \" \\ % ; -- \x01\x7f\u200b\u202e\ufeff\uffff é e\u0301 👨‍👩‍👧 \U0010ffff\r\n\t "
LARGEST = 2**62

ASKS = (
    "forgetting",
    "statement",
    "receipt",
    "batch",
    "paper",
    "contribution",
    "ask_count",
    "version",
    "support",
    "source",
    "step",
    "follow",
    "word",
    "asking",
    "offer",
    "helper",
    "trial",
    "sealed_answer",
    "released_answer",
    "sealing",
    "comment",
    "checkin",
    "missed_turn",
    "taker",
    "contact",
    "worry_count",
    "worry",
)
"""The tables that came with asks, and later."""

Rows = dict[str, list[tuple[Any, ...]]]


async def lived_in(app: App) -> World:
    """Two communities; questions open, closed, cancelled and drafted; somebody erased; odd values."""
    await set_up(app, "server-2")
    world = await set_up(app)
    crowd, going = await residents(world, 6), await resident(world, "going", OFFICER)
    officers = [await resident(world, f"officer-{number}", OFFICER) for number in range(5)]
    first, second = await open_poll(world), await open_poll(world, kind="approve", days=9)
    still, ended = await open_poll(world, f"Still {ODD}?", days=30), await open_poll(world, days=30)
    for number, one in enumerate([*crowd, *officers, going]):
        for asked in (first, second, still):
            await answers.answer(app, one, asked.id, [str(number % 3)])
    await answers.answer(app, crowd[0], still.id, ["2"])
    await rounds.cancel(app, world.organiser, ended.id, "Asked in error")
    await trial_in(world, crowd)
    await ideas_in(world, crowd, going)
    await a_weighing_in(world, crowd, going)
    await words_in(world, [*crowd, going])
    await papers_in(world, first, still)
    await forms_in(world, crowd)
    await sealed_in(world, crowd)
    await close_at_its_time(world, first)
    await close_at_its_time(world, second)
    await an_offer_in(world)
    await worries.send(app, crowd[0], f"Somebody waits {ODD}", ODD[:40], server="Mill Town")
    await check_ins_in(world, crowd)
    await people.erase(app, going)
    await _odd_values(app.database, world.community.id)
    return world


async def sealed_in(world: World, crowd: list[Person]) -> None:
    """Without names: a question that has closed, one that is open, and one whose close has just begun."""
    app = world.app
    over, still, closing = [await open_poll(world, sealed=True, days=30) for _ in range(3)]
    for one in crowd:
        for asked in (over, still, closing):
            await sealed_answers.answer(app, one, asked.id, ["0"])
    await rounds.close_early(app, world.organiser, over.id, "All is said")
    await sealing.finish(app)
    await rounds.close_early(app, world.organiser, closing.id, "All is said")


async def forms_in(world: World, crowd: list[Person]) -> None:
    """Forms: with names and open; without, closed, with words shown, declined and waiting; and the box."""
    app, organiser = world.app, world.organiser
    fields = (
        AskField("safe", FieldKind.SCALE, "How safe?", options=("1", "2", "3")),
        AskField("why", FieldKind.LONG, "Why?"),
    )
    made = []
    for hidden in (True, False):
        begun = await drafts.begin(app, organiser, world.initiative.id, FORM, form=fields, sealed=hidden)
        closes = world.now + 30 * DAY_MS
        await drafts.change(app, organiser, begun.id, question=f"Safe {ODD}?", closes_ms=closes)
        made.append(await drafts.publish(app, organiser, begun.id))
    over, still = made
    for one in crowd:
        said = ["safe", "1", "why", f"Dark {ODD}"]
        await sealed_answers.answer(app, one, over.id, said)
        await answers.answer(app, one, still.id, said)
    await rounds.close_early(app, organiser, over.id, "All is said")
    await sealing.finish(app)
    for reason in ("", "personal"):
        found = (await reviewing.next_waiting(app, organiser, over.id))[1]
        assert found is not None
        await reviewing.settle(app, organiser, over.id, found.id, reason)
    await box.start(app, organiser, "What should we know?", "Say it", "every two weeks on Friday 6pm")


async def check_ins_in(world: World, crowd: list[Person]) -> None:
    """Check-ins: by private message, open, with a missed turn; one on which officials speak; a draft."""
    app, organiser, there = world.app, world.organiser, world.app.ready_checkins["there"]
    form, pace = read_questions(f"Safe {ODD.replace(chr(10), '')}? | no | yes\nWhy?"), "every Monday 11am"
    on = world.initiative.id
    asked = await checkins.begin(
        app, organiser, on, Purpose.PLAIN, f"The walk {ODD}", form, pace, DAY_MS, direct=True
    )
    await checkins.start(app, organiser, asked.id)
    for one in crowd[:2]:
        await taking.opt_in(app, one, asked.id)
    whom: dict[str, Any] = {"role": OFFICER, "mention": True}
    said = await checkins.begin(
        app, organiser, on, there.purpose, there.question, there.form, pace, DAY_MS, **whom
    )
    await checkins.state_it(app, organiser, said.id, 1, f"The poles {ODD}")
    await checkins.start(app, organiser, said.id)
    await checkins.begin(app, organiser, on, Purpose.GOOD, "", (), pace, DAY_MS)
    await app.database.writer.run(partial(stored.miss, one=asked, due_ms=world.now - DAY_MS, why="down"))
    await checkins.run_now(app, organiser, asked.id)


async def trial_in(world: World, crowd: list[Person]) -> None:
    """A draft that two were asked to try, of whom one has answered; a third helps, too."""
    app, draft = world.app, await draft_poll(world)
    for one in crowd[:3]:
        await trials.agree(app, one)
    await trials.ask(app, world.organiser, draft.id)
    for one in crowd[:3]:
        if (await trials.helping(app, one)).waiting:
            await trials.say(app, one, draft.id, version_of(draft), f"Us {ODD}", ODD)
            break


async def ideas_in(world: World, crowd: list[Person], going: Person) -> None:
    """An ask with ideas in every state, one in two versions; somebody supports two of them."""
    app, organiser = world.app, world.organiser
    asked = await open_ask(world)
    made = [
        await contributions.contribute(app, one, asked.id, [f"{number} {ODD}"])
        for number, one in enumerate([*crowd[:4], going])
    ]
    await contributions.add(app, crowd[0], made[0].id, "who", ["Everybody"])
    await moderating.accept(app, organiser, made[1].id)
    await moderating.decline(app, organiser, made[2].id, "unclear")
    await contributions.withdraw(app, crowd[3], made[3].id)
    await moderating.accept(app, organiser, made[4].id)
    for number in (made[1].id, made[4].id):
        await supporting.support(app, crowd[5], number, yes=True)
        await following.follow(app, crowd[5], number)
    more = [(await contributions.contribute(app, one, asked.id, [f"{ODD} too"])).id for one in crowd[1:3]]
    joined = await merging.merge(app, organiser, more, f"both {ODD}")
    await moderating.outcome(app, organiser, joined.id, "decided", ODD)


async def papers_in(world: World, counted: Round, waits: Round) -> None:
    """Answers on paper that count, and some that wait for a second organiser; forms not filled in."""
    app, second = world.app, stranger(world, "second", ORGANISER)
    for asked in (counted, waits):
        codes = await papers.mint(app, world.organiser, asked.id, 3)
        rows = [f"{code},paper,officer,{number}" for number, code in enumerate(codes[:2], 1)]
        taken = await papers.take_file(
            app, world.community.id, asked.id, "\n".join(["receipt,came,standing,answer", *rows]).encode()
        )
        if asked is counted:
            await batches.confirm(app, second, taken.batch)


async def a_weighing_in(world: World, crowd: list[Person], going: Person) -> None:
    """Statements that an organiser wrote, of which two people have read some, and one better said."""
    app, organiser = world.app, world.organiser
    draft = await drafts.begin(app, organiser, world.initiative.id, WEIGH, source=await _an_ask(app, world))
    made = await weighing.add(app, organiser, draft.id, [f"More lamps {ODD}", "Fewer cars"])
    changes = {"question": "Where do you stand?", "closes_ms": world.now + 30 * DAY_MS}
    await drafts.change(app, organiser, draft.id, **changes)
    await drafts.publish(app, organiser, draft.id)
    for one, said in zip((*crowd[:2], going), VOTES, strict=True):
        await weighing.vote(app, one, draft.id, made[0].id, said)
    await contributions.contribute(app, crowd[3], draft.id, [f"Better {ODD}"])


async def _an_ask(app: App, world: World) -> int:
    found = await rounds.listing(app, world.community.id, State.OPEN)
    return next(one.id for one in found if one.kind == ASK)


async def words_in(world: World, crowd: list[Person]) -> None:
    """A word that was asked for and explained, one that is owed, and one that one person waits for."""
    for word, count in (("LTN", 3), (f"modal {ODD} filter"[:60], 3), ("bund", 1)):
        for one in crowd[:count]:
            await meanings.ask(world.app, one, word)
    await meanings.explain(world.app, world.organiser, "LTN", f"Streets with fewer cars {ODD}")


async def an_offer_in(world: World) -> None:
    """The author of a message is asked whether it may be an idea, and has not answered."""
    app, organiser = world.app, world.organiser
    asked = await open_ask(world, "And now?")
    offer = await offers.begin(app, organiser, "user-5", "channel", f"link {ODD}")
    await offers.ask(app, organiser, offer.id, asked.id, [ODD])


async def _odd_values(database: Database, number: int) -> None:
    async with database.alone() as tx:
        await tx.execute(
            update(community).where(community.c.id == number).values(help_lines=ODD, say_message="")
        )
        odd = {"secret": bytes(range(256)), "language": "", "notice": ODD, "ages": "teens"}
        times = {"notice_ms": LARGEST, "made_ms": -LARGEST, "seen_ms": 0}
        await tx.execute(insert(person).values(community=number, id=LARGEST, **odd, **times))


def before_asks(rows: Rows) -> Rows:
    """What of the rows could be there before there were asks, and rounds without names."""
    sealed = metadata.tables["round"].columns.keys().index("sealed")
    asks = {
        (row[0], row[1]) for row in rows["round"] if "ask" in row or {WEIGH, FORM} & {*row} or row[sealed]
    }
    kept = {name: those for name, those in rows.items() if name not in ASKS}
    kept["answer"] = told_in_chat(rows)["answer"]
    for name in ("round", "result", "answer"):
        kept[name] = [row for row in kept[name] if (row[0], row[1]) not in asks]
    news = {(row[0], row[1]) for row in rows["schedule"] if row[2] in ("news", "worries")}
    kept["schedule"] = [row for row in rows["schedule"] if (row[0], row[1]) not in news]
    kept["occurrence"] = [row for row in rows["occurrence"] if (row[0], row[1]) not in news]
    return kept


def of_version_1(rows: Rows) -> Rows:
    """The rows with records as they were before rows of it had versions: standing and moment in the hash."""
    record = {
        row[0]: row[metadata.tables["community"].columns.keys().index("record")] for row in rows["community"]
    }
    names = {name: metadata.tables[name].columns.keys() for name in ("interaction", "disclosure")}
    every = {name: [dict(zip(names[name], row, strict=True)) for row in rows[name]] for name in names}
    words = {(one["community"], one["number"]): one for one in every["disclosure"]}
    heads = dict.fromkeys(record, bytes(32))
    for one in sorted(every["interaction"], key=lambda one: (one["community"], one["number"])):
        number, told = one["community"], words.get((one["community"], one["number"]))
        if told is not None:
            said = told["salt"] + told["said"].encode()
            one |= {"standing": told["standing"], "said": hashlib.sha256(said).digest(), "version": 1}
            told["standing"] = ""
        about = [one[key] for key in ("number", "at_ms", "initiative", "round", "stage", "act", "standing")]
        body = [record[number], *about, one["who"].hex(), one["said"].hex()]
        whole = heads[number] + json.dumps(body, separators=(",", ":")).encode()
        one["hash"] = heads[number] = hashlib.sha256(whole).digest()
    made: Rows = {name: [tuple(one.values()) for one in every[name]] for name in names}
    return rows | made | {"head": [(*row[:2], heads[row[0]], *row[3:]) for row in rows["head"]]}


def told_in_chat(rows: Rows) -> Rows:
    """The rows as if every answer had come by the chat, as all did before there was paper."""
    place = metadata.tables["answer"].columns.keys().index("came")
    answers = [(*row[:place], "chat", *row[place + 1 :]) for row in rows["answer"]]
    return rows | {"answer": answers}


async def everything(database: Database) -> Rows:
    """Every row of every table, in an order that no engine decides."""
    async with database.reading() as tx:
        found = {one.name: (await tx.execute(select(one))).all() for one in metadata.sorted_tables}
    return {name: sorted((tuple(row) for row in rows), key=repr) for name, rows in found.items()}


async def at_revision(url: str, revision: str, rows: Rows) -> None:
    """Make a database as it was at a revision, with what of the rows it had a place for."""

    def work(connection: Connection) -> None:
        config = _scripts()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for table in tables(connection).values():
            names = metadata.tables[table.name].columns.keys()
            there = [dict(zip(names, row, strict=True)) for row in rows[table.name]]
            made = [{key: row[key] for key in row if key in table.columns} for row in there]
            if made:
                connection.execute(insert(table), made)

    writing, readers = ENGINES[make_url(url).drivername](make_url(url))
    async with writing.begin() as connection:
        await connection.run_sync(work)
    await writing.dispose()
    await readers.dispose()


def tables(connection: Connection) -> dict[str, Table]:
    """The tables that are there, parents first."""
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name != "alembic_version"}
