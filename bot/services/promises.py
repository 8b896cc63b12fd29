"""Keeping promises: what people said, what was done about it, and what was not, and why."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import Fate
from bot.domain.initiatives import check_words
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.text import clean
from bot.services.initiatives import open_initiative, organised, record_organiser
from bot.services.moderating import tell_outcome
from bot.services.ports import App
from bot.store import initiatives, outbox, schedule


async def keep(
    app: App, person: Person, which: int, said: str, did: str, wont: str, answered: Sequence[int] = ()
) -> None:
    """Tell people: you said, we did, we won't, because. Once for an initiative.

    ``answered`` are the contributions to it that this answers: they are decided by it.

    Raises:
        Refusal: not an organiser, ``promise-none``, ``promise-kept``, ``said-missing``, ``did-missing``,
            ``contribution-unknown`` where one is not the initiative's, ``contribution-settled``.
    """
    said, did, wont, now = clean(said), clean(did), clean(wont), app.clock.now_ms()
    check_words(said, "said-missing")
    check_words(did, "did-missing")
    check_words(wont, "wont-missing")

    async def work(tx: AsyncConnection) -> None:
        community = await organised(tx, person)
        on = await open_initiative(tx, community.id, which)
        promise = await initiatives.promise_of(tx, community.id, which)
        if promise is None:
            raise Refusal("promise-none")
        if promise.kept_ms is not None:
            raise Refusal("promise-kept")
        await initiatives.keep_promise(tx, community.id, which, now, said, did, wont)
        await schedule.drop(tx, community.id, "promise", which)
        await schedule.drop(tx, community.id, "reminder", which)
        for number in sorted(set(answered)):
            told = await tell_outcome(app, tx, person, number, Fate.DECIDED, did)
            if told.initiative != which:
                raise Refusal("contribution-unknown")
        words = {"said": said, "did": did, "wont": wont}
        await record_organiser(app, tx, person, "promise-kept", on, words)
        facts = {"initiative": which, "answered": sorted(set(answered))}
        await outbox.put(tx, community.id, "promise-kept", community.say_channel, now, facts)

    await app.write(work)
