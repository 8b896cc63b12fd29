"""How many of what an ask has, counted anew from its rows: for what is kept as they change."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import ask_counts
from bot.store.schema import contribution, support, version


async def supporters(tx: AsyncConnection, number: int) -> Counter[int]:
    """How many people support each contribution of a community."""
    rows = await tx.execute(select(support.c.contribution).where(support.c.community == number))
    return Counter(rows.scalars())


async def check(tx: AsyncConnection, number: int, asked: int) -> None:
    """Fail where what is kept of an ask is not what its rows say."""
    here = select(contribution).where(contribution.c.community == number, contribution.c.round == asked)
    rows = [row._asdict() for row in await tx.execute(here.order_by(contribution.c.id))]
    backed = await supporters(tx, number)
    assert {row["id"]: row["supporters"] for row in rows} == {row["id"]: backed[row["id"]] for row in rows}
    newest: dict[int, tuple[int, Any, Any]] = {}
    for one in await tx.execute(select(version).where(version.c.community == number)):
        mine = (one.number, json.loads(one.said), json.loads(one.chosen))
        newest[one.contribution] = max(newest.get(one.contribution, (0, None, None)), mine)
    plain = Counter[tuple[str, str, str]]()
    last: dict[int, str] = {}
    new, present = set[int](), dict[int, int]()
    for row in rows:
        _, said, chosen = newest.get(row["id"], (0, None, ()))
        names = [row["state"]]
        if row["state"] == "received" and row["why"] == "" and not row["again"]:
            names.append("fresh")
        for name in names:
            plain["state", name, ""] += 1
            if said is not None:
                plain["spoken", name, ""] += 1
        if row["origin"] == "meeting":
            present[row["person"]] = row["present"]
        if row["state"] == "withdrawn":
            continue
        if row["origin"] not in ("merge", "split"):
            plain["brought", "", ""] += 1
        for name, values in (said or {}).items():
            plain["said", name, ""] += 1
            for value in values if name in chosen else ():
                plain["chose", name, value] += 1
        if row["origin"] in ("told", "chat"):
            last[row["person"]] = row["standing"]
            if row["newcomer"]:
                new.add(row["person"])
    plain.update(("standing", name, "") for name in last.values())
    plain["new", "", ""], plain["present", "", ""] = len(new), sum(present.values())
    assert +(await ask_counts.of_round(tx, number, asked)) == +plain
