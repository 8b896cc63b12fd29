"""``make audit``: a known fault with a mended version fails it; what it could not ask, it says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-run.lock", "requirements-audit.lock")
RECORDED = json.loads((Path(__file__).parent / "recorded" / "audit.json").read_text())
"""What pip-audit 2.10 said of a server that knew a mended fault in aiohttp, and in mako one that isn't."""


def audit(folder: Path, answer: str, status: int, error: str = "") -> tuple[int, list[str]]:
    """The audit's status and lines with a pip-audit that says this, wherever it is asked from."""
    (folder / "answer").write_text(answer)
    program = folder / "pip-audit"
    program.write_text(f'#!/bin/sh\ncat "{folder}/answer"\necho "{error}" >&2\nexit {status}\n')
    program.chmod(0o755)
    command = [sys.executable, ".ci/audit.py", "--with", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def of(*names: str) -> str:
    packages: list[dict[str, Any]] = [one for one in RECORDED["dependencies"] if one["name"] in names]
    assert len(packages) == len(names)
    return json.dumps({"dependencies": packages, "fixes": []})


def test_a_fault_that_a_version_mends_fails_for_every_lock_that_has_it(tmp_path: Path) -> None:
    status, lines = audit(tmp_path, json.dumps(RECORDED), 1)
    assert status == 1
    for lock in LOCKS:
        assert (
            f"audit: {lock}: aiohttp 3.14.5 has PYSEC-2026-101, mended in 3.14.6: take that version" in lines
        )
        assert f"audit: {lock}: mako 1.4.3 has PYSEC-2026-102, and no version mends it yet" in lines
        assert f"audit: {lock}: asked about 4 of 4 packages" in lines


def test_a_fault_that_nothing_mends_is_said_and_no_fault_passes(tmp_path: Path) -> None:
    status, lines = audit(tmp_path, of("mako"), 1)
    assert (status, len(lines)) == (0, 6)
    assert audit(tmp_path, of("yarl", "aiosqlite"), 0) == (
        0, [f"audit: {lock}: asked about 2 of 2 packages" for lock in LOCKS],
    )  # fmt: skip


def test_a_package_that_it_knows_nothing_of_is_named(tmp_path: Path) -> None:
    answer = json.loads(of("yarl"))
    answer["dependencies"].append({"name": "mako", "skip_reason": "not found"})
    status, lines = audit(tmp_path, json.dumps(answer), 0)
    assert status == 0
    assert lines[:2] == [
        "audit: requirements.lock: could not ask about mako",
        "audit: requirements.lock: asked about 1 of 2 packages",
    ]


@pytest.mark.parametrize(
    ("answer", "error", "why"),
    [
        ("", "ERROR: no network", "ERROR: no network"),
        ("<html>", "", "pip-audit gave no answer that can be read"),
        (
            '{"dependencies": [{"name": "mako", "skip_reason": "not found"}], "fixes": []}', "",
            "it knows none of them",
        ),
    ],
)  # fmt: skip
def test_what_could_not_be_asked_is_never_called_well(
    tmp_path: Path, answer: str, error: str, why: str
) -> None:
    # The program's own "No known vulnerabilities found" comes with the last of these, too.
    status, lines = audit(tmp_path, answer, 1, error)
    assert (status, lines) == (0, [f"audit: {lock}: could not ask: {why}" for lock in LOCKS])


def test_every_lock_is_asked_about_and_names_no_server() -> None:
    assert {one.name for one in ROOT.glob("requirements*.lock")} == set(LOCKS)
    for lock in LOCKS:
        assert "://" not in (ROOT / lock).read_text()
    assert "make audit" in (ROOT / ".ci/run").read_text()
