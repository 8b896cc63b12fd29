"""Words out of forms: read one after the other, then posted together, at most once; nothing says whose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.forms import FORM, REASONS
from bot.domain.initiatives import Initiative
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.domain.versions import check_seen, version_of
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
class ToRead:
    """Words that wait to be read, with their round and how its review stands."""

    round: Round
    comment: Comment
    words: Words


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


async def to_settle(app: App, person: Person, which: int, comment: int, seen: str | None = None) -> ToRead:
    """Words that wait to be read.

    Raises:
        Refusal: ``words-read`` where they wait no more.
        Unread: they are not those that were ``seen``.
    """
    async with app.database.reading() as tx:
        asked, _ = await _closed_form(tx, person, which)
        found = await _waiting(tx, person, which, comment, seen)
        return ToRead(asked, found, _words(await comments.counts(tx, person.community, which)))


async def _waiting(
    tx: AsyncConnection, person: Person, which: int, comment: int, seen: str | None
) -> Comment:
    found = await comments.find(tx, person.community, which, comment)
    if found is None or found.state != WAITING:
        raise Refusal("words-read")
    check_seen(seen, found.version)
    return found


async def settle(
    app: App, person: Person, which: int, comment: int, reason: str = "", seen: str | None = None
) -> None:
    """Let everybody read some words as they were seen, or decline them for a reason, which deletes them.

    The last one of a standing box posts all that may be shown.

    Raises:
        Refusal: not an organiser, ``words-read`` where somebody was faster, ``button-unknown``.
        Unread: they are other words than those that were seen.
    """
    if reason not in ("", *REASONS):
        raise Refusal("button-unknown")
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> None:
        asked, on = await _closed_form(tx, person, which)
        await _waiting(tx, person, which, comment, seen)
        await comments.settle(tx, person.community, which, comment, reason)
        act, said = ("words-declined", {"why": reason}) if reason else ("words-accepted", {})
        await record_organiser(tx, person, act, on, said, now, which)
        counts = _words(await comments.counts(tx, person.community, which))
        if asked.box and not counts.waiting:
            await _post(tx, asked, counts, now)

    await app.write(work)
    if reason:
        app.checkpoint_owed = True


@dataclass(frozen=True)
class ToPost:
    """What would be posted of a round's words, and their version."""

    round: Round
    comments: tuple[Comment, ...]
    version: str


async def to_post(app: App, person: Person, which: int) -> ToPost:
    """All words that may be shown, to be read before they are posted; raises Refusal as :func:`release`."""
    async with app.database.reading() as tx:
        asked, _, _ = await _all_read(tx, person, which)
        found = await comments.shown(tx, person.community, which)
        return ToPost(asked, tuple(found), _version_of(found))


def _version_of(those: Sequence[Comment]) -> str:
    return version_of(*(one.version for one in those))


async def _all_read(tx: AsyncConnection, person: Person, which: int) -> tuple[Round, Initiative, Words]:
    asked, on = await _closed_form(tx, person, which)
    counts = _words(await comments.counts(tx, person.community, which))
    if asked.released_ms:
        raise Refusal("words-released")
    if counts.waiting:
        raise Refusal("words-unread", count=counts.waiting)
    if not counts.there:
        raise Refusal("words-none")
    return asked, on, counts


async def release(app: App, person: Person, which: int, seen: str | None = None) -> int:
    """Post all words that may be shown, as they were seen, in the round's channel; how many there are.

    Raises:
        Refusal: not an organiser, ``results-later`` before the close, ``words-unread`` while some wait,
            ``words-none`` where nobody wrote anything, ``words-released`` for a second time.
        Unread: they are other words than those that were seen.
    """
    now = app.clock.now_ms()

    async def work(tx: AsyncConnection) -> int:
        asked, on, counts = await _all_read(tx, person, which)
        check_seen(seen, _version_of(await comments.shown(tx, person.community, which)))
        await _post(tx, asked, counts, now, person, on)
        return counts.shown

    return await app.write(work)


async def _post(
    tx: AsyncConnection, asked: Round, counts: Words, now: int, person: Person | None = None,
    on: Initiative | None = None,
) -> None:  # fmt: skip
    community = asked.community
    said = {"shown": counts.shown, "declined": counts.declined}
    await rounds.change(tx, community, asked.id, released_ms=now)
    if person is not None and on is not None:
        await record_organiser(tx, person, "words-released", on, said, now, asked.id)
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
