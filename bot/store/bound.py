"""Whether the words of a contribution are bound: others have answered to them, so they stay as they are."""

from __future__ import annotations

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import Contribution
from bot.store.schema import follow, receipt, statement, support


async def is_bound(tx: AsyncConnection, one: Contribution) -> bool:
    """Whether somebody has voted on a contribution, or another than its author supports or follows it.

    Also where forms were printed of a weighing that has it: who ticks them has these words before them.
    """
    others = [
        exists().where(
            table.c.community == one.community, table.c.contribution == one.id, table.c.person != one.person
        )
        for table in (support, follow)
    ]
    dealt = and_(statement.c.community == one.community, statement.c.contribution == one.id)
    printed = exists().where(receipt.c.community == one.community, receipt.c.round == statement.c.round)
    voted = exists().where(dealt, or_(statement.c.readers > 0, printed))
    return bool((await tx.execute(select(or_(*others, voted)))).scalar_one())
