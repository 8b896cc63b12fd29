"""Answering: the hot path. Many people's answers share one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot import metrics
from bot.domain.forms import FORM, read_form, without_words
from bot.domain.kinds import KINDS, Value
from bot.domain.people import Ages, Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import Asked, Round, not_welcome, refusal_to_answer
from bot.domain.versions import check_seen, numbered
from bot.domain.weighing import WEIGH, read_vote, value_of, votes_of
from bot.services import communities, floods
from bot.services.ports import App
from bot.store import answers, contributions, interactions, people, rounds, statements
from bot.store.answers import Answer, Key
from bot.store.direct import Tx
from bot.store.interactions import Entry
from bot.store.people import Known
from bot.store.statements import Dealt
from bot.store.writer import quick


@dataclass(frozen=True)
class Ballot:
    """One person's answer on its way in; an empty ``raw`` takes back what they answered before.

    Where statements are weighed it is a vote on one of them: its number and the vote's name; ``seen`` is the
    version of its words that they had before them, as in :func:`bot.domain.versions.check_seen`. ``spent`` is
    the refusal of everything but a first answer, for who has done too much lately (``floods.py``).
    """

    community: int
    platform_id: str
    round: int
    raw: tuple[str, ...]
    standing: Standing
    notice: str
    at_ms: int
    role_ids: frozenset[str]
    seen: str | None = field(default=None, kw_only=True)
    spent: Refusal | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Recorded:
    """A committed answer: its round, its value, and the value before it, where there was one.

    ``counts`` is for how many acts it counts: a first answer, or a first vote on a statement, for none.
    """

    round: Round
    value: Value
    before: Value | None
    counts: int = 0


class NoticeFirst(Refusal):
    """The refusal ``notice-first``; ``asked`` is what somebody was about to answer."""

    def __init__(self, asked: Asked) -> None:
        super().__init__("notice-first")
        self.asked = asked


async def answer(
    app: App, person: Person, which: int, raw: Sequence[str], seen: str | None = None
) -> Recorded:
    """Record a person's answer, in place of an earlier one; returns only after the commit.

    The answer keeps the standing of this moment.

    Raises:
        NoticeFirst: the privacy notice of today has not been seen yet.
        Refusal: ``round-...`` where the round is unknown, over or not for this person; what the round's
            kind says of ``raw``; ``acts-many`` where it is not the first; ``cannot-save``.
        Unread: the statement that they vote on has changed since they read it.
    """
    if not raw:
        raise Refusal("choice-unknown")
    return await _send(app, person, which, raw, seen)


async def withdraw(app: App, person: Person, which: int) -> Recorded:
    """Take an answer back while its round is open; raises Refusal ``nothing-to-withdraw`` and the like."""
    return await _send(app, person, which, ())


async def standing_answer(app: App, person: Person, which: int) -> Value | None:
    """What a person has answered to a round so far."""
    async with app.database.reading() as tx:
        known = await people.find(tx, person.community, person.platform_id)
        if known is None:
            return None
        key = (person.community, which, known.id)
        found = (await answers.find_many(tx, [key])).get(key)
        return None if found is None else found.value


@dataclass(frozen=True)
class Kept:
    """What there is of somebody's in a round: an answer, or how many ideas stand. ``round`` is None for none.

    Without names nobody can tell, and nothing is said.
    """

    round: Round | None
    answer: Answer | None = None
    ideas: int = 0


async def kept(app: App, person: Person, which: int) -> Kept:
    """What is kept of a person's in a round, open or over."""
    async with app.database.reading() as tx:
        asked = await rounds.find(tx, person.community, which)
        known = await people.find(tx, person.community, person.platform_id)
        if asked is None or known is None or asked.sealed:
            return Kept(asked)
        key = (person.community, which, known.id)
        ideas = len(await contributions.kept_of_person(tx, person.community, which, known.id))
        return Kept(asked, (await answers.find_many(tx, [key])).get(key), ideas)


