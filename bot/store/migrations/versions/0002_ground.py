"""What the cards have shown of the record, and why a slot was late."""

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
    op.execute("UPDATE head SET shown = number")
