"""What came out of a check-in each time, by question and group, and whether it has changed.

Of a scale a *level* is shown: the mean of what a group chose, its sum first rounded to a multiple of the
fewest people that may be shown, so that near the ends it doesn't tell what one or two chose. Of a choice it
is how many chose each option, options joined until no cell of any group, nor of those who are in none, is of
a few people.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.domain.asks import AskField, FieldKind
from bot.domain.forms import grouped
from bot.domain.hiding import LEAST_APART, shown_groups
from bot.domain.summary import FieldTally, Groups, Level, can_part

EVERYBODY = ""
"""The group of all who answered."""
LEAST_CHANGES = 4
"""So many earlier changes are needed before one can be unusual."""
USUAL = 3.27
"""A change is unusual from so many times the mean earlier change on: the upper limit of a moving range of two
in a control chart of single values (D4 in Shewhart's tables)."""


def first_value(field: AskField) -> int:
    """The value of a scale's first option: 0 where it begins with "0", else 1."""
    return 0 if field.options[:1] and field.options[0].startswith("0") else 1


def levels(
    field: AskField, chosen: Iterable[tuple[int, str]], possible: Collection[str], least: int
) -> tuple[Level, ...]:
    """The levels of a scale that may be shown, everybody's first, of each one's option and standing.

    ``possible`` are the standings that somebody could have had.
    """
    by_group: dict[str, list[int]] = defaultdict(list)
    for option, standing in chosen:
        by_group[standing].append(option + first_value(field))
    every = [value for values in by_group.values() for value in values]
    if len(every) < least:
        return ()
    shown = _shown({name: len(values) for name, values in by_group.items()}, len(every), possible, least)
    groups = [(EVERYBODY, every), *((name, by_group[name]) for name in shown)]
    return tuple(Level(name, len(values), _rounded(sum(values), least), least) for name, values in groups)


def _shown(sizes: Mapping[str, int], every: int, possible: Collection[str], least: int) -> list[str]:
    """The groups beside everybody; none where one of them is everybody."""
    return [name for name, size in sorted(shown_groups(sizes, possible, least).items()) if size < every]


def _rounded(total: int, step: int) -> int:
    return (2 * total + step) // (2 * step) * step


def parts(
    field: AskField, chosen: Iterable[tuple[int, str]], possible: Collection[str], least: int
) -> tuple[tuple[str, Groups], ...]:
    """Of a choice, how many of each group that may be shown chose what; none where only everybody may be."""
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for option, standing in chosen:
        counts[standing][option] += 1
    every = sum((cells for cells in counts.values()), Counter[int]())
    shown = _shown({name: cells.total() for name, cells in counts.items()}, every.total(), possible, least)
    if not shown:
        return ()
    others = every.copy()
    for name in shown:
        others.subtract(counts[name])
    rows = [*(counts[name] for name in shown), others]
    totals = grouped([every[place] for place in range(len(field.options))], least, scale=field.kind)
    joined = _joined(rows, totals, max(least, LEAST_APART))
    if len(joined) < 2:
        return ()
    return tuple((name, tuple((places, _cell(counts[name], places)) for places in joined)) for name in shown)


def _joined(rows: Sequence[Mapping[int, int]], totals: Groups, least: int) -> list[tuple[int, ...]]:
    """Options in groups, the same for all rows, so that no cell is of 1 to ``least - 1`` people.

    They are joined in the order of their totals, which everybody sees: so that which are joined tells no more
    of the cells than that one of them would be of a few people. No groups where there is no such way.
    """
    if any(0 < people < least for _, people in totals):
        return []
    groups, nobodys = dict(totals), [places for places, people in totals if not people]
    for places in nobodys:
        del groups[places]
    while any(0 < _cell(row, places) < least for row in rows for places in groups):
        if len(groups) < 2:
            return []
        first, second = sorted(groups, key=lambda places: (len(places) == 1, groups[places], places))[:2]
        people = groups.pop(first) + groups.pop(second)
        groups[tuple(sorted(first + second))] = people
    return sorted([*groups, *nobodys])


def _cell(row: Mapping[int, int], places: Sequence[int]) -> int:
    return sum(row.get(place, 0) for place in places)


def level_of_groups(field: AskField, groups: Groups, least: int) -> tuple[Level, ...]:
    """Everybody's level out of what is shown already, where no options are joined."""
    if field.kind is not FieldKind.SCALE or not groups or any(len(places) > 1 for places, _ in groups):
        return ()
    people = sum(count for _, count in groups)
    total = sum((places[0] + first_value(field)) * count for places, count in groups)
    return (Level(EVERYBODY, people, _rounded(total, least), least),)


def the_same(now: set[int], before: set[int], least: int) -> int | None:
    """How many of those who answered had answered the time before; None where that would tell of a few."""
    same = len(now & before)
    return same if can_part(same, len(now), least) and can_part(same, len(before), least) else None


@dataclass(frozen=True)
class Change:
    """How far a level is from the one before it, as shown, and if that is more than its usual spread."""

    by: float
    unusual: bool


def change(line: Sequence[Level]) -> Change | None:
    """The change at the last of some levels, the earliest first; None where there is only one."""
    if len(line) < 2:
        return None
    moves = [after.value - before.value for before, after in pairwise(line)]
    *earlier, last = moves
    by = apart(line[-1].value, line[-2].value)
    if len(earlier) < LEAST_CHANGES:
        return Change(by, unusual=False)
    step = line[-1].step / line[-1].people
    usual = max(step, sum(map(abs, earlier)) / len(earlier))
    return Change(by, unusual=abs(last) > USUAL * usual)


def apart(one: float, other: float) -> float:
    """How far a level is above another, as both are shown: to the tenth, so that people can check it."""
    return round(round(one, 1) - round(other, 1), 1)


def holds(field: AskField, part: FieldTally, chosen: Sequence[tuple[int, str]]) -> bool:
    """Whether what people chose still makes the levels and parts that were kept."""
    for level in part.levels:
        those = [option for option, standing in chosen if level.group in (EVERYBODY, standing)]
        total = sum(option + first_value(field) for option in those)
        if (level.people, level.total) != (len(those), _rounded(total, level.step)):
            return False
    counts = Counter((standing, option) for option, standing in chosen)
    return all(
        people == sum(counts[name, place] for place in places)
        for name, groups in part.parts
        for places, people in groups
    )
