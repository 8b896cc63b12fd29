"""A platform in memory, which keeps what it was told and fails as it is told to."""

from __future__ import annotations

import asyncio
from collections import deque
from itertools import count
from typing import Any

from bot.domain.community import Community
from bot.domain.rounds import Round
from bot.services import painting, posting, rounds
from bot.services.ports import QUEUE, App, NotSent
from bot.store import outbox
from bot.store.outbox import Post
from tests.builders import World, everywhere, open_poll


class Unreachable:
    """A platform that is not there: what is said stays in the outbox."""

    def is_ready(self) -> bool:
        return False

    def serves(self, _: str) -> bool:
        return True


class Recorder:
    """The Messenger port; ``failures`` are of the next tries: (before or after it took the message, how).

    The community ``hangs`` waits until it ``goes_on``.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self.messages: dict[str, Post] = {}
        self.numbers = count(1)
        self.has_said, self.has_painted = asyncio.Event(), asyncio.Event()
        self.failures: deque[tuple[str, NotSent]] = deque()
        self.find_fails: deque[NotSent] = deque()
        self.paint_fails: deque[NotSent] = deque()
        self.remove_fails: deque[NotSent] = deque()
        self.hangs = 0
        self.goes_on = asyncio.Event()
        self.painted: list[tuple[int, int]] = []
        self.removed: list[str] = []
        self.tries: list[tuple[int, str, int]] = []
        self.shown: dict[int, int] = {}

    def is_ready(self) -> bool:
        return True

    def serves(self, _: str) -> bool:
        return True

    async def send(self, community: Community, post: Post) -> str:
        self.tries.append((post.id, *await self._kept(post)))
        if community.id == self.hangs:
            await self.goes_on.wait()
        when, how = self.failures.popleft() if self.failures else ("", None)
        if when == "before" and how is not None:
            raise how
        message = f"message-{next(self.numbers)}"
        self.messages[message] = post
        self.has_said.set()
        if how is not None:
            raise how
        return message

    async def _kept(self, post: Post) -> tuple[str, int]:
        """What the database has of a post, seen from another connection."""
        async with self.app.database.reading() as tx:
            (kept,) = [
                one
                for one in await outbox.ready(tx, 2**60, 1000)
                if (one.community, one.id) == (post.community, post.id)
            ]
        return kept.state, kept.attempts

    async def find(self, community: Community, post: Post) -> str:
        if self.find_fails:
            raise self.find_fails.popleft()
        return next((key for key, one in self.messages.items() if one.nonce == post.nonce), "")

    async def repaint_round(self, community: Community, round_id: int) -> None:
        if self.paint_fails:
            raise self.paint_fails.popleft()
        look = await rounds.look(self.app, community.id, round_id)
        self.painted.append((community.id, round_id))
        self.shown[round_id] = look.answers
        self.has_painted.set()
        await asyncio.sleep(0)

    async def repaint_queue(self, community: Community) -> None:
        if self.paint_fails:
            raise self.paint_fails.popleft()
        self.painted.append((community.id, QUEUE))

    async def repaint_say(self, community: Community) -> None:
        if self.paint_fails:
            raise self.paint_fails.popleft()
        self.painted.append((community.id, 0))

    async def remove(self, channel: str, message: str) -> None:
        if self.remove_fails:
            raise self.remove_fails.popleft()
        if self.messages.pop(message, None) is None:
            raise NotSent("gone")
        self.removed.append(message)

    def cards(self) -> list[str]:
        """The cards that are there, in the order in which they came."""
        return [post.card for post in self.messages.values()]


async def put(world: World, card: str = "stage", place: str = "channel") -> None:
    """Have something said to a channel that is used for nothing else, or to a person."""
    target = "elsewhere" if place == "channel" else "witness-1"
    await world.app.database.writer.run(
        lambda tx: outbox.put(tx, world.community.id, card, target, world.now, place=place)
    )


async def dead(world: World) -> list[str]:
    """The troubles of what could not be said."""
    async with world.app.database.reading() as tx:
        return [post.trouble for post in await outbox.dead(tx, world.community.id)]


async def asked_of(world: World, platform: Recorder, **changes: Any) -> Round:
    """An open question whose card is up to date."""
    asked = await open_poll(world, **changes)
    await painting.notice(world.app, everywhere)
    await posting.deliver(world.app, platform)
    await painting.repaint(world.app, platform)
    await posting.deliver(world.app, platform)
    platform.painted.clear()
    platform.shown.clear()
    world.app.stale.clear()
    return asked