async def ballot_of(app: App, person: Person, which: int, raw: Sequence[str], now_ms: int) -> Ballot:
    """What somebody sends now, as who they are now."""
    community = await communities.by_number(app, person.community)
    return Ballot(
        community=person.community,
        platform_id=person.platform_id,
        round=which,
        raw=tuple(raw),
        standing=community.roles.standing(person.role_ids),
        notice=app.settings.privacy.notice_version,
        at_ms=now_ms,
        role_ids=person.role_ids,
    )


async def _send(
    app: App, person: Person, which: int, raw: Sequence[str], seen: str | None = None
) -> Recorded:
    now = app.clock.now_ms()
    with metrics.ANSWERS_REFUSED.count_exceptions(Refusal), floods.noted(app, person) as act:
        ballot = replace(await ballot_of(app, person, which, raw, now), seen=seen, spent=act.refusal)
        recorded = await app.database.writer.together(record, ballot)
        act.counts = recorded.counts
    metrics.ANSWERS_RECORDED.inc()
    app.wake.set()
    return recorded


@quick
async def record(tx: Tx, ballots: Sequence[Ballot]) -> list[Recorded | Refusal]:
    """Record many ballots in one transaction, in their order: for each what was recorded, or why not."""
    batch = await _batch(tx, ballots)
    outcomes = [batch.take(one) for one in ballots]
    await answers.put_many(tx, [after for after in batch.changed.values() if after is not None])
    await answers.take_back(tx, [key for key, after in batch.changed.items() if after is None])
    await statements.read(tx, batch.readers)
    await interactions.append(tx, batch.entries)
    return outcomes


async def _batch(tx: Tx, ballots: Sequence[Ballot]) -> _Batch:
    """What a batch of ballots is decided by, set by set."""
    asked = await rounds.to_answer(tx, [(one.community, one.round) for one in ballots])
    known = await people.find_many(tx, [(one.community, one.platform_id) for one in ballots])
    keys = [
        (one.community, one.round, known[one.community, one.platform_id].id)
        for one in ballots
        if (one.community, one.platform_id) in known
    ]
    about = {
        (one.community, one.round, _statement(one)) for one in ballots if _weighs(asked, one) and one.raw
    }
    return _Batch(asked, known, await answers.find_many(tx, keys), await statements.standing(tx, about))


def _weighs(asked: dict[tuple[int, int], Asked], one: Ballot) -> bool:
    found = asked.get((one.community, one.round))
    return found is not None and found.round.kind == WEIGH


def _statement(one: Ballot) -> int:
    """The number of what somebody votes on; 0 for what makes no sense, which is refused in its turn."""
    try:
        return read_vote(one.raw)[0]
    except Refusal:
        return 0


