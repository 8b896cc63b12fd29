"""Taking part in check-ins: opting in to be asked or reminded, and being left alone again."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.attention import waking
from bot.domain.checkins import GOING, PAUSE_DAYS, CheckIn, Life
from bot.domain.community import Community
from bot.domain.forms import FORM
from bot.domain.people import Ages, Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS, Asked, Round, State
from bot.services import floods
from bot.services.answers import admitted
from bot.services.checkin_turns import quiet_of, reach_one
from bot.services.ports import App
from bot.store import checkins, initiatives, people, rounds, takers
from bot.store.outbox import TOLD
from bot.store.people import Known


async def asked_of(app: App, community: int, which: int) -> Asked:
    """A check-in as somebody meets it who wants to opt in; raises Refusal ``checkin-over``."""
    async with app.database.reading() as tx:
        return (await _there(tx, community, which))[1]


async def _there(tx: AsyncConnection, community: int, which: int) -> tuple[CheckIn, Asked]:
    one = await checkins.find(tx, community, which)
    if one is None or one.state in (Life.DRAFT, Life.STOPPED):
        raise Refusal("checkin-over")
    on = await initiatives.find(tx, community, one.initiative)
    assert on is not None
    # There may be no round yet: what is read before the first thing is stored needs one.
    asked = Round(community, 0, on.id, FORM, on.stage, question=one.question, form=one.form, checkin=which)
    return one, Asked(asked, on.title, on.ages)


async def opt_in(app: App, person: Person, which: int) -> CheckIn | None:
    """Ask somebody from here on by private message, or remind them; who is not asked yet is asked at once.

    None where they are sent no private messages, because they or all who take part there are under 18: then
    nothing is stored.

    Raises:
        NoticeFirst: the privacy notice of today has not been seen yet.
        Refusal: ``checkin-over``, ``checkin-no-reminders``, ``round-role-only``.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> CheckIn | None:
        one, asked = await _there(tx, person.community, which)
        who = await people.find(tx, person.community, person.platform_id)
        if one.sealed:
            raise Refusal("checkin-no-reminders")
        if one.role and one.role not in person.role_ids:
            raise Refusal("round-role-only")
        if asked.ages is Ages.TEENS or (who is not None and who.ages == Ages.TEENS):
            return None
        known = admitted(asked, who, app.settings.privacy.notice_version)
        await takers.put(tx, one.community, which, known.id, state="on", until_ms=0)
        last = await checkins.last_round(tx, one.community, which)
        if one.direct and last is not None and last.state is State.OPEN and last.closes_ms > now:
            taker = await takers.find(tx, one.community, which, known.id)
            if taker is not None:
                await reach_one(app, tx, last, taker, now)
        return one

    with floods.counted(app, person):
        return await app.write(work)


async def skip(app: App, person: Person, which: int) -> None:
    """Leave somebody alone about one time a check-in is asked.

    Raises:
        Refusal: ``checkin-over``, ``checkin-not-in`` where they never opted in.
    """

    async def work(tx: AsyncConnection) -> None:
        asked = await rounds.find(tx, person.community, which)
        if asked is None or not asked.checkin:
            raise Refusal("checkin-over")
        who = await _in(tx, person, asked.checkin)
        await takers.put(tx, person.community, asked.checkin, who.id, skipped=which)

    await app.database.writer.run(work)


async def rest(app: App, person: Person, which: int) -> int:
    """Leave somebody alone for four weeks; until when (UTC epoch ms). Refusal ``checkin-not-in``."""
    until_ms = app.clock.now_ms() + PAUSE_DAYS * DAY_MS
    await _leave(app, person, which, state="paused", until_ms=until_ms)
    return until_ms


async def stop(app: App, person: Person, which: int) -> None:
    """Ask somebody nothing more of a check-in until they opt in again; raises Refusal ``checkin-not-in``."""
    await _leave(app, person, which, state="stopped", until_ms=0)


async def _leave(app: App, person: Person, which: int, *, state: str, until_ms: int) -> None:
    async def work(tx: AsyncConnection) -> None:
        who = await _in(tx, person, which)
        await takers.put(tx, person.community, which, who.id, state=state, until_ms=until_ms)

    await app.database.writer.run(work)


async def _in(tx: AsyncConnection, person: Person, which: int) -> Known:
    who = await people.find(tx, person.community, person.platform_id)
    if who is None or await takers.find(tx, person.community, which, who.id) is None:
        raise Refusal("checkin-not-in")
    return who


async def mine(app: App, person: Person) -> list[CheckIn]:
    """The check-ins about which somebody is written to, but those they paused, as long as they go on."""
    async with app.database.reading() as tx:
        who = await people.find(tx, person.community, person.platform_id)
        taken = await takers.of_person(tx, person.community, who.id) if who else []
        on = [one.checkin for one in taken if one.state == "on"]
        found = [await checkins.find(tx, person.community, which) for which in on]
    return [one for one in found if one is not None and one.state in GOING]


def quiet_s(app: App, community: Community) -> float:
    """For how many seconds nobody there is to be disturbed; 0 by day."""
    now = app.clock.now_ms()
    return (waking(now, community.zone, quiet_of(app)) - now) / 1000


async def still(app: App, community: int, card: str, which: int, platform_id: str) -> bool:
    """Whether a private message about a round is still wanted by whom it was meant for, at this moment."""
    now = app.clock.now_ms()
    async with app.database.reading() as tx:
        asked = await rounds.find(tx, community, which)
        who = await people.find(tx, community, platform_id)
        taker = await takers.find(tx, community, asked.checkin, who.id) if asked and who else None
        if asked is None or who is None or taker is None or taker.state in ("stopped", "closed"):
            return False
        if card == TOLD:
            return True
        if taker.state == "paused" and taker.until_ms > now:
            return False
        open_now = asked.state is State.OPEN and asked.closes_ms > now and taker.skipped != which
        return open_now and who.id not in await takers.answered(tx, community, which)
