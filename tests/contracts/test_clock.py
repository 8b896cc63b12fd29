"""No decision reads the clock twice: between two readings a moment passes, and a close or a day may be over.

What happens at one moment is handed it, as ``now``. The first test walks the code; the second does weeks of
work with a clock that goes on at every reading, so that what was overlooked there shows itself here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from bot import wiring
from bot.services import drafts
from tests.builders import HandClock, draft_poll, open_app, place_empty_database
from tests.lived_in import lived_in
from tests.recorder import Unreachable

ROOT = Path(__file__).parent.parent.parent
READING = "now_ms"
SEVERAL = {
    "posting": "each try is a moment, and after it comes the platform's answer",
    "painting": "so is each card that is painted",
    "sealing._Close": "a close goes step by step, each in a transaction of its own",
    "retention._Night.pieces": "so does what is forgotten in a night",
    "communities.removed": "a server that we never saw is first met, then gone",
    "communities.only": "so is each of several",
    "printing.forms": "receipts are made, then the question is looked at",
}
"""What happens at several moments, by module, class or function, and why."""
ASIDE = {"floods"}
"""Modules that decide something of their own beside: whether somebody presses too often."""
OF_DOORS = {
    "drafts.Drafts.set_when": "a draft is changed, then shown as it is",
    "posts.Posts.__init__": "it lists what makes each card, and makes none",
}

Key = tuple[str, str]
Node = ast.FunctionDef | ast.AsyncFunctionDef


def functions_of(folder: str) -> dict[Key, Node]:
    """The functions and methods of a folder's modules, by module and name."""
    found: dict[Key, Node] = {}
    for file in sorted((ROOT / folder).rglob("*.py")):
        for one in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(one, Node):
                found[file.stem, one.name] = one
            elif isinstance(one, ast.ClassDef):
                methods = (inner for inner in one.body if isinstance(inner, Node))
                found |= {(file.stem, f"{one.name}.{inner.name}"): inner for inner in methods}
    return found


def imported(folder: str) -> dict[str, dict[str, Key]]:
    """What each module of a folder calls others of it, and their functions: (module, function or '')."""
    package, names = folder.replace("/", "."), dict[str, dict[str, Key]]()
    for file in sorted((ROOT / folder).rglob("*.py")):
        here = names.setdefault(file.stem, {})
        for one in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(one, ast.ImportFrom) and one.module and one.module.startswith(package):
                module = one.module.removeprefix(package).removeprefix(".").rpartition(".")[2]
                for name in one.names:
                    key = (module, name.name) if module else (name.name, "")
                    here[name.asname or name.name] = key
    return names


def read_twice(folder: str) -> dict[str, list[str]]:
    """The functions that read the clock at more than one place, themselves or in what they call: where."""
    functions, names = functions_of(folder), imported(folder)

    def called(key: Key) -> Iterator[Key]:
        for one in ast.walk(functions[key]):
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load):
                yield names[key[0]].get(one.id, (key[0], one.id))
            elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
                if one.value.id == "self":
                    yield key[0], f"{key[1].split('.')[0]}.{one.attr}"
                else:
                    module, _ = names[key[0]].get(one.value.id, ("", ""))
                    yield module, one.attr

    def readings(key: Key, above: tuple[Key, ...] = ()) -> frozenset[str]:
        if key in above or key[0] in ASIDE:
            return frozenset()
        calls = (one for one in ast.walk(functions[key]) if isinstance(one, ast.Call))
        own = {
            f"{key[0]}:{one.lineno}:{one.col_offset}"
            for one in calls
            if isinstance(one.func, ast.Attribute) and one.func.attr == READING
        }
        below = [below_of(one, (*above, key)) for one in called(key) if one in functions]
        return frozenset(own).union(*below)

    below_of = cache(readings)
    return {".".join(key): sorted(found) for key in functions if len(found := readings(key)) > 1}


def is_of(name: str, excused: str) -> bool:
    return name == excused or name.startswith(f"{excused}.")


@pytest.mark.parametrize(("folder", "several"), [("bot/services", SEVERAL), ("cogs", OF_DOORS)])
def test_nothing_reads_the_clock_twice_for_one_decision(folder: str, several: dict[str, str]) -> None:
    found = read_twice(folder)
    twice = {name: where for name, where in found.items() if not any(is_of(name, one) for one in several)}
    assert twice == {}, "read it once, and hand it on"
    idle = [one for one in several if not any(is_of(name, one) for name in found)]
    assert idle == [], "they read it once by now"


class Ticking(HandClock):
    """A clock that goes on by a millisecond whenever somebody looks at it."""

    def now_ms(self) -> int:
        self.now += timedelta(milliseconds=1)
        return super().now_ms()


async def test_everything_works_while_the_clock_goes_on(tmp_path: Path) -> None:
    await place_empty_database(tmp_path)
    clock = Ticking()
    app = await open_app(tmp_path, clock)
    try:
        world = await lived_in(app)
        draft = await draft_poll(world)
        await drafts.change(app, world.organiser, draft.id, question="And at what time?")
        for _ in range(4):
            clock.move(days=9)
            for _ in range(2):
                await wiring.tick(app, Unreachable())  # type: ignore[arg-type]
        assert app.failed == {}
    finally:
        await app.database.close()
