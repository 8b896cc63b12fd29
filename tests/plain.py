"""When paces come, worked out day by day from the calendar and ``zoneinfo`` alone.

The rule: a slot comes at the first instant of its day at which clocks there show its time. Where they skip
that time, it comes as soon as they go on; where they show it twice, at the first of the two.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PACES = (
    "every day",
    "every weekday",
    "every {}",
    "every two weeks on {}",
    "first {} of the month",
    "third {} of the month",
    "last {} of the month",
)
"""Paces as people type them, with a gap for the weekday."""


def occurs(words: str, weekday: int, day: date, first: date) -> bool:
    """Whether a pace has a slot that day; ``first`` is the day of its first one."""
    right_day = day.weekday() == weekday
    return {
        "every day": True,
        "every weekday": day.weekday() not in (5, 6),
        "every {}": right_day,
        "every two weeks on {}": right_day and (day - first).days % 14 == 0,
        "first {} of the month": right_day and day.day in range(1, 8),
        "third {} of the month": right_day and day.day in range(15, 22),
        "last {} of the month": right_day and (day + timedelta(days=7)).month != day.month,
    }[words]


def first_instant_at_or_past(local: datetime, zone: ZoneInfo) -> int:
    """The earliest minute whose clock shows this wall time or, where it is skipped, a later one."""
    around = [local.replace(tzinfo=UTC) + timedelta(days=shift) for shift in (-2, 2)]
    offsets = [moment.astimezone(zone).utcoffset() or timedelta() for moment in around]
    at = local.replace(tzinfo=UTC) - max(offsets)
    while at.astimezone(zone).replace(tzinfo=None) < local:
        at += timedelta(minutes=1)
    return round(at.timestamp() * 1000)


def slots(
    words: str, weekday: int, at: time, zone: ZoneInfo, after_ms: int, until: date
) -> list[tuple[int, str]]:
    """Every slot after a moment up to a local day: when (UTC epoch ms), and the local day it is for."""
    found: list[tuple[int, str]] = []
    today = datetime.fromtimestamp(after_ms / 1000, zone).date()
    first: date | None = None
    for day in (today + timedelta(days=ahead) for ahead in range((until - today).days + 1)):
        if occurs(words, weekday, day, first or day):
            due_ms = first_instant_at_or_past(datetime.combine(day, at), zone)
            if due_ms > after_ms:
                first = first or day
                found.append((due_ms, day.isoformat()))
    return found
