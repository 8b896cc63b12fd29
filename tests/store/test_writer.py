"""The writer: acknowledged means committed, and one bad piece of work fails alone."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, Table, Text, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from bot.domain.refusals import Refusal
from bot.store import direct, writer
from bot.store.database import Database, open_database
from bot.store.direct import Trip, Tx
from bot.store.writer import Work, quick


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "words.db"


@pytest.fixture
async def database(file: Path) -> AsyncIterator[Database]:
    opened = await open_database(f"sqlite+aiosqlite:///{file}")
    await opened.writer.run(_sql("CREATE TABLE said (word TEXT PRIMARY KEY) STRICT"))
    yield opened
    await opened.close()


def _sql(statement: str) -> Work[None]:
    async def work(tx: AsyncConnection) -> None:
        await tx.execute(text(statement))

    return work


def say(word: str, then: Exception | None = None) -> Work[str]:
    async def work(tx: AsyncConnection) -> str:
        await tx.execute(text("INSERT INTO said VALUES (:word)"), {"word": word})
        if then is not None:
            raise then
        return word

    return work


def words_in(file: Path) -> set[str]:
    """What another process would find in the file now."""
    other = sqlite3.connect(file)
    try:
        return {word for (word,) in other.execute("SELECT word FROM said")}
    finally:
        other.close()


async def test_what_is_acknowledged_is_already_committed(database: Database, file: Path) -> None:
    async def say_and_look(word: str) -> bool:
        await database.writer.run(say(word))
        return word in words_in(file)

    assert all(await asyncio.gather(*(say_and_look(f"word-{number}") for number in range(100))))


async def test_what_is_acknowledged_together_is_already_committed(database: Database, file: Path) -> None:
    async def many(tx: AsyncConnection, words: Sequence[str]) -> list[str]:
        for word in words:
            await say(word)(tx)
        return list(words)

    async def say_and_look(word: str) -> bool:
        return await database.writer.together(many, word) in words_in(file)

    assert all(await asyncio.gather(*(say_and_look(f"word-{number}") for number in range(50))))


async def test_work_that_waits_shares_one_transaction(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "SLICE_S", 600.0)  # however slow this machine is
    transactions: set[int] = set()

    async def note(tx: AsyncConnection) -> None:
        transactions.add(id(tx.get_transaction()))

    await asyncio.gather(*(database.writer.run(note) for _ in range(20)))
    assert len(transactions) == 1


async def test_many_pieces_let_a_vote_in_between_and_keep_their_order(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "SLICE_S", 0.0)
    done: list[str] = []
    begun = asyncio.Event()

    async def vote() -> None:
        await begun.wait()
        await database.writer.together(say_quickly, "vote")
        done.append("vote")

    async def piece(number: int) -> None:
        await database.writer.run(say(f"piece-{number}"))
        done.append(f"piece-{number}")
        begun.set()

    await asyncio.gather(vote(), *map(piece, range(100)))
    assert done.index("vote") <= 3
    done.remove("vote")
    assert done == [f"piece-{number}" for number in range(100)]
    assert len(words_in(file)) == 101


async def test_a_vote_waits_for_no_piece_of_its_own_transaction(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "SLICE_S", 0.0)
    pieces: list[object] = []
    votes: list[object] = []
    begun = asyncio.Event()

    async def piece(tx: AsyncConnection) -> None:
        pieces.append(tx.get_transaction())
        begun.set()

    async def count(tx: AsyncConnection, those: Sequence[int]) -> list[int]:
        votes.append(tx.get_transaction())
        return list(those)

    async def vote() -> None:
        await begun.wait()
        await database.writer.together(count, 1)

    await asyncio.gather(vote(), *(database.writer.run(piece) for _ in range(20)))
    assert (len(pieces), len(votes)) == (20, 1)
    assert votes[0] not in pieces


async def test_what_is_left_for_later_is_committed_before_the_end(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "SLICE_S", 0.0)
    told = [asyncio.create_task(database.writer.run(say(f"word-{number}"))) for number in range(20)]
    await asyncio.sleep(0)
    assert database.writer.waiting == 20
    await database.writer.stop()
    assert await asyncio.gather(*told) == [f"word-{number}" for number in range(20)]
    assert len(words_in(file)) == 20
    database.writer.start()


@pytest.mark.parametrize("slice_s", [0.0, 600.0])
async def test_a_bad_piece_fails_alone_wherever_a_transaction_ends(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch, slice_s: float
) -> None:
    monkeypatch.setattr(writer, "SLICE_S", slice_s)
    bad = {3: KeyError("bad"), 7: KeyError("bad"), 8: Refusal("no")}
    those = [database.writer.run(say(f"word-{number}", then=bad.get(number))) for number in range(12)]
    outcomes = await asyncio.gather(*those, return_exceptions=True)
    assert {place: one for place, one in enumerate(outcomes) if isinstance(one, Exception)} == bad
    assert words_in(file) == {f"word-{number}" for number in range(12) if number not in bad}


async def test_a_bad_piece_of_work_fails_alone(database: Database, file: Path) -> None:
    outcomes = await asyncio.gather(
        database.writer.run(say("first")),
        database.writer.run(say("bad", then=KeyError("bad"))),
        database.writer.run(say("first")),  # the key is taken
        database.writer.run(say("last")),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], KeyError)
    assert isinstance(outcomes[2], Refusal)
    assert outcomes[2].code == "cannot-save"
    assert (outcomes[0], outcomes[3]) == ("first", "last")
    assert words_in(file) == {"first", "last"}


async def test_a_refusal_takes_back_only_its_own(database: Database, file: Path) -> None:
    outcomes = await asyncio.gather(
        database.writer.run(say("first")),
        database.writer.run(say("refused", then=Refusal("no"))),
        database.writer.run(say("last")),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], Refusal)
    assert words_in(file) == {"first", "last"}


async def test_a_refusal_alone_keeps_nothing_either(database: Database, file: Path) -> None:
    with pytest.raises(Refusal, match="no"):
        await database.writer.run(say("refused", then=Refusal("no")))
    assert await database.writer.run(say("next")) == "next"
    assert words_in(file) == {"next"}


async def test_work_on_many_gets_everything_that_waits(database: Database) -> None:
    calls: list[list[int]] = []

    async def many(_: AsyncConnection, numbers: Sequence[int]) -> list[int | Refusal]:
        calls.append(list(numbers))
        return [Refusal("odd") if number % 2 else number * 10 for number in numbers]

    waiting = [database.writer.together(many, number) for number in range(30)]
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert calls == [list(range(30))]
    assert [one for one in outcomes if not isinstance(one, Refusal)] == [n * 10 for n in range(0, 30, 2)]
    assert {str(one) for one in outcomes[1::2]} == {"odd"}


async def test_a_batch_is_no_larger_than_set(tmp_path: Path) -> None:
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'small.db'}", batch=8)
    sizes: list[int] = []

    async def many(_: AsyncConnection, numbers: Sequence[int]) -> list[int]:
        sizes.append(len(numbers))
        return list(numbers)

    await asyncio.gather(*(database.writer.together(many, number) for number in range(20)))
    await database.close()
    assert sum(sizes) == 20
    assert max(sizes) == 8


async def test_a_bad_item_on_its_own_does_not_take_the_others_with_it(database: Database, file: Path) -> None:
    async def many(tx: AsyncConnection, words: Sequence[str]) -> list[str]:
        for word in words:
            await say(word, then=KeyError(word) if word == "bad" else None)(tx)
        return list(words)

    waiting = [database.writer.together(many, word) for word in ("a", "bad", "b")]
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(outcomes[1], KeyError)
    assert words_in(file) == {"a", "b"}


async def test_stopping_commits_what_was_handed_in(database: Database, file: Path) -> None:
    waiting = [asyncio.create_task(database.writer.run(say(f"word-{number}"))) for number in range(50)]
    await asyncio.sleep(0)
    await database.writer.stop()
    assert len(await asyncio.gather(*waiting)) == 50
    assert len(words_in(file)) == 50


async def test_a_writer_that_has_stopped_refuses_instead_of_hanging(database: Database) -> None:
    stopping = asyncio.create_task(database.writer.stop())
    await asyncio.sleep(0)
    for _ in range(2):
        with pytest.raises(Refusal, match="cannot-save"):
            await asyncio.wait_for(database.writer.run(say("late")), 1)
        await stopping


async def test_a_caller_who_has_left_does_not_stop_the_rest(database: Database, file: Path) -> None:
    leaving = asyncio.create_task(database.writer.run(say("left")))
    staying = asyncio.create_task(database.writer.run(say("stayed")))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == "stayed"
    assert words_in(file) == {"left", "stayed"}


async def test_a_locked_database_is_a_clear_refusal_and_logs_no_words(
    database: Database, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await database.writer.run(
        _sql("CREATE TRIGGER full BEFORE INSERT ON said BEGIN SELECT RAISE(ABORT, 'full'); END")
    )
    with pytest.raises(Refusal, match="cannot-save"):
        await database.writer.run(say("my secret words"))
    assert "secret" not in caplog.text
    assert words_in(file) == set()
    await database.writer.run(_sql("DROP TRIGGER full"))
    assert await database.writer.run(say("back")) == "back"


async def test_a_checkpoint_empties_the_log(database: Database, file: Path) -> None:
    await database.writer.run(say("gone"))
    log = file.with_name(file.name + "-wal")
    assert log.stat().st_size > 0
    assert await database.writer.checkpoint()
    assert log.stat().st_size == 0


async def test_a_checkpoint_that_a_reader_holds_up_says_so(database: Database) -> None:
    async with database._writing.connect() as connection:
        await connection.execute(text("PRAGMA busy_timeout=20"))
    await database.writer.run(say("before"))
    async with database.reading() as tx:
        await tx.execute(text("SELECT * FROM said"))
        await database.writer.run(say("after"))
        assert not await database.writer.checkpoint()
    assert await database.writer.checkpoint()


SAID = Table("said", MetaData(), Column("word", Text, primary_key=True))


def _say(_: Tx) -> UpdateBase:
    return insert(SAID)


@quick
async def say_quickly(tx: Tx, words: Sequence[str]) -> list[str | Refusal]:
    """Keeps words in one trip; some of them are trouble."""
    assert isinstance(tx, Trip)
    for word in words:
        await direct.write(tx, _say, [{"word": word}])
        if word == "bad":
            raise KeyError(word)
        if word == "slow":
            await asyncio.sleep(0)
    return [Refusal("no") if word == "refused" else word for word in words]


async def test_one_trip_is_acknowledged_once_it_is_committed(database: Database, file: Path) -> None:
    async def say_and_look(word: str) -> bool:
        return await database.writer.together(say_quickly, word) in words_in(file)

    assert all(await asyncio.gather(*(say_and_look(f"word-{number}") for number in range(50))))


@pytest.mark.parametrize(("word", "error"), [("bad", KeyError), ("slow", RuntimeError), ("a", Refusal)])
async def test_trouble_on_a_trip_keeps_nothing_of_it_and_fails_alone(
    database: Database, file: Path, word: str, error: type[Exception]
) -> None:
    words = ("a", word, "b")
    waiting = [database.writer.together(say_quickly, one) for one in words]
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(outcomes[1], error)  # "a" is there already
    assert words_in(file) == {"a", "b"}
    await database.writer.together(say_quickly, "next")
    await database.writer.run(say("last"))
    assert words_in(file) == {"a", "b", "next", "last"}


async def test_a_trip_waits_for_whoever_writes_in_another_process(database: Database, file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    saying = asyncio.create_task(database.writer.together(say_quickly, "after"))
    await asyncio.sleep(0.05)
    assert not saying.done()
    other.execute("COMMIT")
    other.close()
    assert await saying == "after"
    assert words_in(file) == {"after"}


async def test_quick_work_beside_other_work_shares_its_transaction(database: Database, file: Path) -> None:
    @quick
    async def count(tx: Tx, numbers: Sequence[int]) -> list[bool]:
        return [isinstance(tx, Trip) for _ in numbers]

    on_a_trip, word = await asyncio.gather(
        database.writer.together(count, 1), database.writer.run(say("beside"))
    )
    assert (on_a_trip, word) == (False, "beside")
    assert await database.writer.together(count, 2)
