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
    "over-time.png",
    "record-1.jsonl",
    "result-1.csv",
    "result-1.json",
}


def test_a_week_and_the_month_after_it_come_out_as_they_should(tmp_path: Path) -> None:
    old = tmp_path / "var/practice/result-replayed-7.json"
    old.parent.mkdir(parents=True)
    old.write_text("of an earlier tour")
    where = {**os.environ, "PYTHONPATH": str(ROOT)}
    played = subprocess.run(
        [*PRACTICE, "--tour", "month"], cwd=tmp_path, env=where, capture_output=True, text=True, check=False
    )
    assert (played.returncode, played.stderr) == (0, "")
    *told, last = played.stdout.splitlines()
    assert json.loads(last) == {"answers": 64, "rounds_closed": 6, "digests": 6, "chain_ok": True}
    assert any("Farida presses [Take it back]" in line for line in told)
    assert any("Only organisers can do this" in line for line in told)
    assert any("2. No: 6 of 12 (50%)" in line for line in told)
    assert any("Too few people chose each answer to show how many" in line for line in told)
    assert not any("Some answers are counted together" in line for line in told)
    assert any("- Closed: The walk to school. 8 people answered." in line for line in told)
    assert any("Monday 31 May: 3.8. 8 people. Up 1.3 since the time before." in line for line in told)
    assert {one.name for one in old.parent.iterdir()} == LEFT_BEHIND
    result = json.loads((old.parent / "result-1.json").read_text())
    assert (result["answers"], sum(result["counts"])) == (20, 20)
    assert (old.parent / "digest.png").read_bytes().startswith(b"\x89PNG")
    assert (old.parent / "over-time.png").read_bytes().startswith(b"\x89PNG")
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
