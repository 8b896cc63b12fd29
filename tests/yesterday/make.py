"""Writes what the code beside it leaves behind, for the code of later days to open: run it at a release.

    python -m tests.yesterday.make tests/yesterday/<revision>

What it makes: ``folkmoot.sql.xz``, a lived-in database whose outbox waits with every card; ``facts.json``,
the time, the keys of its questions without names, and what then became of each of these posts;
``messages.json.xz``, what it had posted, as Discord has it; ``presses.jsonl``, what can be pressed or filled
in on all that it posted and showed, a line each; ``record.jsonl`` and ``head``, an exported record and its
published number; ``config.tar.xz``.

It needs the real client, a server in memory (``journeys/server.py``), and no network.
"""

from __future__ import annotations

import asyncio
import json
import lzma
import re
import shutil
import sqlite3
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.services import records
from cogs.ui.posts import Posts
from tests.builders import HandClock, sqlite_url, wording
from tests.contracts.test_authority import ORGANISER, RESIDENT, SET_UP
from tests.gateway import MODERATORS, SAY, Payload
from tests.journeys.server import OFFICERS
from tests.yesterday.past import CONTACT, Past, past
from tests.yesterday.server import Press, Town, do

A_FORM, TICKS = 9, 22
STEPS = 4
"""How many presses deep we look for what can be pressed."""
UNKNOWN = str(wording().say("en", "refusal-button-unknown"))


# --- what can be pressed


def pressables(data: Any) -> Iterator[Payload]:
    """Everything in a message, a card or a form that can be pressed, chosen in or filled in."""
    if isinstance(data, list):
        for one in data:
            yield from pressables(one)
    elif isinstance(data, dict):
        if isinstance(data.get("custom_id"), str) and "type" in data:
            yield data
        for value in data.values():
            yield from pressables(value)


def presses_of(reply: Payload, kind: int, who: str, *, direct: bool = False) -> Iterator[Press]:
    """How everything is pressed that a reply, or a message, shows."""
    if kind == A_FORM:
        verb = reply["custom_id"].split(":")[1]
        known = {**RESIDENT, **ORGANISER, **SET_UP}.get(verb)
        boxes = {
            one["custom_id"]: _filled(one, known.form if known else {})
            for one in pressables(reply["components"])
        }
        yield Press(who, reply["custom_id"], None, boxes, direct)
        return
    for one in pressables(reply):
        match one["type"]:
            case 2:
                yield Press(who, one["custom_id"], None, None, direct)
            case 3:
                options = [option["value"] for option in one["options"]]
                for value in dict.fromkeys((options[0], options[-1])):
                    yield Press(who, one["custom_id"], [value], None, direct)
            case 6:
                yield Press(who, one["custom_id"], [str(OFFICERS)], None, direct)
            case 8:
                yield Press(who, one["custom_id"], [str(SAY)], None, direct)
            case 5 | 7:
                yield Press(who, one["custom_id"], [str(CONTACT)], None, direct)


def _filled(box: Payload, known: Mapping[str, Any]) -> Any:
    """What to fill into a box of a form."""
    if options := box.get("options"):
        return [options[0]["value"]] if box["type"] == TICKS else options[0]["value"]
    return known.get(box["custom_id"], box.get("value") or "Words of then")


def shape(press: Press) -> tuple[Any, ...]:
    """What presses have in common that need not be followed twice."""
    parts = press.id.split(":")
    rest = re.sub(r"[0-9]+", "#", ":".join(parts[3:]))
    return press.who, parts[0], parts[1], parts[2], rest, press.fields is not None


def fewer(presses: Sequence[Press]) -> list[Press]:
    """Two at most that differ only in what they are about."""
    counts: Counter[object] = Counter()
    found = []
    for one in presses:
        _, _, verb, _, rest, form = shape(one)
        alike = one.direct or one.who, verb, rest, form
        counts[alike] += 1
        if counts[alike] <= 2:
            found.append(one)
    return found


async def begin(there: Past, folder: Path) -> Town:
    """The same past, once more."""
    shutil.copy(folder / "kept.db", there.file)
    shutil.rmtree(folder / "town-keys", ignore_errors=True)
    shutil.copytree(folder / "kept-keys", folder / "town-keys")
    server = Town(sqlite_url(folder / "town"), HandClock(there.clock.now), wording())
    server.messages = json.loads(json.dumps(there.server.messages))
    await server.start()
    return server


