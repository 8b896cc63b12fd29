"""Rounds: drafting, publishing, answering, closing, results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import ASK, Ask
from bot.domain.community import Community
from bot.domain.contributions import by_standing, moderation_for, people_among
from bot.domain.initiatives import Initiative, check_words
from bot.domain.kinds import KINDS
from bot.domain.people import Person, Standing
from bot.domain.promises import Promise
from bot.domain.refusals import Refusal
from bot.domain.rounds import (
    DAY_MS,
    Round,
    State,
    check_options,
    check_publishable,
    check_question,
    refusal_to_answer,
)
from bot.domain.stages import Stage
from bot.domain.summary import Offline, Tally, can_part, part_weighed, shown_groups
from bot.domain.text import clean
from bot.domain.weighing import STATEMENT, WEIGH, Weighed, weigh
from bot.services.initiatives import REMINDER_MS, open_initiative, organised, record_organiser
from bot.services.ports import App
from bot.store import (
    answers,
    ask_counts,
    communities,
    contributions,
    initiatives,
    interactions,
    outbox,
    papers,
    rounds,
    schedule,
    statements,
    trials,
)
from bot.store.interactions import Entry

FACTS_LENGTH = 1500
OWNER_LENGTH = 80
"""Characters of what officials know."""
CHAT = "chat"
"""How an answer came that was given here."""
OF_CHOICES = ("options", "kind", "show_of_hands", "quorum")
"""Columns of a round that an ask has no use for."""


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


async def look(app: App, community: int, which: int) -> Look:
    """A round as anybody may see it; raises Refusal ``round-unknown``."""
    async with app.database.reading() as tx:
        asked = await rounds.find(tx, community, which)
        if asked is None:
            raise Refusal("round-unknown")
        on = await initiatives.find(tx, community, asked.initiative)
        assert on is not None
        promise = await initiatives.promise_of(tx, community, on.id)
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
            promise is not None and promise.is_overdue(app.clock.now_ms()),
            app.asks.get(asked.ask),
            await statements.count_for(tx, asked) if asked.kind == WEIGH else 0,
        )


async def people_in(tx: AsyncConnection, asked: Round) -> int:
    """How many people have answered, or brought something."""
    if asked.kind == ASK:
        return people_among(await ask_counts.of_round(tx, asked.community, asked.id)).total()
    return await answers.count(tx, asked.community, asked.id)


async def listing(app: App, community: int, *states: State) -> list[Round]:
    """A community's rounds in these states, those that close first ahead."""
    async with app.database.reading() as tx:
        return await rounds.in_state(tx, community, *states)


async def draft(
    app: App, person: Person, initiative: int, kind: str, channel: str = "", ask: str = "", source: int = 0
) -> Round:
    """Begin a round: a draft at the stage its initiative has reached, for a channel or *Have your say*.

    ``ask`` names one of the asks there are where ``kind`` is ``ask``, and nothing else does. Where statements
    are weighed, ``source`` is the number of the ask whose ideas they are, 0 for none.

    Raises:
        Refusal: not an organiser, ``kind-unknown``, ``source-unfit``, ``ask-gone`` without the ask
            ``statement``.
    """
    ask = STATEMENT if kind == WEIGH else ask
    if kind == WEIGH and ask not in app.asks:
        raise Refusal("ask-gone")
    if not (ask in app.asks if kind in (ASK, WEIGH) else kind in KINDS and not ask):
        raise Refusal("kind-unknown")

    async def work(tx: AsyncConnection) -> Round:
        community = await organised(tx, person)
        on = await open_initiative(tx, community.id, initiative)
        now, place = app.clock.now_ms(), channel or community.say_channel
        stage = _fitting(app, ask, on.stage)
        if source:
            await _check_source(tx, community.id, kind, source)
        new = Round(
            community.id, 0, on.id, kind, stage, ask=ask, source=source, drafted_ms=now, channel=place
        )
        made = await rounds.add(tx, new)
        lapses = now + app.settings.rounds.draft_days * DAY_MS
        await schedule.put(tx, community.id, "lapse", made.id, lapses)
        if lapses - REMINDER_MS > now:
            await schedule.put(tx, community.id, "draft-soon", made.id, lapses - REMINDER_MS)
        return made

    return await app.database.writer.run(work)


async def _check_source(tx: AsyncConnection, community: int, kind: str, source: int) -> None:
    asked = await rounds.find(tx, community, source)
    if kind != WEIGH or asked is None or asked.kind != ASK or asked.state not in (State.OPEN, State.CLOSED):
        raise Refusal("source-unfit")


def _fitting(app: App, ask: str, reached: Stage) -> Stage:
    """The stage a draft begins at: the one reached, or else the first one that its ask fits."""
    fits = app.asks[ask].stages if ask else (reached,)
    return reached if reached in fits else fits[0]


