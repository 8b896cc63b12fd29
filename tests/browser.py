"""A browser for the tests that look at pages; where it can't start, they say what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_S = 60


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium without a window. Where something is missing the test is skipped, but never by CI."""
    if lacking := missing():
        if os.environ.get("CI"):
            pytest.fail(f"CI must be able to start a browser: {lacking}")
        pytest.skip(lacking)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=_found(), args=FLAGS)
        yield started
        started.close()


def missing() -> str:
    """What keeps a browser or its driver from starting here, '' where nothing does."""
    browser = _found()
    if browser is None:
        return "Chromium is not installed here"
    for program in (compute_driver_executable()[0], browser):
        try:
            done = subprocess.run(
                [program, "--version"], capture_output=True, text=True, timeout=PATIENCE_S, check=False
            )
        except OSError as error:
            return f"{program} can't be started: {error.strerror}"
        if done.returncode:
            return (done.stderr.strip().splitlines() or [f"{program} ends with {done.returncode}"])[-1]
    return ""


def _found() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)
