"""How long things are kept: settings, carried out every night, in pieces that hold nobody up.

The nightly slot only notes what is owed (``store/forgetting.py``). Ticks find what is old, a person or some
rows at a time, and forget each piece in a transaction of its own: whoever votes meanwhile waits for one piece
at most, and after a crash the rest is still there to be found. Nothing of an open round is touched, nor
anybody who takes part in one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Table, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import week_of
from bot.domain.rounds import DAY_MS, Round, State
from bot.services import communities as known
from bot.services import old_ideas, sealing
from bot.services.amending import QUOTING
from bot.services.forgetting import forget, hand_over
from bot.services.ports import App
from bot.services.safeguarding import forget_all
from bot.store import answers, comments, communities, people, rounds, schema, supports, words
from bot.store import contributions as brought
from bot.store import forgetting as store
from bot.store.numbers import strangers
from bot.store.schedule import Due

log = logging.getLogger(__name__)

REACHED_DAYS = 30
"""For how long we know whom we reached by private message: to ask for less, a week would do."""
PIECE = 200
"""Rows in one transaction, so that a button waits no more than 50 ms for it."""
PASS_S = 5.0
"""After so many seconds a tick leaves the rest of a night to the next: there is more to do than this."""

ORPHANED_MS = 12 * 3_600_000
"""How long a community's night waits for the process that serves it."""

NIGHT = -100
"""Stands for a night among what rests after a failure, where cards have their round's number."""

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[None]]


async def run(_: App, tx: AsyncConnection, slot: Due, now_ms: int) -> None:
    """Note that the settings of ``[privacy]`` are to be carried out in one community."""
    await store.owe(tx, slot.community, now_ms)


async def finish(app: App, for_s: float = PASS_S, serves: Callable[[str], bool] = lambda _: True) -> None:
    """Go on with every night that is owed, for so long; one that fails is logged, and tried again.

    Each process does those of the communities that it ``serves`` (by the platform's id): it alone knows who
    was there in this hour. Others do it where it is down for long.
    """
    async with app.database.reading() as tx:
        owed = await store.owed(tx)
    now = app.clock.now_ms()
    end_s = asyncio.get_running_loop().time() + for_s
    for community, at_ms in owed:
        night, key = _Night(app, community, at_ms), (community, NIGHT)
        if app.rests.on(key, now):
            continue
        try:
            if not await night.is_ours(serves):
                continue
            async for piece in night.pieces():
                await app.database.writer.run(piece)
                if asyncio.get_running_loop().time() >= end_s:
                    app.wake.set()
                    return
            await app.database.writer.run(night.end)
            app.rests.worked(key)
        except Exception as error:  # what it says may hold people's words
            log.error("the night of community %d goes on later: %s", community, type(error).__name__)
            app.rests.refused(key, now)
        finally:
            app.checkpoint_owed = True


def months_before(now_ms: int, months: int) -> int:
    """The same day of the month and time, so many months ago (UTC epoch ms)."""
    then = datetime.fromtimestamp(now_ms / 1000, UTC) - relativedelta(months=months)
    return int(then.timestamp() * 1000)


