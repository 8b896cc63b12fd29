"""A project can be promised something again, once people have had its answer: a row a promise."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = ("community", "initiative", "made_ms")


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("pk_promise", "promise")
        op.create_primary_key("pk_promise", "promise", list(KEY))
        return
    # SQLite changes no key: the table, which has a row a project, is made anew.
    rows = [dict(row._mapping) for row in op.get_bind().execute(sa.text("SELECT * FROM promise"))]
    op.drop_table("promise")
    made = op.create_table(
        "promise",
        sa.Column("community", Number, nullable=False),
        sa.Column("initiative", Number, nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("fixed", sa.Text(), nullable=False),
        sa.Column("decides", sa.Text(), nullable=False),
        sa.Column("due_ms", Number, nullable=False),
        sa.Column("made_ms", Number, nullable=False),
        sa.Column("kept_ms", Number),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("wont", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(*KEY, name="pk_promise"),
        sa.ForeignKeyConstraint(
            ["community", "initiative"],
            ["initiative.community", "initiative.id"],
            name="fk_promise_initiative",
        ),
        sa.CheckConstraint(
            "level IN ('decide', 'together', 'advise', 'told')", name=op.f("ck_promise_level")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.bulk_insert(made, rows)
