"""A PostgreSQL server of the tests' own: made in a temporary folder, reached by its socket only."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

USER = "folkmoot"
PROGRAMS = ("initdb", "postgres", "psql")
PATIENCE_S = 30
FAST, AT_ONCE = signal.SIGINT, signal.SIGQUIT
"""How a server ends: it closes what is open and writes everything, or it drops everything as in a crash."""


def binaries() -> Path | None:
    """Where the server's programs are: where Debian puts them, or on the PATH."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("postgres"):
        places.append(Path(found).parent)
    return next((place for place in places if all((place / one).exists() for one in PROGRAMS)), None)


@dataclass
class Server:
    """A server and its folder; it can be stopped and started again."""

    bin: Path
    folder: Path
    options: tuple[str, ...] = ()
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def data(self) -> Path:
        """Where its files are."""
        return self.folder / "data"

    def url(self, name: str) -> str:
        """The address of a database, as the settings have it."""
        return f"postgresql+asyncpg://{USER}@/{name}?host={self.folder}"

    def sql(self, statement: str, name: str = "postgres") -> str:
        """What a statement answers."""
        command = [str(self.bin / "psql"), "-h", str(self.folder), "-U", USER, "-d", name]
        command += ["-X", "-q", "-A", "-t", "-c", statement]
        return str(subprocess.run(command, check=True, capture_output=True, text=True).stdout).strip()

    def database(self, template: str = "template1") -> str:
        """The name of a new database."""
        name = f"test{next(self.numbers)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template} {self._copying}")
        return name

    @cached_property
    def _copying(self) -> str:
        # Twice as fast as by the log, which is what later versions do if not told; 14 knows no other way.
        return "STRATEGY file_copy" if int(self.sql("SHOW server_version_num")) >= 150_000 else ""

    def tidy(self) -> None:
        """Vacuum and analyse every database, and write everything to disk."""
        for name in self.sql("SELECT datname FROM pg_database WHERE datallowconn").split():
            self.sql("VACUUM ANALYZE", name)
        self.sql("CHECKPOINT")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        wanted = ("listen_addresses=", f"unix_socket_directories={self.folder}", *self.options)
        chosen = [text for option in wanted for text in ("-c", option)]
        self._process = subprocess.Popen(
            _as_its_user([str(self.bin / "postgres"), "-D", str(self.data), *chosen]),
            cwd=self.folder,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.sql("SELECT 1")
            except subprocess.CalledProcessError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def runs(self) -> bool:
        """Whether it is there; it ends by itself where it can't go on."""
        return self._process.poll() is None

    def stop(self, how: signal.Signals = FAST) -> None:
        """Stop it, and wait until it has ended."""
        number = (self.data / "postmaster.pid").read_text().split()[0]
        os.kill(int(number), how)
        self._process.wait(timeout=PATIENCE_S)


def _as_its_user(command: list[str]) -> list[str]:
    # The server refuses to run as root; Debian's package makes it a user of its own.
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


@contextmanager
def server(programs: Path, *options: str, place: str = "/tmp") -> Iterator[Server]:  # noqa: S108 - see below
    """A server for as long as it is used; options are of ``postgres -c``."""
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-pg-", dir=place))  # a socket's path must be short
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    there = Server(programs, folder, options)
    make = [str(programs / "initdb"), "-D", str(there.data), "-U", USER, "-A", "trust", "-E", "UTF8"]
    subprocess.run(
        _as_its_user([*make, "--locale=C", "--no-sync"]), check=True, capture_output=True, cwd=folder
    )
    there.start()
    try:
        yield there
    finally:
        with suppress(FileNotFoundError):  # a test has stopped it
            there.stop(AT_ONCE)
        shutil.rmtree(folder, ignore_errors=True)
