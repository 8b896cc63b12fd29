"""Answering without names: what is kept leads to nobody who has not the round's key.

No row of the record, no time and no sign that somebody was here: a mark, a mark of their code, and a box.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.forms import FORM, room_of
from bot.domain.kinds import Value
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Over, Round
from bot.services import floods, sealing
from bot.services.answers import Ballot, ballot_of, chosen, welcome
from bot.services.ports import App
from bot.store import people, rounds, sealed
from bot.store.direct import Tx
from bot.store.sealed import Key, Sealed
from bot.store.seals import POLL_ROOM, Keys, code_of, mark_of, same, shut
from bot.store.writer import quick

WORDS = 4
MOST_TRIES = 5
"""Wrong codes that one person can try in one round."""


@dataclass(frozen=True, repr=False)
class SealedBallot(Ballot):
    """One answer on its way in: ``code`` is what somebody typed, '' at first; ``new`` is theirs then."""

    keys: Keys
    code: str
    new: str


@dataclass(frozen=True, repr=False)
class Receipt:
    """A committed answer: its round, and the code for a first one ('' else), which is kept nowhere."""

    round: Round
    code: str


async def answer(app: App, person: Person, which: int, raw: Sequence[str]) -> Receipt:
    """Record a first answer, and give the code with which alone it can be changed; after the commit.

    Raises:
        NoticeFirst: the privacy notice of today has not been seen yet.
        Refusal: as for any answer; ``sealed-answered`` for a second one; ``key-lost``.
    """
    if not raw:
        raise Refusal("choice-unknown")
    return await _send(app, person, which, raw, "")


async def change(app: App, person: Person, which: int, raw: Sequence[str], code: str) -> Receipt:
    """Put another answer in place of somebody's own; raises Refusal ``code-...`` as well."""
    if not raw:
        raise Refusal("choice-unknown")
    return await _send(app, person, which, raw, plain(code))


async def withdraw(app: App, person: Person, which: int, code: str) -> Receipt:
    """Take somebody's own answer back; raises Refusal ``code-...`` as well."""
    return await _send(app, person, which, (), plain(code))


def plain(code: str) -> str:
    """A code as it was shown, however it was typed; raises Refusal ``code-unreadable``."""
    words = code.replace(",", " ").replace("-", " ").casefold().split()
    if len(words) != WORDS or len(code) > 100:
        raise Refusal("code-unreadable")
    return " ".join(words)


async def _send(app: App, person: Person, which: int, raw: Sequence[str], code: str) -> Receipt:
    # What is in memory is of a round without names that was open; whether it still is, the batch finds out.
    now = app.clock.now_ms()
    keys = app.keys.get((person.community, which)) or await _keys(app, person.community, which, now)
    new = " ".join(secrets.choice(app.code_words) for _ in range(WORDS))
    plainly = await ballot_of(app, person, which, raw, now)
    with floods.noted(app, person) as act:
        ballot = SealedBallot(**(vars(plainly) | {"spent": act.refusal}), keys=keys, code=code, new=new)
        # Counted in no metric: on a quiet day it would tell how many have answered.
        receipt = await app.database.writer.together(record, ballot)
        act.counts = int(not receipt.code)  # a first answer leaves nothing, not even here
    return receipt


async def _keys(app: App, community: int, which: int, now_ms: int) -> Keys:
    async with app.database.reading() as tx:
        asked = await rounds.find(tx, community, which)
    if asked is None:
        raise Refusal("round-unknown")
    if not asked.sealed:
        raise Refusal("button-unknown")
    if asked.state != "open" or asked.closes_ms <= now_ms:
        raise Over("round-cancelled" if asked.state == "cancelled" else "round-closed", which)
    try:
        keys = await sealing.keys_of(app, asked.community, asked.id)
    except OSError as error:
        raise Refusal("cannot-save") from error
    if keys is None:
        raise Refusal("key-lost")
    return keys


@quick
async def record(tx: Tx, ballots: Sequence[SealedBallot]) -> list[Receipt | Refusal]:
    """Record many ballots in one transaction, in their order: for each its receipt, or why not."""
    asked = await rounds.to_answer(tx, [(one.community, one.round) for one in ballots])
    known = await people.find_many(tx, [(one.community, one.platform_id) for one in ballots])
    marks = {
        (one.community, one.round, one.platform_id): mark_of(
            one.keys, known[one.community, one.platform_id].id
        )
        for one in ballots
        if (one.community, one.platform_id) in known
    }
    closing = await sealed.closing(tx, asked)
    there = await sealed.find_many(tx, [(number, which, mark) for (number, which, _), mark in marks.items()])
    changed: dict[Key, Sealed | None] = {}
    outcomes: list[Receipt | Refusal] = []
    for one in ballots:
        try:
            on, _, value = welcome(
                one,
                asked.get((one.community, one.round)),
                known.get((one.community, one.platform_id)),
                chosen,
            )
            # Its boxes may have been read, and clocks differ: what came now would be lost without a word.
            if (one.community, one.round) in closing:
                raise Over("round-closed", one.round)
            key = (one.community, one.round, marks[one.community, one.round, one.platform_id])
            before = changed[key] if key in changed else there.get(key)
            code = _checked(one, key, before, changed)
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        changed[key] = Sealed(*key, code, _box(one.keys, key[2], on, value)) if value else None
        outcomes.append(Receipt(on, one.new if before is None else ""))
    await sealed.put_many(tx, [after for after in changed.values() if after is not None])
    await sealed.drop(tx, [key for key, after in changed.items() if after is None])
    return outcomes


def _box(keys: Keys, mark: bytes, on: Round, value: Value) -> bytes:
    """What was said, sealed; all boxes of a round are as long as the longest answer to it."""
    room = room_of(on.form) if on.kind == FORM else POLL_ROOM
    return shut(keys, mark, json.dumps(value, ensure_ascii=False).encode(), room)


def _checked(one: SealedBallot, key: Key, before: Sealed | None, changed: dict[Key, Sealed | None]) -> bytes:
    """The mark of the code that opens an answer from now on; a wrong one is counted, and refused."""
    if before is None:
        if one.code:
            raise Refusal("nothing-to-withdraw" if not one.raw else "sealed-none")
        return code_of(one.keys, key[2], one.new)
    if not one.code:
        raise Refusal("sealed-answered")
    if one.spent is not None:
        raise one.spent
    if before.tries >= MOST_TRIES:
        raise Refusal("code-locked")
    if not same(before.code, code_of(one.keys, key[2], one.code)):
        changed[key] = replace(before, tries=before.tries + 1)
        left = MOST_TRIES - before.tries - 1
        raise Refusal("code-wrong", left=left) if left else Refusal("code-locked")
    return before.code
