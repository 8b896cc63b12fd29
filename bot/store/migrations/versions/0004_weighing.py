"""Weighing: statements that people stand for or against, a deck for each round of that kind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("round", sa.Column("source", Number, server_default=sa.text("0"), nullable=False))
    op.create_index("ix_round_community_source", "round", ["community", "source"])
    op.create_table(
        "statement",
        sa.Column("community", Number, nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("contribution", Number, nullable=False),
        sa.Column("added", Number, nullable=False),
        sa.Column("stands", Number, nullable=False),
        sa.Column("readers", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "round", "contribution", name=op.f("pk_statement")),
        sa.ForeignKeyConstraint(
            ["community", "round"], ["round.community", "round.id"], name=op.f("fk_statement_round")
        ),
        sa.ForeignKeyConstraint(
            ["community", "contribution"],
            ["contribution.community", "contribution.id"],
            name=op.f("fk_statement_contribution"),
        ),
        sa.CheckConstraint("added IN (0, 1)", name=op.f("ck_statement_added")),
        sa.CheckConstraint("stands IN (0, 1)", name=op.f("ck_statement_stands")),
        sa.CheckConstraint("readers >= 0", name=op.f("ck_statement_readers")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    for columns in (
        ["community", "round", "stands", "readers", "contribution"],
        ["community", "contribution"],
    ):
        op.create_index("_".join(["ix", "statement", *columns]), "statement", columns)
