"""Starting initiatives, moving them through the stages, handing them over, promising and keeping promises."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.community import Community
from bot.domain.initiatives import Initiative, Life, check_title, check_words
from bot.domain.people import Ages, Person, require_organiser
from bot.domain.promises import Influence, Promise
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS, Round, State
from bot.domain.stages import Stage, is_plain_step
from bot.domain.text import clean, same
from bot.services import people
from bot.services.ports import App
from bot.store import communities, contributions, initiatives, interactions, outbox, rounds, schedule
from bot.store.interactions import Entry

LAST_CLOSED = 10
"""How many closed rounds are shown with an initiative."""


@dataclass(frozen=True)
class Standing:
    """Where an initiative stands: itself, its promise and, where one is asked about, its last rounds."""

    initiative: Initiative
    promise: Promise | None
    rounds: tuple[Round, ...] = ()


async def organised(tx: AsyncConnection, person: Person) -> Community:
    """The community, once the person is known to be an organiser of it; raises Refusal otherwise."""
    community = await communities.load(tx, person.community)
    require_organiser(person, community.roles)
    return community


async def open_initiative(tx: AsyncConnection, community: int, which: int) -> Initiative:
    """An initiative that has not closed; raises Refusal ``initiative-unknown`` or ``initiative-closed``."""
    found = await initiatives.find(tx, community, which)
    if found is None:
        raise Refusal("initiative-unknown")
    if found.life is Life.CLOSED:
        raise Refusal("initiative-closed", title=found.title)
    return found


async def record_organiser(
    tx: AsyncConnection,
    person: Person,
    act: str,
    on: Initiative,
    said: object,
    now_ms: int,
    round_id: int = 0,
) -> None:
    """Put an organiser's act into the record, open to be disclosed: it holds no personal data."""
    who = await people.ensure(tx, person, now_ms)
    entry = Entry(
        person.community, now_ms, act, on.stage.value, "organiser", said, on.id, round_id,
        who.id, who.secret, public=True,
    )  # fmt: skip
    await interactions.append(tx, [entry])


async def listing(app: App, community: int) -> list[Standing]:
    """Every initiative of a community with its promise; the standing one first."""
    async with app.database.reading() as tx:
        promises = await initiatives.promises(tx, community)
        every = await initiatives.every(tx, community)
        return [Standing(one, promises[one.id][-1] if one.id in promises else None) for one in every]


async def asked(app: App, community: int) -> dict[int, int]:
    """How many rounds have been opened, by initiative."""
    async with app.database.reading() as tx:
        return await rounds.opened(tx, community)


async def standing(app: App, community: int, which: int) -> Standing:
    """Where one initiative stands, with what is open in it and what closed last.

    Raises:
        Refusal: ``initiative-unknown``.
    """
    async with app.database.reading() as tx:
        on = await initiatives.find(tx, community, which)
        if on is None:
            raise Refusal("initiative-unknown")
        there = await rounds.in_state(tx, community, State.OPEN)
        found = [one for one in there if one.initiative == which]
        found += await rounds.newest(tx, community, which, LAST_CLOSED, State.CLOSED)
        found.sort(key=lambda one: (one.closes_ms, one.id))
        return Standing(on, await initiatives.promise_of(tx, community, which), tuple(found))


async def find(app: App, community: int, title: str) -> Initiative:
    """The initiative with this title, or this number of ours as a door's autocompletion hands it.

    Raises:
        Refusal: ``initiative-unknown``.
    """
    async with app.database.reading() as tx:
        there = await initiatives.every(tx, community)
    chosen = [one for one in there if title == f"#{one.id}"]
    named = chosen or [one for one in there if one.title and same(one.title) == same(title)]
    # A title may come again once its project is closed: the open one is meant, then.
    named = [one for one in named if one.life is not Life.CLOSED] or named
    if not named:
        raise Refusal("initiative-unknown")
    if len(named) > 1:
        raise Refusal("name-unclear", count=len(named))
    return named[0]


@dataclass(frozen=True)
class Beginning:
    """What it takes to start an initiative; ``deputy`` is the platform's id of a person, or ''."""

    title: str
    ages: Ages
    level: Influence
    fixed: str
    decides: str
    due_ms: int
    deputy: str = ""


async def start(app: App, person: Person, new: Beginning) -> Initiative:
    """Start an initiative with its promise; the person who starts it leads it.

    Raises:
        Refusal: not an organiser, ``title-...``, ``title-taken``, ``decides-missing``, ``promise-past``.
    """
    title, now = " ".join(clean(new.title).split()), app.clock.now_ms()
    fixed, decides = clean(new.fixed), clean(new.decides).removesuffix(".")  # it stands within a sentence
    check_title(title)
    check_words(decides, "decides-missing")
    check_words(fixed, "fixed-missing")
    if new.due_ms <= now:
        raise Refusal("promise-past")

    async def work(tx: AsyncConnection) -> Initiative:
        community = await organised(tx, person)
        for other in await initiatives.every(tx, community.id):
            if other.life is Life.OPEN and same(other.title) == same(title):
                raise Refusal("title-taken", title=title)
        lead = await people.ensure(tx, person, now)
        deputy = 0
        if new.deputy and new.deputy != person.platform_id:
            deputy = (await people.ensure(tx, Person(community.id, new.deputy), now)).id
        made = await initiatives.add(tx, community.id, title, Life.OPEN, new.ages, lead.id, deputy, now)
        await put_promise(tx, community.id, Promise(made.id, new.level, fixed, decides, new.due_ms, now))
        said = {"title": title, "level": new.level, "fixed": fixed, "decides": decides, "due_ms": new.due_ms}
        await record_organiser(tx, person, "initiative-started", made, said, now)
        facts = {"initiative": made.id}
        await outbox.put(tx, community.id, "initiative", community.say_channel, now, facts)
        return made

    return await app.write(work)


