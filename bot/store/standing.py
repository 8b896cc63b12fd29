"""Which contributions stand, in SQL."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_

from bot.domain.contributions import STANDING, Fate
from bot.store.schema import contribution, version

SPOKEN = exists().where(
    version.c.community == contribution.c.community, version.c.contribution == contribution.c.id
)
"""Whether any words are left: they are erased all at once."""


def stands(early: ColumnElement[bool]) -> ColumnElement[bool]:
    """:func:`bot.domain.contributions.stands`; ``early`` is whether others see ideas before moderators do."""
    unread = (
        (contribution.c.state == Fate.RECEIVED) & (contribution.c.why == "") & (contribution.c.again == 0)
    )
    return or_(contribution.c.state.in_(STANDING), early & unread)
