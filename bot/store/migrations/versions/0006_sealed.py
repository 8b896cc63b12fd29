"""Rounds without names: what is sealed while they are open, and what is nobody's once they have closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("round", sa.Column("sealed", Number, server_default=sa.text("0"), nullable=False))
    op.create_table(
        "sealed_answer",
        sa.Column("community", Number, nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("tries", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "round", "mark", name=op.f("pk_sealed_answer")),
        sa.ForeignKeyConstraint(
            ["community", "round"], ["round.community", "round.id"], name=op.f("fk_sealed_answer_round")
        ),
        sa.CheckConstraint("length(mark) = 32 AND length(code) = 32", name=op.f("ck_sealed_answer_lengths")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "released_answer",
        sa.Column("community", Number, nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("id", Number, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community", "round", "id", name=op.f("pk_released_answer")),
        sa.ForeignKeyConstraint(
            ["community", "round"], ["round.community", "round.id"], name=op.f("fk_released_answer_round")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sealing",
        sa.Column("community", Number, nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until_ms", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "round", name=op.f("pk_sealing")),
        sa.ForeignKeyConstraint(
            ["community", "round"], ["round.community", "round.id"], name=op.f("fk_sealing_round")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
