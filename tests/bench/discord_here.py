"""Discord's HTTP on a loopback socket, in a process of its own: so that its work is not counted as the bot's.

with beside() as url: ...
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot import wiring
from tests.loopback import Loopback


@contextmanager
def beside() -> Iterator[str]:
    """The address of a server that answers everything as it should, for as long as it is used."""
    command = [sys.executable, "-m", "tests.bench.discord_here"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.kill()


async def serve() -> None:
    """Print the address, and answer until the one who asked for it has gone."""
    async with Loopback(lambda _: "", wiring.MachineClock()) as there:
        wiring.settle()
        print(there.url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve())
