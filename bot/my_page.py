"""*My data* as a page that a person can read, made of nothing but the file that goes beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import tzinfo
from html import escape
from typing import Any

from bot.pages import Words, whole
from bot.wording import Wording

STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --line: #6b6b6b; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --paper: #161616; --line: #9a9a9a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 44rem; background: var(--paper); color: var(--ink);
  font: 1.05rem/1.5 Arial, Helvetica, "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.3rem; margin: 2rem 0 .5rem; border-top: 2px solid var(--line); padding-top: 1rem; }
h3 { font-size: 1.05rem; margin: 0; }
p { margin: .25rem 0; }
ul { list-style: none; margin: .5rem 0; padding: 0; }
li { margin: 0 0 1rem; }
blockquote { margin: .25rem 0; padding: 0 0 0 .75rem; border-inline-start: 3px solid var(--line);
  white-space: pre-wrap; }
@media print { body { max-width: none; } li { break-inside: avoid; } }
"""

Row = dict[str, Any]
Lines = Iterable[str]


def page(wording: Wording, language: str, zone: tzinfo, held: Row) -> str:
    """The page for what :func:`bot.services.my_data.held` gave, with times by the clocks of ``zone``."""
    words = _Page(wording, language, zone)
    parts = [
        f"<h1>{words.say('my-data-page')}</h1>",
        *_beginning(words, held),
        _section(words, "my-data-you", [_item("", _account(words, held))]),
        _section(words, "my-data-answers", (_answer(words, one) for one in held.get("answers", ()))),
        _section(
            words,
            "my-data-sealed",
            (_sealed(words, one) for one in held.get("answers_without_names", ())),
            words.tell("my-data-sealed-how"),
        ),
        _section(words, "my-data-ideas", (_idea(words, one) for one in held.get("ideas", ()))),
        _section(words, "my-data-follows", (_item("", [line]) for line in _on_ideas(words, held))),
        _section(words, "my-data-check-ins", _check_ins(words, held)),
        _section(words, "my-data-asked", _asked(words, held)),
        _section(words, "my-data-tried", _tried(words, held)),
        _section(words, "my-data-organised", (_item("", [line]) for line in _organised(words, held))),
        _section(
            words,
            "my-data-record",
            (_row(words, one) for one in held.get("record", ())),
            words.tell("my-data-record-how"),
        ),
    ]
    return whole(language, words.say("my-data-page"), STYLE, "\n".join(part for part in parts if part))


def beside(held: Row) -> bytes:
    """The file that goes beside the page."""
    return json.dumps(held, indent=2, ensure_ascii=False).encode()


class _Page(Words):
    """Sentences of this page."""

    def at(self, sentence: str, at_ms: int) -> str:
        """A sentence about a moment as a paragraph, '' where the moment has not come."""
        return self.tell(sentence, moment=self.moment(at_ms)) if at_ms else ""

    def counted_with(self, sentence: str, standing: str) -> str:
        """With which group something is counted, '' where it is with none."""
        return self.tell(sentence, group=self.plain(f"name-{standing}")) if standing else ""


def _section(words: _Page, heading: str, items: Lines, note: str = "") -> str:
    """A part of the page; '' where there is nothing in it."""
    there = [one for one in items if one]
    if not there:
        return ""
    listed = "\n".join(there)
    return (
        f'<section aria-labelledby="{heading}">\n<h2 id="{heading}">{words.say(heading)}</h2>\n'
        f"{note}<ul>\n{listed}\n</ul>\n</section>"
    )


def _item(title: str, lines: Lines) -> str:
    """One thing of a part, with its lines, which are escaped; the title is not."""
    head = f'<h3 dir="auto">{escape(title)}</h3>\n' if title else ""
    body = "\n".join(line for line in lines if line)
    return f"<li>{head}{body}</li>" if head or body else ""


def _said(told: Any) -> str:
    """What somebody said, however it is kept: a text, several, or several by name."""
    if isinstance(told, dict):
        return "".join(f'<p dir="auto"><strong>{escape(str(name))}</strong></p>{_said(said)}'
                       for name, said in told.items())  # fmt: skip
    if isinstance(told, list | tuple):
        return "".join(map(_said, told))
    return f'<blockquote dir="auto">{escape(str(told))}</blockquote>' if told else ""


def _beginning(words: _Page, held: Row) -> Lines:
    yield words.at("my-data-made", held["made_ms"])
    yield words.tell("my-data-times")
    yield words.tell("my-data-file")
    yield words.tell("my-data-keep", months=held["kept_months"])
    yield words.tell("my-data-erase")


def _account(words: _Page, held: Row) -> Lines:
    yield words.tell("my-data-account", number=held["platform_id"])
    if "known_since_ms" in held:
        first, last = words.moment(held["known_since_ms"]), words.date(held["last_seen_ms"])
        yield words.tell("my-data-known", first=first, last=last)
        notice = held["privacy_notice"]
        if notice["version"]:
            at = words.moment(notice["at_ms"])
            yield words.tell("my-data-notice", moment=at, version=notice["version"])
        if held["ages"]:
            yield words.tell("my-data-adults" if held["ages"] == "adults" else "my-data-teens")
        if held["language"]:
            yield words.tell("my-data-language", language=held["language"])
        yield from (words.tell("my-data-leads", title=one) for one in held["leads"])
        yield from (words.tell("my-data-deputy", title=one) for one in held["deputy_of"])
    if held["safeguarding_contact"]:
        yield words.tell("my-data-contact")
    if held["safeguarding_deputy"]:
        yield words.tell("my-data-hears-next")
    if held["witness"]:
        yield words.tell("my-data-witness")


