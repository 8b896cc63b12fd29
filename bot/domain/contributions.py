"""Contributions: what one person brings to an ask, and the life that it has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.asks import Said
from bot.domain.community import Moderation
from bot.domain.people import Ages, Standing
from bot.domain.refusals import Refusal
from bot.domain.text import plainly
from bot.domain.versions import numbered, version_of

_GAPS = re.compile(r"[\s,;&]+|\band\b|\b(?:ideas?|numbers?|no)\b\.?")
_SPAN = re.compile(r"#?(\d{1,15})(?:\s*(?:-|\.\.|to\b)\s*#?(\d{1,15}))?(?=$|[\s,;&])", re.ASCII)
MOST_NUMBERS = 200
"""How many numbers of ideas can be typed at once."""


def numbers_in(text: str) -> list[int]:
    """The numbers of ideas that somebody typed, each once: "4, 9 and 12-15", "#3", "idea 7".

    Raises:
        Refusal: ``numbers-unreadable``, with what is no number; ``numbers-many``. Nothing is passed over.
    """
    typed, at, found = plainly(text).casefold().rstrip("."), 0, dict[int, None]()
    while at < len(typed):
        if gap := _GAPS.match(typed, at):
            at = gap.end()
            continue
        span = _SPAN.match(typed, at)
        first, last = (int(span[1]), int(span[2] or span[1])) if span else (1, 0)
        if span is None or not 0 < first <= last:
            raise Refusal("numbers-unreadable", text=typed[at:].split(",")[0])
        if last - first >= MOST_NUMBERS - len(found):
            raise Refusal("numbers-many", limit=MOST_NUMBERS)
        found |= dict.fromkeys(range(first, last + 1))
        at = span.end()
    return list(found)


class Fate(StrEnum):
    """Where a contribution is in its life."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    SPLIT = "split"
    TAKEN = "taken"
    DECIDED = "decided"
    DELIVERED = "delivered"


OUTCOMES = (Fate.TAKEN, Fate.DECIDED, Fate.DELIVERED)
"""What can become of a contribution that everybody reads: taken to a decision, decided, delivered."""
STANDING = (Fate.ACCEPTED, *OUTCOMES)
"""Contributions that a moderator let others read, and that stand for themselves; see :func:`stands`."""
PARENTS = (Fate.MERGED, Fate.SPLIT)
"""Contributions for which others stand: everybody can still read them."""
READABLE = (*STANDING, *PARENTS)
"""Contributions that a moderator let everybody read."""


class Origin(StrEnum):
    """Where a contribution comes from; the last three are of nobody's account."""

    TOLD = "told"
    CHAT = "chat"
    MEETING = "meeting"
    MERGE = "merge"
    SPLIT = "split"


class Why(StrEnum):
    """The published policy: what alone a contribution may be declined for. Disagreement is no reason."""

    NAMES = "names"
    HARM = "harm"
    ELSEWHERE = "elsewhere"
    UNCLEAR = "unclear"
    TWICE = "twice"
    ADVERT = "advert"


ERASED = "erased"
"""Why a contribution that was never read is over: its author erased it."""


@dataclass(frozen=True)
class Contribution:
    """One contribution as it stands; ``id`` is its public number in the community.

    Times are UTC epoch milliseconds, 0 where they have not come; ``due_ms`` is by when an answer to it is
    owed. ``person`` is negative where it belongs to nobody any more. ``said`` is its newest version, empty
    once its words were erased. ``judge`` is the person who settled it last; ``question`` what a moderator
    asked its author; ``again`` says that a second look, by somebody else, was asked for. Something of a
    meeting has its ``place`` and how many were ``present``, something that was a chat message before has the
    platform's ``link`` to it, for its author alone. What others were merged into, or another was split into,
    has the words of whoever did that. ``came`` is how it was told: in the ``chat``, or as
    :class:`bot.domain.papers.Came`; then it belongs to nobody from its beginning. ``chosen`` names the fields
    whose values are options of the ask, not words; ``newcomer`` says that its author had never taken part
    before the ask opened; ``supporters`` is how many people support it.
    """

    community: int
    id: int
    round: int
    initiative: int
    person: int
    standing: Standing
    state: Fate = Fate.RECEIVED
    said: Said | None = None
    version: int = 1
    first_ms: int = 0
    at_ms: int = 0
    settled_ms: int = 0
    due_ms: int = 0
    why: str = ""
    judge: int = 0
    question: str = ""
    again: bool = False
    origin: Origin = Origin.TOLD
    came: str = "chat"
    place: str = ""
    present: int = 0
    link: str = ""
    chosen: tuple[str, ...] = ()
    newcomer: bool = False
    supporters: int = 0

    @property
    def words(self) -> str:
        """The version of its words (``bot/domain/versions.py``): each one's have a number."""
        return numbered(self.version)

    @property
    def review(self) -> str:
        """The version of what moderators read: its words, what they asked, if it is a second look."""
        return version_of(self.version, self.said is not None, self.question, self.again)

    @property
    def text(self) -> str:
        """All that it says, '' where its words were erased."""
        return " ".join(" ".join(values) for values in (self.said or {}).values())

    @property
    def is_fresh(self) -> bool:
        """Whether it waits for its first reader: nobody has declined it or asked for a second look."""
        return self.state is Fate.RECEIVED and not self.why and not self.again

    @property
    def is_of_somebody(self) -> bool:
        """Whether one person brought it, who counts as having taken part."""
        return self.origin in (Origin.TOLD, Origin.CHAT)

    @property
    def is_reshaped(self) -> bool:
        """Whether it was made out of others."""
        return self.origin in (Origin.MERGE, Origin.SPLIT)


