"""Restoring: everything is there again, and announced once; what is there already is not lost."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot import verify
from bot.domain.community import Community
from bot.domain.refusals import Refusal
from bot.services import answers, due, posting
from bot.services.restoring import FREE_ROUNDS
from bot.services.safeguarding import WORRY
from bot.store.database import DatabaseUnusable, open_to_read
from bot.store.outbox import Post
from bot.upkeep import carrying
from cogs.ui.posts import Posts, mark_of
from tests.builders import (
    MODERATORS,
    export,
    open_app,
    open_poll,
    outbox_of,
    resident,
    row_of,
    sqlite_url,
    wording,
)
from tests.killing import KILLED, killer
from tests.lived_in import at_revision, before_asks, everything, of_version_1
from tests.postgres import Server
from tests.upkeep.conftest import Made, relabelled

BOTH = pytest.mark.parametrize("to", ["sqlite", "postgresql"])


@pytest.fixture
def to_url(to: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that is empty or not there."""
    if to == "sqlite":
        return sqlite_url(tmp_path / "new")
    there: Server = request.getfixturevalue("postgres")
    return there.url(there.database())


class Platform:
    """A platform that already has some of the posts, and keeps what it is told."""

    def __init__(self, *there: str) -> None:
        self.there = there
        self.told: list[Post] = []
        self.asked_for: list[Post] = []

    def is_ready(self) -> bool:
        return True

    def serves(self, _: str) -> bool:
        return True

    async def send(self, community: Community, post: Post) -> str:
        self.told.append(post)
        return f"message-{len(self.told)}"

    async def find(self, community: Community, post: Post) -> str:
        self.asked_for.append(post)
        return "there" if post.card in self.there else ""

    async def repaint_round(self, community: Community, round_id: int) -> None: ...

    async def repaint_queue(self, community: Community) -> None: ...

    async def repaint_say(self, community: Community) -> None: ...

    async def remove(self, channel: str, message: str) -> None: ...


@BOTH
async def test_everything_is_there_again(made: Made, to_url: str) -> None:
    clock = made.clock
    clock.move(days=1)
    held, made_ms = await carrying.restore(made.file, to_url, clock)
    assert (held.rows, made_ms) == (made.count, made.clock.now_ms())
    database = await open_to_read(to_url)
    after = await everything(database)
    await database.close()
    for name, rows in made.rows.items():
        if name in (
            "interaction",
            "disclosure",
            "round",
            "contribution",
        ):  # one more of each, in two communities
            assert len(set(after[name]) - set(rows)) == 2
            assert not set(rows) - set(after[name])
        elif name not in ("head", "outbox"):
            assert after[name] == rows, name


@BOTH
async def test_it_is_on_the_record_and_the_moderators_are_told_once(made: Made, to_url: str) -> None:
    clock, made_ms = made.clock, made.clock.now_ms()
    clock.move(days=3)
    await carrying.restore(made.file, to_url, clock)
    app = await open_app(to_url, clock)
    there, platform = made.at(app), Platform()
    lines, rows = await export(there), len(made.lines) - 2
    assert lines[:-2] == made.lines[:-1]
    row, facts = row_of(lines[-2]), {"backup_ms": made_ms, "rows": rows}
    assert (row["act"], row["words"]) == (
        "restored",
        {"at_ms": clock.now_ms(), "said": facts, "standing": ""},
    )
    assert verify.check(lines, json.loads(made.lines[-1])["head"]).vouched == rows
    for _ in range(2):
        await due.run_due(app, clock.now_ms())
        await posting.deliver(app, platform)
    told = [one for one in platform.told if (one.card, one.community) == ("restored", there.community.id)]
    assert [(post.target, post.facts) for post in told] == [(MODERATORS, facts)]
    await app.database.close()


