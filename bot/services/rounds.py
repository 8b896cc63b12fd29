"""Rounds: drafting, publishing, answering, closing, results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
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
from bot.domain.summary import Tally, shown_groups
from bot.domain.text import clean
from bot.services.initiatives import REMINDER_MS, open_initiative, organised, record_organiser
from bot.services.ports import App
from bot.services.sealing import make_key
from bot.store import (
    answers,
    ask_counts,
    communities,
    contributions,
    initiatives,
    interactions,
    outbox,
    rounds,
    schedule,
    sealed,
    trials,
)
from bot.store.interactions import Entry

FACTS_LENGTH = 1500
OWNER_LENGTH = 80
"""Characters of what officials know."""
OF_CHOICES = ("options", "kind", "show_of_hands", "sealed", "quorum")
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
        )


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


async def draft(
    app: App, person: Person, initiative: int, kind: str, channel: str = "", ask: str = ""
) -> Round:
    """Begin a round: a draft at the stage its initiative has reached, for a channel or *Have your say*.

    ``ask`` names one of the asks there are where ``kind`` is ``ask``, and nothing else does.
    """
    if not (ask in app.asks if kind == ASK else kind in KINDS and not ask):
        raise Refusal("kind-unknown")

    async def work(tx: AsyncConnection) -> Round:
        community = await organised(tx, person)
        on = await open_initiative(tx, community.id, initiative)
        now, place = app.clock.now_ms(), channel or community.say_channel
        stage = _fitting(app, ask, on.stage)
        new = Round(community.id, 0, on.id, kind, stage, ask=ask, drafted_ms=now, channel=place)
        made = await rounds.add(tx, new)
        lapses = now + app.settings.rounds.draft_days * DAY_MS
        await schedule.put(tx, community.id, "lapse", made.id, lapses)
        if lapses - REMINDER_MS > now:
            await schedule.put(tx, community.id, "draft-soon", made.id, lapses - REMINDER_MS)
        return made

    return await app.database.writer.run(work)


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
        if before.kind == ASK and not changes.keys().isdisjoint(OF_CHOICES):
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
        if there.kind == ASK:
            if ask_of(app, there).answer_days and not there.owner:
                raise Refusal("owner-missing")
            check_safety(community)
        # What people are told of who reads their words holds for this ask, whatever is set up later.
        moderation = moderation_for(community.moderation, on.ages)
        if there.sealed:
            # Here, where nobody else writes: two who open it at once can't write over each other's key.
            await make_key(app, community.id, which)
        opened = replace(there, state=State.OPEN, opened_ms=now, moderation=moderation)
        await rounds.change(tx, community.id, which, state=State.OPEN, opened_ms=now, moderation=moderation)
        await _drop_draft(tx, community.id, which)
        await schedule.put(tx, community.id, "close", which, there.closes_ms)
        tried = await trials.drop(tx, community.id, which)
        said = {
            "kind": there.kind, "question": there.question, "options": there.options, "quorum": there.quorum,
            "sealed": there.sealed, "show_of_hands": there.show_of_hands, "audience": sorted(there.audience),
            "closes_ms": there.closes_ms, "reason": there.reason, "ask": there.ask, "facts": there.facts,
            "owner": there.owner, "moderation": moderation, "tried": tried,
        }  # fmt: skip
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
        if asked.sealed:
            await sealed.begin(tx, community, which)
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
    if asked.sealed:  # it takes no more answers; the rest is in sealing.py
        await rounds.change(tx, community, asked.id, closes_ms=min(asked.closes_ms, now))
        await schedule.drop(tx, community, "close", asked.id)
        await sealed.begin(tx, community, asked.id)
        return
    tally = await _tally(app, tx, asked)
    await rounds.change(tx, community, asked.id, state=State.CLOSED.value, closed_ms=now)
    await rounds.keep_result(tx, community, asked.id, tally)
    await schedule.drop(tx, community, "close", asked.id)
    said = {"options": tally.options, "counts": tally.counts, "answers": tally.answers}
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
    if asked.kind == ASK:
        groups = by_standing(await contributions.bare_of_round(tx, asked.community, asked.id))
    else:
        given = await answers.of_round(tx, asked.community, asked.id)
        counts, groups = _count(asked, given), Counter(one.standing for one in given)
    shown = shown_groups(groups, app.settings.privacy.least_group)
    return Tally(asked.options, counts, groups.total(), asked.quorum, shown)


async def recounts(tx: AsyncConnection, asked: Round) -> bool:
    """Whether a closed round's answers still make the result that was kept at its close."""
    tally = await rounds.result_of(tx, asked.community, asked.id)
    if asked.kind == ASK:
        brought = by_standing(await contributions.bare_of_round(tx, asked.community, asked.id))
        return tally is not None and (
            tally.answers == brought.total()
            and all(brought[name] == size for name, size in tally.standings.items())
        )
    if asked.sealed:
        return tally is not None and await _unsealed_recounts(tx, asked, tally)
    given = await answers.of_round(tx, asked.community, asked.id)
    groups = Counter(one.standing for one in given)
    return tally is not None and (
        (tally.options, tally.counts, tally.answers) == (asked.options, _count(asked, given), len(given))
        and all(groups[name] == size for name, size in tally.standings.items())
    )


async def _unsealed_recounts(tx: AsyncConnection, asked: Round, tally: Tally) -> bool:
    given = await sealed.released(tx, asked.community, asked.id)
    counts = enumerate(KINDS[asked.kind].summarise(given, len(asked.options)))
    shown = tuple(0 if place in tally.hidden else count for place, count in counts)
    return (tally.counts, tally.answers) == (shown, len(given))


def _count(asked: Round, given: Sequence[answers.Answer]) -> tuple[int, ...]:
    return KINDS[asked.kind].summarise((one.value for one in given), len(asked.options))
