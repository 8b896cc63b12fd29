"""What the soaks share."""

from __future__ import annotations

import os
import secrets

import pytest


@pytest.fixture
def seed() -> str:
    """FOLKMOOT_SEED repeats a run that failed."""
    return os.environ.get("FOLKMOOT_SEED") or secrets.token_hex(4)
