"""A file system that is small enough to fill."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def mount(*arguments: str) -> bool:
    """Whether something could be mounted."""
    done = subprocess.run(["/bin/mount", *arguments], capture_output=True, check=False)
    return done.returncode == 0


@contextmanager
def small(folder: Path, size_kb: int) -> Iterator[Path]:
    """A file system of its own; without the right to make one, the test is skipped."""
    disk = folder / "disk"
    disk.mkdir()
    if not mount("-t", "tmpfs", "-o", f"size={size_kb}k", "tmpfs", str(disk)):
        pytest.skip("a full disk: mounting one is not permitted here")
    try:
        yield disk
    finally:
        subprocess.run(["/bin/umount", "--lazy", disk], check=True)
