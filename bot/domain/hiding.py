"""Which numbers of a result stay hidden, so that nobody can work out what a few people said.

Everybody may know these rules, and the total. So it is not enough that the hidden counts together are of
enough people: each must be able to be at least three different numbers, for all that is shown, and for all
that is known of how it is decided what is shown. Of 13 people, 5, hidden, hidden can only be 5, 4, 4: any
other counts would have been shown otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

POSSIBLE = 3
"""So many different counts a hidden place must be able to have, for all that anybody is shown."""
LEAST_APART = 4
"""Where places are judged one by one, and not together, three people would leave only two counts: 1 and 2."""


def hidden_places(counts: Sequence[int], people: int, least: int, *, one_each: bool) -> tuple[int, ...]:
    """The places of the options whose counts would tell what fewer than ``least`` people chose.

    Where each person chose one, see :func:`hidden_cells`. Where they chose any number, those who did not
    choose it are a group, too, and so are those who chose several: everybody chose something, so there are as
    many choices as people and theirs beside. An option that nobody chose is hidden with the small ones, or it
    would narrow them down.
    """
    if one_each:
        return hidden_cells(counts, least)
    least = max(least, LEAST_APART)
    small = [0 < count < least or 0 < people - count < least for count in counts]
    if not any(small) and 0 < sum(counts) - people < least:
        small[min((count, place) for place, count in enumerate(counts) if count)[1]] = True
    if not any(small):
        return ()
    return tuple(place for place, count in enumerate(counts) if small[place] or count in (0, people))


def hidden_cells(counts: Sequence[int], least: int) -> tuple[int, ...]:
    """The places of the groups whose sizes must not be shown, where everybody is in exactly one.

    Those below ``least`` are tried first, then also the smallest of the others, and so on: until each hidden
    one could be of three different sizes. Equal sizes are hidden together. Of fewer than two times ``least``
    people nothing is shown: what is left beside a group that is large enough would be a few.
    """
    every = tuple(range(len(counts)))
    if sum(counts) < 2 * least:
        return every if any(counts) else ()
    for below in (least, *sorted({count + 1 for count in counts if count >= least})):
        hidden = tuple(place for place in every if counts[place] < below)
        people = sum(counts[place] for place in hidden)
        shown = [count for count in counts if count >= below]
        if not shown or _tells_nothing(len(hidden), people, min(shown), least):
            return hidden if people else ()
    raise AssertionError("the last set is all of them")


def _tells_nothing(cells: int, people: int, below: int, least: int) -> bool:
    """Whether groups of so many people together, each smaller than ``below``, may be the hidden ones."""
    if not people:
        return True
    # A group is never larger than all of them: so these are the same, and found only once.
    below = max(least, min(below, people + 1))
    return people >= least and len(_possible(cells, people, below, least)) >= POSSIBLE


@lru_cache(10_000)
def _possible(cells: int, people: int, below: int, least: int) -> frozenset[int]:
    """Sizes below ``below`` that one of the hidden groups may have; not all of them, once there are three.

    They are those of all divisions of the people for which the search comes as far as these groups, and does
    not stop at the smaller ones among them. It treats all alike: each may have any of these sizes.
    """
    found = {*_small(cells, people, least - 1)}
    for size, others in _led(cells, people, below, least):
        if len(found) >= POSSIBLE:
            break
        found |= others | {size}
    return frozenset(found)


def _small(cells: int, people: int, most: int) -> range:
    """Sizes that a group may have where none has more than ``most``; three of them are enough."""
    if not 0 <= people <= cells * most:
        return range(0)
    least = max(0, people - (cells - 1) * most)
    return range(least, min(most, people, least + POSSIBLE - 1) + 1)


def _led(cells: int, people: int, below: int, least: int) -> Iterator[tuple[int, frozenset[int]]]:
    """Sizes from ``least`` on that the largest hidden groups may have, and sizes of those beside them.

    The search gets to them only where hiding those beside them would tell something.
    """
    for many in range(1, cells):
        yield from _led_by(many, cells, people, below, least)


def _led_by(
    many: int, cells: int, people: int, below: int, least: int
) -> Iterator[tuple[int, frozenset[int]]]:
    """The same where exactly so many groups are the largest."""
    others = cells - many
    for size in range(min(below - 1, (people - 1) // many), least - 1, -1):
        rest = people - many * size
        # One of the others is of a few people; and the smaller this size, the more have to be in the others.
        if rest > least - 1 + (others - 1) * (size - 1):
            return
        if not _tells_nothing(others, rest, size, least):
            sizes = _possible(others, rest, max(least, min(size, rest + 1)), least)
            if sizes:
                yield size, sizes


def leaders_told(
    counts: Sequence[int], people: int, hidden: Collection[int], least: int, *, one_each: bool
) -> tuple[int, ...]:
    """The places of the options with most people, as far as naming them tells nothing of what is hidden."""
    most = max(counts, default=0)
    leaders = tuple(place for place, count in enumerate(counts) if count == most and most)
    if not hidden:
        return leaders
    if not one_each:
        told = _approved_tells_nothing(counts, people, hidden, max(least, LEAST_APART))
    elif len(hidden) < len(counts):
        told = True  # what is hidden is smaller than all that is shown, and everybody knows it
    else:
        told = len(leaders) == 1 and _first_tells_nothing(len(counts), people, least)
    return leaders if told else ()


def _first_tells_nothing(cells: int, people: int, least: int) -> bool:
    """Whether the largest of groups that are all hidden may be named; and none, where two are level."""
    if people < 2 * least:
        return False
    first, others = set[int](), set[int]()
    for size, sizes in _first(1, cells, people, least):
        first.add(size)
        others |= sizes
        if len(first) >= POSSIBLE and len(others) >= POSSIBLE:
            break
    else:
        return False
    level = set[int]()
    for many in range(2, cells + 1):
        for size, sizes in _first(many, cells, people, least):
            level |= sizes | {size}
            if len(level) >= POSSIBLE:
                return True
    return not level


def _first(many: int, cells: int, people: int, least: int) -> Iterator[tuple[int, frozenset[int]]]:
    """Sizes that so many largest of groups that are all hidden may have, and sizes of those beside them."""
    if many < cells:
        yield from _led_by(many, cells, people, people + 1, least)
    elif people % cells == 0 and people // cells < least:
        yield people // cells, frozenset()
        return
    for size in range(least - 1, 0, -1):
        sizes = _small(cells - many, people - many * size, size - 1)
        if sizes:
            yield size, frozenset(sizes)


def _approved_tells_nothing(counts: Sequence[int], people: int, hidden: Collection[int], least: int) -> bool:
    """Whether the leader may be named where people chose any number of options.

    A hidden count is near nobody or near everybody. To name a leader whose count is shown tells that all are
    near nobody; to name none, where one whose count is hidden would be named, tells it as well.
    """
    shown = [count for place, count in enumerate(counts) if place not in hidden]
    if people < 2 * least or not shown:
        return False
    needed = people - sum(shown)  # everybody chose something
    lowest = max(needed - (len(hidden) - 1) * (least - 1), int(len(hidden) == 1))
    # One may also be hidden because of how many chose several: then it is the smallest, and near neither end.
    smallest = range(max(least, needed + 1), min(*shown, people - least, needed + least - 1) + 1)
    if max(shown) in smallest:
        return False
    below = {*range(lowest, least), *(count for count in smallest if count < min(shown))}
    return len(below) >= POSSIBLE or not (below or smallest)


def leaders_sure(
    counts: Sequence[int], people: int, hidden: Collection[int], *, one_each: bool
) -> tuple[int, ...]:
    """The places of the options that certainly have most people, of a result that has only its counts.

    Its hidden counts (0 in ``counts``) are none above the smallest that is shown where each person chose one;
    where they chose several they may be anything.
    """
    shown = [count for place, count in enumerate(counts) if place not in hidden]
    if not shown or (hidden and not one_each):
        return ()
    most = max(shown)
    if hidden and most == min(shown) and people - sum(shown) >= most:
        return ()
    return tuple(place for place, count in enumerate(counts) if count == most and most)


def shown_groups(groups: Mapping[str, int], possible: Collection[str], least: int) -> dict[str, int]:
    """The sizes of groups that may be shown beside their total; see :func:`hidden_cells`.

    Args:
        groups: how many people are in each group.
        possible: the groups that somebody could be in. An empty one among them may be hidden with a small
            one; one that nobody could be in would hide nothing. Where a few are in another all the same (the
            role that meant it is gone, or they answered on paper), nothing is shown.
        least: the fewest people of whom anything may be told.
    """
    names = sorted({*possible, *(name for name, size in groups.items() if size)})
    hidden = {names[place] for place in hidden_cells([groups.get(name, 0) for name in names], least)}
    if not hidden <= set(possible):
        return {}
    return {name: groups[name] for name in names if name not in hidden and groups.get(name, 0)}
