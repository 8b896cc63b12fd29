"""Every sentence that the bot says, out of the Fluent files in ``config/wording/<language>/``.

Words that came from people are escaped here, in the one place that all sentences pass: a string among
the facts is shown literally, unless it is :class:`Markup`, which our own code made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from fluent.runtime import FluentBundle, FluentResource, resolver
from fluent.syntax.ast import Junk, Message, Resource, Term, VariableReference
from fluent.syntax.visitor import Visitor

from bot.domain.text import ISOLATES, isolated, one_line, shown

FALLBACK = "en"
Sentences = dict[str, Message | Term]

# Fluent refuses facts of over 2,500 characters, to guard against wording files from strangers. Ours come
# with the bot, and a list of twenty long options is longer.
resolver.MAX_PART_LENGTH = 100_000

_ENDS = "\ue001"
"""Stands behind a fact that ends a sentence, until the full stop after it is taken out; nobody types it."""
_ENDED = re.compile(r"""[.?!…][*_”"’)]*$""")
_AGAIN = re.compile(rf"""([.?!…][*_”"’)]*{_ENDS}[*_”"’)]*)\.|(\?[*_”"’)]*{_ENDS}[*_”"’)]*)\?""")
"""A fact that ends a sentence, and the full stop after it, which would be a second mark."""


# Where a label's words from right to left begin and end, until it is cleaned: that takes the true marks away.
PLACES = ("\ue010", "\ue011")
_NO_PLACES = dict.fromkeys(map(ord, PLACES))
_ISOLATES = dict(zip(map(ord, PLACES), ISOLATES, strict=True))


class Markup(str):
    """Text that is safe to show as it is: made by our own code, or escaped already."""

    __slots__ = ()


class WordingError(Exception):
    """The wording files can't be used; ``problems`` has a line for each reason."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class Wording:
    """All sentences in all languages there are."""

    def __init__(self, bundles: Mapping[str, FluentBundle]) -> None:
        self._bundles = bundles
        self.languages = tuple(sorted(bundles))

    def say(self, language: str, sentence: str, /, **facts: Any) -> Markup:
        """A sentence for a message, where Discord's markdown is alive; words among the facts are escaped."""
        safe = {name: fact if _inert(fact) else isolated(shown(fact)) for name, fact in facts.items()}
        return Markup(self._format(language, sentence, safe))

    def label(self, language: str, sentence: str, limit: int, /, **facts: Any) -> str:
        """A sentence where there is no markdown, as on a button: one line of at most ``limit`` characters."""
        held = {
            name: isolated(fact.translate(_NO_PLACES), PLACES) if isinstance(fact, str) else fact
            for name, fact in facts.items()
        }
        return one_line(self._format(language, sentence, held), limit).translate(_ISOLATES)

    def nearest(self, *wanted: str) -> str:
        """The first of these languages that there is, with or without its region."""
        for language in wanted:
            for name in (language, language.split("-")[0]):
                if name in self._bundles:
                    return name
        return FALLBACK

    def _format(self, language: str, sentence: str, facts: dict[str, Any]) -> str:
        for name in (language, FALLBACK):
            bundle = self._bundles.get(name)
            if bundle is not None and bundle.has_message(sentence):
                message = bundle.get_message(sentence)
                assert message.value is not None
                marked = {key: _marked(fact) for key, fact in facts.items()}
                text, errors = bundle.format_pattern(message.value, marked)
                if errors:
                    raise WordingError([f"{name}/{sentence}: {error}" for error in errors])
                return _AGAIN.sub(r"\1\2", str(text)).replace(_ENDS, "")
        raise WordingError([f"no wording file has the sentence {sentence!r}"])

    def sentences(self, language: str) -> frozenset[str]:
        """The names of the sentences that a language has."""
        return frozenset(self._bundles[language]._messages)


def _marked(fact: object) -> object:
    """A fact, with a sign after it where it ends a sentence by itself, as a question or a title may."""
    return f"{fact}{_ENDS}" if isinstance(fact, str) and _ENDED.search(fact) else fact


def _inert(fact: object) -> bool:
    return isinstance(fact, Markup) or not isinstance(fact, str)


def load(folder: Path, ours: Path | None = None) -> Wording:
    """Read every language's files; raises :class:`WordingError` with all that is wrong with them.

    ``ours`` is the folder that comes with this version, where another is read: it may have been written for
    an earlier one. What that one's English lacks is said as in ours; a sentence that wants a fact which ours
    doesn't would fail when it is said, so it is wrong now.
    """
    problems: list[str] = []
    languages = sorted(path for path in folder.glob("*") if path.is_dir())
    read = {language.name: _read(language, problems) for language in languages}
    if FALLBACK not in read:
        problems.append(f"{folder.name}/{FALLBACK} is missing")
    own = _read(ours / FALLBACK, problems) if ours is not None else {}
    for language, there in read.items():
        problems += _unknown_facts(language, there, own)
    if problems:
        raise WordingError(problems)
    read[FALLBACK] = own | read[FALLBACK]
    return Wording({language: _bundle(language, there) for language, there in read.items()})


def _read(language: Path, problems: list[str]) -> Sentences:
    """The sentences of a language, by name, and its terms, by ``-name``."""
    found: Sentences = {}
    for file in sorted(language.glob("*.ftl")):
        try:
            resource = FluentResource(file.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            problems.append(f"{language.name}/{file.name}: is not UTF-8")
            continue
        for entry in resource.body:
            if isinstance(entry, Junk):
                line = (entry.content or "").strip().split("\n")[0]
                problems.append(f"{language.name}/{file.name}: can't be read from {line!r}")
            elif isinstance(entry, (Message, Term)):
                name = f"-{entry.id.name}" if isinstance(entry, Term) else entry.id.name
                if name in found:
                    problems.append(f"{language.name}/{file.name}: {name} is there twice")
                found[name] = entry
    return found


def _unknown_facts(language: str, there: Sentences, own: Sentences) -> Iterator[str]:
    """A line for each sentence that wants facts which nobody gives it."""
    for name in there.keys() & own.keys():
        if unknown := facts_of(there[name]) - facts_of(own[name]):
            wanted = ", ".join(f"${fact}" for fact in sorted(unknown))
            yield f"{language}: {name} uses {wanted}, which this version does not know: see {FALLBACK}"


def facts_of(sentence: Message | Term) -> set[str]:
    """The names of the facts that a sentence may want."""
    wanted = _Facts()
    wanted.visit(sentence)
    return wanted.found


class _Facts(Visitor):
    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:
        self.found.add(node.id.name)


def _bundle(language: str, sentences: Sentences) -> FluentBundle:
    # No isolation marks: what people typed is cleaned of direction marks when it comes in.
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(Resource(list(sentences.values())))
    return bundle
