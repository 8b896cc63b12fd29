"""What is on a printed form: a round with all that somebody needs to answer it on paper."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.asks import in_one
from bot.domain.community import Community
from bot.domain.people import Person
from bot.domain.weighing import WEIGH
from bot.services import papers, rounds
from bot.services.communities import by_number
from bot.services.ports import App
from bot.services.rounds import Look
from bot.store import contributions, statements
from bot.store import rounds as kept

MOST_STATEMENTS = 40
"""How many statements are on one form: the ones that fewest people have read."""


@dataclass(frozen=True)
class Printed:
    """What forms say; each has a receipt of its own.

    ``statements`` are those to weigh, by their numbers; ``months`` is how long words are kept.
    """

    look: Look
    community: Community
    statements: dict[int, str]
    receipts: tuple[str, ...]
    months: int


async def forms(app: App, community: int, which: int, count: int, person: Person | None) -> Printed:
    """So many forms of an open round, for an organiser; or, without a person, for who keeps the server.

    Raises:
        Refusal: not an organiser, ``round-...``, ``copies-unreadable``.
    """
    minting = (
        papers.mint(app, person, which, count) if person else papers.mint_for(app, community, which, count)
    )
    receipts = tuple(await minting)
    look = await rounds.look(app, community, which)
    read = await _statements(app, look) if look.round.kind == WEIGH else {}
    known, months = await by_number(app, community), app.settings.privacy.answers_months
    return Printed(look, known, read, receipts, months)


async def _statements(app: App, look: Look) -> dict[int, str]:
    community, which = look.round.community, look.round.id
    async with app.database.reading() as tx:
        fewest = await statements.fewest(tx, community, which, (), MOST_STATEMENTS)
        found = await contributions.some(tx, community, [number for number, _ in fewest])
    return {number: in_one(found[number].said) for number in sorted(found)}


async def communities_with(app: App, which: int) -> list[int]:
    """The communities that have an open round of this number: each counts its own."""
    async with app.database.reading() as tx:
        return await kept.open_in(tx, which)
