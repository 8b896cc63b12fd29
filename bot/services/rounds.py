"""Rounds that are open or over: how everybody sees them, how they close, their results."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import lines
from bot.domain.asks import ASK, Ask
from bot.domain.checkins import CheckIn
from bot.domain.contributions import Contribution, by_standing, moderation_for, people_among
from bot.domain.forms import FORM
from bot.domain.hiding import shown_groups
from bot.domain.initiatives import Initiative, check_words
from bot.domain.kinds import KINDS
from bot.domain.papers import CHAT
from bot.domain.people import Person, Standing
from bot.domain.promises import Promise, promise_of
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State, not_welcome, refusal_to_answer
from bot.domain.summary import Offline, Tally, can_part, part_weighed
from bot.domain.text import clean
from bot.domain.weighing import WEIGH, Weighed, weigh
from bot.services import forms
from bot.services.checkin_turns import tell_takers
from bot.services.communities import by_number
from bot.services.draft_versions import statements_of, version_in
from bot.services.initiatives import organised, record_organiser
from bot.services.ports import App
from bot.store import (
    answers,
    ask_counts,
    checkins,
    communities,
    contributions,
    initiatives,
    interactions,
    outbox,
    papers,
    rounds,
    schedule,
    sealed,
    statements,
)
from bot.store.interactions import Entry

PIECE = 200
"""Answers that are read at once."""
LEAST = -(2**63)
"""Before the first number of a person, or of nobody."""


def ask_of(app: App, asked: Round) -> Ask:
    """The ask that a round is; raises Refusal ``ask-gone`` where its file was taken away."""
    found = app.asks.get(asked.ask)
    if found is None:
        raise Refusal("ask-gone")
    return found


@dataclass(frozen=True)
class Look:
    """Everything a door needs to show a round; ``answers`` is how many people have answered.

    ``counts`` is there while a show of hands is open, ``result`` once the round has closed.
    """

    round: Round
    initiative: Initiative
    promise: Promise | None
    answers: int
    counts: tuple[int, ...] | None
    result: Tally | None
    overdue: bool
    ask: Ask | None = None
    """What is asked for where it is an ask, unless its file was taken away."""
    statements: int = 0
    """How many statements there are to weigh."""
    checkin: CheckIn | None = None
    """The check-in whose turn it is."""
    version: str = ""
    """The version of a draft as it is here, see ``draft_versions``; '' of what is open or over."""
    written: tuple[Contribution, ...] = ()
    """The statements that organisers wrote for a draft."""


async def look(app: App, community: int, which: int) -> Look:
    """A round as anybody may see it; raises Refusal ``round-unknown``."""
    return await _look(app, community, which, app.clock.now_ms())


async def _look(app: App, community: int, which: int, now_ms: int) -> Look:
    async with app.database.reading() as tx:
        asked = await rounds.find(tx, community, which)
        if asked is None:
            raise Refusal("round-unknown")
        on = await initiatives.find(tx, community, asked.initiative)
        assert on is not None
        promise = promise_of(await initiatives.promises_of(tx, community, on.id), asked)
        if asked.state is State.DRAFT:  # as it would be opened now
            chosen = (await communities.load(tx, community)).moderation
            asked = replace(asked, moderation=moderation_for(chosen, on.ages))
        given = await answers.of_round(tx, community, which) if asked.show_of_hands else []
        return Look(
            asked,
            on,
            promise,
            await people_in(tx, asked),
            _count(asked, given) if asked.show_of_hands and asked.state is State.OPEN else None,
            await rounds.result_of(tx, community, which),
            promise is not None and promise.is_overdue(now_ms),
            app.asks.get(asked.ask),
            await statements.count_for(tx, asked) if asked.kind == WEIGH else 0,
            await checkins.find(tx, community, asked.checkin) if asked.checkin else None,
            await version_in(tx, asked) if asked.state is State.DRAFT else "",
            tuple(await statements_of(tx, asked)) if asked.state is State.DRAFT else (),
        )


async def look_to_answer(app: App, person: Person, which: int) -> Look:
    """A round as somebody sees it who can answer it now; raises Refusal ``round-...``."""
    now = app.clock.now_ms()
    there = await _look(app, person.community, which, now)
    community = await by_number(app, person.community)
    asked, standing = there.round, community.roles.standing(person.role_ids)
    code = refusal_to_answer(asked.state, asked.closes_ms, asked.audience, standing, now)
    if code is None and asked.is_closed_to(person.role_ids):
        code = "round-role-only"
    if code is not None:
        raise not_welcome(code, which)
    return there


async def people_in(tx: AsyncConnection, asked: Round) -> int:
    """How many people have answered, or brought something; 0 without names: nobody sees that."""
    if asked.sealed:
        return 0
    if asked.kind == ASK:
        return people_among(await ask_counts.of_round(tx, asked.community, asked.id)).total()
    return await answers.count(tx, asked.community, asked.id)


async def listing(app: App, community: int, *states: State) -> list[Round]:
    """A community's rounds in these states, those that close first ahead."""
    async with app.database.reading() as tx:
        return await rounds.in_state(tx, community, *states)


