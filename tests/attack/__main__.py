"""``make attack``: the attacks at their full number, on both engines; a table, and one line of JSON."""

from __future__ import annotations

import asyncio
import json
import os
import random
import secrets
import sys
import tempfile
from pathlib import Path

from tests.attack.attacks import ATTACKS, CAUGHT, WEAKER, Seen, best, played, scored, weakened
from tests.attack.canaries import Hunt, hunt
from tests.builders import HandClock, World, open_app, set_up, sqlite_url
from tests.postgres import binaries, server

ROUNDS, PEOPLE = 50, 40
WEAKENED_ROUNDS = 2
CANARIES = 10_000


async def _attack(url: str, count: int, weaker: str = "") -> list[Seen]:
    app = await open_app(url, HandClock())
    try:
        world: World = await set_up(app)
        chance = random.Random(secrets.token_bytes(8))  # noqa: S311 - what people answer
        with weakened(weaker):
            return [await played(world, PEOPLE, chance, number) for number in range(count)]
    finally:
        await app.database.close()
        for file in app.keys_folder.glob("*"):
            file.unlink()


async def _hunt(folder: Path) -> Hunt:
    app = await open_app(sqlite_url(folder), HandClock())
    try:
        return await hunt(await set_up(app), CANARIES, folder / "backups")
    finally:
        await app.database.close()


def main() -> int:
    """Attack, then attack again with each defence switched off; 1 where one works or a switch is missed."""
    programs = binaries()
    if programs is None:
        print("PostgreSQL is not installed here: install it, so that both engines are tried", file=sys.stderr)
        return 1
    count = int(os.environ.get("FOLKMOOT_ATTACKS") or ROUNDS)
    over, strongest, caught, total = 0.0, 0.0, 0, 0
    with (
        tempfile.TemporaryDirectory(prefix="folkmoot-attack-") as place,
        server(programs, "fsync=off") as there,
    ):
        for engine in ("sqlite", "postgresql"):

            def fresh(name: str, engine: str = engine) -> str:
                folder = Path(place) / name
                folder.mkdir()
                return sqlite_url(folder) if engine == "sqlite" else there.url(there.database())

            rounds = asyncio.run(_attack(fresh(f"{engine}-all"), count))
            for name, attack in ATTACKS.items():
                score = scored(attack, rounds)
                over, strongest = max(over, score.over), max(strongest, score.sigmas)
                print(
                    f"{engine:11} {name:20} {score.over:+.4f} over chance ({score.sigmas:+.1f} sigma)",
                    flush=True,
                )
            for name in WEAKER:
                found, score = best(asyncio.run(_attack(fresh(f"{engine}-{name}"), WEAKENED_ROUNDS, name)))
                total, caught = total + 1, caught + (score.sigmas >= CAUGHT)
                print(
                    f"{engine:11} {name:20} {score.over:+.4f} by {found} ({score.sigmas:+.1f} sigma)",
                    flush=True,
                )
    with tempfile.TemporaryDirectory(prefix="folkmoot-attack-") as place:
        folder = Path(place) / "hunt"  # the keys are beside it
        folder.mkdir()
        hunted = asyncio.run(_hunt(folder))
    print(
        f"{hunted.answers} answers, found again: {', '.join(sorted(hunted.found)) or 'nowhere'}", flush=True
    )
    print(
        json.dumps(
            {
                "best_attack_over_chance": round(over, 4),
                "weakened_caught": caught,
                "weakened_total": total,
                "canaries": hunted.answers,
                "canaries_found": len(hunted.found),
            }
        )
    )
    return int(strongest >= CAUGHT or caught < total or bool(hunted.found))


if __name__ == "__main__":
    sys.exit(main())
