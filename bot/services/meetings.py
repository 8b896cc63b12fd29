"""What was said at a meeting or on a walk: contributions of nobody's, marked as such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import Contribution, Fate, Origin
from bot.domain.people import Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.text import clean
from bot.services import people
from bot.services.initiatives import organised
from bot.services.moderating import due_ms, on_record
from bot.services.ports import App
from bot.services.rounds import ask_of, open_ask
from bot.store import contributions, steps
from bot.store.numbers import strangers

PLACE_LENGTH, MOST_PRESENT, MOST_NOTES = 100, 10_000, 50


async def record(
    app: App, person: Person, which: int, place: str, present: int, notes: Sequence[str]
) -> list[Contribution]:
    """Take what was said at a meeting or on a walk into an ask: every note is a contribution of nobody's.

    ``place`` says what meeting it was, ``present`` how many were there. Who takes notes has read them, so
    they are accepted.

    Raises:
        Refusal: not an organiser, ``round-...``, ``button-unknown`` where it is no ask, ``place-missing``,
            ``present-unreadable``, ``words-missing``, ``words-too-long``, ``notes-many``.
    """
    place, now = " ".join(clean(place).split()), app.clock.now_ms()
    if not place:
        raise Refusal("place-missing")
    if len(place) > PLACE_LENGTH:
        raise Refusal("words-too-long", length=len(place), limit=PLACE_LENGTH)
    if not 1 <= present <= MOST_PRESENT:
        raise Refusal("present-unreadable", most=MOST_PRESENT)
    nobody = strangers(1)[0]

    async def work(tx: AsyncConnection) -> list[Contribution]:
        await organised(tx, person)
        who = await people.ensure(tx, person, now)
        asked = await open_ask(tx, person.community, which, "button-unknown", now)
        box = ask_of(app, asked).box
        words = list(dict.fromkeys(read for note in notes if (read := box.read([note]))))
        if not words:
            raise Refusal("words-missing")
        if len(words) > MOST_NOTES:
            raise Refusal("notes-many", count=len(words), limit=MOST_NOTES)
        new = Contribution(
            person.community, 0, which, asked.initiative, nobody, Standing.RESIDENT, Fate.ACCEPTED,
            first_ms=now, at_ms=now, settled_ms=now, judge=who.id, origin=Origin.MEETING,
            due_ms=due_ms(app, asked, now), place=place, present=present,
        )  # fmt: skip
        made = [await contributions.add(tx, replace(new, said={box.name: one})) for one in words]
        said = {"contributions": [one.id for one in made], "present": present}
        for one in made:
            await steps.add(tx, one.community, one.id, now, "accepted")
        await on_record(tx, who, asked, now, "meeting-recorded", said)
        return made

    return await app.write(work)
