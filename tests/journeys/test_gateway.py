"""What happens to the server around a round, at each of its states: no answer is lost, no round hangs.

A table: every event at every state. Then the organiser repairs what can be repaired, as the desk says.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot import verify
from bot.domain.people import Person
from bot.domain.rounds import DAY_MS
from bot.services import answers, communities, drafts, initiatives, people, rounds
from tests.builders import HandClock, World, beginning, export, open_app, sqlite_url
from tests.gateway import GUILD, MODERATORS, ORGANISERS, OWNER, SAY
from tests.journeys.conftest import wording
from tests.journeys.server import OFFICERS, ROOM, Server

QUESTION, OPTIONS = "Where should the crossing be?", ("By the school", "By the shop")
ANA, BEN, CAI, DEE, OFFICER = PEOPLE = range(1001, 1006)
WHICH, DAYS = 1, 8
LONGEST_S = 20
SAID_NO = ("round-not-open", "round-cancelled")


class Case:
    """One round in one server: who was told "Recorded" with what, and who acts."""

    def __init__(self, server: Server, world: World) -> None:
        self.server, self.world = server, world
        self.recorded: dict[int, int] = {}
        self.organisers, self.officers = ORGANISERS, OFFICERS
        self.closes_ms = 0

    async def organise(self, verb: str, **form: str) -> str:
        """Press one of the organiser's buttons about the round, or send its form."""
        held = {self.organisers} & set(self.server.roles)
        gateway = self.server.gateway
        if form:
            sent = gateway.form(OWNER, f"cp1:{verb}:{WHICH}", form, roles=held)
            return (await gateway.ask(sent)).text
        return (await self.server.press(OWNER, f"cp1:{verb}:{WHICH}", None, *held)).text

    async def answer(self, who: int, place: int) -> bool:
        """Somebody answers; whether they were told that it is recorded."""
        roles = [self.officers] if who == OFFICER else []
        reply = await self.server.press(who, f"cp1:vote:{WHICH}:{place}", None, *roles)
        if reply.text.startswith(("**Recorded", "**Changed")):
            self.recorded[who] = place
            return True
        own = "Your answer from <t:" if who in self.recorded else "I have no answer from you to it."
        closed = reply.text.startswith(f"This question has closed. {own}")
        said_no = [wording().say("en", f"refusal-{code}") for code in SAID_NO]
        assert closed or reply.text in said_no, reply.text
        return False

    async def publish(self) -> None:
        """Press Publish; where the draft's channel is gone, the bot shows another and is asked again."""
        custom_id, held = f"cp1:draft-publish:{WHICH}", {self.organisers} & set(self.server.roles)
        for _ in range(3):  # what was not read as it is now is shown first, with the button for it
            reply = await self.server.press(OWNER, custom_id, None, *held)
            if "Published" in reply.text:
                break
            fresh = [one for one in reply.custom_ids if one.startswith(f"cp1:draft-publish:{WHICH}:")]
            custom_id = next(iter(fresh), custom_id)
        else:
            pytest.fail(f"it could not be published: {reply.text}")
        self.closes_ms = int(await self.server.one("SELECT closes_ms FROM round"))

    async def state(self) -> str:
        return str(await self.server.one("SELECT state FROM round"))

    async def until_closed(self) -> None:
        """Let time pass up to a minute after the closing time."""
        self.world.clock.set("2027-05-11 09:01")
        assert self.world.now - self.closes_ms == 60_000
        await self.server.settle()


async def nothing(_: Case) -> None:
    """A draft stays one."""


async def unposted(case: Case) -> None:
    """Published, and answered from *Have your say*, but Discord has not taken its card yet."""
    case.server.holding = True
    await case.publish()
    await case.server.settle()
    assert case.server.seen("Choose one.") == []
    await some_answers(case)
    case.server.holding = False


async def some_answers(case: Case) -> None:
    """Three people have answered."""
    for who, place in ((ANA, 0), (BEN, 1), (OFFICER, 1)):
        assert await case.answer(who, place)


