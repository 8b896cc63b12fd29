"""Retention: what is not needed any more goes by itself, and nothing published moves."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.asks import AskField, FieldKind
from bot.domain.contributions import Fate
from bot.domain.papers import Came
from bot.domain.people import Person, Standing
from bot.domain.rounds import DAY_MS, Round
from bot.domain.weighing import WEIGH
from bot.services import (
    answers,
    communities,
    contributions,
    drafts,
    due,
    forgetting,
    initiatives,
    meetings,
    merging,
    moderating,
    my_data,
    offers,
    papers,
    people,
    presence,
    records,
    retention,
    rounds,
    sealed_answers,
    supporting,
    weighing,
)
from bot.services.ports import App
from bot.store import answers as stored
from bot.store import contributions as stored_ideas
from bot.store import outbox
from tests.builders import (
    BOTH_ENGINES,
    SQLITE_ONLY,
    World,
    are_here,
    close_at_its_time,
    export,
    forget_what_is_owed,
    open_form,
    open_poll,
    resident,
    residents,
    set_up,
)
from tests.lived_in import everything

REASON = "We know enough."


async def night(world: World, **by: float) -> None:
    """Some time later, after the night's work."""
    world.clock.move(**by)
    await due.run_due(world.app, world.now)
    await forget_what_is_owed(world.app)


async def is_known(world: World, person: Person) -> bool:
    return await people.find(world.app, person) is not None


async def authors(world: World, which: int) -> list[int]:
    async with world.app.database.reading() as tx:
        return [one.person for one in await stored.of_round(tx, world.community.id, which)]


@BOTH_ENGINES
async def test_who_was_silent_for_twelve_months_is_forgotten(world: World) -> None:
    asked, (silent, active) = await open_poll(world), await residents(world, 2)
    await answers.answer(world.app, silent, asked.id, ["0"])
    await close_at_its_time(world, asked)
    before = await records.results(world.app, world.organiser, asked.id)
    later = await open_poll(world, days=364)
    await night(world, days=300)
    await answers.answer(world.app, active, later.id, ["0"])
    await are_here(world, active)
    assert await is_known(world, silent)
    await night(world, days=61)
    assert await is_known(world, silent), "it is not twelve months after the week in which they were here"
    await night(world, days=4)
    assert not await is_known(world, silent)
    assert await is_known(world, active)
    assert await records.results(world.app, world.organiser, asked.id) == before
    assert len(await authors(world, asked.id)) == 1


@pytest.mark.parametrize("part", ["lead", "deputy", "witness", "safeguarding_contact"])
async def test_who_has_a_part_to_play_may_be_silent(world: World, part: str) -> None:
    person = await resident(world, 1)
    app, organiser, which = world.app, world.organiser, world.initiative.id
    if part == "lead":
        await initiatives.hand_over(app, organiser, which, person.platform_id, "")
    elif part == "deputy":
        await initiatives.hand_over(app, organiser, which, "", person.platform_id)
    else:
        owner = Person(world.community.id, "owner", can_set_up=True)
        await communities.set_up(app, owner, **{part: person.platform_id})
    await night(world, days=500)
    assert await is_known(world, person)


async def test_who_only_organises_is_not_silent(world: World) -> None:
    organiser = Person(world.community.id, "organiser-2", world.organiser.role_ids)
    await rounds.close_early(world.app, organiser, (await open_poll(world)).id, REASON)
    await night(world, days=300)
    await rounds.close_early(world.app, organiser, (await open_poll(world)).id, REASON)
    await are_here(world, organiser)
    await night(world, days=200)
    assert await is_known(world, organiser)