async def open_ask(tx: AsyncConnection, community: int, which: int, unfit: str, now_ms: int) -> Round:
    """An ask that is open now, whoever it is for.

    Raises:
        Refusal: ``round-...``; what ``unfit`` says where it is no ask.
    """
    asked = await rounds.find(tx, community, which)
    if asked is not None and asked.kind != ASK:
        raise Refusal(unfit)
    return _check_open(asked, now_ms)


async def open_round(tx: AsyncConnection, community: int, which: int, now_ms: int) -> Round:
    """A round that is open now, whoever it is for; raises Refusal ``round-...``."""
    return _check_open(await rounds.find(tx, community, which), now_ms)


def _check_open(asked: Round | None, now_ms: int) -> Round:
    if asked is None:
        raise Refusal("round-unknown")
    code = refusal_to_answer(asked.state, asked.closes_ms, frozenset(), Standing.RESIDENT, now_ms)
    if code is not None:
        raise Refusal(code)
    return asked


async def close_early(app: App, person: Person, which: int, reason: str) -> None:
    """Close an open round before its time, with a public reason."""
    reason, now = clean(reason), app.clock.now_ms()
    check_words(reason, "end-reason-missing")

    async def freeze(tx: AsyncConnection) -> Round:
        community, asked, on = await _open_round(tx, person, which)
        if asked.end_reason and asked.closes_ms <= now:  # somebody else has, and it is being counted
            raise Refusal("round-over")
        await record_organiser(tx, person, "round-closed-early", on, {"reason": reason}, now, which)
        await rounds.change(tx, community, which, end_reason=reason)
        if asked.sealed:
            await close_in(app, tx, asked, now)
        else:  # what is left is due from now on, whatever becomes of this process
            await rounds.change(tx, community, which, closes_ms=min(asked.closes_ms, now))
            await schedule.put(tx, community, "close", which, now)
        return asked

    async def finish(tx: AsyncConnection) -> None:
        asked = await rounds.find(tx, person.community, which)
        if asked is not None and asked.state is State.OPEN:
            await close_in(app, tx, asked, now)
        # It takes no more in any case now; files say when it was to close.
        await rounds.change(tx, person.community, which, closes_ms=before.closes_ms)

    before = await app.write(freeze)
    if not before.sealed:
        await count_ahead(app, person.community, which)
        await app.write(finish)


async def cancel(app: App, person: Person, which: int, reason: str) -> None:
    """Cancel an open round, with a public reason: nobody ever sees how it stood."""
    reason, now = clean(reason), app.clock.now_ms()
    check_words(reason, "end-reason-missing")

    async def work(tx: AsyncConnection) -> None:
        community, asked, on = await _open_round(tx, person, which)
        await rounds.change(
            tx, community, which, state=State.CANCELLED.value, closed_ms=now, end_reason=reason
        )
        await schedule.drop(tx, community, "close", which)
        await papers.drop_late(tx, community, which, now)
        if asked.sealed:
            await sealed.begin(tx, community, which)
        elif asked.kind == FORM:
            await forms.take_words(app, tx, asked, keep=False)
        await record_organiser(tx, person, "round-cancelled", on, {"reason": reason}, now, which)
        await outbox.put(tx, community, "cancelled", asked.channel, now, {"round": which})

    await app.write(work)


async def _open_round(tx: AsyncConnection, person: Person, which: int) -> tuple[int, Round, Initiative]:
    community = await organised(tx, person)
    asked = await rounds.find(tx, community.id, which)
    if asked is None:
        raise Refusal("round-unknown")
    # A close without names takes a moment; whoever ended the round meanwhile would leave its answers behind.
    closing = asked.sealed and await sealed.closing(tx, [(community.id, which)])
    if asked.state is not State.OPEN or closing:
        raise Refusal("round-over")
    on = await initiatives.find(tx, community.id, asked.initiative)
    assert on is not None
    return community.id, asked, replace(on, stage=asked.stage)


