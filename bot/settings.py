"""The settings of one running bot; config/settings.toml says what each of them means."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_type_hints
from zoneinfo import available_timezones

from sqlalchemy import make_url

FILE = "settings.toml"
DATABASE_VARIABLE = "FOLKMOOT_DATABASE"
KEYS_VARIABLE = "FOLKMOOT_KEYS"
SHARDS_VARIABLE = "FOLKMOOT_SHARDS"


class SettingsError(Exception):
    """Settings that cannot be used; one line per problem."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


# Rules: ``value in rule`` is whether it is allowed, ``str(rule)`` says what is.


@dataclass(frozen=True)
class Whole:
    """Whole numbers between two bounds, both allowed."""

    least: int
    most: int

    def __contains__(self, value: object) -> bool:
        # True and false are whole numbers to isinstance.
        return type(value) is int and self.least <= value <= self.most

    def __str__(self) -> str:
        return f"a whole number from {self.least} to {self.most}"


@dataclass(frozen=True)
class Text:
    """Text that matches a pattern from end to end, and how to say so."""

    pattern: str
    words: str

    def __contains__(self, value: object) -> bool:
        return isinstance(value, str) and re.fullmatch(self.pattern, value) is not None

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]

    def __contains__(self, value: object) -> bool:
        return value in self.words

    def __str__(self) -> str:
        return "one of " + ", ".join(f'"{word}"' for word in self.words)


class TimeZone:
    """Names of time zones that this machine knows."""

    def __contains__(self, value: object) -> bool:
        return isinstance(value, str) and value in available_timezones()

    def __str__(self) -> str:
        return 'the name of a known time zone, such as "Europe/London"'


class Address:
    """IP addresses."""

    def __contains__(self, value: object) -> bool:
        try:
            return isinstance(value, str) and bool(ip_address(value))
        except ValueError:
            return False

    def __str__(self) -> str:
        return 'an IP address, such as "127.0.0.1" or "::1"'


@dataclass(frozen=True)
class Shards:
    """A process's part of the gateway: some shards, in a row, of all that the bot has."""

    first: int
    last: int
    count: int

    def serves(self, guild: int) -> bool:
        """Whether a Discord server's events come to these shards; the rule is Discord's."""
        return self.first <= (guild >> 22) % self.count <= self.last


_SHARDS = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?/([0-9]{1,4})")


def read_shards(value: object) -> Shards | None:
    """Shards as ``first-last/count``, or ``number/count``, counted from 0; None where there are no such."""
    found = _SHARDS.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    named = Shards(int(found[1]), int(found[2] or found[1]), int(found[3]))
    return named if named.first <= named.last < named.count else None


class ShardRange:
    """Texts that name shards."""

    def __contains__(self, value: object) -> bool:
        return read_shards(value) is not None

    def __str__(self) -> str:
        return 'shards of all there are, counted from 0, such as "0/1" or "0-1/4"'


Days = Annotated[int, Whole(1, 365)]
Length = Annotated[int, Whole(20, 1000)]  # escaped twice over, it must still fit a message
DATABASE = Text(
    r"sqlite\+aiosqlite:///.+|postgresql\+asyncpg://.+",
    'an address that starts with "sqlite+aiosqlite:///" or "postgresql+asyncpg://"',
)


FOLDER = Text(r"[^\x00\n]{0,500}", "a folder")


@dataclass(frozen=True)
class Rounds:
    """What a round may be."""

    least_days_open: Days = 7
    least_days_to_decide: Days = 14
    draft_days: Days = 14
    # Discord's lists to choose from end at 25.
    most_options: Annotated[int, Whole(2, 25)] = 20
    option_length: Length = 150
    question_length: Length = 300
    reading_age_limit: Annotated[int, Whole(0, 25)] = 14
    # Few enough that one person holds nobody up, and far more than anybody does who means it.
    acts_an_hour: Annotated[int, Whole(20, 10_000)] = 200


@dataclass(frozen=True)
class Asks:
    """What an ask may be."""

    most_per_person: Annotated[int, Whole(1, 1000)] = 20
    object_days: Annotated[int, Whole(1, 60)] = 7
    # What one alone has typed is nobody else's to read.
    words_wanted: Annotated[int, Whole(2, 1000)] = 3


@dataclass(frozen=True)
class Weighing:
    """How statements are weighed."""

    in_a_row: Annotated[int, Whole(1, 100)] = 10
    # With fewer, "most agree" would be about two or three people.
    enough_readers: Annotated[int, Whole(3, 1000)] = 5


CLOCK = Text(r"([01]\d|2[0-3]):[0-5]\d", 'a time such as "21:00"')


@dataclass(frozen=True)
class Attention:
    """How much of people's time is asked for."""

    a_week: Annotated[int, Whole(1, 50)] = 3
    quiet_from: Annotated[str, CLOCK] = "21:00"
    quiet_until: Annotated[str, CLOCK] = "08:00"


