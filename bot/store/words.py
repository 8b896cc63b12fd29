"""A community's glossary, and who asked for what is not in it yet: marks that lead to nobody."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.meanings import Word, same
from bot.store.engines import upsert
from bot.store.schema import asking, word

ID_BITS = 53


def _word(row: Any) -> Word:
    columns = dict(row._mapping)
    del columns["same"]
    return Word(**columns)


async def every(tx: AsyncConnection, number: int) -> list[Word]:
    """A community's glossary: what is owed first, each in the order of the alphabet."""
    rows = await tx.execute(select(word).where(word.c.community == number))
    return sorted(map(_word, rows), key=lambda one: (bool(one.meaning), same(one.said), one.id))


async def owed(tx: AsyncConnection, number: int) -> list[Word]:
    """The words that organisers owe an explanation of, in the order of the alphabet."""
    return [one for one in await every(tx, number) if not one.meaning]


async def find(tx: AsyncConnection, number: int, which: int) -> Word | None:
    """One word by its number, which is drawn and never used again."""
    return await _find(tx, number, word.c.id == which)


async def like(tx: AsyncConnection, number: int, said: str) -> Word | None:
    """The word that is the same, however it is written."""
    return await _find(tx, number, word.c.same == same(said))


async def _find(tx: AsyncConnection, number: int, at: ColumnElement[bool]) -> Word | None:
    row = (await tx.execute(select(word).where(word.c.community == number, at))).one_or_none()
    return None if row is None else _word(row)


async def add(tx: AsyncConnection, number: int, said: str, asked: int, meaning: str, at_ms: int) -> Word:
    """Keep a new word."""
    made = Word(number, secrets.randbits(ID_BITS) + 1, said, asked, meaning, at_ms)
    await tx.execute(insert(word).values(same=same(said), **vars(made)))
    return made


async def change(tx: AsyncConnection, number: int, which: int, said: str, meaning: str, at_ms: int) -> None:
    """Explain a word, perhaps anew."""
    at = (word.c.community == number) & (word.c.id == which)
    await tx.execute(update(word).where(at).values(said=said, meaning=meaning, at_ms=at_ms))


async def remove(tx: AsyncConnection, number: int, which: int) -> None:
    """Take a word out of the glossary."""
    await tx.execute(delete(word).where(word.c.community == number, word.c.id == which))


async def put_asking(tx: AsyncConnection, number: int, mark: bytes, who: bytes, day_ms: int) -> int:
    """Note that somebody asked for a word, once and for all; how many have."""
    row = {"community": number, "word": mark, "who": who, "day_ms": day_ms}
    await tx.execute(upsert(tx, asking).values(row).on_conflict_do_nothing())
    counted = select(func.count()).where(asking.c.community == number, asking.c.word == mark)
    return int((await tx.execute(counted)).scalar_one())


async def askings(tx: AsyncConnection, number: int) -> list[tuple[bytes, bytes]]:
    """What is asked for and by whom, as marks: (word, asker)."""
    rows = await tx.execute(select(asking.c.word, asking.c.who).where(asking.c.community == number))
    return [(row.word, row.who) for row in rows]


async def communities_asked(tx: AsyncConnection) -> list[int]:
    """The communities in which anybody waits for a word."""
    return list((await tx.execute(select(asking.c.community).distinct())).scalars())


async def forget_askings(tx: AsyncConnection, number: int, mark: bytes, who: bytes | None = None) -> None:
    """Forget who asked for a word, or that one of them did."""
    at = (asking.c.community == number) & (asking.c.word == mark)
    await tx.execute(delete(asking).where(at if who is None else at & (asking.c.who == who)))


async def forget_before(tx: AsyncConnection, number: int, before_ms: int) -> None:
    """Forget who asked before a moment (UTC epoch ms)."""
    await tx.execute(delete(asking).where(asking.c.community == number, asking.c.day_ms < before_ms))


async def forget_owed(tx: AsyncConnection, number: int) -> None:
    """Forget every word that residents asked for and nobody has explained."""
    await tx.execute(delete(word).where(word.c.community == number, word.c.meaning == ""))
