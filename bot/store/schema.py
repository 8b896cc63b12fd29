"""The tables. One schema for every engine.

Times are UTC epoch milliseconds. Ids of the chat platform are text. ``community`` leads every key, so
that no id reaches another community's row. What may have to be erased stands in tables of its own:
the record (``interaction``) holds no word, name or platform id, and is append-only.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Number = BigInteger().with_variant(Integer(), "sqlite")  # STRICT tables know no BIGINT


def _number(name: str) -> Column[int]:
    return Column(name, Number, nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _bytes(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)


def _key(*columns: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint(*columns)


def _of(table: str, *columns: str) -> ForeignKeyConstraint:
    """A reference to a table whose key is the community and an id."""
    if table == "community":
        return ForeignKeyConstraint(["community"], ["community.id"])
    return ForeignKeyConstraint(["community", *columns], [f"{table}.community", f"{table}.id"])


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _table(name: str, *items: SchemaItem, rowid: bool = False) -> Table:
    return Table(name, metadata, *items, sqlite_strict=True, sqlite_with_rowid=rowid)


STAGES = ("define", "options", "decide", "deliver", "evaluate")
STANDINGS = ("resident", "front_line", "officer", "councillor", "partner")
CAME = ("chat", "paper", "phone", "meeting")
PURPOSES = ("plain", "delivery", "good", "pulse")
MISSED = ("down", "open", "untold", "asks", "channel")
FATES = (
    *("received", "accepted", "declined", "withdrawn"),
    *("merged", "split", "taken", "decided", "delivered"),
)

community = _table(
    "community",
    _number("id"),
    _text("record"),
    _text("platform"),
    _text("platform_id"),
    _text("language"),
    _text("time_zone"),
    _text("moderators_channel"),
    _text("say_channel"),
    _text("say_message"),
    Column("queue_message", Text, nullable=False, server_default=""),
    _text("lead_contact"),
    _text("safeguarding_contact"),
    Column("safeguarding_deputy", Text, nullable=False, server_default=""),
    _text("help_lines"),
    _text("witness"),
    Column("moderation", Text, nullable=False, server_default="before"),
    _number("made_ms"),
    _number("removed_ms"),
    _key("id"),
    UniqueConstraint("platform", "platform_id"),
)

community_role = _table(
    "community_role",
    _number("community"),
    _number("place"),
    _text("role"),
    _text("meaning"),
    _key("community", "place"),
    _of("community"),
    _one_of("meaning", "organiser", *STANDINGS),
)

person = _table(
    "person",
    _number("community"),
    _number("id"),
    _bytes("secret"),
    _text("language"),
    _text("notice"),
    _text("ages"),
    _number("notice_ms"),
    _number("made_ms"),
    _number("seen_ms"),
    _key("community", "id"),
    _of("community"),
    _one_of("ages", "", "adults", "teens"),
    Index(None, "community", "seen_ms"),
)

identity = _table(
    "identity",
    _number("community"),
    _text("platform_id"),
    _number("person"),
    _key("community", "platform_id"),
    _of("person", "person"),
    UniqueConstraint("community", "person"),
)

initiative = _table(
    "initiative",
    _number("community"),
    _number("id"),
    _text("title"),
    _text("stage"),
    _text("state"),
    _text("ages"),
    _number("lead"),
    _number("deputy"),
    _number("made_ms"),
    _number("closed_ms"),
    _key("community", "id"),
    _of("community"),
    _one_of("stage", *STAGES),
    _one_of("state", "standing", "open", "closed"),
    _one_of("ages", "adults", "teens", "both"),
)

promise = _table(
    "promise",
    _number("community"),
    _number("initiative"),
    _text("level"),
    _text("fixed"),
    _text("decides"),
    _number("due_ms"),
    _number("made_ms"),
    Column("kept_ms", Number),
    _text("said"),
    _text("did"),
    _text("wont"),
    _key("community", "initiative", "made_ms"),
    _of("initiative", "initiative"),
    _one_of("level", "decide", "together", "advise", "told"),
)

round_ = _table(
    "round",
    _number("community"),
    _number("id"),
    _number("initiative"),
    _text("kind"),
    _text("stage"),
    _text("state"),
    Column("ask", Text, nullable=False, server_default=""),
    _text("question"),
    Column("facts", Text, nullable=False, server_default=""),
    Column("owner", Text, nullable=False, server_default=""),
    Column("moderation", Text, nullable=False, server_default="before"),
    Column("source", Number, nullable=False, server_default=text("0")),
    _text("options"),
    Column("form", Text, nullable=False, server_default="[]"),
    _number("quorum"),
    _number("show_of_hands"),
    Column("sealed", Number, nullable=False, server_default=text("0")),
    Column("box", Number, nullable=False, server_default=text("0")),
    Column("checkin", Number, nullable=False, server_default=text("0")),
    Column("role", Text, nullable=False, server_default=""),
    _text("audience"),
    _text("reason"),
    _number("drafted_ms"),
    _number("opened_ms"),
    _number("closes_ms"),
    _number("closed_ms"),
    Column("released_ms", Number, nullable=False, server_default=text("0")),
    _text("end_reason"),
    _text("channel"),
    _text("message"),
    _key("community", "id"),
    _of("initiative", "initiative"),
    _one_of("stage", *STAGES),
    _one_of("state", "draft", "open", "closed", "cancelled", "lapsed"),
    CheckConstraint("quorum >= 0", name="quorum"),
    CheckConstraint("show_of_hands IN (0, 1)", name="show_of_hands"),
    Index(None, "community", "state", "closes_ms"),
    Index(None, "community", "state", "closed_ms"),
    Index(None, "community", "initiative", "state", "id"),
    Index(None, "community", "message"),
    Index(None, "community", "source"),
    Index(None, "community", "checkin", "id"),
)

answer = _table(
    "answer",
    _number("community"),
    _number("round"),
    _number("person"),
    _text("value"),
    _text("standing"),
    _text("came"),
    _number("first_ms"),
    _number("at_ms"),
    _key("community", "round", "person"),
    _of("round", "round"),
    _one_of("standing", *STANDINGS),
    _one_of("came", *CAME),
    Index(None, "community", "person", "first_ms"),
    Index(None, "community", "at_ms"),
)

# No time, no standing and no row of the record: nothing here leads to a person without the round's key, which
# is in no database (keys.py), and nothing in released_answer leads back here.
sealed_answer = _table(
    "sealed_answer",
    _number("community"),
    _number("round"),
    _bytes("mark"),
    _bytes("code"),
    _bytes("box"),
    _number("tries"),
    _key("community", "round", "mark"),
    _of("round", "round"),
    CheckConstraint("length(mark) = 32 AND length(code) = 32", name="lengths"),
)

released_answer = _table(
    "released_answer",
    _number("community"),
    _number("round"),
    _number("id"),
    _text("value"),
    _key("community", "round", "id"),
    _of("round", "round"),
)

# Words out of forms: no person, no time, and nothing that joins two of one answer.
comment = _table(
    "comment",
    _number("community"),
    _number("round"),
    _number("id"),
    _number("field"),
    _text("words"),
    _text("state"),
    _text("reason"),
    _key("community", "round", "id"),
    _of("round", "round"),
    _one_of("state", "waiting", "shown", "declined"),
    Index(None, "community", "state", "round"),
)

sealing = _table(
    "sealing",
    _number("community"),
    _number("round"),
    _text("holder"),
    _number("until_ms"),
    _key("community", "round"),
    _of("round", "round"),
)

result = _table(
    "result",
    _number("community"),
    _number("round"),
    _text("tally"),
    _key("community", "round"),
    _of("round", "round"),
)

contribution = _table(
    "contribution",
    _number("community"),
    _number("id"),
    _number("round"),
    _number("initiative"),
    _number("person"),
    _text("standing"),
    _text("state"),
    _number("version"),
    _number("first_ms"),
    _number("at_ms"),
    _number("settled_ms"),
    _number("due_ms"),
    _text("why"),
    _number("judge"),
    _text("question"),
    _number("again"),
    _text("origin"),
    Column("came", Text, nullable=False, server_default="chat"),
    _text("place"),
    _number("present"),
    _text("link"),
    _number("newcomer"),
    _number("supporters"),
    _key("community", "id"),
    _of("round", "round"),
    _one_of("standing", *STANDINGS),
    _one_of("state", *FATES),
    _one_of("origin", "told", "chat", "meeting", "merge", "split"),
    _one_of("came", *CAME),
    CheckConstraint("again IN (0, 1)", name="again"),
    CheckConstraint("newcomer IN (0, 1)", name="newcomer"),
    Index(None, "community", "round", "id"),
    Index(None, "community", "state", "id"),
    Index(None, "community", "state", "at_ms"),
    Index(None, "community", "person", "id"),
    Index(None, "community", "person", "round", "state"),
    Index(None, "community", "at_ms"),
    Index(None, "community", "settled_ms"),
    Index(None, "community", "due_ms"),
    rowid=True,  # or SQLite takes the key for cheaper than any index, and reads a community's whole past
)

Index(
    "ix_contribution_supporters",
    contribution.c.community,
    contribution.c.round,
    contribution.c.supporters.desc(),
    contribution.c.id,
)

version = _table(
    "version",
    _number("community"),
    _number("contribution"),
    _number("number"),
    _text("said"),
    _text("chosen"),
    _number("at_ms"),
    _key("community", "contribution", "number"),
    _of("contribution", "contribution"),
    Index(None, "community", "at_ms"),
)

ask_count = _table(
    "ask_count",
    _number("community"),
    _number("round"),
    _text("what"),
    _text("name"),
    _text("value"),
    _number("count"),
    _key("community", "round", "what", "name", "value"),
    _of("round", "round"),
    Index(None, "community", "what", "name"),
)

# What a weighing is about: a contribution each, of the ask that is its source or of its own.
statement = _table(
    "statement",
    _number("community"),
    _number("round"),
    _number("contribution"),
    _number("added"),
    _number("stands"),
    _number("readers"),
    _key("community", "round", "contribution"),
    _of("round", "round"),
    _of("contribution", "contribution"),
    CheckConstraint("added IN (0, 1)", name="added"),
    CheckConstraint("stands IN (0, 1)", name="stands"),
    CheckConstraint("readers >= 0", name="readers"),
    Index(None, "community", "round", "stands", "readers", "contribution"),
    Index(None, "community", "contribution"),
)

support = _table(
    "support",
    _number("community"),
    _number("contribution"),
    _number("person"),
    _number("at_ms"),
    _key("community", "contribution", "person"),
    _of("contribution", "contribution"),
    Index(None, "community", "person"),
)

source = _table(
    "source",
    _number("community"),
    _number("contribution"),
    _number("parent"),
    _key("community", "contribution", "parent"),
    _of("contribution", "contribution"),
    ForeignKeyConstraint(
        ["community", "parent"], ["contribution.community", "contribution.id"], name="fk_source_parent"
    ),
    Index(None, "community", "parent"),
)

step = _table(
    "step",
    _number("community"),
    _number("contribution"),
    _number("number"),
    _number("at_ms"),
    _text("act"),
    _text("words"),
    _key("community", "contribution", "number"),
    _of("contribution", "contribution"),
)

word = _table(
    "word",
    _number("community"),
    _number("id"),
    _text("same"),
    _text("said"),
    _number("asked"),
    _text("meaning"),
    _number("at_ms"),
    _key("community", "id"),
    _of("community"),
    UniqueConstraint("community", "same"),
)

# Two marks and a day: nothing in the database leads from them to a word or to a person (domain/meanings.py).
asking = _table(
    "asking",
    _number("community"),
    _bytes("word"),
    _bytes("who"),
    _number("day_ms"),
    _key("community", "word", "who"),
    _of("community"),
    CheckConstraint("length(word) = 32 AND length(who) = 32", name="lengths"),
)

follow = _table(
    "follow",
    _number("community"),
    _number("contribution"),
    _number("person"),
    _number("told"),
    _key("community", "contribution", "person"),
    _of("contribution", "contribution"),
    Index(None, "community", "person"),
)

# A question that is asked again and again; each time it is asked is a round.
checkin = _table(
    "checkin",
    _number("community"),
    _number("id"),
    _number("initiative"),
    _text("purpose"),
    _text("state"),
    _text("why"),
    _text("question"),
    _text("form"),
    _text("stated"),
    _text("pace"),
    _text("zone"),
    _number("window_ms"),
    _text("channel"),
    _number("direct"),
    _text("role"),
    _number("mention"),
    _number("sealed"),
    _number("runs"),
    _number("made_ms"),
    _key("community", "id"),
    _of("initiative", "initiative"),
    _one_of("purpose", *PURPOSES),
    _one_of("state", "draft", "running", "paused", "asks", "stopped"),
    CheckConstraint("direct IN (0, 1)", name="direct"),
    CheckConstraint("mention IN (0, 1)", name="mention"),
    CheckConstraint("sealed IN (0, 1)", name="sealed"),
    Index(None, "community", "state", "id"),
)

# The turns of a check-in at which nothing was asked, and why.
missed_turn = _table(
    "missed_turn",
    _number("community"),
    _number("checkin"),
    _number("due_ms"),
    _text("why"),
    _key("community", "checkin", "due_ms"),
    _of("checkin", "checkin"),
    _one_of("why", *MISSED),
)

# Who wants to be asked by private message, or reminded, and what they said since.
taker = _table(
    "taker",
    _number("community"),
    _number("checkin"),
    _number("person"),
    _text("state"),
    _number("until_ms"),
    _number("skipped"),
    _key("community", "checkin", "person"),
    _of("checkin", "checkin"),
    _of("person", "person"),
    _one_of("state", "on", "paused", "stopped", "closed"),
    Index(None, "community", "person"),
)

# Each time somebody is reached by private message because we want something of them.
contact = _table(
    "contact",
    _number("community"),
    _number("round"),
    _number("person"),
    _text("what"),
    _number("at_ms"),
    _key("community", "round", "person", "what"),
    _of("round", "round"),
    _of("person", "person"),
    _one_of("what", "asked", "reminded"),
    Index(None, "community", "person", "at_ms"),
    Index(None, "community", "at_ms"),
)

# Words that tell of danger, until somebody has them: never whose they are. A random id is never used again.
worry = _table(
    "worry",
    _number("community"),
    _number("id"),
    _text("said"),
    _text("about"),
    _number("at_ms"),
    _number("handed"),
    _key("community", "id"),
    _of("community"),
    CheckConstraint("handed IN (0, 1)", name="handed"),
)

offer = _table(
    "offer",
    _number("community"),
    _number("id"),
    _number("round"),
    _text("words"),
    _text("channel"),
    _text("link"),
    _text("author"),
    _number("until_ms"),
    _key("community", "id"),
    _of("community"),
    UniqueConstraint("community", "link"),
)

helper = _table(
    "helper",
    _number("community"),
    _number("person"),
    _number("since_ms"),
    _number("asked_ms"),
    _key("community", "person"),
    _of("person", "person"),
)

trial = _table(
    "trial",
    _number("community"),
    _number("round"),
    _number("person"),
    _number("asked_ms"),
    _number("at_ms"),
    _text("about"),
    _text("understood"),
    _text("hard"),
    _key("community", "round", "person"),
    _of("round", "round"),
    _of("person", "person"),
    Index(None, "community", "person"),
)

# The numbers on printed forms; one is also made for whoever answers by phone.
receipt = _table(
    "receipt",
    _number("community"),
    _text("code"),
    _number("round"),
    _number("made_ms"),
    _key("community", "code"),
    _of("round", "round"),
)

batch = _table(
    "batch",
    _number("community"),
    _number("id"),
    _number("round"),
    _number("entered_by"),
    _number("confirmed_by"),
    _text("state"),
    _text("mark"),
    _number("made_ms"),
    _number("settled_ms"),
    _key("community", "id"),
    _of("round", "round"),
    _one_of("state", "waiting", "counted", "dropped", "late"),
    Index(None, "community", "state", "round"),
)

# One answer that was not given in the chat: its receipt counts once. What it said goes when it is counted.
paper = _table(
    "paper",
    _number("community"),
    _text("receipt"),
    _number("batch"),
    _text("said"),
    _text("standing"),
    _text("came"),
    _number("at_ms"),
    _key("community", "receipt"),
    ForeignKeyConstraint(["community", "receipt"], ["receipt.community", "receipt.code"]),
    _of("batch", "batch"),
    _one_of("standing", *STANDINGS),
    _one_of("came", *CAME[1:]),
    Index(None, "community", "batch"),
)

interaction = _table(
    "interaction",
    _number("community"),
    _number("number"),
    _number("at_ms"),
    _number("initiative"),
    _number("round"),
    _text("stage"),
    _text("act"),
    _text("standing"),
    _bytes("who"),
    _bytes("said"),
    _bytes("hash"),
    Column("version", Number, nullable=False, server_default=text("1")),
    _key("community", "number"),
    _of("community"),
    _one_of("stage", *STAGES),
    CheckConstraint("length(who) = 32 AND length(said) = 32 AND length(hash) = 32", name="lengths"),
    rowid=True,
)

disclosure = _table(
    "disclosure",
    _number("community"),
    _number("number"),
    _number("person"),
    _bytes("salt"),
    _text("said"),
    _number("public"),
    Column("standing", Text, nullable=False, server_default=""),
    _key("community", "number"),
    ForeignKeyConstraint(["community", "number"], ["interaction.community", "interaction.number"]),
    CheckConstraint("public IN (0, 1)", name="public"),
    Index(None, "community", "person"),
)

head = _table(
    "head",
    _number("community"),
    _number("number"),
    _bytes("hash"),
    Column("shown", Number, nullable=False, server_default=text("0")),
    _key("community"),
    _of("community"),
)

worry_count = _table(
    "worry_count",
    _number("community"),
    _text("month"),
    _number("count"),
    _key("community", "month"),
    _of("community"),
)

schedule = _table(
    "schedule",
    _number("community"),
    _number("id"),
    _text("act"),
    _number("subject"),
    _text("pace"),
    _text("zone"),
    Column("next_ms", Number),
    _key("community", "id"),
    _of("community"),
    UniqueConstraint("community", "act", "subject"),
    Index(None, "next_ms"),
)

occurrence = _table(
    "occurrence",
    _number("community"),
    _number("schedule"),
    _text("local_date"),
    _number("slot"),
    _number("due_ms"),
    _number("done_ms"),
    Column("why", Text, nullable=False, server_default=""),
    _key("community", "schedule", "local_date", "slot"),
    _of("schedule", "schedule"),
    _one_of("why", "", "down", "trouble", "busy"),
)

outbox = _table(
    "outbox",
    _number("community"),
    _number("id"),
    _text("once"),
    _text("card"),
    _text("facts"),
    _text("place"),
    _text("target"),
    _text("state"),
    _number("attempts"),
    _number("made_ms"),
    _number("attempted_ms"),
    _number("next_ms"),
    _number("sent_ms"),
    _text("message"),
    _text("trouble"),
    _key("community", "id"),
    _of("community"),
    UniqueConstraint("community", "once"),
    _one_of("place", "channel", "person"),
    _one_of("state", "waiting", "attempted", "sent", "dead"),
    Index(None, "state", "next_ms"),
    Index(None, "community", "state", "card", "id"),
)

# A night's forgetting that is owed, as of a moment, until all of it is done (services/retention.py).
forgetting = _table(
    "forgetting",
    _number("community"),
    _number("at_ms"),
    _key("community"),
    _of("community"),
)

GUARDS = {
    "sqlite": (
        "CREATE TRIGGER interaction_no_update BEFORE UPDATE ON interaction "
        "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
        "CREATE TRIGGER interaction_no_delete BEFORE DELETE ON interaction "
        "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION interaction_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the record is append-only'; END $$",
        "CREATE TRIGGER interaction_no_change BEFORE UPDATE OR DELETE ON interaction "
        "FOR EACH ROW EXECUTE FUNCTION interaction_append_only()",
        "CREATE TRIGGER interaction_no_truncate BEFORE TRUNCATE ON interaction "
        "FOR EACH STATEMENT EXECUTE FUNCTION interaction_append_only()",
    ),
}
"""What keeps the record append-only, by engine."""

for _engine, _statements in GUARDS.items():
    for _statement in _statements:
        event.listen(interaction, "after_create", DDL(_statement).execute_if(dialect=_engine))  # type: ignore[no-untyped-call]
