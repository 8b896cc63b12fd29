"""Kills the program at any of its statements: SIGKILL, in the middle of whatever the database does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
KILLED = -9

# Forks for each command, because to import everything anew would take a second each time. It must not
# have threads or connections of its own.
CHILDREN = """
import json, os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from importlib import import_module
main = import_module(sys.argv[1]).main

left = 0

@event.listens_for(Engine, "after_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def child(database, arguments):
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)
    os.environ["FOLKMOOT_DATABASE"] = database
    os._exit(main(arguments))

for line in sys.stdin:
    left, database, arguments = json.loads(line)
    number = os.fork()
    if not number:
        child(database, arguments)
    print(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), flush=True)
"""


class Killer:
    """Runs commands of the program, each in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, statement: int, database: str, *arguments: object) -> int:
        """Run a command on a database and kill it right after a statement (0: never); its exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = json.dumps([statement, database, list(map(str, arguments))])
        print(asked, file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


@contextmanager
def killer(program: str = "bot.__main__") -> Iterator[Killer]:
    """A Killer for as long as it is used, of a module with a ``main(arguments)``."""
    command = [sys.executable, "-c", CHILDREN, program]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Killer(process)
        finally:
            process.kill()
