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
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.domain.asks import AskField, FieldKind
from bot.domain.refusals import Refusal
from bot.services import people, presence, sealed_answers, sealing
from bot.services.sealed_answers import Receipt, SealedBallot
from bot.store import keys as key_files
from bot.store import people as stored
from bot.store import schema, seals
from bot.store.direct import Tx
from bot.store.people import Sight
from tests.builders import World, close_at_its_time, open_form, open_poll, resident

FORM = (
    AskField("was", FieldKind.ONE, "Was it so?", options=("a", "b", "c", "d")),
    AskField("else", FieldKind.LONG, "What else?"),
)
Value = tuple[int, ...]
VALUES: Sequence[Value] = ((0,), (1,), (0, 1), (0, 1, 2))
WORDS = ("No.", "Not every day.", "On Mondays it was, and then again in winter.", "Yes, " * 40)
"""What is written to a form beside each of its choices."""
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
    texts: list[Value] = field(default_factory=list)
    """Of a form, the choices beside which the texts were made, in the order in which these were written."""
    lengths: dict[Value, int] = field(default_factory=dict)
    """How long what is in a box would be without padding."""
    listed: list[Value] = field(default_factory=list)
    """The same in the order of their ids."""
    here: dict[int, int] = field(default_factory=dict)
    """When each person was here last, as far as that is kept (UTC epoch ms)."""
    beside: set[int] = field(default_factory=set)
    """People who were written, as xmin says, in one transaction with a mark."""
    files: dict[str, bytes] = field(default_factory=dict)
    """What is in the folder of keys after the close."""


Attack = Callable[[Seen], tuple[list[Any], list[Any], float]]
"""What is guessed, what is true, and how much of it chance would guess."""


async def played(world: World, count: int, chance: random.Random, number: int) -> Seen:
    """One round, every other one a form: answered, copied, closed, copied again."""
    is_form = number % 2 == 1
    crowd = [await resident(world, f"{number}-{one}") for one in range(2 * count)]
    known = [await people.find(world.app, one) for one in crowd]
    ids = [one.id for one in known if one is not None]
    world.clock.move(days=7)  # to a week in which nobody was here yet
    asked = await (open_form(world, FORM) if is_form else open_poll(world, kind="approve", sealed=True))
    order = chance.sample(range(2 * count), count)
    truth = [chance.choice([(place,) for place in range(4)] if is_form else VALUES) for _ in order]
    said = iter(zip(order, truth, strict=True))
    # Whoever stays away presses something else, in the same two hours.
    comes = chance.sample([one in order for one in range(2 * count)], 2 * count)
    others = iter([one for one in range(2 * count) if one not in order])
    for place, takes_part in enumerate(comes):
        if place == count:
            world.clock.move(hours=1)
            await presence.keep_hourly(world.app)
        if not takes_part:
            presence.note(world.app, crowd[next(others)])
            continue
        one, value = next(said)
        presence.note(world.app, crowd[one])
        raw = [str(place) for place in value]
        raw = ["was", *raw, "else", WORDS[value[0]]] if is_form else raw
        await sealed_answers.answer(world.app, crowd[one], asked.id, raw)
    world.clock.move(hours=1)
    await presence.keep_hourly(world.app)
    away = [ids[one] for one in range(2 * count) if one not in order]
    seen = Seen(asked.community, asked.id, truth, [ids[one] for one in order], away)
    inside = {one: (one[0], WORDS[one[0]].strip()) if is_form else one for one in truth}
    seen.lengths = {one: len(json.dumps(said)) for one, said in inside.items()}
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
        everyone = select(schema.person.c.id, schema.person.c.seen_ms)
        seen.here = dict((await tx.execute(everyone)).all())
        if postgresql:
            marks = select(text("xmin::text")).select_from(table).where(table.c.round == seen.round)
            written = set((await tx.execute(marks)).scalars())
            rows = await tx.execute(select(schema.person.c.id, text("xmin::text AS by")))
            seen.beside = {row.id for row in rows if row.by in written}
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
        written = select(schema.comment.c.id, schema.comment.c.words)
        written = written.where(schema.comment.c.round == seen.round)
        if postgresql:
            written = written.order_by(text("ctid"))
        texts = {row.id: row.words for row in await tx.execute(written)}
    raw = b"" if postgresql else _raw(world)
    # SQLite fills a page from its end.

    def physical(ids: Iterable[int]) -> list[int]:
        return list(ids) if postgresql else sorted(ids, key=lambda one: -raw.rfind(one.to_bytes(8)))

    made = {one.strip(): (place,) for place, one in enumerate(WORDS)}
    seen.texts = [made[texts[one]] for one in physical(texts)]
    if texts:
        clear = {one: value[1:] for one, value in clear.items()}
    seen.written = [clear[one] for one in physical(clear)]
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


