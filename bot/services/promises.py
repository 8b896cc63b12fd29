"""Keeping promises: what people said, what was done about it, what was not, and why; and making new ones."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import REFUSED, Fate
from bot.domain.initiatives import check_words
from bot.domain.people import Person
from bot.domain.promises import Influence, Promise
from bot.domain.refusals import Refusal
from bot.domain.rounds import State
from bot.domain.text import clean
from bot.services.initiatives import open_initiative, organised, put_promise, record_organiser
from bot.services.moderating import tell_outcome
from bot.services.ports import App
from bot.store import initiatives, outbox, rounds, schedule


async def keep(
    app: App,
    person: Person,
    which: int,
    said: str,
    did: str,
    wont: str,
    done: Sequence[int] = (),
    refused: Sequence[int] = (),
) -> None:
    """Tell people: you said, we did, we won't, because. Once for a promise, when nothing is open any more.

    ``done`` and ``refused`` are contributions to the initiative: they are decided by it, and whoever follows
    one reads what was done, or what won't be and why.

    Raises:
        Refusal: not an organiser, ``promise-none``, ``promise-kept``, ``promise-has-rounds`` while one of its
            questions is open, ``said-missing``, ``did-missing``, ``wont-missing``, ``idea-done-and-refused``,
            ``contribution-unknown`` where one is not the initiative's, ``contribution-settled``.
    """
    said, did, wont, now = clean(said), clean(did), clean(wont), app.clock.now_ms()
    check_words(said, "said-missing")
    check_words(did, "did-missing")
    check_words(wont, "wont-missing")
    if both := sorted({*done} & {*refused}):
        raise Refusal("idea-done-and-refused", number=both[0])

    async def work(tx: AsyncConnection) -> None:
        community = await organised(tx, person)
        on = await open_initiative(tx, community.id, which)
        promise = await initiatives.promise_of(tx, community.id, which)
        if promise is None:
            raise Refusal("promise-none")
        if promise.kept_ms is not None:
            raise Refusal("promise-kept")
        for asked in await rounds.in_state(tx, community.id, State.OPEN):
            if asked.initiative == which:
                raise Refusal("promise-has-rounds", question=asked.question)
        await initiatives.keep_promise(tx, community.id, which, now, said, did, wont)
        await schedule.drop(tx, community.id, "promise", which)
        await schedule.drop(tx, community.id, "reminder", which)
        for numbers, words, step in ((done, did, ""), (refused, wont, REFUSED)):
            for number in sorted(set(numbers)):
                told = await tell_outcome(tx, person, number, Fate.DECIDED, words, step=step, now=now)
                if told.initiative != which:
                    raise Refusal("contribution-unknown")
        await record_organiser(tx, person, "promise-kept", on, {"said": said, "did": did, "wont": wont}, now)
        facts = {
            "initiative": which,
            "made_ms": promise.made_ms,
            "answered": sorted(set(done)),
            "refused": sorted(set(refused)),
        }
        await outbox.put(tx, community.id, "promise-kept", community.say_channel, now, facts)

    await app.write(work)


async def make(
    app: App, person: Person, which: int, level: Influence, fixed: str, decides: str, due_ms: int
) -> Promise:
    """Promise an answer again, once the last promise is kept; ``due_ms`` is UTC epoch ms.

    Raises:
        Refusal: not an organiser, ``decides-missing``, ``fixed-missing``, ``promise-past``, ``promise-none``
            where nothing was ever promised, ``promise-owed`` while people still wait.
    """
    fixed, decides, now = clean(fixed), clean(decides).removesuffix("."), app.clock.now_ms()
    check_words(decides, "decides-missing")
    check_words(fixed, "fixed-missing")
    if due_ms <= now:
        raise Refusal("promise-past")

    async def work(tx: AsyncConnection) -> Promise:
        community = await organised(tx, person)
        on = await open_initiative(tx, community.id, which)
        last = await initiatives.promise_of(tx, community.id, which)
        if last is None:
            raise Refusal("promise-none")
        if last.kept_ms is None:
            raise Refusal("promise-owed")
        made = Promise(which, level, fixed, decides, due_ms, max(now, last.made_ms + 1))
        await put_promise(tx, community.id, made)
        said = {"level": level, "fixed": fixed, "decides": decides, "due_ms": due_ms}
        await record_organiser(tx, person, "promise-made", on, said, now)
        facts = {"initiative": which, "made_ms": made.made_ms}
        await outbox.put(tx, community.id, "promise-made", community.say_channel, now, facts)
        return made

    return await app.write(work)


async def find(app: App, community: int, which: int, made_ms: int | None) -> Promise | None:
    """The promise of an initiative that was made at a moment (UTC epoch ms); None for the first there was."""
    async with app.database.reading() as tx:
        made = await initiatives.promises_of(tx, community, which)
    return next((one for one in made if made_ms in (None, one.made_ms)), None)
