"""Saying that a community was restored from a backup, and keeping apart what the backup knows nothing of."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.stages import Stage
from bot.store import communities, contributions, interactions, outbox, rounds
from bot.store.interactions import Entry

FREE_ROUNDS, FREE_CONTRIBUTIONS, FREE_POSTS = 1_000, 100_000, 1_000_000
"""How many numbers stay unused. Cards of what came after the backup may still be in the channels: a
number of theirs that was given to something else would let an old button answer a new question."""


async def announce(tx: AsyncConnection, made_ms: int, now_ms: int) -> None:
    """Put on every community's record, and tell its moderators, that it is as a backup had it.

    ``made_ms`` is when the backup was made (UTC epoch ms). What waited to be posted then may have been
    posted since: it is looked for before it is posted.
    """
    await outbox.doubt(tx)
    for community in await communities.every(tx):
        head = await interactions.head_of(tx, community.id)
        facts = {"backup_ms": made_ms, "rows": head.number}
        entry = Entry(
            community.id, now_ms, "restored", Stage.DEFINE.value, "", facts, initiative=1, public=True
        )
        await interactions.append(tx, [entry])
        free = await rounds.leave_free(tx, community.id, FREE_ROUNDS, now_ms)
        await contributions.leave_free(tx, community.id, free, FREE_CONTRIBUTIONS, now_ms)
        channel = "" if community.removed_ms else community.moderators_channel
        await outbox.put(tx, community.id, "restored", channel, now_ms, facts, leave=FREE_POSTS)
