"""The command line: ``folkmoot run | practice | check | verify | export | backup | ...``."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bot import logs, offline, person, verify, wiring
from bot.domain.meanings import outside_key
from bot.settings import Settings, SettingsError
from bot.store.database import DatabaseUnusable, open_database
from bot.upkeep import commands as upkeep
from bot.upkeep.drill import Problem
from bot.wiring import Unusable
from bot.wording import Wording, WordingError

log = logging.getLogger(__name__)

PROBLEM = 1
ENDINGS = (signal.SIGTERM, signal.SIGINT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    _dump_no_core()
    try:
        result: int = options.command(options)
    except (SettingsError, WordingError) as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return PROBLEM
    except (DatabaseUnusable, Problem, Unusable) as error:
        print(error, file=sys.stderr)
        return PROBLEM
    return result


def _dump_no_core() -> None:
    """Let no crash write our memory to a disk: it holds the token, keys, and what people are just saying."""
    with suppress(ImportError):  # Windows has no such limits, and no such dumps
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="folkmoot", description="Co-production in a community's own chat.")
    commands = parser.add_subparsers(required=True, metavar="command")
    run = commands.add_parser("run", help="run the bot on Discord; the token's file is in DISCORD_TOKEN_FILE")
    run.set_defaults(command=_run)
    practice = commands.add_parser("practice", help="run the bot in a simulated town, in the browser")
    practice.add_argument("--channel", default="have-your-say", help="the channel to open")
    practice.add_argument("--port", type=int, help="the port to serve on")
    practice.add_argument("--tour", help="1: play a week by itself, without a browser; month: a longer one")
    practice.add_argument("--data", type=Path, help="replay a real conversation in the tour")
    practice.set_defaults(command=_practice)
    check = commands.add_parser("check", help="validate settings, wording, asks, glossary and database")
    check.set_defaults(command=_check)
    checked = commands.add_parser("verify", help="verify an exported record")
    checked.add_argument("export")
    checked.add_argument("--head", default="", help="the number that was published")
    checked.set_defaults(command=_verify)
    export = commands.add_parser("export", help="write every community's record into a folder")
    export.add_argument("folder", type=Path)
    export.set_defaults(command=_export)
    offline.add_to(commands)
    person.add_to(commands)
    upkeep.add_to(commands)
    return parser


def _run(_: argparse.Namespace) -> int:
    settings, wording = wiring.load_settings(), wiring.load_wording()
    logs.configure(settings.logging.level, settings.logging.format)
    logs.catch_all()
    try:
        asyncio.run(_serve(settings, wording, wiring.token()))
    except (DatabaseUnusable, Unusable) as error:
        if settings.logging.format == "text":
            raise
        log.critical("%s", error)  # whoever reads the rest by machine must be able to read this
        return PROBLEM
    return 0


async def _serve(settings: Settings, wording: Wording, token: str) -> None:
    from bot import health
    from cogs.client import CannotConnect, Folkmoot

    async with wiring.assembled(settings, wiring.MachineClock()) as app:
        app.key = outside_key(token)
        client = Folkmoot(app, wording)
        loop = asyncio.get_running_loop()
        running = asyncio.current_task()
        assert running is not None

        def stop(*_: object) -> None:
            # A second signal must not break off the closing, at whatever point of it.
            if not running.cancelling() and not loop.is_closed():
                loop.call_soon_threadsafe(running.cancel)

        for name in ENDINGS:
            signal.signal(name, stop)  # the loop's own handlers would end with the loop
        wiring.settle()
        try:
            serving = health.serving(app, client.is_connected)
            async with serving, client, wiring.beating(app, client.messenger):
                await client.serve(token)
        except asyncio.CancelledError:
            pass  # a clean stop: what was taken is committed on the way out
        except (CannotConnect, health.CannotListen) as error:
            raise Unusable(str(error)) from error
        finally:
            for name in ENDINGS:
                signal.signal(name, signal.SIG_IGN)  # or Python, on its way out, would let it kill us


def _practice(options: argparse.Namespace) -> int:
    try:
        from bot.practice import run

        return run(options)
    except ModuleNotFoundError as error:
        raise Unusable(f"practice needs {error.name}: run it with make practice") from error


def _check(_: argparse.Namespace) -> int:
    problems: list[str] = []
    try:
        settings = wiring.load_settings()
    except SettingsError as error:
        problems += error.problems
        settings = None
    try:
        wiring.load_wording()
    except WordingError as error:
        problems += error.problems
    for load in (wiring.load_asks, wiring.load_ready_checkins, wiring.load_glossary):
        try:
            load()
        except SettingsError as error:
            problems += error.problems
    if settings is not None:
        try:
            asyncio.run(_open_once(settings))
        except DatabaseUnusable as error:
            problems.append(str(error))
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print("ok: settings, wording, asks, glossary and database can be used")
    return PROBLEM if problems else 0


async def _open_once(settings: Settings) -> None:
    database = await open_database(settings.database, settings.timing.writer_batch)
    await database.close()


def _verify(options: argparse.Namespace) -> int:
    head = ["--head", options.head] if options.head else []
    return verify.main([options.export, *head])


def _export(options: argparse.Namespace) -> int:
    settings = wiring.load_settings()
    options.folder.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_export_to(settings, options.folder))


async def _export_to(settings: Settings, folder: Path) -> int:
    from bot.services import records

    async with wiring.assembled(settings, wiring.MachineClock()) as app:
        for number in await records.communities_there(app):
            path = folder / f"record-{number}.jsonl"
            with path.open("w", encoding="utf-8") as file:
                async for line in records.record_lines(app, number):
                    file.write(line)
            print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
