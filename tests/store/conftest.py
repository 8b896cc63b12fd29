"""Databases of earlier versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres import Server


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'old.db'}"
    there: Server = request.getfixturevalue("postgres")
    return there.url(there.database())
