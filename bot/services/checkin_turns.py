"""What happens at a check-in's turn: it is asked, or why not is kept; and who is reached directly about it.

After an outage the last of the turns that are over is still asked where its window has not passed, and closes
when it would have closed; all others are kept as missed.
"""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import when
from bot.domain.attention import WEEK_MS, Quiet, in_turn, reach_at, waking
from bot.domain.checkins import HOUR_MS, MOST_RUNS, CheckIn, Life, remind_ms
from bot.domain.forms import FORM
from bot.domain.initiatives import Initiative
from bot.domain.initiatives import Life as Stands
from bot.domain.rounds import Round, State
from bot.services.ports import App
from bot.services.sealing import make_key
from bot.store import checkins, communities, initiatives, interactions, outbox, rounds, schedule, takers
from bot.store.interactions import Entry
from bot.store.outbox import ASKED, REMINDED, TOLD
from bot.store.schedule import Due
from bot.store.takers import Taker

AGAIN_MS = HOUR_MS // 2
"""How long a turn waits for the last result to be told before it looks again, as long as its window lasts."""
LEAST_TO_REMIND_MS = 6 * HOUR_MS
"""Nobody is reminded of what was asked so shortly before."""


def quiet_of(app: App) -> Quiet:
    """The hours of the day in which nobody is disturbed."""
    chosen = app.settings.attention
    return Quiet(time.fromisoformat(chosen.quiet_from), time.fromisoformat(chosen.quiet_until))


async def run(app: App, tx: AsyncConnection, slot: Due, now_ms: int) -> None:
    """Do a check-in's turn, and what of its turns before now nobody has done."""
    one = await checkins.find(tx, slot.community, slot.subject)
    if one is None or one.state not in (Life.RUNNING, Life.ASKS):
        await schedule.drop(tx, slot.community, "checkin", slot.subject)
        return
    if (await communities.load(tx, slot.community)).removed_ms:
        return
    *over, due_ms = _turns(slot, one.window_ms, now_ms)
    for missed_ms in over:
        await checkins.miss(tx, one, missed_ms, "asks" if one.state is Life.ASKS else "down")
    on = await initiatives.find(tx, one.community, one.initiative)
    if on is None or on.life is Stands.CLOSED:
        await _stop(tx, one, "project")
        return
    promise = await initiatives.promise_of(tx, one.community, one.initiative)
    if promise is not None and promise.kept_ms is not None:
        await _pause(tx, one, "promise", now_ms)
        return
    closes_ms = due_ms + one.window_ms
    why = "asks" if one.state is Life.ASKS else "down" if now_ms >= closes_ms else ""
    why = why or await hindrance(tx, one, now_ms)
    if why == "untold" and now_ms + AGAIN_MS < closes_ms:
        await schedule.put(tx, one.community, "checkin", one.id, now_ms + AGAIN_MS, slot.pace, slot.zone)
        return
    if why:
        await checkins.miss(tx, one, due_ms, why)
    else:
        await _ask(app, tx, one, on, now_ms, closes_ms)
    if why == "channel":
        await _pause(tx, one, why, now_ms)
    elif when.following(when.Pace(slot.pace), now_ms, ZoneInfo(slot.zone)) is None:
        await _stop(tx, one, "ended")


def _turns(slot: Due, window_ms: int, now_ms: int) -> list[int]:
    """The turns from the one that is due up to now (UTC epoch ms)."""
    assert slot.next_ms is not None
    pace, zone = when.Pace(slot.pace), ZoneInfo(slot.zone)
    # A turn that waited is looked at again within its window: it is the one whose window that is.
    first = when.following(pace, slot.next_ms - window_ms, zone)
    turns = [min(first.due_ms, slot.next_ms) if first else slot.next_ms]
    while (following := when.following(pace, turns[-1], zone)) is not None and following.due_ms <= now_ms:
        turns.append(following.due_ms)
    return turns