async def change_draft(app: App, person: Person, which: int, **changes: Any) -> Round:
    """Change a draft: any of the columns of a round that people will see before they answer.

    Raises:
        Refusal: not an organiser, ``draft-not-open``, or what is wrong with the new words.
    """
    if "question" in changes:
        changes["question"] = clean(changes["question"])
        check_question(changes["question"], app.limits)
    if "options" in changes:
        changes["options"] = tuple(" ".join(clean(text).split()) for text in changes["options"])
        check_options(changes["options"], app.limits)
    if "reason" in changes:
        changes["reason"] = clean(changes["reason"])
    if "facts" in changes:
        changes["facts"] = clean(changes["facts"])
        if len(changes["facts"]) > FACTS_LENGTH:
            raise Refusal("words-too-long", length=len(changes["facts"]), limit=FACTS_LENGTH)
    if "owner" in changes:
        changes["owner"] = " ".join(clean(changes["owner"]).split())
        if len(changes["owner"]) > OWNER_LENGTH:
            raise Refusal("words-too-long", length=len(changes["owner"]), limit=OWNER_LENGTH)
    if changes.get("closes_ms", app.clock.now_ms() + 1) <= app.clock.now_ms():
        raise Refusal("closing-past")
    if changes.get("kind", "pick") not in KINDS:
        raise Refusal("kind-unknown")
    if changes.get("quorum", 0) < 0:
        raise Refusal("quorum-unreadable")

    async def work(tx: AsyncConnection) -> Round:
        community = await organised(tx, person)
        before = await draft_in(tx, community.id, which)
        if before.ask and not changes.keys().isdisjoint(OF_CHOICES):
            raise Refusal("button-unknown")
        stage = changes.get("stage", before.stage)
        if before.ask and stage not in ask_of(app, before).stages:
            raise Refusal("stage-unfit", stage=str(stage))
        await rounds.change(tx, community.id, which, **changes)
        return replace(before, **changes)

    return await app.database.writer.run(work)


async def discard(app: App, person: Person, which: int) -> None:
    """Throw a draft away."""

    async def work(tx: AsyncConnection) -> None:
        community = await organised(tx, person)
        await draft_in(tx, community.id, which)
        await rounds.change(tx, community.id, which, state=State.LAPSED.value)
        await trials.drop(tx, community.id, which)
        await _drop_draft(tx, community.id, which)

    await app.database.writer.run(work)
    words_gone(app, person.community)


def words_gone(app: App, community: int) -> None:
    """After what testers said was dropped: take it out of the log, and paint *Have your say* anew."""
    app.checkpoint_owed = True
    app.stale.add((community, 0))  # no record says what it shows of this
    app.wake.set()


async def _drop_draft(tx: AsyncConnection, community: int, which: int) -> None:
    for act in ("lapse", "draft-soon"):
        await schedule.drop(tx, community, act, which)


async def draft_in(tx: AsyncConnection, community: int, which: int) -> Round:
    """A draft of a community; raises Refusal ``draft-not-open``."""
    found = await rounds.find(tx, community, which)
    if found is None or found.state is not State.DRAFT:
        raise Refusal("draft-not-open")
    return found


def check_safety(community: Community) -> None:
    """Refuse to ask for words where nobody hears of danger in them: raises Refusal ``safety-missing``."""
    if not (community.safeguarding_contact and community.help_lines):
        raise Refusal("safety-missing")


async def open_ask(app: App, tx: AsyncConnection, community: int, which: int, unfit: str) -> Round:
    """An ask that is open now, whoever it is for.

    Raises:
        Refusal: ``round-...``; what ``unfit`` says where it is no ask.
    """
    asked = await rounds.find(tx, community, which)
    if asked is None:
        raise Refusal("round-unknown")
    if asked.kind != ASK:
        raise Refusal(unfit)
    now = app.clock.now_ms()
    code = refusal_to_answer(asked.state, asked.closes_ms, frozenset(), Standing.RESIDENT, now)
    if code is not None:
        raise Refusal(code)
    return asked