def moderation_for(chosen: Moderation, ages: Ages) -> Moderation:
    """When moderators read what an ask gets: always before others, where under-18s can take part."""
    return chosen if ages is Ages.ADULTS else Moderation.BEFORE


def stands(one: Contribution, moderation: Moderation) -> bool:
    """Whether everybody finds a contribution of such an ask, and can support it.

    What nobody has read yet does where moderators read after others, unless it was declined before: then
    it waits, whoever changed it or asked for a second look.
    """
    return one.state in STANDING or (moderation is Moderation.AFTER and one.is_fresh)


def is_readable(one: Contribution, moderation: Moderation) -> bool:
    """Whether everybody can read a contribution of such an ask."""
    return one.state in PARENTS or stands(one, moderation)


@dataclass(frozen=True)
class Step:
    """One step (UTC epoch ms): the act, and what organisers said with it, or the code or numbers it needs.

    ``number`` counts the steps of its contribution.
    """

    contribution: int
    at_ms: int
    act: str
    words: str
    number: int = 0


REFUSED = "refused"
"""The step of a contribution that was decided against; its state is that it is decided."""
TOLD = (*OUTCOMES, REFUSED)
"""Steps that say in words what became of a contribution."""
NEWS = ("accepted", "declined", *PARENTS, "undone", *TOLD)
"""Steps that everybody is told of who follows a contribution."""


def is_news(act: str, *, own: bool) -> bool:
    """Whether a follower is told of a step: authors of what moderators ask them, but not of what they did."""
    return act in NEWS or act == ("author-asked" if own else "withdrawn")


RUN = 4


def quotes(later: str, earlier: str) -> bool:
    """Whether a text still has some words in a row of an earlier one, or all of it where it is short."""
    old, new = (re.findall(r"\w+", text.casefold()) for text in (earlier, later))
    run = min(RUN, len(old))

    def runs(those: list[str]) -> set[tuple[str, ...]]:
        return {tuple(those[start : start + run]) for start in range(len(those) - run + 1)}

    return bool(run) and not runs(old).isdisjoint(runs(new))


def by_standing(those: Iterable[Contribution]) -> Counter[str]:
    """Who brought these, of those that were not taken back: how many people of each standing.

    Whose standing changed in between counts with the last one. Nobody knows who of those at a meeting
    is counted already, so they don't count.
    """
    there = [one for one in those if one.state is not Fate.WITHDRAWN and one.is_of_somebody]
    return Counter({one.person: one.standing.value for one in there}.values())


Counted = tuple[str, str, str]
"""What an ask has so many of: ``what`` is counted, and two names within that, '' where it has none."""


def counted(those: Sequence[Contribution]) -> Counter[Counted]:
    """What all that one person has brought to one ask counts for, the earliest first.

    Over the people of an ask it adds up to the ask's counts: contributions by ``state`` (with ``fresh`` among
    them), those of them with words left by ``spoken``, how many were ``brought``, and of those that were not
    taken back how many ``said`` something in a field and ``chose`` an option; people by ``standing`` as in
    :func:`by_standing`, how many of them are ``new``, and how many were ``present`` at a meeting.
    """
    counts = Counter[Counted]()
    for one in those:
        for name in (one.state.value, *(["fresh"] if one.is_fresh else [])):
            counts["state", name, ""] += 1
            counts["spoken", name, ""] += one.said is not None
        if one.state is not Fate.WITHDRAWN:
            counts["brought", "", ""] += not one.is_reshaped
            counts.update(("said", name, "") for name in one.said or {})
            counts.update(("chose", name, value) for name in one.chosen for value in (one.said or {})[name])
        if one.origin is Origin.MEETING:
            counts["present", "", ""] = one.present
    counts.update(("standing", name, "") for name in by_standing(those))
    there = [one for one in those if one.state is not Fate.WITHDRAWN and one.is_of_somebody]
    counts["new", "", ""] = int(any(one.newcomer for one in there))
    return +counts


def people_among(counts: Mapping[Counted, int]) -> Counter[str]:
    """How many people of each standing brought something to an ask, by its counts, as :func:`by_standing`."""
    return Counter({name: count for (what, name, _), count in counts.items() if what == "standing"})


def standing_in(counts: Mapping[Counted, int], moderation: Moderation, what: str = "state") -> int:
    """How many of an ask stand by its counts, as :func:`stands`; of those with words left for ``spoken``."""
    names = (*STANDING, "fresh") if moderation is Moderation.AFTER else STANDING
    return sum(counts.get((what, name, ""), 0) for name in names)