async def _pause(tx: AsyncConnection, one: CheckIn, why: str, now_ms: int) -> None:
    """Ask nothing more until organisers have looked at its channel, or promised an answer, and tell them."""
    await checkins.change(tx, one.community, one.id, state=Life.PAUSED, why=why)
    await schedule.drop(tx, one.community, "checkin", one.id)
    await _tell_moderators(tx, one, "checkin-paused", now_ms)


async def _stop(tx: AsyncConnection, one: CheckIn, why: str) -> None:
    await checkins.change(tx, one.community, one.id, state=Life.STOPPED, why=why)
    await schedule.drop(tx, one.community, "checkin", one.id)


async def hindrance(tx: AsyncConnection, one: CheckIn, now_ms: int) -> str:
    """Why a check-in can't be asked again yet, as :class:`Missed` has it; '' where it can."""
    last = await checkins.last_round(tx, one.community, one.id)
    if last is None:
        return ""
    if last.state is State.OPEN:  # without names a close takes a moment
        return "open" if last.closes_ms > now_ms else "untold"
    if not one.direct and await outbox.state_of(tx, one.community, f"round:{last.id}") == "dead":
        return "channel"
    told = await outbox.state_of(tx, one.community, f"result:{last.id}")
    if last.state is State.CLOSED and told not in ("sent", ""):
        return "channel" if told == "dead" else "untold"
    return ""


async def ask_now(app: App, tx: AsyncConnection, one: CheckIn, now_ms: int) -> Round:
    """Ask once more, open for as long as always, whatever the pace says."""
    on = await initiatives.find(tx, one.community, one.initiative)
    assert on is not None
    return await _ask(app, tx, one, on, now_ms, now_ms + one.window_ms)


async def _ask(
    app: App, tx: AsyncConnection, one: CheckIn, on: Initiative, now_ms: int, closes_ms: int
) -> Round:
    """Open the round of one turn, and have everybody told who is to be told of it."""
    asked = await rounds.add(tx, Round(
        one.community, 0, on.id, FORM, on.stage, State.OPEN, question=one.question, form=one.form,
        sealed=one.sealed, checkin=one.id, role=one.role, drafted_ms=now_ms, opened_ms=now_ms,
        closes_ms=closes_ms, channel=one.channel,
    ))  # fmt: skip
    if asked.sealed:
        await make_key(app, asked.community, asked.id)
    await schedule.put(tx, asked.community, "close", asked.id, closes_ms)
    said = {
        "kind": FORM, "question": asked.question, "sealed": asked.sealed, "check_in": one.id,
        "closes_ms": closes_ms, "stated": one.stated.option if one.stated else None,
    }  # fmt: skip
    await interactions.append(tx, [Entry(
        one.community, now_ms, "round-opened", on.stage.value, "", said, on.id, asked.id, public=True
    )])  # fmt: skip
    waking_ms = waking(now_ms, ZoneInfo(one.zone), quiet_of(app))
    if not one.direct:
        facts: dict[str, object] = {"round": asked.id}
        if one.mention and await _may_mention(app, tx, one, asked):
            facts["mention"] = one.role
        await outbox.put(tx, one.community, "round", one.channel, waking_ms, facts, once=f"round:{asked.id}")
    else:
        those = [
            taker for taker in await takers.of_checkin(tx, one.community, one.id) if _is_on(taker, now_ms)
        ]
        await _reach(app, tx, asked, those, ASKED, waking_ms)
    if not one.sealed and closes_ms - now_ms >= 2 * LEAST_TO_REMIND_MS:
        await schedule.put(tx, one.community, "remind", asked.id, remind_ms(now_ms, closes_ms))
    runs = one.runs + 1
    await checkins.change(tx, one.community, one.id, runs=runs)
    if runs >= MOST_RUNS and one.state is Life.RUNNING:
        await checkins.change(tx, one.community, one.id, state=Life.ASKS)
        await _tell_moderators(tx, one, "checkin-asks", now_ms)
    return asked


