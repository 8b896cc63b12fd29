"""Check-ins as organisers have them: begun, changed, started, paused, gone on with, stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import when
from bot.domain.asks import AskField
from bot.domain.attention import waking
from bot.domain.checkins import GOING, LOOKED_AT, CheckIn, Life, Purpose, Stated, check_pace
from bot.domain.community import Community
from bot.domain.forms import check_form
from bot.domain.people import Ages, Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State, check_question
from bot.domain.text import clean
from bot.domain.versions import check_seen
from bot.services.checkin_turns import ask_now, hindrance, quiet_of
from bot.services.drafts import check_safety
from bot.services.initiatives import check_promised, open_initiative, organised, record_organiser
from bot.services.ports import App
from bot.store import checkins, initiatives, outbox, schedule

STATED_LENGTH = 300
HINDERED = {"open": "checkin-open", "untold": "checkin-untold", "channel": "checkin-channel"}
"""Why it can't be asked now, and the refusal that says so."""
CHANGEABLE = frozenset(
    {"question", "form", "pace", "window_ms", "channel", "direct", "role", "mention", "sealed"}
)
"""What of a draft can be changed; once people have answered nothing can, or the line would break."""


async def begin(
    app: App,
    person: Person,
    initiative: int,
    purpose: Purpose,
    question: str,
    form: tuple[AskField, ...],
    words: str,
    window_ms: int,
    **chosen: Any,
) -> CheckIn:
    """Begin a check-in: a draft in a pace as people say it, each time open for so many milliseconds.

    ``chosen`` may have channel, direct, role, mention and sealed, as :class:`CheckIn` has them; without a
    channel it is *Have your say*. ``question`` and ``form`` may be empty until it is started.

    Raises:
        Refusal: not an organiser, ``pace-...``, ``when-...``, ``checkin-...``, or what the words lack.
    """
    question, now = clean(question), app.clock.now_ms()

    async def work(tx: AsyncConnection) -> CheckIn:
        community = await organised(tx, person)
        on = await open_initiative(tx, community.id, initiative)
        pace = _pace(app, community, words, window_ms, now)
        draft = CheckIn(
            community.id, 0, on.id, purpose, Life.DRAFT, question, form, pace.rrule, community.time_zone,
            window_ms, made_ms=now, **{"channel": ""} | chosen,
        )  # fmt: skip
        draft = replace(draft, channel=draft.channel or community.say_channel)
        _check_words(app, draft)
        if on.ages is Ages.TEENS and draft.direct:
            raise Refusal("checkin-direct-teens")
        return await checkins.add(tx, draft)

    return await app.database.writer.run(work)


def _pace(app: App, community: Community, words: str, window_ms: int, now_ms: int) -> when.Pace:
    """A pace out of words, whose turns are far enough apart and outside the quiet hours."""
    pace = when.read_pace(words, now_ms, community.zone)
    turns = [slot.due_ms for slot in when.upcoming(pace, now_ms, community.zone, LOOKED_AT)]
    quiet = quiet_of(app)
    if any(waking(turn, community.zone, quiet) != turn for turn in turns):
        raise Refusal("checkin-quiet", begins=f"{quiet.begins:%H:%M}", ends=f"{quiet.ends:%H:%M}")
    check_pace(turns, window_ms)
    return pace


def _check_words(app: App, draft: CheckIn) -> None:
    """Raise Refusal where what is there already of a draft can't be asked."""
    if draft.question:
        check_question(draft.question, app.limits)
    if draft.form:
        check_form(draft.form, sealed=draft.sealed)
    if draft.sealed and draft.direct:
        raise Refusal("checkin-sealed-direct")
    if draft.mention and not draft.role:
        raise Refusal("checkin-mention-whom")


async def change(app: App, person: Person, which: int, **changes: Any) -> CheckIn:
    """Change a draft; ``words`` is a pace as people say it. Raises Refusal as :func:`begin`."""
    words, now = changes.pop("words", ""), app.clock.now_ms()
    if not changes.keys() <= CHANGEABLE:
        raise ValueError("not changeable")
    if "question" in changes:
        changes["question"] = clean(changes["question"])

    async def work(tx: AsyncConnection) -> CheckIn:
        community = await organised(tx, person)
        draft = await _draft(tx, community.id, which)
        if words:
            window_ms = changes.get("window_ms", draft.window_ms)
            changes["pace"] = _pace(app, community, words, window_ms, now).rrule
        after = replace(draft, **changes)
        _check_words(app, after)
        await checkins.change(tx, community.id, which, **changes)
        return after

    return await app.database.writer.run(work)


