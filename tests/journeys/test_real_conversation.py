"""A real conversation, replayed through Discord's door with a restart in the middle of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import wiring
from bot.practice.replay import STATEMENTS, read, replay
from bot.practice.town import PracticeClock, set_up, town
from cogs.client import Folkmoot

DATA = Path(__file__).parents[2].parent / "shared/data/london-youth-policing"
STARTS = datetime(2027, 5, 3, 9, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the conversation is not there: {DATA}")


async def test_every_number_is_right_in_spite_of_a_restart(tmp_path: Path) -> None:
    conversation = read(DATA)
    assert [one.at_ms for one in conversation.events] == sorted(one.at_ms for one in conversation.events)
    settings = replace(wiring.load_settings(), database=f"sqlite+aiosqlite:///{tmp_path / 'folkmoot.db'}")
    wording = wiring.load_wording()
    async with (
        wiring.assembled(settings, PracticeClock()) as app,
        town(app, wording, starts=STARTS) as there,
    ):

        async def restart() -> None:
            there.client = Folkmoot(app, wording)
            await there.env.restart_bot(there.client)

        await set_up(there)
        results = await replay(there, conversation, halfway=restart)
        assert conversation.compare(results) == (3 * len(STATEMENTS), 0)
        assert [one["question"] for one in results] == list(conversation.questions.values())
        assert there.env.errors == []
