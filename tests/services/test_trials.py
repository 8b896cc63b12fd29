"""Trials of drafts: who is asked, who may answer and how long, and what is left of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.people import Ages, Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.domain.trials import PATIENCE_MS, WORDS_LENGTH, version_of
from bot.services import communities, drafts, due, initiatives, my_data, people, trials
from bot.services.answers import NoticeFirst
from bot.services.trials import Heard
from bot.store import trials as stored
from tests.builders import (
    BOTH_ENGINES,
    ORGANISER,
    SQLITE_ONLY,
    World,
    are_here,
    beginning,
    draft_poll,
    export,
    forget_what_is_owed,
    outbox_of,
    places_of,
    resident,
    row_of,
    set_up,
    stranger,
)
from tests.lived_in import everything

SAID = "Which crossing we want, CANARY"


async def helpers(world: World, count: int, *, ages: str = "adults", first: int = 0) -> list[Person]:
    """People who have agreed to help."""
    those = [await resident(world, number, ages=ages) for number in range(first, first + count)]
    for one in those:
        await trials.agree(world.app, one)
    return those


async def asked_of(world: World, those: Sequence[Person], draft: Round) -> list[Person]:
    """For whom a draft waits."""
    return [one for one in those if draft.id in (await trials.helping(world.app, one)).waiting]


async def ask(world: World, draft: Round, *, fewer: bool = False) -> int:
    return await trials.ask(world.app, world.organiser, draft.id, fewer=fewer)


async def say(world: World, person: Person, draft: Round, text: str = SAID, hard: str = "") -> bool:
    return await trials.say(world.app, person, draft.id, version_of(draft), text, hard)


async def refused(code: str, act: Any) -> None:
    with pytest.raises(Refusal) as no:
        await act
    assert no.value.code == code


async def rows_of(world: World) -> dict[str, list[Any]]:
    rows = await everything(world.app.database)
    return {name: rows[name] for name in ("helper", "trial")}


@BOTH_ENGINES
async def test_two_are_asked_and_whoever_was_asked_longest_ago_comes_first(world: World) -> None:
    those = await helpers(world, 5)
    before: list[Person] = []
    for _ in range(2):
        world.clock.move(minutes=1)
        draft = await draft_poll(world)
        assert await ask(world, draft) == 2
        now = await asked_of(world, those, draft)
        assert len(now) == 2
        assert not any(one in before for one in now)
        before += now
    world.clock.move(minutes=1)
    third = await draft_poll(world)
    await ask(world, third)
    [fifth] = [one for one in those if one not in before]
    assert fifth in await asked_of(world, those, third)


@SQLITE_ONLY
async def test_chance_decides_between_equals(world: World) -> None:
    those, draft = await helpers(world, 6), await draft_poll(world)
    chosen: set[str] = set()
    for _ in range(20):
        await ask(world, draft)
        for one in await asked_of(world, those, draft):
            chosen.add(one.platform_id)
            await trials.stop(world.app, one)
            await trials.agree(world.app, one)  # again as if they had never been asked
        if len(chosen) > 2:
            return
    pytest.fail("it was always the same two")


@SQLITE_ONLY
@pytest.mark.parametrize(("wanted", "other"), [(Ages.ADULTS, "teens"), (Ages.TEENS, "adults")])
async def test_nobody_is_asked_whose_age_it_is_not_for(world: World, wanted: Ages, other: str) -> None:
    app = world.app
    on = await initiatives.start(app, world.organiser, beginning(app, "Only some", ages=wanted))
    draft = await draft_poll(world, initiative=on.id)
    await helpers(world, 3, ages=other)
    await refused("trial-nobody", ask(world, draft))
    fitting = await helpers(world, 2, ages=wanted.value, first=10)
    assert await ask(world, draft) == 2
    assert await asked_of(world, fitting, draft) == fitting
    # Who says later that they are of another age is not shown it any more.
    await people.go_on(app, fitting[0], other)
    await refused(f"only-{wanted}", trials.look(app, fitting[0], draft.id))
    await refused(f"only-{wanted}", say(world, fitting[0], draft))
    assert await asked_of(world, fitting, draft) == fitting[1:]


async def test_organisers_are_never_asked(world: World) -> None:
    app, draft = world.app, await draft_poll(world)
    [deputy, acted, later, plain] = await helpers(world, 4)
    await refused("trial-not-organisers", trials.agree(app, world.organiser))
    # Their role is in their own presses alone: we know them by what they have done here.
    await people.go_on(app, bare := replace(world.organiser, role_ids=frozenset()), "adults")
    await trials.agree(app, bare)
    await initiatives.hand_over(app, world.organiser, world.initiative.id, "", deputy.platform_id)
    with_role = replace(acted, role_ids=frozenset({ORGANISER}))
    await drafts.publish(app, with_role, (await draft_poll(world)).id)
    assert await ask(world, draft) == 2
    assert await asked_of(world, [bare, deputy, acted, later, plain], draft) == [later, plain]
    promoted = replace(later, role_ids=frozenset({ORGANISER}))
    assert (await trials.helping(app, promoted)).waiting == ()
    await refused("trial-not-organisers", trials.look(app, promoted, draft.id))
    await refused("trial-not-organisers", say(world, promoted, draft))


@SQLITE_ONLY
async def test_only_organisers_ask_and_read(world: World) -> None:
    app, [one, other] = world.app, await helpers(world, 2)
    draft, there = await draft_poll(world), await set_up(world.app, "server-2")
    before = await rows_of(world)
    await refused("organisers-only", trials.ask(app, one, draft.id))
    await refused("draft-not-open", trials.ask(app, there.organiser, draft.id + 70))
    assert await rows_of(world) == before
    await ask(world, draft)
    await say(world, one, draft)
    for nobody in (one, other, stranger(world, 9)):
        await refused("organisers-only", trials.tried(app, nobody, draft.id))
    await refused("draft-not-open", trials.tried(app, there.organiser, draft.id))
    await draft_poll(there)  # has the same number there
    assert (await trials.tried(app, there.organiser, draft.id)).heard == ()
    assert (await trials.tried(app, world.organiser, draft.id)).heard == (Heard(SAID, "", False),)


@SQLITE_ONLY
async def test_what_it_takes_to_ask(world: World) -> None:
    app, draft = world.app, await draft_poll(world)
    empty = await drafts.begin(app, world.organiser, world.initiative.id, "pick")
    await refused("trial-question-missing", ask(world, empty))
    await refused("trial-nobody", ask(world, draft))
    owner = Person(world.community.id, "owner", can_set_up=True)
    await communities.set_up(app, owner, help_lines="")
    await refused("safety-missing", ask(world, draft))
    await communities.set_up(app, owner, help_lines="Samaritans: 116 123")
    [first] = await helpers(world, 1)
    before = await rows_of(world)
    await refused("trial-only-one", ask(world, draft))
    assert await rows_of(world) == before
    assert await ask(world, draft, fewer=True) == 1
    await refused("trial-nobody-left", ask(world, draft))
    [second] = await helpers(world, 1, first=1)
    assert await ask(world, draft) == 1  # the one that was missing
    await refused("trial-asked-already", ask(world, draft))
    assert await asked_of(world, [first, second], draft) == [first, second]


async def test_somebody_else_is_asked_for_the_silent_and_after_a_change(world: World) -> None:
    app, those = world.app, await helpers(world, 3)
    draft = await draft_poll(world, days=20)
    await ask(world, draft)
    [one, silent] = await asked_of(world, those, draft)
    await say(world, one, draft)
    world.clock.move(seconds=PATIENCE_MS / 1000 - 1)
    await refused("trial-asked-already", ask(world, draft))
    world.clock.move(seconds=1)
    assert await ask(world, draft) == 1
    await say(world, silent, draft)  # late, and welcome
    assert len((await trials.tried(app, world.organiser, draft.id)).heard) == 2
    changed = await drafts.change(app, world.organiser, draft.id, question="Where then?")
    heard = (await trials.tried(app, world.organiser, draft.id)).heard
    assert all(answer.changed for answer in heard)
    await helpers(world, 1, first=7)
    assert await ask(world, draft) == 1
    # Somebody answers what they had before them, whatever has become of it since.
    assert not await trials.say(app, one, draft.id, version_of(draft), "The old one", "")
    assert await say(world, silent, changed, "The new one")
    heard = (await trials.tried(app, world.organiser, draft.id)).heard
    assert {(answer.understood, answer.changed) for answer in heard} == {
        ("The old one", True), ("The new one", False),
    }  # fmt: skip


@BOTH_ENGINES
async def test_asked_twice_at_once_two_are_asked(world: World) -> None:
    those, draft = await helpers(world, 5), await draft_poll(world)
    done = await asyncio.gather(ask(world, draft), ask(world, draft), return_exceptions=True)
    [count] = [one for one in done if not isinstance(one, BaseException)]
    [no] = [one for one in done if isinstance(one, Refusal)]
    assert (count, no.code) == (2, "trial-asked-already")
    mine = await asked_of(world, those, draft)
    assert len(mine) == 2
    await asyncio.gather(*(say(world, one, draft, f"{n}") for n in range(4) for one in mine))
    assert len((await trials.tried(world.app, world.organiser, draft.id)).heard) == 2


async def test_nobody_else_sees_or_answers(world: World) -> None:
    app, [one, other, third] = world.app, await helpers(world, 3)
    draft = await draft_poll(world)
    await ask(world, draft)
    [left] = [
        who for who in (one, other, third) if who not in await asked_of(world, [one, other, third], draft)
    ]
    there = await set_up(app, "server-2")
    namesake = Person(there.community.id, one.platform_id)
    await people.go_on(app, namesake, "adults")
    before = await rows_of(world)
    for nobody in (left, await resident(world, "no helper"), stranger(world, "unknown"), namesake):
        await refused("trial-over", trials.look(app, nobody, draft.id))
        await refused("trial-over", say(world, nobody, draft))
        assert (await trials.helping(app, nobody)).waiting == ()
    assert await rows_of(world) == before


@BOTH_ENGINES
@pytest.mark.parametrize("end", ["publish", "discard", "lapse"])
async def test_it_is_over_when_the_draft_is(world: World, end: str) -> None:
    app, [one, other] = world.app, await helpers(world, 2)
    draft = await draft_poll(world, days=30)
    await ask(world, draft)
    await say(world, one, draft)
    assert await trials.waiting(app, world.community.id) == 1
    app.stale.clear()
    if end == "publish":
        await drafts.publish(app, world.organiser, draft.id)
    elif end == "discard":
        await drafts.discard(app, world.organiser, draft.id)
    else:
        world.clock.move(days=15)
        await due.run_due(app, world.now)
        await forget_what_is_owed(app)
    assert (world.community.id, 0) in app.stale
    assert (await rows_of(world))["trial"] == []
    assert await trials.waiting(app, world.community.id) == 0
    assert await asked_of(world, [one, other], draft) == []
    for tester in (one, other):
        await refused("trial-over", trials.look(app, tester, draft.id))
        await refused("trial-over", say(world, tester, draft))
    await refused("draft-not-open", trials.tried(app, world.organiser, draft.id))
    code = "draft-not-open"
    await refused(code, ask(world, draft))
    assert len((await rows_of(world))["helper"]) == 2  # they go on helping


@BOTH_ENGINES
async def test_published_and_answered_at_once_nothing_is_left(world: World) -> None:
    app, [one, other] = world.app, await helpers(world, 2)
    draft = await draft_poll(world)
    await ask(world, draft)
    done = await asyncio.gather(
        drafts.publish(app, world.organiser, draft.id), say(world, one, draft), say(world, other, draft),
        return_exceptions=True,
    )  # fmt: skip
    assert not isinstance(done[0], BaseException)
    assert (await rows_of(world))["trial"] == []
    said = next(row for row in await public(world) if row["act"] == "round-opened")["said"]
    assert said["tried"] == sum(not isinstance(outcome, BaseException) for outcome in done[1:])
    # Even if a row had been left behind, nobody could do anything with it.
    async with app.database.reading() as tx:
        [helper, _] = await stored.helpers(tx, world.community.id)
    await app.database.writer.run(
        lambda tx: stored.ask(tx, world.community.id, draft.id, [helper.person], world.now)
    )
    for tester in (one, other):
        await refused("trial-over", trials.look(app, tester, draft.id))
        await refused("trial-over", say(world, tester, draft))
        assert (await trials.helping(app, tester)).waiting == ()
    assert await trials.waiting(app, world.community.id) == 0


async def public(world: World) -> list[dict[str, Any]]:
    """The disclosed rows of the record."""
    rows = [row_of(line) for line in (await export(world))[1:-1]]
    return [row | {"said": row["words"]["said"]} for row in rows if "words" in row]


async def test_the_record_counts_and_names_nobody(world: World) -> None:
    app, those = world.app, await helpers(world, 2)
    draft = await draft_poll(world)
    rows = len(await export(world))
    await ask(world, draft)
    await say(world, those[0], draft)
    await say(world, those[0], draft, f"{SAID} again")
    assert len(await export(world)) == rows + 1  # testers leave no row
    await drafts.publish(app, world.organiser, draft.id)
    acts = {row["act"]: row for row in await public(world)}
    assert acts["trial-asked"]["said"] == {"people": 2}
    assert acts["trial-asked"]["who"] == acts["round-opened"]["who"]  # the organiser's
    assert acts["round-opened"]["said"]["tried"] == 1
    whole = "\n".join(await export(world))
    assert "CANARY" not in whole
    assert not any(one.platform_id in whole for one in those)
    plain = await drafts.publish(app, world.organiser, (await draft_poll(world)).id)
    last = [row for row in await public(world) if row["round"] == plain.id][-1]
    assert last["said"]["tried"] == 0


@BOTH_ENGINES
@pytest.mark.parametrize("way", ["erase", "stop"])
async def test_who_goes_takes_their_words_along(world: World, way: str) -> None:
    app, [one, other] = world.app, await helpers(world, 2)
    draft = await draft_poll(world)
    await ask(world, draft)
    await say(world, one, draft, SAID, "Hard")
    await say(world, other, draft, "Theirs")
    data = await my_data.held(app, one)
    assert data["helps_try_questions"] == {"since_ms": world.now, "last_asked_ms": world.now}
    assert [(mine["understood"], mine["hard"]) for mine in data["tried"]] == [(SAID, "Hard")]
    assert "Theirs" not in json.dumps(data)
    if way == "erase":
        await people.erase(app, one)
    else:
        await trials.stop(app, one)
        assert (await my_data.held(app, one))["tried"] == []
    assert SAID not in str(await everything(app.database))
    await refused("trial-over", say(world, one, draft))
    tried = await trials.tried(app, world.organiser, draft.id)
    assert (tried.asked, tried.heard) == (1, (Heard("Theirs", "", False),))
    await helpers(world, 1, first=8)
    assert await ask(world, draft) == 1  # in their place


@SQLITE_ONLY
async def test_words_that_went_are_in_no_file(world: World, tmp_path: Path) -> None:
    app, [one, _] = world.app, await helpers(world, 2)
    draft = await draft_poll(world)
    await ask(world, draft)
    await say(world, one, draft)
    await people.erase(app, one)
    assert not places_of(tmp_path, b"CANARY")


async def test_who_is_away_for_long_helps_no_more(world: World) -> None:
    [silent, active] = await helpers(world, 2)
    world.clock.move(days=300)
    draft = await draft_poll(world)
    await ask(world, draft)
    await say(world, active, draft)
    await are_here(world, active)
    world.clock.move(days=80)
    await due.run_due(world.app, world.now)
    await forget_what_is_owed(world.app)
    assert (await trials.helping(world.app, active)).since_ms
    assert not (await trials.helping(world.app, silent)).since_ms
    assert len((await rows_of(world))["helper"]) == 1


@SQLITE_ONLY
async def test_the_notice_comes_first(world: World) -> None:
    app, unread = world.app, stranger(world, 1)
    with pytest.raises(NoticeFirst):
        await trials.agree(app, unread)
    assert await people.find(app, unread) is None
    [one, _] = await helpers(world, 2)
    draft = await draft_poll(world)
    await ask(world, draft)
    privacy = replace(app.settings.privacy, notice_version="another")
    app.settings = replace(app.settings, privacy=privacy)
    with pytest.raises(NoticeFirst):
        await say(world, one, draft)
    assert (await trials.tried(app, world.organiser, draft.id)).heard == ()
    await people.go_on(app, one, "adults")
    assert await say(world, one, draft)


@SQLITE_ONLY
async def test_nothing_is_sent_to_anybody(world: World) -> None:
    await helpers(world, 1), await helpers(world, 1, ages="teens", first=5)
    draft, before = await draft_poll(world), await outbox_of(world)
    await ask(world, draft)
    assert await outbox_of(world) == before


HOSTILE: Collection[str] = (
    "@everyone <@1> <@&2> <#3>", "[council](https://example.org)", "**bold** `code` > quote",
    "a\u202eb\u200fc", "nul\x00nul", "half\ud83d", "x" * WORDS_LENGTH, "'; DROP TABLE trial; --",
)  # fmt: skip


@SQLITE_ONLY
async def test_hostile_words_are_kept_clean(world: World) -> None:
    app, [one, _] = world.app, await helpers(world, 2)
    draft = await draft_poll(world)
    await ask(world, draft)
    for text in HOSTILE:
        assert await say(world, one, draft, text, text)
        [heard] = (await trials.tried(app, world.organiser, draft.id)).heard
        assert heard.understood == heard.hard
        assert not any(odd in heard.understood for odd in "\x00\u202e\u200f\ud83d")
    for nothing in ("", " \n ", "\x00", "\u200b\u202e", "\ud83d"):
        await refused("words-missing", say(world, one, draft, nothing))
    await refused("words-too-long", say(world, one, draft, "x" * 4000))
    await refused("words-too-long", say(world, one, draft, "x", "x" * (WORDS_LENGTH + 1)))
    for about in ("", "x" * 60, "../..", "\x00"):
        assert not await trials.say(app, one, draft.id, about, "Said", "")
    [heard] = (await trials.tried(app, world.organiser, draft.id)).heard
    assert heard == Heard("Said", "", True)
