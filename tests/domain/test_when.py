"""What people say about time is read as they mean it, told back, and never drifts."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.domain.refusals import Refusal
from bot.domain.when import Pace, Slot, following, read_moment, read_pace, tell_moment, tell_pace, upcoming
from tests import plain
from tests.plain import WEEKDAYS

LONDON = ZoneInfo("Europe/London")
ZONES = [LONDON, *map(ZoneInfo, ("America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia"))]
DAY_MS = 86_400_000


def utc_ms(text: str, zone: ZoneInfo = LONDON, fold: int = 0) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp() * 1000)


def wall(at_ms: int, zone: ZoneInfo = LONDON) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, zone):%Y-%m-%d %H:%M}"


NOW = utc_ms("2027-05-12 10:30:45")  # a Wednesday
YEAR_START, YEAR_END = utc_ms("2027-01-01", ZoneInfo("UTC")), utc_ms("2028-01-01", ZoneInfo("UTC"))
minutes_of_2027 = st.integers(YEAR_START // 60_000, YEAR_END // 60_000)
zones = st.sampled_from(ZONES)
modest = settings(max_examples=60, deadline=None)

MEANT = {
    "2027-05-14 18:00": [
        *("Friday 6pm", "friday at 18:00", "Friday", "this Friday", "by 6 p.m. on Friday."),
        *("14 May", "Friday 14 May 6pm", "14 May 6pm", "6pm 14 May", "the 14th of May at 6pm"),
        *("May 14 2027 6pm", "  MAY  14th,2027 ,6 PM ", "2027-05-14", "2027-05-14 18:00", "14/5/2027"),
    ],
    "2027-05-14 12:00": ["Friday 12pm", "Friday 12 noon", "midday Friday", "Friday 12:00"],
    "2027-05-14 00:30": ["Friday 12:30am", "Friday 00:30"],
    "2027-05-14 12:30": ["Friday 12:30", "Friday 12.30pm"],
    "2027-05-14 23:45": ["Friday 23:45"],
    "2027-05-14 06:30": ["Friday 06:30"],
    "2027-05-18 00:00": ["Tues 00:00", "tue 0:00"],
    "2027-05-13 18:30": ["6.30pm tomorrow", "tomorrow 18.30"],
    "2027-05-12 17:00": ["today 5pm", "today, Wednesday, 5pm"],
    "2027-05-12 18:00": ["today", "12 May"],
    "2027-05-22 10:30": ["in 10 days", "in ten days"],
    "2027-05-22 18:00": ["in 10 days at 6pm"],
    "2027-05-26 10:30": ["in 2 weeks", "in two weeks", "in a fortnight", "Wednesday in 2 weeks"],
    "2027-05-13 22:30": ["in 36 hours"],
    "2027-05-12 10:31": ["in 1 minute"],
    "2027-06-04 18:00": ["Fri 4 June"],
    "2027-09-02 09:00": ["2 Sept 9am"],
    "2028-02-29 18:00": ["29 February"],
    "2028-05-11 18:00": ["11 May"],
    "2029-05-11 10:30": ["11 May 2029 10:30am"],
}
REFUSED = {
    "when-empty": ["", " , ", "at"],
    "when-too-long": ["Friday " * 15],
    "when-unreadable": [
        *("soonish", "Friday-ish 6pm", "14 6pm May", "Friday 18", "Friday 25:00", "Friday 13pm"),
        *("Friday 18:00 am", "first Tuesday", "\u0663 May 6pm", "in \u00b2 days", "in 10 wee\u212as"),
    ],
    "when-needs-day": ["6pm", "noon"],
    "when-midnight": ["midnight", "Friday midnight", "Friday 12am", "Friday 24:00", "Friday 12"],
    "when-ambiguous-hour": [
        "Friday 6",
        "Friday at 6 o'clock",
        "Friday at 6 o’clock",
        "Friday 6:30",
        "14 May 6",
    ],
    "when-ambiguous-date": ["5/6", "5/6/2027 6pm"],
    "when-no-such-date": ["31 February", "29 Feb 2029", "2027-13-01"],
    "when-weekday-mismatch": ["Saturday 14 May"],
    "when-ambiguous-day": ["Wednesday 6pm", "next Friday"],
    "when-two-days": ["Friday Saturday"],
    "when-two-times": ["Friday 6pm 7pm"],
    "when-past": ["today 9am", "today 10:30am", "in 0 hours", "14 May 1999"],
    "when-too-far": ["11 May 2029 10:31am", "in 9999 weeks", "in 99999 hours"],
    "when-clock-skips": ["26 March 2028 1:30am"],
    "when-clock-repeats": ["31 October 2027 1:30am"],
}
PACES_REFUSED = {
    "when-empty": [""],
    "pace-unreadable": ["now and then", "Friday 6pm", "every Mon 9am until", "every Mon 9am until whenever"],
    "pace-needs-time": ["every Monday"],
    "pace-needs-day": ["every week 9am", "every month 9am"],
    "pace-two-meanings": ["every second Tuesday 9am"],
    "pace-ends-before-start": ["every Monday 9am until 1 May 2027"],
    "when-no-such-date": ["every Monday 9am until 31 June"],
    "when-ambiguous-date": ["every Monday 9am until 5/6"],
    "when-ambiguous-hour": ["every Monday 9", "every Monday 9 until 30 June"],
}


def pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(text, expected) for expected, texts in table.items() for text in texts]


@pytest.mark.parametrize(("text", "expected"), pairs(MEANT))
def test_what_people_say_is_read_as_they_mean_it(text: str, expected: str) -> None:
    assert wall(read_moment(text, NOW, LONDON)) == expected


@pytest.mark.parametrize(("text", "code"), pairs(REFUSED))
def test_words_without_one_usable_meaning_are_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal, match=f"^{code}$"):
        read_moment(text, NOW, LONDON)


@pytest.mark.parametrize(("text", "code"), pairs(PACES_REFUSED))
def test_unusable_paces_are_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal, match=f"^{code}$"):
        read_pace(text, NOW, LONDON)


def test_a_refusal_names_the_readings_to_choose_from() -> None:
    assert refusal_facts("Wed") == ("Wednesday", "Wednesday 12 May 2027", "Wednesday 19 May 2027")
    assert refusal_facts("next Fri") == ("Friday", "Friday 14 May 2027", "Friday 21 May 2027")
    assert refusal_facts("next Wed") == ("Wednesday", "Wednesday 19 May 2027", "Wednesday 26 May 2027")
    assert refusal_facts("5/6") == ("5/6", "5 June", "6 May")
    assert refusal_facts("Fri 6.15") == ("6.15", "6.15am", "6.15pm")
    assert refusal_facts("Sat 14 May") == ("Saturday", "Friday 14 May 2027")
    for day in ("Sunday 26 March 2028", "Sunday 31 October 2027"):
        assert refusal_facts(f"{day} 1:30am") == (day, "1:30am", f"{day}, 2am")


def refusal_facts(text: str) -> tuple[str | int, ...]:
    with pytest.raises(Refusal) as refused:
        read_moment(text, NOW, LONDON)
    return tuple(refused.value.facts.values())


def test_now_itself_is_past() -> None:
    with pytest.raises(Refusal, match="when-past"):
        read_moment("today 9am", utc_ms("2027-10-30 09:00"), LONDON)


def test_days_ahead_keep_the_wall_time_and_hours_ahead_do_not() -> None:
    now = utc_ms("2027-10-30 09:00")
    assert wall(read_moment("in 1 day", now, LONDON)) == "2027-10-31 09:00"
    assert wall(read_moment("in 24 hours", now, LONDON)) == "2027-10-31 08:00"


@modest
@given(minute=minutes_of_2027, zone=zones)
@example(minute=utc_ms("2027-03-28 02:00") // 60_000, zone=LONDON)
@example(minute=utc_ms("2027-10-31 02:00") // 60_000, zone=LONDON)
@example(minute=utc_ms("2027-06-01 00:00") // 60_000, zone=LONDON)
@example(minute=utc_ms("2027-06-01 12:00") // 60_000, zone=LONDON)
@example(minute=utc_ms("2027-04-04 01:59", ZONES[2], fold=1) // 60_000, zone=ZONES[2])
def test_what_is_told_is_what_is_read(minute: int, zone: ZoneInfo) -> None:
    at_ms = minute * 60_000
    told = tell_moment(at_ms, zone)
    local = datetime.fromtimestamp(at_ms / 1000, zone)
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        assert read_moment(told, YEAR_START - DAY_MS, zone) == at_ms
    else:
        with pytest.raises(Refusal, match="when-clock-repeats"):
            read_moment(told, YEAR_START - DAY_MS, zone)


WORDS = [
    *("every", "day", "week", "weeks", "two", "other", "second", "last", "Friday", "mon", "month", "until"),
    *("May", "14th", "31", "feb", "2027", "1999", "2999", "0001", "9am", "18:00", "6", "12", "midnight"),
    *("noon", "in", "a", "9999", "today", "next", "5/6", "29/2", "2027-02-30", "|"),
]


@settings(max_examples=300, deadline=None)
@given(
    text=st.one_of(st.text(max_size=120), st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)),
    zone=zones,
)
def test_nothing_but_a_refusal_is_ever_raised(text: str, zone: ZoneInfo) -> None:
    for read in (read_moment, read_pace):
        with suppress(Refusal):
            read(text, NOW, zone)


@pytest.mark.parametrize(
    ("text", "told", "days"),
    [
        ("every day 9am", "every day, 9am", ["05-13", "05-14"]),
        ("daily at noon", "every day, 12 noon", ["05-12", "05-13"]),
        ("every weekday 9.15am", "every weekday, 9:15am", ["05-13", "05-14", "05-17"]),
        ("every 2 weeks Monday 9am", "every two weeks on Monday, 9am", ["05-17", "05-31"]),
        ("every other Wed 11am", "every two weeks on Wednesday, 11am", ["05-12", "05-26"]),
        ("every month on the first Tuesday 10am", "first Tuesday of the month, 10am", ["06-01", "07-06"]),
        ("1st Tuesday of each month 10am", "first Tuesday of the month, 10am", ["06-01", "07-06"]),
        ("last Friday of the month 5pm", "last Friday of the month, 5pm", ["05-28", "06-25"]),
        ("every Mon until 24 May 9am", "every Monday, 9am, until Monday 24 May 2027", ["05-17", "05-24"]),
    ],
)
def test_paces_are_read_and_told(text: str, told: str, days: list[str]) -> None:
    pace = read_pace(text, NOW, LONDON)
    assert tell_pace(pace) == told
    slots = upcoming(pace, NOW, LONDON, len(days))
    assert [slot.local_date for slot in slots] == [f"2027-{day}" for day in days]


def test_an_ended_pace_has_no_following_slot() -> None:
    pace = read_pace("every day 9am until 14 May", NOW, LONDON)
    last = upcoming(pace, NOW, LONDON, 9)[-1]
    assert last == Slot(utc_ms("2027-05-14 09:00"), "2027-05-14")
    assert following(pace, last.due_ms - 1, LONDON) == last
    assert following(pace, last.due_ms, LONDON) is None


def test_a_skipped_time_moves_past_the_gap_and_a_repeated_one_fires_once() -> None:
    pace = Pace("DTSTART:20270101T013000\nRRULE:FREQ=DAILY")
    spring = upcoming(pace, utc_ms("2027-03-27 12:00"), LONDON, 2)
    assert [wall(slot.due_ms) for slot in spring] == ["2027-03-28 02:00", "2027-03-29 01:30"]
    autumn = upcoming(pace, utc_ms("2027-10-30 12:00"), LONDON, 2)
    assert [slot.due_ms for slot in autumn] == [utc_ms("2027-10-31 01:30"), utc_ms("2027-11-01 01:30")]
    assert following(pace, utc_ms("2027-10-31 01:10", fold=1), LONDON) == autumn[1]


def test_a_slot_skipped_past_midnight_still_comes_and_keeps_its_day() -> None:
    nuuk = ZoneInfo("America/Nuuk")  # goes from 23:00 to midnight
    pace = Pace("DTSTART:20270301T233000\nRRULE:FREQ=DAILY")
    slot = following(pace, utc_ms("2027-03-27 22:59", nuuk), nuuk)
    assert slot == Slot(utc_ms("2027-03-28 00:00", nuuk), "2027-03-27")


clocks = st.sampled_from(["00:00", "00:30", "01:00", "01:30", "01:45", "02:15", "02:30", "9am", "11:59pm"])


@settings(max_examples=70, deadline=None)
@given(
    words=st.sampled_from(plain.PACES),
    weekday=st.integers(0, 6),
    clock=clocks,
    zone=zones,
    now_minute=minutes_of_2027,
    lasting=st.none() | st.integers(40, 300),
)
@example("every day", 6, "01:30", LONDON, YEAR_START // 60_000, None)
@example("every two weeks on {}", 6, "01:30", LONDON, YEAR_START // 60_000, None)
@example("every day", 6, "02:30", ZONES[1], YEAR_START // 60_000, None)
@example("every day", 6, "02:15", ZONES[2], YEAR_START // 60_000, 300)
def test_a_year_of_slots_is_what_the_calendar_says(
    words: str, weekday: int, clock: str, zone: ZoneInfo, now_minute: int, lasting: int | None
) -> None:
    now_ms = now_minute * 60_000
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    last = today + timedelta(days=365 if lasting is None else lasting)
    text = f"{words.format(WEEKDAYS[weekday])} {clock}" + (f" until {last}" if lasting else "")
    at = {"9am": time(9), "11:59pm": time(23, 59)}.get(clock) or time.fromisoformat(clock)

    pace = read_pace(text, now_ms, zone)
    assert read_pace(tell_pace(pace), now_ms, zone) == pace

    expected = [Slot(*slot) for slot in plain.slots(words, weekday, at, zone, now_ms, last)]
    slots = upcoming(pace, now_ms, zone, 400)
    assert list(takewhile(lambda slot: slot.local_date <= last.isoformat(), slots)) == expected
    assert lasting is None or slots == expected


@settings(max_examples=30, deadline=None)
@given(after_minute=minutes_of_2027, zone=zones, clock=st.times().map(lambda at: at.replace(second=0)))
def test_following_is_the_next_of_the_same_row(after_minute: int, zone: ZoneInfo, clock: time) -> None:
    pace = Pace(f"DTSTART:20270101T{clock:%H%M}00\nRRULE:FREQ=DAILY")
    row = upcoming(pace, YEAR_START - 2 * DAY_MS, zone, 370)
    after_ms = after_minute * 60_000
    assume(after_ms < row[-1].due_ms)
    assert following(pace, after_ms, zone) == next(slot for slot in row if slot.due_ms > after_ms)