@dataclass
class _Night:
    """What one community has to forget, as of a moment (UTC epoch ms)."""

    app: App
    community: int
    at_ms: int
    before_ms: int = field(init=False)

    def __post_init__(self) -> None:
        self.before_ms = months_before(self.at_ms, self.app.settings.privacy.answers_months)

    async def is_ours(self, serves: Callable[[str], bool]) -> bool:
        """Whether this process does it."""
        late = self.app.clock.now_ms() - self.at_ms >= ORPHANED_MS
        return late or serves((await known.by_number(self.app, self.community)).platform_id)

    async def pieces(self) -> AsyncIterator[Work]:
        """Everything there is to do, piece by piece; what was done meanwhile is found no more."""
        async with self.app.database.reading() as tx:
            here = await communities.load(tx, self.community)
            over = await rounds.in_state(tx, self.community, State.CLOSED, State.CANCELLED)
        gone_ms = self.at_ms - here.removed_ms if here.removed_ms else 0
        if gone_ms > self.app.settings.privacy.removed_grace_days * DAY_MS:
            async for piece in self._everyone():
                yield piece
        async for piece in self._silent():
            yield piece
        for asked in over:
            if asked.closed_ms < self.before_ms:
                async for piece in self._round(asked):
                    yield piece
        async for piece in self._rows():
            yield piece

    async def end(self, tx: AsyncConnection) -> None:
        """Note that nothing of it is left to be done."""
        await store.done(tx, self.community, self.at_ms)

    async def _everyone(self) -> AsyncIterator[Work]:
        """Forget a community that removed the bot: all its people, and whom to turn to there."""
        log.info(
            "community %d: removed longer ago than the grace period, forgetting everyone", self.community
        )
        async with self.app.database.reading() as tx:
            everyone = await people.everyone(tx, self.community)
        for who in everyone:
            async for piece in self._ahead(who):
                yield piece

            async def erase(tx: AsyncConnection, who: int = who) -> None:
                await forget(self.app, tx, self.community, who, self.app.clock.now_ms())

            yield erase
        yield self._contacts

    async def _contacts(self, tx: AsyncConnection) -> None:
        await words.forget_before(tx, self.community, self.at_ms + 1)
        await words.forget_owed(tx, self.community)
        await forget_all(tx, self.community)
        nobody = dict.fromkeys(("lead_contact", *people.CONTACTS, "help_lines"), "")
        await communities.change(tx, self.community, **nobody)
        self.app.known.clear()

    async def _silent(self) -> AsyncIterator[Work]:
        """Cut off the accounts of those who have been away for long, one person after the other."""
        async with self.app.database.reading() as tx:
            away = await people.silent_since(tx, self.community, week_of(self.before_ms))
            free = await self._free(tx, away, await store.taking_part(tx, self.community))
        for who in free:
            async for piece in self._ahead(who):
                yield self._if_away(who, piece)
            async for piece in self._asks_of(who):
                yield self._if_away(who, piece)

            async def cut_off(tx: AsyncConnection, who: int = who) -> None:
                await forget(self.app, tx, self.community, who, self.app.clock.now_ms(), erased=False)

            yield self._if_away(who, cut_off)

    async def _free(self, tx: AsyncConnection, away: Iterable[int], busy: set[int]) -> list[int]:
        """Those who take part in nothing that is open, with names or without."""
        left = [who for who in away if who not in busy]
        marked = await sealing.marked(self.app, tx, self.community, left)
        return [who for who in left if who not in marked]

    def _if_away(self, who: int, piece: Work) -> Work:
        """A piece of somebody's, unless they have come back meanwhile."""

        async def work(tx: AsyncConnection) -> None:
            away = await people.silent_since(tx, self.community, week_of(self.before_ms), who)
            here = {(self.community, one) for one in away.values()} & self.app.here.keys()
            busy = await store.taking_part(tx, self.community, who)
            if not here and await self._free(tx, away, busy):
                await piece(tx)

        return work

    async def _ahead(self, who: int) -> AsyncIterator[Work]:
        """What of one person is too much for one transaction."""
        async with self.app.database.reading() as tx:
            given = await answers.of_person(tx, self.community, who)
            asked = await rounds.find_many(tx, [(one.community, one.round) for one in given])
            at = store.words_of_person(self.community, who)
            behind = await store.rows(tx, schema.disclosure, at)
        over = [one.key for one in given if asked[one.community, one.round].state is not State.OPEN]
        for some in _some(over)[:-1]:
            yield _detach(some)
        for rows in _some(behind)[:-1]:
            yield _drop(schema.disclosure, rows, at)

    async def _asks_of(self, who: int) -> AsyncIterator[Work]:
        """Cut what somebody brought and supported off from them, ask by ask: none is open."""
        async with self.app.database.reading() as tx:
            on = {one.round for one in await brought.of_person(tx, self.community, who)}
            on |= set((await supports.of_person(tx, self.community, who)).values())
        for which in sorted(on)[1:]:  # the last goes with everything else

            async def give(tx: AsyncConnection, which: int = which) -> None:
                await hand_over(tx, self.community, which, who)

            yield give

    async def _round(self, asked: Round) -> AsyncIterator[Work]:
        """Cut a round that has closed long ago off from people, and let its words go."""
        async with self.app.database.reading() as tx:
            linked = await answers.linked(tx, self.community, asked.id)
            every = await brought.bare_of_round(tx, self.community, asked.id)
            backers = await supports.backers(tx, self.community, asked.id)
        for keys in _some(linked):
            yield _detach(keys)
        whose = {one.person for one in every if one.person > 0} | {who for who, _ in backers}
        for who in sorted(whose):

            async def give(tx: AsyncConnection, who: int = who) -> None:
                await hand_over(tx, self.community, asked.id, who)

            yield give
        async for piece in old_ideas.pieces(self.app, asked, every, self.before_ms):
            yield piece
        async with self.app.database.reading() as tx:
            texts = await comments.spoken(tx, self.community, asked.id)
        for some in _some(texts):

            async def silence(tx: AsyncConnection, some: list[int] = some) -> None:
                await comments.forget_words(tx, self.community, asked.id, some)

            yield silence
        async for piece in self._dropped(schema.follow, store.follows_of(self.community, asked.id)):
            yield piece

    async def _rows(self) -> AsyncIterator[Work]:
        """What is old in tables that keep something for a while."""
        here, privacy = self.community, self.app.settings.privacy
        old_ms = self.at_ms - privacy.posts_days * DAY_MS
        drafts_ms = self.at_ms - self.app.settings.rounds.draft_days * DAY_MS
        async for piece in self._dropped(schema.disclosure, store.words_behind(here, self.before_ms)):
            yield piece
        yield lambda tx: words.forget_before(tx, here, self.before_ms)
        posts, drafts = store.settled_posts(here, old_ms, QUOTING), store.drafts_of_checkins(here, drafts_ms)
        for of, at, still in (
            (schema.outbox, posts, posts),  # somebody may have had one sent again meanwhile
            (schema.checkin, drafts, drafts),  # or have started one
            (schema.occurrence, store.occurrences(here, old_ms), true()),
            (schema.contact, store.contacts(here, self.at_ms - REACHED_DAYS * DAY_MS, self.at_ms), true()),
        ):
            async for piece in self._dropped(of, at, still):
                yield piece

    async def _dropped(
        self, of: Table, at: ColumnElement[bool], still: ColumnElement[bool] | None = None
    ) -> AsyncIterator[Work]:
        async with self.app.database.reading() as tx:
            there = await store.rows(tx, of, at)
        for rows in _some(there):
            yield _drop(of, rows, true() if still is None else still)


def _some(those: list[T]) -> list[list[T]]:
    return [those[start : start + PIECE] for start in range(0, len(those), PIECE)]


def _detach(keys: list[answers.Key]) -> Work:
    return lambda tx: answers.detach(tx, keys, strangers(len(keys)))


def _drop(of: Table, rows: list[store.Row], still: ColumnElement[bool]) -> Work:
    return lambda tx: store.drop(tx, of, rows, still)
