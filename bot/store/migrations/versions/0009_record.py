"""Rows of the record, version 2: a day and no standing; and how many worries there were, by month.

Rows that are there are of version 1. Exports show most of them by their hashes alone from now on, so a row
``upgraded`` commits to all of these hashes: whatever head comes after it vouches for every one of them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MONTHLY = "DTSTART:20260105T090000\nRRULE:FREQ=MONTHLY;BYDAY=1MO"


def upgrade() -> None:
    op.add_column("interaction", sa.Column("version", Number, server_default=sa.text("1"), nullable=False))
    op.add_column("disclosure", sa.Column("standing", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "worry_count",
        sa.Column("community", Number, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("count", Number, nullable=False),
        sa.PrimaryKeyConstraint("community", "month", name=op.f("pk_worry_count")),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name=op.f("fk_worry_count_community")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    there = op.get_bind()
    # As new communities plan it; the first time it comes with their next weekly proof.
    plan = sa.text(
        "INSERT INTO schedule (community, id, act, subject, pace, zone, next_ms) "
        "SELECT proof.community, (SELECT max(id) + 1 FROM schedule WHERE community = proof.community), "
        "'worries', 0, :pace, proof.zone, proof.next_ms FROM schedule AS proof WHERE proof.act = 'proof' "
        "AND NOT EXISTS "
        "(SELECT 1 FROM schedule AS there WHERE there.community = proof.community AND there.act = 'worries')"
    )
    there.execute(plan, {"pace": MONTHLY})
    heads = there.execute(sa.text(
        "SELECT head.community, head.number, head.hash, community.record "
        "FROM head JOIN community ON community.id = head.community WHERE head.number > 0"
    )).all()  # fmt: skip
    for community, rows, head, record in heads:
        _bind(there, community, rows, head, record)


def _bind(there: sa.Connection, community: int, rows: int, head: bytes, record: str) -> None:
    """Append the row that commits to all hashes of a community's record so far."""
    hashes, here = hashlib.sha256(), {"community": community}
    old = sa.text("SELECT hash FROM interaction WHERE community = :community ORDER BY number")
    for (one,) in there.execute(old, here):
        hashes.update(one)
    now, number, salt = datetime.now(UTC), rows + 1, secrets.token_bytes(16)
    at_ms = int(now.timestamp() * 1000)
    said = _plain({"hashes": hashes.hexdigest(), "rows": rows})
    words = f'{{"at_ms":{at_ms},"said":{said},"standing":""}}'.encode()
    sealed = hashlib.sha256(b"".join(len(one).to_bytes(8) + one for one in (salt, words))).digest()
    who = hmac.digest(b"", b"0", "sha256")  # the bot itself
    about = [number, now.date().isoformat(), 1, 0, "define", "upgraded"]
    body = _plain(["folkmoot row 2", record, *about, who.hex(), sealed.hex()])
    new = here | {"number": number, "at_ms": at_ms, "who": who, "sealed": sealed, "salt": salt, "said": said}
    new["hash"] = hashlib.sha256(head + body.encode()).digest()
    for statement in (
        "INSERT INTO interaction "
        "(community, number, at_ms, initiative, round, stage, act, standing, who, said, hash, version) "
        "VALUES (:community, :number, :at_ms, 1, 0, 'define', 'upgraded', '', :who, :sealed, :hash, 2)",
        "INSERT INTO disclosure (community, number, person, salt, said, public) "
        "VALUES (:community, :number, 0, :salt, :said, 1)",
        "UPDATE head SET number = :number, hash = :hash WHERE community = :community",
    ):
        there.execute(sa.text(statement), new)


def _plain(what: object) -> str:
    return json.dumps(what, separators=(",", ":"))