async def opened(case: Case) -> None:
    """Open, with its card and answers."""
    await case.publish()
    await case.server.settle()
    await some_answers(case)
    await case.server.wait(minutes=1)
    assert len(case.server.seen("3 people have answered.")) == 1


async def unannounced(case: Case) -> None:
    """Just closed; Discord has not taken the result yet."""
    await opened(case)
    case.server.holding = True
    await case.until_closed()
    assert await case.state() == "closed"
    assert case.server.seen("### Result") == []
    case.server.holding = False


async def closed(case: Case) -> None:
    """Closed, with its result posted."""
    await opened(case)
    await case.until_closed()
    assert len(case.server.seen("### Result")) == 1


async def cancelled(case: Case) -> None:
    """Cancelled by its organiser."""
    await opened(case)
    assert "Cancelled" in await case.organise("poll-cancel-now", reason="It named the wrong school.")
    await case.server.settle()
    assert await case.state() == "cancelled"


STATES = (nothing, unposted, opened, unannounced, closed, cancelled)
STATE_NAMES = ("draft", "unposted", "open", "unannounced", "closed", "cancelled")


async def card_deleted(case: Case) -> None:
    """Somebody deletes the bot's messages about the round; there is no event that says so."""
    for one in [one for one, card in case.server.messages.items() if card["channel_id"] == str(ROOM)]:
        del case.server.messages[one]
    await meanwhile(case)


async def room_deleted(case: Case) -> None:
    """The round's channel goes, with everything in it."""
    await case.server.lose_channel(ROOM)
    await meanwhile(case)


async def moderators_deleted(case: Case) -> None:
    """The moderators' channel goes; another takes its place."""
    await case.server.lose_channel(MODERATORS)
    await meanwhile(case)
    await case.server.set_place("moderators_channel", await case.server.new_channel("new-moderators"))


async def say_deleted(case: Case) -> None:
    """The channel of *Have your say* goes; another takes its place."""
    await case.server.lose_channel(SAY)
    await meanwhile(case)
    await case.server.set_place("say_channel", await case.server.new_channel("have-your-say-again"))


async def organisers_deleted(case: Case) -> None:
    """The organisers' role goes; whoever runs the server names another."""
    await case.server.lose_role(ORGANISERS)
    await meanwhile(case)
    assert await case.organise("desk") == wording().say("en", "refusal-organiser-role-gone")
    case.organisers = await case.server.new_role("Hosts")
    await case.server.set_role("organiser", case.organisers)


async def officers_deleted(case: Case) -> None:
    """A role that gives a standing goes, and comes back as another."""
    await case.server.lose_role(OFFICERS)
    await meanwhile(case)
    case.officers = await case.server.new_role("Officers again")
    await case.server.set_role("officer", case.officers)


async def kicked(case: Case) -> None:
    """The bot is thrown out, and invited back a day later."""
    await case.server.kick()
    await case.server.settle()
    assert await case.server.one("SELECT removed_ms FROM community")
    for _ in range(2):
        await case.server.wait(hours=12)
    await case.server.invite()
    await case.server.settle()
    assert not await case.server.one("SELECT removed_ms FROM community")


async def gateway_lost(case: Case) -> None:
    """The connection is lost twice: once it is resumed, once begun anew."""
    await case.server.happens("RESUMED", {"__shard_id__": 0})
    await meanwhile(case)
    await case.server.connected()
    await meanwhile(case)
    assert not await case.server.one("SELECT removed_ms FROM community")


async def restarted(case: Case) -> None:
    """The bot ends and begins again on the same database."""
    await case.server.stop()
    await case.server.start()
    case.world.app = case.server.app
    await meanwhile(case)


async def meanwhile(case: Case) -> None:
    """Before anybody has repaired anything: people go on, and so does the bot."""
    for who, place in ((ANA, 1), (CAI, 0)):
        assert await case.answer(who, place) is (await case.state() == "open")
    for _ in range(2):
        await case.server.wait(hours=1)


