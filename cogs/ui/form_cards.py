"""Forms on cards and in Discord's forms: their fields, what was sent, what came out."""

from __future__ import annotations

from bot.domain.asks import AskField, FieldKind
from bot.domain.personal import looks_like
from bot.domain.rounds import Round
from bot.wording import Markup
from cogs.ui.cards import Field, Option
from cogs.ui.limits import FORM_HINT, FORM_LABEL, SELECT_LABEL
from cogs.ui.round_cards import RoundWords
from cogs.ui.visit import Visit


def boxes(visit: Visit, asked: Round, said: tuple[int | str | None, ...] = ()) -> list[Field]:
    """The boxes of a form, with what somebody said before."""
    return [_box(visit, place, one, said[place] if said else None) for place, one in enumerate(asked.form)]


def _box(visit: Visit, place: int, one: AskField, said: int | str | None) -> Field:
    label = visit.label("plain", FORM_LABEL, text=one.label)
    hint = visit.label("plain", FORM_HINT, text=one.hint) if one.hint else ""
    if one.is_text:
        given = said if isinstance(said, str) else ""
        is_long = one.kind is FieldKind.LONG
        return Field(f"field-{place}", label, hint, given, is_long, required=False, longest=one.longest)
    options = [
        Option(visit.label("plain", SELECT_LABEL, text=text), str(number), number == said)
        for number, text in enumerate(one.options)
    ]
    return Field(f"field-{place}", label, hint, options=options)


def sent_raw(visit: Visit, asked: Round) -> list[str]:
    """What was sent with a form, as flat pairs of a field's name and what was chosen or written."""
    sent = [(one.name, visit.text(f"field-{place}")) for place, one in enumerate(asked.form)]
    return [part for pair in sent for part in pair]


def warnings(visit: Visit, asked: Round) -> list[Markup]:
    """What words just sent look like that could lead to somebody."""
    texts = [visit.text(f"field-{place}") for place, one in enumerate(asked.form) if one.is_text]
    return look_again(visit, "form-looks-sealed" if asked.sealed else "form-looks", *texts)


def look_again(visit: Visit, sentence: str, *texts: str) -> list[Markup]:
    """A sentence about what in some words could lead to somebody; none where nothing seems to."""
    found = looks_like(*texts)
    if not found:
        return []
    return [visit.say(sentence, what=Markup(", ".join(visit.say(f"form-looks-{one}") for one in found)))]


def filled_in(words: RoundWords | Visit, asked: Round, value: tuple[int | str | None, ...]) -> Markup:
    """What somebody said in a form, field by field; their words are nobody's once it has closed."""
    if all(one is None for one in value):
        return words.say("form-words-gone")
    filled = zip(asked.form, value, strict=True)
    return Markup(
        "; ".join(
            words.say("form-said", label=one.label, text=one.told(said))
            for one, said in filled
            if said is not None
        )
    )


def has_words(asked: Round) -> bool:
    """Whether people write in a form."""
    return any(one.is_text for one in asked.form)
