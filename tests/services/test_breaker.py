"""When we stop asking: far below what Discord puts up with, and not for longer than it helps."""

from __future__ import annotations

from bot.services.breaker import LONGEST_REST_MS, MINUTE_MS, MOST, STEPS_MS, TRIAL, Breaker, Rests

DISCORDS_LIMIT, WINDOW_MS = 10_000, 10 * MINUTE_MS
DAY_MS = 24 * 60 * MINUTE_MS


def refuse(breaker: Breaker, now_ms: int) -> int:
    """Ask until it rests, and be refused each time; how often."""
    for times in range(1, DISCORDS_LIMIT):
        if breaker.refused(now_ms):
            return times
    raise AssertionError("it never rests")


def test_it_rests_after_a_hundredth_of_what_discord_puts_up_with() -> None:
    breaker = Breaker()
    assert refuse(breaker, 0) == MOST <= DISCORDS_LIMIT // 100
    assert breaker.rests(WINDOW_MS - 1)
    assert not breaker.rests(WINDOW_MS)


def test_refusals_that_are_far_apart_are_none_of_its_business() -> None:
    breaker = Breaker()
    assert not any(breaker.refused(number * WINDOW_MS // (MOST - 1)) for number in range(10 * MOST))
    assert breaker.total == 10 * MOST


def test_each_rest_is_longer_until_something_works() -> None:
    breaker, now, rests = Breaker(), 0, []
    for number in range(8):
        assert refuse(breaker, now) == (TRIAL if number else MOST)
        rests.append((breaker.until_ms - now) // MINUTE_MS)
        now = breaker.until_ms
    assert rests == [10, 20, 40, 80, 160, 320, 360, 360]
    breaker.worked()
    assert refuse(breaker, now) == MOST
    assert breaker.until_ms - now == 10 * MINUTE_MS


def test_a_day_of_refusals_is_some_hundred_requests() -> None:
    breaker = Breaker()
    asked = 0
    for now in range(0, DAY_MS, MINUTE_MS // 4):
        while not breaker.rests(now):
            asked += 1
            breaker.refused(now)
    assert asked < 250


def test_it_does_what_it_is_told() -> None:
    breaker = Breaker()
    breaker.hold(5000)
    breaker.hold(3000)
    assert breaker.rests(4999)
    assert not breaker.rests(5000)
    breaker.shut = True
    assert breaker.rests(DAY_MS * 365)


def test_a_card_rests_longer_each_time() -> None:
    rests, now, waits = Rests(), 0, []
    for _ in range(6):
        rests.refused((1, 2), now)
        until = next(later for later in range(now, now + DAY_MS, MINUTE_MS) if not rests.on((1, 2), later))
        waits.append(until - now)
        now = until
    assert waits == [*STEPS_MS, LONGEST_REST_MS, LONGEST_REST_MS]
    assert not rests.on((1, 3), 1)


def test_a_channel_may_refuse_a_little() -> None:
    rests = Rests()
    for _ in range(2):
        rests.refused("square", 0, free=2)
        assert rests.channels(0) == []
    rests.refused("square", 0, free=2)
    assert rests.channels(0) == ["square"]
    rests.worked("square")
    rests.refused("square", 0, free=2)
    assert rests.channels(0) == []


def test_forgiving_is_for_one_communitys_cards() -> None:
    rests = Rests()
    for key in ((1, 1), (1, 0), (2, 1), "1"):
        rests.refused(key, 0)
    rests.forgive(1)
    assert [rests.on(key, 1) for key in ((1, 1), (1, 0), (2, 1), "1")] == [False, False, True, True]