async def publish(app: App, person: Person, which: int) -> Round:
    """Open a draft: from here its wording, options, closing time and audience are frozen.

    Raises:
        Refusal: not an organiser, or the first thing that the draft lacks.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Round:
        community = await organised(tx, person)
        there = await rounds.find(tx, community.id, which)
        if there is None or there.state is State.LAPSED:
            raise Refusal("draft-not-open")
        if there.state is not State.DRAFT:
            raise Refusal("draft-published")
        on = await open_initiative(tx, community.id, there.initiative)
        check_publishable(there, on.stage, now, app.limits, community.language)
        if not there.channel:
            raise Refusal("say-channel-missing")
        if there.ask:
            if ask_of(app, there).answer_days and not there.owner:
                raise Refusal("owner-missing")
            check_safety(community)
        if there.kind == WEIGH:
            await statements.deal(tx, there)
            if not await statements.count(tx, community.id, which):
                raise Refusal("statements-none")
        # What people are told of who reads their words holds for this ask, whatever is set up later.
        moderation = moderation_for(community.moderation, on.ages)
        opened = replace(there, state=State.OPEN, opened_ms=now, moderation=moderation)
        await rounds.change(tx, community.id, which, state=State.OPEN, opened_ms=now, moderation=moderation)
        await _drop_draft(tx, community.id, which)
        await schedule.put(tx, community.id, "close", which, there.closes_ms)
        tried = await trials.drop(tx, community.id, which)
        said = {
            "kind": there.kind, "question": there.question, "options": there.options, "quorum": there.quorum,
            "show_of_hands": there.show_of_hands, "audience": sorted(there.audience),
            "closes_ms": there.closes_ms, "reason": there.reason, "ask": there.ask, "facts": there.facts,
            "owner": there.owner, "moderation": moderation, "tried": tried,
        }  # fmt: skip
        if there.source:
            said["source"] = there.source
        await record_organiser(app, tx, person, "round-opened", replace(on, stage=there.stage), said, which)
        facts = {"round": which}
        await outbox.put(tx, community.id, "round", there.channel, now, facts, once=f"round:{which}")
        return opened

    opened = await app.write(work)
    words_gone(app, person.community)
    return opened


async def close_early(app: App, person: Person, which: int, reason: str) -> None:
    """Close an open round before its time, with a public reason."""
    reason = clean(reason)
    check_words(reason, "end-reason-missing")

    async def work(tx: AsyncConnection) -> None:
        community, asked, on = await _open_round(tx, person, which)
        await record_organiser(app, tx, person, "round-closed-early", on, {"reason": reason}, which)
        await close_in(app, tx, replace(asked, end_reason=reason))
        await rounds.change(tx, community, which, end_reason=reason)

    await app.write(work)


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
        await record_organiser(app, tx, person, "round-cancelled", on, {"reason": reason}, which)
        await outbox.put(tx, community, "cancelled", asked.channel, now, {"round": which})

    await app.write(work)


async def _open_round(tx: AsyncConnection, person: Person, which: int) -> tuple[int, Round, Initiative]:
    community = await organised(tx, person)
    asked = await rounds.find(tx, community.id, which)
    if asked is None:
        raise Refusal("round-unknown")
    if asked.state is not State.OPEN:
        raise Refusal("round-over")
    on = await initiatives.find(tx, community.id, asked.initiative)
    assert on is not None
    return community.id, asked, replace(on, stage=asked.stage)


async def close_in(app: App, tx: AsyncConnection, asked: Round) -> None:
    """Close a round within a transaction: count, keep the result, put it on the record, have it posted."""
    now, community = app.clock.now_ms(), asked.community
    late = await papers.drop_late(tx, community, asked.id, now)
    tally = replace(await _tally(app, tx, asked), late=late)
    await rounds.change(tx, community, asked.id, state=State.CLOSED.value, closed_ms=now)
    await rounds.keep_result(tx, community, asked.id, tally)
    await schedule.drop(tx, community, "close", asked.id)
    said: dict[str, Any] = {"options": tally.options, "counts": tally.counts, "answers": tally.answers}
    if tally.offline is not None:
        said["offline"] = [tally.offline.people, *tally.offline.counts]
    if tally.weighed:
        said["weighed"] = [[one.number, one.agree, one.disagree, one.passed] for one in tally.weighed]
    entry = Entry(
        community, now, "round-closed", asked.stage.value, "", said, asked.initiative, asked.id, public=True
    )
    await interactions.append(tx, [entry])
    head = await interactions.head_of(tx, community)
    facts = {"round": asked.id, "head": head.hash.hex(), "rows": head.number}
    await outbox.put(tx, community, "result", asked.channel, now, facts, once=f"result:{asked.id}")


async def _tally(app: App, tx: AsyncConnection, asked: Round) -> Tally:
    """What came out: of an ask, how many people brought something and who they were."""
    counts: tuple[int, ...] = ()
    given: list[answers.Answer] = []
    if asked.kind == ASK:
        brought = await contributions.bare_of_round(tx, asked.community, asked.id)
        groups, offline = by_standing(brought), by_standing(one for one in brought if one.came != CHAT)
        people = offline.total()
    else:
        given = await answers.of_round(tx, asked.community, asked.id)
        counts, groups = _count(asked, given), Counter(one.standing for one in given)
        people = sum(one.came != CHAT for one in given)
    least = app.settings.privacy.least_group
    shown = shown_groups(groups, least)
    weighed = await _weighed(tx, asked, given, shown, least)
    tally = Tally(asked.options, counts, groups.total(), asked.quorum, shown, weighed)
    if not can_part(people, tally.answers, least):
        return tally
    return replace(tally, offline=_offline(asked, given, people, weighed, least))


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
    return weigh([(one.value, one.standing) for one in given], deck, groups, least)


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


def _count(asked: Round, given: Sequence[answers.Answer]) -> tuple[int, ...]:
    if asked.kind == WEIGH:
        return ()
    return KINDS[asked.kind].summarise((one.value for one in given), len(asked.options))
