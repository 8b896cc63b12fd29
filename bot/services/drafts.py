"""Drafts of rounds: begun, changed, thrown away, published."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asks import ASK, AskField
from bot.domain.community import Community, Moderation
from bot.domain.contributions import moderation_for
from bot.domain.forms import FORM, check_form
from bot.domain.kinds import KINDS
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS, Round, State, check_options, check_publishable, check_question
from bot.domain.stages import Stage
from bot.domain.text import clean
from bot.domain.versions import check_seen
from bot.domain.weighing import STATEMENT, WEIGH
from bot.services.draft_versions import version_in
from bot.services.initiatives import (
    REMINDER_MS,
    check_promised,
    open_initiative,
    organised,
    record_organiser,
)
from bot.services.ports import App
from bot.services.rounds import ask_of
from bot.services.sealing import make_key
from bot.store import initiatives, outbox, rounds, schedule, statements, trials

FACTS_LENGTH = 1500
OWNER_LENGTH = 80
"""Characters of what officials know."""
OF_CHOICES = ("options", "kind", "show_of_hands", "sealed", "quorum")
"""Columns of a round that an ask has no use for."""


async def begin(
    app: App,
    person: Person,
    initiative: int,
    kind: str,
    channel: str = "",
    ask: str = "",
    source: int = 0,
    form: tuple[AskField, ...] = (),
    sealed: bool = False,
) -> Round:
    """Begin a round: a draft at the stage its initiative has reached, for a channel or *Have your say*.

    ``ask`` names one of the asks there are where ``kind`` is ``ask``, and nothing else does. Where statements
    are weighed, ``source`` is the number of the ask whose ideas they are, 0 for none. ``form`` has the fields
    where ``kind`` is ``form``, and is empty for anything else.

    Raises:
        Refusal: not an organiser, ``kind-unknown``, ``form-...``, ``source-unfit``, ``ask-gone`` without the
            ask ``statement``.
    """
    ask = STATEMENT if kind == WEIGH else ask
    if kind == WEIGH and ask not in app.asks:
        raise Refusal("ask-gone")
    if not (ask in app.asks if kind in (ASK, WEIGH) else kind in (*KINDS, FORM) and not ask):
        raise Refusal("kind-unknown")
    if kind == FORM:
        check_form(form, sealed=sealed)

    async def work(tx: AsyncConnection) -> Round:
        community = await organised(tx, person)
        on = await open_initiative(tx, community.id, initiative)
        now, place = app.clock.now_ms(), channel or community.say_channel
        stage = _fitting(app, ask, on.stage)
        if source:
            await _check_source(tx, community.id, kind, source)
        new = Round(
            community.id, 0, on.id, kind, stage, ask=ask, source=source, drafted_ms=now, channel=place,
            form=form, sealed=sealed,
        )  # fmt: skip
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


async def change(app: App, person: Person, which: int, **changes: Any) -> Round:
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
    if "closes_ms" in changes and changes["closes_ms"] <= app.clock.now_ms():
        raise Refusal("closing-past")
    if changes.get("kind", "pick") not in KINDS:
        raise Refusal("kind-unknown")
    if changes.get("quorum", 0) < 0:
        raise Refusal("quorum-unreadable")

    async def work(tx: AsyncConnection) -> Round:
        community = await organised(tx, person)
        before = await draft_in(tx, community.id, which)
        if (before.ask or before.kind == FORM) and not changes.keys().isdisjoint(OF_CHOICES):
            raise Refusal("button-unknown")
        if "form" in changes:
            if before.kind != FORM:
                raise Refusal("button-unknown")
            check_form(changes["form"], sealed=before.sealed)
        stage = changes.get("stage", before.stage)
        if before.ask and stage not in ask_of(app, before).stages:
            raise Refusal("stage-unfit", stage=str(stage))
        await rounds.change(tx, community.id, which, **changes)
        return replace(before, **changes)

    return await app.database.writer.run(work)


async def discard(app: App, person: Person, which: int, seen: str | None = None) -> None:
    """Throw a draft away, in the version that its organiser saw; raises Unread where it has changed."""

    async def work(tx: AsyncConnection) -> None:
        community = await organised(tx, person)
        await check_version(tx, community, await draft_in(tx, community.id, which), seen)
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


async def check_version(
    tx: AsyncConnection, community: Community, draft: Round, seen: str | None
) -> Moderation:
    """Refuse what is about a draft that is not as it was seen; with which moderation it would open now.

    Raises:
        Unread: it has changed since.
    """
    on = await initiatives.find(tx, community.id, draft.initiative)
    assert on is not None
    moderation = moderation_for(community.moderation, on.ages)
    check_seen(seen, await version_in(tx, replace(draft, moderation=moderation)))
    return moderation


def check_safety(community: Community) -> None:
    """Refuse to ask for words where nobody hears of danger in them: raises Refusal ``safety-missing``."""
    if not (community.hearers and community.help_lines):
        raise Refusal("safety-missing")


async def publish(app: App, person: Person, which: int, seen: str | None = None) -> Round:
    """Open a draft as its organiser saw it: its wording, options, closing time and audience are frozen.

    Raises:
        Refusal: not an organiser, or the first thing that the draft lacks.
        Unread: it has changed since.
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
        # What people are told of who reads their words holds for this ask, whatever is set up later.
        moderation = await check_version(tx, community, there, seen)
        check_publishable(there, on.stage, now, app.limits, community.language)
        await check_promised(tx, community.id, on)
        if not there.channel:
            raise Refusal("say-channel-missing")
        if there.ask:
            if ask_of(app, there).answer_days and not there.owner:
                raise Refusal("owner-missing")
            check_safety(community)
        if any(one.is_text for one in there.form):
            check_safety(community)
        if there.kind == WEIGH:
            await statements.deal(tx, there)
            if not await statements.count(tx, community.id, which):
                raise Refusal("statements-none")
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
        if there.form:
            said["form"] = [asdict(one) for one in there.form]
        if there.source:
            said["source"] = there.source
        await record_organiser(tx, person, "round-opened", replace(on, stage=there.stage), said, now, which)
        facts = {"round": which}
        await outbox.put(tx, community.id, "round", there.channel, now, facts, once=f"round:{which}")
        return opened

    opened = await app.write(work)
    words_gone(app, person.community)
    return opened
