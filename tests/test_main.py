"""The command line, as whoever keeps the server running meets it: a line for each problem, exit codes."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from tests.builders import HandClock, open_app, open_poll, residents, set_up

Run = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parent.parent
PATIENCE_S = 60
PEOPLE = 200

# What a child does before the command: nothing leaves the machine, whatever goes wrong.
NO_NETWORK = """
import asyncio, socket, sys
import discord
from bot.__main__ import main

def refused(*_): raise RuntimeError("a test tried to reach the network")

socket.socket.connect = socket.getaddrinfo = refused
"""
LOGIN_FAILS = """
async def static_login(self, token):
    raise {error}
discord.http.HTTPClient.static_login = static_login
sys.exit(main(["run"]))
"""
WAITS = """
from bot.domain.meanings import outside_key
from bot.domain.people import Person
from bot.services import communities, people
from cogs.client import Folkmoot

async def start(self, token):
    assert self.app.key == outside_key(token)  # or who asked for a word counts again after every start
    community = await communities.community_of(self.app, "discord", "1")
    going = [people.go_on(self.app, Person(community.id, str(who)), "adults") for who in range({people})]
    self.going = [asyncio.create_task(one) for one in going]
    await asyncio.sleep(0)  # now all of it is in the writer's hands
    print("ready", flush=True)
    await asyncio.Event().wait()

Folkmoot.start = start
sys.exit(main(["run"]))
"""


class Place:
    """A folder with settings, wording and a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.config, self.file, self.token = folder / "config", folder / "folkmoot.db", folder / "token"
        shutil.copytree(ROOT / "config", self.config)
        self.token.write_text("not-a-token\n")

    @property
    def environ(self) -> dict[str, str]:
        """What a child's environment says."""
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "FOLKMOOT_CONFIG": str(self.config),
            "FOLKMOOT_DATABASE": f"sqlite+aiosqlite:///{self.file}",
            "DISCORD_TOKEN_FILE": str(self.token),
        }

    def command(self, *arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run one command of the program to its end."""
        return self.python("-m", "bot", *map(str, arguments), **environ)

    def python(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run Python to its end."""
        return subprocess.run(
            [sys.executable, *arguments], cwd=self.config.parent, env=self.environ | environ,
            capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def only_line(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that a command that failed has said."""
    assert done.returncode == 1, done
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    return line


@pytest.fixture
def here(place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, which takes a tenth of the time."""
    for name, value in place.environ.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        words = [str(one) for one in arguments]
        code = main(words)
        return subprocess.CompletedProcess(words, code, *capsys.readouterr())

    return run


def test_a_crash_writes_no_memory_to_the_disk() -> None:
    resource = pytest.importorskip("resource")
    command = "import resource, sys; from bot.__main__ import main; main(['verify', '/dev/null']); "
    command += "print(resource.getrlimit(resource.RLIMIT_CORE))"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == str((0, 0))
    assert resource.RLIMIT_CORE >= 0


def test_check_says_that_all_is_well(place: Place) -> None:
    done = place.command("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ok")


def test_check_names_a_misspelt_setting(place: Place, here: Run) -> None:
    settings = place.config / "settings.toml"
    settings.write_text(settings.read_text().replace("least_days_open", "least_day_open"))
    line = only_line(here("check"))
    assert "least_day_open" in line
    assert "did you mean least_days_open?" in line


def test_check_names_the_file_of_broken_wording(place: Place, here: Run) -> None:
    (place.config / "wording" / "en" / "more.ftl").write_text("hello = { $unclosed\n")
    assert "en/more.ftl" in only_line(here("check"))


def test_check_names_wording_that_is_not_text(place: Place, here: Run) -> None:
    (place.config / "wording" / "en" / "more.ftl").write_bytes(b"caf\xe9 = coffee\n")
    line = only_line(here("check"))
    assert "en/more.ftl" in line
    assert "UTF-8" in line


def test_check_names_an_entry_of_the_glossary_that_cannot_be_used(place: Place, here: Run) -> None:
    (place.config / "glossary.toml").write_text("stakeholder = 5\n")
    line = only_line(here("check"))
    assert "glossary.toml" in line
    assert '"stakeholder" must have a plain alternative' in line


def test_check_says_why_the_database_cannot_be_used(place: Place, here: Run) -> None:
    place.file.write_bytes(b"this was never a database " * 100)
    line = only_line(here("check"))
    assert str(place.file) in line
    assert "not a database" in line


def test_check_says_everything_that_is_wrong_at_once(place: Place, here: Run) -> None:
    (place.config / "settings.toml").write_text('langauge = "en"\n')
    (place.config / "wording" / "en" / "more.ftl").write_text("hello = { $unclosed\n")
    (place.config / "glossary.toml").unlink()
    done = here("check")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 3


def test_check_looks_at_the_database_whatever_the_glossary_says(place: Place, here: Run) -> None:
    (place.config / "glossary.toml").unlink()
    place.file.write_bytes(b"this was never a database " * 100)
    done = here("check")
    assert [name in done.stderr for name in ("glossary.toml", "not a database")] == [True, True]
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    ("token", "says"),
    [("", "DISCORD_TOKEN_FILE is not set"), ("empty", "is empty")],
)
def test_run_without_a_token_says_what_to_do(place: Place, token: str, says: str) -> None:
    place.token.with_name("empty").write_text("\n")
    line = only_line(place.command("run", DISCORD_TOKEN_FILE=token))
    assert says in line


def test_run_says_why_it_ends_in_the_form_of_its_logs(place: Place) -> None:
    settings = place.config / "settings.toml"
    settings.write_text(settings.read_text().replace('format = "text"', 'format = "json"'))
    read = json.loads(only_line(place.command("run", DISCORD_TOKEN_FILE="")))
    assert read["level"] == "CRITICAL"
    assert "DISCORD_TOKEN_FILE is not set" in read["message"]


def test_run_says_that_its_port_is_taken(place: Place) -> None:
    settings = place.config / "settings.toml"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings.write_text(settings.read_text().replace("port = 0", f"port = {port}"))
        done = place.python("-c", NO_NETWORK + "sys.exit(main(['run']))")
    assert done.returncode == 1
    *logged, line = done.stderr.splitlines()
    assert line == f"[http] 127.0.0.1 port {port} can't be listened on: Address already in use"
    assert not [one for one in logged if "Traceback" in one or "ERROR" in one]


def test_run_without_a_glossary_says_so(place: Place) -> None:
    (place.config / "glossary.toml").unlink()
    done = place.python("-c", NO_NETWORK + "sys.exit(main(['run']))")
    assert "glossary.toml: cannot be read" in only_line(done)


def test_run_without_settings_says_so(place: Place, here: Run) -> None:
    (place.config / "settings.toml").unlink()
    assert "settings.toml: cannot be read" in only_line(here("run"))


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("discord.LoginFailure('Improper token has been passed.')", "Discord refused the token"),
        ("OSError(101, 'Network is unreachable')", "Discord can't be reached"),
    ],
)
def test_run_that_cannot_log_in_says_why(place: Place, error: str, says: str) -> None:
    done = place.python("-c", NO_NETWORK + LOGIN_FAILS.format(error=error))
    assert done.returncode == 1
    *logged, line = done.stderr.splitlines()
    assert line.startswith(says)
    assert not [one for one in logged if "Traceback" in one or "ERROR" in one]
    assert "not-a-token" not in done.stderr + done.stdout


