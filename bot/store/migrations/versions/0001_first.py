"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

GUARDS = {
    "sqlite": (
        "CREATE TRIGGER interaction_no_update BEFORE UPDATE ON interaction "
        "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
        "CREATE TRIGGER interaction_no_delete BEFORE DELETE ON interaction "
        "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION interaction_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the record is append-only'; END $$",
        "CREATE TRIGGER interaction_no_change BEFORE UPDATE OR DELETE ON interaction "
        "FOR EACH ROW EXECUTE FUNCTION interaction_append_only()",
        "CREATE TRIGGER interaction_no_truncate BEFORE TRUNCATE ON interaction "
        "FOR EACH STATEMENT EXECUTE FUNCTION interaction_append_only()",
    ),
}


def upgrade() -> None:
    op.create_table(
        "community",
        sa.Column("id", Number, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("platform_id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("moderators_channel", sa.Text(), nullable=False),
        sa.Column("say_channel", sa.Text(), nullable=False),
        sa.Column("say_message", sa.Text(), nullable=False),
        sa.Column("lead_contact", sa.Text(), nullable=False),
        sa.Column("safeguarding_contact", sa.Text(), nullable=False),
        sa.Column("help_lines", sa.Text(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("made_ms", Number, nullable=False),
        sa.Column("removed_ms", Number, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_community"),
        sa.UniqueConstraint("platform", "platform_id", name="uq_community_platform_platform_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "community_role",
        sa.Column("community", Number, nullable=False),
        sa.Column("place", Number, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "meaning IN ('organiser', 'resident', 'front_line', 'officer', 'councillor', 'partner')",
            name=op.f("ck_community_role_meaning"),
        ),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_community_role_community"),
        sa.PrimaryKeyConstraint("community", "place", name="pk_community_role"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "head",
        sa.Column("community", Number, nullable=False),
        sa.Column("number", Number, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_head_community"),
        sa.PrimaryKeyConstraint("community", name="pk_head"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "initiative",
        sa.Column("community", Number, nullable=False),
        sa.Column("id", Number, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ages", sa.Text(), nullable=False),
        sa.Column("lead", Number, nullable=False),
        sa.Column("deputy", Number, nullable=False),
        sa.Column("made_ms", Number, nullable=False),
        sa.Column("closed_ms", Number, nullable=False),
        sa.CheckConstraint("ages IN ('adults', 'teens', 'both')", name=op.f("ck_initiative_ages")),
        sa.CheckConstraint(
            "stage IN ('define', 'options', 'decide', 'deliver', 'evaluate')",
            name=op.f("ck_initiative_stage"),
        ),
        sa.CheckConstraint("state IN ('standing', 'open', 'closed')", name=op.f("ck_initiative_state")),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_initiative_community"),
        sa.PrimaryKeyConstraint("community", "id", name="pk_initiative"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "interaction",
        sa.Column("community", Number, nullable=False),
        sa.Column("number", Number, nullable=False),
        sa.Column("at_ms", Number, nullable=False),
        sa.Column("initiative", Number, nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "stage IN ('define', 'options', 'decide', 'deliver', 'evaluate')",
            name=op.f("ck_interaction_stage"),
        ),
        sa.CheckConstraint(
            "length(who) = 32 AND length(said) = 32 AND length(hash) = 32",
            name=op.f("ck_interaction_lengths"),
        ),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_interaction_community"),
        sa.PrimaryKeyConstraint("community", "number", name="pk_interaction"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "outbox",
        sa.Column("community", Number, nullable=False),
        sa.Column("id", Number, nullable=False),
        sa.Column("once", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", Number, nullable=False),
        sa.Column("made_ms", Number, nullable=False),
        sa.Column("attempted_ms", Number, nullable=False),
        sa.Column("next_ms", Number, nullable=False),
        sa.Column("sent_ms", Number, nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.CheckConstraint("place IN ('channel', 'person')", name=op.f("ck_outbox_place")),
        sa.CheckConstraint("state IN ('waiting', 'attempted', 'sent', 'dead')", name=op.f("ck_outbox_state")),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_outbox_community"),
        sa.PrimaryKeyConstraint("community", "id", name="pk_outbox"),
        sa.UniqueConstraint("community", "once", name="uq_outbox_community_once"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outbox_state_next_ms", "outbox", ["state", "next_ms"], unique=False)
    op.create_table(
        "person",
        sa.Column("community", Number, nullable=False),
        sa.Column("id", Number, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("ages", sa.Text(), nullable=False),
        sa.Column("notice_ms", Number, nullable=False),
        sa.Column("made_ms", Number, nullable=False),
        sa.Column("seen_ms", Number, nullable=False),
        sa.CheckConstraint("ages IN ('', 'adults', 'teens')", name=op.f("ck_person_ages")),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_person_community"),
        sa.PrimaryKeyConstraint("community", "id", name="pk_person"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "schedule",
        sa.Column("community", Number, nullable=False),
        sa.Column("id", Number, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", Number, nullable=False),
        sa.Column("pace", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("next_ms", Number, nullable=True),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_schedule_community"),
        sa.PrimaryKeyConstraint("community", "id", name="pk_schedule"),
        sa.UniqueConstraint("community", "act", "subject", name="uq_schedule_community_act_subject"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_schedule_next_ms", "schedule", ["next_ms"], unique=False)
    op.create_table(
        "disclosure",
        sa.Column("community", Number, nullable=False),
        sa.Column("number", Number, nullable=False),
        sa.Column("person", Number, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("public", Number, nullable=False),
        sa.CheckConstraint("public IN (0, 1)", name=op.f("ck_disclosure_public")),
        sa.ForeignKeyConstraint(
            ["community", "number"],
            ["interaction.community", "interaction.number"],
            name="fk_disclosure_interaction",
        ),
        sa.PrimaryKeyConstraint("community", "number", name="pk_disclosure"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_disclosure_community_person", "disclosure", ["community", "person"], unique=False)
    op.create_table(
        "identity",
        sa.Column("community", Number, nullable=False),
        sa.Column("platform_id", sa.Text(), nullable=False),
        sa.Column("person", Number, nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "person"], ["person.community", "person.id"], name="fk_identity_person"
        ),
        sa.PrimaryKeyConstraint("community", "platform_id", name="pk_identity"),
        sa.UniqueConstraint("community", "person", name="uq_identity_community_person"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "occurrence",
        sa.Column("community", Number, nullable=False),
        sa.Column("schedule", Number, nullable=False),
        sa.Column("local_date", sa.Text(), nullable=False),
        sa.Column("slot", Number, nullable=False),
        sa.Column("due_ms", Number, nullable=False),
        sa.Column("done_ms", Number, nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "schedule"], ["schedule.community", "schedule.id"], name="fk_occurrence_schedule"
        ),
        sa.PrimaryKeyConstraint("community", "schedule", "local_date", "slot", name="pk_occurrence"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "promise",
        sa.Column("community", Number, nullable=False),
        sa.Column("initiative", Number, nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("fixed", sa.Text(), nullable=False),
        sa.Column("decides", sa.Text(), nullable=False),
        sa.Column("due_ms", Number, nullable=False),
        sa.Column("made_ms", Number, nullable=False),
        sa.Column("kept_ms", Number, nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("wont", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "level IN ('decide', 'together', 'advise', 'told')", name=op.f("ck_promise_level")
        ),
        sa.ForeignKeyConstraint(
            ["community", "initiative"],
            ["initiative.community", "initiative.id"],
            name="fk_promise_initiative",
        ),
        sa.PrimaryKeyConstraint("community", "initiative", name="pk_promise"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "round",
        sa.Column("community", Number, nullable=False),
        sa.Column("id", Number, nullable=False),
        sa.Column("initiative", Number, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("quorum", Number, nullable=False),
        sa.Column("show_of_hands", Number, nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("drafted_ms", Number, nullable=False),
        sa.Column("opened_ms", Number, nullable=False),
        sa.Column("closes_ms", Number, nullable=False),
        sa.Column("closed_ms", Number, nullable=False),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "stage IN ('define', 'options', 'decide', 'deliver', 'evaluate')", name=op.f("ck_round_stage")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'closed', 'cancelled', 'lapsed')", name=op.f("ck_round_state")
        ),
        sa.CheckConstraint("quorum >= 0", name=op.f("ck_round_quorum")),
        sa.CheckConstraint("show_of_hands IN (0, 1)", name=op.f("ck_round_show_of_hands")),
        sa.ForeignKeyConstraint(
            ["community", "initiative"], ["initiative.community", "initiative.id"], name="fk_round_initiative"
        ),
        sa.PrimaryKeyConstraint("community", "id", name="pk_round"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_round_community_message", "round", ["community", "message"], unique=False)
    op.create_index(
        "ix_round_community_state_closes_ms", "round", ["community", "state", "closes_ms"], unique=False
    )
    op.create_table(
        "answer",
        sa.Column("community", Number, nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("person", Number, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("came", sa.Text(), nullable=False),
        sa.Column("first_ms", Number, nullable=False),
        sa.Column("at_ms", Number, nullable=False),
        sa.CheckConstraint("came IN ('chat')", name=op.f("ck_answer_came")),
        sa.CheckConstraint(
            "standing IN ('resident', 'front_line', 'officer', 'councillor', 'partner')",
            name=op.f("ck_answer_standing"),
        ),
        sa.ForeignKeyConstraint(
            ["community", "round"], ["round.community", "round.id"], name="fk_answer_round"
        ),
        sa.PrimaryKeyConstraint("community", "round", "person", name="pk_answer"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_answer_community_at_ms", "answer", ["community", "at_ms"], unique=False)
    op.create_index("ix_answer_community_person", "answer", ["community", "person"], unique=False)
    op.create_table(
        "result",
        sa.Column("community", Number, nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("tally", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "round"], ["round.community", "round.id"], name="fk_result_round"
        ),
        sa.PrimaryKeyConstraint("community", "round", name="pk_result"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    for guard in GUARDS[op.get_bind().dialect.name]:
        op.execute(guard)
