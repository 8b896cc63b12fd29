"""What organisers have before them of a draft: its version, and the statements that they wrote for it."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import Contribution
from bot.domain.rounds import Round
from bot.domain.versions import version_of
from bot.domain.weighing import WEIGH
from bot.store import contributions


async def statements_of(tx: AsyncConnection, draft: Round) -> list[Contribution]:
    """The statements that organisers wrote for a weighing, the earliest first."""
    return await contributions.of_round(tx, draft.community, draft.id) if draft.kind == WEIGH else []


async def version_in(tx: AsyncConnection, draft: Round) -> str:
    """The version of everything that is frozen once a draft is published, with its own statements.

    ``draft`` has the moderation with which it would be opened now.
    """
    own = [(one.id, one.version, one.state) for one in await statements_of(tx, draft)]
    form = [asdict(one) for one in draft.form]
    shown = (draft.show_of_hands, draft.sealed, sorted(draft.audience), draft.quorum, draft.moderation)
    said = (draft.question, draft.options, draft.facts, draft.owner, draft.reason, form, own)
    return version_of(
        draft.kind, draft.stage, draft.ask, draft.source, draft.channel, draft.closes_ms, *shown, *said
    )