@BOTH_ENGINES
@pytest.mark.parametrize("cancelled", [False, True])
async def test_answers_are_nobodys_after_twelve_months(world: World, cancelled: bool) -> None:
    asked, person = await open_poll(world), await resident(world, 1)
    await answers.answer(world.app, person, asked.id, ["0"])
    end = rounds.cancel if cancelled else rounds.close_early
    await end(world.app, world.organiser, asked.id, REASON)
    for _ in range(11):
        await night(world, days=30)
        await are_here(world, person)
    assert (await authors(world, asked.id))[0] > 0
    await night(world, days=40)
    await night(world, days=1)
    assert await is_known(world, person)
    assert (await authors(world, asked.id))[0] < 0
    assert await my_data.answers_of(world.app, person) == []
    assert (await my_data.held(world.app, person))["record"] == []


async def test_answers_to_open_rounds_stay_whose_they_are(world: World) -> None:
    asked, person = await open_poll(world, days=700), await resident(world, 1)
    await answers.answer(world.app, person, asked.id, ["0"])
    for _ in range(14):
        await night(world, days=30)
        await are_here(world, person)
    assert await answers.standing_answer(world.app, person, asked.id) == (0,)


async def test_what_organisers_did_stays_readable_in_the_record(world: World) -> None:
    asked = await open_poll(world, question="Which colour?")
    await rounds.close_early(world.app, world.organiser, asked.id, REASON)
    await night(world, days=500)
    assert any("Which colour?" in line for line in await export(world))


@BOTH_ENGINES
async def test_posts_that_are_settled_go_after_ninety_days(world: World) -> None:
    for _ in range(2):
        await open_poll(world, days=200)
    async with world.app.database.reading() as tx:
        sent, dead, waiting = await outbox.ready(tx, world.now, 3)
    await world.app.database.writer.run(lambda tx: outbox.note(tx, sent, state="sent"))
    await world.app.database.writer.run(lambda tx: outbox.note(tx, dead, state="dead"))
    await night(world, days=91)
    async with world.app.database.reading() as tx:
        assert await outbox.last_sent(tx, world.community.id, sent.card) is None
        assert await outbox.dead(tx, world.community.id) == []
        assert waiting.id in [post.id for post in await outbox.ready(tx, 2**60, 1000)]


@SQLITE_ONLY
async def test_after_the_grace_period_a_community_that_removed_the_bot_is_forgotten(
    app: App, tmp_path: Path
) -> None:
    world, other = await set_up(app), await set_up(app, "server-2")
    person, elsewhere = await resident(world, "canary-61"), await resident(other, "other")
    asked = await open_poll(world)
    await answers.answer(app, person, asked.id, ["0"])
    await communities.removed(app, "discord", "server-1")
    await night(world, days=29)
    assert await is_known(world, person)
    await night(world, days=3)
    assert not await is_known(world, person)
    assert await is_known(other, elsewhere)
    assert app.checkpoint_owed
    await app.database.writer.checkpoint()
    held = b"".join(file.read_bytes() for file in tmp_path.glob("folkmoot.db*"))  # noqa: ASYNC240
    for gone in (b"canary-61", b"020 7946", b"contact-1"):
        assert (gone in held) is (gone != b"canary-61"), gone  # the other community's own
    community = await communities.refresh(app, world.community.id)
    assert (community.witness, community.safeguarding_contact, community.lead_contact) == ("", "", "")


async def test_coming_back_within_the_grace_period_keeps_everything(world: World) -> None:
    person = await resident(world, 1)
    await communities.removed(world.app, "discord", "server-1")
    await night(world, days=29)
    await communities.returned(world.app, "discord", "server-1")
    await night(world, days=40)
    assert await is_known(world, person)


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [
        ("2028-02-29", 12, "2027-02-28"),
        ("2027-05-31", 3, "2027-02-28"),
        ("2027-05-03", 12, "2026-05-03"),
        ("2027-01-15", 1, "2026-12-15"),
    ],
)
def test_months_are_calendar_months(now: str, months: int, then: str) -> None:
    def ms(day: str) -> int:
        return round(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)

    assert retention.months_before(ms(now), months) == ms(then)


