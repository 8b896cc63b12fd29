"""When people mean: closing times and paces, read from English words and told back in words.

Instants are UTC epoch ms; in between all is local wall time, so "9am" stays 9am when the clocks change.
Words with two meanings are refused with both named: a wrong guess closes a vote at the wrong time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulebase, rrulestr  # type: ignore[import-untyped, unused-ignore]

from bot.domain.refusals import Refusal
from bot.domain.text import straight

LONGEST_TEXT = 100
FURTHEST = timedelta(days=730)
USUAL_TIME = time(18)  # for a day named without a time

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July",
           "August", "September", "October", "November", "December")  # fmt: skip
_NTHS = {"1": "first", "2": "second", "3": "third", "4": "fourth", "-1": "last"}
_DAYS_IN = {"day": 1, "week": 7, "fortnight": 14}
_SAME = {  # each word as the patterns below spell it; words we can do without become nothing
    **{name.lower(): name[:3].lower() for name in _WEEKDAYS + _MONTHS},
    **{"a": "1", "an": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"},
    **{"seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12"},
    **{unit + "s": unit for unit in ("minute", "hour", "day", "week", "fortnight")},
    **dict.fromkeys(("at", "on", "by", "the", "of", "this", "o'clock"), ""),
    **{"tues": "tue", "weds": "wed", "thur": "thu", "thurs": "thu", "sept": "sep", "midday": "noon"},
    **{"first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th"},
    **{"each": "every", "daily": "every day", "till": "until"},
}
_WD, _MON = ("|".join(name[:3].lower() for name in names) for names in (_WEEKDAYS, _MONTHS))
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>(?:19|2\d)\d\d)"
_NTH_WD = rf"(?P<nth>1st|2nd|3rd|4th|last) (?P<day>{_WD})"
# An hour that could be either half of the day is matched, to be refused: 6:30, or a 6 alone after its day.
_CLOCK = re.compile(
    r"(?<!\S)(?:(?P<noon>(?:12 )?noon)|(?P<midnight>(?:12 )?midnight|24[:.]00|12(?:[:.]00)? ?am)"
    r"|(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5]\d))? ?(?P<half>[ap]m)"
    r"|(?P<clock>(?:[01]\d|2[0-3]|0)[:.][0-5]\d)|(?P<either>[1-9][:.][0-5]\d"
    rf"|(?:(?<=(?:{_WD}|day) )|(?<=tomorrow )|(?<=\d (?:{_MON}) )|(?<=\d{{4}} ))"
    rf"(?:1[0-2]|[1-9])(?! (?:{_MON}))))(?!\S)"
)
_SPAN = re.compile(r"in (\d{1,5}) (minute|hour)")
_DAYS_AHEAD = re.compile(r"in (\d{1,4}) (day|week|fortnight)")
_WEEKDAY = re.compile(rf"(?<!\S)(?P<next>next )?(?P<name>{_WD})(?!\S)")
_SLASHED = re.compile(rf"(?P<day>0?[1-9]|[12]\d|3[01])/(?P<month>0?[1-9]|1[0-2])(?:/{_YEAR})?")
_DATES = (
    re.compile(rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)"),
    re.compile(rf"{_DAY} (?P<month>{_MON})(?: {_YEAR})?"),
    re.compile(rf"(?P<month>{_MON}) {_DAY}(?: {_YEAR})?"),
    _SLASHED,
)
_PACES = (  # words, and their RRULE or the code of why there is none
    (r"every day", "FREQ=DAILY"),
    (r"every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    (rf"every (?:week )?(?P<day>{_WD})", "FREQ=WEEKLY;BYDAY={day}"),
    (rf"every (?:2 week|other|other week|fortnight) (?P<day>{_WD})", "FREQ=WEEKLY;INTERVAL=2;BYDAY={day}"),
    (rf"every month {_NTH_WD}", "FREQ=MONTHLY;BYDAY={nth}{day}"),
    (rf"(?:every )?{_NTH_WD} (?:every )?month", "FREQ=MONTHLY;BYDAY={nth}{day}"),
    (rf"every {_NTH_WD}", "pace-two-meanings"),
    (r"every (?:(?:2|other) )?(?:week|fortnight|month)", "pace-needs-day"),
)

LATE_MS = 3_600_000
"""From here on something that happened late says so."""


@dataclass(frozen=True)
class Pace:
    """A repetition as the one text that is stored: RFC 5545, in local wall time without a zone.

    A line ``DTSTART:20270517T090000``, the first slot, and a line ``RRULE:FREQ=...``.
    """

    rrule: str


@dataclass(frozen=True)
class Slot:
    """One turn of a pace: when it is due, and the local day it is for, ``YYYY-MM-DD``, which no other has."""

    due_ms: int
    local_date: str


def read_moment(text: str, now_ms: int, zone: ZoneInfo) -> int:
    """When people mean, as UTC epoch ms: a whole minute after now, at most 730 days ahead.

    Raises ``Refusal`` with a ``when-`` code for words that say nothing, two things, or no usable time.
    """
    words, now = _words(text), _local(now_ms, zone)
    clock, said = _split_clock(words)
    if clock and not said:
        raise Refusal("when-needs-day", time=_tell_clock(clock))
    if span := _SPAN.fullmatch(words):
        at_ms = (now_ms // 60_000 + int(span[1]) * (60 if span[2] == "hour" else 1)) * 60_000
    elif day := _day(said, now.date()):
        usual = now.time() if _DAYS_AHEAD.search(said) else USUAL_TIME
        at_ms = _single_ms(datetime.combine(day, usual if clock is None else clock), zone)
    else:
        raise Refusal("when-unreadable", text=text)
    if at_ms <= now_ms:
        raise Refusal("when-past", moment=tell_moment(at_ms, zone), now=tell_moment(now_ms, zone))
    latest_ms = now_ms + int(FURTHEST.total_seconds()) * 1000
    if at_ms > latest_ms:
        raise Refusal("when-too-far", moment=tell_moment(at_ms, zone), latest=tell_moment(latest_ms, zone))
    return at_ms


def tell_moment(at_ms: int, zone: ZoneInfo) -> str:
    """Such as ``Friday 14 May 2027, 6:30pm``; ``read_moment`` reads it back, unless that time comes twice."""
    local = _local(at_ms, zone)
    return f"{_tell_day(local)}, {_tell_clock(local.time())}"


def read_pace(text: str, now_ms: int, zone: ZoneInfo) -> Pace:
    """The repetition people mean; its first slot is the first one after now.

    Raises ``Refusal`` with a ``pace-`` code, or a ``when-`` code for its time or its last day.
    """
    today = _local(now_ms, zone).date()
    clock, rest = _split_clock(_words(text))
    said, _, last = (part.strip("| ") for part in rest.partition(" until "))
    rule, until = _rule(said), _day(last, today)
    if rule is None or (last and until is None):
        raise Refusal("pace-unreadable", text=text)
    if clock is None:
        raise Refusal("pace-needs-time", text=text)
    # Its first slot decides which weeks a two-weekly pace takes, so look for that one in every week.
    weekly = Pace(f"DTSTART:{today:%Y%m%d}T{clock:%H%M%S}\nRRULE:{rule.replace('INTERVAL=2;', '')}")
    first = date.fromisoformat(next(_slots(weekly, now_ms, zone)).local_date)
    if until and until < first:
        raise Refusal("pace-ends-before-start", first=_tell_day(first), last=_tell_day(until))
    ending = f";UNTIL={until:%Y%m%d}T235959" if until else ""
    return Pace(f"DTSTART:{first:%Y%m%d}T{clock:%H%M%S}\nRRULE:{rule}{ending}")


def tell_pace(pace: Pace) -> str:
    """Words, such as ``every Monday, 9am, until Wednesday 30 June 2027``; ``read_pace`` reads them back."""
    start, rule = pace.rrule.removeprefix("DTSTART:").split("\nRRULE:")
    parts = dict(part.split("=") for part in rule.split(";"))
    days = parts.get("BYDAY", "")
    day = next((name for name in _WEEKDAYS if name[:2].upper() == days[-2:]), "day")
    said = f"every two weeks on {day}" if "INTERVAL" in parts else f"every {day}"
    if parts["FREQ"] == "MONTHLY":
        said = f"{_NTHS[days[:-2]]} {day} of the month"
    elif "," in days:
        said = "every weekday"
    until = f", until {_tell_day(datetime.fromisoformat(parts['UNTIL']))}" if "UNTIL" in parts else ""
    return f"{said}, {_tell_clock(datetime.fromisoformat(start).time())}{until}"


def following(pace: Pace, after_ms: int, zone: ZoneInfo) -> Slot | None:
    """The first slot strictly after ``after_ms``; None when the pace has ended."""
    return next(_slots(pace, after_ms, zone), None)


def upcoming(pace: Pace, after_ms: int, zone: ZoneInfo, count: int = 3) -> list[Slot]:
    """The first ``count`` slots strictly after ``after_ms``, or fewer when the pace ends sooner."""
    return list(islice(_slots(pace, after_ms, zone), count))


def _words(text: str) -> str:
    """The text as the patterns expect it: single spaces, lower case, one spelling for each word."""
    if len(text) > LONGEST_TEXT:
        raise Refusal("when-too-long", limit=LONGEST_TEXT)
    spaced = " ".join(straight(text).replace(",", " ").split())
    # Other scripts have digits and letters that Python takes for ours.
    if not spaced.isascii():
        raise Refusal("when-unreadable", text=text)
    dotless = re.sub(r"([ap])\.m\b\.?", r"\1m", spaced.lower()).rstrip(".")
    words = " ".join(filter(None, (_SAME.get(word, word) for word in dotless.split())))
    if not words:
        raise Refusal("when-empty")
    return words


def _split_clock(words: str) -> tuple[time | None, str]:
    """The one time of day, if any, and the other words with a bar where it stood."""
    found = list(_CLOCK.finditer(words))
    if not found:
        return None, words
    if len(found) > 1:
        raise Refusal("when-two-times", first=found[0][0], second=found[1][0])
    said, rest = found[0], _CLOCK.sub("|", words).strip("| ")
    if said["midnight"] or said["either"] == "12":
        raise Refusal("when-midnight")
    if said["either"]:
        raise Refusal("when-ambiguous-hour", time=said[0], morning=f"{said[0]}am", evening=f"{said[0]}pm")
    if said["noon"]:
        return time(12), rest
    if said["clock"]:
        return time.fromisoformat(said["clock"].replace(".", ":").zfill(5)), rest
    return time(int(said["hour"]) % 12 + 12 * (said["half"] == "pm"), int(said["minute"] or 0)), rest


def _day(said: str, today: date) -> date | None:
    """The day meant by a date, a weekday, or both where they agree; None when it is neither."""
    found = list(_WEEKDAY.finditer(said))
    names = [_WEEKDAYS[_WD.split("|").index(weekday["name"])] for weekday in found]
    rest = _WEEKDAY.sub("|", said).strip("| ")
    if len(names) > 1:
        raise Refusal("when-two-days", first=names[0], second=names[1])
    if names and not rest:
        ahead = (_WEEKDAYS.index(names[0]) - today.weekday()) % 7
        day = today + timedelta(days=7 if ahead == 0 and found[0]["next"] else ahead)
        if ahead == 0 or found[0]["next"]:
            later = _tell_day(day + timedelta(days=7))
            raise Refusal("when-ambiguous-day", said=names[0], first=_tell_day(day), second=later)
        return day
    dated = _date(rest, today)
    if dated and names and names[0] != _WEEKDAYS[dated.weekday()]:
        raise Refusal("when-weekday-mismatch", said=names[0], day=_tell_day(dated))
    return dated


def _date(said: str, today: date) -> date | None:
    if said in ("today", "tomorrow"):
        return today + timedelta(days=said == "tomorrow")
    if ahead := _DAYS_AHEAD.fullmatch(said):
        return today + timedelta(days=int(ahead[1]) * _DAYS_IN[ahead[2]])
    found = next(filter(None, (pattern.fullmatch(said) for pattern in _DATES)), None)
    if found is None:
        return None
    number, name = int(found["day"]), found["month"]
    month = int(name) if name.isdigit() else _MON.split("|").index(name) + 1
    if found.re is _SLASHED and number != month and number <= len(_MONTHS):
        first, second = f"{number} {_MONTHS[month - 1]}", f"{month} {_MONTHS[number - 1]}"
        raise Refusal("when-ambiguous-date", said=said, first=first, second=second)
    # Without a year it is the coming one; a 29 February may be eight years off.
    for year in [int(found["year"])] if found["year"] else range(today.year, today.year + 9):
        with suppress(ValueError):
            day = date(year, month, number)
            if found["year"] or day >= today:
                return day
    raise Refusal("when-no-such-date", said=said)


def _rule(said: str) -> str | None:
    """The RRULE for words such as "every mon"; None when they are no pace."""
    for pattern, rule in _PACES:
        if found := re.fullmatch(pattern, said):
            if rule.startswith("pace-"):
                raise Refusal(rule, said=said)
            parts = found.groupdict("")
            nth = parts.get("nth", "").replace("last", "-1").rstrip("stndrh")
            return rule.format(nth=nth, day=parts.get("day", "")[:2].upper())
    return None


def _slots(pace: Pace, after_ms: int, zone: ZoneInfo) -> Iterator[Slot]:
    for local in _parsed(pace.rrule).xafter(_local(after_ms, zone)):
        due = local
        while _jump_ms(due, zone) > 0:
            due += timedelta(minutes=1)
        # A later wall time can be past already: where the clocks go back, the hour comes again.
        if (due_ms := _ms(due, zone)) > after_ms:
            yield Slot(due_ms, f"{local:%Y-%m-%d}")


@lru_cache(1024)  # to parse a rule takes longer than to walk through it
def _parsed(rule: str) -> rrulebase:
    return rrulestr(rule)


def _local(at_ms: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at_ms // 60_000 * 60, zone).replace(tzinfo=None)


def _ms(local: datetime, zone: ZoneInfo, fold: int = 0) -> int:
    return int(local.replace(tzinfo=zone, fold=fold).timestamp()) * 1000


def _jump_ms(local: datetime, zone: ZoneInfo) -> int:
    """How far the clocks jump over this wall time: above 0 it is skipped, below 0 it comes twice."""
    return _ms(local, zone) - _ms(local, zone, fold=1)


def _single_ms(local: datetime, zone: ZoneInfo) -> int:
    """UTC epoch ms of a wall time that comes exactly once."""
    plain = local
    while _jump_ms(plain, zone):
        plain += timedelta(minutes=1)
    if plain != local:
        code = "when-clock-skips" if _jump_ms(local, zone) > 0 else "when-clock-repeats"
        instead = tell_moment(_ms(plain, zone), zone)
        raise Refusal(code, day=_tell_day(local), time=_tell_clock(local.time()), instead=instead)
    return _ms(local, zone)


def _tell_clock(clock: time) -> str:
    if clock.hour == 0 or clock == time(12):  # "12am" and "12pm" are misread too easily
        return "12 noon" if clock.hour else f"{clock:%H:%M}"
    minutes = f":{clock.minute:02}" if clock.minute else ""
    return f"{(clock.hour - 1) % 12 + 1}{minutes}{'am' if clock < time(12) else 'pm'}"


def _tell_day(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def is_late(due_ms: int, now_ms: int) -> bool:
    """Whether what was due at one moment is late at another (UTC epoch ms), and has to say so."""
    return now_ms - due_ms > LATE_MS
