"""What the exported record says of a question without names: its opening, and what its result shows."""

from __future__ import annotations

from typing import Any

from bot.domain.rounds import Round
from tests.builders import World, export, row_of

ACTS = {"round-opened", "round-closed-early", "round-closed"}


async def said_of(world: World, asked: Round) -> list[tuple[str, Any]]:
    """Each act about the question, with what is disclosed of it."""
    rows = [row_of(line) for line in (await export(world))[1:-1]]
    return [(row["act"], row.get("words", {}).get("said")) for row in rows if row["round"] == asked.id]


async def otherwise(world: World, asked: Round, shown: tuple[Any, ...]) -> list[str]:
    """Where the record has more than the file of the result, which shows an outcome, people, and groups."""
    found = await said_of(world, asked)
    [said] = [said for act, said in found if act == "round-closed"]
    if said["outcome"]:
        told: tuple[Any, ...] = ()
    elif "fields" in said:
        [groups] = said["fields"]
        told = tuple((tuple(places), people) for places, people in groups)
    else:
        counts = enumerate(said["counts"])
        told = tuple(((place,), count) for place, count in counts if place not in said["hidden"])
    wrong = [f"the record has {act}" for act, _ in found if act not in ACTS]
    if (said["outcome"], said["answers"], told) != shown or said.get("standings"):
        wrong.append("the record says something else")
    return wrong
