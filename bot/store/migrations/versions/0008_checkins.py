"""Check-ins: what is asked again and again, whom it reaches directly, and the turns that were missed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("round", sa.Column("checkin", Number, server_default=sa.text("0"), nullable=False))
    op.add_column("round", sa.Column("role", sa.Text(), server_default="", nullable=False))
    op.create_index(op.f("ix_round_community_checkin_id"), "round", ["community", "checkin", "id"])
    op.create_table(
        "checkin",
        sa.Column("community", Number, nullable=False),
        sa.Column("id", Number, nullable=False),
        sa.Column("initiative", Number, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("stated", sa.Text(), nullable=False),
        sa.Column("pace", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("window_ms", Number, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("direct", Number, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("mention", Number, nullable=False),
        sa.Column("sealed", Number, nullable=False),
        sa.Column("runs", Number, nullable=False),
        sa.Column("made_ms", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "id", name=op.f("pk_checkin")),
        sa.ForeignKeyConstraint(
            ["community", "initiative"],
            ["initiative.community", "initiative.id"],
            name=op.f("fk_checkin_initiative"),
        ),
        sa.CheckConstraint(
            "purpose IN ('plain', 'delivery', 'good', 'pulse')", name=op.f("ck_checkin_purpose")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'running', 'paused', 'asks', 'stopped')", name=op.f("ck_checkin_state")
        ),
        sa.CheckConstraint("direct IN (0, 1)", name=op.f("ck_checkin_direct")),
        sa.CheckConstraint("mention IN (0, 1)", name=op.f("ck_checkin_mention")),
        sa.CheckConstraint("sealed IN (0, 1)", name=op.f("ck_checkin_sealed")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_checkin_community_state_id"), "checkin", ["community", "state", "id"])
    op.create_table(
        "missed_turn",
        sa.Column("community", Number, nullable=False),
        sa.Column("checkin", Number, nullable=False),
        sa.Column("due_ms", Number, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community", "checkin", "due_ms", name=op.f("pk_missed_turn")),
        sa.ForeignKeyConstraint(
            ["community", "checkin"], ["checkin.community", "checkin.id"], name=op.f("fk_missed_turn_checkin")
        ),
        sa.CheckConstraint(
            "why IN ('down', 'open', 'untold', 'asks', 'channel')", name=op.f("ck_missed_turn_why")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "taker",
        sa.Column("community", Number, nullable=False),
        sa.Column("checkin", Number, nullable=False),
        sa.Column("person", Number, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("until_ms", Number, nullable=False),
        sa.Column("skipped", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "checkin", "person", name=op.f("pk_taker")),
        sa.ForeignKeyConstraint(
            ["community", "checkin"], ["checkin.community", "checkin.id"], name=op.f("fk_taker_checkin")
        ),
        sa.ForeignKeyConstraint(
            ["community", "person"], ["person.community", "person.id"], name=op.f("fk_taker_person")
        ),
        sa.CheckConstraint("state IN ('on', 'paused', 'stopped', 'closed')", name=op.f("ck_taker_state")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_taker_community_person"), "taker", ["community", "person"])
    op.create_table(
        "contact",
        sa.Column("community", Number, nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("person", Number, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at_ms", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "round", "person", "what", name=op.f("pk_contact")),
        sa.ForeignKeyConstraint(
            ["community", "round"], ["round.community", "round.id"], name=op.f("fk_contact_round")
        ),
        sa.ForeignKeyConstraint(
            ["community", "person"], ["person.community", "person.id"], name=op.f("fk_contact_person")
        ),
        sa.CheckConstraint("what IN ('asked', 'reminded')", name=op.f("ck_contact_what")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_contact_community_person_at_ms"), "contact", ["community", "person", "at_ms"])
    op.create_index(op.f("ix_contact_community_at_ms"), "contact", ["community", "at_ms"])
