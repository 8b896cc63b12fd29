"""Asks whether faults are known of what the locks name: ``python3 .ci/audit.py``. Needs the network.

It fails where a fault has a version that mends it. A fault that nothing mends yet is said, and so is
whatever it could not ask about: neither is a failure, or the check would depend on somebody else's server.
pip-audit runs in an environment of its own, made anew from requirements-audit.lock; ``--with PROGRAM`` takes
one that is there.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-run.lock", "requirements-audit.lock")
SETTING_UP_S, ASKING_S = 240, 100


class NotAsked(Exception):
    """Nobody answered; says why, in a line."""


def installed(folder: Path) -> Path:
    """pip-audit in a new environment; raises NotAsked."""
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "-r", "requirements-audit.lock"], SETTING_UP_S)
    return folder / "bin" / "pip-audit"


def run(command: list[str], seconds: int) -> str:
    """What a command prints; raises NotAsked where it fails and prints nothing, or takes longer."""
    try:
        done = subprocess.run(  # noqa: S603 - it runs only what is written here, or named by who runs it
            command, capture_output=True, text=True, timeout=seconds, cwd=ROOT, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotAsked(f"it took longer than {seconds} seconds") from None
    except OSError as error:
        raise NotAsked(error.strerror or type(error).__name__) from None
    if done.returncode and not done.stdout.strip():
        raise NotAsked((done.stderr.strip().splitlines() or ["no reason was given"])[-1])
    return done.stdout


def asked(program: str, lock: str) -> list[dict[str, Any]]:
    """What pip-audit knows of each package of a lock that this machine would install; raises NotAsked."""
    command = [program, "-r", lock, "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    answer = run([*command, "--format", "json"], ASKING_S)
    try:
        packages: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        raise NotAsked("pip-audit gave no answer that can be read") from None
    if not any("version" in one for one in packages):
        raise NotAsked("it knows none of them")
    return packages


def told(lock: str, packages: list[dict[str, Any]]) -> bool:
    """Say what is known of a lock's packages; whether there is a fault that a version mends."""
    bad, unknown = False, [one["name"] for one in packages if "version" not in one]
    for one in packages:
        for fault in one.get("vulns", ()):
            mended = ", ".join(fault["fix_versions"])
            what = f"mended in {mended}: take that version" if mended else "and no version mends it yet"
            print(f"audit: {lock}: {one['name']} {one['version']} has {fault['id']}, {what}")
            bad = bad or bool(mended)
    if unknown:
        print(f"audit: {lock}: could not ask about {', '.join(unknown)}")
    print(f"audit: {lock}: asked about {len(packages) - len(unknown)} of {len(packages)} packages")
    return bad


def main() -> int:
    """Ask about every lock; 1 where a fault has a version that mends it."""
    parser = argparse.ArgumentParser(description="Ask whether faults are known of what the locks name.")
    parser.add_argument("--with", dest="program", help="a pip-audit to use instead of a new one")
    options = parser.parse_args()
    bad = False
    with tempfile.TemporaryDirectory() as folder:
        try:
            program = options.program or str(installed(Path(folder)))
        except NotAsked as why:
            print(f"audit: could not ask: {why}")
            return 0
        for lock in LOCKS:
            try:
                bad = told(lock, asked(program, lock)) or bad
            except NotAsked as why:
                print(f"audit: {lock}: could not ask: {why}")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
