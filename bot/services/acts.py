"""What people do with contributions, on the record."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import Said
from bot.domain.contributions import Contribution
from bot.domain.people import Person
from bot.domain.rounds import Round
from bot.store import communities, interactions
from bot.store.interactions import Entry
from bot.store.people import Known


async def record(
    tx: AsyncConnection,
    person: Person,
    asked: Round,
    one: Contribution,
    who: Known,
    act: str,
    now_ms: int,
    said: Said | None = None,
) -> None:
    """Put on the record what somebody did with a contribution, their own or another's."""
    # Who acts now, and as what: a supporter is not the author, and an author's role may have changed.
    standing = (await communities.load(tx, person.community)).roles.standing(person.role_ids)
    words = {"contribution": one.id, "said": said or {}}
    entry = Entry(
        one.community, now_ms, act, asked.stage.value, standing.value, words,
        one.initiative, one.round, who.id, who.secret,
    )  # fmt: skip
    await interactions.append(tx, [entry])