async def test_the_moderators_read_when_the_backup_was_made_and_what_to_do(
    made: Made, tmp_path: Path
) -> None:
    await carrying.restore(made.file, sqlite_url(tmp_path / "new"), made.clock)
    app = await open_app(tmp_path / "new", made.clock)
    there = made.at(app)
    [post] = await outbox_of(there, "restored")
    card = json.dumps((await Posts(app, wording()).card(there.community, post)).to_components())
    assert f"<t:{made.clock.now_ms() // 1000}:F>" in card
    assert f"row {len(made.lines) - 2} of our record" in card
    assert f"cp1:desk:0:{mark_of(post)}" in card
    await app.database.close()


async def test_what_waited_may_have_been_posted_since_and_is_looked_for(made: Made, tmp_path: Path) -> None:
    waited = {(one.community, one.id): one.made_ms for one in made.waiting if one.place == "channel"}
    assert waited
    clock = made.clock
    clock.move(days=1)
    await carrying.restore(made.file, sqlite_url(tmp_path / "new"), clock)
    app, platform = await open_app(tmp_path / "new", clock), Platform("round", "result")
    await posting.deliver(app, platform)
    assert {(one.community, one.id): one.attempted_ms for one in platform.asked_for} == waited
    assert {post.card for post in platform.told} & {"round", "result"} == set()
    direct = {post.card for post in platform.told if post.place != "channel"}
    assert direct <= {WORRY}, "nobody gets a direct message twice, but what tells of danger"
    await app.database.close()


async def test_buttons_of_what_came_after_the_backup_reach_nothing_new(made: Made, tmp_path: Path) -> None:
    lost = max(row[1] for row in made.rows["round"]) + 1
    await carrying.restore(made.file, sqlite_url(tmp_path / "new"), made.clock)
    app = await open_app(tmp_path / "new", made.clock)
    there = made.at(app)
    new, person = await open_poll(there, "A new question?", days=30), await resident(there, "presser")
    assert new.id == lost + FREE_ROUNDS
    with pytest.raises(Refusal, match="round-unknown"):
        await answers.answer(app, person, lost, ["0"])
    await app.database.close()


async def test_a_database_that_holds_something_is_left_alone(made: Made, tmp_path: Path) -> None:
    there = sqlite_url(tmp_path / "new")
    await carrying.restore(made.file, there, made.clock)
    before = dump(tmp_path / "new" / "folkmoot.db")
    with pytest.raises(DatabaseUnusable, match=r"is not empty, .* move the old database away"):
        await carrying.restore(made.file, there, made.clock)
    assert dump(tmp_path / "new" / "folkmoot.db") == before


async def test_a_backup_of_an_older_schema_is_upgraded_on_the_way(made: Made, tmp_path: Path) -> None:
    before, file = of_version_1(before_asks(made.rows)), tmp_path / "old.db"
    await at_revision(f"sqlite+aiosqlite:///{file}", "0001", before)
    await relabelled(file)
    whole = dump(file)
    held, made_ms = await carrying.restore(file, sqlite_url(tmp_path / "new"), made.clock)
    # Each community gets two things planned on the way, and a row of the record with its words.
    more = 4 * len(before["community"])
    assert (held.rows, made_ms) == (sum(map(len, before.values())) + more, 0)
    app = await open_app(tmp_path / "new", made.clock)
    after = await everything(app.database)
    assert after["answer"] == before["answer"]
    assert len(after["occurrence"]) == len(before["occurrence"])
    weekly = {act: sorted((row[0], *row[4:]) for row in after["schedule"] if row[2] == act)
              for act in ("proof", "news")}  # fmt: skip
    assert weekly["news"] == weekly["proof"] != []
    await app.database.close()
    assert dump(file) == whole


async def test_a_restore_that_is_killed_leaves_nothing_and_can_be_made_again(
    made: Made, tmp_path: Path
) -> None:
    url, code, statement = sqlite_url(tmp_path / "new"), KILLED, 120
    with killer() as killing:
        while code == KILLED:
            code = killing.run(statement, url, "restore", made.file)
            app = await open_app(url, made.clock)
            announced = [
                row for row in (await everything(app.database))["interaction"] if row[6] == "restored"
            ]
            assert len(announced) == (0 if code else 2)
            await app.database.close()
            statement += 29
    assert code == 0
    assert statement > 200, "it was hardly killed"


def dump(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as there:
        return list(there.iterdump())
