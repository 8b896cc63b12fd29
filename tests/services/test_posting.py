"""Posting: nothing doubles, nothing is lost silently, and cards end up in their last state."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.refusals import Refusal
from bot.services import communities, digests, posting, rounds
from bot.services.ports import App, NotSent
from bot.store import outbox
from tests.builders import (
    BOTH_ENGINES,
    MODERATORS,
    SAY,
    HandClock,
    World,
    open_poll,
    outbox_of,
    set_up,
    unshrunk,
)
from tests.recorder import Recorder, dead, put


async def test_what_waits_is_sent_once_in_its_order(quiet: World, platform: Recorder) -> None:
    for card in ("stage", "late", "digest"):
        await put(quiet, card)
    assert await posting.deliver(quiet.app, platform) == 3
    assert await posting.deliver(quiet.app, platform) == 0
    assert platform.cards() == ["say", "stage", "late", "digest"]
    assert await outbox_of(quiet) == []


@BOTH_ENGINES
async def test_a_try_is_marked_before_it_is_made(quiet: World, platform: Recorder) -> None:
    await put(quiet)
    await posting.deliver(quiet.app, platform)
    assert [(state, attempts) for _, state, attempts in platform.tries] == [("attempted", 1)]


@pytest.mark.parametrize("trouble", ["gone", "forbidden", "closed"])
async def test_what_can_never_be_said_is_kept_for_organisers(
    quiet: World, platform: Recorder, trouble: str
) -> None:
    platform.failures.append(("before", NotSent(trouble, "send_messages")))
    for card in ("stage", "late"):
        await put(quiet, card)
    assert await posting.deliver(quiet.app, platform) == 1
    quiet.clock.move(days=1)
    assert await posting.deliver(quiet.app, platform) == 0
    assert await dead(quiet) == [f"{trouble}:send_messages"]
    assert platform.cards() == ["say", "late"]


async def test_what_is_held_back_is_sent_after_the_wait(quiet: World, platform: Recorder) -> None:
    platform.failures.append(("before", NotSent("limited", wait_s=30)))
    await put(quiet)
    assert await posting.deliver(quiet.app, platform) == 0
    quiet.clock.move(seconds=29)
    assert await posting.deliver(quiet.app, platform) == 0
    quiet.clock.move(seconds=1)
    assert await posting.deliver(quiet.app, platform) == 1
    assert platform.cards() == ["say", "stage"]


async def test_a_platform_that_names_no_wait_is_not_stormed(quiet: World, platform: Recorder) -> None:
    platform.failures.extend(("before", NotSent("limited")) for _ in range(3))
    await put(quiet)
    assert await asyncio.wait_for(posting.deliver(quiet.app, platform), 5) == 0
    assert len(platform.tries) == 1


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_unknown_outcome_is_looked_for_and_never_doubles(
    quiet: World, platform: Recorder, when: str
) -> None:
    platform.failures.append((when, NotSent("unknown")))
    await put(quiet)
    assert await posting.deliver(quiet.app, platform) == 0
    assert await posting.deliver(quiet.app, platform) == 0
    quiet.clock.move(seconds=5)
    assert await posting.deliver(quiet.app, platform) == 1
    assert platform.cards() == ["say", "stage"]
    assert len(platform.tries) == (2 if when == "before" else 1)


async def test_looking_that_is_held_back_is_not_forgotten(quiet: World, platform: Recorder) -> None:
    platform.failures.append(("after", NotSent("unknown")))
    platform.find_fails.append(NotSent("limited", wait_s=2))
    await put(quiet)
    for _ in range(3):
        await posting.deliver(quiet.app, platform)
        quiet.clock.move(minutes=1)
    assert platform.cards() == ["say", "stage"]
    assert await outbox_of(quiet) == []


@BOTH_ENGINES
async def test_a_crash_after_sending_does_not_double(quiet: World, platform: Recorder) -> None:
    await put(quiet)
    (post,) = await outbox_of(quiet)
    await quiet.app.database.writer.run(lambda tx: outbox.note(tx, post, state="attempted", attempts=1))
    platform.messages["message-before-the-crash"] = post
    assert await posting.deliver(quiet.app, platform) == 1
    assert platform.tries == []
    assert platform.cards() == ["say", "stage"]


async def test_a_direct_message_of_unknown_outcome_is_not_sent_again(
    quiet: World, platform: Recorder
) -> None:
    platform.failures.append(("after", NotSent("unknown")))
    await put(quiet, "witness", place="person")
    for _ in range(3):
        await posting.deliver(quiet.app, platform)
        quiet.clock.move(hours=1)
    assert len(platform.tries) == 1
    assert await dead(quiet) == ["unsure:"]


async def test_a_post_that_cannot_be_made_holds_up_no_other(
    quiet: World, platform: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    broken = KeyError("no such wording")
    platform.failures.append(("before", broken))  # type: ignore[arg-type]
    for card in ("stage", "late"):
        await put(quiet, card)
    assert await posting.deliver(quiet.app, platform) == 1
    assert platform.cards() == ["say", "late"]
    assert "failed" in caplog.text


async def test_a_post_about_what_is_gone_holds_up_no_other(quiet: World, platform: Recorder) -> None:
    platform.failures.append(("before", Refusal("round-unknown")))  # type: ignore[arg-type]
    for card in ("stage", "late"):
        await put(quiet, card)
    assert await posting.deliver(quiet.app, platform) == 1
    assert platform.cards() == ["say", "late"]
    async with quiet.app.database.reading() as tx:
        (unsent,) = await outbox.dead(tx, quiet.community.id)
    assert (unsent.card, unsent.trouble) == ("stage", "gone:subject")


async def test_waits_grow_with_each_unknown_outcome(quiet: World, platform: Recorder) -> None:
    platform.failures.extend(("before", NotSent("unknown")) for _ in range(20))
    await put(quiet)
    begun = quiet.now
    waits = []
    for _ in range(7):
        await posting.deliver(quiet.app, platform)
        (post,) = await outbox_of(quiet)
        waits.append((post.next_ms - quiet.now) // 1000)
        quiet.clock.move(seconds=waits[-1])
    assert waits == [5, 15, 60, 300, 900, 900, 900]
    assert quiet.now > begun


SERVERS = count(1)
TROUBLES = st.tuples(st.sampled_from(["before", "after"]), st.sampled_from(["unknown", "unknown", "limited"]))


@BOTH_ENGINES
@unshrunk
@given(
    sends=st.lists(TROUBLES | st.none(), max_size=12),
    looks=st.lists(st.sampled_from(["unknown", "limited"]) | st.none(), max_size=5),
)
async def test_nothing_doubles_and_nothing_is_lost(
    app: App, sends: list[tuple[str, str] | None], looks: list[str | None]
) -> None:
    platform, world = Recorder(app), await set_up(app, f"server-{next(SERVERS)}")
    # A platform that holds something back has not taken it.
    for one in sends:
        platform.failures.append(
            ("", NotSent("unknown"))
            if one is None
            else ("before" if one[1] == "limited" else one[0], NotSent(one[1]))
        )
    platform.find_fails.extend(NotSent(one) for one in looks if one)
    for _ in range(3):
        await put(world)
    for _ in range(60):
        await posting.deliver(app, platform)
        world.clock.move(minutes=16)
        if not await outbox_of(world):
            break
    said = [post.id for post in platform.messages.values() if post.card == "stage"]
    assert len(said) == len(set(said)) == 3
    assert await outbox_of(world) == []


async def test_a_rounds_card_is_known_by_its_message(quiet: World, platform: Recorder) -> None:
    asked = await open_poll(quiet)
    await posting.deliver(quiet.app, platform)
    look = await rounds.look(quiet.app, quiet.community.id, asked.id)
    assert platform.messages[look.round.message].card == "round"


async def test_have_your_say_stays_below_what_is_said(quiet: World, platform: Recorder) -> None:
    (before,) = platform.messages
    await open_poll(quiet)
    await posting.deliver(quiet.app, platform)
    assert platform.cards() == ["round", "say"]
    assert platform.removed == [before]
    community = await communities.by_number(quiet.app, quiet.community.id)
    assert platform.messages[community.say_message].card == "say"
    assert {post.target for post in platform.messages.values()} == {SAY}


async def test_what_is_said_elsewhere_does_not_move_it(quiet: World, platform: Recorder) -> None:
    await digests.send(quiet.app, quiet.organiser)
    await posting.deliver(quiet.app, platform)
    assert platform.cards() == ["say", "digest"]
    assert platform.removed == []


async def test_a_nonce_is_short_and_each_posts_own(world: World, clock: HandClock) -> None:
    for _ in range(3):
        await put(world)
    nonces = [post.nonce for post in await outbox_of(world)]
    assert len(nonces) == len(set(nonces))
    assert max(map(len, nonces)) <= 25
    assert clock.now_ms() == world.now
    assert MODERATORS != SAY
