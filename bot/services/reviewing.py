"""Words out of forms: read one after the other, then posted together, at most once; nothing says whose."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.forms import FORM, REASONS
from bot.domain.initiatives import Initiative
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.services.initiatives import organised, record_organiser
from bot.services.ports import App
from bot.store import comments, initiatives, interactions, outbox, rounds
from bot.store.comments import DECLINED, SHOWN, WAITING, Comment
from bot.store.interactions import Entry


@dataclass(frozen=True)
class Words:
    """Where the words of a round stand: how many wait, may be shown, and were declined, by reason."""

    waiting: int
    shown: int
    declined: dict[str, int]

    @property
    def there(self) -> bool:
        """Whether anybody wrote anything."""
        return bool(self.waiting or self.shown or self.declined)


@dataclass(frozen=True)
class Released:
    """Words that may be read by everybody, in the order of the form's fields."""

    round: Round
    comments: tuple[Comment, ...]
    declined: dict[str, int]


async def words_of(app: App, person: Person, which: int) -> Words:
    """How a round's review stands; raises Refusal for anybody but an organiser."""
    async with app.database.reading() as tx:
        await organised(tx, person)
        return _words(await comments.counts(tx, person.community, which))


async def next_waiting(app: App, person: Person, which: int) -> tuple[Round, Comment | None, Words]:
    """What is to be read next, None where all is; raises Refusal ``round-unknown``, ``results-later``."""
    async with app.database.reading() as tx:
        asked, _ = await _closed_form(tx, person, which)
        found = await comments.next_waiting(tx, person.community, which)
        return asked, found, _words(await comments.counts(tx, person.community, which))


async def to_settle(app: App, person: Person, which: int, comment: int) -> Comment:
    """Words that wait to be read; raises Refusal ``words-read`` where they no longer do."""
    async with app.database.reading() as tx:
        await _closed_form(tx, person, which)
        found = await comments.find(tx, person.community, which, comment)
    if found is None or found.state != WAITING:
        raise Refusal("words-read")
    return found


async def settle(app: App, person: Person, which: int, comment: int, reason: str = "") -> None:
    """Let everybody read some words, or decline them for a reason, which deletes them.

    The last one of a standing box posts all that may be shown.

    Raises:
        Refusal: not an organiser, ``words-read`` where somebody was faster, ``button-unknown``.
    """
    if reason not in ("", *REASONS):
        raise Refusal("button-unknown")

    async def work(tx: AsyncConnection) -> None:
        asked, on = await _closed_form(tx, person, which)
        if not await comments.settle(tx, person.community, which, comment, reason):
            raise Refusal("words-read")
        act, said = ("words-declined", {"why": reason}) if reason else ("words-accepted", {})
        await record_organiser(app, tx, person, act, on, said, which)
        counts = _words(await comments.counts(tx, person.community, which))
        if asked.box and not counts.waiting:
            await _post(app, tx, asked, counts)

    await app.write(work)
    if reason:
        app.checkpoint_owed = True


async def release(app: App, person: Person, which: int) -> int:
    """Post all words that may be shown in the round's channel; how many there are.

    Raises:
        Refusal: not an organiser, ``results-later`` before the close, ``words-unread`` while some wait,
            ``words-none`` where nobody wrote anything, ``words-released`` for a second time.
    """

    async def work(tx: AsyncConnection) -> int:
        asked, on = await _closed_form(tx, person, which)
        counts = _words(await comments.counts(tx, person.community, which))
        if asked.released_ms:
            raise Refusal("words-released")
        if counts.waiting:
            raise Refusal("words-unread", count=counts.waiting)
        if not counts.there:
            raise Refusal("words-none")
        await _post(app, tx, asked, counts, person, on)
        return counts.shown

    return await app.write(work)


async def _post(
    app: App, tx: AsyncConnection, asked: Round, counts: Words, person: Person | None = None,
    on: Initiative | None = None,
) -> None:  # fmt: skip
    now, community = app.clock.now_ms(), asked.community
    said = {"shown": counts.shown, "declined": counts.declined}
    await rounds.change(tx, community, asked.id, released_ms=now)
    if person is not None and on is not None:
        await record_organiser(app, tx, person, "words-released", on, said, asked.id)
    else:
        stage = asked.stage.value
        entry = Entry(
            community, now, "words-released", stage, "", said, asked.initiative, asked.id, public=True
        )
        await interactions.append(tx, [entry])
    facts = {"round": asked.id}
    await outbox.put(tx, community, "words", asked.channel, now, facts, once=f"words:{asked.id}")


async def released(app: App, community: int, which: int) -> Released | None:
    """What was posted of a round's words, None where nothing was."""
    async with app.database.reading() as tx:
        asked = await rounds.find(tx, community, which)
        if asked is None or not asked.released_ms:
            return None
        found = await comments.shown(tx, community, which)
        return Released(asked, tuple(found), _words(await comments.counts(tx, community, which)).declined)


def _words(counts: Counter[tuple[str, str]]) -> Words:
    declined = {reason: many for (state, reason), many in sorted(counts.items()) if state == DECLINED}
    return Words(counts[WAITING, ""], counts[SHOWN, ""], declined)


async def _closed_form(tx: AsyncConnection, person: Person, which: int) -> tuple[Round, Initiative]:
    """A form that has closed, and its initiative at the round's stage."""
    await organised(tx, person)
    asked = await rounds.find(tx, person.community, which)
    if asked is None or asked.kind != FORM:
        raise Refusal("round-unknown")
    if asked.state is not State.CLOSED:
        raise Refusal("results-never" if asked.state is State.CANCELLED else "results-later")
    on = await initiatives.find(tx, person.community, asked.initiative)
    assert on is not None
    return asked, replace(on, stage=asked.stage)
