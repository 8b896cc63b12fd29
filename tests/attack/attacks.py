"""Linking answers to people, as somebody would who has everything that the bot leaves behind.

They have a copy of the database and of its log from before the close, another from after it, the folder of
keys as it is then, and they know in which order people answered.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.services import people, sealed_answers, sealing
from bot.store import keys as key_files
from bot.store import schema, seals
from tests.builders import World, close_at_its_time, open_poll, resident

Value = tuple[int, ...]
VALUES: Sequence[Value] = ((0,), (1,), (0, 1), (0, 1, 2))
CAUGHT = 4.0
"""Standard deviations above chance from which on an attack has found something."""


@dataclass
class Seen:
    """What the attacker has of one round; ``truth`` is only for the score."""

    community: int
    round: int
    truth: list[Value]
    """What each person answered, in the order in which they did."""
    took_part: list[int]
    stayed_away: list[int]
    boxes: dict[bytes, bytes] = field(default_factory=dict)
    """By mark, from the copy from before the close."""
    arrived: list[bytes] = field(default_factory=list)
    """Marks, in the order in which the log or xmin says that they came."""
    written: list[Value] = field(default_factory=list)
    """Answers in the clear, in the order in which the file or ctid says that they were written."""
    listed: list[Value] = field(default_factory=list)
    """The same in the order of their ids."""
    files: dict[str, bytes] = field(default_factory=dict)
    """What is in the folder of keys after the close."""


Attack = Callable[[Seen], tuple[list[Any], list[Any], float]]
"""What is guessed, what is true, and how much of it chance would guess."""


async def played(world: World, count: int, chance: random.Random, number: int) -> Seen:
    """One round: answered, copied, closed, copied again."""
    crowd = [await resident(world, f"{number}-{one}") for one in range(2 * count)]
    known = [await people.find(world.app, one) for one in crowd]
    ids = [one.id for one in known if one is not None]
    asked = await open_poll(world, kind="approve", sealed=True)
    order = chance.sample(range(2 * count), count)
    truth = [chance.choice(VALUES) for _ in order]
    for one, value in zip(order, truth, strict=True):
        await sealed_answers.answer(world.app, crowd[one], asked.id, [str(place) for place in value])
    away = [ids[one] for one in range(2 * count) if one not in order]
    seen = Seen(asked.community, asked.id, truth, [ids[one] for one in order], away)
    await _copied_before(world, seen)
    await close_at_its_time(world, asked)
    await sealing.finish(world.app)
    await _copied_after(world, seen)
    return seen


async def _copied_before(world: World, seen: Seen) -> None:
    table = schema.sealed_answer
    postgresql = not world.app.settings.database.startswith("sqlite")
    async with world.app.database.reading() as tx:
        statement = select(table.c.mark, table.c.box).where(table.c.round == seen.round)
        if postgresql:
            statement = statement.order_by(text("xmin::text::bigint"))
        seen.boxes = {bytes(row.mark): bytes(row.box) for row in await tx.execute(statement)}
    raw = b"" if postgresql else _raw(world)
    seen.arrived = list(seen.boxes) if postgresql else sorted(seen.boxes, key=raw.find)


async def _copied_after(world: World, seen: Seen) -> None:
    table = schema.released_answer
    postgresql = not world.app.settings.database.startswith("sqlite")
    async with world.app.database.reading() as tx:
        statement = select(table.c.id, table.c.value).where(table.c.round == seen.round)
        if postgresql:
            statement = statement.order_by(text("ctid"))
        clear = {row.id: tuple(json.loads(row.value)) for row in await tx.execute(statement)}
    raw = b"" if postgresql else _raw(world)
    # SQLite fills a page from its end.
    physical = list(clear) if postgresql else sorted(clear, key=lambda one: -raw.rfind(one.to_bytes(8)))
    seen.written = [clear[one] for one in physical]
    seen.listed = [clear[one] for one in sorted(clear)]
    folder = world.app.keys_folder
    seen.files = {file.name: file.read_bytes() for file in folder.iterdir()}


def _raw(world: World) -> bytes:
    file = Path(world.app.settings.database.partition(":///")[2])
    log = file.with_name(f"{file.name}-wal")
    return file.read_bytes() + (log.read_bytes() if log.exists() else b"")


def _matching(seen: Seen, guess: list[Value]) -> tuple[list[Any], list[Any], float]:
    counts, many = Counter(seen.truth), len(seen.truth)
    return guess, seen.truth, sum((count / many) ** 2 for count in counts.values())


def by_place(seen: Seen) -> tuple[list[Any], list[Any], float]:
    """The first written is of the first who answered."""
    return _matching(seen, seen.written)


def by_id(seen: Seen) -> tuple[list[Any], list[Any], float]:
    """The lowest id is of the first who answered."""
    return _matching(seen, seen.listed)


def by_roll(seen: Seen) -> tuple[list[Any], list[Any], float]:
    """Who answered when has the mark that came then, and answers were written in the order of marks."""
    rank = {mark: place for place, mark in enumerate(sorted(seen.boxes))}
    return _matching(seen, [seen.written[rank[mark]] for mark in seen.arrived])


def by_length(seen: Seen) -> tuple[list[Any], list[Any], float]:
    """A longer box has a longer answer in it: the most frequent of those that fit."""
    common = Counter(seen.truth).most_common()
    extra = min(len(box) for box in seen.boxes.values()) - min(len(json.dumps(one)) for one in seen.truth)
    fitting: dict[int, Value] = defaultdict(lambda: common[0][0])
    if len({len(box) for box in seen.boxes.values()}) > 1:
        for value, _ in reversed(common):
            fitting[len(json.dumps(value)) + extra] = value
    return (
        [fitting[len(seen.boxes[mark])] for mark in seen.arrived],
        seen.truth,
        common[0][1] / len(seen.truth),
    )


def by_reading(seen: Seen) -> tuple[list[Any], list[Any], float]:
    """What can be read in a box as it is."""
    return _read(seen, seen.boxes)


def by_key(seen: Seen) -> tuple[list[Any], list[Any], float]:
    """With any file that is left in the folder of keys, taken as the key of the round."""
    opened: dict[bytes, bytes] = {}
    for key in seen.files.values():
        keys = seals.derive(key, seen.community, seen.round)
        for mark, box in seen.boxes.items():
            try:
                opened[mark] = seals.unpacked(keys, mark, box)
            except seals.SealBroken:
                break
    return _read(seen, opened)


def _read(seen: Seen, boxes: dict[bytes, bytes]) -> tuple[list[Any], list[Any], float]:
    [(common, most)] = Counter(seen.truth).most_common(1)
    guess = []
    for mark in seen.arrived:
        found = re.search(rb"\[[0-9, ]+\]", boxes.get(mark, b""))
        guess.append(tuple(json.loads(found[0])) if found else common)
    return guess, seen.truth, most / len(seen.truth)


def by_who(seen: Seen) -> tuple[list[Any], list[Any], float]:
    """Who has answered at all, by one who saw nobody do it: with any file that is left, taken as a key."""
    everybody = [*seen.took_part, *seen.stayed_away]
    found: set[int] = set()
    for key in seen.files.values():
        derived = seals.derive(key, seen.community, seen.round)
        for roll in (key, derived.roll):
            keys = seals.Keys(roll, b"", b"")
            found |= {who for who in everybody if seals.mark_of(keys, who) in seen.boxes}
    return [who in found for who in everybody], [who in seen.took_part for who in everybody], 0.5


ATTACKS: dict[str, Attack] = {
    "order in the file": by_place,
    "order of the ids": by_id,
    "order of the roll": by_roll,
    "length of the box": by_length,
    "plain in the box": by_reading,
    "keys that are left": by_key,
    "who took part": by_who,
}


@dataclass(frozen=True)
class Score:
    """How much more than chance an attack guessed right, and in how many standard deviations."""

    over: float
    sigmas: float


def scored(attack: Attack, rounds: Sequence[Seen]) -> Score:
    """Over many rounds."""
    right = wanted = spread = many = 0.0
    for seen in rounds:
        guess, truth, chance = attack(seen)
        right += sum(one == other for one, other in zip(guess, truth, strict=True))
        wanted += chance * len(truth)
        spread += chance * (1 - chance) * len(truth)  # of a shuffled list it is hardly more
        many += len(truth)
    return Score((right - wanted) / many, (right - wanted) / max(math.sqrt(spread), 1e-9))


def best(rounds: Sequence[Seen]) -> tuple[str, Score]:
    """The attack that found most."""
    scores = {name: scored(attack, rounds) for name, attack in ATTACKS.items()}
    name = max(scores, key=lambda one: scores[one].sigmas)
    return name, scores[name]


def _keep_roll(folder: Path, community: int, which: int) -> None:
    key = key_files.read(folder, community, which)
    assert key is not None
    (folder / f"{which}.roll").write_bytes(seals.derive(key, community, which).roll)
    _destroy(folder, community, which)


_destroy = key_files.destroy

WEAKER: dict[str, Sequence[tuple[Any, str, Any]]] = {
    "no padding": [(seals, "padded", lambda said, _: len(said).to_bytes(2) + said)],
    "no shuffle": [(sealing, "shuffle", lambda values: None)],
    "plain spool": [
        (sealed_answers, "shut", lambda keys, mark, said, room: seals.padded(said, room)),
        (sealing, "unpacked", lambda keys, mark, box: box[2 : 2 + int.from_bytes(box[:2])]),
    ],
    "key kept": [(key_files, "destroy", lambda *_: None)],
    "roll key kept": [(key_files, "destroy", _keep_roll)],
}
"""What a defence is when it is switched off, each alone: tests and ``make attack`` only."""


@contextmanager
def weakened(name: str) -> Iterator[None]:
    """One defence less; none for ''."""
    with pytest.MonkeyPatch.context() as patch:
        for module, function, instead in WEAKER.get(name, ()):
            patch.setattr(module, function, instead)
        yield
