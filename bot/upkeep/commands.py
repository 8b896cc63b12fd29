"""``folkmoot move | backup | restore``: what they take, and what they say."""

from __future__ import annotations

import argparse
import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot import wiring
from bot.store.database import name_of
from bot.upkeep import carrying
from bot.upkeep.folder import back_up_into

if TYPE_CHECKING:
    Parsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_to(commands: Parsers) -> None:
    """Add them to the program's commands."""
    backup = commands.add_parser("backup", help="back the database up, also while the bot runs")
    backup.add_argument("folder", type=Path)
    backup.add_argument("--keep", type=_several, default=0, help="remove all but the newest so many")
    backup.set_defaults(command=_backup)
    restore = commands.add_parser("restore", help="restore a backup into the database, which must be empty")
    restore.add_argument("file", type=Path)
    restore.add_argument("--drill", action="store_true", help="only try it, and throw away what was restored")
    restore.set_defaults(command=_restore)
    move = commands.add_parser("move", help="carry everything into an empty database; stop the bot first")
    move.add_argument(
        "source", help="an address as in the settings, such as sqlite+aiosqlite:///var/folkmoot.db"
    )
    move.add_argument("target", help="another one, such as postgresql+asyncpg://user@host/name")
    move.set_defaults(command=_move)


def _several(said: str) -> int:
    if not said.isdecimal() or int(said) < 1:
        raise argparse.ArgumentTypeError("must be a whole number from 1")
    return int(said)


def _backup(options: argparse.Namespace) -> int:
    source = wiring.load_settings().database
    making = back_up_into(options.folder, source, wiring.MachineClock(), options.keep)
    file, held = asyncio.run(making)
    print(f"ok: {file} holds {held}")
    return 0


def _restore(options: argparse.Namespace) -> int:
    clock = wiring.MachineClock()
    if options.drill:
        held, made_ms = asyncio.run(carrying.drill(options.file, clock))
        print(f"ok: {options.file}, made {_moment(made_ms)}, can be restored; it holds {held}")
        return 0
    target = wiring.load_settings().database
    held, made_ms = asyncio.run(carrying.restore(options.file, target, clock))
    print(f"ok: restored {name_of(target)} as it was {_moment(made_ms)}, with {held}")
    print("The bot tells every moderators' channel when it next runs: what came later is lost.")
    print("Words, contacts and roles are as the file says: whoever could write to it could change those.")
    return 0


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _move(options: argparse.Namespace) -> int:
    held = asyncio.run(carrying.move(options.source, options.target))
    print(f"ok: moved {name_of(options.source)} to {name_of(options.target)}, with {held}")
    print("Let the setting database name the new one before the bot runs again; the old one is as it was.")
    return 0