async def away(world: World, *those: Person, days: float = 400) -> None:
    """Everybody else is here for so long, and then comes the night."""
    for _ in range(round(days / 50)):
        world.clock.move(days=50)
        await are_here(world, *those)
    await night(world)


async def counts(world: World, *names: str) -> list[int]:
    rows = await everything(world.app.database)
    return [len(rows[name]) for name in names]


FORM = (AskField("why", FieldKind.LONG, "Why?"),)


@BOTH_ENGINES
@pytest.mark.parametrize(
    "part", ["answer", "sealed", "form", "idea", "support", "vote", "paper", "offer", "pressed"]
)
async def test_nobody_is_forgotten_who_takes_part_in_what_is_open(world: World, part: str) -> None:
    app, organiser, person = world.app, world.organiser, await resident(world, 1)
    other, which = await resident(world, 2), world.initiative.id
    asked = await ask_for(world, days=800)
    if part == "answer":
        await answers.answer(app, person, (await open_poll(world, days=800)).id, ["0"])
    elif part == "sealed":
        hidden = await open_poll(world, days=800, sealed=True)
        await sealed_answers.answer(app, person, hidden.id, ["0"])
    elif part == "form":
        hidden = await open_form(world, FORM, closed_in=800)
        await sealed_answers.answer(app, person, hidden.id, ["why", "Dark."])
    elif part in ("idea", "support"):
        one = await contributions.contribute(app, person if part == "idea" else other, asked.id, ["Cars."])
        await moderating.accept(app, organiser, one.id)
        if part == "support":
            await supporting.support(app, person, one.id, yes=True)
    elif part == "vote":
        begun = await drafts.begin(app, organiser, which, WEIGH, source=asked.id)
        [said] = await weighing.add(app, organiser, begun.id, ["More lamps"])
        await drafts.change(app, organiser, begun.id, question="Where?", closes_ms=world.now + 800 * DAY_MS)
        await drafts.publish(app, organiser, begun.id)
        await weighing.vote(app, person, begun.id, said.id, "agree")
    elif part == "paper":
        person = Person(world.community.id, "typist", world.organiser.role_ids)
        poll = await open_poll(world, days=800)
        [code] = await papers.mint(app, person, poll.id, 1)
        await papers.enter(app, person, poll.id, code, Came.PAPER, Standing.RESIDENT, {"answer": "1"})
    elif part == "offer":
        world.clock.move(days=390)
        offer = await offers.begin(app, organiser, person.platform_id, "channel", "link")
        await offers.ask(app, organiser, offer.id, asked.id, ["Dark."])
        world.clock.move(days=-390)
    elif part == "pressed":
        world.clock.move(days=400)
        presence.note(app, person)
    held = await counts(world, "answer", "sealed_answer", "version", "support", "paper", "offer")
    world.clock.move(days=0 if part == "pressed" else 395)
    await night(world)
    assert await is_known(world, person)
    assert await counts(world, "answer", "sealed_answer", "version", "support", "paper", "offer") == held
    assert not await is_known(world, other) or part == "support", "or the test shows nothing"


async def test_what_people_said_stays_as_nobodys_when_they_are_away(world: World) -> None:
    app, (away_one, other) = world.app, await residents(world, 2)
    asked = await ask_for(world, days=300)
    read = await contributions.contribute(app, away_one, asked.id, ["Cars."], "https://a/link")
    waits = await contributions.contribute(app, away_one, asked.id, ["Lamps."])
    theirs = await contributions.contribute(app, other, asked.id, ["Trees."])
    await moderating.accept(app, world.organiser, read.id)
    await supporting.support(app, other, read.id, yes=True)
    world.clock.move(days=301)
    await due.run_due(app, world.now)
    await away(world, other, days=100)
    assert not await is_known(world, away_one)
    async with app.database.reading() as tx:
        found = await stored_ideas.some(tx, world.community.id, [read.id, waits.id, theirs.id])
        assert await rounds.recounts(tx, asked)
    assert [one.text for one in found.values()] == ["Cars.", "Lamps.", "Trees."]
    assert [one.state for one in found.values()] == [Fate.ACCEPTED, Fate.RECEIVED, Fate.RECEIVED]
    assert found[read.id].person == found[waits.id].person < 0 < found[theirs.id].person
    assert (found[read.id].link, found[read.id].supporters) == ("", 1)
    await moderating.accept(app, world.organiser, waits.id)  # moderators still answer it
    await away(world, other, days=300)
    assert "Cars." not in str(await everything(app.database)), "then it goes as everybody's"