def by_part(seen: Seen) -> tuple[list[Any], list[Any], float]:
    """Of a form, the first text that was written is of who made the first choice that was."""
    return (seen.texts, seen.written, _matching(seen, [])[2]) if seen.texts else ([], [], 0.0)


def by_length(seen: Seen) -> tuple[list[Any], list[Any], float]:
    """A longer box has a longer answer in it: the most frequent of those that fit."""
    common = Counter(seen.truth).most_common()
    extra = min(len(box) for box in seen.boxes.values()) - min(seen.lengths.values())
    fitting: dict[int, Value] = defaultdict(lambda: common[0][0])
    if len({len(box) for box in seen.boxes.values()}) > 1:
        for value, _ in reversed(common):
            fitting[seen.lengths[value] + extra] = value
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
        found = re.search(rb"\[[0-9, ]*[0-9]", boxes.get(mark, b""))
        guess.append(tuple(map(int, re.findall(rb"[0-9]+", found[0]))) if found else common)
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


def by_week(seen: Seen) -> tuple[list[Any], list[Any], float]:
    """Who has answered at all: who was here later than others, as far as it is kept."""
    everybody = [*seen.took_part, *seen.stayed_away]
    first = min(seen.here[who] for who in everybody)
    return [seen.here[who] > first for who in everybody], [who in seen.took_part for who in everybody], 0.5


def by_batch(seen: Seen) -> tuple[list[Any], list[Any], float]:
    """Who has answered at all: whose being here was written along with a mark."""
    everybody = [*seen.took_part, *seen.stayed_away]
    return [who in seen.beside for who in everybody], [who in seen.took_part for who in everybody], 0.5


ATTACKS: dict[str, Attack] = {
    "order in the file": by_place,
    "order of the ids": by_id,
    "order of the roll": by_roll,
    "parts of a form": by_part,
    "length of the box": by_length,
    "plain in the box": by_reading,
    "keys that are left": by_key,
    "who took part": by_who,
    "who was here": by_week,
    "written beside": by_batch,
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

_record = sealed_answers.record


async def seen_at_once(tx: Tx, ballots: Sequence[SealedBallot]) -> list[Receipt | Refusal]:
    """As answers with names did it once: when somebody was here is kept in their answer's transaction."""
    known = await stored.find_many(tx, [(one.community, one.platform_id) for one in ballots])
    for one in ballots:
        who = known[one.community, one.platform_id]
        await stored.seen(tx, [Sight(one.community, who.id, one.at_ms)])
    return await _record(tx, ballots)


WEAKER: dict[str, Sequence[tuple[Any, str, Any]]] = {
    "no padding": [(seals, "padded", lambda said, room: len(said).to_bytes(2) + said)],
    "no shuffle": [(sealing, "shuffle", lambda values: None)],
    "plain spool": [
        (sealed_answers, "shut", lambda keys, mark, said, room: seals.padded(said, room)),
        (sealing, "unpacked", lambda keys, mark, box: box[2 : 2 + int.from_bytes(box[:2])]),
    ],
    "key kept": [(key_files, "destroy", lambda *_: None)],
    "roll key kept": [(key_files, "destroy", _keep_roll)],
    "seen at once": [(sealed_answers, "record", seen_at_once)],
}
"""What a defence is when it is switched off, each alone: tests and ``make attack`` only."""


@contextmanager
def weakened(name: str) -> Iterator[None]:
    """One defence less; none for ''."""
    with pytest.MonkeyPatch.context() as patch:
        for module, function, instead in WEAKER.get(name, ()):
            patch.setattr(module, function, instead)
        yield
