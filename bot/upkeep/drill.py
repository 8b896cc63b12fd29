"""The drill: whether a copy holds everything, counts as it was counted, and hangs together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import verify
from bot.domain.rounds import State
from bot.services.records import lines_in
from bot.services.rounds import recounts
from bot.store import communities, copies, rounds
from bot.store.copies import Contents


class Problem(Exception):
    """What stops a backup, a restore or a move; one line for whoever keeps the server running."""


@dataclass(frozen=True)
class Held:
    """What a database holds: how many of what, and each record's (community, rows, head)."""

    communities: int
    answers: int
    results: int
    rows: int
    heads: tuple[tuple[int, int, str], ...]

    def __str__(self) -> str:
        heads = "".join(f"; record {number}: {rows} rows, head {head}" for number, rows, head in self.heads)
        return (
            f"communities: {self.communities}, answers: {self.answers}, "
            f"results counted again: {self.results}, rows in all tables: {self.rows}{heads}"
        )


async def check(tx: AsyncConnection, wanted: Contents) -> Held:
    """What a copy holds, once all of it is checked: every row, every result, every record.

    Raises:
        Problem: something is not as it was, or not as it should have been already.
    """
    if trouble := await copies.trouble_in(tx):
        raise Problem(f"the database is damaged: {trouble}")
    found = await copies.contents_of(tx)
    if others := sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)):
        raise Problem(f"other rows than before are in: {', '.join(others)}")
    results, heads = 0, []
    for community in await communities.every(tx):
        results += await _check_results(tx, community.id)
        heads.append(await _check_record(tx, community.id))
    rows = sum(one.rows for one in found.values())
    return Held(found["community"].rows, found["answer"].rows, results, rows, tuple(heads))


async def _check_results(tx: AsyncConnection, community: int) -> int:
    closed = await rounds.in_state(tx, community, State.CLOSED)
    for asked in closed:
        try:
            alike = await recounts(tx, asked)
        except (LookupError, TypeError, ValueError):  # what is there can't even be read
            alike = False
        if not alike:
            raise Problem(f"question {asked.id} of community {community}: its answers don't make its result")
    return len(closed)


async def _check_record(tx: AsyncConnection, community: int) -> tuple[int, int, str]:
    checking = verify.Checking("")
    try:
        async for line in lines_in(tx, community):
            checking.take(line)
        checking.end()
    except verify.Broken as broken:
        raise Problem(f"the record of community {community} is broken {broken}") from broken
    return community, checking.rows, checking.head.hex()
