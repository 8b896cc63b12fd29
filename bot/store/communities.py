"""Communities and what their roles mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.community import Community, Moderation
from bot.domain.people import RoleMap
from bot.store.schema import community, community_role


async def _whole(tx: AsyncConnection, row: Any) -> Community:
    roles = await tx.execute(
        select(community_role.c.role, community_role.c.meaning)
        .where(community_role.c.community == row.id)
        .order_by(community_role.c.place)
    )
    meanings = RoleMap(tuple((one.role, one.meaning) for one in roles))
    columns = dict(row._mapping) | {"moderation": Moderation(row.moderation), "roles": meanings}
    return Community(**columns)


async def find(tx: AsyncConnection, platform: str, platform_id: str) -> Community | None:
    """The community with this id on its platform."""
    at = (community.c.platform == platform) & (community.c.platform_id == platform_id)
    row = (await tx.execute(select(community).where(at))).one_or_none()
    return None if row is None else await _whole(tx, row)


async def load(tx: AsyncConnection, number: int) -> Community:
    """The community with this number of ours, which must exist."""
    row = (await tx.execute(select(community).where(community.c.id == number))).one()
    return await _whole(tx, row)


async def exists(tx: AsyncConnection, number: int) -> bool:
    """Whether there is a community with this number."""
    return (await tx.execute(select(community.c.id).where(community.c.id == number))).first() is not None


async def every(tx: AsyncConnection) -> list[Community]:
    """All communities, by number."""
    rows = (await tx.execute(select(community).order_by(community.c.id))).all()
    return [await _whole(tx, row) for row in rows]


async def next_number(tx: AsyncConnection) -> int:
    """The number for a new community."""
    return int((await tx.execute(select(func.coalesce(func.max(community.c.id), 0) + 1))).scalar_one())


async def add(tx: AsyncConnection, new: Community) -> None:
    """Keep a new community (its roles are set apart)."""
    columns = {column.name: getattr(new, column.name) for column in community.columns}
    await tx.execute(insert(community).values(**columns))


async def change(tx: AsyncConnection, number: int, **columns: str | int) -> None:
    """Set columns of a community."""
    await tx.execute(update(community).where(community.c.id == number).values(**columns))


async def set_roles(tx: AsyncConnection, number: int, entries: Sequence[tuple[str, str]]) -> None:
    """Replace what a community's roles mean: (role id, meaning), in the order that decides."""
    await tx.execute(delete(community_role).where(community_role.c.community == number))
    rows = [
        {"community": number, "place": place, "role": role, "meaning": meaning}
        for place, (role, meaning) in enumerate(entries)
    ]
    if rows:
        await tx.execute(insert(community_role), rows)
