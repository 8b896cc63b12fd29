"""The one writer: whatever is waiting goes into one transaction, and only after its commit do callers wake.

A commit to disk costs milliseconds, whoever shares it. Batches grow with the load by themselves: while
one is being committed, the next gathers. But a transaction that has gone on for a while takes no more work
that is done piece by piece: what is left comes with the next, and behind the answers that came meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import metrics
from bot.domain.refusals import Refusal
from bot.store.direct import Tx, at_once

T = TypeVar("T")
Item = TypeVar("Item")
Work = Callable[[AsyncConnection], Awaitable[T]]
WorkOnMany = Callable[[AsyncConnection, Sequence[Item]], Awaitable[Sequence[T | Refusal]]]
Quick = TypeVar("Quick", bound=Callable[[Tx, Sequence[Any]], Awaitable[Sequence[Any]]])

log = logging.getLogger(__name__)

SQLITE_TROUBLES = (
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "SQLITE_READONLY",
    "SQLITE_CANTOPEN",
)
POSTGRESQL_TROUBLES = (
    "08",  # the connection
    "25006",  # the server only reads, a standby for instance
    "28",  # it does not let us in
    "3D",  # the database is gone
    "53",  # no space, no memory, too many connections
    "55P03",  # a lock that somebody else holds for long
    "57",  # it is stopping or starting
    "58",  # its disk
    "XX",  # something in it is broken
)
"""How the codes (SQLSTATE) begin that are not the fault of what was to be written."""


def quick(work: Quick) -> Quick:
    """Mark work on many that needs only the direct statements: SQLite can do all of it in one trip."""
    _quick.add(work)
    return work


_quick: set[object] = set()

SLICE_S = 0.01
"""After so many seconds a transaction begins no other piece of work: somebody waits to vote."""
_LATER = object()
"""In place of the result of a piece of work that was not begun."""


_commits: ContextVar[list[bool] | None] = ContextVar("commits", default=None)


def _noted(result: T) -> T:
    commits = _commits.get()
    if commits is not None:
        commits.append(True)
    return result


@dataclass(eq=False)
class _Job:
    done: asyncio.Future[Any]
    work: Work[Any] | None = None
    together: WorkOnMany[Any, Any] | None = None
    item: Any = None


class Writer:
    """Takes work, groups it, commits it. Starts and stops with its database."""

    def __init__(self, engine: AsyncEngine, batch: int) -> None:
        self._engine = engine
        self._batch = batch
        self._jobs: asyncio.Queue[_Job | None] = asyncio.Queue()
        self._left: list[_Job] = []
        self._task: asyncio.Task[None] | None = None
        self._open = False

    def start(self) -> None:
        """Begin to take work."""
        self._open = True
        self._task = asyncio.create_task(self._serve(), name="writer")

    async def stop(self) -> None:
        """Commit what was handed in, then end; work that comes later is refused."""
        self._open = False
        if self._task is not None:
            self._jobs.put_nowait(None)
            await self._task
            self._task = None

    async def run(self, work: Work[T]) -> T:
        """Do ``work`` in a transaction; returns its value once it is committed.

        If it raises, nothing of it is kept and the error comes back here. Raises Refusal
        ``cannot-save`` where the disk or the database fails.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._hand_in(_Job(done, work=work))
        return _noted(await done)

    async def together(self, work: WorkOnMany[Item, T], item: Item) -> T:
        """Do one item of set-based ``work``, in one go with every other item waiting for the same function.

        ``work`` gets the items in their order and gives for each a value, or the Refusal that is raised here.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._hand_in(_Job(done, together=work, item=item))
        return _noted(await done)

    @staticmethod
    def watched() -> list[bool]:
        """A list that grows with everything that is committed for this task from now on.

        So whoever answers a press can tell a failure before the commit from one after it.
        """
        commits: list[bool] = []
        _commits.set(commits)
        return commits

    @property
    def waiting(self) -> int:
        """How much work waits for the transaction after this one."""
        return self._jobs.qsize() + len(self._left)

    def _hand_in(self, job: _Job) -> None:
        if not self._open:  # nobody would ever take it
            raise Refusal("cannot-save")
        self._jobs.put_nowait(job)

    async def checkpoint(self) -> bool:
        """Fold SQLite's log into its file and empty it, so that what was deleted is in neither.

        False where somebody who still reads an older state held it up: it is owed, then. PostgreSQL has
        nothing to fold: its server vacuums, and its log ages out, in their own time.
        """
        if self._engine.dialect.name != "sqlite":
            return True

        async def nothing(_: AsyncConnection) -> None:
            return None

        await self.run(nothing)  # whatever was handed in before is committed first
        async with self._engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            [(busy, *_)] = await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        return not busy

    async def _serve(self) -> None:
        ending = False
        while not ending or self._left:
            jobs = [] if self._left else [await self._jobs.get()]
            while len(jobs) < self._batch and not self._jobs.empty():
                jobs.append(self._jobs.get_nowait())
            ending = ending or None in jobs
            fresh, left = [job for job in jobs if job is not None], self._left
            self._left = []
            if left:  # what is done set by set is quick, and waits for no piece of what is not
                await self._commit_whole([job for job in fresh if job.work is None])
                fresh = left + [job for job in fresh if job.work is not None]
            await self._commit_whole(fresh)

    async def _commit_whole(self, batch: list[_Job]) -> None:
        try:
            if batch:
                await self._commit(batch)
        except Exception as error:  # a writer that ends would leave everybody waiting
            log.exception("a batch failed as a whole")
            _fail(batch, error)
            self._left = []

    async def _commit(self, batch: list[_Job]) -> None:
        began_s, results = time.perf_counter(), [_LATER] * len(batch)  # as far as it comes
        try:
            await self._write(batch, results)
        except Exception as error:
            if len(batch) == 1 or _is_trouble(error):
                _fail(batch, error)
                return
            for job in _begun(batch, results):  # let one bad piece of work fail alone
                await self._commit([job])
                batch.remove(job)
            self._left += batch
            return
        metrics.WRITE_SECONDS.observe(time.perf_counter() - began_s)
        metrics.WRITE_JOBS.observe(sum(outcome is not _LATER for outcome in results))
        for job, outcome in zip(batch, results, strict=True):
            if outcome is _LATER:
                self._left.append(job)
            elif isinstance(outcome, Refusal):
                _fail([job], outcome)
            elif not job.done.done():
                job.done.set_result(outcome)

    async def _write(self, batch: list[_Job], results: list[Any]) -> None:
        if self._engine.dialect.name == "sqlite" and all(job.together in _quick for job in batch):
            async with self._engine.connect() as connection:
                return await at_once(connection, lambda trip: _together(trip, batch, results))
        async with self._engine.begin() as connection:
            await _do(connection, batch, results)


async def _do(connection: AsyncConnection, batch: list[_Job], results: list[Any]) -> None:
    """Do a batch; results are put in their places, and pieces that are not begun any more have none."""
    began_s = time.perf_counter()
    if len(batch) == 1 and batch[0].work is not None:  # what it refuses takes the transaction with it
        results[0] = await batch[0].work(connection)
        return
    await _together(connection, batch, results)
    begun = False
    for place, job in enumerate(batch):
        if job.work is None:
            continue
        if begun and time.perf_counter() - began_s > SLICE_S:
            break
        results[place], begun = await _alone(connection, job.work), True


def _begun(batch: list[_Job], results: list[Any]) -> list[_Job]:
    """What was done of a batch that failed, and what was being done: the first piece without a result."""
    those = [
        job for job, outcome in zip(batch, results, strict=True) if job.work is None or outcome is not _LATER
    ]
    return those + [job for job in batch if job not in those][:1]


async def _together(tx: Tx, batch: list[_Job], results: list[Any]) -> None:
    """Do whatever is done set by set, and put the results in their places."""
    groups: dict[Any, list[int]] = {}
    for place, job in enumerate(batch):
        if job.together is not None:
            groups.setdefault(job.together, []).append(place)
    for work, places in groups.items():
        outcomes = await work(tx, [batch[place].item for place in places])
        for place, outcome in zip(places, outcomes, strict=True):
            results[place] = outcome


async def _alone(connection: AsyncConnection, work: Work[Any]) -> Any:
    """One piece of work; a refusal takes back what it did and is handed on, the rest of the batch stands."""
    await connection.execute(text("SAVEPOINT job"))
    try:
        outcome = await work(connection)
    except Refusal as refusal:
        await connection.execute(text("ROLLBACK TO job"))
        outcome = refusal
    await connection.execute(text("RELEASE job"))
    return outcome


def _fail(batch: Sequence[_Job], error: Exception) -> None:
    if isinstance(error, DBAPIError | OSError):
        # The statement, its parameters and a driver's message may hold people's words: only a name is logged.
        cause = getattr(error, "orig", error)
        what = _code(error) or type(cause).__name__
        log.error("the database refused %d writes: %s", len(batch), what)
        metrics.WRITES_REFUSED.inc(len(batch))
    for job in batch:
        if not job.done.done():
            job.done.set_exception(_refusal(error) if isinstance(error, DBAPIError | OSError) else error)


def _refusal(error: Exception) -> Refusal:
    refusal = Refusal("cannot-save")
    refusal.__cause__ = error
    return refusal


def _is_trouble(error: Exception) -> bool:
    """Whether it is the disk's, the lock's or the server's fault: then each job alone would fail as well."""
    if isinstance(error, OSError) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return True
    return _code(error).startswith((*SQLITE_TROUBLES, *POSTGRESQL_TROUBLES))


def _code(error: Exception) -> str:
    """What the database calls an error, '' where it has no name for it."""
    cause = getattr(error, "orig", None)
    return getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
