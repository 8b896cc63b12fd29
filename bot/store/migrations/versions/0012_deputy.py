"""Whoever hears safety worries has a deputy; what was written is kept until one of them has it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("community", sa.Column("safeguarding_deputy", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "worry",
        sa.Column("community", Number, nullable=False),
        sa.Column("id", Number, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("at_ms", Number, nullable=False),
        sa.Column("handed", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "id", name=op.f("pk_worry")),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name=op.f("fk_worry_community")),
        sa.CheckConstraint("handed IN (0, 1)", name=op.f("ck_worry_handed")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
