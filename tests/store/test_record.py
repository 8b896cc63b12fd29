"""The record: nobody can rewrite it unnoticed, and the standalone verifier says so."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import verify
from bot.domain.rounds import DAY_MS
from bot.services import answers, communities, records, rounds
from bot.services.ports import App
from bot.store import interactions
from bot.store.interactions import Entry
from bot.store.schema import disclosure, interaction
from tests.builders import World, close_at_its_time, export, open_poll, residents, unshrunk

WORDS = (
    st.text(st.characters(codec="utf-8"), max_size=20) | st.integers() | st.lists(st.integers(), max_size=3)
)
ENTRIES: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.builds(
        dict,
        at_ms=st.integers(0, 2**45),
        act=st.sampled_from(["answered", "changed", "round-closed", "ä\u2028\ud83d"[:2]]),
        stage=st.sampled_from(["define", "decide"]),
        standing=st.sampled_from(["", "resident", "organiser"]),
        said=st.dictionaries(st.sampled_from("abc"), WORDS, max_size=2),
        initiative=st.integers(0, 9),
        round=st.integers(0, 2**50),
        person=st.integers(0, 9),
        secret=st.binary(max_size=32),
        public=st.booleans(),
    ),
    min_size=2,
    max_size=12,
)


async def recorded(app: App, entries: Sequence[dict[str, Any]]) -> list[str]:
    """The exported record of a new community with these entries."""
    community = await communities.community_of(app, "discord", secrets.token_hex(8))

    async def work(tx: AsyncConnection) -> None:
        half = len(entries) // 2
        for batch in (entries[:half], entries[half:]):
            if batch:
                await interactions.append(tx, [Entry(community.id, **entry) for entry in batch])

    await app.database.writer.run(work)
    return [line async for line in records.record_lines(app, community.id)]


def head_of(lines: Sequence[str]) -> str:
    return str(json.loads(lines[-1])["head"])


@unshrunk
@given(entries=ENTRIES)
async def test_every_chain_verifies_and_ends_at_its_head(app: App, entries: list[dict[str, Any]]) -> None:
    lines = await recorded(app, entries)
    verdict = verify.check(lines, head_of(lines))
    assert verdict == verify.Verdict(True, len(entries), head_of(lines), "", vouched=len(entries))


def swapped(lines: list[str], first: int, second: int) -> list[str]:
    mutated = list(lines)
    mutated[first], mutated[second] = mutated[second], mutated[first]
    return mutated


def with_new_head(lines: Sequence[str], step: int = 1) -> list[str]:
    """What a forger does who can count: rows renumbered, the chain and its head computed anew."""
    record, head = json.loads(lines[0])["record"], bytes(32)
    rows = [json.loads(line) for line in lines[1:] if line.startswith("[")]
    made = [lines[0]]
    for number, old in enumerate(rows, 1):
        row = [number * step, *old[1:8]]  # words that no longer match are withheld
        body = json.dumps(["folkmoot row 2", record, *row], separators=(",", ":"))
        head = hashlib.sha256(head + body.encode()).digest()
        made.append(json.dumps(row, separators=(",", ":")) + "\n")
    return [*made, json.dumps({"rows": len(rows), "head": head.hex()}, separators=(",", ":")) + "\n"]


PLACES = st.integers(1, 7)
DIGITS = st.integers(0, 63)


def forged_row(line: str, place: int, digit: int) -> str:
    """The row with one part of it said differently."""
    row = json.loads(line)
    if place == 1:
        row[place] = (date.fromisoformat(row[place]) + timedelta(days=digit + 1)).isoformat()
        row = row[:8]  # the moment in the words would give it away
    elif place <= 3:
        row[place] += digit + 1
    elif place <= 5:
        row[place] += "x"
    else:
        row[place] = row[place][:digit] + ("1" if row[place][digit] == "0" else "0") + row[place][digit + 1 :]
    return json.dumps(row, separators=(",", ":")) + "\n"


@st.composite
def mutations(draw: st.DrawFn, lines: list[str]) -> list[str]:
    """The record with one thing done to it that must not be done."""
    last = len(lines) - 1  # the head's line
    at = draw(st.integers(1, last - 1))
    what = draw(st.sampled_from(["change", "letter", "delete", "swap", "insert", "cut", "join", "drop head"]))
    mutated = list(lines)
    if what == "change":
        mutated[at] = forged_row(lines[at], draw(PLACES), draw(DIGITS))
    elif what == "letter":
        at = draw(st.integers(0, last))
        place = draw(st.integers(0, len(lines[at]) - 2))
        # Salts are random: what is drawn must not depend on them.
        letter = draw(st.characters(codec="utf-8"))
        letter = "~" if letter == lines[at][place] else letter
        mutated[at] = lines[at][:place] + letter + lines[at][place + 1 :]
    elif what == "delete":
        del mutated[at]
    elif what == "swap":
        return swapped(lines, at, at - 1 if at > 1 else at + 1)
    elif what == "insert":
        mutated.insert(
            draw(st.integers(0, last + 1)), draw(st.sampled_from([lines[at], "\n", "[]\n", lines[-1]]))
        )
    elif what == "cut":
        del mutated[at:]
    elif what == "join":
        mutated[at - 1 : at + 1] = [lines[at - 1].rstrip("\n") + lines[at]]
    else:
        del mutated[-1]
    return mutated


@unshrunk
@given(data=st.data(), entries=ENTRIES)
async def test_every_mutation_is_caught(app: App, data: st.DataObject, entries: list[dict[str, Any]]) -> None:
    lines = await recorded(app, entries)
    for _ in range(20):
        mutated = data.draw(mutations(lines))
        verdict = verify.check(mutated, head_of(lines))
        assert not verdict.ok, mutated
        assert str(verdict).startswith("BROKEN ")


@unshrunk
@given(data=st.data(), entries=ENTRIES)
async def test_a_rewritten_record_with_a_new_head_is_caught_by_the_published_one(
    app: App, data: st.DataObject, entries: list[dict[str, Any]]
) -> None:
    lines = await recorded(app, entries)
    for _ in range(10):
        at = data.draw(st.integers(1, len(lines) - 2))
        mutated = list(lines)
        match data.draw(st.sampled_from(["change", "delete", "insert", "cut"])):
            case "change":
                mutated[at] = forged_row(lines[at], data.draw(PLACES), data.draw(DIGITS))
            case "delete":
                del mutated[at]
            case "insert":
                mutated.insert(at, forged_row(lines[at], data.draw(PLACES), data.draw(DIGITS)))
            case _:
                mutated[at:] = [lines[-1]]
        mutated = with_new_head(mutated)
        alone, against = verify.check(mutated), verify.check(mutated, head_of(lines))
        assert alone.ok  # it agrees with itself, ...
        assert "compare this head with the one published" in str(alone)
        assert not against.ok  # ... but not with what was published


@unshrunk
@given(entries=ENTRIES, published=st.integers(1, 3))
async def test_an_earlier_published_head_vouches_for_the_rows_up_to_it(
    app: App, entries: list[dict[str, Any]], published: int
) -> None:
    lines = await recorded(app, entries)
    vouched = min(published, len(entries))
    earlier = head_of(with_new_head(lines[: vouched + 1]))
    verdict = verify.check(lines, earlier)
    assert (verdict.ok, verdict.vouched) == (True, vouched)
    if vouched < len(entries):
        assert f"that of row {vouched}" in str(verdict)
        assert "compare a later one" in str(verdict)
    assert not verify.check(with_new_head([lines[0], *lines[2:]]), earlier).ok


async def test_words_may_be_withheld_but_not_changed(app: App) -> None:
    entry = {"at_ms": 1, "act": "round-closed", "stage": "decide", "standing": "", "said": "7 for, 2 against"}
    lines = await recorded(app, [entry | {"public": True}, entry])
    shown = json.loads(lines[1])
    assert shown[9] == '{"at_ms":1,"said":"7 for, 2 against","standing":""}'
    withheld = [lines[0], json.dumps(shown[:8], separators=(",", ":")) + "\n", *lines[2:]]
    assert verify.check(withheld, head_of(lines)).ok
    for place, other in ((9, shown[9].replace("7", "8")), (9, shown[9] + " "), (8, "00" * 16)):
        changed = [*shown[:place], other, *shown[place + 1 :]]
        forged = [lines[0], json.dumps(changed, separators=(",", ":")) + "\n", *lines[2:]]
        assert verify.check(forged, head_of(lines)).problem == (
            "at row 1: the words are not those that were recorded"
        )


async def test_a_row_of_a_resident_tells_neither_standing_nor_moment(app: App) -> None:
    acts = {"stage": "decide", "said": {"value": [1]}, "initiative": 2, "round": 7, "secret": b"s" * 32}
    alike = []
    for at_ms, standing in ((DAY_MS, "councillor"), (2 * DAY_MS - 1, "resident")):
        entry = acts | {"at_ms": at_ms, "standing": standing, "act": "answered", "person": 7}
        row = json.loads((await recorded(app, [entry, entry]))[1])
        assert len(row) == 8
        alike.append(row[:7])
    assert alike[0] == alike[1] == [1, "1970-01-02", 2, 7, "decide", "answered", alike[0][6]]


async def test_who_somebody_was_in_the_process_stands_where_it_can_be_erased(app: App) -> None:
    entry = {"at_ms": 1, "act": "answered", "stage": "decide", "standing": "councillor", "said": 1}
    await recorded(app, [entry, entry | {"standing": "organiser", "public": True}])
    async with app.database.reading() as tx:
        for table, kept in ((disclosure, {"councillor", "organiser"}), (interaction, {""})):
            assert set((await tx.execute(select(table.c.standing))).scalars()) == kept


async def test_what_a_row_commits_to_can_be_shown_later(app: App) -> None:
    """Whoever has the salt can show what they said, and as who; nothing else fits."""
    entry = {"at_ms": DAY_MS, "act": "answered", "stage": "decide", "standing": "officer", "said": [1]}
    lines = await recorded(app, [entry, entry])
    async with app.database.reading() as tx:
        kept = (await tx.execute(select(disclosure).where(disclosure.c.number == 1))).first()
    assert kept is not None
    row, words = json.loads(lines[1]), '{"said":[1],"standing":"officer"}'
    for told, right in ((words, True), (words.replace("officer", "resident"), False), ("[1]", False)):
        shown = json.dumps([*row, kept.salt.hex(), told], separators=(",", ":"))
        assert verify.check([lines[0], shown, *lines[2:]], head_of(lines)).ok is right


async def test_words_of_people_are_not_in_the_record(app: App) -> None:
    entry = {"at_ms": 1, "act": "answered", "stage": "decide", "standing": "resident", "person": 7}
    lines = await recorded(app, [entry | {"said": "my secret words", "secret": b"s" * 32}])
    assert "secret" not in "".join(lines)


async def test_numbers_have_no_gaps_even_where_the_hashes_agree(app: App) -> None:
    entry = {"at_ms": 1, "act": "x", "stage": "decide", "standing": "", "said": 1}
    lines = await recorded(app, [entry, entry])
    assert verify.check(with_new_head(lines)).ok
    assert verify.check(with_new_head(lines, step=2)).problem == "at row 1: it says it is row 2"


async def test_no_row_fits_another_communitys_record(app: App) -> None:
    entry = {"at_ms": 1, "act": "x", "stage": "decide", "standing": "", "said": 1}
    ours, theirs = await recorded(app, [entry, entry]), await recorded(app, [entry, entry])
    assert not verify.check([theirs[0], *ours[1:]]).ok


async def test_the_record_of_a_whole_round_verifies(world: World) -> None:
    asked = await open_poll(world)
    for person in await residents(world, 12):
        await answers.answer(world.app, person, asked.id, ["1"])
    await close_at_its_time(world, asked)
    lines = await export(world)
    assert verify.check(lines, head_of(lines)).ok
    result = next(json.loads(line) for line in lines if "round-closed" in line)
    said = json.loads(result[9])["said"]
    assert (said["counts"], said["standings"]) == ([0, 12, 0], {"resident": 12})
    assert (await rounds.look(world.app, world.community.id, asked.id)).answers == 12


BAD_FILES = {
    "": "BROKEN at line 1: the file is empty",
    "[": "BROKEN at line 1: the line is not as Folkmoot writes it",
    '{"folkmoot_record":3,"record":"a"}\n': "BROKEN at line 1: this checks formats 1 and 2",
    '{"folkmoot_record":"\\u001b[2Kok: 9","record":"a"}\n': "BROKEN at line 1: this checks formats 1 and 2",
    '{"folkmoot_record":1,"record":"a"}\n': "BROKEN after row 0: the line with the head is missing",
    '{"folkmoot_record":1,"record":7}\n': "BROKEN at line 1: the record has no id",
    '{"minutes":[]}\n': "BROKEN at line 1: this is not a record of Folkmoot",
    "[" * 100_000: "BROKEN at line 1: the line is not as Folkmoot writes it",
    "é": "BROKEN at line 1: the line is not as Folkmoot writes it",
}


@pytest.mark.parametrize("content", BAD_FILES)
def test_bad_files_get_a_clear_verdict(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "export.jsonl"
    file.write_text(content, encoding="utf-8")
    assert verify.main([str(file)]) == 1
    assert capsys.readouterr().out.startswith(BAD_FILES[content])


def test_what_cannot_be_read_is_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main([str(tmp_path / "nothing.jsonl")]) == 2
    assert verify.main([str(tmp_path)]) == 2
    assert verify.main([str(tmp_path), "--head", "abc"]) == 2
    assert capsys.readouterr().err.count("unreadable") == 3


def test_the_verifier_runs_alone(tmp_path: Path) -> None:
    shutil.copy(verify.__file__, tmp_path / "verify.py")
    empty = ['{"folkmoot_record":1,"record":"ab"}\n', f'{{"rows":0,"head":"{"00" * 32}"}}\n']
    (tmp_path / "export.jsonl").write_text("\r\n".join(line.rstrip() for line in empty))
    # -I: neither our checkout nor anything installed can be imported.
    command = [sys.executable, "-I", "-S", "verify.py", "export.jsonl", "--head", "00" * 32]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ok: 0 rows")
    assert done.stdout.count("\n") == 1
