"""How long things are kept: settings, carried out every night."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from dateutil.relativedelta import relativedelta
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.papers import CHAT
from bot.domain.people import week_of
from bot.domain.rounds import DAY_MS, State
from bot.services.people import cut_off, forget, strangers
from bot.services.ports import App
from bot.services.posting import WORRY
from bot.store import (
    answers,
    checkins,
    comments,
    communities,
    contributions,
    follows,
    interactions,
    outbox,
    people,
    rounds,
    schedule,
    supports,
    takers,
    words,
)
from bot.store.schedule import Due

log = logging.getLogger(__name__)

REACHED_DAYS = 30
"""For how long we know whom we reached by private message: to ask for less, a week would do."""


async def run(app: App, tx: AsyncConnection, slot: Due, now_ms: int) -> None:
    """Carry out the settings of ``[privacy]`` in one community."""
    privacy = app.settings.privacy
    community = await communities.load(tx, slot.community)
    gone_for = now_ms - community.removed_ms if community.removed_ms else 0
    if gone_for > privacy.removed_grace_days * DAY_MS:
        await _forget_everyone(app, tx, community.id)
    before = months_before(now_ms, privacy.answers_months)
    for who in await people.silent_since(tx, community.id, week_of(before)):
        await forget(app, tx, community.id, who)
    for asked in await rounds.in_state(tx, community.id, State.CLOSED, State.CANCELLED):
        if asked.closed_ms < before:
            keys = [one.key for one in await answers.of_round(tx, community.id, asked.id) if one.person > 0]
            await answers.detach(tx, keys, strangers(len(keys)))
            # All of an ask at once, whenever it came: what one person brought stays one person's.
            every = await contributions.bare_of_round(tx, community.id, asked.id)
            brought = [one for one in every if one.person > 0]
            # What came on paper is nobody's already; its words go as those of everybody.
            paper = await contributions.spoken(
                tx, community.id, [one.id for one in every if one.came != CHAT]
            )
            brought += [one for one in every if one.id in paper]
            backers = await supports.backers(tx, community.id, asked.id)
            supported = [(who, which, asked.id) for who, which in backers]
            await cut_off(app, tx, community.id, brought, supported)
            await comments.forget_words(tx, community.id, asked.id)
            await follows.forget_round(tx, community.id, asked.id)
    await interactions.forget_words(tx, community.id, before)
    await words.forget_before(tx, community.id, before)
    old = now_ms - privacy.posts_days * DAY_MS
    await outbox.forget_before(tx, community.id, old)
    await schedule.forget_before(tx, community.id, old)
    await takers.forget_before(tx, community.id, now_ms - REACHED_DAYS * DAY_MS)
    await checkins.drop_drafts(tx, community.id, now_ms - app.settings.rounds.draft_days * DAY_MS)
    app.checkpoint_owed = True


def months_before(now_ms: int, months: int) -> int:
    """The same day of the month and time, so many months ago (UTC epoch ms)."""
    then = datetime.fromtimestamp(now_ms / 1000, UTC) - relativedelta(months=months)
    return int(then.timestamp() * 1000)


async def _forget_everyone(app: App, tx: AsyncConnection, community: int) -> None:
    log.info("community %d: removed longer ago than the grace period, forgetting everyone", community)
    await words.forget_before(tx, community, app.clock.now_ms() + 1)
    await words.forget_owed(tx, community)
    for who in await people.everyone(tx, community):
        await forget(app, tx, community, who)
    await outbox.drop_unsent(tx, community, WORRY)
    await communities.change(
        tx, community, lead_contact="", safeguarding_contact="", help_lines="", witness=""
    )
    app.known.clear()
