"""The tour, played as somebody would: in a folder of its own, from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRACTICE = [sys.executable, "-m", "bot", "practice"]
LEFT_BEHIND = {
    "columns-of-option.csv",
    "digest.png",
    "digest.txt",
    "folkmoot.db",
    "record-1.jsonl",
    "result-1.csv",
    "result-1.json",
}


def test_a_week_comes_out_as_it_should(tmp_path: Path) -> None:
    old = tmp_path / "var/practice/result-replayed-7.json"
    old.parent.mkdir(parents=True)
    old.write_text("of an earlier tour")
    where = {**os.environ, "PYTHONPATH": str(ROOT)}
    played = subprocess.run(
        [*PRACTICE, "--tour", "1"], cwd=tmp_path, env=where, capture_output=True, text=True, check=False
    )
    assert (played.returncode, played.stderr) == (0, "")
    *told, last = played.stdout.splitlines()
    assert json.loads(last) == {"answers": 20, "rounds_closed": 1, "digests": 2, "chain_ok": True}
    assert any("Farida presses [Take it back]" in line for line in told)
    assert any("Only organisers can do this" in line for line in told)
    assert {one.name for one in old.parent.iterdir()} == LEFT_BEHIND
    result = json.loads((old.parent / "result-1.json").read_text())
    assert (result["answers"], sum(result["counts"])) == (20, 20)
    assert (old.parent / "digest.png").read_bytes().startswith(b"\x89PNG")
    digest = (old.parent / "digest.txt").read_text()
    assert "20 answered" in digest
    assert "Ideas: 3 new. Moderators let others read 2. Declined: 1." in digest
    verified = subprocess.run(
        [sys.executable, ROOT / "bot/verify.py", old.parent / "record-1.jsonl"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stderr
