"""Weighing: people read statements one after another, and say of each whether they agree.

An answer is a flat tuple of pairs, ascending by the statements' numbers: (number, vote, number, vote, ...).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod, sqrt

from bot.domain.refusals import Refusal

WEIGH = "statements"
"""The kind of a round in which statements are weighed."""

STATEMENT = "statement"
"""The ask whose one box its own statements are written into."""

AGREE, PASS, DISAGREE = 1, 0, -1
VOTES = {"agree": AGREE, "pass": PASS, "disagree": DISAGREE}
"""What somebody can say of a statement, by its name."""
NAMES = {vote: name for name, vote in VOTES.items()}

Value = tuple[int, ...]

CANDIDATES = 10
"""Among how many of the statements with the fewest readers the next one is chosen."""

Z = 1.959963984540054
"""The 97.5 % point of the normal distribution: 95 % lie within it on both sides."""


def votes_of(value: Value) -> dict[int, int]:
    """Somebody's vote on each statement that they have read, by its number."""
    return dict(zip(value[::2], value[1::2], strict=True))


def value_of(votes: Mapping[int, int]) -> Value:
    """Votes as they are stored."""
    return tuple(part for pair in sorted(votes.items()) for part in pair)


def read_vote(raw: Sequence[str]) -> tuple[int, int]:
    """A statement's number and the vote on it, of what a door received.

    Raises:
        Refusal: ``choice-unknown``.
    """
    if len(raw) != 2 or raw[1] not in VOTES:
        raise Refusal("choice-unknown")
    if not (raw[0].isascii() and raw[0].isdigit() and len(raw[0]) < 18):
        raise Refusal("choice-unknown")
    return int(raw[0]), VOTES[raw[1]]


def choose_next(fewest: Sequence[tuple[int, int]], chance: Callable[[], float]) -> int:
    """The number of the statement to read next.

    So that all are read by about as many, and yet not everybody reads the same at the same moment, it is
    drawn: the more readers a statement has beyond the least read, the less likely it is.

    Args:
        fewest: (number, readers) of statements that this person hasn't read; at least one.
        chance: a random number from 0 up to 1, without 1.
    """
    least = min(readers for _, readers in fewest)
    weights = [1 / (1 + readers - least) ** 3 for _, readers in fewest]
    drawn = chance() * sum(weights)
    for (number, _), weight in zip(fewest, weights, strict=True):
        drawn -= weight
        if drawn < 0:
            return number
    return fewest[-1][0]


@dataclass(frozen=True)
class Weighed:
    """What came out for one statement: how many agree, disagree and passed.

    ``across`` is how far the groups agree that took part, from 0 to 1, None where it may not be told; see
    :func:`weigh`.
    """

    number: int
    agree: int
    disagree: int
    passed: int
    across: float | None = None

    @property
    def readers(self) -> int:
        """How many have said something of it."""
        return self.agree + self.disagree + self.passed

    @property
    def sure(self) -> tuple[float, float]:
        """Between which shares the agreement of people like these lies, most likely."""
        return wilson(self.agree, self.readers)

    @property
    def divided(self) -> float:
        """How divided its readers are: 0 where nobody stands on one of the sides, 1 for half and half."""
        return 2 * min(self.agree, self.disagree) / self.readers if self.readers else 0.0


def wilson(agree: int, readers: int) -> tuple[float, float]:
    """The 95 % interval of a share, from 0 to 1: all of it where nobody was asked.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
    American Statistical Association 22 (1927), 209-212. Unlike the textbook's, it holds for few people, too.
    """
    if not readers:
        return 0.0, 1.0
    share, square = agree / readers, Z * Z
    middle = share + square / (2 * readers)
    half = Z * sqrt(share * (1 - share) / readers + square / (4 * readers * readers))
    below = 1 + square / readers
    return max(0.0, (middle - half) / below), min(1.0, (middle + half) / below)


def weigh(
    given: Iterable[tuple[Value, str]], deck: Collection[int], groups: Collection[str], least: int
) -> tuple[Weighed, ...]:
    """What came out for each statement of a deck, ascending by number.

    ``across`` is the product of (agrees + 1) / (readers + 2) over the ``groups``. These are the same for
    every statement, so that statements can be compared. It is there only where each of them has at least
    ``least`` readers of that statement, and all others together as many or nobody: else what is told of all
    readers, less the groups, would tell of fewer.

    Args:
        given: answers, each with the standing of who gave it.
        deck: the numbers of the statements.
        groups: standings whose size may be shown; fewer than two are nothing to compare.
        least: the fewest people of whom anything may be told.
    """
    every: dict[int, Counter[tuple[str, int]]] = {number: Counter() for number in deck}
    for value, standing in given:
        for number, vote in votes_of(value).items():
            if number in every:
                every[number][standing, vote] += 1
    return tuple(_weighed(number, every[number], groups, least) for number in sorted(every))


def _weighed(
    number: int, counts: Mapping[tuple[str, int], int], groups: Collection[str], least: int
) -> Weighed:
    votes, readers, agrees = Counter[int](), Counter[str](), Counter[str]()
    for (standing, vote), count in counts.items():
        votes[vote] += count
        readers[standing] += count
        agrees[standing] += count if vote == AGREE else 0
    others = sum(count for standing, count in readers.items() if standing not in groups)
    tellable = len(groups) > 1 and all(readers[one] >= least for one in groups)
    across = None
    if tellable and (not others or others >= least):
        # To two digits: with more of them, each group's numbers could be worked out of their product.
        parts = (Fraction(agrees[one] + 1, readers[one] + 2) for one in groups)
        across = float(round(prod(parts), 2))
    return Weighed(number, votes[AGREE], votes[DISAGREE], votes[PASS], across)


MOST = 5
"""How many statements of a sort a result names."""


@dataclass(frozen=True)
class Findings:
    """What a weighing found, the clearest first; ``few`` have too few readers for any of it."""

    agreed: tuple[Weighed, ...]
    divided: tuple[Weighed, ...]
    across: tuple[Weighed, ...]
    few: tuple[Weighed, ...]


def findings(weighed: Sequence[Weighed], groups: int, enough: int) -> Findings:
    """What most agree on, what divides, what groups agree on, and what too few have read.

    Most agree where even the lower end of the interval is above a half; a statement divides where the
    smaller side is at least a quarter of its readers; groups agree where ``across`` is more than it would be
    with half of each.

    Args:
        weighed: all statements.
        groups: how many groups were compared.
        enough: how many readers a statement needs.
    """
    read = [one for one in weighed if one.readers >= enough]
    agreed = sorted((one for one in read if one.sure[0] > 0.5), key=lambda one: (-one.sure[0], one.number))
    divided = sorted((one for one in read if one.divided >= 0.5), key=lambda one: (-one.divided, one.number))
    across = sorted(
        (one for one in read if one.across is not None and one.across > 0.5**groups),
        key=lambda one: (-(one.across or 0), one.number),
    )
    few = tuple(one for one in weighed if one.readers < enough)
    return Findings(tuple(agreed[:MOST]), tuple(divided[:MOST]), tuple(across[:MOST]), few)


def with_most(value: Value, weighed: Iterable[Weighed], enough: int) -> tuple[int, int]:
    """On how many statements somebody stood where most did, and of how many.

    Left out is where they passed, where as many agree as disagree, and what fewer than ``enough`` have read.
    """
    votes, there = votes_of(value), 0
    stood = 0
    for one in weighed:
        if votes.get(one.number) and one.agree != one.disagree and one.readers >= enough:
            there += 1
            stood += (one.agree > one.disagree) == (votes[one.number] == AGREE)
    return stood, there
