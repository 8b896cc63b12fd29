"""Rounds without names: their keys, what erasure finds of them, and their close.

A close goes step by step, and each step can be taken again. (1) The round takes no more answers: its closing
time has come. (2) All boxes are opened in memory and shuffled. (3) What was in them is written without names,
in pieces. (4) One transaction counts them, keeps the result and marks the round closed. (5) The key is
destroyed, (6) the boxes are deleted, (7) the result is posted. Up to (4) a close that was interrupted begins
anew, after that it goes on: the row in ``sealing`` goes with the last step.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.forms import FORM, Parted, parted, tally_fields
from bot.domain.hiding import hidden_places, leaders_told
from bot.domain.kinds import KINDS, Value
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.domain.summary import Tally
from bot.services.ports import App
from bot.store import comments, interactions, outbox, rounds, sealed
from bot.store import keys as key_files
from bot.store.comments import Comment
from bot.store.interactions import Entry
from bot.store.seals import Keys, SealBroken, derive, mark_of, unpacked

log = logging.getLogger(__name__)

PIECE = 200
"""Rows in one transaction, so that a button waits no more than 50 ms for it."""
HOLD_MS = 60_000
"""How long a close belongs to a process of which nothing more is heard."""
ID_BITS = 62


class Interrupted(Exception):
    """Another process has taken a close over, or somebody was erased meanwhile: it begins anew."""


async def make_key(app: App, community: int, which: int) -> None:
    """Write the key of a round that is being opened, before that is committed; Refusal ``key-unsaved``."""
    try:
        await asyncio.to_thread(key_files.make, app.keys_folder, community, which)
    except OSError as error:
        log.error(
            "the key of round %d of community %d cannot be written: %s", which, community, error.strerror
        )
        raise Refusal("key-unsaved") from error


async def keys_of(app: App, community: int, which: int) -> Keys | None:
    """The keys of an open round, None where they are lost; raises OSError where it can't tell."""
    found = app.keys.get((community, which))
    if found is None:
        key = await asyncio.to_thread(key_files.read, app.keys_folder, community, which)
        if key is None:
            return None
        found = app.keys[community, which] = derive(key, community, which)
    return found


async def forget(app: App, tx: AsyncConnection, community: int, who: int) -> None:
    """Take back what somebody answered to open rounds without names; of closed ones nobody can find it."""
    for asked in await rounds.in_state(tx, community, State.OPEN):
        if asked.sealed:
            keys = await keys_of(app, community, asked.id)
            if keys is not None:
                await sealed.drop(tx, [(community, asked.id, mark_of(keys, who))])


async def answered(
    app: App, tx: AsyncConnection, community: int, who: int
) -> list[tuple[Round, bool | None, int]]:
    """The open rounds without names that somebody has answered, and how many wrong codes came since.

    None in place of True where the key is lost: then nobody can tell. Raises OSError where a key can't be
    read now.
    """
    found: list[tuple[Round, bool | None, int]] = []
    for asked in await rounds.in_state(tx, community, State.OPEN):
        if not asked.sealed:
            continue
        keys = await keys_of(app, community, asked.id)
        if keys is None:
            found.append((asked, None, 0))
            continue
        key = (community, asked.id, mark_of(keys, who))
        there = (await sealed.find_many(tx, [key])).get(key)
        if there is not None:
            found.append((asked, True, there.tries))
    return found


async def marked(app: App, tx: AsyncConnection, community: int, those: Sequence[int]) -> set[int]:
    """Which of some people have answered an open round without names: only its key can tell."""
    found = set[int]()
    for asked in await rounds.in_state(tx, community, State.OPEN):
        keys = await keys_of(app, community, asked.id) if asked.sealed and those else None
        for start in range(0, len(those) if keys else 0, PIECE):
            some = {mark_of(keys, who): who for who in those[start : start + PIECE]}  # type: ignore[arg-type]
            there = await sealed.find_many(tx, [(community, asked.id, mark) for mark in some])
            found |= {some[mark] for _, _, mark in there}
    return found


