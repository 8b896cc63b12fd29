"""What operators copy: units, compose.yaml, Dockerfile and their page name only what is there."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from bot import __main__ as program
from bot.settings import DATABASE, DATABASE_VARIABLE, KEYS_VARIABLE, SHARDS_VARIABLE
from bot.wiring import CONFIG_VARIABLE, TOKEN_VARIABLE

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
PLACE = "/opt/folkmoot"
OURS = {TOKEN_VARIABLE, DATABASE_VARIABLE, KEYS_VARIABLE, SHARDS_VARIABLE, CONFIG_VARIABLE}
OTHERS = {"PGPASSFILE", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PATH", "HOME", "TMPDIR"}
"""Variables of Python's, PostgreSQL's and the system's."""
GUIDE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def unit(path: Path) -> dict[str, list[str]]:
    """A unit's settings, whatever their section; some of them come several times."""
    there: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        key, given, value = line.partition("=")
        if given and not line.startswith("#"):
            there[key].append(value)
    return there


def arguments_of(command: str) -> list[str]:
    """What follows the program's name, as its own parser takes it."""
    _, *arguments = shlex.split(command)
    program._parser().parse_args(arguments)
    return arguments


def variables(path: Path) -> dict[str, str]:
    """The environment that a unit makes."""
    pairs = [pair.split("=", 1) for line in unit(path)["Environment"] for pair in shlex.split(line)]
    return dict(pairs)


def yaml(text: str) -> Any:
    """The part of YAML that compose.yaml is written in: mappings, lists, and lists in JSON on one line."""
    lines = [re.sub(r"(^|\s)#.*", "", line).rstrip() for line in text.splitlines()]
    return _block([line for line in lines if line.strip()], 0)[0]


def _block(lines: list[str], start: int) -> tuple[Any, int]:
    depth = len(lines[start]) - len(lines[start].lstrip())
    there: Any = [] if lines[start].lstrip().startswith("- ") else {}
    at = start
    while at < len(lines) and (inner := len(lines[at]) - len(lines[at].lstrip())) >= depth:
        assert inner == depth, lines[at]
        line = lines[at].strip()
        at += 1
        if isinstance(there, list):
            there.append(line.removeprefix("- "))
            continue
        key, said, value = line.partition(":")
        assert said, line
        if not value and at < len(lines) and len(lines[at]) - len(lines[at].lstrip()) > depth:
            there[key], at = _block(lines, at)
        else:
            value = value.strip()
            there[key] = json.loads(value) if value[:1] in ("[", "{") else value
    return there, at


