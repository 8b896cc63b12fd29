"""Posts of ours that quote ideas: once words are erased, they are shown again without them.

What quotes is a row of the outbox with the message's id, and no words. So an erasure writes one row more,
whose sending is an edit of the earlier message: it survives a crash and is tried again as any other post.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.ports import SUBJECT, App, NotSent, Post
from bot.store import outbox, statements

CARD = "amended"
QUOTING = ("reshaped", "result")
"""Cards that quote ideas: what was joined or split, and what came out of a weighing."""


async def amend(tx: AsyncConnection, community: int, which: Collection[int], now: int) -> None:
    """Have every post shown anew that quotes one of some contributions, whose words have just gone.

    Once, however many go piece by piece: what waits to be shown is made when it is sent.
    """
    weighed = await statements.decks_of(tx, community, which)
    owed = {post.facts["post"] for post in await outbox.waiting(tx, community, CARD)}
    for post in await outbox.tried(tx, community, QUOTING):
        if post.id in owed:
            continue
        facts = post.facts
        quoted = facts["into"] if post.card == "reshaped" else weighed.get(facts["round"], ())
        if not set(quoted).isdisjoint(which):
            once = f"{CARD}:{post.id}:{now}"
            await outbox.put(tx, community, CARD, post.target, now, {"post": post.id}, once=once)


async def earlier(app: App, post: Post) -> Post:
    """The post that is to be shown anew; raises NotSent as long as, or because, nobody knows its message."""
    async with app.database.reading() as tx:
        found = await outbox.find(tx, post.community, post.facts["post"])
    if found is None or found.state == "dead":
        raise NotSent("gone", SUBJECT)
    if not found.message:
        raise NotSent("not-yet")
    return found
