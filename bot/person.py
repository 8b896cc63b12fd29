"""``folkmoot person``: what is held about one account, for who asks and can't ask the bot themselves."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import my_page, wiring
from bot.domain.meanings import outside_key
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.services import communities, my_data, people
from bot.services.ports import App
from bot.wording import Wording

if TYPE_CHECKING:
    Parsers = argparse._SubParsersAction[argparse.ArgumentParser]

PLATFORM = "discord"
PROBLEM = 1
TRIES, WAIT_S = 20, 0.5
"""How often, and after how long, we try again to empty the database's log while the bot reads in it."""
UNCOUNTED = ("platform_id", "made_ms", "kept_months", "language", "ages", "known_since_ms", "last_seen_ms")
"""What *My data* has of everybody: nothing to count."""

Found = dict[int, dict[str, Any]]
"""What each community holds, by its number."""


class NotDone(Exception):
    """Why nothing was done, in one line."""


def add_to(commands: Parsers) -> None:
    """Add it to the program's commands."""
    about = commands.add_parser("person", help="show, export or erase what is held about one account")
    acts = about.add_subparsers(required=True, metavar="what")
    for name, work, says in (
        ("show", _show, "say how much is held, without what it says"),
        ("export", _export, "write it as a page and a file, for that person alone"),
        ("erase", _erase, "erase it, at once and for good"),
    ):
        act = acts.add_parser(name, help=says)
        act.add_argument("account", help="the person's number on Discord")
        act.add_argument("--community", type=int, help="only in this one, by our number of it")
        act.set_defaults(command=_run, work=work)
        if work is _export:
            act.add_argument("--to", type=Path, default=Path(), help="the folder to write into")
        if work is _erase:
            act.add_argument("--yes", action="store_true", help="don't ask first")


def _run(options: argparse.Namespace) -> int:
    return asyncio.run(_do(options))


async def _do(options: argparse.Namespace) -> int:
    settings, wording, key = wiring.load_settings(), wiring.load_wording(), outside_key(wiring.token())
    async with wiring.assembled(settings, wiring.MachineClock()) as app:
        app.key = key  # without it, nobody finds which words somebody asked for
        try:
            found = await _found(app, options)
            await options.work(app, wording, found, options)
        except Refusal as refusal:
            said = wording.label(settings.language, f"refusal-{refusal.code}", 500, **refusal.facts)
            print(said, file=sys.stderr)
            return PROBLEM
        except (NotDone, OSError) as error:
            print(error, file=sys.stderr)
            return PROBLEM
    return 0


async def _found(app: App, options: argparse.Namespace) -> Found:
    there = await my_data.communities_with(app, options.account, PLATFORM)
    if options.community is not None:
        there = [one for one in there if one == options.community]
    if not there:
        raise NotDone("nothing is held about this account")
    return {one: await my_data.held(app, Person(one, options.account)) for one in there}


async def _show(app: App, wording: Wording, found: Found, options: argparse.Namespace) -> None:
    for number, held in found.items():
        community = await communities.by_number(app, number)
        print(f"community {number} ({community.platform_id}): {_counts(held)}")


def _counts(held: dict[str, Any]) -> str:
    counts = {name: len(part) if isinstance(part, list) else int(part)
              for name, part in held.items()
              if name not in UNCOUNTED and isinstance(part, list | int)}  # fmt: skip
    known = ["an account"] if "known_since_ms" in held else []
    return ", ".join(known + [f"{name.replace('_', ' ')} {count}" for name, count in counts.items() if count])


async def _export(app: App, wording: Wording, found: Found, options: argparse.Namespace) -> None:
    await asyncio.to_thread(options.to.mkdir, parents=True, exist_ok=True)
    for number, held in found.items():
        community = await communities.by_number(app, number)
        language = wording.nearest(held.get("language", ""), community.language)
        page = my_page.page(wording, language, community.zone, held)
        for ending, text in (("html", page.encode()), ("json", my_page.beside(held))):
            file = options.to / f"my-data-{number}.{ending}"
            await asyncio.to_thread(_write, file, text)
            print(file)
    print("ok: give these files to that person alone, and delete them here")


def _write(file: Path, text: bytes) -> None:
    """A new file that nobody else on this machine can read."""
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(text)


async def _erase(app: App, wording: Wording, found: Found, options: argparse.Namespace) -> None:
    await _show(app, wording, found, options)
    if not options.yes and not await asyncio.to_thread(_agreed):
        raise NotDone("nothing was erased")
    for number in found:
        await people.erase(app, Person(number, options.account))
    print(f"ok: erased in {', '.join(f'community {number}' for number in found)}")
    if not await _emptied(app):
        print("The bot reads in the database just now, so a copy is in its log still: it goes tonight.")


def _agreed() -> bool:
    try:
        return input("Erase this for good? Type yes: ").strip().casefold() == "yes"
    except EOFError:
        return False


async def _emptied(app: App) -> bool:
    """Whether nothing of what was erased is in the database's log any more."""
    for _ in range(TRIES):
        if not app.checkpoint_owed or await app.database.writer.checkpoint():
            return True
        await asyncio.sleep(WAIT_S)
    return False