async def _draft(tx: AsyncConnection, community: int, which: int) -> CheckIn:
    found = await checkins.find(tx, community, which)
    if found is None or found.state is not Life.DRAFT:
        raise Refusal("checkin-no-draft")
    return found


async def discard(app: App, person: Person, which: int, seen: str | None = None) -> None:
    """Throw a draft away, in the version that its organiser saw; raises Unread where it has changed."""

    async def work(tx: AsyncConnection) -> None:
        community = await organised(tx, person)
        check_seen(seen, (await _draft(tx, community.id, which)).version)
        await checkins.drop(tx, community.id, which)

    await app.database.writer.run(work)


async def start(app: App, person: Person, which: int, seen: str | None = None) -> CheckIn:
    """Start a draft as its organiser saw it: from here its questions are frozen.

    Raises:
        Refusal: for the first thing that it lacks.
        Unread: it has changed since.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> CheckIn:
        community = await organised(tx, person)
        draft = await _draft(tx, community.id, which)
        check_seen(seen, draft.version)
        on = await open_initiative(tx, community.id, draft.initiative)
        await check_promised(tx, community.id, on)
        check_question(draft.question, app.limits)
        check_form(draft.form, sealed=draft.sealed)
        if not draft.channel:
            raise Refusal("say-channel-missing")
        if draft.purpose is Purpose.DELIVERY and draft.stated is None:
            raise Refusal("checkin-state-first")
        if draft.direct or any(one.is_text for one in draft.form):
            check_safety(community)
        started = await _plan(app, tx, community, replace(draft, state=Life.RUNNING), now)
        said = {
            "question": draft.question, "form": [asdict(one) for one in draft.form], "pace": draft.pace,
            "window_ms": draft.window_ms, "direct": draft.direct, "role": bool(draft.role),
            "sealed": draft.sealed, "purpose": draft.purpose.value, "check_in": which,
        }  # fmt: skip
        await record_organiser(tx, person, "checkin-started", on, said, now)
        await outbox.put(tx, community.id, "checkin", draft.channel, now, {"checkin": which})
        return started

    return await app.write(work)


async def _plan(app: App, tx: AsyncConnection, community: Community, one: CheckIn, now_ms: int) -> CheckIn:
    """Let a check-in run from its next turn on; raises Refusal ``checkin-ended`` where it has none."""
    following = when.following(when.Pace(one.pace), now_ms, community.zone)
    if following is None:
        raise Refusal("checkin-ended")
    after = replace(one, state=Life.RUNNING, why="", zone=community.time_zone)
    await checkins.change(tx, one.community, one.id, state=after.state, why="", zone=after.zone)
    await schedule.put(tx, one.community, "checkin", one.id, following.due_ms, one.pace, after.zone)
    return after


async def pause(app: App, person: Person, which: int) -> CheckIn:
    """Ask nothing more until organisers resume it; what is open stays open."""
    return await _end(app, person, which, Life.PAUSED)


async def stop(app: App, person: Person, which: int) -> CheckIn:
    """Ask nothing more, for good; what is open stays open until its time, and its result is told."""
    return await _end(app, person, which, Life.STOPPED)


async def _end(app: App, person: Person, which: int, state: Life) -> CheckIn:
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> CheckIn:
        one = await _started(tx, person, which)
        if state is Life.PAUSED and one.state is Life.PAUSED:
            raise Refusal("checkin-paused")
        await checkins.change(tx, one.community, which, state=state, why="organiser")
        await schedule.drop(tx, one.community, "checkin", which)
        await _record(tx, person, f"checkin-{state}", one, {}, now)
        return replace(one, state=state, why="organiser")

    return await app.write(work)


async def resume(app: App, person: Person, which: int) -> CheckIn:
    """Go on after a pause, or after six times; it then runs six times again.

    Raises:
        Refusal: not an organiser, ``checkin-...``, ``initiative-closed``.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> CheckIn:
        one = await _started(tx, person, which)
        if one.state is Life.RUNNING:
            raise Refusal("checkin-runs")
        community = await organised(tx, person)
        await check_promised(tx, community.id, await open_initiative(tx, community.id, one.initiative))
        await checkins.change(tx, one.community, which, runs=0)
        await _record(tx, person, "checkin-resumed", one, {}, now)
        return await _plan(app, tx, community, replace(one, runs=0), now)

    return await app.write(work)