def _answer(words: _Page, one: Row) -> str:
    still = one["state"] == "open"
    return _item(
        one["question"],
        [
            _said(one["answer"]),
            words.at("my-data-first", one["first_ms"]),
            words.at("my-data-last", one["at_ms"]) if one["at_ms"] != one["first_ms"] else "",
            words.counted_with("my-data-as", one["standing"]),
            words.at("my-data-open", one["closes_ms"]) if still else words.tell("my-data-over"),
        ],
    )


def _sealed(words: _Page, one: Row) -> str:
    return _item(
        one["question"],
        [
            words.at("my-data-sealed-until", one["closes_ms"]),
            "" if one["answered"] else words.tell("my-data-sealed-lost"),
            words.tell("my-data-sealed-tries", count=one["wrong_codes"]) if one["wrong_codes"] else "",
        ],
    )


def _idea(words: _Page, one: Row) -> str:
    return _item(words.plain("my-data-idea", number=one["number"], question=one["to"]), _of_idea(words, one))


def _of_idea(words: _Page, one: Row) -> Lines:
    yield words.tell("my-data-idea-state", state=one["state"])
    if one["why"]:
        yield words.tell("my-data-idea-why", why=words.plain(f"why-{one['why']}"))
    if one["asked_by_a_moderator"]:
        yield words.tell("my-data-idea-asked", text=one["asked_by_a_moderator"])
    for told in one["said"]:
        yield words.at("my-data-idea-words", told["at_ms"]) + _said(list(told["words"].values()))
    if one["message"]:
        yield words.tell("my-data-idea-chat") + words.tell("my-data-idea-link", link=one["message"])
    if one["place"]:
        yield words.tell("my-data-idea-place", place=one["place"], present=one["present"])
    yield words.counted_with("my-data-as", one["standing"])
    if one["new_here"]:
        yield words.tell("my-data-idea-new")
    if one["supporters"]:
        yield words.tell("my-data-idea-supporters", count=one["supporters"])
    if one["made_into"]:
        yield words.tell("my-data-idea-made", numbers=", ".join(map(str, one["made_into"])))
    yield words.at("my-data-idea-due", one["answer_due_ms"])
    for step in one["steps"]:
        why = words.plain(f"why-{step['words']}") if step["act"] == "declined" else ""
        what = words.plain(f"step-{step['act']}", words=step["words"], why=why)
        yield words.tell("my-data-step", moment=words.moment(step["at_ms"]), what=what)


def _on_ideas(words: _Page, held: Row) -> Lines:
    for one in held.get("supports_since", ()):
        yield words.tell("my-data-support", number=one["idea"], moment=words.moment(one["at_ms"]))
    for one in held.get("follows_up_to", ()):
        yield words.tell("my-data-follow", number=one["idea"], count=one["step"])


def _check_ins(words: _Page, held: Row) -> Lines:
    for one in held.get("check_ins", ()):
        until = words.moment(one["until_ms"]) if one["until_ms"] else ""
        said = words.tell("my-data-check-in", question=one["question"], state=one["state"], until=until)
        skipped = words.tell("my-data-skipped", count=one["skipped"]) if one["skipped"] else ""
        yield _item("", [said, skipped])
    for one in held.get("messages_about_check_ins", ()):
        at = words.moment(one["at_ms"])
        yield _item(
            "", [words.tell("my-data-reached", question=one["question"], moment=at, what=one["what"])]
        )
    for one in held["private_messages"]:
        made, sent = words.moment(one["made_ms"]), words.moment(one["sent_ms"])
        what = words.plain(f"card-{one['what']}")
        facts = {"state": one["state"], "made": made, "sent": sent, "what": what}
        yield _item("", [words.tell("my-data-message", **facts)])


def _asked(words: _Page, held: Row) -> Lines:
    for one in held["asked_for_consent"]:
        yield _item(
            "",
            [
                words.at("my-data-offer", one["until_ms"]),
                _said(one["words"]),
                words.tell("my-data-offer-to", question=one["question"]) if one["question"] else "",
                words.tell("my-data-idea-link", link=one["message"]),
            ],
        )
    if held["words_asked_for"]:
        yield _item("", [words.tell("my-data-words", count=held["words_asked_for"])])


def _tried(words: _Page, held: Row) -> Lines:
    helps = held.get("helps_try_questions")
    if helps:
        since, asked = helps["since_ms"], helps["last_asked_ms"]
        yield _item("", [words.at("my-data-helps", since), words.at("my-data-helps-asked", asked)])
    for one in held.get("tried", ()):
        understood, hard = one["understood"], one["hard"]
        lines = [words.at("my-data-tried-asked", one["asked_ms"]), words.at("my-data-last", one["at_ms"])]
        lines += [words.tell("my-data-tried-understood"), _said(understood)] if understood else []
        lines += [words.tell("my-data-tried-hard"), _said(hard)] if hard else []
        yield _item(one["question"], lines)


def _organised(words: _Page, held: Row) -> Lines:
    for one in held.get("paper_answers", ()):
        at = words.moment(one["settled_ms"] or one["made_ms"])
        facts = {"part": one["part"], "number": one["batch"], "moment": at, "state": one["state"]}
        yield words.tell("my-data-batch", **facts)


def _row(words: _Page, one: Row) -> str:
    facts = {"number": one["row"], "moment": words.moment(one["at_ms"]), "act": one["act"]}
    about = words.tell("my-data-about", question=one["question"]) if one["question"] else ""
    group = words.counted_with("my-data-as", one["standing"])
    ideas = ", ".join(map(str, one["ideas"]))
    which = words.tell("my-data-row-ideas", numbers=ideas) if ideas else ""
    return _item("", [words.tell("my-data-row", **facts), about, which, _said(one["in_words"]), group])