EVENTS = (
    card_deleted, room_deleted, moderators_deleted, say_deleted, organisers_deleted, officers_deleted, kicked,
    gateway_lost, restarted,
)  # fmt: skip


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """The file of a database with a draft in a channel of its own, ready to be published, and its world."""
    folder = tmp_path_factory.mktemp("begun")
    return folder / "folkmoot.db", asyncio.run(_begin(folder))


async def _begin(folder: Path) -> World:
    app = await open_app(folder, HandClock())
    here = (await communities.community_of(app, "discord", str(GUILD))).id
    owner = Person(here, str(OWNER), frozenset({str(ORGANISERS)}), can_set_up=True)
    for meaning, role in (("organiser", ORGANISERS), ("officer", OFFICERS)):
        await communities.set_roles(app, owner, meaning, [str(role)])
    places = {"say_channel": str(SAY), "moderators_channel": str(MODERATORS)}
    community = await communities.set_up(app, owner, **places)
    world = World(app, community, owner, await initiatives.start(app, owner, beginning(app)))
    draft = await drafts.begin(app, owner, world.initiative.id, "pick", str(ROOM))
    closes = world.now + DAYS * DAY_MS
    await drafts.change(app, owner, draft.id, question=QUESTION, options=list(OPTIONS), closes_ms=closes)
    for who in PEOPLE:
        await people.go_on(app, Person(here, str(who)), "adults")
    await app.database.close()
    return world


@pytest.fixture
async def case(begun: tuple[Path, World], tmp_path: Path, clock: HandClock) -> AsyncIterator[Case]:
    """That draft, in a server where everything has been said; nobody has answered yet."""
    file, world = begun
    shutil.copy(file, tmp_path)
    server = Server(sqlite_url(tmp_path), clock, wording())
    await server.start()
    yield Case(server, replace(world, app=server.app))
    await server.stop()


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
@pytest.mark.parametrize("state", STATES, ids=STATE_NAMES)
async def test_a_round_comes_to_its_end_whatever_happens_to_the_server(
    case: Case, state: Callable[[Case], Awaitable[None]], event: Callable[[Case], Awaitable[None]]
) -> None:
    async with asyncio.timeout(LONGEST_S):
        await state(case)
        await event(case)
        await case.server.post_again(case.organisers)
        if state is nothing:
            await case.publish()
            await some_answers(case)
        is_open = state in (nothing, unposted, opened)
        assert await case.answer(DEE, 0) is is_open
        assert await case.answer(OFFICER, 0) is is_open
        if is_open:
            await case.until_closed()
        # What could not be said is on the desk; and a day is enough for everything else.
        for hours in (1, 1, 22):
            await case.server.wait(hours=hours)
            await case.server.post_again(case.organisers)
        await check(case, posted_before=state in (closed, cancelled))


async def check(case: Case, *, posted_before: bool) -> None:
    """Everything that was acknowledged counts, and everything that is to be said was said once."""
    server, world = case.server, case.world
    standing = {who: await answers.standing_answer(world.app, Person(1, str(who)), WHICH) for who in PEOPLE}
    assert {who: one[0] for who, one in standing.items() if one} == case.recorded
    look = await rounds.look(world.app, 1, WHICH)
    if look.round.state == "cancelled":
        assert sum("### Cancelled" in one for one in server.posted) == 1
        assert look.result is None
    else:
        assert look.round.state == "closed"
        assert look.round.closed_ms - case.closes_ms <= 60_000
        assert look.result is not None
        counted = Counter(case.recorded.values())
        assert look.result.counts == tuple(counted[place] for place in range(len(OPTIONS)))
        assert sum("### Result" in one for one in server.posted) == 1
        assert posted_before or len(server.seen("### Result")) == 1
    assert not server.pressable(f"cp1:vote:{WHICH}:0"), "a card still asks for answers"
    assert len(server.seen("## Have your say")) == 1
    assert await server.one("SELECT count(*) FROM outbox WHERE state != 'sent'") == 0
    verdict = verify.check(await export(world))
    assert verdict.ok, verdict