async def run_now(app: App, person: Person, which: int) -> Round:
    """Ask once now, beside its pace.

    Raises:
        Refusal: not an organiser, ``checkin-open``, ``checkin-untold``, ``checkin-channel``,
            ``checkin-quiet``, ``checkin-stopped``, ``initiative-closed``.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Round:
        one = await _started(tx, person, which)
        if one.state is Life.STOPPED:
            raise Refusal("checkin-stopped")
        community = await organised(tx, person)
        await check_promised(tx, community.id, await open_initiative(tx, community.id, one.initiative))
        quiet = quiet_of(app)
        if waking(now, community.zone, quiet) != now:
            raise Refusal("checkin-quiet", begins=f"{quiet.begins:%H:%M}", ends=f"{quiet.ends:%H:%M}")
        why = await hindrance(tx, one, now)
        if why:
            raise Refusal(HINDERED[why])
        await _record(tx, person, "checkin-now", one, {}, now)
        return await ask_now(app, tx, one, now)

    return await app.write(work)


async def state_it(
    app: App, person: Person, which: int, option: int, words: str, seen: str | None = None
) -> CheckIn:
    """What officials say about whether something is there: public, on the record, beside what residents say.

    ``seen`` is the version of the check-in, with what they said before, that the organiser had before them.

    Raises:
        Refusal: not an organiser, ``checkin-...``, ``choice-unknown``, ``words-too-long``, ``words-missing``.
        Unread: it has changed since.
    """
    words, now = clean(words).strip(), app.clock.now_ms()
    if not words:
        raise Refusal("words-missing")
    if len(words) > STATED_LENGTH:
        raise Refusal("words-too-long", length=len(words), limit=STATED_LENGTH)

    async def work(tx: AsyncConnection) -> CheckIn:
        community = await organised(tx, person)
        one = await checkins.find(tx, community.id, which)
        if one is None or one.purpose is not Purpose.DELIVERY or one.state is Life.STOPPED:
            raise Refusal("checkin-unknown")
        if not 0 <= option < len(one.form[0].options):
            raise Refusal("choice-unknown")
        check_seen(seen, one.version)
        stated = Stated(option, words, now)
        await checkins.change(tx, community.id, which, stated=stated)
        if one.state is not Life.DRAFT:
            said = {"says": one.form[0].options[option], "words": words}
            await _record(tx, person, "checkin-stated", one, said, now)
            last = await checkins.last_round(tx, community.id, which)
            if last is not None and last.state is State.OPEN:
                app.stale.add((community.id, last.id))
        return replace(one, stated=stated)

    return await app.write(work)


async def _started(tx: AsyncConnection, person: Person, which: int) -> CheckIn:
    """A check-in that was started, and not stopped; raises Refusal otherwise."""
    community = await organised(tx, person)
    found = await checkins.find(tx, community.id, which)
    if found is None or found.state is Life.DRAFT:
        raise Refusal("checkin-unknown")
    if found.state is Life.STOPPED:
        raise Refusal("checkin-stopped")
    return found


async def _record(
    tx: AsyncConnection, person: Person, act: str, one: CheckIn, said: Mapping[str, object], now_ms: int
) -> None:
    on = await initiatives.find(tx, one.community, one.initiative)
    assert on is not None
    await record_organiser(tx, person, act, on, {"check_in": one.id, **said}, now_ms)


async def role_gone(app: App, community: int, role: str) -> None:
    """Pause the check-ins of a role that was deleted: nobody could answer them."""

    async def work(tx: AsyncConnection) -> None:
        for one in await checkins.in_state(tx, community, *GOING):
            if one.role == role:
                await checkins.change(tx, community, one.id, state=Life.PAUSED, why="role")
                await schedule.drop(tx, community, "checkin", one.id)

    await app.write(work)
