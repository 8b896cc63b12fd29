"""A real conversation, weighed on paper: each statement has the numbers that its people gave it."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest

from bot.domain.rounds import DAY_MS
from bot.domain.weighing import WEIGH
from bot.services import batches, drafts, papers, rounds, weighing, weighing_files
from tests.builders import World, close_at_its_time

DATA = Path(__file__).parents[2].parent / "shared/data/london-youth-policing"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the conversation is not there: {DATA}")


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


async def test_votes_from_a_file_make_the_numbers_that_their_people_gave(world: World) -> None:
    app, organiser = world.app, world.organiser
    begun = await drafts.begin(app, organiser, world.initiative.id, WEIGH)
    told = [row for row in rows_of("comments.csv") if row["moderated"] == "1"]
    numbers: dict[str, int] = {}
    for start in range(0, len(told), 20):
        some = told[start : start + 20]
        made = await weighing.add(app, organiser, begun.id, [row["comment-body"] for row in some])
        numbers |= {row["comment-id"]: one.id for row, one in zip(some, made, strict=True)}
    changes = {"question": "Where do you stand?", "closes_ms": world.now + 9 * DAY_MS}
    await drafts.change(app, organiser, begun.id, **changes)
    asked = await drafts.publish(app, organiser, begun.id)

    people = rows_of("participants-votes.csv")
    latest = [{numbers[old]: row[old] for old in numbers if row[old]} for row in people]
    assert sum(map(len, latest)) == 638
    codes = await papers.mint(app, organiser, asked.id, len(people))
    out = io.StringIO(newline="")
    written = csv.DictWriter(out, ["receipt", *map(str, numbers.values())])
    written.writeheader()
    written.writerows(
        {"receipt": code, **{str(one): vote for one, vote in votes.items()}}
        for code, votes in zip(codes, latest, strict=True)
    )
    taken = await papers.take_file(app, world.community.id, asked.id, out.getvalue().encode())
    assert (taken.count, taken.again) == (26, False)
    assert (await papers.take_file(app, world.community.id, asked.id, out.getvalue().encode())).again
    assert await batches.confirm(app, organiser, taken.batch) == 26
    await close_at_its_time(world, asked)

    files = await weighing_files.files(app, organiser, asked.id)
    facts = json.loads(files[f"statements-{asked.id}.json"])
    assert (facts["people"], facts["people_offline"]) == (26, 26)
    expected = {
        number: Counter(votes[number] for votes in latest if number in votes) for number in numbers.values()
    }
    for row in facts["statements"]:
        counts = expected[row["number"]]
        assert (row["agree"], row["disagree"], row["passed"]) == (counts["1"], counts["-1"], counts["0"])
        told_apart = row["agree_offline"], row["disagree_offline"], row["passed_offline"]
        few = 0 < counts.total() < app.settings.privacy.least_group
        assert told_apart == ((None,) * 3 if few else (counts["1"], counts["-1"], counts["0"]))
    async with app.database.reading() as tx:
        assert await rounds.recounts(tx, asked)
