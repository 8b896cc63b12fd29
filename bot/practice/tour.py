"""The tour: a week in a town, played by its people's own buttons and commands, in seconds."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from bot import verify, wiring
from bot.practice import month
from bot.practice.place import FOLDER, practice_app
from bot.practice.replay import Conversation, Result, read, replay
from bot.practice.town import PracticeClock, town
from bot.practice.week import STARTS, Week
from bot.services import records
from bot.services.ports import App


def play(data: Path | None, longer: bool = False) -> int:
    """Play the week, where it is to be longer the month after it, then a real conversation in a folder.

    The exit code is 0 where everything came out as it should.

    What everybody saw is printed; the last line is JSON for machines.

    Raises:
        NotPlayable: the folder holds no conversation.
    """
    conversation = read(data) if data is not None else None
    return asyncio.run(_play(conversation, longer))


async def _play(conversation: Conversation | None, longer: bool) -> int:
    async with (
        practice_app(PracticeClock()) as app,
        town(app, wiring.load_wording(), starts=STARTS) as there,
    ):
        week = Week(there)
        await week.play()
        results, compared = [week.result], dict[str, int]()
        if longer:
            results += await month.play(week)
        if conversation is not None:
            replayed, compared = await _replay(week, conversation)
            results += replayed
        outcome: dict[str, Any] = {
            "answers": sum(one["answers"] for one in results),
            "rounds_closed": len(results),
            "digests": len(week.digests),
            "chain_ok": await _leave(app, week),
            **compared,
        }
        wrong = [*week.wrong, *map(repr, there.env.errors)]
    for line in wrong:
        print(f"WRONG: {line}")
    print(json.dumps(outcome))
    return 0 if outcome["chain_ok"] and not wrong and not compared.get("tallies_wrong") else 1


async def _replay(week: Week, conversation: Conversation) -> tuple[list[Result], dict[str, int]]:
    people, presses = len(conversation.voters), len(conversation.events)
    week.tell.scene(f"A real conversation: {people} people, {presses} presses.")
    results = await replay(week.there, conversation)
    right, wrong = conversation.compare(results)
    for number, one in enumerate(results, 1):
        week.files[f"result-replayed-{number}.json"] = json.dumps(one, indent=2, ensure_ascii=False).encode()
        counts = zip(one["options"], one["counts"], strict=True)
        print(f"  “{one['question']}” {', '.join(f'{option} {count}' for option, count in counts)}")
    print(f"  Of {right + wrong} numbers, {right} are as they were.")
    return results, {"tallies_right": right, "tallies_wrong": wrong}


async def _leave(app: App, week: Week) -> bool:
    """Leave everything in the folder; whether the record is whole, and as it was published."""
    export = FOLDER / "record-1.jsonl"
    lines = [line async for line in records.record_lines(app, 1)]
    export.write_text("".join(lines), encoding="utf-8")
    verdict = verify.check(lines, week.published_head)
    for name, data in week.files.items():
        (FOLDER / name).write_bytes(data)
    print(f"\nThe record, checked against the proof in #have-your-say: {verdict}")
    print(f"Left in {FOLDER}: {', '.join(sorted([export.name, *week.files]))}")
    return verdict.ok and verdict.vouched > 0