async def delivered(there: Past, folder: Path) -> dict[str, str]:
    """What becomes of the posts that wait, by the number of each."""
    server = await begin(there, folder)
    await server.settle()
    async with server.app.database.reading() as tx:
        rows = await tx.execute(text("SELECT id, card, state, trouble FROM outbox WHERE once LIKE 'again:%'"))
        found = {str(row.id): f"{row.card} {row.state} {row.trouble}".strip() for row in rows}
    await server.stop()
    shutil.copy(folder / "kept.db", there.file)
    return found


async def walk(there: Past, folder: Path) -> list[Press]:
    """Everything that can be pressed, by pressing it, each time in the same past."""
    messages = there.server.messages
    begun: list[tuple[Press, ...]] = []
    for message in messages.values():
        direct = message["channel_id"] not in (str(SAY), str(MODERATORS))
        for who in [message["channel_id"]] if direct else ["organiser", "resident", "newcomer"]:
            begun += [(one,) for one in presses_of(message, 4, who, direct=direct)]
    found: dict[tuple[Any, ...], Press] = {}
    seen: set[tuple[Any, ...]] = set()
    while begun:
        path = begun.pop(0)
        if shape(path[-1]) in seen:
            continue
        seen.add(shape(path[-1]))
        server = await begin(there, folder)
        for press in path:
            reply = await do(server, press)
        said = reply.text.split("\n")[0][:80]
        if reply.text.strip() != UNKNOWN:
            found[shape(path[-1])] = replace(path[-1], said=said)
            if len(path) < STEPS:
                begun += [
                    (*path, one)
                    for one in presses_of(reply.data, reply.kind, path[-1].who, direct=path[-1].direct)
                ]
        await server.stop()
        if len(seen) % 100 == 0:
            print(len(seen), len(begun), len(found), flush=True)
    await (await begin(there, folder)).stop()
    shutil.copy(folder / "kept.db", there.file)
    return list(found.values())


# --- writing it down


async def make(out: Path, folder: Path) -> None:
    """Write all of it."""
    there = await past(folder)
    server, app = there.server, there.server.app
    lines = [line async for line in records.record_lines(app, 1)]
    missing = set(Posts(app, wording())._builders) - {card for card, _ in there.posts}
    print("cards that nothing posted:", sorted(missing))
    await server.stop()
    shutil.copytree(folder / "town-keys", folder / "kept-keys")
    shutil.copy(there.file, folder / "kept.db")
    presses = await walk(there, folder)
    again(there)
    shutil.copy(there.file, folder / "kept.db")
    posted = await delivered(there, folder)
    print(posted)
    print(len(presses), "presses")
    await asyncio.to_thread(write, out, folder, there, lines, posted, presses)


def write(
    out: Path,
    folder: Path,
    there: Past,
    lines: Sequence[str],
    posted: Mapping[str, str],
    presses: Sequence[Press],
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "record.jsonl").write_text("".join(lines), encoding="utf-8")
    (out / "head").write_text(json.loads(lines[-1])["head"] + "\n", encoding="utf-8")
    with closing(sqlite3.connect(there.file)) as database:
        pack(out / "folkmoot.sql.xz", "\n".join(database.iterdump()) + "\n")
    pack(out / "messages.json.xz", json.dumps(there.server.messages, ensure_ascii=False, indent=0))
    keys = {one.name: one.read_bytes().hex() for one in sorted((folder / "town-keys").iterdir())}
    facts = {"now_ms": there.clock.now_ms(), "posted": posted, "keys": keys}
    (out / "facts.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    known = [{name: value for name, value in asdict(one).items() if value} for one in fewer(presses)]
    said = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in known)
    (out / "presses.jsonl").write_text(said, encoding="utf-8")
    with tarfile.open(out / "config.tar.xz", "w:xz") as archive:
        archive.add("config", "config", filter=nobody)


def again(there: Past) -> None:
    """Let one post of each card wait once more, as it was written before it was first sent."""
    with closing(sqlite3.connect(there.file)) as database:
        first = database.execute("SELECT max(id) + 1 FROM outbox WHERE community = 1").fetchone()[0]
        for which, row in enumerate(there.posts.values(), first):
            new = row | {"id": which, "once": f"again:{which}", "next_ms": there.clock.now_ms()}
            marks = ", ".join("?" * len(new))
            database.execute(f"INSERT INTO outbox ({', '.join(new)}) VALUES ({marks})", list(new.values()))  # noqa: S608
        database.commit()


def nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """A file of nobody's, and of no time: the same files make the same archive."""
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    return entry


def pack(place: Path, text: str) -> None:
    place.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(make(Path(sys.argv[1]), Path(folder)))


if __name__ == "__main__":
    main()