async def count_ahead(app: App, community: int, which: int) -> None:
    """Count what has names of a round that takes no more, outside the writer, for :func:`close_in`."""
    async with app.database.reading() as tx:
        asked = await rounds.find(tx, community, which)
        if asked is None or asked.state is not State.OPEN or asked.sealed or asked.kind == ASK:
            return
        basis, given, after = await _basis(tx, asked), list[answers.Answer](), LEAST
        while some := await answers.page(tx, community, which, after, PIECE):
            given += some
            after = some[-1].person
        app.counted[community, which] = basis, await _tally(app, tx, asked, given)


async def _basis(tx: AsyncConnection, asked: Round) -> object:
    """What a count goes by, in short: while it is the same, so is the count."""
    roles = (await communities.load(tx, asked.community)).roles
    deck = await statements.of_round(tx, asked.community, asked.id) if asked.kind == WEIGH else {}
    return await answers.mark(tx, asked.community, asked.id), roles.standings(asked.audience), deck


async def _counted(app: App, tx: AsyncConnection, asked: Round) -> Tally:
    """What was counted ahead, if nothing has changed since, such as somebody who was erased."""
    ahead = app.counted.pop((asked.community, asked.id), None)
    if ahead is not None and ahead[0] == await _basis(tx, asked):
        return ahead[1]
    given = [] if asked.kind == ASK else await answers.of_round(tx, asked.community, asked.id)
    return await _tally(app, tx, asked, given)


async def close_in(app: App, tx: AsyncConnection, asked: Round, now: int) -> None:
    """Close a round within a transaction: count, keep the result, put it on the record, have it posted."""
    community = asked.community
    if asked.sealed:  # it takes no more answers; the rest is in sealing.py
        await rounds.change(tx, community, asked.id, closes_ms=min(asked.closes_ms, now))
        await schedule.drop(tx, community, "close", asked.id)
        await sealed.begin(tx, community, asked.id)
        return
    late = await papers.drop_late(tx, community, asked.id, now)
    tally = replace(await _counted(app, tx, asked), late=late)
    if asked.kind == FORM:
        await forms.take_words(app, tx, asked)
    await rounds.change(tx, community, asked.id, state=State.CLOSED.value, closed_ms=now)
    await rounds.keep_result(tx, community, asked.id, tally)
    await schedule.drop(tx, community, "close", asked.id)
    said: dict[str, Any] = {"options": tally.options, "counts": tally.counts, "answers": tally.answers}
    said["standings"] = dict(tally.standings)  # those that may be shown
    if tally.offline is not None:
        said["offline"] = [tally.offline.people, *tally.offline.counts]
    if tally.fields:
        said["fields"] = [one.groups for one in tally.fields]
    if any(one.levels or one.parts for one in tally.fields):
        said["levels"] = [
            [[one.group, one.people, one.total] for one in each.levels] for each in tally.fields
        ]
        said["parts"] = [each.parts for each in tally.fields]
    if tally.weighed:
        said["weighed"] = [[one.number, one.agree, one.disagree, one.passed] for one in tally.weighed]
    entry = Entry(
        community, now, "round-closed", asked.stage.value, "", said, asked.initiative, asked.id, public=True
    )
    await interactions.append(tx, [entry])
    head = await interactions.head_of(tx, community)
    facts = {"round": asked.id, "head": head.hash.hex(), "rows": head.number}
    await outbox.put(tx, community, "result", asked.channel, now, facts, once=f"result:{asked.id}")
    if asked.checkin:
        await tell_takers(tx, asked, now)


async def _tally(app: App, tx: AsyncConnection, asked: Round, given: Sequence[answers.Answer]) -> Tally:
    """What came out: of an ask, how many people brought something and who they were."""
    counts: tuple[int, ...] = ()
    if asked.kind == ASK:
        brought = await contributions.bare_of_round(tx, asked.community, asked.id)
        groups, offline = by_standing(brought), by_standing(one for one in brought if one.came != CHAT)
        people = offline.total()
    else:
        # Of many thousand it takes a while: not on the loop that answers presses.
        counts = await asyncio.to_thread(_count, asked, given)
        groups = Counter(one.standing for one in given)
        people = sum(one.came != CHAT for one in given)
    least = app.settings.privacy.least_group
    possible = (await communities.load(tx, asked.community)).roles.standings(asked.audience)
    shown = shown_groups(groups, possible, least)
    weighed = await _weighed(tx, asked, given, shown, least)
    tally = Tally(asked.options, counts, groups.total(), asked.quorum, shown, weighed)
    tally = replace(tally, withheld=len(possible) > 1 and sum(shown.values()) < tally.answers)
    if asked.kind == FORM:
        same = await _the_same(tx, asked, given, least) if asked.checkin else None
        fields = await asyncio.to_thread(forms.fields_of, app, asked, given, possible)
        return replace(tally, fields=fields, same=same)
    if not can_part(people, tally.answers, least):
        return tally
    return replace(tally, offline=_offline(asked, given, people, weighed, least))


