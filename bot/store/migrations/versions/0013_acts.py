"""What somebody has not taken back of a round is found without going through what they took back."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_index(
        op.f("ix_contribution_community_person_round_state"),
        "contribution",
        ["community", "person", "round", "state"],
    )
