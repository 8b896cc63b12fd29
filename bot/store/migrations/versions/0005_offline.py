"""Answers from people who are not online: receipts, batches that wait, and how each answer came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CAME = "came IN ('chat', 'paper', 'phone', 'meeting')"
STANDING = "standing IN ('resident', 'front_line', 'officer', 'councillor', 'partner')"


def upgrade() -> None:
    _widen_answers()
    op.execute(
        "ALTER TABLE contribution ADD COLUMN came TEXT DEFAULT 'chat' NOT NULL "
        f"CONSTRAINT ck_contribution_came CHECK ({CAME})"
    )
    op.create_table(
        "receipt",
        sa.Column("community", Number, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("made_ms", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "code", name=op.f("pk_receipt")),
        sa.ForeignKeyConstraint(
            ["community", "round"], ["round.community", "round.id"], name=op.f("fk_receipt_round")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch",
        sa.Column("community", Number, nullable=False),
        sa.Column("id", Number, nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("entered_by", Number, nullable=False),
        sa.Column("confirmed_by", Number, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("made_ms", Number, nullable=False),
        sa.Column("settled_ms", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "id", name=op.f("pk_batch")),
        sa.ForeignKeyConstraint(
            ["community", "round"], ["round.community", "round.id"], name=op.f("fk_batch_round")
        ),
        sa.CheckConstraint("state IN ('waiting', 'counted', 'dropped', 'late')", name=op.f("ck_batch_state")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_batch_community_state_round", "batch", ["community", "state", "round"])
    op.create_table(
        "paper",
        sa.Column("community", Number, nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("batch", Number, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("came", sa.Text(), nullable=False),
        sa.Column("at_ms", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "receipt", name=op.f("pk_paper")),
        sa.ForeignKeyConstraint(
            ["community", "receipt"], ["receipt.community", "receipt.code"], name=op.f("fk_paper_receipt")
        ),
        sa.ForeignKeyConstraint(
            ["community", "batch"], ["batch.community", "batch.id"], name=op.f("fk_paper_batch")
        ),
        sa.CheckConstraint(STANDING, name=op.f("ck_paper_standing")),
        sa.CheckConstraint("came IN ('paper', 'phone', 'meeting')", name=op.f("ck_paper_came")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_paper_community_batch", "paper", ["community", "batch"])


def _widen_answers() -> None:
    """Let answers come in other ways than by the chat; SQLite can only make the table anew for that."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("ck_answer_came", "answer")
        op.create_check_constraint(op.f("ck_answer_came"), "answer", CAME)
        return
    # Renamed first: a table that is renamed to its name keeps quotes around it for ever.
    op.rename_table("answer", "answer_before")
    op.create_table(
        "answer",
        sa.Column("community", Number, nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("person", Number, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("came", sa.Text(), nullable=False),
        sa.Column("first_ms", Number, nullable=False),
        sa.Column("at_ms", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "round", "person", name=op.f("pk_answer")),
        sa.ForeignKeyConstraint(
            ["community", "round"], ["round.community", "round.id"], name=op.f("fk_answer_round")
        ),
        sa.CheckConstraint(STANDING, name=op.f("ck_answer_standing")),
        sa.CheckConstraint(CAME, name=op.f("ck_answer_came")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    columns = "community, round, person, value, standing, came, first_ms, at_ms"
    op.execute(f"INSERT INTO answer ({columns}) SELECT {columns} FROM answer_before")  # noqa: S608 - our own names
    op.drop_table("answer_before")
    op.create_index("ix_answer_community_person_first_ms", "answer", ["community", "person", "first_ms"])
    op.create_index("ix_answer_community_at_ms", "answer", ["community", "at_ms"])
