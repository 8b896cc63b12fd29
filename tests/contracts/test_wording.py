"""Every sentence is there, used, complete and plain."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Message, VariableReference
from fluent.syntax.visitor import Visitor

from bot.domain.asks import ASK
from bot.domain.checkins import Life
from bot.domain.community import REQUIRED, Moderation
from bot.domain.contributions import ERASED, OUTCOMES, PARENTS, REFUSED, Fate, Why
from bot.domain.forms import FORM, REASONS
from bot.domain.kinds import KINDS
from bot.domain.papers import Came
from bot.domain.people import Ages, Standing
from bot.domain.personal import LOOKS
from bot.domain.promises import Influence
from bot.domain.rounds import Needs
from bot.domain.stages import Stage
from bot.domain.weighing import VOTES, WEIGH
from bot.services import ask_summaries, checkin_results, due, form_files, records
from bot.services.communities import MEANINGS, TEXTS
from bot.services.weighing_files import COLUMNS
from bot.services.weighing_files import FACTS as WEIGHED
from bot.store.schema import MISSED
from cogs.community import CHANNELS, PEOPLE
from cogs.drafts import FORMS
from cogs.ui.posts import Posts
from tests.builders import wording

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "config/wording/en").glob("*.ftl"))
CODE = {
    path: ast.parse(path.read_text())
    for folder in ("bot", "cogs")
    for path in sorted((ROOT / folder).rglob("*.py"))
}
SPEAKERS = {"say", "label", "tell", "way", "plain"}
WORDING = wording()
IDS = WORDING.sentences("en")
SHOWN_STATES = ("open", "closed", "cancelled")

STEPS = (
    *("received", "changed", "accepted", "author-asked", "second-look", "withdrawn"),
    *("merged", "split", "made", "undone", REFUSED),
)

EXPORTED: dict[str, tuple[str, ...]] = {
    "statement": (*COLUMNS, *WEIGHED),
    "line": checkin_results.COLUMNS,
    "form": (*form_files.COLUMNS, *form_files.FACTS),
    "option": (*records.COLUMNS, *records.FACTS),
    "idea": (*ask_summaries.COLUMNS, *ask_summaries.FACTS),
}

EXPANDED: dict[str, tuple[str | tuple[str, ...], ...]] = {
    "stage-{}": tuple(Stage),
    "meaning-{}": tuple(Stage),
    "influence-{}": tuple(Influence),
    "round-promise-{}": tuple(Influence),
    "ages-{}": tuple(Ages),
    "standing-{}": tuple(Standing),
    "name-{}": (*Standing, *MEANINGS),
    "lacking-{}": (*REQUIRED, *CHANNELS, *PEOPLE),
    "setup-{}": (*CHANNELS, *PEOPLE),
    "setup-role-{}": MEANINGS,
    "setup-moderation-{}": tuple(Moderation),
    "setup-press-moderation-{}": tuple(Moderation),
    "setup-ask-{}": (*MEANINGS, *CHANNELS, *PEOPLE),
    "setup-field-{}": (*TEXTS, "time_zone", "language"),
    "setup-hint-{}": (*TEXTS, "time_zone", "language"),
    "project-field-{}": ("fixed", "said", "did", "wont"),
    "project-hint-{}": ("fixed", "said", "did", "wont"),
    "draft-kind-{}": (*KINDS, FORM, WEIGH),
    "round-{}": (*KINDS, ASK, FORM, WEIGH),
    "review-why-{}": REASONS,
    "checkin-hint-{}": ("pace", "why", "question", "lines"),
    "checkin-field-{}": ("pace", "why", "question", "lines", "by", "names"),
    "checkin-ready-{}": ("own", "good"),
    "checkin-{}-{}": (("by", "channel"), ("by", "direct"), ("names", "named"), ("names", "sealed")),
    "checkin-line-{}": ("draft", "running", "paused", "asks"),
    "desk-checkin-{}": ("draft", "paused", "asks"),
    "checkin-state-{}": tuple(Life),
    "checkin-why-{}": ("organiser", "channel", "role", "project", "promise", "ended"),
    "keep-{}": ("answered", "refused"),
    "keep-{}-hint": ("answered", "refused"),
    "checkin-missed-{}": MISSED,
    "checkin-time-{}": ("open", "closed"),
    "direct-{}": ("asked", "reminded"),
    "feedback-{}-scales": ("field", "hint"),
    "form-looks-{}": tuple(LOOKS),
    "why-{}": (*Why, ERASED),
    "idea-{}": tuple({*Fate} - {Fate.DECLINED, *PARENTS}),
    "step-{}": (*STEPS, *OUTCOMES),
    "ask-summary-{}": (*PARENTS, *OUTCOMES),
    "outcome-{}": OUTCOMES,
    "{}-ask": ("idea-delete", "undo", "object"),
    "{}-yes": ("idea-delete", "undo", "object"),
    "{}-no": ("idea-delete", "undo", "object"),
    "{}-press-back": ("ideas", "mine"),
    "{}-press-on": ("ideas", "mine"),
    "post-{}": ("merged", "split"),
    "post-offer-{}": ("yes", "no", "late", "over"),
    "idea-press-{}": ("support", "unsupport"),
    "follow-press-{}": ("follow", "unfollow"),
    "paper-promise-{}": tuple(Influence),
    "paper-only-{}": ("adults", "teens"),
    "paper-am-{}": tuple(Standing),
    "came-{}": tuple(Came),
    "round-hint-{}": tuple(KINDS),
    "draft-needs-{}": tuple(Needs),
    "{}-form": tuple(FORMS),
    "{}-title": ("poll-close", "poll-cancel"),
    "{}{}": ("draft-hidden", "draft-hands"),
    "poll-line-{}": ("draft", *SHOWN_STATES),
    "mine-{}": SHOWN_STATES,
    "round-answers{}": ("", "-hands", "-ask"),
    "round-option{}": ("", "-hands"),
    "digest-standings-{}": ("weekly", "few"),
    "digest-{}": ("owed", "overdue"),
    "desk-unsent-{}": ("forbidden", "gone", "closed", "refused", "unsure"),
    "schedule-what-{}": tuple(due.ACTS),
    "schedule-why-{}": ("down", "trouble", "busy"),
    "card-{}": tuple(Posts(None, WORDING)._builders),  # type: ignore[arg-type]
    "worry-field-{}": ("words", "reach"),
    "trial-field-{}": ("understood", "hard"),
    "trial-hint-{}": ("understood", "hard"),
    "worry-hint-{}": ("words", "reach"),
    "weigh-press-{}": tuple(VOTES),
    "weigh-vote-{}": tuple(VOTES),
    "weigh-{}": ("agreed", "divided"),
    "weigh-{}-none": ("agreed", "divided"),
    "feedback-press-{}": ("question", "scales"),
    "dictionary-{}-{}": tuple(
        (of, name.replace("_", "-")) for of, names in EXPORTED.items() for name in names
    ),
    "refusal-{}": (),
}
"""What stands in the gaps of names that the code puts together; a new such name belongs in here."""

INDIRECT = {
    "when-clock-skips": {"day", "time", "instead"},
    "when-clock-repeats": {"day", "time", "instead"},
    "pace-two-meanings": {"said"},
    "pace-needs-day": {"said"},
    "receipt-unknown": {"receipt"},
    "receipt-elsewhere": {"receipt"},
    "receipt-entered": {"receipt"},
    "paper-audience": {"receipt"},
}
"""The facts of refusals whose code is no literal where they are raised; all others of those carry none."""


class _Variables(Visitor):
    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:
        self.found.add(node.id.name)


def messages() -> dict[str, Message]:
    found = {}
    for file in FILES:
        for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body:
            if isinstance(entry, Message):
                found[entry.id.name] = entry
    return found


def variables(message: Message) -> set[str]:
    visitor = _Variables()
    visitor.visit(message)
    return visitor.found


def expanded(template: str) -> set[str]:
    if template == "{}{}":
        return {str(value) for value in EXPANDED[template]}
    return {template.format(*((value,) if isinstance(value, str) else value)) for value in EXPANDED[template]}


def template_of(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


def spoken() -> Iterator[tuple[str, ast.Call, ast.expr]]:
    """Every call that says a sentence: where, the call, and the sentence's name."""
    for path, tree in CODE.items():
        if "store" in path.parts:
            continue  # SQL has labels, too
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "attr", None) or getattr(call.func, "id", None)
            if name not in SPEAKERS:
                continue
            for argument in call.args[:2]:
                choices = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
                literal = [
                    one
                    for one in choices
                    if isinstance(one, ast.JoinedStr)
                    or (isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value != "en")
                ]
                for one in literal:
                    yield f"{path.relative_to(ROOT)}:{call.lineno}", call, one
                if literal:
                    break