@dataclass
class _Batch:
    """Ballots of one transaction, decided one after the other; ``there`` is what each person has answered.

    ``deck`` has the statements that can be voted on, ``readers`` how many more have read each.
    """

    asked: dict[tuple[int, int], Asked]
    known: dict[tuple[int, str], Known]
    there: dict[Key, Answer]
    deck: Mapping[Key, Dealt]
    readers: Counter[Key] = field(default_factory=Counter)
    changed: dict[Key, Answer | None] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def take(self, one: Ballot) -> Recorded | Refusal:
        """Decide one ballot."""
        try:
            on, who, value = self._admit(one)
        except Refusal as refusal:
            return refusal
        key = (one.community, one.round, who.id)
        before = self.there.get(key)
        if before is None and not value:
            return Refusal("nothing-to-withdraw")
        counts = _acts(on, value, before)
        if counts and one.spent is not None:
            return one.spent
        if on.kind == WEIGH and value and before is not None:  # one vote of many has changed
            value = value_of(votes_of(before.value) | votes_of(value))
        # The same press again changes nothing, unless its standing has changed.
        if before is None or (before.value, before.standing) != (value, one.standing):
            self._change(one, on, who, value, before)
        return Recorded(on, value, before.value if before else None, counts)

    def _admit(self, one: Ballot) -> tuple[Round, Known, Value]:
        asked = self.asked.get((one.community, one.round))
        if asked is not None and asked.round.sealed:  # no name may ever be written beside such an answer
            raise Refusal("button-unknown")
        return welcome(one, asked, self.known.get((one.community, one.platform_id)), self._read)

    def _read(self, one: Ballot, on: Round) -> Value:
        """What was answered: where statements are weighed, the one vote."""
        if on.kind != WEIGH:
            return chosen(one, on)
        if not one.raw:
            return ()
        number, vote = read_vote(one.raw)
        dealt = self.deck.get((one.community, one.round, number))
        if dealt is None:
            raise Refusal("statement-gone")
        check_seen(one.seen, numbered(dealt.version))
        return number, vote

    def _change(self, one: Ballot, on: Round, who: Known, value: Value, before: Answer | None) -> None:
        key = (one.community, one.round, who.id)
        first = before.first_ms if before else one.at_ms
        after = Answer(*key, value, one.standing, first, one.at_ms) if value else None
        if after is None:
            del self.there[key]
        else:
            self.there[key] = after
        self.changed[key] = after
        # The words of a form stand in the answer alone: from there the close takes them away.
        said: object = without_words(value) if on.kind == FORM else value
        if on.kind == WEIGH:
            was, now = votes_of(before.value if before else ()), votes_of(value)
            self.readers.update({(one.community, one.round, number): 1 for number in now.keys() - was.keys()})
            self.readers.subtract(
                {(one.community, one.round, number): 1 for number in was.keys() - now.keys()}
            )
            # Only what is new: all of somebody's votes with every one of them would grow with their square.
            said = {"statement": one.raw[0], "vote": one.raw[1]} if one.raw else ()
        self.entries.append(_entry(one, on, who, value, said, before))


def _acts(on: Round, value: Value, before: Answer | None) -> int:
    """For how many acts an answer counts: to take many votes back for as many, or all could be given anew."""
    if before is None:
        return 0
    votes = votes_of(before.value) if on.kind == WEIGH else {}
    return int(value[0] in votes) if votes and value else max(1, len(votes))


def chosen(one: Ballot, on: Round) -> Value:
    """What a ballot chooses or says, () where it takes an answer back; raises Refusal."""
    if on.kind == FORM:
        return read_form(on.form, one.raw) if one.raw else ()
    if on.kind not in KINDS:  # an ask, which has no options
        raise Refusal("button-unknown")
    return KINDS[on.kind].read(one.raw, len(on.options)) if one.raw else ()


def welcome(
    one: Ballot, asked: Asked | None, known: Known | None, read: Callable[[Ballot, Round], Value]
) -> tuple[Round, Known, Value]:
    """A ballot's round, its person and its value; raises Refusal where it is not welcome."""
    if asked is None:
        raise Refusal("round-unknown")
    on = asked.round
    code = refusal_to_answer(on.state, on.closes_ms, on.audience, one.standing, one.at_ms)
    if code is None and on.is_closed_to(one.role_ids):
        code = "round-role-only"
    if code is not None:
        raise not_welcome(code, on.id)
    # A malformed answer is refused even before the notice is shown.
    value = read(one, on)
    return on, admitted(asked, known, one.notice), value


def admitted(asked: Asked, who: Known | None, notice: str) -> Known:
    """Somebody who has read the notice of today, and whose age a round is for.

    Raises:
        NoticeFirst: they haven't read it yet.
        Refusal: ``only-...``.
    """
    if who is None or who.notice != notice:
        raise NoticeFirst(asked)
    if asked.ages is not Ages.BOTH and who.ages != asked.ages:
        raise Refusal(f"only-{asked.ages}")
    return who


def _entry(one: Ballot, on: Round, who: Known, value: Value, said: object, before: Answer | None) -> Entry:
    act = "answered" if before is None else "changed" if value else "withdrawn"
    return Entry(
        one.community, one.at_ms, act, on.stage.value, one.standing.value, {"value": said},
        on.initiative, on.id, who.id, who.secret,
    )  # fmt: skip
