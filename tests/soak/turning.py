"""A process that does what is due at a moment, or sends what is to be said then, for as long as it lives.

What it sends is a line in a file: who, and which card.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.community import Community
from bot.services import due, posting, taking
from bot.services.ports import SUBJECT, App, NotSent, Post
from tests.builders import HandClock, open_app
from tests.recorder import Recorder


def main(arguments: Sequence[str]) -> int:
    """Do what is due at a moment (UTC epoch ms); where a file is given, send to it instead."""
    at_ms, *file = arguments
    asyncio.run(_live(os.environ["FOLKMOOT_DATABASE"], int(at_ms), file))
    return 0


async def _live(url: str, at_ms: int, file: Sequence[str]) -> None:
    app = await open_app(url, HandClock(datetime.fromtimestamp(at_ms / 1000, UTC)))
    if file:
        await posting.deliver(app, Written(app, Path(file[0])))
    else:
        await due.run_due(app, at_ms)
    await app.database.close()


class Written(Recorder):
    """A platform that outlives us."""

    def __init__(self, app: App, file: Path) -> None:
        super().__init__(app)
        self.file = file

    async def send(self, community: Community, post: Post) -> str:
        if post.place == "person":  # as the door does; and so there is a statement between claim and message
            if not await taking.still(self.app, community.id, post.card, post.facts["round"], post.target):
                raise NotSent("gone", SUBJECT)
            with self.file.open("a") as file:
                print(post.target, post.card, file=file)
        return f"message-{post.id}"
