"""A practice community: the real bot in a simulated Discord."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


class NotPlayable(Exception):
    """What stops practice; one line for whoever started it."""


def run(options: argparse.Namespace) -> int:
    """Practise in the browser, or play the tour; the exit code.

    ``tour`` is "1" for a week, "month" for the month after it as well; a ``data`` folder asks for it, too.
    """
    touring = options.data is not None or options.tour not in (None, "", "0")
    try:
        if touring:
            return _tour(options.data, options.tour == "month")
        return _browser(options.channel, options.port)
    except NotPlayable as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


# Imported late: ``python -m bot run`` must never load the simulated Discord.


def _tour(data: Path | None, longer: bool) -> int:
    from bot.practice.tour import play

    return play(data, longer)


def _browser(channel: str, port: int | None) -> int:
    from bot.practice.browser import serve

    return serve(channel, port)
