"""Words out of config/: jargon and what to say instead; what codes are made of."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType

from bot.domain.plain import Glossary
from bot.settings import SettingsError, read_toml

FILE = "glossary.toml"
LONGEST = 60
CODE_WORDS = "code-words.txt"
FEWEST_CODE_WORDS = 256

# It is looked for in hyphens' and spaces' place, so these are the only signs that a term may have.
_TERM = re.compile(r"[^\W_]+(?:[ '’-][^\W_]+)*")


def load(folder: Path) -> Glossary:
    """The glossary in ``folder``.

    Raises:
        SettingsError: all that is wrong, at once; an entry is named by its jargon.
    """
    path = folder / FILE
    raw = read_toml(path)
    problems: list[str] = []
    plain: dict[str, str] = {}
    for term, instead in raw.items():
        if len(term) > LONGEST or not _TERM.fullmatch(term):
            problems.append(f'{path}: "{term}" must be words of letters and digits, {LONGEST} at most')
        elif not (isinstance(instead, str) and instead.isprintable() and 0 < len(instead.strip()) <= LONGEST):
            problems.append(f'{path}: "{term}" must have a plain alternative of 1 to {LONGEST} letters')
        elif term.casefold() in plain:
            problems.append(f'{path}: "{term}" is there twice')
        else:
            plain[term.casefold()] = instead.strip()
    if problems:
        raise SettingsError(problems)
    return Glossary(MappingProxyType(plain))


def load_code_words(folder: Path) -> tuple[str, ...]:
    """The words of config/code-words.txt, split at white space.

    Raises:
        SettingsError: they can't be read, are too few, doubled, or not small letters alone.
    """
    path = folder / CODE_WORDS
    try:
        words = path.read_text(encoding="utf-8").split()
    except (OSError, ValueError) as error:
        raise SettingsError([f"{path}: cannot be read"]) from error
    if (
        len(words) < FEWEST_CODE_WORDS
        or len(set(words)) < len(words)
        or not all(one.isalpha() and one.islower() for one in words)
    ):
        raise SettingsError(
            [f"{path}: must hold at least {FEWEST_CODE_WORDS} words in small letters, each once"]
        )
    return tuple(words)
