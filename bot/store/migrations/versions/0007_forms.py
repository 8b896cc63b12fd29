"""Forms: their fields, and the words in them, which are nobody's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("round", sa.Column("form", sa.Text(), server_default="[]", nullable=False))
    op.add_column("round", sa.Column("released_ms", Number, server_default=sa.text("0"), nullable=False))
    op.add_column("round", sa.Column("box", Number, server_default=sa.text("0"), nullable=False))
    op.create_table(
        "comment",
        sa.Column("community", Number, nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("id", Number, nullable=False),
        sa.Column("field", Number, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community", "round", "id", name=op.f("pk_comment")),
        sa.ForeignKeyConstraint(
            ["community", "round"], ["round.community", "round.id"], name=op.f("fk_comment_round")
        ),
        sa.CheckConstraint("state IN ('waiting', 'shown', 'declined')", name=op.f("ck_comment_state")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_comment_community_state_round"), "comment", ["community", "state", "round"])