async def test_words_wait_for_the_answer_that_is_owed(world: World) -> None:
    app, (amina, bartek) = world.app, await residents(world, 2)
    asked = await ask_for(world, ask="question", owner="Councillor Boateng")
    first = await contributions.contribute(app, amina, asked.id, ["What do they cost?"])
    second = await contributions.contribute(app, bartek, asked.id, ["How much are they?"])
    plain = await contributions.contribute(app, bartek, asked.id, ["Why no lamps?"])
    joined = await merging.merge(app, world.organiser, [first.id, second.id], "What is the price?")
    await moderating.decline(app, world.organiser, plain.id, "unclear")
    await close_at_its_time(world, asked)

    async def said() -> list[str]:
        async with app.database.reading() as tx:
            return [one.text for one in await stored_ideas.of_round(tx, world.community.id, asked.id)]

    await away(world)
    assert await said() == ["What do they cost?", "How much are they?", "", "What is the price?"]
    assert not await is_known(world, amina)
    await moderating.outcome(app, world.organiser, joined.id, "decided", "40 pounds.")
    await away(world, days=300)
    assert (await said())[3] == "What is the price?"
    await away(world, days=100)
    assert await said() == ["", "", "", ""]


@pytest.mark.parametrize("origin", ["merge", "split", "undone", "meeting", "statement"])
async def test_words_go_whosever_they_are(world: World, origin: str) -> None:
    app, organiser, person = world.app, world.organiser, await resident(world, 1)
    asked = await ask_for(world)
    made = [(await contributions.contribute(app, person, asked.id, [f"canary {one}"])).id for one in "ab"]
    if origin in ("merge", "undone"):
        joined = await merging.merge(app, organiser, made, "canary both")
        if origin == "undone":
            await merging.undo(app, organiser, joined.id)
    elif origin == "split":
        await merging.split(app, organiser, made[0], ["canary one", "canary other"])
    elif origin == "meeting":
        await meetings.record(app, organiser, asked.id, "The hall", 12, ["canary said"])
    else:
        begun = await drafts.begin(app, organiser, world.initiative.id, WEIGH, source=asked.id)
        await weighing.add(app, organiser, begun.id, ["More lamps"])
        await drafts.change(app, organiser, begun.id, question="Where?", closes_ms=world.now + 9 * DAY_MS)
        await drafts.publish(app, organiser, begun.id)
        await contributions.contribute(app, person, begun.id, ["canary lamps"])
    world.clock.move(days=10)
    await due.run_due(app, world.now)
    await away(world)
    rows = await everything(app.database)
    assert "canary" not in str(rows)
    assert ("More lamps" in str(rows["version"])) is (origin == "statement"), "organisers' own words stay"


