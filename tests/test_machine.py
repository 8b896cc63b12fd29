"""What a machine has to have for the tests: where it is missing, it is named, and CI passes over nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import browser
from tests.browser import chromium, missing

LACKING = "node: error while loading shared libraries: libatomic1.so.1: cannot open shared object file"


@pytest.fixture
def _without_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = tmp_path / "node"
    driver.write_text(f"#!/bin/sh\necho '{LACKING}' >&2\nexit 127\n")
    driver.chmod(0o755)
    monkeypatch.setattr(browser, "compute_driver_executable", lambda: (str(driver), "cli.js"))
    monkeypatch.setattr(browser, "_found", lambda: "true")


@pytest.mark.usefixtures("_without_a_library")
def test_a_driver_that_cannot_start_is_named_where_tests_are_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="libatomic1"), chromium():
        pass


@pytest.mark.usefixtures("_without_a_library")
def test_ci_passes_over_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="libatomic1"), chromium():
        pass


def test_a_browser_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert missing() == "Chromium is not installed here"
