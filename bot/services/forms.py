"""Rounds of the kind ``form`` at their close: what came out of each field, and words that become nobody's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import lines
from bot.domain.asks import AskField, FieldKind
from bot.domain.forms import parted, regroups, tally_fields, without_words
from bot.domain.rounds import Round
from bot.domain.summary import FieldTally, Tally
from bot.services.ports import App
from bot.services.sealing import nobodys, shuffle
from bot.store import answers, comments, sealed
from bot.store.answers import Answer


def fields_of(
    app: App, asked: Round, given: Sequence[Answer], possible: Collection[str]
) -> tuple[FieldTally, ...]:
    """What may be shown of answers with names, field by field: groups that are large enough.

    ``possible`` are the standings that somebody could have had.
    """
    least = app.settings.privacy.least_group
    fields = tally_fields(asked.form, parted(one.value for one in given).choices, least)
    if not asked.checkin:
        return fields
    return tuple(
        _over_time(field, part, _chosen(given, place), possible, least)
        for place, (field, part) in enumerate(zip(asked.form, fields, strict=True))
    )


def _over_time(
    field: AskField,
    part: FieldTally,
    chosen: Sequence[tuple[int, str]],
    possible: Collection[str],
    least: int,
) -> FieldTally:
    """The same with what is compared from one time to the next."""
    if field.kind is FieldKind.SCALE:
        return replace(part, levels=lines.levels(field, chosen, possible, least))
    return replace(part, parts=lines.parts(field, chosen, possible, least)) if chosen else part


def _chosen(given: Sequence[Answer], place: int) -> list[tuple[int, str]]:
    """Of one field, what each person chose, with their standing."""
    said = [(one.value[place], one.standing) for one in given]
    return [(option, standing) for option, standing in said if isinstance(option, int)]


async def take_words(app: App, tx: AsyncConnection, asked: Round, *, keep: bool = True) -> None:
    """Take the words out of the answers to a form that is over: nothing leads back from them to anybody.

    Where the round was cancelled nobody reads them: they are not kept.
    """
    given = await answers.of_round(tx, asked.community, asked.id)
    texts = parted(one.value for one in given).texts
    if not texts:
        return
    written = [one for one in given if any(isinstance(said, str) for said in one.value)]
    await answers.put_many(tx, [replace(one, value=without_words(one.value)) for one in written])
    shuffle(texts)
    if keep:
        await comments.put_many(tx, nobodys(asked.community, asked.id, texts))
    app.checkpoint_owed = True


async def recounts(tx: AsyncConnection, asked: Round, tally: Tally) -> bool:
    """Whether what was answered to a form still makes the result that was kept at its close."""
    if asked.sealed:
        choices = await sealed.released(tx, asked.community, asked.id)
        asked_for = sum(not one.is_text for one in asked.form)  # every choice is made in every answer
        whole = not asked_for or len(choices) == asked_for * tally.answers
        return whole and regroups(tally.fields, [(place, option) for place, option in choices])
    given = await answers.of_round(tx, asked.community, asked.id)
    choices = parted(one.value for one in given).choices
    return (
        len(given) == tally.answers
        and regroups(tally.fields, choices)
        and all(
            lines.holds(field, part, _chosen(given, place))
            for place, (field, part) in enumerate(zip(asked.form, tally.fields, strict=True))
        )
    )
