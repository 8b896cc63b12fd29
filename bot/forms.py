"""Forms to print: a page of HTML that needs nothing else, in large print, one form a sheet or more.

What can be ticked and written in are real fields with labels, so that a screen reader finds them where the
page is read instead of printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from bot.domain.asks import ASK, AskField
from bot.domain.community import Moderation
from bot.domain.people import Ages, Standing
from bot.domain.weighing import VOTES, WEIGH
from bot.pages import Words, whole
from bot.services.printing import Printed
from bot.wording import Wording

LINES = {True: 9, False: 2}
"""Lines to write on: many for a box, few for something short."""
STYLE = """
@page { size: A4; margin: 16mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 8mm; max-width: 200mm; background: #fff; color: #000;
  font: 18pt/1.45 Arial, Helvetica, "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 28pt; line-height: 1.25; margin: 0 0 6mm; }
h2 { font-size: 22pt; margin: 9mm 0 3mm; break-after: avoid; }
p, ul { margin: 0 0 4mm; }
section + section { margin-top: 20mm; }
.receipt { border: 3px solid #000; padding: 4mm; font-size: 20pt; }
.receipt strong { font: bold 26pt "Courier New", "DejaVu Sans Mono", monospace; letter-spacing: .06em; }
fieldset { border: 0; margin: 0 0 7mm; padding: 0; min-width: 0; break-inside: avoid; }
legend { font-weight: bold; padding: 0; margin-bottom: 2mm; }
.way { display: flex; gap: 5mm; align-items: flex-start; padding: 2mm 0; break-inside: avoid; }
input { width: 8mm; height: 8mm; margin: 1mm 0 0; flex: none; }
.box { display: block; font-weight: bold; margin-bottom: 2mm; }
textarea { width: 100%; font: inherit; border: 2px solid #000; color: #000; background: #fff; resize: none; }
@media print {
  body { padding: 0; max-width: none; }
  section + section { margin: 0; break-before: page; }
}
"""


def page(wording: Wording, language: str, printed: Printed) -> str:
    """The page with all forms, as HTML."""
    words = _Words(wording, language, printed)
    title = words.say("paper-page", question=printed.look.round.question)
    forms = "\n".join(_form(words, place, receipt) for place, receipt in enumerate(printed.receipts, 1))
    return whole(language, title, STYLE, forms)


class _Words(Words):
    """Sentences for the forms of a round."""

    def __init__(self, wording: Wording, language: str, printed: Printed) -> None:
        super().__init__(wording, language, printed.community.zone)
        self.printed, self.look, self.asked = printed, printed.look, printed.look.round


def _form(words: _Words, place: int, receipt: str) -> str:
    asked = words.asked
    parts = [
        f'<section aria-labelledby="f{place}-title f{place}-receipt">',
        f'<h1 id="f{place}-title" dir="auto">{escape(asked.question)}</h1>',
        *_promise(words),
        f'<p class="receipt">{words.say("paper-receipt")}',
        f'<strong id="f{place}-receipt">{receipt}</strong></p>',
        f"<h2>{words.say('paper-before')}</h2>",
        *_privacy(words),
        f"<h2>{words.say('paper-answer')}</h2>",
        *_answer(words, f"f{place}"),
        *_standing(words, f"f{place}"),
        f"<h2>{words.say('paper-after')}</h2>",
        words.tell("paper-back", moment=words.moment(asked.closes_ms)),
        words.tell("paper-keep"),
        "</section>",
    ]
    return "\n".join(part for part in parts if part)


def _promise(words: _Words) -> Iterable[str]:
    look, asked = words.look, words.asked
    yield f"<p dir='auto'>{escape(look.initiative.title) or words.say('project-other')}</p>"
    yield words.tell("paper-closes", moment=words.moment(asked.closes_ms))
    if look.promise is not None:
        promise, date = look.promise, words.date(look.promise.due_ms)
        yield words.tell(f"paper-promise-{promise.level}", decides=promise.decides, date=date)
        yield words.tell("paper-fixed", fixed=promise.fixed)
    if asked.owner:
        yield words.tell("paper-owner", owner=asked.owner)
    if asked.facts:
        yield f"<h2>{words.say('ask-press-facts')}</h2>\n<p dir='auto'>{escape(asked.facts)}</p>"


def _privacy(words: _Words) -> Iterable[str]:
    printed, asked, ages = words.printed, words.asked, words.look.initiative.ages
    if ages is not Ages.BOTH:
        yield words.tell(f"paper-only-{ages}")
    yield words.tell("paper-names")
    if asked.kind == ASK:
        yield words.tell("paper-words-after" if asked.moderation is Moderation.AFTER else "paper-words")
    yield words.tell("paper-who-sees")
    yield words.tell("paper-kept", months=printed.months)
    if words.look.ask is not None and words.look.ask.answer_days:
        yield words.tell("paper-kept-owed", months=printed.months)
    yield words.tell("notice-free")
    if printed.community.lead_contact:
        yield words.tell("help-contact", contact=printed.community.lead_contact)
    if printed.community.help_lines:
        yield words.tell("paper-danger", lines=printed.community.help_lines)


def _answer(words: _Words, form: str) -> Iterable[str]:
    asked, ask = words.asked, words.look.ask
    if asked.kind == WEIGH:
        yield words.tell("paper-weigh")
        names = [(vote, words.say(f"weigh-press-{vote}")) for vote in VOTES]
        for number, said in words.printed.statements.items():
            legend = words.say("paper-statement", number=number, text=said)
            yield _group(f"{form}-s{number}", legend, names, "radio")
    elif asked.kind == ASK:
        for place, one in enumerate(ask.fields if ask else ()):
            yield from _field(words, f"{form}-{place}", one, first=not place)
    else:
        several = asked.kind == "approve"
        ways = [
            (str(number), words.say("option-plain", number=number, text=text))
            for number, text in enumerate(asked.options, 1)
        ]
        legend = words.say(f"round-{asked.kind}", count=1)
        yield _group(f"{form}-o", legend, ways, "checkbox" if several else "radio")


def _field(words: _Words, name: str, one: AskField, *, first: bool) -> Iterable[str]:
    label = escape(one.label) if first else words.say("paper-optional", label=one.label)
    if one.is_text:
        long = LINES[first]
        yield f'<label class="box" dir="auto" for="{name}">{label}</label>'
        yield f'<textarea id="{name}" rows="{long}"></textarea>'
    else:
        ways = [(str(number), escape(text)) for number, text in enumerate(one.options, 1)]
        yield _group(name, label, ways, "checkbox" if one.kind == "several" else "radio")


def _standing(words: _Words, form: str) -> Iterable[str]:
    allowed = [one for one in Standing if not words.asked.audience or one in words.asked.audience]
    ways = [(one.value, words.say(f"paper-am-{one}")) for one in allowed]
    yield _group(f"{form}-am", words.say("paper-am"), ways, "radio")


def _group(name: str, legend: str, ways: Iterable[tuple[str, str]], kind: str) -> str:
    """Something to tick, with what it is about; legend and labels are escaped already."""
    ticks = "\n".join(
        f'<div class="way"><input type="{kind}" id="{name}-{value}" name="{name}" value="{value}">'
        f'<label dir="auto" for="{name}-{value}">{label}</label></div>'
        for value, label in ways
    )
    return f"<fieldset>\n<legend dir='auto'>{legend}</legend>\n{ticks}\n</fieldset>"
