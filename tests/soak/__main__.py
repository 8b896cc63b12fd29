"""``make soak``: the tests that count, at their full number.

FOLKMOOT_SOAK names some of the parts, FOLKMOOT_KILLS and FOLKMOOT_SEED override a number and the chance.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.builders import sqlite_url
from tests.postgres import binaries, server
from tests.soak import differing, kills, malformed, posts, races, rewriting, slots

SLOTS = 2_000
POSTS = 1_000
BAD = (
    *("lost", "doubled", "posts_doubled", "malformed_taken", "differing", "rewritten"),
    *("tests_failed", "bare_failed"),
)
"""What is counted and has to be none."""

Counts = dict[str, int]


def main() -> int:
    """Run every part, or those that are named; 1 where there was anything of what is ``BAD``."""
    seed = os.environ.get("FOLKMOOT_SEED") or secrets.token_hex(4)
    named = (os.environ.get("FOLKMOOT_SOAK") or ",".join(PARTS)).split(",")
    if binaries() is None:
        print("PostgreSQL is not installed here: install it, so that both engines are tried", file=sys.stderr)
        return 1
    total: Counter[str] = Counter()
    for name in named:
        print(f"== {name}", flush=True)
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="folkmoot-soak-") as folder:
            for key, count in PARTS[name](Path(folder), seed).items():
                total[key] += count
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    print(json.dumps(total))
    return int(any(total[key] for key in BAD))


def _kills(folder: Path, seed: str) -> Counts:
    found = kills.run(folder, int(os.environ.get("FOLKMOOT_KILLS") or kills.KILLS), seed)
    return {"kills": found.kills, "lost": found.lost, "doubled": found.doubled}


def _slots(folder: Path, seed: str) -> Counts:
    total: Counter[str] = Counter()
    for engine in ("sqlite", "postgresql"):
        place = folder / engine
        place.mkdir()
        found = slots.run(place, SLOTS, seed, engine)
        print(engine, found, flush=True)
        total.update(slots=found.slots, lost=found.lost, doubled=found.doubled, kills=found.kills)
    return total


def _posts(folder: Path, seed: str) -> Counts:
    found = posts.run(folder, POSTS, seed)
    print(found, flush=True)
    return {
        "posts": found.posts,
        "posts_doubled": found.doubled,
        "lost": found.lost,
        "requests": found.requests,
        "kills": found.kills,
    }


def _races(folder: Path, seed: str) -> Counts:
    total: Counter[str] = Counter()
    for url in _databases(folder):
        found = races.run(url, races.ANSWERS, seed)
        print(found, flush=True)
        total.update(raced=found.answers, doubled=found.doubled, lost=found.astray + found.stale)
    return total


def _malformed(folder: Path, seed: str) -> Counts:
    total: Counter[str] = Counter()
    for url in _databases(folder):
        found = malformed.run(url, malformed.PAYLOADS, seed)
        print(found, flush=True)
        total.update(malformed=found.payloads, malformed_taken=int(not found.ok))
    return total


def _differing(folder: Path, seed: str) -> Counts:
    found = differing.run(sqlite_url(folder), differing.SEQUENCES, seed)
    print(found, flush=True)
    return {"sequences": found.sequences, "differing": len(found.differing)}


def _rewriting(folder: Path, seed: str) -> Counts:
    records = asyncio.run(rewriting.written(folder))
    chance = random.Random(seed)  # noqa: S311 - to be repeated
    found = rewriting.run(records, rewriting.MUTATIONS, chance, folder)
    print(*found.missed[:3], *found.said[:3], found.mutations, sep="\n", flush=True)
    return {"mutations": found.mutations.total(), "rewritten": len(found.missed) + len(found.said)}


def _databases(folder: Path) -> Iterator[str]:
    """The address of an empty database on each engine."""
    yield sqlite_url(folder)
    with _postgres() as url:
        yield url


@contextmanager
def _postgres() -> Iterator[str]:
    programs = binaries()
    assert programs is not None
    with server(programs) as there:
        yield there.url(there.database())


def _tests(_: Path, __: str) -> Counts:
    """The tests themselves: all on both engines, with more examples, more kills and more years."""
    more = {"FOLKMOOT_ENGINES": "sqlite,postgresql", "FOLKMOOT_EXAMPLES": "5"} | os.environ
    command = [sys.executable, "-m", "pytest", "-q"]
    return {"tests_failed": int(subprocess.run(command, check=False, env=more).returncode != 0)}


def _bare(_: Path, __: str) -> Counts:
    """The whole check on a Debian that has nothing, and both commands of the README."""
    return {"bare_failed": int(subprocess.run([".ci/bare"], check=False).returncode != 0)}


PARTS: dict[str, Callable[[Path, str], Counts]] = {
    "kills": _kills,
    "slots": _slots,
    "posts": _posts,
    "races": _races,
    "malformed": _malformed,
    "differing": _differing,
    "rewriting": _rewriting,
    "tests": _tests,
    "bare": _bare,
}
"""What is soaked, by its name."""

if __name__ == "__main__":
    sys.exit(main())
