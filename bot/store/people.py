"""People: a number and a secret each; the platform's id stands apart, so that it can be erased."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, delete, exists, func, insert, not_, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from bot.store import direct
from bot.store.direct import Tx
from bot.store.outbox import hush
from bot.store.schema import (
    answer,
    community,
    contribution,
    identity,
    initiative,
    offer,
    outbox,
    person,
)


@dataclass(frozen=True)
class Known:
    """A person we keep something about; ``notice`` is the version of the notice they read, or ''.

    ``seen_ms`` is the week in which they last pressed anything, as :func:`bot.domain.people.week_of`; where
    an earlier version of this program wrote it, the moment.
    """

    community: int
    id: int
    secret: bytes
    language: str = ""
    notice: str = ""
    ages: str = ""
    notice_ms: int = 0
    made_ms: int = 0
    seen_ms: int = 0


READ = ("notice", "ages", "notice_ms")
"""What changes when somebody reads the notice."""
CONTACTS = ("safeguarding_contact", "safeguarding_deputy", "witness")
"""Who of a community has a part to play, by the platform's id."""
AT_ONCE = 500
"""How many people are looked for by one statement."""


def _chosen() -> Select[tuple[object, ...]]:
    return select(person, identity.c.platform_id).join(
        identity, (identity.c.community == person.c.community) & (identity.c.person == person.c.id)
    )


async def find(tx: AsyncConnection, number: int, platform_id: str) -> Known | None:
    """The person with this id of the platform, in this community."""
    return (await find_many(tx, [(number, platform_id)])).get((number, platform_id))


async def find_many(tx: Tx, wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Known]:
    """People by (community, platform id); those nobody knows are absent."""
    found: dict[tuple[int, str], Known] = {}
    for row in await direct.find(tx, _of_keys, wanted):
        key = (row["community"], row.pop("platform_id"))
        found[key] = Known(**row)
    return found


def _of_keys(count: int) -> Select[Any]:
    keys, each = direct.wanted(count, identity.c.community, identity.c.platform_id)
    of_it = (person.c.community == identity.c.community) & (person.c.id == identity.c.person)
    return select(person, identity.c.platform_id).select_from(keys).join(identity, each).join(person, of_it)


async def platform_id(tx: AsyncConnection, number: int, who: int) -> str:
    """The platform's id of a person, '' where they have been erased."""
    found = await tx.execute(
        select(identity.c.platform_id).where(identity.c.community == number, identity.c.person == who)
    )
    return found.scalar_one_or_none() or ""


async def add(tx: Tx, new: Mapping[tuple[int, str], Known]) -> None:
    """Keep new people, by (community, platform id)."""
    if new:
        await direct.write(tx, _add, [vars(who) for who in new.values()])
        await direct.write(
            tx,
            _name,
            [
                {"community": number, "platform_id": platform_id, "person": who.id}
                for (number, platform_id), who in new.items()
            ],
        )


def _add(_: Tx) -> UpdateBase:
    return insert(person)


def _name(_: Tx) -> UpdateBase:
    return insert(identity)


async def renew(tx: Tx, those: Iterable[Known]) -> None:
    """Keep which notice known people have read."""
    rows = [
        {"of": who.community, "who": who.id} | {f"new_{name}": getattr(who, name) for name in READ}
        for who in those
    ]
    if rows:
        await direct.write(tx, _renew, rows)


def _renew(_: Tx) -> UpdateBase:
    them = update(person).where(person.c.community == bindparam("of"), person.c.id == bindparam("who"))
    return them.values({name: bindparam(f"new_{name}") for name in READ})


@dataclass(frozen=True)
class Sight:
    """That somebody was here in a week (its beginning, UTC epoch ms)."""

    community: int
    person: int
    week_ms: int


async def later(tx: Tx, here: Mapping[tuple[int, str], int]) -> list[Sight]:
    """Those who were here in a later week than is kept of them, by (community, platform id).

    They come in the order of their numbers, which are random: so it says nothing of when.
    """
    keys, found = sorted(here), list[Sight]()
    for start in range(0, len(keys), AT_ONCE):
        there = await find_many(tx, keys[start : start + AT_ONCE])
        found += [
            Sight(who.community, who.id, here[key]) for key, who in there.items() if who.seen_ms < here[key]
        ]
    return sorted(found, key=lambda one: (one.community, one.person))


async def seen(tx: Tx, those: Iterable[Sight]) -> None:
    """Keep in which week people were here."""
    rows = [{"of": one.community, "who": one.person, "week": one.week_ms} for one in those]
    if rows:
        await direct.write(tx, _seen, rows)


def _seen(_: Tx) -> UpdateBase:
    them = (person.c.community == bindparam("of")) & (person.c.id == bindparam("who"))
    return update(person).where(them, person.c.seen_ms < bindparam("week")).values(seen_ms=bindparam("week"))


async def change(tx: AsyncConnection, number: int, who: int, **columns: str | int) -> None:
    """Set columns of a person."""
    await tx.execute(update(person).where(person.c.community == number, person.c.id == who).values(**columns))


