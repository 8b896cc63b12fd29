"""What words mean: people ask, unnamed; where enough have, organisers owe it, and everybody hears.

Until then, what was typed is not kept in words, only as a mark that counts: what is readable are words that
enough people have typed. From then on the marks of who asked are gone. Nothing of it is on the record, and
only the day is kept: the moment would say who it was, beside an answer of the same minute.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.meanings import Word, mark_of_asker, mark_of_word, read_meaning, read_word, same
from bot.domain.people import Person
from bot.domain.plain import Glossary
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS
from bot.domain.versions import check_seen
from bot.services import floods
from bot.services.initiatives import open_initiative, organised, record_organiser
from bot.services.ports import App
from bot.store import outbox, words

MOST = 10
"""So many words that nobody has explained one person can ask for in a day."""


@dataclass(frozen=True)
class Told:
    """What somebody hears who asked: the word, and its meaning; without one, whether it is owed by now."""

    word: str
    meaning: str = ""
    owed: bool = False


async def ask(app: App, person: Person, raw: str) -> Told:
    """Say what a word means; where nobody has explained it yet, count the one who asks, once.

    Raises:
        Refusal: ``word-missing``, ``words-too-long``, ``words-asked-many``.
    """
    said = read_word(raw)
    async with app.database.reading() as tx:
        there = await words.like(tx, person.community, said)
    if (known := _known(app, there, said)) is not None:
        return known
    now = app.clock.now_ms()
    if floods.lately(app.asked, person, now - DAY_MS) >= MOST:
        raise Refusal("words-asked-many", limit=MOST)
    floods.note(app.asked, person, now)  # with nothing awaited since the check, many at once are as many

    async def work(tx: AsyncConnection) -> Told:
        there = await words.like(tx, person.community, said)
        if (known := _known(app, there, said)) is not None:
            return known
        mark = mark_of_word(app.key, person.community, said)
        who, day_ms = mark_of_asker(app.key, mark, person.platform_id), now - now % DAY_MS
        count = await words.put_asking(tx, person.community, mark, who, day_ms)
        if count < app.settings.asks.words_wanted:
            return Told(said)
        await words.add(tx, person.community, said, count, "", day_ms)
        await words.forget_askings(tx, person.community, mark)
        return Told(said, owed=True)

    try:
        return await app.database.writer.run(work)
    except Refusal:
        floods.unsay(app.asked, person, now)
        raise


def _known(app: App, there: Word | None, said: str) -> Told | None:
    if there is not None and there.meaning:
        return Told(there.said, there.meaning)
    if plain := app.glossary.meanings.get(same(said)):
        return Told(said, plain)
    return None if there is None else Told(there.said, owed=True)


async def listing(app: App, person: Person) -> list[Word]:
    """A community's glossary, for organisers: what they owe first."""
    async with app.database.reading() as tx:
        return await words.every(tx, (await organised(tx, person)).id)


async def look(app: App, person: Person, which: int) -> Word:
    """One word of it; raises Refusal ``word-unknown``."""
    async with app.database.reading() as tx:
        return await _there(tx, (await organised(tx, person)).id, which)


async def _there(tx: AsyncConnection, community: int, which: int) -> Word:
    found = await words.find(tx, community, which)
    if found is None:
        raise Refusal("word-unknown")
    return found


async def explained(app: App, community: int) -> Glossary:
    """What a community has explained itself, as said; whatever else may be jargon, this is not."""
    async with app.database.reading() as tx:
        return Glossary({one.said: one.meaning for one in await words.every(tx, community) if one.meaning})


async def to_tell(app: App, community: int, which: int) -> Word | None:
    """What is to be told of a word; None where there is nothing any more."""
    async with app.database.reading() as tx:
        found = await words.find(tx, community, which)
    return found if found is not None and found.meaning else None


async def named(app: App, person: Person, raw: str) -> Word:
    """One word of it, as somebody types it; raises Refusal ``word-unknown``."""
    said = read_word(raw)
    async with app.database.reading() as tx:
        found = await words.like(tx, (await organised(tx, person)).id, said)
    if found is None:
        raise Refusal("word-unknown")
    return found


async def explain(app: App, person: Person, raw: str, meaning: str, seen: str | None = None) -> Word:
    """Say what a word means, perhaps anew: in the glossary, in the channel and on the record.

    ``seen`` is the version of what the word was said to mean that the organiser had before them.

    Raises:
        Refusal: not an organiser, ``word-missing``, ``meaning-missing``, ``words-too-long``,
            ``say-channel-missing``.
        Unread: somebody else has explained it since.
    """
    said, meaning, now = read_word(raw), read_meaning(meaning), app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Word:
        community = await organised(tx, person)
        if not community.say_channel:
            raise Refusal("say-channel-missing")
        there = await words.like(tx, community.id, said)
        if there is not None and (there.said, there.meaning) == (said, meaning):
            return there  # sent twice
        if there is not None and there.meaning:
            check_seen(seen, there.version)
        if there is None:
            there = await words.add(tx, community.id, said, 0, meaning, now)
            await words.forget_askings(tx, community.id, mark_of_word(app.key, community.id, said))
        else:
            await words.change(tx, community.id, there.id, said, meaning, now)
        await _record(tx, person, "word-explained", {"word": said, "meaning": meaning}, now)
        await outbox.put(tx, community.id, "meaning", community.say_channel, now, {"word": there.id})
        return Word(community.id, there.id, said, there.asked, meaning, now)

    return await app.write(work)


async def remove(app: App, person: Person, which: int, seen: str | None = None) -> Word:
    """Take a word out of the glossary as it was seen, also one that was owed; it can be asked for again.

    Raises:
        Refusal: not an organiser, ``word-unknown``.
        Unread: it has changed since.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> Word:
        community = await organised(tx, person)
        there = await _there(tx, community.id, which)
        check_seen(seen, there.version)
        await words.remove(tx, community.id, which)
        # One that nobody explained is in residents' words, perhaps somebody's name: not for the record.
        said = {"word": there.said} if there.meaning else {"asked": there.asked}
        await _record(tx, person, "word-removed", said, now)
        return there

    return await app.database.writer.run(work)


async def _record(tx: AsyncConnection, person: Person, act: str, said: object, now_ms: int) -> None:
    standing = await open_initiative(tx, person.community, 1)  # which never closes
    await record_organiser(tx, person, act, standing, said, now_ms)
