"""How often somebody did something lately: in this process's memory, under a number that leads to nobody.

Python draws that number anew in each process: after a restart they can do it as often again. Presses of
one server reach one process only.
"""

from __future__ import annotations

from bot.domain.people import Person

Times = dict[int, list[int]]
"""When people did something (UTC epoch ms), by such a number."""


def lately(times: Times, person: Person, since_ms: int) -> int:
    """How often somebody did it after a moment; what is older is forgotten, of everybody."""
    for who, kept in list(times.items()):
        kept[:] = [at for at in kept if at > since_ms]
        if not kept:
            del times[who]
    return len(times.get(_who(person), ()))


def note(times: Times, person: Person, now_ms: int) -> None:
    """Note that somebody did it."""
    times.setdefault(_who(person), []).append(now_ms)


def unsay(times: Times, person: Person, now_ms: int) -> None:
    """Take back what was noted: it came to nothing."""
    times[_who(person)].remove(now_ms)


def _who(person: Person) -> int:
    return hash((person.community, person.platform_id))
