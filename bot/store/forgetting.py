"""What a night has to forget: noted once, found by readers, removed in pieces."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import Fate
from bot.domain.papers import BatchState
from bot.domain.rounds import State
from bot.store.engines import upsert
from bot.store.schema import (
    answer,
    batch,
    checkin,
    contact,
    contribution,
    disclosure,
    follow,
    identity,
    interaction,
    occurrence,
    offer,
    outbox,
    round_,
    support,
)
from bot.store.schema import forgetting as table

Row = tuple[Any, ...]
"""The key of a row."""


async def owe(tx: AsyncConnection, number: int, at_ms: int) -> None:
    """Note that a community's night is to be done, as of a moment (UTC epoch ms)."""
    statement = upsert(tx, table).values(community=number, at_ms=at_ms)
    await tx.execute(statement.on_conflict_do_update(index_elements=["community"], set_={"at_ms": at_ms}))


async def owed(tx: AsyncConnection) -> list[tuple[int, int]]:
    """The nights that are owed: community, and as of when (UTC epoch ms)."""
    return [(row.community, row.at_ms) for row in await tx.execute(select(table).order_by(table.c.community))]


async def done(tx: AsyncConnection, number: int, at_ms: int) -> None:
    """Note that a night is done; a later one stays owed."""
    await tx.execute(delete(table).where(table.c.community == number, table.c.at_ms == at_ms))


def _open(number: int) -> Any:
    return select(round_.c.id).where(round_.c.community == number, round_.c.state == State.OPEN)


async def taking_part(tx: AsyncConnection, number: int, who: int = 0) -> set[int]:
    """People who take part in an open round, as far as it says whose anything is; of one person where named.

    They have answered, brought or supported something there, entered answers on paper that wait, or are asked
    whether a message of theirs may be an idea.
    """
    unconfirmed = (batch.c.community == number) & (batch.c.state == BatchState.WAITING)
    brought = (contribution.c.community == number) & contribution.c.round.in_(_open(number))
    there = (contribution.c.community == support.c.community) & (contribution.c.id == support.c.contribution)
    known = (identity.c.community == offer.c.community) & (identity.c.platform_id == offer.c.author)
    parts = [
        (answer.c.person, answer, (answer.c.community == number) & answer.c.round.in_(_open(number))),
        (contribution.c.person, contribution, brought & (contribution.c.state != Fate.WITHDRAWN)),
        (support.c.person, support.join(contribution, there), brought & (support.c.community == number)),
        (batch.c.entered_by, batch, unconfirmed),
        (identity.c.person, offer.join(identity, known), offer.c.community == number),
    ]
    found = union(
        *(
            select(column.label("who")).select_from(source).where(at, column == who if who else column > 0)
            for column, source, at in parts
        )
    )
    return set((await tx.execute(found)).scalars())


def settled_posts(number: int, before_ms: int, but: Collection[str]) -> ColumnElement[bool]:
    """Posts that were made before a moment (UTC epoch ms) and were sent or given up, but for some cards."""
    at = (outbox.c.community == number) & (outbox.c.made_ms < before_ms)
    at &= and_(*(outbox.c.card != card for card in but))
    return at & or_(outbox.c.state == "sent", outbox.c.state == "dead")  # IN knows no many rows at once


def occurrences(number: int, before_ms: int) -> ColumnElement[bool]:
    """Notes of what was done before a moment (UTC epoch ms)."""
    return (occurrence.c.community == number) & (occurrence.c.done_ms < before_ms)


def contacts(number: int, before_ms: int, now_ms: int) -> ColumnElement[bool]:
    """That people were reached before a moment about something that closes before another (UTC epoch ms)."""
    at = (contact.c.community == number) & (contact.c.at_ms < before_ms)
    return at & contact.c.round.not_in(_open(number).where(round_.c.closes_ms > now_ms))


def drafts_of_checkins(number: int, before_ms: int) -> ColumnElement[bool]:
    """Check-ins that nobody has started, begun before a moment (UTC epoch ms)."""
    at = (checkin.c.community == number) & (checkin.c.state == "draft")
    return at & (checkin.c.made_ms < before_ms)


def follows_of(number: int, which: int) -> ColumnElement[bool]:
    """Who follows anything of a round."""
    of_it = select(contribution.c.id).where(contribution.c.community == number, contribution.c.round == which)
    return (follow.c.community == number) & follow.c.contribution.in_(of_it)


def words_behind(number: int, before_ms: int) -> ColumnElement[bool]:
    """What stands behind people's rows of the record from before a moment (UTC epoch ms).

    Not of open rounds: there it is still theirs.
    """
    at = (interaction.c.community == number) & (interaction.c.at_ms < before_ms)
    old = select(interaction.c.number).where(at, interaction.c.round.not_in(_open(number)))
    return (disclosure.c.community == number) & (disclosure.c.public == 0) & disclosure.c.number.in_(old)


def words_of_person(number: int, who: int) -> ColumnElement[bool]:
    """What stands behind a person's rows of the record."""
    return (disclosure.c.community == number) & (disclosure.c.person == who)


async def rows(tx: AsyncConnection, of: Table, at: ColumnElement[bool]) -> list[Row]:
    """The keys of a table's rows."""
    return [tuple(row) for row in await tx.execute(select(*of.primary_key).where(at))]


async def drop(tx: AsyncConnection, of: Table, those: Sequence[Row], still: ColumnElement[bool]) -> None:
    """Remove rows by their keys, those of them that are ``still`` so."""
    if those:
        names = [f"key_{column.name}" for column in of.primary_key]
        at = and_(*(column == bindparam(name) for column, name in zip(of.primary_key, names, strict=True)))
        await tx.execute(delete(of).where(at, still), [dict(zip(names, row, strict=True)) for row in those])
