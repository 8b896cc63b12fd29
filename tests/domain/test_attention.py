"""How often people are reached, against plain brute force; and the nights."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.attention import WEEK_MS, Quiet, reach_at, room, waking

LONDON = ZoneInfo("Europe/London")
NIGHT = Quiet(time(21), time(8))
MINUTE_MS = 60_000
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")


def ms(text: str, zone: str = "Europe/London", fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1000)


def most_in_a_week(times: list[int]) -> int:
    """The most contacts that any seven days hold: a window can as well begin at a contact."""
    return max((sum(start <= one < start + WEEK_MS for one in times) for start in times), default=0)


@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=25),
    st.integers(1, 4),
)
def test_no_seven_days_ever_hold_more_and_each_is_the_earliest(wanted: list[int], most: int) -> None:
    """Rounds, check-ins and reminders as they come, by days; each placed among those that are there."""
    day = WEEK_MS // 7
    times: list[int] = []
    for asked in wanted:
        at = room(sorted(times), asked * day, most)
        earlier = [one * day for one in range(asked, at // day)]
        assert at >= asked * day
        assert all(most_in_a_week([*times, one]) > most for one in earlier)
        times.append(at)
        assert most_in_a_week(times) <= most


def test_a_full_week_has_room_again_seven_days_after_its_first() -> None:
    assert room([], 5, 1) == 5
    assert room([0, 1, 2], 10, 3) == WEEK_MS
    assert room([0, 1, 2], WEEK_MS, 3) == WEEK_MS
    assert room([0, 1], 10, 3) == 10


def test_nights_end_in_the_morning_of_the_place() -> None:
    assert waking(ms("2027-05-10 20:59"), LONDON, NIGHT) == ms("2027-05-10 20:59")
    assert waking(ms("2027-05-10 21:00"), LONDON, NIGHT) == ms("2027-05-11 08:00")
    assert waking(ms("2027-05-11 07:59"), LONDON, NIGHT) == ms("2027-05-11 08:00")
    assert waking(ms("2027-05-11 08:00"), LONDON, NIGHT) == ms("2027-05-11 08:00")
    assert waking(ms("2027-05-11 03:00"), LONDON, Quiet(time(9), time(9))) == ms("2027-05-11 03:00")
    assert waking(ms("2027-05-11 13:00"), LONDON, Quiet(time(12), time(14))) == ms("2027-05-11 14:00")


@pytest.mark.parametrize("zone", ZONES)
@given(st.integers(0, 400 * 24 * 60), st.integers(0, 95), st.integers(0, 95))
def test_the_moment_after_a_night_is_the_first_that_is_none(
    zone: str, minutes: int, begins: int, ends: int
) -> None:
    quiet = Quiet(*(time(one // 4, one % 4 * 15) for one in (begins, ends)))
    place = ZoneInfo(zone)
    at = ms("2027-01-01 00:00", "UTC") + minutes * MINUTE_MS
    found = at
    while quiet.has(datetime.fromtimestamp(found / 1000, UTC).astimezone(place).time()):
        found += MINUTE_MS
    assert waking(at, place, quiet) == found


@given(st.lists(st.integers(0, 14 * 24), max_size=8), st.integers(0, 14 * 24), st.integers(1, 3))
def test_both_together(hours: list[int], at: int, most: int) -> None:
    hour, start = 60 * MINUTE_MS, ms("2027-03-20 00:00")
    times: list[int] = []
    for one in hours:
        times.append(reach_at(sorted(times), start + one * hour, most, LONDON, NIGHT))
    found = reach_at(sorted(times), start + at * hour, most, LONDON, NIGHT)
    assert most_in_a_week([*times, found]) <= most
    assert not NIGHT.has(datetime.fromtimestamp(found / 1000, UTC).astimezone(LONDON).time())
    assert found - start - at * hour <= timedelta(days=70) / timedelta(milliseconds=1)
