"""Asks and their contributions, in every version; who supports them; the queue card; trials of drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table, column in (("community", "queue_message"), ("round", "ask"), ("round", "facts")):
        op.add_column(table, sa.Column(column, sa.Text(), server_default="", nullable=False))
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
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("judge", Number, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("again", Number, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("present", Number, nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community", "id", name=op.f("pk_contribution")),
        sa.ForeignKeyConstraint(
            ["community", "round"], ["round.community", "round.id"], name=op.f("fk_contribution_round")
        ),
        sa.CheckConstraint(
            "standing IN ('resident', 'front_line', 'officer', 'councillor', 'partner')",
            name=op.f("ck_contribution_standing"),
        ),
        sa.CheckConstraint(
            "state IN ('received', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_contribution_state")
        ),
        sa.CheckConstraint("again IN (0, 1)", name=op.f("ck_contribution_again")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "version",
        sa.Column("community", Number, nullable=False),
        sa.Column("contribution", Number, nullable=False),
        sa.Column("number", Number, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
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
        ("contribution", "community", "person", "id"),
        ("contribution", "community", "at_ms"),
        ("contribution", "community", "settled_ms"),
        ("version", "community", "at_ms"),
        ("support", "community", "person"),
        ("trial", "community", "person"),
    ):
        op.create_index("_".join(["ix", table, *columns]), table, columns)