async def test_a_night_that_is_interrupted_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    app, crowd = world.app, await residents(world, 5)
    world.clock.move(days=400)
    await due.run_due(app, world.now)
    assert [await is_known(world, one) for one in crowd] == [True] * 5, "the slot itself forgets nobody"
    forget = forgetting.forget
    [there] = await counts(world, "person")
    left = [2]

    async def dies(*args: Any, **more: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise RuntimeError("killed")
        await forget(*args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(retention, "forget", dies)
        await retention.finish(app)
    assert await counts(world, "person") == [there - 2]
    app.checkpoint_owed = False
    await retention.finish(app)
    assert (await counts(world, "person"), app.checkpoint_owed) == ([there - 2], False), "it rests first"
    world.clock.move(hours=1)
    app.wake.clear()
    await retention.finish(app, 0.0)  # one piece, and then it is somebody else's turn
    assert await counts(world, "person") == [there - 3]
    assert app.wake.is_set()
    await forget_what_is_owed(app)
    assert sum([await is_known(world, one) for one in crowd]) == 0
    assert await counts(world, "forgetting") == [0]


async def test_who_comes_back_in_that_very_night_is_not_forgotten(world: World) -> None:
    app, crowd = world.app, await residents(world, 3)
    world.clock.move(days=400)
    await due.run_due(app, world.now)
    await retention.finish(app, 0.0)
    [back] = [one for one in crowd if await is_known(world, one)][:1]
    asked = await open_poll(world)
    night_of = retention._Night(app, world.community.id, world.now)
    pieces = [piece async for piece in night_of.pieces()]
    await answers.answer(app, back, asked.id, ["0"])
    for piece in pieces:
        await app.database.writer.run(piece)
    assert [await is_known(world, one) for one in crowd].count(True) == 1
    assert await answers.standing_answer(app, back, asked.id) == (0,)


@BOTH_ENGINES
async def test_a_night_is_done_where_it_is_known_who_was_there_in_this_hour(
    world: World, second: App
) -> None:
    app, crowd = world.app, await residents(world, 3)
    world.clock.move(days=400)
    presence.note(app, crowd[0])  # in memory alone, and not in that of the other process
    await due.run_due(second, world.now)
    await retention.finish(second, serves=lambda _: False)
    assert [await is_known(world, one) for one in crowd] == [True] * 3
    await retention.finish(app, serves=lambda one: one == world.community.platform_id)
    assert [await is_known(world, one) for one in crowd] == [True, False, False]
    await presence.keep(app)
    world.clock.move(days=400)
    await due.run_due(second, world.now)
    world.clock.move(hours=12)
    await retention.finish(second, serves=lambda _: False)  # whoever serves it has been down for long
    assert not await is_known(world, crowd[0])


async def test_no_piece_of_a_night_grows_with_what_there_is(world: World) -> None:
    """However many are forgotten, and however much each has: a vote waits for one piece, of so many rows."""
    app, busy, crowd = world.app, await resident(world, "busy"), await residents(world, 30)
    asked = [await open_poll(world) for _ in range(3)]
    for poll in asked:
        for one in (*crowd, busy):
            await answers.answer(app, one, poll.id, ["0"])
    world.clock.move(days=9)
    await due.run_due(app, world.now)
    world.clock.move(days=400)
    await due.run_due(app, world.now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retention, "PIECE", 2)
        sizes = await statements_of_each_piece(world)
    assert len(sizes) > len(crowd)
    assert max(sizes) < 150
    assert [await is_known(world, one) for one in (*crowd, busy)] == [False] * 31


async def statements_of_each_piece(world: World) -> list[int]:
    """How many rows each transaction of the night touched, and statements it made: what it takes."""
    found = [0]
    engine = world.app.database._writing.sync_engine

    def begun(*_: Any) -> None:
        found.append(0)

    def done(*args: Any) -> None:
        found[-1] += len(args[3]) if args[5] else 1

    event.listen(engine, "begin", begun)
    event.listen(engine, "before_cursor_execute", done)
    try:
        await forget_what_is_owed(world.app)
    finally:
        event.remove(engine, "begin", begun)
        event.remove(engine, "before_cursor_execute", done)
    return found


async def ask_for(world: World, days: float = 8, ask: str = "problem", **changes: Any) -> Round:
    begun = await drafts.begin(world.app, world.organiser, world.initiative.id, "ask", ask=ask)
    closes = world.now + round(days * DAY_MS)
    changes |= {"question": "What is the walk like?", "closes_ms": closes}
    await drafts.change(world.app, world.organiser, begun.id, **changes)
    return await drafts.publish(world.app, world.organiser, begun.id)