async def silent_since(tx: AsyncConnection, number: int, before_ms: int, who: int = 0) -> dict[int, str]:
    """People who have not been seen since a moment (UTC epoch ms), but for those with a part to play.

    By number, with the platform's id of each; only one person where they are named.

    Who leads an open initiative, is to be found when somebody is in danger, or keeps the witness's heads
    does so silently.
    """
    leads = select(initiative.c.lead, initiative.c.deputy).where(
        initiative.c.community == number, initiative.c.state != "closed"
    )
    kept = {who for row in await tx.execute(leads) for who in row}
    contacts = select(*(community.c[one] for one in CONTACTS)).where(community.c.id == number)
    named = {contact for row in await tx.execute(contacts) for contact in row}
    at = (person.c.community == number) & (person.c.seen_ms < before_ms)
    if who:
        at &= person.c.id == who
    rows = await tx.execute(_chosen().where(at).order_by(person.c.id))
    return {row.id: row.platform_id for row in rows if row.id not in kept and row.platform_id not in named}


async def communities_of(tx: AsyncConnection, platform_id: str, platform: str) -> list[int]:
    """The communities on a platform in which an account is named."""
    to_them = (outbox.c.place == "person") & (outbox.c.target == platform_id)
    contact = or_(*(community.c[one] == platform_id for one in CONTACTS))
    named = union(
        select(identity.c.community).where(identity.c.platform_id == platform_id),
        select(offer.c.community).where(offer.c.author == platform_id),
        select(outbox.c.community).where(to_them),
        select(community.c.id).where(contact),
    ).subquery()
    there = select(community.c.id).where(community.c.id.in_(select(named)), community.c.platform == platform)
    return list((await tx.execute(there.order_by(community.c.id))).scalars())


async def everyone(tx: AsyncConnection, number: int) -> list[int]:
    """The numbers of all people of a community."""
    rows = await tx.execute(select(person.c.id).where(person.c.community == number))
    return [row.id for row in rows]


async def forget(tx: AsyncConnection, number: int, who: int) -> None:
    """Erase who a person is: identity and secret; whatever is theirs must be gone or detached before."""
    await tx.execute(delete(identity).where(identity.c.community == number, identity.c.person == who))
    await tx.execute(delete(person).where(person.c.community == number, person.c.id == who))


async def forget_parts(tx: AsyncConnection, number: int, who: int) -> None:
    """Let nobody lead a project, or stand in for who does, where a person did."""
    for role in ("lead", "deputy"):
        column = initiative.c[role]
        await tx.execute(
            update(initiative).where(initiative.c.community == number, column == who).values({role: 0})
        )


async def forget_contact(tx: AsyncConnection, number: int, platform_id: str) -> bool:
    """Erase a platform's id of a person from the contacts of a community; whether it was there."""
    found = 0
    for contact in CONTACTS:
        named = (community.c.id == number) & (community.c[contact] == platform_id)
        found += (await tx.execute(update(community).where(named).values({contact: ""}))).rowcount
    return found > 0


async def forget_posts(tx: AsyncConnection, number: int, platform_id: str) -> bool:
    """Erase a platform's id of a person from the posts to them; whether there were any.

    Posts keep their row, because the next one's number follows the highest; what still waited can't be said
    any more.
    """
    await hush(tx, number, platform_id)
    to_them = (outbox.c.community == number) & (outbox.c.place == "person") & (outbox.c.target == platform_id)
    unsaid = outbox.c.state.in_(["waiting", "attempted"])
    await tx.execute(update(outbox).where(to_them, unsaid).values(state="dead", trouble="gone:"))
    return (await tx.execute(update(outbox).where(to_them).values(target=""))).rowcount > 0


async def took_part(tx: AsyncConnection, number: int, who: int, before_ms: int) -> bool:
    """Whether somebody had answered or brought something before a moment (UTC epoch ms)."""
    there = [
        exists().where(table.c.community == number, table.c.person == who, table.c.first_ms < before_ms)
        for table in (answer, contribution)
    ]
    return bool((await tx.execute(select(or_(*there)))).scalar_one())


async def new_since(tx: AsyncConnection, number: int, since_ms: int, until_ms: int) -> int:
    """How many people took part here for the first time after one moment and up to another (UTC epoch ms)."""
    found = set[int]()
    for table in (answer, contribution):
        before, mine, first = answer.alias(), contribution.alias(), contribution.alias()
        answered = exists().where(
            before.c.community == number, before.c.person == table.c.person, before.c.first_ms <= since_ms
        )
        # By its number, which its people's index has: else SQLite reads all contributions for each person.
        lowest = select(func.min(mine.c.id)).where(
            mine.c.community == number, mine.c.person == table.c.person
        )
        brought = exists().where(
            first.c.community == number,
            first.c.id == lowest.correlate(table).scalar_subquery(),
            first.c.first_ms <= since_ms,
        )
        # What was first said after a moment was last said after it, too: by that, an index finds it.
        said = (table.c.community == number) & (table.c.at_ms > since_ms) & (table.c.person > 0)
        if table is contribution:  # answers that were taken back are gone; these only say so
            said &= table.c.state != "withdrawn"
        within = (table.c.first_ms > since_ms) & (table.c.first_ms <= until_ms)
        rows = await tx.execute(
            select(table.c.person).distinct().where(said, within, not_(or_(answered, brought)))
        )
        found |= set(rows.scalars())
    return len(found)
