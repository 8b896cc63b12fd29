"""The settings' file: what it explains, what it refuses and in which words."""

from __future__ import annotations

import tomllib
from dataclasses import FrozenInstanceError, fields, is_dataclass
from pathlib import Path

import pytest

from bot.settings import FILE, Settings, SettingsError, ShardRange, Shards, load

CONFIG = Path(__file__).parents[1] / "config"


def problems(folder: Path, toml: str, environ: dict[str, str] | None = None) -> list[str]:
    """What loading says against a file, without the file's name."""
    path = folder / FILE
    path.write_text(toml, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(folder, environ or {})
    return [line.removeprefix(f"{path}: ") for line in str(caught.value).splitlines()]


def names(settings: object, table: str = "") -> list[tuple[str, str]]:
    """Table and key of everything that can be set."""
    found = []
    for one in fields(settings):  # type: ignore[arg-type]
        value = getattr(settings, one.name)
        found += names(value, one.name) if is_dataclass(value) else [(table, one.name)]
    return found


def test_the_file_states_every_default() -> None:
    raw = tomllib.loads((CONFIG / FILE).read_text(encoding="utf-8"))
    stated = [(table, key) for table, value in raw.items() if isinstance(value, dict) for key in value]
    stated += [("", key) for key, value in raw.items() if not isinstance(value, dict)]

    assert sorted(stated) == sorted(names(Settings()))
    assert load(CONFIG, {}) == Settings()


def test_the_file_explains_every_key() -> None:
    explained, table, before = [], "", ""
    for line in (CONFIG / FILE).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            table = line.strip("[]")
        elif " = " in line and before.startswith("# "):
            explained.append((table, line.partition(" = ")[0]))
        before = line

    assert explained == names(Settings())


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()

    assert load(tmp_path, {}) == Settings()


def test_values_are_taken_from_file_and_environment(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('database = "sqlite+aiosqlite:///a.db"\n[privacy]\nleast_group = 8\n')

    assert load(tmp_path, {"FOLKMOOT_DATABASE": ""}).database == "sqlite+aiosqlite:///a.db"
    settings = load(tmp_path, {"FOLKMOOT_DATABASE": "sqlite+aiosqlite:///b.db"})
    assert settings.database == "sqlite+aiosqlite:///b.db"
    assert settings.privacy.least_group == 8
    server = "postgresql+asyncpg://folkmoot:secret@db/folkmoot"
    assert load(tmp_path, {"FOLKMOOT_DATABASE": server}).database == server
    assert settings.rounds == Settings().rounds


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        (
            "[rounds]\nleast_day_open = 7",
            "[rounds] least_day_open is not a setting; did you mean least_days_open?",
        ),
        ("[privcy]\nleast_group = 5", "privcy is not a setting; did you mean privacy?"),
        ("[logging]\nzz = 1", "[logging] zz is not a setting; what can be set here: level, format"),
        ("rounds = 7", "rounds must be a table, [rounds]"),
        ("[rounds]\nmost_options = 26", "[rounds] most_options must be a whole number from 2 to 25"),
        ('[rounds]\nmost_options = "20"', "[rounds] most_options must be a whole number from 2 to 25"),
        ("[timing]\ntick_seconds = true", "[timing] tick_seconds must be a whole number from 1 to 3600"),
        ("[timing]\nrepaint_seconds = 2.0", "[timing] repaint_seconds must be a whole number from 1 to 60"),
        ("[privacy]\nleast_group = 2", "[privacy] least_group must be a whole number from 3 to 1000"),
        ('[logging]\nformat = "xml"', '[logging] format must be one of "text", "json"'),
        ("[logging]\nlevel = [1]", '[logging] level must be one of "DEBUG", "INFO", "WARNING", "ERROR"'),
        (
            'time_zone = "Europe/Londn"',
            'time_zone must be the name of a known time zone, such as "Europe/London"',
        ),
        (
            'database = "postgresql://me:secret@db"',
            'database must be an address that starts with "sqlite+aiosqlite:///" or "postgresql+asyncpg://"',
        ),
        *(
            (f'shards = "{wrong}"', f"shards must be {ShardRange()}")
            for wrong in (
                "",
                "1",
                "1/1",
                "1-0/4",
                "0-4/4",
                "-1/4",
                "0/0",
                "0/1 ",
                "0-1-2/4",
                "٠/١",
                "0/99999",
            )
        ),
        ("[http]\nport = 65536", "[http] port must be a whole number from 0 to 65535"),
        *(
            (f"[http]\nhost = {wrong}", '[http] host must be an IP address, such as "127.0.0.1" or "::1"')
            for wrong in ('"localhost"', '""', "1", '"127.0.0.1:9464"')
        ),
        (
            "[rounds]\nreading_age_limit = 26",
            "[rounds] reading_age_limit must be a whole number from 0 to 25",
        ),
        ('language = "English"', 'language must be a language such as "en" or "cy-GB"'),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, toml: str, problem: str) -> None:
    assert problems(tmp_path, toml) == [problem]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    toml = "langage = 'en'\n[rounds]\ndraft_days = 0\n[timing]\nwriter_batch = 0"

    assert problems(tmp_path, toml, {"FOLKMOOT_DATABASE": "mysql://x"}) == [
        "langage is not a setting; did you mean language?",
        "[rounds] draft_days must be a whole number from 1 to 365",
        "[timing] writer_batch must be a whole number from 1 to 4096",
        'FOLKMOOT_DATABASE must be an address that starts with "sqlite+aiosqlite:///" or "postgresql+asyncpg://"',
    ]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"settings\.toml: cannot be read: No such file"):
        load(tmp_path, {})
    assert problems(tmp_path, "= 1")[0].startswith("is not TOML: ")


@pytest.mark.parametrize(
    ("text", "shards"), [("0/1", Shards(0, 0, 1)), ("3/4", Shards(3, 3, 4)), ("0-1/4", Shards(0, 1, 4))]
)
def test_shards_are_a_range(tmp_path: Path, text: str, shards: Shards) -> None:
    (tmp_path / FILE).touch()
    assert load(tmp_path, {"FOLKMOOT_SHARDS": text}).served == shards


def test_every_server_is_served_by_one_process() -> None:
    parts = [Shards(0, 1, 4), Shards(2, 2, 4), Shards(3, 3, 4)]
    for guild in (700000000000000001 + (step << 22) for step in range(8)):
        assert [part.serves(guild) for part in parts].count(True) == 1
    assert Shards(0, 0, 1).serves(700000000000000001)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().rounds.draft_days = 1  # type: ignore[misc]
