"""What the cards have shown of the record, why a slot was late, and ways to what is wanted among much."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("head", sa.Column("shown", Number, server_default=sa.text("0"), nullable=False))
    op.execute(
        "ALTER TABLE occurrence ADD COLUMN why TEXT DEFAULT '' NOT NULL "
        "CONSTRAINT ck_occurrence_why CHECK (why IN ('', 'down', 'trouble', 'busy'))"
    )
    op.drop_index("ix_answer_community_person", "answer")
    for table, *columns in (
        ("answer", "community", "person", "first_ms"),
        ("outbox", "community", "state", "card", "id"),
        ("round", "community", "state", "closed_ms"),
        ("round", "community", "initiative", "state", "id"),
    ):
        op.create_index("_".join(["ix", table, *columns]), table, columns)
    op.execute("UPDATE head SET shown = number")
