"""Forgetting: what a night owes, so that it can be done in pieces and go on after a crash."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "forgetting",
        sa.Column("community", Number, nullable=False),
        sa.Column("at_ms", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", name=op.f("pk_forgetting")),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name=op.f("fk_forgetting_community")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_person_community_seen_ms"), "person", ["community", "seen_ms"])