async def finish(app: App) -> None:
    """Go on with every close that has begun; one that fails is logged, and the next call tries it again."""
    async with app.database.reading() as tx:
        begun = await sealed.begun(tx)
        for community, which in list(app.keys):  # another process may have closed it
            asked = await rounds.find(tx, community, which)
            if asked is None or asked.state is not State.OPEN:
                app.keys.pop((community, which), None)
    for community, which in begun:
        try:
            await _Close(app, community, which, secrets.token_hex(8)).run()
        except Interrupted:
            log.info("the close of round %d of community %d begins anew", which, community)
        except Exception as error:  # what it says may hold people's words
            log.error(
                "the close of round %d of community %d failed: %s", which, community, type(error).__name__
            )


@dataclass
class _Close:
    """One process's try to close one round."""

    app: App
    community: int
    which: int
    holder: str

    async def run(self) -> None:
        if not await self.app.database.writer.run(self._take):
            return
        async with self.app.database.reading() as tx:
            asked = await rounds.find(tx, self.community, self.which)
        assert asked is not None
        if asked.state is State.OPEN:
            await self._unseal(asked)
        self.app.keys.pop((self.community, self.which), None)
        await asyncio.to_thread(key_files.destroy, self.app.keys_folder, self.community, self.which)
        await self._all_gone(sealed.drop_some)
        self.app.checkpoint_owed = True
        await self.app.write(self._end)

    async def _take(self, tx: AsyncConnection) -> bool:
        now = self.app.clock.now_ms()
        return await sealed.hold(tx, self.community, self.which, self.holder, now, now + HOLD_MS)

    async def _keep(self, tx: AsyncConnection) -> None:
        if not await self._take(tx):
            raise Interrupted

    async def _unseal(self, asked: Round) -> None:
        await self._all_gone(sealed.unrelease_some)
        await self._all_gone(comments.drop_some)
        async with self.app.database.reading() as tx:
            count = await sealed.count(tx, self.community, self.which)
        keys, values, outcome = await keys_of(self.app, self.community, self.which), list[Value](), ""
        if keys is None:
            outcome = "lost"
        elif count < self.app.settings.privacy.least_group:
            outcome = "few"
        else:
            try:
                values = await self._opened(keys)
            except SealBroken:
                outcome = "lost"
        if outcome == "lost":
            log.error("the answers of round %d of community %d are lost", self.which, self.community)
        # Of forty thousand choices it takes a tenth of a second: not on the loop that answers presses.
        clear = await asyncio.to_thread(in_the_clear, asked, values)
        await self._release(clear.choices)
        await self._release_words(clear.texts)
        # Of many options that are all but level it takes a while to find what may be shown.
        tally = await asyncio.to_thread(tally_of, self.app, asked, values, outcome)
        await self.app.write(lambda tx: self._stand(tx, asked, tally, clear, count))

    async def _opened(self, keys: Keys) -> list[Value]:
        """What is in all boxes; raises SealBroken."""
        values: list[Value] = []
        after = b""
        while True:
            async with self.app.database.reading() as tx:
                some = await sealed.of_round(tx, self.community, self.which, after, PIECE)
            if not some:
                return values
            after = some[-1].mark
            boxes = [(one.mark, one.box) for one in some]
            values += await asyncio.to_thread(_values, keys, boxes)

    async def _release(self, values: list[Value]) -> None:
        for start in range(0, len(values), PIECE):
            # Random, so that they tell no order; a double would only begin it anew.
            rows = [(secrets.randbits(ID_BITS) + 1, one) for one in values[start : start + PIECE]]

            async def write(tx: AsyncConnection, rows: list[tuple[int, Value]] = rows) -> None:
                await self._keep(tx)
                await sealed.release(tx, self.community, self.which, rows)

            await self.app.database.writer.run(write)

    async def _release_words(self, texts: list[tuple[int, str]]) -> None:
        for start in range(0, len(texts), PIECE):
            rows = nobodys(self.community, self.which, texts[start : start + PIECE])

            async def write(tx: AsyncConnection, rows: list[Comment] = rows) -> None:
                await self._keep(tx)
                await comments.put_many(tx, rows)

            await self.app.database.writer.run(write)

    async def _stand(
        self, tx: AsyncConnection, asked: Round, tally: Tally, parts: Parted, count: int
    ) -> None:
        """Keep the result and mark the round closed, if what stands in the clear is what was sealed."""
        await self._keep(tx)
        there = await sealed.count(tx, self.community, self.which)
        clear = await sealed.released_count(tx, self.community, self.which)
        whole = clear == len(parts.choices) and (
            await comments.count(tx, self.community, self.which) == len(parts.texts)
        )
        # Somebody may have been erased since it was counted.
        if there != count or not whole or (not tally.outcome and there != tally.answers):
            raise Interrupted
        now = self.app.clock.now_ms()
        await rounds.change(tx, self.community, self.which, state=State.CLOSED.value, closed_ms=now)
        await rounds.keep_result(tx, self.community, self.which, tally)
        said = {"options": tally.options, "counts": tally.counts, "answers": tally.answers,
                "hidden": tally.hidden, "leaders": tally.leaders, "outcome": tally.outcome}  # fmt: skip
        if tally.fields:
            said["fields"] = [one.groups for one in tally.fields]
        stage = asked.stage.value
        entry = Entry(
            self.community, now, "round-closed", stage, "", said, asked.initiative, asked.id, public=True
        )
        await interactions.append(tx, [entry])

    async def _all_gone(self, some: sealed.Remove) -> None:
        gone = PIECE
        while gone == PIECE:

            async def remove(tx: AsyncConnection) -> int:
                await self._keep(tx)
                return await some(tx, self.community, self.which, PIECE)

            gone = await self.app.database.writer.run(remove)

    async def _end(self, tx: AsyncConnection) -> None:
        """Only now is there something to post: nobody may hear of a result whose key is still there."""
        await self._keep(tx)
        await sealed.end(tx, self.community, self.which)
        asked = await rounds.find(tx, self.community, self.which)
        assert asked is not None
        if asked.state is not State.CLOSED:
            return
        head, now = await interactions.head_of(tx, self.community), self.app.clock.now_ms()
        facts = {"round": asked.id, "head": head.hash.hex(), "rows": head.number}
        await outbox.put(tx, self.community, "result", asked.channel, now, facts, once=f"result:{asked.id}")


