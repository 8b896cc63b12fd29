"""How often somebody did something lately: in this process's memory, under a number that leads to nobody.

Python draws that number anew in each process: after a restart they can do it as often again. Presses of
one server reach one process only. A table of it would say who was here, and when, also of answers without
names; here it is gone within the hour, or day, that is looked at.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.services.ports import App

HOUR_MS = 3_600_000
MINUTE_MS = 60_000

Times = OrderedDict[int, list[int]]
"""When people did something (UTC epoch ms), by such a number; who did it last is last."""


def lately(times: Times, person: Person, since_ms: int) -> int:
    """How often somebody did it after a moment; what is older is forgotten, of everybody."""
    while times:  # those who have long done nothing stand first, so nobody goes through all there are
        kept = next(iter(times.values()))
        if kept[-1] > since_ms:
            break
        times.popitem(last=False)
    mine = times.get(_who(person), [])
    mine[:] = [at for at in mine if at > since_ms]
    if not mine:
        times.pop(_who(person), None)
    return len(mine)


def note(times: Times, person: Person, now_ms: int) -> None:
    """Note that somebody did it."""
    times.setdefault(_who(person), []).append(now_ms)
    times.move_to_end(_who(person))


def unsay(times: Times, person: Person, at_ms: int) -> None:
    """Take back what was noted of a moment: it came to nothing."""
    mine = times.get(_who(person), [])
    if at_ms in mine:
        mine.remove(at_ms)
        if not mine:
            del times[_who(person)]


@dataclass
class Act:
    """What somebody is about to do: why it is too much, if it is, and for how many acts it counts."""

    refusal: Refusal | None = None
    counts: int = 1


@contextmanager
def noted(app: App, person: Person) -> Iterator[Act]:
    """An act that counts unless it is refused or fails in here, and that :class:`Act` says is too much.

    What is too much is not noted, or it would be for ever. Nothing is awaited between the look and the note,
    so many at once are as many as one after the other.
    """
    now, limit = app.clock.now_ms(), app.settings.rounds.acts_an_hour
    if lately(app.acts, person, now - HOUR_MS) >= limit:
        left = app.acts[_who(person)][0] + HOUR_MS - now
        yield Act(Refusal("acts-many", limit=limit, minutes=-(-left // MINUTE_MS)), 0)
        return
    act = Act()
    note(app.acts, person, now)
    try:
        yield act
    except BaseException:
        act.counts = 0
        raise
    finally:
        if not act.counts:
            unsay(app.acts, person, now)
        for _ in range(1, min(act.counts, limit // 4)):
            note(app.acts, person, now)


@contextmanager
def counted(app: App, person: Person) -> Iterator[None]:
    """What somebody may do only so often in an hour, all of it together; what fails doesn't count.

    Raises:
        Refusal: ``acts-many``.
    """
    with noted(app, person) as act:
        if act.refusal is not None:
            raise act.refusal
        yield


def _who(person: Person) -> int:
    return hash((person.community, person.platform_id))
