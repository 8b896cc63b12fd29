"""A real conversation, replayed through Discord's door with a restart of the bot in the middle of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.practice.replay import STATEMENTS, read, replay
from tests.journeys.conftest import living, restarted

DATA = Path(__file__).parents[2].parent / "shared/data/london-youth-policing"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the conversation is not there: {DATA}")


async def test_every_number_is_right_in_spite_of_a_restart(tmp_path: Path) -> None:
    conversation = read(DATA)
    times = [event.at_ms for event in conversation.events]
    assert times == sorted(times)
    async with living(tmp_path) as there:
        results = await replay(there, conversation, halfway=lambda: restarted(there))
        assert [one["question"] for one in results] == list(conversation.questions.values())
        assert conversation.compare(results) == (3 * len(STATEMENTS), 0)
        assert there.env.errors == []
