"""``make soak``: the tests that count, at their full number. FOLKMOOT_KILLS and FOLKMOOT_SEED override."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from pathlib import Path

from tests.soak import kills


def main() -> int:
    """Kill the bot 200 times; 1 where an answer was lost or doubled."""
    wanted = int(os.environ.get("FOLKMOOT_KILLS") or kills.KILLS)
    seed = os.environ.get("FOLKMOOT_SEED") or secrets.token_hex(4)
    with tempfile.TemporaryDirectory(prefix="folkmoot-soak-") as folder:
        found = kills.run(Path(folder), wanted, seed)
    print(found)
    return 1 if found.lost or found.doubled else 0


if __name__ == "__main__":
    sys.exit(main())
