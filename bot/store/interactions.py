"""The record: one append-only, hash-chained table of interactions per community."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, case, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from bot.domain.interactions import (
    FIRST_LINK,
    VERSION,
    Interaction,
    canonical,
    commitment,
    day_of,
    link,
    pseudonym,
    told,
)
from bot.store import direct
from bot.store.direct import Tx
from bot.store.schema import community, disclosure, head, interaction

SALT_BYTES = 16
STANDING = case((interaction.c.version == 1, interaction.c.standing), else_=disclosure.c.standing).label(
    "standing"
)
"""Of whoever acted: rows of version 1 show it, and those of today keep it with the words."""


@dataclass(frozen=True)
class Entry:
    """An act on its way into the record.

    ``person`` and ``secret`` are of the one who acts, 0 and empty where the bot does; ``said`` is any
    JSON; ``public`` says that it may be disclosed in exports (an organiser's act without personal data).
    """

    community: int
    at_ms: int
    act: str
    stage: str
    standing: str
    said: object
    initiative: int = 0
    round: int = 0
    person: int = 0
    secret: bytes = b""
    public: bool = False


@dataclass(frozen=True)
class Head:
    """How far a record goes: the number of its last row and that row's hash (32 bytes)."""

    number: int
    hash: bytes


async def start(tx: AsyncConnection, number: int) -> None:
    """Begin a community's record."""
    await tx.execute(insert(head).values(community=number, number=0, hash=FIRST_LINK))


async def head_of(tx: AsyncConnection, number: int) -> Head:
    """Where a community's record stands."""
    row = (await tx.execute(select(head).where(head.c.community == number))).one()
    return Head(row.number, row.hash)


async def append(tx: Tx, entries: Sequence[Entry]) -> None:
    """Add acts to the records of their communities, in their order.

    Communities are taken in ascending order, so that two processes never wait for each other in a ring.
    """
    for number in sorted({entry.community for entry in entries}):
        await _append_to(tx, number, [entry for entry in entries if entry.community == number])


async def _append_to(tx: Tx, number: int, entries: list[Entry]) -> None:
    [at] = await direct.find(tx, _heads, [(number,)])
    last, previous = at["number"], at["hash"]
    rows: list[dict[str, Any]] = []
    open_words: list[dict[str, Any]] = []
    for entry in entries:
        last += 1
        salt, said = secrets.token_bytes(SALT_BYTES), canonical(entry.said)
        words = told(said, entry.standing, entry.at_ms if entry.public else None)
        row = Interaction(
            last, day_of(entry.at_ms), entry.initiative, entry.round, entry.stage, entry.act,
            pseudonym(entry.secret, entry.round), commitment(salt, words),
        )  # fmt: skip
        previous = link(previous, at["record"], row)
        # The standing stands with the words, in what can be erased.
        here = {"community": number, "at_ms": entry.at_ms, "standing": "", "version": VERSION}
        rows.append(row._asdict() | here | {"hash": previous})
        open_words.append(
            {
                "community": number,
                "number": last,
                "person": entry.person,
                "salt": salt,
                "said": said,
                "public": int(entry.public),
                "standing": entry.standing,
            }
        )
    await direct.write(tx, _add, rows)
    await direct.write(tx, _keep, open_words)
    await direct.write(tx, _move, [{"of": number, "last": last, "link": previous}])


def _heads(count: int) -> Select[Any]:
    keys, each = direct.wanted(count, head.c.community)
    there = select(head.c.number, head.c.hash, community.c.record).select_from(keys).join(head, each)
    return there.join(community, community.c.id == head.c.community)


def _add(_: Tx) -> UpdateBase:
    return insert(interaction)


def _keep(_: Tx) -> UpdateBase:
    return insert(disclosure)


def _move(_: Tx) -> UpdateBase:
    there = update(head).where(head.c.community == bindparam("of"))
    return there.values(number=bindparam("last"), hash=bindparam("link"))


async def rows(tx: AsyncConnection, number: int) -> AsyncIterator[Any]:
    """A community's record, first row first, with what is disclosed of it or None.

    That is ``salt``, ``words`` and ``shown_as``, which is the standing of whoever acted.
    """
    shown = (
        (disclosure.c.community == interaction.c.community)
        & (disclosure.c.number == interaction.c.number)
        & (disclosure.c.public == 1)
    )
    statement = (
        select(
            interaction,
            disclosure.c.salt,
            disclosure.c.said.label("words"),
            disclosure.c.standing.label("shown_as"),
        )
        .join(disclosure, shown, isouter=True)
        .where(interaction.c.community == number)
        .order_by(interaction.c.number)
    )
    async for row in await tx.stream(statement):
        yield row


async def acts_of(tx: AsyncConnection, number: int, who: int) -> list[Any]:
    """What one person did, first act first.

    Rows with ``number at_ms act round stage standing said public``.
    """
    mine = (disclosure.c.community == number) & (disclosure.c.person == who)
    # By the numbers of a person's rows: a join alone, SQLite would begin with the whole record.
    listed = interaction.c.number.in_(select(disclosure.c.number).where(mine))
    statement = (
        select(
            interaction.c.number,
            interaction.c.at_ms,
            interaction.c.act,
            interaction.c.round,
            interaction.c.stage,
            STANDING,
            disclosure.c.said,
            disclosure.c.public,
        )
        .join(
            disclosure,
            (disclosure.c.community == interaction.c.community)
            & (disclosure.c.number == interaction.c.number),
        )
        .where(interaction.c.community == number, listed)
    )
    return sorted((await tx.execute(statement)).all(), key=lambda row: row.number)


async def forget_person(tx: AsyncConnection, number: int, who: int) -> None:
    """Drop what stands behind one person's rows of the record."""
    await tx.execute(delete(disclosure).where(disclosure.c.community == number, disclosure.c.person == who))


async def forget_rows(tx: AsyncConnection, number: int, rows: Collection[int]) -> None:
    """Drop what stands behind some rows of the record."""
    at = (disclosure.c.community == number) & disclosure.c.number.in_(rows)
    await tx.execute(delete(disclosure).where(at, disclosure.c.public == 0))


@dataclass(frozen=True)
class Unshown:
    """A community whose cards may not show everything: they show one row, and the last came at ``at_ms``."""

    community: int
    platform_id: str
    shown: int
    number: int
    at_ms: int


async def unshown(tx: AsyncConnection) -> list[Unshown]:
    """Where cards may not show everything yet."""
    last = (interaction.c.community == head.c.community) & (interaction.c.number == head.c.number)
    rows = await tx.execute(
        select(head.c.community, community.c.platform_id, head.c.shown, head.c.number, interaction.c.at_ms)
        .join(community, community.c.id == head.c.community)
        .join(interaction, last)
        .where(head.c.number > head.c.shown, community.c.removed_ms == 0)
    )
    return [Unshown(**row._mapping) for row in rows]


async def touched(tx: AsyncConnection, number: int, after: int, last: int) -> list[tuple[str, int, int]]:
    """What the rows from one (not itself) to another are about, each once: (act, initiative, round)."""
    at = (interaction.c.community == number) & (interaction.c.number > after) & (interaction.c.number <= last)
    about = select(interaction.c.act, interaction.c.initiative, interaction.c.round).where(at).distinct()
    return [(row.act, row.initiative, row.round) for row in await tx.execute(about)]


async def shown(tx: AsyncConnection, rows: Mapping[int, int]) -> None:
    """Note up to which row of the record the cards of communities show it."""
    for number, last in sorted(rows.items()):
        at = (head.c.community == number) & (head.c.shown < last)
        await tx.execute(update(head).where(at).values(shown=last))