async def _the_same(
    tx: AsyncConnection, asked: Round, given: Sequence[answers.Answer], least: int
) -> int | None:
    """How many of those who answered a check-in had answered it the time before."""
    before = await checkins.round_before(tx, asked)
    if before is None:
        return None
    then = {one.person for one in await answers.of_round(tx, before.community, before.id)}
    return lines.the_same({one.person for one in given}, then, least)


def _offline(
    asked: Round, given: Sequence[answers.Answer], people: int, every: Sequence[Weighed], least: int
) -> Offline:
    """What came on paper, by phone or at a meeting."""
    apart = [one for one in given if one.came != CHAT]
    if asked.kind != WEIGH:
        return Offline(people, () if asked.kind == ASK else _count(asked, apart))
    weighed = weigh([(one.value, one.standing) for one in apart], [one.number for one in every], (), least)
    return Offline(people, (), part_weighed(weighed, every, least))


async def _weighed(
    tx: AsyncConnection, asked: Round, given: Sequence[answers.Answer], groups: Collection[str], least: int
) -> tuple[Weighed, ...]:
    if asked.kind != WEIGH:
        return ()
    deck = await statements.of_round(tx, asked.community, asked.id)
    said = [(one.value, one.standing) for one in given]
    return await asyncio.to_thread(weigh, said, deck, groups, least)


async def recounts(tx: AsyncConnection, asked: Round) -> bool:
    """Whether a closed round's answers still make the result that was kept at its close."""
    tally = await rounds.result_of(tx, asked.community, asked.id)
    if asked.kind == ASK:
        every = await contributions.bare_of_round(tx, asked.community, asked.id)
        brought, apart = by_standing(every), by_standing(one for one in every if one.came != CHAT)
        return tally is not None and (
            tally.answers == brought.total()
            and (tally.offline is None or tally.offline.people == apart.total())
            and all(brought[name] == size for name, size in tally.standings.items())
        )
    if asked.kind == FORM:
        return tally is not None and await forms.recounts(tx, asked, tally)
    if asked.sealed:
        return tally is not None and await _unsealed_recounts(tx, asked, tally)
    given = await answers.of_round(tx, asked.community, asked.id)
    groups = Counter(one.standing for one in given)
    if tally is not None and tally.offline is not None:
        people = sum(one.came != CHAT for one in given)
        offline = _offline(asked, given, people, tally.weighed, 0)
        told = {one[0] for one in tally.offline.weighed}
        if tally.offline != replace(offline, weighed=tuple(one for one in offline.weighed if one[0] in told)):
            return False
    if tally is not None and asked.kind == WEIGH:
        anew = await _weighed(tx, asked, given, tally.standings, 0)
        # What was not told of groups stays untold, whatever the minimum is by now.
        untold = {one.number for one in tally.weighed if one.across is None}
        if tally.weighed != tuple(replace(one, across=None) if one.number in untold else one for one in anew):
            return False
    return tally is not None and (
        (tally.options, tally.counts, tally.answers) == (asked.options, _count(asked, given), len(given))
        and all(groups[name] == size for name, size in tally.standings.items())
    )


async def _unsealed_recounts(tx: AsyncConnection, asked: Round, tally: Tally) -> bool:
    given = await sealed.released(tx, asked.community, asked.id)
    counts = KINDS[asked.kind].summarise(given, len(asked.options))
    shown = tuple(0 if place in tally.hidden else count for place, count in enumerate(counts))
    leads = all(counts[place] == max(counts) for place in tally.leaders)
    return leads and (tally.counts, tally.answers) == (shown, len(given))


def _count(asked: Round, given: Sequence[answers.Answer]) -> tuple[int, ...]:
    if asked.kind in (WEIGH, FORM):
        return ()
    return KINDS[asked.kind].summarise((one.value for one in given), len(asked.options))
