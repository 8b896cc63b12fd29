"""``folkmoot print | import``: forms for people who are not online, and what they answered."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bot import forms, wiring
from bot.domain.papers import BadFile, Problem
from bot.domain.refusals import Refusal
from bot.domain.sheets import MOST_BYTES
from bot.services import papers, printing
from bot.services.ports import App
from bot.wording import Wording

if TYPE_CHECKING:
    Parsers = argparse._SubParsersAction[argparse.ArgumentParser]

_Work = Callable[[App, Wording, int, argparse.Namespace], Awaitable[str]]

SHOWN = 50
"""How many lines of a file are named that can't be taken."""
PROBLEM = 1


class Unclear(Exception):
    """More than one community has such a round, or none."""


def add_to(commands: Parsers) -> None:
    """Add them to the program's commands."""
    printed = commands.add_parser(
        "print", help="write forms for people who are not online, as a page to print"
    )
    _which(printed)
    printed.add_argument("--copies", type=int, default=20, help="how many forms; each has its own receipt")
    printed.add_argument("--to", type=Path, help="the file to write; question-ROUND.html where not said")
    printed.set_defaults(command=_print)
    taken = commands.add_parser("import", help="take a file of answers; an organiser confirms it in the chat")
    _which(taken)
    taken.add_argument("file", type=Path, help="a CSV file with a header")
    taken.set_defaults(command=_import)


def _which(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("round", type=int, help="the question's number, as its card for organisers says it")
    parser.add_argument("--community", type=int, help="which one, where several have such a question")


def _print(options: argparse.Namespace) -> int:
    return asyncio.run(_do(options, _print_in))


def _import(options: argparse.Namespace) -> int:
    return asyncio.run(_do(options, _import_in))


async def _do(options: argparse.Namespace, work: _Work) -> int:
    settings, wording = wiring.load_settings(), wiring.load_wording()
    async with wiring.assembled(settings, wiring.MachineClock()) as app:
        try:
            print(await work(app, wording, await _community(app, options), options))
        except BadFile as bad:
            for one in bad.problems[:SHOWN]:
                print(_line(wording, settings.language, one), file=sys.stderr)
            if len(bad.problems) > SHOWN:
                print(f"and {len(bad.problems) - SHOWN} more", file=sys.stderr)
            print("Nothing was taken. Mend these lines and import the file again.", file=sys.stderr)
            return PROBLEM
        except Refusal as refusal:
            print(_said(wording, settings.language, refusal), file=sys.stderr)
            return PROBLEM
        except (Unclear, OSError) as error:
            print(error, file=sys.stderr)
            return PROBLEM
    return 0


async def _community(app: App, options: argparse.Namespace) -> int:
    there = await printing.communities_with(app, options.round)
    if options.community is not None:
        there = [one for one in there if one == options.community]
    if not there:
        raise Unclear(f"no question {options.round} is open")
    if len(there) > 1:
        numbers = ", ".join(map(str, there))
        raise Unclear(
            f"several communities have a question {options.round}: say --community, one of {numbers}"
        )
    return there[0]


async def _print_in(app: App, wording: Wording, community: int, options: argparse.Namespace) -> str:
    printed = await printing.forms(app, community, options.round, options.copies, None)
    language = wording.nearest(printed.community.language)
    file = options.to or Path(f"question-{options.round}.html")
    page = forms.page(wording, language, printed)
    await asyncio.to_thread(file.write_text, page, encoding="utf-8")
    return f"ok: {file} holds {len(printed.receipts)} forms; open it in a browser and print it"


async def _import_in(app: App, wording: Wording, community: int, options: argparse.Namespace) -> str:
    taken = await papers.take_file(
        app, community, options.round, await asyncio.to_thread(_read, options.file)
    )
    if taken.again:
        return "Everything in this file is here already. Nothing was added."
    lines = [f"ok: {taken.count} answers wait. They count once an organiser confirms them: /answers waiting"]
    if taken.letters:
        lines.append(f"{taken.letters} have letters beyond a to z. Are they right? They are shown there.")
    return "\n".join(lines)


def _read(file: Path) -> bytes:
    """A file, as far as it can be taken: one that is too big is not read to its end."""
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _line(wording: Wording, language: str, one: Problem) -> str:
    return f"line {one.line}: {_said(wording, language, one.refusal)}"


def _said(wording: Wording, language: str, refusal: Refusal) -> str:
    return wording.label(language, f"refusal-{refusal.code}", 500, **refusal.facts)
