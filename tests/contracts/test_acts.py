"""What one person may do is counted by acts: every verb of a resident that writes counts, or is named."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SERVICES = Path(__file__).parents[2] / "bot" / "services"
ORGANISERS = {"organised", "keeper"}
"""What raises for anybody else; what they do is bounded by what they are."""
COUNTS = {"counted", "noted", "lately"}
EXEMPT = {
    "people.go_on": "nothing can be done before, and it is put in place of what was there",
    "people.erase": "a right, and nothing is left of whom it was",
    "following.stop": "to be left alone is never refused, and it only takes away",
    "taking.skip": "to be left alone is never refused, and it is put in place of what was there",
    "taking._leave": "as skip",
    "trials.stop": "to be left alone is never refused, and it only takes away",
    "safeguarding.have": "only who hears worries, each worry once",
    "offers.refuse": "each offer once, and nothing of it is kept",
}


def _calls(node: ast.AST) -> set[str]:
    found = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
    return {one.id if isinstance(one, ast.Name) else getattr(one, "attr", "") for one in found}


def _writes(node: ast.AST) -> bool:
    calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    named = {ast.unparse(one) for one in calls if isinstance(one, ast.Attribute)}
    return bool(named & {"app.write", "app.database.writer.run", "app.database.writer.together"})


def verbs() -> Iterator[tuple[str, set[str]]]:
    """Every function that takes a person and writes, with whatever it calls, also through its own file."""
    for file in sorted(SERVICES.glob("*.py")):
        there = {
            one.name: one
            for one in ast.parse(file.read_text(encoding="utf-8")).body
            if isinstance(one, ast.AsyncFunctionDef | ast.FunctionDef)
        }
        reached = {name: _calls(one) for name, one in there.items()}
        for _ in there:
            for name, calls in reached.items():
                reached[name] = calls.union(*(reached[one] for one in calls & there.keys()))
        for name, one in there.items():
            if _writes(one) and "person" in {each.arg for each in one.args.args}:
                yield f"{file.stem}.{name}", reached[name]


def test_every_verb_that_writes_is_an_organisers_or_counts() -> None:
    found = dict(verbs())
    assert len(found) > 40
    free = {name for name, calls in found.items() if not calls & (ORGANISERS | COUNTS)}
    assert free == EXEMPT.keys()
