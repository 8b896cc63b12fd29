"""Trials of drafts, and who has agreed to be asked for one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.trials import Trial
from bot.store.interactions import STANDING
from bot.store.schema import disclosure, helper, initiative, interaction, person, round_, trial


@dataclass(frozen=True)
class Helper:
    """Somebody who has agreed to be asked: since when, and when they last were, or 0 (UTC epoch ms)."""

    person: int
    ages: str
    since_ms: int
    asked_ms: int


async def helpers(tx: AsyncConnection, number: int, who: int = 0) -> list[Helper]:
    """Who has agreed to be asked in a community; only one person where they are named."""
    of_it = (person.c.community == helper.c.community) & (person.c.id == helper.c.person)
    columns = helper.c.person, person.c.ages, helper.c.since_ms, helper.c.asked_ms
    there = select(*columns).join_from(helper, person, of_it).where(helper.c.community == number)
    if who:
        there = there.where(helper.c.person == who)
    return [Helper(*row) for row in await tx.execute(there)]


async def organisers(tx: AsyncConnection, number: int, those: Collection[int]) -> set[int]:
    """Who of some people leads something, or has acted as an organiser as far as the record still knows."""
    acts = (
        select(disclosure.c.person)
        .join(
            interaction,
            (interaction.c.community == disclosure.c.community)
            & (interaction.c.number == disclosure.c.number),
        )
        .where(disclosure.c.community == number, disclosure.c.person.in_(those))
        .where(STANDING == "organiser")
        .distinct()
    )
    leads = select(initiative.c.lead, initiative.c.deputy).where(initiative.c.community == number)
    found = set((await tx.execute(acts)).scalars())
    return found | {who for row in await tx.execute(leads) for who in row}


async def agree(tx: AsyncConnection, number: int, who: int, now_ms: int) -> None:
    """Note that somebody agrees to be asked; whoever did before is left as they are."""
    if not await helpers(tx, number, who):
        await tx.execute(insert(helper).values(community=number, person=who, since_ms=now_ms, asked_ms=0))


async def forget(tx: AsyncConnection, number: int, who: int) -> None:
    """Drop that somebody agreed, and everything they were asked and said."""
    await tx.execute(delete(helper).where(helper.c.community == number, helper.c.person == who))
    mine = (trial.c.community == number) & (trial.c.person == who)
    await tx.execute(delete(trial).where(mine))


async def ask(tx: AsyncConnection, number: int, which: int, those: Collection[int], now_ms: int) -> None:
    """Note that these people are asked to try a draft."""
    rows = [vars(Trial(number, which, who, now_ms)) for who in those]
    await tx.execute(insert(trial), rows)
    mine = (helper.c.community == number) & helper.c.person.in_(those)
    await tx.execute(update(helper).where(mine).values(asked_ms=now_ms))


async def of_round(tx: AsyncConnection, number: int, which: int) -> list[Trial]:
    """The trials of a draft, in an order that tells nothing: people's numbers are random."""
    at = (trial.c.community == number) & (trial.c.round == which)
    return _read(await tx.execute(select(trial).where(at).order_by(trial.c.person)))


async def of_person(tx: AsyncConnection, number: int, who: int) -> list[Trial]:
    """Somebody's trials, the earliest first."""
    at = (trial.c.community == number) & (trial.c.person == who)
    return _read(await tx.execute(select(trial).where(at).order_by(trial.c.asked_ms, trial.c.round)))


def _read(rows: Any) -> list[Trial]:
    return [Trial(**row._mapping) for row in rows]


async def say(tx: AsyncConnection, said: Trial) -> None:
    """Keep what a tester says, in place of what they said before."""
    at = (trial.c.community == said.community) & (trial.c.round == said.round)
    words = {"at_ms": said.at_ms, "about": said.about, "understood": said.understood, "hard": said.hard}
    await tx.execute(update(trial).where(at, trial.c.person == said.person).values(**words))


async def drop(tx: AsyncConnection, number: int, which: int) -> int:
    """Drop a draft's trials with every word; how many people had said something."""
    tried = sum(1 for one in await of_round(tx, number, which) if one.at_ms)
    at = (trial.c.community == number) & (trial.c.round == which)
    await tx.execute(delete(trial).where(at))
    return tried


async def waiting(tx: AsyncConnection, number: int) -> int:
    """How many people of a community were asked, and have not answered yet."""
    of_it = (round_.c.community == trial.c.community) & (round_.c.id == trial.c.round)
    people = select(func.count(trial.c.person.distinct())).join_from(trial, round_, of_it)
    at = (trial.c.community == number) & (trial.c.at_ms == 0) & (round_.c.state == "draft")
    return int((await tx.execute(people.where(at))).scalar_one())
