"""The words of ideas whose ask is long over: they go, but not before the answer that is owed to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import ERASED, OUTCOMES, TOLD, Contribution, Fate
from bot.domain.initiatives import Life
from bot.domain.rounds import Round
from bot.services.forgetting import forget_words
from bot.services.lineage import ancestors
from bot.services.ports import App
from bot.store import contributions, initiatives, statements, steps

PIECE = 50
"""Ideas in one transaction, so that a button waits no more than 50 ms for it."""


async def pieces(
    app: App, asked: Round, every: Sequence[Contribution], before_ms: int
) -> AsyncIterator[Callable[[AsyncConnection], Awaitable[None]]]:
    """What erases them, whosever they are: what was joined, split, undone or noted at a meeting as well.

    What organisers wrote for a weighing stays, as the options of a poll do.
    """
    async with app.database.reading() as tx:
        kept = await _waiting(tx, asked, every, before_ms) | await statements.added(
            tx, asked.community, asked.id
        )
        spoken = await contributions.spoken(tx, asked.community, [one.id for one in every])
    old = [one for one in every if one.id in spoken - kept]
    for start in range(0, len(old), PIECE):
        some = old[start : start + PIECE]

        async def silence(tx: AsyncConnection, some: list[Contribution] = some) -> None:
            await forget_words(tx, asked.community, [one.id for one in some], app.clock.now_ms())
            there = (await contributions.some(tx, asked.community, [one.id for one in some])).values()
            unread = [one.id for one in there if one.state is Fate.RECEIVED]  # and needs no reader any more
            changes = {number: {"state": Fate.DECLINED, "why": ERASED} for number in unread}
            await contributions.change_each(tx, asked.community, changes)

        yield silence


async def _waiting(
    tx: AsyncConnection, asked: Round, every: Sequence[Contribution], before_ms: int
) -> set[int]:
    """Those to which an answer is owed, or was given lately, and what they were made out of."""
    owed = [one for one in every if one.due_ms and one.state in (Fate.ACCEPTED, *OUTCOMES)]
    on = await initiatives.find(tx, asked.community, asked.initiative)
    told = {
        step.contribution: step.at_ms
        for step in await steps.of(tx, asked.community, [one.id for one in owed])
        if step.act in TOLD
    }
    ended = on is None or on.life is Life.CLOSED  # then nobody answers any more
    kept = [
        one.id
        for one in owed
        if (told[one.id] >= before_ms if one.id in told else not ended and one.state is Fate.ACCEPTED)
    ]
    return await ancestors(tx, asked.community, *kept) if kept else set()