async def _may_mention(app: App, tx: AsyncConnection, one: CheckIn, asked: Round) -> bool:
    """Whether this role was not mentioned too often in a week: to its holders it is a message."""
    since_ms = asked.opened_ms - WEEK_MS
    before = await checkins.mentions(tx, one.community, one.role, since_ms, asked.id)
    return before < app.settings.attention.a_week


async def _tell_moderators(tx: AsyncConnection, one: CheckIn, card: str, now_ms: int) -> None:
    community = await communities.load(tx, one.community)
    await outbox.put(tx, one.community, card, community.moderators_channel, now_ms, {"checkin": one.id})


def _is_on(taker: Taker, now_ms: int) -> bool:
    return taker.state == "on" or (taker.state == "paused" and taker.until_ms <= now_ms)


async def remind(app: App, tx: AsyncConnection, slot: Due, now_ms: int) -> None:
    """Remind those who want to be and have not answered, once, of what is still open."""
    asked = await rounds.find(tx, slot.community, slot.subject)
    await schedule.drop(tx, slot.community, "remind", slot.subject)
    if asked is None or asked.state is not State.OPEN or asked.closes_ms <= now_ms:
        return
    done = await takers.answered(tx, asked.community, asked.id)
    asked_at = await takers.reached(tx, asked.community, asked.id, "asked")
    those = [
        taker
        for taker in await takers.of_checkin(tx, asked.community, asked.checkin)
        if _is_on(taker, now_ms) and taker.person not in done and taker.skipped != asked.id
        # Whoever was asked late, because their week was full, has only just been asked.
        and asked_at.get(taker.person, 0) <= now_ms - LEAST_TO_REMIND_MS
    ]  # fmt: skip
    await _reach(app, tx, asked, those, REMINDED, now_ms)


async def reach_one(app: App, tx: AsyncConnection, asked: Round, taker: Taker, now_ms: int) -> None:
    """Ask somebody who opts in while it is open, at once."""
    if taker.person not in await takers.reached(tx, asked.community, asked.id, "asked"):
        await _reach(app, tx, asked, [taker], ASKED, now_ms)


async def _reach(
    app: App, tx: AsyncConnection, asked: Round, those: list[Taker], card: str, now_ms: int
) -> None:
    """Have people told, each at the first moment at which their week has room for it and they are awake.

    Whoever's week has none before the close is not told at all.
    """
    community = await communities.load(tx, asked.community)
    before = await takers.contacts(tx, asked.community, [taker.person for taker in those], now_ms - WEEK_MS)
    most, quiet = app.settings.attention.a_week, quiet_of(app)
    letters, times = [], {}
    for place, taker in enumerate(those):
        first_ms = in_turn(place, now_ms)
        at_ms = reach_at(before.get(taker.person, ()), first_ms, most, community.zone, quiet)
        if at_ms < asked.closes_ms:
            times[taker.person] = at_ms
            facts = {"round": asked.id, "language": taker.language}
            letters.append((taker.platform_id, at_ms, facts))
    await takers.reach(tx, asked.community, asked.id, card, times)
    await outbox.put_to_people(tx, asked.community, card, letters)


async def tell_takers(tx: AsyncConnection, asked: Round, now_ms: int) -> None:
    """Tell the result of what was asked by private message to those of them who answered."""
    one = await checkins.find(tx, asked.community, asked.checkin)
    if one is None or not one.direct:
        return
    done = await takers.answered(tx, asked.community, asked.id)
    everyone = await takers.of_checkin(tx, asked.community, one.id)
    those = [taker for taker in everyone if taker.person in done and taker.state in ("on", "paused")]
    letters = [
        (taker.platform_id, in_turn(place, now_ms), {"round": asked.id, "language": taker.language})
        for place, taker in enumerate(those)
    ]
    await outbox.put_to_people(tx, asked.community, TOLD, letters)
