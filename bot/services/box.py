"""The standing box: a form without names that closes and opens again by itself.

Its entry in the schedule is of the act ``box`` and about the round that is open now, whose closing time is
the entry's next turn. A turn closes the round and opens the next in one transaction, so there is never none
and never a second; with too few answers the same round stays open until the turn after.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import when
from bot.domain.asks import AskField, FieldKind
from bot.domain.forms import FORM, MOST_TEXT
from bot.domain.initiatives import Life
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS, Round, State, check_question
from bot.domain.text import clean
from bot.services.drafts import check_safety
from bot.services.initiatives import organised, record_organiser
from bot.services.ports import App
from bot.services.rounds import close_in
from bot.services.sealing import keys_of, make_key
from bot.store import initiatives, interactions, outbox, rounds, schedule, sealed
from bot.store.interactions import Entry
from bot.store.schedule import Due

LEAST_DAYS = 13
"""Days between two turns at least: fewer would have too few answers, and close too often."""


@dataclass(frozen=True)
class Box:
    """The box that is open, and the pace in which it closes."""

    round: Round
    pace: when.Pace


async def find(app: App, person: Person) -> Box | None:
    """The community's open box, if any; raises Refusal for anybody but an organiser."""
    async with app.database.reading() as tx:
        return await _open_box(tx, (await organised(tx, person)).id)


async def _open_box(tx: AsyncConnection, community: int) -> Box | None:
    for slot in await schedule.of_act(tx, community, "box"):
        asked = await rounds.find(tx, community, slot.subject)
        if asked is not None and _is_on(asked, slot):
            return Box(asked, when.Pace(slot.pace))
    return None


def _is_on(asked: Round, slot: Due) -> bool:
    """Whether a box was not closed early, or cancelled: its closing time is the entry's turn."""
    return asked.state is State.OPEN and asked.closes_ms == slot.next_ms


async def start(app: App, person: Person, question: str, label: str, words: str, channel: str = "") -> Box:
    """Open a box in the standing initiative, in a pace as people say it.

    Raises:
        Refusal: not an organiser, ``pace-...``, ``when-...``, ``box-too-often``, ``box-there``,
            ``question-...``, ``say-channel-missing``, ``safety-missing``, ``key-unsaved``.
    """
    question, now = clean(question), app.clock.now_ms()
    check_question(question, app.limits)

    async def work(tx: AsyncConnection) -> Box:
        community = await organised(tx, person)
        check_safety(community)
        if not (place := channel or community.say_channel):
            raise Refusal("say-channel-missing")
        if await _open_box(tx, community.id) is not None:
            raise Refusal("box-there")
        pace = when.read_pace(words, now, community.zone)
        turns = when.upcoming(pace, now + app.limits.least_days_open * DAY_MS, community.zone, 2)
        if len(turns) < 2 or turns[1].due_ms - turns[0].due_ms < LEAST_DAYS * DAY_MS:
            raise Refusal("box-too-often")
        on = next(one for one in await initiatives.every(tx, community.id) if one.life is Life.STANDING)
        field = AskField("words", FieldKind.LONG, label, longest=MOST_TEXT)
        asked = Round(
            community.id, 0, on.id, FORM, on.stage, State.OPEN, question=question, form=(field,), sealed=True,
            box=True, drafted_ms=now, opened_ms=now, closes_ms=turns[0].due_ms, channel=place,
        )  # fmt: skip
        made = await _opened(app, tx, asked, now)
        said = {"kind": FORM, "question": question, "sealed": True, "box": True, "closes_ms": made.closes_ms}
        await record_organiser(tx, person, "round-opened", on, said, now, made.id)
        await schedule.put(tx, community.id, "box", made.id, made.closes_ms, pace.rrule, community.time_zone)
        return Box(made, pace)

    return await app.write(work)


async def _opened(app: App, tx: AsyncConnection, asked: Round, now_ms: int) -> Round:
    """Add an open round with a key of its own, and have its card posted."""
    made = await rounds.add(tx, asked)
    await make_key(app, made.community, made.id)
    facts = {"round": made.id}
    await outbox.put(tx, made.community, "round", made.channel, now_ms, facts, once=f"round:{made.id}")
    return made


async def turn(app: App, tx: AsyncConnection, slot: Due, now_ms: int) -> None:
    """Close a box and open the next, or leave it open until the next turn where too few have answered."""
    asked = await rounds.find(tx, slot.community, slot.subject)
    after = await schedule.find(tx, slot.community, "box", slot.subject)
    if asked is None or after is None or not _is_on(asked, slot):
        await schedule.drop(tx, slot.community, "box", slot.subject)
        return
    count = await sealed.count(tx, asked.community, asked.id)
    least = app.settings.privacy.least_group
    # Without its key nobody can answer any more: the close says that it is lost, and the next has a new one.
    lost = await keys_of(app, asked.community, asked.id) is None
    if count < least and not lost and after.next_ms is not None:
        await rounds.change(tx, asked.community, asked.id, closes_ms=after.next_ms)
        await _note(tx, asked, "box-carried", {"closes_ms": after.next_ms}, now_ms)
        return
    await close_in(app, tx, asked, now_ms)
    await schedule.drop(tx, asked.community, "box", asked.id)
    if after.next_ms is None:
        return
    following = replace(asked, id=0, message="", drafted_ms=now_ms, opened_ms=now_ms, closes_ms=after.next_ms)
    made = await _opened(app, tx, following, now_ms)
    said = {"kind": FORM, "question": made.question, "sealed": True, "box": True, "closes_ms": made.closes_ms}
    await _note(tx, made, "round-opened", said, now_ms)
    await schedule.put(tx, made.community, "box", made.id, made.closes_ms, slot.pace, slot.zone)


async def _note(tx: AsyncConnection, asked: Round, act: str, said: object, now_ms: int) -> None:
    entry = Entry(
        asked.community, now_ms, act, asked.stage.value, "", said, asked.initiative, asked.id, public=True
    )
    await interactions.append(tx, [entry])