@pytest.mark.parametrize("signals", [[signal.SIGTERM], [signal.SIGINT, signal.SIGTERM]])
def test_a_signal_ends_run_with_everything_committed(place: Place, signals: list[signal.Signals]) -> None:
    settings = place.config / "settings.toml"
    settings.write_text(settings.read_text().replace("writer_batch = 256", "writer_batch = 4"))
    with subprocess.Popen(
        [sys.executable, "-c", NO_NETWORK + WAITS.format(people=PEOPLE)], cwd=place.config.parent,
        env=place.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        try:
            assert child.stdout.readline() == "ready\n"
            for one in signals:
                child.send_signal(one)
                time.sleep(0.1)  # the next comes while it is closing
            _, errors = child.communicate(timeout=PATIENCE_S)
        finally:
            child.kill()
    assert child.returncode == 0, errors
    assert "Traceback" not in errors
    with closing(sqlite3.connect(place.file)) as there:
        [[kept]] = there.execute("SELECT count(*) FROM identity")
    assert kept == PEOPLE
    assert not place.file.with_name("folkmoot.db-wal").exists()  # it was closed in order


@pytest.fixture
def exported(place: Place, here: Run) -> Path:
    """A record with some answers in it, exported by the program."""

    async def filled() -> None:
        app = await open_app(place.file.parent, HandClock())
        world = await set_up(app)
        await open_poll(world)
        await residents(world, 3)
        await app.database.close()

    asyncio.run(filled())
    done = here("export", place.file.parent / "out")
    assert (done.returncode, done.stderr) == (0, "")
    found = Path(done.stdout.strip())
    assert found.parent == place.file.parent / "out"
    return found


def test_verify_accepts_what_export_wrote(place: Place, exported: Path) -> None:
    head = json.loads(exported.read_text().splitlines()[-1])["head"]
    done = place.command("verify", exported, "--head", head)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ok")
    assert head in done.stdout


def test_verify_finds_a_change(here: Run, exported: Path) -> None:
    lines = exported.read_text().splitlines(keepends=True)
    row: list[Any] = json.loads(lines[2])
    row[2] += 1
    lines[2] = json.dumps(row, separators=(",", ":")) + "\n"
    exported.write_text("".join(lines))
    done = here("verify", exported)
    assert done.returncode == 1
    assert done.stdout.startswith("BROKEN")


def test_verify_needs_no_settings_and_says_what_it_cannot_read(place: Place, here: Run) -> None:
    shutil.rmtree(place.config)
    done = here("verify", place.file.parent / "nothing.jsonl")
    assert done.returncode == 2
    assert "No such file" in done.stderr


def test_export_of_an_unusable_database_says_so(place: Place, here: Run) -> None:
    place.file.write_bytes(b"this was never a database " * 100)
    assert "not a database" in only_line(here("export", place.file.parent / "out"))