@dataclass(frozen=True)
class Privacy:
    """What is shown of people, and how long it is kept."""

    # In a group of two, each knows the other's answer.
    least_group: Annotated[int, Whole(3, 1000)] = 5
    answers_months: Annotated[int, Whole(1, 120)] = 12
    posts_days: Days = 90
    removed_grace_days: Annotated[int, Whole(0, 365)] = 30
    notice_version: Annotated[str, Text(r"[A-Za-z0-9.-]{1,32}", "1 to 32 letters, digits, . or -")] = (
        "2026-12"
    )


@dataclass(frozen=True)
class Timing:
    """How often the bot looks, paints and writes."""

    tick_seconds: Annotated[int, Whole(1, 3600)] = 15
    repaint_seconds: Annotated[int, Whole(1, 60)] = 2
    writer_batch: Annotated[int, Whole(1, 4096)] = 256


@dataclass(frozen=True)
class Logging:
    """What is logged, and in which form."""

    level: Annotated[str, OneOf(("DEBUG", "INFO", "WARNING", "ERROR"))] = "INFO"
    format: Annotated[str, OneOf(("text", "json"))] = "text"


@dataclass(frozen=True)
class Http:
    """Where /live, /ready and /metrics are answered."""

    port: Annotated[int, Whole(0, 65535)] = 0
    host: Annotated[str, Address()] = "127.0.0.1"


@dataclass(frozen=True)
class Settings:
    """Everything that can be set; the defaults are those in config/settings.toml."""

    database: Annotated[str, DATABASE] = "sqlite+aiosqlite:///var/folkmoot.db"
    keys: Annotated[str, FOLDER] = ""
    shards: Annotated[str, ShardRange()] = "0/1"
    language: Annotated[str, Text(r"[a-z]{2,3}(-[A-Z]{2})?", 'a language such as "en" or "cy-GB"')] = "en"
    time_zone: Annotated[str, TimeZone()] = "Europe/London"
    rounds: Rounds = field(default_factory=Rounds)
    asks: Asks = field(default_factory=Asks)
    weighing: Weighing = field(default_factory=Weighing)
    attention: Attention = field(default_factory=Attention)
    privacy: Privacy = field(default_factory=Privacy)
    timing: Timing = field(default_factory=Timing)
    logging: Logging = field(default_factory=Logging)
    http: Http = field(default_factory=Http)

    @property
    def keys_folder(self) -> Path:
        """Where keys are kept: the folder that is set, or one beside the folder of the database file."""
        if self.keys:
            return Path(self.keys)
        file = make_url(self.database).database or ""
        if self.database.startswith("sqlite") and file not in ("", ":memory:"):
            folder = Path(file).absolute().parent
            return folder.with_name(f"{folder.name}-keys")
        return Path("var-keys")

    @property
    def served(self) -> Shards:
        """The shards that this process serves."""
        named = read_shards(self.shards)
        assert named is not None  # or these settings could not have been loaded
        return named


def read_toml(path: Path) -> dict[str, Any]:
    """What a file of TOML holds; raises :class:`SettingsError`."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError([f"{path}: cannot be read: {error.strerror}"]) from error
    except (ValueError, RecursionError) as error:  # not TOML, not UTF-8, or too deep to be read
        raise SettingsError([f"{path}: is not TOML: {error}"]) from error


def load(folder: Path, environ: Mapping[str, str]) -> Settings:
    """The settings in ``folder``; the environment's database, keys and shards go before theirs.

    Raises:
        SettingsError: all that is wrong, at once.
    """
    path = folder / FILE
    raw = read_toml(path)
    problems: list[str] = []
    settings = _read(Settings, raw, f"{path}:", problems)
    named: dict[str, Any] = {}
    for variable, key, rule in (
        (DATABASE_VARIABLE, "database", DATABASE),
        (KEYS_VARIABLE, "keys", FOLDER),
        (SHARDS_VARIABLE, "shards", ShardRange()),
    ):
        # An empty variable is not set: that is how one is left open in .env.
        if value := environ.get(variable):
            if value not in rule:
                problems.append(f"{variable} must be {rule}")
            named[key] = value
    if problems:
        raise SettingsError(problems)
    return replace(settings, **named)


T = TypeVar("T")


def _read(kind: type[T], raw: Mapping[str, Any], place: str, problems: list[str]) -> T:
    """A table's dataclass out of what the file has there; what is wrong is left out and told in ``problems``.

    Values are not repeated in problems: logs are no place for what might be a password.
    """
    hints = get_type_hints(kind, include_extras=True)
    good: dict[str, Any] = {}
    for key, value in raw.items():
        hint = hints.get(key)
        if hint is None:
            problems.append(f"{place} {key} is not a setting; {_instead(key, hints)}")
        elif isinstance(hint, type):
            if isinstance(value, dict):
                good[key] = _read(hint, value, f"{place} [{key}]", problems)
            else:
                problems.append(f"{place} {key} must be a table, [{key}]")
        elif value in (rule := hint.__metadata__[0]):
            good[key] = value
        else:
            problems.append(f"{place} {key} must be {rule}")
    return kind(**good)


def _instead(key: str, known: Iterable[str]) -> str:
    """What may have been meant by an unknown key."""
    near = get_close_matches(key, known, n=1)
    return f"did you mean {near[0]}?" if near else "what can be set here: " + ", ".join(known)
