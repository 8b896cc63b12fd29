"""What organisers are shown of a pace is what happens: against the calendar, day by day (tests/plain.py)."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.when import following, read_pace, tell_moment, tell_pace, upcoming
from tests import plain

ZONES = ("Europe/London", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "Asia/Kathmandu")
PACES = 1000 * int(os.environ.get("FOLKMOOT_EXAMPLES", "1"))
YEAR = int(datetime(2027, 1, 1, tzinfo=UTC).timestamp()) // 60
SHOWN = 3


@settings(max_examples=PACES, deadline=None)
@given(
    words=st.sampled_from(plain.PACES),
    weekday=st.integers(0, 6),
    minute=st.integers(0, 24 * 60 - 1),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    now=st.integers(YEAR, YEAR + 366 * 24 * 60),
    lasting=st.none() | st.integers(40, 120),
)
def test_the_three_times_shown_are_the_next_three_that_run(
    words: str, weekday: int, minute: int, zone: ZoneInfo, now: int, lasting: int | None
) -> None:
    at, now_ms = time(minute // 60, minute % 60), now * 60_000
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    last = today + timedelta(days=lasting or 140)
    text = f"{words.format(plain.WEEKDAYS[weekday])} {at:%H:%M}" + (f" until {last}" if lasting else "")
    if at == time(0):
        return  # midnight is of two days, and refused
    pace = read_pace(text, now_ms, zone)
    shown = [slot.due_ms for slot in upcoming(pace, now_ms, zone, SHOWN)]
    run: list[int] = []
    while len(run) < SHOWN and (slot := following(pace, run[-1] if run else now_ms, zone)) is not None:
        run.append(slot.due_ms)  # as the schedule steps: from each turn to the one after it
    assert shown == run == [due for due, _ in plain.slots(words, weekday, at, zone, now_ms, last)][:SHOWN]
    # And read back from the words on the card it is the same pace.
    again = read_pace(tell_pace(pace), now_ms, zone)
    assert again == pace
    assert all(tell_moment(one, zone) for one in shown)