def in_the_clear(asked: Round, values: list[Value]) -> Parted:
    """What is written of answers, shuffled: of a form every field for itself, so that nothing joins two."""
    clear = parted(values) if asked.kind == FORM else Parted(list(values), [])
    shuffle(clear.choices)
    shuffle(clear.texts)
    return clear


def nobodys(community: int, which: int, texts: Sequence[tuple[int, str]]) -> list[Comment]:
    """Words under random ids, which tell no order; a double would only begin it anew."""
    return [Comment(community, which, secrets.randbits(ID_BITS) + 1, place, words) for place, words in texts]


def shuffle(values: list[Any]) -> None:
    """Put answers into an order that nobody can tell."""
    secrets.SystemRandom().shuffle(values)


def _values(keys: Keys, boxes: list[tuple[bytes, bytes]]) -> list[Value]:
    return [tuple(json.loads(unpacked(keys, mark, box))) for mark, box in boxes]


def tally_of(app: App, asked: Round, values: list[Value], outcome: str) -> Tally:
    """What may be shown of answers without names: no standings, and no count of a small group."""
    least = app.settings.privacy.least_group
    if asked.kind == FORM:
        fields = () if outcome else tally_fields(asked.form, parted(values).choices, least)
        return Tally((), (), len(values), asked.quorum, {}, outcome=outcome, fields=fields)
    kind, places = KINDS[asked.kind], len(asked.options)
    counts = kind.summarise(values, places)
    one_each = kind.offer(asked.options).most == 1
    hidden = () if outcome else hidden_places(counts, len(values), least, one_each=one_each)
    shown = tuple(0 if place in hidden else count for place, count in enumerate(counts))
    ahead = leaders_told(counts, len(values), hidden, least, one_each=one_each) if hidden else ()
    tally = Tally(asked.options, shown, len(values), asked.quorum, {}, hidden=hidden, outcome=outcome)
    return replace(tally, ahead=ahead)