async def put_promise(tx: AsyncConnection, community: int, made: Promise) -> None:
    """Keep a promise, and plan when it is called to mind and when it is overdue."""
    await initiatives.make_promise(tx, community, made)
    await schedule.put(tx, community, "promise", made.initiative, made.due_ms)
    if made.due_ms - REMINDER_MS > made.made_ms:
        await schedule.put(tx, community, "reminder", made.initiative, made.due_ms - REMINDER_MS)


async def check_promised(tx: AsyncConnection, community: int, on: Initiative) -> None:
    """Refuse to ask what no answer is owed to any more: raises Refusal ``promise-over``."""
    promise = await initiatives.promise_of(tx, community, on.id)
    if promise is not None and promise.kept_ms is not None:
        raise Refusal("promise-over", title=on.title)


async def move_stage(app: App, person: Person, which: int, to: Stage, reason: str) -> None:
    """Move an initiative to a stage, with a public reason; announced and on the record.

    Raises:
        Refusal: not an organiser, ``stage-same``, ``stage-reason-missing``, ``stage-skips`` where the
            stage is not the next one and the reason does not begin to say why (under 20 characters);
            ``contributions-unread`` while somebody waits for an answer to what they brought.
    """
    reason, now = clean(reason), app.clock.now_ms()
    check_words(reason, "stage-reason-missing")

    async def work(tx: AsyncConnection) -> None:
        community = await organised(tx, person)
        on = await open_initiative(tx, community.id, which)
        if on.life is Life.STANDING:
            raise Refusal("standing-has-no-stages")
        if to is on.stage:
            raise Refusal("stage-same", stage=to.value)
        if not is_plain_step(on.stage, to) and len(reason) < LEAST_EXCEPTION_REASON:
            raise Refusal("stage-skips", stage=on.stage.value, to=to.value, least=LEAST_EXCEPTION_REASON)
        await _check_all_read(tx, community.id, on)
        await initiatives.change(tx, community.id, which, stage=to.value)
        said = {"from": on.stage.value, "to": to.value, "reason": reason}
        await record_organiser(tx, person, "stage-moved", on, said, now)
        facts = {"initiative": which, "to": to.value, "reason": reason}
        await outbox.put(tx, community.id, "stage", community.say_channel, now, facts)

    await app.write(work)


async def _check_all_read(tx: AsyncConnection, community: int, on: Initiative) -> None:
    unread = await contributions.unread(tx, community, on.id)
    if unread:
        listed = ", ".join(str(number) for number in unread[:UNREAD_SHOWN])
        raise Refusal("contributions-unread", count=len(unread), numbers=listed)


UNREAD_SHOWN = 20
LEAST_EXCEPTION_REASON = 20
REMINDER_MS = 3 * DAY_MS
"""How long before a promise is due, or a draft is thrown away, organisers are reminded."""


async def hand_over(app: App, person: Person, which: int, lead: str, deputy: str) -> Standing:
    """Give an initiative a lead and a deputy (platform ids, '' leaves one as it is); where it stands then."""
    if lead and lead == deputy:
        raise Refusal("lead-is-deputy")
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> None:
        community = await organised(tx, person)
        on = await open_initiative(tx, community.id, which)
        changes = {}
        for role, platform_id in (("lead", lead), ("deputy", deputy)):
            if platform_id:
                changes[role] = (await people.ensure(tx, Person(community.id, platform_id), now)).id
        if changes.get("lead", on.lead) == changes.get("deputy", on.deputy) != 0:
            raise Refusal("lead-is-deputy")
        if changes:
            await initiatives.change(tx, community.id, which, **changes)
            said = {"changed": sorted(changes)}
            await record_organiser(tx, person, "handed-over", on, said, now)

    await app.database.writer.run(work)
    return await standing(app, person.community, which)


async def close(app: App, person: Person, which: int, reason: str) -> None:
    """Close an initiative, with a public reason.

    Raises:
        Refusal: not an organiser, ``initiative-has-rounds``, ``initiative-has-promise`` and
            ``contributions-unread`` while people wait.
    """
    reason, now = clean(reason), app.clock.now_ms()
    check_words(reason, "close-reason-missing")

    async def work(tx: AsyncConnection) -> None:
        community = await organised(tx, person)
        on = await open_initiative(tx, community.id, which)
        if on.life is Life.STANDING:
            raise Refusal("standing-never-closes")
        for asked in await rounds.in_state(tx, community.id, State.OPEN):
            if asked.initiative == which:
                raise Refusal("initiative-has-rounds", question=asked.question)
        await _check_all_read(tx, community.id, on)
        promise = await initiatives.promise_of(tx, community.id, which)
        if promise is not None and promise.kept_ms is None:
            raise Refusal("initiative-has-promise")
        await initiatives.change(tx, community.id, which, state=Life.CLOSED.value, closed_ms=now)
        await record_organiser(tx, person, "initiative-closed", on, {"reason": reason}, now)
        facts = {"initiative": which, "reason": reason}
        await outbox.put(tx, community.id, "initiative-closed", community.say_channel, now, facts)

    await app.write(work)