COMPOSE = yaml((ROOT / "compose.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_name_commands_variables_and_files_that_are_there(path: Path) -> None:
    there = unit(path)
    [command], [place] = there["ExecStart"], there["WorkingDirectory"]
    assert command.startswith(f"{PLACE}/folkmoot ")
    assert (ROOT / "folkmoot").stat().st_mode & 0o111
    assert place == PLACE
    for page in there["Documentation"]:
        assert (ROOT / page.removeprefix(f"file://{PLACE}/")).is_file()
    arguments_of(command)
    named = variables(path)
    assert named.keys() <= OURS | OTHERS
    assert named[DATABASE_VARIABLE] in DATABASE
    state, *keys = there["StateDirectory"][0].split()
    assert f"/var/lib/{state}/" in named[DATABASE_VARIABLE]
    assert [f"/var/lib/{one}" for one in keys] == [named[one] for one in (KEYS_VARIABLE,) if one in named]
    assert there["LimitCORE"] == ["0"]


def test_the_bots_unit_hands_it_its_token_and_ends_it_in_order() -> None:
    there = unit(DEPLOY / "folkmoot.service")
    assert arguments_of(there["ExecStart"][0]) == ["run"]
    name, _, source = there["LoadCredential"][0].partition(":")
    assert (
        variables(DEPLOY / "folkmoot.service")[TOKEN_VARIABLE] == f"/run/credentials/folkmoot.service/{name}"
    )
    assert source in GUIDE
    assert 24 * 3600 / int(there["RestartSec"][0]) < 1000  # Discord's sessions in a day
    assert there["Restart"] == ["on-failure"]


def test_the_backups_unit_may_write_where_it_writes() -> None:
    there = unit(DEPLOY / "folkmoot-backup.service")
    _, folder, *_ = arguments_of(there["ExecStart"][0])
    assert there["ReadWritePaths"] == [folder]
    assert f"{folder}\n" in GUIDE
    same = ("User", "WorkingDirectory", "EnvironmentFile")
    bots = unit(DEPLOY / "folkmoot.service")
    assert [there[key] for key in same] == [bots[key] for key in same]
    database = [variables(one)[DATABASE_VARIABLE] for one in UNITS]
    assert len(set(database)) == 1
    assert (DEPLOY / "folkmoot-backup.timer").is_file()
    keys = variables(DEPLOY / "folkmoot.service")[KEYS_VARIABLE]
    assert there["InaccessiblePaths"] == [f"-{keys}"]


def test_systemd_finds_no_fault(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd is not installed here")
    for path in DEPLOY.iterdir():
        said = path.read_text(encoding="utf-8").replace(f"{PLACE}/folkmoot ", f"{shutil.which('true')} ")
        (tmp_path / path.name).write_text(said.replace(f"={PLACE}", "=/"), encoding="utf-8")
    done = subprocess.run(
        [verify, "verify", "--man=no", *map(str, tmp_path.iterdir())],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    ours = [line for line in done.stderr.splitlines() if str(tmp_path) in line]
    assert (done.returncode, ours) == (0, []), done.stderr


def test_compose_names_what_is_there() -> None:
    services = COMPOSE["services"]
    for one in services.values():
        assert set(one["secrets"]) <= COMPOSE["secrets"].keys()
        assert set(one["networks"]) <= COMPOSE["networks"].keys()
        assert set(one.get("depends_on", {})) <= services.keys()
        for volume in one["volumes"]:
            source = volume.split(":")[0]
            assert (ROOT / source).is_dir() if source.startswith(".") else source in COMPOSE["volumes"]
        for value in one["environment"].values():
            if value.startswith("/run/secrets/"):
                assert value.removeprefix("/run/secrets/") in one["secrets"]
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].removeprefix("./") in GUIDE
    assert "/secrets/\n" in (ROOT / ".gitignore").read_text(encoding="utf-8")


def test_compose_connects_the_bot_with_its_database_without_a_password_in_sight() -> None:
    bot, database = COMPOSE["services"]["bot"], COMPOSE["services"]["database"]
    address = bot["environment"][DATABASE_VARIABLE]
    assert address in DATABASE
    user, name = database["environment"]["POSTGRES_USER"], database["environment"]["POSTGRES_DB"]
    assert address == f"postgresql+asyncpg://{user}@database/{name}"
    assert f"'database:5432:{name}:{user}:%s\\n'" in GUIDE
    assert bot["environment"].keys() <= OURS | OTHERS
    assert TOKEN_VARIABLE in bot["environment"]
    assert bot["read_only"] == "true"
    assert bot["ulimits"] == {"core": "0"}
    assert "healthcheck" in database
    assert "ports" not in bot | database


def test_the_image_is_made_of_what_is_there() -> None:
    said = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (?!--from)(\S+)", said, re.MULTILINE)
    assert copied
    for source in copied:
        assert (ROOT / source).exists()
        assert f"!{source}\n" in (ROOT / ".dockerignore").read_text(encoding="utf-8")
    assert set(re.findall(r"([A-Z]+(?:_[A-Z]+)*)=", said)) <= OURS | OTHERS
    [uid] = re.findall(r"--uid (\d+)", said)
    assert f"chown {uid} " in GUIDE


def test_the_guides_commands_variables_and_links_are_there() -> None:
    commands = re.findall(r"(?:\./folkmoot|python -m bot) ([a-z][^`\n]*)", GUIDE)
    assert len(commands) > 8
    for command in commands:
        arguments_of(f"folkmoot {command}")
    assert set(re.findall(r"\b((?:FOLKMOOT|DISCORD)_[A-Z_]+)\b", GUIDE)) <= OURS
    for link in re.findall(r"\]\(([^)#]+)\)", GUIDE):
        assert (ROOT / "docs" / link).exists(), link
    assert "(docs/operating.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
