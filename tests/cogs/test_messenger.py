"""How Discord's answers reach the outbox: over a real socket, each request made once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot import wiring
from bot.services import painting, posting, rounds
from bot.services.ports import App
from bot.settings import Settings
from bot.store import outbox
from bot.store.outbox import Post
from cogs.client import Folkmoot
from cogs.ui import messenger
from cogs.ui.posts import Posts, custom_ids, mark_of
from tests.builders import HandClock, World, open_poll, place_empty_database, set_up, sqlite_url, wording
from tests.gateway import GUILD, MODERATORS, SAY, Answer, Request
from tests.loopback import TROUBLES, Asked, Linked, Loopback

ELSEWHERE = str(MODERATORS + 100)
WITNESS = "700000000000000099"


@dataclass
class Place:
    """A community whose messages end in the loopback; ``plan`` has what becomes of the next requests."""

    world: World
    client: Folkmoot
    discord: Loopback = field(init=False)
    plan: dict[str, list[str]] = field(default_factory=dict)

    @property
    def app(self) -> App:
        return self.world.app

    def trouble(self, asked: Asked) -> str:
        waiting = self.plan.get(asked.method)
        return waiting.pop(0) if waiting else ""

    async def put(self, place: str = "channel", card: str = "proof") -> Post:
        """Something to say, and nothing else."""
        target = ELSEWHERE if place == "channel" else WITNESS
        facts = {"rows": 1, "head": "00"}
        await self.app.database.writer.run(
            lambda tx: outbox.put(tx, 1, card, target, self.world.now, facts, place=place)
        )
        async with self.app.database.reading() as tx:
            return (await outbox.ready(tx, 2**60, 100))[-1]

    async def deliver(self) -> int:
        return await posting.deliver(self.app, self.client.messenger)

    async def state(self, post: Post) -> tuple[str, str]:
        """How far it is, and its trouble."""
        async with self.app.database.reading() as tx:
            found = await outbox.find(tx, post.community, post.id)
        assert found is not None
        return found.state, found.trouble


@pytest.fixture
async def there(tmp_path: Path, clock: HandClock) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        settings = Settings(database=sqlite_url(tmp_path))
        await place_empty_database(tmp_path)
        app = await stack.enter_async_context(wiring.assembled(settings, clock))
        world = await set_up(app, str(GUILD), say=str(SAY), moderators=str(MODERATORS), witness="")
        place = Place(world, Folkmoot(app, wording()))
        place.discord = await stack.enter_async_context(Loopback(place.trouble, clock))
        await stack.enter_async_context(Linked(place.client, place.discord.url, [GUILD]))
        await wiring.tick(app, place.client.messenger)
        await wiring.tick(app, place.client.messenger)
        place.discord.asked.clear()
        yield place


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        ("before", ("attempted", "unknown:500")),
        ("after", ("attempted", "unknown:500")),
        ("gateway", ("attempted", "unknown:502")),
        ("cut", ("attempted", "unknown:")),
        ("limited", ("waiting", "limited:")),
        ("everything", ("waiting", "limited:global")),
        ("unknown", ("waiting", "unauthorised:")),
        ("forbidden", ("dead", "forbidden:the channel itself")),
        ("gone", ("dead", "gone:")),
    ],
)
async def test_each_answer_is_taken_for_what_it_is_and_asked_for_once(
    there: Place, trouble: str, state: tuple[str, str]
) -> None:
    post = await there.put()
    there.plan["POST"] = [trouble] * 5
    assert await there.deliver() == 0
    assert await there.state(post) == state
    assert there.discord.asked == {"POST": 1}


@pytest.mark.parametrize("trouble", ["before", "after", "cut", "late"])
async def test_what_is_of_unknown_outcome_comes_once(
    there: Place, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messenger, "PATIENCE_S", 0.3)
    post = await there.put()
    there.plan["POST"] = [trouble]
    await there.deliver()
    monkeypatch.setattr(messenger, "PATIENCE_S", 5.0)
    there.world.clock.move(minutes=2)
    assert await there.deliver() == 1
    assert await there.state(post) == ("sent", "")
    assert there.discord.stored[mark_of(post)] == 1


async def test_it_is_found_behind_hundreds_of_others(there: Place) -> None:
    post = await there.put()
    noise: dict[str, Any] = {"components": [], "flags": 1 << 15}
    for _ in range(250):
        number = there.discord._next_id()
        there.discord.messages[number] = there.discord._rest._message(ELSEWHERE, noise) | {"id": str(number)}
    there.plan["POST"] = ["after"]
    await there.deliver()
    there.world.clock.move(minutes=1)
    assert await there.deliver() == 1
    assert there.discord.stored[mark_of(post)] == 1
    assert there.discord.asked["GET"] == 3


async def test_where_it_can_not_be_told_organisers_are_asked(
    there: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messenger, "MOST_LOOKED_AT", 3)
    post = await there.put()
    for _ in range(3):
        number = there.discord._next_id()
        there.discord.messages[number] = there.discord._rest._message(ELSEWHERE, {}) | {"id": str(number)}
    there.plan["POST"] = ["after"]
    await there.deliver()
    there.world.clock.move(minutes=1)
    assert await there.deliver() == 0
    assert await there.state(post) == ("dead", "unsure:")

    # Who presses has looked: it is not looked for again.
    await posting.post_again(there.app, there.world.organiser, post.id)
    assert await there.deliver() == 1


async def test_pressed_again_it_is_looked_for_first(there: Place) -> None:
    post = await there.put()
    there.plan = {"POST": ["after"], "GET": ["forbidden"]}
    await there.deliver()
    there.world.clock.move(minutes=1)
    await there.deliver()
    assert (await there.state(post))[0] == "dead"
    await posting.post_again(there.app, there.world.organiser, post.id)
    assert await there.deliver() == 1
    assert there.discord.stored[mark_of(post)] == 1


async def test_everything_waits_when_discord_says_everything(there: Place) -> None:
    for _ in range(3):
        await there.put()
    there.plan["POST"] = ["everything"]
    await there.deliver()
    there.app.stale.add((1, 0))
    await painting.repaint(there.app, there.client.messenger)
    assert there.discord.asked == {"POST": 1}
    there.world.clock.move(seconds=1.5)
    assert await there.deliver() == 3


async def test_who_is_known_no_more_says_so_and_stops(there: Place, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        await there.put()
    there.plan["POST"] = ["unknown"] * 5
    await there.deliver()
    there.world.clock.move(days=1)
    await there.deliver()
    assert there.discord.asked == {"POST": 1}
    assert "token" in caplog.text
    assert [record.levelname for record in caplog.records].count("CRITICAL") == 1


@pytest.mark.parametrize(("status", "told"), [(500, "not-yet:"), (403, "closed:")])
async def test_a_conversation_that_can_not_be_opened(
    there: Place, status: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def receive(request: Request) -> Answer:
        return status, {"code": 50007, "message": "Cannot send messages to this user"}

    post = await there.put("person", "witness")
    monkeypatch.setattr(there.discord._rest, "receive", receive)
    await there.deliver()
    assert await there.state(post) == ("waiting" if status == 500 else "dead", told)
    monkeypatch.undo()
    there.world.clock.move(minutes=1)
    assert await there.deliver() == (status == 500)


async def test_nobody_hears_twice_in_a_private_message(there: Place) -> None:
    post = await there.put("person", "witness")
    there.plan["POST"] = ["after"]
    await there.deliver()
    there.world.clock.move(minutes=1)
    await there.deliver()
    assert await there.state(post) == ("dead", "unsure:")
    assert there.discord.asked == {"POST": 1}


async def test_nobody_there_is_no_unknown_outcome(there: Place) -> None:
    post = await there.put("person", "witness")
    await there.discord._runner.cleanup()
    await there.deliver()
    assert await there.state(post) == ("waiting", "not-yet:")


@pytest.mark.parametrize("ends", ["", "closed", "cancelled"])
async def test_every_card_carries_its_mark(there: Place, ends: str) -> None:
    asked = await open_poll(there.world)
    async with there.app.database.reading() as tx:
        post = next(one for one in await outbox.ready(tx, 2**60, 100) if one.card == "round")
    if ends == "closed":
        await rounds.close_early(there.app, there.world.organiser, asked.id, "All of it has been said.")
    elif ends == "cancelled":
        await rounds.cancel(there.app, there.world.organiser, asked.id, "The question was wrong.")
    card = await Posts(there.app, wording()).card(there.world.community, post)
    marked = [one for one in custom_ids(card.children) if one.endswith(f":{mark_of(post)}")]
    assert len(marked) == 1


async def test_a_nonce_goes_with_it_and_is_to_be_enforced(
    there: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies: list[Any] = []
    done = there.discord._do

    def watched(request: Any, channel: int, body: Any, mark: str) -> Answer:
        bodies.append(body)
        return done(request, channel, body, mark)

    monkeypatch.setattr(there.discord, "_do", watched)
    post = await there.put()
    await there.deliver()
    assert [(one["nonce"], one["enforce_nonce"]) for one in bodies] == [(post.nonce, True)]


def test_all_troubles_are_tried() -> None:
    assert set(TROUBLES) == {
        "before", "after", "gateway", "cut", "late", "limited", "everything", "forbidden", "gone", "unknown",
    }  # fmt: skip