def test_every_sentence_that_is_said_is_there_with_all_its_facts() -> None:
    there, wrong = messages(), []
    for where, call, named in spoken():
        if isinstance(named, ast.JoinedStr):
            template = template_of(named)
            if template not in EXPANDED:
                wrong.append(f"{where}: {template} is not in this test's table")
                continue
            names = expanded(template)
        else:
            assert isinstance(named, ast.Constant)
            names = {str(named.value)}
        wrong += [f"{where}: there is no {name}" for name in names - set(there)]
        given = {keyword.arg for keyword in call.keywords}
        if None not in given:
            for name in names & set(there):
                missing = variables(there[name]) - given
                wrong += [f"{where}: {name} needs {missing}"] if missing else []
    assert not wrong, "\n".join(wrong)


def test_every_sentence_is_said_somewhere() -> None:
    constants = {
        node.value
        for tree in CODE.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    used = constants.union(*map(expanded, EXPANDED))
    unused = {name for name in IDS if name not in used and not name.startswith("refusal-")}
    assert not unused


def refusals() -> Iterator[tuple[str, str, set[str | None]]]:
    """Every refusal whose code is written where it is raised: where, the code, its facts."""
    for path, tree in CODE.items():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Refusal" and call.args:
                code = call.args[0]
                if isinstance(code, ast.Constant):
                    where = f"{path.relative_to(ROOT)}:{call.lineno}"
                    yield where, str(code.value), {keyword.arg for keyword in call.keywords}


def test_every_refusal_has_its_sentence_and_its_facts_cover_it() -> None:
    there, wrong = messages(), []
    for where, code, facts in refusals():
        message = there.get(f"refusal-{code}")
        if message is None:
            wrong.append(f"{where}: there is no refusal-{code}")
        elif variables(message) - facts:
            wrong.append(f"{where}: refusal-{code} needs {variables(message) - facts}")
    assert not wrong, "\n".join(wrong)


def test_no_refusal_is_left_over_and_what_is_raised_indirectly_carries_its_facts() -> None:
    literal = {code for _, code, _ in refusals()}
    constants = {
        node.value
        for tree in CODE.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    } | {"only-adults", "only-teens"}
    for name, message in messages().items():
        if name.startswith("refusal-"):
            code = name.removeprefix("refusal-")
            assert code in constants, f"{name} is used nowhere"
            if code not in literal:
                assert variables(message) <= INDIRECT.get(code, set()), name


@pytest.mark.parametrize("count", [0, 1, 2, 5, 1234])
def test_every_sentence_can_be_said(count: int) -> None:
    for name, message in messages().items():
        facts: dict[str, object] = dict.fromkeys(variables(message), "a *word*")
        numbers = {"count", "number", "total", "percent", "rows", "months", "days", "length", "limit", "most"}
        facts |= dict.fromkeys(numbers & set(facts), count)
        said = WORDING.say("en", name, **facts)
        assert said.strip(), name
        assert "{" not in said, name


def test_what_the_bot_never_says() -> None:
    for file in FILES:
        text = file.read_text(encoding="utf-8").casefold()
        for banned in ("secret ballot", "completely anonymous", "totally anonymous", "your consent"):
            assert banned not in text, f"{file.name}: {banned}"


# --- how hard it is to read

FACTS: dict[str, object] = {
    "count": 3, "months": 12, "number": 2, "total": 9, "percent": 33, "rows": 40, "quorum": 5, "answers": 3,
    "when": "Friday", "due": "Friday", "head": "a number", "who": "Mill Town", "title": "Safer walk",
    "question": "Which one?", "choice": "Red", "before": "Blue", "contact": "Olive", "lines": "Call 999.",
    "decides": "The council", "fixed": "Money", "reason": "It rains.", "text": "Red", "texts": "Red",
    "state": "Closed.", "press": "All", "moment": "Friday", "date": "4 June",
}  # fmt: skip


def sentences(file: str) -> list[list[str]]:
    """The words of every sentence of a wording file, as somebody reads them."""
    found = []
    path = ROOT / "config/wording/en" / file
    for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
        if isinstance(entry, Message):
            facts = {name: FACTS.get(name, "it") for name in variables(entry)}
            said = WORDING.label("en", entry.id.name, 5000, **facts)
            said = re.sub(r"[*#]|-# ", "", said)
            for sentence in re.split(r"(?<=[.!?:])\s+|\n", said):
                words = re.findall(r"[A-Za-z’']+", sentence)
                if words:
                    found.append(words)
    return found


def syllables(word: str) -> int:
    """Groups of vowels, without the silent e at the end: close enough to compare texts."""
    word = re.sub(r"[^a-z]", "", word.lower())
    if len(word) > 3 and word.endswith("e") and not word.endswith("le"):
        word = word[:-1]
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def grade(text: list[list[str]]) -> float:
    """Flesch-Kincaid: the school year (American) that can read it."""
    words = [word for sentence in text for word in sentence]
    return 0.39 * len(words) / len(text) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.mark.parametrize(
    "file",
    ["my_data.ftl", "residents.ftl", "rounds.ftl", "asks.ftl", "following.ftl", "papers.ftl", "worries.ftl"],
)
def test_residents_read_plain_words(file: str) -> None:
    text = sentences(file)
    assert grade(text) <= 6, grade(text)
    for sentence in text:
        assert len(sentence) <= 25, " ".join(sentence)


@pytest.mark.parametrize("file", ["answers.ftl", "refusals.ftl", "polls.ftl", "advice.ftl"])
def test_refusals_and_drafts_are_plain_too(file: str) -> None:
    assert grade(sentences(file)) <= 6
    assert all(len(sentence) <= 25 for sentence in sentences(file))
