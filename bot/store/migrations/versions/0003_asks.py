"""Asks, with all that becomes of contributions; the glossary; the weekly news; trials of drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table, column in (
        ("community", "queue_message"),
        ("round", "ask"),
        ("round", "facts"),
        ("round", "owner"),
    ):
        op.add_column(table, sa.Column(column, sa.Text(), server_default="", nullable=False))
    for table in ("community", "round"):
        op.add_column(table, sa.Column("moderation", sa.Text(), server_default="before", nullable=False))
    op.create_table(
        "contribution",
        sa.Column("community", Number, nullable=False),
        sa.Column("id", Number, nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("initiative", Number, nullable=False),
        sa.Column("person", Number, nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("first_ms", Number, nullable=False),
        sa.Column("at_ms", Number, nullable=False),
        sa.Column("settled_ms", Number, nullable=False),
        sa.Column("due_ms", Number, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("judge", Number, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("again", Number, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("present", Number, nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("newcomer", Number, nullable=False),
        sa.Column("supporters", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "id", name=op.f("pk_contribution")),
        sa.ForeignKeyConstraint(
            ["community", "round"], ["round.community", "round.id"], name=op.f("fk_contribution_round")
        ),
        sa.CheckConstraint(
            "standing IN ('resident', 'front_line', 'officer', 'councillor', 'partner')",
            name=op.f("ck_contribution_standing"),
        ),
        sa.CheckConstraint(
            "state IN ('received', 'accepted', 'declined', 'withdrawn', 'merged', 'split', 'taken', "
            "'decided', 'delivered')",
            name=op.f("ck_contribution_state"),
        ),
        sa.CheckConstraint(
            "origin IN ('told', 'chat', 'meeting', 'merge', 'split')", name=op.f("ck_contribution_origin")
        ),
        sa.CheckConstraint("again IN (0, 1)", name=op.f("ck_contribution_again")),
        sa.CheckConstraint("newcomer IN (0, 1)", name=op.f("ck_contribution_newcomer")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "version",
        sa.Column("community", Number, nullable=False),
        sa.Column("contribution", Number, nullable=False),
        sa.Column("number", Number, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("at_ms", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "contribution", "number", name=op.f("pk_version")),
        sa.ForeignKeyConstraint(
            ["community", "contribution"],
            ["contribution.community", "contribution.id"],
            name=op.f("fk_version_contribution"),
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ask_count",
        sa.Column("community", Number, nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("count", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "round", "what", "name", "value", name=op.f("pk_ask_count")),
        sa.ForeignKeyConstraint(
            ["community", "round"], ["round.community", "round.id"], name=op.f("fk_ask_count_round")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "support",
        sa.Column("community", Number, nullable=False),
        sa.Column("contribution", Number, nullable=False),
        sa.Column("person", Number, nullable=False),
        sa.Column("at_ms", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "contribution", "person", name=op.f("pk_support")),
        sa.ForeignKeyConstraint(
            ["community", "contribution"],
            ["contribution.community", "contribution.id"],
            name=op.f("fk_support_contribution"),
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "source",
        sa.Column("community", Number, nullable=False),
        sa.Column("contribution", Number, nullable=False),
        sa.Column("parent", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "contribution", "parent", name=op.f("pk_source")),
        sa.ForeignKeyConstraint(
            ["community", "contribution"],
            ["contribution.community", "contribution.id"],
            name=op.f("fk_source_contribution"),
        ),
        sa.ForeignKeyConstraint(
            ["community", "parent"],
            ["contribution.community", "contribution.id"],
            name=op.f("fk_source_parent"),
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "step",
        sa.Column("community", Number, nullable=False),
        sa.Column("contribution", Number, nullable=False),
        sa.Column("number", Number, nullable=False),
        sa.Column("at_ms", Number, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community", "contribution", "number", name=op.f("pk_step")),
        sa.ForeignKeyConstraint(
            ["community", "contribution"],
            ["contribution.community", "contribution.id"],
            name=op.f("fk_step_contribution"),
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "word",
        sa.Column("community", Number, nullable=False),
        sa.Column("id", Number, nullable=False),
        sa.Column("same", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("asked", Number, nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("at_ms", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "id", name=op.f("pk_word")),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name=op.f("fk_word_community")),
        sa.UniqueConstraint("community", "same", name=op.f("uq_word_community_same")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "asking",
        sa.Column("community", Number, nullable=False),
        sa.Column("word", sa.LargeBinary(), nullable=False),
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("day_ms", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "word", "who", name=op.f("pk_asking")),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name=op.f("fk_asking_community")),
        sa.CheckConstraint("length(word) = 32 AND length(who) = 32", name=op.f("ck_asking_lengths")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "follow",
        sa.Column("community", Number, nullable=False),
        sa.Column("contribution", Number, nullable=False),
        sa.Column("person", Number, nullable=False),
        sa.Column("told", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "contribution", "person", name=op.f("pk_follow")),
        sa.ForeignKeyConstraint(
            ["community", "contribution"],
            ["contribution.community", "contribution.id"],
            name=op.f("fk_follow_contribution"),
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "helper",
        sa.Column("community", Number, nullable=False),
        sa.Column("person", Number, nullable=False),
        sa.Column("since_ms", Number, nullable=False),
        sa.Column("asked_ms", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "person", name=op.f("pk_helper")),
        sa.ForeignKeyConstraint(
            ["community", "person"], ["person.community", "person.id"], name=op.f("fk_helper_person")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trial",
        sa.Column("community", Number, nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("person", Number, nullable=False),
        sa.Column("asked_ms", Number, nullable=False),
        sa.Column("at_ms", Number, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("understood", sa.Text(), nullable=False),
        sa.Column("hard", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community", "round", "person", name=op.f("pk_trial")),
        sa.ForeignKeyConstraint(
            ["community", "round"], ["round.community", "round.id"], name=op.f("fk_trial_round")
        ),
        sa.ForeignKeyConstraint(
            ["community", "person"], ["person.community", "person.id"], name=op.f("fk_trial_person")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    for table, *columns in (
        ("contribution", "community", "round", "id"),
        ("contribution", "community", "state", "id"),
        ("contribution", "community", "state", "at_ms"),
        ("contribution", "community", "person", "id"),
        ("contribution", "community", "at_ms"),
        ("contribution", "community", "settled_ms"),
        ("contribution", "community", "due_ms"),
        ("ask_count", "community", "what", "name"),
        ("version", "community", "at_ms"),
        ("support", "community", "person"),
        ("source", "community", "parent"),
        ("follow", "community", "person"),
        ("trial", "community", "person"),
    ):
        op.create_index("_".join(["ix", table, *columns]), table, columns)
    op.create_index(
        "ix_contribution_supporters", "contribution", ["community", "round", sa.text("supporters DESC"), "id"]
    )
    op.create_table(
        "offer",
        sa.Column("community", Number, nullable=False),
        sa.Column("id", Number, nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("until_ms", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "id", name=op.f("pk_offer")),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name=op.f("fk_offer_community")),
        sa.UniqueConstraint("community", "link", name=op.f("uq_offer_community_link")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    # New communities plan the weekly news with the weekly proof; those that are there get it beside theirs.
    op.execute(
        "INSERT INTO schedule (community, id, act, subject, pace, zone, next_ms) "
        "SELECT proof.community, (SELECT max(id) + 1 FROM schedule WHERE community = proof.community), "
        "'news', 0, proof.pace, proof.zone, proof.next_ms FROM schedule AS proof WHERE proof.act = 'proof' "
        "AND NOT EXISTS "
        "(SELECT 1 FROM schedule AS news WHERE news.community = proof.community AND news.act = 'news')"
    )
