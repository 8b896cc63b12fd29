"""A practice community: the real bot in a simulated Discord."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


class NotPlayable(Exception):
    """What stops practice; one line for whoever started it."""


def run(options: argparse.Namespace) -> int:
    """Practise in the browser, or play the tour; the exit code.

    ``tour`` is what was given for it, such as "1"; a ``data`` folder asks for the tour, too.
    """
    touring = options.data is not None or options.tour not in (None, "", "0")
    try:
        if touring:
            return _tour(options.data)
        return _browser(options.channel, options.port)
    except NotPlayable as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


# Imported late: ``python -m bot run`` must never load the simulated Discord.


def _tour(data: Path | None) -> int:
    from bot.practice.tour import play

    return play(data)


def _browser(channel: str, port: int | None) -> int:
    from bot.practice.browser import serve

    return serve(channel, port)
